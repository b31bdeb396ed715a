"""The week on one sheet, for the person who pays: money to hires by source, what changed, one proposal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recruit.models import Company, Offer
from recruit.templatetags.parts import day, money, num, points, share, short
from scheduling.services.checks import promises
from scheduling.services.reports.hiring import people_at
from scheduling.services.reports.measures import RATE_WORDS
from scheduling.services.reports.money import costs_by_source
from scheduling.services.reports.periods import RateChange, compare_periods
from scheduling.services.reports.promotions import Promotion, promotions
from scheduling.services.reports.slices import Slice
from scheduling.statistics.rates import Rate, rate

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from recruit.models import User

BEFORE_WEEKS = 4
STEPS: dict[str, _StrPromise] = {
    "money": gettext_lazy("Money"),
    "responses": gettext_lazy("Responses"),
    "viewed": gettext_lazy("Viewed"),
    "invited": gettext_lazy("Invited"),
    "arrived": gettext_lazy("Came"),
    "finished": gettext_lazy("Interviews held"),
    "offers": gettext_lazy("Offers"),
    "hired": gettext_lazy("Hired"),
}


@dataclass(frozen=True, kw_only=True)
class WeekLine:
    """One source (or all, ``code`` "") in the week: its money, the count of every step, the show rate with its range."""

    code: str
    name: str
    money: float
    counts: dict[str, int]
    show: Rate


@dataclass(frozen=True, kw_only=True)
class Week:
    """The sheet of the week from ``monday``; ``sentences`` are at most three, ``proposal`` is one."""

    monday: date
    sunday: date
    lines: list[WeekLine]
    total: WeekLine
    sentences: list[str]
    proposal: str
    currency: str


def week_sheet(*, user: User, monday: date, office: int | None = None) -> Week:
    """Return the sheet of the week that begins on ``monday``, of what ``user`` may see."""
    start = timezone.make_aware(datetime.combine(monday, datetime.min.time()))
    end = start + timedelta(days=7)
    piece = Slice(user=user, start=start, end=end, office=office)
    before = Slice(user=user, start=start - timedelta(weeks=BEFORE_WEEKS), end=start, office=office)
    lines = _lines(piece)
    changes = compare_periods(before, piece)
    sunday = monday + timedelta(days=6)
    ran = promotions(Slice(user=user, office=office), today=sunday + timedelta(days=1), within=(monday, sunday))
    total = _sum(lines)
    return Week(
        monday=monday,
        sunday=sunday,
        lines=lines,
        total=total,
        sentences=_sentences(changes, ran, total),
        proposal=_proposal(ran, lines, before),
        currency=Company.current().currency,
    )


def _lines(piece: Slice) -> list[WeekLine]:
    """Return the sources with what ``costs_by_source`` does not count: responses viewed, offers made in the week."""
    viewed = _by_source(people_at(piece, "viewed"), "source_id")
    offers = _by_source(offers_made(piece), "application__source_id")
    return [
        WeekLine(
            code=line.code,
            name=line.name,
            money=line.cost.money,
            counts={
                **line.counts,
                "viewed": viewed.get(int(line.code), 0),
                "offers": offers.get(int(line.code), 0),
            },
            show=line.show,
        )
        for line in costs_by_source(piece)
    ]


def offers_made(piece: Slice) -> QuerySet[Offer]:
    """Return the offers made within the slice, whenever the person applied."""
    whole = Slice(user=piece.user, vacancy=piece.vacancy, office=piece.office, source=piece.source)
    bounds = {"made_at__gte": piece.start, "made_at__lt": piece.end}
    return Offer.objects.filter(
        whole.of_application("application__"), **{name: value for name, value in bounds.items() if value is not None}
    )


def _by_source(rows: QuerySet[Any], column: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(column).annotate(n=Count("pk")))


def _sum(lines: list[WeekLine]) -> WeekLine:
    names = ("responses", "viewed", "invited", "arrived", "no_show", "finished", "offers", "hired")
    counts = {name: sum(line.counts.get(name, 0) for line in lines) for name in names}
    return WeekLine(
        code="",
        name=_("All"),
        money=sum(line.money for line in lines),
        counts=counts,
        show=rate(counts["arrived"], counts["arrived"] + counts["no_show"], level=0.9),
    )


def _sentences(changes: list[RateChange], ran: list[Promotion], total: WeekLine) -> list[str]:
    """Return at most three sentences: sure changes first, then promotions, then arrivals beside the usual week."""
    found = [_changed(one) for one in changes if one.is_sure]
    found += [_ran(one) for one in ran if one.effect.extra is not None]
    # The show rate was counted of the weeks before already: its numerator is who came.
    earlier = next(one.comparison.before.count for one in changes if one.name == "show") / BEFORE_WEEKS
    found.append(
        _("%(came)s people came; in the mean of the %(weeks)s weeks before it were %(before)s.")
        % {"came": num(total.counts["arrived"]), "weeks": BEFORE_WEEKS, "before": short(earlier)}
    )
    if not any(one.is_sure for one in changes):
        found.append(_("No rate has changed by more than chance explains."))
    return found[:3]


def _changed(one: RateChange) -> str:
    side = one.comparison
    return _("%(rate)s: %(after)s of %(of)s, before %(before)s; a change of %(low)s to %(high)s points.") % {
        "rate": RATE_WORDS[one.name],
        "after": share(side.after.value),
        "of": num(side.after.of),
        "before": share(side.before.value),
        "low": num(100 * side.low),
        "high": num(100 * side.high),
    }


def _ran(one: Promotion) -> str:
    middle, low, high = one.effect.extra or (0.0, 0.0, 0.0)
    length = len(one.during)
    days = ngettext("%(count)s day", "%(count)s days", length) % {"count": length}
    if one.effect.fewer is not None:
        middle, low, high = one.effect.fewer
        words = _(
            "%(source)s promotion of %(day)s: %(extra)s responses fewer than usual (%(low)s to %(high)s) in %(days)s, %(money)s."
        )
    else:
        words = _(
            "%(source)s promotion of %(day)s: %(extra)s responses more than usual (%(low)s to %(high)s) in %(days)s, %(money)s."
        )
    return words % {
        "source": one.spend.source.name,
        "day": day(one.spend.starts_on),
        "extra": num(middle),
        "low": num(low),
        "high": num(high),
        "days": days,
        "money": money(one.spend.amount, one.spend.currency),
    }


def _proposal(ran: list[Promotion], lines: list[WeekLine], before: Slice) -> str:
    """Return the one thing that is best supported; that nothing is, is said as well."""
    held = promises(before)
    if held.target is not None and held.target.is_broken:
        return _(
            "Targets were met on %(kept)s of %(of)s days, %(level)s was promised: plan with more assurance until the model has learned."
        ) % {
            "kept": held.target.kept.count,
            "of": held.target.kept.of,
            "level": share(held.target.level),
        }
    for one in ran:
        if one.again is not None and one.again.advice == "yes":
            return _(
                "Pay for the %(source)s promotion of “%(vacancy)s” again: %(low)s to %(high)s arrivals more for %(money)s."
            ) % {
                "source": one.spend.source.name,
                "vacancy": one.spend.vacancy,
                "low": short(one.again.arrivals[1]),
                "high": short(one.again.arrivals[2]),
                "money": money(one.spend.amount, one.spend.currency),
            }
    sure = [line for line in lines if not line.show.is_small and line.show.value is not None]
    if len(sure) > 1:
        best = max(sure, key=lambda line: line.show.low)
        if all(best.show.low > line.show.high for line in sure if line is not best):
            return _("People of %(source)s come most often (%(low)s–%(high)s %%): ask for more of them.") % {
                "source": best.name,
                "low": points(best.show.low),
                "high": points(best.show.high),
            }
    return _("The figures of this week single nothing out: keep on as planned.")
