"""Shapes of the figures: waiting, two periods, promotions, the week, days replayed."""

from __future__ import annotations

from datetime import date
from typing import Any

from rest_framework import serializers

from scheduling.api.serializers import RateSerializer

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)


def _near(day: date) -> None:
    """Refuse days whose weeks no calendar needs."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise serializers.ValidationError("Choose a day from 2000 to 2200.")


class LengthsSerializer(serializers.Serializer[Any]):
    """Minutes: people counted, median, 10 % and 90 % points; null where there was nobody."""

    people = serializers.IntegerField()
    median = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class SessionWaitSerializer(serializers.Serializer[Any]):
    """One closed stream: people, mean wait of a person and idle minutes of all interviewers, and what the plan said."""

    session = serializers.IntegerField()
    came = serializers.IntegerField()
    seen = serializers.IntegerField()
    left_unseen = serializers.IntegerField()
    wait_mean = serializers.FloatField(allow_null=True)
    wait_forecast = serializers.FloatField(allow_null=True)
    idle = serializers.IntegerField()
    idle_forecast = serializers.FloatField(allow_null=True)


class WaitsSerializer(serializers.Serializer[Any]):
    """How long people waited for their interview."""

    lengths = LengthsSerializer()
    people_by_minute = serializers.DictField(child=serializers.IntegerField())
    sessions = SessionWaitSerializer(many=True)


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


class RateChangeSerializer(serializers.Serializer[Any]):
    """One rate in both periods: shares, their difference with its range, verdict and corrected p-value."""

    rate = serializers.CharField()
    before = RateSerializer()
    after = RateSerializer()
    difference = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    verdict = serializers.CharField()
    p_value = serializers.FloatField()
    is_sure = serializers.BooleanField()


class EffectSerializer(serializers.Serializer[Any]):
    """Responses a day before, during and after; ``extra``: responses more than usual (middle, low, high)."""

    before_per_day = serializers.FloatField(allow_null=True)
    during_per_day = serializers.FloatField(allow_null=True)
    after_per_day = serializers.FloatField(allow_null=True)
    extra = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    money_per_extra = serializers.FloatField(allow_null=True)
    half_life_days = serializers.FloatField(allow_null=True)


class AgainSerializer(serializers.Serializer[Any]):
    """What a repetition would bring, each as middle, low, high; null prices where it may bring nobody."""

    responses = serializers.ListField(child=serializers.FloatField())
    arrivals = serializers.ListField(child=serializers.FloatField())
    price_per_arrival = serializers.ListField(child=serializers.FloatField(allow_null=True))
    advice = serializers.CharField()


class PromotionSerializer(serializers.Serializer[Any]):
    """One promotion of a posting; ``before``, ``during``, ``after``: responses of each day from ``first_day`` on."""

    spend = serializers.IntegerField()
    source = serializers.IntegerField()  # type: ignore[assignment] # Field.source is no field
    vacancy = serializers.IntegerField(allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    money = serializers.FloatField()
    currency = serializers.CharField()
    first_day = serializers.DateField()
    before = serializers.ListField(child=serializers.IntegerField())
    during = serializers.ListField(child=serializers.IntegerField())
    after = serializers.ListField(child=serializers.IntegerField())
    effect = EffectSerializer()
    again = AgainSerializer(allow_null=True)
    overlaps = serializers.BooleanField()


class WeekInput(serializers.Serializer[Any]):
    """A day of the week that is wanted, and the office."""

    day = serializers.DateField(required=False, validators=[_near])
    office = serializers.IntegerField(required=False, min_value=1, max_value=2**62)


class WeekLineSerializer(serializers.Serializer[Any]):
    """One source in the week, ``code`` its id ("" for all): money, the count of every step, the show rate."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    money = serializers.FloatField()
    counts = serializers.DictField(child=serializers.IntegerField())
    show = RateSerializer()


class WeekSerializer(serializers.Serializer[Any]):
    """The week on one sheet."""

    monday = serializers.DateField()
    sunday = serializers.DateField()
    currency = serializers.CharField()
    lines = WeekLineSerializer(many=True)
    total = WeekLineSerializer()
    sentences = serializers.ListField(child=serializers.CharField())
    proposal = serializers.CharField()


class GoalSerializer(serializers.Serializer[Any]):
    """Interviews wanted of a day, people who can be seen, and what goes wrong costs in the company's currency."""

    target = serializers.IntegerField()
    seats = serializers.IntegerField()
    invitation = serializers.FloatField()
    missing = serializers.FloatField()
    extra = serializers.FloatField()


class PlayedSerializer(serializers.Serializer[Any]):
    """One plan: mean cost, share of days with the target met, mean invited and mean of people too many; ours beside it."""

    invites = serializers.ListField(child=serializers.IntegerField())
    result = serializers.DictField(child=serializers.FloatField())
    beside = serializers.DictField(child=serializers.ListField(child=serializers.FloatField()), allow_null=True)


class ReplaysFoundSerializer(serializers.Serializer[Any]):
    """Days played again: how many, how often each, and the plans by name."""

    days = serializers.IntegerField()
    draws = serializers.IntegerField()
    people = serializers.IntegerField()
    first = serializers.DateField()
    last = serializers.DateField()
    rate = serializers.FloatField()
    has_late = serializers.BooleanField()
    plans = serializers.DictField(child=PlayedSerializer())


class ReplaysSerializer(serializers.Serializer[Any]):
    """The newest replay of past days."""

    at = serializers.DateTimeField(allow_null=True)
    goal = GoalSerializer(allow_null=True)
    found = ReplaysFoundSerializer(allow_null=True)
