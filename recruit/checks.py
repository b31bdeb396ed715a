"""What must be true before an installation is opened to the world: ``manage.py check --deploy``."""

from __future__ import annotations

import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning

from recruit.messaging.sms import PLACEHOLDERS, filled_body

# A race between two checkpoints could corrupt a database in WAL mode; fixed in 3.51.3, 3.50.7 and 3.44.6.
_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


def sqlite_has_wal_race(version: tuple[int, ...]) -> bool:
    """Return whether this SQLite has the WAL-reset race (3.7.0 to 3.51.2, but for the backports)."""
    if version < (3, 7, 0) or version >= _FIXED[0]:
        return False
    return not any(version[:2] == fixed[:2] and version >= fixed for fixed in _FIXED[1:])


@register(Tags.security, deploy=True)
def check_outside(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse what is meant for one machine alone."""
    del app_configs, kwargs
    found: list[CheckMessage] = []
    if settings.OUTBOUND_ALLOW:
        found.append(Error("OUTBOUND_ALLOW opens the guarded door to private addresses; empty it.", id="turnout.E001"))
    if not settings.PUBLIC_URL.startswith("https://"):
        found.append(
            Error("PUBLIC_URL must begin with https:// : it is what candidates' links begin with.", id="turnout.E002")
        )
    if settings.MODE != "production":
        found.append(Error("TURNOUT_MODE must be production.", id="turnout.E003"))
    return found


@register(Tags.database, deploy=True)
def check_database(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn of an SQLite that can corrupt its file."""
    del app_configs, kwargs
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine.endswith("sqlite3") and sqlite_has_wal_race(sqlite3.sqlite_version_info) and settings.WARN_OF_SQLITE:
        return [
            CheckWarning(
                f"SQLite {sqlite3.sqlite_version} has a rare race that can corrupt a database; "
                "use PostgreSQL, or SQLite 3.51.3 and newer.",
                id="turnout.W001",
            )
        ]
    return []


@register(Tags.compatibility)
def check_sms(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a body of the SMS gateway that cannot be filled in."""
    del app_configs, kwargs
    try:
        filled_body(settings.SMS_BODY, dict.fromkeys(PLACEHOLDERS, "x"))
    except ValueError as error:
        return [Error(f"SMS_BODY is neither JSON nor a form of known placeholders: {error}", id="turnout.E004")]
    if settings.SMS_URL and not settings.SMS_URL.startswith(("https://", "http://")):
        return [Error("SMS_URL must be a web address.", id="turnout.E005")]
    return []
