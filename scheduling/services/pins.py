"""Who works at a shared tablet: a four-digit PIN says it. It changes whose name stands in the ledger, nobody's rights."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F
from django.utils.translation import gettext as _

from recruit.errors import InvalidInputError, NotAllowedError
from recruit.models import User
from recruit.permissions import SEES_ALL, Action
from scheduling.models import DeskPin, InterviewSession

MOST_TRIES = 5
LOCKED = timedelta(minutes=15)
_FOUR_DIGITS = re.compile(r"[0-9]{4}")
_TOO_EASY = frozenset({"0000", "1111", "2222", "3333", "4444", "5555", "6666", "7777", "8888", "9999", "1234", "4321"})


def set_pin(user: User, pin: str, *, password: str, at: datetime) -> DeskPin:
    """Give ``user`` a PIN; the password says that it is the person who asks. ``InvalidInputError`` names the field."""
    if not user.check_password(password):
        raise InvalidInputError(_("This is not your password."), field="password")
    if not _FOUR_DIGITS.fullmatch(pin):
        raise InvalidInputError(_("A PIN is four digits."), field="pin")
    if pin in _TOO_EASY:
        raise InvalidInputError(_("Everybody would try this one first; choose another."), field="pin")
    row, _new = DeskPin.objects.update_or_create(
        user=user, defaults={"pin": make_password(pin), "failures": 0, "locked_until": None, "changed_at": at}
    )
    return row


def people_at(session: InterviewSession) -> list[User]:
    """Return who may take over the desk of a session by PIN: active people of its office's teams who have one."""
    rows = User.objects.filter(is_active=True).exclude(desk_pin=None).prefetch_related("teams__offices")
    return [
        user
        for user in rows
        if user.may(Action.WORK_DESK)
        and (
            user.role in SEES_ALL
            or any(office.pk == session.office_id for team in user.teams.all() for office in team.offices.all())
        )
    ]


def check_pin(user: User, pin: str, *, at: datetime) -> User:
    """Return ``user`` where the PIN is right; ``NotAllowedError`` where it is wrong or there were too many tries.

    A try is counted before it is looked at, by one UPDATE: two tablets at once get no more tries than one.
    """
    row = DeskPin.objects.filter(user=user).first()
    wrong = _("This PIN is not right.")
    if row is None or not user.is_active:
        raise NotAllowedError(wrong)
    if row.locked_until is not None and row.locked_until <= at:
        DeskPin.objects.filter(pk=row.pk, locked_until=row.locked_until).update(failures=0, locked_until=None)
    counted = DeskPin.objects.filter(pk=row.pk, failures__lt=MOST_TRIES).update(failures=F("failures") + 1)
    if not counted:
        DeskPin.objects.filter(pk=row.pk, locked_until=None).update(locked_until=at + LOCKED)
        raise NotAllowedError(_("Too many wrong PINs. Try again in a quarter of an hour."))
    if not check_password(pin, row.pin):
        raise NotAllowedError(wrong)
    DeskPin.objects.filter(pk=row.pk).update(failures=0, locked_until=None)
    return user
