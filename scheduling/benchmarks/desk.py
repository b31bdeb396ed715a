"""What two hundred open desks cost the server while nothing happens: the real server, asked over HTTP."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from recruit.benchmarks import row
from scheduling.models import InterviewSession
from scheduling.web.poll import poll_query

DESKS = 200
EVERY_SECONDS = 5.0
MEASURED_SECONDS = 8.0
MOST_SHARE = 20.0


def rows() -> list[dict[str, Any]]:
    """Return the share of one core, in per cent, that 200 desks take which ask every 5 s and have seen everything."""
    session = InterviewSession.objects.filter(is_history=False).exclude(state="closed").order_by("pk")[0]
    path = f"{reverse('desk', args=[session.pk])}?{poll_query('desk', session, at=timezone.now())}"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "recruit.wsgi:application",
    ]  # fmt: skip
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "recruit.settings"}
    server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, start_new_session=True)  # noqa: S603
    try:
        share, answered = _measure(server.pid, port, path)
    finally:
        server.terminate()
        server.wait(timeout=20)
    name = f"{DESKS} open desks every {EVERY_SECONDS:.0f} s, nothing new"
    return [
        row(name, share, "% of a core", MOST_SHARE, issue=5, group="desk"),
        row("polls of an open desk answered 204", answered, "%", 100.0, issue=5, group="desk", at_least=True),
    ]


def _measure(group: int, port: int, path: str) -> tuple[float, float]:
    """Ask at the pace of the desks; return CPU per cent of the server's processes and per cent of answers that are 204."""
    line = _ready(port)
    count, wanted = 0, int(DESKS / EVERY_SECONDS * MEASURED_SECONDS)
    for _ in range(20):
        _ask(line, path)
    before, started = _cpu(group), time.perf_counter()
    for number in range(wanted):
        count += _ask(line, path) == 204
        pause = started + (number + 1) * EVERY_SECONDS / DESKS - time.perf_counter()
        time.sleep(max(pause, 0.0))
    spent = _cpu(group) - before
    # However slow the machine was, the work is that of so many polls: it is set against the time they should take.
    return 100.0 * spent / MEASURED_SECONDS, 100.0 * count / wanted


def _ready(port: int) -> http.client.HTTPConnection:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            if _ask(line, "/healthz") == 200:
                return line
        except OSError:
            time.sleep(0.2)
    msg = "the server did not answer"
    raise RuntimeError(msg)


def _ask(line: http.client.HTTPConnection, path: str) -> int:
    line.request("GET", path, headers={"X-Desk": "1"})
    answer = line.getresponse()
    answer.read()
    return answer.status


def _cpu(group: int) -> float:
    """Return the CPU seconds that the processes of a group have used so far (Linux)."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
