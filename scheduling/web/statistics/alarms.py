"""What statistics add to Today: forecasts that drift away from what happens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from recruit.contrib import Alarm
from recruit.models import Office, User
from recruit.permissions import SEES_ALL, Action, Role
from scheduling.services.checks import kept_alarms
from scheduling.services.reports.dimensions import DIMENSIONS


def find_alarms(request: HttpRequest, now: datetime) -> Iterable[Alarm]:
    """Find sources, offices and recruiters whose arrivals left their forecasts; one statement while nothing drifts.

    Figures of the whole company are for those who see all of it, and leads; an office's for whoever sees the office;
    a recruiter's for leads and for the recruiter alone.
    """
    del now
    user = request.user
    if not isinstance(user, User) or not user.may(Action.SEE_STATISTICS):
        return
    for one in kept_alarms():
        if not _may_see(user, one["dimension"], one["code"]):
            continue
        name = DIMENSIONS[one["dimension"]].names([one["code"]]).get(one["code"], one["code"])
        more = one["direction"] > 0
        words = (
            _("%(name)s: more people come than forecast (%(came)s, %(expected)s were expected).")
            if more
            else _("%(name)s: fewer people come than forecast (%(came)s, %(expected)s were expected).")
        )
        yield Alarm(
            text=words % {"name": name, "came": one["came"], "expected": round(one["expected"])},
            # Empty chairs cost more than a full room: a lack weighs twice.
            cost=min(abs(one["came"] - one["expected"]) * (5.0 if more else 10.0), 250.0),
            url=reverse("statistics-right"),
            button=_("Look"),
        )


def _may_see(user: User, dimension: str, code: str) -> bool:
    if user.role in SEES_ALL:
        return True
    if dimension == "office":
        return Office.objects.visible_to(user).filter(pk=int(code) if code.isdigit() else 0).exists()
    return user.role == Role.LEAD or (dimension == "recruiter" and code == str(user.pk))
