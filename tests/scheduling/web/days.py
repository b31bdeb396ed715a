"""A closed day and a hire that the tests of the statistics pages stand on."""

from recruit.permissions import Role
from recruit.states import Stage
from scheduling.services import closing
from tests.recruit import world
from tests.scheduling.world import MINUTE, OPENS, invited, opened


def a_day(people=4, **fields):
    """Close a session to which ``people`` were invited; the first half came."""
    session, user = opened(**fields), world.user(Role.ADMIN)
    for number in range(people):
        row = invited(session, f"Person {number}", band=number % 3)
        closing.settle(row, "came" if number < people // 2 else "no_show", at=OPENS + 170 * MINUTE, by=user)
    closing.close_session(session, at=OPENS + 200 * MINUTE, by=user)
    return session, user


def a_hire(**fields):
    application = world.application(**fields)
    type(application).objects.filter(pk=application.pk).update(stage=Stage.HIRED, stage_since=world.NINE)
    application.refresh_from_db()
    return application
