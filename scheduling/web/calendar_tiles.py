"""Alarms of the calendars, and the mails that belong to a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from recruit.contrib import Alarm
from recruit.models import Candidate, Message, User
from recruit.permissions import Action
from recruit.states import MessageState
from scheduling.models import (
    BusyCalendar,
    FeedCopy,
    FeedDetail,
    IncomingMail,
    InterviewerBlock,
    InterviewSession,
    MailOutcome,
    SessionEvent,
)
from scheduling.services import clashes
from scheduling.services.availability import PLANNED
from scheduling.services.replies import arrival_time
from scheduling.states import EXPECTED

_MOST = 12


def find_alarms(request: HttpRequest, now: datetime) -> Iterable[Alarm]:
    """Find people and rooms who are taken while they are planned, calendar answers that leave a gap, unreadable calendars."""
    user = request.user
    if not isinstance(user, User) or not user.may(Action.PLAN_SESSION):
        return
    for clash in clashes.kept_clashes(user, at=now):
        words = _("%(who)s, %(when)s: %(why)s.") % {
            "who": clash.who,
            "when": f"{clash.session.starts_at.astimezone(clash.session.office.zone):%d.%m %H:%M}",
            "why": clash.why.label,
        }
        instead = ", ".join(clash.instead)
        yield Alarm(
            text=f"{words} "
            + (_("Free instead: %(names)s.") % {"names": instead} if instead else _("Nobody else is free.")),
            cost=800.0 if clash.is_sure else 400.0,
            url=reverse("session-people", args=[clash.session.pk]),
            button=_("Replace"),
        )
    yield from _answers(user, now)
    yield from _sent_somebody_else(user, now)
    yield from _silent_calendars(user, now)


def _answers(user: User, now: datetime) -> Iterable[Alarm]:
    coming = InterviewSession.objects.visible_to(user).filter(
        state__in=PLANNED, ends_at__gt=now, starts_at__lt=now + clashes.AHEAD
    )
    refused = InterviewerBlock.objects.filter(
        session__in=coming, is_off=False, answer__in=["declined", "delegated"]
    ).select_related("interviewer", "session__office")
    for block in refused.order_by("session__starts_at", "pk")[:_MOST]:
        when = f"{block.session.starts_at.astimezone(block.session.office.zone):%d.%m %H:%M}"
        if block.answer == "delegated":
            text = _("%(who)s wants %(delegate)s to interview instead, %(when)s.")
        else:
            text = _("%(who)s declined the session of %(when)s.")
        yield Alarm(
            text=text % {"who": block.interviewer, "delegate": block.delegate, "when": when},
            cost=700.0,
            url=reverse("session-people", args=[block.session_id]),
            button=_("Replace"),
        )


def _sent_somebody_else(user: User, now: datetime) -> Iterable[Alarm]:
    """Find people who would send somebody else to their own interview and have not been spoken to since."""
    coming = InterviewSession.objects.visible_to(user).filter(state__in=PLANNED, ends_at__gt=now)
    unanswered = Q(invitation__answered_at=None) | Q(invitation__answered_at__lte=F("received_at"))
    rows = IncomingMail.objects.filter(
        unanswered, outcome=MailOutcome.DELEGATED, invitation__session__in=coming, invitation__state__in=EXPECTED
    ).select_related("invitation__application__candidate", "invitation__session__office", "invitation__band")
    told: set[int] = set()
    for mail in rows.order_by("-received_at", "-pk")[:_MOST]:
        invitation = mail.invitation
        if invitation is None or invitation.pk in told:
            continue
        told.add(invitation.pk)
        zone = invitation.session.office.zone
        yield Alarm(
            text=_("%(who)s wants %(delegate)s to come to the interview of %(when)s instead: ask what is meant.")
            % {
                "who": invitation.application.candidate.display_name,
                "delegate": mail.facts.get("delegate") or _("somebody else"),
                "when": f"{arrival_time(invitation).astimezone(zone):%d.%m %H:%M}",
            },
            cost=500.0,
            url=reverse("invitation", args=[invitation.pk]),
            button=_("Look"),
        )


def _silent_calendars(user: User, now: datetime) -> Iterable[Alarm]:
    stale = BusyCalendar.objects.visible_to(user).filter(is_on=True, failures__gte=3)
    count = stale.filter(Q(read_at=None) | Q(read_at__lt=now - timedelta(days=1))).count()
    if count:
        yield Alarm(
            text=_("%(count)s calendars cannot be read: their owners may be taken without our knowing.")
            % {"count": count},
            cost=150.0,
            url=reverse("busy-calendars"),
            button=_("Look"),
        )


def _mails_of(person: Candidate) -> Any:
    return IncomingMail.objects.filter(invitation__application__candidate=person)


def export_mails(person: Candidate) -> list[dict[str, Any]]:
    """Return what is kept of the mails of a person."""
    rows = _mails_of(person).values("received_at", "from_address", "subject", "words", "outcome")
    return [{**row, "received_at": row["received_at"].isoformat()} for row in rows]


def erase_mails(person: Candidate) -> int:
    """Erase the mails of a person, and their name from the calendars of the staff; return how many mails there were."""
    sessions = InterviewSession.objects.filter(invitations__application__candidate=person)
    # Both are written anew when they are next asked for.
    SessionEvent.objects.filter(session__in=sessions, view__startswith=FeedDetail.PEOPLE).delete()
    FeedCopy.objects.filter(feed__detail=FeedDetail.PEOPLE).delete()
    blocks = InterviewerBlock.objects.filter(session__in=sessions).values("pk")
    told = Message.objects.filter(about="scheduling.InterviewerBlock", about_id__in=blocks)
    told.exclude(state=MessageState.NEW).update(body="", calendar="")
    return int(_mails_of(person).delete()[0])
