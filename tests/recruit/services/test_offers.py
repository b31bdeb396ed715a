"""Offers: made, answered, expired."""

from datetime import timedelta

import pytest

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import Application, Offer
from recruit.services.applications import move_stage
from recruit.services.offers import make_offer, settle_offer
from recruit.states import OfferEvent, OfferState, Stage
from tests.recruit.world import HOUR, NINE, application, user, vacancy

pytestmark = pytest.mark.django_db


def test_an_offer_moves_the_application_and_takes_the_currency_of_the_vacancy():
    row, by = application(to=vacancy(currency="THB")), user()

    offer = make_offer(row, pay=21_000, at=NINE, by=by, starts_on=NINE.date(), answer_by=NINE.date())

    assert (offer.state, offer.pay, offer.currency, offer.made_by) == (OfferState.MADE, 21_000, "THB", by)
    assert (offer.starts_on, offer.answer_by, offer.made_at) == (NINE.date(), NINE.date(), NINE)
    assert (row.stage, row.moves.get().new) == (Stage.OFFER, Stage.OFFER)


@pytest.mark.parametrize("pay", [0, -5])
def test_an_offer_needs_a_pay(pay):
    row = application()

    with pytest.raises(InvalidInputError) as caught:
        make_offer(row, pay=pay, at=NINE, by=user())

    assert (caught.value.field, Application.objects.get().stage) == ("pay", Stage.NEW)


def test_an_offer_cannot_be_answered_before_it_is_made():
    with pytest.raises(InvalidInputError) as caught:
        make_offer(application(), pay=1, at=NINE, by=user(), answer_by=NINE.date() - timedelta(days=1))

    assert (caught.value.field, Offer.objects.count()) == ("answer_by", 0)


def test_there_is_one_open_offer_at_a_time():
    row, by = application(), user()
    make_offer(row, pay=50_000, at=NINE, by=by)

    with pytest.raises(ConflictError, match="open offer already"):
        make_offer(row, pay=60_000, at=NINE, by=by)

    assert Offer.objects.get().pay == 50_000


def test_a_better_offer_may_follow_one_that_expired():
    row, by = application(), user()
    settle_offer(make_offer(row, pay=50_000, at=NINE, by=by), OfferEvent.EXPIRE, at=NINE + HOUR, by=by)

    make_offer(row, pay=60_000, at=NINE + 2 * HOUR, by=by)

    assert list(Offer.objects.order_by("pay").values_list("pay", "state")) == [
        (50_000, OfferState.EXPIRED),
        (60_000, OfferState.MADE),
    ]


def test_an_offer_to_somebody_rejected_is_refused_whole():
    row = application()
    move_stage(row, Stage.HIRED, at=NINE, by=None)
    move_stage(row, Stage.REJECTED, at=NINE, by=None)
    Application.objects.update(stage=Stage.HIRED)

    with pytest.raises(TransitionRefusedError):
        make_offer(row, pay=1, at=NINE, by=user())

    assert Offer.objects.count() == 0


@pytest.mark.parametrize(
    ("event", "state", "stage"),
    [
        (OfferEvent.ACCEPT, OfferState.ACCEPTED, Stage.HIRED),
        (OfferEvent.DECLINE, OfferState.DECLINED, Stage.WITHDRAWN),
        (OfferEvent.EXPIRE, OfferState.EXPIRED, Stage.OFFER),
    ],
)
def test_an_answer_moves_offer_and_application(event, state, stage):
    row, by = application(), user()
    offer = make_offer(row, pay=50_000, at=NINE, by=by)

    settled = settle_offer(offer, event, at=NINE + HOUR, by=by, reason="another_job")

    row.refresh_from_db()
    assert (settled.state, settled.decided_at, settled.decline_reason) == (state, NINE + HOUR, "another_job")
    assert row.stage == stage


def test_a_settled_offer_is_not_settled_again():
    by = user()
    offer = settle_offer(
        make_offer(application(), pay=50_000, at=NINE, by=by), OfferEvent.ACCEPT, at=NINE + HOUR, by=by
    )

    with pytest.raises(TransitionRefusedError):
        settle_offer(offer, OfferEvent.DECLINE, at=NINE + 2 * HOUR, by=by)

    assert Application.objects.get().stage == Stage.HIRED


def test_of_two_answers_at_once_one_counts():
    by = user()
    offer = make_offer(application(), pay=50_000, at=NINE, by=by)
    stale = Offer.objects.get()
    settle_offer(offer, OfferEvent.ACCEPT, at=NINE + HOUR, by=by)

    with pytest.raises(TransitionRefusedError, match="someone else"):
        settle_offer(stale, OfferEvent.DECLINE, at=NINE + HOUR, by=by)

    assert (Offer.objects.get().state, Application.objects.get().stage) == (OfferState.ACCEPTED, Stage.HIRED)
