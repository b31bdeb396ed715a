"""One press at a desk, counted once: the browser gives it a key, and sends it again until it has an answer.

A desk works on while the network is away: what was pressed waits in the browser and comes later, with the time of the
press. The key is written in the transaction of the change, so a press that comes twice changes nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from recruit.errors import InvalidInputError
from recruit.models import Company, SourceKind, Vacancy
from recruit.services.applications import apply
from recruit.services.import_responses import source_called
from recruit.services.people import PersonRecord, find_or_create_candidate
from scheduling.models import DeskAct, InterviewSession, Invitation, SessionInterviewer
from scheduling.services import desk, replies
from scheduling.services.actors import Actor
from scheduling.services.desk_queue import crew, free_interviewers, longest_free
from scheduling.states import JumpReason

# A press older than this waited for the network: the order may have changed meanwhile, and that needs no excuse.
LIVE_SECONDS = 20
OLDEST = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class Press:
    """What was pressed, about whom, and when (aware); ``key`` names the press, empty where no script made one."""

    what: str
    at: datetime
    invitation: Invitation | None = None
    key: str = ""
    reason: str = ""
    minutes: int | None = None
    interviewer: int | None = None
    waited_seconds: float = 0.0
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """What came of a press; ``is_repeat`` when it had come before and nothing was done now."""

    what: str
    invitation: Invitation | None
    is_repeat: bool = False


def press(session: InterviewSession, one: Press, *, actor: Actor) -> Pressed:
    """Do what was pressed, once for each key.

    ``InvalidInputError`` for an unknown press or a missing person, ``TransitionRefusedError`` where somebody else was
    first, ``ConflictError`` where there is nobody or nothing to do it with. A refused press leaves no key behind.
    """
    handler = _HANDLERS.get(one.what)
    if handler is None:
        raise InvalidInputError(_("The desk does not know this button."), field="what")
    if one.invitation is None and one.what not in _WITHOUT_PERSON:
        raise InvalidInputError(_("Say who it is about."), field="invitation")
    try:
        with transaction.atomic():
            act = None
            if one.key:
                act = DeskAct.objects.create(
                    session=session, key=one.key[:64], what=one.what[:16], actor=actor.user, at=one.at
                )
            found = handler(session, one, actor)
            if act is not None and found is not None:
                DeskAct.objects.filter(pk=act.pk).update(invitation=found)
    except IntegrityError:
        before = DeskAct.objects.filter(session=session, key=one.key[:64]).select_related("invitation").first()
        if before is None:
            raise
        return Pressed(what=one.what, invitation=before.invitation, is_repeat=True)
    return Pressed(what=one.what, invitation=found)


def _person(one: Press) -> Invitation:
    if one.invitation is None:
        raise InvalidInputError(_("Say who it is about."), field="invitation")
    return one.invitation


def _arrive(session: InterviewSession, one: Press, actor: Actor) -> Invitation:
    del session
    missing = bool(one.fields.get("document_missing"))
    return desk.check_in(_person(one), at=one.at, actor=actor, document_missing=missing)


def _next(session: InterviewSession, one: Press, actor: Actor) -> Invitation:
    if one.invitation is not None and one.waited_seconds > LIVE_SECONDS:
        # It was pressed while the network was away, and the person has gone into the room since.
        return _start(session, one, actor)
    return desk.call_next(session, at=one.at, actor=actor, shown=one.invitation)


def _start(session: InterviewSession, one: Press, actor: Actor) -> Invitation:
    free = free_interviewers(session)
    chosen: SessionInterviewer | None = None
    if one.interviewer is not None:
        chosen = next((seat for seat in crew(session) if seat.pk == one.interviewer), None)
    chosen = chosen or longest_free(session, free, list(session.invitations.exclude(finished_at=None)))
    if one.reason and one.reason not in JumpReason.values:
        raise InvalidInputError(_("Choose one of the reasons."), field="reason")
    reason = one.reason or ("offline" if one.waited_seconds > LIVE_SECONDS else "")
    return desk.start(
        _person(one),
        at=one.at,
        actor=actor,
        interviewer=chosen.interviewer if chosen else None,
        room=chosen.room if chosen else None,
        reason=reason,
    )


def _hand_over(session: InterviewSession, one: Press, actor: Actor) -> Invitation:
    seat = next((seat for seat in crew(session) if seat.pk == one.interviewer), None)
    if seat is None:
        raise InvalidInputError(_("Choose the interviewer."), field="interviewer")
    return desk.hand_over(_person(one), at=one.at, actor=actor, to=seat)


def _late(session: InterviewSession, one: Press, actor: Actor) -> Invitation:
    del session
    return replies.running_late(_person(one), minutes=one.minutes or 0, at=one.at, actor=actor)


def _decline(session: InterviewSession, one: Press, actor: Actor) -> Invitation:
    del session
    return replies.decline(_person(one), at=one.at, actor=actor, reason=one.reason)


def _undo(session: InterviewSession, one: Press, actor: Actor) -> Invitation:
    del one
    if actor.user is None:
        raise InvalidInputError(_("Nobody works at this desk."), field="what")
    return desk.undo_last(session, by=actor.user)


def _walk_in(session: InterviewSession, one: Press, actor: Actor) -> Invitation:
    """Take somebody who came without an invitation; who has an open one for this session is checked in with it."""
    vacancy: Vacancy = one.fields["vacancy"]
    phone = str(one.fields.get("phone", ""))
    person = PersonRecord(name=str(one.fields["name"]), phones=(phone,) if phone else ())
    candidate = find_or_create_candidate(person, region=Company.current().region)
    mine = Invitation.objects.expected().filter(session=session, application__candidate=candidate).first()
    if mine is not None:
        return desk.check_in(mine, at=one.at, actor=actor)
    source = source_called("Walk-in", kind=SourceKind.WALK_IN)
    application, _new = apply(candidate, vacancy, source, at=one.at)
    return desk.add_walk_in(application, session, at=one.at, actor=actor)


def _simple(
    verb: Callable[..., Invitation],
) -> Callable[[InterviewSession, Press, Actor], Invitation]:
    def do(session: InterviewSession, one: Press, actor: Actor) -> Invitation:
        del session
        return verb(_person(one), at=one.at, actor=actor)

    return do


_HANDLERS: dict[str, Callable[[InterviewSession, Press, Actor], Invitation]] = {
    "arrive": _arrive,
    "next": _next,
    "start": _start,
    "hand_over": _hand_over,
    "late": _late,
    "decline": _decline,
    "undo": _undo,
    "walk_in": _walk_in,
    "confirm": _simple(replies.confirm),
    "undo_arrive": _simple(desk.undo_check_in),
    "finish": _simple(desk.finish),
    "undo_start": _simple(desk.undo_start),
    "leave": _simple(desk.leave),
    "turn_away": _simple(desk.turn_away),
    "hold": _simple(desk.put_aside),
    "unhold": _simple(desk.call_back),
    "document": _simple(desk.document_came),
}
_WITHOUT_PERSON = frozenset({"next", "undo", "walk_in"})
PRESSES = frozenset(_HANDLERS)
