"""Fit the attendance model to one table of past interviews and score it on another."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from recruit.errors import RecruitError
from recruit.tables import ColumnMap, HistoryRow, Table, read_history, read_table, recognise, split_rows, suggest
from recruit.tables.known import INTERVIEW_LOG
from recruit.tables.titles import title_key
from scheduling.attendance.history import outcomes_of
from scheduling.statistics.backtest import Backtest, as_json, backtest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.management.base import CommandParser

    from recruit.tables.records import Record

_ROW = "row number"


class Command(BaseCommand):
    help = "Fit the attendance model to --train, forecast --test and print how good it was beside simpler models."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--train", type=Path, required=True, help="CSV or XLSX of past interviews to learn from")
        parser.add_argument("--test", type=Path, required=True, help="CSV or XLSX of later interviews to be judged by")
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--seed", type=int, default=1, help="of the simulations; the forecasts have no randomness")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        try:
            train, test = self._rows(options["train"]), self._rows(options["test"])
            outcomes = outcomes_of(train), outcomes_of(test, before=train)
            result = backtest(*outcomes, np.random.default_rng(options["seed"]))
        except RecruitError as error:
            raise CommandError(str(error)) from error
        if max(row.day for row in train) >= min(row.day for row in test):
            self.stderr.write("Note: some days of --train do not lie before those of --test.")
        self.stdout.write(json.dumps(as_json(result), indent=1) if options["json"] else "\n".join(_lines(result)))

    def _rows(self, path: Path) -> list[HistoryRow]:
        """Return the rows of a file; say which were left out and why."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        table = read_table(data, filename=path.name)
        rows, errors = split_rows(read_history(*_mapped(table, path.name)))
        for refused in errors[:20]:
            self.stderr.write(f"{path.name}, row {refused.row}: {refused.column or 'the row'}: {refused.message}")
        if len(errors) > 20:
            self.stderr.write(f"{path.name}: {len(errors)} errors in all.")
        return rows


def _mapped(table: Table, name: str) -> tuple[Table, ColumnMap]:
    """Return a table and a map that fits it; a column that is absent is read as nothing, a person as a row number."""
    found = recognise(table.header) or _partial(table.header) or suggest(table.header)
    if "candidate_id" in found.columns or "candidate_id" not in found.missing_fields():
        return table, found
    numbered = Table(header=(*table.header, _ROW), rows=_Numbered(table, name))
    return numbered, replace(found, columns={**found.columns, "candidate_id": (_ROW,)})


def _partial(header: tuple[str, ...]) -> ColumnMap | None:
    """Return the built-in map of interview logs cut down to the columns that are there; None if the vital ones are not."""
    keys = {title_key(title): title for title in header}

    def present(titles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(keys[title_key(title)] for title in titles if title_key(title) in keys)

    columns = {name: present(titles) for name, titles in INTERVIEW_LOG.columns.items()}
    answers = {key: present((title,)) for key, title in INTERVIEW_LOG.answers.items()}
    if not (columns["date"] and columns["outcome"]):
        return None
    return replace(
        INTERVIEW_LOG,
        columns={name: titles for name, titles in columns.items() if titles},
        answers={key: titles[0] for key, titles in answers.items() if titles},
        dropped={},
    )


@dataclass(frozen=True, slots=True)
class _Numbered:
    """Rows of a table that names nobody, each with the file and row number as its person."""

    table: Table
    name: str

    def __iter__(self) -> Iterator[Record]:
        width = len(self.table.header)
        for number, cells in self.table.rows:
            padded = (*cells, *[""] * (width - len(cells)))
            yield number, (*padded, f"{self.name}:{number}")


def _lines(result: Backtest) -> Iterator[str]:
    """Yield the report for people."""
    yield f"{result.train_rows} rows learned from, {result.test_rows} rows judged, model {result.version}"
    yield f"{'model':<12}{'Brier':>8}{'log-loss':>10}{'AUC':>7}{'calib. error':>14}{'limit':>8}{'mean p':>8}{'rate':>7}  slope (95 %)"
    for name, one in result.models.items():
        s = one.scores
        slope = "" if one.line is None else "{:.2f} ({:.2f} to {:.2f})".format(one.line.slope, *one.line.slope_range)
        yield (
            f"{name:<12}{s.brier:>8.4f}{s.log_loss:>10.4f}{s.auc:>7.3f}{s.calibration_error:>14.4f}"
            f"{one.calibration_error_limit:>8.4f}{s.mean_forecast:>8.3f}{s.rate:>7.3f}  {slope}"
        )
    days = result.days
    yield f"{days.days} day totals: chi2/df {days.chi2_per_day or 0:.2f}, PIT {days.pit_distance:.3f} from uniform"
    for kept in days.coverage:
        share = kept.kept
        yield f"  {kept.level:.0%} ranges held {share.count} of {share.of}" + ("  TOO RARELY" if kept.is_broken else "")
