"""Forecasts held against facts: each closed session once, drift of sources, offices and recruiters, and alarms."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Count, ExpressionWrapper, F, FloatField, Q, QuerySet, Sum
from django.utils import timezone

from recruit.models import User
from recruit.permissions import Role
from scheduling.attendance import Invitee, arrivals_law, session_sd
from scheduling.models import ForecastCheck, InterviewSession, Invitation, Plan
from scheduling.models.invitation import InvitationQuerySet
from scheduling.services.attendance import current_model
from scheduling.services.findings import DRIFT, keep_finding, kept_finding
from scheduling.services.reports.dimensions import DIMENSIONS
from scheduling.services.reports.slices import Slice
from scheduling.states import CAME, PlanState, SessionState
from scheduling.statistics.calibration import (
    LEVELS,
    DayCheck,
    Drift,
    Promise,
    checked_coverage,
    drift,
    promise,
    uniform_distance,
)

WATCHED = ("source", "office", "recruiter")
# Sessions looked at for a drift: older ones were forecast by models nobody uses any more.
NEWEST = 400
MOST_AT_ONCE = 500


def check_sessions(*, at: datetime, most: int = MOST_AT_ONCE) -> int:
    """Check closed sessions that are not checked yet, oldest first, at most ``most``; return how many. Repeatable."""
    waiting = list(
        InterviewSession.objects.filter(state=SessionState.CLOSED, is_history=False, forecast_check=None)
        .select_related("office")
        .order_by("starts_at", "pk")[:most]
    )
    if not waiting:
        return 0
    people: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    rows = Invitation.objects.filter(session__in=waiting).answered_by_coming().exclude(show_prob=None)
    for session_id, chance, state in rows.values_list("session_id", "show_prob", "state"):
        people[session_id].append((float(chance or 0.0), state in CAME))
    plans: dict[int, Plan] = {}
    for plan in Plan.objects.filter(session__in=waiting, state=PlanState.SENT).order_by("revision"):
        plans[plan.session_id] = plan
    usual = day_spread()
    made = [_check(session, people[session.pk], plans.get(session.pk), usual, at=at) for session in waiting]
    ForecastCheck.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _check(
    session: InterviewSession,
    people: Sequence[tuple[float, bool]],
    plan: Plan | None,
    usual: float,
    *,
    at: datetime,
) -> ForecastCheck:
    """Return the check of one session; the shared day is as wide as its plan took it, else as the model does now."""
    spread = (plan.inputs.get("spread") if plan else None) or usual
    law = arrivals_law([chance for chance, _came in people], float(spread))
    came = sum(is_here for _chance, is_here in people)
    mean = math.fsum(k * float(p) for k, p in enumerate(law))
    outputs = plan.outputs if plan else {}
    return ForecastCheck(
        session=session,
        plan=plan,
        model_version=plan.model_version if plan else "",
        day=timezone.localdate(session.starts_at, session.office.zone),
        people=len(people),
        came=came,
        mean=mean,
        variance=math.fsum((k - mean) ** 2 * float(p) for k, p in enumerate(law)),
        below=float(law[:came].sum()),
        exactly=float(law[came]) if came < len(law) else 0.0,
        target=session.target,
        promised=outputs.get("p_target_now") or outputs.get("p_target"),
        wait_forecast=outputs.get("wait_mean"),
        idle_forecast=outputs.get("idle"),
        checked_at=at,
    )


def day_spread() -> float:
    """Return the deviation, on the logit, of what all people of a session share, as the current model believes it."""
    return session_sd(current_model(), [Invitee()])


@dataclass(frozen=True, kw_only=True)
class Promises:
    """Are the ranges and the promised targets kept? ``target`` is None where no checked session had a plan."""

    sessions: int
    ranges: list[Promise]
    target: Promise | None
    pit: tuple[float, ...]
    pit_distance: float


def checked(piece: Slice) -> QuerySet[ForecastCheck]:
    """Return the checked sessions of the slice with anybody invited, newest first."""
    rows = ForecastCheck.objects.visible_to(piece.user).filter(people__gt=0)
    if piece.start is not None:
        rows = rows.filter(session__starts_at__gte=piece.start)
    if piece.end is not None:
        rows = rows.filter(session__starts_at__lt=piece.end)
    if piece.office is not None:
        rows = rows.filter(session__office_id=piece.office)
    return rows.order_by("-day", "-pk")


def promises(piece: Slice) -> Promises:
    """Return how often ranges and promises held over the newest checked sessions of the slice; one statement."""
    newest = list(checked(piece).values_list("below", "exactly", "promised", "came", "target")[:2000])
    laws = [(float(below), float(exactly)) for below, exactly, *_rest in newest]
    promised = [(share, came >= target) for _b, _e, share, came, target in newest if share is not None]
    level = sum(share for share, _kept in promised) / len(promised) if promised else 0.0
    pit = tuple(below + 0.5 * exactly for below, exactly in laws)
    return Promises(
        sessions=len(newest),
        ranges=checked_coverage(laws, LEVELS),
        target=promise(sum(kept for _share, kept in promised), len(promised), level, remedy="target")
        if promised
        else None,
        pit=pit,
        pit_distance=uniform_distance(np.array(pit)),
    )


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One source, office or recruiter under watch: what was expected and came lately, and the state of its alarm."""

    dimension: str
    code: str
    name: str
    expected: float
    came: int
    people: int
    drift: Drift
    since: date | None


def watched_people(piece: Slice) -> InvitationQuerySet:
    """Return the invitations with a forecast and a known end of the newest closed sessions: what a watch counts."""
    newest = list(
        InterviewSession.objects.visible_to(piece.user)
        .filter(state=SessionState.CLOSED, is_history=False)
        .order_by("-starts_at")
        .values_list("pk", flat=True)[:NEWEST]
    )
    return piece.invitations().answered_by_coming().filter(session__in=newest).exclude(show_prob=None)


def watches(piece: Slice, dimension: str) -> list[Watch]:
    """Return the watch of each group of ``dimension`` over the newest sessions; one statement and one for the names."""
    cut = DIMENSIONS[dimension]
    columns = {f"key_{name}": expression for name, expression in cut.columns.items()}
    spread = day_spread()
    p = F("show_prob")
    rows: Any = (
        watched_people(piece)
        .values(
            at=F("session__starts_at"), place=F("session__office_id"), zone=F("session__office__time_zone"), **columns
        )
        .annotate(
            people=Count("pk"),
            expected=Sum("show_prob"),
            variance=Sum(ExpressionWrapper(p * (1.0 - p), output_field=FloatField())),
            came=Count("pk", filter=Q(state__in=CAME)),
        )
        .order_by("at")
    )
    groups: dict[str, dict[date, dict[int, Any]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        key = cut.key({name.removeprefix("key_"): row[name] for name in columns})
        day = timezone.localtime(row["at"], ZoneInfo(row["zone"])).date()
        into = groups[key][day].setdefault(row["place"], dict.fromkeys(_SUMS, 0.0))
        for name in _SUMS:
            into[name] += row[name]
    names = cut.names(list(groups))
    found = [_watch(dimension, key, names.get(key, key), days, spread) for key, days in groups.items()]
    return sorted(found, key=lambda one: (one.drift.alarm_day is None, -one.people, one.name))


_SUMS = ("people", "expected", "variance", "came")


def _watch(dimension: str, key: str, name: str, days: dict[date, dict[int, Any]], spread: float) -> Watch:
    """Return the watch of one group: its sessions of a day are one look, because the day is shared.

    To first order an office's day moves the total by the sum of p (1 - p) times its effect on the logit.
    """
    checks = [
        DayCheck(
            expected=math.fsum(of["expected"] for of in places.values()),
            variance=math.fsum(of["variance"] + (spread * of["variance"]) ** 2 for of in places.values()),
            came=round(sum(of["came"] for of in places.values())),
        )
        for places in days.values()
    ]
    state = drift(checks)
    return Watch(
        dimension=dimension,
        code=key,
        name=name,
        expected=math.fsum(check.expected for check in checks),
        came=sum(check.came for check in checks),
        people=round(sum(of["people"] for places in days.values() for of in places.values())),
        drift=state,
        since=list(days)[state.alarm_day] if state.alarm_day is not None else None,
    )


def look_for_drift(*, at: datetime) -> int:
    """Look at every source, office and recruiter and keep the alarms for Today; return how many there are.

    The finding is the company's; the page that shows it asks who may see it.
    """
    everything = Slice(user=User(role=Role.ADMIN))
    alarms = [
        {
            "dimension": one.dimension,
            "code": one.code,
            "direction": one.drift.direction,
            "since": one.since.isoformat() if one.since else "",
            "expected": round(one.expected, 2),
            "came": one.came,
            "people": one.people,
        }
        for dimension in WATCHED
        for one in watches(everything, dimension)
        if one.drift.alarm_day is not None
    ]
    keep_finding(DRIFT, {"alarms": alarms}, at=at)
    return len(alarms)


def kept_alarms() -> Iterable[dict[str, Any]]:
    """Return the alarms of the last look; nothing before the first."""
    return list(kept_finding(DRIFT).get("alarms", []))
