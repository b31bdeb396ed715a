"""Resume files of the corpora, read in the sandbox's child, against truth.json."""

import json
import unicodedata

import pytest

from recruit import sandbox
from recruit.parsing.resume import ParsedResume
from tests.corpora import corpus

pytestmark = pytest.mark.corpora

REGIONS = {"ru": "RU", "th": "TH", "en": "US", "kk": "KZ"}
REASONS = {"needs_ocr": "needs_ocr", "encrypted": "encrypted", "broken": "broken", "wrong_type": "wrong_type"}


@pytest.fixture(scope="module")
def read():
    """Truth and what was read, by file name."""
    truth = json.loads(corpus("resumes", "truth.json").read_text("utf-8"))
    answers = {name: ask(name, entry) for name, entry in truth.items()}
    yield truth, answers
    sandbox.close_children()


def ask(name, entry, *, password=None):
    region = REGIONS.get(entry.get("lang", "en"), "US")
    data = corpus("resumes", name).read_bytes()
    return ParsedResume.from_dict(
        sandbox.run("recruit.parsing.resume.parse_resume", data, filename=name, region=region, password=password)
    )


def of_status(read, *statuses):
    truth, answers = read
    return [(entry, answers[name], name) for name, entry in truth.items() if entry["status"] in statuses]


def plain(name):
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace("ё", "е").split())


def has_phone(entry, parsed):
    numbers = [phone.value for phone in parsed.phones]
    if entry.get("phone_e164"):
        return entry["phone_e164"] in numbers
    return any(number.endswith(entry["phone"][-10:]) for number in numbers)


def test_every_address_is_found_and_is_the_surest(read):
    entries = [(entry, parsed, name) for entry, parsed, name in of_status(read, "ok") if entry.get("email")]

    wrong = [
        name for entry, parsed, name in entries if [c.value for c in parsed.emails][:1] != [entry["email"].lower()]
    ]

    assert (wrong, len(entries) > 0) == ([], True)


def test_phones_are_found(read):
    entries = [
        (entry, parsed, name)
        for entry, parsed, name in of_status(read, "ok")
        if entry.get("phone_e164") or entry.get("phone")
    ]

    missed = [name for entry, parsed, name in entries if not has_phone(entry, parsed)]

    assert len(missed) <= 0.05 * len(entries), missed


def test_no_phone_is_invented(read):
    entries = of_status(read, "ok")

    invented = [
        name for entry, parsed, name in entries if not (entry.get("phone_e164") or entry.get("phone")) and parsed.phones
    ]

    assert invented == []


def test_names_are_suggested(read):
    entries = [(entry, parsed, name) for entry, parsed, name in of_status(read, "ok") if entry.get("name")]

    missed = [
        name
        for entry, parsed, name in entries
        if parsed.name is None or plain(parsed.name.value) != plain(entry["name"])
    ]

    assert len(missed) <= 0.1 * len(entries), missed


def test_files_that_cannot_be_read_give_their_reason_and_invent_nothing(read):
    told = {name: parsed.problem for entry, parsed, name in of_status(read, *REASONS)}
    wanted = {name: REASONS[entry["status"]] for entry, _, name in of_status(read, *REASONS)}
    invented = [
        name for _, parsed, name in of_status(read, "needs_ocr", "encrypted", "broken") if parsed.emails or parsed.name
    ]

    assert (told, invented) == (wanted, [])
    assert all(parsed.message for _, parsed, _ in of_status(read, *REASONS))


def test_ok_files_have_no_problem(read):
    assert {name: parsed.problem for _, parsed, name in of_status(read, "ok") if parsed.problem} == {}


def test_a_misnamed_file_is_read_by_its_content(read):
    for entry, parsed, _ in of_status(read, "wrong_type"):
        assert parsed.file_type == entry["actual_type"]


def test_the_password_opens_a_locked_file(read):
    truth, _ = read
    locked = [
        (name, entry) for name, entry in truth.items() if entry["status"] == "encrypted" and entry.get("password")
    ]

    for name, entry in locked:
        parsed = ask(name, entry, password=entry["password"])
        assert (parsed.problem, parsed.emails[0].value) == ("", entry["email"])
        assert ask(name, entry, password="wrong").problem == "encrypted"
