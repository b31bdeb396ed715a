"""After the hire: who started, who stayed, how good they are - by hand or from a table."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import Application
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.services import employment_table
from scheduling.services.reports import after_hire
from scheduling.web.statistics.common import page, table_file, view_of

ROWS_A_PAGE = 25
_DAY = {"type": "date"}


class EmploymentForm(forms.Form):
    """What is known of one hire."""

    started_on = forms.DateField(required=False, widget=forms.DateInput(attrs=_DAY), label=gettext_lazy("Started"))
    seen_on = forms.DateField(
        required=False, widget=forms.DateInput(attrs=_DAY), label=gettext_lazy("Last seen at work")
    )
    left_on = forms.DateField(required=False, widget=forms.DateInput(attrs=_DAY), label=gettext_lazy("Left"))
    rating = forms.IntegerField(required=False, min_value=1, max_value=5, label=gettext_lazy("Rating, 1 to 5"))


class TableForm(forms.Form):
    """A table of hires."""

    file = forms.FileField(label=gettext_lazy("Table, CSV or XLSX"))


@allowed(Action.SEE_STATISTICS)
@require_GET
def after_hire_page(request: SignedIn) -> HttpResponse:
    """Show how many hires started and stayed, by source, and the hires themselves."""
    return _shown(request)


def _shown(
    request: SignedIn,
    *,
    wrong: dict[int, EmploymentForm] | None = None,
    table: TableForm | None = None,
    problems: list[employment_table.Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    asked = view_of(request)
    listed = Paginator(after_hire.hires(asked.piece), ROWS_A_PAGE).get_page(request.GET.get("page"))
    lines = after_hire.stay_lines(asked.piece)
    rows = [(one, (wrong or {}).get(one.pk) or _form_of(one)) for one in listed]
    response = page(
        request,
        "after_hire",
        asked,
        {
            "lines": lines[:-1],
            "total": lines[-1] if lines else None,
            "months": after_hire.MONTHS,
            "page": listed,
            "rows": rows,
            "table": table or TableForm(),
            "problems": problems or [],
            "columns": employment_table.COLUMNS,
            "may_edit": request.user.may(Action.DECIDE),
        },
    )
    response.status_code = status
    return response


def _form_of(application: Application) -> EmploymentForm:
    known = getattr(application, "employment", None)
    names = ("started_on", "seen_on", "left_on", "rating")
    values = {name: getattr(known, name) for name in names} if known is not None else {}
    return EmploymentForm(initial=values, prefix=f"h{application.pk}")


@allowed(Action.DECIDE)
@require_POST
def employment_note(request: SignedIn, pk: int) -> HttpResponse:
    """Write down what is known of one hire."""
    try:
        application = after_hire.hire_of(request.user, pk)
    except RecruitError as error:
        # Of another team, or nobody: one answer for both.
        raise Http404 from error
    form = EmploymentForm(request.POST, prefix=f"h{pk}")
    if form.is_valid():
        try:
            after_hire.note_employment(application, at=timezone.now(), by=request.user, **form.cleaned_data)
        except RecruitError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("statistics-after-hire")
    return _shown(request, wrong={pk: form}, status=422)


@allowed(Action.DECIDE)
@require_POST
def employment_import(request: SignedIn) -> HttpResponse:
    """Write down what a table says of hires; rows that are refused are named beside the file."""
    form = TableForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, table=form, status=422)
    try:
        found = employment_table.read(form.cleaned_data["file"].read(), filename=form.cleaned_data["file"].name)
        written, problems = employment_table.write(found, at=timezone.now(), by=request.user)
    except RecruitError as error:
        form.add_error("file", str(error))
        return _shown(request, table=form, status=422)
    messages.success(
        request, ngettext("%(count)s hire written down.", "%(count)s hires written down.", written) % {"count": written}
    )
    return _shown(request, problems=problems) if problems else redirect("statistics-after-hire")


@allowed(Action.EXPORT)
@require_GET
def employment_export(request: SignedIn) -> HttpResponse:
    """Give the hires as the table that can be handed in again: ids and days, no names."""
    rows = []
    for one in after_hire.hires(view_of(request).piece).iterator(chunk_size=1000):
        known = getattr(one, "employment", None)
        days = [getattr(known, name, None) for name in employment_table.COLUMNS[1:]]
        rows.append([one.pk, *["" if value is None else str(value) for value in days]])
    return table_file("hires", "csv", employment_table.COLUMNS, rows)
