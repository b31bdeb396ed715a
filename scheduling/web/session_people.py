"""A session's time, people and rooms: changed, replaced, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recruit.errors import RecruitError
from recruit.permissions import Action
from recruit.services import audit
from recruit.web.access import SignedIn, allowed
from scheduling.models import (
    Interviewer,
    InterviewSession,
)
from scheduling.services import availability, changes, clashes
from scheduling.services.actors import Actor
from scheduling.states import SessionState
from scheduling.web.calendar_forms import SessionChangeForm


def _session(request: SignedIn, pk: int) -> InterviewSession:
    return get_object_or_404(InterviewSession.objects.visible_to(request.user).select_related("office"), pk=pk)


@allowed(Action.PLAN_SESSION)
def session_people(request: SignedIn, pk: int) -> HttpResponse:
    """Change a session's time, people and rooms; who is free then stands beside each name."""
    session = _session(request, pk)
    form = SessionChangeForm(request.POST or None, session=session)
    if request.method == "POST" and form.is_valid():
        try:
            told = changes.change_session(
                session,
                at=timezone.now(),
                actor=Actor.of(request.user, "people"),
                title=form.cleaned_data["title"],
                online_link=form.cleaned_data["online_link"],
                starts_at=form.starts_at,
                rooms=form.cleaned_data["rooms"],
                interviewers=form.cleaned_data["interviewers"],
            )
        except RecruitError as error:
            form.add_error("day" if error.field == "starts_at" else None, error.message)
        else:
            audit.note(request.user, "session.changed", session, fields=form.changed_data)
            clashes.look_for_clashes(at=timezone.now())
            messages.success(request, _("Saved; %(count)s people are told.") % {"count": told.told})
            return redirect("session-people", pk=pk)
    zone = session.office.zone
    people = list(form.fields["interviewers"].queryset)  # type: ignore[attr-defined]
    rooms = list(form.fields["rooms"].queryset)  # type: ignore[attr-defined]
    span = (session.office, session.starts_at, session.ends_at)
    against_people = availability.against_interviewers(people, *span, leave_out=session)
    against_rooms = availability.against_rooms(rooms, *span, leave_out=session)
    chosen_people, chosen_rooms = _chosen(form, "interviewers"), _chosen(form, "rooms")
    context = {
        "session": session,
        "zone": zone,
        "form": form,
        "can_change": session.state in {SessionState.DRAFT, SessionState.OPEN},
        "can_reinstate": session.state == SessionState.CANCELLED and session.ends_at > timezone.now(),
        "people": [{"row": one, "on": one.pk in chosen_people, "against": against_people[one.pk]} for one in people],
        "rooms": [{"row": one, "on": one.pk in chosen_rooms, "against": against_rooms[one.pk]} for one in rooms],
        "clashes": [
            {"clash": clash, "is_person": isinstance(clash.who, Interviewer)} for clash in clashes.clashes(session)
        ],
        "answers": session.blocks.filter(is_off=False).select_related("interviewer"),
    }
    return render(request, "scheduling/session_people.html", context, status=422 if form.errors else 200)


def _chosen(form: SessionChangeForm, name: str) -> set[int]:
    values = form[name].value() or []
    return {int(getattr(value, "pk", value)) for value in values if str(getattr(value, "pk", value)).isdigit()}


@allowed(Action.PLAN_SESSION)
@require_POST
def replace(request: SignedIn, pk: int) -> HttpResponse:
    """Put a free interviewer, or a free room, in the place of one who cannot be there."""
    session = _session(request, pk)
    numbers = [request.POST.get(name, "") for name in ("old", "new")]
    if not all(number.isdigit() for number in numbers):
        raise Http404
    now = timezone.now()
    try:
        if request.POST.get("what") == "room":
            rooms = [room.pk for room in session.rooms.all()]
            other = get_object_or_404(session.office.rooms, pk=numbers[1])
            kept = [room for room in session.rooms.all() if str(room.pk) != numbers[0]]
            if int(numbers[0]) in rooms:
                changes.change_session(session, at=now, actor=Actor.of(request.user, "people"), rooms=[*kept, other])
        else:
            old, new = (
                get_object_or_404(Interviewer.objects.visible_to(request.user), pk=number) for number in numbers
            )
            changes.replace_interviewer(session, old, new, at=now)
    except RecruitError as error:
        messages.error(request, error.message)
    else:
        clashes.look_for_clashes(at=now)
        messages.success(request, _("Replaced; everybody concerned hears of it."))
    return redirect("session-people", pk=pk)


@allowed(Action.PLAN_SESSION)
@require_POST
def session_reinstate(request: SignedIn, pk: int) -> HttpResponse:
    """Take back that a session was called off."""
    session = _session(request, pk)
    try:
        told = changes.reinstate_session(session, at=timezone.now(), actor=Actor.of(request.user, "people"))
    except RecruitError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Saved; %(count)s people are told.") % {"count": len(told)})
    return redirect("session-people", pk=pk)
