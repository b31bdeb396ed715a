"""From response to hire: how many people reach each step, and how long they stay at each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from recruit.models import Application, Offer, StageMove
from recruit.states import Stage
from scheduling.models import Invitation
from scheduling.services.reports.clock import WholeHours
from scheduling.services.reports.slices import Slice
from scheduling.states import CAME, Answer, InvitationState
from scheduling.statistics.funnel import Durations, FunnelStep, durations, funnel

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LEVEL = 0.9
MOST_RESPONSES = 20_000
STEP_WORDS: dict[str, _StrPromise] = {
    "responses": _("Responses"),
    "viewed": _("Viewed"),
    "shortlisted": _("Shortlisted"),
    "invited": _("Invited"),
    "confirmed": _("Confirmed, or came without"),
    "arrived": _("Came"),
    "finished": _("Interviews held"),
    "offered": _("Offers"),
    "hired": _("Hired"),
}
_ASKED = ~Q(state=InvitationState.DRAFT) & Q(is_walk_in=False)
# What an invitation (walk-ins left out) must have seen for its application to have reached a step.
_REACHED: dict[str, Q] = {
    "invited": Q(),
    "confirmed": Q(answer=Answer.CONFIRMED) | Q(state__in=CAME),
    "arrived": Q(state__in=CAME),
    "finished": Q(state=InvitationState.FINISHED),
}


def _offered(column: str) -> Exists:
    return Exists(Offer.objects.filter(application=OuterRef(column)))


def _shortlisting(column: str) -> Exists:
    return Exists(StageMove.objects.filter(application=OuterRef(column), new=Stage.SHORTLIST, undone_by=None))


def hiring_funnel(piece: Slice) -> list[FunnelStep]:
    """Return responses → viewed → … → hired, people once each, in four statements.

    Who skipped a step is counted in it: who came without confirming stands in "confirmed", who was invited without a
    move to the shortlist in "shortlisted".
    """
    seen = piece.applications().aggregate(
        responses=Count("pk"), viewed=Count("pk", filter=~Q(stage=Stage.NEW) | ~Q(triaged_at=None))
    )
    asked = Invitation.objects.filter(_ASKED, piece.of_application("application__"))
    done = Q(state=InvitationState.FINISHED) & Q(_offered("application_id"))
    conditions = {**_REACHED, "offered": done, "hired": done & Q(application__stage=Stage.HIRED)}
    counts: dict[str, Any] = asked.aggregate(
        **{
            name: Count("application", distinct=True, filter=condition or None)
            for name, condition in conditions.items()
        }
    )
    moved = StageMove.objects.filter(piece.of_application("application__"), new=Stage.SHORTLIST, undone_by=None)
    shortlisted = moved.aggregate(n=Count("application", distinct=True))["n"]
    skipped = asked.filter(~_shortlisting("application_id")).aggregate(n=Count("application", distinct=True))["n"]
    counts |= {**seen, "shortlisted": shortlisted + skipped}
    return funnel(_growing([(name, int(counts[name])) for name in STEP_WORDS]), level=LEVEL)


def _growing(counts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return the counts with nobody lost upwards: who is further on has been at every step before."""
    most, found = 0, []
    for name, count in reversed(counts):
        most = max(most, count)
        found.append((name, most))
    return found[::-1]


def people_at(piece: Slice, step: str) -> QuerySet[Application]:
    """Return the applications behind a step of the funnel."""
    rows = piece.applications()
    asked = Invitation.objects.filter(_ASKED, application=OuterRef("pk"))
    if step == "responses":
        return rows
    if step == "viewed":
        return rows.filter(~Q(stage=Stage.NEW) | ~Q(triaged_at=None))
    if step == "shortlisted":
        # Sets of ids: a database works each out once, where a question a row would be asked of every response.
        invited = Invitation.objects.filter(_ASKED).values("application_id")
        listed = StageMove.objects.filter(new=Stage.SHORTLIST, undone_by=None).values("application_id")
        return rows.filter(Q(pk__in=listed) | Q(pk__in=invited))
    if step in _REACHED:
        return rows.filter(Exists(asked.filter(_REACHED[step])))
    rows = rows.filter(Exists(asked.filter(state=InvitationState.FINISHED)), _offered("pk"))
    return rows.filter(stage=Stage.HIRED) if step == "hired" else rows


@dataclass(frozen=True, kw_only=True)
class Stay:
    """How long people stay somewhere: ``hours`` with median, 10 % and 90 % points."""

    code: str
    label: _StrPromise
    hours: Durations


STAYS: dict[str, _StrPromise] = {
    "viewed": _("From response to the first look"),
    "shortlisted": _("On the shortlist until invited"),
    "invited": _("From invitation to interview (lead time)"),
    "scheduling": _("From shortlist to interview (scheduling delay)"),
    "offered": _("From interview to offer"),
    "decided": _("From offer to answer"),
    "hired": _("From response to hire (time to hire)"),
}


def stays(piece: Slice, codes: Collection[str] = tuple(STAYS)) -> list[Stay]:
    """Return how long people stay at each step of ``codes``: a statement each, which gives whole hours -> people."""
    lengths = _lengths(piece)
    return [
        Stay(code=code, label=label, hours=durations(_histogram(_timed(*lengths[code]))))
        for code, label in STAYS.items()
        if code in codes
    ]


def stay_rows(piece: Slice, code: str) -> QuerySet[Any]:
    """Return what a length of ``STAYS`` is counted of: responses, invitations, offers or moves, with ``hours`` on each.

    ``hours`` is negative where the end was written down before the beginning; such rows are counted as 0.
    """
    return _timed(*_lengths(piece)[code]).filter(hours__isnull=False)


def _timed(rows: QuerySet[Any], start: Any, end: Any) -> QuerySet[Any]:
    timed: QuerySet[Any] = rows.annotate(hours=WholeHours(start, end))
    return timed


def _lengths(piece: Slice) -> dict[str, tuple[QuerySet[Any], Any, Any]]:
    """Return rows, beginning and end of every length.

    A person who was invited twice waited on the shortlist once: until the first invitation.
    """
    path = piece.of_application("application__")
    asked = Invitation.objects.filter(_ASKED, path)
    earlier = Invitation.objects.filter(_ASKED, application=OuterRef("application"), pk__lt=OuterRef("pk"))
    first = asked.filter(~Exists(earlier))
    moves = StageMove.objects.filter(application=OuterRef("application"), new=Stage.SHORTLIST, undone_by=None)
    listed = Subquery(moves.order_by().values("application").annotate(first=Min("at")).values("first"))
    met = Invitation.objects.filter(_ASKED, application=OuterRef("application"), state=InvitationState.FINISHED)
    seen = Subquery(met.order_by("-finished_at").values("finished_at")[:1])
    responses = piece.applications()
    # Quantiles of the newest responses say as much as those of all, and a page must not wait for 100,000.
    cut = responses.order_by("-pk").values("pk")[MOST_RESPONSES : MOST_RESPONSES + 1]
    responses = responses.filter(pk__gt=Coalesce(Subquery(cut), 0))
    offers = Offer.objects.filter(path)
    hired = StageMove.objects.filter(path, new=Stage.HIRED, undone_by=None)
    return {
        "viewed": (responses, F("applied_at"), F("triaged_at")),
        "shortlisted": (first, listed, F("invited_at")),
        "invited": (asked, F("invited_at"), F("session__starts_at")),
        "scheduling": (first, listed, F("session__starts_at")),
        "offered": (offers, seen, F("made_at")),
        "decided": (offers, F("made_at"), F("decided_at")),
        "hired": (hired, F("application__applied_at"), F("at")),
    }


def _histogram(rows: QuerySet[Any]) -> dict[int, int]:
    """Return whole hours -> how many rows; what ends before it starts counts as 0, what has not ended not at all."""
    found: dict[int, int] = {}
    counted = rows.order_by().values("hours").annotate(number=Count("pk")).values_list("hours", "number")
    for hours, number in counted:
        if hours is not None:
            found[max(int(hours), 0)] = found.get(max(int(hours), 0), 0) + int(number)
    return found
