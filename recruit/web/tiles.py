"""recruit's own parts of Today, its words of the rail, and what its search finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recruit.contrib import Hit, TimelineEvent
from recruit.models import Application, Candidate, Channel, Mention, Message, Spend, User, Vacancy
from recruit.permissions import Action
from recruit.services import find
from recruit.states import MessageState, Stage
from recruit.templatetags.figures import reason_word


def new_responses(user: User) -> int:
    """Count the responses nobody has looked at."""
    return Application.objects.untriaged().visible_to(user).filter(postponed_at=None).count()


def todo(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return the work that waits: responses, answers owed, failed messages."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - the page lets nobody else in
    rows = Application.objects.visible_to(user)
    counts = rows.aggregate(
        new=Count("pk", filter=Q(stage=Stage.NEW, postponed_at=None)),
        oldest=Min("applied_at", filter=Q(stage=Stage.NEW, postponed_at=None)),
        owed=Count("pk", filter=Q(answer_due_on__lt=timezone.localdate(now), answered_at=None)),
        due=Count("pk", filter=Q(answer_due_on__isnull=False, answered_at=None)),
        shortlisted=Count("pk", filter=Q(stage=Stage.SHORTLIST)),
    )
    by_hand = Message.objects.visible_to(user).filter(channel=Channel.HAND, state=MessageState.NEW, not_before__lte=now)
    return {"counts": counts, "now": now, "by_hand": by_hand.count()}


def since(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return what happened since the person last looked."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - the page lets nobody else in
    start = user.looked_before or now.replace(hour=0, minute=0, second=0, microsecond=0)
    by_source = (
        Application.objects.visible_to(user)
        .filter(applied_at__gte=start)
        .values_list("source__name")
        .annotate(count=Count("pk"))
        .order_by("-count")
    )
    sources = list(by_source)
    failed = Message.objects.visible_to(user).filter(
        state__in=[MessageState.FAILED, MessageState.UNKNOWN], created_at__gte=start
    )
    mentions = Mention.objects.filter(user=user, seen_at=None).select_related(
        "comment__author", "comment__application__candidate"
    )
    ended = Spend.objects.filter(ends_on__gte=start.date(), ends_on__lt=timezone.localdate(now))
    return {
        "mentions": list(mentions[:5]),
        "ended": list(ended.select_related("source", "vacancy")[:3]),
        "start": start,
        "responses": sum(count for _name, count in sources),
        "sources": sources[:3],
        "failed": failed.count(),
    }


def find_people(user: User, query: str, limit: int) -> Sequence[Hit]:
    """Find people by the beginning of a name, by digits of a phone, or by e-mail."""
    rows = Candidate.objects.current().visible_to(user)
    reached = find.reached_by(query)
    found = rows.filter(find.called(query)) if reached is None else rows.filter(pk__in=reached)
    people = found.prefetch_related("contacts").order_by("-pk")[:limit]
    return [
        Hit(
            title=person.display_name,
            note=" · ".join(contact.value for contact in person.contacts.all()[:2]),
            url=reverse("candidate", args=[person.pk]),
        )
        for person in people
    ]


def find_vacancies(user: User, query: str, limit: int) -> Sequence[Hit]:
    """Find vacancies by a part of the title."""
    rows = Vacancy.objects.visible_to(user).filter(title__icontains=query).select_related("office")[:limit]
    return [Hit(title=row.title, note=str(row.office or ""), url=reverse("vacancy", args=[row.pk])) for row in rows]


def timeline(person: Candidate, user: User) -> Iterable[TimelineEvent]:
    """Tell of responses, moves, comments and messages."""
    applications = person.applications.visible_to(user).select_related("vacancy", "source")
    for row in applications.prefetch_related("moves__actor", "comments__author"):
        yield TimelineEvent(
            at=row.applied_at,
            text=_("Responded to %(vacancy)s, from %(source)s") % {"vacancy": row.vacancy, "source": row.source},
            by_machine=True,
        )
        for move in row.moves.all():
            words = f"{Stage(move.old).label} → {Stage(move.new).label}"
            yield TimelineEvent(
                at=move.at,
                text=f"{words}: {reason_word(move.reason)}" if move.reason else words,
                actor=str(move.actor or ""),
                by_machine=move.actor_id is None,
            )
        for comment in row.comments.all() if user.may(Action.SEE_NOTES) else ():
            yield TimelineEvent(at=comment.at, text=comment.text, actor=str(comment.author or ""))
    for message in person.messages.select_related("told_by")[:50]:
        way = message.get_told_through_display() if message.told_through else message.get_channel_display()
        yield TimelineEvent(
            at=message.sent_at or message.created_at,
            text=f"{message.get_kind_display()}: {way}, {message.get_state_display().lower()}",
            actor=str(message.told_by or ""),
            by_machine=message.told_by_id is None,
            url=reverse("message", args=[message.pk]),
        )
