"""Moves of many people: at once or after a delay, and back as a whole."""

from datetime import timedelta

import pytest

from recruit.errors import InvalidInputError, TransitionRefusedError
from recruit.models import Application
from recruit.services.applications import move_stage
from recruit.services.bulk import carry_out, carry_out_due, plan_bulk, undo_bulk
from recruit.states import BulkState, Stage
from tests.recruit.world import HOUR, NINE, application, candidate, user, vacancy

pytestmark = pytest.mark.django_db


def people(count=3):
    to = vacancy()
    return [application(who=candidate(f"Person {n}"), to=to) for n in range(count)]


def stages():
    return sorted(Application.objects.values_list("stage", flat=True))


def test_without_a_delay_everybody_moves_at_once():
    rows, by = people(), user()

    bulk = plan_bulk(rows, Stage.REJECTED, at=NINE, by=by, reason="far")

    assert (bulk.state, stages()) == (BulkState.DONE, ["rejected"] * 3)
    moved = Application.objects.first()
    assert (moved.closing_reason, moved.triaged_by, moved.triaged_at) == ("far", by, NINE)


def test_a_delayed_move_waits_for_its_time():
    plan_bulk(people(), Stage.REJECTED, at=NINE, by=user(), delay=HOUR)

    assert (stages(), carry_out_due(at=NINE + timedelta(minutes=59)), carry_out_due(at=NINE + HOUR)) == (
        ["new"] * 3,
        0,
        3,
    )
    assert (stages(), carry_out_due(at=NINE + 2 * HOUR)) == (["rejected"] * 3, 0)


def test_who_was_moved_by_somebody_else_meanwhile_stays_there():
    rows, by = people(), user()
    bulk = plan_bulk(rows, Stage.REJECTED, at=NINE, by=by, delay=HOUR)
    move_stage(rows[0], Stage.SHORTLIST, at=NINE, by=user())

    assert (carry_out(bulk, at=NINE + HOUR), stages()) == (2, ["rejected", "rejected", "shortlist"])


def test_what_waits_is_called_off_by_undo():
    bulk = plan_bulk(people(), Stage.REJECTED, at=NINE, by=user(), delay=HOUR)

    assert (undo_bulk(bulk, at=NINE, by=user()), bulk.state) == (3, BulkState.UNDONE)
    assert (carry_out_due(at=NINE + HOUR), stages()) == (0, ["new"] * 3)


def test_what_was_done_is_undone_where_nothing_came_after_it():
    rows, by = people(), user()
    bulk = plan_bulk(rows, Stage.REJECTED, at=NINE, by=by)
    later = Application.objects.get(pk=rows[0].pk)
    move_stage(later, Stage.SCREENING, at=NINE, by=by)

    assert (undo_bulk(bulk, at=NINE + HOUR, by=by), stages()) == (2, ["new", "new", "screening"])
    assert list(Application.objects.filter(stage="new").values_list("triaged_by", flat=True)) == [None, None]


def test_of_two_who_undo_one_wins():
    bulk = plan_bulk(people(), Stage.REJECTED, at=NINE, by=user())
    undo_bulk(bulk, at=NINE, by=user())

    with pytest.raises(TransitionRefusedError):
        undo_bulk(bulk, at=NINE, by=user())


@pytest.mark.parametrize("count", [0, 501])
def test_nobody_and_too_many_are_refused(count):
    with pytest.raises(InvalidInputError) as caught:
        plan_bulk([Application()] * count, Stage.REJECTED, at=NINE, by=user())

    assert caught.value.field == "people"
