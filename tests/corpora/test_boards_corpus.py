"""Every payload of ``boards/index.json`` that has an ``expected`` is read, key by key. Driven by the index alone."""

import json
import random
from dataclasses import fields
from pathlib import PurePosixPath

import pytest

from jobposts.boards.readers import read, read_for_employer, system_of
from jobposts.errors import BoardError
from jobposts.records import (
    ErrorRecord,
    ResponseRecord,
    ResumeRecord,
    VacancyRecord,
    WebhookRecord,
)
from recruit.parsing.normalise import phone_e164
from tests.corpora import corpus

pytestmark = pytest.mark.corpora

INDEX = json.loads(corpus("boards", "index.json").read_text("utf-8"))["files"]
READ_KINDS = {
    "vacancy": VacancyRecord,
    "negotiation": ResponseRecord,
    "application": ResponseRecord,
    "resume": ResumeRecord,
    "candidate": ResumeRecord,
    "job_posting": VacancyRecord,
    "feed": VacancyRecord,
    "error": ErrorRecord,
    "webhook": WebhookRecord,
}
EXPECTED = [entry for entry in INDEX if entry.get("expected")]
JSON_EXPECTED = [entry for entry in EXPECTED if entry["file"].endswith(".json")]
SIDED = [entry for entry in EXPECTED if entry["kind"].removesuffix("_list") in {"vacancy", "negotiation", "resume"}]
REGION = {"headhunter": "RU", "superjob": "RU", "vkrabota": "RU", "huntflow": "RU"}
NESTED = ("resume", "candidate", "application", "vacancy")


def ids(entries):
    return [entry["file"] for entry in entries]


def body(entry):
    return corpus("boards", entry["file"]).read_bytes()


def system(entry):
    return PurePosixPath(entry["file"]).parts[0]


def names_of(record):
    return {field.name for field in fields(record)} | (
        {"emails", "phones"} if isinstance(record, ResumeRecord) else set()
    )


def said(record, key, region):
    """Return what the record says under ``key``: itself, else the first thing inside it that has such a field."""
    if key == "phones_e164":
        return [phone_e164(phone, region) or None for phone in said(record, "phones", region)]
    value = getattr(record, key, None)
    if value is None:
        inner = [part for name in NESTED if (part := getattr(record, name, None)) is not None]
        holder = next((part for part in inner if key in names_of(part)), None)
        nothing = [] if key in {"emails", "phones"} else None
        return nothing if holder is None else said(holder, key, region)
    if key == "actions":
        return [action.id for action in value]
    return list(value) if isinstance(value, tuple) else value


def known_anywhere(key):
    return key in {"emails", "phones", "phones_e164"} or any(
        key in {field.name for field in fields(cls)} for cls in READ_KINDS.values()
    )


@pytest.mark.parametrize("entry", EXPECTED, ids=ids(EXPECTED))
def test_payload_is_read_as_expected(entry):
    records = read(system=system(entry), kind=entry["kind"], body=body(entry))

    kind = READ_KINDS[entry["kind"].removesuffix("_list")]
    region = REGION.get(system_of(system(entry)), "US")
    items = entry["expected"]["items"]
    assert [type(record) for record in records] == [kind] * len(items)
    assert all(known_anywhere(key) for item in items for key in item)
    assert [
        {key: said(record, key, region) for key in item} for record, item in zip(records, items, strict=True)
    ] == items


@pytest.mark.parametrize("entry", JSON_EXPECTED, ids=ids(JSON_EXPECTED))
def test_unknown_fields_change_nothing(entry):
    payload = json.loads(body(entry))
    later = json.dumps(grown(payload)).encode()

    assert read(system=system(entry), kind=entry["kind"], body=later) == read(
        system=system(entry), kind=entry["kind"], body=body(entry)
    )


def grown(payload):
    """Return the payload as a later version of the board might write it: with keys that nobody knows."""
    if isinstance(payload, dict):
        if payload.keys() & {"pdf", "rtf"}:
            return payload
        return {key: grown(value) for key, value in payload.items()} | {"zz_new": {"a": [1, None]}, "zz_flag": True}
    return [grown(value) for value in payload] if isinstance(payload, list) else payload


@pytest.mark.parametrize("entry", SIDED, ids=ids(SIDED))
def test_an_employers_import_takes_no_applicants_view(entry):
    for declared in {entry["side"], "", "employer"}:
        if entry["side"] == "applicant":
            with pytest.raises(BoardError) as caught:
                read_for_employer(system=system(entry), kind=entry["kind"], side=declared, body=body(entry))
            assert (caught.value.code, caught.value.permanent) == ("wrong_side", True)
        else:
            records = read_for_employer(system=system(entry), kind=entry["kind"], side=declared, body=body(entry))
            assert records == read(system=system(entry), kind=entry["kind"], body=body(entry))


def test_every_expected_kind_has_a_reader():
    assert {entry["kind"].removesuffix("_list") for entry in EXPECTED} <= READ_KINDS.keys()


def places(payload, path=()):
    """Yield the path of every value inside the payload."""
    inner = payload.items() if isinstance(payload, dict) else enumerate(payload) if isinstance(payload, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def put(payload, path, value):
    if not path:
        return value
    copy = dict(payload) if isinstance(payload, dict) else list(payload)
    copy[path[0]] = put(copy[path[0]], path[1:], value)
    return copy


def outcome(entry, damaged):
    try:
        read(system=system(entry), kind=entry["kind"], body=damaged)
    except BoardError as error:
        return error.code
    return "read"


@pytest.mark.parametrize("entry", JSON_EXPECTED, ids=ids(JSON_EXPECTED))
def test_a_value_of_another_type_is_no_crash(entry):
    payload = json.loads(body(entry))
    chance = random.Random(entry["file"])
    paths = list(places(payload))
    for path in chance.sample(paths, min(40, len(paths))):
        for value in (None, "", 7, True, [], {}, ["x", None, {"id": []}], {"id": {}, "value": 1}):
            damaged = json.dumps(put(payload, path, value)).encode()
            assert outcome(entry, damaged) in {"read", "unreadable"}, (path, value)
