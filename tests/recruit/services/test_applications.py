"""Applications along the pipeline."""

from datetime import timedelta

import pytest

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import Application, StageMove
from recruit.services.applications import apply, bring_back, move_many, move_stage, triage, undo_move
from recruit.states import LIVE_STAGES, STAGE_MOVES, Stage, stage_after
from tests.recruit.world import HOUR, NINE, application, candidate, source, user, vacancy

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("old", list(Stage))
@pytest.mark.parametrize("new", list(Stage))
def test_stage_table_decides_every_pair(old, new):
    ended = {Stage.REJECTED, Stage.WITHDRAWN}
    if old in LIVE_STAGES:
        expected = new != old
    elif old in ended:
        expected = new in LIVE_STAGES
    else:
        expected = new in {Stage.OFFER, *ended}

    allowed = new in STAGE_MOVES[old]

    assert allowed == expected
    if allowed:
        assert stage_after(old, new) is new
    else:
        with pytest.raises(TransitionRefusedError):
            stage_after(old, new)


def test_a_move_is_an_event_with_actor_time_and_reason():
    row, by = application(), user()

    move = move_stage(row, Stage.REJECTED, at=NINE, by=by, reason="far")

    assert (move.old, move.new, move.at, move.actor, move.reason, move.undoes) == (
        Stage.NEW, Stage.REJECTED, NINE, by, "far", None,
    )  # fmt: skip
    assert (row.stage, row.stage_since, row.closing_reason) == (Stage.REJECTED, NINE, "far")


def test_a_reason_is_kept_on_the_application_only_where_it_ends():
    row = application()

    move_stage(row, Stage.SCREENING, at=NINE, by=None, reason="looks good")

    assert row.closing_reason == ""
    assert row.moves.get().reason == "looks good"


def test_of_two_movers_one_wins():
    row = application()
    stale = Application.objects.get(pk=row.pk)
    move_stage(row, Stage.SHORTLIST, at=NINE, by=user())

    with pytest.raises(TransitionRefusedError, match="moved this person to “Shortlist”"):
        move_stage(stale, Stage.REJECTED, at=NINE + HOUR, by=user())

    assert Application.objects.get().stage == Stage.SHORTLIST
    assert StageMove.objects.count() == 1


def test_undo_is_a_new_event():
    row, by = application(), user()
    move = move_stage(row, Stage.REJECTED, at=NINE, by=by, reason="far")

    undone = undo_move(move, at=NINE + HOUR, by=by)

    row.refresh_from_db()
    assert (undone.old, undone.new, undone.undoes, undone.at) == (Stage.REJECTED, Stage.NEW, move, NINE + HOUR)
    assert (row.stage, row.closing_reason, row.moves.count()) == (Stage.NEW, "", 2)


def test_a_move_is_undone_once():
    row, by = application(), user()
    move = move_stage(row, Stage.REJECTED, at=NINE, by=by)
    undo_move(move, at=NINE + HOUR, by=by)

    with pytest.raises(TransitionRefusedError, match="moved on"):
        undo_move(move, at=NINE + HOUR, by=by)

    assert row.moves.count() == 2


def test_an_earlier_move_cannot_be_undone_over_a_later_one():
    row, by = application(), user()
    first = move_stage(row, Stage.SHORTLIST, at=NINE, by=by)
    move_stage(row, Stage.INTERVIEW, at=NINE + HOUR, by=by)

    with pytest.raises(TransitionRefusedError, match="moved on"):
        undo_move(first, at=NINE + 2 * HOUR, by=by)

    row.refresh_from_db()
    assert row.stage == Stage.INTERVIEW


def test_undoing_a_rejection_is_refused_where_the_person_has_applied_again():
    person, to = candidate(), vacancy()
    row = application(who=person, to=to)
    move = move_stage(row, Stage.REJECTED, at=NINE, by=user())
    application(who=person, to=to)

    with pytest.raises(ConflictError, match="another open application"):
        undo_move(move, at=NINE + HOUR, by=user())

    row.refresh_from_db()
    assert row.stage == Stage.REJECTED


@pytest.mark.parametrize(("decision", "stage", "priority"), [("yes", Stage.SHORTLIST, 1), ("no", Stage.REJECTED, 0)])
def test_triage_decides(decision, stage, priority):
    row, by = application(), user()

    move = triage(row, decision, at=NINE, by=by, reason="r")

    assert (move.old, move.new, move.reason) == (Stage.NEW, stage, "r")
    assert (row.stage, row.triaged_at, row.triaged_by, row.priority) == (stage, NINE, by, priority)


def test_the_shortlist_keeps_the_order_of_the_decisions():
    to, by = vacancy(), user()
    rows = [application(who=candidate(f"Person {n}"), to=to) for n in range(3)]

    for row in (rows[2], rows[0], rows[1]):
        triage(row, "yes", at=NINE, by=by)

    order = Application.objects.order_by("priority").values_list("candidate__name", flat=True)
    assert list(order) == ["Person 2", "Person 0", "Person 1"]


def test_the_order_of_one_vacancy_does_not_move_that_of_another():
    by = user()
    triage(application(), "yes", at=NINE, by=by)
    other = application(who=candidate("Boris"))

    triage(other, "yes", at=NINE, by=by)

    assert other.priority == 1


def test_later_sends_a_response_to_the_end_and_keeps_it_undecided():
    row = application()

    assert triage(row, "later", at=NINE, by=user()) is None

    row.refresh_from_db()
    assert (row.stage, row.postponed_at, row.triaged_at) == (Stage.NEW, NINE, None)
    bring_back(row)
    row.refresh_from_db()
    assert row.postponed_at is None


def test_undo_of_a_triage_makes_the_response_undecided_again():
    row, by = application(), user()
    triage(row, "later", at=NINE, by=by)
    move = triage(row, "yes", at=NINE + HOUR, by=by)

    undo_move(move, at=NINE + 2 * HOUR, by=by)

    row.refresh_from_db()
    assert (row.stage, row.triaged_at, row.triaged_by, row.postponed_at) == (Stage.NEW, None, None, None)
    assert list(Application.objects.untriaged()) == [row]


@pytest.mark.parametrize("decision", ["yes", "no", "later"])
def test_a_decided_response_is_not_decided_again(decision):
    row, by = application(), user()
    triage(row, "no", at=NINE, by=by)

    with pytest.raises(TransitionRefusedError, match="moved this person to “Rejected”"):
        triage(row, decision, at=NINE + HOUR, by=by)

    row.refresh_from_db()
    assert (row.stage, row.triaged_at) == (Stage.REJECTED, NINE)


def test_two_decisions_at_once_count_once():
    row, by = application(), user()
    stale = Application.objects.get(pk=row.pk)
    triage(row, "yes", at=NINE, by=by)

    with pytest.raises(TransitionRefusedError, match="moved this person to “Shortlist”"):
        triage(stale, "no", at=NINE + HOUR, by=by)

    row.refresh_from_db()
    assert (row.stage, row.triaged_at, row.priority) == (Stage.SHORTLIST, NINE, 1)


def test_an_unknown_decision_is_an_error_at_its_field():
    with pytest.raises(InvalidInputError) as caught:
        triage(application(), "perhaps", at=NINE, by=user())

    assert caught.value.field == "decision"


def test_move_many_moves_those_that_may():
    to = vacancy()
    rows = [application(who=candidate(f"Person {n}"), to=to) for n in range(4)]
    move_stage(rows[1], Stage.SHORTLIST, at=NINE, by=None)
    move_stage(rows[2], Stage.HIRED, at=NINE, by=None)
    stale = Application.objects.get(pk=rows[3].pk)
    move_stage(stale, Stage.WITHDRAWN, at=NINE, by=None)

    moved = move_many(rows, Stage.SHORTLIST, at=NINE + HOUR, by=user())

    stages = list(Application.objects.order_by("pk").values_list("stage", flat=True))
    assert (moved, stages) == (1, [Stage.SHORTLIST, Stage.SHORTLIST, Stage.HIRED, Stage.WITHDRAWN])


def test_applying_twice_is_one_application():
    person, to = candidate(), vacancy()

    first, is_new = apply(person, to, source(), at=NINE, salary_wish=50_000)
    second, is_new_again = apply(person, to, source("superjob"), at=NINE + HOUR, salary_wish=70_000)

    assert (first, is_new, is_new_again) == (second, True, False)
    assert Application.objects.values_list("applied_at", "salary_wish", "source__code").get() == (NINE, 50_000, "hh")


def test_the_same_response_is_found_by_its_number_even_after_a_decision():
    person, to = candidate(), vacancy()
    row, _ = apply(person, to, source(), at=NINE, external_id="42")
    move_stage(row, Stage.REJECTED, at=NINE, by=None)

    again, is_new = apply(person, to, source(), at=NINE + HOUR, external_id="42")

    assert (again.pk, is_new, Application.objects.count()) == (row.pk, False, 1)


def test_the_same_number_at_another_source_is_another_response():
    to = vacancy()
    apply(candidate("Anna"), to, source("hh"), at=NINE, external_id="42")

    _, is_new = apply(candidate("Boris"), to, source("superjob"), at=NINE, external_id="42")

    assert (is_new, Application.objects.count()) == (True, 2)


def test_applying_after_a_rejection_is_a_new_application():
    person, to = candidate(), vacancy()
    old = application(who=person, to=to)
    move_stage(old, Stage.REJECTED, at=NINE, by=None)

    new, is_new = apply(person, to, source(), at=NINE + timedelta(days=30))

    assert (is_new, new.stage, new.applied_at) == (True, Stage.NEW, NINE + timedelta(days=30))
    old.refresh_from_db()
    assert (old.stage, Application.objects.count()) == (Stage.REJECTED, 2)
