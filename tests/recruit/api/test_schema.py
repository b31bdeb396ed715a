"""The OpenAPI document: valid, without warnings, with every operation."""

from __future__ import annotations

import io

import yaml
from django.core.management import call_command

from tests.recruit.api.routes import ROUTES


def test_the_document_is_valid_and_holds_every_operation():
    text = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=text)

    paths = yaml.safe_load(text.getvalue())["paths"]

    written = {(method, path) for path, methods in paths.items() for method in methods}
    assert {
        (one.method, one.path("PK").replace("PK", "{id}").replace("no-such-number", "{external_id}")) for one in ROUTES
    } - written == set()
