"""The page of a free place, behind its secret link: take it or not."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from recruit.errors import NotFoundError, RecruitError
from recruit.models import Company
from recruit.services import rates
from recruit.web.throttle import too_many
from scheduling.services import standby
from scheduling.services.links import token_of
from scheduling.states import StandbyState
from scheduling.web.candidate import unknown


# As on the page of the visit: the secret in the address is the only credential, no cookie takes part.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the free place and take the answer; a GET changes nothing."""
    try:
        offer = standby.offer_of(token)
    except NotFoundError:
        return unknown(request)
    known = {code for code, _name in settings.LANGUAGES}
    candidate = offer.application.candidate
    words = (request.GET.get("lang", ""), candidate.language, translation.get_language() or "en")
    language = next(word for word in words if word in known)
    error, status, now = "", 200, timezone.now()
    with translation.override(language):
        if request.method == "POST":
            try:
                rates.hit(rates.LINK_ANSWER, f"standby:{offer.pk}", at=now)
                if request.POST.get("what") == "accept":
                    return redirect(f"/i/{token_of(standby.accept(offer, at=now))}/")
                if request.POST.get("what") == "decline":
                    standby.decline(offer, at=now)
                return redirect(f"/s/{token}")
            except rates.TooManyError as refused:
                return too_many(request, refused)
            except RecruitError as refused:
                error, status = refused.message, refused.status
                offer.refresh_from_db()
        session = offer.round.session
        context = {
            "view": {"company": Company.current().name},
            "offer": offer,
            "vacancy": offer.application.vacancy.title,
            "office": session.office,
            "starts_at": (offer.round.band or session).starts_at,
            "zone": session.office.zone,
            "is_open": offer.state == StandbyState.OFFERED and offer.round.expires_at > now,
            "error": error,
            "LANGUAGE_CODE": language,
            "languages": settings.LANGUAGES,
        }
        response = render(request, "scheduling/standby.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
