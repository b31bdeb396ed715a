"""What can be done in the middle of a day, what that is worth, and what the morning teaches about the day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scheduling.planning.checks import Nodes, check_nodes, check_probabilities
from scheduling.planning.laws import shifted
from scheduling.planning.streams import DayFigures


class ActionKind(StrEnum):
    """What can be done during the day."""

    INVITE = "invite"
    STANDBY = "standby"
    OPEN = "open"
    RELEASE = "release"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Action:
    """``number`` people invited or called to ``slot``, or one interviewer more or less from ``slot`` to the end of the day.

    ``slot`` counts the remaining slots from 0. ``value`` is the exact expected saving, negative when it costs more than it brings.
    """

    kind: ActionKind
    slot: int | None
    number: int
    value: float


@dataclass(frozen=True, slots=True)
class Offers:
    """What is possible now.

    ``late`` the show probability of a person invited now to each remaining slot, None where it is too late; ``most_late`` the most to invite to
    one slot; ``standby`` likewise for a person called from standby, at ``standby_price`` a call; ``open_minute`` the price of a minute of one more
    interviewer (None: there is none), ``release_minute`` what a released minute saves (None: nobody may go). Idle time is priced by the day.
    """

    late: Sequence[float | None] = ()
    most_late: int = 8
    standby: Sequence[float | None] = ()
    standby_price: float = 0.0
    open_minute: float | None = None
    release_minute: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The rest of the day if nothing is done; triples are the 5, 50 and 95 % quantiles.

    ``held`` counts the interviews of the whole day finished inside it, ``arrivals`` those still to come.
    """

    held: tuple[int, int, int]
    arrivals: tuple[int, int, int]
    figures: DayFigures


@dataclass(frozen=True, slots=True)
class Replan:
    """The forecast, the actions in order of their value (best first, ``STOP`` = do nothing more, value 0) and the cost of the rest as it stands."""

    forecast: Forecast
    actions: tuple[Action, ...]
    cost: float

    @property
    def best(self) -> Action:
        """The action of the greatest value."""
        return self.actions[0]


def updated_nodes(nodes: Nodes, *, came: Sequence[float], missed: Sequence[float]) -> Nodes:
    """Return the day effect after part of the day (Bayes): ``came`` and ``missed`` are the chances, before the day, of those who did and did not come.

    Raises ``ValueError`` when somebody without any chance came, or somebody sure did not.
    """
    check_nodes(nodes)
    check_probabilities("came", came)
    check_probabilities("missed", missed)
    if any(p == 0.0 for p in came) or any(p == 1.0 for p in missed):
        raise ValueError("came, missed: what happened had probability 0")
    logs = [
        _log(weight) + sum(_log(shifted(p, shift)) for p in came) + sum(_log(1.0 - shifted(p, shift)) for p in missed)
        for shift, weight in nodes
    ]
    top = max(logs)
    if top == -math.inf:
        raise ValueError("came, missed: what happened had probability 0 under every node")
    raised = [math.exp(log - top) for log in logs]
    total = sum(raised)
    return tuple((shift, weight / total) for (shift, _), weight in zip(nodes, raised, strict=True))


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf
