"""Nobody is shut out: no page has a serious or critical fault that axe-core finds, in light and in dark."""

import pytest
from django.conf import settings

from tests.browser.axe_world import look_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_no_page_has_a_grave_fault_for_people_with_aids(chromium, site, monkeypatch):
    monkeypatch.setattr(settings, "DEMO", True)

    assert look_at(chromium, site, half=0) == {}
