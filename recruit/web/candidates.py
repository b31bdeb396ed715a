"""The page of one person: who it is, what was applied for, what was said and sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from recruit import contrib
from recruit.models import Candidate, ContactPoint, Mention, User
from recruit.permissions import Action
from recruit.services import audit
from recruit.states import OFFER_MOVES, STAGE_MOVES, OfferState, Stage
from recruit.web.access import SignedIn, allowed
from recruit.web.forms import CandidateForm, ContactForm, OfferForm, WriteForm
from recruit.web.names import reading_of

MOST_EVENTS = 200


@allowed(Action.SEE_CANDIDATES)
@require_GET
def candidate(request: SignedIn, pk: int) -> HttpResponse:
    """Show everything that is known of a person, newest first."""
    # Nothing hangs on a merged record any more, so that nobody "sees" it: an old link leads to the one that stands.
    merged_into = Candidate.objects.filter(pk=pk).values_list("merged_into", flat=True).first()
    if merged_into is not None:
        return redirect("candidate", pk=merged_into)
    person = _person(request, pk)
    audit.note(request.user, "candidate.seen", person)
    now = timezone.now()
    Mention.objects.filter(user=request.user, seen_at=None, comment__application__candidate=person).update(seen_at=now)
    return render(request, "recruit/candidate.html", page_context(request, person))


def _person(request: SignedIn, pk: int) -> Candidate:
    rows = Candidate.objects.visible_to(request.user).prefetch_related("contacts", "consents")
    return get_object_or_404(rows, pk=pk)


def page_context(request: SignedIn, person: Candidate, *, form: CandidateForm | None = None) -> dict[str, Any]:
    """Return what the page of ``person`` shows to this user; ``form`` is one that was refused."""
    user = request.user
    rows = (
        person.applications.visible_to(user)
        .select_related("vacancy", "source")
        .prefetch_related("offers", "comments__author")
        .order_by("-applied_at")
    )
    events = [event for source in contrib.timeline for event in source.events(person, user)]
    panels = [
        {"template": panel.template, "context": panel.context(person, user)}
        for panel in contrib.candidate_panels
        if user.may(panel.action)
    ]
    return {
        "person": person,
        "other_name": reading_of(person.name, get_language() or "en"),
        "applications": [
            {"row": row, "stages": sorted(STAGE_MOVES[Stage(row.stage)], key=list(Stage).index)} for row in rows
        ],
        "resumes": list(person.resumes.defer("payload")[:6]),
        "timeline": sorted(events, key=lambda event: event.at, reverse=True)[:MOST_EVENTS],
        "letters": list(person.messages.order_by("-created_at")[:5]),
        "panels": panels,
        "same": _same(person),
        "merges": list(person.merges.filter(undone_at=None).select_related("gone", "by")),
        "colleagues": _colleagues(user),
        "form": form or CandidateForm(instance=person),
        "contact_form": ContactForm(),
        "offer_form": OfferForm(),
        "offer_events": list(OFFER_MOVES[OfferState.MADE]),
        "write_form": WriteForm(),
        "may": {action.value: user.may(action) for action in Action},
    }


def _same(person: Candidate) -> list[ContactPoint]:
    """Find other people with a contact of this one."""
    values = [contact.normalised for contact in person.contacts.all()]
    found = ContactPoint.objects.filter(normalised__in=values, candidate__merged_into=None, candidate__erased_at=None)
    return list(found.exclude(candidate=person).exclude(normalised="").select_related("candidate")[:3])


def _colleagues(user: User) -> list[str]:
    """Return the names that may stand after an @ in a comment: people of the same teams, and those who see all."""
    rows = User.objects.filter(is_active=True).exclude(pk=user.pk).exclude(role="integrator")
    near = rows.filter(models.Q(teams__in=user.teams.all()) | models.Q(role="admin")).distinct()
    return list(near.values_list("name", flat=True)[:40])


@allowed(Action.MOVE_STAGE)
@require_POST
def candidate_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change name, city, language or the do-not-contact flag; what somebody else changed meanwhile is told."""
    person = _person(request, pk)
    if person.erased_at is not None:
        raise Http404
    form = CandidateForm(request.POST, instance=person)
    if not form.is_valid():
        return render(request, "recruit/candidate.html", page_context(request, _person(request, pk), form=form))
    form.save()
    audit.note(request.user, "candidate.changed", person, fields=form.changed_data)
    messages.success(request, _("Saved."))
    return redirect("candidate", pk=pk)


@allowed(Action.SEE_CANDIDATES)
@require_GET
def compare_people(request: SignedIn, pk: int, other: int) -> HttpResponse:
    """Put two records side by side: is this one person?"""
    sides: list[dict[str, Any]] = []
    for number in (pk, other):
        person = _person(request, number)
        audit.note(request.user, "candidate.seen", person)
        rows = person.applications.visible_to(request.user).select_related("vacancy", "source").order_by("-applied_at")
        resume = person.resumes.defer("payload").first()
        sides.append({"person": person, "applications": list(rows[:10]), "resume": resume})
    shared = {one.normalised for one in sides[0]["person"].contacts.all()} & {
        one.normalised for one in sides[1]["person"].contacts.all()
    }
    return render(
        request,
        "recruit/compare_people.html",
        {"sides": sides, "shared": shared, "may_merge": request.user.may(Action.MERGE) and pk != other},
    )
