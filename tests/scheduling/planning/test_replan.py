"""In the middle of the day: forecasts and the value of every action."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.planning.day import CostWeights, Day
from scheduling.planning.optimise import figures_of
from scheduling.planning.replan import replan, top_up
from scheduling.planning.replan_record import ActionKind, Offers, updated_nodes
from scheduling.planning.streams import evaluate
from tests.scheduling.planning.enumerate_days import truth
from tests.scheduling.planning.test_streams import days

NODES = [(-0.7, 0.3), (0.1, 0.7)]
WEIGHTS = CostWeights(wait=0.05, idle=0.1, overtime=0.8, tardiness=0.2, missing=9, turned_away=3, invitation=0.15)


def cost_of(day, bands):
    figures = evaluate(
        bands,
        day.on_duty,
        target=day.target,
        slot_minutes=day.slot_minutes,
        nodes=day.nodes,
        waiting=day.waiting,
        walk_ins=day.walk_ins,
        room_cap=day.room_cap,
    )
    return replace(day.weights, invitation=0.0).cost(figures)


@settings(max_examples=70, deadline=None, derandomize=True)
@given(
    rest=days(people=10),
    target=st.integers(0, 5),
    waiting=st.integers(0, 2),
    room_cap=st.sampled_from([None, 1]),
    p_late=st.floats(0, 1),
    walk_ins=st.booleans(),
)
def test_the_value_of_an_action_is_the_exact_saving(*, rest, target, waiting, room_cap, p_late, walk_ins):
    bands, crew = rest
    slots = len(crew)
    day = Day(
        slots,
        crew,
        WEIGHTS,
        target,
        20,
        NODES,
        waiting,
        walk_ins=[0.3] * slots if walk_ins else None,
        room_cap=room_cap,
    )
    offers = Offers(
        late=[p_late] * slots,
        most_late=4,
        standby=[0.8] * slots,
        standby_price=0.5,
        open_minute=0.2,
        release_minute=0.1,
    )

    plan = replan(day, bands, offers)

    base = cost_of(day, bands)
    assert plan.cost == pytest.approx(base, abs=1e-9)
    for action in plan.actions:
        changed, other, price = [list(band) for band in bands], day, 0.0
        if action.kind is ActionKind.INVITE:
            changed[action.slot] += [p_late] * action.number
            price = WEIGHTS.invitation * action.number
        elif action.kind is ActionKind.STANDBY:
            changed[action.slot].append(0.8)
            price = 0.5
        elif action.kind is not ActionKind.STOP:
            step = 1 if action.kind is ActionKind.OPEN else -1
            other = replace(day, interviewers=[c + step if c and t >= action.slot else c for t, c in enumerate(crew)])
            minutes = 20 * sum(1 for c in crew[action.slot :] if c)
            price = minutes * (0.2 if step > 0 else -0.1)
        assert action.value == pytest.approx(base - cost_of(other, changed) - price, abs=1e-8), action


def figures_like(found, expected):
    """Return ``expected`` where it is close to ``found``, so that the two compare equal."""
    close = {
        name: getattr(found, name)
        for name in expected.__slots__
        if getattr(found, name) == pytest.approx(getattr(expected, name), abs=1e-10)
    }
    return replace(expected, **close)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(days(people=6), st.integers(0, 2), st.integers(0, 3))
def test_the_forecast_gives_the_quantiles_of_the_interviews_held(rest, waiting, held):
    bands, crew = rest

    forecast = replan(Day(len(crew), crew, WEIGHTS, target=3, waiting=waiting), bands, Offers(), held=held).forecast

    assert forecast.figures == figures_like(
        forecast.figures, evaluate(bands, crew, target=max(3 - held, 0), waiting=waiting)
    )
    law = truth(bands, crew, waiting=waiting).done_law
    for level, quantile in zip((0.05, 0.5, 0.95), forecast.held, strict=True):
        below = sum(mass for done, mass in law.items() if done < quantile - held)
        up_to = sum(mass for done, mass in law.items() if done <= quantile - held)
        assert below < level + 1e-9
        assert up_to >= level - 1e-9


def test_actions_come_best_first_and_doing_nothing_is_one_of_them():
    plan = replan(Day(3, 1, WEIGHTS, target=2), [[0.2], [0.2], [0.2]], Offers(late=[None, 0.3, 0.3], open_minute=5.0))

    values = [action.value for action in plan.actions]
    assert values == sorted(values, reverse=True)
    assert [a.value for a in plan.actions if a.kind is ActionKind.STOP] == [0.0]
    assert plan.best.kind is ActionKind.INVITE
    assert {a.slot for a in plan.actions if a.kind is ActionKind.INVITE} == {1, 2}


def test_when_the_target_is_reached_nobody_is_invited():
    plan = replan(
        Day(3, 1, CostWeights(wait=1, overtime=1, missing=9, invitation=0.1), target=4),
        [[], [], []],
        Offers(late=[0.3] * 3),
        held=4,
    )

    assert plan.best.kind is ActionKind.STOP
    assert plan.forecast.held == (4, 4, 4)


def test_an_interviewer_who_works_alone_cannot_be_released():
    plan = replan(Day(3, [2, 1, 2], WEIGHTS), [[], [], []], Offers(release_minute=1.0))

    assert [a.slot for a in plan.actions if a.kind is ActionKind.RELEASE] == [2]


def test_the_top_up_stops_when_one_more_does_not_pay():
    day = Day(4, 1, CostWeights(wait=0.1, overtime=1, missing=6, invitation=0.4), target=2)
    offers = Offers(late=[0.4] * 4)
    bands = [[0.3]] * 4

    added = top_up(day, bands, offers)

    slots = [action.slot for action in added]
    probs = [0.3] * 4 + [0.4] * len(slots)
    placed = [0, 1, 2, 3, *slots]
    saving = (
        cost_of(day, bands)
        - replace(day.weights, invitation=0.0).cost(figures_of(day, probs, placed))
        - 0.4 * len(slots)
    )
    assert len(added) >= 1
    assert sum(action.value for action in added) == pytest.approx(saving, abs=1e-9)
    after = [[0.3] + [0.4] * slots.count(t) for t in range(4)]
    assert max(a.value for a in replan(day, after, Offers(late=[0.4] * 4, most_late=1)).actions) == 0.0


def test_a_good_morning_moves_the_day_effect():
    nodes = updated_nodes([(-1.0, 0.5), (1.0, 0.5)], came=[0.5, 0.5], missed=[0.5])

    good, bad = 1 / (1 + math.exp(-1)), 1 / (1 + math.exp(1))
    share = good**2 * bad / (good**2 * bad + bad**2 * good)
    assert nodes[1] == (1.0, pytest.approx(share, abs=1e-12))


def test_nothing_learnt_leaves_the_day_effect():
    assert updated_nodes(NODES, came=[], missed=[]) == tuple(NODES)


@pytest.mark.parametrize(
    ("offers", "name"),
    [
        (Offers(late=[0.5]), "late"),
        (Offers(late=[0.5, 2.0]), "late"),
        (Offers(standby=[0.5, math.nan]), "standby"),
        (Offers(most_late=0), "most_late"),
        (Offers(open_minute=-1.0), "open_minute"),
    ],
)
def test_nonsense_offers_are_refused_by_name(offers, name):
    with pytest.raises(ValueError, match=f"^{name}"):
        replan(Day(2, 1, WEIGHTS), [[0.5], []], offers)


def test_nonsense_is_refused_by_name():
    with pytest.raises(ValueError, match=r"^held"):
        replan(Day(1, 1, WEIGHTS), [[]], Offers(), held=-1)
    with pytest.raises(ValueError, match=r"^bands"):
        replan(Day(2, 1, WEIGHTS), [[]], Offers())
    with pytest.raises(ValueError, match=r"^came"):
        updated_nodes(NODES, came=[0.0], missed=[])
