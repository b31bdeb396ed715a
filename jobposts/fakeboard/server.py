"""The server: one port for both boards, faults in front of them. Listens on 127.0.0.1 only."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from jobposts.fakeboard import headhunter, superjob
from jobposts.fakeboard.answers import Asked, Said, ask, says
from jobposts.fakeboard.faults import Faults
from jobposts.fakeboard.world import STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobposts.fakeboard.world import World

LABEL = "Fake board: a training server on this machine, not hh.ru and not SuperJob"
HOST = "127.0.0.1"


class FakeBoard(ThreadingHTTPServer):
    """Plays the boards of ``world`` with ``faults``; hh.ru at the root, SuperJob below ``/2.0/``."""

    daemon_threads = True

    def __init__(self, world: World, faults: Faults | None = None, *, port: int = 0) -> None:
        super().__init__((HOST, port), _Handler)
        self.world, self.faults = world, faults or Faults()

    @property
    def base(self) -> str:
        """The address of the played hh.ru; SuperJob's is this with ``/2.0/``."""
        return f"http://{HOST}:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing about connections that the other side broke."""

    def deliver(self, *, timeout_seconds: float = 2.0) -> list[int]:
        """Send the queued notices to their webhooks, some twice, some never; return the statuses (0: no answer)."""
        with self.world.lock:
            queued, self.world.notices = self.world.notices, []
            hooks = {str(number): str(hook["url"]) for number, hook in self.world.hooks.items()}
        return [
            _post(hooks[notice["subscription_id"]], json.dumps(notice).encode(), timeout_seconds)
            for notice in queued
            if notice["subscription_id"] in hooks
            for _ in range(self.faults.copies())
        ]


class _Handler(BaseHTTPRequestHandler):
    server: FakeBoard
    protocol_version = "HTTP/1.1"
    server_version = "FakeBoard"
    timeout = 30

    def _handle(self) -> None:
        board = self.server
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        with board.world.lock:
            board.world.requests += 1
        asked = ask(self.command, self.path, base=board.base, headers=dict(self.headers), body=body)
        fault = board.faults.draw(asked.path)
        if fault == "cut":
            self._cut()
            return
        said = _faulty(fault) or self._played(asked, fault)
        if fault == "cut_after":
            self._cut()
            return
        if fault == "slow":
            time.sleep(board.faults.slow_seconds)
        self._send(said, half=fault == "broken_json")

    def _played(self, asked: Asked, fault: str) -> Said:
        world = self.server.world
        if asked.path in {"/", "/oauth/authorize", "/authorize/"}:
            return _front(asked)
        if fault == "moving":
            _move_one(self.server, asked)
        if asked.path.startswith("/2.0/"):
            return superjob.answer(world, asked)
        return headhunter.answer(world, asked)

    do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815

    def _send(self, said: Said, *, half: bool) -> None:
        body = said.body[: len(said.body) // 2] if half else said.body
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        if said.status != 204:
            self.send_header("Content-Type", said.kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if said.status != 204:
            self.wfile.write(body)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: requests hold tokens."""


def _faulty(fault: str) -> Said | None:
    """Return the answer of a fault that stands in front of the board; nothing was done then."""
    page = b"<html><body><h1>Service unavailable</h1></body></html>"
    if fault == "busy":
        return Said(429, b"{}", headers={"Retry-After": "0"})
    if fault == "error":
        return says({"errors": [{"type": "bad_gateway"}]}, 502)
    if fault in {"html", "blocked"}:
        return Said(503 if fault == "html" else 403, page, kind="text/html")
    if fault == "captcha":
        error = {"type": "captcha_required", "value": "captcha_required", "captcha_url": "https://example.org/captcha"}
        return says({"errors": [error]}, 403)
    return None


def _move_one(board: FakeBoard, asked: Asked) -> None:
    """Move one response of the asked vacancy to another list, as a colleague at the board's pages would."""
    number = asked.query.get("vacancy_id", "")
    with board.world.lock:
        there = board.world.of_vacancy(int(number)) if number.isdigit() else []
        if there:
            reply = there[board.faults.below(len(there))]
            others = [state for state in STATES if state != reply.state]
            board.world.move(reply, others[board.faults.below(len(others))])


def _front(asked: Asked) -> Said:
    """Return the label page, or the log-in that grants everything at once."""
    target = asked.query.get("redirect_uri", "")
    if not target:
        return Said(
            200, f"<!doctype html><title>{LABEL}</title><h1>{LABEL}</h1>".encode(), kind="text/html; charset=utf-8"
        )
    query = urlencode({"code": "fake-code", "state": asked.query.get("state", "")})
    return Said(302, headers={"Location": f"{target}{'&' if urlsplit(target).query else '?'}{query}"})


def _post(url: str, body: bytes, timeout_seconds: float) -> int:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or HOST, parts.port, timeout=timeout_seconds)
    try:
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request("POST", target, body, {"Content-Type": "application/json"})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@contextmanager
def running(world: World, faults: Faults | None = None, *, port: int = 0) -> Iterator[FakeBoard]:
    """Run the boards in a thread for the length of the block."""
    board = FakeBoard(world, faults, port=port)
    thread = threading.Thread(target=board.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield board
    finally:
        board.shutdown()
        board.server_close()
        thread.join()
