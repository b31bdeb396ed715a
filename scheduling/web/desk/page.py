"""The desk's page: who is expected, here, in interview and done; and every press on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import User
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import InterviewSession, Invitation
from scheduling.services.actors import Actor
from scheduling.services.desk_acts import OLDEST, Press, Pressed, press
from scheduling.services.desk_queue import wait_of
from scheduling.services.lobby import lobby_token
from scheduling.states import InvitationState, JumpReason, SessionState
from scheduling.web.desk.rows import DeskRows
from scheduling.web.forms import WalkInForm
from scheduling.web.poll import poll_query
from scheduling.web.scope import at_desk, session_of

PERSON_KEY = "desk_person"
# A helper does not sign in again in the middle of a shift, nor right after one that went on longer.
AFTER_SHIFT = timedelta(hours=4)


def todays(user: User, *, at: datetime) -> list[InterviewSession]:
    """Return the sessions that a desk may serve around now, in order."""
    rows = InterviewSession.objects.visible_to(user).filter(
        state__in=[SessionState.OPEN, SessionState.RUNNING],
        ends_at__gte=at - timedelta(hours=3),
        starts_at__lte=at + timedelta(hours=16),
    )
    return list(rows.select_related("office").order_by("starts_at"))


@allowed(Action.WORK_DESK)
@require_GET
def desk_home(request: SignedIn) -> HttpResponse:
    """Go to the desk of the session that runs now, or to the next one."""
    now = timezone.now()
    rows = InterviewSession.objects.visible_to(request.user).filter(
        state__in=[SessionState.OPEN, SessionState.RUNNING], ends_at__gte=now - timedelta(hours=3)
    )
    current = (
        rows.filter(starts_at__lte=now + timedelta(hours=1)).order_by("-starts_at").first()
        or rows.order_by("starts_at").first()
    )
    if current is None:
        return render(request, "scheduling/desk_empty.html")
    return redirect("desk", pk=current.pk)


@allowed(Action.WORK_DESK)
@require_GET
def desk_page(request: SignedIn, pk: int) -> HttpResponse:
    """Show the desk; a poll that has seen everything never comes this far (``scheduling.web.poll``)."""
    session = session_of(request, pk)
    is_part = _is_part(request)
    if not is_part:
        outlive_the_shift(request, session)
    context = desk_context(request, session)
    return render(request, "scheduling/desk/_desk.html" if is_part else "scheduling/desk/desk.html", context)


def _is_part(request: HttpRequest) -> bool:
    return request.headers.get("X-Desk") == "1"


def outlive_the_shift(request: HttpRequest, session: InterviewSession) -> None:
    """Keep the tablet signed in until some hours after the session's end; never shorten what it has."""
    wanted = session.ends_at + AFTER_SHIFT
    if wanted > timezone.now() and request.session.get_expiry_date() < wanted:
        request.session.set_expiry(wanted)


def desk_person(request: SignedIn) -> User:
    """Return who works at this desk: the person of the last PIN, else who is signed in."""
    number = request.session.get(PERSON_KEY)
    if number is None or number == request.user.pk:
        return request.user
    found = User.objects.filter(pk=number, is_active=True).first()
    return found if found is not None and found.may(Action.WORK_DESK) else request.user


def desk_context(request: SignedIn, session: InterviewSession) -> dict[str, Any]:
    """Return what the desk's page shows now."""
    now = timezone.now()
    query = request.GET.get("q", "").strip()
    return {
        **DeskRows(session, at=now).context(query=query),
        "session": session,
        "zone": session.office.zone,
        "now": now,
        "query": query,
        "person": desk_person(request),
        "at_desk": at_desk(session),
        "poll": poll_query("desk", session, at=now),
        "walk_in": WalkInForm(session=session),
        "others": [one for one in todays(request.user, at=now) if one.pk != session.pk]
        if not _is_part(request)
        else [],
        "lobby": lobby_token(session.office_id),
        "jump_reasons": JumpReason.choices,
    }


@allowed(Action.WORK_DESK)
@require_POST
def desk_act(request: SignedIn, pk: int) -> HttpResponse:
    """Take one press; of two desks that press at once, one wins and the other is told."""
    session = session_of(request, pk)
    try:
        done = press(session, _press_of(request, session), actor=Actor.of(desk_person(request), "desk"))
        if not done.is_repeat:
            _say(request, done)
    except RecruitError as error:
        messages.error(request, str(error.message))
    if not _is_part(request):
        return redirect("desk", pk=session.pk)
    return render(request, "scheduling/desk/_desk.html", desk_context(request, session_of(request, pk)))


def _press_of(request: SignedIn, session: InterviewSession) -> Press:
    """Read a press; the time is now, less what it waited in the browser for the network."""
    data, now = request.POST, timezone.now()
    number = data.get("invitation", "")
    invitation: Invitation | None = None
    if number.isdigit():
        rows = session.invitations.select_related("session__office", "band", "application__candidate")
        invitation = get_object_or_404(rows, pk=number)
    waited = min(_number(data.get("waited", "")) or 0, int(OLDEST.total_seconds()))
    fields: dict[str, Any] = {"document_missing": data.get("document_missing") == "1"}
    if data.get("what") == "walk_in":
        form = WalkInForm(data, session=session)
        if not form.is_valid():
            raise RecruitError(_("A walk-in needs a name and a vacancy."), field="name")
        fields |= form.cleaned_data
    return Press(
        what=data.get("what", ""),
        at=now - timedelta(seconds=waited),
        invitation=invitation,
        key=data.get("key", ""),
        reason=data.get("reason", "").strip(),
        minutes=_number(data.get("minutes", "")),
        interviewer=_number(data.get("interviewer", "")),
        waited_seconds=float(waited),
        fields=fields,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() and len(text) < 12 else None


def _say(request: SignedIn, done: Pressed) -> None:
    """Say what the helper now says to the person: the number of the day, about how long, where."""
    one = done.invitation
    if one is None:
        return
    name = one.application.candidate.display_name
    if one.state == InvitationState.ARRIVED and done.what in {"arrive", "walk_in"}:
        wait = wait_of(one, at=timezone.now())
        if wait.minutes:
            text = _("%(name)s is number %(number)s · about %(minutes)s min · waits in the lobby")
        else:
            text = _("%(name)s is number %(number)s · can go in at once: call next")
        messages.success(request, text % {"name": name, "number": f"{one.number:02d}", "minutes": wait.minutes})
    elif one.state == InvitationState.IN_INTERVIEW and done.what in {"next", "start"}:
        where = one.room or one.interviewer or _("the interviewer")
        messages.success(request, _("%(number)s %(name)s → %(where)s") % {
            "number": f"{one.number:02d}", "name": name, "where": where,
        })  # fmt: skip
    elif done.what == "late":
        messages.success(request, _("%(name)s: about %(minutes)s minutes late.") % {
            "name": name, "minutes": one.late_minutes,
        })  # fmt: skip
    elif done.what in {"undo", "undo_arrive", "undo_start"}:
        messages.success(request, _("Taken back: %(name)s.") % {"name": name})
