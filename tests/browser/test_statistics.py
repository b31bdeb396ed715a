"""Plots as files, made in a browser."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from recruit.models import User
from recruit.permissions import Role
from tests.browser.staff import Staff
from tests.browser.world import make_day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_plot_is_saved_as_a_picture_of_twice_its_size(staff: Staff, site: str) -> None:
    make_day([])
    User.objects.filter(name="Rita").update(role=Role.ADMIN)
    page = staff.sign_in("rita@company.example")
    page.goto(f"{site}/statistics/time/")

    with page.expect_download() as begun:
        page.get_by_role("button", name="Download PNG").click()

    assert begun.value.suggested_filename == "funnel.png"
    picture = Image.open(io.BytesIO(begun.value.path().read_bytes()))
    box = page.locator("figure.plot svg").first.get_attribute("viewBox")
    assert box is not None
    assert picture.format == "PNG"
    assert f"0 0 {picture.width // 2} {picture.height // 2}" == box
    # Ink, edge, forecast and paper: a picture without its style sheet would be black and white alone.
    colours = {colour for _count, colour in picture.convert("RGB").getcolors(1 << 20) or []}
    assert {(255, 255, 255), (20, 32, 43)} <= colours
