"""Every figure of the pages against an independent count in plain Python over the same ledger."""

from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.core.management import call_command

from recruit.models import Application, Offer, Spend, StageMove
from scheduling.models import ForecastCheck, Invitation
from scheduling.services import checks, rebuild, reports
from scheduling.services.reports import after_hire, ahead, money, promotions, waits
from scheduling.statistics.funnel import durations
from scheduling.statistics.rates import RATES, wilson
from tests.scheduling.reports.plain import CAME, Plain


@pytest.fixture
def plain(admin):
    return Plain()


@pytest.fixture
def piece(admin):
    return reports.Slice(user=admin)


def test_the_world_is_large_enough_to_mean_something(plain):
    states = Counter(story.state for _row, story, _told in plain.people)

    assert states["no_show"] > 50
    assert states["finished"] > 15
    assert states["declined"] > 10


def test_everything_is_rebuilt_from_the_ledger(admin, capsys):
    assert list(rebuild.differences()) == []

    call_command("check_ledger")

    assert capsys.readouterr().out == "Every figure can be rebuilt from the ledger.\n"


@pytest.mark.parametrize("dimension", reports.DIMENSIONS)
def test_every_count_of_every_group_is_that_of_a_plain_loop(dimension, plain, piece):
    lines = reports.rate_lines(piece, dimension)

    assert {line.code: line.counts for line in lines} == plain.rates(dimension)


def test_every_rate_is_its_counts_with_the_wilson_interval(plain, piece):
    counted = plain.rates("source")

    for line in reports.rate_lines(piece, "source"):
        for name, (above, below) in RATES.items():
            count = sum(counted[line.code][key] for key in above)
            of = sum(counted[line.code][key] for key in below)
            one = line.rates[name]
            assert (one.count, one.of, (one.low, one.high)) == (count, of, wilson(count, of, 0.9))


@pytest.mark.parametrize("dimension", reports.DIMENSIONS)
def test_the_rows_behind_a_figure_are_as_many_as_the_figure_says(dimension, piece):
    for line in reports.rate_lines(piece, dimension)[:6]:
        rows = reports.DIMENSIONS[dimension].rows(piece.invitations(), line.code)
        for name, condition in reports.MEASURES.items():
            expected = line.counts["arrived"] + line.counts["no_show"] if name == "settled" else line.counts[name]
            assert rows.filter(condition).count() == expected, (line.code, name)


def test_the_funnel_is_that_of_a_plain_loop_and_so_are_its_rows(plain, piece):
    steps = {step.name: step.count for step in reports.hiring_funnel(piece)}

    assert steps == plain.funnel()
    assert {name: reports.people_at(piece, name).count() for name in steps} == steps


def test_lengths_of_the_steps_are_those_of_a_plain_loop(plain, piece):
    looks = Counter(
        int((one.triaged_at - one.applied_at).total_seconds() // 3600)
        for one in Application.objects.exclude(triaged_at=None).exclude(source__kind="walk_in")
    )
    ahead_of = Counter(
        int((row.session.starts_at - row.invited_at).total_seconds() // 3600) for row, _story, _told in plain.people
    )
    hires = Counter(
        int((move.at - move.application.applied_at).total_seconds() // 3600)
        for move in StageMove.objects.filter(new="hired").select_related("application")
    )
    decided = Counter(
        int((one.decided_at - one.made_at).total_seconds() // 3600) for one in Offer.objects.exclude(decided_at=None)
    )

    first_asked, listed, met = {}, {}, {}
    for row, story, _told in plain.people:
        first_asked.setdefault(row.application_id, row)
        if story.state == "finished":
            met[row.application_id] = max(met.get(row.application_id, story.finished_at), story.finished_at)
    undone = set(StageMove.objects.exclude(undoes=None).values_list("undoes_id", flat=True))
    for move in StageMove.objects.filter(new="shortlist"):
        if move.pk not in undone:
            listed[move.application_id] = min(listed.get(move.application_id, move.at), move.at)
    until_asked, until_met = Counter(), Counter()
    for pk, row in first_asked.items():
        if pk in listed:
            until_asked[max(int((row.invited_at - listed[pk]).total_seconds() // 3600), 0)] += 1
            until_met[max(int((row.session.starts_at - listed[pk]).total_seconds() // 3600), 0)] += 1
    offered = Counter(
        max(int((one.made_at - met[one.application_id]).total_seconds() // 3600), 0)
        for one in Offer.objects.all()
        if one.application_id in met
    )

    found = {stay.code: stay.hours for stay in reports.stays(piece)}

    assert sum(until_asked.values()) > 100
    assert found["shortlisted"] == durations(until_asked)
    assert found["scheduling"] == durations(until_met)
    assert found["offered"] == durations(offered)
    assert found["viewed"] == durations(looks)
    assert found["invited"] == durations(ahead_of)
    assert found["hired"] == durations(hires)
    assert found["decided"] == durations(decided)


def test_waits_and_idle_time_are_those_of_a_plain_loop(piece):
    waited, per_session = Counter(), defaultdict(lambda: [0, 0, 0])
    rows = Invitation.objects.select_related("session", "band").filter(session__format="streamed")
    for row in rows:
        if row.started_at is None or row.arrived_at is None or row.arrived_at > row.session.ends_at:
            continue
        asked = row.band.starts_at if row.band else row.session.starts_at
        minutes = max(int((row.started_at - max(row.arrived_at, asked)).total_seconds() // 60), 0)
        waited[minutes] += 1
        into = per_session[row.session_id]
        into[0] += 1
        into[1] += minutes
        end = min(row.finished_at, row.session.ends_at) if row.finished_at else row.started_at
        into[2] += max(int((end - row.started_at).total_seconds() // 60), 0)

    assert waits.waits(piece) == dict(waited)
    lines = waits.session_waits(list(waits.closed_streams(piece)))
    assert lines
    for line in lines:
        seen, minutes, busy = per_session[line.session.pk]
        seats = line.session.session_interviewers.filter(role="interviewer").count()
        assert (line.seen, line.waited) == (seen, minutes)
        assert line.idle == seats * line.session.window_minutes - busy


def test_costs_are_those_of_a_plain_loop(plain, piece):
    counted, paid = plain.rates("source"), defaultdict(float)
    for spend in Spend.objects.all():
        paid[str(spend.source_id)] += float(spend.amount)
    responses = Counter(
        str(one.source_id)
        for one in Application.objects.exclude(source__kind="walk_in").exclude(closing_reason="history")
    )
    hires = Counter(str(move.application.source_id) for move in StageMove.objects.filter(new="hired"))

    for line in money.costs_by_source(piece):
        assert line.cost.money == pytest.approx(paid[line.code])
        assert line.counts["responses"] == responses[line.code]
        assert (
            line.counts["hired"]
            == hires[line.code]
            == money.hired_people(reports.Slice(user=piece.user, source=int(line.code))).count()
        )
        assert line.counts["arrived"] == counted.get(line.code, {}).get("arrived", 0)
        if line.counts["arrived"]:
            assert line.cost.per["arrived"] == pytest.approx(paid[line.code] / line.counts["arrived"])


def test_money_over_days_is_shared_out_over_the_days_of_the_slice(admin, piece):
    spend = Spend.objects.order_by("pk")[0]

    assert money.part_within(spend, spend.starts_on, spend.starts_on + timedelta(days=1)) == pytest.approx(
        float(spend.amount) / ((spend.ends_on - spend.starts_on).days + 1)
    )
    assert money.part_within(spend, spend.ends_on + timedelta(days=1), None) == 0


def test_days_of_a_promotion_are_those_of_a_plain_loop(demo, piece):
    found = promotions.promotions(piece, today=demo.date())

    assert found
    for one in found:
        of = Counter(
            row.applied_at.astimezone(row.vacancy.office.zone).date()
            for row in Application.objects.select_related("vacancy__office").filter(
                source=one.spend.source, vacancy=one.spend.vacancy
            )
        )
        assert dict(one.daily) == {day: of[day] for day, _count in one.daily}
        assert len(one.during) <= (one.spend.ends_on - one.spend.starts_on).days + 1


def test_after_the_hire_is_that_of_a_plain_loop(piece):
    known = defaultdict(lambda: {"hired": 0, "started": 0, 1: [0, 0], 3: [0, 0], 6: [0, 0], "marks": []})
    for one in after_hire.hires(piece):
        into = known[str(one.source_id)]
        into["hired"] += 1
        job = getattr(one, "employment", None)
        if job is None:
            continue
        into["started"] += job.started_on is not None
        if job.rating:
            into["marks"].append(job.rating)
        for months, length in after_hire.MONTHS.items():
            at = job.started_on + length
            stayed = job.left_on >= at if job.left_on else job.seen_on >= at
            is_known = stayed or job.left_on is not None
            into[months][0] += stayed
            into[months][1] += is_known

    lines = after_hire.stay_lines(piece)

    for line in lines[:-1]:
        of = known[line.code]
        assert (line.hired, line.started.count, line.rated) == (of["hired"], of["started"], len(of["marks"]))
        assert {months: (rate.count, rate.of) for months, rate in line.stayed.items()} == {
            months: tuple(of[months]) for months in after_hire.MONTHS
        }
        assert line.rating == (pytest.approx(sum(of["marks"]) / len(of["marks"])) if of["marks"] else None)
    assert lines[-1].hired == sum(of["hired"] for of in known.values())


def test_predicted_and_seen_are_those_of_a_plain_loop(plain, piece):
    settled = [
        (row.show_prob, story.state in CAME)
        for row, story, _told in plain.people
        if row.show_prob is not None and (story.state in {*CAME, "no_show", "declined"})
    ]

    truth = reports.were_we_right(piece)
    _bins, scores, _line = reports.how_right(piece)

    assert (truth.people, truth.came) == (len(settled), sum(came for _p, came in settled))
    assert truth.expected == pytest.approx(sum(p for p, _came in settled))
    assert scores.brier == pytest.approx(sum((round(p, 2) - came) ** 2 for p, came in settled) / len(settled), abs=2e-3)


def test_every_closed_session_is_checked_once_and_its_people_are_counted(demo, plain, piece):
    came, people, expected = Counter(), Counter(), defaultdict(float)
    for row, story, _told in plain.people:
        if row.show_prob is not None and story.state in {*CAME, "no_show", "declined"}:
            people[row.session_id] += 1
            came[row.session_id] += story.state in CAME
            expected[row.session_id] += row.show_prob

    assert checks.check_sessions(at=demo) == 0
    rows = list(ForecastCheck.objects.all())
    assert len(rows) >= 3
    for row in rows:
        assert (row.people, row.came) == (people[row.session_id], came[row.session_id])
        assert row.mean == pytest.approx(expected[row.session_id], abs=1e-6)
        assert 0 <= row.below <= row.below + row.exactly <= 1 + 1e-9


@pytest.mark.parametrize("dimension", checks.WATCHED)
def test_a_watch_counts_the_people_of_its_group(dimension, plain, piece):
    came, expected = Counter(), defaultdict(float)
    for row, story, told in plain.people:
        if (
            row.show_prob is not None
            and row.session.state == "closed"
            and story.state in {*CAME, "no_show", "declined"}
        ):
            key = plain.key(dimension, row, story, told)
            came[key] += story.state in CAME
            expected[key] += row.show_prob

    found = checks.watches(piece, dimension)

    assert {one.code: one.came for one in found} == dict(came)
    assert {one.code: one.expected for one in found} == pytest.approx(dict(expected))


def test_yields_of_looking_ahead_are_those_of_a_plain_loop(demo, plain, admin):
    steps = plain.funnel()
    # A year back from now: the day that is planned for today has not begun.
    states = [story.state for row, story, _told in plain.people if row.session.starts_at < demo]
    settled = sum(state in {*CAME, "no_show", "declined"} for state in states)

    found = ahead.look_ahead(user=admin, hires=5, by=demo.date() + timedelta(days=30), today=demo.date(), at=demo)

    counts = {one.step: (one.passed, one.entered) for one in found.yields}
    assert counts["viewed"] == (steps["viewed"], steps["responses"])
    assert counts["held"] == (states.count("finished"), settled)
    assert counts["hires"] == (
        Offer.objects.filter(state="accepted").count(),
        Offer.objects.exclude(state="made").count(),
    )
    assert found.needs.people["hires"].median == 5
    assert found.needs.people["responses"].low < found.needs.people["responses"].high
