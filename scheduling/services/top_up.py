"""Steps of the day itself: some more people, an interviewer set free, another one who joins."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from recruit.errors import ConflictError, InvalidInputError
from recruit.models import User
from scheduling.models import (
    ArrivalBand,
    Interviewer,
    InterviewSession,
    Invitation,
    SessionInterviewer,
    SessionRole,
)
from scheduling.services.moves import touch
from scheduling.services.next_best import people_to_invite
from scheduling.services.waves import invite_one
from scheduling.states import SessionState


@transaction.atomic
def invite_more(
    session: InterviewSession, *, band: ArrivalBand | None, count: int, at: datetime, by: User
) -> list[Invitation]:
    """Invite the next ``count`` people of the shortlist, in the recruiter's order, to ``band`` (None: a group).

    ``InvalidInputError`` for a time that has passed or no number, ``ConflictError`` where nobody is left.
    """
    locked = InterviewSession.objects.select_for_update().get(pk=session.pk)
    if locked.state not in {SessionState.OPEN, SessionState.RUNNING}:
        raise ConflictError(_("This session is not open."))
    if count < 1:
        raise InvalidInputError(_("Say how many people."), field="count")
    if (band is None) != locked.is_group or (band is not None and band.starts_at <= at):
        raise InvalidInputError(_("Choose a time that is still to come."), field="band")
    people = people_to_invite(session, count)
    if not people:
        raise ConflictError(_("Nobody of the shortlist is left."))
    return [invite_one(one, session, band=band, at=at, by=by, source="live") for one in people]


@transaction.atomic
def set_free(session: InterviewSession, seat_id: int, *, at: datetime) -> SessionInterviewer:
    """Note that an interviewer leaves the session at ``at``; the last one stays."""
    InterviewSession.objects.select_for_update().get(pk=session.pk)
    seats = session.session_interviewers.filter(role=SessionRole.INTERVIEWER)
    seat = seats.filter(pk=seat_id).first()
    if seat is None:
        raise InvalidInputError(_("Choose the interviewer."), field="interviewer")
    if not any(one.pk != seat.pk and (one.until is None or one.until > at) for one in seats):
        raise ConflictError(_("Nobody would be left to interview."))
    SessionInterviewer.objects.filter(pk=seat.pk).update(until=at)
    touch(session.pk)
    seat.refresh_from_db()
    return seat


@transaction.atomic
def let_join(session: InterviewSession, interviewer_id: int) -> SessionInterviewer:
    """Add an interviewer of the office to a session that runs, in a room nobody sits in."""
    person = Interviewer.objects.filter(pk=interviewer_id, offices=session.office_id, is_active=True).first()
    if person is None:
        raise InvalidInputError(_("Choose the interviewer."), field="interviewer")
    taken = session.session_interviewers.exclude(room=None).values("room")
    room = session.rooms.exclude(pk__in=taken).first()
    try:
        with transaction.atomic():
            seat = SessionInterviewer.objects.create(
                session=session, interviewer=person, role=SessionRole.INTERVIEWER, room=room
            )
    except IntegrityError as error:
        raise ConflictError(_("This interviewer is in the session already.")) from error
    touch(session.pk)
    return seat
