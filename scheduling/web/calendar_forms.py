"""Forms of calendars: a new feed, an external address, hours of the week, a session's time and people."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, cast

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from recruit.models import Office, User, Vacancy
from recruit.permissions import Action
from recruit.web.locking import Locked
from scheduling.ics.feed import COLORS
from scheduling.models import FeedDetail, FeedKind, Interviewer, InterviewSession, Room, Weekday
from scheduling.services.session_texts import may_see_names
from scheduling.web.forms import CLOCK

COLOR_NAMES = {
    "teal": _("Teal"),
    "steelblue": _("Blue"),
    "slateblue": _("Violet"),
    "mediumvioletred": _("Pink"),
    "firebrick": _("Red"),
    "darkorange": _("Orange"),
    "olive": _("Olive"),
    "seagreen": _("Green"),
    "slategray": _("Grey"),
}


class FeedForm(forms.Form):
    """What a new feed shows, how much it tells, and its colour."""

    subject = forms.ChoiceField(label=_("Whose sessions"))
    detail = forms.ChoiceField(label=_("How much it tells"), initial=FeedDetail.COUNTS)
    color = forms.ChoiceField(label=_("Colour"), choices=[(code, COLOR_NAMES[code]) for code in COLORS])

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rows: dict[str, Model] = {}
        groups: list[tuple[Any, Any]] = [(FeedKind.RECRUITER.value, FeedKind.RECRUITER.label)]
        own = Interviewer.objects.filter(user=user, is_active=True)
        sources: list[tuple[FeedKind, Any, Any]] = [
            (FeedKind.INTERVIEWER, _("Interviewers"), own),
        ]
        if user.may(Action.PLAN_SESSION):
            offices = Office.objects.visible_to(user)
            people = Interviewer.objects.visible_to(user).filter(is_active=True)
            sources = [
                (FeedKind.INTERVIEWER, _("Interviewers"), people),
                (FeedKind.OFFICE, _("Offices"), offices),
                (FeedKind.ROOM, _("Rooms"), Room.objects.filter(office__in=offices).select_related("office")),
                (FeedKind.VACANCY, _("Vacancies"), Vacancy.objects.visible_to(user).open()),
            ]
        for kind, label, rows in sources:
            options = []
            for row in rows[:300]:
                code = f"{kind}:{row.pk}"
                self._rows[code] = row
                options.append((code, f"{row.office}: {row.name}" if isinstance(row, Room) else str(row)))
            if options:
                groups.append((label, options))
        cast("forms.ChoiceField", self.fields["subject"]).choices = groups
        names = may_see_names(user)
        details = [(d.value, d.label) for d in FeedDetail if names or d != FeedDetail.PEOPLE]
        cast("forms.ChoiceField", self.fields["detail"]).choices = details

    @property
    def kind(self) -> FeedKind:
        """Whose sessions were chosen."""
        return FeedKind(self.cleaned_data["subject"].partition(":")[0])

    @property
    def row(self) -> Any:
        """The chosen interviewer, room, office or vacancy; None for one's own sessions."""
        return self._rows.get(self.cleaned_data["subject"])


class BusyForm(forms.Form):
    """Whose calendar, and where it can be read."""

    owner = forms.ChoiceField(label=_("Whose calendar"))
    url = forms.CharField(
        label=_("Secret address in iCal format"),
        max_length=1000,
        help_text=_(
            "Google: Settings of the calendar, “Secret address in iCal format”. Outlook: “Publish a calendar”, ICS."
        ),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rows: dict[str, Interviewer | Room] = {}
        people = list(Interviewer.objects.filter(user=user, is_active=True))
        rooms: list[Room] = []
        if user.may(Action.PLAN_SESSION):
            people += [one for one in Interviewer.objects.visible_to(user).filter(is_active=True) if one not in people]
            rooms = list(Room.objects.filter(office__in=Office.objects.visible_to(user)).select_related("office"))
        groups: list[tuple[Any, Any]] = []
        for label, code, rows in ((_("Interviewers"), "interviewer", people), (_("Rooms"), "room", rooms)):
            options = []
            for row in cast("list[Interviewer | Room]", rows):
                self._rows[f"{code}:{row.pk}"] = row
                options.append((f"{code}:{row.pk}", f"{row.office}: {row.name}" if isinstance(row, Room) else row.name))
            if options:
                groups.append((label, options))
        cast("forms.ChoiceField", self.fields["owner"]).choices = groups

    @property
    def owner_row(self) -> Interviewer | Room:
        """The chosen interviewer or room."""
        return self._rows[self.cleaned_data["owner"]]


class HoursForm(Locked, forms.Form):
    """One stretch on each day of the week; a day without times is a day off.

    ``rows`` are the times as they are stored now, ``of`` is whose they are: an interviewer or an office.
    """

    def __init__(self, *args: Any, rows: list[tuple[int, time, time]], of: Model, **kwargs: Any) -> None:
        self._of = of
        known = {weekday: (start, end) for weekday, start, end in rows}
        initial = {f"{side}{day}": known[day][index] for day in known for index, side in enumerate(("from", "to"))}
        super().__init__(*args, **{**kwargs, "initial": initial})
        for day in Weekday:
            for side, label in (("from", _("From")), ("to", _("To"))):
                self.fields[f"{side}{day.value}"] = forms.TimeField(
                    label=f"{day.label}: {label}",
                    required=False,
                    widget=forms.TimeInput(format="%H:%M", attrs=CLOCK),
                )

    def days(self) -> list[dict[str, Any]]:
        """Return the days with their two fields, for the page."""
        return [
            {"label": day.label, "start": self[f"from{day.value}"], "end": self[f"to{day.value}"]} for day in Weekday
        ]

    def clean(self) -> dict[str, Any]:
        """Both times or none, the first before the second."""
        data = super().clean() or {}
        for day in Weekday:
            start, end = data.get(f"from{day.value}"), data.get(f"to{day.value}")
            if (start is None) != (end is None):
                self.add_error(f"to{day.value}", _("Give both times or none."))
            elif start is not None and end is not None and start >= end:
                self.add_error(f"to{day.value}", _("The end is before the beginning."))
        self.refuse_lost_changes(data)
        return data

    def stored(self) -> dict[str, Any]:
        """Return the times as they are stored."""
        return {name: self.initial.get(name) for name in self.fields}

    def row(self) -> Model:
        """Return whose hours these are."""
        return self._of

    def rows(self) -> list[tuple[int, time, time]]:
        """Return (weekday, from, to) of the days that have times."""
        return [
            (day.value, self.cleaned_data[f"from{day.value}"], self.cleaned_data[f"to{day.value}"])
            for day in Weekday
            if self.cleaned_data.get(f"from{day.value}") is not None
        ]


class SessionChangeForm(Locked, forms.Form):
    """The time, name, link, people and rooms of a session that has not begun."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(format="%H:%M", attrs=CLOCK))
    online_link = forms.URLField(label=_("Online link"), required=False, assume_scheme="https")
    interviewers = forms.ModelMultipleChoiceField(
        label=_("Who interviews"), queryset=Interviewer.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    rooms = forms.ModelMultipleChoiceField(
        label=_("Rooms"), queryset=Room.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, session: InterviewSession, **kwargs: Any) -> None:
        self.session = session
        local = session.starts_at.astimezone(session.office.zone)
        initial = {
            "title": session.title,
            "day": local.date(),
            "starts": local.time(),
            "online_link": session.online_link,
            "interviewers": [seat.interviewer_id for seat in session.session_interviewers.filter(role="interviewer")],
            "rooms": list(session.rooms.values_list("pk", flat=True)),
        }
        super().__init__(*args, **{**kwargs, "initial": initial})
        people = Interviewer.objects.filter(offices=session.office, is_active=True) | session.interviewers.all()
        cast("Any", self.fields["interviewers"]).queryset = people.distinct()
        cast("Any", self.fields["rooms"]).queryset = session.office.rooms.all()

    def stored(self) -> dict[str, Any]:
        """Return the session as it stands, people and rooms as rows."""
        people, rooms = cast("Any", self.fields["interviewers"]), cast("Any", self.fields["rooms"])
        return {
            **self.initial,
            "interviewers": list(people.queryset.filter(pk__in=self.initial["interviewers"])),
            "rooms": list(rooms.queryset.filter(pk__in=self.initial["rooms"])),
        }

    def row(self) -> InterviewSession:
        """Return the session."""
        return self.session

    def clean(self) -> dict[str, Any]:
        """Refuse what would write over somebody else's change."""
        data = super().clean() or {}
        self.refuse_lost_changes(data)
        return data

    @property
    def starts_at(self) -> datetime:
        """The chosen beginning, on the clock of the office."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["starts"], self.session.office.zone)
