"""Texts through a gateway: what is asked of it, and what each of its answers means for the message."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from hypothesis import given
from hypothesis import strategies as st

from recruit.messaging import deliver
from recruit.messaging.deliver import deliver_due
from recruit.messaging.sms import PLACEHOLDERS, filled_body
from recruit.models import Channel, Company, Message
from recruit.states import MessageState
from tests.recruit.http_sink import serving
from tests.recruit.messaging.sink import free_port
from tests.recruit.world import NINE, message, user

pytestmark = pytest.mark.django_db
PHONE = "+79161234567"


@pytest.fixture
def gateway(settings):
    with serving(settings, body=b'{"id": 77}') as sink:
        settings.SMS_URL, settings.SMS_TOKEN, settings.SMS_SENDER = f"{sink.base}/send", "s3cret", "Turnout"
        yield sink


def text(**fields) -> Message:
    return message(channel=Channel.SMS, to_address=PHONE, **fields)


def delivered(row: Message, *, at=NINE) -> Message:
    with time_machine.travel(at, tick=False):
        deliver_due(worker="w")
    return Message.objects.get(pk=row.pk)


def test_a_text_is_posted_with_its_number_and_counted(gateway):
    Company.objects.create(pk=1, name="C", cost_sms_part=6.5)
    row = text(body="Ждём вас! " * 8 + "\n")

    row = delivered(row)

    told = gateway.told[0]
    assert (told.method, told.path, told.headers["Authorization"]) == ("POST", "/send", "Bearer s3cret")
    assert told.headers["Idempotency-Key"] == row.message_id
    assert json.loads(told.body) == {
        "to": PHONE, "from": "Turnout", "text": ("Ждём вас! " * 8).strip(), "id": row.message_id
    }  # fmt: skip
    assert (row.state, row.sent_as, row.sms_length, row.sms_parts, row.cost) == (MessageState.SENT, "77", 79, 2, 13.0)


def test_a_form_with_the_token_in_it_sends_no_header(gateway, settings):
    settings.SMS_BODY = "login=me&password={token}&phone={to}&mes={text}"

    delivered(text(body="a & b = {to}"))

    told = gateway.told[0]
    assert "Authorization" not in told.headers
    assert parse_qs(told.body.decode()) == {
        "login": ["me"], "password": ["s3cret"], "phone": [PHONE], "mes": ["a & b = {to}"]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("statuses", "state", "tries"),
    [
        ([400], MessageState.FAILED, 1),
        ([404], MessageState.FAILED, 1),
        ([422], MessageState.FAILED, 1),
        ([429, 200], MessageState.SENT, 2),
        ([500, 503, 200], MessageState.SENT, 3),
        ([401, 200], MessageState.SENT, 2),
        ([302, 200], MessageState.SENT, 2),
        ([500] * 9, MessageState.FAILED, deliver.MOST_ATTEMPTS),
    ],
    ids=str,
)
def test_what_is_refused_fails_and_what_may_pass_is_tried_again(gateway, statuses, state, tries):
    gateway.statuses = list(statuses)
    row = text()

    for hour in range(12):
        row = delivered(row, at=NINE + timedelta(hours=hour))

    assert (row.state, len(gateway.told), row.attempts) == (state, tries, tries)
    assert len({one.headers["Idempotency-Key"] for one in gateway.told}) == 1


def test_pauses_double_and_are_never_shorter_than_the_gateway_asks(gateway):
    gateway.statuses, row, pauses = [500, 500, 500], text(), []
    for _ in range(3):
        row = delivered(row, at=row.not_before)
        pauses.append((row.not_before - NINE).total_seconds())

    assert pauses == [60, 60 + 120, 60 + 120 + 240]
    gateway.statuses, gateway.headers, other = [429], {"Retry-After": "900"}, text()
    assert delivered(other).not_before == NINE + timedelta(seconds=900)


@pytest.mark.attack("A134")
def test_a_gateway_that_does_not_answer_leaves_it_unknown_and_nothing_is_sent_again(gateway, settings):
    settings.SMS_TIMEOUT, gateway.silent = 0.2, True
    row = delivered(text())

    again = delivered(row, at=NINE + timedelta(hours=3))

    assert (row.state, row.sms_parts, row.error) == (MessageState.UNKNOWN, 1, "the gateway did not answer")
    assert (again.state, len(gateway.told)) == (MessageState.UNKNOWN, 1)


def test_a_gateway_that_cannot_be_reached_is_tried_again(gateway, settings):
    port = free_port()
    settings.OUTBOUND_ALLOW, settings.SMS_URL = [f"127.0.0.1:{port}"], f"http://127.0.0.1:{port}/"

    row = delivered(text())

    assert (row.state, row.attempts) == (MessageState.NEW, 1)


@pytest.mark.attack("A103")
def test_a_gateway_at_a_private_address_is_not_reached(gateway, settings):
    settings.OUTBOUND_ALLOW = []

    row = delivered(text())

    assert (row.state, gateway.told) == (MessageState.NEW, [])
    assert "cannot be reached" in row.error


def test_a_text_without_a_number_fails_and_stops_no_other(gateway):
    lone, row = message(channel=Channel.SMS, to_address=""), text()

    deliver_due(worker="w")

    states = dict(Message.objects.values_list("pk", "state"))
    assert (states[lone.pk], states[row.pk]) == (MessageState.FAILED, MessageState.SENT)


@pytest.mark.parametrize("body", [b"", b"<html>", b'[{"sms_id": "x1"}]', b'{"id": {"deep": 1}}', b"[]"])
def test_any_answer_with_200_is_a_hand_over(gateway, body):
    gateway.body = body

    row = delivered(text())

    assert (row.state, row.sent_as) == (MessageState.SENT, "x1" if b"x1" in body else "HTTP 200")


@pytest.mark.parametrize("body", ['{"to": "{phone}"}', '{"to": ', "just words", '{"a": "{settings}"}'])
def test_a_body_that_cannot_be_filled_in_stops_the_start(settings, body):
    settings.SMS_BODY = body

    with pytest.raises(SystemCheckError, match="SMS_BODY"):
        call_command("check")


@given(st.text(max_size=80))
def test_a_text_changes_nothing_but_its_own_value(words):
    values = dict.fromkeys(PLACEHOLDERS, "") | {"text": words, "to": "1"}

    as_json, _ = filled_body('{"to": "{to}", "more": [{"text": "{text}"}], "n": 5}', values)
    as_form, _ = filled_body("to={to}&text={text}", values)

    assert json.loads(as_json) == {"to": "1", "more": [{"text": words}], "n": 5}
    if words.encode("utf-8", "ignore").decode() == words and words:
        assert parse_qs(as_form.decode(), keep_blank_values=True) == {"to": ["1"], "text": [words]}


def test_the_outbox_and_the_message_show_what_texts_cost(gateway, client):
    Company.objects.create(pk=1, name="C", cost_sms_part=6.0, currency="RUB")
    client.force_login(user("admin"))
    waiting = text(body="я" * 71)
    shown = client.get(f"/outbox/{waiting.pk}/").content.decode()
    deliver_due(worker="w")
    Company.objects.update(cost_sms_part=100.0)

    outbox, page = (client.get(path).content.decode() for path in ("/outbox/", f"/outbox/{waiting.pk}/"))

    assert "71 characters, parts: 2" in shown
    assert ("1 text message in 30 days: 2 parts, 12" in outbox, "71 characters, parts: 2" in page) == (True, True)
    assert "200" not in page.split("parts: 2")[1][:40]
