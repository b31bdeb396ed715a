"""Two waves of invitations to a group session."""

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.planning.waves import GroupPrices, first_wave, marginal_invitation, second_wave
from tests.corpora import corpus
from tests.scheduling.planning.cases import late_wave

chance = st.floats(0, 1)
group_prices = st.builds(
    GroupPrices,
    st.integers(0, 4),
    st.one_of(st.none(), st.integers(0, 5)),
    st.floats(0, 10),
    st.floats(0, 10),
    st.floats(0, 1),
)


def expected_cost(probs, prices):
    total = 0.0
    for pattern in itertools.product((0, 1), repeat=len(probs)):
        weight = 1.0
        for came, p in zip(pattern, probs, strict=True):
            weight *= p if came else 1 - p
        come = sum(pattern)
        over = max(come - prices.seats, 0) if prices.seats is not None else 0
        total += weight * (prices.short * max(prices.target - come, 0) + prices.over * over)
    return total


@pytest.mark.corpora
def test_the_replan_cases_are_reproduced():
    cases = [c for c in json.loads(corpus("overbooking", "cases.json").read_text())["cases"] if c["kind"] == "replan"]

    answers = [late_wave(case["input"]) for case in cases]

    assert len(cases) >= 3
    for case, (number, cost) in zip(cases, answers, strict=True):
        assert number == case["expected"]["n"], case["id"]
        assert cost == pytest.approx(case["expected"]["cost"], abs=1e-9), case["id"]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(chance, max_size=4), chance, group_prices, st.integers(0, 4))
def test_the_second_wave_equals_enumeration(probs, p_late, prices, most):
    wave = second_wave(probs, p_late=p_late, prices=prices, most=most)

    costs = [prices.invite * k + expected_cost([*probs, *[p_late] * k], prices) for k in range(most + 1)]
    assert wave.cost == pytest.approx(min(costs), abs=1e-9)
    assert costs[wave.number] == pytest.approx(min(costs), abs=1e-9)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(chance, max_size=5), chance, group_prices)
def test_the_marginal_cost_of_an_invitation_is_exact(probs, p, prices):
    change = prices.invite + expected_cost([*probs, p], prices) - expected_cost(probs, prices)

    assert marginal_invitation(probs, p=p, prices=prices) == pytest.approx(change, abs=1e-10)


ANSWERS = {"confirmed": (0.25, 0.65), "silent": (0.60, 0.06), "declined": (0.15, 0.01)}
PRICES = GroupPrices(target=5, seats=8, short=10, over=3, invite=0.1)


def test_replanning_after_the_answers_saves_15_percent():
    # reference/overbooking.md, section 6: one stage 7.369 at 35; two stages 6.264 at 28, in a flat optimum 26-30
    one = second_wave([], p_late=0.2, prices=PRICES, most=60)
    two = first_wave(ANSWERS, p_late=0.2, prices=PRICES, most=32, late_invite=0.15)

    assert (one.number, one.cost) == (35, pytest.approx(7.369, abs=5e-4))
    assert 26 <= two.number <= 30
    assert 6.25 <= two.cost <= 6.264


def test_the_first_wave_equals_enumeration_of_answers():
    answers = {"yes": (0.5, 0.8), "no": (0.5, 0.1)}
    prices = GroupPrices(target=2, seats=2, short=5, over=4, invite=0.3)

    wave = first_wave(answers, p_late=0.4, prices=prices, most=5, most_late=6)

    costs = []
    for number in range(6):
        total = prices.invite * number
        for pattern in itertools.product((0.8, 0.1), repeat=number):
            total += 0.5**number * second_wave(pattern, p_late=0.4, prices=prices, most=6).cost
        costs.append(total)
    assert wave.cost == pytest.approx(min(costs), abs=1e-9)
    assert wave.number == costs.index(min(costs))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: GroupPrices(-1, 1, 1, 1, 1), "target"),
        (lambda: GroupPrices(1, -1, 1, 1, 1), "seats"),
        (lambda: GroupPrices(1, 1, -1, 1, 1), "short"),
        (lambda: second_wave([2.0], p_late=0.5, prices=PRICES, most=1), "probs"),
        (lambda: second_wave([], p_late=-0.5, prices=PRICES, most=1), "p_late"),
        (lambda: second_wave([], p_late=0.5, prices=PRICES, most=10**6), "most"),
        (lambda: first_wave({}, p_late=0.5, prices=PRICES, most=1), "answers"),
        (lambda: first_wave({"yes": (0.5, 0.5)}, p_late=0.5, prices=PRICES, most=1), "answers"),
    ],
)
def test_nonsense_is_refused_by_name(call, name):
    with pytest.raises(ValueError, match=f"^{name}"):
        call()
