"""Figures of the statistics as people read them: hours and days, points, numbers a day."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

from recruit.templatetags.parts import num

register = template.Library()


@register.filter
def hours(value: float | None) -> str:
    """Write a length in hours; from two days on in days.

    >>> hours(5), hours(60)
    ('5 h', '2.5 days')
    """
    if value is None:
        return "–"
    if value < 48:
        return gettext("%(hours)s h") % {"hours": num(value)}
    return gettext("%(days)s days") % {"days": num(value / 24, 1)}


@register.filter
def in_points(value: float | None) -> str:
    """Write a difference of shares in points, with its sign.

    >>> in_points(0.042), in_points(-0.1)
    ('+4.2', '−10.0')
    """
    if value is None:
        return "–"
    text = num(100 * value, 1)
    return f"+{text}" if value > 0 else text


@register.filter
def signed(value: float) -> str:
    """Write a difference with its sign, one decimal.

    >>> signed(28.04), signed(-3)
    ('+28.0', '−3.0')
    """
    text = num(value, 1)
    return f"+{text}" if value > 0 else text


@register.filter
def less(value: float) -> str:
    """Write a share saved as the change of a cost, in whole per cent with its sign.

    >>> less(0.36), less(-0.04)
    ('−36', '+4')
    """
    text = num(-100 * value)
    return f"+{text}" if round(100 * value) < 0 else text


@register.filter
def per_day(value: float | None, days: int) -> str:
    """Write how many a day that is."""
    if value is None or not days:
        return "–"
    of = value / days
    return num(of, 1 if of < 9.95 else 0)


@register.filter
def at_least_0(value: float) -> float:
    """Return the length; 0 where the end was written down before the beginning."""
    return max(value, 0)


@register.filter
def whole(value: float) -> str:
    """Write a whole number as an address has it: no thin spaces.

    >>> whole(12345.0)
    '12345'
    """
    return f"{value:.0f}"
