"""Ahead: from hires wanted back to the work of each day, and whether the pipeline will bring them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from recruit.models import Company, Vacancy
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.services.reports.ahead import LEVER_LABELS, STEP_LABELS, look_ahead
from scheduling.statistics.backward import STEPS
from scheduling.web.statistics.common import page, view_of

USUAL_DAYS = 30
MOST_DAYS = 366


class AheadForm(forms.Form):
    """Hires wanted by a day."""

    hires = forms.IntegerField(min_value=1, max_value=5000, label=gettext_lazy("Hires wanted"))
    by = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), label=gettext_lazy("By"))
    vacancy = forms.ModelChoiceField(
        Vacancy.objects.none(), required=False, label=gettext_lazy("Vacancy"), empty_label=gettext_lazy("All vacancies")
    )

    def __init__(self, *args: object, user: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["vacancy"].queryset = Vacancy.objects.visible_to(user)  # type: ignore[attr-defined, arg-type]

    def clean_by(self) -> object:
        """Take a day that lies ahead, within a year."""
        day, today = self.cleaned_data["by"], timezone.localdate()
        if not today < day <= today + timedelta(days=MOST_DAYS):
            raise forms.ValidationError(gettext_lazy("Choose a day within a year from now."))
        return day


@allowed(Action.SEE_STATISTICS)
@require_GET
def ahead(request: SignedIn) -> HttpResponse:
    """Show what the hires take, what will come, and what would help most; without a question, the usual one."""
    today = timezone.localdate()
    openings = sum(Vacancy.objects.visible_to(request.user).open().values_list("openings", flat=True))
    usual: dict[str, Any] = {
        "hires": max(min(openings, 5000), 1),
        "by": today + timedelta(days=USUAL_DAYS),
        "vacancy": None,
    }
    form = (
        AheadForm(request.GET, user=request.user)
        if "hires" in request.GET
        else AheadForm(initial=usual, user=request.user)
    )
    question = form.cleaned_data if form.is_bound and form.is_valid() else None if form.is_bound else usual
    found = None
    if question is not None:
        found = look_ahead(
            user=request.user,
            hires=question["hires"],
            by=question["by"],
            today=today,
            vacancy=question["vacancy"].pk if question["vacancy"] else None,
            at=timezone.now(),
        )
    response = page(
        request,
        "ahead",
        view_of(request),
        {
            "form": form,
            "found": found,
            "missed": max(round(found.outlook.missed_by.median), 1) if found else 0,
            "question": question,
            "steps": [
                {
                    "code": step,
                    "word": STEP_LABELS[step],
                    "people": found.needs.people[step],
                    "yield": next((one for one in found.yields if one.step == step), None),
                    "waiting": found.pipeline.waiting.get(step, 0),
                }
                for step in STEPS
            ]
            if found
            else [],
            "levers": [{"lever": one, "word": LEVER_LABELS[one.name]} for one in found.outlook.levers[:3]]
            if found
            else [],
            "currency": Company.current().currency,
        },
        bare=True,
    )
    response.status_code = 422 if form.is_bound and not form.is_valid() else 200
    return response
