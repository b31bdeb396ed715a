"""People sent by programs: ``POST /api/v1/candidates``, one record or many, each with its own number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recruit.api.errors import flat_fields
from recruit.errors import InvalidInputError, NotFoundError, RecruitError
from recruit.models import ApiKey, Candidate, InboundRecord, Vacancy
from recruit.parsing.resume import MAX_BYTES
from recruit.services.inbound_records import forget, withdraw
from recruit.services.ingest import Outcome, ingest, source_of

MOST_AT_ONCE = 100


class ResumeInput(serializers.Serializer[Any]):
    """A resume in any of four ways; several may be given."""

    text = serializers.CharField(max_length=100_000, required=False, allow_blank=True)
    url = serializers.URLField(max_length=500, required=False, help_text="Fetched later; public addresses only.")
    json_resume = serializers.DictField(required=False, help_text="A JSON Resume (jsonresume.org), schema 1.0.0.")
    content = serializers.CharField(required=False, help_text="A file in base64: PDF, DOCX, RTF, TXT or HTML.")
    filename = serializers.CharField(max_length=200, required=False)


class ConsentInput(serializers.Serializer[Any]):
    """What the person agreed to at your place, in your text."""

    purpose = serializers.ChoiceField(choices=["recruitment", "pool", "messages", "forecast"])
    text_version = serializers.CharField(max_length=32)
    given_at = serializers.DateTimeField(required=False)


class CandidateInput(serializers.Serializer[Any]):
    """One person and, with ``vacancy`` or ``link``, their application. Unknown fields are ignored."""

    external_id = serializers.CharField(
        max_length=100, help_text="Your own number of this response: unique per source."
    )
    vacancy = serializers.IntegerField(min_value=1, required=False)
    link = serializers.SlugField(max_length=24, required=False, help_text="Token of the posting the person came by.")
    prospect = serializers.BooleanField(default=False, help_text="A person without a vacancy.")
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    first_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    middle_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    emails = serializers.ListField(child=serializers.EmailField(), max_length=10, required=False)
    phones = serializers.ListField(child=serializers.CharField(max_length=40), max_length=10, required=False)
    city = serializers.CharField(max_length=120, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=["", "en", "ru", "th"], required=False, allow_blank=True)
    birth_date = serializers.DateField(required=False, allow_null=True)
    applied_at = serializers.DateTimeField(required=False)
    salary_wish = serializers.IntegerField(min_value=0, max_value=2_000_000_000, required=False)
    answers = serializers.DictField(required=False)
    resume = ResumeInput(required=False)
    consents = ConsentInput(many=True, required=False)


class CandidateOutcome(serializers.Serializer[Any]):
    """What became of one record."""

    external_id = serializers.CharField()
    result = serializers.ChoiceField(choices=["created", "updated", "unchanged", "failed"])
    id = serializers.IntegerField(allow_null=True, help_text="The person.")
    application_id = serializers.IntegerField(allow_null=True)
    profile_url = serializers.CharField(allow_blank=True)
    resume = serializers.CharField(allow_blank=True, help_text="queued while a resume behind an address is fetched.")
    warnings = serializers.ListField(child=serializers.CharField())


class RecordOutcome(CandidateOutcome):
    """What became of one record of many; ``error`` as for a single call."""

    index = serializers.IntegerField()
    error = serializers.DictField(required=False)


class BulkOutcome(serializers.Serializer[Any]):
    """What became of many records; one that failed keeps no other back."""

    dry_run = serializers.BooleanField()
    counts = serializers.DictField(child=serializers.IntegerField())
    results = RecordOutcome(many=True)


class WithdrawInput(serializers.Serializer[Any]):
    """Why a person withdraws."""

    reason = serializers.CharField(max_length=64, default="", allow_blank=True)


def candidate_url(number: int) -> str:
    """Return the address of a person's page, for people who may sign in."""
    return f"{settings.PUBLIC_URL}{reverse('candidate', args=[number])}"


DRY_RUN = OpenApiParameter("dry_run", bool, description="Check and answer as if it were done; nothing is written.")


class IngestMixin(APIView):
    """``POST candidates/`` and what can be done with a record by its own number."""

    parser_classes = [JSONParser, MultiPartParser]

    @property
    def api_key(self) -> ApiKey | None:
        """The key that calls; None for a signed-in person."""
        return self.request.auth if isinstance(self.request.auth, ApiKey) else None

    @extend_schema(
        parameters=[DRY_RUN],
        request=PolymorphicProxySerializer(
            component_name="CandidateOrMany",
            serializers=[CandidateInput, CandidateInput(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        responses={
            200: PolymorphicProxySerializer(
                component_name="CandidateOutcomeOrMany",
                serializers=[CandidateOutcome, BulkOutcome],
                resource_type_field_name=None,
                many=False,
            ),
            201: CandidateOutcome,
        },
    )
    def create(self, request: Request) -> Response:
        """Take one person (201 new, 200 known) or at most 100 (200, with a result for each).

        As ``multipart/form-data``: the record as JSON in ``record``, a file in ``resume``.
        """
        dry_run = request.query_params.get("dry_run", "").lower() in {"1", "true", "yes"}
        data, upload = self._body(request)
        if isinstance(data, list):
            return Response(self._many(data, dry_run=dry_run))
        outcome = self._one(data, upload=upload, dry_run=dry_run)
        code = status.HTTP_201_CREATED if outcome.result == "created" and not dry_run else status.HTTP_200_OK
        return Response(self._said(outcome, dry_run=dry_run), status=code)

    def _body(self, request: Request) -> tuple[Any, tuple[str, bytes] | None]:
        if not (request.content_type or "").startswith("multipart/"):
            return request.data, None
        try:
            form: Any = request.data
            data = json.loads(form.get("record") or "")
        except ValueError as error:
            raise InvalidInputError("The record is not JSON.", field="record") from error
        file = request.FILES.get("resume")
        if file is None:
            return data, None
        if file.size > min(MAX_BYTES, settings.UPLOAD_LIMIT_BYTES):
            raise InvalidInputError("The file is too large.", field="resume")
        return data, (file.name or "resume", file.read())

    def _one(self, data: Any, *, upload: tuple[str, bytes] | None = None, dry_run: bool) -> Outcome:
        checked = CandidateInput(data=data)
        checked.is_valid(raise_exception=True)
        return ingest(
            checked.validated_data,
            key=self.api_key,
            vacancies=Vacancy.objects.visible_to(self.caller),  # type: ignore[attr-defined]
            at=timezone.now(),
            upload=upload,
            dry_run=dry_run,
        )

    def _many(self, rows: list[Any], *, dry_run: bool) -> dict[str, Any]:
        if not rows or len(rows) > MOST_AT_ONCE:
            raise InvalidInputError(f"Send 1 to {MOST_AT_ONCE} records at once.")
        results = []
        counts = dict.fromkeys(("created", "updated", "unchanged", "failed"), 0)
        for index, row in enumerate(rows):
            said = {"index": index, **self._result(row, dry_run=dry_run)}
            counts[said["result"]] += 1
            results.append(said)
        return {"dry_run": dry_run, "counts": counts, "results": results}

    def _result(self, row: Any, *, dry_run: bool) -> dict[str, Any]:
        number = str(row.get("external_id") or "") if isinstance(row, Mapping) else ""
        try:
            return self._said(self._one(row, dry_run=dry_run), dry_run=dry_run)
        except ValidationError as error:
            fields = flat_fields(error.detail)
            said = {"code": "invalid", "message": "The record has errors; see fields.", "fields": fields}
        except RecruitError as error:
            fields = {error.field: [error.message]} if error.field else {}
            said = {"code": error.code, "message": error.message, "fields": fields}
        return {
            "external_id": number,
            "result": "failed",
            "id": None,
            "application_id": None,
            "profile_url": "",
            "resume": "",
            "warnings": [],
            "error": said,
        }

    def _said(self, outcome: Outcome, *, dry_run: bool) -> dict[str, Any]:
        known = outcome.result != "created" or not dry_run
        application = outcome.application
        return {
            "external_id": outcome.external_id,
            "result": outcome.result,
            "id": outcome.candidate.pk if known else None,
            "application_id": application.pk if application is not None and known else None,
            "profile_url": candidate_url(outcome.candidate.pk) if known else "",
            "resume": outcome.resume,
            "warnings": list(outcome.warnings),
        }

    def _record(self, external_id: str) -> InboundRecord:
        rows = InboundRecord.objects.filter(source=source_of(self.api_key), external_id=external_id)
        found = rows.select_related("candidate__merged_into", "application", "source").first()
        if found is None or found.candidate is None:
            raise NotFoundError("There is no record of this number from you.", field="external_id")
        return found

    @extend_schema(responses=CandidateOutcome)
    @action(detail=False, methods=["get"], url_path=r"records/(?P<external_id>[^/]+)")
    def record(self, request: Request, external_id: str) -> Response:  # noqa: ARG002
        """Say what became of a record."""
        row = self._record(external_id)
        person = row.candidate
        assert isinstance(person, Candidate)  # noqa: S101 - _record has looked
        outcome = Outcome(
            external_id=row.external_id,
            result="unchanged",
            candidate=person,
            application=row.application,
            resume=row.resume_error or ("queued" if row.resume_url else ""),
        )
        return Response(self._said(outcome, dry_run=False))

    @extend_schema(request=None, responses={202: None, 204: None})
    @action(detail=False, methods=["post"], url_path=r"records/(?P<external_id>[^/]+)/forget")
    def forget(self, request: Request, external_id: str) -> Response:  # noqa: ARG002
        """Pass on that the person wants to be forgotten; withdraws the person's applications of this source.

        Somebody who is known from here alone is erased at once (204); for somebody who came another way as well the
        wish is put before a person of the company (202).
        """
        erased = forget(self._record(external_id), at=timezone.now(), by=self.caller)  # type: ignore[attr-defined]
        return Response(status=status.HTTP_204_NO_CONTENT if erased else status.HTTP_202_ACCEPTED)

    @extend_schema(request=WithdrawInput, responses=CandidateOutcome)
    @action(detail=False, methods=["post"], url_path=r"records/(?P<external_id>[^/]+)/withdraw")
    def withdraw(self, request: Request, external_id: str) -> Response:  # noqa: ARG002
        """Pass on that a person withdraws: their live applications of this source end as withdrawn."""
        data = self.given(WithdrawInput)  # type: ignore[attr-defined]
        row = self._record(external_id)
        withdraw(row, at=timezone.now(), reason=data["reason"])
        person = row.candidate
        assert isinstance(person, Candidate)  # noqa: S101 - _record has looked
        outcome = Outcome(external_id=row.external_id, result="updated", candidate=person, application=row.application)
        return Response(self._said(outcome, dry_run=False))
