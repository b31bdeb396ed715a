"""A web server on this machine that keeps what it is sent and answers what it is told."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Told:
    """One request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class HttpSink:
    """What came, and what is answered: ``statuses`` one after the other, then 200."""

    body: bytes = b""
    statuses: list[int] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    port: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    # Takes what comes and never says so.
    silent: bool = False
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(settings, **fields):
    """Serve a sink that ``settings`` let us reach while the block is open."""
    sink = HttpSink(**fields)

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            length = int(self.headers.get("Content-Length") or 0)
            sink.told.append(Told(self.command, self.path, dict(self.headers), self.rfile.read(length)))
            if sink.silent:
                sink.over.wait(30)
                return
            self.send_response(sink.statuses.pop(0) if sink.statuses else 200)
            self.send_header("Content-Length", str(len(sink.body)))
            for name, value in sink.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sink.body)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sink.port = server.server_address[1]
    settings.OUTBOUND_ALLOW = [f"127.0.0.1:{sink.port}"]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        sink.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
