"""The protocol of the sandbox's child, spoken in this process: frames whole or not at all, faults as the last answer."""

import io
import json

import pytest

from recruit import sandbox_child as child
from recruit.errors import FileRefusedError


def frames(data: bytes) -> list[dict]:
    source, found = io.BytesIO(data), []
    while (head := child.read_frame(source)) is not None:
        found.append(head)
    return found


def asked(call, data=b"", *, stream=False, **kwargs) -> bytes:
    head = {"call": call, "kwargs": kwargs, "size": len(data), "cpu_seconds": 3, "stream": stream}
    sink = io.BytesIO()
    child.write_frame(sink, head)
    return sink.getvalue() + data


@pytest.fixture
def serve(monkeypatch):
    """Serve what is asked, with the functions that a test gives; the limits of this process stay as they are."""
    seconds = []
    monkeypatch.setattr(child, "_limit_cpu", seconds.append)

    def run(requests: bytes, **functions) -> list[dict]:
        if functions:
            monkeypatch.setattr(child, "resolve", functions.__getitem__)
        sink = io.BytesIO()
        child.serve(io.BytesIO(requests), sink)
        return frames(sink.getvalue())

    run.seconds = seconds
    return run


def test_a_frame_is_read_as_it_was_written_with_every_letter():
    sink = io.BytesIO()
    for head in ({"item": "Анна ม \u2028"}, {}):
        child.write_frame(sink, head)

    assert frames(sink.getvalue()) == [{"item": "Анна ม \u2028"}, {}]


@pytest.mark.parametrize("cut", [1, 3, 5, 10])
def test_a_frame_that_is_cut_off_is_the_end_and_no_head(cut):
    sink = io.BytesIO()
    child.write_frame(sink, {"item": "x" * 20})

    with pytest.raises(EOFError):
        child.read_frame(io.BytesIO(sink.getvalue()[:cut]))


def test_a_head_that_announces_more_than_is_allowed_is_not_read():
    with pytest.raises(EOFError):
        child.read_frame(io.BytesIO(child.HEAD.pack(child.MAX_HEAD + 1) + b"{}"))


def test_one_request_after_the_other_is_answered_each_with_its_own_time(serve):
    def count(data, *, more=0):
        return len(data) + more

    answers = serve(asked("count", b"abc") + asked("count", b"", more=5), count=count)

    assert answers == [{"item": 3}, {"done": True}, {"item": 5}, {"done": True}]
    assert serve.seconds == [3, 3]


def test_a_body_that_is_cut_off_is_not_worked_on(serve):
    with pytest.raises(EOFError):
        serve(asked("count", b"abc")[:-1], count=len)

    assert serve.seconds == []


def test_a_stream_is_one_frame_an_item_and_a_fault_in_it_is_the_last(serve):
    def rows(data):
        yield from json.loads(data)
        raise FileRefusedError("the end is missing", field="file")

    answers = serve(asked("rows", b"[1, 2]", stream=True), rows=rows)

    assert answers == [{"item": 1}, {"item": 2}, {"error": "the end is missing", "refused": True}]


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (MemoryError(), {"error": "memory", "refused": False}),
        (RecursionError(), {"error": "nested too deeply", "refused": False}),
        (KeyError("x" * 900), {"error": f"KeyError: '{'x' * 489}", "refused": False}),
        (FileRefusedError("no table", field="file"), {"error": "no table", "refused": True}),
    ],
    ids=["memory", "depth", "fault", "refusal"],
)
def test_a_fault_is_an_answer_and_the_next_request_is_served(serve, error, answer):
    def fails(_data):
        raise error

    assert serve(asked("fails") + asked("ok"), fails=fails, ok=len) == [answer, {"item": 0}, {"done": True}]


@pytest.mark.parametrize(
    "name", ["os.system", "recruit.services.keys.new_key", "recruit.parsing.text._private", "recruit.parsing.text.gone"]
)
def test_nothing_but_public_functions_of_pure_packages_is_called(serve, name):
    (answer,) = serve(asked(name))

    assert answer == {"error": f"LookupError: {name}", "refused": False}


def test_a_record_is_sent_as_its_fields(serve):
    class Record:
        def to_dict(self):
            return {"name": "Anna"}

    assert serve(asked("one"), one=lambda _data: Record())[0] == {"item": {"name": "Anna"}}
