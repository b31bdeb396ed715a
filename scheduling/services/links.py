"""Secret links of candidates: half random and stored, half a MAC the database does not hold."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

from recruit.errors import NotFoundError
from scheduling.models import Invitation

# 8 characters of base64 are 48 bits each: a stolen database opens no link, a guesser faces 96 bits.
_HALF = 8
_SALT = b"scheduling.candidate-link"


def new_public_id() -> str:
    """Return the stored half of a link: 8 URL-safe characters."""
    return secrets.token_urlsafe(6)


def _mac(public_id: str, version: int) -> str:
    """Return the half that is computed: 48 bits of HMAC-SHA-256 over the id and its version."""
    key = hashlib.sha256(_SALT + settings.SECRET_KEY.encode()).digest()
    raw = hmac.new(key, f"{public_id}:{version}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(raw)[:_HALF].decode()


def token_of(invitation: Invitation) -> str:
    """Return the 16 characters that open the candidate's page."""
    return invitation.public_id + _mac(invitation.public_id, invitation.link_version)


def path_of(invitation: Invitation) -> str:
    """Return the path of the page, 19 characters: it goes into an SMS."""
    return f"/i/{token_of(invitation)}"


def url_of(invitation: Invitation) -> str:
    """Return the whole address, built from ``PUBLIC_URL`` and never from a request's Host header."""
    return f"{settings.PUBLIC_URL}{path_of(invitation)}"


def invitation_of(token: str) -> Invitation:
    """Return the invitation that ``token`` opens; ``NotFoundError`` for any other word, always with one message."""
    msg = "This link is not valid."
    # PostgreSQL takes no NUL in a text, and digests are compared as ASCII: any other word opens nothing.
    if len(token) != 2 * _HALF or not token.isascii() or not token.isprintable():
        raise NotFoundError(msg)
    found = (
        Invitation.objects.select_related(
            "session__office", "band", "application__vacancy", "application__candidate", "application__source"
        )
        .filter(public_id=token[:_HALF])
        .first()
    )
    if found is None or not hmac.compare_digest(token, token_of(found)):
        raise NotFoundError(msg)
    return found
