"""Who came: every rate by every dimension, were we right, the funnel."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from recruit.permissions import Action
from recruit.services import audit
from recruit.web.access import SignedIn, allowed
from scheduling.services import reports
from scheduling.services.attendance import current_model
from scheduling.services.reports.measures import MEASURES, RATE_WORDS
from scheduling.statistics.rates import RATES, Rate, lean
from scheduling.web.statistics import plots
from scheduling.web.statistics.common import BELOW, page, table_file, view_of

# A table on a page shows so many groups; the file has all of them.
MOST_GROUPS = 40
# Ends of ranges are shown in whole per cent: to a hundredth of one is enough.
_STEPS = 14
_COUNT_COLUMNS = tuple(name for name in MEASURES if name != "settled")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the page: the rate that is shown, what to expect next, and the counts beside it."""

    code: str
    name: str
    rate: Rate
    next_mean: float
    next_low: float
    next_high: float
    counts: dict[str, int]


def _dimension(request: SignedIn) -> str:
    by = request.GET.get("by", "source")
    return by if by in reports.DIMENSIONS else "source"


def _measure(request: SignedIn) -> str:
    name = request.GET.get("rate", "show")
    return name if name in RATE_WORDS else "show"


def _lines(rows: list[reports.RateLine], name: str) -> list[Line]:
    beliefs = lean([(row.rates[name].count, row.rates[name].of) for row in rows])
    found = []
    for row, belief in zip(rows, beliefs, strict=True):
        low, high = belief.interval(steps=_STEPS)
        found.append(
            Line(
                code=row.code,
                name=row.key,
                rate=row.rates[name],
                next_mean=belief.mean,
                next_low=low,
                next_high=high,
                counts=row.counts,
            )
        )
    return found


def _differs(lines: list[Line]) -> str:
    """Say which group stands out for certain, or that none does."""
    sure = [line for line in lines if not line.rate.is_small and line.rate.value is not None]
    if len(sure) < 2:
        return _("There are too few people to compare the groups.")
    best = max(sure, key=lambda line: line.rate.low)
    if all(best.rate.low > line.rate.high for line in sure if line is not best):
        return _("%(group)s is higher than every other group; that is certain.") % {"group": best.name}
    worst = min(sure, key=lambda line: line.rate.high)
    if all(worst.rate.high < line.rate.low for line in sure if line is not worst):
        return _("%(group)s is lower than every other group; that is certain.") % {"group": worst.name}
    if best.rate.low > worst.rate.high:
        return _("%(best)s is higher than %(worst)s; between the others the difference is not certain.") % {
            "best": best.name,
            "worst": worst.name,
        }
    return _("The ranges overlap: between the groups no difference is certain.")


@allowed(Action.SEE_STATISTICS)
@require_GET
def statistics(request: SignedIn) -> HttpResponse:
    """Show one rate by one dimension, the reliability and the funnel."""
    asked, dimension, name = view_of(request), _dimension(request), _measure(request)
    rows = reports.rate_lines(asked.piece, dimension)
    # Every dimension cuts the same people: the sum of its groups is the whole.
    counts = {key: sum(row.counts[key] for row in rows) for key in _COUNT_COLUMNS}
    lines = _lines(rows[:MOST_GROUPS], name)
    truth = reports.were_we_right(asked.piece)
    steps = reports.hiring_funnel(asked.piece)
    whole = reports.all_rates(counts)
    model = current_model()
    return page(
        request,
        "who",
        asked,
        {
            "lines": lines,
            "left_out": max(len(rows) - MOST_GROUPS, 0),
            "dimension": dimension,
            "dimension_word": reports.DIMENSIONS[dimension].label,
            "dimensions": [(code, one.label) for code, one in reports.DIMENSIONS.items()],
            "rate": name,
            "rate_word": RATE_WORDS[name],
            "rates": RATE_WORDS.items(),
            "above": RATES[name][0][0],
            "below": BELOW.get(name, RATES[name][1][0]),
            "overall": whole[name],
            "belief": model.belief(),
            "belief_range": model.belief().interval(),
            "learned_from": model.rows,
            "is_off": model.flat_rate is not None,
            "counts": counts,
            "differs": _differs(lines),
            "top": min(max([0.2, *[max(line.next_high, line.rate.value or 0) for line in lines]]) * 1.08, 1.0),
            "truth": truth,
            "reliability": plots.reliability(truth.bins, asked.query()),
            "trend": plots.trend(asked) if dimension == "week" and name == "show" else None,
            "steps": [
                {"step": step, "word": reports.STEP_WORDS[step.name], "note": _step_note(step.name, counts)}
                for step in steps
            ],
        },
    )


def _step_note(step: str, counts: dict[str, int]) -> str:
    """Return what else is worth knowing of a step."""
    if step == "arrived":
        return _("%(declined)s declined, %(cancelled)s cancelled") % {
            "declined": counts["declined"],
            "cancelled": counts["cancelled_in_time"] + counts["cancelled_late"],
        }
    if step == "finished" and counts["left_unseen"] + counts["turned_away"]:
        return _("%(left)s left unseen, %(away)s turned away") % {
            "left": counts["left_unseen"],
            "away": counts["turned_away"],
        }
    return ""


@allowed(Action.EXPORT)
@require_GET
def export(request: SignedIn, kind: str = "csv") -> HttpResponse:
    """Give every count and rate of one dimension as a table, CSV or XLSX."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    asked, dimension = view_of(request), _dimension(request)
    audit.note(request.user, "statistics.exported", by=dimension, kind=kind)
    head = [dimension, *_COUNT_COLUMNS]
    for name in RATE_WORDS:
        head += [f"{name}_rate", f"{name}_low", f"{name}_high"]
    body = []
    for line in reports.rate_lines(asked.piece, dimension):
        cells: list[object] = [line.key, *[line.counts[name] for name in _COUNT_COLUMNS]]
        for name in RATE_WORDS:
            one = line.rates[name]
            cells += [one.value, one.low, one.high] if one.of else [None, None, None]
        body.append(cells)
    return table_file(f"rates-by-{dimension}", kind, head, body)
