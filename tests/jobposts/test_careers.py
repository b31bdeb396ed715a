"""Careers pages: public while they are true, people apply without a log-in, nothing comes from programs."""

import base64
import hashlib
import re
from datetime import timedelta

import pytest
from defusedxml import ElementTree
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from jobposts.boards.readers import read
from jobposts.services import careers
from recruit.models import Application, Candidate, Consent, Resume
from recruit.permissions import Role
from recruit.services.vacancies import move_vacancy
from recruit.states import VacancyEvent
from tests.recruit.world import office, source, user, vacancy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def published(**fields):
    need = vacancy(
        office=office(city="Москва", address="Лесная, 5"),
        title="Курьер <центр>",
        salary_from=70000,
        salary_to=90000,
        duties="Возить & носить",
        **fields,
    )
    page = careers.page_of(need)
    careers.publish(
        page, on=True, valid_through=timezone.localdate() + timedelta(days=30), in_feed=True, by=user(Role.ADMIN)
    )
    return page


def form(**more):
    return {"name": "Анна Петрова", "phone": "+7 916 123-45-67", "notice": "on", **more}


def test_a_job_is_public_with_markup_that_the_policy_allows(client):
    page = published()

    answer = client.get(f"/jobs/{page.slug}/?lang=ru")

    text = re.search(r'<script type="application/ld\+json">(.*?)</script>', answer.content.decode(), re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]
    (record,) = read(system="schemaorg", kind="job_posting", body=answer.content)
    assert (record.title, record.city, record.salary_from, record.currency) == (
        "Курьер <центр>",
        "Москва",
        70000,
        "RUB",
    )
    assert str(record.expires_at or record.deadline).startswith(page.valid_through.isoformat())
    assert "Откликнуться" in answer.content.decode()


@pytest.mark.parametrize("lang", ["en", "ru", "th"])
def test_every_language_renders(client, lang):
    page = published()
    assert f'<html lang="{lang}">' in client.get(f"/jobs/{page.slug}/?lang={lang}").content.decode()
    assert client.get(f"/jobs/?lang={lang}").status_code == 200
    assert client.get(f"/jobs/{page.slug}/thanks/?lang={lang}").status_code == 200


def test_a_job_that_is_closed_over_or_taken_away_is_gone_without_markup(client):
    closed, over, away = published(), published(), published()
    move_vacancy(closed.vacancy, VacancyEvent.CLOSE)
    type(over).objects.filter(pk=over.pk).update(valid_through=timezone.localdate() - timedelta(days=1))
    careers.publish(away, on=False, valid_through=None, in_feed=True, by=user(Role.ADMIN))

    answers = [client.get(f"/jobs/{page.slug}/") for page in (closed, over, away)]

    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert all(b"ld+json" not in answer.content and b"noindex" in answer.content for answer in answers)
    assert client.get("/jobs/").content.decode().count("<li>") == 0
    assert ElementTree.fromstring(client.get("/jobs/feed.xml").content).findall("job") == []
    assert client.post(f"/jobs/{closed.slug}/", form()).status_code == 410


def test_a_person_applies_with_a_file_and_consent_of_their_own(client):
    page = published()

    answer = client.post(
        f"/jobs/{page.slug}/?lang=ru",
        form(pool="on", message="Здравствуйте", resume=SimpleUploadedFile("cv.txt", "Анна, anna@mail.test".encode())),
    )

    row = Application.objects.get()
    assert answer.headers["Location"] == f"/jobs/{page.slug}/thanks/?lang=ru"
    assert (row.link, row.source.kind, row.candidate.language) == (page.link, "careers", "ru")
    assert row.answers == {"message": "Здравствуйте"}
    assert set(row.candidate.contacts.values_list("normalised", flat=True)) == {"+79161234567", "anna@mail.test"}
    assert Resume.objects.get().file_name == "cv.txt"
    assert sorted(Consent.objects.values_list("purpose", "is_consent")) == [("pool", True), ("recruitment", False)]


def test_without_the_tick_for_the_pool_nothing_is_agreed_to(client):
    client.post(f"/jobs/{published().slug}/", form())
    assert list(Consent.objects.filter(is_consent=True)) == []


def test_the_way_in_stays_with_the_application(client):
    page = published()
    link = careers.new_link(page.vacancy, source=source("flyer"), name="Flyer")

    shown = client.get(f"/jobs/{page.slug}/?ref={link.token}").content.decode()
    client.post(f"/jobs/{page.slug}/", form(ref=link.token))

    assert f'name="ref" value="{link.token}"' in shown
    row = Application.objects.get()
    assert (row.link, row.source.code) == (link, "flyer")


@pytest.mark.parametrize(
    "wrong", [{"notice": ""}, {"phone": "", "email": ""}, {"name": ""}, {"email": "no address"}], ids=str
)
def test_what_is_missing_is_said_and_nothing_is_kept(client, wrong):
    answer = client.post(f"/jobs/{published().slug}/", form(**wrong))

    assert (answer.status_code, Candidate.objects.count()) == (200, 0)
    assert 'class="error"' in answer.content.decode()


def test_a_program_that_fills_in_the_hidden_field_is_thanked_and_forgotten(client):
    answer = client.post(f"/jobs/{published().slug}/", form(website="https://spam.test"))
    assert (answer.status_code, Candidate.objects.count()) == (302, 0)


def test_too_many_from_one_place_are_asked_to_wait(client):
    page = published()
    codes = [
        client.post(f"/jobs/{page.slug}/", form(phone=f"+7916123{number:04d}")).status_code for number in range(21)
    ]
    assert (codes[:20], codes[20]) == ([302] * 20, 429)


def test_a_file_that_cannot_be_read_is_kept_with_its_reason(client):
    client.post(f"/jobs/{published().slug}/", form(resume=SimpleUploadedFile("cv.pdf", b"%PDF-1.4 broken")))
    assert Resume.objects.get().problem != ""


def test_the_feed_holds_every_open_job_and_is_read_by_our_own_reader(client):
    first, second = published(), published()

    body = client.get("/jobs/feed.xml").content

    records = read(system="indeed", kind="feed", body=body)
    assert {record.title for record in records} == {"Курьер <центр>"}
    numbers = [node.text for node in ElementTree.fromstring(body).iter("referencenumber")]
    assert sorted(numbers) == sorted([first.slug, second.slug])
    assert client.get("/jobs/feed.xml").content.count(b"?ref=") == 2


def test_a_last_day_that_has_passed_is_refused_at_its_field(client):
    need = vacancy()
    client.force_login(user(Role.ADMIN))
    answer = client.post(
        f"/vacancies/{need.pk}/careers/", {"what": "publish", "is_published": "on", "valid_through": "2020-01-01"}
    )
    assert answer.status_code == 200
    assert careers.page_of(need).is_published is False


def test_a_recruiter_publishes_and_makes_a_way_in(client):
    need = vacancy()
    client.force_login(user(Role.ADMIN))
    client.post(f"/vacancies/{need.pk}/careers/", {"what": "publish", "is_published": "on", "in_feed": "on"})
    client.post(f"/vacancies/{need.pk}/careers/", {"what": "link", "name": "Flyer", "source": source("x").pk})

    page = careers.page_of(need)
    shown = client.get(f"/vacancies/{need.pk}/careers/").content.decode()
    assert page.is_published
    assert "Flyer" in shown
