"""Optimistic locking of forms: nobody writes over what somebody else changed while the form was open.

The form carries, in a hidden field, a short digest of each value as it was shown. What differs from the row when the form
comes back was changed by somebody else: nothing is saved, the person is told who changed what, the typed text stays,
and a second Save means "mine".
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from recruit.models import AuditEntry


def _value(row: models.Model, name: str) -> Any:
    value = getattr(row, name)
    return sorted(value.all(), key=lambda one: one.pk) if hasattr(value, "all") else value


def _plain(value: Any) -> Any:
    return sorted(value, key=lambda one: one.pk) if isinstance(value, models.QuerySet) else value


def _digest(value: Any) -> str:
    plain = [one.pk for one in value] if isinstance(value, list) else value
    return hashlib.sha256(repr(plain).encode()).hexdigest()[:10]


class LockedForm(forms.ModelForm[Any]):
    """A model form that notices changes made since it was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The digest of the row as it stands now: a form that is shown again after a clash carries the newer one.
        self._stand = self._digests(self.instance) if self.instance.pk else {}
        self.fields["seen"].initial = json.dumps(self._stand)
        self.clash: list[dict[str, str]] = []

    def _names(self) -> list[str]:
        return [name for name in self._meta.fields or [] if name in self.fields]

    def _digests(self, row: models.Model) -> dict[str, str]:
        return {name: _digest(_value(row, name)) for name in self._names()}

    @property
    def seen_value(self) -> str:
        """What the hidden field holds now, after a clash too."""
        return json.dumps(self._stand)

    def clean(self) -> dict[str, Any]:
        """Refuse once where another person changed a field that this form changes too, or shows."""
        data = super().clean() or {}
        given = _read(data.get("seen", ""))
        if not self.instance.pk or not given:
            return data
        fresh = type(self.instance)._default_manager.get(pk=self.instance.pk)
        current = self._digests(fresh)
        changed = [name for name in self._names() if name in given and current[name] != given[name]]
        # What was sent back as it was shown is nobody's change of this form.
        mine = [name for name in changed if _digest(_plain(data.get(name))) != given[name]]
        # A field that only the other person touched keeps their value.
        for name in changed:
            if name not in mine or _same(data.get(name), _value(fresh, name)):
                data[name] = _value(fresh, name)
        clashing = [name for name in mine if not _same(data.get(name), _value(fresh, name))]
        if clashing:
            self.clash = [
                {"label": str(self.fields[name].label), "value": str(_value(fresh, name))} for name in clashing
            ]
            self.add_error(None, self._told(clashing))
        return data

    def _told(self, names: list[str]) -> str:
        last = (
            AuditEntry.objects.filter(object_type=self.instance._meta.label, object_id=self.instance.pk)
            .exclude(action__endswith=".seen")
            .select_related("actor")
            .first()
        )
        who = str(last.actor) if last is not None and last.actor is not None else _("Somebody")
        what = ", ".join(str(self.fields[name].label) for name in names)
        return _(
            "%(who)s changed this meanwhile: %(what)s. Your text is kept below; Save again puts yours in its place."
        ) % {
            "who": who,
            "what": what,
        }


def _same(one: Any, other: Any) -> bool:
    if isinstance(other, list):
        return sorted(row.pk for row in one or []) == [row.pk for row in other]
    return str(one if one is not None else "") == str(other if other is not None else "")


def _read(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
