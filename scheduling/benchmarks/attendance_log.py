"""The attendance model on the public interview log: first 70 % of whole days against the rest."""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from recruit.tables import read_history, read_table, recognise, split_rows
from scheduling.attendance.history import outcomes_of
from scheduling.statistics.backtest import backtest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scheduling.attendance import Outcome

_ISSUE, _GROUP = 4, "attendance"
_CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"


def rows() -> list[dict[str, Any]]:
    """Return the backtest's figures; none where the corpora folder (``$CORPORA``) is not there."""
    path = Path(os.environ.get("CORPORA", _CORPORA)) / "attendance" / "interviews.csv"
    if not path.exists():
        return []
    table = read_table(path.read_bytes(), filename=path.name)
    column_map = recognise(table.header)
    if column_map is None:
        return []
    known, _ = split_rows(read_history(table, column_map))
    found = backtest(*whole_days(outcomes_of(known), 0.7), np.random.default_rng(1)).models
    ours = found["turnout"]
    scores, line = ours.scores, ours.line
    figures = [
        _row("Brier", scores.brier, 0.199),
        _row("log-loss", scores.log_loss, 0.58),
        _row("calibration error", scores.calibration_error, round(ours.calibration_error_limit, 4)),
        _row("mean chance off the share that came", abs(scores.mean_forecast - scores.rate), 0.05),
    ]
    if line is not None:
        low, high = line.slope_range
        figures.append(_row("calibration slope, lower end of its 95 % range", low, 1.0))
        figures.append(_row("calibration slope, upper end of its 95 % range", high, 1.0, holds=high >= 1))
    if "boosting" in found:
        other = found["boosting"].scores
        figures.append(_row("Brier beside boosting", scores.brier, round(other.brier, 4)))
        figures.append(_row("log-loss beside boosting", scores.log_loss, round(other.log_loss, 4)))
    return figures


def whole_days(outcomes: Sequence[Outcome], share: float) -> tuple[list[Outcome], list[Outcome]]:
    """Return ``outcomes`` (in order of time) up to the day that comes nearest to a ``share`` of them, and the rest."""
    sizes = [len(list(day)) for _, day in groupby(outcomes, key=lambda outcome: outcome.day)]
    ends = np.cumsum(sizes)
    cut = int(ends[int(np.argmin(np.abs(ends - share * len(outcomes))))])
    return list(outcomes[:cut]), list(outcomes[cut:])


def _row(name: str, value: float, limit: float, *, holds: bool | None = None) -> dict[str, Any]:
    """Return a row of the bench; without ``holds`` the value must not be above the limit."""
    return {
        "name": f"interview log: {name}",
        "issue": _ISSUE,
        "group": _GROUP,
        "value": round(value, 4),
        "unit": "",
        "limit": limit,
        "holds": value <= limit if holds is None else holds,
    }
