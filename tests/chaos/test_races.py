"""People press at the same moment: exactly what there is to have is had, and nobody meets a fault.

A round is one contest. The suite runs a few; ``make soak`` runs ten thousand.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from recruit.messaging.deliver import deliver_due
from recruit.models import Message
from recruit.permissions import Role
from recruit.services.keys import new_key
from recruit.states import MessageState
from scheduling.models import Invitation, LedgerEntry
from scheduling.services import self_service, standby
from scheduling.services.links import path_of
from tests.recruit import world
from tests.recruit.messaging.sink import Sink, running
from tests.scheduling import world as day

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
HANDS = 8
HOURS = timedelta(hours=1)
# Contests of each kind in a soak: together ten thousand.
SOAK = {"seats": 100, "clicks": 3000, "times": 1000, "desks": 3000, "senders": 2900}


@pytest.fixture
def at_once() -> Iterator[Callable[[list[Callable[[], object]]], list[object]]]:
    """Return what runs calls at the same moment, each in a thread with a connection of its own, and gives their results."""
    start = threading.Barrier(HANDS)

    def together(call: Callable[[], object] | None) -> object:
        start.wait()
        return call() if call is not None else None

    with ThreadPoolExecutor(HANDS) as pool:

        def run(calls: list[Callable[[], object]]) -> list[object]:
            padded = [*calls, *[None] * (HANDS - len(calls))]
            return list(pool.map(together, padded))[: len(calls)]

        yield run
        run([lambda: connection.close()] * HANDS)  # noqa: PLW0108 - each thread has its own


def tomorrow(**fields):
    starts_at = timezone.now().replace(minute=0, second=0, microsecond=0) + 30 * HOURS
    return day.opened(starts_at=starts_at, ends_at=starts_at + 3 * HOURS, **fields)


def pressing(path: str, **data: str) -> Callable[[], int]:
    return lambda: Client(raise_request_exception=False).post(path, data).status_code


def calling(path: str, key: str) -> Callable[[], tuple[int, object]]:
    def call() -> tuple[int, object]:
        answer = Client(raise_request_exception=False).post(
            f"/api/v1/{path}/", headers={"Authorization": f"Bearer {key}"}
        )
        return answer.status_code, answer.json().get("id")

    return call


@pytest.mark.attack("A125")
def test_many_takers_for_few_seats_are_exactly_as_many_as_there_are_seats(at_once, soak):
    rounds, takers, seats = (SOAK["seats"], 200, 50) if soak else (1, 64, 16)
    session, now = tomorrow(), timezone.now()
    people = [day.shortlisted(session, f"Taker {number}", email=f"t{number}@mail.test") for number in range(takers)]
    for _ in range(rounds):
        made = standby.open_round(
            session, people, places=seats, expires_at=now + HOURS, at=now, by=None, band=session.bands.all()[1]
        )
        paths = [f"/s/{standby.token_of(one)}" for one in made.offers.all()]
        answers: Counter[object] = Counter()
        for first in range(0, takers, HANDS):
            answers.update(at_once([pressing(path, what="accept") for path in paths[first : first + HANDS]]))

        made.refresh_from_db()
        came = Invitation.objects.filter(from_standby__round=made, state="confirmed")
        assert (answers, made.taken, came.count()) == ({302: seats, 409: takers - seats}, seats, seats)
        assert Message.objects.filter(about="scheduling.Invitation", about_id__in=came.values("pk")).count() == seats
        # The next round is for everybody again.
        Invitation.objects.filter(from_standby__round=made).update(state="cancelled")


@pytest.mark.attack("A126")
def test_the_same_answer_pressed_many_times_at_once_counts_once_and_all_are_told_so(at_once, soak):
    session = tomorrow()
    for number in range(SOAK["clicks"] if soak else 10):
        mine = day.invited(session, f"Presser {number}", email=f"p{number}@mail.test")

        answers = at_once([pressing(f"{path_of(mine)}/", what="confirm")] * HANDS)

        mine.refresh_from_db()
        assert (answers, mine.state) == ([302] * HANDS, "confirmed")
        assert LedgerEntry.objects.filter(invitation=mine, kind="confirmed").count() == 1


def test_a_free_place_pressed_many_times_at_once_is_one_place_and_all_presses_are_told_so(at_once):
    session, now = tomorrow(), timezone.now()
    mine = day.shortlisted(session, "Taker", email="t@mail.test")
    made = standby.open_round(
        session, [mine], places=3, expires_at=now + HOURS, at=now, by=None, band=session.bands.all()[1]
    )

    answers = at_once([pressing(f"/s/{standby.token_of(made.offers.get())}", what="accept")] * HANDS)

    made.refresh_from_db()
    assert (answers, made.taken, Invitation.objects.count()) == ([302] * HANDS, 1, 1)


def test_of_two_times_chosen_at_once_one_is_had_and_the_message_tells_that_one(at_once, soak):
    session = tomorrow()
    for number in range(SOAK["times"] if soak else 4):
        mine = day.invited(session, f"Chooser {number}", email=f"c{number}@mail.test")
        path = f"{path_of(mine)}/"
        Client().post(path, {"what": "confirm"})
        keys = [offer.key for offer in self_service.offers(mine, at=timezone.now())[:2]]

        answers = at_once([pressing(path, what="take", offer=key) for key in keys])

        mine.refresh_from_db()
        message = Message.objects.get(about="scheduling.Invitation", about_id=mine.pk, kind="update")
        told = timezone.localtime(mine.band.starts_at, session.office.zone).strftime("%H:%M")
        assert (sorted(answers), mine.sequence, told in message.body) == ([302, 409], 1, True)
        assert f"DTSTART:{mine.band.starts_at:%Y%m%dT%H%M%SZ}" in message.calendar


@pytest.mark.attack("A130")
def test_two_desks_receive_a_person_once_and_call_each_a_different_one(at_once, soak):
    keys = [new_key(user=world.user(Role.ADMIN), name="desk")[1] for _ in range(2)]
    for number in range(SOAK["desks"] if soak else 5):
        session = tomorrow()
        here = [
            day.invited(session, f"{name} {number}", email=f"{name}{number}@mail.test") for name in ("Anna", "Boris")
        ]
        for one in here:
            received = at_once([calling(f"invitations/{one.pk}/check_in", key) for key in keys])
            assert sorted(status for status, _ in received) == [200, 409]

        called = at_once([calling(f"sessions/{session.pk}/call_next", key) for key in keys])

        told = [pk for status, pk in called if status == 200]
        # Whoever lost the same person asks again; nobody is called by both.
        assert (len(set(told)), {status for status, _ in called} <= {200, 409}) == (len(told), True)
        assert len(told) >= 1
        arrived = LedgerEntry.objects.filter(invitation__session=session, kind="arrived")
        assert (arrived.count(), sorted(session.invitations.values_list("number", flat=True))) == (2, [1, 2])


@pytest.mark.attack("A134")
def test_two_senders_hand_each_message_over_once(at_once, soak, settings):
    with running(Sink()) as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        for number in range(SOAK["senders"] // 10 if soak else 3):
            # Ten contests at a time: each message is one.
            rows = [world.message(to_address=f"s{number}@mail.test") for _ in range(10)]

            at_once([lambda name=name: deliver_due(worker=name) for name in ("one", "two")])

            sent = Message.objects.filter(pk__in=[row.pk for row in rows], state=MessageState.SENT)
            assert (sent.count(), Counter(sink.names).most_common(1)[0][1]) == (10, 1)
    assert len(sink.names) == Message.objects.filter(state=MessageState.SENT).count()
