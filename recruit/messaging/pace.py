"""How fast and when messages leave: so many a minute over all workers, and no phone rings by night."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from recruit.models import Application, Channel, Company, Message, Office, RateCount

_SECONDS = 60


def most_a_minute(company: Company, channel: str) -> int:
    """Return how many may leave on ``channel`` in a minute; 0: as many as there are."""
    return {Channel.EMAIL: company.mails_per_minute, Channel.SMS: company.sms_per_minute}.get(Channel(channel), 0)


def take(channel: str, most: int, *, at: datetime) -> bool:
    """Take one of the ``most`` places of this minute; False where none is left. Exact, however many workers take at once."""
    if not most:
        return True
    window = int(at.timestamp()) // _SECONDS
    rows = RateCount.objects.filter(key=f"outbox:{channel}")
    for _ in range(3):
        if rows.filter(window=window, count__lt=most).update(count=F("count") + 1):
            return True
        if rows.filter(window__lt=window).update(window=window, count=1):
            return True
        with suppress(IntegrityError), transaction.atomic():
            RateCount.objects.create(key=f"outbox:{channel}", window=window, count=1)
            return True
        if rows.filter(window=window, count__gte=most).exists():
            return False
    return False


def after_quiet(moment: datetime, start: time | None, end: time | None, zone: tzinfo) -> datetime:
    """Return ``moment``, or the end of the quiet hours from ``start`` to ``end`` on the clock of ``zone`` that it falls into.

    Equal or missing hours are none; they may pass midnight.
    """
    if start is None or end is None or start == end:
        return moment
    local = timezone.localtime(moment, zone)
    now = local.time()
    is_quiet = start <= now < end if start < end else now >= start or now < end
    if not is_quiet:
        return moment
    morning = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return morning if now < end else morning + timedelta(days=1)


def zones_of(messages: Sequence[Message]) -> dict[int, ZoneInfo]:
    """Return the clock of each candidate of ``messages``: of the office they applied to last, else of the first office."""
    people = {one.candidate_id for one in messages if one.candidate_id is not None}
    if not people:
        return {}
    first = Office.objects.order_by("pk").values_list("time_zone", flat=True).first() or "UTC"
    found = dict.fromkeys(people, ZoneInfo(first))
    rows = Application.objects.filter(candidate__in=people).exclude(vacancy__office=None).order_by("applied_at", "pk")
    for candidate, zone in rows.values_list("candidate_id", "vacancy__office__time_zone"):
        found[candidate] = ZoneInfo(zone)
    return found


def put_off(messages: Sequence[Message], company: Company, *, at: datetime) -> list[Message]:
    """Return the texts that may ring a phone now; the others wait for the end of the quiet hours of their person."""
    if company.sms_quiet_from is None or company.sms_quiet_to is None:
        return list(messages)
    zones, now = zones_of(messages), []
    for message in messages:
        zone = zones.get(message.candidate_id or 0)
        later = after_quiet(at, company.sms_quiet_from, company.sms_quiet_to, zone) if zone is not None else at
        if later > at:
            Message.objects.filter(pk=message.pk, state=message.state).update(not_before=later)
        else:
            now.append(message)
    return now
