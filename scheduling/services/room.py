"""The group room: steps, seats, marks that stay blind until they are shown, and the talk about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from recruit.errors import InvalidInputError, TransitionRefusedError
from recruit.models import User
from scheduling.models import (
    GroupRoom,
    Interviewer,
    InterviewSession,
    Invitation,
    RoomSeat,
    Scorecard,
    SessionInterviewer,
    SessionRole,
)
from scheduling.services.moves import touch
from scheduling.services.scorecards import check_marks, save_scorecard
from scheduling.states import CAME, EXPECTED

# (code, minutes) of the usual group interview; the minutes can be set for each session.
USUAL_STEPS = (("greeting", 5), ("self", 20), ("case", 30), ("questions", 15))
MOST_MAIN_PEOPLE = 4
APART = 2


@dataclass(frozen=True, kw_only=True)
class Place:
    """A person in the room; ``seat`` counts from 1, ``observer_id`` is whose main person this is."""

    invitation: Invitation
    seat: int
    observer_id: int | None


def observers_of(session: InterviewSession) -> list[SessionInterviewer]:
    """Return those who mark, in the order in which they were put into the session; the facilitator leads and marks too."""
    rows = list(session.session_interviewers.select_related("interviewer"))
    watching = [row for row in rows if row.role != SessionRole.INTERVIEWER]
    return watching or rows


def places_of(session: InterviewSession, people: Sequence[Invitation], observers: Sequence[int]) -> list[Place]:
    """Return where everybody sits: kept seats first, who has none takes the next free ones in their order.

    ``observers`` are interviewer ids; people without an observer go to the one who has the fewest.
    """
    kept = {row.invitation_id: row for row in RoomSeat.objects.filter(session=session)}
    taken = {row.seat for row in kept.values()}
    here = {one.pk for one in people}
    load = {pk: sum(row.observer_id == pk for row in kept.values() if row.invitation_id in here) for pk in observers}
    free = iter(number for number in range(1, len(people) + len(taken) + 1) if number not in taken)
    places = []
    for one in people:
        row = kept.get(one.pk)
        observer = row.observer_id if row is not None else None
        if observer is None and load:
            observer = min(load, key=lambda pk: (load[pk], observers.index(pk)))
            load[observer] += 1
        places.append(Place(invitation=one, seat=row.seat if row else next(free), observer_id=observer))
    return sorted(places, key=lambda place: place.seat)


@transaction.atomic
def keep_places(session: InterviewSession, *, everybody: bool = False) -> list[Place]:
    """Write down where people sit: those who came, or with ``everybody`` all who are still expected too (to print badges)."""
    InterviewSession.objects.select_for_update().get(pk=session.pk)
    states = [*CAME, *EXPECTED] if everybody else CAME
    rows = session.invitations.filter(state__in=states).with_people()
    people = list(rows.order_by("application__candidate__name", "pk") if everybody else rows.order_by("number", "pk"))
    places = places_of(session, people, [row.interviewer_id for row in observers_of(session)])
    for place in places:
        RoomSeat.objects.update_or_create(
            invitation=place.invitation,
            defaults={"session": session, "seat": place.seat, "observer_id": place.observer_id},
        )
    return places


def room_of(session: InterviewSession) -> GroupRoom:
    """Return how far the room is; unsaved and not begun where nobody has led it yet."""
    found = GroupRoom.objects.filter(session=session).first()
    return found or GroupRoom(
        session=session, steps=[{"code": code, "minutes": length} for code, length in USUAL_STEPS]
    )


def check_steps(minutes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the steps with the given lengths (1 to 180 minutes); ``InvalidInputError`` names the one that is wrong."""
    steps = []
    for code, usual in USUAL_STEPS:
        value = minutes.get(code) or usual
        try:
            length = int(value)
        except (TypeError, ValueError):
            length = 0
        if not 1 <= length <= 180:
            raise InvalidInputError("A step takes 1 to 180 minutes.", field=code)
        steps.append({"code": code, "minutes": length})
    return steps


@transaction.atomic
def go_to_step(
    session: InterviewSession, step: int, *, at: datetime, minutes: Mapping[str, Any] | None = None
) -> GroupRoom:
    """Lead the room to ``step`` (0 first; the number of steps: over), and seat those who have come since."""
    InterviewSession.objects.select_for_update().get(pk=session.pk)
    room = room_of(session)
    if minutes is not None:
        room.steps = check_steps(minutes)
    if not 0 <= step <= len(room.steps):
        raise InvalidInputError("There is no such step.", field="step")
    if room.step != step:
        room.step, room.step_since = step, at
    room.save()
    keep_places(session)
    touch(session.pk)
    return room


def save_marks(
    invitation: Invitation, author: Interviewer, *, card: Mapping[str, Any], stamp: int, at: datetime
) -> Scorecard:
    """Keep an observer's marks of one person; refused once the observer has seen the marks of others."""
    seen = SessionInterviewer.objects.filter(
        session=invitation.session_id, interviewer=author, marks_in_at__isnull=False
    ).first()
    shown_at = seen.marks_in_at if seen is not None else None
    came_later = shown_at is not None and invitation.arrived_at is not None and invitation.arrived_at > shown_at
    if seen is not None and not came_later:
        old = Scorecard.objects.filter(invitation=invitation, author=author, stamp__gte=stamp).first()
        if old is not None:
            return old
        msg = "You have seen the marks of the others: from now on give second marks."
        raise TransitionRefusedError(msg)
    marks = card.get("marks") or {}
    if not isinstance(marks, dict):
        raise InvalidInputError("Marks are numbers by their points.", field="marks")
    notes = card.get("notes") or {}
    if not isinstance(notes, dict):
        raise InvalidInputError("Notes are words by their points.", field="notes")
    return save_scorecard(invitation, author, marks=marks, notes=notes, stamp=stamp, at=at)


@transaction.atomic
def show_marks(session: InterviewSession, author: Interviewer, *, at: datetime) -> int:
    """Show all marks of ``author`` to the others and return how many cards; showing twice changes nothing more."""
    cards = Scorecard.objects.filter(invitation__session=session, author=author, submitted_at=None)
    ready = [card.pk for card in cards if card.marks]
    seat, _made = SessionInterviewer.objects.get_or_create(
        session=session, interviewer=author, defaults={"role": SessionRole.OBSERVER}
    )
    if seat.marks_in_at is None and not ready:
        raise InvalidInputError("Mark at least one person before you submit.", field="marks")
    done = Scorecard.objects.filter(pk__in=ready, submitted_at=None).update(submitted_at=at)
    SessionInterviewer.objects.filter(pk=seat.pk, marks_in_at=None).update(marks_in_at=at)
    if done:
        touch(session.pk)
    return done


@transaction.atomic
def second_mark(card: Scorecard, *, code: str, mark: Any, at: datetime) -> Scorecard:
    """Keep a mark given after the talk beside the first one; refused before the marks are shown and once the talk is over."""
    if card.submitted_at is None:
        msg = "Second marks come after the first ones are submitted."
        raise TransitionRefusedError(msg)
    if GroupRoom.objects.filter(session=card.invitation.session_id).exclude(talk_closed_at=None).exists():
        msg = "The talk is closed."
        raise TransitionRefusedError(msg)
    clean = check_marks(card.template, {code: mark})
    if code not in clean:
        raise InvalidInputError("Marks go from 1 to 5.", field=code)
    locked = Scorecard.objects.select_for_update().get(pk=card.pk)
    locked.second_marks = {**locked.second_marks, code: clean[code]}
    locked.second_at = at
    locked.save(update_fields=["second_marks", "second_at"])
    touch(card.invitation.session_id)
    return locked


def close_talk(session: InterviewSession, *, at: datetime) -> None:
    """End the talk: the marks stay as they are."""
    with transaction.atomic():
        room = room_of(session)
        if room.talk_closed_at is None:
            room.talk_closed_at = at
            room.save()
            touch(session.pk)


def may_see_marks(session: InterviewSession, author: Interviewer | None, user: User, *, decides: bool) -> bool:
    """Return whether a person may see everybody's marks: who marks, after showing their own; who only decides, once all are in."""
    rows = list(session.session_interviewers.all())
    mine = next((row for row in rows if author is not None and row.interviewer_id == author.pk), None)
    if mine is not None and mine.marks_in_at is not None:
        return True
    writing = author is not None and Scorecard.objects.filter(
        invitation__session=session, author=author, submitted_at=None
    ).exclude(marks={})
    if writing and writing.exists():
        return False
    if mine is not None or not decides or user is None:
        return False
    waiting = [row for row in observers_of(session) if row.marks_in_at is None]
    return not waiting and any(row.marks_in_at for row in rows)
