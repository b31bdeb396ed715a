"""Callers that press and push while the ground shakes, and keep what was acknowledged to them."""

from __future__ import annotations

import http.client
import json
import queue
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

CALLERS = 4
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Call:
    """One wish to change something: a press on a candidate's page, or a person pushed by a program."""

    name: str
    path: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def press(path: str) -> Call:
    """Return the press of "I will come" or "I take it" on the page ``path``."""
    what = "confirm" if path.startswith("/i/") else "accept"
    return Call(path, path, f"what={what}", FORM)


def push(number: int, key: str) -> Call:
    """Return a call with an Idempotency-Key of its own: every second hands in a person, the others open a vacancy."""
    name = f"Caller {number}"
    person = {"external_id": name, "prospect": True, "name": name, "emails": [f"caller{number}@mail.test"]}
    path, body = ("candidates", person) if number % 2 else ("vacancies", {"title": name, "openings": 1})
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}", "Idempotency-Key": name}
    return Call(name, f"/api/v1/{path}/", json.dumps(body), headers)


class Callers:
    """A few connections that work through calls; a call that is not acknowledged is tried again."""

    def __init__(self, port: int, calls: list[Call]) -> None:
        self.port = port
        self.waiting: queue.SimpleQueue[Call] = queue.SimpleQueue()
        for call in calls:
            self.waiting.put(call)
        self.acknowledged: set[str] = set()
        self.answers: Counter[Any] = Counter()
        self.cut_off: list[Call] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(CALLERS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, count: int, *, seconds: float = 180.0) -> None:
        """Return once ``count`` calls were acknowledged, or none is left."""
        deadline = time.monotonic() + seconds
        while len(self.acknowledged) + len(self.cut_off) < count:
            assert time.monotonic() < deadline, f"{len(self.acknowledged)} of {count}: {self.answers}"
            time.sleep(0.01)

    def _work(self) -> None:
        line: http.client.HTTPConnection | None = None
        while not self._stop.is_set():
            try:
                call = self.waiting.get(timeout=0.1)
            except queue.Empty:
                continue
            try:
                line = line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                line.request("POST", call.path, call.body, call.headers)
                answer = line.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                self.answers["cut off"] += 1
                if line is not None:
                    line.close()
                line = None
                self._again(call)
                continue
            self.answers[answer.status] += 1
            if answer.status in {200, 201, 302}:
                self.acknowledged.add(call.name)
            elif answer.status == 409:
                # The first try was cut off and its key is still held: whoever asks later gets it done.
                self.cut_off.append(call)
            else:
                self._again(call)

        if line is not None:
            line.close()

    def _again(self, call: Call) -> None:
        time.sleep(0.05)
        self.waiting.put(call)
