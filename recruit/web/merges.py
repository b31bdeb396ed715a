"""Two records of one person made one, and taken apart again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recruit.errors import RecruitError
from recruit.models import Candidate, Merge
from recruit.permissions import Action
from recruit.services.merging import merge_candidates, undo_merge
from recruit.web.access import SignedIn, allowed


@allowed(Action.MERGE)
@require_POST
def merge(request: SignedIn, pk: int, other: int) -> HttpResponse:
    """Let ``other`` be the same person as ``pk``; the record ``pk`` stays."""
    visible = Candidate.objects.visible_to(request.user)
    kept, gone = get_object_or_404(visible, pk=pk), get_object_or_404(visible, pk=other)
    try:
        made = merge_candidates(kept, gone, by=request.user, reasons=("by hand",), at=timezone.now())
    except RecruitError as error:
        messages.error(request, error.message)
        return redirect("candidate-compare", pk=pk, other=other)
    messages.success(request, _("The two records are one."), extra_tags=reverse("candidate-unmerge", args=[made.pk]))
    return redirect("candidate", pk=pk)


@allowed(Action.MERGE)
@require_POST
def unmerge(request: SignedIn, pk: int) -> HttpResponse:
    """Make two people of one again; the answer is the page the button stood on: the list, else the person."""
    visible = Candidate.objects.visible_to(request.user)
    made = get_object_or_404(Merge.objects.filter(kept__in=visible), pk=pk)
    try:
        undo_merge(made, by=request.user, at=timezone.now())
        messages.success(request, _("Two people again, each with what was theirs."))
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("duplicates") if request.POST.get("to") == "list" else redirect("candidate", pk=made.kept_id)
