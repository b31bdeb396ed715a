"""Reminder experiments, and whether people are treated alike."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from recruit.errors import RecruitError
from recruit.permissions import Action
from recruit.web.access import SignedIn, allowed
from scheduling.models import ReminderExperiment
from scheduling.services import experiments, fairness
from scheduling.web.statistics.common import page, view_of


class ExperimentForm(forms.Form):
    """A new experiment."""

    name = forms.CharField(max_length=120, label=gettext_lazy("What is tried"))
    subject = forms.ChoiceField(
        choices=[(str(one.value), one.label) for one in ReminderExperiment.Subject], label=gettext_lazy("What differs")
    )
    arms = forms.CharField(
        max_length=300,
        label=gettext_lazy("Arms, separated by commas; the usual way first"),
        help_text=gettext_lazy(
            "Channel: email, sms. Hours before the interview: 24, 3. Text of the reminder of the day: usual, personal; "
            "usual, same tests the method itself."
        ),
    )

    def clean_arms(self) -> list[str]:
        """Take the words between the commas."""
        return [arm.strip() for arm in str(self.cleaned_data["arms"]).split(",") if arm.strip()]


@allowed(Action.SEE_STATISTICS)
@require_GET
def trials(request: SignedIn) -> HttpResponse:
    """List the experiments with what they have shown so far."""
    return _shown(request, ExperimentForm())


def _shown(request: SignedIn, form: ExperimentForm, status: int = 200) -> HttpResponse:
    found = [
        (one, [(result, experiments.arm_word(one.subject, result.arm)) for result in experiments.results_of(one)])
        for one in ReminderExperiment.objects.all()[:20]
    ]
    may_edit = request.user.may(Action.EDIT_SETTINGS)
    response = page(
        request, "experiments", view_of(request), {"found": found, "form": form, "may_edit": may_edit}, bare=True
    )
    response.status_code = status
    return response


@allowed(Action.EDIT_SETTINGS)
@require_POST
def trial_start(request: SignedIn) -> HttpResponse:
    """Begin an experiment."""
    form = ExperimentForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        now = timezone.now()
        try:
            experiments.start_experiment(
                code=f"{slugify(given['name'])[:24] or 'trial'}-{now:%y%m%d%H%M%S}",
                name=given["name"],
                subject=given["subject"],
                arms=given["arms"],
                at=now,
                by=request.user,
            )
        except RecruitError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("The experiment runs: each invitation is given an arm at random."))
            return redirect("statistics-experiments")
    return _shown(request, form, 422)


@allowed(Action.EDIT_SETTINGS)
@require_POST
def trial_stop(request: SignedIn, pk: int) -> HttpResponse:
    """End an experiment."""
    experiment = get_object_or_404(ReminderExperiment, pk=pk)
    try:
        experiments.stop_experiment(experiment, at=timezone.now(), by=request.user)
    except RecruitError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The experiment has ended."))
    return redirect("statistics-experiments")


class GroupsForm(forms.Form):
    """A table of groups that the company lawfully records."""

    trait = forms.CharField(max_length=40, label=gettext_lazy("What is recorded"))
    file = forms.FileField(label=gettext_lazy("Table with the columns candidate and group"))


@allowed(Action.SEE_AUDIT)
@require_GET
def alike(request: SignedIn) -> HttpResponse:
    """Show waiting and turned away by a recorded group."""
    return _alike(request, GroupsForm())


def _alike(request: SignedIn, form: GroupsForm, status: int = 200) -> HttpResponse:
    asked, known = view_of(request), fairness.traits()
    trait = request.GET.get("trait", "")
    trait = trait if trait in known else known[0] if known else ""
    response = page(
        request,
        "fairness",
        asked,
        {
            "traits": known,
            "trait": trait,
            "lines": fairness.by_group(asked.piece, trait) if trait else [],
            "form": form,
        },
    )
    response.status_code = status
    return response


@allowed(Action.SEE_AUDIT)
@require_POST
def groups_import(request: SignedIn) -> HttpResponse:
    """Write down the groups of a table, or forget a trait."""
    if request.POST.get("forget"):
        fairness.forget_groups(trait=request.POST["forget"], by=request.user)
        messages.success(request, _("Forgotten."))
        return redirect("statistics-fairness")
    form = GroupsForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            file = form.cleaned_data["file"]
            pairs = fairness.read_groups(file.read(), filename=file.name)
            fairness.record_groups(pairs, trait=form.cleaned_data["trait"], by=request.user)
        except RecruitError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("statistics-fairness")
    return _alike(request, form, 422)
