"""What people tell us in a talk or on the phone: other offers, when they decide, from when they are free, their way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from recruit.errors import InvalidInputError
from recruit.models import Application

# Kept with the application's answers; none of them is a feature of the forecast.
FACTS = ("self_rating", "other_offers", "decides_on", "free_from", "travel_minutes")
_DATES = ("decides_on", "free_from")


def _clean(name: str, value: Any) -> Any:
    text = str(value).strip()
    if name in _DATES:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise InvalidInputError("Give the day as year-month-day.", field=name) from error
    if name == "other_offers":
        return text[:120]
    least, most = (1, 5) if name == "self_rating" else (0, 600)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise InvalidInputError(f"A whole number from {least} to {most}.", field=name)
    return int(text)


def note_facts(application: Application, facts: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    """Keep what was told (an empty value: nothing was said, what is known stays) and return all answers.

    ``self_rating`` 1 to 5, ``travel_minutes`` 0 to 600, ``decides_on`` and ``free_from`` ISO days, ``other_offers`` words.
    """
    del at
    said = {name: _clean(name, facts[name]) for name in FACTS if str(facts.get(name) or "").strip()}
    if not said:
        return dict(application.answers)
    with transaction.atomic():
        row = Application.objects.select_for_update().get(pk=application.pk)
        row.answers = {**row.answers, **said}
        row.save(update_fields=["answers", "updated_at"])
    application.answers = row.answers
    return dict(row.answers)
