"""The lobby's screen: numbers and rooms, public behind a secret address, never a name."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recruit.errors import NotFoundError
from recruit.models import Company
from scheduling.services.lobby import lobby_screen, lobby_version, office_of


@login_not_required
@never_cache
@require_safe
def lobby(request: HttpRequest, token: str) -> HttpResponse:
    """Show the last calls and about how long the wait is, in the company's language."""
    try:
        office = office_of(token)
    except NotFoundError:
        return render(request, "scheduling/candidate/unknown.html", status=404)
    now, seen = timezone.now(), request.GET.get("seen", "")
    if seen and seen == f"{lobby_version(office.pk)}.{now:%H%M}":
        return HttpResponse(status=204)
    screen = lobby_screen(office, at=now)
    with translation.override(Company.current().language or "en"):
        response = render(
            request,
            "scheduling/desk/lobby.html",
            {
                "screen": screen,
                "zone": office.zone,
                "now": now,
                "seen": f"{screen.version}.{now:%H%M}",
                "LANGUAGE_CODE": translation.get_language(),
            },
        )
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
