"""Operations of the pipeline's API."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from recruit.api import serializers as shapes
from recruit.api.base import TurnoutViewSet
from recruit.api.ingest import IngestMixin
from recruit.errors import InvalidInputError, NotFoundError
from recruit.models import Application, Candidate, Company, ImportRun, Offer, Office, Resume, Source, Vacancy
from recruit.permissions import Action
from recruit.services import applications, imports, offers, vacancies
from recruit.services.import_responses import source_called
from recruit.services.people import PersonRecord, find_or_create_candidate
from recruit.states import OfferEvent, Stage, VacancyEvent
from recruit.tables import map_from_json


class OfficeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TurnoutViewSet[Office]):
    """Offices."""

    queryset = Office.objects.all()
    serializer_class = shapes.OfficeSerializer
    actions_allowed = {"*": Action.SEE_SESSIONS}


class SourceViewSet(mixins.ListModelMixin, TurnoutViewSet[Source]):
    """Sources of applications."""

    queryset = Source.objects.all()
    serializer_class = shapes.SourceSerializer
    actions_allowed = {"*": Action.SEE_VACANCIES}


class VacancyViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    TurnoutViewSet[Vacancy],
):
    """Vacancies."""

    queryset = Vacancy.objects.all()
    serializer_class = shapes.VacancySerializer
    filterset_fields = ["state", "office"]
    http_method_names = ["get", "post", "patch", "head", "options"]
    actions_allowed = {
        "*": Action.EDIT_VACANCY,
        "list": Action.SEE_VACANCIES,
        "retrieve": Action.SEE_VACANCIES,
    }

    @extend_schema(request=shapes.VacancyMoveInput, responses=shapes.VacancySerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Open, pause, fill or close a vacancy."""
        event = VacancyEvent(self.given(shapes.VacancyMoveInput)["event"])
        vacancy = vacancies.move_vacancy(self.get_object(), event)
        return Response(self.get_serializer(vacancy).data)


class CandidateViewSet(IngestMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, TurnoutViewSet[Candidate]):
    """People; sent here by programs, or made by imports."""

    queryset = Candidate.objects.current().prefetch_related("contacts")
    serializer_class = shapes.CandidateSerializer
    repeatable = frozenset({"create"})
    actions_allowed = {
        "*": Action.SEE_CANDIDATES,
        "create": Action.IMPORT,
        "record": Action.IMPORT,
        "forget": Action.IMPORT,
        "withdraw": Action.IMPORT,
    }


class ApplicationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TurnoutViewSet[Application]):
    """Applications and their way along the pipeline."""

    queryset = Application.objects.with_people()
    serializer_class = shapes.ApplicationSerializer
    filterset_fields = ["vacancy", "stage", "candidate"]
    actions_allowed = {
        "*": Action.MOVE_STAGE,
        "list": Action.SEE_CANDIDATES,
        "retrieve": Action.SEE_CANDIDATES,
        "create": Action.IMPORT,
        "triage": Action.TRIAGE,
        "offer": Action.MAKE_OFFER,
    }

    @extend_schema(
        request=shapes.ApplicationInput,
        responses={200: shapes.ApplicationSerializer, 201: shapes.ApplicationSerializer},
    )
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Take one response; the same one again finds the application that is there (200 instead of 201)."""
        data = self.given(shapes.ApplicationInput)
        vacancy = data["vacancy"]
        if not Vacancy.objects.visible_to(self.caller).filter(pk=vacancy.pk).exists():
            raise NotFoundError("There is no such vacancy.", field="vacancy")
        given = data["person"]
        person = PersonRecord(
            name=given["name"],
            phones=tuple(given["phones"]),
            emails=tuple(given["emails"]),
            city=given["city"],
            language=given["language"],
            time_zone=given["time_zone"],
            identities=((given["system"], given["external_id"]),),
        )
        with transaction.atomic():
            candidate = find_or_create_candidate(person, region=Company.current().region)
            application, is_new = applications.apply(
                candidate,
                vacancy,
                source_called(data["source"]),
                at=data.get("applied_at") or timezone.now(),
                external_id=f"{given['system']}:{given['external_id']}:{vacancy.pk}"[:128],
                salary_wish=data["salary_wish"],
            )
            if is_new and data["resume_text"]:
                Resume.objects.create(
                    candidate=candidate,
                    application=application,
                    text=data["resume_text"],
                    digest=imports.digest_of_text(data["resume_text"]),
                )
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(self.get_serializer(self._fresh(application)).data, status=code)

    def _fresh(self, application: Application) -> Application:
        return Application.objects.with_people().get(pk=application.pk)

    @extend_schema(request=shapes.StageInput, responses=shapes.ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Move the application to another stage."""
        data, application = self.given(shapes.StageInput), self.get_object()
        applications.move_stage(
            application, Stage(data["stage"]), at=timezone.now(), by=self.caller, reason=data["reason"]
        )
        return Response(self.get_serializer(self._fresh(application)).data)

    @extend_schema(request=shapes.TriageInput, responses=shapes.ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def triage(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Decide on a new response."""
        data, application = self.given(shapes.TriageInput), self.get_object()
        applications.triage(application, data["decision"], at=timezone.now(), by=self.caller, reason=data["reason"])
        return Response(self.get_serializer(self._fresh(application)).data)

    @extend_schema(request=shapes.OfferSerializer, responses={201: shapes.OfferSerializer})
    @action(detail=True, methods=["post"])
    def offer(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Make an offer."""
        data = self.given(shapes.OfferSerializer)
        made = offers.make_offer(self.get_object(), at=timezone.now(), by=self.caller, **data)
        return Response(shapes.OfferSerializer(made).data, status=status.HTTP_201_CREATED)


class OfferViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TurnoutViewSet[Offer]):
    """Offers."""

    queryset = Offer.objects.select_related("application")
    serializer_class = shapes.OfferSerializer
    actions_allowed = {"*": Action.MAKE_OFFER}

    def get_queryset(self) -> Any:
        """Return offers on applications that the caller may see."""
        rows = super().get_queryset()
        return rows.filter(application__in=Application.objects.visible_to(self.caller))

    @extend_schema(request=shapes.OfferEventInput, responses=shapes.OfferSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Note the answer to an offer."""
        data = self.given(shapes.OfferEventInput)
        offer = offers.settle_offer(
            self.get_object(), OfferEvent(data["event"]), at=timezone.now(), by=self.caller, reason=data["reason"]
        )
        return Response(self.get_serializer(offer).data)


class ImportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TurnoutViewSet[ImportRun]):
    """Imports as runs: post a file, watch the run, read the rows that were refused."""

    queryset = ImportRun.objects.all()
    serializer_class = shapes.ImportRunSerializer
    parser_classes = [MultiPartParser, JSONParser]
    repeatable = frozenset({"create"})
    actions_allowed = {"*": Action.IMPORT}

    @extend_schema(request={"multipart/form-data": shapes.ImportInput}, responses={201: shapes.ImportRunSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Import a table. Without ``columns`` its header must be known; a real run is done by the worker."""
        data = self.given(shapes.ImportInput)
        file = data["file"]
        options = {"vacancy": data.get("vacancy"), "source": data["source"]}
        upload = imports.receive(data=file, filename=file.name, kind=data["kind"], by=self.caller, options=options)
        if "columns" in data:
            imports.choose_columns(upload.run, map_from_json(json.dumps(data["columns"])))
        elif not upload.is_known:
            raise InvalidInputError("The columns of this file are not known; send a map.", field="columns")
        run = imports.start(upload.run, dry_run=data["dry_run"])
        return Response(self.get_serializer(run).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=shapes.RowProblemSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None)
    def problems(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """List the rows that were refused."""
        rows = self.get_object().problems.order_by("row", "pk")[: imports.PROBLEMS_KEPT]
        return Response(shapes.RowProblemSerializer(rows, many=True).data)
