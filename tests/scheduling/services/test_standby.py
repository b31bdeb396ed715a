"""Free places put to several people: who is first has one, and never is one place two people's."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from recruit.errors import InvalidInputError, NotFoundError, TransitionRefusedError
from recruit.models import Message
from scheduling.models import Invitation, StandbyOffer, StandbyRound
from scheduling.services import standby
from scheduling.services.standby import FullError, accept, decline, expire, open_round
from scheduling.states import StandbyState
from tests.scheduling import world as day

HOUR = timedelta(hours=1)
UNTIL = day.DAY_BEFORE + 3 * HOUR


def a_round(people: int, places: int, **fields) -> StandbyRound:
    session = day.opened()
    applications = [day.shortlisted(session, f"Person {n}", email=f"p{n}@mail.test") for n in range(people)]
    return open_round(
        session, applications, places=places, expires_at=UNTIL, at=day.DAY_BEFORE, by=day.recruiter(),
        band=session.bands.first(), **fields,
    )  # fmt: skip


@pytest.mark.django_db
def test_everybody_is_offered_a_place_with_a_link_of_their_own():
    made = a_round(3, 1)

    bodies = list(Message.objects.filter(about="scheduling.StandbyOffer").values_list("body", flat=True))
    tokens = {standby.token_of(offer) for offer in made.offers.all()}
    assert (len(bodies), len(tokens)) == (3, 3)
    assert all(any(f"/s/{token}" in body for token in tokens) for body in bodies)


@pytest.mark.django_db
def test_the_first_has_the_place_and_is_confirmed_the_second_is_told():
    first, second = a_round(2, 1).offers.all()

    invitation = accept(first, at=day.DAY_BEFORE + HOUR)

    assert (invitation.state, invitation.band, first.state) == ("confirmed", first.round.band, StandbyState.ACCEPTED)
    with pytest.raises(FullError):
        accept(second, at=day.DAY_BEFORE + HOUR)
    assert StandbyOffer.objects.get(pk=second.pk).state == StandbyState.FULL


@pytest.mark.django_db
@pytest.mark.attack("A126")
def test_pressed_twice_it_is_one_place():
    offer = a_round(1, 5).offers.get()
    stale = StandbyOffer.objects.get()

    one, two, three = (accept(press, at=day.DAY_BEFORE) for press in (offer, offer, stale))

    assert (one.pk == two.pk == three.pk, StandbyRound.objects.get().taken, Invitation.objects.count()) == (True, 1, 1)


@pytest.mark.django_db
def test_an_offer_ends_with_its_time():
    offer, other = a_round(2, 2).offers.all()

    with pytest.raises(TransitionRefusedError, match="ended"):
        accept(offer, at=UNTIL)

    assert [expire(at=UNTIL), expire(at=UNTIL)] == [2, 0]
    other.refresh_from_db()
    with pytest.raises(TransitionRefusedError):
        accept(other, at=day.DAY_BEFORE)


@pytest.mark.django_db
def test_a_declined_offer_stays_declined():
    offer = a_round(1, 1).offers.get()

    decline(offer, at=day.DAY_BEFORE)
    decline(offer, at=day.DAY_BEFORE)

    with pytest.raises(TransitionRefusedError):
        accept(offer, at=day.DAY_BEFORE)
    assert Invitation.objects.count() == 0


@pytest.mark.django_db
def test_invited_and_silent_people_are_left_out_and_wrong_rounds_are_refused():
    session = day.opened()
    invited = day.invited(session, email="i@mail.test").application
    quiet = day.shortlisted(session, "Quiet", email="q@mail.test")
    quiet.candidate.do_not_contact = True
    quiet.candidate.save()
    fields = {"at": day.DAY_BEFORE, "by": None}

    made = open_round(session, [invited, quiet], places=1, expires_at=UNTIL, **fields)

    assert made.offers.count() == 0
    with pytest.raises(InvalidInputError):
        open_round(session, [], places=0, expires_at=UNTIL, **fields)
    with pytest.raises(InvalidInputError):
        open_round(session, [], places=1, expires_at=day.DAY_BEFORE, **fields)
    with pytest.raises(InvalidInputError):
        open_round(session, [], places=1, expires_at=UNTIL, band=day.opened().bands.first(), **fields)
    with pytest.raises(TransitionRefusedError):
        open_round(day.draft(), [], places=1, expires_at=UNTIL, **fields)


@pytest.mark.django_db
@pytest.mark.attack("A032")
def test_the_link_of_an_offer_is_no_link_of_a_visit_and_the_other_way_round():
    from scheduling.services.links import invitation_of, token_of

    offer = a_round(1, 1).offers.get()
    token = standby.token_of(offer)
    invitation = accept(offer, at=day.DAY_BEFORE)

    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "", token_of(invitation)):
        with pytest.raises(NotFoundError):
            standby.offer_of(wrong)
    with pytest.raises(NotFoundError):
        invitation_of(token)
    assert standby.offer_of(token).pk == offer.pk


@pytest.mark.django_db
@pytest.mark.attack("A170")
def test_loading_the_page_takes_no_place_and_pressing_does():
    first, second = a_round(2, 1).offers.all()
    client = Client()
    with time_machine.travel(day.DAY_BEFORE, tick=False):
        for _ in range(5):
            assert client.get(f"/s/{standby.token_of(first)}").status_code == 200
            client.head(f"/s/{standby.token_of(first)}")
        assert StandbyRound.objects.get().taken == 0

        taken = client.post(f"/s/{standby.token_of(first)}", {"what": "accept"})
        late = client.post(f"/s/{standby.token_of(second)}", {"what": "accept"})
        no = client.post(f"/s/{standby.token_of(second)}", {"what": "decline"})

    assert (taken.status_code, taken.headers["Location"][:3]) == (302, "/i/")
    assert (late.status_code, "no longer free" in late.content.decode(), no.status_code) == (409, True, 409)
    assert client.get("/s/wrong").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.attack("A125")
def test_two_hundred_takers_for_fifty_places_are_exactly_fifty():
    """Eight connections press for everybody at once; nobody gets an error but being told that it is full."""
    offers = list(a_round(200, 50).offers.all())
    outcomes: Counter[str] = Counter()
    lock, start = threading.Lock(), threading.Barrier(8)

    def press(mine):
        start.wait()
        for offer in mine:
            try:
                accept(offer, at=day.DAY_BEFORE + HOUR)
                outcome = "taken"
            except FullError:
                outcome = "full"
            except Exception as error:  # noqa: BLE001
                outcome = repr(error)
            with lock:
                outcomes[outcome] += 1
        connection.close()

    threads = [threading.Thread(target=press, args=(offers[number::8],)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == {"taken": 50, "full": 150}
    assert (StandbyRound.objects.get().taken, Invitation.objects.filter(state="confirmed").count()) == (50, 50)
    assert Counter(StandbyOffer.objects.values_list("state", flat=True)) == {"accepted": 50, "full": 150}
