"""What is asked of the figures: a slice, a goal, two periods, a week."""

from __future__ import annotations

from datetime import date
from typing import Any

from rest_framework import serializers

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)


def _near(day: date) -> None:
    """Refuse days whose weeks no calendar needs."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise serializers.ValidationError("Choose a day from 2000 to 2200.")


class SliceInput(serializers.Serializer[Any]):
    """What figures are about; a field that is left out does not narrow."""

    start = serializers.DateTimeField(required=False)
    end = serializers.DateTimeField(required=False)
    vacancy = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    office = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    source = serializers.IntegerField(required=False, min_value=1, max_value=2**62)  # type: ignore[assignment] # Field.source is no field


class AheadInput(serializers.Serializer[Any]):
    """Hires wanted by a day."""

    hires = serializers.IntegerField(min_value=1, max_value=5000)
    by = serializers.DateField()
    vacancy = serializers.IntegerField(required=False, min_value=1, max_value=2**62)


class PeriodsInput(serializers.Serializer[Any]):
    """Two periods (beginning included, end not), the first before the second."""

    before_start = serializers.DateTimeField()
    before_end = serializers.DateTimeField()
    after_start = serializers.DateTimeField()
    after_end = serializers.DateTimeField()
    vacancy = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    office = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    source = serializers.IntegerField(required=False, min_value=1, max_value=2**62)  # type: ignore[assignment] # Field.source is no field

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take periods in order that do not overlap."""
        for name in ("before", "after"):
            if attrs[f"{name}_start"] >= attrs[f"{name}_end"]:
                raise serializers.ValidationError({f"{name}_end": "A period ends after it begins."})
        if attrs["before_end"] > attrs["after_start"]:
            raise serializers.ValidationError({"after_start": "The periods overlap."})
        return attrs


class WeekInput(serializers.Serializer[Any]):
    """A day of the week that is wanted, and the office."""

    day = serializers.DateField(required=False, validators=[_near])
    office = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
