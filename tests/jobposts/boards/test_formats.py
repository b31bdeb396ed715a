"""Readers of pages, feeds and odd payloads; what the corpora do not show."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobposts.boards.readers import JSON_READERS, read, read_for_employer, system_of
from jobposts.boards.schemaorg.markup import read_items
from jobposts.errors import BoardError
from jobposts.records import CollectionCount, Contact, moment
from jobposts.records import given as amount_given

POSTING = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebPage", "name": "Careers"},
        {
            "@type": ["JobPosting", "Thing"],
            "identifier": {"@type": "PropertyValue", "value": "req-9"},
            "title": "Cook",
            "datePosted": "2026-11-01",
            "validThrough": "2026-12-01T00:00:00Z",
            "employmentType": ["FULL_TIME", "PART_TIME"],
            "jobLocation": [{"@type": "Place", "address": {"addressLocality": "Almaty", "addressCountry": "KZ"}}],
            "hiringOrganization": "Buttercup",
            "baseSalary": {"currency": "KZT", "value": {"minValue": 200000, "maxValue": 300000, "unitText": "MONTH"}},
        },
    ],
}
RDFA = """<div vocab="https://schema.org/" typeof="JobPosting"><h1 property="title">Driver &amp; loader</h1>
<meta property="datePosted" content="2026-10-01"><div property="jobLocation" typeof="Place">
<div property="address" typeof="PostalAddress"><span property="addressLocality">Pattaya</span></div></div>
<p property="description">Drive <span property="hiringOrganization" typeof="Organization">
<b property="name">Van  Ltd</b></span> vans.</p><br></div>"""


def page(posting):
    return f'<html><script>var a = "{{";</script><script type="application/ld+json">{json.dumps(posting)}</script>'.encode()


def test_json_ld_in_a_graph_with_a_salary_range():
    (record,) = read(system="schemaorg", kind="job_posting", body=page(POSTING))

    assert (record.id, record.title, record.city, record.country) == ("req-9", "Cook", "Almaty", "KZ")
    assert (record.salary_from, record.salary_to, record.currency) == (200000, 300000, "KZT")
    assert (record.employer_name, record.employment_type) == ("Buttercup", "FULL_TIME, PART_TIME")
    assert (record.published_at, record.expires_at) == ("2026-11-01", "2026-12-01T00:00:00Z")


def test_rdfa_reads_as_microdata_does():
    (record,) = read(system="schemaorg", kind="job_posting", body=RDFA.encode())

    assert (record.title, record.city, record.employer_name) == ("Driver & loader", "Pattaya", "Van Ltd")
    assert (record.description, record.published_at) == ("Drive Van Ltd vans.", "2026-10-01")


def test_a_plain_json_ld_document_is_a_page_too():
    assert read(system="schemaorg", kind="job_posting", body=json.dumps(POSTING).encode())[0].title == "Cook"


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", page({"@type": "Event"}), page([1, None]), b"{cut"])
def test_a_page_without_a_posting_is_unreadable(body):
    with pytest.raises(BoardError) as caught:
        read(system="schemaorg", kind="job_posting", body=body)

    assert caught.value.code == "unreadable"


@given(st.text(alphabet='<>/ab="itemscopropyf jobPosting', max_size=120))
def test_any_markup_is_walked_to_its_end(html):
    assert isinstance(read_items(html), list)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<source><job></source>",
        b"<rss/>",
        b'<!DOCTYPE s [<!ENTITY a "b">]><source><job><title>&a;</title></job></source>',
        b'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]><source><job><title>&a;</title></job></source>',
    ],
)
def test_a_feed_that_is_broken_or_holds_entities_is_refused(body):
    with pytest.raises(BoardError) as caught:
        read(system="indeed", kind="feed", body=body)

    assert (caught.value.code, caught.value.permanent) == ("unreadable", True)


def test_an_empty_feed_is_a_feed():
    assert read(system="indeed", kind="feed", body=b"<source/>") == ()


@pytest.mark.parametrize(("system", "kind"), [("headhunter", "feed"), ("nobody", "vacancy"), ("lever", "resume")])
def test_what_a_board_does_not_have_is_an_unknown_kind(system, kind):
    with pytest.raises(BoardError) as caught:
        read(system=system, kind=kind, body=b"{}")

    assert caught.value.code == "unknown_kind"


def test_folders_and_short_names_mean_their_board():
    assert [system_of(name) for name in ("hh", "hh_docs", "HeadHunter", "vk", "superjob")] == [
        "headhunter",
        "headhunter",
        "headhunter",
        "vkrabota",
        "superjob",
    ]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "items", "objects", "data", "errors", "payload", "resume", "contact", "value"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(JUNK, st.sampled_from(sorted(JSON_READERS)))
def test_any_json_is_read_or_refused_and_never_crashes(payload, key):
    body = json.dumps(payload).encode()
    try:
        records = read(system=key[0], kind=key[1], body=body)
    except BoardError as error:
        assert error.code == "unreadable"  # noqa: PT017  most payloads are read
    else:
        assert isinstance(records, tuple)


def test_a_contact_of_another_kind_is_neither_phone_nor_e_mail():
    resume = {
        "id": "1",
        "contact": [{"type": {"id": "skype"}, "value": "cook.77"}, {"type": {"id": "cell"}, "value": None}],
    }

    (record,) = read(system="hh", kind="resume", body=json.dumps(resume).encode())

    assert record.contacts == (Contact(kind="other", value="cook.77", type="skype"),)
    assert (record.phones, record.emails) == ((), ())


def test_an_applicants_answer_called_an_employers_is_refused():
    mine = {"items": [{"id": "1", "state": {"id": "response"}, "decline_allowed": True}]}

    with pytest.raises(BoardError) as caught:
        read_for_employer(system="hh", kind="negotiation_list", side="employer", body=json.dumps(mine).encode())

    assert caught.value.code == "wrong_side"


def test_superjob_field_errors_come_one_by_one():
    body = {"error": {"code": 400, "message": {"profession": ["Заполните поле"], "town": "Неизвестный город"}}}

    records = read(system="superjob", kind="error", body=json.dumps(body).encode())

    assert [(record.error_field, record.error_value, record.code) for record in records] == [
        ("profession", "Заполните поле", 400),
        ("town", "Неизвестный город", 400),
    ]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2026-11-20T09:12:41+0300", datetime(2026, 11, 20, 6, 12, 41, tzinfo=UTC)),
        ("2019-04-11T12:41:29.237+03:00", datetime(2019, 4, 11, 9, 41, 29, 237000, tzinfo=UTC)),
        ("2026-11-18T08:00:00Z", datetime(2026, 11, 18, 8, tzinfo=UTC)),
        ("2026-11-18", datetime(2026, 11, 18, tzinfo=UTC)),
        (1763800000, datetime(2025, 11, 22, 8, 26, 40, tzinfo=UTC)),
        (1763800000000, datetime(2025, 11, 22, 8, 26, 40, tzinfo=UTC)),
        (0, None),
        (10**30, None),
        ("", None),
        ("yesterday", None),
        (None, None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_moments_of_all_boards(written, read_as):
    assert moment(written) == read_as


def test_zero_is_not_a_salary():
    assert [amount_given(value) for value in (0, "", None, 45000)] == [None, None, None, 45000]


@pytest.mark.parametrize(
    ("count", "complete"),
    [
        (CollectionCount(collection="a", found=3, seen=2, failed=1), True),
        (CollectionCount(collection="a", found=3, seen=2), False),
        (CollectionCount(collection="a", found=None, seen=0), True),
        (CollectionCount(collection="a", found=3, seen=4), True),
    ],
)
def test_a_collection_is_complete_when_all_were_seen(count, complete):
    assert count.complete is complete
