"""Making and calling off interview sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from recruit.errors import InvalidInputError, TransitionRefusedError
from recruit.models import Office, User, Vacancy
from recruit.queue import enqueue
from recruit.states import step
from scheduling.models import (
    ArrivalBand,
    Interviewer,
    InterviewSession,
    Room,
    SessionInterviewer,
    SessionRole,
    SessionVacancy,
)
from scheduling.services.actors import Actor
from scheduling.services.moves import call_off, move
from scheduling.states import (
    EXPECTED,
    SESSION_MOVES,
    InvitationEvent,
    InvitationState,
    LedgerKind,
    SessionEvent,
    SessionFormat,
    SessionState,
)


@dataclass(frozen=True, kw_only=True)
class SessionWish:
    """What a session should be; times are aware, lengths in minutes."""

    format: SessionFormat
    office: Office
    starts_at: datetime
    ends_at: datetime
    vacancies: Sequence[Vacancy]
    target: int
    assurance: float = 0.9
    overflow_risk: float = 0.05
    interviewers_planned: int = 2
    minutes_each: int = 20
    band_minutes: int = 30
    lobby: int = 14
    seats: int | None = None
    minimum: int | None = None
    promised_wait_minutes: int = 40
    title: str = ""
    rooms: Sequence[Room] = ()
    interviewers: Sequence[Interviewer] = ()
    observers: Sequence[Interviewer] = ()
    vacancy_targets: dict[int, int] = field(default_factory=dict)


def _refuse(condition: object, message: str, where: str) -> None:
    if condition:
        raise InvalidInputError(message, field=where)


def check_wish(wish: SessionWish, *, now: datetime, past_allowed: bool = False) -> None:
    """Raise ``InvalidInputError`` naming the field of the first thing that cannot be."""
    _refuse(wish.ends_at <= wish.starts_at, "The session ends before it begins.", "ends_at")
    _refuse(not past_allowed and wish.starts_at < now, "The session is in the past.", "starts_at")
    _refuse(wish.ends_at - wish.starts_at > timedelta(hours=16), "A session lasts at most 16 hours.", "ends_at")
    _refuse(not wish.vacancies, "Choose at least one vacancy.", "vacancies")
    _refuse(wish.target < 1, "The target is at least one interview.", "target")
    _refuse(not 0 < wish.assurance < 1, "The assurance is between 1 % and 99 %.", "assurance")
    _refuse(not 0 <= wish.overflow_risk < 1, "The risk is a share from 0 to 1.", "overflow_risk")
    _refuse(wish.minutes_each < 1, "An interview takes at least one minute.", "minutes_each")
    _refuse(wish.band_minutes < 5, "Bands are at least 5 minutes apart.", "band_minutes")
    _refuse(wish.interviewers_planned < 1, "At least one interviewer is needed.", "interviewers_planned")
    window = (wish.ends_at - wish.starts_at).total_seconds() / 60
    _refuse(wish.minutes_each > window, "One interview is longer than the session.", "minutes_each")
    if wish.format == SessionFormat.GROUP:
        _refuse(wish.seats is None, "A group session needs a number of seats.", "seats")
        _refuse(wish.seats is not None and wish.target > wish.seats, "The target is above the seats.", "target")
        _refuse(wish.minimum is not None and wish.minimum > wish.target, "The minimum is above the target.", "minimum")
    else:
        fits = wish.interviewers_planned * int(window // wish.minutes_each)
        _refuse(wish.target > fits, f"Only {fits} interviews fit into this session.", "target")


@transaction.atomic
def create_session(*, wish: SessionWish, by: User | None, past_allowed: bool = False) -> InterviewSession:
    """Create a draft session with its bands, vacancies and people; ``InvalidInputError`` at the field that is wrong."""
    check_wish(wish, now=timezone.now(), past_allowed=past_allowed)
    session = InterviewSession.objects.create(
        format=wish.format,
        title=wish.title,
        office=wish.office,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        target=wish.target,
        assurance=wish.assurance,
        overflow_risk=wish.overflow_risk,
        interviewers_planned=max(wish.interviewers_planned, len(wish.interviewers)),
        minutes_each=wish.minutes_each,
        band_minutes=wish.band_minutes,
        lobby=wish.lobby,
        seats=wish.seats,
        minimum=wish.minimum,
        promised_wait_minutes=wish.promised_wait_minutes,
        created_by=by,
    )
    SessionVacancy.objects.bulk_create(
        SessionVacancy(session=session, vacancy=vacancy, target=wish.vacancy_targets.get(vacancy.pk))
        for vacancy in wish.vacancies
    )
    seat_people(session, wish.interviewers, SessionRole.INTERVIEWER, wish.rooms)
    seat_people(session, wish.observers, SessionRole.OBSERVER, ())
    session.rooms.set(wish.rooms)
    make_bands(session)
    return session


def seat_people(
    session: InterviewSession, people: Sequence[Interviewer], role: SessionRole, rooms: Sequence[Room]
) -> None:
    """Put ``people`` into the session, one room each as far as the rooms go."""
    SessionInterviewer.objects.bulk_create(
        SessionInterviewer(
            session=session, interviewer=person, role=role, room=rooms[index] if index < len(rooms) else None
        )
        for index, person in enumerate(people)
    )


def band_starts(session: InterviewSession) -> list[datetime]:
    """Return the arrival times: every ``band_minutes`` while a whole interview still fits before the end."""
    if session.is_group:
        return [session.starts_at]
    step_by = timedelta(minutes=session.band_minutes)
    last = session.ends_at - timedelta(minutes=session.minutes_each)
    starts, at = [], session.starts_at
    while at <= last:
        starts.append(at)
        at += step_by
    return starts


def make_bands(session: InterviewSession) -> list[ArrivalBand]:
    """Create the bands of a new session and return them in order."""
    starts = band_starts(session)
    ends = [*starts[1:], session.ends_at]
    return ArrivalBand.objects.bulk_create(
        ArrivalBand(session=session, starts_at=start, ends_at=end) for start, end in zip(starts, ends, strict=True)
    )


def change_session_state(session: InterviewSession, event: SessionEvent, **changes: object) -> InterviewSession:
    """Move a session by ``event``; of two who try, one wins and the other gets ``TransitionRefusedError``."""
    new = step(SESSION_MOVES, SessionState(session.state), event)
    # The version grows with it: every open page of the session shows the new state at its next look.
    moved = {"state": new, "version": F("version") + 1, **changes}
    if not InterviewSession.objects.filter(pk=session.pk, state=session.state).update(**moved):
        msg = "This session was changed by someone else; look again."
        raise TransitionRefusedError(msg)
    session.refresh_from_db()
    if event in {SessionEvent.OPEN, SessionEvent.CANCEL, SessionEvent.REINSTATE} and not session.is_history:
        # After the commit, so that the interviewers' entries name the wave that opened the session.
        enqueue("scheduling.tasks.sync_blocks", session_id=session.pk)
    return session


@transaction.atomic
def cancel_session(session: InterviewSession, *, at: datetime, by: User) -> list[int]:
    """Call the session off, everybody with it, and return the ids of the invitations that must be told.

    Nobody becomes a no-show. Who is here already is turned away, and is first in line for a guaranteed time.
    """
    change_session_state(session, SessionEvent.CANCEL)
    actor = Actor.of(by, "session")
    told = []
    concerned = session.invitations.select_for_update().filter(state__in=[*EXPECTED, InvitationState.ARRIVED])
    for invitation in concerned.order_by("pk"):
        if invitation.state == InvitationState.ARRIVED:
            move(invitation, InvitationEvent.TURN_AWAY, at=at, actor=actor, kind=LedgerKind.TURNED_AWAY, settled_at=at)
            continue
        call_off(invitation, at=at, actor=actor)
        told.append(invitation.pk)
    return told
