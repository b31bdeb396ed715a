"""Were we right: reliability, kept promises, drift."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.services import checks, reports
from scheduling.services.reports.dimensions import DIMENSIONS
from scheduling.statistics import plots as drawn
from scheduling.statistics.calibration import ALARM
from scheduling.web.statistics import plots
from scheduling.web.statistics.common import page, view_of

REMEDIES = {
    "too_narrow": gettext_lazy(
        "The ranges are too narrow: let the model learn anew; the days differ more than it believes."
    ),
    "too_high": gettext_lazy("Fewer come than forecast: let the model learn anew, and invite more until then."),
    "too_low": gettext_lazy("More come than forecast: let the model learn anew, and invite fewer until then."),
    "target": gettext_lazy(
        "Targets are missed more often than promised: let the model learn anew, and plan with more assurance until then."
    ),
}


@allowed(Action.SEE_STATISTICS)
@require_GET
def right(request: SignedIn) -> HttpResponse:
    """Show reliability, coverage of the ranges, kept promises, and what drifts."""
    asked = view_of(request)
    bins, scores, line = reports.how_right(asked.piece)
    held = checks.promises(asked.piece)
    watched = [
        {
            "watch": one,
            "word": DIMENSIONS[dimension].label,
            "svg": drawn.cusum(one.drift.path, alarm=ALARM, words=_drift_words(one)),
            "words": _drift_words(one),
        }
        for dimension in checks.WATCHED
        for one in checks.watches(asked.piece, dimension)[:12]
    ]
    promised = [*held.ranges, *([held.target] if held.target else [])]
    return page(
        request,
        "right",
        asked,
        {
            "plot": plots.reliability(bins, asked.query()),
            "scores": scores,
            "line": line,
            "held": held,
            "promises": [
                {"promise": one, "remedy": REMEDIES.get(one.remedy, ""), "is_target": one is held.target}
                for one in promised
            ],
            "watched": watched,
        },
    )


def _drift_words(one: checks.Watch) -> str:
    """Say what the watch of one group has found."""
    if one.drift.direction > 0:
        return _("more come than forecast")
    if one.drift.direction < 0:
        return _("fewer come than forecast")
    return _("too few days to trust the silence") if one.drift.is_small else _("as forecast")
