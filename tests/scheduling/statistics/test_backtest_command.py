import csv
import io
import json
from random import Random

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from recruit.tables.known import INTERVIEW_LOG

ALLOWED = [title for title in INTERVIEW_LOG.titles() if title != "Name(Cand ID)"]


def _write(path, *, month, rows=120, titles=ALLOWED, seed=1):
    rng = Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, titles, extrasaction="ignore")
        writer.writeheader()
        for number in range(rows):
            said = rng.choice(["Yes", "Uncertain", "No"])
            came = rng.random() < {"Yes": 0.8, "Uncertain": 0.5, "No": 0.05}[said]
            writer.writerow(
                dict.fromkeys(INTERVIEW_LOG.titles(), "Yes")
                | {
                    "Name(Cand ID)": f"Candidate {number}",
                    "Date of Interview": f"{1 + number // 10:02}.{month:02}.2016",
                    "Client name": rng.choice(["Bank", "Factory"]),
                    "Interview Type": "Walkin",
                    "Expected Attendance": said,
                    "Observed Attendance": "yes" if came else "NO ",
                }
            )
    return path


def _run(tmp_path, *flags, **changes):
    out, err = io.StringIO(), io.StringIO()
    train = _write(tmp_path / "train.csv", month=3, **changes)
    test = _write(tmp_path / "test.csv", month=4, seed=2, **changes)
    call_command("backtest_attendance", "--train", train, "--test", test, *flags, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_json_names_every_model_with_its_scores(tmp_path):
    out, err = _run(tmp_path, "--json")

    found = json.loads(out)
    assert err == ""
    assert (found["train_rows"], found["test_rows"]) == (120, 120)
    for name in ("turnout", "base_rate", "source", "logistic"):
        assert {"brier", "log_loss", "auc", "calibration_error"} <= set(found["models"][name])
    assert found["models"]["turnout"]["auc"] > 0.7 > found["models"]["base_rate"]["auc"] == 0.5


def test_people_get_a_table(tmp_path):
    lines = _run(tmp_path)[0].splitlines()

    assert lines[0].startswith("120 rows learned from, 120 rows judged, model ")
    assert lines[2].startswith("turnout ")


def test_a_file_with_ids_and_one_with_columns_missing_are_read_too(tmp_path):
    few = ["Date of Interview", "Expected Attendance", "Observed Attendance"]

    assert json.loads(_run(tmp_path, "--json", titles=INTERVIEW_LOG.titles())[0])["test_rows"] == 120
    assert json.loads(_run(tmp_path, "--json", titles=few)[0])["test_rows"] == 120


def test_the_same_files_give_the_same_figures(tmp_path):
    assert _run(tmp_path, "--json") == _run(tmp_path, "--json")


def test_bad_rows_are_named_and_left_out(tmp_path):
    train, test = _write(tmp_path / "a.csv", month=3), _write(tmp_path / "b.csv", month=4)
    test.write_text(test.read_text().replace("01.04.2016", "31.02.2016", 1))
    err = io.StringIO()

    call_command("backtest_attendance", "--train", train, "--test", test, stdout=io.StringIO(), stderr=err)

    assert err.getvalue().startswith("b.csv, row 2: Date of Interview: ")
    assert len(err.getvalue().splitlines()) == 1


def test_days_that_overlap_are_remarked(tmp_path):
    train = _write(tmp_path / "a.csv", month=3)
    err = io.StringIO()

    call_command("backtest_attendance", "--train", train, "--test", train, stdout=io.StringIO(), stderr=err)

    assert err.getvalue() == "Note: some days of --train do not lie before those of --test.\n"


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n"])
def test_a_file_that_is_no_history_is_refused(tmp_path, content):
    (tmp_path / "bad.csv").write_text(content)
    good = _write(tmp_path / "good.csv", month=3)

    with pytest.raises(CommandError):
        call_command("backtest_attendance", "--train", good, "--test", tmp_path / "bad.csv", stdout=io.StringIO())


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("backtest_attendance", "--train", tmp_path / "no.csv", "--test", tmp_path / "no.csv")
