"""Reading the calendars of interviewers and rooms: on a schedule, through the guarded door, in the sandbox's child."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from recruit import sandbox
from recruit.errors import FileRefusedError, InvalidInputError
from recruit.models import Office
from recruit.outbound import Answer, Door, OutboundError
from recruit.queue import enqueue
from scheduling.models import BusyCalendar, BusyTime, Interviewer, InterviewerBlock, Room, SessionEvent

EVERY = timedelta(minutes=30)
LONGEST_PAUSE = timedelta(hours=12)
# What is kept: from yesterday, so that a session of today is seen whole, to as far as anybody plans.
BEFORE, AHEAD = timedelta(days=1), timedelta(days=120)
MOST_BYTES = 25 * 1024 * 1024
LIMITS = sandbox.Limits(
    wall_seconds=30.0, cpu_seconds=15.0, memory_bytes=300 * 1024 * 1024, answer_bytes=8 * 1024 * 1024
)


def add_calendar(
    *, url: str, at: datetime, interviewer: Interviewer | None = None, room: Room | None = None
) -> BusyCalendar:
    """Keep an external address of a person or a room and have it read at once.

    ``webcal://`` is read as https. ``InvalidInputError`` for what is no web address or is kept already.
    """
    address = url.strip()
    for old, new in (("webcals://", "https://"), ("webcal://", "https://")):
        if address.lower().startswith(old):
            address = new + address[len(old) :]
    if not address.lower().startswith(("https://", "http://")) or len(address) > 1000 or any(c <= " " for c in address):
        raise InvalidInputError("This is not a web address.", field="url")
    if BusyCalendar.objects.filter(interviewer=interviewer, room=room, url=address).exists():
        raise InvalidInputError("This calendar is read already.", field="url")
    with transaction.atomic():
        calendar = BusyCalendar.objects.create(interviewer=interviewer, room=room, url=address, next_read_at=at + EVERY)
        enqueue("scheduling.tasks.read_busy_calendar", calendar_id=calendar.pk)
    return calendar


def read_due(*, at: datetime, limit: int = 500) -> int:
    """Queue one task for each calendar that is due; of two workers that see one, one moves its next time on and wins."""
    queued = 0
    for row in BusyCalendar.objects.due(at).order_by("next_read_at")[:limit]:
        with transaction.atomic():
            claimed = BusyCalendar.objects.filter(pk=row.pk, next_read_at=row.next_read_at).update(
                next_read_at=at + EVERY
            )
            if claimed:
                enqueue("scheduling.tasks.read_busy_calendar", calendar_id=row.pk)
                queued += 1
    return queued


def read_calendar(calendar: BusyCalendar, *, at: datetime, door: Door | None = None) -> BusyCalendar:
    """Read one calendar now. What cannot be read leaves the last good copy and says why; each failure waits longer."""
    own_door = door is None
    door = door or Door(retries=1, max_bytes=MOST_BYTES, silence_seconds=15.0, total_seconds=60.0, max_wait_seconds=5.0)
    try:
        answer = door.get(calendar.url, headers=_conditions(calendar, at=at))
        if answer.status == 304:
            return _note(calendar, at=at, read_at=at, failures=0, error="")
        if not answer.ok:
            return _failed(calendar, f"The address answers {answer.status}.", at=at)
        digest = hashlib.sha256(answer.body).hexdigest()
        day = f"{at:%Y%m%d}:"
        if calendar.digest == (day + digest)[:64]:
            return _note(calendar, at=at, read_at=at, failures=0, error="")
        read = sandbox.run(
            "scheduling.ics.busy.read_busy",
            answer.body,
            limits=LIMITS,
            start=(at - BEFORE).isoformat(),
            end=(at + AHEAD).isoformat(),
            zone=_zone_of(calendar),
            address=calendar.interviewer.email if calendar.interviewer else "",
            own=_own_uids(calendar, at=at),
        )
    except OutboundError as error:
        return _failed(calendar, str(error), at=at)
    except FileRefusedError as error:
        return _failed(calendar, error.message, at=at)
    finally:
        if own_door:
            door.close()
    return _keep(calendar, read, answer, digest=(day + digest)[:64], at=at)


def _conditions(calendar: BusyCalendar, *, at: datetime) -> dict[str, str]:
    """Return the headers that let the other side say "nothing new"; once a day the whole is read, as the window moves."""
    headers = {"Accept": "text/calendar, */*;q=0.5"}
    if calendar.digest.startswith(f"{at:%Y%m%d}:"):
        if calendar.etag:
            headers["If-None-Match"] = calendar.etag
        elif calendar.last_modified:
            headers["If-Modified-Since"] = calendar.last_modified
    return headers


def _keep(calendar: BusyCalendar, read: dict[str, Any], answer: Answer, *, digest: str, at: datetime) -> BusyCalendar:
    with transaction.atomic():
        calendar.times.all().delete()
        BusyTime.objects.bulk_create(
            (
                BusyTime(
                    calendar=calendar,
                    starts_at=datetime.fromisoformat(start),
                    ends_at=datetime.fromisoformat(end),
                    is_sure=sure,
                )
                for start, end, sure in read["periods"]
            ),
            batch_size=1000,
        )
        return _note(
            calendar,
            at=at,
            read_at=at,
            failures=0,
            error="",
            digest=digest,
            etag=answer.headers.get("ETag", "")[:200],
            last_modified=answer.headers.get("Last-Modified", "")[:64],
            events=read["events"],
            remarks=read["remarks"],
        )


def _note(calendar: BusyCalendar, *, at: datetime, **changes: Any) -> BusyCalendar:
    BusyCalendar.objects.filter(pk=calendar.pk).update(tried_at=at, next_read_at=at + EVERY, **changes)
    calendar.refresh_from_db()
    return calendar


def _failed(calendar: BusyCalendar, why: str, *, at: datetime) -> BusyCalendar:
    failures = min(calendar.failures + 1, 30)
    pause = min(EVERY * 2 ** min(failures, 6), LONGEST_PAUSE)
    BusyCalendar.objects.filter(pk=calendar.pk).update(
        tried_at=at, failures=failures, error=why[:300], next_read_at=at + pause
    )
    calendar.refresh_from_db()
    return calendar


def _zone_of(calendar: BusyCalendar) -> str:
    """Return the clock of the owner: that of the room's office, of the person's log-in, of their office."""
    if calendar.room is not None:
        return calendar.room.office.time_zone
    person = calendar.interviewer
    if person is not None and person.user is not None:
        return person.user.time_zone
    office = Office.objects.filter(interviewers=person).order_by("pk").first() if person is not None else None
    return office.time_zone if office is not None else "UTC"


def _own_uids(calendar: BusyCalendar, *, at: datetime) -> list[str]:
    """Return the UIDs of our own entries around now: somebody who accepted ours is not busy because of it."""
    since = at - BEFORE - timedelta(days=1)
    blocks = InterviewerBlock.objects.filter(session__ends_at__gte=since)
    if calendar.interviewer_id is not None:
        blocks = blocks.filter(interviewer=calendar.interviewer_id)
    events = SessionEvent.objects.filter(session__ends_at__gte=since)
    return [*blocks.values_list("uid", flat=True)[:5000], *events.values_list("uid", flat=True)[:5000]]
