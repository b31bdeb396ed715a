"""Marks of people: facts, so ink only."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext

from recruit.templatetags.parts import num

register = template.Library()


@register.inclusion_tag("scheduling/parts/spread_mark.html")
def spread_mark(*, low: float, mean: float, high: float) -> dict[str, Any]:
    """Lowest to highest mark as a line on an axis from 1 to 5, with a dot at the mean."""

    def x(mark: float) -> float:
        return round(6 + 30 * (float(mark) - 1), 1)

    words = gettext("mean %(mean)s, lowest %(low)s, highest %(high)s") % {
        "mean": num(mean, 1),
        "low": low,
        "high": high,
    }
    return {"ticks": [x(mark) for mark in range(1, 6)], "low": x(low), "mean": x(mean), "high": x(high), "words": words}


@register.inclusion_tag("scheduling/parts/share_bar.html")
def share_bar(share: float) -> dict[str, Any]:
    """A predicted share of days as a hatched bar; its figure stands beside in words."""
    return {"wide": round(120 * min(max(float(share), 0.0), 1.0), 1)}
