"""The API is called with whatever its own document allows and forbids: no fault, and no answer it does not tell of."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from recruit.models import Application, Candidate, ImportRun, Offer, Office, Vacancy
from recruit.permissions import Role
from recruit.services import imports
from recruit.services.keys import new_key
from recruit.wsgi import application
from scheduling.models import InterviewSession, Invitation, Plan, Scorecard
from scheduling.services import desk, plans
from tests.recruit import world
from tests.recruit.api.world import session, tomorrow
from tests.scheduling import world as day

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 20
SCHEMA = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
SCHEMA.app = application
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations()}
# What stands behind {id} in an address, by its first word.
ROWS = {
    "applications": Application, "candidates": Candidate, "imports": ImportRun, "invitations": Invitation, "offers": Offer,
    "offices": Office, "plans": Plan, "scorecards": Scorecard, "sessions": InterviewSession, "vacancies": Vacancy,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _one_connection():
    """Keep the connection, and with it the test's transaction, from one call to the next."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def key() -> str:
    """Return the key of an administrator of a company that has one of everything."""
    admin = world.user(Role.ADMIN)
    here = day.opened(starts_at=tomorrow(13), ends_at=tomorrow(17))
    asked = [day.invited(here, name, email=f"{name}@mail.test") for name in ("anna", "boris")]
    desk.check_in(asked[0], at=tomorrow(13), actor=day.by(admin))
    day.shortlisted(here, "chen", email="chen@mail.test")
    plans.propose_plan(session(to=here.vacancies.first()), by=admin, at=tomorrow(1))
    imports.receive(
        data=b"Name,Phone\nAnna,+79005550001\n,\n", filename="a.csv", kind="responses", by=admin, options={}
    )
    return new_key(user=admin, name="fuzz")[1]


def numbers_of(operation: Any) -> st.SearchStrategy[dict[str, Any] | None]:
    """Return addresses of rows that are there, so that more than 404 is met; None leaves the address to the document."""
    parts = operation.path.strip("/").split("/")
    names = [one.name for one in operation.path_parameters]
    if names == ["external_id"]:
        return st.sampled_from([None, {"external_id": "one"}])
    if names != ["id"]:
        return st.none()
    pks = list(ROWS[parts[2]]._default_manager.values_list("pk", flat=True)[:3])
    return st.sampled_from([{"id": pk} for pk in pks] + [None])


@pytest.mark.attack("A169")
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_every_answer_is_one_that_the_document_tells_of(label, key):
    operation = OPERATIONS[label]
    numbers = numbers_of(operation)

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.data())
    def call(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
        given_numbers = data.draw(numbers)
        case = data.draw(operation.as_strategy(generation_mode=mode, path_parameters=given_numbers))
        with transaction.atomic():
            answer = case.call(headers={"Authorization": f"Bearer {key}"})
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)

    call()
