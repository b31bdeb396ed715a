"""The second factor: codes of an authenticator app (TOTP, RFC 6238), each taken once, and recovery codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

import pyotp
import segno
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from recruit.errors import InvalidInputError, NotAllowedError
from recruit.models import Company, SecondFactor, User
from recruit.permissions import Role
from recruit.services import audit, rates, sign_ins

STEP_SECONDS = 30
# One step back and one ahead: the clock of a phone may be half a minute off.
TOLERANCE = 1
RECOVERY_CODES = 8


def secret_of(factor: SecondFactor) -> str:
    """Return the 160-bit secret in base 32: a MAC of the stored nonce, so that a stolen database gives no codes."""
    key = hashlib.sha256(b"recruit.second-factor" + settings.SECRET_KEY.encode()).digest()
    raw = hmac.new(key, f"{factor.user_id}:{factor.nonce}".encode(), hashlib.sha256).digest()[:20]
    return base64.b32encode(raw).decode()


def begin(user: User) -> SecondFactor:
    """Make a new, unconfirmed factor, or return the one being set up; a confirmed one stays as it is."""
    return SecondFactor.objects.get_or_create(user=user, defaults={"nonce": secrets.token_hex(16)})[0]


def address_of(factor: SecondFactor) -> str:
    """Return the otpauth: address that the app reads from the picture."""
    return pyotp.TOTP(secret_of(factor)).provisioning_uri(name=factor.user.email, issuer_name=Company.current().name)


def picture_of(factor: SecondFactor) -> str:
    """Return the address as a QR code: a data: URI of an SVG."""
    return str(segno.make(address_of(factor), error="m").svg_data_uri(scale=5, border=2))


def is_on(user: User) -> bool:
    """Return whether ``user`` signs in with a code."""
    return SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).exists()


def must_have(user: User) -> bool:
    """Return whether the company asks a second factor of the person's role."""
    return user.role in Company.current().second_factor_roles


@transaction.atomic
def set_roles(roles: Iterable[str], *, by: User, at: datetime) -> list[str]:
    """Ask a second factor of these roles and no others; return them.

    Whoever has such a role and no factor yet is signed out everywhere: the next sign-in leads to the set-up. Keys of
    programs are not concerned.
    """
    wanted = [role.value for role in Role if role in set(roles) and role != Role.INTEGRATOR]
    Company.current()
    Company.objects.filter(pk=1).update(second_factor_roles=wanted)
    audit.note(by, "settings.second_factor", None, roles=wanted)
    for user in User.objects.filter(role__in=wanted).exclude(second_factor__confirmed_at__isnull=False):
        sign_ins.end_others(user, but="", at=at)
    return wanted


def _take_step(factor: SecondFactor, code: str, at: datetime) -> bool:
    """Take ``code`` if it belongs to a step near ``at`` that is later than the last one taken."""
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return False
    totp, now = pyotp.TOTP(secret_of(factor)), int(at.timestamp()) // STEP_SECONDS
    for step in range(now - TOLERANCE, now + TOLERANCE + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            taken = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step)
            return bool(taken)
    return False


def confirm(factor: SecondFactor, code: str, *, at: datetime) -> list[str]:
    """Switch the factor on with a first code and return the recovery codes, shown this once."""
    rates.hit(rates.SECOND_FACTOR, str(factor.user_id), at=at)
    if factor.confirmed_at is not None:
        raise InvalidInputError("The second factor is on already.", field="code")
    if not _take_step(factor, _clean(code), at):
        raise InvalidInputError("This code is not right. Is the clock of the phone right?", field="code")
    codes = [f"{secrets.token_hex(2)}-{secrets.token_hex(3)}" for _ in range(RECOVERY_CODES)]
    SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=at, recovery=[_digest(one) for one in codes])
    audit.note(factor.user, "second_factor.on", factor.user)
    return codes


@transaction.atomic
def verify(user: User, code: str, *, at: datetime) -> bool:
    """Return whether ``code`` lets ``user`` in: a fresh code of the app, or a recovery code, which is then used up.

    ``TooManyError`` after too many tries: six digits must not be guessed.
    """
    factor = SecondFactor.objects.select_for_update().filter(user=user).exclude(confirmed_at=None).first()
    if factor is None:
        return False
    clean = _clean(code)
    if _take_step(factor, clean, at):
        return True
    digest = _digest(clean)
    if digest not in factor.recovery:
        return False
    factor.recovery.remove(digest)
    factor.save(update_fields=["recovery"])
    audit.note(user, "second_factor.recovery_used", user, left=len(factor.recovery))
    return True


@transaction.atomic
def switch_off(user: User, *, by: User, at: datetime) -> None:
    """Take the factor away: by its owner, or by an administrator when the phone is lost.

    ``NotAllowedError`` for the owner where the role must have one; taken away by somebody else, the person is signed out
    and sets a new one up at the next sign-in.
    """
    if must_have(user):
        if by.pk == user.pk:
            raise NotAllowedError(_("Your role must use a second factor."))
        sign_ins.end_others(user, but="", at=at)
    if SecondFactor.objects.filter(user=user).delete()[0]:
        audit.note(by, "second_factor.off", user)


def _clean(code: str) -> str:
    return "".join(code.split()).lower()


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
