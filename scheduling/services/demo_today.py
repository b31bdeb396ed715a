"""The demo's today: planned as the product does it, answered until now; and the sessions to come."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from recruit.demo import company as world
from recruit.demo import law
from recruit.demo.options import DemoOptions
from recruit.models import Office, User, Vacancy
from scheduling.models import ActorKind, Interviewer, InterviewSession, Room
from scheduling.services import replies
from scheduling.services.actors import Actor
from scheduling.services.attendance import refit
from scheduling.services.demo import local_moment, main_office
from scheduling.services.plans import approve_plan, propose_plan
from scheduling.services.sessions import SessionWish, create_session
from scheduling.states import InvitationState, SessionFormat


def load_today(options: DemoOptions, rng: Random) -> None:
    """Learn from the past days, plan today as the product does, and let people answer until now."""
    refit(as_of=options.now)
    office = main_office()
    user = User.objects.get(email="recruiter@demo.example")
    starts = _starts_today(office, options)
    planned_at = min(starts - timedelta(hours=26), options.now - timedelta(hours=2))
    vacancies = list(Vacancy.objects.filter(office=office).order_by("pk")[:3])
    for name in world.NEWCOMERS:
        mail = f"{name.split()[0].lower()}@demo.example"
        Interviewer.objects.create(name=name, email=mail).offices.add(office)
    session = _future(office, starts, vacancies, group=False)
    plan = propose_plan(session, by=user, at=planned_at)
    if plan.people:
        approve_plan(plan, by=user, at=planned_at)
        _answers(session, rng, after=planned_at, until=options.now)
    today = starts.astimezone(office.zone).date()
    _future(office, local_moment(office, today + timedelta(days=1), time(10)), vacancies[:1], group=True)
    _future(office, local_moment(office, today + timedelta(days=2), time(13)), vacancies[2:], group=False)


def _starts_today(office: Office, options: DemoOptions) -> datetime:
    """Return 13:00 of the office's today, or the next half hour when that has passed: the day can be run now."""
    usual = local_moment(office, options.today, time(13))
    if options.now <= usual:
        return usual
    soon = options.now + timedelta(minutes=10)
    return soon.replace(minute=0 if soon.minute < 30 else 30, second=0, microsecond=0)


def _future(office: Office, starts: datetime, vacancies: list[Vacancy], *, group: bool) -> InterviewSession:
    people = list(Interviewer.objects.filter(offices=office).order_by("pk"))
    rooms = list(Room.objects.filter(office=office).order_by("pk"))
    wish = SessionWish(
        format=SessionFormat.GROUP if group else SessionFormat.STREAMED,
        office=office,
        starts_at=starts,
        ends_at=starts + (timedelta(minutes=90) if group else timedelta(hours=4)),
        vacancies=vacancies,
        target=8 if group else 5,
        seats=16 if group else None,
        minimum=4 if group else None,
        minutes_each=90 if group else 20,
        rooms=rooms[-1:] if group else rooms[:2],
        # Every second person: a group and a stream of one day have no interviewer in common.
        interviewers=people[1::2][:1] if group else people[::2][:2],
        observers=people[1::2][1:] if group else (),
    )
    return create_session(wish=wish, by=User.objects.order_by("pk").first(), past_allowed=True)


def _answers(session: InterviewSession, rng: Random, *, after: datetime, until: datetime) -> None:
    """Let the invited people answer by the law, through the same door as everybody."""
    actor = Actor(kind=ActorKind.DEMO, source="demo")
    for invitation in session.invitations.filter(state=InvitationState.SENT).select_related("session", "band"):
        answer = law.pick(rng, law.ANSWER_SHARES)
        at = after + (until - after) * rng.random()
        if answer == "confirmed":
            replies.opened(invitation, at=at, actor=actor)
            replies.confirm(invitation, at=at, actor=actor)
        elif answer == "declined":
            replies.opened(invitation, at=at, actor=actor)
            replies.decline(invitation, at=at, actor=actor, reason=law.pick(rng, law.DECLINE_REASONS))
        elif rng.random() < 0.3:
            replies.opened(invitation, at=at, actor=actor)
