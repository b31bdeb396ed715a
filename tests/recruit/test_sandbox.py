"""Foreign files are read in a limited child process."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from recruit import sandbox
from recruit.errors import FileRefusedError
from recruit.parsing.resume import ParsedResume, parse_resume
from recruit.sandbox import Limits, run, stream
from recruit.sandbox_child import resolve
from recruit.tables import table_from_frames

PARSE = "recruit.parsing.resume.parse_resume"
FRAMES = "recruit.tables.frames.table_frames"
CV = b"Ann Lee\nann@example.com\n+7 912 345-67-89\n"
BIG = b"name,city\n" + b"Ann,Perm\n" * 300_000


@pytest.fixture(autouse=True, scope="module")
def no_child_left():
    sandbox.close_children()
    yield
    sandbox.close_children()
    assert sandbox._POOL._idle == []


def test_the_answer_is_that_of_the_function():
    answer = run(PARSE, CV, filename="cv.txt", region="RU")

    assert ParsedResume.from_dict(answer) == parse_resume(CV, filename="cv.txt", region="RU")


def test_a_child_is_used_again():
    sandbox.close_children()
    run(PARSE, CV, filename="cv.txt", region="RU")
    (child,) = sandbox._POOL._idle

    run(PARSE, CV, filename="cv.txt", region="RU")

    assert sandbox._POOL._idle == [child]


def test_a_refusal_of_the_function_is_ours_with_its_words():
    with pytest.raises(FileRefusedError) as caught, stream(FRAMES, b"", filename="a.csv") as frames:
        next(frames)

    assert caught.value.message == "“a.csv” is empty."


def test_a_table_is_streamed_from_a_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,city\n" + b"Ann,Perm\n" * 1200)

    with stream(FRAMES, path, filename="a.csv") as frames:
        table = table_from_frames(frames)
        rows = list(table.rows)

    assert (table.header, len(rows), rows[-1]) == (("name", "city"), 1200, (1201, ("Ann", "Perm")))


def test_a_stream_that_is_left_early_ends_its_child_and_the_next_call_works():
    with stream(FRAMES, BIG, filename="a.csv") as frames:
        next(frames)
        before = list(sandbox._POOL._idle)

    assert sandbox._POOL._idle == before
    assert run(PARSE, CV, filename="cv.txt", region="RU")["emails"][0]["value"] == "ann@example.com"


@pytest.mark.attack("A081")
@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(wall_seconds=0.05), sandbox.TOO_SLOW),
        # Room for the whole answer: on a quick machine it would be full before the processor's time is over.
        (Limits(cpu_seconds=0.0, wall_seconds=30, answer_bytes=2**30), sandbox.TOO_SLOW),
        (Limits(answer_bytes=5_000), sandbox.TOO_LONG),
    ],
    ids=["wall", "processor", "answer"],
)
def test_a_call_beyond_its_limits_is_refused(limits, message):
    data = BIG * 12 if not limits.cpu_seconds else BIG
    with pytest.raises(FileRefusedError) as caught, stream(FRAMES, data, limits=limits, filename="a.csv") as frames:
        list(frames)

    assert caught.value.message == message


@pytest.mark.attack("A081")
@pytest.mark.parametrize("megabytes", [90, 300])
def test_a_file_that_needs_too_much_memory_is_refused(megabytes):
    html = b"<html><body>" + b"<p>x" * (megabytes * 256 * 1024)

    with pytest.raises(FileRefusedError) as caught:
        run("recruit.parsing.encodings.decode_text", html, limits=Limits(memory_bytes=260 * 1024 * 1024))

    assert caught.value.message == sandbox.TOO_BIG


def test_a_child_that_is_killed_is_a_refusal_and_is_replaced():
    with stream(FRAMES, BIG, filename="a.csv") as frames:
        next(frames)
        os.kill(frames.gi_frame.f_locals["self"]._process.pid, signal.SIGSEGV)
        with pytest.raises(FileRefusedError) as caught:
            list(frames)

    assert caught.value.message == sandbox.UNREADABLE
    assert run(PARSE, CV, filename="cv.txt", region="RU")["file_type"] == "txt"


@pytest.mark.parametrize(
    "name",
    [
        "os.system",
        "recruit.settings.PRODUCTION",
        "recruit.parsing.resume._record",
        "recruit.parsing.resume.nothing",
        "posix",
    ],
)
def test_only_functions_of_the_pure_packages_can_be_called(name):
    with pytest.raises(LookupError):
        resolve(name)


def test_an_unknown_function_is_an_error_of_ours():
    with pytest.raises(LookupError):
        run("os.system", b"true")


def test_an_error_of_the_function_is_told_as_an_unreadable_file():
    with pytest.raises(FileRefusedError) as caught:
        run(PARSE, CV, filename="cv.txt")

    assert caught.value.message == sandbox.UNREADABLE
    assert caught.value.__notes__[0].startswith("TypeError")


def test_many_threads_get_their_own_answers():
    barrier = threading.Barrier(4)

    def ask(number):
        barrier.wait(timeout=60)
        data = f"P{number}\np{number}@example.com\n".encode()
        return run(PARSE, data, filename="cv.txt", region="RU")["emails"][0]["value"]

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(4)))

    assert answers == [f"p{number}@example.com" for number in range(4)]
    assert len(sandbox._POOL._idle) <= 2


@pytest.mark.attack("A083")
def test_the_child_has_none_of_our_secrets_and_no_room_to_write():
    with sandbox._POOL.borrowed(sandbox.RESUME_LIMITS) as child:
        list(child.answers(PARSE, CV, {"filename": "a.txt", "region": "RU"}, streamed=False))
        pid = child._process.pid
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        limits = Path(f"/proc/{pid}/limits").read_text().splitlines()

    assert {pair.partition(b"=")[0] for pair in environment if pair} <= {
        b"PYTHONPATH",
        b"PATH",
        b"PYTHONUTF8",
        b"OPENBLAS_NUM_THREADS",
        b"LC_CTYPE",
    }
    assert next(line.split()[3:5] for line in limits if line.startswith("Max file size")) == ["0", "0"]
