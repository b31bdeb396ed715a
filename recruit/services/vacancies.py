"""Vacancies: their states, the versions of the job description, and how the pay stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import quantiles
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from recruit.errors import TransitionRefusedError
from recruit.models import Application, PayRange, User, Vacancy, VacancyVersion
from recruit.states import VACANCY_MOVES, VacancyEvent, VacancyState, step

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# What a version keeps: the job description and the terms.
SECTIONS = ("general", "requirements", "duties", "rights", "responsibility", "conditions")
VERSIONED = ("title", "city", "hours", "salary_from", "salary_to", "currency", *SECTIONS)
# How many of the newest responses the wishes are read from.
MOST_WISHES = 2000


def move_vacancy(vacancy: Vacancy, event: VacancyEvent) -> Vacancy:
    """Move a vacancy by ``event``; of two who try, one wins and the other gets ``TransitionRefusedError``."""
    new = step(VACANCY_MOVES, VacancyState(vacancy.state), event)
    if not Vacancy.objects.filter(pk=vacancy.pk, state=vacancy.state).update(state=new):
        msg = _("This vacancy was changed by someone else; look again.")
        raise TransitionRefusedError(msg)
    vacancy.refresh_from_db()
    return vacancy


def version_data(vacancy: Vacancy) -> dict[str, str]:
    """Return what a version keeps of ``vacancy``."""
    return {name: str(getattr(vacancy, name)) for name in VERSIONED}


@transaction.atomic
def keep_version(vacancy: Vacancy, *, at: datetime, by: User | None) -> VacancyVersion | None:
    """Keep the description as it stands now; None where nothing changed since the last version."""
    # The row lock puts two savers one after the other, so that no number is given twice.
    Vacancy.objects.select_for_update().get(pk=vacancy.pk)
    last = vacancy.versions.first()
    data = version_data(vacancy)
    if last is not None and last.data == data:
        return None
    number = last.number + 1 if last is not None else 1
    return VacancyVersion.objects.create(vacancy=vacancy, number=number, at=at, by=by, data=data)


def changed_fields(older: VacancyVersion | None, newer: VacancyVersion) -> list[str]:
    """Return the names of the fields that differ between two versions (all that say something, for the first)."""
    before = older.data if older is not None else {}
    return [name for name in VERSIONED if newer.data.get(name, "") != before.get(name, "")]


@dataclass(frozen=True, kw_only=True)
class PayStanding:
    """How the offered pay stands against what people wish, a month, in the vacancy's currency.

    ``asked`` people named a wish; ``low``, ``mid``, ``high`` are the quartiles of the wishes; ``within`` wish no more
    than the range ends with, ``above`` more.
    """

    asked: int
    silent: int
    low: int
    mid: int
    high: int
    within: int
    above: int

    @property
    def share_within(self) -> float:
        """Share in [0, 1] of those who named a wish and would be paid it."""
        return self.within / self.asked if self.asked else 0.0


def standing_of(wishes: Sequence[int], *, salary_to: int) -> PayStanding | None:
    """Return how pay up to ``salary_to`` stands against ``wishes`` (0: not said); None where nobody named a wish.

    >>> standing_of([40_000, 50_000, 60_000, 0], salary_to=50_000).within
    2
    """
    named = sorted(wish for wish in wishes if wish)
    if not named:
        return None
    low, mid, high = quantiles(named, n=4, method="inclusive") if len(named) > 1 else (named[0],) * 3
    within = sum(wish <= salary_to for wish in named) if salary_to else 0
    return PayStanding(
        asked=len(named),
        silent=len(wishes) - len(named),
        low=round(low),
        mid=round(mid),
        high=round(high),
        within=within,
        above=len(named) - within,
    )


def pay_standing(vacancy: Vacancy) -> PayStanding | None:
    """Return how the vacancy's pay stands against the wishes of its newest responses."""
    rows = Application.objects.filter(vacancy=vacancy).order_by("-applied_at")
    return standing_of(list(rows.values_list("salary_wish", flat=True)[:MOST_WISHES]), salary_to=vacancy.salary_to)


def lacks_of(vacancy: Vacancy) -> list[tuple[str, str]]:
    """Return what people look for in a vacancy and do not find, as (field, sentence)."""
    lacks: list[tuple[str, str]] = []
    if not vacancy.salary_to:
        lacks.append(
            ("salary_from", _("The pay is not named: fewer people answer, and those who do ask on the phone."))
        )
    if vacancy.office is None or not vacancy.office.address:
        lacks.append(("office", _("There is no address: people cannot see how far it is.")))
    if not vacancy.hours:
        lacks.append(("hours", _("The hours are not named.")))
    if not vacancy.requirements.strip():
        lacks.append(("requirements", _("There are no requirements: Triage has nothing to hold a resume against.")))
    if not vacancy.duties.strip():
        lacks.append(("duties", _("It does not say what is to be done.")))
    if not vacancy.conditions.strip():
        lacks.append(("conditions", _("It does not say what is offered beside the pay.")))
    return lacks


def pay_for(
    vacancy: Vacancy, *, city: str = "", level: str = "", ranges: Sequence[PayRange] | None = None
) -> tuple[int, int]:
    """Return the pay (from, to) of a city and level: the closest row of the pay table, else the vacancy's own range."""
    rows = list(ranges if ranges is not None else vacancy.pay_ranges.all())
    fits = [
        row
        for row in rows
        if (not row.city or row.city.casefold() == city.casefold())
        and (not row.level or row.level.casefold() == level.casefold())
    ]
    if not fits:
        return vacancy.salary_from, vacancy.salary_to
    best = max(fits, key=lambda row: (bool(row.city), bool(row.level)))
    return best.low, best.high


def section_labels() -> dict[str, _StrPromise | str]:
    """Return the titles of the sections of a job description, in their order."""
    return {
        "general": _("General part"),
        "requirements": _("Requirements"),
        "duties": _("Duties"),
        "rights": _("Rights"),
        "responsibility": _("Responsibility"),
        "conditions": _("Conditions"),
    }
