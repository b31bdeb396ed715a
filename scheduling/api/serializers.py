"""Shapes of the interview day's API. State moves by operations, so what is shown is read-only."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from recruit.models import Office, User, Vacancy
from recruit.permissions import Action
from scheduling.models import Interviewer, InterviewSession, Invitation, Plan, Room, Scorecard
from scheduling.services.links import url_of
from scheduling.states import DeclineReason, SessionFormat


class SessionSerializer(serializers.ModelSerializer[InterviewSession]):
    """A session as it stands; ``capacity`` is how many people can be seen."""

    vacancies = serializers.PrimaryKeyRelatedField[Vacancy](many=True, read_only=True)
    capacity = serializers.IntegerField(read_only=True)

    class Meta:
        model = InterviewSession
        fields = [
            "id", "format", "state", "title", "office", "starts_at", "ends_at", "minutes_each", "band_minutes",
            "interviewers_planned", "target", "assurance", "overflow_risk", "lobby", "seats", "minimum",
            "promised_wait_minutes", "vacancies", "capacity", "version",
        ]  # fmt: skip
        read_only_fields = fields


class SessionInput(serializers.Serializer[Any]):
    """What a session should be; times are ISO 8601 with a zone, lengths in minutes."""

    format = serializers.ChoiceField(choices=SessionFormat.choices, default=SessionFormat.STREAMED)
    office = serializers.PrimaryKeyRelatedField(queryset=Office.objects.all())
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    vacancies = serializers.PrimaryKeyRelatedField(queryset=Vacancy.objects.all(), many=True, allow_empty=False)
    target = serializers.IntegerField(min_value=1, max_value=1000)
    assurance = serializers.FloatField(min_value=0.01, max_value=0.999, default=0.9)
    overflow_risk = serializers.FloatField(min_value=0.0, max_value=0.999, default=0.05)
    interviewers_planned = serializers.IntegerField(min_value=1, max_value=50, default=2)
    minutes_each = serializers.IntegerField(min_value=1, max_value=960, default=20)
    band_minutes = serializers.IntegerField(min_value=5, max_value=480, default=30)
    lobby = serializers.IntegerField(min_value=0, max_value=5000, default=14)
    seats = serializers.IntegerField(min_value=1, max_value=1000, required=False, allow_null=True, default=None)
    minimum = serializers.IntegerField(min_value=0, max_value=1000, required=False, allow_null=True, default=None)
    promised_wait_minutes = serializers.IntegerField(min_value=0, max_value=480, default=40)
    title = serializers.CharField(max_length=200, default="", allow_blank=True)
    rooms = serializers.PrimaryKeyRelatedField(queryset=Room.objects.all(), many=True, default=list)
    interviewers = serializers.PrimaryKeyRelatedField(queryset=Interviewer.objects.all(), many=True, default=list)
    observers = serializers.PrimaryKeyRelatedField(queryset=Interviewer.objects.all(), many=True, default=list)


class PlanInput(serializers.Serializer[Any]):
    """What to change for a proposal: people (application ids in order), a number or bands by hand, a show rate by hand."""

    people = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, max_length=2000)
    invite = serializers.IntegerField(min_value=0, max_value=400, required=False)
    bands = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=400), required=False, max_length=200
    )
    show_rate = serializers.FloatField(min_value=0.001, max_value=0.999, required=False)


class PlanSerializer(serializers.ModelSerializer[Plan]):
    """A stored revision: its inputs and its outputs, unchanged."""

    class Meta:
        model = Plan
        fields = [
            "id",
            "session",
            "revision",
            "state",
            "inputs",
            "outputs",
            "people",
            "model_version",
            "created_at",
            "approved_at",
        ]
        read_only_fields = fields


# A preview is answered at once: more people than this would make others wait.
PREVIEW_PEOPLE = 500


class _SpecInput(serializers.Serializer[Any]):
    """What both shapes share; ranges are checked by the planner, which also refuses fields it does not know."""

    target = serializers.IntegerField()
    assurance = serializers.FloatField(required=False)
    overflow_risk = serializers.FloatField(required=False)
    show_probs = serializers.ListField(child=serializers.FloatField(), max_length=PREVIEW_PEOPLE, required=False)
    typical = serializers.DictField(child=serializers.FloatField(), required=False)
    day_correlation = serializers.FloatField(required=False)
    spread = serializers.FloatField(required=False, allow_null=True)
    costs = serializers.DictField(child=serializers.FloatField(), required=False)
    invite = serializers.IntegerField(required=False, allow_null=True)


class StreamedSpecInput(_SpecInput):
    """A streamed session in numbers; lengths in minutes."""

    interviewers = serializers.IntegerField(required=False)
    minutes_each = serializers.IntegerField(required=False)
    window = serializers.IntegerField(required=False)
    band_minutes = serializers.IntegerField(required=False)
    lobby = serializers.IntegerField(required=False, allow_null=True)
    promised_wait = serializers.IntegerField(required=False, allow_null=True)
    bands = serializers.ListField(
        child=serializers.IntegerField(), max_length=PREVIEW_PEOPLE, required=False, allow_null=True
    )
    already = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), max_length=PREVIEW_PEOPLE),
        max_length=PREVIEW_PEOPLE,
        required=False,
    )
    staff = serializers.ListField(child=serializers.IntegerField(), max_length=PREVIEW_PEOPLE, required=False)
    breaks = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2),
        max_length=PREVIEW_PEOPLE,
        required=False,
    )
    walk_ins_per_hour = serializers.FloatField(required=False)
    guaranteed = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2),
        max_length=PREVIEW_PEOPLE,
        required=False,
        help_text="(minute from the start, chance to come) of each person with a fixed time",
    )
    room_cap = serializers.IntegerField(required=False, allow_null=True)
    availability = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), max_length=PREVIEW_PEOPLE, allow_null=True),
        max_length=PREVIEW_PEOPLE,
        required=False,
        help_text="the bands, from 0, that each of show_probs can make; null: any",
    )
    priority = serializers.ListField(child=serializers.IntegerField(), max_length=PREVIEW_PEOPLE, required=False)
    invited_elsewhere = serializers.ListField(
        child=serializers.IntegerField(), max_length=PREVIEW_PEOPLE, required=False
    )
    earliest_band = serializers.IntegerField(required=False)
    closed_bands = serializers.ListField(child=serializers.IntegerField(), max_length=PREVIEW_PEOPLE, required=False)

    def validate_guaranteed(self, value: list[list[float]]) -> list[list[float]]:
        """Return the minutes as whole numbers where they are; the planner refuses the others by name."""
        return [[int(minute) if minute.is_integer() else minute, p] for minute, p in value]


class GroupSpecInput(_SpecInput):
    """A group session in numbers."""

    seats = serializers.IntegerField()
    minimum = serializers.IntegerField(required=False, allow_null=True)
    guaranteed = serializers.IntegerField(required=False)
    already = serializers.ListField(child=serializers.FloatField(), max_length=PREVIEW_PEOPLE, required=False)


class PreviewInput(serializers.Serializer[Any]):
    """A session's numbers alone; no rows are needed. The fields are those of ``Plan.inputs``."""

    format = serializers.ChoiceField(choices=SessionFormat.choices, default=SessionFormat.STREAMED)
    spec = serializers.DictField(help_text="StreamedSpec or GroupSpec: target, assurance, interviewers, show_probs …")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check the types of the spec by its format; errors stand below ``spec``."""
        shape = GroupSpecInput if attrs["format"] == SessionFormat.GROUP else StreamedSpecInput
        checked = shape(data=attrs["spec"])
        if not checked.is_valid():
            raise serializers.ValidationError({"spec": checked.errors})
        # What the shape does not know stays, for the planner to refuse by name.
        return {**attrs, "spec": {**attrs["spec"], **checked.validated_data}}


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """An invitation and what became of it."""

    candidate = serializers.IntegerField(source="application.candidate_id", read_only=True)
    arrives_at = serializers.SerializerMethodField()
    link = serializers.SerializerMethodField()

    class Meta:
        model = Invitation
        fields = [
            "id", "session", "application", "candidate", "band", "arrives_at", "state", "answer", "sequence", "channel",
            "invited_at", "answered_at", "decline_reason", "late_minutes", "is_walk_in", "number", "arrived_at",
            "started_at", "finished_at", "settled_at", "show_prob", "link",
        ]  # fmt: skip
        read_only_fields = fields

    def get_fields(self) -> dict[str, Any]:
        """Leave the secret link out for those who may not answer for the person: the link answers."""
        fields = super().get_fields()
        user = getattr(self.context.get("request"), "user", None)
        if isinstance(user, User) and not user.may(Action.ANSWER_FOR):
            fields.pop("link")
        return fields

    def get_arrives_at(self, row: Invitation) -> str | None:
        """Return the arrival time, ISO 8601."""
        return row.band.starts_at.isoformat() if row.band is not None else None

    def get_link(self, row: Invitation) -> str:
        """Return the candidate's secret link."""
        return url_of(row)


class ReplyInput(serializers.Serializer[Any]):
    """What the invited person said."""

    answer = serializers.ChoiceField(choices=["confirm", "decline", "unsure", "ask_to_move", "running_late"])
    reason = serializers.ChoiceField(choices=DeclineReason.choices, required=False)
    minutes = serializers.IntegerField(min_value=1, max_value=480, required=False)
    band = serializers.IntegerField(min_value=1, required=False)
    wish = serializers.CharField(max_length=300, default="", allow_blank=True)


class StartInput(serializers.Serializer[Any]):
    """With whom the interview begins; a person called out of turn needs a reason."""

    interviewer = serializers.IntegerField(min_value=1, required=False)
    reason = serializers.CharField(max_length=64, default="", allow_blank=True)


class SettleInput(serializers.Serializer[Any]):
    """What became of somebody who stands unmarked."""

    outcome = serializers.ChoiceField(choices=["came", "no_show", "cancelled", "left", "turned_away"])


class WalkInInput(serializers.Serializer[Any]):
    """Somebody who came without an invitation."""

    application = serializers.IntegerField(min_value=1)


class ScorecardSerializer(serializers.ModelSerializer[Scorecard]):
    """Marks of one author for one invitation."""

    class Meta:
        model = Scorecard
        fields = ["id", "invitation", "author", "marks", "advice", "comment", "created_at", "submitted_at"]
        read_only_fields = fields


class ScorecardInput(serializers.Serializer[Any]):
    """Marks 1 to 5 by the points of the scorecard; ``author`` is an interviewer, the caller's own when left out."""

    invitation = serializers.IntegerField(min_value=1)
    author = serializers.IntegerField(min_value=1, required=False)
    marks = serializers.DictField(child=serializers.IntegerField(min_value=1, max_value=5))
    advice = serializers.ChoiceField(choices=Scorecard.Advice.choices, default="", allow_blank=True)
    comment = serializers.CharField(max_length=4000, default="", allow_blank=True)
    submit = serializers.BooleanField(default=False)


class DayReportSerializer(serializers.Serializer[Any]):
    """The day in numbers."""

    invited = serializers.IntegerField()
    came = serializers.IntegerField()
    held = serializers.IntegerField()
    walk_ins = serializers.IntegerField()
    no_shows = serializers.IntegerField()
    declined = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    left_unseen = serializers.IntegerField()
    turned_away = serializers.IntegerField()
    longest_wait_minutes = serializers.IntegerField(allow_null=True)
    forecast = serializers.FloatField(allow_null=True)
    forecast_low = serializers.IntegerField(allow_null=True)
    forecast_high = serializers.IntegerField(allow_null=True)


class ForecastSerializer(serializers.Serializer[Any]):
    """What will come of a session, as far as is known now."""

    invited = serializers.IntegerField()
    confirmed = serializers.IntegerField()
    silent = serializers.IntegerField()
    declined = serializers.IntegerField()
    arrived = serializers.IntegerField()
    mean = serializers.FloatField()
    q05 = serializers.IntegerField()
    q50 = serializers.IntegerField()
    q95 = serializers.IntegerField()
    target = serializers.IntegerField()
    p_target = serializers.FloatField()
    limit = serializers.IntegerField()
    model_version = serializers.CharField()
