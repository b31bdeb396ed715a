"""The page of a person's rights over their data, behind the secret link: see, take along, agree, object, be forgotten."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from recruit.errors import InvalidInputError, NotFoundError, RecruitError
from recruit.models import Candidate, Company, PrivacyRequest, Purpose
from recruit.services import notices, privacy, rates
from recruit.services.rates import MY_DATA, TooManyError
from scheduling.services.links import invitation_of
from scheduling.web.candidate import unknown


def _language(request: HttpRequest, candidate: Candidate) -> str:
    known = {code for code, _name in settings.LANGUAGES}
    for word in (request.GET.get("lang", ""), candidate.language):
        if word in known:
            return word
    return translation.get_language() or "en"


# As on the page of the visit: the secret in the address is the only credential, no cookie takes part.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_data(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is held and what may be asked for; every change is a POST."""
    try:
        candidate = invitation_of(token).application.candidate
    except NotFoundError:
        return unknown(request)
    language, error, status = _language(request, candidate), "", 200
    with translation.override(language):
        if request.method == "POST":
            try:
                rates.hit(MY_DATA, f"candidate:{candidate.pk}", at=timezone.now())
                answer = _act(request, candidate, language)
                if answer is not None:
                    return answer
                suffix = f"?lang={language}" if request.GET.get("lang") else ""
                return redirect(f"/i/{token}/my-data/{suffix}")
            except RecruitError as refused:
                error, status = refused.message, refused.status
        response = render(
            request, "scheduling/my_data.html", _context(candidate, token, language, error), status=status
        )
        if status == TooManyError.status:
            response["Retry-After"] = "600"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _context(candidate: Candidate, token: str, language: str, error: str) -> dict[str, Any]:
    texts = [notice for purpose in Purpose if (notice := notices.current_notice(purpose, language)) is not None]
    asked = {row.kind: row for row in candidate.privacy_requests.order_by("asked_at")}
    return {
        "view": {"company": Company.current().name},
        "token": token,
        "error": error,
        "LANGUAGE_CODE": language,
        "languages": settings.LANGUAGES,
        "texts": texts,
        "agrees": notices.agrees(candidate, Purpose.POOL),
        "is_silent": candidate.do_not_contact,
        "kinds": [
            {"value": value, "label": label, "row": asked.get(value)} for value, label in PrivacyRequest.Kind.choices
        ],
    }


def _act(request: HttpRequest, candidate: Candidate, language: str) -> HttpResponse | None:
    """Do what was pressed; an answer only for the file."""
    what, now = request.POST.get("what", ""), timezone.now()
    if what not in {"download", "agree", "withdraw", "stop", *PrivacyRequest.Kind.values}:
        raise InvalidInputError(_("This page has no such button."), field="what")
    for purpose in (Purpose.RECRUITMENT, Purpose.MESSAGES, Purpose.FORECAST):
        # Who presses something on this page has been shown the texts.
        text = notices.current_notice(purpose, language)
        if text is not None and not text.is_consent:
            notices.note_shown(candidate, text, at=now)
    if what == "download":
        response = HttpResponse(privacy.export_person(candidate, at=now), content_type="application/zip")
        response["Content-Disposition"] = 'attachment; filename="my-data.zip"'
        response["Referrer-Policy"] = "no-referrer"
        return response
    if what == "agree":
        text = notices.current_notice(Purpose.POOL, language)
        if request.POST.get("tick") != "1" or text is None:
            raise InvalidInputError(_("Tick the box first."), field="tick")
        notices.give_consent(candidate, text, at=now)
    elif what == "withdraw":
        notices.withdraw_consent(candidate, Purpose.POOL, at=now)
    elif what == "stop":
        privacy.stop_messages(candidate, at=now)
    else:
        privacy.ask(candidate, what, at=now, text=request.POST.get("text", ""))
    return None
