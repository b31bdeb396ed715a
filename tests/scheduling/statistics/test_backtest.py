from datetime import timedelta

import numpy as np
import pytest

from recruit.errors import InvalidInputError
from recruit.tables import read_history, read_table, recognise, split_rows
from scheduling.attendance import fit, predict_many
from scheduling.attendance.history import outcomes_of
from scheduling.benchmarks.attendance_log import rows as log_rows
from scheduling.benchmarks.attendance_log import whole_days
from scheduling.statistics.backtest import as_json, backtest, day_result, day_totals, shrunken
from tests.corpora import corpus
from tests.scheduling.attendance.world import MONDAY, counted, history


@pytest.mark.corpora
def test_later_interviews_of_the_public_log_are_forecast_as_well_as_the_issue_asks():
    path = corpus("attendance", "interviews.csv")
    table = read_table(path.read_bytes(), filename=path.name)
    rows, _ = split_rows(read_history(table, recognise(table.header)))
    train, test = whole_days(outcomes_of(rows), 0.7)
    assert (len(train), len(test)) == (576, 264)

    models = backtest(train, test, np.random.default_rng(1)).models

    ours = models["turnout"]
    assert ours.scores.brier <= 0.199
    assert ours.scores.log_loss <= 0.580
    assert ours.scores.calibration_error <= ours.calibration_error_limit
    assert abs(ours.scores.mean_forecast - ours.scores.rate) <= 0.05
    assert ours.line.slope_range[0] <= 1 <= ours.line.slope_range[1]
    assert ours.scores.brier < models["base_rate"].scores.brier
    assert models["base_rate"].scores.log_loss == pytest.approx(0.6763, abs=5e-4)


@pytest.mark.corpora
def test_ours_is_not_worse_than_gradient_boosting_on_the_same_rows():
    pytest.importorskip("sklearn")
    path = corpus("attendance", "interviews.csv")
    table = read_table(path.read_bytes(), filename=path.name)
    rows, _ = split_rows(read_history(table, recognise(table.header)))

    models = backtest(*whole_days(outcomes_of(rows), 0.7), np.random.default_rng(1)).models

    assert models["turnout"].scores.brier <= models["boosting"].scores.brier
    assert models["turnout"].scores.log_loss <= models["boosting"].scores.log_loss


@pytest.mark.corpora
def test_the_bench_prints_the_same_figures(monkeypatch):
    path = corpus("attendance", "interviews.csv")
    monkeypatch.setenv("CORPORA", str(path.parents[1]))

    assert all(row["holds"] for row in log_rows())
    monkeypatch.setenv("CORPORA", str(path))
    assert log_rows() == []


def test_day_totals_of_the_demo_world_are_forecast_with_the_right_width():
    days = []
    for seed in range(4):
        rows = history(90 * 2 * 30, seed=seed, per_day=30, offices=2)
        cut = MONDAY + timedelta(days=60)
        model = fit([row for row in rows if row.day < cut], as_of=cut)
        days += day_totals(model, [row for row in rows if row.day >= cut])

    found = day_result(days, np.random.default_rng(0))

    inside = np.mean([0.05 < value < 0.95 for value in found.pit])
    assert found.days == 240
    assert 0.84 <= inside <= 0.95
    assert found.pit_distance <= 0.09
    assert 0.8 <= found.chi2_per_day <= 1.25


def test_everyone_is_scored_and_the_answer_helps():
    rows = history(2400, offices=2)
    found = as_json(backtest(rows[:1600], rows[1600:], np.random.default_rng(1)))

    assert {"turnout", "base_rate", "source", "answer", "logistic"} <= set(found["models"])
    assert {"brier", "log_loss", "auc", "calibration_error"} <= set(found["models"]["turnout"])
    assert found["models"]["turnout"]["brier"] < found["models"]["base_rate"]["brier"]
    assert found["models"]["turnout"]["auc"] > 0.75
    assert (found["train_rows"], found["test_rows"]) == (1600, 800)


def test_outcomes_of_the_test_part_are_not_looked_at():
    rows = history(800)
    train, test = rows[:500], rows[500:]
    asked = [row.invitee for row in test]

    model = fit(train, as_of=train[-1].day)

    assert predict_many(model, asked).mean == pytest.approx(
        predict_many(fit(rows, as_of=train[-1].day), asked).mean, abs=0.02
    )


def test_a_new_group_gets_the_shrunken_mean_of_all():
    train = [*counted(10, 20, source="a"), *counted(2, 20, source="b")]

    chance = shrunken(train, counted(0, 1, source="new"), lambda row: row.invitee.source)

    assert chance == pytest.approx([12.5 / 41])


@pytest.mark.parametrize("empty", [0, 1])
def test_an_empty_part_is_refused(empty):
    parts = [counted(1, 2), counted(1, 2)]
    parts[empty] = []

    with pytest.raises(InvalidInputError):
        backtest(*parts, np.random.default_rng(1))
