"""Calendar feeds, the events in them, and the calendar entries that interviewers are mailed."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recruit.models import Office, Vacancy
from scheduling.models.people import Interviewer, Room
from scheduling.models.session import InterviewSession


class FeedKind(models.TextChoices):
    """Whose sessions a feed shows."""

    RECRUITER = "recruiter", _("My sessions")
    INTERVIEWER = "interviewer", _("An interviewer")
    ROOM = "room", _("A room")
    OFFICE = "office", _("An office")
    VACANCY = "vacancy", _("A vacancy")


class FeedDetail(models.TextChoices):
    """How much an event tells; never more than its owner may see at the moment of reading."""

    BUSY = "busy", _("Taken or free, nothing else")
    COUNTS = "counts", _("Sessions with their numbers")
    PEOPLE = "people", _("Sessions with numbers and names")


class FeedQuerySet(models.QuerySet["Feed"]):
    """Reads over feeds."""

    def in_use(self) -> Self:
        """Not revoked, of somebody who still works here."""
        return self.filter(revoked_at=None, owner__is_active=True)


class Feed(models.Model):
    """One secret calendar address: what it shows, whose rights it has, and who read it."""

    owner = models.ForeignKey("recruit.User", models.CASCADE, related_name="feeds")
    kind = models.CharField(max_length=11, choices=FeedKind.choices)
    detail = models.CharField(max_length=6, choices=FeedDetail.choices, default=FeedDetail.COUNTS)
    interviewer = models.ForeignKey(Interviewer, models.CASCADE, null=True, blank=True, related_name="feeds")
    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, related_name="feeds")
    office = models.ForeignKey(Office, models.CASCADE, null=True, blank=True, related_name="feeds")
    vacancy = models.ForeignKey(Vacancy, models.CASCADE, null=True, blank=True, related_name="feeds")
    language = models.CharField(max_length=5, default="en")
    color = models.CharField(max_length=20, default="teal")
    # Outlook was reported to fail on compressed answers.
    gzip = models.BooleanField(default=True)
    # Half of the secret address; the other half is a MAC over it and the version, which the database does not hold.
    public_id = models.CharField(max_length=24, unique=True)
    version = models.PositiveSmallIntegerField(default=0)
    rotated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # Counts and versions of the sessions that the copy was made of: the same mark means that its bytes are still right.
    # Here and not beside the bytes: SQLite writes a whole row anew, megabytes with it.
    mark = models.CharField(max_length=200, blank=True)
    objects = FeedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FeedKind.values), name="feed_kind_known"),
            models.CheckConstraint(condition=Q(detail__in=FeedDetail.values), name="feed_detail_known"),
            models.CheckConstraint(
                condition=(
                    Q(kind="recruiter", interviewer=None, room=None, office=None, vacancy=None)
                    | Q(kind="interviewer", interviewer__isnull=False, room=None, office=None, vacancy=None)
                    | Q(kind="room", interviewer=None, room__isnull=False, office=None, vacancy=None)
                    | Q(kind="office", interviewer=None, room=None, office__isnull=False, vacancy=None)
                    | Q(kind="vacancy", interviewer=None, room=None, office=None, vacancy__isnull=False)
                ),
                name="feed_subject_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"feed {self.pk}"

    @property
    def subject(self) -> Interviewer | Room | Office | Vacancy | None:
        """Whose sessions these are; None: those that the owner sees."""
        return self.interviewer or self.room or self.office or self.vacancy


class FeedCopy(models.Model):
    """The last bytes of a feed; ``Feed.mark`` tells whether they are still right."""

    feed = models.OneToOneField(Feed, models.CASCADE, related_name="copy")
    etag = models.CharField(max_length=64)
    changed_at = models.DateTimeField()
    body = models.BinaryField()
    packed = models.BinaryField(default=b"")
    events = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"copy of feed {self.feed_id}"


class FeedReader(models.Model):
    """A program that reads a feed, and when it last did."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="readers")
    name = models.CharField(max_length=80)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    polls = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-last_at"]
        constraints = [models.UniqueConstraint(fields=["feed", "name"], name="feed_reader_once")]

    def __str__(self) -> str:
        return self.name


class SessionEvent(models.Model):
    """A session as it stands in feeds of one view: identity, revision and the very bytes."""

    session = models.ForeignKey(InterviewSession, models.CASCADE, related_name="events")
    # Detail and language, such as "counts:ru".
    view = models.CharField(max_length=16)
    uid = models.CharField(max_length=120, unique=True)
    sequence = models.PositiveIntegerField(default=0)
    dtstamp = models.DateTimeField()
    # Of what a calendar must be told of (times, state), and of everything in the event.
    core = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    session_version = models.PositiveIntegerField()
    body = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "view"], name="session_event_once")]

    def __str__(self) -> str:
        return f"event of session {self.session_id}"


class InterviewerBlock(models.Model):
    """The calendar entry of one interviewer for one session: mailed, answered, moved, called off."""

    session = models.ForeignKey(InterviewSession, models.CASCADE, related_name="blocks")
    interviewer = models.ForeignKey(Interviewer, models.CASCADE, related_name="blocks")
    uid = models.CharField(max_length=120, unique=True)
    sequence = models.PositiveIntegerField(default=0)
    dtstamp = models.DateTimeField()
    is_off = models.BooleanField(default=False)
    core = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    # PARTSTAT in lower case, "" while nothing was heard; ordered by (SEQUENCE, DTSTAMP) of the reply.
    answer = models.CharField(max_length=16, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    delegate = models.CharField(max_length=254, blank=True)
    reply_sequence = models.PositiveIntegerField(null=True, blank=True)
    reply_dtstamp = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "interviewer"], name="interviewer_block_once")]

    def __str__(self) -> str:
        return f"block of {self.interviewer_id} in {self.session_id}"
