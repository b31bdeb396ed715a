"""The plain ways to evaluate a day, which the exact evaluators are measured against."""

import time
from collections.abc import Sequence

import numpy as np


def plain_recursion(bands: Sequence[Sequence[float]], crew: int) -> tuple[float, float, float, float]:
    """Return expected wait, idle time, overtime and tardiness, in slots, by the recursion of section 3a over Python lists."""
    queue, wait, idle, tardiness = [1.0], 0.0, 0.0, 0.0
    for band in bands:
        for p in band:
            queue = [a * (1.0 - p) + b * p for a, b in zip([*queue, 0.0], [0.0, *queue], strict=True)]
        idle += sum((crew - number) * mass for number, mass in enumerate(queue[:crew]))
        queue = [sum(queue[: crew + 1]), *queue[crew + 1 :]]
        wait += sum(number * mass for number, mass in enumerate(queue))
    overtime = sum(number * mass for number, mass in enumerate(queue))
    while len(queue) > 1:
        tardiness += 1.0 - queue[0]
        queue = [sum(queue[: crew + 1]), *queue[crew + 1 :]]
        wait += sum(number * mass for number, mass in enumerate(queue))
    return wait, idle, overtime, tardiness


def simulated_seconds(bands: Sequence[Sequence[float]], crew: int, days: int = 2000) -> float:
    """Return how long plain Monte Carlo (one vectorised draw of all days) would take to know the wait to 1 %."""
    generator = np.random.default_rng(1)
    start = time.thread_time()
    queue = np.zeros(days)
    wait = np.zeros(days)
    for band in bands:
        queue += (generator.random((len(band), days)) < np.array(band)[:, None]).sum(axis=0)
        queue = np.maximum(queue - crew, 0)
        wait += queue
    while queue.any():
        queue = np.maximum(queue - crew, 0)
        wait += queue
    seconds = time.thread_time() - start
    needed = (float(wait.std()) / (0.01 * float(wait.mean()))) ** 2
    return seconds * needed / days
