"""What a machine asks of an installation: figures, and log lines that tell which request they belong to."""

import json
import logging

import pytest
from django.utils import timezone

from recruit import logs
from recruit.messaging.deliver import SENDER_DIED
from recruit.models import WorkerBeat
from recruit.states import MessageState
from tests.recruit import world


def figures(answer) -> dict[str, float]:
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


@pytest.mark.django_db
def test_the_figures_count_states_and_name_nobody(client):
    world.message(to_address="anna@mail.test")
    world.message(state=MessageState.UNKNOWN)
    world.message(state=MessageState.SENT, error=SENDER_DIED)
    world.message(state=MessageState.FAILED, error=SENDER_DIED)
    WorkerBeat.objects.create(worker="w", started_at=timezone.now(), beat_at=timezone.now())

    answer = client.get("/metrics")

    told = figures(answer)
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert told['turnout_messages{state="new"}'] == 1
    assert told['turnout_messages{state="unknown"}'] == 1
    assert told['turnout_messages{state="sent"}'] == told["turnout_messages_perhaps_twice"] == 1
    assert client.get("/readyz").json()["messages_perhaps_twice"] == 1
    assert (told["turnout_workers"], told['turnout_tasks{state="ready"}']) == (1, 0)
    assert b"anna" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "proxy", "address", "given", "status"),
    [
        ("", False, "127.0.0.1", "", 200),
        ("", False, "203.0.113.9", "", 404),
        ("", True, "127.0.0.1", "", 404),
        ("s3cret", False, "127.0.0.1", "", 404),
        ("s3cret", False, "203.0.113.9", "Bearer wrong", 404),
        ("s3cret", True, "203.0.113.9", "Bearer s3cret", 200),
        ("s3cret", False, "203.0.113.9", "Bearer \u00e9", 404),
    ],
)
def test_the_figures_open_to_the_token_or_to_this_machine_alone(client, settings, token, proxy, address, given, status):
    settings.METRICS_TOKEN, settings.BEHIND_PROXY = token, proxy
    headers = {"authorization": given} if given else {}

    assert client.get("/metrics", REMOTE_ADDR=address, headers=headers).status_code == status


@pytest.mark.django_db
def test_the_figures_cost_the_same_statements_for_one_and_many_messages(client, django_assert_max_num_queries):
    for _ in range(20):
        world.message()
    with django_assert_max_num_queries(8):
        client.get("/metrics")


def line_of(text: str) -> dict[str, str]:
    record = logging.LogRecord("turnout", logging.WARNING, "file", 1, text, None, None)
    logs.RequestIdFilter().filter(record)
    return json.loads(logs.JsonFormatter().format(record))


@pytest.mark.django_db
def test_a_log_line_names_the_request_and_forgets_it_afterwards(client, monkeypatch):
    seen = []
    monkeypatch.setattr("recruit.web.health.JsonResponse", lambda _data: seen.append(line_of("x")) or world_answer())

    answer = client.get("/healthz", headers={"x-request-id": "proxy-id-12345"})

    assert answer.headers["X-Request-ID"] == "proxy-id-12345"
    assert [line["request_id"] for line in seen] == ["proxy-id-12345"]
    assert line_of("later")["request_id"] == ""


def world_answer():
    from django.http import HttpResponse

    return HttpResponse()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\u2028", "\x85"])
def test_a_text_with_line_ends_stays_one_log_line(end):
    record = logging.LogRecord("turnout", logging.WARNING, "file", 1, f"a{end}forged", None, None)

    text = logs.JsonFormatter().format(record)

    assert len(text.splitlines()) == 1
    assert json.loads(text)["message"] == f"a{end}forged"
