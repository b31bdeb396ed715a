"""One-time sign-in links of the demo: signed, short-lived, used once, on this machine only."""

from __future__ import annotations

from django.conf import settings
from django.core import signing

from recruit.errors import NotAllowedError
from recruit.models import User

_SALT = "recruit.sign-in-once"
MAX_AGE_SECONDS = 60 * 60 * 12


def _stamp(user: User) -> str:
    """Return what changes with every sign-in, so that a used link is dead."""
    return user.last_login.isoformat() if user.last_login else ""


def one_time_token(user: User) -> str:
    """Return the token of a link that signs ``user`` in once; demo mode only."""
    if not settings.DEMO:
        msg = "One-time links exist in demo mode only."
        raise NotAllowedError(msg)
    return signing.dumps([user.pk, _stamp(user)], salt=_SALT)


def user_of(token: str) -> User:
    """Return whom ``token`` signs in; ``NotAllowedError`` when it is wrong, old or used."""
    msg = "This sign-in link was used already or is too old."
    try:
        number, stamp = signing.loads(token, salt=_SALT, max_age=MAX_AGE_SECONDS)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotAllowedError(msg) from error
    user = User.objects.filter(pk=number, is_active=True).first()
    if not settings.DEMO or user is None or _stamp(user) != stamp:
        raise NotAllowedError(msg)
    return user
