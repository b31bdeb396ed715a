"""Operations that may take long: their answer is kept, their effect is not bound to it; a fault outside frees the key."""

import pytest
from django.db import connection

from recruit.models import IdempotencyKey
from recruit.outbound import OutboundError
from scheduling.models import Plan
from tests.recruit.api.world import caller, session
from tests.scheduling.world import shortlisted

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "k1"}


def test_a_plan_asked_for_twice_under_one_key_is_one_plan():
    asked, client = session(), caller()
    shortlisted(asked)
    path = f"/api/v1/sessions/{asked.pk}/plan/"

    first, second = (client.post(path, {}, format="json", headers=KEY) for _ in range(2))

    assert (first.status_code, second.status_code, second.headers["Idempotent-Replayed"]) == (201, 201, "true")
    assert second.json() == first.json()
    assert Plan.objects.count() == 1


def test_a_fault_of_another_server_is_told_and_the_call_may_be_tried_again():
    asked, client = session(), caller()
    shortlisted(asked)
    path = f"/api/v1/sessions/{asked.pk}/plan/"

    def unreachable(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "scheduling_plan"'):
            raise OutboundError("no answer")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(unreachable):
        first = client.post(path, {}, format="json", headers=KEY)
    left = IdempotencyKey.objects.count()
    second = client.post(path, {}, format="json", headers=KEY)

    assert (first.status_code, first.json()["error"]["code"], left) == (502, "outbound", 0)
    assert (second.status_code, "Idempotent-Replayed" in second.headers, Plan.objects.count()) == (201, False, 1)
