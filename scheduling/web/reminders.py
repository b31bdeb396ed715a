"""Settings of the reminders: the company's ladder, and those of vacancies that have their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.models import Channel, Vacancy
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import LadderStep, ReminderLadder, StepText
from scheduling.services.ladder_steps import MOST_HOURS, MOST_STEPS, StepWish, drop_ladder, ladder_of, write_ladder

# Empty rows for new steps below those that stand.
EMPTY_ROWS = 2


class LadderForm(forms.Form):
    """Whether people are reminded, and when not."""

    is_on = forms.BooleanField(label=gettext_lazy("Remind by itself"), required=False)
    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_to = forms.TimeField(
        label=gettext_lazy("until"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("On the clock of the office. What falls into these hours waits for their end."),
    )


class StepForm(forms.Form):
    """One step; a row without words is no step."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    says = forms.ChoiceField(label=gettext_lazy("What it says"), choices=[("", "–"), *StepText.choices], required=False)
    hours = forms.DecimalField(
        label=gettext_lazy("Hours"), min_value=0, max_value=MOST_HOURS, decimal_places=2, required=False
    )
    counted_from = forms.ChoiceField(
        label=gettext_lazy("When"), choices=LadderStep.From.choices, initial=LadderStep.From.ARRIVAL
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("By"),
        choices=[("", gettext_lazy("as the person can be reached")), *Channel.choices],
        required=False,
    )
    only_silent = forms.BooleanField(label=gettext_lazy("Only who has not answered"), required=False)
    gone = forms.BooleanField(label=gettext_lazy("Remove"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the hours of what is a step."""
        data = super().clean() or {}
        if data.get("says") and data.get("hours") is None and "hours" not in self.errors:
            self.add_error("hours", _("How many hours?"))
        return data

    def wish(self) -> StepWish | None:
        """Return the step that is wanted, None for a row that is empty or to be removed."""
        data = self.cleaned_data
        if data["gone"] or not data["says"]:
            return None
        return StepWish(
            pk=data["pk"],
            says=StepText(data["says"]),
            counted_from=data["counted_from"],
            minutes=round(data["hours"] * 60),
            channel=data["channel"],
            only_silent=data["only_silent"],
        )


StepForms = forms.formset_factory(StepForm, extra=EMPTY_ROWS, max_num=MOST_STEPS, absolute_max=MOST_STEPS + EMPTY_ROWS)


def _rows(ladder: ReminderLadder) -> list[dict[str, Any]]:
    return [
        {
            "pk": step.pk,
            "says": step.says,
            "hours": f"{step.minutes / 60:g}",
            "counted_from": step.counted_from,
            "channel": step.channel,
            "only_silent": step.only_silent,
        }
        for step in ladder.steps.all()
    ]


@allowed(Action.EDIT_SETTINGS)
@require_GET
def reminders(request: SignedIn) -> HttpResponse:
    """List who is reminded by which ladder: the company's first, then each open vacancy."""
    own = set(ReminderLadder.objects.exclude(vacancy=None).values_list("vacancy_id", flat=True))
    vacancies = Vacancy.objects.visible_to(request.user).open().select_related("office")
    return render(
        request,
        "scheduling/settings_reminders.html",
        {
            "ladder": ladder_of(None),
            "steps": ladder_of(None).steps.all(),
            "vacancies": [{"row": row, "is_own": row.pk in own} for row in vacancies[:500]],
        },
    )


@allowed(Action.EDIT_SETTINGS)
def ladder(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """Write the company's ladder, or the own one of a vacancy, which begins as a copy."""
    vacancy = get_object_or_404(Vacancy.objects.visible_to(request.user), pk=pk) if pk else None
    row = ladder_of(vacancy)
    is_own = row.vacancy_id == pk
    first = {"is_on": row.is_on, "quiet_from": row.quiet_from, "quiet_to": row.quiet_to}
    form = LadderForm(request.POST or None, initial=first)
    # What stands in the company's ladder is no step of the vacancy yet.
    steps = [{**one, "pk": one["pk"] if is_own else None} for one in _rows(row)]
    rows = StepForms(request.POST or None, initial=steps)
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        wishes = [wish for one in rows if one.cleaned_data and (wish := one.wish()) is not None]
        try:
            write_ladder(vacancy, wishes, by=request.user, **form.cleaned_data)
        except RecruitError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings-reminders")
    return render(
        request,
        "scheduling/settings_ladder.html",
        {"form": form, "rows": rows, "vacancy": vacancy, "is_own": is_own},
    )


@allowed(Action.EDIT_SETTINGS)
@require_POST
def ladder_drop(request: SignedIn, pk: int) -> HttpResponse:
    """Let the company's ladder hold for a vacancy again."""
    drop_ladder(get_object_or_404(Vacancy.objects.visible_to(request.user), pk=pk), by=request.user)
    messages.success(request, _("The reminders of the company hold again."))
    return redirect("settings-reminders")
