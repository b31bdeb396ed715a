from datetime import timedelta
from random import Random

import pytest

from recruit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from recruit.models import Channel, Message
from recruit.permissions import Role
from scheduling.models import ArmAssignment, LadderMark, LedgerEntry
from scheduling.services import closing, ladders
from scheduling.services.experiments import assign_arm, results_of, start_experiment, stop_experiment
from scheduling.services.replies import arrival_time
from tests.recruit import world
from tests.scheduling.world import DAY_BEFORE, MINUTE, OPENS, invited, opened

pytestmark = pytest.mark.django_db


def begun(**fields):
    given = {"code": "c", "name": "By text", "subject": "channel", "arms": ["email", "sms"], "at": DAY_BEFORE}
    return start_experiment(**{**given, "by": world.user(Role.ADMIN), **fields})


def test_without_an_experiment_nobody_is_given_an_arm():
    row = invited(opened())

    assert assign_arm(row, "channel", at=DAY_BEFORE) is None
    assert not ArmAssignment.objects.exists()


def test_an_arm_is_drawn_once_and_logged():
    trial, row = begun(), invited(opened())

    arm = assign_arm(row, "channel", at=DAY_BEFORE, rng=Random(1))

    assert [assign_arm(row, "channel", at=OPENS, rng=Random(seed)) for seed in range(5)] == [arm] * 5
    logged = ArmAssignment.objects.get()
    assert (logged.experiment, logged.arm, logged.at) == (trial, arm, DAY_BEFORE)
    assert assign_arm(row, "text", at=DAY_BEFORE) is None


def test_one_experiment_a_subject_runs_at_a_time():
    trial = begun()

    with pytest.raises(ConflictError):
        begun(code="d")
    stop_experiment(trial, at=OPENS, by=world.user(Role.ADMIN))
    with pytest.raises(TransitionRefusedError):
        stop_experiment(trial, at=OPENS, by=world.user(Role.ADMIN))

    assert begun(code="d").stopped_at is None


@pytest.mark.parametrize(
    "fields",
    [
        {"arms": ["email"]},
        {"arms": ["sms", "sms "]},
        {"arms": ["sms", "fax"]},
        {"subject": "weather"},
        {"subject": "time", "arms": ["24", "73"]},
        {"subject": "time", "arms": ["24", "soon"]},
        {"subject": "time", "arms": ["3", "03"]},
        {"subject": "text", "arms": ["usual", "rude"]},
    ],
)
def test_an_experiment_that_is_none_is_refused(fields):
    with pytest.raises(InvalidInputError):
        begun(**fields)


def test_results_count_people_whose_end_is_known():
    trial, session, user = begun(), opened(), world.user(Role.ADMIN)
    rows = [invited(session, f"Person {number}") for number in range(4)]
    for number, row in enumerate(rows):
        ArmAssignment.objects.create(experiment=trial, invitation=row, arm=trial.arms[number % 2], at=DAY_BEFORE)
    for row, outcome in zip(rows[:3], ("came", "no_show", "no_show"), strict=True):
        closing.settle(row, outcome, at=OPENS + 170 * MINUTE, by=user)

    usual, other = results_of(trial)

    assert (usual.share.count, usual.share.of) == (1, 2)
    assert (other.share.count, other.share.of, other.p_value) == (0, 1, 1.0)


def test_the_ladder_reminds_by_the_channel_of_the_arm():
    begun()
    session = opened(starts_at=OPENS + timedelta(days=2), ends_at=OPENS + timedelta(days=2, hours=3))
    rows = [
        invited(session, f"Person {number}", email=f"p{number}@mail.test", phone=f"+7000100200{number}")
        for number in range(6)
    ]

    for hours in range(60):
        ladders.climb(at=OPENS + timedelta(hours=hours))

    arms = dict(ArmAssignment.objects.values_list("invitation_id", "arm"))
    sent = Message.objects.filter(kind="reminder").exclude(channel=Channel.CALL).values_list("about_id", "channel")
    assert set(arms) == {row.pk for row in rows}
    assert sent
    assert all(arms[invitation] == channel for invitation, channel in sent)


def soon(**fields):
    return opened(starts_at=OPENS + timedelta(days=3), ends_at=OPENS + timedelta(days=3, hours=3), **fields)


def climbed(rows, *, hours):
    """Let the ladder run every hour and return invitation -> the hours before its arrival at which the day step went."""
    found = {}
    for hour in range(hours):
        at = OPENS + timedelta(hours=hour)
        ladders.climb(at=at)
        for mark in LadderMark.objects.filter(code="day-before"):
            found.setdefault(mark.invitation_id, (arrival_time(mark.invitation) - at) / timedelta(hours=1))
    return found


def test_the_ladder_reminds_at_the_hour_of_the_arm():
    begun(subject="time", arms=["24", "2"])
    session = soon()
    rows = [invited(session, f"Person {number}", email=f"p{number}@mail.test") for number in range(12)]

    found = climbed(rows, hours=80)

    arms = dict(ArmAssignment.objects.values_list("invitation_id", "arm"))
    assert set(arms) == {row.pk for row in rows}
    assert set(arms.values()) == {"24", "2"}
    # The ladder climbs once an hour, arrival times lie on half hours.
    assert all(int(arms[pk]) - 1 < hours <= int(arms[pk]) for pk, hours in found.items())
    assert set(found) == set(arms)
    assert set(ArmAssignment.objects.values_list("at", flat=True)) <= {
        OPENS + timedelta(hours=hour) for hour in (48, 49, 50, 51)
    }


def test_arms_earlier_than_the_usual_hour_hold_it_back_too():
    begun(subject="time", arms=["12", "6"])
    row = invited(soon(), email="p@mail.test")

    found = climbed([row], hours=80)

    assert ArmAssignment.objects.get().arm in {"12", "6"}
    # Both hours lie in the night before ten o'clock: the reminder waits for eight in the morning.
    assert found == {row.pk: 2}


def test_who_is_invited_after_the_earliest_hour_of_an_arm_is_in_no_arm():
    begun(subject="time", arms=["24", "3"], at=OPENS)
    late = invited(opened(starts_at=OPENS + timedelta(hours=20), ends_at=OPENS + timedelta(hours=23)))

    for hours in range(20):
        ladders.climb(at=OPENS + timedelta(hours=hours))

    assert not ArmAssignment.objects.filter(invitation=late).exists()


def test_the_text_of_the_day_is_that_of_the_arm_and_is_written_into_the_ledger():
    begun(subject="text", arms=["usual", "personal"])
    session = soon()
    rows = [invited(session, f"Person {number}", email=f"p{number}@mail.test") for number in range(10)]

    climbed(rows, hours=60)

    arms = dict(ArmAssignment.objects.values_list("invitation_id", "arm"))
    bodies = dict(Message.objects.filter(effect_key__endswith=":day-before").values_list("about_id", "body"))
    told = {
        entry.invitation_id: entry.data["text"]
        for entry in LedgerEntry.objects.filter(kind="reminded")
        if entry.data["step"] == "day-before"
    }
    assert set(arms.values()) == {"usual", "personal"}
    assert told == arms
    assert {pk: "is expecting you" in body for pk, body in bodies.items()} == {
        pk: arm == "personal" for pk, arm in arms.items()
    }


def test_a_trial_of_the_same_text_sends_everybody_the_same_words():
    begun(subject="text", arms=["usual", "same"])
    session = soon()
    rows = [invited(session, "Person", email=f"p{number}@mail.test") for number in range(8)]

    climbed(rows, hours=60)

    assert set(ArmAssignment.objects.values_list("arm", flat=True)) == {"usual", "same"}
    plain = set()
    for message in Message.objects.filter(effect_key__endswith=":day-before"):
        plain.add("is expecting you" in message.body)
    assert plain == {False}
