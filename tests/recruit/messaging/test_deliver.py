"""Delivery: one effect, no loss, no message in another's way."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import icalendar
import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from recruit.messaging.channels import MailFolder, SmsConsole, Smtp, adapter_for
from recruit.messaging.deliver import BATCH, LEASE, MOST_ATTEMPTS, deliver, deliver_due, recover_lost
from recruit.messaging.faults import DeliveryError
from recruit.messaging.mail import as_mail
from recruit.messaging.sms import sms_size
from recruit.models import Channel, Company, Message
from recruit.states import MessageState
from recruit.tasks import deliver_due as deliver_task
from tests.recruit.messaging.sink import Sink, free_port, refuse_everybody, running
from tests.recruit.world import NINE, message

pytestmark = pytest.mark.django_db
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@t\r\n"
    "DTSTAMP:20260512T060000Z\r\nDTSTART:20260513T060000Z\r\nSUMMARY:Собеседование\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def sink(settings):
    with running(Sink()) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


class Adapter:
    """A channel of which each message in ``faults`` meets its error."""

    def __init__(self, faults=None):
        self.faults, self.sent = faults or {}, []

    def send(self, message):
        if message.pk in self.faults:
            raise self.faults[message.pk]
        self.sent.append(message.pk)
        return "done"


def again(row: Message) -> Message:
    return Message.objects.get(pk=row.pk)


# -- claim, hand over, note ----------------------------------------------------------------------------------------------


def test_a_delivered_message_is_noted_as_sent():
    row = message()
    with time_machine.travel(NINE, tick=False):
        assert deliver(row, Adapter(), worker="w" * 80)

    row = again(row)
    assert (row.state, row.sent_at, row.sent_as, row.attempts, row.claimed_by) == (
        MessageState.SENT, NINE, "done", 1, "w" * 64,
    )  # fmt: skip


@pytest.mark.attack("A135")
def test_of_two_workers_one_sends():
    row, stale, adapter = message(), Message.objects.get(), Adapter()

    results = [deliver(row, adapter, worker="a"), deliver(stale, adapter, worker="b")]

    assert (results, adapter.sent, again(row).claimed_by) == ([True, False], [row.pk], "a")


@pytest.mark.attack("A139")
def test_what_comes_too_late_is_dropped_with_the_reason():
    row, adapter = message(not_after=NINE), Adapter()

    with time_machine.travel(NINE + timedelta(seconds=1), tick=False):
        assert deliver(row, adapter, worker="w") is False

    assert (again(row).state, again(row).error, adapter.sent) == (MessageState.DROPPED, "too late to be of use", [])


def test_what_comes_in_time_is_not_dropped():
    row = message(not_after=NINE)

    with time_machine.travel(NINE, tick=False):
        assert deliver(row, Adapter(), worker="w") is True


def test_a_permanent_error_fails_at_once():
    row = message()

    deliver(row, Adapter({row.pk: DeliveryError("no such box", permanent=True)}), worker="w")

    assert (again(row).state, again(row).error, again(row).attempts) == (MessageState.FAILED, "no such box", 1)


def test_a_temporary_error_waits_longer_each_time_and_gives_up_in_the_end():
    row, waits = message(), []
    adapter = Adapter({row.pk: DeliveryError("busy", permanent=False)})

    with time_machine.travel(NINE, tick=False) as clock:
        for _ in range(MOST_ATTEMPTS):
            deliver(row, adapter, worker="w")
            row = again(row)
            waits.append((row.not_before - timezone.now()).total_seconds())
            clock.move_to(max(row.not_before, timezone.now()))

    assert waits[:-1] == [60, 120, 240, 480, 960]
    assert (row.state, row.attempts, row.error) == (MessageState.FAILED, MOST_ATTEMPTS, "busy")


@pytest.mark.attack("A056")
def test_a_poison_message_does_not_stop_the_next():
    rows = [message(), message(), message()]
    adapter = Adapter({rows[0].pk: RuntimeError("boom"), rows[1].pk: DeliveryError("bad", permanent=True)})

    sent = [deliver(row, adapter, worker="w") for row in rows]

    assert sent == [False, False, True]
    assert [(again(row).state, again(row).error) for row in rows] == [
        (MessageState.FAILED, "RuntimeError: boom"), (MessageState.FAILED, "bad"), (MessageState.SENT, ""),
    ]  # fmt: skip


def test_a_row_taken_away_while_it_is_sent_stays_as_it_is():
    row = message()

    class Slow(Adapter):
        def send(self, message):
            Message.objects.update(state=MessageState.UNKNOWN)
            return super().send(message)

    deliver(row, Slow(), worker="w")

    assert (again(row).state, again(row).sent_at) == (MessageState.UNKNOWN, None)


# -- what a dead sender left ---------------------------------------------------------------------------------------------


def lost(**fields) -> Message:
    claimed = timezone.now() - LEASE - timedelta(seconds=5)
    return message(state=MessageState.SENDING, claimed_at=claimed, attempts=1, **fields)


@pytest.mark.attack("A134")
def test_a_stale_sending_is_sent_again_under_the_same_name(sink):
    row = lost()

    assert deliver_due(worker="w") == 1

    assert (sink.names, again(row).state, again(row).attempts) == ([row.message_id], MessageState.SENT, 2)


def test_a_fresh_sending_is_left_to_its_sender():
    row = message(state=MessageState.SENDING, claimed_at=timezone.now())

    assert recover_lost() == 0

    assert again(row).state == MessageState.SENDING


def test_what_is_to_be_parked_waits_for_a_person(monkeypatch, sink):
    monkeypatch.setenv("TURNOUT_UNKNOWN", "park")
    row = lost()

    assert deliver_due(worker="w") == 0

    assert (again(row).state, again(row).error, sink.names) == (MessageState.UNKNOWN, "the sender died", [])


def test_a_text_is_never_sent_again_by_itself():
    row = lost(channel=Channel.SMS, to_address="+79161234567")

    assert (recover_lost(), again(row).state) == (1, MessageState.UNKNOWN)


def test_a_mail_that_took_many_senders_with_it_waits_for_a_person():
    row = lost()
    Message.objects.update(attempts=MOST_ATTEMPTS)

    assert (recover_lost(), again(row).state) == (1, MessageState.UNKNOWN)


def test_what_a_person_left_parked_is_not_sent_by_another_loss(monkeypatch):
    monkeypatch.setenv("TURNOUT_UNKNOWN", "park")
    parked = lost()
    recover_lost()
    monkeypatch.delenv("TURNOUT_UNKNOWN")
    fresh = lost()

    recover_lost()

    assert (again(parked).state, again(fresh).state) == (MessageState.UNKNOWN, MessageState.NEW)


# -- the queue -----------------------------------------------------------------------------------------------------------


def test_due_messages_leave_oldest_first_and_the_rest_waits(sink):
    later, first = message(not_before=NINE + timedelta(hours=1)), message(not_before=NINE)
    future = message(not_before=timezone.now() + timedelta(days=1))
    by_hand = message(channel=Channel.HAND)

    assert deliver_due(worker="w") == 2

    assert sink.names == [first.message_id, later.message_id]
    assert [again(row).state for row in (future, by_hand)] == [MessageState.NEW, MessageState.NEW]


def test_one_turn_of_the_task_delivers_at_most_a_batch():
    for _ in range(3):
        message()

    assert [deliver_due(worker="w", limit=2), deliver_task.call(), deliver_task.call()] == [2, 1, 0]
    assert BATCH == 100


# -- SMTP ----------------------------------------------------------------------------------------------------------------


def test_one_connection_carries_many_mails(sink):
    for _ in range(5):
        message()

    deliver_due(worker="w")

    assert (len(sink.mails), len(sink.peers)) == (5, 1)


@pytest.mark.attack("A056")
@pytest.mark.parametrize("name", ["Ann, evil@x.test", 'A" <b@x.test>, "', "Ann\r\nBcc: evil@x.test", "Ann;evil@x.test"])
def test_a_name_makes_no_second_recipient(sink, name):
    message(to_name=name)

    deliver_due(worker="w")

    (mail,) = sink.mails
    assert sink.recipients == [["anna@mail.test"]]
    assert [one.addr_spec for one in mail["To"].addresses] == ["anna@mail.test"]
    assert (mail["Bcc"], mail["Cc"]) == (None, None)


@pytest.mark.attack("A056")
@pytest.mark.parametrize(
    "address", ["a@x.test, evil@x.test", "a@x.test\r\nBcc: evil@x.test", "no address", "a@x.test>"]
)
def test_a_bad_address_fails_the_message_and_reaches_nobody(sink, address):
    bad, good = message(to_address=address), message()

    deliver_due(worker="w")

    assert sink.recipients == [["anna@mail.test"]]
    assert (again(bad).state, again(bad).error[:24], again(good).state) == (
        MessageState.FAILED, "this mail cannot be buil", MessageState.SENT,
    )  # fmt: skip


def test_the_calendar_part_is_one_that_mail_programs_take(sink):
    message(calendar=CALENDAR, calendar_method="REQUEST", language="ru", reply_to="desk@corp.test", to_name="Анна")

    deliver_due(worker="w")

    (mail,) = sink.mails
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert list(parts) == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/calendar", "application/ics",
    ]  # fmt: skip
    part = parts["text/calendar"]
    raw = part.get_payload(decode=True)
    parsed = icalendar.Calendar.from_ical(raw)
    assert (part.get_param("method"), str(parsed["METHOD"])) == ("REQUEST", "REQUEST")
    assert (part.get_param("charset").upper(), part.get("Content-Disposition"), part["Content-Transfer-Encoding"]) == (
        "UTF-8", None, "base64",
    )  # fmt: skip
    assert (raw.decode(), parts["application/ics"].get_filename()) == (CALENDAR, "invite.ics")
    assert (mail["Reply-To"], mail["Content-Language"], mail["Auto-Submitted"]) == (
        "desk@corp.test", "ru", "auto-generated",
    )  # fmt: skip
    assert (mail["To"].addresses[0].display_name, mail.get_body(("plain",)).get_content()) == (
        "Анна", "Come at nine.\r\n",
    )  # fmt: skip


def test_a_mail_built_again_is_the_same():
    row = message(calendar=CALENDAR, calendar_method="REQUEST", language="ru")

    assert bytes(as_mail(row)) == bytes(as_mail(again(row)))


@pytest.mark.parametrize(
    ("answer", "state"), [("550 no such user", MessageState.FAILED), ("450 later", MessageState.NEW)]
)
def test_a_refused_recipient_is_for_good_or_for_now(sink, answer, state):
    sink.refuse_rcpt["gone@mail.test"] = answer
    bad, good = message(to_address="gone@mail.test"), message()

    deliver_due(worker="w")

    assert (again(bad).state, again(bad).error) == (state, f"the address was refused ({answer[:3]})")
    assert (again(good).state, len(sink.peers)) == (MessageState.SENT, 1)


@pytest.mark.parametrize(("answer", "state"), [("554 spam", MessageState.FAILED), ("452 disk full", MessageState.NEW)])
def test_refused_content_is_for_good_or_for_now(sink, answer, state):
    sink.refuse_data = answer
    row = message()

    deliver_due(worker="w")

    assert (again(row).state, again(row).error) == (state, f"the mail server answered {answer[:3]}")


@pytest.mark.attack("A139")
def test_a_server_that_is_down_defers_everything(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    row = message()

    deliver_due(worker="w")

    assert (again(row).state, again(row).error) == (
        MessageState.NEW, "the mail server cannot be reached: ConnectionRefusedError",
    )  # fmt: skip


def test_a_wrong_password_of_ours_loses_no_message(settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "us", "wrong"
    with running(Sink(), authenticator=refuse_everybody, auth_require_tls=False) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        row = message()

        deliver_due(worker="w")

    assert (again(row).state, again(row).error) == (MessageState.NEW, "the mail server answered 535")


def test_a_connection_that_broke_is_opened_again(settings):
    adapter, first, second = Smtp(), message(), message()
    with running(Sink()) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        deliver(message(), adapter, worker="w")
    deliver(first, adapter, worker="w")
    with running(Sink()) as server:
        settings.EMAIL_PORT = server.port
        deliver(second, adapter, worker="w")

    assert (again(first).state, again(second).state, server.names) == (
        MessageState.NEW, MessageState.SENT, [second.message_id],
    )  # fmt: skip
    adapter.close()


def test_a_mail_without_an_address_fails(sink, tmp_path):
    row = message(to_address="")

    deliver_due(worker="w")

    assert (again(row).state, again(row).error) == (MessageState.FAILED, "no e-mail address")
    with pytest.raises(DeliveryError, match="no e-mail address"):
        MailFolder(tmp_path).send(row)


# -- files and texts -----------------------------------------------------------------------------------------------------


def test_without_a_server_mails_are_files_named_by_their_effect(settings):
    settings.EMAIL_HOST = ""
    row = message(calendar=CALENDAR, calendar_method="REQUEST")

    deliver_due(worker="w")
    MailFolder(settings.MAIL_DIR).send(row)

    (file,) = settings.MAIL_DIR.iterdir()
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert (file.name, again(row).sent_as) == (f"{row.message_id.partition('@')[0]}.eml", file.name)
    assert str(mail["Message-ID"]) == f"<{row.message_id}>"


def test_a_mail_that_cannot_be_built_leaves_no_file(settings):
    row = message(to_address="no address")

    with pytest.raises(DeliveryError, match="cannot be built") as caught:
        MailFolder(settings.MAIL_DIR).send(row)

    assert (caught.value.permanent, settings.MAIL_DIR.exists()) == (True, False)


def test_texts_are_written_with_their_parts_and_cost(settings, tmp_path):
    Company.objects.create(pk=1, name="C", cost_sms_part=6.5)
    row = message(channel=Channel.SMS, to_address="+79161234567", body="я" * 71 + "\n!")

    assert adapter_for(Channel.SMS) == SmsConsole(tmp_path / "sms.log")
    assert deliver_due(worker="w") == 1

    row = again(row)
    assert (row.sms_length, row.sms_parts, row.cost, (tmp_path / "sms.log").read_text("utf-8")) == (
        73, 2, 13.0, f"{row.message_id}\t+79161234567\t2\t{'я' * 71} !\n",
    )  # fmt: skip
    with pytest.raises(DeliveryError, match="no phone number"):
        SmsConsole(tmp_path / "sms.log").send(message(to_address=""))


def test_channels_of_people_have_no_adapter():
    with pytest.raises(LookupError):
        adapter_for(Channel.CALL)


@given(st.text(alphabet="abcXYZ 019?!é^€[я😀", min_size=0, max_size=400))
def test_parts_hold_the_text_and_no_part_is_wasted(text):
    parts = sms_size(text)[1]

    if all(char in "abcXYZ 019?!é^€[" for char in text):
        units, single, several = sum(2 if char in "^€[" else 1 for char in text), 160, 153
    else:
        units, single, several = sum(2 if ord(char) > 0xFFFF else 1 for char in text), 70, 67
    assert (parts == 0) == (text == "")
    assert units <= (single if parts <= 1 else parts * several)
    assert parts <= 1 or units > (parts - 1) * several
    assert parts <= 1 or units > single


@given(st.text(max_size=200), st.text(max_size=50))
def test_a_longer_text_never_has_fewer_parts(text, more):
    assert sms_size(text + more)[1] >= sms_size(text)[1]


@pytest.mark.attack("A135")
@pytest.mark.django_db
def test_a_slow_sender_does_not_judge_the_claim_of_another():
    waiting = message()

    class Slow:
        def send(self, _message):
            # The lease runs out while this sender hangs; another one takes the row.
            Message.objects.filter(pk=waiting.pk).update(claimed_by="b", attempts=2)
            raise DeliveryError("550", permanent=True)

    deliver(waiting, Slow(), worker="a")
    waiting.refresh_from_db()

    assert (waiting.state, waiting.claimed_by) == (MessageState.SENDING, "b")
