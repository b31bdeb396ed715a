"""Webhooks out: written with the change, signed, tried again, sent again by hand."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from recruit.errors import TransitionRefusedError
from recruit.messaging import webhooks
from recruit.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from recruit.services.applications import move_stage
from recruit.states import DeliveryState, Stage
from tests.recruit.http_sink import serving
from tests.recruit.world import NINE, application, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings):
    with serving(settings) as server:
        yield server


@pytest.fixture
def endpoint(sink):
    made, key = webhooks.new_endpoint(name="CRM", url=f"{sink.base}/hook", kinds=[])
    made.key = key
    return made


def due():
    WebhookDelivery.objects.filter(state=DeliveryState.WAITING).update(next_try_at=timezone.now())


def test_a_stage_move_is_told_with_a_signature_that_can_be_checked(endpoint, sink):
    moved = application()
    move_stage(moved, Stage.SCREENING, at=NINE, by=user())

    assert webhooks.deliver_due() == 1

    (told,) = sink.told
    said = json.loads(told.body)
    assert (said["type"], said["data"]["to"], said["api_version"]) == ("application.stage_changed", "screening", "1")
    assert "Anna" not in told.body.decode()
    stamp, mac = (part.split("=", 1)[1] for part in told.headers["Turnout-Signature"].split(","))
    wanted = hmac.new(endpoint.key.encode(), f"{stamp}.".encode() + told.body, hashlib.sha256).hexdigest()
    assert mac == wanted
    assert WebhookEndpoint.objects.get().last_success_at is not None


def test_a_hire_is_an_event_of_its_own(endpoint, sink):
    move_stage(application(), Stage.HIRED, at=NINE, by=user())
    webhooks.deliver_due()

    assert [json.loads(one.body)["type"] for one in sink.told] == ["application.hired"]


def test_a_change_that_is_taken_back_tells_nobody(endpoint):
    with transaction.atomic():
        move_stage(application(), Stage.SCREENING, at=NINE, by=user())
        transaction.set_rollback(True)

    assert WebhookEvent.objects.count() == 0


def test_nothing_is_written_where_nobody_asked(db):
    move_stage(application(), Stage.SCREENING, at=NINE, by=user())

    assert WebhookEvent.objects.count() == 0


def test_an_endpoint_gets_the_kinds_it_asked_for(endpoint, sink):
    WebhookEndpoint.objects.update(kinds=["invitation.arrived"])
    webhooks.append("application.hired", {"application": 1})
    webhooks.append("invitation.arrived", {"invitation": 1})
    webhooks.deliver_due()

    assert [json.loads(one.body)["type"] for one in sink.told] == ["invitation.arrived"]


def test_a_failure_is_tried_again_with_the_same_delivery_and_the_same_bytes(endpoint, sink):
    sink.statuses = [500, 200]
    webhooks.append("application.hired", {"application": 1})
    assert webhooks.deliver_due() == 0
    row = WebhookDelivery.objects.get()
    assert (row.state, row.last_status, row.next_try_at > timezone.now()) == (DeliveryState.WAITING, 500, True)
    assert webhooks.deliver_due() == 0
    due()

    assert webhooks.deliver_due() == 1
    first, second = sink.told
    assert first.body == second.body
    assert first.headers["Turnout-Delivery"] == second.headers["Turnout-Delivery"]
    assert [one.headers["Turnout-Attempt"] for one in sink.told] == ["1", "2"]


def test_it_is_given_up_in_the_end_and_can_be_sent_again(endpoint, sink):
    sink.statuses = [500] * 9
    webhooks.append("application.hired", {"application": 1})
    for _ in range(9):
        due()
        webhooks.deliver_due()
    row = WebhookDelivery.objects.get()
    assert (row.state, row.attempts, WebhookEndpoint.objects.get().failing_since is None) == ("given_up", 9, False)

    webhooks.replay(row)
    webhooks.deliver_due()

    row.refresh_from_db()
    assert (row.state, WebhookEndpoint.objects.get().failing_since) == (DeliveryState.DONE, None)


def test_what_a_dead_worker_was_sending_is_sent_again(endpoint, sink):
    webhooks.append("application.hired", {"application": 1})
    WebhookDelivery.objects.update(state=DeliveryState.SENDING, claimed_at=timezone.now() - timedelta(minutes=10))

    assert webhooks.deliver_due() == 1


def test_of_two_workers_one_sends(endpoint, sink):
    webhooks.append("application.hired", {"application": 1})
    stale = WebhookDelivery.objects.select_related("event", "endpoint").get()
    webhooks.deliver_due()

    assert webhooks.deliver(stale) is False
    assert len(sink.told) == 1


def test_what_is_being_sent_cannot_be_replayed(endpoint):
    webhooks.append("application.hired", {"application": 1})
    with pytest.raises(TransitionRefusedError):
        webhooks.replay(WebhookDelivery.objects.get())


def test_a_test_event_is_sent_at_once_to_this_endpoint_alone(endpoint, sink):
    webhooks.new_endpoint(name="other", url=f"{sink.base}/other", kinds=[])

    row = webhooks.send_test(endpoint)

    assert (row.state, [one.path for one in sink.told]) == (DeliveryState.DONE, ["/hook"])


def test_an_address_inside_our_network_is_refused_for_good(settings, db):
    settings.OUTBOUND_ALLOW = []
    endpoint, _ = webhooks.new_endpoint(name="inside", url="http://127.0.0.1:9/x", kinds=[])

    assert webhooks.send_test(endpoint).state == DeliveryState.GIVEN_UP


def test_a_wave_changes_one_forecast(endpoint):
    for _ in range(5):
        webhooks.append("forecast.changed", {"session": 1}, only_once=True)
    webhooks.append("forecast.changed", {"session": 2}, only_once=True)

    assert WebhookEvent.objects.count() == 2


def test_old_events_go_and_waiting_ones_stay(endpoint, sink):
    webhooks.append("application.hired", {"application": 1})
    webhooks.append("application.hired", {"application": 2})
    webhooks.deliver_due()
    webhooks.append("application.hired", {"application": 3})
    WebhookDelivery.objects.filter(state=DeliveryState.WAITING).update(next_try_at=timezone.now() + timedelta(days=1))
    WebhookEvent.objects.update(at=timezone.now() - timedelta(days=40))

    webhooks.deliver_due()

    assert [one.data["application"] for one in WebhookEvent.objects.all()] == [3]
