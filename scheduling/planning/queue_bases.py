"""The states of a queue of equal interviews: bases, places, and where time leads them (see ``fixed_service``)."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations_with_replacement
from math import comb

import numpy as np
from numpy.typing import NDArray

# Where minutes share no useful unit there are too many states: lengths are then taken in steps of 5 minutes.
MAX_BASES = 2_500


@lru_cache(maxsize=64)
def bases_of(interviewers: int, service: int) -> NDArray[np.intp]:
    """Return all sorted vectors of entries below ``service``; shape (bases, interviewers)."""
    if comb(service + interviewers - 1, interviewers) > MAX_BASES:
        msg = (
            f"minutes_each: {interviewers} interviewers and bands that share only a short unit with an interview are beyond "
            "the exact method; use multiples of 5 minutes, or bands a whole or half an interview apart"
        )
        raise ValueError(msg)
    return np.array(list(combinations_with_replacement(range(service), interviewers)), dtype=np.intp)


def roomy(places: int) -> int:
    """Return the size of the table that has ``places`` places: few sizes, so that the tables are made once."""
    return max(32, 1 << (places - 1).bit_length())


@lru_cache(maxsize=16)
def entries_of(interviewers: int, service: int, places: int) -> NDArray[np.intp]:
    """Return the vector of every (base, j), j < places, sorted; shape (bases, places, interviewers)."""
    seats = np.arange(places)[:, None] - np.arange(interviewers)[None, :]
    taken = -(-np.maximum(seats, 0) // interviewers)
    entries = bases_of(interviewers, service)[:, None, :] + service * taken[None]
    return np.asarray(np.sort(entries, axis=2))


def aged(interviewers: int, service: int, places: int, units: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return base and j of every (base, j < places) when ``units`` have passed."""
    base, queued = _aged_table(interviewers, service, roomy(places), units)
    return base[:, :places], queued[:, :places]


@lru_cache(maxsize=32)
def _aged_table(interviewers: int, service: int, places: int, units: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    rank = {tuple(base): row for row, base in enumerate(bases_of(interviewers, service).tolist())}
    left = np.maximum(entries_of(interviewers, service, places) - units, 0)
    queued = (left // service).sum(axis=2)
    rest = np.sort(left % service, axis=2).reshape(-1, interviewers)
    base = np.array([rank[tuple(row)] for row in rest.tolist()], dtype=np.intp).reshape(queued.shape)
    return base, queued


def called(interviewers: int, service: int, places: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return by (base, j < places): the wait of the person who comes next, and how many wait unserved."""
    waits, waiting = _called_table(interviewers, service, roomy(places))
    return waits[:, :places], waiting[:, :places]


@lru_cache(maxsize=16)
def _called_table(interviewers: int, service: int, places: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    entries = entries_of(interviewers, service, places)
    return entries[:, :, 0], np.maximum(-(-entries // service) - 1, 0).sum(axis=2)
