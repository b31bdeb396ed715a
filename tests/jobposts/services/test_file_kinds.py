"""Files of other systems and ZIPs of resumes as runs: each person once, nothing thrown away."""

import io
import json
import zipfile

import pytest

from recruit.models import Application, Candidate, Resume
from recruit.services import imports
from recruit.states import ImportState
from tests.recruit.world import vacancy

pytestmark = pytest.mark.django_db
FILES = {
    "jsonresume": {"basics": {"name": "Olga Orlova", "email": "olga@mail.test"}},
    "lever": [
        {"id": "l-1", "name": "Olga Orlova", "emails": ["olga@mail.test"], "phones": [{"value": "+79161234567"}]}
    ],
    "superjob": {
        "objects": [
            {
                "id": 5,
                "id_vacancy": 1,
                "resume": {"id": 7, "firstname": "Ольга", "lastname": "Орлова", "email": "olga@mail.test"},
            }
        ],
        "total": 1,
        "more": False,
    },
}


def imported(kind, data, name, need):
    upload = imports.receive(data=data, filename=name, kind=kind, by=None, options={"vacancy": need.pk, "source": ""})
    run = imports.start(upload.run, dry_run=True)
    assert Candidate.objects.count() == 0 or run.created == 0
    run = imports.start(run, dry_run=False)
    return imports.run_now(run)


@pytest.mark.parametrize("kind", sorted(FILES))
def test_a_file_of_another_system_becomes_one_person_however_often_it_comes(kind):
    need = vacancy()
    data = json.dumps(FILES[kind]).encode()

    first = imported(kind, data, "people.json", need)
    second = imported(kind, data, "people.json", need)

    assert (first.state, first.created, second.created, second.skipped) == (ImportState.DONE, 1, 0, 1)
    assert Application.objects.get().candidate.contacts.filter(normalised="olga@mail.test").count() == 1


def test_a_zip_of_resumes_becomes_people_and_what_cannot_be_read_is_kept_and_named():
    need, packed = vacancy(), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/anna.txt", "Anna Petrova\nanna@mail.test\n+7 916 123-45-67\n")
        archive.writestr("broken.pdf", b"%PDF-1.4 nothing")

    run = imported("resumes", packed.getvalue(), "cvs.zip", need)
    again = imported("resumes", packed.getvalue(), "cvs.zip", need)

    assert (run.state, run.created, run.failed, again.created) == (ImportState.DONE, 2, 0, 0)
    assert Resume.objects.exclude(file="").count() == 2
    assert [row.column for row in run.problems.all()] == ["broken.pdf"]
    assert set(Candidate.objects.values_list("name", flat=True)) == {"Anna Petrova", ""}
