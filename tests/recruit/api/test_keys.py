"""API keys: hashed, shown once, revoked at once, and it is known when each was last used."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from recruit.models import ApiKey
from recruit.permissions import Role
from recruit.services.keys import digest_of, new_key
from tests.recruit import world

pytestmark = pytest.mark.django_db
OFFICES = "/api/v1/offices/"


def call(text: str, scheme: str = "Bearer"):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"{scheme} {text}")
    return client.get(OFFICES)


@pytest.mark.attack("A026")
def test_the_text_of_a_key_is_in_no_column():
    key, text = new_key(user=world.user(), name="ours")

    row = ApiKey.objects.filter(pk=key.pk).values().get()

    secret = text.split("_", 2)[2]
    assert [name for name, value in row.items() if secret in str(value)] == []
    assert row["digest"] == digest_of(text)


def test_two_keys_of_one_user_differ():
    user = world.user()

    assert new_key(user=user, name="a")[1] != new_key(user=user, name="b")[1]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_key_opens_the_api(scheme):
    assert call(new_key(user=world.user(), name="ours")[1], scheme).status_code == 200


@pytest.mark.attack("A027")
def test_a_revoked_key_is_refused_at_the_next_call():
    key, text = new_key(user=world.user(), name="ours")
    before = call(text).status_code

    ApiKey.objects.filter(pk=key.pk).update(revoked_at=timezone.now())

    assert (before, call(text).status_code) == (200, 401)


def test_the_key_of_somebody_who_left_is_refused():
    user = world.user()
    text = new_key(user=user, name="ours")[1]

    user.is_active = False
    user.save()

    assert call(text).status_code == 401


@pytest.mark.parametrize("spoilt", ["{key}x", "x{key}", "tk_{key}", "", "tk_", "tk__"])
def test_a_spoilt_key_is_refused_in_the_one_shape(spoilt):
    answer = call(spoilt.format(key=new_key(user=world.user(), name="ours")[1]))

    assert answer.status_code == 401
    assert answer.json()["error"] == {"code": "key_not_valid", "message": "This key is not valid.", "fields": {}}


def test_use_is_written_down_at_most_once_a_minute():
    key, text = new_key(user=world.user(Role.ADMIN), name="ours")
    call(text)
    first = ApiKey.objects.get(pk=key.pk).last_used_at
    call(text)
    second = ApiKey.objects.get(pk=key.pk).last_used_at
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=timezone.now() - timedelta(minutes=2))
    call(text)

    third = ApiKey.objects.get(pk=key.pk).last_used_at

    assert first is not None
    assert second == first
    assert third > first
