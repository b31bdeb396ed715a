"""What every group of measurements shares: the form of a row, and the kept demo of 100,000 resumes."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


def row(
    name: str,
    value: float,
    unit: str,
    limit: float | str,
    *,
    issue: int,
    group: str,
    at_least: bool = False,
    holds: bool | None = None,
) -> Row:
    """Return one row of ``bench.json``.

    ``value`` holds up to ``limit``, or from it on with ``at_least``; a limit in words ("0.8 to 1.25") needs ``holds``.
    """
    if holds is None:
        if isinstance(limit, str):
            msg = "a limit in words needs holds="
            raise ValueError(msg)
        holds = value >= limit if at_least else value <= limit
    return {
        "name": name,
        "issue": issue,
        "group": group,
        "value": round(value, 6),
        "unit": unit,
        "limit": limit,
        "holds": bool(holds),
    }
