"""The figures of the statistics pages through the API."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from django.utils import timezone
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from recruit.api.base import TurnoutViewSet
from recruit.errors import InvalidInputError
from recruit.permissions import Action
from scheduling.api import statistics_inputs as inputs
from scheduling.api import statistics_shapes as shapes
from scheduling.models import Invitation
from scheduling.services import backtests, checks, reports
from scheduling.services.reports import promotions as ran
from scheduling.services.reports import waits as waited
from scheduling.services.reports.ahead import look_ahead
from scheduling.services.reports.money import costs_by_source
from scheduling.services.reports.periods import compare_periods
from scheduling.services.reports.week import week_sheet

MOST_SESSIONS = 100


class StatisticsViewSet(TurnoutViewSet[Invitation]):
    """Rates, the funnel, costs, time at each step, calibration, looking ahead."""

    queryset = Invitation.objects.none()
    serializer_class = shapes.StatisticsSerializer
    pagination_class = None
    actions_allowed = {"*": Action.SEE_STATISTICS}

    def _slice(self) -> reports.Slice:
        """Read the slice from the query; 400 at the field that is wrong."""
        data = inputs.SliceInput(data=self.request.query_params)
        data.is_valid(raise_exception=True)
        return reports.Slice(user=self.caller, **data.validated_data)

    @extend_schema(
        parameters=[OpenApiParameter("by", str, enum=list(reports.DIMENSIONS)), inputs.SliceInput],
        # One answer, although the operation is called "list".
        responses=forced_singular_serializer(shapes.StatisticsSerializer),  # type: ignore[no-untyped-call]
    )
    def list(self, request: Request) -> Response:
        """Return the figures by one dimension (source by default)."""
        dimension = request.query_params.get("by", "source")
        if dimension not in reports.DIMENSIONS:
            raise InvalidInputError(f"One of: {', '.join(reports.DIMENSIONS)}.", field="by")
        piece = self._slice()
        truth = reports.were_we_right(piece)
        answer = {
            "by": dimension,
            "overall": asdict(reports.overall(piece)),
            "rows": [{**asdict(line), "show": asdict(line.show)} for line in reports.rate_lines(piece, dimension)],
            "funnel": [asdict(step) for step in reports.hiring_funnel(piece)],
            "predicted": truth.expected,
            "predicted_people": truth.people,
            "came": truth.came,
        }
        return Response(shapes.StatisticsSerializer(answer).data)

    @extend_schema(parameters=[inputs.SliceInput], responses=shapes.SourceCostSerializer(many=True))
    @action(detail=False, methods=["get"])
    def costs(self, request: Request) -> Response:  # noqa: ARG002
        """Return what a response, an arrival, an interview and a hire of each source cost, in the company's currency."""
        lines = [
            {
                "source": int(line.code),
                "name": line.name,
                "counts": line.counts,
                "money": line.cost.money,
                "per": line.cost.per,
            }
            for line in costs_by_source(self._slice())
        ]
        return Response(shapes.SourceCostSerializer(lines, many=True).data)

    @extend_schema(parameters=[inputs.SliceInput], responses=shapes.StaySerializer(many=True))
    @action(detail=False, methods=["get"])
    def stays(self, request: Request) -> Response:  # noqa: ARG002
        """Return how long people stay at each step, in hours."""
        found = [{"code": stay.code, **asdict(stay.hours)} for stay in reports.stays(self._slice())]
        return Response(shapes.StaySerializer(found, many=True).data)

    @extend_schema(parameters=[inputs.SliceInput], responses=shapes.CalibrationSerializer)
    @action(detail=False, methods=["get"])
    def calibration(self, request: Request) -> Response:  # noqa: ARG002
        """Return whether forecasts held: scores of people, kept promises of sessions."""
        piece = self._slice()
        _bins, scores, _line = reports.how_right(piece)
        held = checks.promises(piece)
        promised = [*held.ranges, *([held.target] if held.target else [])]
        answer = {
            "scores": asdict(scores) if scores else None,
            "sessions": held.sessions,
            "promises": [
                {"level": one.level, "kept": asdict(one.kept), "is_broken": one.is_broken, "remedy": one.remedy}
                for one in promised
            ],
        }
        return Response(shapes.CalibrationSerializer(answer).data)

    @extend_schema(parameters=[inputs.AheadInput], responses=shapes.AheadSerializer)
    @action(detail=False, methods=["get"])
    def ahead(self, request: Request) -> Response:
        """Return what the hires wanted take, and by how many they will be missed."""
        asked = inputs.AheadInput(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = look_ahead(user=self.caller, today=timezone.localdate(), at=timezone.now(), **asked.validated_data)
        answer = {
            "people": {step: asdict(one) for step, one in found.needs.people.items()},
            "recruiter_hours_per_day": asdict(found.needs.recruiter_hours_per_day),
            "interviewer_hours_per_day": asdict(found.needs.interviewer_hours_per_day),
            "money": asdict(found.needs.money),
            "hires": asdict(found.outlook.hires),
            "missed_by": asdict(found.outlook.missed_by),
            "chance": found.outlook.chance,
            "levers": [asdict(one) for one in found.outlook.levers],
        }
        return Response(shapes.AheadSerializer(answer).data)

    @extend_schema(parameters=[inputs.SliceInput], responses=shapes.WaitsSerializer)
    @action(detail=False, methods=["get"])
    def waits(self, request: Request) -> Response:  # noqa: ARG002
        """Return how long people waited, in minutes, and the newest closed streams beside what their plans said."""
        piece = self._slice()
        lengths, histogram = waited.wait_lengths(piece)
        lines = waited.session_waits(list(waited.closed_streams(piece)[:MOST_SESSIONS]))
        answer = {
            "lengths": asdict(lengths),
            "people_by_minute": {str(minutes): people for minutes, people in sorted(histogram.items())},
            "sessions": [
                {
                    "session": line.session.pk,
                    "came": line.came,
                    "seen": line.seen,
                    "left_unseen": line.left_unseen,
                    "wait_mean": line.wait_mean,
                    "wait_forecast": line.wait_forecast,
                    "idle": line.idle,
                    "idle_forecast": line.idle_forecast,
                }
                for line in lines
            ],
        }
        return Response(shapes.WaitsSerializer(answer).data)

    @extend_schema(parameters=[inputs.PeriodsInput], responses=shapes.RateChangeSerializer(many=True))
    @action(detail=False, methods=["get"])
    def periods(self, request: Request) -> Response:
        """Compare every rate of two periods, with a test that knows days differ; p-values are corrected for all rates."""
        asked = inputs.PeriodsInput(data=request.query_params)
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        sides = [
            reports.Slice(
                user=self.caller,
                start=data[f"{side}_start"],
                end=data[f"{side}_end"],
                vacancy=data.get("vacancy"),
                office=data.get("office"),
                source=data.get("source"),
            )
            for side in ("before", "after")
        ]
        changes = [
            {
                "rate": one.name,
                **{side: asdict(getattr(one.comparison, side)) for side in ("before", "after")},
                **{name: getattr(one.comparison, name) for name in ("difference", "low", "high", "verdict")},
                "p_value": one.p_value,
                "is_sure": one.is_sure,
            }
            for one in compare_periods(*sides)
        ]
        return Response(shapes.RateChangeSerializer(changes, many=True).data)

    @extend_schema(parameters=[inputs.SliceInput], responses=shapes.PromotionSerializer(many=True))
    @action(detail=False, methods=["get"])
    def promotions(self, request: Request) -> Response:  # noqa: ARG002
        """Return the newest promotions: responses a day around them, their effect with its range, and whether to repeat."""
        found = [
            {
                "spend": one.spend.pk,
                "source": one.spend.source_id,
                "vacancy": one.spend.vacancy_id,
                "starts_on": one.spend.starts_on,
                "ends_on": one.spend.ends_on,
                "money": float(one.spend.amount),
                "currency": one.spend.currency,
                "first_day": one.first,
                "before": one.before,
                "during": one.during,
                "after": one.after,
                "effect": asdict(one.effect),
                "again": asdict(one.again) if one.again else None,
                "overlaps": one.overlaps,
            }
            for one in ran.promotions(self._slice(), today=timezone.localdate())
        ]
        return Response(shapes.PromotionSerializer(found, many=True).data)

    @extend_schema(parameters=[inputs.WeekInput], responses=shapes.WeekSerializer)
    @action(detail=False, methods=["get"])
    def week(self, request: Request) -> Response:
        """Return the sheet of one week: money to hires by source, what changed, one proposal; the last whole one if not said."""
        asked = inputs.WeekInput(data=request.query_params)
        asked.is_valid(raise_exception=True)
        day = asked.validated_data.get("day", timezone.localdate() - timedelta(days=7))
        found = week_sheet(
            user=self.caller, monday=day - timedelta(days=day.weekday()), office=asked.validated_data.get("office")
        )
        return Response(shapes.WeekSerializer(asdict(found)).data)

    @extend_schema(responses=shapes.ReplaysSerializer)
    @action(detail=False, methods=["get"])
    def replays(self, request: Request) -> Response:  # noqa: ARG002
        """Return what past days would have brought and cost with each way to plan; ``found`` is null before the first run."""
        kept = backtests.last_replays()
        payload = kept.payload if kept else {}
        answer = {"at": kept.at if kept else None, "goal": payload.get("goal"), "found": payload.get("found")}
        return Response(shapes.ReplaysSerializer(answer).data)
