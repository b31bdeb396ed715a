"""Keys of programs: made, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets

from recruit.models import ApiKey, User


def digest_of(secret: str) -> str:
    """Return what is stored of a key; keys have 256 bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_key(*, user: User, name: str) -> tuple[ApiKey, str]:
    """Make a key for ``user`` and return it with its text, which is shown once and never again."""
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    text = f"tk_{prefix}_{secret}"
    return ApiKey.objects.create(user=user, name=name, role=user.role, prefix=prefix, digest=digest_of(text)), text
