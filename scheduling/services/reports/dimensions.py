"""By what the figures are cut: what SQL groups by, how a group is called, and which rows are behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import DateField, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, ExtractHour, ExtractIsoWeekDay, ExtractMinute, TruncWeek
from django.utils import formats, timezone
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from recruit.models import Office, Source, SourceLink, User, Vacancy
from scheduling.models import Interviewer, LedgerEntry
from scheduling.models.invitation import InvitationQuerySet
from scheduling.services.reports.clock import BegunHours
from scheduling.services.reports.measures import arrival
from scheduling.states import Answer, LedgerKind

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


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """One way to cut the figures.

    Attributes:
        label: heading of the column.
        columns: name -> expression that SQL groups by.
        key: a row of those columns -> the group's key, a short text that goes into an address.
        names: keys -> what people read; at most one statement, whatever their number.
        rows: (invitations, key) -> those of the group; an unknown key gives none.
        is_ordered: the keys have an order of their own (else the largest group stands first).
    """

    label: _StrPromise
    columns: dict[str, Any]
    key: Callable[[Row], str]
    names: Names
    rows: Callable[[InvitationQuerySet, str], InvitationQuerySet]
    is_ordered: bool = False


def _lead() -> BegunHours:
    """Return the lead time of an invitation in begun hours, in SQL; NULL where it is not known."""
    return BegunHours(F("invited_at"), arrival())


def _lead_code(row: Row) -> str:
    """Return the band of a lead time."""
    if row["id"] is None:
        return "none"
    return next((code for hours, code in LEADS if row["id"] <= hours), "long")


def _lead_rows(rows: InvitationQuerySet, key: str) -> InvitationQuerySet:
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
    return rows.alias(lead_hours=_lead()).filter(**{name: end for name, end in bounds.items() if end is not None})


def _caller() -> Subquery:
    """Return the id of the last user who spoke with the person."""
    said = LedgerEntry.objects.filter(invitation=OuterRef("pk"), kind__in=_SPOKEN).exclude(actor=None)
    return Subquery(said.order_by("-pk").values("actor_id")[:1])


def _local(row: Row) -> datetime:
    return timezone.localtime(row["at"], ZoneInfo(row["zone"]))


_TIMES: dict[str, Any] = {"at": arrival(), "zone": F("session__office__time_zone")}


def _zones() -> list[str]:
    return list(Office.objects.order_by("time_zone").values_list("time_zone", flat=True).distinct())


def _on_the_clock(rows: InvitationQuerySet, condition: Callable[[ZoneInfo], dict[str, Any]]) -> InvitationQuerySet:
    """Return the rows for which ``condition`` holds on the clock of their own office."""
    found = Q(pk__in=[])
    names: dict[str, Any] = {}
    for number, zone in enumerate(_zones()):
        part = Q(session__office__time_zone=zone)
        for name, (expression, value) in condition(ZoneInfo(zone)).items():
            names[f"clock_{number}_{name}"] = expression
            part &= Q(**{f"clock_{number}_{name}": value})
        found |= part
    return rows.alias(**names).filter(found)


def _number(key: str) -> int:
    """Return the number that ``key`` writes; -1 where it is none."""
    return int(key) if key.isascii() and key.isdigit() and len(key) < 16 else -1


def _by_id(column: str) -> Callable[[InvitationQuerySet, str], InvitationQuerySet]:
    def rows(found: InvitationQuerySet, key: str) -> InvitationQuerySet:
        return found.filter(**{f"{column}__isnull": True}) if key == "none" else found.filter(**{column: _number(key)})

    return rows


def _id_of(row: Row) -> str:
    return "none" if row["id"] is None else str(row["id"])


def _names_in(model: Any, column: str, nobody: _StrPromise) -> Names:
    def names(keys: Iterable[str]) -> dict[str, str]:
        wanted = [int(key) for key in keys if key != "none"]
        found = {str(pk): str(name) for pk, name in model.objects.filter(pk__in=wanted).values_list("pk", column)}
        return {**found, "none": str(nobody)}

    return names


def _posting_key(row: Row) -> str:
    """Return the link that the person came by; where none is known, the vacancy on the source stands for the posting."""
    return f"{row['id']}-{row['vacancy']}" if row["link"] is None else f"l{row['link']}"


def _posting_names(keys: Iterable[str]) -> dict[str, str]:
    pairs = [key.split("-") for key in keys if not key.startswith("l")]
    numbers = [_number(key[1:]) for key in keys if key.startswith("l")]
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


def _posting_rows(rows: InvitationQuerySet, key: str) -> InvitationQuerySet:
    if key.startswith("l"):
        return rows.filter(application__link_id=_number(key[1:]))
    source, _dash, vacancy = key.partition("-")
    return rows.filter(
        application__link=None, application__source_id=_number(source), application__vacancy_id=_number(vacancy)
    )


def _band_rows(rows: InvitationQuerySet, key: str) -> InvitationQuerySet:
    hour, _colon, minute = key.partition(":")
    return _on_the_clock(
        rows,
        lambda zone: {
            "hour": (ExtractHour(arrival(), tzinfo=zone), _number(hour)),
            "minute": (ExtractMinute(arrival(), tzinfo=zone), _number(minute)),
        },
    )


def _week_rows(rows: InvitationQuerySet, key: str) -> InvitationQuerySet:
    try:
        monday = date.fromisoformat(key)
    except ValueError:
        return rows.none()
    return _on_the_clock(
        rows, lambda zone: {"week": (TruncWeek(arrival(), tzinfo=zone, output_field=DateField()), monday)}
    )


def _monday(row: Row) -> str:
    day = _local(row).date()
    return (day - timedelta(days=day.weekday())).isoformat()


def _same(keys: Iterable[str]) -> dict[str, str]:
    return {key: key for key in keys}


def _words(table: Mapping[str, Any]) -> Names:
    return lambda keys: {key: str(table.get(key, key)) for key in keys}


def _weekdays(keys: Iterable[str]) -> dict[str, str]:
    # 5 January 2026 is a Monday.
    return {key: formats.date_format(date(2026, 1, 4 + int(key)), "l") for key in keys}


def _week_names(keys: Iterable[str]) -> dict[str, str]:
    return {key: formats.date_format(date.fromisoformat(key), "j M") for key in keys}


def _reminder_names(keys: Iterable[str]) -> dict[str, str]:
    return {key: (f"{key}+" if key == str(REMINDERS_SHOWN) else key) for key in keys}


def _reminder_rows(rows: InvitationQuerySet, key: str) -> InvitationQuerySet:
    number = _number(key)
    return rows.filter(reminders__gte=number) if number == REMINDERS_SHOWN else rows.filter(reminders=number)


DIMENSIONS: dict[str, Dimension] = {
    "source": Dimension(
        label=_("Source"),
        columns={"id": F("application__source_id")},
        key=_id_of,
        names=_names_in(Source, "name", _("not known")),
        rows=_by_id("application__source_id"),
    ),
    "posting": Dimension(
        label=_("Posting"),
        columns={
            "id": F("application__source_id"),
            "vacancy": F("application__vacancy_id"),
            "link": F("application__link_id"),
        },
        key=_posting_key,
        names=_posting_names,
        rows=_posting_rows,
    ),
    "vacancy": Dimension(
        label=_("Vacancy"),
        columns={"id": F("application__vacancy_id")},
        key=_id_of,
        names=_names_in(Vacancy, "title", _("not known")),
        rows=_by_id("application__vacancy_id"),
    ),
    "office": Dimension(
        label=_("Office"),
        columns={"id": F("session__office_id")},
        key=_id_of,
        names=_names_in(Office, "name", _("not known")),
        rows=_by_id("session__office_id"),
    ),
    "recruiter": Dimension(
        label=_("Recruiter"),
        columns={"id": Coalesce("application__triaged_by_id", "application__vacancy__recruiter_id")},
        key=_id_of,
        names=_names_in(User, "name", _("nobody noted")),
        rows=lambda rows, key: _by_id("who")(
            rows.alias(who=Coalesce("application__triaged_by_id", "application__vacancy__recruiter_id")), key
        ),
    ),
    "caller": Dimension(
        label=_("Caller"),
        columns={"id": _caller()},
        key=_id_of,
        names=_names_in(User, "name", _("nobody called")),
        rows=lambda rows, key: _by_id("who")(rows.alias(who=_caller()), key),
    ),
    "interviewer": Dimension(
        label=_("Interviewer"),
        columns={"id": F("interviewer_id")},
        key=_id_of,
        names=_names_in(Interviewer, "name", _("nobody, not seen")),
        rows=_by_id("interviewer_id"),
    ),
    "answer": Dimension(
        label=_("Answer"),
        columns={"id": F("answer")},
        key=lambda row: str(row["id"]),
        names=_words(dict(Answer.choices)),
        rows=lambda rows, key: rows.filter(answer=key),
    ),
    "reminder": Dimension(
        label=_("Reminders"),
        columns={"id": F("reminders")},
        key=lambda row: str(min(int(row["id"]), REMINDERS_SHOWN)),
        names=_reminder_names,
        rows=_reminder_rows,
        is_ordered=True,
    ),
    "lead": Dimension(
        label=_("Time ahead"),
        columns={"id": _lead()},
        key=_lead_code,
        names=_words(LEAD_WORDS),
        rows=_lead_rows,
        is_ordered=True,
    ),
    "weekday": Dimension(
        label=_("Weekday"),
        columns=_TIMES,
        key=lambda row: str(_local(row).isoweekday()),
        names=_weekdays,
        rows=lambda rows, key: _on_the_clock(
            rows, lambda zone: {"day": (ExtractIsoWeekDay(arrival(), tzinfo=zone), _number(key))}
        ),
        is_ordered=True,
    ),
    "hour": Dimension(
        label=_("Hour"),
        columns=_TIMES,
        key=lambda row: f"{_local(row):%H}",
        names=lambda keys: {key: f"{key}:00" for key in keys},
        rows=lambda rows, key: _on_the_clock(
            rows, lambda zone: {"hour": (ExtractHour(arrival(), tzinfo=zone), _number(key))}
        ),
        is_ordered=True,
    ),
    "band": Dimension(
        label=_("Arrival time"),
        columns=_TIMES,
        key=lambda row: f"{_local(row):%H:%M}",
        names=_same,
        rows=_band_rows,
        is_ordered=True,
    ),
    "week": Dimension(
        label=_("Week from"),
        columns=_TIMES,
        key=_monday,
        names=_week_names,
        rows=_week_rows,
        is_ordered=True,
    ),
}
ORDER: dict[str, tuple[str, ...]] = {"lead": tuple(LEAD_WORDS)}
