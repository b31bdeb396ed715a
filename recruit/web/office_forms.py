"""Forms of offices, teams, pipelines and wordings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from recruit.messaging.wording import unknown_placeholders
from recruit.models import ClosingDay, Company, MessageTemplate, Office, PipelineTemplate, Team
from recruit.services.offices import ZoneChoice, told_a_time
from recruit.states import LIVE_STAGES, Stage
from recruit.web.locking import LockedForm

# What a picture begins with: the name of a file says nothing.
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
MOST_PICTURE_BYTES = 500_000


class OfficeForm(LockedForm):
    """An office as candidates and helpers see it; another time zone asks what about people who were told a time."""

    people_told = forms.ChoiceField(
        label=_("People who were told a time"), choices=ZoneChoice.choices, required=False, widget=forms.RadioSelect
    )

    class Meta:
        model = Office
        fields = [
            "name",
            "city",
            "address",
            "directions",
            "map_picture",
            "time_zone",
            "phone",
            "contact_person",
            "bring",
            "lobby_seats",
            "latitude",
            "longitude",
        ]
        labels = {
            "name": _("Name"),
            "city": _("City"),
            "address": _("Address"),
            "directions": _("The way"),
            "map_picture": _("Picture of the map"),
            "time_zone": _("Time zone"),
            "phone": _("Phone"),
            "contact_person": _("Ask for"),
            "bring": _("What to bring"),
            "lobby_seats": _("Seats in the lobby"),
            "latitude": _("Latitude"),
            "longitude": _("Longitude"),
        }
        help_texts = {
            "map_picture": _("PNG or JPEG, at most 500 kB; candidates see it below the way."),
            "time_zone": _("For example Europe/Moscow or Asia/Bangkok."),
        }
        widgets = {"directions": forms.Textarea(attrs={"rows": 6, "data-draft": "directions"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old_zone = str(self.instance.time_zone) if self.instance.pk else ""
        if not (self.is_bound and self._asks()):
            del self.fields["people_told"]

    def _asks(self) -> bool:
        """Return whether the zone is being changed under people who were told a time."""
        return bool(
            self.old_zone
            and self.data.get("time_zone", self.old_zone) != self.old_zone
            and told_a_time(self.instance, at=timezone.now())
        )

    def clean(self) -> dict[str, Any]:
        """Refuse another zone until it is said what about the people who were told a time: never in silence."""
        data = super().clean() or {}
        if "people_told" in self.fields and not data.get("people_told"):
            count = told_a_time(self.instance, at=timezone.now())
            self.add_error(
                "people_told",
                ngettext(
                    "%(count)s person was told a time of this office. What stays?",
                    "%(count)s people were told a time of this office. What stays?",
                    count,
                )
                % {"count": count},
            )
        return data

    def clean_map_picture(self) -> Any:
        """Take PNG and JPEG alone, by their first bytes."""
        file = self.cleaned_data.get("map_picture")
        if not file or not hasattr(file, "content_type"):
            return file
        head = file.read(8)
        file.seek(0)
        if file.size > MOST_PICTURE_BYTES or not any(head.startswith(start) for start in _PICTURES):
            raise forms.ValidationError(_("This is no PNG or JPEG picture of at most 500 kB."))
        # The name is ours: a name of the uploader's may hold anything.
        file.name = "map.png" if head.startswith(_PICTURES[0]) else "map.jpg"
        return file


class ClosingDayForm(forms.ModelForm[ClosingDay]):
    """A day on which an office is shut."""

    class Meta:
        model = ClosingDay
        fields = ["day", "reason"]
        labels = {"day": _("Day"), "reason": _("Why")}
        widgets = {"day": forms.DateInput(attrs={"type": "date"})}


class TeamForm(LockedForm):
    """People who share vacancies and offices."""

    class Meta:
        model = Team
        fields = ["name", "offices"]
        labels = {"name": _("Name"), "offices": _("Offices")}
        widgets = {"offices": forms.CheckboxSelectMultiple}


class PipelineForm(LockedForm):
    """Which stages a kind of vacancy uses, and how long a person should wait in each."""

    stages = forms.MultipleChoiceField(
        label=_("Stages"),
        choices=[(stage.value, stage.label) for stage in LIVE_STAGES if stage != Stage.NEW],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("New and Hired are always there."),
    )

    class Meta:
        model = PipelineTemplate
        fields = ["name", "stages"]
        labels = {"name": _("Name")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for stage in LIVE_STAGES:
            self.fields[f"days_{stage.value}"] = forms.IntegerField(
                label=_("Long in “%(stage)s”: days") % {"stage": stage.label},
                min_value=1,
                max_value=365,
                required=False,
                initial=(self.instance.longest_days or {}).get(stage.value),
            )

    def stored(self) -> dict[str, Any]:
        """Return the days of the stages too: they are one field of the row."""
        values = super().stored()
        row = PipelineTemplate.objects.filter(pk=self.instance.pk).first() or self.instance
        longest = row.longest_days or {}
        return values | {f"days_{stage.value}": longest.get(stage.value) for stage in LIVE_STAGES}

    def save(self, commit: bool = True) -> PipelineTemplate:  # noqa: FBT001, FBT002 - the signature is Django's
        """Put the days of the stages into one field."""
        self.instance.longest_days = {
            stage.value: self.cleaned_data[f"days_{stage.value}"]
            for stage in LIVE_STAGES
            if self.cleaned_data.get(f"days_{stage.value}")
        }
        saved: PipelineTemplate = super().save(commit)
        return saved


class MessagesForm(LockedForm):
    """How fast and when messages leave, and what a text costs."""

    class Meta:
        model = Company
        fields = ["mails_per_minute", "sms_per_minute", "sms_quiet_from", "sms_quiet_to", "cost_sms_part"]
        labels = {
            "mails_per_minute": _("E-mails a minute, at most"),
            "sms_per_minute": _("SMS a minute, at most"),
            "sms_quiet_from": _("No SMS from"),
            "sms_quiet_to": _("until"),
            "cost_sms_part": _("Price of one part of an SMS"),
        }
        help_texts = {
            "mails_per_minute": _("Over all workers; 0: as fast as it goes."),
            "sms_per_minute": _("Over all workers; 0: as fast as it goes."),
            "sms_quiet_from": _(
                "On the clock of the person's office; empty: at any hour. What is late by then is not sent."
            ),
        }
        widgets = {
            "sms_quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "sms_quiet_to": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def clean(self) -> dict[str, Any]:
        """Refuse half of the quiet hours."""
        data = super().clean() or {}
        if (data.get("sms_quiet_from") is None) != (data.get("sms_quiet_to") is None):
            self.add_error("sms_quiet_to", _("Name both hours, or none."))
        return data


class WordingForm(LockedForm):
    """Subject and body of one message; only names of the closed list may stand in braces."""

    class Meta:
        model = MessageTemplate
        fields = ["subject", "body"]
        labels = {"subject": _("Subject"), "body": _("Text")}
        widgets = {"body": forms.Textarea(attrs={"rows": 12, "data-draft": "body"})}

    def __init__(self, *args: Any, needs_link: bool = False, has_subject: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_link = needs_link
        if not has_subject:
            del self.fields["subject"]

    def clean(self) -> dict[str, Any]:
        """Refuse unknown names, and an invitation nobody can answer."""
        data = super().clean() or {}
        for field in ("subject", "body"):
            unknown = unknown_placeholders(str(data.get(field, "")))
            if unknown:
                self.add_error(
                    field,
                    _("There is no placeholder %(names)s.") % {"names": ", ".join(f"{{{name}}}" for name in unknown)},
                )
        if self.needs_link and "{link}" not in str(data.get("body", "")):
            self.add_error("body", _("The text needs {link}: without it nobody can answer."))
        return data
