"""What must not be weighed is not weighed: the same people with other protected traits get the same forecasts."""

import csv
import io
from random import Random

import pytest

from recruit.tables import read_history, read_table, recognise, split_rows
from recruit.tables.known import INTERVIEW_LOG
from scheduling.attendance import fit, predict_many
from scheduling.attendance.history import outcomes_of

ASK = [title for title in INTERVIEW_LOG.answers.values() if title != "Expected Attendance"]
FLIPS = {
    "Gender": {"Male": "Female", "Female": "Male"},
    "Marital Status": {"Single": "Married", "Married": "Single"},
    "Candidate Native location": {"Chennai": "Panjim", "Panjim": "Chennai"},
    "Candidate Current Location": {"Chennai": "Hosur", "Hosur": "Chennai"},
}


def _log(*, flipped):
    """Return a log in which a person's gender decides everything, or the same with all protected traits swapped."""
    rng = Random(5)
    titles = list(INTERVIEW_LOG.titles()) + list(INTERVIEW_LOG.dropped)
    out = io.StringIO()
    writer = csv.DictWriter(out, titles)
    writer.writeheader()
    for number in range(200):
        traits = {title: rng.choice(list(values)) for title, values in FLIPS.items()}
        row = dict.fromkeys(titles, "x") | {
            "Name(Cand ID)": f"Candidate {number}",
            "Date of Interview": f"{1 + number // 20:02}.03.2016",
            "Interview Type": "Scheduled",
            "Expected Attendance": rng.choice(["Yes", "No", "NA"]),
            "Observed Attendance": "Yes" if traits["Gender"] == "Female" else "No",
            **{title: rng.choice(["Yes", "No"]) for title in ASK},
            **{title: FLIPS[title][value] if flipped else value for title, value in traits.items()},
        }
        writer.writerow(row)
    table = read_table(out.getvalue().encode(), filename="log.csv")
    rows, errors = split_rows(read_history(table, recognise(table.header)))
    assert errors == []
    return outcomes_of(rows)


@pytest.mark.attack("A121")
def test_flipping_every_protected_trait_changes_no_forecast():
    plain, flipped = _log(flipped=False), _log(flipped=True)
    day = plain[-1].day

    one, other = fit(plain, as_of=day), fit(flipped, as_of=day)

    assert one.version == other.version
    people = [row.invitee for row in plain], [row.invitee for row in flipped]
    assert predict_many(one, people[0]).mean.tolist() == predict_many(other, people[1]).mean.tolist()


def test_a_trait_that_decides_everything_is_still_not_found():
    rows = _log(flipped=False)
    forecast = predict_many(fit(rows, as_of=rows[-1].day), [row.invitee for row in rows]).mean

    came = [p for p, row in zip(forecast, rows, strict=True) if row.came]
    stayed = [p for p, row in zip(forecast, rows, strict=True) if not row.came]
    assert abs(sum(came) / len(came) - sum(stayed) / len(stayed)) < 0.15
