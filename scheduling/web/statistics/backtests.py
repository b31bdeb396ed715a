"""Backtests on the company's own days: forecasts beside simpler ones, and plans of past days played again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recruit.models import Company
from recruit.permissions import Action
from recruit.queue import enqueue
from recruit.web.access import SignedIn, allowed
from scheduling.services import backtests
from scheduling.statistics.replays import BEST, CHEAPEST, OURS, SURE, THUMB
from scheduling.web.statistics.common import page, view_of


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
    """Run the backtests beside the day's work; ``then`` names the page to go back to."""
    enqueue("scheduling.tasks.backtest_attendance")
    messages.success(request, _("The backtest runs in the background; its figures will stand here."))
    then = request.POST.get("then", "")
    return redirect(then if then == "statistics-replays" else "statistics-backtest")


@allowed(Action.SEE_STATISTICS)
@require_GET
def replayed(request: SignedIn) -> HttpResponse:
    """Show what the company's past days would have brought and cost with each way to plan."""
    kept = backtests.last_replays()
    found = kept.payload.get("found") if kept else None
    goal = kept.payload["goal"] if kept else None
    return page(
        request,
        "replays",
        view_of(request),
        {
            "kept": kept,
            "found": found,
            "goal": goal,
            "plans": _plans(found["plans"]) if found else [],
            "first": date.fromisoformat(found["first"]) if found else None,
            "last": date.fromisoformat(found["last"]) if found else None,
            "currency": Company.current().currency,
            "may_run": request.user.may(Action.EDIT_SETTINGS),
        },
        bare=True,
    )


def _plans(plans: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the plans in their order, ours first, with their words."""
    words = {
        OURS: _("Turnout: a first wave, answers, a top-up on the day"),
        THUMB: _("target divided by the usual share, rounded up"),
        CHEAPEST: _("one share for everybody, the cheapest number"),
        SURE: _("one share for everybody, the target in 9 days of 10"),
        BEST: _("the best fixed number, known only afterwards"),
    }
    return [{"code": code, "word": word, "is_ours": code == OURS, **plans[code]} for code, word in words.items()]
