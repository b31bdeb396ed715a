"""Foreign files are read here: in a child process with limits on time, processor, memory and answers.

    parsed = run("recruit.parsing.resume.parse_resume", data, filename="cv.pdf", region="RU")
    with stream("recruit.tables.frames.table_frames", path, filename="people.csv") as frames:
        table = table_from_frames(frames)

Only functions of the pure packages can be called (``sandbox_child.ALLOWED_PACKAGES``); they get bytes and
JSON-able keywords and their results come back as JSON, so that a taken-over child can send nothing but text.
Children are started with ``subprocess`` (never by forking this process, which may have threads), keep their
libraries loaded and are used again: a small PDF costs its few milliseconds, not a start of Python. A child
that overran a limit, answered nonsense or served long enough is ended and replaced.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from recruit.errors import FileRefusedError
from recruit.sandbox_child import HEAD, OUT_OF_MEMORY

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 60.0
_MAX_IDLE = 2  # children kept warm in one process
_MAX_CALLS = 500  # a child that leaks is replaced before it matters
_SEND_CHUNK = 64 * 1024

TOO_SLOW = "The file takes too long to read."
TOO_BIG = "The file needs too much memory to read."
TOO_LONG = "The file holds more than can be taken over."
UNREADABLE = "The file is broken or cannot be read."


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may use.

    Attributes:
        wall_seconds: from handing over to the last answer.
        cpu_seconds: processor time; the kernel ends the child beyond it.
        memory_bytes: address space of the child, libraries included (40 to 70 MB of it).
        answer_bytes: all answers together, as JSON.
    """

    wall_seconds: float = 20.0
    cpu_seconds: float = 10.0
    memory_bytes: int = 350 * 1024 * 1024
    answer_bytes: int = 20 * 1024 * 1024


RESUME_LIMITS = Limits()
TABLE_LIMITS = Limits(
    wall_seconds=3600.0, cpu_seconds=1200.0, memory_bytes=1024 * 1024 * 1024, answer_bytes=2 * 1024**3
)


def run(call: str, data: bytes | Path, *, limits: Limits = RESUME_LIMITS, **kwargs: Any) -> Any:
    """Return what the function ``call`` returns for ``data`` and ``kwargs``, as JSON values.

    Raises:
        FileRefusedError: the function refused the file, failed on it, or overran a limit; the message is
            fit for the user.
        LookupError: ``call`` names no function of an allowed package.
    """
    with _POOL.borrowed(limits) as child:
        items = list(child.answers(call, data, kwargs, streamed=False))
    return items[0] if items else None


@contextmanager
def stream(call: str, data: bytes | Path, *, limits: Limits = TABLE_LIMITS, **kwargs: Any) -> Iterator[Iterator[Any]]:
    """Give what the function ``call`` yields, while the block is open; errors as ``run``, raised where they occur."""
    with _POOL.borrowed(limits) as child:
        yield child.answers(call, data, kwargs, streamed=True)


def close_children() -> None:
    """End all warm children, as at the end of the process."""
    _POOL.close()


class _Child:
    """One child process; used by one thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.calls = 0
        self.usable = True
        # -P and a bare environment: nothing of the working directory or of our secrets reaches the child.
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", "recruit.sandbox_child", str(limits.memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )
        self._out = _stream_of(self._process.stdout)
        self._in = _stream_of(self._process.stdin)
        os.set_blocking(self._out.fileno(), False)
        os.set_blocking(self._in.fileno(), False)
        self._buffer = bytearray()
        self._deadline = time.monotonic() + _START_SECONDS
        self._ready = False

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def end(self) -> None:
        """End the process and wait for it."""
        self.usable = False
        with suppress(OSError):
            self._process.kill()
        self._process.wait()
        for pipe in (self._in, self._out):
            with suppress(OSError):
                pipe.close()

    def answers(self, call: str, data: bytes | Path, kwargs: dict[str, Any], *, streamed: bool) -> Iterator[Any]:
        """Yield the items the child answers; leave it unusable unless it answered to the end."""
        self.usable = False
        if not self._ready:
            self._frame(0)
            self._ready = True
        self.calls += 1
        self._deadline = time.monotonic() + self.limits.wall_seconds
        self._send(call, data, kwargs, streamed=streamed)
        left = self.limits.answer_bytes
        while True:
            head, size = self._frame(left)
            left -= size
            if "item" in head:
                # The consumer's own time between two items is not the child's.
                pause = time.monotonic()
                yield head["item"]
                self._deadline += time.monotonic() - pause
                continue
            if "error" in head:
                self.usable = head["error"] != "memory"
                raise self._refusal(head)
            self.usable = True
            return

    def _refusal(self, head: dict[str, Any]) -> Exception:
        message = str(head["error"])[:500]
        if head.get("refused"):
            return FileRefusedError(message, field="file")
        if message.startswith("LookupError"):
            return LookupError(message)
        error = FileRefusedError(TOO_BIG if message == "memory" else UNREADABLE, field="file")
        error.add_note(message)
        return error

    def _send(self, call: str, data: bytes | Path, kwargs: dict[str, Any], *, streamed: bool) -> None:
        head = {
            "call": call,
            "kwargs": kwargs,
            "cpu_seconds": self.limits.cpu_seconds,
            "stream": streamed,
        }
        # A file is opened by the child: it goes neither through our memory nor, where it is a table, whole through its.
        head |= {"path": str(data.resolve(strict=True))} if isinstance(data, Path) else {"size": len(data)}
        text = json.dumps(head).encode()
        self._write(HEAD.pack(len(text)) + text)
        if not isinstance(data, Path):
            self._write(data)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._in, selectors.EVENT_WRITE)
            try:
                view = view[os.write(self._in.fileno(), view[:_SEND_CHUNK]) :]
            except BlockingIOError:
                continue
            except OSError:
                raise self._ended() from None

    def _frame(self, most: float) -> tuple[dict[str, Any], int]:
        """Return the next head and its size; refuse one of more than ``most`` bytes before reading it."""
        self._fill(HEAD.size)
        (length,) = HEAD.unpack(self._buffer[: HEAD.size])
        if length > max(most, 4096):
            raise FileRefusedError(TOO_LONG, field="file")
        self._fill(HEAD.size + length)
        text = bytes(self._buffer[HEAD.size : HEAD.size + length])
        del self._buffer[: HEAD.size + length]
        try:
            head = json.loads(text)
        except (ValueError, RecursionError):
            raise FileRefusedError(UNREADABLE, field="file") from None
        if not isinstance(head, dict):
            raise FileRefusedError(UNREADABLE, field="file")
        return head, length

    def _fill(self, size: int) -> None:
        while len(self._buffer) < size:
            self._wait(self._out, selectors.EVENT_READ)
            try:
                chunk = os.read(self._out.fileno(), 1024 * 1024)
            except BlockingIOError:
                continue
            if not chunk:
                raise self._ended()
            self._buffer += chunk

    def _wait(self, pipe: IO[bytes], event: int) -> None:
        """Wait until ``pipe`` is ready; refuse the file when the time is over."""
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, event)
            if not selector.select(max(0.0, self._deadline - time.monotonic())):
                raise FileRefusedError(TOO_SLOW, field="file")

    def _ended(self) -> Exception:
        """Return why the child went away: by its processor limit, or by a crash of a library."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            code = 0
        if not self._ready:
            return RuntimeError(f"The sandbox does not start (exit code {code}).")
        messages = {-signal.SIGXCPU: TOO_SLOW, -signal.SIGKILL: TOO_BIG, OUT_OF_MEMORY: TOO_BIG}
        error = FileRefusedError(messages.get(code, UNREADABLE), field="file")
        error.add_note(f"the child ended with {code}")
        return error


class _Pool:
    """Warm children of this process, by the memory they may use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._owner = os.getpid()

    @contextmanager
    def borrowed(self, limits: Limits) -> Iterator[_Child]:
        """Lend a child to one caller; keep it afterwards if it is still good."""
        child = self._take(limits)
        child.usable = True
        try:
            yield child
        finally:
            self._give_back(child)

    def close(self) -> None:
        """End the idle children."""
        with self._lock:
            idle, self._idle = self._idle, []
        if self._owner == os.getpid():
            for child in idle:
                child.end()

    def _take(self, limits: Limits) -> _Child:
        with self._lock:
            if self._owner != os.getpid():  # a server forked after our import: these children are not ours
                self._idle, self._owner = [], os.getpid()
            for index, child in enumerate(self._idle):
                if child.limits.memory_bytes == limits.memory_bytes:
                    del self._idle[index]
                    break
            else:
                child = None
        if child is not None and child.alive:
            child.limits = limits
            return child
        return _Child(limits)

    def _give_back(self, child: _Child) -> None:
        if child.usable and child.alive and child.calls < _MAX_CALLS:
            with self._lock:
                if len(self._idle) < _MAX_IDLE:
                    self._idle.append(child)
                    return
        child.end()


def _stream_of(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:  # pragma: no cover  Popen was asked for pipes
        raise RuntimeError("The sandbox has no pipes.")
    return pipe


_POOL = _Pool()
atexit.register(close_children)
