"""Operations of the interview day's API."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from recruit.api.base import TurnoutViewSet
from recruit.errors import InvalidInputError, NotAllowedError, NotFoundError
from recruit.models import Application, Office, Vacancy
from recruit.permissions import Action, Role
from scheduling.api import serializers as shapes
from scheduling.models import Interviewer, InterviewSession, Invitation, Plan, Scorecard
from scheduling.planning import GroupSpec, StreamedSpec, from_json, to_json
from scheduling.services import closing, desk, notices, plans, replies, scorecards, sessions
from scheduling.services.actors import Actor
from scheduling.services.forecasts import session_forecast
from scheduling.states import SessionFormat


class SessionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TurnoutViewSet[InterviewSession]):
    """Interview sessions: make, plan, run, close."""

    queryset = InterviewSession.objects.filter(is_history=False).prefetch_related("vacancies")
    serializer_class = shapes.SessionSerializer
    filterset_fields = ["state", "office", "format"]
    repeatable = frozenset({"plan"})
    actions_allowed = {
        "*": Action.PLAN_SESSION,
        "list": Action.SEE_SESSIONS,
        "retrieve": Action.SEE_SESSIONS,
        "forecast": Action.SEE_SESSIONS,
        "call_next": Action.WORK_DESK,
        "walk_in": Action.WORK_DESK,
        "close": Action.CLOSE_DAY,
    }

    @extend_schema(request=shapes.SessionInput, responses={201: shapes.SessionSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Make a draft session with its bands."""
        data = self.given(shapes.SessionInput)
        self._in_scope(data)
        session = sessions.create_session(wish=sessions.SessionWish(**data), by=self.caller)
        return Response(self.get_serializer(session).data, status=status.HTTP_201_CREATED)

    def _in_scope(self, data: dict[str, Any]) -> None:
        """Refuse offices and vacancies that the caller may not see, as if they were not there."""
        if not Office.objects.visible_to(self.caller).filter(pk=data["office"].pk).exists():
            raise NotFoundError("There is no such office.", field="office")
        visible = set(Vacancy.objects.visible_to(self.caller).values_list("pk", flat=True))
        if any(vacancy.pk not in visible for vacancy in data["vacancies"]):
            raise NotFoundError("There is no such vacancy.", field="vacancies")
        if any(room.office_id != data["office"].pk for room in data["rooms"]):
            raise InvalidInputError("This room is in another office.", field="rooms")
        seen = set(Interviewer.objects.visible_to(self.caller).values_list("pk", flat=True))
        for name in ("interviewers", "observers"):
            if any(person.pk not in seen for person in data[name]):
                raise NotFoundError("There is no such interviewer.", field=name)

    @extend_schema(request=shapes.PlanInput, responses={201: shapes.PlanSerializer})
    @action(detail=True, methods=["post"])
    def plan(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Propose a plan from the shortlist and from what was learned; it is stored with its inputs."""
        data, session = self.given(shapes.PlanInput), self.get_object()
        people = data.pop("people", None)
        plan = plans.propose_plan(session, by=self.caller, at=timezone.now(), application_ids=people, overrides=data)
        return Response(shapes.PlanSerializer(plan).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=shapes.ForecastSerializer)
    @action(detail=True, methods=["get"])
    def forecast(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Say what will come of the session, as far as is known now."""
        return Response(shapes.ForecastSerializer(session_forecast(self.get_object(), at=timezone.now())).data)

    @extend_schema(request=None, responses=shapes.InvitationSerializer)
    @action(detail=True, methods=["post"])
    def call_next(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Send the next person in, in fair order."""
        session = self.get_object()
        invitation = desk.call_next(session, at=timezone.now(), actor=Actor.of(self.caller, "api"))
        return Response(shapes.InvitationSerializer(invitation, context=self.get_serializer_context()).data)

    @extend_schema(request=shapes.WalkInInput, responses={201: shapes.InvitationSerializer})
    @action(detail=True, methods=["post"])
    def walk_in(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Take somebody who came without an invitation."""
        session = self.get_object()
        rows = Application.objects.visible_to(self.caller)
        application = get_object_or_404(rows, pk=self.given(shapes.WalkInInput)["application"])
        invitation = desk.add_walk_in(application, session, at=timezone.now(), actor=Actor.of(self.caller, "api"))
        return Response(
            shapes.InvitationSerializer(invitation, context=self.get_serializer_context()).data,
            status=status.HTTP_201_CREATED,
        )

    @extend_schema(request=None, responses=shapes.DayReportSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """End the day; 409 while anybody is unmarked."""
        report = closing.close_session(self.get_object(), at=timezone.now(), by=self.caller)
        return Response(shapes.DayReportSerializer(report).data)

    @extend_schema(request=None, responses=shapes.SessionSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Call the session off: everybody is told once, nobody becomes a no-show."""
        session, now = self.get_object(), timezone.now()
        with transaction.atomic():
            told = sessions.cancel_session(session, at=now, by=self.caller)
            for invitation in session.invitations.filter(pk__in=told):
                notices.post_notice(invitation, "cancellation", at=now)
        return Response(self.get_serializer(session).data)


class PlanViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, TurnoutViewSet[Plan]):
    """Plans: stored revisions, approval, and the engine on its own."""

    queryset = Plan.objects.select_related("session")
    serializer_class = shapes.PlanSerializer
    filterset_fields = ["session", "state"]
    repeatable = frozenset({"preview"})
    actions_allowed = {
        "*": Action.SEE_SESSIONS,
        "approve": Action.APPROVE_PLAN,
        "preview": Action.PLAN_SESSION,
    }

    def get_queryset(self) -> Any:
        """Return plans of sessions that the caller may see."""
        return super().get_queryset().filter(session__in=InterviewSession.objects.visible_to(self.caller))

    @extend_schema(request=None, responses=shapes.PlanSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Approve a proposal and send its invitations, in one transaction."""
        plan = plans.approve_plan(self.get_object(), by=self.caller, at=timezone.now())
        return Response(self.get_serializer(plan).data)

    @extend_schema(request=shapes.PreviewInput, responses={200: dict})
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:  # noqa: ARG002
        """Plan from numbers alone; nothing is stored."""
        data = self.given(shapes.PreviewInput)
        kind: type[plans.Spec] = GroupSpec if data["format"] == SessionFormat.GROUP else StreamedSpec
        try:
            spec: plans.Spec = from_json(kind, data["spec"])
            outcome = plans.plan_for(spec)
        except (ValueError, TypeError) as error:
            name, _, words = str(error).partition(":")
            name = name.split(".")[0]
            # A fault inside a list or a nested record says no field of the spec: then it is the spec as a whole.
            where = f"spec.{name}" if words and name.isidentifier() else "spec"
            raise InvalidInputError(words.strip() or str(error), field=where) from error
        return Response(to_json(outcome))


class InvitationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TurnoutViewSet[Invitation]):
    """Invitations: answers, arrivals, interviews."""

    queryset = Invitation.objects.select_related("application", "band", "session__office")
    serializer_class = shapes.InvitationSerializer
    filterset_fields = ["session", "state", "application"]
    actions_allowed = {
        "*": Action.WORK_DESK,
        "list": Action.SEE_SESSIONS,
        "retrieve": Action.SEE_SESSIONS,
        "reply": Action.ANSWER_FOR,
        "settle": Action.CLOSE_DAY,
    }

    def _answer(self, invitation: Invitation) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=invitation.pk)).data)

    @extend_schema(request=shapes.ReplyInput, responses=shapes.InvitationSerializer)
    @action(detail=True, methods=["post"])
    def reply(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Note what the person said."""
        data, invitation = self.given(shapes.ReplyInput), self.get_object()
        now, actor, answer = timezone.now(), Actor.of(self.caller, "api"), data["answer"]
        if answer == "confirm":
            replies.confirm(invitation, at=now, actor=actor)
        elif answer == "decline":
            replies.decline(invitation, at=now, actor=actor, reason=data.get("reason", ""))
        elif answer == "unsure":
            replies.unsure(invitation, at=now, actor=actor)
        elif answer == "running_late":
            if "minutes" not in data:
                raise InvalidInputError("Say how many minutes.", field="minutes")
            replies.running_late(invitation, minutes=data["minutes"], at=now, actor=actor)
        else:
            band = invitation.session.bands.filter(pk=data.get("band", 0)).first()
            if "band" in data and band is None:
                raise InvalidInputError("This session has no such band.", field="band")
            replies.ask_to_move(invitation, at=now, actor=actor, band=band, wish=data["wish"])
        return self._answer(invitation)

    @extend_schema(request=None, responses=shapes.InvitationSerializer)
    @action(detail=True, methods=["post"])
    def check_in(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Record the arrival."""
        return self._answer(desk.check_in(self.get_object(), at=timezone.now(), actor=Actor.of(self.caller, "api")))

    @extend_schema(request=None, responses=shapes.InvitationSerializer)
    @action(detail=True, methods=["post"])
    def undo_check_in(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Take the arrival back."""
        return self._answer(
            desk.undo_check_in(self.get_object(), at=timezone.now(), actor=Actor.of(self.caller, "api"))
        )

    @extend_schema(request=shapes.StartInput, responses=shapes.InvitationSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Send the person in."""
        data, invitation = self.given(shapes.StartInput), self.get_object()
        interviewer = None
        if "interviewer" in data:
            interviewer = get_object_or_404(Interviewer.objects.visible_to(self.caller), pk=data["interviewer"])
        desk.start(
            invitation,
            at=timezone.now(),
            actor=Actor.of(self.caller, "api"),
            interviewer=interviewer,
            reason=data["reason"],
        )
        return self._answer(invitation)

    @extend_schema(request=None, responses=shapes.InvitationSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Note that the interview was held."""
        return self._answer(desk.finish(self.get_object(), at=timezone.now(), actor=Actor.of(self.caller, "api")))

    @extend_schema(request=None, responses=shapes.InvitationSerializer)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Note that the person left unseen."""
        return self._answer(desk.leave(self.get_object(), at=timezone.now(), actor=Actor.of(self.caller, "api")))

    @extend_schema(request=None, responses=shapes.InvitationSerializer)
    @action(detail=True, methods=["post"])
    def turn_away(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Note that the person was sent away."""
        return self._answer(desk.turn_away(self.get_object(), at=timezone.now(), actor=Actor.of(self.caller, "api")))

    @extend_schema(request=shapes.SettleInput, responses=shapes.InvitationSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Settle somebody who stands unmarked at the end of the day."""
        data, invitation = self.given(shapes.SettleInput), self.get_object()
        return self._answer(closing.settle(invitation, data["outcome"], at=timezone.now(), by=self.caller))


class ScorecardViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TurnoutViewSet[Scorecard]):
    """Scorecards; those of others are shown once submitted."""

    queryset = Scorecard.objects.select_related("author")
    serializer_class = shapes.ScorecardSerializer
    filterset_fields = ["invitation"]
    actions_allowed = {"*": Action.SEE_SCORECARDS, "create": Action.SCORE}

    def get_queryset(self) -> Any:
        """Return submitted cards of the caller's sessions, and the caller's own."""
        rows = super().get_queryset().filter(invitation__in=Invitation.objects.visible_to(self.caller))
        return rows.exclude(submitted_at=None) | rows.filter(author__user=self.caller)

    @extend_schema(request=shapes.ScorecardInput, responses={201: shapes.ScorecardSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Save the marks of one author, and with ``submit`` show them to the others."""
        data = self.given(shapes.ScorecardInput)
        invitation = get_object_or_404(Invitation.objects.visible_to(self.caller), pk=data["invitation"])
        author = scorecards.interviewer_of(self.caller)
        if data.get("author", author.pk) != author.pk:
            if self.caller.role != Role.INTEGRATOR:
                raise NotAllowedError("Marks are written by their author.", field="author")
            author = get_object_or_404(Interviewer.objects.visible_to(self.caller), pk=data["author"])
        card = scorecards.save_scorecard(
            invitation,
            author,
            marks=data["marks"],
            at=timezone.now(),
            advice=data["advice"],
            comment=data["comment"],
            submit=data["submit"],
        )
        return Response(self.get_serializer(card).data, status=status.HTTP_201_CREATED)
