"""Rows that the tests of the interview day stand on: an open session and people invited to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from recruit.models import Application, Office, User, Vacancy
from recruit.permissions import Role
from recruit.services.applications import move_stage
from recruit.states import Stage
from scheduling.models import ActorKind, Interviewer, InterviewSession, Invitation
from scheduling.services.actors import Actor
from scheduling.services.sessions import SessionWish, change_session_state, create_session
from scheduling.services.waves import invite_one
from scheduling.states import SessionEvent, SessionFormat
from tests.recruit import world

# Tuesday, ten o'clock in Moscow; people are invited the day before.
OPENS = datetime(2026, 5, 12, 7, tzinfo=UTC)
DAY_BEFORE = OPENS - timedelta(days=1)
MINUTE = timedelta(minutes=1)


def recruiter() -> User:
    return world.user(Role.RECRUITER)


def by(user: User) -> Actor:
    return Actor.of(user, "test")


def person() -> Actor:
    return Actor(kind=ActorKind.CANDIDATE, source="link")


def wish(*, office: Office | None = None, vacancies: list[Vacancy] | None = None, **fields) -> SessionWish:
    """Return the wish for three hours with two interviewers, twenty minutes each."""
    return SessionWish(
        **{
            "format": SessionFormat.STREAMED,
            "office": office or world.office(),
            "starts_at": OPENS,
            "ends_at": OPENS + timedelta(hours=3),
            "vacancies": vacancies or [world.vacancy()],
            "target": 3,
            **fields,
        }
    )


def draft(**fields) -> InterviewSession:
    return create_session(wish=wish(**fields), by=None, past_allowed=True)


def opened(**fields) -> InterviewSession:
    return change_session_state(draft(**fields), SessionEvent.OPEN)


def group(**fields) -> InterviewSession:
    return opened(**{"format": SessionFormat.GROUP, "seats": 4, "target": 3, **fields})


def shortlisted(session: InterviewSession, name: str = "Anna Petrova", **contacts) -> Application:
    application = world.application(who=world.candidate(name, **contacts), to=session.vacancies.first())
    move_stage(application, Stage.SHORTLIST, at=DAY_BEFORE, by=None)
    return application


def invited(session: InterviewSession, name: str = "Anna Petrova", *, band: int = 0, **contacts) -> Invitation:
    place = session.bands.all()[band] if not session.is_group else None
    application = shortlisted(session, name, **contacts)
    return invite_one(application, session, band=place, at=DAY_BEFORE, by=recruiter())


def interviewer(name: str = "Igor") -> Interviewer:
    return Interviewer.objects.create(name=name)


def kinds(invitation: Invitation) -> list[str]:
    """Return what the ledger holds of the invitation, in order."""
    return [str(kind) for kind in invitation.ledger.order_by("pk").values_list("kind", flat=True)]
