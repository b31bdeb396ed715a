"""The eight steps of the main job with a plain HTTP client and an API key; only the worker's job is done inline."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from recruit.models import ImportRun
from recruit.permissions import Role
from recruit.services.imports import run_now
from recruit.services.keys import new_key
from tests.corpora import corpus
from tests.recruit import world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.corpora]


class Api:
    """A plain client: JSON in, JSON out, the expected status or a failure that shows the answer."""

    def __init__(self, base: str, key: str) -> None:
        self.base = f"{base}/api/v1"
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {key}"

    def get(self, path, **params):
        return self._answer(self.http.get(f"{self.base}{path}", params=params, timeout=30), 200)

    def post(self, path, status=200, **body):
        return self._answer(self.http.post(f"{self.base}{path}", json=body, timeout=60), status)

    def upload(self, data, name, **fields):
        answer = self.http.post(f"{self.base}/imports/", data=fields, files={"file": (name, data)}, timeout=60)
        return self._answer(answer, 201)

    def everything(self, path, **params):
        answer = self.get(path, **params)
        rows = answer["results"]
        while answer["next"]:
            answer = self._answer(self.http.get(answer["next"], timeout=30), 200)
            rows += answer["results"]
        return rows

    @staticmethod
    def _answer(response, status):
        assert response.status_code == status, response.text
        return response.json()


def _responses(count: int) -> bytes:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["Name", "Phone", "Email", "City"])
    for number in range(count):
        name = f"{chr(65 + number // 26)}{chr(97 + number % 26)}ra Petrova"
        table.writerow([name, f"+7 916 555 {number // 100:02d} {number % 100:02d}", f"p{number}@mail.test", "Moscow"])
    return out.getvalue().encode()


@pytest.fixture
def _files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.VAR_DIR, settings.MAIL_DIR = tmp_path / "files", tmp_path, tmp_path / "mail"


@pytest.fixture
def office():
    return world.office()


@pytest.fixture
def api(live_server, _files, office):
    team = world.team()
    team.offices.add(office)
    _, key = new_key(user=world.user(Role.RECRUITER, teams=(team,)), name="round trip")
    caller = Api(live_server.url, key)
    yield caller
    # The server's thread ends with the connection it serves, and gives its database connection back.
    caller.http.close()


def _import(api, data, name, **fields):
    """Import through the API; the test stands in for the worker."""
    run = api.upload(data, name, **fields)
    run_now(ImportRun.objects.get(pk=run["id"]))
    return api.get(f"/imports/{run['id']}/")


def _shortlist(api, vacancy):
    run = _import(api, _responses(100), "responses.csv", kind="responses", vacancy=vacancy, source="board")
    assert (run["state"], run["created"], run["failed"]) == ("done", 100, 0)
    rows = api.everything("/applications/", vacancy=vacancy)
    assert len(rows) == 100
    for row in rows[:20]:
        assert api.post(f"/applications/{row['id']}/triage/", decision="yes")["stage"] == "shortlist"


def _session(api, office, vacancy):
    day = (timezone.now() + timedelta(days=2)).date().isoformat()
    return api.post(
        "/sessions/", 201, office=office, vacancies=[vacancy], starts_at=f"{day}T13:00:00Z", ends_at=f"{day}T17:00:00Z",
        target=5, assurance=0.9, interviewers_planned=2, minutes_each=20, lobby=14,
    )  # fmt: skip


def _day(api, session, invitations):
    """Half say they come, one declines; three arrive, are seen and marked; the rest is settled."""
    before = api.get(f"/sessions/{session}/forecast/")
    for one in invitations[:10]:
        assert api.post(f"/invitations/{one['id']}/reply/", answer="confirm")["state"] == "confirmed"
    declined = api.post(f"/invitations/{invitations[10]['id']}/reply/", answer="decline", reason="too_far")
    assert (declined["state"], declined["decline_reason"]) == ("declined", "too_far")
    after = api.get(f"/sessions/{session}/forecast/")
    assert (after["confirmed"], after["declined"]) == (10, 1)
    assert after["mean"] != before["mean"]
    for number, one in enumerate(invitations[:3], start=1):
        path = f"/invitations/{one['id']}"
        assert api.post(f"{path}/check_in/")["number"] == number
        assert api.post(f"{path}/start/", reason="test")["state"] == "in_interview"
        assert api.post(f"{path}/finish/")["state"] == "finished"
        card = api.post("/scorecards/", 201, invitation=one["id"], marks={"motivation": 4}, advice="yes", submit=True)
        assert card["submitted_at"] is not None
    api.post(f"/sessions/{session}/close/", 409)
    for one in [*invitations[3:10], *invitations[11:]]:
        assert api.post(f"/invitations/{one['id']}/settle/", outcome="no_show")["state"] == "no_show"


def test_the_main_job_is_done_by_a_program_with_a_key_alone(api, office):
    vacancy = api.post("/vacancies/", 201, title="Courier", office=office.pk, openings=5)["id"]
    # 1: history; importing it again adds nothing.
    history = corpus("attendance", "interviews.csv").read_bytes()
    first = _import(api, history, "interviews.csv", kind="history")
    again = _import(api, history, "interviews.csv", kind="history")
    assert first["state"] == "done"
    assert first["created"] + first["failed"] + first["skipped"] == first["seen"]
    assert (again["created"], again["failed"]) == (0, first["failed"])
    # 2: responses and triage.
    _shortlist(api, vacancy)
    # 3: twenty people at one in five cannot be five with 90 %, and the plan says so.
    session = _session(api, office.pk, vacancy)["id"]
    plan = api.post(f"/sessions/{session}/plan/", 201, show_rate=0.2)
    outputs = plan["outputs"]
    assert len(plan["people"]) == 20
    assert 0.36 < outputs["p_target_now"] < 0.40
    assert outputs["conflict"]["code"] == "people"
    remedies = {code: number for code, number, _chance in outputs["conflict"]["remedies"]}
    assert remedies["more_people"] == outputs["invite"] - 20 > 0
    assert remedies["accept_target"] < 5
    # 4: approve, once.
    assert api.post(f"/plans/{plan['id']}/approve/")["state"] == "sent"
    api.post(f"/plans/{plan['id']}/approve/", 409)
    invitations = sorted(api.everything("/invitations/", session=session), key=lambda row: row["id"])
    assert [row["state"] for row in invitations] == ["sent"] * 20
    # 5 to 7: answers, desk, marks.
    _day(api, session, invitations)
    offer = api.post(f"/applications/{invitations[0]['application']}/offer/", 201, pay=60000)
    assert api.get(f"/applications/{offer['application']}/")["stage"] == "offer"
    # 8: the day in numbers, and what was learned.
    report = api.post(f"/sessions/{session}/close/")
    assert (report["invited"], report["came"], report["held"], report["no_shows"], report["declined"]) == (
        20,
        3,
        3,
        16,
        1,
    )
    figures = api.get("/statistics/", by="source", vacancy=vacancy)
    (row,) = figures["rows"]
    assert (row["show"]["count"], row["show"]["of"]) == (3, 19)
    assert row["show"]["low"] < 3 / 19 < row["show"]["high"]
    funnel = {step["name"]: step["count"] for step in figures["funnel"]}
    assert funnel == {
        "responses": 100, "viewed": 20, "shortlisted": 20, "invited": 20,
        "confirmed": 10, "arrived": 3, "finished": 3, "offered": 1, "hired": 0,
    }  # fmt: skip
    assert (figures["predicted_people"], figures["came"]) == (20, 3)
