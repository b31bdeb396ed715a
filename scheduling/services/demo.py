"""scheduling's part of the demo world: its people, and sessions of the past held by the law."""

from __future__ import annotations

import heapq
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db import transaction

from recruit.demo import company as world
from recruit.demo import law
from recruit.demo.options import DemoOptions
from recruit.models import Application, Channel, ContactKind, Offer, Office, Source, StageMove, User, Vacancy
from recruit.models.append_only import rewriting
from recruit.states import OfferState, Stage
from scheduling.models import (
    ActorKind,
    ArrivalBand,
    AttendanceModel,
    Interviewer,
    InterviewSession,
    Invitation,
    LedgerEntry,
    Room,
    Scorecard,
)
from scheduling.services.scorecards import default_template
from scheduling.services.sessions import SessionWish, create_session
from scheduling.states import Answer, InvitationState, LedgerKind, SessionFormat, SessionState

INVITED_AT_MOST = 48
INVITED_AT_LEAST = 24
GROUP_EVERY = 4
SAVED_DAYS = 7
_ANSWERS = {"confirmed": Answer.CONFIRMED, "silent": Answer.SILENT, "declined": Answer.DECLINED}


def load_people(options: DemoOptions, rng: Random) -> None:
    """Write rooms and interviewers."""
    del options, rng
    offices = list(Office.objects.order_by("pk"))
    for office in offices:
        Room.objects.bulk_create(Room(office=office, name=f"Room {number}") for number in (3, 4, 5))
        Room.objects.create(office=office, name="Hall", seats=16)
    for index, name in enumerate(world.INTERVIEWERS):
        user = User.objects.filter(name=name).first()
        person = Interviewer.objects.create(
            name=name, email=f"{name.split()[0].lower()}{index}@demo.example", user=user
        )
        person.offices.add(offices[min(index // 2, len(offices) - 1)])
        if index < 2:
            person.offices.set(offices)
    default_template()


@dataclass
class _Pools:
    """Shortlisted people of each office who wait for an interview, oldest first."""

    waiting: dict[int, list[Application]] = field(default_factory=dict)

    def take(self, office_id: int, before: datetime, most: int) -> list[Application]:
        """Take up to ``most`` people of one office who were shortlisted before ``before``."""
        pool = self.waiting.get(office_id, [])
        chosen = [one for one in pool if one.stage_since < before][:most]
        taken = {one.pk for one in chosen}
        self.waiting[office_id] = [one for one in pool if one.pk not in taken]
        return chosen

    def size(self, office_id: int, before: datetime) -> int:
        """How many people of the office could be invited."""
        return sum(one.stage_since < before for one in self.waiting.get(office_id, []))


def load_days(options: DemoOptions, rng: Random) -> None:
    """Hold every past day by the law, then plan today."""
    pools = _Pools()
    shortlisted = Application.objects.filter(stage=Stage.SHORTLIST).select_related("candidate", "vacancy", "source")
    emails = set(
        Application.objects.filter(stage=Stage.SHORTLIST, candidate__contacts__kind=ContactKind.EMAIL).values_list(
            "candidate_id", flat=True
        )
    )
    for application in shortlisted.order_by("stage_since", "pk"):
        application.candidate.has_email = application.candidate_id in emails  # type: ignore[attr-defined]
        pools.waiting.setdefault(application.vacancy.office_id or 0, []).append(application)
    offices = list(Office.objects.order_by("pk"))
    held, main = 0, main_office()
    for number in range(options.days - 1):
        day = options.start + timedelta(days=number)
        if day.weekday() == 6:
            continue
        effects = {office.pk: rng.gauss(0, 1) for office in offices}
        for office in offices:
            # The main office saves up people for the day that is planned for today.
            if office == main and number >= options.days - SAVED_DAYS:
                continue
            for _ in range(max(1, round(options.scale))):
                before = local_moment(office, day, time(8)) - timedelta(hours=14)
                if pools.size(office.pk, before) < INVITED_AT_LEAST + 8:
                    break
                held += 1
                people = pools.take(office.pk, before, rng.randint(INVITED_AT_LEAST, INVITED_AT_MOST))
                _hold(options, rng, office, day, people, effects[office.pk], group=held % GROUP_EVERY == 0)


def main_office() -> Office:
    """Return the office where most people work."""
    return Office.objects.get(name=world.OFFICES[0].name)


def local_moment(office: Office, day: date, at: time) -> datetime:
    """Return the moment at which the office's clock shows ``at`` on ``day``."""
    return datetime.combine(day, at, tzinfo=office.zone).astimezone(UTC)


def _session(office: Office, day: date, vacancies: list[Vacancy], rng: Random, *, group: bool) -> InterviewSession:
    """Create a session of the usual shape on a day of the past."""
    people = list(Interviewer.objects.filter(offices=office).order_by("pk"))
    rng.shuffle(people)
    rooms = list(Room.objects.filter(office=office).order_by("pk"))
    starts, ends = (time(10), time(11, 30)) if group else (time(13), time(17))
    wish = SessionWish(
        format=SessionFormat.GROUP if group else SessionFormat.STREAMED,
        office=office,
        starts_at=local_moment(office, day, starts),
        ends_at=local_moment(office, day, ends),
        vacancies=vacancies,
        target=8 if group else 5,
        seats=16 if group else None,
        minimum=4 if group else None,
        rooms=[rooms[-1]] if group else rooms[:2],
        interviewers=people[:1] if group else people[:2],
        observers=people[1:4] if group else (),
        minutes_each=90 if group else 20,
        interviewers_planned=1 if group else 2,
    )
    return create_session(wish=wish, by=User.objects.order_by("pk").first(), past_allowed=True)


@transaction.atomic
def _hold(
    options: DemoOptions,
    rng: Random,
    office: Office,
    day: date,
    people: list[Application],
    effect: float,
    *,
    group: bool,
) -> None:
    """Write one session of the past: who was invited, who came, who was seen."""
    vacancies = sorted({one.vacancy for one in people}, key=lambda vacancy: vacancy.pk)
    session = _session(office, day, vacancies, rng, group=group)
    bands = list(session.bands.all())
    invitations, visits = [], []
    for index, application in enumerate(people):
        band = bands[index * len(bands) // len(people)]
        lead = int(law.pick(rng, {str(days): share for days, share in law.LEAD_SHARES.items()}))
        invited = max(application.stage_since + timedelta(hours=2), band.starts_at - timedelta(days=lead))
        visit = law.draw_visit(
            rng,
            source=application.source.code,
            lead_days=max(1, round((band.starts_at - invited).total_seconds() / 86400)),
            day_effect=effect,
        )
        invitations.append(_invitation(rng, session, band, application, invited, visit.answer, visit.decline_reason))
        visits.append((band.starts_at, visit.came_after_minutes))
    walk_ins = _walk_ins(options, rng, session, office)
    everybody = invitations + walk_ins
    arrivals = [
        (start + timedelta(minutes=after), invitation)
        for (start, after), invitation in zip(visits, invitations, strict=True)
        if after is not None
    ] + [(invitation.arrived_at or session.starts_at, invitation) for invitation in walk_ins]
    _run_day(rng, session, arrivals, everybody)
    rows = Invitation.objects.bulk_create(everybody)
    LedgerEntry.objects.bulk_create(entry for invitation in rows for entry in _ledger(invitation))
    InterviewSession.objects.filter(pk=session.pk).update(
        state=SessionState.CLOSED,
        closed_at=session.ends_at + timedelta(minutes=20),
        last_number=sum(row.number is not None for row in rows),
    )
    for band in bands:
        band.quota = sum(row.band_id == band.pk and not row.is_walk_in for row in rows)
    ArrivalBand.objects.bulk_update(bands, ["quota"])
    _after(rng, session, rows)


def _invitation(
    rng: Random,
    session: InterviewSession,
    band: ArrivalBand,
    application: Application,
    invited: datetime,
    answer: str,
    reason: str,
) -> Invitation:
    has_email = getattr(application.candidate, "has_email", False)
    answered = invited + timedelta(minutes=rng.randint(10, 900)) if answer != "silent" else None
    state = InvitationState.DECLINED if answer == "declined" else InvitationState.NO_SHOW
    return Invitation(
        application=application,
        session=session,
        band=band,
        state=state,
        answer=_ANSWERS[answer],
        uid=f"{rng.getrandbits(128):032x}@turnout",
        public_id=secrets.token_urlsafe(6),
        dtstamp=invited,
        channel=Channel.EMAIL if has_email else Channel.SMS,
        invited_at=invited,
        opened_at=answered,
        answered_at=min(answered, band.starts_at - timedelta(hours=1)) if answered else None,
        decline_reason=reason,
        show_prob=round(law.odds_times(law.MEAN_SHOW, law.SOURCE_ODDS.get(application.source.code, 1.0)), 4),
        settled_at=session.ends_at,
        reminders=1 if rng.random() < 0.6 else 0,
        created_at=invited,
    )


def _walk_ins(options: DemoOptions, rng: Random, session: InterviewSession, office: Office) -> list[Invitation]:
    """Invent the people who come without an invitation."""
    from recruit.demo.people import draw_person
    from recruit.models import Candidate

    rows = []
    for _ in range(law.walk_ins(rng)):
        vacancy = session.vacancies.order_by("pk").first()
        if vacancy is None:
            break
        at = session.starts_at + timedelta(minutes=rng.randint(0, session.window_minutes - 30))
        index = [item.name for item in world.OFFICES].index(office.name)
        drawn = draw_person(
            rng,
            rng.randrange(5_000_000, 9_000_000),
            field_of_work="sales",
            language=world.OFFICES[index].language,
            city=office.city,
            pay=60_000,
            year=options.start.year,
        )
        candidate = Candidate.objects.create(name=drawn.name, city=office.city, language=drawn.language, created_at=at)
        application = Application.objects.create(
            candidate=candidate,
            vacancy=vacancy,
            source=Source.objects.get(code="walk-in"),
            stage=Stage.INTERVIEW,
            stage_since=at,
            applied_at=at,
            triaged_at=at,
        )
        rows.append(
            Invitation(
                application=application,
                session=session,
                state=InvitationState.ARRIVED,
                answer=Answer.CONFIRMED,
                uid=f"{rng.getrandbits(128):032x}@turnout",
                public_id=secrets.token_urlsafe(6),
                dtstamp=at,
                is_walk_in=True,
                arrived_at=at,
                created_at=at,
            )
        )
    return rows


def _run_day(
    rng: Random, session: InterviewSession, arrivals: list[tuple[datetime, Invitation]], everybody: list[Invitation]
) -> None:
    """See whoever came, first come first served, by whoever is free; who waits too long leaves."""
    del everybody
    people = [seat.interviewer for seat in session.session_interviewers.select_related("interviewer").order_by("pk")]
    rooms = {seat.interviewer_id: seat.room_id for seat in session.session_interviewers.all()}
    free = [(session.starts_at, index) for index in range(max(1, len(people) if not session.is_group else 1))]
    heapq.heapify(free)
    for number, (at, invitation) in enumerate(sorted(arrivals, key=lambda pair: pair[0]), start=1):
        invitation.arrived_at, invitation.number = at, number
        if session.is_group:
            if number > (session.seats or number):
                invitation.state, invitation.settled_at = InvitationState.TURNED_AWAY, max(at, session.starts_at)
                continue
            invitation.state = InvitationState.FINISHED
            invitation.started_at = max(at, session.starts_at)
            invitation.finished_at = invitation.settled_at = session.ends_at
            continue
        ready, index = free[0]
        begins = max(at, ready, session.starts_at)
        patience = timedelta(minutes=rng.expovariate(1 / law.PATIENCE_MEAN_MINUTES))
        if begins - max(at, session.starts_at) > patience:
            invitation.state, invitation.settled_at = InvitationState.LEFT_UNSEEN, at + patience
            continue
        ends = begins + timedelta(minutes=law.interview_minutes(rng, session.minutes_each))
        heapq.heapreplace(free, (ends, index))
        invitation.state = InvitationState.FINISHED
        invitation.started_at, invitation.finished_at, invitation.settled_at = begins, ends, ends
        if people:
            invitation.interviewer = people[index % len(people)]
            invitation.room_id = rooms.get(invitation.interviewer.pk)


def _ledger(invitation: Invitation) -> Iterator[LedgerEntry]:
    """Tell the invitation's story in events, in the order in which they happened."""
    story: list[tuple[LedgerKind, datetime | None, dict[str, Any]]] = []
    if not invitation.is_walk_in:
        story.append((LedgerKind.INVITED, invitation.invited_at, {"channel": invitation.channel}))
        story.append((LedgerKind.DELIVERED, invitation.invited_at, {"channel": invitation.channel}))
        if invitation.answer == Answer.CONFIRMED:
            story.append((LedgerKind.CONFIRMED, invitation.answered_at, {}))
        elif invitation.answer == Answer.DECLINED:
            story.append((LedgerKind.DECLINED, invitation.answered_at, {"reason": invitation.decline_reason}))
        if invitation.reminders and invitation.band is not None:
            story.append((LedgerKind.REMINDED, invitation.band.starts_at - timedelta(hours=20), {}))
    story.append((LedgerKind.ARRIVED, invitation.arrived_at, {"walk_in": True} if invitation.is_walk_in else {}))
    story.append((LedgerKind.STARTED, invitation.started_at, {"interviewer": invitation.interviewer_id}))
    last = {
        InvitationState.FINISHED: LedgerKind.FINISHED,
        InvitationState.LEFT_UNSEEN: LedgerKind.LEFT_UNSEEN,
        InvitationState.TURNED_AWAY: LedgerKind.TURNED_AWAY,
        InvitationState.NO_SHOW: LedgerKind.NO_SHOW,
    }.get(InvitationState(invitation.state))
    if last is not None:
        story.append((last, invitation.settled_at, {}))
    for kind, at, data in story:
        if at is not None:
            yield LedgerEntry(
                invitation=invitation,
                kind=kind,
                at=at,
                recorded_at=at,
                actor_kind=ActorKind.DEMO,
                source="demo",
                data=data,
            )


def _after(rng: Random, session: InterviewSession, rows: list[Invitation]) -> None:
    """Decide on everybody: marks, offers, hires, and back to the shortlist or out for those who did not come."""
    template = default_template()
    closed = session.ends_at + timedelta(hours=2)
    moves, cards, offers, applications = [], [], [], []
    for row in rows:
        application = row.application
        old, new, reason = Stage(application.stage), Stage.INTERVIEW, ""
        if row.state == InvitationState.FINISHED:
            suitable = rng.random() < law.SUITABLE_SHARE
            author = row.interviewer or next(iter(session.interviewers.all()), None)
            if author is not None:
                cards.append(_card(rng, row, author, template, suitable=suitable, at=closed))
            new = Stage.REJECTED
            reason = "not suitable"
            if suitable:
                accepted = rng.random() < law.OFFER_ACCEPT_SHARE
                new, reason = (Stage.HIRED, "") if accepted else (Stage.WITHDRAWN, "another_job")
                offers.append(
                    Offer(
                        application=application,
                        state=OfferState.ACCEPTED if accepted else OfferState.DECLINED,
                        pay=application.vacancy.salary_to or 60_000,
                        currency=application.vacancy.currency,
                        made_at=closed,
                        decided_at=closed + timedelta(days=1),
                        decline_reason=reason,
                    )
                )
            application.answered_at = closed
        elif row.state == InvitationState.DECLINED:
            new, reason = Stage.WITHDRAWN, row.decline_reason
        else:
            new, reason = Stage.REJECTED, "did not come"
        moves.append(
            StageMove(application=application, old=old, new=Stage.INTERVIEW, at=row.invited_at or session.starts_at)
        )
        moves.append(StageMove(application=application, old=Stage.INTERVIEW, new=new, at=closed, reason=reason))
        application.stage, application.stage_since, application.closing_reason = new, closed, reason
        application.first_contact_at = row.invited_at
        applications.append(application)
    StageMove.objects.bulk_create(moves)
    Scorecard.objects.bulk_create(cards)
    Offer.objects.bulk_create(offers)
    Application.objects.bulk_update(
        applications, ["stage", "stage_since", "closing_reason", "first_contact_at", "answered_at"]
    )


def _card(
    rng: Random, row: Invitation, author: Interviewer, template: Any, *, suitable: bool, at: datetime
) -> Scorecard:
    middle = 4 if suitable else 2
    marks = {point["code"]: min(5, max(1, middle + rng.choice([-1, 0, 0, 1]))) for point in template.criteria}
    advice = Scorecard.Advice.YES if suitable else Scorecard.Advice.NO
    return Scorecard(
        invitation=row, author=author, template=template, marks=marks, advice=advice, created_at=at, submitted_at=at
    )


def wipe() -> None:
    """Remove every session and what hangs on it."""
    with rewriting():
        Invitation.objects.all().delete()
        InterviewSession.objects.all().delete()
    AttendanceModel.objects.all().delete()
    Interviewer.objects.all().delete()
    Room.objects.all().delete()


def nothing() -> None:
    """Wipe nothing: what this step wrote goes with the sessions."""
