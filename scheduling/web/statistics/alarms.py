"""What statistics add to Today: forecasts that drift away from what happens, and goals that will be missed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recruit.contrib import Alarm
from recruit.models import Office, User, Vacancy
from recruit.permissions import SEES_ALL, Action, Role
from recruit.templatetags.parts import day, num
from scheduling.services.checks import kept_alarms
from scheduling.services.goals import Miss, kept_misses
from scheduling.services.reports.ahead import LEVER_LABELS
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


# A hire that is missing in weeks weighs less than a session that falls short tonight.
MISS_COST, MOST_MISS_COST = 50.0, 350.0
# Today shows one alarm; of vacancies that will miss their goal these many, the costliest, stand in line for it.
MOST_MISSES = 3


def find_misses(request: HttpRequest, now: datetime) -> Iterable[Alarm]:
    """Find the vacancies that will miss their goal by most; no statement while none does, else one."""
    user = request.user
    if not isinstance(user, User) or not user.may(Action.SEE_STATISTICS):
        return
    misses = [one for one in kept_misses() if one.by >= now.date()]
    if not misses:
        return
    seen = Vacancy.objects.visible_to(user).open().filter(pk__in=[one.vacancy for one in misses])
    titles = dict(seen.values_list("pk", "title"))
    for one in [one for one in misses if one.vacancy in titles][:MOST_MISSES]:
        asked = urlencode({"hires": one.wanted, "by": one.by.isoformat(), "vacancy": one.vacancy})
        yield Alarm(
            text=_miss_words(one, titles[one.vacancy]),
            cost=min(one.median * MISS_COST, MOST_MISS_COST),
            url=f"{reverse('statistics-ahead')}?{asked}",
            button=_("Look ahead"),
            key=f"goals:{one.vacancy}",
        )


def _miss_words(one: Miss, title: str) -> str:
    missed = round(one.median)
    words = ngettext(
        "%(vacancy)s: you will miss by %(miss)s hire (%(low)s–%(high)s) by %(day)s. What would help most: %(lever)s (+%(more)s).",
        "%(vacancy)s: you will miss by %(miss)s hires (%(low)s–%(high)s) by %(day)s. What would help most: %(lever)s (+%(more)s).",
        missed,
    )
    return words % {
        "vacancy": title,
        "miss": num(missed),
        "low": num(one.low),
        "high": num(one.high),
        "day": day(one.by),
        "lever": LEVER_LABELS[one.lever],
        "more": num(one.lever_hires, 1),
    }


def _may_see(user: User, dimension: str, code: str) -> bool:
    if user.role in SEES_ALL:
        return True
    if dimension == "office":
        return Office.objects.visible_to(user).filter(pk=int(code) if code.isdigit() else 0).exists()
    return user.role == Role.LEAD or (dimension == "recruiter" and code == str(user.pk))
