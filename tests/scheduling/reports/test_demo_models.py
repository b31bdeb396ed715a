"""Figures of forecasts - fan, bands, model card, backtest, promotions - against plain Python over the same ledger."""

import math
from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from django.urls import reverse

from recruit.models import Company, Offer
from scheduling.attendance import fit, predict
from scheduling.models import AttendanceModel, ForecastCheck, InterviewSession, LedgerEntry, Plan
from scheduling.services import backtests, checks
from scheduling.services.attendance import current_model, outcomes, refit
from scheduling.services.reports import fans, promotions
from scheduling.services.reports.slices import Slice
from scheduling.services.reports.week import week_sheet
from scheduling.statistics.rates import wilson
from scheduling.web.statistics import plots
from tests.scheduling.reports.plain import CAME, Plain

GONE = {"declined", "cancelled_in_time", "cancelled_late", "cancelled_by_us", "no_show"}
WORDS = {"invited", "opened", "confirmed", "unsure", "asked_to_move", "reinstated", "running_late"}


@pytest.fixture
def plain(admin):
    return Plain()


@pytest.fixture
def session(admin):
    return InterviewSession.objects.filter(state="closed", is_history=False, format="streamed").order_by("-pk")[0]


def told_by(session, at):
    """Return how many had been invited, were here, and might still come at a moment, told from the ledger by loops."""
    kinds = defaultdict(list)
    for entry in LedgerEntry.objects.filter(invitation__session=session, at__lte=at).order_by("at", "pk"):
        if not entry.invitation.is_walk_in:
            kinds[entry.invitation_id].append(entry.kind)
    here = sum("arrived" in known for known in kinds.values())
    gone = 0
    for known in kinds.values():
        last = [kind for kind in known if kind in GONE | WORDS]
        gone += "arrived" not in known and bool(last) and last[-1] in GONE
    return len(kinds), here, len(kinds) - here - gone


def mixed_cdf(n, rate, sd):
    """Return P(at most k come of n), k = 0..n, for a common normal day of ``sd`` on the logit; a plain fine sum."""
    grid = [-5 + number / 50 for number in range(501)] if sd else [0.0]
    weights = [math.exp(-z * z / 2) for z in grid]
    weights = [weight / sum(weights) for weight in weights]

    def average(eta):
        return sum(w / (1 + math.exp(-eta - sd * z)) for w, z in zip(weights, grid, strict=True))

    low, high = -12.0, 12.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if average(middle) < rate else (low, middle)
    cdf = [0.0] * (n + 1)
    for w, z in zip(weights, grid, strict=True):
        p = 1 / (1 + math.exp(-low - sd * z))
        for k in range(n + 1):
            cdf[k] += w * math.comb(n, k) * p**k * (1 - p) ** (n - k)
    total = 0.0
    return [total := total + mass for mass in cdf]


def test_the_fan_of_a_session_is_that_of_plain_loops(demo, session):
    Company.objects.update(learns_attendance=False, flat_show_rate=0.3)
    model = current_model()
    assert model.flat_rate == 0.3

    found = fans.session_fan(session, now=demo, points=5)

    assert len(found.moments) == 5
    for moment in found.moments:
        invited, here, open_ones = told_by(session, moment.at)
        assert (moment.invited, moment.arrived) == (invited, here)
        cdf = mixed_cdf(open_ones, 0.3, model.day_sd)
        for quantile, shown in ((0.05, moment.low), (0.5, moment.middle), (0.95, moment.high)):
            # A border that a sum of another kind may put on either side is taken as either.
            allowed = {here + next(k for k, f in enumerate(cdf) if f >= quantile + slack) for slack in (-0.002, 0.002)}
            assert shown in allowed
    assert found.came == told_by(session, session.ends_at)[1]


def test_the_bands_of_a_session_are_its_arrivals_and_its_plan(demo, plain):
    shown = 0
    for plan in Plan.objects.filter(state__in=["sent", "approved"]).select_related("session"):
        bands = [plot for plot in plots.session_plots(plan.session, now=demo) if plot.name == "bands"]
        came = Counter(
            row.band_id for row, story, _told in plain.people
            if row.session_id == plan.session_id and story.state in CAME
        )  # fmt: skip
        expected = [str(came[band.pk]) for band in plan.session.bands.all()]
        for plot in bands:
            assert [row[-1] for row in plot.rows] == expected
            assert [float(row[1]) for row in plot.rows] == [
                pytest.approx(of["expected"], abs=0.051) for of in plan.outputs["bands"]
            ]
            shown += 1
    assert shown


def test_the_card_of_the_model_counts_people_and_days_as_a_plain_loop_does(demo, client, admin, settings, plain):
    settings.DEMO = True
    client.force_login(admin, backend="recruit.backends.PasswordBackend")
    known = [
        (row, story) for row, story, _told in plain.people
        if story.state in {*CAME, "no_show", "declined"}
        or (story.state == "cancelled" and story.answer == "declined")
        if row.session.starts_at < demo and not row.application.candidate.no_forecast
    ]  # fmt: skip
    made = refit(as_of=demo)

    card = client.get(reverse("statistics-model")).context

    assert made.rows == card["current"].rows == len(known)
    assert card["current"].days == len({plain.local(row).date() for row, _story in known})
    assert card["page"].paginator.count == AttendanceModel.objects.count()
    assert [plan.pk for plan in card["plans"]] == [
        plan.pk for plan in sorted(Plan.objects.all(), key=lambda one: (one.created_at, one.pk), reverse=True)[:15]
    ]
    share = sum(story.state in CAME for _row, story in known) / len(known)
    assert card["belief_range"][0] < card["belief"].mean < card["belief_range"][1]
    assert card["belief"].mean == pytest.approx(share, abs=0.06)


def plain_scores(chances, came):
    edge = [min(max(p, 1e-6), 1 - 1e-6) for p in chances]
    pairs = list(zip(chances, came, strict=True))
    ups, downs = [p for p, y in pairs if y], [p for p, y in pairs if not y]
    wins = sum((up > down) + 0.5 * (up == down) for up in ups for down in downs)
    return {
        "brier": sum((p - y) ** 2 for p, y in pairs) / len(pairs),
        "log_loss": -sum(math.log(p if y else 1 - p) for p, y in zip(edge, came, strict=True)) / len(pairs),
        "auc": wins / (len(ups) * len(downs)),
        "mean_forecast": sum(chances) / len(chances),
        "rate": sum(came) / len(came),
    }


def test_the_backtest_page_shows_what_plain_loops_find(demo, client, admin, settings, monkeypatch):
    monkeypatch.setattr(backtests, "FEWEST_DAYS", 2)
    settings.DEMO = True
    client.force_login(admin, backend="recruit.backends.PasswordBackend")
    rows = list(outcomes(before=demo))
    payload = backtests.run_backtest(at=demo).payload
    cut = date.fromisoformat(payload["first_test_day"])
    train, test = [one for one in rows if one.day < cut], [one for one in rows if one.day >= cut]

    shown = {one["name"]: one for one in client.get(reverse("statistics-backtest")).context["models"]}

    assert (payload["train_rows"], payload["test_rows"]) == (len(train), len(test))
    came = [one.came for one in test]
    model = fit(train, as_of=max(one.day for one in train))
    ours = plain_scores([predict(model, one.invitee).mean for one in test], came)
    common = plain_scores([(sum(one.came for one in train) + 0.5) / (len(train) + 1)] * len(test), came)
    for name, scores in (("Turnout", ours), ("the common share", common)):
        assert {key: shown[name][key] for key in scores} == pytest.approx(scores, abs=1e-9)
    days = {(one.day, one.invitee.office) for one in test}
    assert client.get(reverse("statistics-backtest")).context["day_totals"]["days"] == len(days)


def test_kept_promises_are_those_of_a_plain_loop(admin):
    rows = list(ForecastCheck.objects.filter(people__gt=0))
    held = checks.promises(Slice(user=admin))

    assert held.sessions == len(rows) >= 3
    for one in held.ranges:
        tail = (1 - one.level) / 2
        inside = sum(not (row.below + row.exactly <= tail or row.below >= 1 - tail) for row in rows)
        assert (one.kept.count, one.kept.of) == (inside, len(rows))
    promised = [row for row in rows if row.promised is not None]
    expected = (sum(row.came >= row.target for row in promised), len(promised)) if promised else None
    assert ((held.target.kept.count, held.target.kept.of) if held.target else None) == expected
    for one in held.ranges:
        assert (one.kept.low, one.kept.high) == wilson(one.kept.count, one.kept.of, 0.9)


def test_what_a_promotion_brought_is_what_a_plain_sum_says(demo, admin):
    for one in promotions.promotions(Slice(user=admin), today=demo.date()):
        if one.effect.extra is None:
            continue
        usual = sum(one.before) / len(one.before)
        assert one.effect.before_per_day == pytest.approx(usual)
        assert one.effect.during_per_day == pytest.approx(sum(one.during) / len(one.during))
        if one.after:
            assert one.effect.after_per_day == pytest.approx(sum(one.after) / len(one.after))
        assert one.effect.extra[0] == pytest.approx(sum(one.during) - usual * len(one.during))
        spread = [1.0]
        for days in (one.before, one.during):
            mean = sum(days) / len(days)
            if len(days) > 2 and mean:
                spread.append(sum((count - mean) ** 2 for count in days) / (len(days) - 1) / mean)
        first, second = sum(one.before) + 0.5, sum(one.during) + 0.5
        error = 1.6448536 * math.sqrt(max(spread) * (1 / first + 1 / second))
        ratio = (second / len(one.during)) / (first / len(one.before))
        assert one.effect.factor == pytest.approx((ratio, ratio * math.exp(-error), ratio * math.exp(error)), rel=1e-6)


def test_the_week_is_that_of_plain_loops(demo, admin, plain):
    monday = demo.date() - timedelta(days=demo.weekday() + 7)
    week = week_sheet(user=admin, monday=monday)
    start = week.monday
    inside = [
        (row, story) for row, story, _told in plain.people
        if start <= row.session.starts_at.date() < start + timedelta(days=7)
    ]  # fmt: skip

    assert week.total.counts["invited"] == len(inside)
    assert week.total.counts["arrived"] == sum(story.state in CAME for _row, story in inside)
    assert week.total.counts["finished"] == sum(story.state == "finished" for _row, story in inside)
    made = [one.made_at.date() for one in Offer.objects.all()]
    assert week.total.counts["offers"] == sum(start <= day < start + timedelta(days=7) for day in made)
    assert week.total.money == pytest.approx(sum(line.money for line in week.lines))
