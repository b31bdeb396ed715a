"""The pictures of docs/overbooking.md are those the engine draws today."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from scheduling.planning.pictures import Picture, pictures

DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.mark.parametrize("picture", pictures(), ids=lambda picture: picture.code)
def test_the_committed_table_and_picture_are_up_to_date(picture: Picture) -> None:
    assert (DOCS / "overbooking" / f"{picture.code}.md").read_text(encoding="utf-8") == picture.table()
    assert (DOCS / "overbooking" / f"{picture.code}.svg").read_text(encoding="utf-8") == picture.svg()
    assert picture.table() in (DOCS / "overbooking.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("picture", pictures(), ids=lambda picture: picture.code)
def test_a_picture_is_xml_with_one_line_a_name(picture: Picture) -> None:
    drawn = ET.fromstring(picture.svg())  # noqa: S314 - our own text

    assert len(drawn.findall("{http://www.w3.org/2000/svg}polyline")) == len(picture.names)
