"""Each case of the list of attacks is marked by a test, or stands here as one that is not."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(os.environ.get("CORPORA", ROOT.parent / "shared" / "corpora")) / "attacks.json"
MARK = re.compile(r'mark\.attack\("(A\d{3})"\)')

# Cases without a marked test, and why. None of them is one that cannot apply: each is owed.
OWED: dict[str, str] = {}


def marked() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        found |= set(MARK.findall(path.read_text(encoding="utf-8")))
    return found


@pytest.mark.corpora
def test_every_case_is_marked_or_owed():
    if not CASES.exists():
        pytest.skip(f"there is no list of attacks at {CASES.parent.name}/{CASES.name}")
    cases = {case["id"] for case in json.loads(CASES.read_text(encoding="utf-8"))}

    assert cases - marked() - set(OWED) == set()
    assert marked() - cases == set()


def test_nothing_is_owed_that_is_marked_and_the_page_names_every_mark():
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")

    assert set(OWED) & marked() == set()
    assert {case for case in marked() if case not in page} == set()
