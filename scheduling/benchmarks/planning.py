"""Speed and memory of the planning engine (issue 3), each figure beside its limit.

``rows()`` measures in a child process with one thread for linear algebra; a timing is the best of 5. The exact evaluation is also compared with a plain
recursion over Python lists and with a plain Monte Carlo run long enough for a standard error of 1 % of the expected wait.
"""

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from recruit.benchmarks import Row
from recruit.benchmarks import row as bench_row
from scheduling.benchmarks.plain import plain_recursion, simulated_seconds
from scheduling.planning import Belief, Costs, StreamedSpec, plan_streamed
from scheduling.planning.arrivals import people_law
from scheduling.planning.certified import certified_day
from scheduling.planning.day import CostWeights, Day
from scheduling.planning.mixture import common_shift
from scheduling.planning.optimise import EFFORT, QUICK, best_day
from scheduling.planning.replan import replan
from scheduling.planning.replan_record import Offers
from scheduling.planning.simulate import simulate
from scheduling.planning.simulated_day import SimulatedDay
from scheduling.planning.streams import evaluate, evaluate_equal
from scheduling.planning.weeks import WeekPerson, WeekSession, plan_week
from scheduling.planning.workload import evaluate_service

_LINEAR = CostWeights(wait=1, idle=0.5, overtime=5)
_MISSING = CostWeights(wait=1, idle=0.5, overtime=5, missing=30)
_LONG_RUN_SECONDS = 10.0
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def rows() -> list[Row]:
    """Return every figure of issue 3 that this module measures, in the form of ``var/bench.json``."""
    measured: list[Row] = json.loads(_child("timings"))
    peak = float(_child("memory"))
    return [*measured, row("memory of planning a week of 50 sessions", peak, "MB", 300.0)]


def row(name: str, value: float, unit: str, limit: float, *, at_least: bool = False) -> Row:
    """Return one row of this group."""
    return bench_row(name, value, unit, limit, issue=3, group="planning", at_least=at_least)


def best_of(call: Callable[[], object], *, times: int = 5, loops: int = 1) -> float:
    """Return the least processor seconds of one thread that a call took: waiting for a busy machine is not its fault."""
    best = float("inf")
    for _ in range(times):
        start = time.thread_time()
        for _ in range(loops):
            call()
        best = min(best, (time.thread_time() - start) / loops)
    return best


def people(number: int, seed: int, low: float = 0.05, high: float = 0.6) -> list[float]:
    """Return seeded show probabilities."""
    rng = random.Random(seed)
    return [rng.uniform(low, high) for _ in range(number)]


def _child(what: str) -> str:
    """Run this module in a process of its own, with one thread."""
    environment = {**os.environ, **dict.fromkeys(_THREADS, "1")}
    command = [sys.executable, "-m", "scheduling.benchmarks.planning", what]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own module


def _timings() -> list[Row]:
    """Measure everything but memory."""
    return [
        *_one_schedule(),
        *_other_service(),
        *_many_people(),
        *_simulation(),
        *_one_day(),
        *_certified(),
        *_replan(),
        *_week(),
        *_preview(),
        *_seven_nodes(),
    ]


def _one_schedule() -> list[Row]:
    """Measure one exact evaluation: 32 slots, 100 invited, 5 interviewers."""
    counts = [20, 12] + [3] * 8 + [2] * 22
    bands = [people(count, slot, 0.05, 0.95) for slot, count in enumerate(counts)]
    equal = best_of(lambda: evaluate_equal(counts, 0.5, 5), loops=50)
    personal = best_of(lambda: evaluate(bands, 5), loops=50)
    busy = [people(4 if slot < 4 else 3, slot) for slot in range(32)]
    exact = best_of(lambda: evaluate(busy, 1), loops=50)
    plain = best_of(lambda: plain_recursion(busy, 1))
    simulated = simulated_seconds(busy, 1)
    size = "32 slots, 100 invited, 5 interviewers"
    return [
        row(f"one schedule, one probability: {size}", 1e3 * equal, "ms", 0.3),
        row(f"one schedule, personal probabilities: {size}", 1e3 * personal, "ms", 0.5),
        row(
            "one schedule, 1 interviewer: times as fast as a plain Python recursion",
            plain / exact,
            "times",
            1.0,
            at_least=True,
        ),
        row(
            "one schedule: times as fast as Monte Carlo to 1 % standard error",
            simulated / personal,
            "times",
            1.0,
            at_least=True,
        ),
    ]


def _other_service() -> list[Row]:
    """Measure one exact evaluation with interviews of 2, 3 or 4 units on slots of 3."""
    probs = people(80, 6)
    bands = [probs[5 * slot : 5 * slot + 5] for slot in range(16)]
    service = ((2, 0.25), (3, 0.5), (4, 0.25))
    seconds = best_of(lambda: evaluate_service(bands, 3, service, slot_units=3), loops=3)
    return [
        row(
            "one schedule, interviews of 2 to 4 units on slots of 3, 16 slots, 80 invited, 3 interviewers",
            1e3 * seconds,
            "ms",
            10.0,
        )
    ]


def _many_people() -> list[Row]:
    """Measure the law of the arrivals of 10,000 people and its relative error, against extended precision."""
    probs = people(10_000, 7, 0.01, 0.99)
    seconds = best_of(lambda: people_law(probs))
    law = people_law(probs)
    exact = np.ones(1, dtype=np.longdouble)
    for p in probs:
        grown = np.zeros(len(exact) + 1, dtype=np.longdouble)
        grown[:-1] = exact * (1 - np.longdouble(p))
        grown[1:] += exact * np.longdouble(p)
        exact = grown
    seen = exact >= np.longdouble("1e-290")
    error = float((np.abs(law[seen] - exact[seen]) / exact[seen]).max())
    return [
        row("Poisson-binomial of 10,000 people", 1e3 * seconds, "ms", 40.0),
        row(
            "Poisson-binomial of 10,000 people: relative error where P >= 1e-290, in 1e-12", 1e12 * error, "1e-12", 3.0
        ),
    ]


def _simulation() -> list[Row]:
    """Measure 10,000 simulated days with lateness, day effect, walk-ins and people who leave."""
    probs = people(100, 8)
    counts = [7] * 4 + [6] * 12
    ends = np.cumsum(counts)
    day = SimulatedDay(
        starts=[20.0 * slot for slot in range(16)],
        bands=[probs[end - count : end] for count, end in zip(counts, ends.tolist(), strict=True)],
        interviewers=5,
        window=320.0,
        service=((15.0, 0.25), (20.0, 0.5), (25.0, 0.25)),
        lateness=((-5.0, 0.3), (0.0, 0.3), (5.0, 0.25), (15.0, 0.15)),
        day_sd=0.5,
        walk_ins_per_hour=1.0,
        patience=45.0,
        target=20,
    )
    seconds = best_of(lambda: simulate(day, days=10_000, seed=1))
    return [row("10,000 simulated days, 16 slots, 100 invited, 5 interviewers", 1e3 * seconds, "ms", 120.0)]


def _one_day() -> list[Row]:
    """Measure the best day for personal probabilities and its distance from the best of a long run."""
    out = []
    for name, weights, target, limit, crowds in (
        ("linear costs", _LINEAR, 0, 300.0, ((1, 0.85), (2, 0.85))),
        # Of the second crowd 18 come on average: there the target of 16 is often missed.
        ("missing-interview weight", _MISSING, 16, 1000.0, ((2, 0.85), (1, 0.4))),
    ):
        day = Day(16, 3, weights, target=target)
        seconds, gap = 0.0, 0.0
        for seed, most in crowds:
            probs = people(80, seed, 0.05, most)
            seconds = max(seconds, best_of(lambda day=day, probs=probs: best_day(day, probs)))  # type: ignore[misc]
            cost = best_day(day, probs).cost
            gap = max(gap, 100.0 * (cost / min(cost, _long_run(day, probs)) - 1.0))
        out.append(row(f"best day, 16 slots, 80 invited, 3 interviewers, {name}", 1e3 * seconds, "ms", limit))
        out.append(row(f"best day, {name}: above the best of a 10 s run", gap, "%", 2.0))
    return out


def _long_run(day: Day, probs: Sequence[float]) -> float:
    """Return the least cost found in ten seconds of searches with different seeds."""
    end = time.perf_counter() + _LONG_RUN_SECONDS
    best, seed = float("inf"), 1
    while time.perf_counter() < end:
        best = min(best, best_day(day, probs, effort=4 * EFFORT, seed=seed).cost)
        seed += 1
    return best


def _certified() -> list[Row]:
    """Measure the certified optimum of one probability, on the harder of two days each."""
    out = []
    for slots, limit in ((16, 0.5), (32, 3.0)):
        invited = 25 * slots // 8
        days = [(Day(slots, 1, _LINEAR), 0.3), (Day(slots, 2, CostWeights(wait=1, overtime=5)), 0.6)]
        seconds = max(best_of(lambda day=day, p=p, n=invited: certified_day(day, p, n)) for day, p in days)  # type: ignore[misc]
        out.append(row(f"certified optimum, one probability, {slots} slots, {invited} invited", seconds, "s", limit))
    return out


def _replan() -> list[Row]:
    """Measure the new forecast and all action values after one answer."""
    day = Day(
        16, 3, CostWeights(wait=0.05, idle=0.1, overtime=1, missing=10, invitation=0.2), target=14, slot_minutes=20
    )
    probs = people(80, 3)
    bands = [probs[5 * slot : 5 * slot + 5] for slot in range(16)]
    offers = Offers(late=[0.15] * 16, standby=[0.5] * 16, open_minute=0.3, release_minute=0.2)
    return [
        row(
            "replan after one answer, 16 slots, 80 invited",
            1e3 * best_of(lambda: replan(day, bands, offers), loops=3),
            "ms",
            10.0,
        )
    ]


def _week_inputs() -> tuple[list[WeekSession], list[WeekPerson]]:
    """Return 50 sessions and 4,000 people who can make 8 of them each."""
    weights = CostWeights(wait=0.05, idle=0.1, overtime=1, missing=12, invitation=0.2)
    sessions = [WeekSession(Day(16, 3, weights, target=20, slot_minutes=20)) for _ in range(50)]
    rng = random.Random(2)
    crowd = [
        WeekPerson(
            rng.uniform(0.05, 0.6),
            {s: None if rng.random() < 0.5 else sorted(rng.sample(range(16), 6)) for s in rng.sample(range(50), 8)},
        )
        for _ in range(4000)
    ]
    return sessions, crowd


def _week() -> list[Row]:
    """Measure a week of sessions planned together, and one quick plan."""
    sessions, crowd = _week_inputs()
    day, probs = sessions[0].day, people(80, 4)
    return [
        row(
            "50 sessions of a week planned together, 4,000 people",
            best_of(lambda: plan_week(sessions, crowd)),
            "s",
            5.0,
        ),
        row("quick plan of one session", 1e3 * best_of(lambda: best_day(day, probs, effort=QUICK)), "ms", 90.0),
    ]


def _preview() -> list[Row]:
    """Measure what the plan page asks for at every change of a control: a whole plan, nothing of it remembered."""
    probs = tuple(people(48, 5, 0.1, 0.35))
    spec = StreamedSpec(
        target=5,
        lobby=14,
        promised_wait=40,
        show_probs=probs,
        typical=Belief(mean=0.2, weight=214),
        day_correlation=0.034,
    )
    # Another price is another plan: the library remembers plans it has made.
    prices = iter(range(1, 100))
    seconds = best_of(lambda: plan_streamed(replace(spec, costs=Costs(invitation=float(next(prices))))))
    return [row("preview of a stream with 48 people chosen", 1e3 * seconds, "ms", 100.0)]


def _seven_nodes() -> list[Row]:
    """Measure how much longer it takes with a day effect of 7 nodes than with one."""
    nodes = common_shift(0.5, 7)
    bands = [people(4 if slot < 4 else 3, slot, 0.05, 0.6) for slot in range(32)]
    probs = people(80, 1, 0.05, 0.85)
    alone, shared = Day(16, 3, _LINEAR), Day(16, 3, _LINEAR, nodes=nodes)
    equal_alone = Day(16, 2, CostWeights(wait=1, overtime=5))
    equal_shared = replace(equal_alone, nodes=nodes)
    pairs = [
        ("one schedule", lambda: evaluate(bands, 5), lambda: evaluate(bands, 5, nodes=nodes), 20),
        ("best day", lambda: best_day(alone, probs), lambda: best_day(shared, probs), 1),
        (
            "certified optimum, 16 slots",
            lambda: certified_day(equal_alone, 0.6, 50),
            lambda: certified_day(equal_shared, 0.6, 50),
            1,
        ),
    ]
    return [
        row(
            f"{name}: times as long with a day effect of 7 nodes",
            best_of(many, loops=loops) / best_of(one, loops=loops),
            "times",
            7.0,
        )
        for name, one, many, loops in pairs
    ]


def _memory() -> float:
    """Return the peak memory of this process after planning a week, in MB."""
    plan_week(*_week_inputs())
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_timings()) if sys.argv[1:] == ["timings"] else str(_memory()))
