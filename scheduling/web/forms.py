"""Forms of the interview day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recruit.errors import InvalidInputError
from recruit.models import Vacancy
from scheduling.models import InterviewSession
from scheduling.planning import Costs

# The browser's own time field speaks the browser's language ("01:00 PM"), not the page's: times are typed, in 24 hours.
CLOCK = {
    "inputmode": "numeric",
    "maxlength": "5",
    "pattern": "([01]?[0-9]|2[0-3]):[0-5][0-9]",
    "placeholder": "13:00",
    "autocomplete": "off",
}

COSTS = ("waiting_minute", "idle_minute", "overtime_minute", "missing_interview", "turned_away", "invitation")
# Fixed once somebody is invited: their times hang on it.
FIXED_BY_INVITATIONS = frozenset({"minutes_each", "band_minutes", "starts", "ends"})


class WhatIfForm(forms.Form):
    """The controls of the plan page: each change answers at once, and an empty control leaves the session as it is."""

    target = forms.IntegerField(min_value=1, max_value=500, required=False)
    assurance = forms.IntegerField(min_value=1, max_value=99, required=False)
    interviewers_planned = forms.IntegerField(min_value=1, max_value=50, required=False)
    minutes_each = forms.IntegerField(min_value=5, max_value=240, required=False)
    band_minutes = forms.IntegerField(min_value=5, max_value=480, required=False)
    lobby = forms.IntegerField(min_value=0, max_value=500, required=False)
    promised_wait_minutes = forms.IntegerField(min_value=0, max_value=480, required=False)
    seats = forms.IntegerField(min_value=1, max_value=1000, required=False)
    minimum = forms.IntegerField(min_value=0, max_value=1000, required=False)
    starts = forms.TimeField(required=False)
    ends = forms.TimeField(required=False)
    show_rate = forms.IntegerField(min_value=1, max_value=99, required=False)
    invite = forms.IntegerField(min_value=0, max_value=400, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in COSTS:
            self.fields[f"cost_{name}"] = forms.FloatField(min_value=0, max_value=1_000_000, required=False)

    def apply_to(self, session: InterviewSession, *, is_fixed: bool = False) -> None:
        """Put the values on the session, unsaved; with ``is_fixed`` those that people were told stay as they are."""
        data = self.cleaned_data
        for name in (
            "target", "interviewers_planned", "minutes_each", "band_minutes", "lobby",
            "promised_wait_minutes", "seats", "minimum",
        ):  # fmt: skip
            if data.get(name) is not None and not (is_fixed and name in FIXED_BY_INVITATIONS):
                setattr(session, name, data[name])
        if data.get("assurance") is not None:
            session.assurance = data["assurance"] / 100
        if is_fixed or (data.get("starts") is None and data.get("ends") is None):
            return
        zone = session.office.zone
        local = session.starts_at.astimezone(zone)
        starts = datetime.combine(local.date(), data.get("starts") or local.timetz(), tzinfo=zone)
        until = data.get("ends") or session.ends_at.astimezone(zone).time()
        ends = datetime.combine(local.date(), until, tzinfo=zone)
        if ends <= starts and starts.hour >= 18:
            ends += timedelta(days=1)
        if ends <= starts:
            raise InvalidInputError(gettext("The session ends before it begins."), field="ends")
        session.starts_at, session.ends_at = starts, ends
        if session.is_group:
            session.minutes_each = min(int((ends - starts).total_seconds() // 60), 240)

    def costs(self, usual: Costs) -> Costs:
        """Return the costs with those that were changed by hand."""
        changed = {
            name: self.cleaned_data[f"cost_{name}"]
            for name in COSTS
            if self.cleaned_data.get(f"cost_{name}") is not None
        }
        return replace(usual, **changed)


class WalkInForm(forms.Form):
    """Somebody who came without an invitation."""

    name = forms.CharField(label=_("Name"), max_length=200)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    vacancy = forms.ModelChoiceField(label=_("Vacancy"), queryset=Vacancy.objects.none())

    def __init__(self, *args: Any, session: InterviewSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        vacancies = session.vacancies.all()
        self.fields["vacancy"].queryset = vacancies  # type: ignore[attr-defined]
        self.fields["vacancy"].initial = vacancies.first()
