"""Vacancies, offices, teams, pipelines, texts of messages, Today's alarms."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from recruit import contrib
from recruit.contrib import Alarm, AlarmSource
from recruit.models import MessageTemplate, Office, PayRange, PipelineTemplate, Team, Vacancy
from recruit.permissions import Role
from tests.recruit.web.pages import signed, toasts
from tests.recruit.world import application, candidate, office, vacancy

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
TERMS = {
    "title": "Courier",
    "openings": 2,
    "currency": "RUB",
    "wanted_shortlist": 5,
    "salary_from": 10,
    "salary_to": 20,
}


def test_a_vacancy_begins_from_a_shipped_description_and_keeps_its_versions():
    client, person = signed()
    page = client.get("/vacancies/new/?template=account-manager")
    form = page.context["form"]

    client.post("/vacancies/new/", {**TERMS, "title": form["title"].value(), "duties": form["duties"].value()})
    row = Vacancy.objects.get()
    client.post(f"/vacancies/{row.pk}/edit/", {**TERMS, "title": row.title, "duties": "Sell"})

    assert row.title == "Account manager"
    assert list(row.versions.values_list("number", "by")) == [(2, person.pk), (1, person.pk)]
    old = client.get(f"/vacancies/{row.pk}/versions/1/").content.decode()
    assert "Keep in touch with 50–70 customers" in old
    assert "Keep in touch" not in client.get(f"/vacancies/{row.pk}/about/").content.decode()


def test_a_refused_vacancy_says_why_at_the_field_and_writes_nothing():
    client, _ = signed()

    answer = client.post("/vacancies/new/", {**TERMS, "salary_from": 30})

    assert answer.context["form"].errors == {"salary_to": ["The pay ends below where it begins."]}
    assert Vacancy.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "rows"),
    [({"city": "Kazan", "low": 1, "high": 2}, 1), ({"city": "", "level": "", "low": 1, "high": 2}, 0),
     ({"city": "Kazan", "low": 3, "high": 2}, 0), ({"city": "Kazan", "low": "x", "high": 2}, 0)],
)  # fmt: skip
def test_pay_by_city_and_level_is_added_or_refused(sent, rows):
    row, (client, _) = vacancy(), signed()

    client.post(f"/vacancies/{row.pk}/pay/", sent)

    assert PayRange.objects.count() == rows


def test_the_same_city_twice_is_refused_and_a_row_can_be_removed():
    row, (client, _) = vacancy(), signed()
    for _ in range(2):
        answer = client.post(f"/vacancies/{row.pk}/pay/", {"city": "Kazan", "low": 1, "high": 2}, follow=True)
    client.post(f"/pay/{PayRange.objects.get().pk}/remove/")

    assert (toasts(answer), PayRange.objects.count()) == (
        ["There is a row for this city and level; remove it first."],
        0,
    )


def test_pay_against_wishes_stands_on_the_page():
    row, (client, _) = vacancy(salary_from=40_000, salary_to=60_000), signed()
    for number, wish in enumerate([50_000, 70_000]):
        application(who=candidate(f"Person {number}"), to=row, salary_wish=wish)

    html = client.get(f"/vacancies/{row.pk}/about/").content.decode()

    assert "<b>50\u202f%</b> of 2 people who named a wish would be content with up to 60\u202f000\xa0₽." in html


def test_a_picture_of_the_map_is_taken_by_its_bytes_and_given_to_staff(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    row, (client, _) = office(), signed(Role.ADMIN)
    fields = {"name": row.name, "time_zone": row.time_zone, "lobby_seats": 5}

    bad = client.post(
        f"/settings/offices/{row.pk}/",
        {**fields, "map_picture": SimpleUploadedFile("a.png", b"<svg onload=x>", "image/png")},
    )
    client.post(
        f"/settings/offices/{row.pk}/", {**fields, "map_picture": SimpleUploadedFile("../x.svg", PNG, "image/png")}
    )
    answer = client.get(f"/offices/{row.pk}/map/")

    assert list(bad.context["form"].errors) == ["map_picture"]
    assert (answer["Content-Type"], b"".join(answer.streaming_content)) == ("image/png", PNG)
    assert Office.objects.get(pk=row.pk).map_picture.name.startswith("offices/map")


def test_closing_days_are_added_once_and_removed():
    row, (client, _) = office(), signed(Role.ADMIN)
    for _ in range(2):
        client.post(f"/settings/offices/{row.pk}/closing/", {"day": "2026-05-09", "reason": "Victory Day"})
    days = list(row.closing_days.values_list("reason", flat=True))
    client.post(f"/settings/offices/{row.pk}/closing/", {"remove": row.closing_days.get().pk})

    assert (days, row.closing_days.count()) == (["Victory Day"], 0)


def test_teams_and_pipelines_are_written():
    row, (client, _) = office(), signed(Role.ADMIN)

    client.post("/settings/teams/new/", {"name": "North", "offices": [row.pk]})
    client.post(
        "/settings/pipelines/new/", {"name": "Short", "stages": ["shortlist", "interview"], "days_interview": 4}
    )

    assert list(Team.objects.get().offices.all()) == [row]
    line = PipelineTemplate.objects.get()
    assert (line.stages, line.longest_days) == (["shortlist", "interview"], {"interview": 4})
    assert [client.get(f"/settings/{name}/").status_code for name in ("teams", "pipelines")] == [200, 200]


@pytest.mark.parametrize("body", ["Come at {start}.", "{name} {password} {link}", ""])
def test_a_text_with_unknown_names_or_without_its_link_is_refused(body):
    client, _ = signed(Role.ADMIN)

    answer = client.post("/settings/texts/invitation/sms/ru/", {"body": body})

    assert (list(answer.context["form"].errors), MessageTemplate.objects.count()) == (["body"], 0)


def test_a_text_is_looked_at_kept_and_given_up():
    client, _ = signed(Role.ADMIN)
    address, sent = "/settings/texts/invitation/sms/ru/", {"body": "{name}, ждём: {link}"}

    preview = client.post(address, {**sent, "what": "preview"}).context
    kept_before = MessageTemplate.objects.count()
    client.post(address, sent)
    kept = MessageTemplate.objects.count()
    client.post(address, {"what": "drop"})

    assert (preview["body"].startswith("Anna, ждём: http"), preview["parts"] >= 1) == (True, True)
    assert (kept_before, kept, MessageTemplate.objects.count()) == (0, 1, 0)


@pytest.mark.parametrize("path", ["nothing/sms/ru", "invitation/call/ru", "invitation/sms/de"])
def test_only_what_is_sent_can_be_worded(path):
    client, _ = signed(Role.ADMIN)

    assert client.get(f"/settings/texts/{path}/").status_code == 404


def test_the_own_text_goes_out_instead_of_the_shipped_one():
    from scheduling.services.notices import wording
    from scheduling.services.views import candidate_view
    from tests.scheduling import world as day

    invitation = day.invited(day.opened(), "Anna Petrova", email="anna@mail.test")
    view = candidate_view(invitation)
    MessageTemplate.objects.create(
        kind="invitation", channel="email", language=view.language, subject="{vacancy}", body="{name}: {link}"
    )

    assert wording(view, "invitation", "email") == (view.vacancy, f"{view.greeting}: {view.link}\n")


def test_an_alarm_is_put_off_for_an_hour_and_the_next_one_takes_its_place(monkeypatch, time_machine):
    def find(_request, _now):
        return [Alarm(text="dear", cost=9e9, url="/a/"), Alarm(text="cheap", cost=8e9, url="/b/")]

    source = AlarmSource(name="test", find=find)
    monkeypatch.setattr(contrib.alarms, "items", [source])
    client, _ = signed()

    first = client.get("/").context
    client.post("/alarms/later/", {"key": first["alarm"].key})
    second = client.get("/").context

    assert (first["alarm"].text, len(first["more_alarms"])) == ("dear", 1)
    assert (second["alarm"].text, len(second["more_alarms"])) == ("cheap", 0)
    time_machine.move_to(timezone.now() + timedelta(minutes=61))
    assert client.get("/").context["alarm"].text == "dear"


def test_the_audit_is_read_by_person_and_action():
    client, admin = signed(Role.ADMIN)
    other, _ = signed(Role.ADMIN)
    row = application()
    client.get(f"/candidates/{row.candidate_id}/")
    other.get(f"/candidates/{row.candidate_id}/")

    page = client.get(f"/settings/audit/?who={admin.pk}&what=candidate.seen").context["page"]

    assert [(one.actor, one.action) for one in page] == [(admin, "candidate.seen")]
