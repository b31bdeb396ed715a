"""What a call is worth: an early "no" gives its place to somebody else."""

from __future__ import annotations

from scheduling.planning.checks import check_probabilities

# Share of calls that reach the person at the first try, before a company has measured its own.
USUAL_REACH = 0.6
# Who did not answer is that much less likely to answer the next try.
EACH_TRY = 0.7


def call_value(p: float, *, p_yes: float, reach: float, replacement: float) -> float:
    """Return how many more arrivals are expected after a call, in [0, 1].

    ``p``: chance of coming as known now; ``p_yes``: chance of one who says yes on the phone; ``reach``: chance that the
    call is answered; ``replacement``: chance of coming of the person who would be invited instead (0: too late).

    A call moves what is known, not the person: by the law of total probability a share ``p / p_yes`` says yes, the rest
    says no, and each early no frees a place that a replacement fills with chance ``replacement``.

    >>> round(call_value(0.2, p_yes=0.5, reach=0.6, replacement=0.2), 3)
    0.072
    >>> call_value(0.5, p_yes=0.5, reach=1.0, replacement=0.2)
    0.0
    """
    check_probabilities("p", (p, p_yes, reach, replacement))
    says_yes = min(p / p_yes, 1.0) if p_yes > 0 else 0.0
    return reach * (1.0 - says_yes) * replacement


def reach_of(answered: int, calls: int, tries: int) -> float:
    """Return the chance that the next call is answered: own calls shrunk to the usual share, less after each vain try.

    ``answered`` of ``calls`` were answered so far in this company; ``tries`` is how often this person did not answer.

    >>> reach_of(0, 0, 0), round(reach_of(0, 0, 2), 3)
    (0.6, 0.294)
    """
    share = (answered + USUAL_REACH * 20) / (calls + 20)
    return float(share * EACH_TRY ** max(tries, 0))
