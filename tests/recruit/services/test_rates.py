"""Limits shared by all processes: exact counts per window, whoever counts."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from recruit.models import RateCount
from recruit.services import rates
from recruit.services.rates import Rate, TooManyError, forget_old, hit, is_full, keyed_digest
from tests.recruit.world import NINE

THREE = Rate("api", 3, 60)


@pytest.mark.django_db
def test_the_one_over_the_limit_is_refused_and_told_when_to_come_again():
    for _ in range(3):
        hit(THREE, "anna", at=NINE)

    with pytest.raises(TooManyError) as refused:
        hit(THREE, "anna", at=NINE + timedelta(seconds=20))

    assert (refused.value.retry_after, refused.value.status, is_full(THREE, "anna", at=NINE)) == (40, 429, True)


@pytest.mark.django_db
def test_the_next_window_begins_at_nothing_and_others_have_windows_of_their_own():
    for _ in range(3):
        hit(THREE, "anna", at=NINE)

    hit(THREE, "boris", at=NINE)
    hit(THREE, "anna", at=NINE + timedelta(seconds=60))

    assert sorted(RateCount.objects.values_list("count", flat=True)) == [1, 1]


@pytest.mark.django_db
def test_no_name_and_no_address_is_kept():
    hit(THREE, "anna@mail.test", at=NINE)

    assert "anna" not in RateCount.objects.get().key
    assert keyed_digest("anna@mail.test") == keyed_digest("anna@mail.test") != keyed_digest("anna@mail.tesu")


@pytest.mark.django_db
def test_counts_of_windows_long_past_are_forgotten():
    hit(THREE, "anna", at=NINE)
    hit(rates.RESET_PLACE, "here", at=NINE)

    assert (forget_old(at=NINE + timedelta(minutes=5)), forget_old(at=NINE + timedelta(hours=3))) == (1, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.attack("A096")
def test_the_limit_holds_exactly_over_many_at_once():
    """Each thread has a connection of its own, as each process has: nothing is counted in memory."""
    limit, let, refused = Rate("api", 20, 3600), [], []

    def many():
        for _ in range(10):
            try:
                hit(limit, "anna", at=NINE)
                let.append(1)
            except TooManyError:
                refused.append(1)
        connection.close()

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(let), len(refused), RateCount.objects.get().count) == (20, 20, 40)
