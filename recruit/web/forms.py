"""Forms of the pipeline's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from recruit import contrib
from recruit.models import (
    Basis,
    Candidate,
    Channel,
    ContactKind,
    Offer,
    Purpose,
    RetentionRule,
    Source,
    SourceKind,
    User,
    Vacancy,
)
from recruit.parsing.normalise import email_norm, phone_e164
from recruit.permissions import Role
from recruit.services import import_files
from recruit.web.locking import LockedForm


class SignInForm(AuthenticationForm):
    """E-mail and password."""

    username = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"})
    )

    def clean_username(self) -> str:
        """Compare in lower case, as stored."""
        return str(self.cleaned_data["username"]).strip().lower()


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Six digits from the app, or one of the recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )


class FactorRuleForm(forms.Form):
    """Which roles must use a second factor."""

    roles = forms.MultipleChoiceField(
        label=_("These roles must use a second factor"),
        choices=[(value, label) for value, label in Role.choices if value != Role.INTEGRATOR],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Who has none yet is signed out and sets it up at the next sign-in. Programs are not concerned."),
    )


class ResetForm(forms.Form):
    """Who forgot the password."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))


class UserForm(LockedForm):
    """A person who signs in."""

    class Meta:
        model = User
        fields = ["name", "email", "role", "teams", "language", "is_active"]
        labels = {
            "name": _("Name"),
            "email": _("E-mail"),
            "role": _("Role"),
            "teams": _("Teams"),
            "language": _("Language"),
            "is_active": _("May sign in"),
        }
        widgets = {"teams": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(value, label) for value, label in Role.choices if value != Role.INTEGRATOR]
        self.fields["role"] = forms.ChoiceField(label=_("Role"), choices=roles)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), choices=[("", _("As the browser says")), *settings.LANGUAGES], required=False
        )

    def clean_email(self) -> str:
        """Compare in lower case, as stored."""
        return str(self.cleaned_data["email"]).strip().lower()


class RuleForm(LockedForm):
    """How long people are kept."""

    class Meta:
        model = RetentionRule
        fields = ["office", "days", "pool_days", "is_on"]
        labels = {
            "office": _("Office"),
            "days": _("Days after the last application"),
            "pool_days": _("Days where the person agreed to other vacancies"),
            "is_on": _("Erase by itself"),
        }
        help_texts = {"office": _("Empty: for all offices without a rule of their own."), "days": "", "pool_days": ""}


class NoticeForm(forms.Form):
    """A text that people are shown about their data."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    version = forms.CharField(label=_("Version"), max_length=32)
    basis = forms.ChoiceField(label=_("Lawful basis"), choices=Basis.choices)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    title = forms.CharField(label=_("Title"), max_length=200)
    body = forms.CharField(label=_("Text"), widget=forms.Textarea, max_length=20_000)


class UploadForm(forms.Form):
    """A file and what it holds."""

    kind = forms.ChoiceField(label=_("What does the file hold?"), widget=forms.RadioSelect)
    file = forms.FileField(label=_("File"), help_text=_("CSV or XLSX, or JSON of a job board."), allow_empty_file=True)
    vacancy = forms.ModelChoiceField(
        label=_("Vacancy"),
        queryset=Vacancy.objects.none(),
        required=False,
        help_text=_("For responses. Leave it empty when the file names the vacancy in a column."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=64,
        required=False,
        help_text=_("Where the file comes from, when it does not say."),
    )

    def __init__(self, *args: Any, user: User, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0][0]
        self.fields["vacancy"].queryset = Vacancy.objects.visible_to(user).open()  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """Refuse what is larger than the installation takes."""
        file = self.cleaned_data["file"]
        kind = next((one for one in contrib.import_kinds if one.code == self.cleaned_data.get("kind")), None)
        limit = import_files.limit_bytes(file, kind) if kind is not None else settings.UPLOAD_LIMIT_BYTES
        if file.size > limit:
            raise forms.ValidationError(_("The file is larger than %(limit)s MB.") % {"limit": limit // 1_000_000})
        return file


class OfferForm(forms.ModelForm[Offer]):
    """Terms of an offer."""

    class Meta:
        model = Offer
        fields = ["pay", "starts_on", "answer_by"]
        labels = {"pay": _("Pay a month"), "starts_on": _("Start"), "answer_by": _("Answer by")}
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}),
            "answer_by": forms.DateInput(attrs={"type": "date"}),
        }


class ProfileForm(LockedForm):
    """How the pages look and speak to one person."""

    class Meta:
        model = User
        fields = ["name", "language", "time_zone", "theme", "density", "keys_on"]
        labels = {
            "name": _("Name"),
            "language": _("Language"),
            "time_zone": _("Time zone"),
            "theme": _("Look"),
            "density": _("Height of rows"),
            "keys_on": _("Keys of single letters (Y, N, L …)"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), choices=[("", _("As the browser says")), *settings.LANGUAGES], required=False
        )


class CandidateForm(LockedForm):
    """What is kept of a person beside contacts and documents."""

    class Meta:
        model = Candidate
        fields = ["name", "city", "language", "time_zone", "do_not_contact"]
        help_texts = {
            "name": "",
            "time_zone": _("Such as Asia/Bangkok, where it is not that of the office; messages then name both clocks."),
            "do_not_contact": _("Nothing is sent while this is set; the outbox keeps what was held back."),
        }
        labels = {
            "name": _("Name"),
            "city": _("City"),
            "language": _("Language of messages"),
            "time_zone": _("Time zone"),
            "do_not_contact": _("Do not contact"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of messages"), choices=[("", "–"), *settings.LANGUAGES], required=False
        )


class SourceForm(LockedForm):
    """A source of applications."""

    class Meta:
        model = Source
        fields = ["name", "code", "kind"]
        labels = {"name": _("Name"), "code": _("Code"), "kind": _("Kind")}
        widgets = {"kind": forms.Select(choices=SourceKind.choices)}


class ContactForm(forms.Form):
    """One more way to reach a person."""

    value = forms.CharField(label=_("Phone or e-mail"), max_length=254)

    def __init__(self, *args: Any, region: str = "RU", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region

    def clean(self) -> dict[str, Any]:
        """Tell a phone from an e-mail, and refuse what is neither."""
        data = super().clean() or {}
        text = str(data.get("value", "")).strip()
        if not text:
            return data
        data["kind"] = ContactKind.EMAIL if "@" in text else ContactKind.PHONE
        data["normalised"] = email_norm(text) if "@" in text else phone_e164(text, self.region)
        if not data["normalised"]:
            self.add_error("value", _("“%(text)s” is neither a phone number nor an e-mail address.") % {"text": text})
        return data


class WriteForm(forms.Form):
    """A message of one's own to a person."""

    channel = forms.ChoiceField(
        label=_("By"), choices=[(one.value, one.label) for one in (Channel.EMAIL, Channel.SMS, Channel.HAND)]
    )
    subject = forms.CharField(label=_("Subject"), max_length=200, required=False)
    body = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
