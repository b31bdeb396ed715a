"""Figures as people read them: numbers, shares, days, hours, money, in the language of the page.

Filters: ``num`` ``short`` ``share`` ``points`` ``span`` ``clock`` ``day`` ``long_day`` ``whole_day`` ``moment`` ``minutes``
``money`` ``in_zone`` ``ago`` ``get`` ``reason_word``.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext

from recruit.states import Stage

register = template.Library()
THIN = "\u202f"
Number = float | int | Decimal | str


@register.filter
def num(value: Number | None, digits: int = 0) -> str:
    r"""Write a figure: thin spaces in thousands, a true minus, en dash for nothing.

    >>> num(-12345.6), num(9.62, 1), num(None)
    ('−12\u202f346', '9.6', '–')
    """
    if value is None or value == "":
        return "–"
    figure = float(value)
    text = f"{abs(figure):,.{digits}f}".replace(",", THIN)
    if digits and get_language() == "ru":
        text = text.replace(".", ",")
    is_negative = figure < 0 and float(f"{figure:.{digits}f}") != 0
    return f"−{text}" if is_negative else text


@register.filter
def short(value: Number | None) -> str:
    """Write an expectation: one decimal below 10, none above."""
    if value is None:
        return "–"
    return num(value, 1 if abs(float(value)) < 9.95 else 0)


@register.filter
def share(value: Number | None) -> str:
    r"""Write a share in [0, 1] as per cent; what is not quite 0 or 100 never says so.

    >>> share(0.904), share(0.004), share(0.999), share(1)
    ('90\u202f%', '<\u202f1\u202f%', '>\u202f99\u202f%', '100\u202f%')
    """
    if value is None:
        return "–"
    per_cent = float(value) * 100
    if 0 < per_cent < 1:
        return f"<{THIN}1{THIN}%"
    if 99 < per_cent < 100:
        return f">{THIN}99{THIN}%"
    return f"{per_cent:.0f}{THIN}%"


@register.filter
def points(value: Number | None) -> str:
    """Write a share in [0, 1] as a bare number of per cent, for ranges."""
    return "–" if value is None else num(float(value) * 100)


@register.filter
def span(low: Number | None, high: Number | None) -> str:
    """Write a range with an en dash.

    >>> span(3, 17)
    '3–17'
    """
    if low is None or high is None:
        return "–"
    return f"{num(low)}–{num(high)}"


@register.filter
def in_zone(value: datetime | None, zone: ZoneInfo | str | None) -> datetime | None:
    """Return the moment on the clock of ``zone``."""
    if value is None or not zone:
        return value
    return timezone.localtime(value, zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone))


@register.filter
def clock(value: datetime | None, zone: ZoneInfo | str | None = None) -> str:
    """Write the hour, 24-hour clock."""
    local = in_zone(value, zone)
    return "–" if local is None else f"{local:%H:%M}"


def _year(value: date) -> int:
    """Return the year as the language counts it: Thai counts Buddhist years."""
    return value.year + 543 if get_language() == "th" else value.year


def _local_day(value: date | datetime, zone: ZoneInfo | str | None) -> date:
    if isinstance(value, datetime):
        local = in_zone(value, zone)
        return (local or value).date()
    return value


@register.filter
def day(value: date | datetime | None, zone: ZoneInfo | str | None = None) -> str:
    """Write a day briefly: "Tue 12 May"."""
    if value is None:
        return "–"
    local = _local_day(value, zone)
    return formats.date_format(local, "D j M") if get_language() != "ru" else formats.date_format(local, "D, j E")


@register.filter
def long_day(value: date | datetime | None, zone: ZoneInfo | str | None = None) -> str:
    """Write a day in full: "Tuesday 12 May 2026"; Thai pages show the Buddhist year."""
    if value is None:
        return "–"
    local = _local_day(value, zone)
    words = formats.date_format(local, "l j F" if get_language() != "ru" else "l, j E")
    return f"{words} {_year(local)}"


@register.filter
def whole_day(value: date | datetime | None, zone: ZoneInfo | str | None = None) -> str:
    """Write a day without its year: "Tuesday 12 May"."""
    if value is None:
        return "–"
    return formats.date_format(_local_day(value, zone), "l j F" if get_language() != "ru" else "l, j E")


@register.filter
def moment(value: datetime | None, zone: ZoneInfo | str | None = None) -> str:
    """Write day and hour: "Tue 12 May, 13:00"."""
    return "–" if value is None else f"{day(value, zone)}, {clock(value, zone)}"


@register.filter
def minutes(value: Number | None) -> str:
    """Write a length in minutes.

    >>> minutes(14.2), minutes(95)
    ('14 min', '1 h 35 min')
    """
    if value is None:
        return "–"
    whole = round(float(value))
    if whole < 60:
        return gettext("%(minutes)s min") % {"minutes": num(whole)}
    hours, rest = divmod(whole, 60)
    if not rest:
        return gettext("%(hours)s h") % {"hours": num(hours)}
    return gettext("%(hours)s h %(minutes)s min") % {"hours": num(hours), "minutes": rest}


@register.filter
def money(value: Number | None, currency: str = "RUB") -> str:
    r"""Write an amount of money as its country does; bahts are spelled out only for those who read Thai.

    >>> money(75000, "RUB"), money(18000, "THB")
    ('75\u202f000\xa0₽', '18\u202f000\xa0฿')
    """
    if value is None:
        return "–"
    baht = "บาท" if get_language() == "th" else "฿"
    signs = {"RUB": "₽", "THB": baht, "KZT": "₸", "EUR": "€"}
    if currency in {"USD", "GBP"}:
        return f"{'$' if currency == 'USD' else '£'}{num(value)}"
    return f"{num(value)}\u00a0{signs.get(currency, currency)}"


@register.filter
def ago(value: datetime | None, now: datetime | None = None) -> str:
    """Write how long ago something was, in the largest unit that is not zero."""
    if value is None:
        return "–"
    seconds = max(0, int(((now or timezone.now()) - value).total_seconds()))
    if seconds < 60:
        return pgettext("time", "just now")
    if seconds < 3600:
        count = seconds // 60
        return ngettext("%(n)s min ago", "%(n)s min ago", count) % {"n": count}
    if seconds < 86400:
        count = seconds // 3600
        return ngettext("%(n)s hour ago", "%(n)s hours ago", count) % {"n": count}
    count = seconds // 86400
    return ngettext("%(n)s day ago", "%(n)s days ago", count) % {"n": count}


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    """Return an entry of a dictionary by a variable key."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.filter
def stage_word(code: str) -> str:
    """Write a stage in the language of the page."""
    return str(Stage(code).label) if code in Stage.values else code


@register.filter
def reason_word(code: str) -> str:
    """Write the reason of an end in the language of the page; a reason in a person's own words stays as it is."""
    words = {
        "far": gettext("far"),
        "too_far": gettext("far"),
        "salary": gettext("salary"),
        "experience": gettext("experience"),
        "duplicate": gettext("duplicate"),
        "documents": gettext("documents"),
        "another_job": gettext("another job"),
        "other": gettext("other"),
    }
    return words.get(code, code)
