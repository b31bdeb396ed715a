"""People sent by programs: their own numbers, repeated calls, many at once, test keys, withdrawal and deletion."""

import base64
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from recruit.models import (
    ApiCall,
    ApiKey,
    Application,
    Candidate,
    InboundRecord,
    PrivacyRequest,
    Resume,
    SourceLink,
)
from recruit.permissions import Role
from recruit.services import api_calls, inbound_files, trial_keys
from recruit.services.keys import new_key
from recruit.states import Stage, VacancyState
from tests.recruit import world
from tests.recruit.http_sink import serving

pytestmark = pytest.mark.django_db
URL = "/api/v1/candidates"


@pytest.fixture
def key(db):
    """A key with a source of its own, and a client that speaks with it."""
    made, text = new_key(user=world.user(Role.INTEGRATOR), name="Partner")
    ApiKey.objects.filter(pk=made.pk).update(source=world.source("partner"))
    made.refresh_from_db()
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    made.client = client
    return made


def person(need, **fields):
    return {
        "external_id": "p-1",
        "vacancy": need.pk,
        "name": "Anna Petrova",
        "emails": ["anna@mail.test"],
        "phones": ["+79161234567"],
        **fields,
    }


def test_a_person_becomes_a_candidate_with_an_application(key):
    need = world.vacancy()

    answer = key.client.post(URL, person(need, city="Moscow", salary_wish=90000))

    application = Application.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "external_id": "p-1",
        "result": "created",
        "id": application.candidate_id,
        "application_id": application.pk,
        "profile_url": f"http://127.0.0.1:8000/candidates/{application.candidate_id}/",
        "resume": "",
        "warnings": [],
    }
    assert (application.source.code, application.stage, application.salary_wish) == ("partner", Stage.NEW, 90000)


@pytest.mark.attack("A144")
def test_the_same_record_again_changes_nothing_and_a_changed_one_updates(key):
    need = world.vacancy()
    key.client.post(URL, person(need))

    same = key.client.post(URL, person(need))
    changed = key.client.post(URL, person(need, phones=["+79161234567", "+79169999999"]))

    assert [(one.status_code, one.json()["result"]) for one in (same, changed)] == [
        (200, "unchanged"),
        (200, "updated"),
    ]
    assert (Candidate.objects.count(), Application.objects.count()) == (1, 1)
    assert Candidate.objects.get().contacts.filter(kind="phone").count() == 2


def test_another_vacancy_under_a_new_number_is_a_new_application_of_the_same_person(key):
    first, second = world.vacancy(), world.vacancy(title="Cook")
    key.client.post(URL, person(first))

    key.client.post(URL, person(second, external_id="p-2"))

    assert (Candidate.objects.count(), Application.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"external_id": ""}, "external_id"),
        ({"external_id": None}, "external_id"),
        ({"vacancy": 999999}, "vacancy"),
        ({"vacancy": None}, "vacancy"),
        ({"emails": ["no address"]}, "emails.0"),
        ({"salary_wish": -1}, "salary_wish"),
        ({"link": "unknown", "vacancy": None}, "vacancy"),
        ({"resume": {"content": "%%%"}}, "resume.content"),
        ({"resume": {"json_resume": {"work": "x"}}}, "resume.json_resume"),
        ({"resume": {"url": "not an address"}}, "resume.url"),
        ({"birth_date": "32 May"}, "birth_date"),
    ],
)
def test_bad_input_is_named_at_its_field_and_nothing_is_written(key, change, field):
    answer = key.client.post(URL, {**person(world.vacancy()), **change})

    assert answer.status_code in {400, 404}
    assert list(answer.json()["error"]["fields"]) == [field]
    assert (Candidate.objects.count(), InboundRecord.objects.count()) == (0, 0)


def test_many_at_once_give_a_result_each_and_one_that_fails_keeps_no_other_back(key):
    need = world.vacancy()
    rows = [person(need), {"name": "No number"}, person(need, external_id="p-2", emails=["b@mail.test"], phones=[]), 7]

    answer = key.client.post(URL, rows).json()

    assert answer["counts"] == {"created": 2, "updated": 0, "unchanged": 0, "failed": 2}
    assert [row["result"] for row in answer["results"]] == ["created", "failed", "created", "failed"]
    assert list(answer["results"][1]["error"]["fields"]) == ["external_id"]


def test_more_than_a_hundred_are_refused(key):
    assert key.client.post(URL, [{"external_id": str(number)} for number in range(101)]).status_code == 400


def test_a_dry_run_says_what_would_be_and_writes_nothing(key):
    answer = key.client.post(f"{URL}?dry_run=true", person(world.vacancy()))

    assert (answer.status_code, answer.json()["result"], answer.json()["id"]) == (200, "created", None)
    assert (Candidate.objects.count(), InboundRecord.objects.count(), Resume.objects.count()) == (0, 0, 0)


def test_a_dry_run_leaves_no_file_on_the_disk(key, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    content = base64.b64encode(b"Anna Petrova\nanna@mail.test").decode()
    record = person(world.vacancy()) | {"resume": {"content": content, "filename": "cv.txt"}}

    answer = key.client.post(f"{URL}?dry_run=true", record)

    assert (answer.status_code, answer.json()["result"]) == (200, "created")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert key.client.post(URL, record).status_code == 201
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_resume_comes_as_text_as_base64_as_json_resume_and_as_a_file(key):
    need = world.vacancy()
    content = base64.b64encode(b"Ivan Sidorov\nivan@mail.test\n+7 916 555-44-33\n").decode()
    json_resume = {
        "basics": {"name": "Olga Orlova", "email": "olga@mail.test"},
        "work": [{"name": "Acme", "position": "Cook"}],
    }

    key.client.post(
        URL, {"external_id": "1", "vacancy": need.pk, "name": "A B", "resume": {"text": "Ten years at sea"}}
    )
    key.client.post(URL, {"external_id": "2", "vacancy": need.pk, "resume": {"content": content, "filename": "cv.txt"}})
    key.client.post(URL, {"external_id": "3", "vacancy": need.pk, "resume": {"json_resume": json_resume}})
    answer = key.client.post(
        URL,
        {
            "record": json.dumps({"external_id": "4", "vacancy": need.pk, "name": "Petr Petrov"}),
            "resume": SimpleUploadedFile("cv.txt", b"Petr Petrov\npetr@mail.test\n"),
        },
        format="multipart",
    )

    assert answer.status_code == 201
    assert Resume.objects.filter(text="Ten years at sea").count() == 1
    assert set(Candidate.objects.values_list("name", flat=True)) == {
        "A B",
        "Ivan Sidorov",
        "Olga Orlova",
        "Petr Petrov",
    }
    assert Resume.objects.exclude(file="").count() == 2
    assert Resume.objects.get(candidate__name="Olga Orlova").parsed["experience"][0]["company"] == "Acme"


def test_a_resume_behind_an_address_is_fetched_by_the_worker(key, settings):
    with serving(settings, body=b"Petr Petrov\npetr@mail.test\n") as sink:
        record = person(world.vacancy(), resume={"url": f"{sink.base}/cv.txt"})
        answer = key.client.post(URL, record)
        row = InboundRecord.objects.get()
        fetched = inbound_files.fetch(row.pk)

    row.refresh_from_db()
    assert (answer.json()["resume"], fetched, row.resume_url) == ("queued", True, "")
    assert Resume.objects.get().file_name == "cv.txt"


def test_an_address_inside_our_network_is_not_fetched(key):
    key.client.post(URL, person(world.vacancy(), resume={"url": "http://127.0.0.1:1/cv.txt"}))
    row = InboundRecord.objects.get()

    assert inbound_files.fetch(row.pk) is False
    row.refresh_from_db()
    assert row.resume_error != ""


def test_the_way_in_is_kept_from_link_to_hire(key):
    need = world.vacancy()
    link = SourceLink.objects.create(token="spring", source=world.source("avito"), vacancy=need)

    key.client.post(URL, person(need, vacancy=None, link="spring"))
    record = {**person(need), "link": "spring"}
    del record["vacancy"]
    answer = key.client.post(URL, record)

    application = Application.objects.get()
    assert answer.status_code == 201
    assert (application.link, application.source.code) == (link, "avito")


def test_a_test_key_meets_no_real_person_and_its_data_are_wiped(key):
    ApiKey.objects.filter(pk=key.pk).update(is_test=True)
    need = world.vacancy()
    real = world.candidate("Anna Petrova", email="anna@mail.test")

    answer = key.client.post(URL, person(need)).json()

    made = Candidate.objects.get(pk=answer["id"])
    assert made.pk != real.pk
    assert made.applications.get().vacancy.state == VacancyState.DRAFT
    key.refresh_from_db()
    assert trial_keys.wipe(key) == 1
    assert (list(Candidate.objects.all()), InboundRecord.objects.count()) == ([real], 0)
    assert key.client.post(URL, person(need)).json()["result"] == "created"


def test_data_of_a_real_key_are_never_wiped(key):
    with pytest.raises(ValueError, match="test key"):
        trial_keys.wipe(key)


def test_a_withdrawal_ends_the_applications_of_this_source(key):
    key.client.post(URL, person(world.vacancy()))

    answer = key.client.post("/api/v1/candidates/records/p-1/withdraw/", {"reason": "found another"})

    application = Application.objects.get()
    assert (answer.status_code, application.stage, application.closing_reason) == (200, "withdrawn", "found another")


def test_a_person_known_from_here_alone_is_erased_and_not_taken_again(key):
    need = world.vacancy()
    key.client.post(URL, person(need))

    answer = key.client.post("/api/v1/candidates/records/p-1/forget/")

    assert answer.status_code == 204
    assert Candidate.objects.get().erased_at is not None
    assert key.client.post(URL, person(need)).status_code in {201, 409}
    assert Candidate.objects.filter(name="Anna Petrova", erased_at__isnull=False).count() == 0


def test_somebody_known_from_elsewhere_is_put_before_a_person(key):
    known = world.candidate("Anna Petrova", email="anna@mail.test")
    world.application(who=known)
    key.client.post(URL, person(world.vacancy(title="Cook"), phones=[]))

    answer = key.client.post("/api/v1/candidates/records/p-1/forget/")

    known.refresh_from_db()
    assert (answer.status_code, known.erased_at) == (202, None)
    assert PrivacyRequest.objects.get().candidate == known


def test_records_of_another_source_are_not_there(key):
    key.client.post(URL, person(world.vacancy()))
    other = APIClient()
    other.credentials(HTTP_AUTHORIZATION=f"Bearer {new_key(user=world.user(Role.INTEGRATOR), name='x')[1]}")

    assert other.get("/api/v1/candidates/records/p-1/").status_code == 404
    assert key.client.get("/api/v1/candidates/records/p-1/").json()["result"] == "unchanged"


def test_each_call_is_noted_with_its_field_errors_and_old_ones_go(key, monkeypatch):
    monkeypatch.setattr(api_calls, "KEPT", 3)
    monkeypatch.setattr(api_calls, "TRIMMED_EVERY", 1)
    need = world.vacancy()
    answer = key.client.post(URL, {"vacancy": need.pk, "name": "x"})
    last = ApiCall.objects.get()

    assert (last.status, last.code, list(last.fields)) == (400, "invalid", ["external_id"])
    assert last.request_id == answer.headers["X-Request-ID"]
    for _ in range(5):
        key.client.post(URL, person(need))
    assert ApiCall.objects.count() == 3


def test_a_key_has_a_limit_of_its_own(key):
    ApiKey.objects.filter(pk=key.pk).update(rate_per_minute=2)
    codes = [key.client.get("/api/v1/candidates/").status_code for _ in range(3)]

    assert codes == [200, 200, 429]


def test_a_caller_who_may_not_import_is_refused(caller):
    assert caller(Role.CALLER).post(URL, person(world.vacancy())).status_code == 403
