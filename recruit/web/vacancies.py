"""Vacancies: the list, the board, and what can be done with one of them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import Application, Vacancy
from recruit.permissions import Action
from recruit.services.vacancies import lacks_of, move_vacancy
from recruit.states import VACANCY_MOVES, Stage, VacancyEvent, VacancyState
from recruit.web.access import SignedIn, allowed
from recruit.web.board_data import columns_of, hires_expected, main_action
from recruit.web.filters import PeopleFilter
from recruit.web.people import waiting_bulks


@allowed(Action.SEE_VACANCIES)
@require_GET
def vacancy_list(request: SignedIn) -> HttpResponse:
    """List vacancies with their counts and what each of them lacks."""
    mine = Vacancy.objects.visible_to(request.user)
    state = request.GET.get("state", VacancyState.OPEN)
    rows = (
        mine.filter(state=state if state in VacancyState.values else VacancyState.OPEN)
        .select_related("office")
        .order_by("title", "pk")
    )
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    counts = dict(mine.order_by().values_list("state").annotate(count=Count("pk")))
    states = [(value, label, counts.get(value, 0)) for value, label in VacancyState.choices]
    stages: dict[int, dict[str, int]] = {row.pk: {} for row in page}
    counted = Application.objects.filter(vacancy__in=stages).order_by().values_list("vacancy_id", "stage")
    for vacancy, stage, count in counted.annotate(count=Count("pk")):
        stages[vacancy][stage] = count
    return render(
        request,
        "recruit/vacancies.html",
        {
            "rows": [(row, stages[row.pk], len(lacks_of(row))) for row in page],
            "page": page,
            "states": states,
            "state": state,
        },
    )


@allowed(Action.SEE_VACANCIES)
@require_GET
def vacancy_board(request: SignedIn, pk: int) -> HttpResponse:
    """Show the pipeline of a vacancy: counts of every stage and the first people of each."""
    vacancies = Vacancy.objects.visible_to(request.user)
    vacancy = get_object_or_404(vacancies.select_related("office", "pipeline"), pk=pk)
    chosen = PeopleFilter.read(request.GET)
    columns, counts = columns_of(vacancy, request.user, chosen, now=timezone.now())
    return render(
        request,
        "recruit/board.html",
        {
            "vacancy": vacancy,
            "vacancies": vacancies.open().only("pk", "title"),
            "columns": columns,
            "filter": chosen,
            "rejected": counts.get("rejected", 0),
            "withdrawn": counts.get("withdrawn", 0),
            "hired": counts.get("hired", 0),
            "hires": hires_expected(vacancy, counts) if chosen.is_empty else None,
            "main": main_action(vacancy, counts, request.user),
            "events": [VacancyEvent(event) for event in VACANCY_MOVES[VacancyState(vacancy.state)]],
            "stages": [stage for stage in Stage if stage != Stage.NEW],
            "bulks": waiting_bulks(request.user, vacancy=vacancy),
            "may_move": request.user.may(Action.MOVE_STAGE),
            "may_edit": request.user.may(Action.EDIT_VACANCY),
        },
    )


@allowed(Action.EDIT_VACANCY)
@require_POST
def vacancy_move(request: SignedIn, pk: int) -> HttpResponse:
    """Open, pause, fill or close a vacancy."""
    vacancy = get_object_or_404(Vacancy.objects.visible_to(request.user), pk=pk)
    event = request.POST.get("event", "")
    try:
        if event in VacancyEvent.values:
            move_vacancy(vacancy, VacancyEvent(event))
            messages.success(request, f"{vacancy.title}: {VacancyState(vacancy.state).label}")
    except RecruitError as error:
        messages.error(request, error.message)
    return redirect(reverse("vacancy", args=[pk]))
