"""The outbox: a message is written once, in the transaction of its change."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from recruit.errors import TransitionRefusedError
from recruit.messaging.outbox import (
    choose_channel,
    contact_for,
    drop,
    drop_waiting,
    mark_hand_sent,
    message_id_of,
    post,
    resend,
)
from recruit.models import Candidate, Channel, ContactKind, ContactPoint, Message, MessageKind
from recruit.states import MessageState
from tests.recruit.world import HOUR, NINE, candidate, message, user

pytestmark = pytest.mark.django_db
ANNA = {"email": "anna@mail.test", "phone": "+79161234567"}


def posted(**fields) -> Message:
    return post(
        **{
            "effect_key": "invitation:1:0",
            "kind": MessageKind.INVITATION,
            "channel": Channel.EMAIL,
            "subject": "Interview\n on  Tuesday",
            "body": "Come at nine.",
            **fields,
        }
    )


def test_a_message_is_written_with_its_address_and_queued():
    anna = candidate(**ANNA)

    row = posted(candidate=anna, about="scheduling.Invitation", about_id=5, language="ru", reply_to="r@x.test")

    assert (row.state, row.to_name, row.to_address, row.subject) == (
        MessageState.NEW, "Anna Petrova", "anna@mail.test", "Interview on Tuesday",
    )  # fmt: skip
    assert (row.about, row.about_id, row.language, row.reply_to) == ("scheduling.Invitation", 5, "ru", "r@x.test")
    assert [task.task_path for task in DBTaskResult.objects.all()] == ["recruit.tasks.deliver_due"]


def test_the_same_effect_is_one_message():
    anna = candidate(**ANNA)

    first, again = posted(candidate=anna), posted(candidate=anna, body="Other words")

    assert (again.pk, again.body, DBTaskResult.objects.count()) == (first.pk, "Come at nine.", 1)


def test_the_message_id_belongs_to_the_effect(settings):
    settings.DEFAULT_FROM_EMAIL = "Jobs <jobs@corp.test>"

    assert message_id_of("a") == message_id_of("a")
    assert message_id_of("a") != message_id_of("b")
    assert message_id_of("a").rpartition("@")[2] == "corp.test"
    settings.DEFAULT_FROM_EMAIL = "nobody"
    assert message_id_of("a").partition("@")[2] == "nobody"


def test_nothing_is_queued_when_the_change_is_taken_back():
    with transaction.atomic():
        posted(candidate=candidate(**ANNA))
        transaction.set_rollback(True)

    assert (Message.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_somebody_who_must_not_be_contacted_gets_a_dropped_row_with_the_reason():
    row = posted(candidate=candidate(**ANNA, do_not_contact=True))

    assert (row.state, row.error, DBTaskResult.objects.count()) == (MessageState.DROPPED, "do not contact", 0)


@pytest.mark.parametrize("channel", [Channel.HAND, Channel.CALL])
def test_what_a_person_tells_is_not_queued(channel):
    row = posted(candidate=candidate(**ANNA), channel=channel)

    assert (row.state, DBTaskResult.objects.count(), list(Message.objects.due(NINE + timedelta(days=9000)))) == (
        MessageState.NEW, 0, [],
    )  # fmt: skip


def test_a_colleague_is_written_to_at_the_sign_in_address():
    who = user()

    row = posted(user=who, kind=MessageKind.BLOCK)

    assert (row.to_name, row.to_address, row.candidate) == (who.name, who.email, None)


def test_the_channel_is_mail_else_sms_else_a_call():
    everything = candidate(**ANNA)
    phone_only = candidate(phone="+79161234568")
    nothing = candidate()

    assert [choose_channel(one) for one in (everything, phone_only, nothing)] == [
        Channel.EMAIL, Channel.SMS, Channel.CALL,
    ]  # fmt: skip


def test_a_bad_address_is_never_used_and_a_preferred_one_is():
    anna = candidate(**ANNA)
    ContactPoint.objects.create(
        candidate=anna, kind=ContactKind.EMAIL, value="a@new.test", normalised="a@new.test", preferred=True
    )

    assert contact_for(anna, Channel.EMAIL).value == "a@new.test"
    ContactPoint.objects.filter(value="a@new.test").update(bad_since=NINE)
    assert contact_for(anna, Channel.EMAIL).value == "anna@mail.test"
    ContactPoint.objects.filter(kind=ContactKind.EMAIL).update(bad_since=NINE)
    assert (contact_for(anna, Channel.EMAIL), choose_channel(anna)) == (None, Channel.SMS)


def test_a_waiting_message_is_dropped_with_its_reason_and_a_sent_one_is_not():
    waiting, sent = message(), message(state=MessageState.SENT)

    assert (drop(waiting, reason="moved").state, waiting.error) == (MessageState.DROPPED, "moved")
    with pytest.raises(TransitionRefusedError):
        drop(sent, reason="moved")


def test_of_two_who_change_a_message_one_wins():
    row = message()
    stale = Message.objects.get()
    Message.objects.update(state=MessageState.SENDING)

    with pytest.raises(TransitionRefusedError, match="someone else"):
        drop(stale, reason="moved")

    row.refresh_from_db()
    assert row.state == MessageState.SENDING


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.UNKNOWN])
def test_what_failed_is_sent_again_under_the_same_name(state):
    row = message(state=state, attempts=6, error="refused")
    name = row.message_id

    resend(row, at=NINE)

    assert (row.state, row.attempts, row.error, row.not_before, row.message_id) == (
        MessageState.NEW, 0, "", NINE, name,
    )  # fmt: skip
    assert DBTaskResult.objects.count() == 1


def test_a_sent_message_is_not_sent_again():
    with pytest.raises(TransitionRefusedError):
        resend(message(state=MessageState.SENT), at=NINE)

    assert DBTaskResult.objects.count() == 0


def test_a_person_notes_that_it_was_told():
    row = message(channel=Channel.CALL)

    mark_hand_sent(row, at=NINE + HOUR)

    assert (row.state, row.sent_at, row.sent_as) == (MessageState.SENT, NINE + HOUR, "by a person")
    with pytest.raises(TransitionRefusedError):
        mark_hand_sent(row, at=NINE + HOUR)


def test_only_what_waits_about_one_thing_is_dropped():
    mine = [message(about="x.Y", about_id=1), message(about="x.Y", about_id=1, state=MessageState.SENT)]
    others = [message(about="x.Y", about_id=2), message(about="x.Z", about_id=1)]

    assert drop_waiting(about="x.Y", about_id=1, reason="called off") == 1

    states = [Message.objects.get(pk=row.pk).state for row in (*mine, *others)]
    assert states == [MessageState.DROPPED, MessageState.SENT, MessageState.NEW, MessageState.NEW]
    assert Message.objects.get(pk=mine[0].pk).error == "called off"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_one_message():
    anna, start = candidate(**ANNA), Barrier(2)

    def write(_):
        try:
            start.wait(10)
            with transaction.atomic():
                return posted(candidate=Candidate.objects.get(pk=anna.pk)).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(write, range(2))

    assert (first, Message.objects.count()) == (second, 1)
