"""The call list: whom to ring next, what to say, what came of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import Application, Company
from recruit.permissions import Action
from recruit.templatetags.parts import short
from recruit.web.access import SignedIn, allowed
from recruit.web.numbers import is_number
from scheduling.attendance import FittedModel, predict
from scheduling.models import CallOutcome, Invitation, PhoneCall
from scheduling.services import calls as service
from scheduling.services.attendance import current_model, invitees_of
from scheduling.services.bands import best_bands, offer_named
from scheduling.services.call_outcomes import record_call
from scheduling.services.calls import Due
from scheduling.services.facts import note_facts
from scheduling.services.forecasts import session_forecast
from scheduling.services.links import url_of
from scheduling.services.views import candidate_view
from scheduling.states import LIVE
from scheduling.web.marks import mark_of
from scheduling.web.reasons import reason_lines

# The order of the keys: one digit, one outcome. "Call at" needs its hour and opens a field instead.
OUTCOMES = (
    (1, CallOutcome.COMES),
    (2, CallOutcome.UNSURE),
    (3, CallOutcome.MOVES),
    (4, CallOutcome.NOT_COMING),
    (5, CallOutcome.NO_ANSWER),
    (6, CallOutcome.CALL_AT),
    (7, CallOutcome.WRONG_NUMBER),
    (8, CallOutcome.HAS_JOB),
)


@allowed(Action.CALL)
@require_GET
def calls(request: SignedIn) -> HttpResponse:
    """Show one person to ring, and who is next; ``?person=i7`` opens one, ``?all=1`` lists also what hardly matters."""
    now = timezone.now()
    model, attempts = current_model(), Company.current().call_attempts
    order = service.dial_order(request.user, at=now, model=model, attempts=attempts)
    wanted, after = request.GET.get("person", ""), request.GET.get("after", "")
    matters = [one for one in order if one.invitation is None or one.worth >= service.WORTH_A_CALL or one.asked_for]
    shown = order if request.GET.get("all") or not matters else matters
    if after:
        shown = [one for one in shown if one.key != after] + [one for one in shown if one.key == after]
    current = next((one for one in order if one.key == wanted), None) or _asked(request, wanted)
    if current is None:
        current = shown[0] if shown else None
    wait, people = service.first_contact_minutes(request.user, at=now)
    context: dict[str, Any] = {
        "now": now,
        "count": len(order),
        "matter": len(matters),
        "left_out": len(order) - len(matters) if shown is matters else 0,
        "queue": [_line(one, now) for one in shown if current is None or one.key != current.key][:6],
        "done": _done(request, now),
        "contact_wait": wait,
        "contact_people": people,
        "attempts": attempts,
        "until": f"{service.CALL_UNTIL}:00",
        "quiet_from": f"{service.CALL_FROM:02d}:00",
    }
    if current is not None:
        context |= _card(request, current, now, model)
    return render(request, "scheduling/calls.html", context)


def _asked(request: SignedIn, key: str) -> Due | None:
    """Return the person that an address names though no call is due: to ring anyway, or to mend an outcome."""
    number = key[1:]
    if not number.isdigit():
        return None
    if key.startswith("i"):
        rows = Invitation.objects.visible_to(request.user).filter(state__in=[*LIVE, "declined"])
        row = rows.with_people().select_related("session__office").filter(pk=number).first()
        return Due(application=row.application, invitation=row, p=0.0, worth=0.0, tries=row.calls) if row else None
    application = Application.objects.visible_to(request.user).live().with_people().filter(pk=number).first()
    if application is None:
        return None
    invitation = application.invitations.filter(state__in=LIVE).with_people().select_related("session__office").first()
    return Due(application=application, invitation=invitation, p=0.0, worth=0.0, tries=0)


def _line(one: Due, now: datetime) -> dict[str, Any]:
    row = one.invitation
    why = _("yes in Triage, not invited yet") if row is None else mark_of(row, now=now)[1]
    return {"due": one, "why": why, "zone": row.session.office.zone if row is not None else None}


def _done(request: SignedIn, now: datetime) -> list[PhoneCall]:
    rows = PhoneCall.objects.filter(by=request.user, at__gte=now - timedelta(hours=12)).select_related(
        "application__candidate", "invitation__band", "invitation__session__office"
    )
    return list(rows[:6])


def _card(request: SignedIn, one: Due, now: datetime, model: FittedModel) -> dict[str, Any]:
    """Return what stands on the card of the person who is rung now."""
    row, application = one.invitation, one.application
    office = row.session.office if row is not None else application.vacancy.office
    zone = office.zone if office is not None else None
    last = PhoneCall.objects.filter(application=application).first()
    day = session_forecast(row.session, at=now, model=model) if row is not None else None
    context: dict[str, Any] = {
        "due": one,
        "row": row,
        "application": application,
        "person": application.candidate,
        "phones": [c for c in application.candidate.contacts.all() if c.kind == "phone" and c.bad_since is None],
        "office": office,
        "zone": zone,
        "last_call": last,
        "try_number": one.tries + 1,
        "is_quiet": zone is not None and service.is_quiet(now, zone),
        "offers": best_bands(
            request.user,
            at=now,
            application=application,
            invitation=row,
            model=model,
            known={row.session_id: day} if row and day else None,
        ),
        "day": day,
        "outcomes": [{"digit": digit, "code": code.value, "label": code.label} for digit, code in OUTCOMES],
        "facts": application.answers,
    }
    if row is not None:
        forecast = predict(model, invitees_of([row], at=now)[0])
        context |= {
            "view": candidate_view(row),
            "link": url_of(row),
            "forecast": forecast,
            "reasons": reason_lines(forecast.reasons, _names(row)),
            "state": mark_of(row, now=now),
        }
    return context


def _names(row: Invitation) -> dict[str, dict[str, str]]:
    application = row.application
    return {
        "source": {application.source.code: application.source.name},
        "office": {str(row.session.office_id): row.session.office.name},
        "vacancy": {str(application.vacancy_id): application.vacancy.title},
    }


@allowed(Action.CALL)
@require_POST
def outcome(request: SignedIn) -> HttpResponse:
    """Write down how a call ended; the next person follows."""
    now, key = timezone.now(), request.POST.get("person", "")
    number = key[1:] if is_number(key[1:]) else "0"
    invitation = None
    if key.startswith("i"):
        rows = Invitation.objects.visible_to(request.user).select_related(
            "session__office", "band", "application__candidate", "application__vacancy__office", "application__source"
        )
        invitation = get_object_or_404(rows, pk=number)
        application = invitation.application
    else:
        application = get_object_or_404(Application.objects.visible_to(request.user).with_people(), pk=number)
    code, place = request.POST.get("outcome", ""), request.POST.get("band", "")
    if place and code not in CallOutcome.values:
        code = CallOutcome.BOOKED
    offers = best_bands(request.user, at=now, application=application, invitation=invitation)
    offer = offer_named(offers, place)
    if place and offer is None:
        messages.error(request, _("This time is no longer free to offer; choose another one."))
        return redirect(f"{reverse('calls')}?person={key}")
    zone = invitation.session.office if invitation else application.vacancy.office or None
    try:
        call = record_call(
            application=application,
            invitation=invitation,
            outcome=code,
            at=now,
            by=request.user,
            call_at=_hour(request.POST.get("call_at", ""), now, zone.zone if zone else None),
            session=offer.session if offer else None,
            band=offer.band if offer else None,
        )
        note_facts(application, {"other_offers": request.POST.get("other_offers", "")}, at=now)
    except RecruitError as error:
        messages.error(request, error.message)
        return redirect(f"{reverse('calls')}?person={key}")
    messages.success(request, _said(call))
    return redirect("calls")


def _hour(word: str, now: datetime, zone: Any) -> datetime | None:
    """Read an hour of today, on the clock of the office; one that is past means tomorrow."""
    try:
        hour = time.fromisoformat(word)
    except ValueError:
        return None
    local = timezone.localtime(now, zone) if zone else timezone.localtime(now)
    found = datetime.combine(local.date(), hour, tzinfo=local.tzinfo)
    return found if found > now else found + timedelta(days=1)


def _said(call: PhoneCall) -> str:
    """Return what the toast says: who, the outcome, and what it did to the forecast."""
    words = f"{call.application.candidate.display_name}: {call.get_outcome_display()}"
    if call.mean_before is None or call.mean_after is None or short(call.mean_before) == short(call.mean_after):
        return words
    return f"{words} · {short(call.mean_before)} → {short(call.mean_after)}"
