"""Were we right: reliability, kept promises, drift, the backtest, and the card of the model."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from recruit.models import AuditEntry
from recruit.permissions import Action
from recruit.queue import enqueue
from recruit.services import audit
from recruit.web.access import SignedIn, allowed
from scheduling.attendance import ALLOWED_FEATURES
from scheduling.models import AttendanceModel, InterviewSession, Plan
from scheduling.services import backtests, checks, reports
from scheduling.services.attendance import current_model
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
FEATURE_WORDS = {
    "source": gettext_lazy("Source"),
    "vacancy": gettext_lazy("Vacancy"),
    "office": gettext_lazy("Office"),
    "lead_hours": gettext_lazy("Hours from invitation to interview"),
    "hours_left": gettext_lazy("Hours left until the interview"),
    "same_day": gettext_lazy("Invited on the day itself"),
    "weekday": gettext_lazy("Weekday"),
    "hour": gettext_lazy("Hour"),
    "reminders": gettext_lazy("Reminders sent"),
    "delivered": gettext_lazy("Whether the invitation was delivered"),
    "link_loaded": gettext_lazy("Whether the page was loaded (weak)"),
    "answer": gettext_lazy("What the person answered"),
    "answers": gettext_lazy("Yes/no questions of imported history"),
    "earlier_shows": gettext_lazy("Own earlier visits"),
    "earlier_no_shows": gettext_lazy("Own earlier no-shows"),
    "interview_type": gettext_lazy("Kind of appointment in imported history"),
}
VERSIONS_A_PAGE = 20


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


@allowed(Action.SEE_STATISTICS)
@require_GET
def backtest(request: SignedIn) -> HttpResponse:
    """Show the last backtest on the company's own days."""
    found = backtests.last_backtest()
    models = found.payload.get("models", {}) if found else {}
    names = {
        "turnout": _("Turnout"),
        "base_rate": _("the common share"),
        "source": _("share of the source"),
        "answer": _("share of the answer"),
        "logistic": _("plain logistic regression"),
        "boosting": _("gradient boosting"),
    }
    first_day = found.payload.get("first_test_day") if found else None
    return page(
        request,
        "backtest",
        view_of(request),
        {
            "found": found,
            "models": [
                {"name": names.get(name, name), "is_ours": name == "turnout", **of} for name, of in models.items()
            ],
            "day_totals": found.payload.get("day_totals") if found else None,
            "first_test_day": date.fromisoformat(first_day) if first_day else None,
            "may_run": request.user.may(Action.EDIT_SETTINGS),
        },
        bare=True,
    )


@allowed(Action.EDIT_SETTINGS)
@require_POST
def backtest_run(request: SignedIn) -> HttpResponse:
    """Run the backtest beside the day's work."""
    enqueue("scheduling.tasks.backtest_attendance")
    messages.success(request, _("The backtest runs in the background; its figures will stand here."))
    return redirect("statistics-backtest")


@allowed(Action.SEE_STATISTICS)
@require_GET
def model(request: SignedIn) -> HttpResponse:
    """Show the card of the model: what it knows, what it never sees, its versions, and who planned against it."""
    current = current_model()
    versions = AttendanceModel.objects.defer("payload")
    listed = Paginator(versions, VERSIONS_A_PAGE).get_page(request.GET.get("page"))
    mine = InterviewSession.objects.visible_to(request.user)
    plans = (
        Plan.objects.filter(session__in=mine)
        .select_related("session__office", "created_by")
        .order_by("-created_at", "-pk")
    )
    overrides = AuditEntry.objects.filter(action__in=["plan.override", "model.learned"]).select_related("actor")
    return page(
        request,
        "model",
        view_of(request),
        {
            "current": current,
            "belief": current.belief(),
            "belief_range": current.belief().interval(),
            "features": [(FEATURE_WORDS[name], name) for name in sorted(ALLOWED_FEATURES)],
            "terms": [
                {"name": term.name.replace("question:", "")}
                for stage in current.stages.values()
                for term in stage.terms[:0]
            ],
            "page": listed,
            "plans": plans.defer("inputs", "outputs", "people")[:15],
            "overrides": overrides.order_by("-pk")[:15] if request.user.may(Action.EDIT_SETTINGS) else [],
            "may_run": request.user.may(Action.EDIT_SETTINGS),
        },
        bare=True,
    )


@allowed(Action.EDIT_SETTINGS)
@require_POST
def model_learn(request: SignedIn) -> HttpResponse:
    """Let the model learn anew, in the background."""
    enqueue("scheduling.tasks.refit_attendance")
    audit.note(request.user, "model.learned")
    messages.success(request, _("The model learns in the background; the new version will stand here."))
    return redirect("statistics-model")
