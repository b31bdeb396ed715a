"""The clock of an office changes under people who were invited: never in silence, and by a person's choice."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from recruit.models import Office, User
from recruit.services.offices import ZoneChoice
from scheduling.models import InterviewSession, Invitation
from scheduling.services.actors import Actor
from scheduling.services.changes import change_session, tell_of_place
from scheduling.states import EXPECTED, SessionState


def _sessions(office: Office, at: datetime) -> QuerySet[InterviewSession]:
    return InterviewSession.objects.filter(
        office=office, is_history=False, state__in=[SessionState.DRAFT, SessionState.OPEN], starts_at__gt=at
    )


def told(office: Office, at: datetime) -> int:
    """Return how many people are expected at sessions of this office that are still to come."""
    return Invitation.objects.filter(session__in=_sessions(office, at), state__in=EXPECTED).count()


def carry_out(office: Office, old_zone: str, choice: str, at: datetime, by: User) -> int:
    """Tell everybody who is expected, and return how many are.

    Where the moment stays, SEQUENCE grows, the answers stay and the message names the time on the new clock. Where the
    time on the clock stays, each session moves to the moment at which the new clock shows it, and people are asked
    anew; ``InvalidInputError`` where that moment is in the past.
    """
    actor, count = Actor.of(by, "office"), 0
    for session in _sessions(office, at).select_related("office"):
        if choice == ZoneChoice.CLOCK:
            shown = session.starts_at.astimezone(ZoneInfo(old_zone)).replace(tzinfo=None)
            moment = shown.replace(tzinfo=ZoneInfo(office.time_zone))
            count += change_session(session, at=at, actor=actor, starts_at=moment).told
        else:
            count += tell_of_place(session, at=at, actor=actor).told
    return count
