"""Nobody who is not signed in sees a page: the whole URLconf is walked, so that a new page cannot be forgotten."""

import re

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from recruit.models import Candidate
from recruit.permissions import Role, may
from tests.recruit.world import user

pytestmark = pytest.mark.django_db
# Open to everybody by intent: probes of machines, the sign-in form, the candidate's pages behind their secret links.
PUBLIC = {
    "healthz",
    "readyz",
    "metrics",
    "sign-in",
    "sign-in-once",
    "candidate-short",
    "candidate-page",
    "candidate-calendar",
    "candidate-step",
    "feed",
    "feed-free-busy",
    "inbound-mail",
    "lobby",
    "board-hook",
    "jobs",
    "jobs-feed",
    "job",
    "job-thanks",
    "candidate-my-data",
    "standby",
    "sign-in-code",
    "password-forgotten",
    "password-new",
}
EXAMPLES = {"int": "1", "str": "no-such-word", "slug": "confirm", "path": "x"}


def addresses():
    """Yield the name and one example address of every view, API included."""

    def walk(patterns, before):
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield pattern.name or "", route
            else:
                yield from walk(pattern.url_patterns, route)

    for name, route in walk(get_resolver().url_patterns, ""):
        plain = re.sub(r"<(\w+):\w+>", lambda match: EXAMPLES[match[1]], route)
        plain = re.sub(r"\(\?P<pk>[^)]*\)", "1", plain).replace("^", "").replace("$", "").replace("\\Z", "")
        yield name, "/" + plain


PAGES = sorted({(name, path) for name, path in addresses() if "?P<" not in path})


@pytest.mark.parametrize(("name", "path"), [page for page in PAGES if page[0] not in PUBLIC], ids=str)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_refused_everywhere(client, name, path, method):
    answer = getattr(client, method)(path)

    if path.startswith("/api/") and name != "api-docs":
        assert answer.status_code == 401
    else:
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize("path", [path for name, path in PAGES if path.startswith("/i/")], ids=str)
def test_a_guessed_link_opens_nothing(client, path):
    assert client.get(path).status_code == 404


def test_every_name_on_the_public_list_exists(settings):
    names = {name for name, _path in PAGES}

    # The one-time sign-in is there in the demo alone.
    assert PUBLIC - names <= {"sign-in-once"}


def guarded():
    """Yield (name, path, action) of every page that needs a permission."""

    def walk(patterns, before):
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield pattern.name or "", route, pattern.callback
            else:
                yield from walk(pattern.url_patterns, route)

    for name, route, callback in walk(get_resolver().url_patterns, ""):
        view = callback
        while view is not None and not hasattr(view, "action"):
            view = getattr(view, "__wrapped__", None)
        if view is not None:
            yield name, "/" + re.sub(r"<(\w+):\w+>", lambda match: EXAMPLES[match[1]], route), view.action


@pytest.mark.parametrize(("name", "path", "action"), sorted(guarded()), ids=str)
def test_a_role_without_the_permission_is_refused(client, name, path, action):
    barred = [role for role in Role if not may(role, action)]
    before = Candidate.objects.count()

    for role in barred:
        client.force_login(user(role))
        assert [client.get(path).status_code, client.post(path).status_code] in ([403, 403], [405, 403], [403, 405])

    assert Candidate.objects.count() == before
