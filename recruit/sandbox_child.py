"""The child of ``recruit.sandbox``: reads one request after the other from its input and answers each.

Started as ``python -m recruit.sandbox_child MEMORY_BYTES``. It knows no Django, has no settings, and calls
only functions of the pure packages. Standard output belongs to the protocol; prints of libraries go nowhere.

Frames both ways: length of a JSON head (4 bytes, big-endian), the head, then the body the head announces.
Request head: ``{"call", "kwargs", "cpu_seconds", "stream"}`` with ``"size"`` and that many bytes of input, or with the
``"path"`` of a file. Functions of ``FROM_FILE`` read a file a piece at a time, the others get its bytes.
Answer heads: ``{"item"}`` any number of times, then ``{"done"}`` or ``{"error", "refused"}``.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import struct
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from recruit.errors import RecruitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ALLOWED_PACKAGES = ("recruit.parsing.", "recruit.tables.", "scheduling.ics.", "jobposts.boards.")
FROM_FILE = frozenset({"recruit.tables.frames.table_frames"})
WARM = ("recruit.parsing.resume", "pypdfium2")
MAX_HEAD = 64 * 1024 * 1024
OUT_OF_MEMORY = 77  # exit code
HEAD = struct.Struct(">I")


def resolve(name: str) -> Callable[..., Any]:
    """Return the function called ``name`` (``package.module.function``) of an allowed package.

    Raises:
        LookupError: another package, a private name, or nothing of that name.
    """
    module, _, function = name.rpartition(".")
    if not f"{module}.".startswith(ALLOWED_PACKAGES) or function.startswith("_"):
        raise LookupError(name)
    found = getattr(importlib.import_module(module), function, None)
    if found is None or not callable(found):
        raise LookupError(name)
    call: Callable[..., Any] = found
    return call


def read_frame(source: IO[bytes]) -> dict[str, Any] | None:
    """Return the next head, or None at the end of the input; raise ``EOFError`` inside a frame."""
    prefix = source.read(HEAD.size)
    if not prefix:
        return None
    (length,) = HEAD.unpack(_exactly(prefix, HEAD.size))
    if length > MAX_HEAD:
        raise EOFError
    head: dict[str, Any] = json.loads(_exactly(source.read(length), length))
    return head


def write_frame(sink: IO[bytes], head: dict[str, Any]) -> None:
    """Write ``head`` as one frame, without flushing."""
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")
    sink.write(HEAD.pack(len(text)))
    sink.write(text)


def serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """Answer requests until the input ends."""
    while (request := read_frame(source)) is not None:
        data = b"" if "path" in request else _exactly(source.read(request["size"]), request["size"])
        _limit_cpu(request["cpu_seconds"])
        for answer in _answers(request, data):
            write_frame(sink, answer)
            sink.flush()
        del data


def _answers(request: dict[str, Any], data: bytes) -> Iterator[dict[str, Any]]:
    """Yield the answers to one request; whatever goes wrong is the last of them."""
    try:
        result = resolve(request["call"])(_input(request, data), **request["kwargs"])
        if request["stream"]:
            for item in result:
                yield {"item": item}
        else:
            yield {"item": result.to_dict() if hasattr(result, "to_dict") else result}
        yield {"done": True}
    except RecruitError as error:
        yield {"error": error.message, "refused": True}
    except MemoryError:
        yield {"error": "memory", "refused": False}
    except RecursionError:
        yield {"error": "nested too deeply", "refused": False}
    except Exception as error:  # noqa: BLE001  the parent decides; a child never dies of a bad file
        yield {"error": f"{type(error).__name__}: {error}"[:500], "refused": False}


def _input(request: dict[str, Any], data: bytes) -> bytes | Path:
    if "path" not in request:
        return data
    path = Path(request["path"])
    return path if request["call"] in FROM_FILE else path.read_bytes()


def _exactly(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise EOFError
    return data


def _limit_cpu(seconds: float) -> None:
    """Let the process use ``seconds`` more of processor time; the kernel ends it when they are gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _limit_process(memory_bytes: int) -> None:
    if sys.platform == "linux":  # elsewhere the address space cannot be limited
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    with contextlib.suppress(ValueError, OSError):
        os.nice(5)


def main() -> None:
    """Set the limits, load the libraries once, say that we are ready, serve."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    _limit_process(int(sys.argv[1]))
    for name in WARM:
        importlib.import_module(name)
    write_frame(sink, {"ready": True})
    sink.flush()
    try:
        serve(source, sink)
    except (EOFError, BrokenPipeError):
        return
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


if __name__ == "__main__":
    main()
