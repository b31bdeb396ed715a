"""Waiting times and the lobby."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.planning.streams import evaluate
from scheduling.planning.waits import lobby_quantile, wait_profile
from tests.scheduling.planning.enumerate_days import truth
from tests.scheduling.planning.test_streams import days


@settings(max_examples=80, deadline=None, derandomize=True)
@given(days(), st.integers(0, 2), st.integers(0, 3))
def test_the_profile_equals_enumeration(day, promised, cap):
    bands, crew = day

    profile = wait_profile(bands, crew, promised=promised, lobby_cap=cap)

    expected = truth(bands, crew, promised=promised, lobby_cap=cap)
    people = expected.arrivals or 1.0
    assert profile.mean == pytest.approx(expected.wait / people, abs=1e-10)
    assert profile.share_over == pytest.approx(expected.late / people, abs=1e-10)
    assert profile.lobby_over == pytest.approx(expected.lobby_over, abs=1e-10)


def test_a_guaranteed_time_is_kept_and_the_others_wait_for_it():
    profile = wait_profile([[1.0], []], 1, promised=0, guaranteed=[[1.0], []])

    assert profile.band_means == (1.0, 0.0)
    assert profile.share_over == 0.5


@settings(max_examples=60, deadline=None, derandomize=True)
@given(days(), st.floats(0, 1))
def test_a_guarantee_changes_who_waits_but_not_how_much(day, p):
    bands, crew = day
    sure = [[p] if c else [] for c in crew]

    profile = wait_profile(bands, crew, promised=0, guaranteed=sure)

    whole = evaluate([a + b for a, b in zip(sure, bands, strict=True)], crew)
    assert profile.mean == pytest.approx(whole.wait_mean, abs=1e-10)


def test_nine_in_ten_wait_no_longer_than_the_quantile():
    profile = wait_profile([[1.0] * 10], 1, promised=3, slot_minutes=20)

    assert profile.quantile_90 == 160.0
    assert profile.share_over == 0.9


def test_the_lobby_quantile_is_the_smallest_number_that_suffices():
    bands = [[0.5] * 6, [0.5] * 3]

    seats = lobby_quantile(bands, 1, level=0.9)

    assert wait_profile(bands, 1, promised=0, lobby_cap=seats).lobby_over <= 0.1
    assert wait_profile(bands, 1, promised=0, lobby_cap=seats - 1).lobby_over > 0.1


def test_more_guarantees_than_interviewers_are_refused():
    with pytest.raises(ValueError, match=r"^guaranteed"):
        wait_profile([[]], 1, promised=0, guaranteed=[[1.0, 1.0]])


def test_a_negative_promise_is_refused():
    with pytest.raises(ValueError, match=r"^promised"):
        wait_profile([[]], 1, promised=-1)


@given(days(), st.lists(st.floats(0, 1.5), min_size=8, max_size=8))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_walk_ins_wait_as_the_figures_of_the_day_say(day, means):
    bands, crew = day
    walk_ins = means[: len(bands)]
    told = wait_profile(bands, crew, promised=0, walk_ins=walk_ins)
    figures = evaluate(bands, crew, walk_ins=walk_ins)

    assert told.mean == pytest.approx(figures.wait_mean, abs=1e-9)
    assert lobby_quantile(bands, crew, level=0.95, walk_ins=walk_ins) >= lobby_quantile(bands, crew, level=0.95)
