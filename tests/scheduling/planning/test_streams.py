"""The exact evaluator of days whose interviews last one slot."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.planning.laws import band_law, bands_from_bookings, binomial_law, poisson_law, shifted
from scheduling.planning.streams import evaluate, evaluate_equal
from tests.corpora import corpus
from tests.scheduling.planning.cases import FIGURES, is_unit_service, streamed_figures
from tests.scheduling.planning.enumerate_days import truth

probs = st.one_of(st.sampled_from([0.0, 0.2, 1.0]), st.floats(0, 1))
crews = st.lists(st.integers(0, 3), min_size=1, max_size=4).filter(any)


@st.composite
def days(draw: st.DrawFn, people: int = 7):
    crew = draw(crews)
    bookings = draw(st.lists(st.tuples(st.integers(0, len(crew) - 1), probs), max_size=people))
    return bands_from_bookings(bookings, len(crew)), crew


@pytest.mark.corpora
def test_unit_service_cases_are_reproduced():
    cases = json.loads(corpus("overbooking", "cases.json").read_text())["cases"]
    streamed = [case for case in cases if case["kind"] == "streamed_eval" and is_unit_service(case)]

    answers = {case["id"]: streamed_figures(case["input"]) for case in streamed}

    assert len(streamed) >= 8
    for case in streamed:
        assert answers[case["id"]] == pytest.approx(
            {name: case["expected"][name] for name in FIGURES}, abs=1e-9, rel=0
        ), case["id"]


@settings(max_examples=120, deadline=None, derandomize=True)
@given(days(), st.integers(0, 6), st.integers(0, 2))
def test_figures_equal_enumeration(day, target, waiting):
    bands, crew = day

    figures = evaluate(bands, crew, target=target, waiting=waiting)

    expected = truth(bands, crew, target=target, waiting=waiting)
    for name in ("arrivals", "wait", "idle", "overtime", "tardiness", "done", "p_target", "shortfall"):
        assert getattr(figures, name) == pytest.approx(getattr(expected, name), abs=1e-10), name


@settings(max_examples=150, deadline=None, derandomize=True)
@given(days(people=40), st.floats(0.5, 45), st.integers(0, 3), st.sampled_from([None, 0, 1, 5]))
def test_idle_time_is_the_day_less_the_work_done_in_it(day, minutes, waiting, room_cap):
    bands, crew = day
    nodes = [(-0.5, 0.25), (0.0, 0.5), (0.5, 0.25)]

    figures = evaluate(bands, crew, slot_minutes=minutes, nodes=nodes, waiting=waiting, room_cap=room_cap)

    seen = waiting + figures.arrivals - figures.turned_away
    assert figures.idle == pytest.approx(sum(crew) * minutes - seen * minutes + figures.overtime, abs=1e-8)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=6), probs, st.integers(1, 3), st.integers(0, 8))
def test_equal_probabilities_give_the_same_as_personal_ones(counts, p, crew, target):
    equal = evaluate_equal(counts, p, crew, target=target)

    personal = evaluate([[p] * count for count in counts], crew, target=target)

    for name in equal.__slots__:
        assert getattr(equal, name) == pytest.approx(getattr(personal, name), abs=1e-12), name


def test_figures_are_mixed_over_the_day_effect():
    nodes = [(-1.0, 0.3), (0.4, 0.7)]
    bands = [[0.3, 0.6], [0.2]]

    mixed = evaluate(bands, 1, nodes=nodes, target=2)

    parts = [evaluate([[shifted(p, s) for p in band] for band in bands], 1, target=2) for s, _ in nodes]
    assert mixed.wait == pytest.approx(0.3 * parts[0].wait + 0.7 * parts[1].wait, abs=1e-14)
    assert mixed.p_target == pytest.approx(0.3 * parts[0].p_target + 0.7 * parts[1].p_target, abs=1e-14)


def test_the_tail_after_the_day_counts_as_waiting():
    figures = evaluate([[1.0] * 5], 1)

    assert (figures.wait, figures.overtime, figures.tardiness) == (10.0, 4.0, 4.0)


def test_walk_ins_add_to_the_arrivals_and_to_nobody_else():
    figures = evaluate([[], []], 1, walk_ins=[0.7, 0.0])

    assert figures.invited == 0
    assert figures.arrivals == pytest.approx(0.7, abs=1e-15)
    assert figures.overtime == pytest.approx(
        sum(max(k - 2, 0) * float(m) for k, m in enumerate(poisson_law(0.7))), abs=1e-14
    )


def test_a_full_lobby_turns_people_away():
    figures = evaluate([[1.0] * 5, []], 2, room_cap=1)

    assert (figures.turned_away, figures.done, figures.wait) == (2.0, 3.0, 1.0)


def test_a_break_keeps_everyone_waiting():
    assert evaluate([[1.0], [1.0], []], [1, 0, 1]).wait == 1.0


def test_five_for_each_of_five_slots_reach_the_target_on_a_third_of_the_days():
    # p = 0.2; reference/overbooking.md, section 3: "probability 0.372 only"
    assert evaluate_equal([5] * 5, 0.2, 1, target=5).p_target == pytest.approx(0.372, abs=5e-4)


@given(st.lists(probs, max_size=70))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_the_law_of_a_band_is_a_law_with_the_right_mean(chances):
    law = band_law(chances)

    assert (law >= 0).all()
    assert law.sum() == pytest.approx(1.0, abs=1e-12)
    assert sum(k * m for k, m in enumerate(law)) == pytest.approx(sum(chances), abs=1e-10)


def test_cached_laws_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        binomial_law(3, 0.5)[0] = 1.0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: evaluate([[1.2]], 1), "bands"),
        (lambda: evaluate([[-0.1]], 1), "bands"),
        (lambda: evaluate([[math.nan]], 1), "bands"),
        (lambda: evaluate([], 1), "slots"),
        (lambda: evaluate([[0.5]], 0), "interviewers"),
        (lambda: evaluate([[0.5]], [0]), "interviewers"),
        (lambda: evaluate([[0.5]], [1, 1]), "interviewers"),
        (lambda: evaluate([[0.5]], 1, target=-1), "target"),
        (lambda: evaluate([[0.5]], 1, waiting=-1), "waiting"),
        (lambda: evaluate([[0.5]], 1, room_cap=-1), "room_cap"),
        (lambda: evaluate([[0.5]], 1, slot_minutes=0.0), "slot_minutes"),
        (lambda: evaluate([[0.5]], 1, slot_minutes=math.nan), "slot_minutes"),
        (lambda: evaluate([[0.5]], 1, nodes=[(0.0, 0.5)]), "nodes"),
        (lambda: evaluate([[0.5]], 1, nodes=[(math.inf, 1.0)]), "nodes"),
        (lambda: evaluate([[0.5]], 1, nodes=[(1000.0, 1.0)]), "nodes"),
        (lambda: evaluate([[0.5]], 1, walk_ins=[-1.0]), "walk_ins"),
        (lambda: evaluate([[0.5]], 1, walk_ins=[]), "walk_ins"),
        (lambda: evaluate_equal([-1], 0.5, 1), "counts"),
        (lambda: evaluate_equal([1], 1.5, 1), "p"),
        (lambda: evaluate_equal([1_000_000], 0.5, 1), "counts"),
        (lambda: evaluate([[0.5] * 1_000_000], 1), "bands"),
        (lambda: bands_from_bookings([(3, 0.5)], 3), "bookings"),
    ],
)
def test_nonsense_is_refused_by_name(call, name):
    with pytest.raises(ValueError, match=f"^{name}"):
        call()


def test_an_empty_day_is_valid():
    figures = evaluate([[], []], 2, slot_minutes=30)

    assert (figures.arrivals, figures.idle, figures.wait_mean) == (0.0, 120.0, 0.0)
