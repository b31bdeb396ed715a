"""How rows fall into groups: the columns that SQL groups by, the keys, the names, and the way back to the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import DateField, F, OuterRef, Q, Subquery
from django.db.models.functions import ExtractHour, ExtractMinute, TruncWeek
from django.utils import formats, timezone
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from recruit.models import Office, Source, SourceLink, Vacancy
from scheduling.models import LedgerEntry
from scheduling.models.invitation import InvitationQuerySet
from scheduling.services.reports.clock import BegunHours
from scheduling.services.reports.measures import arrival
from scheduling.states import LedgerKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LEADS = ((12, "h12"), (24, "h24"), (48, "d2"), (72, "d3"), (168, "d7"))
LEAD_WORDS: dict[str, _StrPromise] = {
    "h12": _("up to 12 h"),
    "h24": _("12 to 24 h"),
    "d2": _("1 to 2 days"),
    "d3": _("2 to 3 days"),
    "d7": _("3 to 7 days"),
    "long": _("over a week"),
    "none": _("not known"),
}
REMINDERS_SHOWN = 3
# Who spoke with the invited person: what a user noted by hand.
_SPOKEN = (LedgerKind.CALLED, LedgerKind.CONFIRMED, LedgerKind.DECLINED, LedgerKind.UNSURE, LedgerKind.ASKED_TO_MOVE)
Row = Mapping[str, Any]
Names = Callable[[Iterable[str]], dict[str, str]]


def lead() -> BegunHours:
    """Return the lead time of an invitation in begun hours, in SQL; NULL where it is not known."""
    return BegunHours(F("invited_at"), arrival())


def lead_code(row: Row) -> str:
    """Return the band of a lead time."""
    if row["id"] is None:
        return "none"
    return next((code for hours, code in LEADS if row["id"] <= hours), "long")


def lead_rows(rows: InvitationQuerySet, key: str) -> InvitationQuerySet:
    """Return the rows of a band of lead times."""
    if key == "none":
        return rows.filter(invited_at=None)
    ends = dict(
        zip([code for _hours, code in LEADS] + ["long"], [*[hours for hours, _code in LEADS], None], strict=True)
    )
    if key not in ends:
        return rows.none()
    codes = list(ends)
    at = codes.index(key)
    bounds = {"lead_hours__gt": LEADS[at - 1][0] if at else None, "lead_hours__lte": ends[key]}
    return rows.alias(lead_hours=lead()).filter(**{name: end for name, end in bounds.items() if end is not None})


def caller() -> Subquery:
    """Return the id of the last user who spoke with the person."""
    said = LedgerEntry.objects.filter(invitation=OuterRef("pk"), kind__in=_SPOKEN).exclude(actor=None)
    return Subquery(said.order_by("-pk").values("actor_id")[:1])


def local(row: Row) -> datetime:
    """Return the arrival on the clock of the row's own office."""
    return timezone.localtime(row["at"], ZoneInfo(row["zone"]))


TIMES: dict[str, Any] = {"at": arrival(), "zone": F("session__office__time_zone")}


def zones() -> list[str]:
    """Return the time zones of the offices."""
    return list(Office.objects.order_by("time_zone").values_list("time_zone", flat=True).distinct())


def on_the_clock(rows: InvitationQuerySet, condition: Callable[[ZoneInfo], dict[str, Any]]) -> InvitationQuerySet:
    """Return the rows for which ``condition`` holds on the clock of their own office."""
    found = Q(pk__in=[])
    names: dict[str, Any] = {}
    for number, zone in enumerate(zones()):
        part = Q(session__office__time_zone=zone)
        for name, (expression, value) in condition(ZoneInfo(zone)).items():
            names[f"clock_{number}_{name}"] = expression
            part &= Q(**{f"clock_{number}_{name}": value})
        found |= part
    return rows.alias(**names).filter(found)


def number(key: str) -> int:
    """Return the number that ``key`` writes; -1 where it is none."""
    return int(key) if key.isascii() and key.isdigit() and len(key) < 16 else -1


def by_id(column: str) -> Callable[[InvitationQuerySet, str], InvitationQuerySet]:
    """Return how to find the rows of a group whose key is an id, or “none”."""

    def rows(found: InvitationQuerySet, key: str) -> InvitationQuerySet:
        return found.filter(**{f"{column}__isnull": True}) if key == "none" else found.filter(**{column: number(key)})

    return rows


def id_of(row: Row) -> str:
    """Return the id of a row as a key."""
    return "none" if row["id"] is None else str(row["id"])


def names_in(model: Any, column: str, nobody: _StrPromise) -> Names:
    """Return how to read names from ``column`` of a model; ``nobody`` is what “none” is called."""

    def names(keys: Iterable[str]) -> dict[str, str]:
        wanted = [int(key) for key in keys if key != "none"]
        found = {str(pk): str(name) for pk, name in model.objects.filter(pk__in=wanted).values_list("pk", column)}
        return {**found, "none": str(nobody)}

    return names


def posting_key(row: Row) -> str:
    """Return the link that the person came by; where none is known, the vacancy on the source stands for the posting."""
    return f"{row['id']}-{row['vacancy']}" if row["link"] is None else f"l{row['link']}"


def posting_names(keys: Iterable[str]) -> dict[str, str]:
    """Return what postings are called."""
    pairs = [key.split("-") for key in keys if not key.startswith("l")]
    numbers = [number(key[1:]) for key in keys if key.startswith("l")]
    links = SourceLink.objects.filter(pk__in=numbers).select_related("source") if numbers else []
    sources = {str(pk): name for pk, name in Source.objects.values_list("pk", "name")}
    titles = Vacancy.objects.filter(pk__in={vacancy for _source, vacancy in pairs}).values_list("pk", "title", "city")
    vacancies = {str(pk): f"{title}, {city}" if city else title for pk, title, city in titles}
    found = {
        f"{source}-{vacancy}": gettext_now("%(vacancy)s on %(source)s")
        % {"vacancy": vacancies.get(vacancy, vacancy), "source": sources.get(source, source)}
        for source, vacancy in pairs
    }
    return found | {f"l{link.pk}": str(link) for link in links}


def posting_rows(rows: InvitationQuerySet, key: str) -> InvitationQuerySet:
    """Return the rows of a posting."""
    if key.startswith("l"):
        return rows.filter(application__link_id=number(key[1:]))
    source, _dash, vacancy = key.partition("-")
    return rows.filter(
        application__link=None, application__source_id=number(source), application__vacancy_id=number(vacancy)
    )


def band_rows(rows: InvitationQuerySet, key: str) -> InvitationQuerySet:
    """Return the rows of an arrival time (HH:MM)."""
    hour, _colon, minute = key.partition(":")
    return on_the_clock(
        rows,
        lambda zone: {
            "hour": (ExtractHour(arrival(), tzinfo=zone), number(hour)),
            "minute": (ExtractMinute(arrival(), tzinfo=zone), number(minute)),
        },
    )


def week_rows(rows: InvitationQuerySet, key: str) -> InvitationQuerySet:
    """Return the rows of the week that begins on a Monday (YYYY-MM-DD)."""
    try:
        monday = date.fromisoformat(key)
    except ValueError:
        return rows.none()
    return on_the_clock(
        rows, lambda zone: {"week": (TruncWeek(arrival(), tzinfo=zone, output_field=DateField()), monday)}
    )


def monday(row: Row) -> str:
    """Return the Monday of a row's week as a key."""
    day = local(row).date()
    return (day - timedelta(days=day.weekday())).isoformat()


def same(keys: Iterable[str]) -> dict[str, str]:
    """Return names that are the keys themselves."""
    return {key: key for key in keys}


def words(table: Mapping[str, Any]) -> Names:
    """Return how to read names from a table of words."""
    return lambda keys: {key: str(table.get(key, key)) for key in keys}


def weekdays(keys: Iterable[str]) -> dict[str, str]:
    """Return the names of weekdays, 1 (Monday) to 7."""
    # 5 January 2026 is a Monday.
    return {key: formats.date_format(date(2026, 1, 4 + int(key)), "l") for key in keys}


def week_names(keys: Iterable[str]) -> dict[str, str]:
    """Return weeks by their first day."""
    return {key: formats.date_format(date.fromisoformat(key), "j M") for key in keys}


def reminder_names(keys: Iterable[str]) -> dict[str, str]:
    """Return numbers of reminders; the largest shown stands for more as well."""
    return {key: (f"{key}+" if key == str(REMINDERS_SHOWN) else key) for key in keys}


def reminder_rows(rows: InvitationQuerySet, key: str) -> InvitationQuerySet:
    """Return the rows with so many reminders."""
    count = number(key)
    return rows.filter(reminders__gte=count) if count == REMINDERS_SHOWN else rows.filter(reminders=count)
