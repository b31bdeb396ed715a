"""What is done in the group room: its steps, marks kept and shown, second marks, the end of the talk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recruit.errors import InvalidInputError, RecruitError
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from recruit.web.numbers import is_number
from scheduling.models import Scorecard
from scheduling.services import room as rooms
from scheduling.services import scorecards
from scheduling.web.room import leads, session_of


@allowed(Action.SCORE)
@require_POST
def step(request: SignedIn, pk: int) -> HttpResponse:
    """Lead the room to its next step, or back."""
    session = session_of(request, pk)
    if not leads(request, session):
        raise PermissionDenied
    word = request.POST.get("step", "")
    minutes = {
        name.removeprefix("minutes-"): value for name, value in request.POST.items() if name.startswith("minutes-")
    }
    try:
        number = int(word) if is_number(word) else -1
        rooms.go_to_step(session, number, at=timezone.now(), minutes=minutes or None)
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("score-room", pk=pk)


def _body(request: SignedIn) -> Mapping[str, Any]:
    """Return the body as JSON, or the same out of a plain form."""
    if request.content_type == "application/json":
        try:
            data = json.loads(request.body)
        except ValueError as error:
            raise InvalidInputError("The marks could not be read.", field="marks") from error
        if not isinstance(data, dict):
            raise InvalidInputError("The marks could not be read.", field="marks")
        return data
    codes = [point["code"] for point in scorecards.default_template().criteria]
    return {
        "invitation": request.POST.get("invitation", ""),
        "stamp": int(timezone.now().timestamp() * 1000),
        "marks": {code: request.POST.get(code, "") for code in codes},
        "notes": {
            "quick": request.POST.getlist("quick"),
            **{code: request.POST.get(f"note-{code}", "") for code in codes},
        },
    }


@allowed(Action.SCORE)
@require_POST
def keep_marks(request: SignedIn, pk: int) -> HttpResponse:
    """Keep my marks of one person; the same save again, or an older one, changes nothing."""
    session = session_of(request, pk)
    try:
        data = _body(request)
        number, stamp = data.get("invitation"), data.get("stamp")
        if not is_number(str(number)) or not isinstance(stamp, int) or not 0 < stamp < 2**62:
            raise InvalidInputError("The marks could not be read.", field="marks")
        invitation = get_object_or_404(session.invitations.all(), pk=int(str(number)))
        me = scorecards.interviewer_of(request.user)
        card = rooms.save_marks(invitation, me, card=data, stamp=stamp, at=timezone.now())
    except RecruitError as error:
        if request.content_type != "application/json":
            messages.error(request, error.message)
            return redirect("score-room", pk=pk)
        return JsonResponse(
            {"code": error.code, "message": error.message}, status=400 if error.code == "invalid" else 409
        )
    if request.content_type != "application/json":
        messages.success(request, _("Marks kept."))
        return redirect("score-room", pk=pk)
    return JsonResponse({"invitation": invitation.pk, "stamp": card.stamp, "marks": card.marks})


@allowed(Action.SCORE)
@require_POST
def submit(request: SignedIn, pk: int) -> HttpResponse:
    """Show my marks to the others, and theirs to me."""
    session = session_of(request, pk)
    me = scorecards.interviewer_of(request.user)
    try:
        rooms.show_marks(session, me, at=timezone.now())
    except RecruitError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Marks submitted."))
    return redirect("score-room", pk=pk)


@allowed(Action.SCORE)
@require_POST
def second(request: SignedIn, pk: int) -> HttpResponse:
    """Keep a mark I give after the talk, beside my first one."""
    session = session_of(request, pk)
    me = scorecards.interviewer_of(request.user)
    number = request.POST.get("card", "")
    card = get_object_or_404(
        Scorecard.objects.filter(invitation__session=session, author=me).select_related("invitation", "template"),
        pk=number if is_number(number) else 0,
    )
    try:
        rooms.second_mark(card, code=request.POST.get("code", ""), mark=request.POST.get("mark", ""), at=timezone.now())
        messages.success(request, _("Second mark kept."))
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("score-room", pk=pk)


@allowed(Action.SCORE)
@require_POST
def close_talk(request: SignedIn, pk: int) -> HttpResponse:
    """End the talk about the marks."""
    session = session_of(request, pk)
    if not leads(request, session):
        raise PermissionDenied
    rooms.close_talk(session, at=timezone.now())
    messages.success(request, _("The talk is closed; the marks stay as they are."))
    return redirect("compare") if request.user.may(Action.DECIDE) else redirect("score-room", pk=pk)
