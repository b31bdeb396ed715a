"""Users: invited by mail, let go at once, and somebody always stays administrator."""

from __future__ import annotations

import pytest

from recruit.errors import ConflictError
from recruit.models import ApiKey, AuditEntry, Message, SignIn, User
from recruit.permissions import Role
from recruit.services import users
from recruit.services.keys import new_key
from tests.recruit.world import NINE, team, user

pytestmark = pytest.mark.django_db


def test_an_invited_person_gets_a_mail_with_a_link_and_no_password():
    admin, mine = user(Role.ADMIN), team()

    made = users.save_user(
        User(name="Anna", email="Anna@Turnout.Test", role=Role.DESK), teams=[mine], by=admin, at=NINE
    )

    row = Message.objects.get()
    assert (made.email, made.has_usable_password(), list(made.teams.all())) == ("anna@turnout.test", False, [mine])
    assert (row.user, row.to_address, "/password/" in row.body) == (made, "anna@turnout.test", True)


def test_who_is_let_go_is_signed_out_and_their_keys_end():
    admin, other = user(Role.ADMIN), user(Role.LEAD)
    SignIn.objects.create(user=other, session_key="x", place="p", at=NINE)
    new_key(user=other, name="mine")
    other.is_active = False

    users.save_user(other, teams=[], by=admin, at=NINE)

    assert SignIn.objects.get().ended_at == NINE
    assert ApiKey.objects.get().revoked_at is not None


@pytest.mark.parametrize("change", [{"role": Role.LEAD}, {"is_active": False}])
def test_the_last_administrator_stays(change):
    admin = user(Role.ADMIN)
    for name, value in change.items():
        setattr(admin, name, value)

    with pytest.raises(ConflictError):
        users.save_user(admin, teams=[], by=admin, at=NINE)

    assert User.objects.get(pk=admin.pk).role == Role.ADMIN


def test_every_change_is_audited_and_keys_are_no_people():
    admin, other = user(Role.ADMIN), user(Role.LEAD)
    user(Role.INTEGRATOR)
    other.role = Role.CALLER

    users.save_user(other, teams=[], by=admin, at=NINE)
    users.send_link(other, by=admin, at=NINE)

    assert set(users.people()) == {admin, other}
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"user.changed", "user.link_sent"}
