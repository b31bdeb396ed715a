"""The law of the demo world: what really decides who comes. Fixed; changed by an ADR only, never to pass a figure.

Of the invited 25 % confirm (of whom 65 % come), 60 % stay silent (6 %) and 15 % decline (1 %): 20 % in the mean.
The odds of coming are multiplied by a factor of the source (0.7 to 1.4) and of the lead time, and shifted on the
logit by an effect that everybody of one office and day shares. Somebody invited on the day itself comes with 20 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

ANSWER_SHARES = {"confirmed": 0.25, "silent": 0.60, "declined": 0.15}
SHOW_BY_ANSWER = {"confirmed": 0.65, "silent": 0.06, "declined": 0.01}
LATE_INVITEE_SHOW = 0.20
# Factors on the odds, by source code.
SOURCE_ODDS = {"hh": 1.0, "superjob": 0.85, "avito": 0.7, "referral": 1.4, "careers": 1.15, "agency": 0.9}
SOURCE_SHARES = {"hh": 0.46, "superjob": 0.20, "avito": 0.16, "referral": 0.07, "careers": 0.08, "agency": 0.03}
# Days between invitation and interview, and the factor on the odds.
LEAD_SHARES = {1: 0.34, 2: 0.28, 3: 0.18, 4: 0.10, 6: 0.06, 8: 0.04}
LEAD_ODDS = {1: 1.15, 2: 1.0, 3: 1.0, 4: 0.85, 6: 0.8, 8: 0.7}
DAY_CORRELATION = 0.034
MEAN_SHOW = 0.20
# Logit-normal effect: the variance of the day's rate is about (p(1-p) sigma)^2, so the correlation of two people of
# one day is p(1-p) sigma^2.
DAY_SIGMA = math.sqrt(DAY_CORRELATION / (MEAN_SHOW * (1 - MEAN_SHOW)))

# Minutes: most come a little early, some well late.
EARLY_MEAN_MINUTES = 6.0
LATE_SHARE = 0.25
LATE_MEAN_MINUTES = 14.0
WALK_INS_PER_SESSION = 0.6
PATIENCE_MEAN_MINUTES = 150.0
INTERVIEW_MEAN_MINUTES = 20.0
INTERVIEW_CV = 0.35

# The pipeline before and after the interview.
SHORTLIST_SHARE = 0.18
SUITABLE_SHARE = 0.28
OFFER_ACCEPT_SHARE = 0.7
DECLINE_REASONS = {"another_job": 0.45, "too_far": 0.2, "salary": 0.2, "other": 0.15}


def odds_times(p: float, factor: float) -> float:
    """Return the probability whose odds are ``factor`` times those of ``p`` in (0, 1)."""
    odds = p / (1 - p) * factor
    return odds / (1 + odds)


def show_probability(*, answer: str, source: str, lead_days: int, day_effect: float, late: bool = False) -> float:
    """Return the true chance in (0, 1) that the person comes, given the shared ``day_effect`` (standard normal)."""
    base = LATE_INVITEE_SHOW if late else SHOW_BY_ANSWER[answer]
    nearest = min(LEAD_ODDS, key=lambda days: abs(days - lead_days))
    factor = SOURCE_ODDS.get(source, 1.0) * (1.0 if late else LEAD_ODDS[nearest])
    return odds_times(base, factor * math.exp(DAY_SIGMA * day_effect))


def pick(rng: Random, shares: dict[str, float]) -> str:
    """Draw a key of ``shares`` (weights that need not add up to 1)."""
    return rng.choices(list(shares), weights=list(shares.values()))[0]


def lateness_minutes(rng: Random) -> int:
    """Draw how many minutes after the arrival time somebody comes; negative is early."""
    if rng.random() < LATE_SHARE:
        return round(rng.expovariate(1 / LATE_MEAN_MINUTES))
    return -min(round(rng.expovariate(1 / EARLY_MEAN_MINUTES)), 30)


def interview_minutes(rng: Random, mean: float = INTERVIEW_MEAN_MINUTES) -> int:
    """Draw the length of an interview: gamma with the stated mean and coefficient of variation, at least 4."""
    shape = 1 / INTERVIEW_CV**2
    return max(4, round(rng.gammavariate(shape, mean / shape)))


def walk_ins(rng: Random) -> int:
    """Draw how many people come to a session without an invitation: Poisson, by Knuth's product of uniforms."""
    limit, count, product = math.exp(-WALK_INS_PER_SESSION), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


@dataclass(frozen=True)
class Visit:
    """What one invited person did: the answer, and the minutes after the arrival time they came (None: did not)."""

    answer: str
    decline_reason: str
    show_probability: float
    came_after_minutes: int | None


def draw_visit(rng: Random, *, source: str, lead_days: int, day_effect: float) -> Visit:
    """Draw the answer of an invited person and whether they come."""
    answer = pick(rng, ANSWER_SHARES)
    p = show_probability(answer=answer, source=source, lead_days=lead_days, day_effect=day_effect)
    return Visit(
        answer=answer,
        decline_reason=pick(rng, DECLINE_REASONS) if answer == "declined" else "",
        show_probability=p,
        came_after_minutes=lateness_minutes(rng) if rng.random() < p else None,
    )
