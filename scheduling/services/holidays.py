"""Days on which an office does not interview: its closing days and, where wanted, public holidays."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
from django.utils import translation

from recruit.errors import InvalidInputError
from recruit.models import ClosingDay, Office

# What the form offers first; every country that the calendar knows may be named.
USUAL_COUNTRIES = ("RU", "TH", "KZ", "BY", "UZ", "AM", "GE", "AE", "TR", "VN", "DE", "GB", "US")


def countries() -> list[str]:
    """Return the ISO codes of the countries whose public holidays are known, the usual ones first."""
    known = {code for code in holidays.list_supported_countries() if len(code) == 2}
    return [code for code in USUAL_COUNTRIES if code in known]


def public_holidays(country: str, first: date, last: date) -> dict[date, str]:
    """Return the public holidays of ``country`` (ISO code; empty: none) from ``first`` to ``last`` with their names.

    Names come in the viewer's language where the calendar has them, else in the country's own.
    """
    if not country:
        return {}
    language = {"ru": "ru", "th": "th"}.get(translation.get_language() or "", "en_US")
    years = range(first.year, last.year + 1)
    try:
        known = holidays.country_holidays(country, years=years, language=language)
    except NotImplementedError as error:
        raise InvalidInputError("The public holidays of this country are not known.", field="holidays_of") from error
    return {day: name for day, name in sorted(known.items()) if first <= day <= last}


def closed_days(office: Office, first: date, last: date, *, country: str = "") -> dict[date, str]:
    """Return the days from ``first`` to ``last`` on which ``office`` is shut, with the reason (it may be empty)."""
    days = public_holidays(country, first, last)
    rows = ClosingDay.objects.filter(office=office, day__range=(first, last)).values_list("day", "reason")
    return {**days, **dict(rows)}


def days_between(first: date, last: date) -> list[date]:
    """Return every day from ``first`` to ``last``, both counted."""
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
