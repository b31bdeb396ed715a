"""Where calendar answers arrive: an IMAP box, a maildir folder. A mail is marked as seen only after it was kept."""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from recruit.errors import InvalidInputError
from scheduling.services.incoming import MOST_BYTES, receive

IMAP_SECONDS = 30.0
MOST_AT_ONCE = 200


def fetch_all(*, at: datetime) -> int:
    """Take over what is new in the boxes of the settings; return how many mails were kept."""
    taken = 0
    if settings.INBOUND_MAILDIR:
        taken += fetch_maildir(Path(settings.INBOUND_MAILDIR), at=at)
    if settings.INBOUND_IMAP_URL:
        taken += fetch_imap(settings.INBOUND_IMAP_URL, at=at)
    return taken


def fetch_maildir(folder: Path, *, at: datetime) -> int:
    """Take over the files of ``folder``/new and move each to ``folder``/cur once it is kept."""
    new, seen = folder / "new", folder / "cur"
    if not new.is_dir():
        return 0
    seen.mkdir(exist_ok=True)
    taken = 0
    for path in sorted(new.iterdir())[:MOST_AT_ONCE]:
        if path.is_symlink() or not path.is_file() or path.name.startswith("."):
            continue
        if path.stat().st_size <= MOST_BYTES:
            taken += _keep(path.read_bytes(), source="maildir", at=at)
        path.replace(seen / f"{path.name.partition(':')[0]}:2,S")
    return taken


def fetch_imap(url: str, *, at: datetime) -> int:
    """Take over the unseen mails of ``imaps://user:password@host:port/FOLDER`` (``imap://`` without encryption).

    ``OSError`` (time-outs included) or ``imaplib.IMAP4.error`` where the server does not answer as it should.
    """
    taken = 0
    with _connected(url) as box:
        _status, found = box.uid("SEARCH", "UNSEEN")
        for uid in (found[0] or b"").split()[:MOST_AT_ONCE]:
            size = _size_of(box, uid.decode())
            if size <= MOST_BYTES:
                _status, parts = box.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
                raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
                taken += _keep(raw, source="imap", at=at)
            box.uid("STORE", uid.decode(), "+FLAGS", "(\\Seen)")
    return taken


def _size_of(box: imaplib.IMAP4, uid: str) -> int:
    _status, answer = box.uid("FETCH", uid, "(RFC822.SIZE)")
    text = b"".join(part if isinstance(part, bytes) else part[0] for part in answer if part)
    match = re.search(rb"RFC822\.SIZE (\d+)", text)
    return int(match[1]) if match else 0


@contextlib.contextmanager
def _connected(url: str) -> Iterator[imaplib.IMAP4]:
    """Open the box, signed in and with its folder chosen; every step has a time limit."""
    parts = urlsplit(url)
    host, folder = parts.hostname or "", unquote(parts.path.strip("/")) or "INBOX"
    if parts.scheme == "imaps":
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host, parts.port or 993, timeout=IMAP_SECONDS, ssl_context=ssl.create_default_context()
        )
    else:
        box = imaplib.IMAP4(host, parts.port or 143, timeout=IMAP_SECONDS)
    try:
        box.login(unquote(parts.username or ""), unquote(parts.password or ""))
        status, _answer = box.select(f'"{folder}"' if " " in folder else folder)
        if status != "OK":
            raise imaplib.IMAP4.error("the folder cannot be opened")
        yield box
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            box.logout()


def _keep(raw: bytes, *, source: str, at: datetime) -> int:
    try:
        receive(raw, source=source, at=at)
    except InvalidInputError:
        return 0
    return 1
