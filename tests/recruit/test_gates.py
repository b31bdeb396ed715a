"""What every page holds to: no inline style or script, one filled button, words beside marks, keys by place, small files."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from recruit.management.page_walk import find_pages
from recruit.models import User

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path for app in ("recruit", "scheduling", "jobposts") for path in (ROOT / app).rglob("templates/**/*.html")
)
SCRIPTS = sorted(path for app in ("recruit", "scheduling", "jobposts") for path in (ROOT / app).rglob("static/**/*.js"))
MARKS = set(re.findall(r'id="s-(\w+)"', (ROOT / "recruit/templates/recruit/parts/sprite.html").read_text()))
# Where the decision is the page's action nothing is filled: a filled Yes would push.
MOST_FILLED = 1
MOST_HTML, MOST_STYLE, MOST_SCRIPT = 150_000, 30_000, 20_000
# The desk carries a sheet of its own beside the common one: 8 kB compressed is what a page may weigh.
MOST_COMPRESSED = 8_192


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_style_or_script(path):
    text = path.read_text(encoding="utf-8")

    # Inside a tag of Django "one=" is an argument, not a handler; structured data is no script.
    plain = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    assert re.findall(r"\sstyle=|\son[a-z]+=|<style|javascript:", plain) == []
    tags = re.findall(r"<script[^>]*>", plain)
    assert [tag for tag in tags if "src=" not in tag and "application/ld+json" not in tag] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_mark_of_a_template_is_in_the_sprite_and_hidden_from_readers(path):
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r'{% state_mark "(\w+)"', text)) | set(re.findall(r'href="#s-(\w+)"', text))

    assert named - MARKS == set()
    assert [svg for svg in re.findall(r"<svg[^>]*>(?=<use)", text) if 'aria-hidden="true"' not in svg] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_mark_without_its_word_has_one_for_readers_right_behind(path):
    text = path.read_text(encoding="utf-8")

    for found in re.finditer(r'{% state_mark "\w+" ""[^%]*%}', text):
        assert re.match(r'\s*<span(?: class="hush")?>', text[found.end() :]), found[0]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_keys_are_named_by_their_place(path):
    keys = re.findall(r'data-key="([^"]+)"', path.read_text(encoding="utf-8"))
    plain = [word for key in keys for word in re.sub(r"{{[^}]*}}", "1", key).split()]

    good = r"(Key[A-Z]|Digit[0-9]|Numpad[0-9]|Arrow(Up|Down|Left|Right)|Enter|Space|Slash|Backspace|Escape|Bracket(Left|Right))"
    assert [word for word in plain if not re.fullmatch(good, word)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_read_places_of_keys_and_run_no_text(path):
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"event\.key\b|\.keyCode|\.which\b|\beval\(|new Function|document\.write", text) == []


class Page(HTMLParser):
    """What a page loads, its filled buttons, its fields without a name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.styles, self.scripts, self.filled, self.labels, self.fields = [], [], 0, set(), []
        self.depth = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        classes = (values.get("class") or "").split()
        if tag == "template":
            self.depth += 1
        if tag == "link" and values.get("rel") == "stylesheet":
            self.styles.append(values["href"])
        elif tag == "script" and values.get("src"):
            self.scripts.append(values["src"])
        elif tag in {"a", "button"} and "main" in classes and "hidden" not in values and not self.depth:
            self.filled += 1

    def handle_endtag(self, tag):
        if tag == "template":
            self.depth -= 1


def with_imports(path):
    """Return a script with all that it imports before it runs; what is fetched when it is needed (``import()``) stays out."""
    found = {path}
    for name in re.findall(r'^import [^;]*?"(\./[^"]+)";', path.read_text(encoding="utf-8"), re.MULTILINE):
        found |= with_imports((path.parent / name).resolve())
    return found


def weight(addresses):
    """Return the bytes of scripts of ours that a page with these ``addresses`` runs at once."""
    from django.contrib.staticfiles import finders

    names = [address.removeprefix("/static/") for address in addresses]
    ours = [Path(finders.find(name)).resolve() for name in names if not name.startswith("django_htmx/")]
    return sum(path.stat().st_size for path in set().union(*map(with_imports, ours)))


def test_the_weight_of_a_script_counts_what_it_imports():
    desk = ROOT / "scheduling/static/scheduling/desk.js"

    assert {path.name for path in with_imports(desk)} == {"desk.js", "desk_queue.js"}
    assert weight(["/static/scheduling/desk.js"]) == sum(path.stat().st_size for path in with_imports(desk))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_drawing_has_its_text_or_is_hidden_from_readers(path):
    drawings = re.findall(r"<svg\b(?:[^>{]|{%.*?%}|{{.*?}})*>", path.read_text(encoding="utf-8"), re.DOTALL)

    silent = [one for one in drawings if 'aria-hidden="true"' not in one]
    assert [one[:80] for one in silent if 'role="img"' not in one or 'aria-label="' not in one] == []


def compressed(addresses):
    """Return the bytes of stylesheets as they travel."""
    from django.contrib.staticfiles import finders

    files = [Path(finders.find(address.removeprefix("/static/"))).read_bytes() for address in addresses]
    return sum(len(gzip.compress(data, 9)) for data in files)


@pytest.mark.django_db
def test_every_page_of_the_demo_is_small_and_has_at_most_one_filled_button(settings):
    settings.DEMO = True
    call_command("demo", scale=0.1, days=10, verbosity=0)
    admin = User.objects.get(email="admin@demo.example")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(admin, "recruit.backends.PasswordBackend")
    faults = {}
    pages = find_pages(admin)
    for name, path in pages.items():
        answer = client.get(path)
        page = Page(answer.content.decode())
        found = (
            page.filled > MOST_FILLED,
            len(answer.content) > MOST_HTML,
            compressed(page.styles) > MOST_COMPRESSED,
            weight(page.scripts) > MOST_SCRIPT,
        )
        if any(found):
            faults[name] = (page.filled, len(answer.content), compressed(page.styles), weight(page.scripts))

    assert (faults, len(pages) >= 30) == ({}, True)


@pytest.mark.parametrize("path", sorted((ROOT / "recruit/static/recruit").glob("*.css")), ids=lambda path: path.name)
def test_no_stylesheet_is_larger_than_it_may_be(path):
    assert path.stat().st_size <= MOST_STYLE
