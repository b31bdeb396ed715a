"""What is believed of a show rate: a mean and how many people's worth of evidence stands behind it.

One rule moves every belief: ``posterior`` adds the people of each day, counted as fewer when they share a day,
because a strike or a storm keeps everybody at home at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from recruit.errors import InvalidInputError
from scheduling.attendance.special import beta_quantile


@dataclass(frozen=True, slots=True)
class Belief:
    """A Beta distribution over a show rate.

    Attributes:
        mean: expected share that comes, in (0, 1).
        weight: people's worth of evidence, > 0: the sum of the two Beta parameters.
    """

    mean: float
    weight: float

    def __post_init__(self) -> None:
        if not (0 < self.mean < 1 and self.weight > 0):
            raise InvalidInputError("A belief needs a mean between 0 and 1 and a positive weight.")

    @property
    def a(self) -> float:
        """First Beta parameter: evidence for coming."""
        return self.mean * self.weight

    @property
    def b(self) -> float:
        """Second Beta parameter: evidence against."""
        return (1 - self.mean) * self.weight

    @property
    def variance(self) -> float:
        """Variance of the rate."""
        return self.mean * (1 - self.mean) / (self.weight + 1)

    def interval(self, level: float = 0.9, *, steps: int = 60) -> tuple[float, float]:
        """Return the central interval of probability ``level`` in (0, 1), its ends to 2 ** -``steps``."""
        tail = (1 - level) / 2
        return beta_quantile(tail, self.a, self.b, steps=steps), beta_quantile(1 - tail, self.a, self.b, steps=steps)


# One of five comes, as recruiters say, with ten people's worth of evidence: 90 % range 4 % to 43 %, so that their
# other saying, five held of fifteen to twenty invited (25 to 33 %), lies well inside.
PRIOR = Belief(mean=0.2, weight=10.0)


def effective_people(people: float, day_correlation: float) -> float:
    """Return how many independent people ``people`` >= 0 of one day are worth: n / (1 + (n - 1) rho).

    The design effect of cluster samples (Kish 1965); ``day_correlation`` is rho in [0, 1].

    >>> round(effective_people(30, 0.034), 2)
    15.11
    """
    return people / (1 + max(people - 1, 0) * day_correlation)


def posterior(prior: Belief, *, came: float, of: float, day_correlation: float = 0.0) -> Belief:
    """Return the belief after one day on which ``came`` of ``of`` people came.

    Beta(a, b) becomes Beta(a + k came, b + k (of - came)) with k = effective people / people.

    >>> posterior(Belief(0.2, 10), came=5, of=10)
    Belief(mean=0.35, weight=20.0)
    """
    if not 0 <= came <= of:
        raise InvalidInputError("Not more can have come than were asked.")
    if of == 0:
        return prior
    share = effective_people(of, day_correlation) / of
    weight = prior.weight + share * of
    return Belief(mean=(prior.a + share * came) / weight, weight=weight)


def member(parent: Belief, spread: float) -> Belief:
    """Return the belief about a new member of a family whose mean rate is believed to be ``parent``.

    ``spread`` > 0 is the Beta weight with which members scatter about their family's mean: large = all alike.
    The variances of both add up; the mean stays.
    """
    shape = parent.mean * (1 - parent.mean)
    variance = parent.variance + shape / (spread + 1) * (1 - 1 / (parent.weight + 1))
    return Belief(mean=parent.mean, weight=shape / variance - 1)
