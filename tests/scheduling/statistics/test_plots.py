import pytest
from defusedxml import ElementTree

from scheduling.statistics import plots
from scheduling.statistics.plots.frame import nice_step

EVIL = '<script>"&'
MADE = {
    "trend": lambda: plots.trend([plots.TrendPoint(EVIL, 0.2, 0.1, 0.3), plots.TrendPoint("b", 0.3, 0.2, 0.4)], words=EVIL),
    "trend of one": lambda: plots.trend([plots.TrendPoint("a", 0.2, 0.1, 0.3)], words="x"),
    "trend of none": lambda: plots.trend([], words="x"),
    "reliability": lambda: plots.reliability_plot([plots.Dot(0.2, 0.25, 0.1, 0.4, 50)], words=EVIL),
    "reliability of none": lambda: plots.reliability_plot([], words="x"),
    "funnel": lambda: plots.funnel_bars([(EVIL, 100), ("b", 3)], words=EVIL),
    "funnel of nobody": lambda: plots.funnel_bars([("a", 0)], words="x"),
    "bars": lambda: plots.bars([plots.Bar(EVIL, 3), plots.Bar("b", 5, is_marked=True)], words="x", usual=2.0, note=EVIL),
    "bars of none": lambda: plots.bars([], words="x"),
    "bands": lambda: plots.bands([plots.BandBar(EVIL, 1.5, 0, 4, 2), plots.BandBar("b", 1, 0, 3, None)], words="x"),
    "fan": lambda: plots.fan([plots.FanPoint(EVIL, 2, 5, 9)], target=5, came=4, words="x", target_words=EVIL),
    "fan of none": lambda: plots.fan([], target=5, came=None, words="x"),
    "quadrant": lambda: plots.quadrant([(EVIL, 30, 0.4, 12.0), ("b", 0, 0.0, None)], words="x", across=EVIL, up="y"),
    "quadrant of none": lambda: plots.quadrant([], words="x", across="a", up="b"),
    "cusum": lambda: plots.cusum([0.0, 1.0, -6.0], alarm=5.0, words=EVIL),
    "cusum of none": lambda: plots.cusum([], alarm=5.0, words="x"),
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_a_plot_is_sound_xml_that_carries_no_markup_of_others(name):
    svg = MADE[name]()

    root = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"]
    assert "<script" not in svg
    assert "style=" not in svg
    assert "nan" not in svg


@pytest.mark.parametrize("name", MADE)
def test_a_file_of_it_stands_alone(name):
    root = ElementTree.fromstring(plots.standalone(MADE[name]()).encode())

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert [child.tag.rpartition("}")[2] for child in root][:2] == ["style", "defs"]
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"


def test_forecast_and_fact_differ_by_more_than_colour():
    svg = MADE["bands"]()

    assert 'fill="url(#hatch)"' in svg
    assert 'class="p-ink"' in svg


@pytest.mark.parametrize(("top", "step"), [(1, 0.2), (5, 1), (43, 10), (0.42, 0.1), (980, 200)])
def test_steps_are_round(top, step):
    assert nice_step(top) == pytest.approx(step)
