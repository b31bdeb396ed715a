"""Keys of programs are shown once and kept as a hash."""

import hashlib

import pytest

from recruit.models import ApiKey
from recruit.permissions import Role
from recruit.services.keys import digest_of, new_key
from tests.recruit.world import user

pytestmark = pytest.mark.django_db


def test_only_the_hash_of_a_key_is_kept():
    key, text = new_key(user=user(Role.INTEGRATOR), name="board")

    stored = ApiKey.objects.values().get(pk=key.pk)
    assert stored["digest"] == hashlib.sha256(text.encode()).hexdigest() == digest_of(text)
    assert text.startswith(f"tk_{key.prefix}_")
    assert [column for column, value in stored.items() if text in str(value)] == []
    assert [column for column, value in stored.items() if text.rpartition("_")[2] in str(value)] == []


def test_keys_differ_and_have_256_bits():
    made = [new_key(user=user(), name="k")[1].split("_", 2)[2] for _ in range(5)]

    assert len(set(made)) == 5
    assert {len(secret) for secret in made} == {43}


def test_a_key_has_the_role_of_its_user():
    assert new_key(user=user(Role.CALLER), name="k")[0].role == Role.CALLER
