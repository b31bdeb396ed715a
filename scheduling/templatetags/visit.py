"""The day and the hours of a visit as an invited person reads them in their own language."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils import formats
from django.utils.translation import get_language

from recruit.templatetags.parts import clock, in_zone, whole_day

register = template.Library()


@register.filter
def promised_day(value: date) -> str:
    """Write a day inside a sentence: "by Friday 15 May"; in Russian without the weekday, whose case would be wrong."""
    if get_language() == "ru":
        return formats.date_format(value, "j E")
    if get_language() == "th":
        return f"{formats.date_format(value, 'j M')} {value.year + 543}"
    return formats.date_format(value, "l j F")


@register.filter
def visit_day(value: datetime | None, zone: ZoneInfo | None = None) -> str:
    """Write the day: "Tuesday 12 May", "вторник, 12 мая"; in Thai with the Buddhist year, "วันอังคารที่ 12 พ.ค. 2569"."""
    if value is None or get_language() != "th":
        return whole_day(value, zone)
    local = in_zone(value, zone) or value
    name = formats.date_format(local, "l")
    return f"{name if name.startswith('วัน') else 'วัน' + name}ที่ {formats.date_format(local, 'j M')} {local.year + 543}"


def _hour(value: datetime | None, zone: ZoneInfo | None) -> str:
    return clock(value, zone).replace(":", ".") if get_language() == "th" else clock(value, zone)


@register.filter
def visit_hour(value: datetime | None, zone: ZoneInfo | None = None) -> str:
    """Write an hour: "14:00", in Thai "14.00 น."."""
    return f"{_hour(value, zone)} น." if get_language() == "th" else _hour(value, zone)


@register.simple_tag
def visit_window(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Write when to come: "14:00–14:30", in Thai "14.00–14.30 น."."""
    return f"{_hour(start, zone)}–{visit_hour(end, zone)}"
