"""Hired people as a table for another program."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from recruit.errors import RecruitError
from recruit.models import Application, HandOverMap
from recruit.permissions import Action
from recruit.services import audit
from recruit.services import hand_over as service
from recruit.web.access import SignedIn, allowed

SPARE = 3


class DaysForm(forms.Form):
    """Which hires, and in which form."""

    since = forms.DateField(label=gettext_lazy("Hired from"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=gettext_lazy("Hired until"), widget=forms.DateInput(attrs={"type": "date"}))
    file = forms.ChoiceField(
        label=gettext_lazy("File"), choices=[(code, code.upper()) for code in service.FORMATS], initial="xlsx"
    )

    def clean(self) -> dict[str, object]:
        """Check the order of the days."""
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The last day is before the first."))
        return data


@allowed(Action.EXPORT)
def hand_over(request: SignedIn) -> HttpResponse:
    """Choose the columns (POST keeps them under a name), and see the first people."""
    name = request.GET.get("map", "")
    kept = HandOverMap.objects.filter(name=name).first()
    columns = kept.columns if kept else [[str(service.FIELDS[code][0]), code] for code in service.USUAL]
    if request.method == "POST":
        columns = _columns(request)
        try:
            kept = service.remember(request.POST.get("name", ""), columns)
        except RecruitError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("The columns are remembered."))
            return redirect(f"{request.path}?map={kept.name}")
    until = timezone.localdate()
    since = until - timedelta(days=30)
    mine = service.hired(Application.objects.visible_to(request.user), since=since, until=until)
    lines = list(service.table(mine[:10], columns))
    return render(
        request,
        "recruit/hand_over.html",
        {
            "form": DaysForm(initial={"since": since.isoformat(), "until": until.isoformat()}),
            "maps": HandOverMap.objects.all(),
            "current": kept,
            "name": name,
            "columns": [*columns, *([["", ""]] * SPARE)],
            "fields": [(code, label) for code, (label, _find) in service.FIELDS.items()],
            "head": lines[0],
            "sample": lines[1:],
            "count": mine.count(),
        },
    )


def _columns(request: SignedIn) -> list[list[str]]:
    return [list(pair) for pair in zip(request.POST.getlist("title"), request.POST.getlist("field"), strict=False)]


@allowed(Action.EXPORT)
@require_POST
def download(request: SignedIn) -> HttpResponse:
    """Give the table; who took it is kept."""
    form = DaysForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("hand-over")
    try:
        columns = service.check_columns(_columns(request))
    except RecruitError as error:
        messages.error(request, error.message)
        return redirect("hand-over")
    since, until, kind = form.cleaned_data["since"], form.cleaned_data["until"], form.cleaned_data["file"]
    rows = service.hired(Application.objects.visible_to(request.user), since=since, until=until)
    lines = list(service.table(rows, columns))
    audit.note(request.user, "hired.exported", None, people=len(lines) - 1, format=kind)
    return _answer(lines, kind, since=since, until=until)


def _answer(lines: list[list[str]], kind: str, *, since: date, until: date) -> HttpResponse:
    if kind == "csv":
        response = HttpResponse(service.as_csv(lines), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(
            service.as_xlsx(lines),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    response["Content-Disposition"] = f'attachment; filename="hired-{since}-{until}.{kind}"'
    return response
