"""The bench prints each figure beside its limit and keeps it; a figure that is not measured fails."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string

from recruit import contrib
from recruit.benchmarks import row

FAST = row("one day", 0.5, "s", 2.0, issue=3, group="tried")
SLOW = row("slow", 4.0, "s", 2.0, issue=3, group="tried")


def rows():
    return [FAST, SLOW]


@pytest.fixture
def group(monkeypatch, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    tried = contrib.BenchGroup(code="tried", order=1, rows=f"{__name__}.rows", must=("one day",))
    monkeypatch.setattr(contrib, "bench_groups", contrib.Registry([tried]))
    return tried


def test_figures_are_printed_beside_their_limits_and_kept(group, tmp_path):
    out = StringIO()

    call_command("bench", group="tried", stdout=out)

    lines = out.getvalue().splitlines()
    assert [line.split() for line in lines[2:4]] == [
        ["0.5000", "s", "limit", "2.0000", "x0.250", "one", "day"],
        ["4.0000", "s", "limit", "2.0000", "x2.000", "MISSED", "slow"],
    ]
    assert json.loads((tmp_path / "bench.json").read_text()) == [FAST, SLOW]


def test_a_figure_that_is_no_longer_measured_fails(group, monkeypatch):
    gone = contrib.BenchGroup(code="tried", order=1, rows=group.rows, must=("two days",))
    monkeypatch.setattr(contrib, "bench_groups", contrib.Registry([gone]))

    with pytest.raises(CommandError, match="Not measured: tried: two days"):
        call_command("bench", group="tried", stdout=StringIO())


def test_a_figure_holds_up_to_its_limit_or_from_it_on():
    held = [
        row("time", 2.0, "s", 2.0, issue=1, group="x"),
        row("time", 2.1, "s", 2.0, issue=1, group="x"),
        row("speed", 300.0, "1/s", 300.0, issue=1, group="x", at_least=True),
        row("speed", 299.0, "1/s", 300.0, issue=1, group="x", at_least=True),
        row("share", 0.9, "", "0.87 to 0.93", issue=1, group="x", holds=True),
    ]

    assert [one["holds"] for one in held] == [True, False, True, False, True]


def test_a_limit_in_words_is_judged_by_the_caller():
    with pytest.raises(ValueError, match="holds="):
        row("share", 0.9, "", "0.87 to 0.93", issue=1, group="x")


@pytest.mark.parametrize("registered", list(contrib.bench_groups), ids=lambda group: group.code)
def test_every_group_can_be_called(registered):
    assert callable(import_string(registered.rows))
