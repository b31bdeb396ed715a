"""Who is asked to which band before anything is optimised: level placings, and numbers set by hand."""

from __future__ import annotations

from collections.abc import Sequence

from scheduling.planning.session_parts import spread_evenly
from scheduling.planning.spec import StreamedSpec
from scheduling.planning.spec_day import on_duty

Placing = tuple[int, ...]


def filled(counts: Sequence[int], allowed: Sequence[Sequence[int]]) -> Placing:
    """Return people in their order in bands that take ``counts``: the first with room that each can make, else the first with room."""
    left = list(counts)
    places = []
    for bands in allowed:
        free = [band for band, room in enumerate(left) if room > 0]
        band = next((one for one in free if one in bands), free[0])
        left[band] -= 1
        places.append(band)
    return tuple(places)


def even_places(spec: StreamedSpec, allowed: Sequence[Sequence[int]]) -> Placing:
    """Return a placing in which all bands, with those invited before, are as full as their interviewers can serve.

    ``allowed`` are the bands of each person, in the order of the list; who can make few bands still gets one of them.
    """
    bands = range(len(spec.starts))
    everywhere = all(len(one) == len(bands) for one in allowed)
    if everywhere and not (spec.staff or spec.breaks):
        return filled(_level_counts(spec, len(allowed)), allowed)
    served = _served(spec)
    loads = [float(len(spec.already[band])) if spec.already else 0.0 for band in bands]
    places = []
    for one in allowed:
        usable = [band for band in one if served[band] > 0.0] or list(one)
        band = min(usable, key=lambda b: ((loads[b] + 1.0) / max(served[b], 1e-9), b))
        loads[band] += 1.0
        places.append(band)
    return canonical(places, allowed, [0.0] * len(places))


def _level_counts(spec: StreamedSpec, people: int) -> tuple[int, ...]:
    bands = len(spec.starts)
    if not spec.already:
        return spread_evenly(people, bands)
    level = spread_evenly(people + sum(map(len, spec.already)), bands)
    counts = [0] * bands
    for _ in range(people):
        emptiest = min(range(bands), key=lambda band: (counts[band] + len(spec.already[band]) - level[band], band))
        counts[emptiest] += 1
    return tuple(counts)


def _served(spec: StreamedSpec) -> list[float]:
    """Return the interviews that can begin from each band's start to the next, people with guaranteed times taken off."""
    minutes = on_duty(spec)
    ends = (*spec.starts[1:], spec.window)
    return [
        max(
            sum(minutes[start:end]) / spec.minutes_each
            - sum(p for minute, p in spec.guaranteed if start <= minute < end),
            0.0,
        )
        for start, end in zip(spec.starts, ends, strict=True)
    ]


def canonical(places: Sequence[int], allowed: Sequence[Sequence[int]], probs: Sequence[float]) -> Placing:
    """Return the same placing with people who are alike in the order of the list: the earlier gets the earlier band."""
    alike: dict[tuple[float, tuple[int, ...]], list[int]] = {}
    for person, (bands, p) in enumerate(zip(allowed, probs, strict=True)):
        alike.setdefault((p, tuple(bands)), []).append(person)
    out = list(places)
    for group in alike.values():
        for person, band in zip(group, sorted(places[one] for one in group), strict=True):
            out[person] = band
    return tuple(out)
