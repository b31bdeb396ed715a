"""Postings: a vacancy on a board, what was paid for it, what it brought."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jobposts.errors import BoardError
from jobposts.models import BoardResponse, CollectionCheck, Posting, Promotion
from jobposts.services import drafts, promotions, steps
from jobposts.services.money import costs_of
from jobposts.services.vacancies_in import tie
from jobposts.states import POSTING_MOVES, PostingEvent, PostingState, PromotionState
from jobposts.web.forms import CostForm, DraftForm, EditForm, PromotionForm, TieForm
from recruit.errors import RecruitError
from recruit.models import Application, Vacancy
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed


@allowed(Action.SEE_BOARDS)
@require_GET
def posting(request: SignedIn, pk: int) -> HttpResponse:
    """Show one posting: how it stands, its promotions with their money, what it brought."""
    return _show(request, _found(request, pk))


def _found(request: SignedIn, pk: int) -> Posting:
    rows = Posting.objects.visible_to(request.user).select_related("account", "vacancy", "link")
    return get_object_or_404(rows, pk=pk)


def _show(request: SignedIn, row: Posting, form: PromotionForm | None = None) -> HttpResponse:
    moves = POSTING_MOVES.get(PostingState(row.state), {})
    return render(
        request,
        "jobposts/posting.html",
        {
            "posting": row,
            "cost": costs_of([row.link_id])[row.link_id],
            "promotions": row.promotions.select_related("by"),
            "open_promotion": row.promotions.filter(state__in=[PromotionState.SENDING, PromotionState.UNKNOWN]).first(),
            "checks": CollectionCheck.objects.filter(posting=row),
            "may_promote": request.user.may(Action.PROMOTE),
            "can_publish": PostingEvent.PUBLISH in moves,
            "can_archive": PostingEvent.ARCHIVE in moves,
            "is_live": row.state == PostingState.LIVE,
            "tie_form": TieForm(user=request.user, posting=row),
            "cost_form": CostForm(),
            "form": form or PromotionForm(initial={"currency": row.vacancy.currency if row.vacancy else "RUB"}),
        },
    )


@allowed(Action.PROMOTE)
def new(request: SignedIn, pk: int) -> HttpResponse:
    """Write a vacancy down as it shall stand on a board."""
    vacancy = get_object_or_404(Vacancy.objects.visible_to(request.user), pk=pk)
    form = DraftForm(request.POST or None, vacancy=vacancy)
    if request.method == "POST" and form.is_valid():
        content = dict(form.cleaned_data)
        row = drafts.new_draft(vacancy, content.pop("account"), content, by=request.user)
        messages.success(request, _("The draft is kept; nothing is sent yet."))
        return redirect("board-posting", pk=row.pk)
    return render(request, "jobposts/draft.html", {"form": form, "vacancy": vacancy})


@allowed(Action.PROMOTE)
def edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change the words or the pay of a posting, on the board too where it stands there."""
    row = _found(request, pk)
    form = EditForm(request.POST or None, initial={"title": row.title})
    if request.method == "POST" and form.is_valid():
        try:
            promotions.edit(row, drafts.changes_of(row, **form.cleaned_data), by=request.user)
        except RecruitError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("board-posting", pk=pk)
    return render(request, "jobposts/edit.html", {"form": form, "posting": row, "is_live": row.state == "live"})


@allowed(Action.PROMOTE)
@require_POST
def promote(request: SignedIn, pk: int) -> HttpResponse:
    """Publish or prolong: costs money, is sent once."""
    row = _found(request, pk)
    form = CostForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The cost is a number."))
        return redirect("board-posting", pk=pk)
    amount = form.cleaned_data["amount"]
    try:
        if row.state == PostingState.LIVE:
            done = promotions.prolong(row, by=request.user, amount=amount)
        else:
            twice = request.POST.get("twice") == "1"
            done = promotions.publish(row, by=request.user, amount=amount, ignore_duplicates=twice)
    except BoardError as error:
        words = _("%(reason)s Nothing was paid.") % {"reason": error}
        if error.code == "duplicate":
            words = _("The board has such a vacancy already. Tick “publish all the same” to have two.")
        messages.error(request, words)
    except RecruitError as error:
        messages.error(request, error.message)
    else:
        if done.state == PromotionState.UNKNOWN:
            messages.warning(request, _("The board did not answer. We look there until we know; do not do it again."))
        else:
            messages.success(request, f"{done.get_kind_display()}: {done.get_state_display()}")
    return redirect("board-posting", pk=pk)


@allowed(Action.PROMOTE)
@require_POST
def enter(request: SignedIn, pk: int) -> HttpResponse:
    """Note a promotion that was bought elsewhere."""
    row = _found(request, pk)
    form = PromotionForm(request.POST)
    if form.is_valid():
        try:
            promotions.enter_by_hand(row, by=request.user, **form.cleaned_data)
        except RecruitError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, _("The promotion is noted."))
            return redirect("board-posting", pk=pk)
    return _show(request, row, form)


@allowed(Action.PROMOTE)
@require_POST
def cost(request: SignedIn, pk: int) -> HttpResponse:
    """Say what a promotion cost."""
    rows = Promotion.objects.filter(posting__in=Posting.objects.visible_to(request.user))
    promotion = get_object_or_404(rows.select_related("posting"), pk=pk)
    form = CostForm(request.POST)
    if form.is_valid() and form.cleaned_data["amount"] is not None:
        promotions.set_cost(promotion, amount=form.cleaned_data["amount"], currency=promotion.currency, by=request.user)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("The cost is a number."))
    return redirect("board-posting", pk=promotion.posting_id)


@allowed(Action.PROMOTE)
@require_POST
def act(request: SignedIn, pk: int) -> HttpResponse:
    """Archive a posting, read its figures, tie it to a vacancy, or look what became of a lost step."""
    row = _found(request, pk)
    what = request.POST.get("what", "")
    try:
        if what == "archive":
            promotions.archive(row, by=request.user)
        elif what == "statistics":
            promotions.read_statistics(row)
        elif what == "look":
            for lost in row.promotions.filter(state=PromotionState.UNKNOWN).select_related("posting__account"):
                promotions.read_one_back(lost)
        elif what == "tie":
            form = TieForm(request.POST, user=request.user, posting=row)
            if form.is_valid():
                tie(row, form.cleaned_data["vacancy"])
                messages.success(request, _("People who come from now on go to this vacancy."))
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("board-posting", pk=pk)


@allowed(Action.MOVE_STAGE)
@require_POST
def step(request: SignedIn, pk: int) -> HttpResponse:
    """Take a step that the board offers for a response."""
    mine = Application.objects.visible_to(request.user)
    rows = BoardResponse.objects.filter(application__in=mine).select_related("account__source", "posting__link")
    row = get_object_or_404(rows.select_related("posting__vacancy", "posting__account", "account"), pk=pk)
    arguments = {name: request.POST[name] for name in request.POST if name not in {"step", "csrfmiddlewaretoken"}}
    try:
        steps.take_step(row, request.POST.get("step", ""), arguments, by=request.user)
        messages.success(request, _("On the board: %(state)s") % {"state": steps.state_name(row)})
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect("candidate", pk=row.candidate_id) if row.candidate_id else redirect("boards")
