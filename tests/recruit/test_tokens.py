"""The palette: every pair of colours that the design uses, recomputed from the stylesheet by the formula of WCAG 2.2."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "recruit/static/recruit/app.css").read_text(encoding="utf-8")
TEXT = ("ink", "ink-2", "ink-3", "accent", "forecast", "good", "warn", "bad")
SOFT = ("accent", "forecast", "good", "warn", "bad")
# (foreground, ground, least contrast): text 4.5, borders of fields and focus 3.
PAIRS = [
    *[(text, ground, 4.5) for text in TEXT for ground in ("surface", "page")],
    *[(name, f"{name}-soft", 4.5) for name in SOFT],
    *[("ink", f"{name}-soft", 7.0) for name in SOFT],
    ("on-accent", "accent", 4.5), ("ink-3", "accent-soft", 4.5), ("ink-3", "sunken", 4.5), ("ink-2", "sunken", 4.5),
    ("forecast", "accent-soft", 4.5), ("forecast", "warn-soft", 4.5), ("accent", "accent-soft", 4.5),
    ("surface", "ink", 4.5), ("edge", "surface", 3.0), ("edge", "page", 3.0), ("edge", "sunken", 3.0),
    ("focus", "surface", 3.0), ("focus", "page", 3.0),
]  # fmt: skip


def tokens(theme: str) -> dict[str, str]:
    """Return the colours of one theme, as the browser ends up with them."""
    light = CSS[CSS.index(":root {") : CSS.index("@media")]
    dark = CSS[CSS.index(':root[data-theme="dark"]') :]
    found = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", light))
    return (
        found if theme == "light" else found | dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", dark[: dark.index("}")]))
    )


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_every_pair_of_colours_can_be_read(theme, front, ground, least):
    found = tokens(theme)

    assert contrast(found[front], found[ground]) >= least


def test_the_two_ways_to_the_dark_theme_are_the_same():
    by_device, by_choice = re.findall(r"\{((?:[^{}]*--page: #10161C)[^{}]*)\}", CSS)

    assert sorted(by_device.split()) == sorted(by_choice.split())


def test_black_on_white_is_twenty_one():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
