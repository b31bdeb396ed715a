"""Whatever a service does to an invitation, its events tell the same story as its columns."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from recruit.permissions import Role
from scheduling.models import Invitation
from scheduling.services import closing, desk
from scheduling.services.rebuild import differences
from scheduling.services.replies import ask_to_move, confirm, decline, running_late, unsure
from tests.recruit import world
from tests.scheduling.world import DAY_BEFORE, MINUTE, OPENS, by, invited, opened, person

pytestmark = pytest.mark.django_db


def a_busy_day():
    session, user = opened(), world.user(Role.ADMIN)
    rows = [invited(session, f"Person {number}", band=number % 3) for number in range(9)]
    confirm(rows[0], at=DAY_BEFORE, actor=person())
    decline(rows[1], at=DAY_BEFORE, actor=person())
    confirm(rows[2], at=DAY_BEFORE, actor=person())
    decline(rows[2], at=OPENS - 30 * MINUTE, actor=person())
    unsure(rows[3], at=DAY_BEFORE, actor=person())
    ask_to_move(rows[4], at=DAY_BEFORE, actor=person())
    running_late(rows[5], minutes=20, at=OPENS, actor=person())
    here = desk.check_in(rows[6], at=OPENS, actor=by(user))
    desk.undo_check_in(here, at=OPENS + MINUTE, actor=by(user))
    seen = desk.check_in(rows[7], at=OPENS, actor=by(user))
    seen = desk.start(seen, at=OPENS + 5 * MINUTE, actor=by(user))
    seen = desk.undo_start(seen, at=OPENS + 6 * MINUTE, actor=by(user))
    desk.finish(desk.start(seen, at=OPENS + 7 * MINUTE, actor=by(user)), at=OPENS + 20 * MINUTE, actor=by(user))
    closing.settle(rows[8], "cancelled", at=OPENS + 170 * MINUTE, by=user)
    closing.settle(rows[4], "no_show", at=OPENS + 170 * MINUTE, by=user)
    desk.add_walk_in(world.application(to=session.vacancies.first()), session, at=OPENS, actor=by(user))
    return rows


def test_every_step_of_a_day_can_be_told_again():
    rows = a_busy_day()

    assert list(differences()) == []
    states = dict(Invitation.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in rows] == [
        "confirmed", "declined", "declined", "sent", "no_show", "confirmed", "sent", "finished", "cancelled",
    ]  # fmt: skip


def test_a_column_that_was_changed_behind_the_ledgers_back_is_found(capsys):
    rows = a_busy_day()
    Invitation.objects.filter(pk=rows[1].pk).update(state="sent")

    with pytest.raises(CommandError):
        call_command("check_ledger")

    assert capsys.readouterr().err == f"invitation {rows[1].pk}, state: sent stored, declined told\n"
