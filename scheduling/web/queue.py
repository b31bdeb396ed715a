"""The interviewer's own pages: who is with me, who is next, and the marks of one talk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from recruit.errors import RecruitError
from recruit.models import Resume
from recruit.permissions import Action, Role
from recruit.web.access import SignedIn, allowed
from scheduling.models import Interviewer, InterviewSession, Invitation, Scorecard
from scheduling.services import scorecards
from scheduling.services.facts import note_facts
from scheduling.states import CAME, InvitationState
from scheduling.web.points import points_of


@allowed(Action.SCORE)
@require_GET
def my_queue(request: SignedIn) -> HttpResponse:
    """Show the interviewer who is with them, with the resume, who is next, and whose marks are missing."""
    me = Interviewer.objects.filter(user=request.user).first()
    now = timezone.now()
    sessions = InterviewSession.objects.visible_to(request.user).filter(
        starts_at__gte=now - timedelta(hours=18), starts_at__lte=now + timedelta(hours=18)
    )
    rows = Invitation.objects.filter(session__in=sessions, session__is_history=False).with_people()
    mine = rows.filter(interviewer=me) if me and request.user.role == Role.INTERVIEWER else rows
    newest = Prefetch("application__candidate__resumes", Resume.objects.order_by("-created_at"), to_attr="newest")
    talking = list(
        mine.filter(state=InvitationState.IN_INTERVIEW).prefetch_related(newest).order_by("started_at", "pk")[:12]
    )
    done = rows.filter(state__in=[InvitationState.FINISHED, InvitationState.IN_INTERVIEW])
    if me:
        done = done.exclude(scorecards__author=me, scorecards__submitted_at__isnull=False)
    waiting = list(rows.filter(state=InvitationState.ARRIVED).order_by("number", "pk")[:30])
    unmarked = [one for one in done.order_by("-started_at", "-pk")[:30] if one.pk not in {row.pk for row in talking}]
    return render(
        request,
        "scheduling/my_queue.html",
        {
            "talking": talking,
            "now": now,
            "waiting": waiting,
            "unmarked": unmarked,
            "sessions": sessions.filter(format="group").exclude(state="draft").select_related("office"),
        },
    )


@allowed(Action.SCORE)
def score(request: SignedIn, pk: int) -> HttpResponse:
    """Mark one person: each point from 1 to 5, an advice, a comment, and what was asked in the talk."""
    rows = Invitation.objects.visible_to(request.user).with_people().select_related("session__office")
    invitation = get_object_or_404(rows, pk=pk, state__in=CAME)
    author = scorecards.interviewer_of(request.user)
    card = Scorecard.objects.filter(invitation=invitation, author=author).first()
    error = ""
    if request.method == "POST":
        try:
            _save(request, invitation, author)
        except RecruitError as refused:
            error = refused.message
        else:
            if invitation.session.is_group:
                return redirect("score-room", pk=invitation.session_id)
            return redirect("my-queue")
    return render(request, "scheduling/score.html", _page(request, invitation, author, card) | {"error": error})


@transaction.atomic
def _save(request: SignedIn, invitation: Invitation, author: Interviewer) -> None:
    template, now = scorecards.default_template(), timezone.now()
    is_last = request.POST.get("what") == "submit"
    scorecards.save_scorecard(
        invitation,
        author,
        marks={point["code"]: request.POST.get(point["code"], "") for point in template.criteria},
        at=now,
        advice=request.POST.get("advice", ""),
        comment=request.POST.get("comment", ""),
        submit=is_last,
    )
    note_facts(invitation.application, request.POST.dict(), at=now)
    messages.success(request, _("Marks submitted.") if is_last else _("Marks kept."))


def _page(request: SignedIn, invitation: Invitation, author: Interviewer, card: Scorecard | None) -> dict[str, Any]:
    template = scorecards.default_template()
    others = invitation.scorecards.exclude(author=author).exclude(submitted_at=None).select_related("author")
    typed = request.POST if request.method == "POST" else {}
    points = points_of(template)
    is_submitted = card is not None and card.submitted_at is not None
    return {
        "invitation": invitation,
        "template": template,
        "card": card,
        "points": [
            {**point, "mark": typed.get(point["code"]) or str((card.marks if card else {}).get(point["code"], ""))}
            for point in points
        ],
        "labels": {point["code"]: point["label"] for point in points},
        "advices": Scorecard.Advice.choices,
        "advice": typed.get("advice") or (card.advice if card else ""),
        "comment": typed.get("comment") or (card.comment if card else ""),
        "facts": invitation.application.answers | {key: value for key, value in typed.items() if value},
        "self_ratings": [str(number) for number in range(1, 6)],
        # Nobody sees the marks of others before their own are submitted.
        "others": others if is_submitted else [],
        "resume": invitation.application.candidate.resumes.order_by("-created_at").first(),
        "is_submitted": is_submitted,
    }
