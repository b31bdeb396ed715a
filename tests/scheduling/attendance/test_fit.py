from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from recruit.errors import InvalidInputError
from scheduling.attendance import (
    PRIOR,
    FittedModel,
    Invitee,
    Settings,
    fit,
    flat,
    posterior,
    predict,
    predict_many,
    prior_model,
)
from tests.scheduling.attendance.world import MONDAY, counted, history

LATER = MONDAY + timedelta(days=400)


def test_no_history_gives_one_of_five_and_says_how_little_that_is():
    forecast = predict(fit([], as_of=MONDAY), Invitee(source="hh", office="A"))

    assert forecast.mean == pytest.approx(0.2)
    assert forecast.low < 0.08
    assert forecast.high > 0.4
    assert [(reason.text, reason.params) for reason in forecast.reasons] == [("little_known", {"people": 10})]


def test_no_history_knows_that_answers_matter():
    model = fit([], as_of=MONDAY)
    chance = {answer: predict(model, Invitee(answer=answer)).mean for answer in ("confirmed", "silent", "declined")}

    assert chance["confirmed"] > 0.2 > chance["silent"] > chance["declined"]


@pytest.mark.parametrize(("rows", "widest", "tolerance"), [(10, 0.5, 0.2), (100, 0.35, 0.1), (1000, 0.2, 0.05)])
def test_more_history_makes_the_typical_rate_surer(rows, widest, tolerance):
    model = fit(history(rows), as_of=LATER)
    low, high = model.belief().interval(0.9)

    assert high - low < widest
    assert abs(model.belief().mean - 0.2) < tolerance
    assert low < 0.2 < high


def test_ten_rows_hardly_move_the_answers_a_thousand_find_their_law():
    few, many = fit(history(10), as_of=LATER), fit(history(1000), as_of=LATER)
    asked = [
        Invitee(source="hh", office="office 0", lead_hours=48, answer=one)
        for one in ("confirmed", "silent", "declined")
    ]

    found = predict_many(many, asked)
    assert found.mean == pytest.approx([0.65, 0.06, 0.01], abs=0.12)
    spread = predict_many(few, asked)
    assert (spread.high - spread.low > found.high - found.low).all()


def test_a_day_of_unusual_show_rate_moves_the_belief_as_the_posterior_says():
    day = counted(12, 20, source="hh", office="A", vacancy="x", answer="silent")
    model = fit(day, as_of=MONDAY)

    expected = posterior(PRIOR, came=12, of=20, day_correlation=model.day_correlation)
    belief = model.belief(source="hh", office="A", vacancy="x")
    assert (belief.mean, belief.weight) == pytest.approx((expected.mean, expected.weight))
    assert belief.mean > 0.35


def test_a_second_day_moves_it_again_with_the_first_a_little_aged():
    known = {"source": "hh", "office": "A", "vacancy": "x"}
    first, second = counted(3, 20, **known), counted(15, 20, day=MONDAY + timedelta(days=1), **known)
    settings = Settings(half_life_days=10)
    model = fit([*first, *second], as_of=LATER, settings=settings)

    aged = 0.5 ** (1 / 10)
    rho = model.day_correlation
    start = posterior(PRIOR, came=3, of=20, day_correlation=rho)
    before = replace(
        PRIOR,
        weight=10 + aged * (start.weight - 10),
        mean=(2 + aged * (start.a - 2)) / (10 + aged * (start.weight - 10)),
    )
    expected = posterior(before, came=15, of=20, day_correlation=rho)
    belief = model.belief(**known)
    assert (belief.mean, belief.weight) == pytest.approx((expected.mean, expected.weight))


def test_discounting_follows_drift():
    old = [row for n in range(60) for row in counted(2, 20, day=MONDAY + timedelta(days=n), source="hh")]
    new = [row for n in range(60, 90) for row in counted(10, 20, day=MONDAY + timedelta(days=n), source="hh")]

    slow, quick = (
        fit([*old, *new], as_of=LATER, settings=Settings(half_life_days=days)).belief().mean for days in (1000, 15)
    )

    assert slow < 0.3
    assert 0.38 < quick < 0.5


def test_a_pause_ages_nothing():
    rows = counted(8, 20, source="hh")

    assert fit(rows, as_of=MONDAY).belief() == fit(rows, as_of=date(2036, 1, 1)).belief()


def test_nothing_after_the_given_day_is_looked_at():
    rows = history(200)
    cut = MONDAY + timedelta(days=4)
    past = [row for row in rows if row.day <= cut]

    assert fit(rows, as_of=cut).version == fit(past, as_of=cut).version
    assert fit(rows, as_of=datetime(2026, 3, 6, 23, 59)).version == fit(past, as_of=cut).version
    assert fit(rows, as_of=MONDAY - timedelta(days=1)).version == prior_model().version


def test_the_order_of_the_rows_changes_no_forecast():
    rows = history(300, offices=2)
    asked = [row.invitee for row in rows[:50]]

    one, other = predict_many(fit(rows, as_of=LATER), asked), predict_many(fit(rows[::-1], as_of=LATER), asked)

    assert one.mean == pytest.approx(other.mean, abs=1e-6)


def test_a_model_survives_json_and_names_its_version():
    model = fit(history(300), as_of=LATER)
    again = FittedModel.from_dict(model.to_dict())
    asked = [row.invitee for row in history(40, seed=2)]

    assert again.version == model.version
    assert len(model.version) == 32
    assert predict_many(again, asked).mean.tolist() == predict_many(model, asked).mean.tolist()


def test_another_row_is_another_version():
    rows = history(100)

    assert fit(rows, as_of=LATER).version != fit(rows[:-1], as_of=LATER).version


@pytest.mark.parametrize("damage", ["format", "root", "stages", "levels"])
def test_a_damaged_payload_is_refused(damage):
    data = prior_model().to_dict()
    del data[damage]

    with pytest.raises(InvalidInputError):
        FittedModel.from_dict(data)


def test_a_payload_with_a_forbidden_term_is_refused():
    data = prior_model().to_dict()
    data["stages"]["before"]["terms"][0][0] = "gender"

    with pytest.raises(InvalidInputError):
        FittedModel.from_dict(data)


def test_a_payload_of_the_wrong_width_is_refused():
    data = prior_model().to_dict()
    data["stages"]["before"]["beta"].pop()

    with pytest.raises(InvalidInputError, match="do not fit"):
        FittedModel.from_dict(data)


def test_the_off_switch_gives_everybody_the_same_rate():
    model = fit(history(300), as_of=LATER)
    off = model.switched_off()
    asked = [Invitee(answer="declined"), Invitee(source="referral", answer="confirmed")]

    assert predict_many(off, asked).mean.tolist() == [model.tree.root.mean] * 2
    assert [reason.text for reason in predict(off, asked[0]).reasons] == ["off"]
    assert predict_many(flat(0.3), asked).mean.tolist() == [0.3, 0.3]
    assert flat(0.3).belief(source="x").mean == 0.3
    assert len({model.version, off.version, flat(0.3).version}) == 3


def test_the_average_forecast_meets_the_share_that_came():
    rows = history(3000, offices=2)
    model = fit(rows, as_of=LATER)

    mean = predict_many(model, [row.invitee for row in rows]).mean.mean()

    assert mean == pytest.approx(np.mean([row.came for row in rows]), abs=0.01)


def test_a_person_who_came_before_is_likelier_to_come_when_history_says_so():
    rows = []
    for n in range(30):
        day = MONDAY + timedelta(days=n)
        rows += counted(8, 10, day=day, source="hh", earlier_shows=2)
        rows += counted(1, 10, day=day, source="hh", earlier_no_shows=2)
    model = fit(rows, as_of=LATER)

    faithful, fickle = (
        predict(model, Invitee(source="hh", **seen)).mean for seen in ({"earlier_shows": 2}, {"earlier_no_shows": 2})
    )

    assert faithful > 0.65
    assert fickle < 0.25


def test_days_that_differ_more_than_chance_widen_the_day_effect():
    calm = [row for n in range(40) for row in counted(5, 20, day=MONDAY + timedelta(days=n), source="hh")]
    wild = [
        row for n in range(40) for row in counted(1 if n % 2 else 9, 20, day=MONDAY + timedelta(days=n), source="hh")
    ]

    assert fit(calm, as_of=LATER).day_sd < 0.35
    assert fit(wild, as_of=LATER).day_sd > 0.7


@pytest.mark.parametrize("kept", ["before", "answer"])
def test_history_without_answers_still_has_both_stages(kept):
    rows = counted(5, 20, source="hh")

    assert kept in fit(rows, as_of=LATER).stages


@pytest.mark.parametrize("rate", [0, 1, -0.1, float("nan")])
def test_an_impossible_flat_rate_is_refused(rate):
    with pytest.raises(InvalidInputError):
        flat(rate)
