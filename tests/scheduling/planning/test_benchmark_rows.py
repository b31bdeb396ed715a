"""The rows of the bench, and the plain recursion it compares with."""

import pytest
from hypothesis import given, settings

from scheduling.benchmarks.plain import plain_recursion
from scheduling.benchmarks.planning import row
from scheduling.planning.streams import evaluate
from tests.scheduling.planning.test_streams import days


@settings(max_examples=50, deadline=None, derandomize=True)
@given(days(people=12))
def test_the_plain_recursion_gives_the_same_figures(day):
    bands, crew = day

    plain = plain_recursion(bands, crew[0] or 1)

    figures = evaluate(bands, crew[0] or 1)
    assert plain == pytest.approx((figures.wait, figures.idle, figures.overtime, figures.tardiness), abs=1e-10)


def test_a_row_holds_up_to_its_limit():
    assert row("replan", 10.0, "ms", 10.0)["holds"] is True
    assert row("replan", 10.1, "ms", 10.0)["holds"] is False
    assert row("ratio", 1.5, "times", 1.0, at_least=True)["holds"] is True


def test_a_row_has_the_keys_of_the_bench_file():
    assert row("replan", 1.0, "ms", 10.0) == {
        "name": "replan",
        "issue": 3,
        "group": "planning",
        "value": 1.0,
        "unit": "ms",
        "limit": 10.0,
        "holds": True,
    }
