"""Signed addresses that calendar answers come back to: who holds one was told of exactly one event."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings

from scheduling.models import InterviewerBlock, Invitation

# 64 bits of the UID, which are random, and 80 bits of a MAC over all of it; lower case, as mail servers may change it.
_TAG = re.compile(r"([0-9a-f]{16})\.([a-z2-7]{16})")
_SALT = b"scheduling.reply-address"


def _plain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _mac(uid: str) -> str:
    key = hashlib.sha256(_SALT + settings.SECRET_KEY.encode()).digest()
    raw = hmac.new(key, uid.encode(), hashlib.sha256).digest()
    return base64.b32encode(raw[:10]).decode().lower()


def reply_address(uid: str) -> str:
    """Return the address of the event ``uid``: ``box+tag@host`` of ``REPLY_ADDRESS``, the plain sender where none is set."""
    box, _, host = settings.REPLY_ADDRESS.partition("@")
    if not host or not re.fullmatch(r"[0-9a-f]{16}", uid[:16]):
        return _plain()
    return f"{box}+{uid[:16]}.{_mac(uid)}@{host}"


def events_of(addresses: Iterable[str]) -> list[Invitation | InterviewerBlock]:
    """Return the events whose signed address is among ``addresses``; forged and foreign ones give nothing."""
    box, _, host = settings.REPLY_ADDRESS.lower().partition("@")
    found: list[Invitation | InterviewerBlock] = []
    for address in addresses:
        local, _, domain = address.strip().lower().rpartition("@")
        name, _, tag = local.partition("+")
        match = _TAG.fullmatch(tag)
        if match is None or (name, domain) != (box, host):
            continue
        candidates: list[Invitation | InterviewerBlock] = [
            *Invitation.objects.filter(uid__startswith=match[1]).select_related(
                "application__candidate", "session__office", "band"
            ),
            *InterviewerBlock.objects.filter(uid__startswith=match[1]).select_related("interviewer", "session"),
        ]
        found += [one for one in candidates if hmac.compare_digest(match[2], _mac(one.uid)) and one not in found]
    return found
