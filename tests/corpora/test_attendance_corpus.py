"""The public interview log, split by whole days: the figures that the attendance model must reach."""

import csv
import hashlib
import io
import json

import pytest
from django.core.management import call_command

from recruit.tables import read_history, read_table, recognise, split_rows
from recruit.tables.known import INTERVIEW_LOG
from scheduling.attendance.history import outcomes_of
from scheduling.benchmarks.attendance_log import whole_days
from tests.corpora import corpus

# The published log, as its page describes it: other rows of the same data are split otherwise.
PUBLISHED = "e92a556daae078e3e964b52df123b634d0427af1eda7f23896a57452f68f0928"


def is_published() -> bool:
    """Return whether the corpora hold the log whose figures are known."""
    return hashlib.sha256(corpus("attendance", "interviews.csv").read_bytes()).hexdigest() == PUBLISHED


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """Write the first 70 % of the days and the rest as two files without the columns outside the allow-list."""
    path = corpus("attendance", "interviews.csv")
    table = read_table(path.read_bytes(), filename=path.name)
    known, _errors = split_rows(read_history(table, recognise(table.header)))
    train, test = whole_days(outcomes_of(known), 0.7)
    last = max(one.day for one in train)
    by_line = {row.row: row.day for row in known}
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    keep = [number for number, title in enumerate(rows[0]) if title.strip() not in INTERVIEW_LOG.dropped]
    folder = tmp_path_factory.mktemp("log")
    for name, is_test in (("train.csv", False), ("test.csv", True)):
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow([rows[0][number] for number in keep])
            for line, row in enumerate(rows[1:], start=2):
                if line in by_line and (by_line[line] > last) == is_test:
                    writer.writerow([row[number] for number in keep])
    return folder, (len(train), len(test))


@pytest.fixture(scope="module")
def found(parts):
    folder, _sizes = parts
    out = io.StringIO()
    call_command(
        "backtest_attendance", "--train", folder / "train.csv", "--test", folder / "test.csv", "--json", stdout=out
    )
    return json.loads(out.getvalue())


def test_the_log_is_split_by_whole_days(parts, found):
    train, test = parts[1]

    assert (found["train_rows"], found["test_rows"]) == (train, test)
    if is_published():
        assert (train, test) == (576, 264)


def test_brier_and_log_loss_are_reached(found):
    ours, base = found["models"]["turnout"], found["models"]["base_rate"]

    assert ours["brier"] < base["brier"]
    assert ours["log_loss"] < base["log_loss"]
    if is_published():
        assert ours["brier"] <= 0.199
        assert ours["log_loss"] <= 0.58


def test_ours_is_not_worse_than_boosting_fitted_in_the_same_run(found):
    pytest.importorskip("sklearn")
    ours, boosting = found["models"]["turnout"], found["models"]["boosting"]

    assert ours["brier"] <= boosting["brier"]
    assert ours["log_loss"] <= boosting["log_loss"]


def test_ours_is_calibrated(found):
    ours = found["models"]["turnout"]
    low, high = ours["calibration"]["slope_range"]

    assert ours["calibration_error"] <= ours["calibration_error_limit"]
    assert abs(ours["mean_forecast"] - ours["rate"]) <= 0.05
    assert low <= 1 <= high
