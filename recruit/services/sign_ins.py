"""Signing in, the list of browsers one is signed in with, and passwords by mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from recruit.errors import NotFoundError
from recruit.messaging.outbox import post
from recruit.models import Channel, MessageKind, SignIn, User
from recruit.services import audit, rates

# A browser that signed in from this place so lately is not held up by guesses that come from elsewhere.
KNOWN_FOR = timedelta(days=30)
KEPT_FOR = timedelta(days=90)


def check_may_try(email: str, place: str, *, at: datetime) -> None:
    """Refuse another password: too many wrong ones from this place, or for this account from places unknown to it.

    Who signed in from ``place`` lately is judged by the place alone, so that a stranger's guesses lock nobody out.
    """
    rates.check(rates.SIGN_IN_PLACE, place, at=at)
    known = SignIn.objects.filter(user__email=email, place=rates.keyed_digest(place), at__gte=at - KNOWN_FOR).exists()
    if not known:
        rates.check(rates.SIGN_IN_ACCOUNT, email, at=at)


def note_wrong_password(email: str, place: str, *, at: datetime) -> None:
    """Count a wrong password against the account and the place."""
    for rate, who in ((rates.SIGN_IN_PLACE, place), (rates.SIGN_IN_ACCOUNT, email)):
        try:
            rates.hit(rate, who, at=at)
        except rates.TooManyError:
            continue


def note_sign_in(user: User, *, session_key: str, place: str, agent: str, at: datetime) -> SignIn:
    """Write down that ``user`` is signed in with this session."""
    SignIn.objects.filter(user=user, at__lt=at - KEPT_FOR).delete()
    audit.note(user, "sign_in", user)
    return SignIn.objects.create(
        user=user, session_key=session_key, place=rates.keyed_digest(place), agent=browser_name(agent), at=at
    )


def browser_name(agent: str) -> str:
    """Return what a person calls the browser, from its User-Agent; never the whole header."""
    browser = next(
        (name for mark, name in (("Edg", "Edge"), ("OPR", "Opera"), ("YaBrowser", "Yandex"), ("Firefox", "Firefox"),
                                 ("Chrome", "Chrome"), ("Safari", "Safari")) if mark in agent), "",
    )  # fmt: skip
    system = next(
        (name for mark, name in (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
                                 ("Mac OS", "macOS"), ("Linux", "Linux")) if mark in agent), "",
    )  # fmt: skip
    return ", ".join(word for word in (browser, system) if word)


def open_sign_ins(user: User) -> list[SignIn]:
    """Return the browsers that are signed in, newest first; those whose session has ended are noted as ended."""
    rows = list(SignIn.objects.filter(user=user, ended_at=None))
    alive = set(Session.objects.filter(pk__in=[row.session_key for row in rows]).values_list("pk", flat=True))
    return [row for row in rows if row.session_key in alive]


@transaction.atomic
def end_sign_in(user: User, number: int, *, at: datetime) -> None:
    """End one of the person's own sign-ins; ``NotFoundError`` for that of somebody else."""
    row = SignIn.objects.filter(user=user, pk=number, ended_at=None).first()
    if row is None:
        msg = "There is no such sign-in."
        raise NotFoundError(msg)
    _end([row], at=at)
    audit.note(user, "sign_in.ended", user)


@transaction.atomic
def end_others(user: User, *, but: str, at: datetime) -> int:
    """End every sign-in but that of the session ``but`` ("" for all) and return how many ended."""
    rows = list(SignIn.objects.filter(user=user, ended_at=None).exclude(session_key=but))
    _end(rows, at=at)
    if rows:
        audit.note(user, "sign_in.ended", user, count=len(rows))
    return len(rows)


def _end(rows: list[SignIn], *, at: datetime) -> None:
    Session.objects.filter(pk__in=[row.session_key for row in rows if row.session_key]).delete()
    SignIn.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=at, session_key="")


def ask_for_reset(email: str, place: str, *, at: datetime) -> None:
    """Queue a mail with a link for a new password, if somebody has this e-mail; tell nobody whether.

    The link begins with ``PUBLIC_URL``, never with the Host header. It ends by itself after an hour, with the next
    sign-in, a changed e-mail or password, and with a newer link.
    """
    rates.hit(rates.RESET_PLACE, place, at=at)
    email = email.strip().lower()
    rates.hit(rates.RESET_ACCOUNT, email, at=at)
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None:
        return
    with transaction.atomic():
        # A newer link ends the older ones: the stamp is part of what is signed.
        User.objects.filter(pk=user.pk).update(reset_stamp=user.reset_stamp + 1)
        user.refresh_from_db()
        send_reset_link(user, at=at)


def send_reset_link(user: User, *, at: datetime, is_invitation: bool = False) -> None:
    """Queue the mail with the link to choose a password."""
    number, token = urlsafe_base64_encode(force_bytes(user.pk)), reset_tokens.make_token(user)
    path = reverse("password-new", kwargs={"uidb64": number, "token": token})
    context: dict[str, Any] = {"user": user, "link": f"{settings.PUBLIC_URL}{path}", "is_invitation": is_invitation}
    with translation.override(user.language or settings.LANGUAGE_CODE):
        post(
            effect_key=f"reset:{user.pk}:{user.reset_stamp}",
            kind=MessageKind.OTHER,
            channel=Channel.EMAIL,
            user=user,
            language=user.language or settings.LANGUAGE_CODE,
            subject=_("Your access to Turnout") if is_invitation else _("A new password for Turnout"),
            body=render_to_string("recruit/messages/reset.txt", context),
            not_before=at,
            not_after=at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
        )


class ResetTokens(PasswordResetTokenGenerator):
    """Django's tokens, ended by a newer link too."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.reset_stamp}"


reset_tokens = ResetTokens()
