"""The form of a new session: where, when, for whom, how much; it offers only who and what is free then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recruit.models import Office, User, Vacancy
from scheduling.models import Interviewer, Room
from scheduling.services.availability import Hindrance, against_interviewers, against_rooms
from scheduling.services.sessions import SessionWish
from scheduling.states import SessionFormat
from scheduling.web.forms import CLOCK

SEATS = ("interviewers", "observers", "rooms")


@dataclass(frozen=True)
class Taken:
    """Somebody or a room that is not free for the whole of the time, and why."""

    name: str
    against: tuple[Hindrance, ...]


def _of_office(people: QuerySet[Interviewer], office: Office) -> list[Interviewer]:
    """Return the people of an office; who belongs to none may sit in any."""
    own = Interviewer.objects.filter(Q(offices=office) | Q(offices=None)).order_by().values("pk")
    return list(people.filter(pk__in=own))


def _moments(office: Office, day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """Return beginning and end on the clock of the office; a session of the evening may end after midnight."""
    begin = datetime.combine(day, starts, tzinfo=office.zone)
    end = datetime.combine(day, ends, tzinfo=office.zone)
    return begin, end + timedelta(days=1) if end < begin and starts.hour >= 18 else end


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
        for name in ("vacancies", *SEATS):
            self.fields[name].widget.attrs["size"] = 5

    def span(self) -> tuple[Office, datetime, datetime] | None:
        """Return office, beginning and end as far as they are filled in; None where one cannot be read yet."""
        values = []
        for name in ("office", "day", "starts", "ends"):
            try:
                values.append(self.fields[name].clean(self[name].value()))
            except forms.ValidationError:
                return None
        office, day, starts, ends = values
        begin, end = _moments(office, day, starts, ends)
        return (office, begin, end) if begin < end else None

    def offer_free(self) -> list[Taken]:
        """Offer those alone who are free for the whole of the time; return the others with what speaks against them."""
        span = self.span()
        if span is None:
            return []
        people = _of_office(self.fields["interviewers"].queryset, span[0])  # type: ignore[attr-defined]
        rooms = list(self.fields["rooms"].queryset.filter(office=span[0]))  # type: ignore[attr-defined]
        persons, places = against_interviewers(people, *span), against_rooms(rooms, *span)
        free = [(one.pk, one.name) for one in people if not persons[one.pk]]
        for name in ("interviewers", "observers"):
            cast("forms.ChoiceField", self.fields[name]).choices = free
        open_rooms = [(one.pk, one.name) for one in rooms if not places[one.pk]]
        cast("forms.ChoiceField", self.fields["rooms"]).choices = open_rooms
        taken = [Taken(one.name, persons[one.pk]) for one in people if persons[one.pk]]
        return taken + [Taken(one.name, places[one.pk]) for one in rooms if places[one.pk]]

    def clean(self) -> dict[str, Any]:
        """Refuse whom or what is taken then, by name."""
        data = super().clean() or {}
        span = self.span()
        if span is None:
            return data
        chosen = {name: list(data.get(name) or []) for name in SEATS}
        persons = against_interviewers([*chosen["interviewers"], *chosen["observers"]], *span)
        places = against_rooms(chosen["rooms"], *span)
        for name, rows in chosen.items():
            against = places if name == "rooms" else persons
            taken = [f"{one.name} ({against[one.pk][0].why.label})" for one in rows if against[one.pk]]
            if taken:
                self.add_error(name, gettext("Not free then: %(names)s.") % {"names": ", ".join(taken)})
        return data

    def wish(self) -> SessionWish:
        """Return the wish; the clock is that of the office, and a session may end after midnight."""
        data = self.cleaned_data
        starts, ends = _moments(data["office"], data["day"], data["starts"], data["ends"])
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
