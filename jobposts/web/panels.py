"""What job boards add to recruit's pages: the rail, alarms of Today, a panel of the candidate, personal data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobposts.models import BoardResponse
from jobposts.services import health, steps
from recruit.contrib import Alarm
from recruit.models import Candidate, User
from recruit.permissions import Action


def unwell(user: User) -> int | None:
    """Count the accounts that need somebody; None for none, so that the rail stays quiet."""
    del user
    now = timezone.now()
    return sum(one.state in {"broken", "captcha", "failing"} for one in health.worries(at=now)) or None


# What a day of an account that nobody reads may cost, in the company's currency: responses that go elsewhere.
COSTS = {"broken": 3000.0, "captcha": 3000.0, "failing": 2000.0, "silent": 1000.0}


def alarms(request: HttpRequest, now: datetime) -> Iterable[Alarm]:
    """Warn of accounts that cannot be read, responses that are missing, paid steps nobody knows the end of."""
    user = request.user
    if not isinstance(user, User) or not user.may(Action.SEE_BOARDS):
        return
    for one in health.worries(at=now):
        url = reverse("board-account", args=[one.account.pk])
        words = {
            "broken": _("%(account)s wants a new log-in; no responses come in."),
            "captcha": _("%(account)s wants a person to solve a captcha; no responses come in."),
            "failing": _("%(account)s cannot be read."),
            "silent": _("%(account)s has not been read for long; is the worker running?"),
        }.get(one.state)
        if words:
            yield Alarm(text=words % {"account": one.account}, cost=COSTS[one.state], url=url, button=_("See"))
        if one.missing:
            text = ngettext(
                "%(account)s counts %(count)s response that is not here.",
                "%(account)s counts %(count)s responses that are not here.",
                one.missing,
            )
            yield Alarm(
                text=text % {"account": one.account, "count": one.missing},
                cost=50.0 * one.missing,
                url=url,
                button=_("See"),
            )
        if one.unknown_promotions:
            yield Alarm(
                text=_("%(account)s did not say whether a paid step was done.") % {"account": one.account},
                cost=500.0,
                url=reverse("boards"),
                button=_("See"),
            )


def candidate_panel(person: Candidate, user: User) -> dict[str, Any]:
    """Return how the person stands on the boards, with the steps that each board offers."""
    rows = BoardResponse.objects.filter(
        candidate=person, application__in=person.applications.visible_to(user)
    ).select_related("account", "posting")
    return {
        "rows": [{"row": row, "state": steps.state_name(row), "steps": steps.offered(row)} for row in rows[:10]],
        "may_step": user.may(Action.MOVE_STAGE),
    }


def export_responses(person: Candidate) -> list[dict[str, Any]]:
    """Return what boards told us of a person."""
    return [
        {
            "board": str(row.account),
            "posting": str(row.posting),
            "number": row.external_id,
            "state": row.state,
            "payload": row.payload,
            "at": row.created_at.isoformat(),
        }
        for row in BoardResponse.objects.filter(candidate=person).select_related("account", "posting")
    ]


def erase_responses(person: Candidate) -> int:
    """Empty what boards told us of a person; the number of the response stays, so that it is not taken in again."""
    rows = BoardResponse.objects.filter(candidate=person)
    return rows.update(payload={}, resume_number="", owner_number="", resume_state="hidden", resume=None, digest="")
