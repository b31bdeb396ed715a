"""People who sign in: invited by mail, given a role and teams, let go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from recruit.errors import ConflictError
from recruit.models import ApiKey, Team, User
from recruit.permissions import Role
from recruit.services import audit, sign_ins


def people() -> QuerySet[User]:
    """Return everybody who signs in; the users that belong to keys of programs are none of them."""
    return User.objects.exclude(role=Role.INTEGRATOR)


@transaction.atomic
def save_user(user: User, *, teams: Iterable[Team], by: User, at: datetime) -> User:
    """Save a new or changed person, and say so in the audit.

    A new one gets a mail with a link to choose a password. Who is let go, or whose role changes, is signed out
    everywhere, and keys of programs that act for somebody let go end. ``ConflictError`` for the last administrator.
    """
    before = User.objects.select_for_update().filter(pk=user.pk).first()
    if before is not None and before.role == Role.ADMIN and (user.role != Role.ADMIN or not user.is_active):
        # Locked together, so that two administrators cannot take the role from each other at once.
        admins = list(User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True).order_by("pk"))
        if len(admins) <= 1:
            raise ConflictError("Somebody has to stay administrator.", field="role")
    user.email = user.email.strip().lower()
    if before is None:
        user.set_unusable_password()
    user.save()
    user.teams.set(teams)
    if before is None:
        audit.note(by, "user.made", user, role=str(user.role))
        sign_ins.send_reset_link(user, at=at, is_invitation=True)
        return user
    audit.note(by, "user.changed", user, role=str(user.role), active=user.is_active)
    if before.role != user.role or not user.is_active:
        sign_ins.end_others(user, but="", at=at)
    if not user.is_active:
        ApiKey.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    return user


@transaction.atomic
def send_link(user: User, *, by: User, at: datetime) -> None:
    """Send a link to choose a new password."""
    User.objects.filter(pk=user.pk).update(reset_stamp=F("reset_stamp") + 1)
    user.refresh_from_db()
    sign_ins.send_reset_link(user, at=at)
    audit.note(by, "user.link_sent", user)
