"""An invited person takes another time alone: which times still help, a choice kept for ten minutes, one winner of the last seat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import Application, Office
from scheduling.attendance import session_sd
from scheduling.models import ArrivalBand, InterviewSession, Invitation, SeatHold
from scheduling.planning.mixture import common_shift
from scheduling.planning.room_for_one import seat_free, times_with_room
from scheduling.services import replies
from scheduling.services.actors import Actor
from scheduling.services.attendance import chances_of, current_model, invitees_of
from scheduling.services.moves import move, next_revision, touch
from scheduling.services.notices import post_notice
from scheduling.states import (
    CAME,
    EXPECTED,
    Answer,
    InvitationEvent,
    InvitationState,
    LedgerKind,
    MoveRequestState,
    SessionState,
)

KEPT = timedelta(minutes=10)
MOST_OFFERS = 5
# A time that is nearer than this is no help to anybody who is not at the door.
NOTICE = timedelta(minutes=60)
AHEAD = timedelta(days=21)
MOST_SESSIONS = 6
# Who chooses a time comes more likely than not, whatever was known before; a kept choice counts the same.
LEAST_CHANCE = 0.6


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One other time: ``key`` names it in forms; nothing tells how full it is."""

    key: str
    session: InterviewSession
    band: ArrivalBand | None
    starts_at: datetime
    ends_at: datetime
    is_other_office: bool

    @property
    def office(self) -> Office:
        """Where it is."""
        return self.session.office


def offers(invitation: Invitation, *, at: datetime, most: int = MOST_OFFERS) -> list[Offer]:
    """Return at most ``most`` other times for an invited person: of the same office first, then of others, by time."""
    return _best(_sessions(invitation.application, at=at), invitation, at=at, most=most)


def open_offers(application: Application, *, at: datetime, most: int = 12) -> list[Offer]:
    """Return times of the vacancy's open sessions for somebody without an open invitation, by time."""
    return _best(_sessions(application, at=at), None, at=at, most=most)


def _sessions(application: Application, *, at: datetime) -> list[InterviewSession]:
    rows = InterviewSession.objects.filter(
        vacancies=application.vacancy_id,
        state__in=[SessionState.OPEN, SessionState.RUNNING],
        ends_at__gt=at + NOTICE,
        starts_at__lt=at + AHEAD,
        online_link="",
    )
    return list(rows.select_related("office").prefetch_related("bands").order_by("starts_at")[:MOST_SESSIONS])


def _best(
    sessions: Sequence[InterviewSession], invitation: Invitation | None, *, at: datetime, most: int
) -> list[Offer]:
    if invitation is not None:
        # One invitation per person and session: a session that the person was asked to before is closed to them.
        before = set(
            Invitation.objects.filter(application_id=invitation.application_id)
            .exclude(pk=invitation.pk)
            .values_list("session_id", flat=True)
        )
        sessions = [one for one in sessions if one.pk not in before]
    home = invitation.session.office_id if invitation is not None else sessions[0].office_id if sessions else 0
    found: list[Offer] = []
    for session in sessions:
        found += _open_times(session, invitation, at=at, home=home)
    near = [one for one in found if not one.is_other_office]
    far = [one for one in found if one.is_other_office]
    # One or two of another office stand among the five wherever there is one: the way may be what does not suit.
    others = far[: max(most - len(near), min(2, most - 1))]
    return sorted([*near[: most - len(others)], *others], key=lambda one: one.starts_at)


def _open_times(session: InterviewSession, invitation: Invitation | None, *, at: datetime, home: int) -> list[Offer]:
    """Return the times of one session that still have room for this person."""
    room = _Room(session, without=invitation, at=at)
    same = invitation is not None and invitation.session_id == session.pk
    if session.is_group:
        if same or session.starts_at < at + NOTICE or not room.has_seat():
            return []
        return [_offer(session, None, home)]
    bands = [
        band
        for band in session.bands.all()
        if band.starts_at >= at + NOTICE and not (same and invitation is not None and invitation.band_id == band.pk)
    ]
    fits = room.bands_with_room(bands)
    return [_offer(session, band, home) for band, fit in zip(bands, fits, strict=True) if fit]


def _offer(session: InterviewSession, band: ArrivalBand | None, home: int) -> Offer:
    return Offer(
        key=f"{session.pk}-{band.pk if band else 0}",
        session=session,
        band=band,
        starts_at=band.starts_at if band else session.starts_at,
        ends_at=band.ends_at if band else session.ends_at,
        is_other_office=session.office_id != home,
    )


class _Room:
    """How full a session is for one person more: its expected people and the times kept for others, as chances."""

    def __init__(self, session: InterviewSession, *, without: Invitation | None, at: datetime) -> None:
        self.session, self.at = session, at
        rows = list(session.invitations.filter(state__in=[*EXPECTED, *CAME]).select_related("session", "band"))
        mine = without.pk if without is not None else 0
        expected = [row for row in rows if row.state in EXPECTED and row.pk != mine]
        model = current_model()
        invitees = invitees_of(expected, at=at) if expected else []
        chances = chances_of(model, invitees).mean.tolist() if expected else []
        self.people = [(row.band_id, float(p)) for row, p in zip(expected, chances, strict=True)]
        holds = SeatHold.objects.filter(session=session, until__gt=at).exclude(invitation=mine)
        self.people += [(hold.band_id, LEAST_CHANCE) for hold in holds]
        self.came = sum(row.state in CAME for row in rows)
        self.waiting = sum(row.state == InvitationState.ARRIVED for row in rows)
        self.nodes = common_shift(round(session_sd(model, invitees), 6) if invitees else 0.0)

    def has_seat(self) -> bool:
        """Return whether a group has a seat for one more."""
        chances = [p for _band, p in self.people]
        return seat_free(
            chances,
            LEAST_CHANCE,
            seats=self.session.seats or 0,
            risk=self.session.overflow_risk,
            came=self.came,
            nodes=self.nodes,
        )

    def bands_with_room(self, bands: Sequence[ArrivalBand]) -> list[bool]:
        """Return for each band whether one more keeps the promised wait and the lobby."""
        session = self.session
        begin = max(session.starts_at, self.at)
        each = timedelta(minutes=session.minutes_each)
        count = max(int((session.ends_at - begin) / each), 1)
        starts = {band.pk: band.starts_at for band in session.bands.all()}

        def slot(start: datetime) -> int:
            return min(max(int((start - begin) / each), 0), count - 1)

        slots: list[list[float]] = [[] for _ in range(count)]
        for band_id, chance in self.people:
            slots[slot(starts.get(band_id or 0, session.starts_at))].append(chance)
        return times_with_room(
            slots,
            [slot(band.starts_at) for band in bands],
            LEAST_CHANCE,
            interviewers=session.interviewers_planned,
            minutes_each=float(session.minutes_each),
            promised_minutes=float(session.promised_wait_minutes),
            lobby=session.lobby,
            lobby_risk=session.overflow_risk,
            nodes=self.nodes,
            waiting=self.waiting if begin > session.starts_at else 0,
        )


def target_of(key: str) -> tuple[int, int]:
    """Return session and band (0: a group) that a form sent back; ``InvalidInputError`` for anything else."""
    session, _dash, band = key.partition("-")
    if not (key.isascii() and session.isdigit() and band.isdigit() and len(key) < 40):
        raise InvalidInputError(_("Choose one of the times."), field="offer")
    return int(session), int(band)


def _locked(invitation: Invitation, key: str, *, at: datetime) -> Offer:
    """Return the offer behind ``key``, looked at again while its session is locked: of two who want the last seat, one gets it."""
    session_pk, band_pk = target_of(key)
    wanted = (
        InterviewSession.objects.select_for_update(of=("self",))
        .filter(pk=session_pk, vacancies=invitation.application.vacancy_id)
        .select_related("office")
        .first()
    )
    if wanted is None or wanted.state not in {SessionState.OPEN, SessionState.RUNNING}:
        raise ConflictError(_("This time is gone. Please choose another."))
    found = _open_times(wanted, invitation, at=at, home=invitation.session.office_id)
    for offer in found:
        if (offer.band.pk if offer.band else 0) == band_pk:
            return offer
    raise ConflictError(_("This time is gone. Please choose another."))


@transaction.atomic
def keep(invitation: Invitation, key: str, *, at: datetime) -> SeatHold:
    """Keep a time for ten minutes while the person makes sure; ``ConflictError`` where somebody else was first."""
    _check_open(invitation)
    offer = _locked(invitation, key, at=at)
    hold, _new = SeatHold.objects.update_or_create(
        invitation=invitation, defaults={"session": offer.session, "band": offer.band, "until": at + KEPT}
    )
    return hold


def kept(invitation: Invitation, *, at: datetime) -> SeatHold | None:
    """Return the time that is kept for this person now."""
    rows = SeatHold.objects.filter(invitation=invitation, until__gt=at)
    return rows.select_related("session__office", "band").first()


def may_choose_again(invitation: Invitation) -> bool:
    """Return whether we called this visit off: the person may then choose another time alone."""
    return invitation.state == InvitationState.CANCELLED and invitation.answer != Answer.DECLINED


def _check_open(invitation: Invitation) -> None:
    if invitation.state not in EXPECTED and not may_choose_again(invitation):
        raise TransitionRefusedError(_("This visit is settled. Please call us."))


@transaction.atomic
def take(invitation: Invitation, key: str, *, at: datetime, actor: Actor) -> Invitation:
    """Move the person to another time, of this session or another one, and tell them; who chose it has confirmed it.

    ``ConflictError`` where the time is gone and was not kept. The same invitation goes on: one link, one UID, SEQUENCE + 1.
    """
    _check_open(invitation)
    session_pk, band_pk = target_of(key)
    before = invitation.session_id
    hold = kept(invitation, at=at)
    if hold is not None and (hold.session_id, hold.band_id or 0) == (session_pk, band_pk):
        session, band = hold.session, hold.band
        if session.state not in {SessionState.OPEN, SessionState.RUNNING}:
            raise ConflictError(_("This time is gone. Please choose another."))
    else:
        offer = _locked(invitation, key, at=at)
        session, band = offer.session, offer.band
    event = InvitationEvent.REINSTATE if invitation.state == InvitationState.CANCELLED else InvitationEvent.MOVE
    moved = move(
        invitation,
        event,
        at=at,
        actor=actor,
        kind=LedgerKind.REINSTATED if event == InvitationEvent.REINSTATE else LedgerKind.MOVED,
        data={"from": invitation.band_id, "to": band.pk if band else None, "session": session.pk},
        session_id=session.pk,
        band=band,
        answered_at=None,
        late_minutes=None,
        settled_at=None,
        **next_revision(invitation, at),
    )
    SeatHold.objects.filter(invitation=invitation).delete()
    invitation.move_requests.filter(state=MoveRequestState.OPEN).update(
        state=MoveRequestState.ACCEPTED, decided_at=at, decided_by=actor.user
    )
    moved = replies.confirm(moved, at=at, actor=actor)
    post_notice(moved, "update", at=at)
    touch(before)
    return moved
