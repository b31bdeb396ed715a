"""Shapes of the figures: rates, costs, times, forecasts held against facts, periods, promotions, the week, days replayed."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class RateSerializer(serializers.Serializer[Any]):
    """A share with its counts and its range."""

    count = serializers.IntegerField()
    of = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField()
    high = serializers.FloatField()


class RateLineSerializer(serializers.Serializer[Any]):
    """One group of a table of rates: its key for addresses, its name, its counts and every rate."""

    code = serializers.CharField()
    key = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    show = RateSerializer()
    rates = serializers.DictField(child=RateSerializer())


class FunnelStepSerializer(serializers.Serializer[Any]):
    """One step from response to hire."""

    name = serializers.CharField()
    count = serializers.IntegerField()
    passed = RateSerializer(allow_null=True)


class StatisticsSerializer(serializers.Serializer[Any]):
    """Show rates by one dimension, the funnel, and predicted against arrived."""

    by = serializers.CharField()
    overall = RateSerializer()
    rows = RateLineSerializer(many=True)
    funnel = FunnelStepSerializer(many=True)
    predicted = serializers.FloatField()
    predicted_people = serializers.IntegerField()
    came = serializers.IntegerField()


class SourceCostSerializer(serializers.Serializer[Any]):
    """Money of one source and what one of each count costs; null where there was none."""

    source = serializers.IntegerField()  # type: ignore[assignment] # Field.source is no field
    name = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    money = serializers.FloatField()
    per = serializers.DictField(child=serializers.FloatField(allow_null=True))


class StaySerializer(serializers.Serializer[Any]):
    """Hours at one step: people counted, median, 10 % and 90 % points."""

    code = serializers.CharField()
    people = serializers.IntegerField()
    median = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class PromiseSerializer(serializers.Serializer[Any]):
    """A promise: the share of sessions on which it should hold, and on how many it held."""

    level = serializers.FloatField()
    kept = RateSerializer()
    is_broken = serializers.BooleanField()
    remedy = serializers.CharField(allow_blank=True)


class ScoresSerializer(serializers.Serializer[Any]):
    """Scores of forecasts of people."""

    people = serializers.IntegerField()
    brier = serializers.FloatField()
    log_loss = serializers.FloatField()
    auc = serializers.FloatField()
    calibration_error = serializers.FloatField()
    mean_forecast = serializers.FloatField()
    rate = serializers.FloatField()


class CalibrationSerializer(serializers.Serializer[Any]):
    """Whether forecasts held."""

    scores = ScoresSerializer(allow_null=True)
    sessions = serializers.IntegerField()
    promises = PromiseSerializer(many=True)


class SpreadSerializer(serializers.Serializer[Any]):
    """Ten, fifty and ninety per cent points of a number."""

    low = serializers.FloatField()
    median = serializers.FloatField()
    high = serializers.FloatField()


class LeverSerializer(serializers.Serializer[Any]):
    """How many more hires a tenth more of something brings."""

    name = serializers.CharField()
    hires = serializers.FloatField()


class AheadSerializer(serializers.Serializer[Any]):
    """What the hires take, and what will come of the pipeline."""

    people = serializers.DictField(child=SpreadSerializer())
    recruiter_hours_per_day = SpreadSerializer()
    interviewer_hours_per_day = SpreadSerializer()
    money = SpreadSerializer()
    hires = SpreadSerializer()
    missed_by = SpreadSerializer()
    chance = serializers.FloatField()
    levers = LeverSerializer(many=True)


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
