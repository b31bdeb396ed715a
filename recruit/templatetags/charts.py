"""Plots of the pages, drawn on the server.

Geometry is computed here and stands in attributes, for the content security policy allows no inline style.

Tags: ``bands_chart`` ``arrivals_chart`` ``wish_mark``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext

from recruit.templatetags.figures import Number, money, num

register = template.Library()


@register.inclusion_tag("recruit/parts/bands_chart.html")
def bands_chart(bands: Sequence[dict[str, Any]], capacity: Number | None = None) -> dict[str, Any]:
    """Expected people per band with a 9-in-10 whisker, and the line of what the interviewers can see.

    Each band has ``label``, ``expected``, ``high`` and ``invited``.
    """
    greatest = max([float(capacity or 0), *[float(band["high"] or band["expected"]) for band in bands], 1.0])
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 1000) if greatest / size <= 5)
    top = (int(greatest / step) + 1) * step
    width, left, floor, ceiling = 740.0, 34.0, 150.0, 14.0
    slot = (width - left) / max(len(bands), 1)
    bar = min(56.0, slot * 0.6)

    def y(value: float) -> float:
        return round(floor - (floor - ceiling) * value / top, 1)

    drawn = [
        {
            **band,
            "x": round(left + slot * index + (slot - bar) / 2, 1),
            "mid": round(left + slot * (index + 0.5), 1),
            "bar": round(bar, 1),
            "y": y(float(band["expected"])),
            "tall": round(floor - y(float(band["expected"])), 1),
            "high_y": y(float(band["high"] or band["expected"])),
            "left": round(left + slot * (index + 0.5) - 7, 1),
        }
        for index, band in enumerate(bands)
    ]
    lines = [{"y": y(value), "value": value} for value in range(0, top + 1, step)]
    return {"bands": drawn, "lines": lines, "capacity": capacity, "capacity_y": y(float(capacity or 0)), "floor": floor}


@register.inclusion_tag("recruit/parts/arrivals_chart.html")
def arrivals_chart(
    *,
    steps: Sequence[tuple[float, int]],
    fan: Sequence[tuple[float, float, float, float]],
    ticks: Sequence[tuple[float, str]],
    now: float | None,
    target: int,
    planned: Sequence[Number] | None = None,
    words: str = "",
    now_words: str = "",
    arrived_words: str = "",
) -> dict[str, Any]:
    """Arrivals over the day: solid steps until now, from there a hatched fan to the end.

    Times are shares of the day in [0, 1]: ``steps`` (time, arrived so far), ``fan`` (time, low, middle, high of all
    arrivals by then), ``ticks`` (time, label). ``planned`` is (low, middle, high) of the plan; ``now_words``
    and ``arrived_words`` stand right and left of the line that marks now.
    """
    greatest = max([float(target), *[point[3] for point in fan], *[float(count) for _, count in steps], 4.0])
    if planned:
        greatest = max(greatest, float(planned[2]))
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 500) if greatest / size <= 5)
    top = (int(greatest / step) + 1) * step
    left, right, floor, ceiling = 34.0, 640.0, 250.0, 16.0

    def x(at: float) -> float:
        return round(left + (right - left) * min(max(at, 0.0), 1.0), 1)

    def y(value: float) -> float:
        return round(floor - (floor - ceiling) * value / top, 1)

    path, last = "", 0
    for at, count in steps:
        path += f"{'L' if path else 'M'}{x(at)} {y(last)}L{x(at)} {y(count)}"
        last = count
    upper = " ".join(f"{x(at)},{y(high)}" for at, _, _, high in fan)
    lower = " ".join(f"{x(at)},{y(low)}" for at, low, _, _ in reversed(fan))
    return {
        "path": path,
        "area": f"{upper} {lower}",
        "middle": " ".join(f"{x(at)},{y(mid)}" for at, _, mid, _ in fan),
        "end": fan[-1] if fan else None,
        "end_y": [y(value) for value in fan[-1][1:]] if fan else None,
        "planned": planned,
        "planned_y": [y(float(value)) for value in planned] if planned else None,
        "target": target,
        "target_y": y(target),
        "now_x": None if now is None else x(now),
        "ticks": [{"x": x(at), "label": label} for at, label in ticks],
        "lines": [{"y": y(value), "value": value} for value in range(0, top + 1, step)],
        "right": right,
        "floor": floor,
        "words": words,
        "now_words": now_words,
        # Left of the line only where there is room for it.
        "arrived_words": arrived_words if now is not None and now > 0.2 else "",
    }


@register.inclusion_tag("recruit/parts/wish_mark.html")
def wish_mark(*, standing: Any, low: Number, high: Number, top: Number, currency: str) -> dict[str, Any]:
    """What is offered (solid) over what people wish (box of the middle half, line at the middle), on one axis from 0."""
    width = 420.0

    def x(value: Number) -> float:
        return round(min(max(float(value) / float(top), 0.0), 1.0) * width, 1) if float(top) > 0 else 0.0

    return {
        "low_x": x(low),
        "high_x": x(high),
        "wide": round(max(x(high) - x(low), 3.0), 1),
        "q1_x": x(standing.low),
        "box": round(max(x(standing.high) - x(standing.low), 3.0), 1),
        "mid_x": x(standing.mid),
        "mid": money(standing.mid, currency),
        "words": gettext("we offer %(low)s–%(high)s; wishes %(first)s–%(last)s, the middle one %(mid)s")
        % {
            "low": num(low),
            "high": money(high, currency),
            "first": num(standing.low),
            "last": money(standing.high, currency),
            "mid": money(standing.mid, currency),
        },
    }
