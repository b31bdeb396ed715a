"""Pages and the API against what browsers can be made to send: forgery, scripts, long and odd inputs, too much at once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recruit.models import Candidate, Company, ImportRun, Vacancy
from recruit.permissions import Role
from recruit.services import rates
from scheduling.models import Invitation
from scheduling.services.links import token_of
from tests.attacks.world import LINE_ENDS, SCRIPTS, person
from tests.recruit import world
from tests.recruit.api.world import caller, client_of
from tests.scheduling import world as day
from tests.test_refusals import PAGES, PUBLIC, guarded

pytestmark = pytest.mark.django_db
QUICK = 3.0  # seconds; a pattern that backtracks takes minutes


@pytest.fixture
def admin(client):
    client.force_login(world.user(Role.ADMIN))
    return client


# -- forgery -------------------------------------------------------------------------------------------------------------


@pytest.mark.attack("A044")
def test_every_changing_page_refuses_a_post_without_its_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.user(Role.ADMIN))
    counted = (Vacancy, Candidate, ImportRun)
    before = [model.objects.count() for model in counted]

    for name, path in PAGES:
        # The pages behind a candidate's secret take no cookie: there is nothing to ride on.
        if name in PUBLIC or path.startswith(("/api/", "/i/")) or "?P<" in path or "no-such-word" in path:
            continue
        for kind in ("application/x-www-form-urlencoded", "text/plain", "application/json"):
            answer = client.generic(
                "POST", path, b'{"what": "x"}', content_type=kind, headers={"origin": "https://evil.example"}
            )
            assert answer.status_code in {403, 405}, (path, kind, answer.status_code)

    assert [model.objects.count() for model in counted] == before


@pytest.mark.attack("A044")
def test_reading_a_page_by_get_or_head_changes_nothing(admin):
    session = day.opened()
    day.invited(session, email="anna@mail.test")
    rows = ("recruit_candidate", "recruit_application", "scheduling_invitation", "scheduling_interviewsession")

    def state():
        found = []
        with connection.cursor() as cursor:
            for table in rows:
                cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
                found.append(sorted(map(str, cursor.fetchall())))
        return found

    before = state()
    for _name, path, _action in guarded():
        address = path.replace("/1/", f"/{session.pk}/")
        admin.get(address)
        admin.head(address)

    assert state() == before


@pytest.mark.attack("A045")
def test_a_session_of_the_pages_writes_through_the_api_only_with_its_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.user(Role.ADMIN))

    for kind in ("application/json", "text/plain"):
        answer = client.generic(
            "POST", "/api/v1/vacancies/", json.dumps({"title": "x"}), content_type=kind,
            headers={"origin": "https://evil.example"},
        )  # fmt: skip
        assert answer.status_code in {403, 415}

    assert Vacancy.objects.count() == 0


# -- scripts -------------------------------------------------------------------------------------------------------------


@pytest.mark.attack("A047")
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_in_any_text_is_shown_as_text(admin, script):
    office = world.office(
        name=script, city=script, address=script, directions=script, bring=script, contact_person=script
    )
    vacancy = world.vacancy(title=script, office=office, general=script, requirements=script)
    session = day.opened(office=office, vacancies=[vacancy])
    invitation = day.invited(session, script, email="anna@mail.test")
    application = invitation.application
    Candidate.objects.update(city=script)
    application.comments.create(text=script)
    Company.objects.update(name=script)
    token, pk = token_of(invitation), application.candidate_id

    pages = [
        f"/candidates/{pk}/", f"/vacancies/{vacancy.pk}/", f"/vacancies/{vacancy.pk}/people/", f"/sessions/{session.pk}/desk/",
        f"/sessions/{session.pk}/live/", f"/invitations/{invitation.pk}/", "/", "/outbox/", f"/search/?q={script[:40]}",
        "/settings/offices/", f"/i/{token}/", f"/i/{token}/way/", f"/i/{token}/my-data/", "/triage/", "/calls/", "/vacancies/",
    ]  # fmt: skip
    for path in pages:
        text = admin.get(path).content.decode()
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert "' onmouseover='" not in text, path
        assert 'href="javascript:' not in text, path
        assert not re.search(r">\s*49\s*<", text) or script != "{{7*7}}", path
    row = application.candidate.messages.get()
    # A template of a message is never made from a person's text: braces stay braces.
    if "{" in script:
        assert script in row.body


@pytest.mark.attack("A051")
@pytest.mark.attack("A052")
@pytest.mark.attack("A077")
def test_every_answer_carries_the_policy(admin):
    visitor = Client()
    invitation = day.invited(day.opened())
    answers = [admin.get(path) for name, path, _action in guarded() if "/1/" not in path]
    answers += [
        visitor.get(path)
        for path in ("/sign-in/", "/no/such/page/", f"/i/{token_of(invitation)}/", "/password/forgotten/")
    ]
    answers += [admin.get("/api/v1/vacancies/"), visitor.post("/sign-in/", {"username": "x"})]

    for answer in answers:
        policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
        assert (policy["script-src"], policy["style-src"]) == ("'self'", "'self'")
        assert (policy["frame-ancestors"], policy["base-uri"], policy["default-src"]) == ("'none'", "'none'", "'none'")
        assert policy.get("object-src", policy["default-src"]) == "'none'"
        assert (answer.headers["X-Content-Type-Options"], answer.headers["X-Frame-Options"]) == ("nosniff", "DENY")


@pytest.mark.attack("A051")
def test_no_template_holds_a_script_or_style_of_its_own():
    found = []
    for app in ("recruit", "scheduling", "jobposts"):
        for path in (django_settings.BASE_DIR / app).rglob("*.html"):
            text = path.read_text()
            # A block of data (JSON-LD of a job) is nothing that runs. What a tag of the template language says is none of
            # the page: ``{% include … with one=best %}`` is no event handler.
            text = re.sub(r"{%.*?%}", "", text).replace('<script type="application/ld+json">', "")
            if re.search(r"<script(?![^>]*\bsrc=)[^>]*>|\son\w+=|<style|\sstyle=\"", text):
                found.append(path.name)

    assert found == []


@pytest.mark.attack("A053")
@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)"])
def test_no_page_of_colleagues_sends_to_another_site(admin, target):
    for _name, path, _action in guarded():
        if "/1/" in path:
            continue
        answer = admin.get(path, {"next": target, "back": target, "url": target, "return": target})
        assert "evil" not in answer.headers.get("Location", "")
        assert "javascript" not in answer.headers.get("Location", "")


# -- long and odd --------------------------------------------------------------------------------------------------------

LONG = [char * 100_000 for char in ("a", "<", "&", "@", "(", " ", "1", "\\", "+", "я", "=", ".")]


@pytest.mark.attack("A090")
@pytest.mark.parametrize("text", LONG, ids=lambda text: repr(text[0]))
def test_a_long_string_is_answered_at_once(admin, text):
    from recruit.parsing.normalise import email_norm, name_key, phone_e164

    token = token_of(day.invited(day.opened()))
    begun = time.process_time()

    answers = [
        admin.get("/search/", {"q": text[:4000]}),
        admin.get("/", headers={"accept-language": text[:20_000]}),
        admin.post("/profile/", {"name": text, "language": text, "time_zone": text, "theme": text, "density": text}),
        admin.post(f"/i/{token}/", {"what": "move", "wish": text}),
        admin.post("/sign-in/", {"username": text, "password": text}),
        admin.get(f"/{text[:4000]}"),
    ]
    for reader in (email_norm, name_key, lambda word: phone_e164(word, "RU")):
        reader(text)

    assert [one.status_code for one in answers if one.status_code >= 500] == []
    assert time.process_time() - begun < QUICK * 3


ODD = [
    "1e309",
    "-1",
    "99999-99-99",
    "0000-01-01",
    "NaN",
    "Infinity",
    "9" * 5000,
    "１２",
    "1_000",
    "0x10",
    "\x00",
    "''",
    "[]",
]


@pytest.mark.attack("A092")
@pytest.mark.parametrize("word", ODD)
def test_an_odd_number_or_date_is_refused_or_ignored(admin, word):
    session, api = day.opened(), caller(Role.INTEGRATOR)
    office = session.office

    pages = [
        "/outbox/",
        "/sessions/",
        "/statistics/",
        "/compare/",
        "/vacancies/",
        "/calls/",
        "/triage/",
        f"/sessions/{session.pk}/live/",
    ]
    for path in pages:
        query = dict.fromkeys(
            ("page", "limit", "offset", "days", "day", "from", "to", "vacancy", "office", "by", "v"), word
        )
        assert admin.get(path, query).status_code < 500, path
    for path in ("/api/v1/applications/", "/api/v1/sessions/", "/api/v1/statistics/"):
        query = {"limit": word, "cursor": word, "vacancy": word, "office": word, "session": word, "page_size": word}
        assert api.get(path, query).status_code < 500, path
    body = {
        "format": "streamed",
        "office": office.pk,
        "starts_at": word,
        "ends_at": word,
        "target": word,
        "minutes_each": word,
    }
    assert api.post("/api/v1/sessions/", body, format="json").status_code == 400
    raw = '{"title": "x", "openings": %s}' % ("1e309" if word == "1e309" else json.dumps(word))
    assert api.generic("POST", "/api/v1/vacancies/", raw, content_type="application/json").status_code in {201, 400}
    if word.isascii() and word.isprintable() and "/" not in word:
        assert admin.get(f"/candidates/{word}/").status_code == 404


@pytest.mark.attack("A093")
def test_a_page_is_never_larger_or_deeper_than_it_may_be(admin):
    for number in range(3):
        world.candidate(f"Anna {number}")
    api, mine = caller(Role.INTEGRATOR), caller(Role.ADMIN)

    first = api.get("/api/v1/candidates/", {"limit": 10**6, "page_size": 10**6})
    with CaptureQueriesContext(
        connection,
    ) as queries:
        api.get("/api/v1/candidates/", {"limit": 10**6, "page_size": 10**6, "offset": 10**9})
    limits = [int(found) for query in queries for found in re.findall(r"LIMIT (\d+)", query["sql"])]

    assert first.status_code == 200
    assert max(limits) <= 201
    assert "OFFSET 1000000000" not in str(queries.captured_queries)
    assert mine.get("/api/v1/candidates/", {"cursor": "b2Zmc2V0PTk5OTk5OTk5OQ=="}).status_code in {200, 404}
    for path in ("/outbox/", "/vacancies/"):
        assert admin.get(path, {"page": 10**9}).status_code == 200


# -- too much at once ----------------------------------------------------------------------------------------------------


@pytest.mark.attack("A095")
def test_the_api_says_when_it_was_too_often(monkeypatch):
    monkeypatch.setattr(rates, "API", rates.Rate("api", 3, 60))
    client = caller(Role.INTEGRATOR)

    answers = [client.get("/api/v1/vacancies/") for _ in range(4)]

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert (answers[-1].json()["error"]["code"], answers[-1].headers["Retry-After"].isdigit()) == ("throttled", True)
    # Another key has a count of its own.
    assert caller(Role.INTEGRATOR).get("/api/v1/vacancies/").status_code == 200


@pytest.mark.attack("A095")
def test_uploads_and_answers_have_limits(admin, monkeypatch):
    from django.core.files.uploadedfile import SimpleUploadedFile

    monkeypatch.setattr(rates, "UPLOAD", rates.Rate("upload", 1, 600))
    monkeypatch.setattr(rates, "LINK_ANSWER", rates.Rate("link-answer", 1, 60))
    token = token_of(day.invited(day.opened()))

    uploads = [
        admin.post(
            "/imports/", {"kind": "responses", "file": SimpleUploadedFile("a.csv", b"name,phone\nA,1\n")}
        ).status_code
        for _ in range(2)
    ]
    presses = [Client().post(f"/i/{token}/", {"what": "confirm"}) for _ in range(2)]

    assert uploads == [302, 429]
    assert [one.status_code for one in presses] == [302, 429]
    assert presses[1].headers["Retry-After"].isdigit()


# -- injection -----------------------------------------------------------------------------------------------------------

SQL = [
    "name;select pg_sleep(30)",
    "name) UNION SELECT 1--",
    "1 OR 1=1",
    "'; DROP TABLE recruit_candidate;--",
    "(select 1)",
    "-name,pk",
]


@pytest.mark.attack("A098")
@pytest.mark.parametrize("word", SQL)
def test_sql_in_a_parameter_is_a_value_or_refused(admin, word):
    world.candidate("Anna")
    api = caller(Role.INTEGRATOR)
    names = (
        "sort",
        "order",
        "ordering",
        "o",
        "by",
        "state",
        "channel",
        "q",
        "vacancy",
        "office",
        "days",
        "tags",
        "period",
        "cursor",
    )
    slowest = 0.0

    for path in (
        "/outbox/",
        "/statistics/",
        "/sessions/",
        "/vacancies/",
        "/search/",
        "/calls/",
        "/triage/",
        "/compare/",
    ):
        begun = time.monotonic()
        assert admin.get(path, dict.fromkeys(names, word)).status_code < 500, path
        slowest = max(slowest, time.monotonic() - begun)
    for path in ("/api/v1/candidates/", "/api/v1/applications/", "/api/v1/sessions/", "/api/v1/statistics/"):
        begun = time.monotonic()
        assert api.get(path, dict.fromkeys(names, word)).status_code in {200, 400, 404}, path
        slowest = max(slowest, time.monotonic() - begun)

    # One page in which the database sleeps takes longer; all of them together may, on a busy machine.
    assert slowest < 25
    assert Candidate.objects.count() == 1


@pytest.mark.attack("A102")
@pytest.mark.parametrize("end", [*LINE_ENDS[:8], "\x1b[31m", "\x07"])
def test_a_line_end_in_a_request_makes_no_line_of_the_log(caplog, end):
    from urllib.parse import quote

    client = Client(raise_request_exception=False)

    client.get(
        f"/nothing{quote(end)}INFO forged",
        headers={"user-agent": f"x{end}INFO forged", "x-request-id": f"abcdefgh{end}y"},
    )

    for row in caplog.records:
        assert end not in row.getMessage()
        assert "\nINFO forged" not in row.getMessage()


# -- configuration -------------------------------------------------------------------------------------------------------


def manage(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    import os

    clean = {
        key: value
        for key, value in os.environ.items()
        if key not in {"SECRET_KEY", "TURNOUT_MODE", "ALLOWED_HOSTS", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    }
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=django_settings.BASE_DIR, env={**clean, **env}, capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip


SAFE = {
    "TURNOUT_MODE": "production", "SECRET_KEY": "k" * 20 + "J7x!q0Zp" * 6, "ALLOWED_HOSTS": "turnout.example",
    "PUBLIC_URL": "https://turnout.example", "WARN_OF_SQLITE": "0",
}  # fmt: skip


@pytest.mark.attack("A165")
def test_the_shipped_production_settings_pass_the_deployment_check(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", TURNOUT_VAR=str(tmp_path), **SAFE)

    assert (done.returncode, "no issues" in done.stdout + done.stderr) == (0, True), done.stderr


@pytest.mark.attack("A165")
@pytest.mark.parametrize(
    ("change", "word"),
    [({"PUBLIC_URL": "http://x"}, "PUBLIC_URL"), ({"OUTBOUND_ALLOW": "127.0.0.1:1"}, "turnout.E001"),
     ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"), ({"SECRET_KEY": ""}, "SECRET_KEY"), ({"SECRET_KEY": "short"}, "SECRET_KEY")],
    ids=["http", "door", "hosts", "no key", "short key"],
)  # fmt: skip
def test_what_is_unsafe_does_not_start(tmp_path, change, word):
    done = manage("check", "--deploy", "--fail-level", "WARNING", TURNOUT_VAR=str(tmp_path), **{**SAFE, **change})

    assert done.returncode != 0
    assert word in done.stdout + done.stderr


@pytest.mark.attack("A167")
@pytest.mark.parametrize("path", ["/no/such/page/", "/candidates/999999/", "/api/v1/candidates/999999/"])
def test_an_error_page_is_short_and_tells_nothing(admin, path, settings):
    settings.DEBUG = False

    text = admin.get(path).content.decode()

    for word in ("Traceback", 'File "', "SELECT ", "Django", str(django_settings.BASE_DIR), "site-packages"):
        assert word not in text


@pytest.mark.attack("A167")
def test_a_fault_of_ours_is_a_short_page(settings, monkeypatch):
    from recruit.services import retention

    settings.DEBUG = False
    client = Client(raise_request_exception=False)
    client.force_login(person(Role.ADMIN))
    monkeypatch.setattr(retention, "rule_for_all", lambda: 1 / 0)

    page = client.get("/settings/privacy/")

    assert page.status_code == 500
    assert "ZeroDivisionError" not in page.content.decode()
    assert len(page.content) < 3000


@pytest.mark.attack("A167")
@pytest.mark.parametrize(("headers", "status"), [({"host": "evil.example"}, 400)])
def test_a_bad_request_is_a_short_page(headers, status, settings):
    settings.DEBUG = False

    answer = Client().get("/", headers=headers)

    assert (answer.status_code, "evil.example" in answer.content.decode()) == (status, False)


@pytest.mark.attack("A079")
def test_a_body_that_is_too_large_or_has_too_many_parts_is_refused(admin, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    token = token_of(day.invited(day.opened()))

    large = admin.post("/profile/", {"name": "x" * 20_000})
    many = admin.post("/profile/", {f"f{number}": "1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)})
    public = Client().post(f"/i/{token}/", {"wish": "x" * 20_000})
    api = client_of(world.user(Role.INTEGRATOR)).generic(
        "POST", "/api/v1/vacancies/", '{"title": "%s"}' % ("x" * 20_000), content_type="application/json"
    )

    assert [one.status_code for one in (large, many, public)] == [400, 400, 400]
    assert api.status_code in {400, 413}
    assert Invitation.objects.get().state == "sent"
