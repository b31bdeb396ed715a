"""Shapes of the pipeline's API. State moves by operations, so most fields are read-only."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from recruit.models import (
    Application,
    Candidate,
    ContactPoint,
    ImportRun,
    Offer,
    Office,
    RowProblem,
    Source,
    StageMove,
    User,
    Vacancy,
)
from recruit.models.company import validate_time_zone
from recruit.permissions import Action
from recruit.states import OfferEvent, Stage, VacancyEvent


class ContactSerializer(serializers.ModelSerializer[ContactPoint]):
    """A phone number or an e-mail address."""

    class Meta:
        model = ContactPoint
        fields = ["kind", "value", "normalised", "preferred"]


class CandidateSerializer(serializers.ModelSerializer[Candidate]):
    """A person."""

    contacts = ContactSerializer(many=True, read_only=True)

    class Meta:
        model = Candidate
        fields = ["id", "name", "city", "language", "time_zone", "do_not_contact", "created_at", "contacts"]
        read_only_fields = fields


class PersonInput(serializers.Serializer[Any]):
    """A person as a caller knows them."""

    name = serializers.CharField(max_length=200)
    phones = serializers.ListField(child=serializers.CharField(max_length=40), max_length=10, default=list)
    emails = serializers.ListField(child=serializers.EmailField(), max_length=10, default=list)
    city = serializers.CharField(max_length=120, default="", allow_blank=True)
    language = serializers.ChoiceField(choices=["", "en", "ru", "th"], default="", allow_blank=True)
    time_zone = serializers.CharField(
        max_length=64,
        default="",
        allow_blank=True,
        validators=[validate_time_zone],
        help_text="IANA name of the clock the person lives by, such as Asia/Bangkok; messages then name both clocks.",
    )
    external_id = serializers.CharField(max_length=128)
    system = serializers.SlugField(max_length=60, default="api")


class OfficeSerializer(serializers.ModelSerializer[Office]):
    """An office."""

    class Meta:
        model = Office
        fields = ["id", "name", "city", "address", "time_zone", "phone", "lobby_seats"]


class SourceSerializer(serializers.ModelSerializer[Source]):
    """A source of applications."""

    class Meta:
        model = Source
        fields = ["id", "code", "name", "kind"]


class VacancySerializer(serializers.ModelSerializer[Vacancy]):
    """A vacancy."""

    class Meta:
        model = Vacancy
        fields = [
            "id",
            "title",
            "state",
            "openings",
            "office",
            "team",
            "city",
            "salary_from",
            "salary_to",
            "currency",
            "hours",
            "general",
            "requirements",
            "wanted_shortlist",
            "promised_by",
            "created_at",
        ]
        read_only_fields = ["state", "created_at"]

    def get_fields(self) -> dict[str, Any]:
        """Leave pay out for those who may not see it."""
        fields = super().get_fields()
        user = getattr(self.context.get("request"), "user", None)
        if isinstance(user, User) and not user.may(Action.SEE_SALARY):
            for name in ("salary_from", "salary_to"):
                fields.pop(name)
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check what a constraint of the database would refuse."""
        low = attrs.get("salary_from", getattr(self.instance, "salary_from", 0))
        high = attrs.get("salary_to", getattr(self.instance, "salary_to", 0))
        if high and high < low:
            raise serializers.ValidationError({"salary_to": "The pay ends below where it begins."})
        return attrs


class VacancyMoveInput(serializers.Serializer[Any]):
    """What to do with a vacancy."""

    event = serializers.ChoiceField(choices=VacancyEvent.choices)


class StageMoveSerializer(serializers.ModelSerializer[StageMove]):
    """One move along the pipeline."""

    class Meta:
        model = StageMove
        fields = ["id", "old", "new", "at", "actor", "reason", "undoes"]


class ApplicationSerializer(serializers.ModelSerializer[Application]):
    """A candidate considered for a vacancy."""

    candidate = CandidateSerializer(read_only=True)
    source = serializers.SlugRelatedField[Source](slug_field="code", read_only=True)  # type: ignore[assignment]

    class Meta:
        model = Application
        fields = [
            "id",
            "candidate",
            "vacancy",
            "source",
            "external_id",
            "stage",
            "stage_since",
            "applied_at",
            "priority",
            "salary_wish",
            "closing_reason",
            "answer_due_on",
        ]
        read_only_fields = fields

    def get_fields(self) -> dict[str, Any]:
        """Leave the wished pay out for those who may not see it."""
        fields = super().get_fields()
        user = getattr(self.context.get("request"), "user", None)
        if isinstance(user, User) and not user.may(Action.SEE_SALARY):
            fields.pop("salary_wish")
        return fields


class ApplicationInput(serializers.Serializer[Any]):
    """A response: the person, the vacancy, where from."""

    person = PersonInput()
    vacancy = serializers.PrimaryKeyRelatedField(queryset=Vacancy.objects.all())
    source = serializers.SlugField(max_length=64, default="api")  # type: ignore[assignment]
    applied_at = serializers.DateTimeField(required=False)
    salary_wish = serializers.IntegerField(min_value=0, max_value=2_000_000_000, default=0)
    resume_text = serializers.CharField(max_length=100_000, default="", allow_blank=True)


class StageInput(serializers.Serializer[Any]):
    """Where to move an application."""

    stage = serializers.ChoiceField(choices=Stage.choices)
    reason = serializers.CharField(max_length=64, default="", allow_blank=True)


class TriageInput(serializers.Serializer[Any]):
    """The decision on a new response."""

    decision = serializers.ChoiceField(choices=["yes", "no", "later"])
    reason = serializers.CharField(max_length=64, default="", allow_blank=True)


class OfferSerializer(serializers.ModelSerializer[Offer]):
    """An offer."""

    class Meta:
        model = Offer
        fields = [
            "id",
            "application",
            "state",
            "pay",
            "currency",
            "starts_on",
            "answer_by",
            "made_at",
            "decline_reason",
        ]
        read_only_fields = ["id", "application", "state", "currency", "made_at", "decline_reason"]
        extra_kwargs = {"pay": {"min_value": 1, "max_value": 2_000_000_000}}


class OfferEventInput(serializers.Serializer[Any]):
    """What became of an offer."""

    event = serializers.ChoiceField(choices=OfferEvent.choices)
    reason = serializers.CharField(max_length=64, default="", allow_blank=True)


class RowProblemSerializer(serializers.ModelSerializer[RowProblem]):
    """A row that was refused."""

    class Meta:
        model = RowProblem
        fields = ["row", "column", "code", "message"]


class ImportRunSerializer(serializers.ModelSerializer[ImportRun]):
    """One import."""

    class Meta:
        model = ImportRun
        fields = [
            "id",
            "kind",
            "state",
            "file_name",
            "dry_run",
            "columns",
            "rows_total",
            "seen",
            "created",
            "updated",
            "skipped",
            "failed",
            "dropped",
            "error",
            "started_at",
            "ended_at",
        ]
        read_only_fields = fields


class ImportInput(serializers.Serializer[Any]):
    """A file to import, as multipart/form-data; ``columns`` is a map as ``GET /imports/{id}/`` shows it, in JSON."""

    kind = serializers.CharField(max_length=12)
    file = serializers.FileField(max_length=200, allow_empty_file=True)
    columns = serializers.JSONField(required=False)
    vacancy = serializers.IntegerField(required=False, min_value=1)
    source = serializers.CharField(max_length=64, default="", allow_blank=True)  # type: ignore[assignment]
    dry_run = serializers.BooleanField(default=False)
