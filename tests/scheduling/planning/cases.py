"""From a case of overbooking/cases.json to a call of the planners, and back to comparable numbers."""

from collections.abc import Mapping
from typing import Any

from scheduling.planning.blackbox import best_assignment, best_counts, price_of
from scheduling.planning.day import CostWeights, Day
from scheduling.planning.laws import bands_from_bookings
from scheduling.planning.optimise import best_day, best_number
from scheduling.planning.streams import evaluate
from scheduling.planning.waves import GroupPrices, second_wave
from scheduling.planning.workload import evaluate_service

FIGURES = ("arrivals", "wait", "idle", "overtime", "tardiness", "done", "p_target", "wait_mean")


def is_unit_service(case: Mapping[str, Any]) -> bool:
    """Say whether every interview of the case lasts exactly one slot."""
    laws = case["input"].get("service", {})
    certain = [length for length, mass in laws.items() if float(mass) > 0]
    return certain == [str(case["input"].get("slot_len"))]


def streamed_figures(given: Mapping[str, Any]) -> dict[str, float]:
    """Answer a ``streamed_eval`` case of unit service."""
    bookings = [(slot, float(p)) for slot, p in given["bookings"]]
    figures = evaluate(
        bands_from_bookings(bookings, given["slots"]),
        given["interviewers"],
        target=given["m"],
        slot_minutes=given["slot_len"],
    )
    return {name: getattr(figures, name) for name in FIGURES}


def day_of(given: Mapping[str, Any]) -> Day:
    """Return the day of an ``optimal_*`` case of unit service."""
    weights = CostWeights(
        **{name: float(price) for name, price in given["weights"].items()},
        missing=float(given.get("short", 0)),
        invitation=float(given.get("invite", 0)),
    )
    return Day(given["slots"], given["interviewers"], weights, target=given.get("m", 0), slot_minutes=given["slot_len"])


def optimal_cost(case: Mapping[str, Any]) -> tuple[float, list[int]]:
    """Answer an ``optimal_*`` case: the cost, and the numbers by slot (slots by person for ``optimal_hetero``)."""
    if not is_unit_service(case):
        return _optimal_for_any_service(case)
    given = case["input"]
    day = day_of(given)
    if case["kind"] == "optimal_hetero":
        plan = best_day(day, [float(p) for p in given["ps"]])
        return plan.cost, [slot for slot in plan.slots if slot is not None]
    if case["kind"] == "optimal_homog":
        plan = best_day(day, [float(given["p"])] * given["n"])
    else:
        plan = best_number(day, [float(given["p"])] * given["nmax"])
    return plan.cost, list(plan.counts(day.slots))


def _optimal_for_any_service(case: Mapping[str, Any]) -> tuple[float, list[int]]:
    """Search over the exact evaluator of arbitrary interviews."""
    given = case["input"]
    slots = given["slots"]
    service = tuple((int(units), float(share)) for units, share in given["service"].items())
    weights = day_of(given).weights

    def price(bands: list[list[float]]) -> float:
        figures = evaluate_service(
            bands, given["interviewers"], service, slot_units=given["slot_len"], target=given.get("m", 0)
        )
        return price_of(weights, figures, invited=sum(map(len, bands)))

    if case["kind"] == "optimal_hetero":
        probs = [float(p) for p in given["ps"]]
        found = best_assignment(
            lambda at: price(bands_from_bookings(zip(at, probs, strict=True), slots)), probs, slots=slots
        )
    else:
        p = float(given["p"])
        people = given["n"] if case["kind"] == "optimal_homog" else (0, given["nmax"])
        found = best_counts(lambda counts: price([[p] * count for count in counts]), slots=slots, people=people)
    return found.cost, list(found.choice)


def late_wave(given: Mapping[str, Any]) -> tuple[int, float]:
    """Answer a ``replan`` case: how many more to invite, and the expected cost."""
    prices = GroupPrices(
        target=given["m"],
        seats=given["capacity"],
        short=float(given["short"]),
        over=float(given["over"]),
        invite=float(given["invite"]),
    )
    chances = {status: float(p) for status, p in given["p_by_status"].items()}
    wave = second_wave(
        [chances[s] for s in given["statuses"]], p_late=float(given["p_late"]), prices=prices, most=given["nmax"]
    )
    return wave.number, wave.cost
