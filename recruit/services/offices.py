"""Offices: what a changed time zone means to people who were told a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from recruit import contrib
from recruit.models import Office, User
from recruit.services import audit


class ZoneChoice(TextChoices):
    """What stays when the clock of an office changes."""

    MOMENT = "moment", _("The moment stays: everybody is told the time on the new clock")
    CLOCK = "clock", _("The time on the clock stays: sessions move, everybody is asked anew")


def told_a_time(office: Office, *, at: datetime) -> int:
    """Return how many people were told a time of this office that is still to come."""
    return sum(one.told(office, at) for one in contrib.zone_changes)


@transaction.atomic
def save_office(
    office: Office, *, old_zone: str, choice: str, fields: Sequence[str], at: datetime, by: User
) -> tuple[Office, int]:
    """Save an office; where its zone changed, tell everybody who was told a time, by ``choice``; return it and how many.

    ``RecruitError`` where a session would move into the past: nothing is saved then.
    """
    office.save()
    told = 0
    if old_zone and old_zone != office.time_zone and choice:
        told = sum(one.carry_out(office, old_zone, choice, at, by) for one in contrib.zone_changes)
    audit.note(by, "settings.office", office, fields=list(fields), **({"zone": choice, "told": told} if told else {}))
    return office, told
