"""Were we right: what was predicted when people were invited, against who came."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.db.models.functions import Round

from scheduling.services.reports.slices import Slice
from scheduling.states import CAME
from scheduling.statistics.scores import Bin, Line, ScoreGroup, Scores, calibration_line, reliability, scores


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Predicted against arrived: bins of people, and the totals."""

    bins: list[Bin]
    people: int
    expected: float
    came: int


def score_groups(piece: Slice) -> tuple[list[ScoreGroup], float]:
    """Return people by their forecast (rounded to whole per cent), and the sum of the forecasts; one statement."""
    rows = list(
        piece.invitations()
        .answered_by_coming()
        .exclude(show_prob=None)
        .annotate(p=Round("show_prob", 2))
        .values("p")
        .annotate(people=Count("pk"), came=Count("pk", filter=Q(state__in=CAME)), expected=Sum("show_prob"))
        .order_by("p")
    )
    groups = [ScoreGroup(p=float(row["p"]), people=row["people"], came=row["came"]) for row in rows]
    return groups, float(sum(row["expected"] for row in rows))


def were_we_right(piece: Slice) -> Truth:
    """Hold what was predicted when people were invited against who came."""
    groups, expected = score_groups(piece)
    people = sum(group.people for group in groups)
    return Truth(
        bins=reliability(groups, bins=min(6, max(1, people // 20))) if people else [],
        people=people,
        expected=expected,
        came=sum(group.came for group in groups),
    )


def how_right(piece: Slice) -> tuple[list[Bin], Scores | None, Line | None]:
    """Return ten bins, the scores and the calibration line; None where nobody is settled."""
    groups, _expected = score_groups(piece)
    if not groups:
        return [], None, None
    people = sum(group.people for group in groups)
    return reliability(groups, bins=min(10, max(1, people // 20))), scores(groups), calibration_line(groups)
