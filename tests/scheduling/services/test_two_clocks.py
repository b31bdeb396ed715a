"""A person who lives by another clock than the office is told both, each with its zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from icalendar import Calendar

from recruit.models import Candidate, Channel, Message
from scheduling.models import Invitation
from scheduling.services.ladders import reminder_text
from scheduling.services.links import path_of
from scheduling.services.notices import wording
from scheduling.services.views import candidate_view
from tests.recruit import world
from tests.scheduling.world import DAY_BEFORE, invited, opened

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
# Office zone, its local start, the candidate's zone; what stands in the mail of either clock.
VISITS = {
    "the clocks change in Europe that day": (
        "Europe/Berlin", datetime(2026, 3, 29, 9), "Asia/Bangkok", "UTC+2", ("Sunday 29 March", "14:00", "UTC+7"),
    ),
    "the clocks change back in America that day": (
        "America/New_York", datetime(2026, 11, 1, 9), "Europe/Moscow", "UTC-5", ("Sunday 1 November", "17:00", "UTC+3"),
    ),
    "the year ends between the two": (
        "Asia/Bangkok", datetime(2027, 1, 1, 2), "Europe/Moscow", "UTC+7", ("Thursday 31 December", "22:00", "UTC+3"),
    ),
    "the year has begun for the person": (
        "Europe/Moscow", datetime(2026, 12, 31, 22), "Pacific/Auckland", "UTC+3", ("Friday 1 January", "08:00", "UTC+13"),
    ),
    "quarters of an hour": (
        "Asia/Kathmandu", datetime(2026, 5, 12, 10), "Asia/Kolkata", "UTC+5:45", ("Tuesday 12 May", "09:45", "UTC+5:30"),
    ),
    "half an hour west": (
        "America/St_Johns", datetime(2026, 12, 1, 10), "Asia/Kolkata", "UTC-3:30", ("Tuesday 1 December", "19:00", "UTC+5:30"),
    ),
    "another day": (
        "Pacific/Auckland", datetime(2026, 12, 1, 9), "America/New_York", "UTC+13", ("Monday 30 November", "15:00", "UTC-5"),
    ),
    "the clocks change for the person alone": (
        "Asia/Kolkata", datetime(2026, 10, 25, 9), "Europe/Berlin", "UTC+5:30", ("Sunday 25 October", "04:30", "UTC+1"),
    ),
}  # fmt: skip


def visit(zone, local, own, **fields):
    start = local.replace(tzinfo=ZoneInfo(zone))
    office = world.office(time_zone=zone, city="Town")
    session = opened(office=office, starts_at=start, ends_at=start + HOUR, target=1, **fields)
    return invited(session, "Somchai", email="s@mail.test", language="en", time_zone=own)


def test_the_visits_are_in_eight_zones():
    assert len({zone for zone, *_rest in VISITS.values()}) == 8


@pytest.mark.attack("A154")
@pytest.mark.attack("A157")
@pytest.mark.parametrize("name", VISITS)
def test_mail_object_and_page_tell_both_clocks(client, name):
    zone, local, own, offset, (own_day, own_hour, own_offset) = VISITS[name]
    with time_machine.travel(local.replace(tzinfo=ZoneInfo(zone)) - timedelta(days=2), tick=False):
        invitation = visit(zone, local, own)
        page = client.get(path_of(invitation)).content.decode()

    message = Message.objects.get(candidate=invitation.application.candidate)
    event = Calendar.from_ical(message.calendar).events[0]
    year = event.start.astimezone(ZoneInfo(own)).year
    place = own.rpartition("/")[2].replace("_", " ")
    assert event.start == local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for text in (message.body, str(event["DESCRIPTION"])):
        assert f"come between {local:%H:%M} and" in text
        assert f"All times are on the clock of Town ({offset})." in text
        assert f"On the clock of {place} ({own_offset}) that is {own_day} {year}, {own_hour}." in text
    assert f"On the clock of Town ({offset})." in page
    assert f"On the clock of {place} ({own_offset}): {own_day}, {own_hour}." in page


@pytest.mark.parametrize("own", ["", "Europe/Moscow", "Europe/Minsk"])
def test_one_clock_is_named_where_the_own_one_is_not_known_or_shows_the_same(client, own):
    with time_machine.travel(DAY_BEFORE, tick=False):
        invitation = visit("Europe/Moscow", datetime(2026, 5, 12, 10), own)
        page = client.get(path_of(invitation)).content.decode()

    body = Message.objects.get().body
    assert (body.count("UTC"), page.count("UTC")) == (1, 1)
    assert "on the clock of Town (UTC+3)" in body


def test_a_short_text_names_the_zone_for_those_alone_who_need_it():
    near = candidate_view(visit("Asia/Bangkok", datetime(2026, 5, 12, 10), ""))
    far = candidate_view(visit("Asia/Bangkok", datetime(2026, 5, 12, 10), "Europe/Moscow"))

    texts = [wording(view, "invitation", Channel.SMS)[1] for view in (near, far)]
    reminders = [reminder_text(view, "day", Channel.SMS)[1] for view in (near, far)]

    for at_home, away in (texts, reminders):
        assert ("UTC" in at_home, "10:00–10:30 (UTC+7)" in away or "10:00–11:00 (UTC+7)" in away) == (False, True)


@pytest.mark.parametrize("language", ["en", "ru", "th"])
@pytest.mark.parametrize("kind", ["invitation", "update", "cancellation", "time_stays"])
def test_every_mail_of_a_visit_names_both_zones_in_every_language(kind, language):
    invitation = visit("Asia/Bangkok", datetime(2026, 5, 12, 10), "Europe/Moscow")
    Candidate.objects.update(language=language)

    body = wording(candidate_view(Invitation.objects.get(pk=invitation.pk)), kind, Channel.EMAIL)[1]

    assert ("(UTC+7)" in body, "(UTC+3)" in body, "06:00" in body or "6:00" in body) == (True, True, True)


@pytest.mark.parametrize("says", ["ask", "day", "way"])
def test_every_reminder_by_mail_names_both_zones(says):
    view = candidate_view(visit("Asia/Bangkok", datetime(2026, 5, 12, 10), "Europe/Moscow"))

    body = reminder_text(view, says, Channel.EMAIL)[1]

    assert ("(UTC+7)" in body, "(UTC+3)" in body) == (True, True)


def test_a_zone_nobody_knows_is_refused_where_it_is_written_and_harmless_where_it_stands():
    with pytest.raises(ValidationError):
        Candidate(name="A", time_zone="Mars/Base").full_clean()

    view = candidate_view(visit("Asia/Bangkok", datetime(2026, 5, 12, 10), "Mars/Base"))

    assert (view.own_zone, view.own_offset, view.own_place) == (None, "", "")
