"""Every figure that is a link leads to as many rows as it says; every other link of the pages opens."""

import re
from collections import Counter
from html import unescape

import pytest
from django.urls import reverse

from scheduling.services.reports import hiring
from scheduling.services.reports.slices import Slice
from scheduling.web.statistics.common import PAGES

LINK = re.compile(r'<a(?: class="[^"]*")? href="([^"]*/rows/\?[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
NUMBER = re.compile(r"^\d+$")
OF = re.compile(r"^(\d+) of (\d+)$")
# Figures of which one is looked up; the others of a page are of the same kind.
MOST_LINKS = 45
LISTED = [name for _group, pages in PAGES for name, _word in pages]


@pytest.fixture
def browser(client, admin, settings):
    settings.DEMO = True
    client.force_login(admin, backend="recruit.backends.PasswordBackend")
    return client


def links(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, (answer.status_code, answer.headers)
    html = answer.content.decode()
    found = []
    for href, inside in LINK.findall(html):
        text = re.sub(r"<[^>]*>", "", inside).replace("\u202f", "").strip()
        found.append((unescape(href), text))
    step = max(len(found) // MOST_LINKS, 1)
    return found[::step]


def rows_behind(browser, href):
    answer = browser.get(href)
    assert answer.status_code == 200, href
    return answer.context["count"]


@pytest.mark.parametrize("name", LISTED)
def test_a_figure_leads_to_as_many_rows_as_it_says(name, browser):
    for href, text in links(browser, reverse(name)):
        count = rows_behind(browser, href)
        # What a promotion brought is an estimate: its rows are all the responses that it is made of.
        if NUMBER.match(text) and "part=all" not in href:
            assert count == int(text), (href, text)
        elif found := OF.match(text):
            assert count in {int(found[1]), int(found[2])}, (href, text)


@pytest.mark.parametrize("name", ["time", "waits", "sources", "promotions", "after-hire", "periods", "week", "right"])
def test_the_pages_with_figures_of_their_own_have_links(name, browser):
    assert len(links(browser, reverse(f"statistics-{name}"))) >= 3


def test_a_week_of_the_demo_leads_to_its_rows(demo, browser):
    monday = {"from": demo.date().replace(day=4).isoformat()}
    found = links(browser, f"{reverse('statistics-week')}?from={monday['from']}")

    assert len(found) > 20
    for href, text in found:
        if NUMBER.match(text):
            assert rows_behind(browser, href) == int(text), (href, text)


@pytest.mark.parametrize("code", hiring.STAYS)
def test_a_quantile_leads_to_the_people_below_it(code, browser, admin):
    hours = Counter(max(int(row.hours), 0) for row in hiring.stay_rows(Slice(user=admin), code))
    lengths = next(one.hours for one in hiring.stays(Slice(user=admin)) if one.code == code)
    assert lengths.people

    for query, expected in (
        ({"most": int(lengths.median)}, sum(n for h, n in hours.items() if h <= lengths.median)),
        ({"most": int(lengths.low)}, sum(n for h, n in hours.items() if h <= lengths.low)),
        ({"least": int(lengths.high)}, sum(n for h, n in hours.items() if h >= lengths.high)),
    ):
        answer = browser.get(reverse("statistics-rows"), {"stay": code, **query})
        assert answer.context["count"] == expected


@pytest.mark.parametrize(
    "query",
    [{"stay": "nonsense"}, {"promotion": "999999"}, {"trial": "999999"}, {"step": "stayed-2"}, {"step": "known-x"}],
)
def test_rows_of_no_figure_are_not_found(query, browser):
    assert browser.get(reverse("statistics-rows"), query).status_code == 404


def test_money_of_a_source_adds_up_to_its_figure(browser):
    for line in browser.get(reverse("statistics-sources")).context["lines"]:
        rows = browser.get(reverse("statistics-rows"), {"source": line.code, "paid": 1}).context["page"].paginator
        assert sum(one["part"] for one in rows.object_list) == pytest.approx(line.cost.money)


def test_days_of_a_promotion_lead_to_their_responses(browser):
    found = browser.get(reverse("statistics-promotions")).context["found"]
    assert found
    for one, _plot in found:
        for part, counts in (("before", one.before), ("during", one.during), ("after", one.after)):
            query = {"promotion": one.spend.pk, "part": part}
            assert browser.get(reverse("statistics-rows"), query).context["count"] == sum(counts)
        day, count = one.daily[len(one.before)]
        query = {"promotion": one.spend.pk, "day": day.isoformat()}
        assert browser.get(reverse("statistics-rows"), query).context["count"] == count
