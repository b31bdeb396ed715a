"""Whatever a board writes, a reader gives records or its own error that says where: never another exception."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobposts.boards.readers import BODY_READERS, JSON_READERS, read, read_for_employer
from jobposts.errors import BoardError
from tests.corpora import CORPORA

BOARDS = Path(CORPORA, "boards")
FOLDERS = {"hh": "headhunter", "vk": "vkrabota"}
# Keys that the documents name: random payloads made of them reach deeper than those of random words.
KEYS = (
    "id", "name", "title", "items", "objects", "data", "attributes", "resume", "vacancy", "candidate", "application", "contact", "contacts", "type",
    "value", "phones", "phone_numbers", "emails", "email_addresses", "salary", "salary_range", "from", "to", "currency", "area", "town", "education",
    "primary", "language", "languages", "experience", "work_history", "basics", "work", "profiles", "errors", "error", "message", "payload",
    "action_type", "actions", "arguments", "employer_state", "state", "counters", "hidden_fields", "download", "pdf", "owner", "applications", "jobs",
    "offices", "location", "categories", "lists", "account", "event", "meta", "birthyear", "birthmonth", "birthday", "yearbeg", "monthbeg", "0",
)  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.text(max_size=20)
    | st.sampled_from(["2026-13-45", "\x00", "😀", "ท", "0", "-1", "1e999", "http://[", "a@b"])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), inner, max_size=6)
    ),
    max_leaves=25,
)


def examples():
    """Yield (system, kind, payload) of every example that is there."""
    index = BOARDS / "index.json"
    if not index.exists():
        return
    for entry in json.loads(index.read_text("utf-8"))["files"]:
        folder = entry["file"].partition("/")[0]
        system = FOLDERS.get(folder.partition("_")[0], folder.partition("_")[0])
        kind = entry["kind"].removesuffix("_list")
        if entry.get("expected") and (system, kind) in JSON_READERS:
            yield system, kind, json.loads((BOARDS / entry["file"]).read_text("utf-8-sig"))


EXAMPLES = list(examples())


def outcome(system, kind, body):
    """Return "settled" for records, a refused side, or an error that says where; else what was said."""
    try:
        read(system=system, kind=kind, body=body)
        read_for_employer(system=system, kind=kind, side="", body=body)
    except BoardError as error:
        says_where = error.code == "unreadable" and error.field != ""
        return "settled" if says_where or error.code == "wrong_side" else f"{error.code}: {error}"
    return "settled"


def damaged(data, payload):
    """Return the payload with one value left out, nulled, replaced or joined by an unknown one."""
    if not isinstance(payload, dict | list) or not payload or data.draw(st.integers(0, 5)) == 0:
        return data.draw(JSON)
    if isinstance(payload, list):
        place = data.draw(st.integers(0, len(payload) - 1))
        return [*payload[:place], damaged(data, payload[place]), *payload[place + 1 :]]
    key = data.draw(st.sampled_from(sorted(payload)))
    what = data.draw(st.sampled_from(["gone", "null", "deeper", "extra"]))
    if what == "gone":
        return {name: value for name, value in payload.items() if name != key}
    if what == "extra":
        return payload | {data.draw(st.text(max_size=8)): data.draw(JSON)}
    return payload | {key: None if what == "null" else damaged(data, payload[key])}


@pytest.mark.parametrize(("system", "kind"), sorted(JSON_READERS))
@settings(max_examples=60, deadline=None)
@given(payload=JSON)
def test_any_json_is_read_or_refused(system, kind, payload):
    assert outcome(system, kind, json.dumps(payload).encode()) == "settled"


@pytest.mark.corpora
@pytest.mark.skipif(not EXAMPLES, reason="the corpora are not there")
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_an_example_with_missing_null_wrong_and_new_fields_is_read_or_refused(data):
    system, kind, payload = data.draw(st.sampled_from(EXAMPLES))

    for _ in range(data.draw(st.integers(1, 4))):
        payload = damaged(data, payload)

    assert outcome(system, kind, json.dumps(payload).encode()) == "settled"


@pytest.mark.parametrize(("system", "kind"), sorted([*JSON_READERS, *BODY_READERS]))
@settings(max_examples=25, deadline=None)
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(system, kind, body):
    assert outcome(system, kind, body) == "settled"


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "<source>", "</source>", "<job>", "</job>", "<title>", "</title>", "<![CDATA[", "]]>", "<date>", "</date>", "&amp;", "&x;", "<!DOCTYPE a>",
            '<script type="application/ld+json">', "</script>", '{"@type":"JobPosting",', '"title":null,', '"baseSalary":[1,{"value":{"minValue":{}}}]', "}",
            '"jobLocation":[null,{"address":7}],', "[", "]", '{"@graph":', "<div itemscope itemtype='http://schema.org/JobPosting'>", "</div>",
            "<span itemprop=title>", "<p typeof=JobPosting vocab=http://schema.org/>", "текст", "\x00",
        ]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(("system", "kind"), sorted(BODY_READERS))
@settings(max_examples=150, deadline=None)
@given(page=FRAGMENTS)
def test_any_feed_or_page_is_read_or_refused(system, kind, page):
    assert outcome(system, kind, page.encode("utf-8", "replace")) == "settled"


def test_what_no_database_keeps_is_left_out():
    body = b'{"id": 7, "name": "Cou\\u0000rier \\ud83d", "salary": {"from": NaN, "to": 1e999}}'

    (record,) = read(system="headhunter", kind="vacancy", body=body)

    assert (record.id, record.title, record.salary_from, record.salary_to) == (7, "Courier ", None, None)
    assert record.raw == {"id": 7, "name": "Courier ", "salary": {"from": None, "to": None}}


@pytest.mark.parametrize(
    ("marks", "archived"),
    [
        ({}, None),
        ({"is_archive": 0}, False),
        ({"is_archive": False, "is_closed": True}, True),
        ({"is_closed": 1}, True),
    ],
)
def test_a_closed_vacancy_of_superjob_is_archived_however_it_is_marked(marks, archived):
    (record,) = read(system="superjob", kind="vacancy", body=json.dumps({"id": 1, **marks}).encode())

    assert record.archived is archived
