"""The pass list of the building's guard: names and times, printed or mailed, and mailed again when it changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recruit.messaging.outbox import drop_waiting, post
from recruit.models import Channel, Company, Message, MessageKind
from recruit.templatetags.parts import clock, long_day
from scheduling.models import InterviewSession, PassDesk
from scheduling.services.replies import arrival_time
from scheduling.states import CAME, EXPECTED, SessionState

ABOUT = "scheduling.PassList"
# The list goes out the evening before, on the clock of the office, and then with each change.
EVENING_HOUR = 18


@dataclass(frozen=True, kw_only=True)
class Pass:
    """One line of the list."""

    at: datetime
    name: str


def pass_list(session: InterviewSession) -> list[Pass]:
    """Return whom the guard should let in, by time and name; who declined or was called off is not on it."""
    rows = session.invitations.filter(Q(state__in=EXPECTED) | Q(state__in=CAME, is_walk_in=False)).with_people()
    found = [Pass(at=arrival_time(row), name=row.application.candidate.display_name) for row in rows]
    return sorted(found, key=lambda one: (one.at, one.name))


def body_of(session: InterviewSession, passes: list[Pass]) -> tuple[str, str]:
    """Return subject and text of the mail, in the company's language."""
    zone = session.office.zone
    with translation.override(Company.current().language or "en"):
        when = long_day(session.starts_at, zone)
        subject = _("Pass list, %(day)s, %(office)s") % {"day": when, "office": session.office.name}
        lines = [f"{clock(one.at, zone)}  {one.name}" for one in passes]
        count = len(passes)
        head = ngettext("%(n)s person is expected.", "%(n)s people are expected.", count) % {"n": count}
        note = _("This list replaces the one before. Names are for the entrance only; please destroy it after the day.")
        return subject, "\n".join([head, "", *lines, "", note]) + "\n"


def mail_pass_list(session: InterviewSession, *, at: datetime) -> Message | None:
    """Write the mail to the guard unless the last one said the same; None where nobody is named as guard."""
    guard = PassDesk.objects.filter(office=session.office_id).first()
    if guard is None:
        return None
    subject, body = body_of(session, pass_list(session))
    before = Message.objects.filter(about=ABOUT, about_id=session.pk).order_by("-pk").first()
    if before is not None and before.body == body and before.to_address == guard.email:
        return before
    drop_waiting(about=ABOUT, about_id=session.pk, reason="replaced by a newer list")
    count = Message.objects.filter(about=ABOUT, about_id=session.pk).count()
    return post(
        effect_key=f"pass-list:{session.pk}:{count + 1}",
        kind=MessageKind.OTHER,
        channel=Channel.EMAIL,
        to_name=str(session.office),
        to_address=guard.email,
        about=ABOUT,
        about_id=session.pk,
        subject=subject,
        body=body,
        not_before=at,
        not_after=session.ends_at,
    )


def due_sessions(*, at: datetime) -> list[InterviewSession]:
    """Return the sessions whose guard should have the list by ``at``: from the evening before until their end."""
    rows = InterviewSession.objects.filter(
        state__in=[SessionState.OPEN, SessionState.RUNNING],
        office__pass_desk__isnull=False,
        ends_at__gte=at,
        starts_at__lte=at + timedelta(hours=36),
    ).select_related("office")
    return [session for session in rows if at >= _evening_before(session)]


def _evening_before(session: InterviewSession) -> datetime:
    local = timezone.localtime(session.starts_at, session.office.zone) - timedelta(days=1)
    return local.replace(hour=EVENING_HOUR, minute=0, second=0, microsecond=0)


def mail_due_lists(*, at: datetime) -> int:
    """Mail every list that is due and has changed since; return how many sessions were looked at. Safe to repeat."""
    sessions = due_sessions(at=at)
    for session in sessions:
        mail_pass_list(session, at=at)
    return len(sessions)
