"""Hires that were promised by a day: which vacancies will miss theirs, by how many, and what would help most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from recruit.models import User, Vacancy
from recruit.permissions import Role
from recruit.states import Stage
from scheduling.services.findings import GOALS, keep_finding, kept_finding
from scheduling.services.reports.ahead import company_base, look_ahead

# Nobody looks further ahead than a year; the newest vacancies are looked at where there are very many.
FURTHEST = timedelta(days=366)
MOST_VACANCIES = 200


@dataclass(frozen=True, kw_only=True)
class Miss:
    """One vacancy that will miss its goal: hires still ``wanted`` ``by`` a day, how many will be missing (8 in 10).

    ``lever`` is the step whose yield, ten per cent better, brings most: ``lever_hires`` more hires.
    """

    vacancy: int
    wanted: int
    by: date
    low: float
    median: float
    high: float
    lever: str
    lever_hires: float


def look_for_misses(*, at: datetime) -> int:
    """Look ahead for every open vacancy with a promised day and keep those that will miss it; return how many."""
    everybody = User(role=Role.ADMIN)
    goals = list(_goals(at))
    base = company_base(everybody, at=at) if goals else None
    found: list[dict[str, Any]] = []
    for vacancy, wanted, by in goals:
        outlook = look_ahead(
            user=everybody, hires=wanted, by=by, today=_today(vacancy, at), at=at, vacancy=vacancy.pk, base=base
        ).outlook
        if round(outlook.missed_by.median) < 1:
            continue
        best = outlook.levers[0]
        found.append(
            {
                "vacancy": vacancy.pk,
                "wanted": wanted,
                "by": by.isoformat(),
                "missed": [outlook.missed_by.low, outlook.missed_by.median, outlook.missed_by.high],
                "lever": best.name,
                "lever_hires": round(best.hires, 3),
            }
        )
    keep_finding(GOALS, {"misses": found}, at=at)
    return len(found)


def kept_misses() -> list[Miss]:
    """Return what the last look found, the most hires missing first."""
    rows: Iterable[dict[str, Any]] = kept_finding(GOALS).get("misses", [])
    found = [
        Miss(
            vacancy=row["vacancy"],
            wanted=row["wanted"],
            by=date.fromisoformat(row["by"]),
            low=row["missed"][0],
            median=row["missed"][1],
            high=row["missed"][2],
            lever=row["lever"],
            lever_hires=row["lever_hires"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: -one.median)


def _goals(at: datetime) -> Iterable[tuple[Vacancy, int, date]]:
    """Yield open vacancies with hires still wanted by a day that has not come: vacancy, hires, the day."""
    rows: Any = (
        Vacancy.objects.open()
        .filter(promised_by__gte=at.date(), promised_by__lte=at.date() + FURTHEST)
        .annotate(hired=Count("applications", filter=Q(applications__stage=Stage.HIRED)))
        .select_related("office")
        .order_by("-pk")[:MOST_VACANCIES]
    )
    for vacancy in rows:
        wanted = vacancy.openings - vacancy.hired
        if vacancy.promised_by is not None and wanted > 0 and vacancy.promised_by > _today(vacancy, at):
            yield vacancy, wanted, vacancy.promised_by


def _today(vacancy: Vacancy, at: datetime) -> date:
    return timezone.localdate(at, vacancy.office.zone) if vacancy.office else timezone.localdate(at)
