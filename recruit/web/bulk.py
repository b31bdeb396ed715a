"""Undo of a move of many people, and carrying it out before its time."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recruit.errors import RecruitError
from recruit.models import Application, BulkMove
from recruit.permissions import Action
from recruit.services import bulk
from recruit.web.access import SignedIn, allowed


def _mine(request: SignedIn, pk: int) -> BulkMove:
    """Return a bulk move all of whose people this person may see."""
    made = get_object_or_404(BulkMove, pk=pk)
    if made.items.exclude(application__in=Application.objects.visible_to(request.user)).exists():
        raise Http404
    return made


def back_to(request: SignedIn, fallback: str) -> HttpResponse:
    """Go back to the page the form stood on, if it is one of ours."""
    here = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(here, allowed_hosts={request.get_host()}):
        return redirect(here)
    return redirect(fallback)


@allowed(Action.MOVE_STAGE)
@require_POST
def undo(request: SignedIn, pk: int) -> HttpResponse:
    """Take the whole move back."""
    try:
        count = bulk.undo_bulk(_mine(request, pk), at=timezone.now(), by=request.user)
        words = ngettext("%(count)s person is back.", "%(count)s people are back.", count)
        messages.success(request, words % {"count": count})
    except RecruitError as error:
        messages.error(request, error.message)
    return back_to(request, "vacancies")


@allowed(Action.MOVE_STAGE)
@require_POST
def now(request: SignedIn, pk: int) -> HttpResponse:
    """Do not wait for the delay."""
    try:
        count = bulk.carry_out(_mine(request, pk), at=timezone.now())
        messages.success(request, ngettext("%(count)s moved.", "%(count)s moved.", count) % {"count": count})
    except RecruitError as error:
        messages.error(request, error.message)
    return back_to(request, "vacancies")
