"""The plots: facts are solid ink, forecasts are hatched ranges; each reads in black and white by shape alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduling.statistics.plots.frame import LEFT, RIGHT, Frame, nice_step, text


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A share with its range at one step of time."""

    label: str
    value: float
    low: float
    high: float


def trend(points: Sequence[TrendPoint], *, words: str) -> str:
    """Return shares over time: a line with dots, and the range of each as a whisker with ends."""
    top = min(max([0.3, *[point.high for point in points]]) * 1.05, 1.0)
    frame = Frame(words=words, x_top=max(len(points) - 0.5, 1), x_low=-0.5, y_top=top)
    frame.lines(per_cent=True)
    frame.ticks([(number, point.label) for number, point in enumerate(points)])
    at = [(frame.x(number), point) for number, point in enumerate(points)]
    if len(at) > 1:
        edge = [f"{x:.1f},{frame.y(point.high):.1f}" for x, point in at]
        edge += [f"{x:.1f},{frame.y(point.low):.1f}" for x, point in reversed(at)]
        frame.add(f'<polygon points="{" ".join(edge)}" class="p-sunken"/>')
        line = " ".join(f"{x:.1f},{frame.y(point.value):.1f}" for x, point in at)
        frame.add(f'<polyline points="{line}" class="p-none l-ink" stroke-width="2"/>')
    for x, point in at:
        frame.add(_whisker(frame, x, point.low, point.high, "l-two"))
        frame.add(
            f'<circle cx="{x:.1f}" cy="{frame.y(point.value):.1f}" r="4" class="p-ink l-surface" stroke-width="1.5"/>'
        )
    return frame.svg()


def _whisker(frame: Frame, x: float, low: float, high: float, kind: str) -> str:
    down, up = frame.y(low), frame.y(high)
    return (
        f'<path d="M{x:.1f} {down:.1f}V{up:.1f}M{x - 4:.1f} {down:.1f}h8M{x - 4:.1f} {up:.1f}h8" '
        f'class="p-none {kind}" stroke-width="1.25"/>'
    )


@dataclass(frozen=True, slots=True)
class Dot:
    """A group of people: forecast share, seen share with its range, how many."""

    forecast: float
    seen: float
    low: float
    high: float
    people: int


def reliability_plot(dots: Sequence[Dot], *, words: str) -> str:
    """Return predicted (across) against seen (up); on the dotted diagonal, forecasts are right."""
    top = min(max([0.4, *[max(dot.high, dot.forecast) for dot in dots]]) * 1.05, 1.0)
    frame = Frame(words=words, x_top=top, y_top=top, width=420.0, height=380.0)
    frame.lines(per_cent=True)
    step = nice_step(top)
    frame.ticks([(part * step, f"{100 * part * step:.0f} %") for part in range(int(top / step + 1e-9) + 1)])
    frame.add(
        f'<path d="M{frame.x(0):.1f} {frame.y(0):.1f}L{frame.x(top):.1f} {frame.y(top):.1f}" class="l-fore" '
        'stroke-width="2" stroke-dasharray="2 4"/>'
    )
    labels: list[float] = []
    for dot in dots:
        x = frame.x(dot.forecast)
        frame.add(_whisker(frame, x, dot.low, dot.high, "l-ink"))
        size = 3 + min(dot.people, 900) ** 0.5 / 8
        frame.add(
            f'<circle cx="{x:.1f}" cy="{frame.y(dot.seen):.1f}" r="{size:.1f}" class="p-ink l-surface" stroke-width="1.5"/>'
        )
        # Figures that would lie upon each other are left to the table.
        if not labels or x - labels[-1] > 26:
            frame.add(text(x + 8, frame.y(dot.seen) + 15, str(dot.people)))
            labels.append(x)
    return frame.svg()


def funnel_bars(steps: Sequence[tuple[str, int]], *, words: str) -> str:
    """Return the steps as solid bars, one below the other, each with its number of people."""
    row = 30.0
    frame = Frame(words=words, x_top=max([1, *[count for _name, count in steps]]), y_top=1, left=210.0)
    frame.height = row * len(steps) + 8
    for number, (name, count) in enumerate(steps):
        y, x = 4 + row * number, frame.x(count)
        frame.add(text(frame.left - 10, y + 19, name, anchor="end", kind="plain"))
        frame.add(
            f'<rect x="{frame.left:.1f}" y="{y + 5:.1f}" width="{max(x - frame.left, 1):.1f}" height="20" rx="1.5" class="p-ink"/>'
        )
        inside = x > frame.width - 90
        frame.add(
            text(x - 8, y + 20, f"{count:,}".replace(",", "\u202f"), anchor="end", kind="inside")
            if inside
            else text(x + 8, y + 20, f"{count:,}".replace(",", "\u202f"), kind="strong")
        )
    return frame.svg()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; ``is_marked`` sets it apart by an outline and a hatch of ink."""

    label: str
    count: float
    is_marked: bool = False


def bars(items: Sequence[Bar], *, words: str, usual: float | None = None, note: str = "") -> str:
    """Return counts side by side; marked ones (days of a promotion) are solid, others pale with an edge.

    ``usual`` draws a dashed line across with ``note`` beside it. Without any marked bar all are solid.
    """
    top = max([1.0, usual or 0.0, *[item.count for item in items]]) * 1.08
    frame = Frame(words=words, x_top=max(len(items), 8), y_top=top, height=200.0)
    frame.lines()
    frame.ticks([(number + 0.5, item.label) for number, item in enumerate(items)], most=14)
    is_plain = not any(item.is_marked for item in items)
    for number, item in enumerate(items):
        left, right = frame.x(number + 0.12), frame.x(number + 0.88)
        kind = "p-ink" if item.is_marked or is_plain else "p-sunken l-two"
        y = frame.y(item.count)
        frame.add(
            f'<rect x="{left:.1f}" y="{y:.1f}" width="{max(right - left, 1):.1f}" height="{frame.floor - y:.1f}" class="{kind}" stroke-width="1"/>'
        )
    if usual is not None:
        y = frame.y(usual)
        frame.add(
            f'<path d="M{LEFT:.1f} {y:.1f}H{frame.width - RIGHT:.1f}" class="l-two" stroke-width="1.5" stroke-dasharray="6 4"/>'
        )
        frame.add(text(frame.width - RIGHT, y - 5, note, anchor="end", kind="strong"))
    return frame.svg()


@dataclass(frozen=True, slots=True)
class BandBar:
    """An arrival time: expected people with their range, and how many came (None: not yet)."""

    label: str
    expected: float
    low: float
    high: float
    came: int | None


def bands(items: Sequence[BandBar], *, words: str) -> str:
    """Return arrivals per band against plan: hatched bar and whisker expected, solid bar beside it came."""
    top = max([2.0, *[max(item.high, item.came or 0) for item in items]]) * 1.1
    frame = Frame(words=words, x_top=max(len(items), 1), y_top=top)
    frame.lines()
    frame.ticks([(number + 0.5, item.label) for number, item in enumerate(items)])
    for number, item in enumerate(items):
        left, middle, right = frame.x(number + 0.14), frame.x(number + 0.5), frame.x(number + 0.86)
        y = frame.y(item.expected)
        frame.add(
            f'<rect x="{left:.1f}" y="{y:.1f}" width="{middle - left:.1f}" height="{frame.floor - y:.1f}" fill="url(#hatch)" class="l-fore" stroke-width="1.25"/>'
        )
        frame.add(_whisker(frame, (left + middle) / 2, item.low, item.high, "l-fore"))
        if item.came is not None:
            y = frame.y(item.came)
            frame.add(
                f'<rect x="{middle + 2:.1f}" y="{y:.1f}" width="{right - middle - 2:.1f}" height="{frame.floor - y:.1f}" class="p-ink"/>'
            )
            frame.add(text((middle + right) / 2, y - 5, str(item.came), anchor="middle", kind="strong"))
    return frame.svg()


@dataclass(frozen=True, slots=True)
class FanPoint:
    """What was forecast of a session at one moment: 5 %, 50 % and 95 % points of all arrivals."""

    label: str
    low: float
    middle: float
    high: float


def fan(points: Sequence[FanPoint], *, target: int, came: int | None, words: str, target_words: str = "") -> str:
    """Return how a session's forecast moved until its day: a hatched fan, the middle dashed; target and outcome as lines."""
    top = max([target * 1.2, came or 0, *[point.high for point in points], 2.0]) * 1.08
    frame = Frame(words=words, x_top=max(len(points) - 1, 1), y_top=top)
    frame.lines()
    frame.ticks([(number, point.label) for number, point in enumerate(points)], most=8)
    if points:
        at = [(frame.x(number), point) for number, point in enumerate(points)]
        edge = [f"{x:.1f},{frame.y(point.high):.1f}" for x, point in at]
        edge += [f"{x:.1f},{frame.y(point.low):.1f}" for x, point in reversed(at)]
        line = " ".join(f"{x:.1f},{frame.y(point.middle):.1f}" for x, point in at)
        frame.add(f'<polygon points="{" ".join(edge)}" fill="url(#hatch)" class="l-fore" stroke-width="1.25"/>')
        frame.add(f'<polyline points="{line}" class="p-none l-fore" stroke-width="2.5" stroke-dasharray="6 4"/>')
    y, end = frame.y(target), frame.width - RIGHT
    frame.add(f'<path d="M{frame.left:.1f} {y:.1f}H{end:.1f}" class="l-ink" stroke-width="1.5"/>')
    frame.add(f'<path d="M{frame.left:.1f} {y:.1f}m0 -5l5 5-5 5-5-5z" class="p-ink"/>')
    frame.add(text(frame.left + 10, y - 6, target_words, kind="strong"))
    if came is not None:
        y = frame.y(came)
        frame.add(f'<circle cx="{end:.1f}" cy="{y:.1f}" r="5" class="p-ink l-surface" stroke-width="1.5"/>')
        frame.add(text(end - 9, y + 4, str(came), anchor="end", kind="strong"))
    return frame.svg()


def quadrant(points: Sequence[tuple[str, int, float, float | None]], *, words: str, across: str, up: str) -> str:
    """Return sources as dots: people who came (across) and show rate (up); the number in brackets is money an arrival.

    ``points``: (name, arrivals, show rate, cost of an arrival or None). The lines are the means: upper right is best.
    """
    x_top = max([4.0, *[float(count) for _n, count, _r, _c in points]]) * 1.25
    y_top = min(max([0.3, *[share for _n, _v, share, _c in points]]) * 1.2, 1.05)
    frame = Frame(words=words, x_top=x_top, y_top=y_top, height=320.0)
    frame.lines(per_cent=True)
    step = nice_step(x_top, 6)
    frame.ticks([(part * step, f"{part * step:.0f}") for part in range(int(x_top / step + 1e-9) + 1)])
    if points:
        x = frame.x(sum(count for _n, count, _r, _c in points) / len(points))
        y = frame.y(sum(share for _n, _v, share, _c in points) / len(points))
        frame.add(
            f'<path d="M{x:.1f} {frame.y(y_top):.1f}V{frame.floor:.1f}M{frame.left:.1f} {y:.1f}H{frame.width - RIGHT:.1f}" '
            'class="l-edge" stroke-width="1" stroke-dasharray="3 3"/>'
        )
    for name, count, share, cost in points:
        x, y = frame.x(count), frame.y(share)
        label = name if cost is None else f"{name} ({cost:,.0f})".replace(",", "\u202f")
        frame.add(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" class="p-ink l-surface" stroke-width="1.5"/>')
        at_end = x > frame.width * 0.72
        frame.add(text(x + (-11 if at_end else 11), y + 4, label, anchor="end" if at_end else "start", kind="plain"))
    frame.add(text(frame.width - RIGHT, frame.floor + 31, across, anchor="end"), text(4, 10, up))
    return frame.svg()


def cusum(path: Sequence[float], *, alarm: float, words: str) -> str:
    """Return the sums of a watch day by day between its two alarm lines; small, for a row of a table."""
    width, height = 240.0, 44.0
    top = max([alarm * 1.15, *[abs(value) for value in path]])

    def y(value: float) -> float:
        return height / 2 - value / top * (height / 2 - 2)

    step = width / max(len(path) - 1, 1)
    line = " ".join(f"{number * step:.1f},{y(value):.1f}" for number, value in enumerate(path))
    parts = [f'<path d="M0 {height / 2:.1f}H{width:.0f}" class="l-line" stroke-width="1"/>']
    parts += [
        f'<path d="M0 {y(edge):.1f}H{width:.0f}" class="l-bad" stroke-width="1" stroke-dasharray="4 3"/>'
        for edge in (alarm, -alarm)
    ]
    parts.append(f'<polyline points="{line}" class="p-none l-ink" stroke-width="1.75"/>')
    frame = Frame(words=words, x_top=1, y_top=1, width=width, height=height, parts=parts)
    return frame.svg()
