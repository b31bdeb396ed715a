"""Room for one person more: never at the price of a promise."""

import pytest

from scheduling.planning.lobby import minutes_until_called, rounded_up
from scheduling.planning.room_for_one import seat_free, times_with_room

DAY = {"interviewers": 1, "minutes_each": 20.0, "promised_minutes": 20.0}


def test_an_empty_day_has_room_everywhere():
    assert times_with_room([[], [], []], [0, 1, 2], 0.6, **DAY) == [True, True, True]


def test_a_slot_behind_a_crowd_has_none():
    slots = [[1.0] * 4, [], [], [], [], []]

    assert times_with_room(slots, [0, 1, 5], 1.0, **DAY) == [False, False, True]


def test_a_full_lobby_is_made_no_fuller():
    slots = [[0.5] * 3, [], []]
    kept = times_with_room(slots, [0, 2], 1.0, lobby=1, lobby_risk=0.05, **DAY | {"promised_minutes": 200.0})

    assert kept == [False, True]


def test_a_seat_is_free_while_the_risk_allows_it():
    assert seat_free([0.5], 0.5, seats=2, risk=0.0)
    assert not seat_free([0.5, 0.5], 0.5, seats=2, risk=0.1)
    assert seat_free([0.5, 0.5], 0.5, seats=2, risk=0.13)
    assert not seat_free([0.5], 0.5, seats=2, risk=0.2, came=1)


def test_a_slot_outside_the_day_is_refused():
    with pytest.raises(ValueError, match="wanted"):
        times_with_room([[]], [1], 0.5, **DAY)


@pytest.mark.parametrize(
    ("free_in", "ahead", "minutes"),
    [
        ([0.0, 0.0], 0, 0.0),
        ([0.0, 0.0], 2, 20.0),
        ([5.0, 15.0], 0, 5.0),
        ([5.0, 15.0], 1, 15.0),
        ([5.0], 2, 45.0),
        ([], 2, 40.0),
    ],
)
def test_who_waits_is_called_when_those_before_are_seen(free_in, ahead, minutes):
    assert minutes_until_called(free_in, ahead, 20.0) == minutes


def test_minutes_are_said_in_fives():
    assert [rounded_up(minutes) for minutes in (0.0, 1.0, 5.0, 5.1, 44.0)] == [0, 5, 5, 10, 45]
