"""The demo's group session of today and the people of the last days who wait for a decision."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from django.db.models import Count

from recruit.models import Application, Offer, StageMove, User
from recruit.states import Stage
from scheduling.models import (
    GroupRoom,
    Interviewer,
    InterviewSession,
    Invitation,
    Scorecard,
    SessionInterviewer,
    SessionRole,
)
from scheduling.services import desk
from scheduling.services.actors import Actor
from scheduling.services.facts import note_facts
from scheduling.services.room import USUAL_STEPS, keep_places
from scheduling.services.scorecards import QUICK_NOTES, default_template
from scheduling.services.sessions import SessionWish, change_session_state, create_session
from scheduling.services.waves import invite_one
from scheduling.states import LIVE, InvitationState, SessionEvent, SessionFormat

SEATED = 8
NOTES = (
    "asked about the product",
    "led the sums",
    "let others decide",
    "calm",
    "argued with the host",
    "split the work",
)


def load_judging(options: Any, rng: Random) -> None:
    """Leave the newest closed group undecided, with three observers' marks, and seat a group that is being watched now."""
    closed = (
        InterviewSession.objects.filter(format=SessionFormat.GROUP, state="closed", is_history=False)
        .order_by("-starts_at")
        .first()
    )
    if closed is not None:
        _undecided(closed, options, rng)
    _watched_now(options, rng)


def _marks(rng: Random, middle: int) -> dict[str, int]:
    return {
        point["code"]: min(5, max(1, middle + rng.choice([-2, -1, 0, 0, 0, 1, 1])))
        for point in default_template().criteria
    }


def _undecided(session: InterviewSession, options: Any, rng: Random) -> None:
    """Take the decisions of one past group back, and give its people marks, answers and a promised day."""
    held = list(
        session.invitations.filter(state=InvitationState.FINISHED).select_related("application").order_by("number")[:9]
    )
    missed = list(
        session.invitations.filter(state=InvitationState.NO_SHOW).select_related("application").order_by("pk")[:3]
    )
    numbers = [row.application_id for row in (*held, *missed)]
    Offer.objects.filter(application__in=numbers).delete()
    StageMove.objects.filter(application__in=numbers, old=Stage.INTERVIEW).delete()
    Application.objects.filter(pk__in=numbers).update(
        stage=Stage.INTERVIEW,
        stage_since=session.ends_at,
        closing_reason="",
        answered_at=None,
        answer_due_on=(options.now + timedelta(days=2)).date(),
    )
    observers = [row.interviewer for row in session.session_interviewers.select_related("interviewer").order_by("pk")][
        :3
    ]
    Scorecard.objects.filter(invitation__in=held).delete()
    for row in held:
        middle = rng.choice([2, 3, 3, 4, 4])
        Scorecard.objects.bulk_create(
            Scorecard(
                invitation=row,
                author=one,
                template=default_template(),
                marks=_marks(rng, middle),
                created_at=session.ends_at,
                submitted_at=session.ends_at,
            )
            for one in observers
        )
        facts = {
            "self_rating": rng.choice([3, 4, 4, 5, 5]),
            "travel_minutes": rng.choice([25, 40, 55, 70]),
            "free_from": (options.now + timedelta(days=rng.choice([1, 7, 14]))).date().isoformat(),
        }
        if rng.random() < 0.5:
            facts["other_offers"] = str(rng.choice([1, 2]))
            facts["decides_on"] = (options.now + timedelta(days=3)).date().isoformat()
        note_facts(row.application, facts, at=session.ends_at)


def _watched_now(options: Any, rng: Random) -> None:
    """Begin a group a quarter of an hour ago: eight people are seated, two observers have begun to mark."""
    user = User.objects.get(email="recruiter@demo.example")
    starts = options.now - timedelta(minutes=15)
    people = _people()
    office = people[0].vacancy.office if len(people) == SEATED else None
    if office is None:
        return
    # Not those who sit in the streamed day: see ``demo_today.load_today``.
    observers = list(Interviewer.objects.filter(offices=office, is_active=True).order_by("pk"))[1::2][:3]
    session = create_session(
        wish=SessionWish(
            format=SessionFormat.GROUP,
            office=office,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=90),
            vacancies=[people[0].vacancy],
            target=6,
            seats=16,
            minimum=4,
            minutes_each=90,
            rooms=list(office.rooms.order_by("-seats")[:1]),
            observers=observers,
        ),
        by=user,
        past_allowed=True,
    )
    change_session_state(session, SessionEvent.OPEN)
    actor = Actor.of(user, "desk")
    rows: list[Invitation] = []
    for application in people[:SEATED]:
        row = invite_one(application, session, band=session.bands.first(), at=starts - timedelta(days=2), by=user)
        rows.append(desk.check_in(row, at=starts, actor=actor))
    GroupRoom.objects.create(
        session=session,
        steps=[{"code": code, "minutes": length} for code, length in USUAL_STEPS],
        step=1,
        step_since=options.now - timedelta(minutes=9),
    )
    SessionInterviewer.objects.filter(session=session).update(role=SessionRole.OBSERVER)
    keep_places(session)
    for one in observers[:2]:
        Scorecard.objects.bulk_create(
            Scorecard(
                invitation=row,
                author=one,
                template=default_template(),
                marks=_marks(rng, rng.choice([2, 3, 4])),
                notes={"quick": [rng.choice(QUICK_NOTES)], "motivation": rng.choice(NOTES)},
                created_at=options.now,
                stamp=1,
            )
            for row in rows[: rng.choice([4, 5, 6])]
        )


def _people() -> list[Application]:
    """Return the shortlisted people of the vacancy that has most of them, in the recruiter's order."""
    rows = Application.objects.filter(
        stage=Stage.SHORTLIST, candidate__do_not_contact=False, vacancy__office__isnull=False
    ).exclude(invitations__state__in=LIVE)
    most = rows.values("vacancy").annotate(n=Count("pk")).order_by("-n", "vacancy").first()
    if most is None:
        return []
    return list(
        rows.filter(vacancy=most["vacancy"])
        .select_related("candidate", "vacancy__office", "source")
        .order_by("priority", "pk")[:SEATED]
    )
