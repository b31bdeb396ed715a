"""A mail server on this machine that keeps what it is given, and refuses what it is told to."""

from __future__ import annotations

import email
import email.policy
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


@dataclass
class Sink:
    """What came, and what is to be answered; ``slow`` is seconds before each answer to DATA."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    peers: set[tuple[str, int]] = field(default_factory=set)
    refuse_rcpt: dict[str, str] = field(default_factory=dict)
    refuse_data: str = ""
    slow: float = 0.0
    port: int = 0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refuse_rcpt:
            return self.refuse_rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.slow:
            time.sleep(self.slow)  # noqa: ASYNC251
        if self.refuse_data:
            return self.refuse_data
        self.peers.add(session.peer)
        self.recipients.append(list(envelope.rcpt_tos))
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"

    @property
    def names(self) -> list[str]:
        return [str(mail["Message-ID"]).strip("<>") for mail in self.mails]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(sink: Sink, **options):
    """Serve ``sink`` on a free port of 127.0.0.1 while the block is open."""
    sink.port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, **options)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


def refuse_everybody(*_):
    return AuthResult(success=False, handled=False)
