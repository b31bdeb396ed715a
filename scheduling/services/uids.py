"""Identities of calendar events."""

from __future__ import annotations

import secrets


def new_uid() -> str:
    """Return a UID that nobody can guess and that tells nothing (RFC 5545 3.8.4.7, RFC 7986 5.3)."""
    return f"{secrets.token_hex(16)}@turnout"
