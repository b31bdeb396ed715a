"""How fast and when messages leave: so many a minute over all workers, no SMS by night."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from recruit.messaging import pace
from recruit.messaging.deliver import deliver_due
from recruit.models import AuditEntry, Channel, Company, Message
from recruit.states import MessageState
from tests.recruit import world
from tests.recruit.world import NINE, message

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.MAIL_DIR, settings.VAR_DIR = tmp_path / "mail", tmp_path


def company(**fields) -> None:
    Company.current()
    Company.objects.update(**fields)


def turn(at) -> int:
    with time_machine.travel(at, tick=False):
        return deliver_due(worker="w")


def text(**fields) -> Message:
    return message(channel=Channel.SMS, to_address="+79161234567", **fields)


def test_a_minute_has_as_many_places_as_the_company_says_and_the_rest_goes_in_the_next(settings):
    company(mails_per_minute=3)
    for _ in range(7):
        message()

    assert [turn(NINE), turn(NINE + MINUTE / 2), turn(NINE + MINUTE), turn(NINE + 2 * MINUTE)] == [3, 0, 3, 1]


def test_a_channel_that_has_sent_its_share_holds_up_no_other():
    company(mails_per_minute=1, sms_per_minute=2)
    for _ in range(3):
        message()
        text()

    turn(NINE)

    sent = Message.objects.filter(state=MessageState.SENT).values_list("channel", flat=True)
    assert sorted(sent) == ["email", "sms", "sms"]


def test_what_is_dropped_takes_no_place():
    company(mails_per_minute=1)
    message(not_after=NINE - MINUTE, not_before=NINE - 2 * MINUTE)
    message()

    assert turn(NINE) == 1


@pytest.mark.attack("A095")
def test_the_count_is_one_for_all_workers_and_zero_is_no_limit():
    taken = [pace.take("sms", 2, at=NINE) for _ in range(4)]

    assert taken == [True, True, False, False]
    assert [pace.take("sms", 2, at=NINE + MINUTE), pace.take("email", 0, at=NINE)] == [True, True]


@pytest.mark.parametrize(
    ("start", "end", "at", "goes"),
    [
        (time(22), time(8), datetime(2026, 5, 12, 23, 30, tzinfo=MOSCOW), datetime(2026, 5, 13, 8, tzinfo=MOSCOW)),
        (time(22), time(8), datetime(2026, 5, 12, 3, tzinfo=MOSCOW), datetime(2026, 5, 12, 8, tzinfo=MOSCOW)),
        (time(22), time(8), datetime(2026, 5, 12, 8, tzinfo=MOSCOW), None),
        (time(22), time(8), datetime(2026, 5, 12, 21, 59, tzinfo=MOSCOW), None),
        (time(1), time(6), datetime(2026, 5, 12, 5, 59, tzinfo=MOSCOW), datetime(2026, 5, 12, 6, tzinfo=MOSCOW)),
        (time(9), time(9), datetime(2026, 5, 12, 9, tzinfo=MOSCOW), None),
        (None, time(9), datetime(2026, 5, 12, 3, tzinfo=MOSCOW), None),
    ],
    ids=str,
)
def test_quiet_hours_end_on_the_clock_of_the_office(start, end, at, goes):
    assert pace.after_quiet(at, start, end, MOSCOW) == (goes or at)


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 30)), st.times(), st.times())
def test_what_waits_for_the_end_of_the_quiet_hours_waits_once_and_less_than_a_day(moment, start, end):
    moment, start, end = (
        moment.replace(tzinfo=UTC),
        start.replace(second=0, microsecond=0),
        end.replace(second=0, microsecond=0),
    )
    zone = ZoneInfo("Asia/Bangkok")

    later = pace.after_quiet(moment, start, end, zone)

    assert moment <= later < moment + timedelta(days=1)
    assert pace.after_quiet(later, start, end, zone) == later


def test_a_text_waits_for_the_morning_of_its_person_and_a_mail_does_not():
    company(sms_quiet_from=time(22), sms_quiet_to=time(8))
    people = {}
    for zone in ("Europe/Moscow", "Asia/Bangkok"):
        vacancy = world.vacancy(office=world.office(time_zone=zone))
        people[zone] = world.candidate(f"In {zone}", phone=f"+7916000{len(people):04d}")
        world.application(who=people[zone], to=vacancy)
    rows = {zone: text(candidate=who) for zone, who in people.items()}
    mail = message(candidate=people["Asia/Bangkok"])
    night = datetime(2026, 5, 12, 17, tzinfo=UTC)  # 20:00 in Moscow, midnight in Bangkok

    sent = turn(night)

    bangkok = Message.objects.get(pk=rows["Asia/Bangkok"].pk)
    assert (sent, Message.objects.get(pk=mail.pk).state) == (2, MessageState.SENT)
    assert (bangkok.state, bangkok.not_before) == (MessageState.NEW, datetime(2026, 5, 13, 1, tzinfo=UTC))
    assert turn(bangkok.not_before) == 1


def test_what_is_too_late_in_the_morning_is_dropped_with_the_reason():
    company(sms_quiet_from=time(22), sms_quiet_to=time(8))
    who = world.application(to=world.vacancy(office=world.office())).candidate
    night = datetime(2026, 5, 12, 1, tzinfo=MOSCOW)
    row = text(candidate=who, not_before=night, not_after=night + timedelta(hours=5))

    assert [turn(night), turn(night + timedelta(hours=8))] == [0, 0]

    row.refresh_from_db()
    assert (row.state, row.error) == (MessageState.DROPPED, "too late to be of use")


def test_looking_for_clocks_takes_the_same_statements_for_one_text_and_for_fifty():
    company(sms_quiet_from=time(22), sms_quiet_to=time(8))
    counts = []
    for number in (1, 50):
        people = [world.application(to=world.vacancy(office=world.office())).candidate for _ in range(number)]
        rows = [text(candidate=who) for who in people]
        with CaptureQueriesContext(connection) as statements:
            pace.put_off(rows, Company.current(), at=NINE)
        counts.append(len([one for one in statements if "company" not in one["sql"]]))

    assert counts == [2, 2]


def test_the_page_keeps_pace_and_hours_and_refuses_half_of_them(client):
    client.force_login(world.user("admin"))
    fields = {"mails_per_minute": 30, "sms_per_minute": 5, "cost_sms_part": "4.5", "sms_quiet_from": "22:00"}

    half = client.post("/settings/messages/", fields)
    whole = client.post("/settings/messages/", {**fields, "sms_quiet_to": "08:00"})

    company = Company.objects.get()
    assert ("Name both hours" in half.content.decode(), whole.status_code) == (True, 302)
    assert (company.mails_per_minute, company.sms_per_minute, company.cost_sms_part) == (30, 5, 4.5)
    assert (company.sms_quiet_from, company.sms_quiet_to) == (time(22), time(8))
    assert AuditEntry.objects.filter(action="settings.messages").count() == 1


def test_who_may_not_change_settings_does_not_see_the_page(client):
    client.force_login(world.user("recruiter"))

    assert client.get("/settings/messages/").status_code == 403
