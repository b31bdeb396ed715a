"""What the worker does for interviews; each task is safe to repeat."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from scheduling.models import BusyCalendar, IncomingMail, InterviewSession, MailOutcome
from scheduling.services import (
    backtests,
    blocks,
    busy_calendars,
    checks,
    clashes,
    feed_copies,
    goals,
    incoming,
    ladders,
    mailboxes,
    standby,
    week_mail,
)
from scheduling.services.attendance import refit
from scheduling.services.passes import mail_due_lists


@task(queue_name="fits")
def refit_attendance(as_of: str = "") -> str:
    """Learn from everything that was settled before ``as_of`` (ISO 8601; now when empty)."""
    moment = datetime.fromisoformat(as_of) if as_of else timezone.now()
    fitted = refit(as_of=moment)
    return fitted.version if fitted is not None else ""


@task(queue_name="fits")
def check_forecasts() -> int:
    """Hold forecasts against who came, look for drift and for goals that will be missed; return how many were new."""
    now = timezone.now()
    checked = checks.check_sessions(at=now)
    checks.look_for_drift(at=now)
    goals.look_for_misses(at=now)
    return checked


@task(queue_name="default")
def look_for_clashes() -> int:
    """Look for people and rooms who are taken while they are planned; return how many there are."""
    return clashes.look_for_clashes(at=timezone.now())


@task(queue_name="fits")
def backtest_attendance() -> str:
    """Score the model on the company's own history and play its days again, for their pages."""
    now = timezone.now()
    backtests.run_replays(at=now)
    return backtests.run_backtest(at=now).at.isoformat()


@task(queue_name="mail")
def mail_week() -> int:
    """On Mondays, mail last week's sheet to administrators and leads; return how many were written."""
    return week_mail.mail_week(at=timezone.now())


@task(queue_name="mail")
def sync_blocks(session_id: int) -> int:
    """Tell a session's interviewers by their calendars what changed for them."""
    session = InterviewSession.objects.filter(pk=session_id).first()
    return len(blocks.sync_blocks(session, at=timezone.now())) if session is not None else 0


@task(queue_name="default")
def sync_calendars() -> int:
    """Bring the numbers in the calendars of the coming days up to date, and tell interviewers the day before."""
    now = timezone.now()
    changed = feed_copies.refresh_coming(at=now)
    tomorrow = InterviewSession.objects.planned().between(now, now + timedelta(hours=24))
    for session in tomorrow.filter(blocks__is_off=False).distinct():
        changed += len(blocks.sync_blocks(session, at=now, with_numbers=True))
    incoming.forget_old(at=now)
    return changed


@task(queue_name="mail")
def read_mail(mail_id: int) -> str:
    """Read one mail that came in."""
    mail = IncomingMail.objects.filter(pk=mail_id, outcome=MailOutcome.WAITING).first()
    return incoming.read(mail, at=timezone.now()).outcome if mail is not None else ""


@task(queue_name="mail")
def fetch_mail() -> int:
    """Take over new mail from the boxes of the settings, and read what was left over."""
    taken = mailboxes.fetch_all(at=timezone.now())
    incoming.read_waiting()
    return taken


@task(queue_name="default")
def read_busy_calendars() -> int:
    """Queue the reading of external calendars that are due."""
    return busy_calendars.read_due(at=timezone.now())


@task(queue_name="default")
def read_busy_calendar(calendar_id: int) -> str:
    """Read one external calendar; its fault is kept and shown."""
    calendar = (
        BusyCalendar.objects.select_related("interviewer__user", "room__office")
        .filter(pk=calendar_id, is_on=True)
        .first()
    )
    return busy_calendars.read_calendar(calendar, at=timezone.now()).error if calendar is not None else ""


@task(queue_name="mail")
def mail_pass_lists() -> int:
    """Mail the guards' lists that are due or have changed."""
    return mail_due_lists(at=timezone.now())


@task(queue_name="mail")
def climb_ladders() -> int:
    """Do the steps of the reminder ladders that are due; end offers of free places whose time is over."""
    now = timezone.now()
    standby.expire(at=now)
    return ladders.climb(at=now) + ladders.remind_of_marks(at=now)
