"""ZIP archives of resumes."""

import base64
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.errors import FileRefusedError
from recruit.parsing.archive import MAX_FILE, archive_members


def packed(*files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def members(data):
    return [
        (one["name"], base64.b64decode(one["data"]), one["problem"]) for one in archive_members(data, filename="cv.zip")
    ]


def test_files_are_given_without_their_folders():
    data = packed(("cv/a.txt", b"A"), ("../../etc/b.txt", b"B"), ("c:\\x\\c.txt", b"C"), ("резюме.pdf", b"D"))

    assert members(data) == [("a.txt", b"A", ""), ("b.txt", b"B", ""), ("c.txt", b"C", ""), ("резюме.pdf", b"D", "")]


def test_what_systems_hide_in_archives_is_no_file():
    data = packed(("__MACOSX/a.txt", b"x"), (".DS_Store", b"x"), ("cv/", b""), ("Thumbs.db", b"x"), ("a.txt", b"A"))

    assert members(data) == [("a.txt", b"A", "")]


@pytest.mark.parametrize(
    ("name", "encoding"), [("резюме.txt", "cp866"), ("резюме.txt", "utf-8"), ("ประวัติ.txt", "utf-8")]
)
def test_names_without_a_mark_of_their_encoding_are_read(name, encoding):
    raw = name.encode(encoding)
    data = packed(("X" * len(raw), b"A")).replace(b"X" * len(raw), raw)

    assert members(data) == [(name, b"A", "")]


def test_a_locked_a_broken_and_a_huge_file_are_told_and_the_others_read():
    data = bytearray(
        packed(("locked.txt", b"A"), ("torn.txt", b"B" * 2000), ("huge.txt", b"0" * (MAX_FILE + 1)), ("d.txt", b"D"))
    )
    place = data.index(b"torn.txt") + len(b"torn.txt")
    data[place : place + 4] = b"\xff" * 4
    locked = data.rindex(b"PK\x01\x02", 0, data.index(b"PK\x01\x02") + 4)
    data[locked + 8] |= 1

    assert members(bytes(data)) == [
        ("locked.txt", b"", "encrypted"),
        ("torn.txt", b"", "broken"),
        ("huge.txt", b"", "too_large"),
        ("d.txt", b"D", ""),
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no archive", "“cv.zip” is not a ZIP archive, or a broken one."),
        (packed(("a.txt", b"A"))[:-10], "“cv.zip” is not a ZIP archive, or a broken one."),
        (packed(*((f"{number}.txt", b"") for number in range(2001))), "“cv.zip” holds more than 2000 files."),
    ],
    ids=["text", "torn", "many"],
)
def test_an_archive_that_cannot_be_taken_is_refused(data, message):
    with pytest.raises(FileRefusedError) as caught:
        members(data)

    assert caught.value.message == message


@pytest.mark.attack("A081")
def test_an_archive_that_unpacks_to_too_much_is_refused_before_unpacking():
    data = bytearray(packed(*((f"{number:03}.txt", b"A") for number in range(60))))
    place = -1
    while (place := data.find(b"PK\x01\x02", place + 1)) >= 0:
        data[place + 24 : place + 28] = MAX_FILE.to_bytes(4, "little")

    with pytest.raises(FileRefusedError, match="unpacks to more than 1 GB"):
        members(bytes(data))


@given(st.binary(max_size=200), st.integers(0, 150))
def test_any_damage_is_a_refusal_or_a_problem(noise, place):
    data = bytearray(packed(("a.txt", b"A" * 50), ("b.txt", b"B")))
    data[place : place + len(noise)] = noise
    try:
        found = members(bytes(data))
    except FileRefusedError:
        return
    assert all(bool(content) != bool(problem) or not content for _, content, problem in found)
