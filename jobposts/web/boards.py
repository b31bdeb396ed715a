"""Connected boards: the accounts, how they are, how they are read."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jobposts.models import BoardAccount, BoardNotice, BoardSystem, CollectionCheck, Posting
from jobposts.services import accounts, health, pulls
from jobposts.services.money import costs_of
from jobposts.states import NoticeState, PostingState
from jobposts.web.forms import AccountForm
from recruit.errors import RecruitError
from recruit.models import ImportRun, Vacancy
from recruit.permissions import Action
from recruit.services import audit
from recruit.web.access import SignedIn, allowed


@allowed(Action.SEE_BOARDS)
@require_GET
def boards(request: SignedIn) -> HttpResponse:
    """Show the accounts with their health, and the postings with what they brought and cost."""
    rows = list(BoardAccount.objects.select_related("source"))
    which = request.GET.get("state", "live")
    postings = Posting.objects.visible_to(request.user).select_related("account", "vacancy", "link")
    if which == "live":
        postings = postings.exclude(state=PostingState.ARCHIVED)
    shown = list(postings.order_by("title", "pk")[:200])
    costs = costs_of([one.link_id for one in shown])
    return render(
        request,
        "jobposts/boards.html",
        {
            "healths": health.healths(rows, at=timezone.now()),
            "postings": [{"row": one, "cost": costs[one.link_id]} for one in shown],
            "which": which,
            "vacancies": Vacancy.objects.visible_to(request.user)
            .open()
            .select_related("careers_page")
            .order_by("title", "pk")[:200],
            "systems": BoardSystem.choices,
            "may_connect": request.user.may(Action.CONNECT_BOARDS),
        },
    )


@allowed(Action.SEE_BOARDS)
def account(request: SignedIn, pk: int) -> HttpResponse:
    """Show one account: its token, its counts beside the board's, its runs; change how it is read."""
    row = get_object_or_404(BoardAccount.objects.select_related("source"), pk=pk)
    form = AccountForm(request.POST or None, instance=row)
    if request.method == "POST" and request.user.may(Action.CONNECT_BOARDS) and form.is_valid():
        form.save()
        audit.note(request.user, "board.changed", row, fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("board-account", pk=pk)
    (state,) = health.healths([row], at=timezone.now())
    context: dict[str, Any] = {
        "account": row,
        "health": state,
        "resumes": health.resume_counts(state),
        "form": form,
        "may_connect": request.user.may(Action.CONNECT_BOARDS),
        "checks": CollectionCheck.objects.filter(posting__account=row, posting__state=PostingState.LIVE)
        .select_related("posting")
        .order_by("posting__title", "pk")[:200],
        "runs": ImportRun.objects.filter(kind=pulls.KIND, options__account=row.pk)[:10],
        "notices": BoardNotice.objects.filter(account=row, state=NoticeState.FAILED)[:10],
        "has_notices": row.system == BoardSystem.HEADHUNTER,
    }
    return render(request, "jobposts/account.html", context)


@allowed(Action.CONNECT_BOARDS)
@require_POST
def connect(request: SignedIn) -> HttpResponse:
    """Remember who asks, and lead to the board's own log-in."""
    system, number = request.POST.get("system", ""), request.POST.get("account", "")
    state = secrets.token_urlsafe(24)
    try:
        address = accounts.log_in_address(system, state=state, redirect_uri=_back())
    except RecruitError as error:
        messages.error(request, error.message)
        return redirect("boards")
    request.session["board_connect"] = {"state": state, "system": system, "account": number}
    # A link, not a redirect: the page's policy lets forms lead to no other site.
    return render(
        request, "jobposts/connect.html", {"address": address, "board": BoardSystem(system).label, "back": _back()}
    )


def _back() -> str:
    return settings.PUBLIC_URL + reverse("board-connected")


@allowed(Action.CONNECT_BOARDS)
@require_GET
def connected(request: SignedIn) -> HttpResponse:
    """Take the board's answer to the log-in."""
    asked = request.session.pop("board_connect", None) or {}
    given = request.GET.get("state", "")
    if not asked or not constant_time_compare(str(asked.get("state", "")), given):
        messages.error(request, _("This answer of the board belongs to no log-in of yours; begin again."))
        return redirect("boards")
    if request.GET.get("error") or not request.GET.get("code"):
        messages.error(request, _("The board was not allowed to let us in."))
        return redirect("boards")
    old = BoardAccount.objects.filter(pk=asked["account"]).first() if str(asked.get("account")).isdigit() else None
    try:
        row = accounts.connect(
            system=str(asked["system"]),
            code=request.GET["code"],
            redirect_uri=_back(),
            by=request.user,
            account=old,
        )
    except RecruitError as error:
        messages.error(request, error.message)
        return redirect("boards")
    messages.success(request, _("%(account)s is connected.") % {"account": row})
    return redirect("board-account", pk=row.pk)


@allowed(Action.CONNECT_BOARDS)
@require_POST
def act(request: SignedIn, pk: int) -> HttpResponse:
    """Switch an account on or off, ask for notices, forget its tokens, or say that the captcha is solved."""
    row = get_object_or_404(BoardAccount, pk=pk)
    what = request.POST.get("what", "")
    try:
        if what in {"on", "off"}:
            accounts.switch(row, on=what == "on", by=request.user)
        elif what == "notices":
            accounts.subscribe(row)
            messages.success(request, _("The board sends its notices here now."))
        elif what == "disconnect":
            accounts.disconnect(row, by=request.user)
        elif what == "solved":
            BoardAccount.objects.filter(pk=pk).update(captcha_url="", next_poll_at=timezone.now())
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("board-account", pk=pk)


@allowed(Action.SEE_BOARDS)
@require_POST
def read_now(request: SignedIn, pk: int) -> HttpResponse:
    """Read the whole account now."""
    row = get_object_or_404(BoardAccount, pk=pk)
    try:
        run = pulls.start(row, full=True, by=request.user)
    except RecruitError as error:
        messages.error(request, error.message)
        return redirect("board-account", pk=pk)
    return redirect("import", pk=run.pk)
