"""The pictures and tables of docs/overbooking.md, made from the planners themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from scheduling.planning.arrivals import beta_binomial_law, people_law
from scheduling.planning.mixture import at_least
from scheduling.planning.spec import Belief, StreamedSpec
from scheduling.planning.streamed_plan import plan_streamed

COLOURS = ("#1d4ed8", "#b45309", "#047857")
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 300, 52, 44, 40, 150


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines over one axis; ``values[s][i]`` belongs to ``names[s]`` and ``places[i]``."""

    code: str
    title: str
    across: str
    up: str
    places: tuple[int, ...]
    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    top: float
    percent: bool

    def written(self, value: float) -> str:
        """Return a value as the axis and the table show it."""
        return f"{value:.0%}" if self.percent else f"{value:g}"

    def svg(self) -> str:
        """Return the picture as SVG text, with a title for those who cannot see it."""
        body = [f"<title>{escape(self.title)}</title>", f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>']
        body.append(_text(LEFT, 22, self.title, size=14, weight=600))
        for step in range(5):
            value = self.top * step / 4
            y = self._y(value)
            body.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#e5e7eb"/>')
            body.append(_text(LEFT - 6, y + 4, self.written(value), anchor="end"))
        marks = sorted({round(i * (len(self.places) - 1) / 5) for i in range(6)})
        body += [_text(self._x(i), HEIGHT - BOTTOM + 18, str(self.places[i]), anchor="middle") for i in marks]
        body.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, self.across, anchor="middle"))
        ends = _apart([self._y(values[-1]) for values in self.values])
        for name, values, colour, y in zip(self.names, self.values, COLOURS, ends, strict=False):
            points = " ".join(f"{self._x(i):.1f},{self._y(value):.1f}" for i, value in enumerate(values))
            body.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
            body.append(_text(WIDTH - RIGHT + 8, y + 4, name, colour=colour))
        inner = "\n".join(body)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'font-family="system-ui, sans-serif">\n{inner}\n</svg>\n'
        )

    def table(self) -> str:
        """Return the figures of the picture as a Markdown table, about ten rows."""
        step = max(len(self.places) // 10, 1)
        rows = [f"| {self.across} | " + " | ".join(self.names) + " |", "|---" * (len(self.names) + 1) + "|"]
        rows += [
            f"| {self.places[i]} | " + " | ".join(self.written(values[i]) for values in self.values) + " |"
            for i in range(0, len(self.places), step)
        ]
        return "\n".join(rows) + "\n"

    def _x(self, index: int) -> float:
        return LEFT + (WIDTH - RIGHT - LEFT) * index / max(len(self.places) - 1, 1)

    def _y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * min(value / self.top, 1.0)


def _apart(heights: Sequence[float], gap: float = 15.0) -> list[float]:
    """Move labels down until none covers another."""
    placed: dict[int, float] = {}
    last = -gap
    for index in sorted(range(len(heights)), key=lambda i: heights[i]):
        last = placed[index] = max(heights[index], last + gap)
    return [placed[index] for index in range(len(heights))]


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", size: int = 11, weight: int = 400, colour: str = "#374151"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
    )


def pictures() -> tuple[Picture, ...]:
    """Return the pictures of the page: one in five comes, five interviews wanted."""
    return (_arrivals(), _target(), _day(), _range())


def _arrivals() -> Picture:
    laws = [people_law([0.2] * n) for n in (25, 38)]
    places = tuple(range(17))
    return Picture(
        code="arrivals",
        title="How many come when one in five does",
        across="people who come",
        up="share of days",
        places=places,
        names=("25 invited", "38 invited"),
        values=tuple(tuple(round(float(law[k]), 4) for k in places) for law in laws),
        top=0.2,
        percent=True,
    )


def _target() -> Picture:
    places = tuple(range(5, 91, 5))
    alone = tuple(round(at_least(people_law([0.2] * n), 5), 4) for n in places)
    known = [tuple(round(at_least(beta_binomial_law(n, 0.2 * w, 0.8 * w), 5), 4) for n in places) for w in (50, 10)]
    return Picture(
        code="target",
        title="Days on which at least five come",
        across="people invited",
        up="share of days",
        places=places,
        names=("rate known, 1 in 5", "rate from 50 people", "rate from 10 people"),
        values=(alone, *known),
        top=1.0,
        percent=True,
    )


def _day() -> Picture:
    places = tuple(range(15, 76, 5))
    plans = [plan_streamed(StreamedSpec(target=5, invite=n)) for n in places]
    return Picture(
        code="day",
        title="An afternoon with two interviewers: target and waiting",
        across="people invited",
        up="share",
        places=places,
        names=("five held", "over 14 in lobby", "overtime > 30 min"),
        values=(
            tuple(round(plan.p_target, 3) for plan in plans),
            tuple(round(plan.p_over, 3) for plan in plans),
            tuple(round(plan.p_overtime_30, 3) for plan in plans),
        ),
        top=1.0,
        percent=True,
    )


def _range() -> Picture:
    spec = StreamedSpec(target=5, typical=Belief(mean=0.2, weight=200.0))
    plan = plan_streamed(spec)
    wide = plan.invite_for_range or plan.invite
    lines = [plan_streamed(replace(spec, invite=number)).if_wrong for number in (plan.invite, wide)]
    return Picture(
        code="range",
        title="Five held, when one in five is not quite right",
        across="people of 100 who come",
        up="share of days",
        places=tuple(round(100 * row.show_rate) for row in plan.if_wrong),
        names=(f"{plan.invite} invited", f"{wide} invited"),
        values=tuple(tuple(round(row.p_target, 3) for row in rows) for rows in lines),
        top=1.0,
        percent=True,
    )
