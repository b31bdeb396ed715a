"""Forms of the interview day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recruit.errors import InvalidInputError
from recruit.models import Office, User, Vacancy
from scheduling.models import Interviewer, InterviewSession, Room
from scheduling.planning import Costs
from scheduling.services.sessions import SessionWish
from scheduling.states import SessionFormat

# The browser's own time field speaks the browser's language ("01:00 PM"), not the page's: times are typed, in 24 hours.
CLOCK = {
    "inputmode": "numeric",
    "maxlength": "5",
    "pattern": "([01]?[0-9]|2[0-3]):[0-5][0-9]",
    "placeholder": "13:00",
    "autocomplete": "off",
}


class SessionForm(forms.Form):
    """What a session should be: where, when, for whom, how much."""

    format = forms.ChoiceField(label=_("Format"), choices=SessionFormat.choices, initial=SessionFormat.STREAMED)
    office = forms.ModelChoiceField(label=_("Office"), queryset=Office.objects.none())
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    starts = forms.TimeField(label=_("From"), initial="13:00", widget=forms.TimeInput(format="%H:%M", attrs=CLOCK))
    ends = forms.TimeField(label=_("To"), initial="17:00", widget=forms.TimeInput(format="%H:%M", attrs=CLOCK))
    vacancies = forms.ModelMultipleChoiceField(label=_("Vacancies"), queryset=Vacancy.objects.none())
    target = forms.IntegerField(label=_("Held at least"), initial=5, min_value=1, max_value=500)
    assurance = forms.IntegerField(label=_("Assurance, %"), initial=90, min_value=1, max_value=99)
    interviewers_planned = forms.IntegerField(label=_("Interviewers"), initial=2, min_value=1, max_value=50)
    minutes_each = forms.IntegerField(label=_("Minutes each"), initial=20, min_value=5, max_value=240)
    band_minutes = forms.IntegerField(label=_("Band every, min"), initial=30, min_value=5, max_value=480)
    lobby = forms.IntegerField(label=_("Lobby seats"), initial=14, min_value=0, max_value=500)
    promised_wait_minutes = forms.IntegerField(
        label=_("Longest wait promised, min"), initial=40, min_value=0, max_value=480
    )
    seats = forms.IntegerField(label=_("Seats (group)"), required=False, min_value=1, max_value=1000)
    minimum = forms.IntegerField(label=_("Fewest worth starting (group)"), required=False, min_value=0, max_value=1000)
    rooms = forms.ModelMultipleChoiceField(label=_("Rooms"), queryset=Room.objects.none(), required=False)
    interviewers = forms.ModelMultipleChoiceField(
        label=_("Who interviews"), queryset=Interviewer.objects.none(), required=False
    )
    observers = forms.ModelMultipleChoiceField(
        label=_("Who observes"), queryset=Interviewer.objects.none(), required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "office": Office.objects.visible_to(user),
            "vacancies": Vacancy.objects.visible_to(user).open(),
            "rooms": Room.objects.filter(office__in=Office.objects.visible_to(user)).select_related("office"),
            "interviewers": Interviewer.objects.visible_to(user).filter(is_active=True),
            "observers": Interviewer.objects.visible_to(user).filter(is_active=True),
        }
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]
        for name in ("vacancies", "rooms", "interviewers", "observers"):
            self.fields[name].widget.attrs["size"] = 5

    def wish(self) -> SessionWish:
        """Return the wish; the clock is that of the office, and a session may end after midnight."""
        data = self.cleaned_data
        zone = data["office"].zone
        starts = datetime.combine(data["day"], data["starts"], tzinfo=zone)
        ends = datetime.combine(data["day"], data["ends"], tzinfo=zone)
        if ends < starts and data["starts"].hour >= 18:
            ends += timedelta(days=1)
        is_group = data["format"] == SessionFormat.GROUP
        minutes = int((ends - starts).total_seconds() // 60)
        return SessionWish(
            format=SessionFormat(data["format"]),
            office=data["office"],
            starts_at=starts,
            ends_at=ends,
            vacancies=list(data["vacancies"]),
            target=data["target"],
            assurance=data["assurance"] / 100,
            interviewers_planned=data["interviewers_planned"],
            minutes_each=max(minutes, 1) if is_group else data["minutes_each"],
            band_minutes=data["band_minutes"],
            lobby=data["lobby"],
            promised_wait_minutes=data["promised_wait_minutes"],
            seats=data["seats"] if is_group else None,
            minimum=data["minimum"] if is_group else None,
            rooms=list(data["rooms"]),
            interviewers=list(data["interviewers"]),
            observers=list(data["observers"]) if is_group else [],
        )


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
