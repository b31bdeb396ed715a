"""Marks of the product: states of people, and ranges of what is expected.

Marks (inclusion tags): ``state_mark`` ``range_mark`` ``range_axis`` ``share_mark`` ``count_bar``. Figures are written by
``figures``, plots are drawn by ``charts``; the names of the filters are here too, for services that write messages.
Geometry is computed here and stands in attributes: the content security policy allows no inline style.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext

from recruit.templatetags.figures import (
    Number,
    ago,
    clock,
    day,
    in_zone,
    long_day,
    minutes,
    moment,
    money,
    num,
    points,
    share,
    short,
    span,
    whole_day,
)

__all__ = [
    "ago",
    "clock",
    "day",
    "in_zone",
    "long_day",
    "minutes",
    "moment",
    "money",
    "num",
    "points",
    "share",
    "short",
    "span",
    "whole_day",
]

register = template.Library()


@register.inclusion_tag("recruit/parts/state_mark.html")
def state_mark(mark: str, word: str = "", tone: str = "") -> dict[str, str]:
    """A 16 px mark of a state with its word: invited opened confirmed move late here talk done no noshow away left unseen warn phone ask."""
    return {"mark": mark, "word": word, "tone": tone}


def _x(value: float, top: float, width: float) -> float:
    """Return where ``value`` of an axis 0 … ``top`` lies on ``width`` units, rounded to a tenth."""
    return round(min(max(value / top, 0.0), 1.0) * width, 1) if top > 0 else 0.0


@register.inclusion_tag("recruit/parts/range_mark.html")
def range_mark(
    *,
    low: Number | None,
    mid: Number | None,
    high: Number | None,
    target: Number | None = None,
    limit: Number | None = None,
    arrived: Number | None = None,
    top: Number | None = None,
    size: str = "row",
    words: str = "",
    ghost: Sequence[Number] | None = None,
    limit_words: str = "",
) -> dict[str, Any]:
    """The sign of the product: 5–95 % hatched, the middle, the target, the limit, what has arrived.

    ``top`` is the end of the axis; without one it leaves room beyond the greatest of the figures. ``ghost`` is
    (low, mid, high) before the last change. Sizes: ``row`` (300 × 34, no figures) and ``panel`` (740 × 74).
    """
    figures = [float(v) for v in (high, limit, target, arrived) if v is not None]
    axis = float(top) if top else max([*figures, 1.0]) * 1.08
    panel = size == "panel"
    width = 740.0 if panel else 290.0
    middle = 34.0 if panel else 17.0
    half = 24.0 if panel else 10.0

    def at(value: Number | None) -> float | None:
        return None if value is None else _x(float(value), axis, width)

    def box(left: float | None, right: float | None) -> float | None:
        return None if left is None or right is None else round(max(right - left, 3.0), 1)

    texts = words or gettext("%(mid)s expected, 9 days in 10 between %(low)s and %(high)s") % {
        "mid": short(mid),
        "low": num(low),
        "high": num(high),
    }
    return {
        "panel": panel,
        "width": width,
        "height": 100 if panel else 34,
        "y": middle,
        "top_y": middle - half,
        "tall": half * 2,
        "low_x": at(low),
        "wide": box(at(low), at(high)),
        "mid_x": at(mid),
        "target_x": at(target),
        "limit_x": at(limit),
        "beyond": None if limit is None else round(max(width - (at(limit) or 0), 0), 1),
        "arrived_x": at(arrived),
        "ghost_x": at(ghost[0]) if ghost else None,
        "ghost_wide": box(at(ghost[0]), at(ghost[2])) if ghost else None,
        "low": low,
        "mid": mid,
        "high": high,
        "high_x": at(high),
        "target": target,
        "limit": limit,
        "limit_words": limit_words,
        # Under the figures of the range where it would lie on them.
        "limit_low": panel and (at(limit) or width) < (at(high) or 0) + 90,
        "words": texts,
    }


@register.inclusion_tag("recruit/parts/range_axis.html")
def range_axis(*, top: Number, step: Number = 5) -> dict[str, Any]:
    """The axis of all the row marks of one table, drawn once in its head."""
    ticks, value = [], 0.0
    while value <= float(top) * 0.98:
        ticks.append({"x": _x(value, float(top), 290.0), "value": num(value)})
        value += float(step)
    return {"ticks": ticks}


@register.inclusion_tag("recruit/parts/share_mark.html")
def share_mark(*, seen: float | None, low: float, mid: float | None, high: float, top: float = 1.0) -> dict[str, Any]:
    """A learned share: hatched is expected next, the dot is what was seen."""
    width = 270.0
    return {
        "low_x": _x(low, top, width),
        "wide": round(max(_x(high, top, width) - _x(low, top, width), 3.0), 1),
        "mid_x": _x(low if mid is None else mid, top, width),
        "seen_x": None if seen is None else _x(seen, top, width),
        "low": low,
        "mid": mid,
        "high": high,
        "seen": seen,
    }


@register.inclusion_tag("recruit/parts/count_bar.html")
def count_bar(value: Number, top: Number) -> dict[str, Any]:
    """A solid bar of a count: facts are ink."""
    return {"wide": round(100 * float(value) / float(top), 2) if top else 0}
