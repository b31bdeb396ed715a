"""The frame of every plot: two axes, their lines and labels."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH, HEIGHT = 720.0, 280.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 16.0, 14.0, 34.0
# What a downloaded file carries, because no stylesheet goes with it: the light palette of the pages.
_STYLE = (
    "text{font:500 12px system-ui,sans-serif;fill:#5C6873}text.strong{font-size:13px;font-weight:600;fill:#14202B}"
    "text.fore{font-size:13px;font-weight:600;fill:#6741B4}text.plain{font-size:13px;font-weight:400;fill:#45525D}"
    ".l-ink{stroke:#14202B}.l-two{stroke:#45525D}.l-edge{stroke:#77838E}.l-line{stroke:#D3D9DE}.l-fore{stroke:#6741B4}"
    ".l-bad{stroke:#AE231C}.l-surface{stroke:#FFFFFF}.p-ink{fill:#14202B}.p-fore{fill:#6741B4}.p-fore-soft{fill:#EEE8FA}"
    ".p-bad{fill:#AE231C}.p-surface{fill:#FFFFFF}.p-sunken{fill:#E9EDF0}.p-none{fill:none}"
)
_HATCH = (
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" class="p-fore-soft"/><path d="M1 0V5" class="l-fore" stroke-width="1.25" '
    'stroke-opacity=".62"/></pattern></defs>'
)


def nice_step(top: float, most: int = 5) -> float:
    """Return a step of 1, 2 or 5 times a power of ten that divides 0 … ``top`` > 0 into at most ``most`` parts.

    >>> nice_step(43), nice_step(0.37)
    (10.0, 0.1)
    """
    power = 10.0 ** math.floor(math.log10(top / most))
    return next(size * power for size in (1, 2, 5, 10, 20) if top / (size * power) <= most)


def text(x: float, y: float, words: str, *, anchor: str = "start", kind: str = "") -> str:
    """Return a text element; ``words`` are escaped."""
    of = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{of}>{escape(words)}</text>'


@dataclass(slots=True)
class Frame:
    """A plot in the making: linear axes from 0 (or ``low``) to their tops; parts are added in the order of drawing."""

    words: str
    x_top: float
    y_top: float
    x_low: float = 0.0
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    parts: list[str] = field(default_factory=list)

    def x(self, value: float) -> float:
        """Return where ``value`` lies across, kept inside the frame."""
        span = self.x_top - self.x_low
        share = (value - self.x_low) / span if span > 0 else 0.0
        return self.left + (self.width - RIGHT - self.left) * min(max(share, 0.0), 1.0)

    def y(self, value: float) -> float:
        """Return where ``value`` lies upwards, kept inside the frame."""
        share = value / self.y_top if self.y_top > 0 else 0.0
        return self.floor - (self.floor - TOP) * min(max(share, 0.0), 1.0)

    @property
    def floor(self) -> float:
        """Where the horizontal axis lies."""
        return self.height - BOTTOM

    def add(self, *parts: str) -> None:
        """Add parts on top of what is drawn."""
        self.parts.extend(parts)

    def lines(self, *, per_cent: bool = False) -> None:
        """Draw the horizontal lines with their numbers."""
        step = nice_step(self.y_top)
        for number in range(int(self.y_top / step + 1e-9) + 1):
            value = number * step
            at = self.y(value)
            kind = "l-edge" if number == 0 else "l-line"
            label = f"{value * 100:.0f} %" if per_cent else f"{value:g}"
            self.add(f'<path d="M{self.left:.1f} {at:.1f}H{self.width - RIGHT:.1f}" class="{kind}" stroke-width="1"/>')
            self.add(text(self.left - 6, at + 4, label, anchor="end"))

    def ticks(self, marks: Sequence[tuple[float, str]], *, most: int = 12) -> None:
        """Write labels below the axis, thinned out to at most ``most``."""
        every = max(1, math.ceil(len(marks) / most))
        for at, label in marks[::every]:
            # A long label at the very beginning would run out of the frame.
            is_first = self.x(at) < self.left + 4 and len(label) > 6
            self.add(text(self.x(at), self.floor + 18, label, anchor="start" if is_first else "middle"))

    def svg(self) -> str:
        """Return the whole plot; its words stand for it where it is not seen."""
        return (
            f'<svg class="wide-mark" viewBox="0 0 {self.width:.0f} {self.height:.0f}" role="img" '
            f'aria-label="{escape(self.words)}">{"".join(self.parts)}</svg>'
        )


def standalone(svg: str) -> str:
    """Return ``svg`` as a file that draws the same on its own: with its name space, colours and hatch."""
    head, _angle, rest = svg.partition(">")
    # A size of its own: a picture without one is drawn at 300 x 150 by some programs and not at all by others.
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', head)
    size = f' width="{box[1]}" height="{box[2]}"' if box else ""
    plain = head.replace('<svg class="wide-mark"', f'<svg xmlns="http://www.w3.org/2000/svg"{size}', 1)
    ground = '<rect width="100%" height="100%" fill="#FFFFFF"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{plain}><style>{_STYLE}</style>{_HATCH}{ground}{rest}\n'
