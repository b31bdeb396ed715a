"""What the interview day tells of the people on a vacancy's board."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from recruit.contrib import CardFact
from recruit.models import Application, User, Vacancy
from recruit.permissions import Action
from recruit.states import Stage
from recruit.templatetags.parts import clock, day, num
from scheduling.models import InterviewSession, Invitation, Scorecard
from scheduling.services.replies import arrival_time
from scheduling.states import LIVE
from scheduling.web.marks import mark_of

_STAGES = (Stage.INTERVIEW, Stage.OFFER)


def of_cards(shown: Sequence[Application], user: User) -> dict[int, CardFact]:
    """Return, for people in interviews, the last invitation: its mark, when, and the mean of the marks they got."""
    wanted = [row.pk for row in shown if row.stage in _STAGES]
    if not wanted:
        return {}
    last: dict[int, Invitation] = {}
    rows = Invitation.objects.filter(application__in=wanted).select_related("session__office", "band")
    for invitation in rows.order_by("pk"):
        last[invitation.application_id] = invitation
    marks: dict[int, list[float]] = defaultdict(list)
    cards = Scorecard.objects.filter(invitation__in=[one.pk for one in last.values()], submitted_at__isnull=False)
    for number, given in cards.values_list("invitation", "marks") if user.may(Action.SEE_SCORECARDS) else ():
        marks[number] += [float(mark) for mark in given.values() if isinstance(mark, int | float)]
    now = timezone.now()
    # An offer says more than the interview before it.
    stages = {row.pk: row.stage for row in shown}
    return {
        number: _fact(one, marks[one.pk], now=now) for number, one in last.items() if stages[number] == Stage.INTERVIEW
    }


def _fact(invitation: Invitation, marks: list[float], *, now: datetime) -> CardFact:
    mark, word, tone = mark_of(invitation, now=now)
    if marks:
        return CardFact(
            words=_("%(word)s, marks %(mean)s") % {"word": word, "mean": num(sum(marks) / len(marks), 1)}, mark=mark
        )
    at, zone = arrival_time(invitation), invitation.session.office.zone
    today = at.astimezone(zone).date() == now.astimezone(zone).date()
    when = clock(at, zone) if today else f"{day(at, zone)}, {clock(at, zone)}"
    silent = mark == "invited" and invitation.state in LIVE
    return CardFact(words=f"{when}, {word}", mark=mark, tone="warn" if silent else tone)


def of_columns(vacancy: Vacancy, user: User) -> dict[str, Any]:
    """Return when the next session for the vacancy is."""
    now = timezone.now()
    coming = (
        InterviewSession.objects.visible_to(user)
        .planned()
        .filter(vacancies=vacancy, ends_at__gte=now)
        .select_related("office")
        .order_by("starts_at")
        .first()
    )
    if coming is None:
        return {}
    zone = coming.office.zone
    today = coming.starts_at.astimezone(zone).date() == now.astimezone(zone).date()
    hour = clock(coming.starts_at, zone)
    words = _("%(hour)s today") % {"hour": hour} if today else f"{day(coming.starts_at, zone)}, {hour}"
    return {Stage.INTERVIEW: words}
