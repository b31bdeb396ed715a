"""Calendar feeds: what they show, their bytes, who reads them.

A feed is joined from events whose bytes are stored. An event is written anew only when its session changed (its version
grew), and its DTSTAMP moves only when its text did: the same calendar gives the same bytes whenever it is asked for.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from recruit.errors import InvalidInputError, NotAllowedError
from recruit.models import Company, Office, User, Vacancy
from scheduling.ics.feed import COLORS
from scheduling.models import (
    Feed,
    FeedCopy,
    FeedDetail,
    FeedKind,
    FeedReader,
    Interviewer,
    InterviewSession,
    Room,
)
from scheduling.services.feed_addresses import new_public_id
from scheduling.services.session_texts import may_see_names
from scheduling.states import SessionState

PAST = timedelta(days=90)
# How long a session that was called off stays in the feed as such.
CANCELLED_STAYS = timedelta(days=30)
# A poll is written down at most this often for one program.
NOTE_EVERY = timedelta(minutes=1)
FREE_BUSY_DAYS = 60
_BATCH = 500
_TEXT_COLUMNS = ("format", "state", "title", "office", "online_link", "starts_at", "ends_at", "version")
_PROGRAMS = (
    ("google-calendar", "Google Calendar"),
    ("googlebot", "Google Calendar"),
    ("microsoft.exchange", "Outlook"),
    ("outlook", "Outlook"),
    ("microsoft office", "Outlook"),
    ("dataaccessd", "Apple Calendar"),
    ("calendaragent", "Apple Calendar"),
    ("macos", "Apple Calendar"),
    ("ios/", "Apple Calendar"),
    ("thunderbird", "Thunderbird"),
    ("evolution", "Evolution"),
    ("homeassistant", "Home Assistant"),
    ("vdirsyncer", "vdirsyncer"),
)


# -- making, rotating, revoking ---------------------------------------------------------------------------------------


@transaction.atomic
def create_feed(
    *,
    owner: User,
    kind: FeedKind,
    at: datetime,
    subject: Interviewer | Room | Office | Vacancy | None = None,
    detail: FeedDetail = FeedDetail.COUNTS,
    language: str = "",
    color: str = COLORS[0],
) -> Feed:
    """Make a feed of what ``owner`` may see; asking for the same one again returns the one that is there."""
    columns: dict[str, Interviewer | Room | Office | Vacancy | None] = dict.fromkeys(
        ("interviewer", "room", "office", "vacancy")
    )
    if kind != FeedKind.RECRUITER:
        if subject is None:
            raise InvalidInputError("Choose whose sessions the calendar shows.", field="subject")
        columns[str(kind)] = subject
    if subject is not None and not _may_see(owner, subject):
        raise NotAllowedError("You cannot see the sessions of this calendar.")
    if detail == FeedDetail.PEOPLE and not may_see_names(owner):
        raise InvalidInputError("You may not see the names of candidates.", field="detail")
    there = Feed.objects.filter(owner=owner, kind=kind, detail=detail, revoked_at=None, **columns).first()
    return there or Feed.objects.create(
        owner=owner,
        kind=kind,
        detail=detail,
        language=language or owner.language or Company.current().language,
        color=color if color in COLORS else COLORS[0],
        public_id=new_public_id(),
        created_at=at,
        **columns,
    )


def _may_see(owner: User, subject: Interviewer | Room | Office | Vacancy) -> bool:
    offices = Office.objects.visible_to(owner)
    if isinstance(subject, Interviewer):
        return subject.user_id == owner.pk or Interviewer.objects.visible_to(owner).filter(pk=subject.pk).exists()
    if isinstance(subject, Room):
        return offices.filter(pk=subject.office_id).exists()
    if isinstance(subject, Office):
        return offices.filter(pk=subject.pk).exists()
    return Vacancy.objects.visible_to(owner).filter(pk=subject.pk).exists()


@transaction.atomic
def rotate(feed: Feed, *, at: datetime) -> Feed:
    """Give the feed a new address; the old one says for 14 days that it was replaced, then it is gone."""
    Feed.objects.filter(pk=feed.pk, version=feed.version, revoked_at=None).update(
        version=F("version") + 1, rotated_at=at
    )
    feed.readers.all().delete()
    feed.refresh_from_db()
    return feed


def revoke(feed: Feed, *, at: datetime) -> Feed:
    """Take the address back at once and for good, and forget the copy."""
    Feed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=at)
    FeedCopy.objects.filter(feed=feed).delete()
    feed.refresh_from_db()
    return feed


# -- reading ----------------------------------------------------------------------------------------------------------


def detail_of(feed: Feed) -> FeedDetail:
    """Return how much the feed may tell now: never more than its owner's pages would."""
    if feed.detail == FeedDetail.PEOPLE and not may_see_names(feed.owner):
        return FeedDetail.COUNTS
    return FeedDetail(feed.detail)


def sessions_of(feed: Feed, *, at: datetime) -> QuerySet[InterviewSession]:
    """Return the sessions of a feed within its window: of its subject, and visible to its owner."""
    rows = InterviewSession.objects.visible_to(feed.owner).exclude(state=SessionState.DRAFT)
    rows = rows.filter(ends_at__gte=window_start(at))
    if feed.interviewer_id is not None:
        rows = rows.filter(session_interviewers__interviewer=feed.interviewer_id)
    elif feed.room_id is not None:
        rows = rows.filter(rooms=feed.room_id)
    elif feed.office_id is not None:
        rows = rows.filter(office=feed.office_id)
    elif feed.vacancy_id is not None:
        rows = rows.filter(session_vacancies__vacancy=feed.vacancy_id)
    return rows


def window_start(at: datetime) -> datetime:
    """Return from when on a feed shows what was, at ``at``."""
    # Midnight, so that nothing drops out of the feed from one hour to the next.
    return datetime.combine((at - PAST).astimezone(UTC).date(), time(0), UTC)


def reader_name(user_agent: str) -> str:
    """Return the name of the program that reads, as far as its header tells."""
    word = user_agent.lower()
    for mark, name in _PROGRAMS:
        if mark in word:
            return name
    return " ".join("".join(char for char in user_agent if char.isprintable()).split())[:60] or "?"


def note_poll(feed: Feed, user_agent: str, *, at: datetime) -> None:
    """Keep that a program read the feed, at most once a minute."""
    name = reader_name(user_agent)
    readers = FeedReader.objects.filter(feed=feed, name=name)
    last = readers.values_list("last_at", flat=True).first()
    if last is None:
        FeedReader.objects.get_or_create(feed=feed, name=name, defaults={"first_at": at, "last_at": at, "polls": 1})
    elif last <= at - NOTE_EVERY:
        readers.update(last_at=at, polls=F("polls") + 1)
