"""After the hire: who started, who is still there after 1, 3 and 6 months, how good they are; by source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Avg, Count, F, Q, QuerySet

from recruit.errors import InvalidInputError, NotFoundError
from recruit.models import Application, User
from recruit.states import Stage
from scheduling.models import Employment
from scheduling.services.reports.slices import Slice
from scheduling.statistics.rates import Rate, rate

MONTHS = {1: timedelta(days=30), 3: timedelta(days=91), 6: timedelta(days=182)}
LEVEL = 0.9


def hires(piece: Slice) -> QuerySet[Application]:
    """Return the applications of the slice that ended in a hire, newest first, with what is known since."""
    rows = piece.applications().filter(stage=Stage.HIRED)
    return rows.select_related("candidate", "vacancy", "source", "employment").order_by("-stage_since", "-pk")


def after(part: str, months: int = 0) -> Q:
    """Return the condition of a hire who "started", is "rated", has "stayed" ``months``, or of whom that is "known"."""
    if part in {"started", "rated"}:
        return ~Q(**{f"employment__{'started_on' if part == 'started' else 'rating'}": None})
    at = F("employment__started_on") + MONTHS[months]
    stayed = Q(employment__left_on__gte=at) | Q(employment__left_on=None, employment__seen_on__gte=at)
    return stayed if part == "stayed" else stayed | Q(employment__left_on__lt=at)


@dataclass(frozen=True, kw_only=True)
class StayLine:
    """Hires of one source (or of all): started of all hires, still there of those of whom it is known, mean rating.

    Nobody is taken to be still there because nothing was heard: a month counts once somebody saw the person after it,
    or wrote down the day on which they left.
    """

    code: str
    name: str
    hired: int
    started: Rate
    stayed: dict[int, Rate]
    rating: float | None
    rated: int


def stay_lines(piece: Slice) -> list[StayLine]:
    """Return one line a source, the largest first, and a last one for all; one statement."""
    columns: dict[str, Any] = {
        "hired": Count("pk"),
        "started": Count("pk", filter=after("started")),
        "rated": Count("employment__rating"),
        "rating": Avg("employment__rating"),
    }
    for months in MONTHS:
        for part in ("stayed", "known"):
            columns[f"{part}_{months}"] = Count("pk", filter=after(part, months))
    found: Any = hires(piece)
    rows: list[dict[str, Any]] = list(
        found.values("source_id", "source__name").annotate(**columns).order_by("-hired", "source__name")
    )
    lines = [_line(str(row["source_id"]), str(row["source__name"]), row) for row in rows]
    if not rows:
        return lines
    sums: dict[str, Any] = {name: sum(row[name] for row in rows) for name in columns if name != "rating"}
    marks = sum(row["rating"] * row["rated"] for row in rows if row["rated"])
    sums["rating"] = marks / sums["rated"] if sums["rated"] else None
    return [*lines, _line("", "", sums)]


def _line(code: str, name: str, row: dict[str, Any]) -> StayLine:
    return StayLine(
        code=code,
        name=name,
        hired=row["hired"],
        started=rate(row["started"], row["hired"], level=LEVEL),
        stayed={months: rate(row[f"stayed_{months}"], row[f"known_{months}"], level=LEVEL) for months in MONTHS},
        rating=row["rating"],
        rated=row["rated"],
    )


@transaction.atomic
def note_employment(
    application: Application,
    *,
    at: datetime,
    by: User | None,
    started_on: date | None = None,
    left_on: date | None = None,
    seen_on: date | None = None,
    rating: int | None = None,
) -> Employment:
    """Write down what is known of a hire; what is not given stays as it was.

    Raises:
        InvalidInputError: nobody was hired by this application, the days are in the wrong order, or the rating is
            not 1 to 5.
    """
    if application.stage != Stage.HIRED:
        raise InvalidInputError("This application did not end in a hire.", field="application")
    if rating is not None and not 1 <= rating <= 5:
        raise InvalidInputError("A rating is 1 to 5.", field="rating")
    row, _is_new = Employment.objects.select_for_update().get_or_create(
        application=application, defaults={"noted_at": at}
    )
    given = {"started_on": started_on, "left_on": left_on, "seen_on": seen_on, "rating": rating}
    for name, value in given.items():
        if value is not None:
            setattr(row, name, value)
    if row.left_on is not None and row.started_on is not None and row.left_on < row.started_on:
        raise InvalidInputError("Nobody leaves before they start.", field="left_on")
    if row.left_on is not None and row.started_on is None:
        raise InvalidInputError("Say when they started.", field="started_on")
    if row.seen_on is not None and row.seen_on > at.date():
        raise InvalidInputError("This day has not come yet.", field="seen_on")
    row.noted_at, row.noted_by = at, by
    row.save()
    return row


def hire_of(user: User, number: int) -> Application:
    """Return a hire that ``user`` may see; ``NotFoundError`` otherwise."""
    row = Application.objects.visible_to(user).filter(pk=number, stage=Stage.HIRED).first()
    if row is None:
        raise NotFoundError("There is no such hire.", field="application")
    return row
