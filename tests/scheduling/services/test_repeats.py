"""Repeating from a template; two groups taken together; a second session."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from recruit.errors import InvalidInputError
from recruit.models import ClosingDay, Message
from scheduling.models import InterviewSession, Invitation, SessionTemplate
from scheduling.services import merging, repeats
from scheduling.services.holidays import closed_days
from scheduling.states import SessionState
from tests.recruit import world
from tests.scheduling.world import DAY_BEFORE, OPENS, group, invited, opened, recruiter

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 27, 6, tzinfo=UTC)
MONDAY, SUNDAY = date(2026, 4, 27), date(2026, 5, 10)


def template(**fields) -> SessionTemplate:
    session = opened(**fields)
    kept = repeats.keep_template(session, name="Afternoons", weekdays=range(5), holidays_of="RU", by=recruiter())
    SessionTemplate.objects.filter(pk=kept.pk).update(starts=time(13), ends=time(17))
    kept.refresh_from_db()
    return kept


def days_of(kept: SessionTemplate, **fields):
    wish = {"first": MONDAY, "last": SUNDAY, "weekdays": range(5), "now": NOW, **fields}
    return repeats.repeat_days(kept, **wish)


def test_monday_to_friday_skips_public_holidays_and_the_offices_closing_days():
    kept = template()
    ClosingDay.objects.create(office=kept.office, day=date(2026, 4, 29), reason="Moving house")

    days = days_of(kept)

    assert [one.day.day for one in days if not one.skipped] == [27, 28, 30, 4, 5, 6, 7, 8]
    skipped = {one.day: one.skipped for one in days if one.skipped}
    assert list(skipped) == [date(2026, 4, 29), date(2026, 5, 1)]
    assert skipped[date(2026, 4, 29)] == "Moving house"


def test_each_day_has_the_hours_of_the_offices_clock_and_the_templates_wishes():
    kept = template(target=4, lobby=9)

    made = repeats.repeat(kept, first=MONDAY, last=date(2026, 4, 28), weekdays=range(5), by=recruiter(), now=NOW)

    starts = [one.starts_at.astimezone(kept.office.zone).strftime("%a %H:%M") for one in made]
    assert starts == ["Mon 13:00", "Tue 13:00"]
    assert [(one.target, one.lobby, one.state, one.bands.count()) for one in made] == [
        (4, 9, SessionState.DRAFT, 8)
    ] * 2


def test_repeating_twice_makes_nothing_twice():
    kept = template()
    wish = {"first": MONDAY, "last": SUNDAY, "weekdays": range(5), "by": recruiter(), "now": NOW}
    first = repeats.repeat(kept, **wish)

    assert (len(first), repeats.repeat(kept, **wish)) == (9, [])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"last": date(2026, 4, 1)}, "last"),
        ({"last": date(2026, 12, 1)}, "last"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [9]}, "weekdays"),
    ],
)
def test_a_span_that_cannot_be_is_refused_at_its_field(fields, field):
    with pytest.raises(InvalidInputError) as refused:
        days_of(template(), **fields)

    assert refused.value.field == field


def test_a_country_without_a_calendar_is_refused():
    with pytest.raises(InvalidInputError):
        closed_days(world.office(), MONDAY, SUNDAY, country="XX")


def test_merging_moves_everybody_once_keeps_their_links_and_makes_no_no_show():
    into = group()
    other = group(office=into.office, starts_at=OPENS + timedelta(days=2), ends_at=OPENS + timedelta(days=2, hours=3))
    people = [invited(other, name, email=f"{name}@mail.test") for name in ("anna", "boris")]
    links = {row.pk: (row.public_id, row.uid) for row in people}
    Message.objects.all().delete()

    moved = merging.merge_sessions(other, into=into, at=DAY_BEFORE, by=recruiter())

    other.refresh_from_db()
    rows = Invitation.objects.order_by("pk")
    assert (moved, other.state) == (2, SessionState.CANCELLED)
    assert [(row.session_id, row.state, row.sequence) for row in rows] == [(into.pk, "sent", 1)] * 2
    assert {row.pk: (row.public_id, row.uid) for row in rows} == links
    assert sorted(Message.objects.values_list("kind", flat=True)) == ["update", "update"]


def test_only_groups_of_one_office_are_merged():
    with pytest.raises(InvalidInputError):
        merging.merge_sessions(group(), into=group(), at=DAY_BEFORE, by=recruiter())


def test_a_second_session_lies_on_the_next_working_day_at_the_same_hours():
    friday = datetime.combine(date(2027, 5, 14), time(13), tzinfo=UTC)
    session = group(starts_at=friday, ends_at=friday + timedelta(hours=2))
    ClosingDay.objects.create(office=session.office, day=date(2027, 5, 17))

    second = merging.second_session(session, by=recruiter())

    assert second.starts_at == friday + timedelta(days=4)
    assert (second.seats, second.target, second.state) == (session.seats, session.target, SessionState.DRAFT)
    assert InterviewSession.objects.count() == 2
