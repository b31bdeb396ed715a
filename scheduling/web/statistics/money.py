"""Sources and what they cost, and promotions of postings."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import Company, Source, Vacancy
from recruit.permissions import Action
from recruit.services import audit
from recruit.web.access import SignedIn, allowed
from scheduling.services.reports import money, promotions
from scheduling.statistics import plots as drawn
from scheduling.web.statistics import plots
from scheduling.web.statistics.common import page, table_file, view_of


@allowed(Action.SEE_STATISTICS)
@require_GET
def sources(request: SignedIn) -> HttpResponse:
    """Show what a response, an arrival, an interview and a hire of each source cost."""
    asked = view_of(request)
    lines = money.costs_by_source(asked.piece)
    return page(
        request,
        "sources",
        asked,
        {
            "lines": lines,
            "currency": Company.current().currency,
            "total": sum(line.cost.money for line in lines),
            "quadrant": plots.quadrant(lines, asked.query()),
        },
    )


@allowed(Action.EXPORT)
@require_GET
def sources_export(request: SignedIn, kind: str) -> HttpResponse:
    """Give the costs of the sources as a table."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    asked = view_of(request)
    audit.note(request.user, "statistics.exported", by="costs", kind=kind)
    head = ["source", "money", "currency", *money.PAID_FOR, *[f"per_{name}" for name in money.PAID_FOR]]
    currency = Company.current().currency
    rows = [
        [
            line.name,
            line.cost.money,
            currency,
            *[line.counts[name] for name in money.PAID_FOR],
            *[line.cost.per[name] for name in money.PAID_FOR],
        ]
        for line in money.costs_by_source(asked.piece)
    ]
    return table_file("costs-by-source", kind, head, rows)


class PromotionForm(forms.Form):
    """A promotion of a posting: money over days."""

    source = forms.ModelChoiceField(Source.objects.none(), label=gettext_lazy("Source"))
    vacancy = forms.ModelChoiceField(Vacancy.objects.none(), label=gettext_lazy("Vacancy"))
    amount = forms.DecimalField(min_value=0, max_digits=12, decimal_places=2, label=gettext_lazy("Money"))
    starts_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), label=gettext_lazy("First day"))
    ends_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), label=gettext_lazy("Last day"))

    def __init__(self, *args: object, user: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["source"].queryset = Source.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["vacancy"].queryset = Vacancy.objects.visible_to(user)  # type: ignore[attr-defined, arg-type]


class BudgetForm(forms.Form):
    """What promotions may cost in a month."""

    vacancy = forms.ModelChoiceField(
        Vacancy.objects.none(), required=False, label=gettext_lazy("Vacancy"), empty_label=gettext_lazy("all together")
    )
    amount = forms.DecimalField(min_value=0, max_digits=12, decimal_places=2, label=gettext_lazy("Money a month"))

    def __init__(self, *args: object, user: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["vacancy"].queryset = Vacancy.objects.visible_to(user)  # type: ignore[attr-defined, arg-type]


@allowed(Action.SEE_STATISTICS)
@require_GET
def promotion_list(request: SignedIn) -> HttpResponse:
    """Show every promotion with what it brought, and whether to pay again."""
    return _promotions(request, PromotionForm(user=request.user), BudgetForm(user=request.user, auto_id="budget_%s"))


def _promotions(request: SignedIn, form: PromotionForm, budget: BudgetForm, status: int = 200) -> HttpResponse:
    asked, today = view_of(request), timezone.localdate()
    found = promotions.promotions(asked.piece, today=today)
    shown = [(one, _plot_of(one)) for one in found]
    response = page(
        request,
        "promotions",
        asked,
        {
            "found": shown,
            "form": form,
            "budget_form": budget,
            "budgets": promotions.budgets(asked.piece, today=today),
            "may_edit": request.user.may(Action.EDIT_VACANCY),
        },
    )
    response.status_code = status
    return response


def _plot_of(one: promotions.Promotion) -> plots.Plot:
    """Return responses a day before, during and after; the days of the promotion are solid."""
    inside = range(len(one.before), len(one.before) + len(one.during))
    daily = one.daily
    items = [drawn.Bar(f"{when:%d.%m}", count, number in inside) for number, (when, count) in enumerate(daily)]
    title = _("Responses a day; solid: while it ran")
    usual = one.effect.before_per_day
    return plots.made(
        "promotion",
        title,
        drawn.bars(
            items, words=f"{title}: {', '.join(str(count) for _day, count in daily)}", usual=usual, note=_("usual")
        ),
        [_("Day"), _("Responses")],
        [[f"{when:%d.%m}", str(count)] for when, count in daily],
        f"{reverse('statistics-promotion-plot', args=[one.spend.pk])}",
    )


@allowed(Action.SEE_STATISTICS)
@require_GET
def promotion_plot(request: SignedIn, pk: int) -> HttpResponse:
    """Give the plot of one promotion as a file."""
    asked = view_of(request)
    for one in promotions.promotions(asked.piece, today=timezone.localdate(), most=200):
        if one.spend.pk == pk:
            response = HttpResponse(drawn.standalone(_plot_of(one).svg), content_type="image/svg+xml")
            response["Content-Disposition"] = f'attachment; filename="promotion-{pk}.svg"'
            return response
    raise Http404


@allowed(Action.EDIT_VACANCY)
@require_POST
def promotion_add(request: SignedIn) -> HttpResponse:
    """Write down a promotion."""
    form = PromotionForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            promotions.note_promotion(by=request.user, **form.cleaned_data)
        except RecruitError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("statistics-promotions")
    return _promotions(request, form, BudgetForm(user=request.user, auto_id="budget_%s"), 422)


@allowed(Action.EDIT_SETTINGS)
@require_POST
def budget_set(request: SignedIn) -> HttpResponse:
    """Set a month's budget."""
    form = BudgetForm(request.POST, user=request.user, auto_id="budget_%s")
    if form.is_valid():
        promotions.set_budget(vacancy=form.cleaned_data["vacancy"], amount=form.cleaned_data["amount"], by=request.user)
        messages.success(request, _("Saved."))
        return redirect("statistics-promotions")
    return _promotions(request, PromotionForm(user=request.user), form, 422)
