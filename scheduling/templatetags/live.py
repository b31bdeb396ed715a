"""Figures of the live page."""

from __future__ import annotations

from django import template

from recruit.templatetags.parts import short, span

register = template.Library()


@register.filter
def signed(value: float) -> str:
    """Write a change with its sign: "+0.8", "−0.1", "0".

    >>> signed(0.84), signed(-0.06), signed(0.0)
    ('+0.8', '−0.1', '0')
    """
    if abs(value) < 0.05:
        return "0"
    return f"+{short(value)}" if value > 0 else short(value)


@register.simple_tag
def gain_range(low: float, high: float) -> str:
    """Write the range of a gain: whole numbers as such, else with one decimal.

    >>> gain_range(0.0, 2.0), gain_range(-0.4, 1.2)
    ('0–2', '−0.4–1.2')
    """
    if abs(low - round(low)) < 0.05 and abs(high - round(high)) < 0.05:
        return span(round(low), round(high))
    return f"{short(low)}–{short(high)}"
