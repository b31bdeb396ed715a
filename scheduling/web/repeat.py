"""Repeating a session: Monday to Friday, the office's closing days and public holidays skipped."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from recruit.errors import RecruitError
from recruit.models import Company
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import InterviewSession, SessionTemplate
from scheduling.services import repeats
from scheduling.services.holidays import countries

WEEK = [(str(number), WEEKDAYS[number]) for number in range(7)]


class RepeatForm(forms.Form):
    """On which days, until when, whose holidays are skipped, and under which name the template is kept."""

    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("Repeat on"), choices=WEEK, widget=forms.CheckboxSelectMultiple
    )
    first = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    holidays_of = forms.ChoiceField(label=gettext_lazy("Public holidays of"), required=False)
    name = forms.CharField(label=gettext_lazy("Keep as a template named"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holidays_of"].choices = [("", _("none are skipped")), *((code, code) for code in countries())]  # type: ignore[attr-defined]

    def days(self) -> list[int]:
        """Return the chosen weekdays, 0 = Monday."""
        return [int(word) for word in self.cleaned_data["weekdays"]]


def _start(template: SessionTemplate, first: date) -> dict[str, Any]:
    return {
        "weekdays": [str(number) for number in template.weekdays],
        "first": first,
        "last": first + timedelta(days=13),
        "holidays_of": template.holidays_of,
    }


def _page(
    request: SignedIn, template: SessionTemplate, context: dict[str, Any], *, first: date, kept: InterviewSession | None
) -> HttpResponse:
    """Show the days as they would be made; POST makes them."""
    start = _start(template, first)
    given = request.POST if request.method == "POST" else (request.GET or None)
    form = RepeatForm(given or {**start, "weekdays": start["weekdays"]})
    days: list[repeats.RepeatDay] = []
    if form.is_valid():
        data = form.cleaned_data
        template.holidays_of = data["holidays_of"]
        try:
            wish = {"first": data["first"], "last": data["last"], "weekdays": form.days()}
            days = repeats.repeat_days(template, now=timezone.now(), **wish)
            if request.method == "POST":
                return _make(request, template, form, wish, kept)
        except RecruitError as error:
            name = getattr(error, "field", "") or ""
            form.add_error(name if name in form.fields else None, error.message)
    made = sum(not one.skipped for one in days)
    return render(
        request,
        "scheduling/repeat.html",
        {
            "form": form,
            "template": template,
            "days": days,
            "count": made,
            "zone": template.office.zone,
            "kept": kept,
            **context,
        },
    )


def _make(
    request: SignedIn, template: SessionTemplate, form: RepeatForm, wish: dict[str, Any], kept: InterviewSession | None
) -> HttpResponse:
    name = form.cleaned_data["name"].strip()
    saved = template
    if kept is not None:
        saved = repeats.keep_template(
            kept,
            name=name or f"{kept.get_format_display()} {template.starts:%H:%M}–{template.ends:%H:%M}, {kept.office}",
            weekdays=wish["weekdays"],
            holidays_of=template.holidays_of,
            by=request.user,
        )
    else:
        SessionTemplate.objects.filter(pk=saved.pk).update(
            weekdays=sorted(wish["weekdays"]), holidays_of=template.holidays_of, **({"name": name} if name else {})
        )
    made = repeats.repeat(saved, by=request.user, **wish)
    count = len(made)
    words = ngettext("%(count)s session was made.", "%(count)s sessions were made.", count) % {"count": count}
    messages.success(request, words)
    return redirect("sessions")


@allowed(Action.PLAN_SESSION)
def repeat_session(request: SignedIn, pk: int) -> HttpResponse:
    """Repeat a session that exists; it is kept as a template."""
    rows = InterviewSession.objects.visible_to(request.user).select_related("office")
    session = get_object_or_404(rows.prefetch_related("session_vacancies"), pk=pk)
    template = repeats.template_of(session, name="", weekdays=range(5), holidays_of=_country(), by=request.user)
    first = session.starts_at.astimezone(session.office.zone).date() + timedelta(days=1)
    return _page(request, template, {"session": session}, first=max(first, timezone.localdate()), kept=session)


@allowed(Action.PLAN_SESSION)
def repeat_template(request: SignedIn, pk: int) -> HttpResponse:
    """Repeat from a template, from the day after its last session on."""
    template = get_object_or_404(SessionTemplate.objects.visible_to(request.user).select_related("office"), pk=pk)
    return _page(request, template, {}, first=timezone.localdate() + timedelta(days=1), kept=None)


@allowed(Action.PLAN_SESSION)
@require_POST
def template_delete(request: SignedIn, pk: int) -> HttpResponse:
    """Forget a template; the sessions that came from it stay."""
    template = get_object_or_404(SessionTemplate.objects.visible_to(request.user), pk=pk)
    template.delete()
    messages.success(request, _("The template is gone; its sessions stay."))
    return redirect("sessions")


def _country() -> str:
    region = Company.current().region
    return region if region in countries() else ""
