"""Repeating a session from a template: on which days, which are skipped and why, and making them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recruit.errors import InvalidInputError
from recruit.models import User, Vacancy
from scheduling.models import InterviewSession, SessionRole, SessionTemplate
from scheduling.services.availability import free_on_each
from scheduling.services.holidays import closed_days, days_between
from scheduling.services.sessions import SessionWish, create_session
from scheduling.states import SessionFormat, SessionState

MOST_DAYS = 92
FIGURES = (
    "target", "assurance", "overflow_risk", "interviewers_planned", "minutes_each", "band_minutes", "lobby", "seats",
    "minimum", "promised_wait_minutes",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RepeatDay:
    """One day that matches the weekdays: ``skipped`` says why there is no session on it (empty: there is one)."""

    day: date
    starts_at: datetime
    ends_at: datetime
    skipped: str


def template_of(
    session: InterviewSession, *, name: str, weekdays: Collection[int], holidays_of: str, by: User
) -> SessionTemplate:
    """Return an unsaved template with everything of ``session`` but its day."""
    zone = session.office.zone
    return SessionTemplate(
        name=name[:120],
        format=session.format,
        office=session.office,
        starts=session.starts_at.astimezone(zone).time(),
        ends=session.ends_at.astimezone(zone).time(),
        weekdays=sorted(set(weekdays)),
        holidays_of=holidays_of,
        figures={name: getattr(session, name) for name in FIGURES},
        targets={str(row.vacancy_id): row.target for row in session.session_vacancies.all() if row.target},
        created_by=by,
    )


@transaction.atomic
def keep_template(session: InterviewSession, **wish: Any) -> SessionTemplate:
    """Store what ``session`` is like as a template; see ``template_of``."""
    template = template_of(session, **wish)
    if not template.name.strip():
        raise InvalidInputError(_("Give the template a name."), field="name")
    template.save()
    template.vacancies.set(session.vacancies.all())
    template.rooms.set(session.rooms.all())
    seats = list(session.session_interviewers.all())
    template.interviewers.set([row.interviewer_id for row in seats if row.role == SessionRole.INTERVIEWER])
    template.observers.set([row.interviewer_id for row in seats if row.role != SessionRole.INTERVIEWER])
    return template


def repeat_days(
    template: SessionTemplate, *, first: date, last: date, weekdays: Collection[int], now: datetime
) -> list[RepeatDay]:
    """Return the days from ``first`` to ``last`` on ``weekdays`` (0 = Monday), those that are skipped with the reason.

    Skipped are closing days of the office, public holidays of the template's country, days that are past, and days on
    which a session of the same hours exists already. At most ``MOST_DAYS`` days ahead.
    """
    if last < first:
        raise InvalidInputError(_("The last day is before the first."), field="last")
    if (last - first).days >= MOST_DAYS:
        raise InvalidInputError(_("At most three months at once."), field="last")
    if not weekdays or not set(weekdays) <= set(range(7)):
        raise InvalidInputError(_("Choose at least one day of the week."), field="weekdays")
    zone = template.office.zone
    shut = closed_days(template.office, first, last, country=template.holidays_of)
    there = set(
        InterviewSession.objects.filter(
            office=template.office,
            format=template.format,
            starts_at__gte=datetime.combine(first, template.starts, tzinfo=zone),
            starts_at__lte=datetime.combine(last, template.starts, tzinfo=zone),
        )
        .exclude(state=SessionState.CANCELLED)
        .values_list("starts_at", flat=True)
    )
    days = []
    for day in days_between(first, last):
        if day.weekday() not in weekdays:
            continue
        starts = datetime.combine(day, template.starts, tzinfo=zone)
        ends = datetime.combine(day, template.ends, tzinfo=zone)
        if ends <= starts:
            ends += timedelta(days=1)
        skipped = ""
        if day in shut:
            skipped = shut[day] or _("the office is closed")
        elif starts <= now:
            skipped = _("is past")
        elif starts in there:
            skipped = _("has a session already")
        days.append(RepeatDay(day=day, starts_at=starts, ends_at=ends, skipped=skipped))
    return days


@transaction.atomic
def repeat(
    template: SessionTemplate,
    *,
    first: date,
    last: date,
    weekdays: Collection[int],
    by: User,
    now: datetime | None = None,
) -> list[InterviewSession]:
    """Make a draft on every day that is not skipped and return them; making them twice adds nothing.

    On each day only those of the template's people and rooms are seated who are free then.
    """
    at = now or timezone.now()
    vacancies = list(Vacancy.objects.open().filter(pk__in=template.vacancies.values("pk")).order_by("title", "pk"))
    if not vacancies:
        raise InvalidInputError(_("None of the template's vacancies is open."), field="vacancies")
    rooms, people = list(template.rooms.all()), list(template.interviewers.filter(is_active=True))
    observers = list(template.observers.filter(is_active=True))
    days = repeat_days(template, first=first, last=last, weekdays=weekdays, now=at)
    wanted = [one for one in days if not one.skipped]
    # Who or what is taken on a day is left out of it; the session then asks for somebody on Today.
    times = [(one.starts_at, one.ends_at) for one in wanted]
    made = []
    for one, (free, open_rooms) in zip(
        wanted, free_on_each(template.office, times, [*people, *observers], rooms), strict=True
    ):
        figures = {name: template.figures[name] for name in FIGURES if template.figures.get(name) is not None}
        wish = SessionWish(
            format=SessionFormat(template.format),
            office=template.office,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            vacancies=vacancies,
            rooms=open_rooms,
            interviewers=[person for person in people if person in free],
            observers=[person for person in observers if person in free],
            vacancy_targets={int(number): target for number, target in template.targets.items()},
            **figures,
        )
        # What is past was left out by ``repeat_days``, on the clock that was given.
        made.append(create_session(wish=wish, by=by, past_allowed=True))
    return made
