"""Optimistic locking of forms: nobody writes over what somebody else changed while the form was open.

The form carries, in a hidden field, a short digest of each value as it was shown. What differs from the stored value when the
form comes back was changed by somebody else: nothing is saved, the person is told who changed what, the typed text stays,
and a second Save means "mine".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from recruit.models import AuditEntry


def _plain(value: Any) -> Any:
    """Return what is compared of a value: keys of rows, sorted lists, text."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet | list | tuple):
        return sorted((_plain(one) for one in value), key=str)
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True, default=str)
    if isinstance(value, Decimal):
        return str(value.normalize())
    # A browser sends lines with a carriage return.
    return "" if value is None else str(value).replace("\r\n", "\n")


def _digest(value: Any) -> str:
    return hashlib.sha256(repr(_plain(value)).encode()).hexdigest()[:10]


def _words(value: Any) -> str:
    if isinstance(value, models.QuerySet | list | tuple):
        return ", ".join(str(one) for one in value)
    return value.strftime("%H:%M") if isinstance(value, time) else str("" if value is None else value)


def digests(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the short digest of each value, as a form carries them while it is open."""
    return {name: _digest(value) for name, value in values.items()}


def read_digests(text: str) -> dict[str, str]:
    """Return the digests that came back with a form; nothing for a text that is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def lost(given: Mapping[str, str], stored: Mapping[str, Any], sent: Mapping[str, Any]) -> list[str]:
    """Return the names whose stored value saving would silently lose.

    Changed since the form was shown (``given`` holds the digests of then), changed by this form too, and not to the same.
    """
    return [
        name
        for name, value in stored.items()
        if name in given and given[name] not in {_digest(value), _digest(sent.get(name))}
        if _digest(sent.get(name)) != _digest(value)
    ]


def who_changed(row: models.Model | None) -> str:
    """Return the name of who changed ``row`` last, by the audit log."""
    entries = AuditEntry.objects.none()
    if row is not None:
        entries = AuditEntry.objects.filter(object_type=row._meta.label, object_id=row.pk)
    last = entries.exclude(action__endswith=".seen").select_related("actor").first()
    return str(last.actor) if last is not None and last.actor is not None else _("Somebody")


def told(row: models.Model | None, what: list[str]) -> str:
    """Return the sentence that says who changed ``what`` (labels) of ``row`` while the form was open."""
    return _(
        "%(who)s changed this meanwhile: %(what)s. Your text is kept below; Save again puts yours in its place."
    ) % {"who": who_changed(row), "what": ", ".join(what)}


class Locked(forms.BaseForm):
    """What any form needs to notice changes made since it was shown; ``stored`` says what stands now."""

    clash: list[dict[str, str]]

    def stored(self) -> dict[str, Any]:
        """Return the values as they are stored now, by the names of their fields."""
        raise NotImplementedError

    def row(self) -> models.Model | None:
        """Return the row that the audit log names when these values are changed."""
        raise NotImplementedError

    @property
    def seen_value(self) -> str:
        """What the hidden field holds: the digests of now, after a clash too."""
        return json.dumps(digests(self.stored()))

    def refuse_lost_changes(self, data: dict[str, Any]) -> None:
        """Refuse once where another person changed a field that this form changes too; keep theirs in the others."""
        self.clash = []
        given = read_digests(str(self.data.get("seen", "")))
        stored = self.stored() if given else {}
        names = [name for name in lost(given, stored, data) if name not in self.errors]
        for name, value in stored.items():
            # What was sent back as it was shown is nobody's change of this form.
            if name in given and name in data and name not in names and given[name] == _digest(data[name]):
                data[name] = value
        if names:
            self.clash = [{"label": str(self.fields[name].label), "value": _words(stored[name])} for name in names]
            self.add_error(None, told(self.row(), [str(self.fields[name].label) for name in names]))


class LockedForm(Locked, forms.ModelForm[Any]):
    """A model form that notices changes made since it was shown."""

    def stored(self) -> dict[str, Any]:
        """Return the fields of the row as the database has them; of a new row, its defaults."""
        row = self.instance
        if row.pk:
            row = self._meta.model._default_manager.filter(pk=row.pk).first() or row
        names = [name for name in self._meta.fields or [] if name in self.fields]
        if not row.pk:
            many = {field.name for field in row._meta.many_to_many}
            names = [name for name in names if name not in many]
        values = {name: getattr(row, name) for name in names}
        return {name: list(value.all()) if hasattr(value, "all") else value for name, value in values.items()}

    def row(self) -> models.Model:
        """Return the row of the form."""
        instance: models.Model = self.instance
        return instance

    def clean(self) -> dict[str, Any]:
        """Refuse what would write over somebody else's change."""
        data = super().clean() or {}
        if self.instance.pk:
            self.refuse_lost_changes(data)
        return data
