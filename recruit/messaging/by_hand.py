"""A ready text for an application of the recruiter's own phone: the addresses that open it there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from recruit.models import Through

_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Opener:
    """One application and the address that opens the text in it."""

    through: Through
    url: str


def openers(text: str, phone: str) -> list[Opener]:
    """Return the addresses that open ``text`` in WhatsApp (to ``phone``, E.164 or ""), LINE and Telegram.

    LINE and Telegram ask to whom; WhatsApp does where there is no number. Nothing is fetched by us: the person's
    own browser or application opens the address.
    """
    text = text.strip()
    words = quote(text, safe="")
    number = re.sub(r"\D", "", phone)
    found = _LINK.search(text)
    # Telegram shows the address above the words: it is not said twice.
    link = found[0] if found else ""
    rest = " ".join(text.replace(link, " ").split()) if link else text
    telegram = f"url={quote(link, safe='')}&text={quote(rest, safe='')}" if link else f"url={words}"
    return [
        Opener(Through.WHATSAPP, f"https://wa.me/{number}?text={words}"),
        Opener(Through.LINE, f"https://line.me/R/share?text={words}"),
        Opener(Through.TELEGRAM, f"https://t.me/share/url?{telegram}"),
    ]
