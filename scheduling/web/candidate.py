"""The invited person's own pages: a secret link, no log-in, no script. A GET changes nothing anybody would notice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

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
from recruit.services.rates import TooManyError
from recruit.states import LIVE_STAGES, Stage
from recruit.web.addresses import client_address
from recruit.web.throttle import too_many
from scheduling.models import Invitation
from scheduling.services import replies, self_service
from scheduling.services.links import invitation_of
from scheduling.services.views import candidate_view
from scheduling.states import EXPECTED, DeclineReason, InvitationState
from scheduling.web.add_to_calendar import file_of
from scheduling.web.candidate_answers import answer
from scheduling.web.candidate_links import desk_code, google_link, map_link, outlook_link

LATE_MINUTES = (5, 15, 30)
LATE_MORE = 60
# Who has not come by then and is not marked: the page says that the time has passed, and whom to call.
PASSED = timedelta(hours=3)
STEPS = frozenset({"", "way", "late", "change", "move", "kept", "cannot", "withdraw"})


def _language(request: HttpRequest, invitation: Invitation) -> str:
    """Return the language of the page: the one chosen on it, else the person's own, else the browser's."""
    known = {code for code, _name in settings.LANGUAGES}
    for word in (request.GET.get("lang", ""), invitation.application.candidate.language):
        if word in known:
            return word
    return translation.get_language() or "en"


def unknown(request: HttpRequest) -> HttpResponse:
    """Answer a link that opens nothing: always the same page, and slower to come once somebody tries many."""
    try:
        rates.hit(rates.UNKNOWN_LINK, client_address(request), at=timezone.now())
    except TooManyError as error:
        return too_many(request, error)
    view = {"company": Company.current().name}
    return render(request, "scheduling/candidate/unknown.html", {"view": view}, status=404)


# The secret in the address is the only credential, and no cookie takes part: there is nothing to ride on. Browsers send
# "Origin: null" from a page without referrers, so a check of the origin would refuse every answer.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str, step: str = "") -> HttpResponse:
    """Show the visit and take the answer."""
    try:
        invitation = invitation_of(token)
    except NotFoundError:
        return unknown(request)
    language = _language(request, invitation)
    with translation.override(language):
        error = ""
        if request.method == "POST":
            try:
                rates.hit(rates.LINK_ANSWER, f"invitation:{invitation.pk}", at=timezone.now())
                following = answer(request, invitation)
                if following is not None:
                    return redirect(_address(request, token, following, language))
            except TooManyError as refused:
                return too_many(request, refused)
            except RecruitError as refused:
                error = str(refused.message)
                invitation = invitation_of(token)
        elif request.method == "GET":
            replies.link_loaded(invitation, at=timezone.now())
        context = _context(request, invitation, token, step if step in STEPS else "", language)
        context["error"] = error
        response = render(request, "scheduling/candidate/page.html", context, status=409 if error else 200)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _address(request: HttpRequest, token: str, step: str, language: str) -> str:
    """Return the address of a step; a language chosen on the page is kept."""
    path = f"/i/{token}/{step}/" if step else f"/i/{token}/"
    return f"{path}?lang={language}" if request.GET.get("lang") else path


def _context(request: HttpRequest, invitation: Invitation, token: str, step: str, language: str) -> dict[str, Any]:
    view, now = candidate_view(invitation), timezone.now()
    is_open = invitation.state in EXPECTED and now < view.ends_at + PASSED and not view.is_over
    is_off = self_service.may_choose_again(invitation)
    hold = self_service.kept(invitation, at=now) if step == "kept" and (is_open or is_off) else None
    if step == "kept" and hold is None:
        step = "move"
    may_move = step == "move" and (is_open or is_off)
    code, code_size = desk_code(view) if is_open and not step else ("", 0)
    return {
        "view": view,
        "token": token,
        "step": step,
        "at": f"?lang={language}" if request.GET.get("lang") else "",
        "LANGUAGE_CODE": language,
        "languages": sorted(settings.LANGUAGES, key=lambda pair: pair[0] != language),
        "is_open": is_open,
        "is_off": is_off,
        "is_passed": invitation.state in EXPECTED and not is_open,
        "is_live": invitation.application.stage in LIVE_STAGES,
        "is_withdrawn": invitation.application.stage == Stage.WITHDRAWN
        and invitation.state != InvitationState.FINISHED,
        "offers": self_service.offers(invitation, at=now) if may_move else [],
        "hold": hold,
        "reasons": DeclineReason.choices,
        "late_minutes": LATE_MINUTES,
        "late_more": LATE_MORE,
        "asked": is_open and invitation.move_requests.filter(state="open").exists(),
        "late": invitation.late_minutes,
        "google": google_link(view),
        "outlook": outlook_link(view),
        "map": map_link(view),
        "code": code,
        "code_size": code_size,
        "can_return": invitation.state == InvitationState.DECLINED and not view.is_over and now < view.ends_at,
    }


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Give the visit as a calendar file."""
    try:
        invitation = invitation_of(token)
    except NotFoundError:
        return unknown(request)
    response = HttpResponse(file_of(candidate_view(invitation)), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="interview.ics"'
    response["Referrer-Policy"] = "no-referrer"
    return response
