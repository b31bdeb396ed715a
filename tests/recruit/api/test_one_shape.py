"""Whatever goes wrong below /api/, the answer has the one shape; pages answer with a page."""

import pytest
from django.db import OperationalError
from django.test import Client

pytestmark = pytest.mark.django_db
SHAPE = ["code", "fields", "message"]


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [("/api/v1/no-such-thing/", 404, "not_found"), ("/api/v1/offices/?office=%00", 400, "invalid")],
)
def test_an_address_that_cannot_be_read_is_told_in_the_one_shape(client, path, status, code):
    answer = client.get(path)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert (sorted(answer.json()["error"]), answer.json()["request_id"]) == (SHAPE, answer.headers["X-Request-ID"])


@pytest.mark.parametrize(
    ("error", "status", "code", "retry"),
    [(OperationalError("database is locked"), 503, "busy", "5"), (RuntimeError("broken"), 500, "fault", None)],
)
def test_a_fault_is_told_in_the_one_shape_and_says_no_more(client, monkeypatch, error, status, code, retry):
    def broken(*_args, **_more):
        raise error

    monkeypatch.setattr("recruit.api.auth.digest_of", broken)
    monkeypatch.setattr("recruit.api.auth.ApiKey.objects.select_related", broken)

    answer = client.get("/api/v1/offices/", headers={"Authorization": "Bearer tk_a_b"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert (sorted(answer.json()["error"]), answer.headers.get("Retry-After")) == (SHAPE, retry)
    assert str(error) not in answer.content.decode()


@pytest.mark.parametrize("path", ["/no-such-thing/", "/sign-in/?next=%00"])
def test_a_page_answers_with_a_page(client, path):
    answer = client.get(path)

    assert (answer.status_code in {400, 404}, answer.headers["Content-Type"]) == (True, "text/html; charset=utf-8")
