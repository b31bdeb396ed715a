"""A new session is offered only who and what is free at its time."""

from datetime import time, timedelta

import pytest
import time_machine
from django.urls import reverse

from recruit.permissions import Role
from scheduling.models import BusyCalendar, BusyTime, InterviewSession, OfficeHours, OwnHours, Room
from scheduling.services import merging, repeats
from scheduling.services.next_best import _spare
from tests.recruit import world
from tests.scheduling.world import DAY_BEFORE, MINUTE, OPENS, draft, group, interviewer, opened, recruiter

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
HTMX = {"hx-request": "true"}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(DAY_BEFORE, tick=False):
        yield


@pytest.fixture
def office():
    return world.office(name="Main", time_zone="Europe/Moscow")


@pytest.fixture
def planner(client, office):
    team = world.team()
    team.offices.add(office)
    user = world.user(Role.LEAD, teams=(team,), language="en", time_zone="Asia/Bangkok")
    client.force_login(user)
    return user


def working(office, name):
    person = interviewer(name)
    person.offices.add(office)
    return person


def busy(start, end, **owner):
    calendar = BusyCalendar.objects.create(url="https://calendar.test/x.ics", next_read_at=OPENS, **owner)
    BusyTime.objects.create(calendar=calendar, starts_at=start, ends_at=end)


def crowd(office):
    """Igor is busy, Anna works afternoons, Oleg is free; room A is taken, room B is not."""
    igor, anna, oleg = (working(office, name) for name in ("Igor", "Anna", "Oleg"))
    first, second = (Room.objects.create(office=office, name=f"Room {name}") for name in "AB")
    busy(OPENS + HOUR, OPENS + 2 * HOUR, interviewer=igor)
    OwnHours.objects.create(interviewer=anna, weekday=1, starts=time(12), ends=time(18))
    draft(office=office, rooms=[first])
    working(world.office(), "Stranger")
    return igor, anna, oleg, first, second


def when(office, **fields):
    return {"office": office.pk, "day": "2026-05-12", "starts": "10:00", "ends": "13:00", **fields}


def offered(page, name):
    return [label for _value, label in page.context["form"].fields[name].choices]


def test_a_change_of_the_time_answers_with_who_and_what_is_free_then(client, planner, office):
    crowd(office)

    page = client.get(reverse("session-new"), when(office), headers=HTMX)

    assert [offered(page, name) for name in ("interviewers", "observers", "rooms")] == [["Oleg"], ["Oleg"], ["Room B"]]
    assert [(one.name, one.against[0].why.value) for one in page.context["taken"]] == [
        ("Anna", "own_hours"), ("Igor", "busy"), ("Room A", "session"),
    ]  # fmt: skip
    assert "taken, says the calendar <span" in page.content.decode()


def test_the_page_itself_begins_with_the_free_of_the_filled_in_time(client, planner, office):
    crowd(office)
    OfficeHours.objects.create(office=office, weekday=1, opens=time(9), closes=time(18))

    page = client.get(reverse("session-new"), {"day": "2026-05-12"})
    shut = client.get(reverse("session-new"), {"day": "2026-05-13"})

    assert (offered(page, "interviewers"), offered(page, "rooms")) == (["Anna", "Igor", "Oleg"], ["Room A", "Room B"])
    assert (offered(shut, "interviewers"), offered(shut, "rooms")) == ([], [])


def test_while_the_time_cannot_be_read_nothing_is_said_about_it(client, planner, office):
    crowd(office)

    page = client.get(reverse("session-new"), when(office, day="soon"), headers=HTMX)

    assert (page.status_code, page.context["taken"], page.context["knows_time"]) == (200, [], False)


def posted(client, office, **fields):
    team_vacancy = world.vacancy(office=office)
    wish = {
        "format": "streamed", "vacancies": [team_vacancy.pk], "target": 3, "assurance": 90, "interviewers_planned": 2,
        "minutes_each": 20, "band_minutes": 30, "lobby": 9, "promised_wait_minutes": 40,
    }  # fmt: skip
    return client.post(reverse("session-new"), when(office, **wish, **fields))


def test_who_is_taken_is_refused_by_name_and_who_is_free_is_seated(client, world_admin, office):
    igor, anna, oleg, first, second = crowd(office)
    InterviewSession.objects.filter(rooms=first).update(starts_at=OPENS + HOUR)

    refused = posted(client, office, interviewers=[igor.pk, oleg.pk], rooms=[first.pk], observers=[anna.pk])
    made = posted(client, office, interviewers=[oleg.pk], rooms=[second.pk])

    assert {name: list(errors) for name, errors in refused.context["form"].errors.items()} == {
        "interviewers": ["Not free then: Igor (taken, says the calendar)."],
        "observers": ["Not free then: Anna (outside their hours)."],
        "rooms": ["Not free then: Room A (in another session)."],
    }
    session = InterviewSession.objects.order_by("pk").last()
    assert (made.status_code, list(session.interviewers.all()), list(session.rooms.all())) == (302, [oleg], [second])


@pytest.fixture
def world_admin(client):
    user = world.user(Role.ADMIN, language="en")
    client.force_login(user)
    return user


def test_a_repeated_session_seats_on_each_day_only_who_is_free(office):
    igor, oleg, room = working(office, "Igor"), working(office, "Oleg"), Room.objects.create(office=office, name="A")
    session = opened(office=office, interviewers=[igor, oleg], rooms=[room])
    kept = repeats.keep_template(session, name="T", weekdays=range(5), holidays_of="", by=recruiter())
    day = timedelta(days=1)
    busy(OPENS + day, OPENS + day + HOUR, interviewer=igor)
    busy(OPENS + 2 * day, OPENS + 2 * day + HOUR, room=room)
    first = OPENS.date()

    made = repeats.repeat(kept, first=first + day, last=first + 2 * day, weekdays=range(5), by=recruiter())

    assert [[one.name for one in session.interviewers.order_by("name")] for session in made] == [
        ["Oleg"],
        ["Igor", "Oleg"],
    ]
    assert [session.rooms.count() for session in made] == [1, 0]


def test_a_second_session_takes_along_who_is_free(office):
    igor, oleg = working(office, "Igor"), working(office, "Oleg")
    session = group(office=office, interviewers=[igor, oleg])
    busy(OPENS + timedelta(days=1), OPENS + timedelta(days=1, hours=1), interviewer=igor)

    second = merging.second_session(session, by=recruiter())

    assert list(second.interviewers.all()) == [oleg]


def test_the_one_who_is_proposed_to_join_is_free_for_the_rest(office):
    igor, oleg = working(office, "Igor"), working(office, "Oleg")
    session = opened(office=office)
    busy(OPENS, OPENS + HOUR, interviewer=igor)

    assert _spare(session, OPENS + MINUTE) == oleg
    assert _spare(session, OPENS + HOUR) == igor


def test_the_plan_names_free_people_and_rooms(client, planner, office):
    crowd(office)
    session = opened(office=office)

    page = client.get(reverse("plan", args=[session.pk])).content.decode()

    assert "free then:</span> Oleg" in page or "free then: Oleg" in page
    assert "free rooms: Room B" in page
