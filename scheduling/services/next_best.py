"""What is worth doing now in a session that runs: each possible step with what it brings and what it costs.

Streams are priced by ``planning.replan`` (exact for the rest of the day); the gain that is shown is in interviews held,
always with its range. A step that brings less than ``LEAST_GAIN_HELD`` is not proposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings

from recruit.models import Application, Company
from scheduling.attendance import session_sd
from scheduling.models import ArrivalBand, Interviewer, InterviewSession, Invitation, SessionInterviewer
from scheduling.planning.calls import call_value, reach_of
from scheduling.planning.day import CostWeights, Day
from scheduling.planning.lateness import still_coming
from scheduling.planning.laws import binomial_law
from scheduling.planning.mixture import at_least, common_shift, mixed_law, quantile
from scheduling.planning.replan import replan
from scheduling.planning.replan_record import Action, ActionKind, Forecast, Offers
from scheduling.planning.room_for_one import seat_free
from scheduling.services.attendance import applicants_of, chances_of, current_model, invitees_of
from scheduling.services.availability import free_interviewers
from scheduling.services.calls import measured_reach
from scheduling.services.desk_queue import crew
from scheduling.services.plans import NOTICE
from scheduling.services.pool import invitable
from scheduling.services.replies import arrival_time
from scheduling.states import CAME, EXPECTED, Answer, InvitationState, SessionState

MOST_LATE = 5
# Whoever is invited now comes as often as the next people in the line do.
TYPICAL = 20
MOST_STEPS = 5
MINUTES_A_CALL = 3
# An interviewer is set free only where it saves at least so many of their minutes.
LEAST_FREED_MINUTES = 20


@dataclass(frozen=True, kw_only=True)
class Step:
    """One proposal. ``gain`` is in interviews held, ``low`` to ``high`` in 9 cases of 10; ``minutes`` and ``messages`` cost."""

    kind: str
    gain: float = 0.0
    low: float = 0.0
    high: float = 0.0
    band: ArrivalBand | None = None
    count: int = 0
    minutes: int = 0
    messages: int = 0
    people: tuple[int, ...] = ()
    seat: SessionInterviewer | None = None
    person: Interviewer | None = None
    at: datetime | None = None
    p_target: float | None = None


@dataclass(frozen=True, kw_only=True)
class NextBest:
    """The steps, best first (the last one is to do nothing), and what is held as it stands: mean and chance of the target."""

    steps: tuple[Step, ...]
    held: float
    p_target: float

    @property
    def best(self) -> Step:
        """The first step."""
        return self.steps[0]


class _Rest:
    """The rest of the day: who is expected in which slot, who waits, who is held."""

    def __init__(self, session: InterviewSession, *, at: datetime) -> None:
        self.session, self.at = session, at
        self.begin = max(session.starts_at, at)
        self.each = timedelta(minutes=session.minutes_each)
        rows = list(session.invitations.exclude(state=InvitationState.DRAFT).with_people())
        for row in rows:
            row.session = session
        self.expected = [row for row in rows if row.state in EXPECTED]
        self.model = current_model()
        self.invitees = invitees_of(self.expected, at=at) if self.expected else []
        means = chances_of(self.model, self.invitees).mean.tolist() if self.expected else []
        self.chance = {
            row.pk: still_coming(
                float(p), (at - arrival_time(row)).total_seconds() / 60, said_late=float(row.late_minutes or 0)
            )
            for row, p in zip(self.expected, means, strict=True)
        }
        self.waiting = sum(row.state == InvitationState.ARRIVED for row in rows)
        self.talking = sum(row.state == InvitationState.IN_INTERVIEW for row in rows)
        self.finished = sum(row.state == InvitationState.FINISHED for row in rows)
        self.came = sum(row.state in CAME for row in rows)
        self.nodes = common_shift(round(session_sd(self.model, self.invitees), 6) if self.invitees else 0.0)
        self.crew = crew(session, at=at)
        self.people = invitable(session, most=TYPICAL)
        self.late = self._late_chance()

    @property
    def slots(self) -> int:
        """Whole interviews that still fit."""
        return int((self.session.ends_at - self.begin) / self.each)

    def slot(self, start: datetime) -> int:
        """Return the slot in which somebody asked for ``start`` is first seen."""
        return min(max(int((start - self.begin) / self.each), 0), self.slots - 1)

    def bands(self) -> list[list[float]]:
        """Return the chances of the expected people by slot."""
        found: list[list[float]] = [[] for _ in range(self.slots)]
        for row in self.expected:
            found[self.slot(arrival_time(row))].append(self.chance[row.pk])
        return found

    def _late_chance(self) -> float | None:
        """Return the chance of somebody invited now; None where nobody is left to invite."""
        if not self.people:
            return None
        means = chances_of(self.model, applicants_of(self.people, self.session, at=self.at)).mean.tolist()
        return float(min(max(sum(means) / len(means), 0.001), 0.999))

    def day(self) -> Day:
        """Return the rest as the planner sees it; whoever talks now keeps an interviewer busy for the first slot."""
        company, seats = Company.current(), len(self.crew) or self.session.interviewers_planned
        on_duty = [
            sum(one.until is None or one.until > self.begin + slot * self.each for one in self.crew) or seats
            for slot in range(self.slots)
        ]
        if self.slots > 1:
            on_duty[0] = max(on_duty[0] - self.talking, 0)
        weights = CostWeights(
            wait=company.cost_waiting_minute,
            idle=company.cost_idle_minute,
            overtime=company.cost_overtime_minute,
            missing=company.cost_missing_interview,
            turned_away=company.cost_turned_away,
            invitation=company.cost_invitation,
        )
        return Day(
            slots=self.slots,
            interviewers=on_duty,
            weights=weights,
            target=self.session.target,
            slot_minutes=float(self.session.minutes_each),
            nodes=self.nodes,
            waiting=self.waiting,
        )


def next_best(session: InterviewSession, *, at: datetime) -> NextBest | None:
    """Return what is worth doing at ``at``; None for a session that is not open or has no time left."""
    if session.state not in {SessionState.OPEN, SessionState.RUNNING} or session.ends_at <= at:
        return None
    rest = _Rest(session, at=at)
    if session.is_group:
        return _of_group(rest)
    return _of_stream(rest) if rest.slots >= 1 else None


def _worth(steps: Sequence[Step]) -> list[Step]:
    return [one for one in steps if one.gain >= settings.LEAST_GAIN_HELD]


def _of_stream(rest: _Rest) -> NextBest:
    session, day, bands = rest.session, rest.day(), rest.bands()
    held = rest.finished + rest.talking
    times = [band for band in session.bands.all() if band.starts_at >= rest.at + NOTICE]
    late: list[float | None] = [None] * rest.slots
    by_slot: dict[int, ArrivalBand] = {}
    for band in times:
        if rest.late is not None:
            late[rest.slot(band.starts_at)] = rest.late
            by_slot.setdefault(rest.slot(band.starts_at), band)
    spare = _spare(session, rest.at) if session.state == SessionState.RUNNING else None
    offers = Offers(
        late=late if rest.late is not None else (),
        most_late=min(MOST_LATE, max(len(rest.people), 1)),
        open_minute=0.0 if spare is not None else None,
        release_minute=0.0 if len(rest.crew) > 1 else None,
    )
    found = replan(day, bands, offers, held=held)
    base = held + found.forecast.figures.done
    steps: list[Step] = []
    for action in found.actions:
        if action.value <= 0 or action.slot is None or any(one.kind == action.kind for one in steps):
            continue
        if action.kind == ActionKind.INVITE:
            steps.append(_invite_step(rest, day, bands, found.forecast, action, by_slot[action.slot]))
        elif action.kind == ActionKind.OPEN and spare is not None:
            steps.append(_crew_step(rest, day, bands, found.forecast, action, person=spare))
        elif action.kind == ActionKind.RELEASE and action.value >= LEAST_FREED_MINUTES * day.weights.idle:
            freed = _crew_step(rest, day, bands, found.forecast, action, seat=rest.crew[-1])
            steps += [freed] if freed.minutes >= LEAST_FREED_MINUTES else []
    calls = _calls(rest, replacement=max((p for p in late if p is not None), default=0.0))
    gains = sorted(_worth([*calls, *(one for one in steps if one.kind != "release")]), key=lambda one: -one.gain)
    released = [one for one in steps if one.kind == "release"]
    order = (*gains[: MOST_STEPS - 2], Step(kind="stop"), *released)
    return NextBest(steps=order, held=base, p_target=found.forecast.figures.p_target)


def _invite_step(
    rest: _Rest, day: Day, bands: Sequence[Sequence[float]], base: Forecast, action: Action, band: ArrivalBand
) -> Step:
    """Return so many late invitations to one slot, with what they add to what is held."""
    chance = rest.late or 0.0
    more = [[*one, *([chance] * action.number if index == action.slot else [])] for index, one in enumerate(bands)]
    then = replan(day, more, Offers(), held=rest.finished + rest.talking).forecast.figures
    gain = then.done - base.figures.done
    # Of those who come, not everybody is held: the same share of each possible number is.
    share = gain / max(action.number * chance, 1e-9)
    law = binomial_law(action.number, chance)
    return Step(
        kind="invite",
        gain=gain,
        low=quantile(law, 0.05) * share,
        high=quantile(law, 0.95) * share,
        band=band,
        count=action.number,
        messages=action.number,
        people=tuple(one.pk for one in rest.people[: action.number]),
        p_target=then.p_target,
    )


def _crew_step(
    rest: _Rest,
    day: Day,
    bands: Sequence[Sequence[float]],
    base: Forecast,
    action: Action,
    *,
    seat: SessionInterviewer | None = None,
    person: Interviewer | None = None,
) -> Step:
    """Return one interviewer more or fewer from a slot on: the mean change of what is held, and that of its 5 and 95 % points."""
    slot = action.slot or 0
    change = 1 if action.kind == ActionKind.OPEN else -1
    duty = [count + change if count and index >= slot else count for index, count in enumerate(day.on_duty)]
    then = replan(replace(day, interviewers=duty), bands, Offers(), held=rest.finished + rest.talking).forecast
    moment = rest.begin + slot * rest.each
    points = sorted((then.held[0] - base.held[0], then.held[2] - base.held[2]))
    gain = then.figures.done - base.figures.done
    return Step(
        kind=str(action.kind),
        gain=gain,
        low=min(points[0], gain),
        high=max(points[1], gain),
        minutes=int((rest.session.ends_at - moment).total_seconds() // 60),
        seat=seat,
        person=person,
        at=moment,
        p_target=then.figures.p_target,
    )


def _spare(session: InterviewSession, at: datetime) -> Interviewer | None:
    """Return an interviewer of the office who is free for the rest of the session and does not sit in it."""
    sitting = set(session.session_interviewers.values_list("interviewer_id", flat=True))
    rest = free_interviewers(session.office, max(at, session.starts_at), session.ends_at, leave_out=session)
    return next((one for one in rest if one.pk not in sitting), None)


def _calls(rest: _Rest, *, replacement: float) -> list[Step]:
    """Return, band by band, what calling its silent people brings: an early no frees a place for somebody invited now."""
    if replacement <= 0:
        return []
    answered, calls = measured_reach()
    tries = Company.current().call_attempts
    silent = [
        (row, invitee)
        for row, invitee in zip(rest.expected, rest.invitees, strict=True)
        if row.answer == Answer.SILENT
        and row.calls < tries
        and arrival_time(row) > rest.at
        and any(
            contact.kind == "phone" and contact.bad_since is None
            for contact in row.application.candidate.contacts.all()
        )
    ]
    yes = (
        chances_of(rest.model, [replace(one, answer="said_yes_by_phone") for _row, one in silent]).mean.tolist()
        if silent
        else []
    )
    worth = {
        row.pk: call_value(
            rest.chance[row.pk],
            p_yes=max(float(p), rest.chance[row.pk]),
            reach=reach_of(answered, calls, row.calls),
            replacement=replacement,
        )
        for (row, _one), p in zip(silent, yes, strict=True)
    }
    found = []
    ordered = sorted((row for row, _one in silent), key=arrival_time)
    for _at, group in groupby(ordered, key=arrival_time):
        people: list[Invitation] = sorted(group, key=lambda row: -worth[row.pk])
        law = mixed_law(tuple(worth[row.pk] for row in people), ((0.0, 1.0),))
        found.append(
            Step(
                kind="call",
                gain=sum(worth[row.pk] for row in people),
                low=quantile(law, 0.05),
                high=quantile(law, 0.95),
                band=people[0].band,
                count=len(people),
                minutes=MINUTES_A_CALL * len(people),
                people=tuple(row.pk for row in people),
            )
        )
    return found


def _of_group(rest: _Rest) -> NextBest:
    session = rest.session
    chances = tuple(rest.chance.values())
    law = mixed_law(chances, rest.nodes)
    p_target = at_least(law, session.target - rest.came)
    steps: list[Step] = []
    late = rest.late
    if late is not None and session.starts_at >= rest.at + NOTICE and p_target < session.assurance:
        number = 0
        while number < min(MOST_LATE, len(rest.people)) and seat_free(
            [*chances, *[late] * number],
            late,
            seats=session.seats or 0,
            risk=session.overflow_risk,
            came=rest.came,
            nodes=rest.nodes,
        ):
            number += 1
        if number:
            added = binomial_law(number, late)
            then = mixed_law((*chances, *[late] * number), rest.nodes)
            steps.append(
                Step(
                    kind="invite",
                    gain=number * late,
                    low=quantile(added, 0.05),
                    high=quantile(added, 0.95),
                    count=number,
                    messages=number,
                    people=tuple(one.pk for one in rest.people[:number]),
                    p_target=at_least(then, session.target - rest.came),
                )
            )
    steps += _calls(rest, replacement=late if late is not None and session.starts_at >= rest.at + NOTICE else 0.0)
    held = rest.came + sum(chances)
    chosen = sorted(_worth(steps), key=lambda one: -one.gain)
    return NextBest(steps=(*chosen[: MOST_STEPS - 1], Step(kind="stop")), held=held, p_target=p_target)


def people_to_invite(session: InterviewSession, count: int) -> list[Application]:
    """Return the next ``count`` people of the shortlist, in the recruiter's order."""
    return invitable(session, most=max(count, 0))
