"""People who sign in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recruit.models.company import Team, validate_time_zone
from recruit.permissions import Action, Role, may


class UserManager(BaseUserManager["User"]):
    """Makes users; the e-mail is the name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person who signs in with ``email`` (case does not matter)."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an administrator."""
        return self.create_user(email, password, **{"role": Role.ADMIN, **fields})

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user who signs in with this e-mail, in any case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """One person with a log-in, a role and a scope."""

    class Theme(models.TextChoices):
        """Look of the pages."""

        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        """Height of rows."""

        COMFORTABLE = "comfortable", _("Comfortable")
        COMPACT = "compact", _("Compact")

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.RECRUITER)
    teams = models.ManyToManyField(Team, related_name="users", blank=True)
    language = models.CharField(max_length=5, blank=True, help_text=_("Empty: as the browser says."))
    time_zone = models.CharField(max_length=64, default="Europe/Moscow", validators=[validate_time_zone])
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.AUTO)
    density = models.CharField(max_length=12, choices=Density.choices, default=Density.COMFORTABLE)
    keys_on = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    # Grows with each link for a new password, so that only the newest works.
    reset_stamp = models.PositiveIntegerField(default=0)
    joined_at = models.DateTimeField(default=timezone.now)
    # When this person last looked at Today: "since you looked" starts here.
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_before = models.DateTimeField(null=True, blank=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name

    def may(self, action: Action) -> bool:
        """Return whether this person may do ``action``."""
        return self.is_active and may(self.role, action)
