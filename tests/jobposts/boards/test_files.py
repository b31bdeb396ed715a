"""Files of other systems as plain frames: who it is, what they want, and a refusal that says what the file is not."""

import json

import pytest

from jobposts.boards import files
from jobposts.boards.readers import read_for_employer
from recruit.errors import FileRefusedError

OLGA = {
    "basics": {
        "name": "Olga Orlova",
        "email": "olga@mail.test",
        "phone": "+79161234567",
        "label": "Driver",
        "location": {"city": "Perm"},
    },
    "work": [{"name": "Van Ltd", "position": "Driver", "startDate": "2020-03-01", "endDate": "2022-05-31"}],
    "education": [{"institution": "PGU", "endDate": "2015"}],
    "skills": [{"name": "Maps"}],
    "languages": [{"language": "Thai", "fluency": "B1"}],
}


def test_a_json_resume_is_one_person_with_jobs_schools_and_skills():
    frame = files.jsonresume_frame(json.dumps(OLGA).encode())

    shown = {name: frame[name] for name in ("system", "row", "name", "emails", "phones", "city", "title", "applied_at")}
    assert shown == {
        "system": "jsonresume",
        "row": 1,
        "name": "Olga Orlova",
        "emails": ["olga@mail.test"],
        "phones": ["+79161234567"],
        "city": "Perm",
        "title": "Driver",
        "applied_at": "",
    }
    assert [(job["company"], job["start"], job["end"]) for job in frame["experience"]] == [
        ("Van Ltd", "2020-03", "2022-05")
    ]
    assert frame["education"] == [{"name": "PGU", "year": "2015"}]
    assert (frame["skills"], frame["languages"]) == (["Maps"], [{"name": "Thai", "level": "B1"}])


def test_a_document_without_a_number_is_known_by_what_stands_in_it():
    one, again = (files.jsonresume_frame(json.dumps(OLGA).encode())["external_id"] for _ in range(2))
    other = files.jsonresume_frame(json.dumps({**OLGA, "skills": []}).encode())["external_id"]

    assert (one, one.partition(":")[0], one == other) == (again, "resume", False)


LEVER = [
    {
        "id": "l-1",
        "name": "Olga Orlova",
        "headline": "Driver",
        "location": "Perm",
        "emails": ["olga@mail.test", "olga@mail.test"],
        "phones": [{"value": "+79161234567"}, {"type": "work"}],
        "contact": "c-9",
    },
    {"id": "l-2", "name": "Boris", "email": "b@mail.test", "phone": "+79169990000"},
    {"id": None},
]


def test_opportunities_of_lever_and_records_of_its_form_are_people():
    frames = list(files.lever_frames(json.dumps(LEVER).encode(), filename="lever.json"))

    assert [(one["external_id"], one["name"], one["emails"], one["phones"], one["owner_id"]) for one in frames] == [
        ("resume:l-1", "Olga Orlova", ["olga@mail.test"], ["+79161234567"], "c-9"),
        ("resume:l-2", "Boris", ["b@mail.test"], ["+79169990000"], ""),
    ]


def test_at_most_as_many_people_as_are_asked_for_are_read():
    frames = list(files.lever_frames(json.dumps(LEVER).encode(), filename="lever.json", limit=1))

    assert [one["name"] for one in frames] == ["Olga Orlova"]


def superjob(**resume):
    row = {"id": 5, "id_vacancy": 1, "date_sent": 1778486400, "resume": {"id": 7, "firstname": "Olga", **resume}}
    return json.dumps({"objects": [row], "total": 1, "more": False}).encode()


@pytest.mark.parametrize(
    ("payment", "salary"), [(60000, 60000), ("60000.7", 60000), ("much", 0), (None, 0), (-5, 0), (1e300, 2_000_000_000)]
)
def test_a_wished_pay_that_is_no_number_is_none(payment, salary):
    (frame,) = files.superjob_frames(superjob(payment=payment), filename="superjob.json")

    assert (frame["salary"], frame["resume_id"], frame["name"]) == (salary, "7", "Olga")


@pytest.mark.parametrize(
    "read",
    [
        files.response_frames,
        files.superjob_frames,
        files.vkrabota_frames,
        files.huntflow_frames,
        files.greenhouse_frames,
        files.lever_frames,
        files.jsonresume_frames,
    ],
)
@pytest.mark.parametrize("data", [b"", b"  \n", b"{}", b"[]", b'{"a": 1}', b"no json"])
def test_a_file_of_something_else_is_refused_by_its_name(read, data):
    with pytest.raises(FileRefusedError, match=r"“people\.json”") as refused:
        list(read(data, filename="people.json"))

    assert refused.value.field == "file"


def test_errors_of_lever_are_read_as_one_record():
    (error,) = read_for_employer(system="lever", kind="error", side="", body=b'{"ok": false, "error": "Not found"}')

    assert (error.error_type, error.error_value) == (None, "Not found")
