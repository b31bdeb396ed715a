"""Who and what is free: office hours ∩ own hours − busy times − other sessions."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recruit.models import ClosingDay
from scheduling.models import BusyCalendar, BusyTime, OfficeHours, OwnHours, Room
from scheduling.services.availability import Why, against_interviewers, free_interviewers, free_rooms
from scheduling.services.clashes import clashes, clashes_of
from scheduling.services.sessions import seat_people
from tests.recruit import world
from tests.scheduling.world import OPENS, draft, interviewer

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ENDS = OPENS + 3 * HOUR


def working(office, name="Igor"):
    person = interviewer(name)
    person.offices.add(office)
    return person


def busy(owner, start, end, *, sure=True, on=True):
    kind = {"room": owner} if isinstance(owner, Room) else {"interviewer": owner}
    calendar = BusyCalendar.objects.create(url="https://calendar.test/x.ics", next_read_at=OPENS, is_on=on, **kind)
    return BusyTime.objects.create(calendar=calendar, starts_at=start, ends_at=end, is_sure=sure)


def test_somebody_without_hours_and_calendars_is_free():
    office = world.office()
    igor = working(office)
    interviewer("of another office")

    assert free_interviewers(office, OPENS, ENDS) == [igor]


def test_office_hours_hold_on_the_clock_of_the_office():
    office = world.office(time_zone="Asia/Bangkok")
    igor = working(office)
    OfficeHours.objects.create(office=office, weekday=1, opens=time(9), closes=time(17))
    nine = datetime(2026, 5, 12, 9, tzinfo=ZoneInfo("Asia/Bangkok"))

    assert free_interviewers(office, nine, nine + 8 * HOUR) == [igor]
    assert free_interviewers(office, nine - HOUR, nine + HOUR) == []
    assert free_interviewers(office, nine + 24 * HOUR, nine + 25 * HOUR) == []


def test_a_closing_day_shuts_rooms_and_people():
    office = world.office()
    igor, room = working(office), Room.objects.create(office=office, name="A")
    ClosingDay.objects.create(office=office, day=date(2026, 5, 12))

    against = against_interviewers([igor], office, OPENS, ENDS)[igor.pk]

    assert [(one.why, one.starts_at, one.ends_at) for one in against] == [(Why.CLOSED, OPENS, ENDS)]
    assert (free_rooms(office, OPENS, ENDS), room.office) == ([], office)


def test_own_hours_name_the_part_that_is_missing():
    office = world.office()
    igor = working(office)
    OwnHours.objects.create(interviewer=igor, weekday=1, starts=time(11), ends=time(18))

    against = against_interviewers([igor], office, OPENS, ENDS)[igor.pk]

    assert [(one.why, one.starts_at, one.ends_at) for one in against] == [(Why.OWN_HOURS, OPENS, OPENS + HOUR)]


def test_busy_times_hinder_and_say_where_a_zone_was_not_known():
    office = world.office()
    igor, anna, oleg = working(office), working(office, "Anna"), working(office, "Oleg")
    busy(igor, OPENS - HOUR, OPENS + HOUR, sure=False)
    busy(anna, ENDS, ENDS + HOUR)
    busy(oleg, OPENS, ENDS, on=False)

    against = against_interviewers([igor, anna], office, OPENS, ENDS)

    assert [(one.why, one.is_sure, one.ends_at) for one in against[igor.pk]] == [(Why.BUSY, False, OPENS + HOUR)]
    assert free_interviewers(office, OPENS, ENDS) == [anna, oleg]


def test_another_session_hinders_people_and_rooms_but_not_itself():
    office = world.office()
    igor, room = working(office), Room.objects.create(office=office, name="A")
    session = draft(office=office, interviewers=[igor], rooms=[room])

    assert (free_interviewers(office, OPENS, ENDS), free_rooms(office, OPENS, ENDS)) == ([], [])
    assert free_interviewers(office, OPENS, ENDS, leave_out=session) == [igor]
    assert free_rooms(office, OPENS, ENDS, leave_out=session) == [room]
    assert (free_interviewers(office, ENDS, ENDS + HOUR), clashes(session)) == ([igor], [])


def test_a_clash_after_the_fact_comes_with_proposals():
    office = world.office()
    igor, anna = working(office), working(office, "Anna")
    room, other = Room.objects.create(office=office, name="A"), Room.objects.create(office=office, name="B")
    session = draft(office=office, interviewers=[igor], rooms=[room])
    busy(igor, OPENS + HOUR, OPENS + 2 * HOUR)
    busy(room, OPENS, OPENS + HOUR)

    found = clashes(session)

    assert [(clash.who, clash.proposals) for clash in found] == [(igor, (anna,)), (room, (other,))]


def test_the_number_of_statements_does_not_grow_with_people():
    office = world.office()
    counts = []
    for number in range(3):
        person = working(office, f"Person {number}")
        busy(person, OPENS, ENDS)
        with CaptureQueriesContext(connection) as seen:
            free_interviewers(office, OPENS, ENDS)
        counts.append(len(seen))

    assert counts[0] == counts[1] == counts[2]


@pytest.mark.attack("A154")
def test_a_change_of_the_clocks_moves_the_opening_hour_in_utc():
    office = world.office(time_zone="Europe/Berlin")
    igor = working(office)
    for weekday in (4, 6):
        OfficeHours.objects.create(office=office, weekday=weekday, opens=time(9), closes=time(17))
    zone = ZoneInfo("Europe/Berlin")

    for day in (datetime(2026, 3, 27, 9, tzinfo=zone), datetime(2026, 3, 29, 9, tzinfo=zone)):
        assert free_interviewers(office, day, day + 8 * HOUR) == [igor]
        assert free_interviewers(office, day - timedelta(minutes=1), day + HOUR) == []


def test_people_seated_twice_at_once_clash():
    office = world.office()
    igor = working(office)
    first = draft(office=office, interviewers=[igor])
    second = draft(office=office)
    seat_people(second, [igor], "observer", ())

    assert [clash.session for clash in clashes_of([first, second])] == [first, second]
