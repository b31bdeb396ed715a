"""Secrets of others (tokens, signing keys) at rest: sealed with a key that is not in the database.

The key comes from ``SEALING_KEYS`` (comma-separated; the first seals, all open), else from ``SECRET_KEY``. A copy of
the database alone opens nothing. Source of the construction: Fernet (AES-128-CBC with HMAC-SHA-256), key by HKDF
(RFC 5869).
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@lru_cache(maxsize=4)
def _box(secrets: tuple[str, ...]) -> MultiFernet:
    def key(secret: str) -> bytes:
        derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"turnout sealed v1").derive(
            secret.encode()
        )
        return base64.urlsafe_b64encode(derived)

    return MultiFernet([Fernet(key(secret)) for secret in secrets])


def _current() -> MultiFernet:
    return _box((*settings.SEALING_KEYS, settings.SECRET_KEY))


def seal(text: str) -> str:
    """Return ``text`` sealed; "" stays ""."""
    return _current().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """Return what ``seal`` was given; "" where it is empty or the key has been changed."""
    try:
        return _current().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        return ""
