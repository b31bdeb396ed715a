"""Pure: plots as SVG text. Geometry stands in attributes, colours in the classes of the stylesheet; all text is escaped."""

from scheduling.statistics.plots.charts import (
    BandBar,
    Bar,
    Dot,
    FanPoint,
    TrendPoint,
    bands,
    bars,
    cusum,
    fan,
    funnel_bars,
    quadrant,
    reliability_plot,
    trend,
)
from scheduling.statistics.plots.frame import standalone

__all__ = [
    "BandBar",
    "Bar",
    "Dot",
    "FanPoint",
    "TrendPoint",
    "bands",
    "bars",
    "cusum",
    "fan",
    "funnel_bars",
    "quadrant",
    "reliability_plot",
    "standalone",
    "trend",
]
