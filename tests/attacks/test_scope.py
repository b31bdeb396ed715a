"""Reaching for what belongs to others: by number, by search, by key, by extra fields; and what each role may do."""

from __future__ import annotations

import re

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from recruit.models import (
    ApiKey,
    AuditEntry,
    Candidate,
    Erasure,
    ImportRun,
    Offer,
    Resume,
)
from recruit.permissions import ALLOWED, SEES_ALL, Action, Role, may
from recruit.services import privacy
from recruit.services.keys import new_key
from recruit.states import Stage
from scheduling.models import MoveRequest, Plan
from tests.recruit import world
from tests.recruit.api.routes import ROUTES
from tests.recruit.world import NINE
from tests.scheduling import world as day
from tests.test_refusals import guarded

pytestmark = pytest.mark.django_db
SECRET = "Foreignova"


@pytest.fixture
def theirs():
    """Rows of team B, by the first word of their address."""
    team, office = world.team("B"), world.office(name=f"{SECRET} office")
    team.offices.add(office)
    vacancy = world.vacancy(title=f"{SECRET} vacancy", team=team, office=office)
    session = day.opened(office=office, vacancies=[vacancy])
    invitation = day.invited(session, SECRET, email="foreign@mail.test", phone="+79991112233")
    application = invitation.application
    world.application(who=world.candidate(f"{SECRET} New", phone="+79991112244"), to=vacancy)
    Offer.objects.create(application=application, pay=1, made_at=NINE)
    resume = Resume(candidate=application.candidate, application=application, digest="1" * 64, file_name="cv.pdf")
    resume.file.save("cv.pdf", ContentFile(b"%PDF secret"), save=False)
    resume.save()
    return {
        "team": team,
        "candidates": application.candidate,
        "applications": application,
        "triage": application,
        "vacancies": vacancy,
        "sessions": session,
        "invitations": invitation,
        "moves": MoveRequest.objects.create(invitation=invitation, asked_at=NINE),
        "plans": Plan.objects.create(session=session, revision=9, inputs={}, outputs={}),
        "offers": application.offers.get(),
        "outbox": world.message(candidate=application.candidate),
        "imports": ImportRun.objects.create(kind="responses", started_by=world.user(teams=(team,))),
        "offices": office,
        "resume": resume,
    }


def snapshot(theirs) -> str:
    """Return the rows of team B as they stand."""
    found = []
    for name, thing in theirs.items():
        if name in {"team", "resume"}:
            continue
        found.append(str(type(thing).objects.filter(pk=thing.pk).values().first()))
    return "\n".join(found)


DETAIL = sorted({(name, path, action) for name, path, action in guarded() if "/1/" in path})


SCOPED = [Role.LEAD, Role.RECRUITER, Role.CALLER, Role.DESK, Role.HIRING_MANAGER, Role.INTERVIEWER]


@pytest.mark.attack("A016")
@pytest.mark.attack("A017")
@pytest.mark.parametrize("role", SCOPED)
def test_a_number_of_another_team_is_not_there(theirs, role):
    client = Client()
    client.force_login(world.user(role, teams=(world.team("A"),)))
    before = snapshot(theirs)

    for _name, path, action in DETAIL:
        kind = path.strip("/").split("/")[1 if path.startswith("/settings/") else 0]
        number = getattr(theirs.get(kind), "pk", 10**9)
        address = re.sub(r"/1/", f"/{number}/", path, count=1)
        answers = {client.get(address).status_code, client.post(address, {"what": "x", "stage": "hired"}).status_code}
        assert answers <= ({403, 405} if not may(role, action) else {404, 405}), (address, answers)

    assert snapshot(theirs) == before
    assert not AuditEntry.objects.exclude(action="sign_in").exists()


@pytest.mark.attack("A016")
@pytest.mark.attack("A024")
@pytest.mark.parametrize("role", [Role.LEAD, Role.RECRUITER])
def test_a_number_of_another_team_is_not_there_for_a_key_either(theirs, role):
    from tests.recruit.api.world import client_of

    client = client_of(world.user(role, teams=(world.team("A"),)))
    before = snapshot(theirs)

    for route in ROUTES:
        if not route.detail:
            continue
        kind = route.path(1).split("/")[3]
        number = getattr(theirs.get(kind), "pk", 10**9)
        answer = getattr(client, route.method)(route.path(number), {}, format="json")
        # A body that is wrong may be told first; that the row is there never.
        assert answer.status_code in ({400, 404} if may(role, route.needs) else {403}), str(route)
        assert SECRET not in answer.content.decode()

    assert snapshot(theirs) == before


@pytest.mark.attack("A017")
@pytest.mark.attack("A077")
def test_no_file_is_served_by_its_path(theirs, client):
    """Uploads lie outside every served folder: neither a visitor nor a signed-in colleague gets one by its path."""
    name = theirs["resume"].file.name

    for who in (None, Role.RECRUITER, Role.ADMIN):
        if who:
            client.force_login(world.user(who))
        for path in (f"/{name}", f"/media/{name}", f"/files/{name}", f"/static/{name}", f"/static/../files/{name}"):
            answer = client.get(path)
            assert answer.status_code in {302, 404}
            assert b"secret" not in answer.content


@pytest.mark.attack("A021")
@pytest.mark.parametrize("role", [Role.RECRUITER, Role.LEAD, Role.CALLER, Role.HIRING_MANAGER])
def test_a_search_finds_nobody_of_another_team(theirs, role):
    client = Client()
    client.force_login(world.user(role, teams=(world.team("A"),)))

    for query in (SECRET, SECRET[:4], "foreign@mail.test", "+79991112233", "2233", "1112233"):
        answer = client.get("/search/", {"q": query})

        assert answer.context["groups"] == []
        assert SECRET not in answer.content.decode().replace(query, "")


@pytest.mark.attack("A021")
@pytest.mark.parametrize("role", SCOPED)
def test_no_list_names_or_counts_anybody_of_another_team(theirs, role):
    client = Client()
    client.force_login(world.user(role, teams=(world.team("A"),)))
    lists = [path for _name, path, action in guarded() if "/1/" not in path and may(role, action)]

    for path in lists:
        answer = client.get(path)
        if answer.streaming or answer.status_code == 302:
            continue
        assert SECRET not in answer.content.decode(), path


@pytest.mark.attack("A021")
def test_no_list_of_the_api_counts_anybody_of_another_team(theirs):
    from django.urls import reverse

    from tests.recruit.api.world import caller

    client = caller(Role.RECRUITER, teams=(world.team("A"),))

    for name in ("candidate", "application", "vacancy", "session", "invitation", "plan", "import"):
        answer = client.get(reverse(f"api-{name}-list"))

        assert (answer.status_code, answer.json()["results"]) == (200, [])


@pytest.mark.attack("A022")
def test_the_history_of_an_erased_person_is_gone(client):
    client.force_login(world.user(Role.ADMIN))
    invitation = day.invited(day.opened(), "Anna Petrova", email="anna@mail.test")
    candidate = invitation.application.candidate
    privacy.erase_person(candidate, at=NINE, by=None, reason=Erasure.Reason.REQUEST)

    page = client.get(f"/candidates/{candidate.pk}/").content.decode()
    edited = client.post(f"/candidates/{candidate.pk}/edit/", {"name": "Anna Petrova"}).status_code

    assert ("Anna" in page, "anna@mail.test" in page) == (False, False)
    assert (edited, Candidate.objects.get(pk=candidate.pk).name) == (404, "")
    assert client.get(f"/candidates/{candidate.pk}/erase/").status_code == 404


# -- the matrix of roles -------------------------------------------------------------------------------------------------

PAGES = sorted(set(guarded()), key=str)


@pytest.mark.attack("A001")
@pytest.mark.parametrize("role", list(Role))
def test_every_page_answers_a_role_as_the_table_says(role):
    """Whoever may is never answered 403, whoever may not always is, by GET or by POST."""
    client = Client()
    client.force_login(world.user(role))

    for _name, path, action in PAGES:
        answers = {getattr(client, method)(path).status_code for method in ("get", "post")}
        assert (403 in answers) is (not may(role, action)), (path, answers)
        if not may(role, action):
            assert answers <= {403, 405}, (path, answers)


@pytest.mark.attack("A001")
@pytest.mark.attack("A024")
@pytest.mark.parametrize("role", list(Role))
def test_every_operation_answers_a_role_as_the_table_says(role):
    from tests.recruit.api.world import caller

    client = caller(role)

    for route in ROUTES:
        answer = getattr(client, route.method)(route.path(), {}, format="json")
        assert (answer.status_code == 403) is (not may(role, route.needs)), (str(route), answer.status_code)


def test_the_table_names_every_action_and_every_role_has_a_place():
    assert set(ALLOWED) == set(Action)
    assert set().union(*ALLOWED.values()) == set(Role)
    assert {Role.ADMIN, Role.INTEGRATOR} >= SEES_ALL


@pytest.mark.attack("A016")
def test_the_desk_sees_neither_pay_nor_notes(theirs):
    session, application = theirs["sessions"], theirs["applications"]
    application.comments.create(text="a private remark")
    application.salary_wish = 123456
    application.save()
    client = Client()
    client.force_login(world.user(Role.DESK, teams=(theirs["team"],)))

    for path in (f"/sessions/{session.pk}/desk/", "/desk/", "/", f"/invitations/{theirs['invitations'].pk}/"):
        text = re.sub(r"\s", "", client.get(path).content.decode())
        assert ("aprivateremark" in text, "123456" in text) == (False, False), path
    assert [may(Role.DESK, one) for one in (Action.SEE_SALARY, Action.SEE_NOTES, Action.SEE_CANDIDATES)] == [False] * 3


# -- keys ----------------------------------------------------------------------------------------------------------------


@pytest.mark.attack("A024")
def test_a_key_does_no_more_than_its_persons_role():
    from tests.recruit.api.world import client_of

    who = world.user(Role.INTERVIEWER)
    client = client_of(who)

    assert client.get("/api/v1/candidates/").status_code == 403
    assert client.post("/api/v1/vacancies/", {"title": "x"}, format="json").status_code == 403
    assert client.delete("/api/v1/vacancies/1/").status_code in {403, 404, 405}


@pytest.mark.attack("A026")
def test_secrets_of_a_failing_request_are_in_no_log_and_no_row(caplog, monkeypatch, settings):
    from rest_framework.test import APIClient

    from recruit.api import views

    who = world.user(Role.ADMIN)
    key, text = new_key(user=who, name="test")
    monkeypatch.setattr(views.applications, "apply", lambda *_, **__: 1 / 0)
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    body = {"person": {"name": "Anna Petrova", "external_id": "1", "phones": ["+79990001122"]},
            "vacancy": world.vacancy().pk, "password": "hunter2-secret"}  # fmt: skip

    answer = client.post(f"/api/v1/applications/?token={text}", body, format="json")

    assert answer.status_code == 500
    shown = caplog.text + answer.content.decode() + "".join(str(row.exc_text) for row in caplog.records)
    for secret in (text, text.split("_", 2)[2], "hunter2-secret", "+79990001122", "Anna Petrova"):
        assert secret not in shown, secret
    stored = str(list(ApiKey.objects.values())) + str(list(AuditEntry.objects.values()))
    assert text not in stored
    assert key.digest in stored


@pytest.mark.attack("A027")
def test_a_key_revoked_between_two_pushes_writes_nothing_more():
    from django.utils import timezone

    from tests.recruit.api.world import client_of

    who, vacancy = world.user(Role.INTEGRATOR), world.vacancy()
    client = client_of(who)

    def push(number):
        person = {"name": "Anna", "external_id": str(number), "emails": [f"a{number}@mail.test"]}
        return client.post(
            "/api/v1/applications/", {"person": person, "vacancy": vacancy.pk}, format="json"
        ).status_code

    first = push(1)
    ApiKey.objects.update(revoked_at=timezone.now())

    assert (first, push(2), Candidate.objects.count()) == (201, 401, 1)


EXTRA = {
    "id": 777, "pk": 777, "stage": "hired", "state": "filled", "owner": 1, "is_staff": True, "role": "admin",
    "created_at": "2001-01-01T00:00:00Z", "score": 100, "consent_at": "2001-01-01T00:00:00Z", "show_prob": 1.0,
    "show_probability": 1.0, "priority": 999, "answered_at": "2001-01-01T00:00:00Z", "do_not_contact": True,
    "erased_at": "2001-01-01T00:00:00Z", "merged_into": 1, "candidate": 1,
}  # fmt: skip


@pytest.mark.attack("A029")
def test_extra_fields_of_a_response_change_nothing():
    from tests.recruit.api.world import caller

    client, vacancy = caller(Role.INTEGRATOR), world.vacancy()
    person = {"name": "Anna", "external_id": "1", **EXTRA}

    answer = client.post(
        "/api/v1/applications/", {"person": person, "vacancy": vacancy.pk, **EXTRA}, format="json"
    ).json()

    row = Candidate.objects.get()
    assert (answer["stage"], answer["priority"], answer["candidate"]["do_not_contact"]) == (Stage.NEW, 0, False)
    assert (row.pk == 777, row.erased_at, row.merged_into_id, row.created_at.year > 2001) == (False, None, None, True)


@pytest.mark.attack("A029")
@pytest.mark.parametrize("name", ["state", "created_at", "id"])
def test_a_vacancy_cannot_be_given_what_only_its_moves_give(name):
    from tests.recruit.api.world import caller

    vacancy = world.vacancy()

    answer = caller(Role.INTEGRATOR).patch(f"/api/v1/vacancies/{vacancy.pk}/", {name: EXTRA[name]}, format="json")

    vacancy.refresh_from_db()
    assert (answer.status_code, vacancy.state, vacancy.pk == 777) == (200, "open", False)


@pytest.mark.attack("A029")
def test_a_form_takes_only_its_own_fields(client):
    lead = world.user(Role.LEAD)
    client.force_login(lead)

    client.post("/profile/", {"name": "New", "language": "", "time_zone": "UTC", "theme": "auto",
                              "density": "compact", "role": "admin", "is_active": "", "teams": "1"})  # fmt: skip

    lead.refresh_from_db()
    assert (lead.name, lead.role, lead.is_active) == ("New", Role.LEAD, True)


def test_a_message_of_another_team_is_not_sent_again(theirs, client):
    client.force_login(world.user(Role.RECRUITER, teams=(world.team("A"),)))

    assert client.post(f"/outbox/{theirs['outbox'].pk}/act/", {"what": "drop"}).status_code == 404
    assert theirs["outbox"].__class__.objects.get(pk=theirs["outbox"].pk).state == "new"
