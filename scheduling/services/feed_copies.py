"""The bytes of calendar feeds.

A feed is joined from events whose bytes are stored. An event is written anew only when its session changed (its version
grew), and its DTSTAMP moves only when its text did: the same calendar gives the same bytes whenever it is asked for.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction
from django.db.models import BigIntegerField, Count, F, FilteredRelation, Q, QuerySet, Sum
from django.utils import translation
from django.utils.translation import gettext as _

from recruit.models import Company
from scheduling.ics.feed import Entry, event_text, feed_bytes, free_busy_bytes
from scheduling.ics.hours import joined
from scheduling.models import Feed, FeedCopy, FeedDetail, InterviewSession, SessionEvent
from scheduling.services.feed_addresses import subject_name
from scheduling.services.feeds import detail_of, sessions_of, window_start
from scheduling.services.session_texts import SessionText, session_texts
from scheduling.services.uids import new_uid
from scheduling.states import SessionState

# How long a session that was called off stays in the feed as such.
CANCELLED_STAYS = timedelta(days=30)
FREE_BUSY_DAYS = 60
_BATCH = 500
_TEXT_COLUMNS = ("format", "state", "title", "office", "online_link", "starts_at", "ends_at", "version")


def _name_of(feed: Feed, company: str) -> str:
    """Return the name a calendar program shows for the feed."""
    subject = subject_name(feed)
    if not subject:
        with translation.override(feed.language):
            subject = _("My sessions")
    return f"{subject} · {company}"


def current_copy(feed: Feed, *, at: datetime) -> FeedCopy:
    """Return the feed's bytes as they are now; nothing is written where nothing changed.

    ``body`` and ``packed`` of a copy that is fresh are loaded only when they are touched.
    """
    # Only the name is looked at in a poll that finds nothing new.
    company = Company.objects.filter(pk=1).values_list("name", flat=True).first() or Company.current().name
    name = _name_of(feed, company)
    mark = _mark(feed, name, at=at)
    return _kept(feed, mark) or _build(feed, name, mark, at=at)


def _kept(feed: Feed, mark: str) -> FeedCopy | None:
    """Return the copy if its bytes are still right."""
    # ``feed_of`` brings the copy along; somebody who made the feed just now has not looked yet.
    if Feed.copy.is_cached(feed):
        return feed.copy if feed.mark == mark and hasattr(feed, "copy") else None
    return FeedCopy.objects.filter(feed=feed, feed__mark=mark).defer("body", "packed").first()


def _mark(feed: Feed, name: str, *, at: datetime) -> str:
    """Return what tells one state of the feed from another: counts and versions of its sessions, name, detail, day."""
    rows = sessions_of(feed, at=at)
    found = rows.order_by().aggregate(
        count=Count("pk"), weight=Sum(F("version") * F("pk") + F("pk"), output_field=BigIntegerField())
    )
    head = f"{detail_of(feed)}:{feed.language}:{feed.color}:{name}"
    digest = hashlib.sha256(head.encode()).hexdigest()[:16]
    numbers = ".".join(str(found[key] or 0) for key in ("count", "weight"))
    return f"3|{window_start(at):%Y%m%d}|{digest}|{numbers}"


def _build(feed: Feed, name: str, mark: str, *, at: datetime) -> FeedCopy:
    view = f"{detail_of(feed)}:{feed.language}"
    bodies = _bodies(sessions_of(feed, at=at), view, Company.current(), at=at)
    body = feed_bytes(bodies, name=name, color=feed.color)
    etag = hashlib.sha256(body).hexdigest()[:40]
    copies = FeedCopy.objects.filter(feed=feed)
    with transaction.atomic():
        # Held, so that the mark of one who builds never stands beside the bytes of another. What is kept is neither read
        # nor written again where the bytes stayed the same.
        kept = copies.select_for_update().values_list("etag", flat=True).first()
        if kept != etag:
            values = {
                "etag": etag, "changed_at": at.replace(microsecond=0), "body": body, "packed": b"", "events": len(bodies),
            }  # fmt: skip
            if not copies.update(**values):
                FeedCopy.objects.bulk_create([FeedCopy(feed=feed, **values)], ignore_conflicts=True)
        Feed.objects.filter(pk=feed.pk, copy__etag=etag).update(mark=mark)
    return copies.defer("body", "packed").get()


def packed_of(copy: FeedCopy) -> bytes:
    """Return the gzip form of a copy, made once."""
    if not copy.packed:
        copy.packed = gzip.compress(bytes(copy.body), compresslevel=5, mtime=0)
        FeedCopy.objects.filter(pk=copy.pk, etag=copy.etag).update(packed=copy.packed)
    return bytes(copy.packed)


def _bodies(sessions: QuerySet[InterviewSession], view: str, company: Company, *, at: datetime) -> list[str]:
    """Return the stored texts of the sessions' events in order, after writing those of sessions that changed."""
    stays = at - CANCELLED_STAYS
    fresh = Q(event__session_version=F("version"))
    # What was called off is shown for a while; what was called off before anybody could see it never gets an event.
    shown = ~Q(state=SessionState.CANCELLED) | Q(event__dtstamp__gte=stays) | (Q(event__isnull=False) & ~fresh)
    rows = (
        sessions.annotate(event=FilteredRelation("events", condition=Q(events__view=view)))
        .filter(shown)
        # Sorted here: the database would carry megabytes of texts through its sorting.
        .order_by()
        .values_list("pk", "version", "event__session_version", "event__body")
    )
    texts: dict[int, str] = {}
    stale = []
    for pk, version, written, body in rows.iterator(chunk_size=5000):
        texts[pk] = body or ""
        if version != written:
            stale.append(pk)
    for start in range(0, len(stale), _BATCH):
        part = stale[start : start + _BATCH]
        write_events(part, view, company, at=at)
        texts |= dict.fromkeys(part, "")
        written_now = SessionEvent.objects.filter(session__in=part, view=view).exclude(
            session__state=SessionState.CANCELLED, dtstamp__lt=stays
        )
        texts |= dict(written_now.values_list("session_id", "body"))
    return [texts[pk] for pk in sorted(texts) if texts[pk]]


def write_events(ids: Sequence[int], view: str, company: Company, *, at: datetime) -> int:
    """Write the events of these sessions in one view; return how many texts changed.

    SEQUENCE grows with the times and the state, DTSTAMP with any change of the text.
    """
    detail, _colon, language = view.partition(":")
    sessions = list(InterviewSession.objects.filter(pk__in=ids).only(*_TEXT_COLUMNS).order_by("pk"))
    texts = session_texts(sessions, detail=detail, language=language, at=at)
    known = {event.session_id: event for event in SessionEvent.objects.filter(session__in=ids, view=view)}
    new, changed, checked = [], [], []
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    for session in sessions:
        text, event = texts[session.pk], known.get(session.pk)
        if event is None and text.is_off:
            continue
        core, digest = _digests(text, company)
        if event is None:
            event = SessionEvent(session=session, view=view, uid=new_uid(), dtstamp=at.replace(microsecond=0))
            new.append(event)
        elif event.digest != digest:
            event.sequence += event.core != core
            event.dtstamp = max(at.replace(microsecond=0), event.dtstamp + timedelta(seconds=1))
            changed.append(event)
        else:
            event.session_version = session.version
            checked.append(event)
            continue
        event.core, event.digest, event.session_version = core, digest, session.version
        event.body = event_text(_entry(event, text, company, sender))
    # Of two who write the same event first, one is kept; both read what is kept.
    SessionEvent.objects.bulk_create(new, ignore_conflicts=True, batch_size=_BATCH)
    SessionEvent.objects.bulk_update(
        changed, ["core", "digest", "session_version", "body", "sequence", "dtstamp"], batch_size=100
    )
    SessionEvent.objects.bulk_update(checked, ["session_version"], batch_size=_BATCH)
    return len(new) + len(changed)


def _digests(text: SessionText, company: Company) -> tuple[str, str]:
    core = hashlib.sha256(f"{text.starts_at}|{text.ends_at}|{text.is_off}".encode()).hexdigest()
    parts = (core, text.summary, text.description, text.location, text.url, company.name)
    whole = "\x1f".join(parts)
    return core, hashlib.sha256(whole.encode()).hexdigest()


def _entry(event: SessionEvent, text: SessionText, company: Company, sender: str) -> Entry:
    return Entry(
        uid=event.uid,
        sequence=event.sequence,
        dtstamp=event.dtstamp,
        start=text.starts_at,
        end=text.ends_at,
        summary=text.summary,
        description=text.description,
        location=text.location,
        url=text.url,
        organizer_name=company.name,
        organizer_email=sender,
        is_off=text.is_off,
    )


def replaced_body(feed: Feed) -> bytes:
    """Return what an address that was replaced gives: one event that says so."""
    when = (feed.rotated_at or feed.created_at).replace(microsecond=0)
    with translation.override(feed.language):
        summary = _("This calendar address was replaced")
        description = _("Ask for the new address, or find it in Turnout under Calendars, and subscribe again.")
    entry = Entry(
        uid=f"{feed.public_id.lower()}-{feed.version}-replaced@turnout",
        sequence=0,
        dtstamp=when,
        start=when,
        end=when + timedelta(hours=1),
        summary=summary,
        description=description,
        organizer_name="Turnout",
        organizer_email=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    )
    return feed_bytes([event_text(entry)], name=summary, color=feed.color)


def free_busy(feed: Feed, *, at: datetime) -> bytes:
    """Return the taken times of the next 60 days of a feed's sessions, without anything else."""
    start = datetime.combine(at.astimezone(UTC).date(), time(0), UTC)
    end = start + timedelta(days=FREE_BUSY_DAYS)
    rows = sessions_of(feed, at=at).filter(
        state__in=[SessionState.OPEN, SessionState.RUNNING], starts_at__lt=end, ends_at__gt=start
    )
    return free_busy_bytes(
        joined(rows.order_by().values_list("starts_at", "ends_at")),
        uid=f"{feed.public_id.lower()}-busy@turnout",
        stamp=start,
        start=start,
        end=end,
        organizer_name=Company.current().name,
        organizer_email=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    )


def refresh_coming(*, at: datetime, days: int = 4) -> int:
    """Write the events of the coming days anew: their forecast changes with the days; return how many texts did."""
    company = Company.current()
    rows = SessionEvent.objects.filter(
        Q(session__starts_at__lt=at + timedelta(days=days)),
        session__ends_at__gt=at,
        session__state__in=[SessionState.OPEN, SessionState.RUNNING],
    ).exclude(view__startswith=FeedDetail.BUSY)
    by_view: dict[str, list[int]] = {}
    for view, pk in rows.values_list("view", "session_id"):
        by_view.setdefault(view, []).append(pk)
    changed = sum(write_events(ids, view, company, at=at) for view, ids in by_view.items())
    if changed:
        # The feeds are joined anew; those whose bytes stayed the same keep their ETag.
        Feed.objects.update(mark="")
    return changed
