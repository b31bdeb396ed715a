"""Pages of duplicates, of the hand-over, of connections: right, refused, steady in SQL."""

import io

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from rest_framework.test import APIClient

from recruit.messaging import webhooks
from recruit.models import ApiKey, AuditEntry, DuplicatePair, HandOverMap, Merge, WebhookEndpoint
from recruit.permissions import Role
from recruit.services import duplicates
from recruit.services.applications import move_stage
from recruit.services.keys import new_key
from recruit.states import Stage
from tests.recruit.http_sink import serving
from tests.recruit.world import NINE, application, candidate, team, user, vacancy

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    person = user(Role.ADMIN)
    client.force_login(person)
    client.user = person
    return client


def family(number=1):
    candidate("Вера Лосева", phone=f"+791{number}55{number}{number}{number}{number}{number}")
    candidate("Глеб Лосев", phone=f"+791{number}55{number}{number}{number}{number}{number}")
    duplicates.find_duplicates()


def test_two_records_stand_side_by_side_and_a_decision_leads_to_the_next(admin):
    family(1)
    family(2)
    first, second = DuplicatePair.objects.order_by("-score", "pk")

    page = admin.get(f"/duplicates/{first.pk}/")
    answer = admin.post(f"/duplicates/{first.pk}/", {"decision": "apart"})

    assert page.status_code == 200
    assert "Вера Лосева" in page.content.decode()
    assert answer.headers["Location"] == f"/duplicates/{second.pk}/"
    assert DuplicatePair.objects.open().count() == 1


def test_one_person_keeps_the_chosen_record_and_undo_is_on_the_list(admin):
    family()
    pair = DuplicatePair.objects.get()

    admin.post(f"/duplicates/{pair.pk}/", {"decision": "second"})

    merge = Merge.objects.get()
    assert (merge.kept_id, merge.by) == (pair.second_id, admin.user)
    assert f"/merges/{merge.pk}/undo/" in admin.get("/duplicates/").content.decode()
    answer = admin.post(f"/merges/{merge.pk}/undo/", {"to": "list"})
    assert answer.headers["Location"] == "/duplicates/"
    merge.refresh_from_db()
    assert merge.undone_at is not None


def test_a_recruiter_sees_pairs_of_whom_both_sides_are_theirs(client):
    mine, foreign = team(), team()
    family()
    pair = DuplicatePair.objects.get()
    application(who=pair.first, to=vacancy(team=mine))
    application(who=pair.second, to=vacancy(team=foreign))
    client.force_login(user(Role.RECRUITER, teams=(mine,)))

    assert client.get(f"/duplicates/{pair.pk}/").status_code == 404
    assert client.post(f"/duplicates/{pair.pk}/", {"decision": "first"}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_many_pairs_as_for_one(admin, django_assert_max_num_queries, count):
    for number in range(count):
        family(number)
    with django_assert_max_num_queries(16):
        admin.get("/duplicates/")


# -- hand-over -----------------------------------------------------------------------------------------------------------


def hired(name="=cmd()", phone="+79161112233"):
    row = application(who=candidate(name, phone=phone))
    move_stage(row, Stage.HIRED, at=timezone.now(), by=user())
    return row


def form(**more):
    today = timezone.localdate().isoformat()
    return {"since": today, "until": today, "title": ["ФИО", "Телефон", ""], "field": ["name", "phone", ""], **more}


def test_hired_people_leave_as_a_workbook_without_formulas(admin):
    hired()

    answer = admin.post("/hand-over/file/", form(file="xlsx"))

    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]
    assert rows == [[("ФИО", "s"), ("Телефон", "s")], [("=cmd()", "s"), ("+79161112233", "s")]]
    assert AuditEntry.objects.filter(action="hired.exported").count() == 1


def test_hired_people_leave_as_csv_without_formulas(admin):
    hired()
    answer = admin.post("/hand-over/file/", form(file="csv"))

    assert answer.content.decode() == "\ufeffФИО;Телефон\r\n'=cmd();'+79161112233\r\n"


def test_columns_are_remembered_under_a_name(admin):
    admin.post("/hand-over/", form(name="1C"))

    assert HandOverMap.objects.get().columns == [["ФИО", "name"], ["Телефон", "phone"]]
    assert 'value="ФИО"' in admin.get("/hand-over/?map=1C").content.decode()


def test_an_unknown_field_and_no_columns_are_refused(admin):
    assert admin.post("/hand-over/file/", form(file="csv", field=["password", "", ""])).status_code == 302
    assert admin.post("/hand-over/file/", form(file="csv", title=["", "", ""])).status_code == 302
    assert admin.post("/hand-over/file/", form(file="csv", until="2020-01-01")).status_code == 302


# -- connections ---------------------------------------------------------------------------------------------------------


def test_a_connection_shows_its_calls_with_what_was_wrong(admin):
    key, text = new_key(user=user(Role.INTEGRATOR), name="Partner")
    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    program.post("/api/v1/candidates", {"name": "x"})

    page = admin.get(f"/settings/keys/{key.pk}/").content.decode()

    assert "POST /api/v1/candidates" in page
    assert "external_id" in page
    assert admin.get(f"/settings/keys/{key.pk}/?only=errors").status_code == 200


def test_a_test_key_is_made_and_wiped(admin):
    admin.post("/settings/keys/new/", {"name": "Trial", "test": "1"})
    key = ApiKey.objects.get(name="Trial")

    assert key.is_test
    assert admin.post(f"/settings/keys/{key.pk}/wipe/").status_code == 302
    other, _ = new_key(user=user(Role.INTEGRATOR), name="Real")
    assert admin.post(f"/settings/keys/{other.pk}/wipe/").status_code == 404


def test_a_webhook_is_made_tested_and_sent_again(admin, settings):
    with serving(settings) as sink:
        admin.post("/settings/webhooks/", {"name": "CRM", "url": f"{sink.base}/hook", "kinds": ["application.hired"]})
        page = admin.get("/settings/webhooks/").content.decode()
        endpoint = WebhookEndpoint.objects.get()
        admin.post(f"/settings/webhooks/{endpoint.pk}/act/", {"what": "test"})
        delivery = endpoint.deliveries.get()
        admin.post(f"/settings/webhooks/deliveries/{delivery.pk}/replay/")
        webhooks.deliver_due()

    assert "whsec_" in page
    assert "whsec_" not in admin.get("/settings/webhooks/").content.decode()
    assert "whsec_" not in endpoint.secret
    assert len(sink.told) == 2


def test_a_move_far_back_is_hired_on_its_own_day(admin):
    row = application()
    move_stage(row, Stage.HIRED, at=NINE, by=user())
    answer = admin.post("/hand-over/file/", form(file="csv", since="2026-05-12", until="2026-05-12"))
    assert answer.content.decode().count("\r\n") == 2
