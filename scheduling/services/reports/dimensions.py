"""By what the figures are cut: what SQL groups by, how a group is called, and which rows are behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.db.models.functions import Coalesce, ExtractHour, ExtractIsoWeekDay
from django.utils.translation import gettext_lazy as _

from recruit.models import Office, Source, User, Vacancy
from scheduling.models import Interviewer
from scheduling.models.invitation import InvitationQuerySet
from scheduling.services.reports import groups
from scheduling.services.reports.measures import arrival
from scheduling.states import Answer

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


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
    key: Callable[[groups.Row], str]
    names: groups.Names
    rows: Callable[[InvitationQuerySet, str], InvitationQuerySet]
    is_ordered: bool = False


DIMENSIONS: dict[str, Dimension] = {
    "source": Dimension(
        label=_("Source"),
        columns={"id": F("application__source_id")},
        key=groups.id_of,
        names=groups.names_in(Source, "name", _("not known")),
        rows=groups.by_id("application__source_id"),
    ),
    "posting": Dimension(
        label=_("Posting"),
        columns={
            "id": F("application__source_id"),
            "vacancy": F("application__vacancy_id"),
            "link": F("application__link_id"),
        },
        key=groups.posting_key,
        names=groups.posting_names,
        rows=groups.posting_rows,
    ),
    "vacancy": Dimension(
        label=_("Vacancy"),
        columns={"id": F("application__vacancy_id")},
        key=groups.id_of,
        names=groups.names_in(Vacancy, "title", _("not known")),
        rows=groups.by_id("application__vacancy_id"),
    ),
    "office": Dimension(
        label=_("Office"),
        columns={"id": F("session__office_id")},
        key=groups.id_of,
        names=groups.names_in(Office, "name", _("not known")),
        rows=groups.by_id("session__office_id"),
    ),
    "recruiter": Dimension(
        label=_("Recruiter"),
        columns={"id": Coalesce("application__triaged_by_id", "application__vacancy__recruiter_id")},
        key=groups.id_of,
        names=groups.names_in(User, "name", _("nobody noted")),
        rows=lambda rows, key: groups.by_id("who")(
            rows.alias(who=Coalesce("application__triaged_by_id", "application__vacancy__recruiter_id")), key
        ),
    ),
    "caller": Dimension(
        label=_("Caller"),
        columns={"id": groups.caller()},
        key=groups.id_of,
        names=groups.names_in(User, "name", _("nobody called")),
        rows=lambda rows, key: groups.by_id("who")(rows.alias(who=groups.caller()), key),
    ),
    "interviewer": Dimension(
        label=_("Interviewer"),
        columns={"id": F("interviewer_id")},
        key=groups.id_of,
        names=groups.names_in(Interviewer, "name", _("nobody, not seen")),
        rows=groups.by_id("interviewer_id"),
    ),
    "answer": Dimension(
        label=_("Answer"),
        columns={"id": F("answer")},
        key=lambda row: str(row["id"]),
        names=groups.words(dict(Answer.choices)),
        rows=lambda rows, key: rows.filter(answer=key),
    ),
    "reminder": Dimension(
        label=_("Reminders"),
        columns={"id": F("reminders")},
        key=lambda row: str(min(int(row["id"]), groups.REMINDERS_SHOWN)),
        names=groups.reminder_names,
        rows=groups.reminder_rows,
        is_ordered=True,
    ),
    "lead": Dimension(
        label=_("Time ahead"),
        columns={"id": groups.lead()},
        key=groups.lead_code,
        names=groups.words(groups.LEAD_WORDS),
        rows=groups.lead_rows,
        is_ordered=True,
    ),
    "weekday": Dimension(
        label=_("Weekday"),
        columns=groups.TIMES,
        key=lambda row: str(groups.local(row).isoweekday()),
        names=groups.weekdays,
        rows=lambda rows, key: groups.on_the_clock(
            rows, lambda zone: {"day": (ExtractIsoWeekDay(arrival(), tzinfo=zone), groups.number(key))}
        ),
        is_ordered=True,
    ),
    "hour": Dimension(
        label=_("Hour"),
        columns=groups.TIMES,
        key=lambda row: f"{groups.local(row):%H}",
        names=lambda keys: {key: f"{key}:00" for key in keys},
        rows=lambda rows, key: groups.on_the_clock(
            rows, lambda zone: {"hour": (ExtractHour(arrival(), tzinfo=zone), groups.number(key))}
        ),
        is_ordered=True,
    ),
    "band": Dimension(
        label=_("Arrival time"),
        columns=groups.TIMES,
        key=lambda row: f"{groups.local(row):%H:%M}",
        names=groups.same,
        rows=groups.band_rows,
        is_ordered=True,
    ),
    "week": Dimension(
        label=_("Week from"),
        columns=groups.TIMES,
        key=groups.monday,
        names=groups.week_names,
        rows=groups.week_rows,
        is_ordered=True,
    ),
}
ORDER: dict[str, tuple[str, ...]] = {"lead": tuple(groups.LEAD_WORDS)}
