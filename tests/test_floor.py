"""The floors of coverage fail where they should and say where the hole is; the list of exact modules is whole."""

from pathlib import Path

import pytest

from tests.exact import EXACT, PERMISSIONS, TOKENS
from tests.floor import holes, judge, statements

ROOT = Path(__file__).resolve().parent.parent
COUNTED, OTHER = "recruit/services/keys.py", "recruit/web/today.py"


def file(size: int, covered: int, *, branches: int = 0, lines=(), ways=()) -> dict:
    return {
        "summary": {"num_statements": size, "covered_lines": covered, "num_branches": branches},
        "missing_lines": list(lines),
        "missing_branches": list(ways),
    }


def test_the_share_is_of_all_statements_and_the_emptiest_file_is_named_first():
    files = {"a.py": file(10, 9), "b.py": file(90, 86), "c.py": file(100, 100)}

    assert statements(files) == (
        97.5,
        200,
        [
            "  b.py: 4 of 90 statements are not reached by a test",
            "  a.py: 1 of 10 statements are not reached by a test",
        ],
    )


def test_nothing_at_all_is_below_every_floor():
    assert statements({}) == (0.0, 0, [])
    assert judge({}, exact=())[0] is False


def test_a_line_a_way_and_a_module_that_is_gone_are_holes():
    files = {"a.py": file(9, 8, branches=4, lines=[7], ways=[[3, 5], [8, -1]]), "b.py": file(1, 1, branches=2)}

    assert holes(files, ("a.py", "b.py", "gone.py")) == (
        6,
        [
            "  a.py:7: is not reached by a test",
            "  a.py:3: no test goes on to 5",
            "  a.py:8: no test goes on to the end",
            "  gone.py: is not there",
        ],
    )


@pytest.mark.parametrize(
    ("counted", "other", "exact", "holds"),
    [
        (file(100, 95), file(100, 95), (), True),
        (file(100, 94), file(900, 900), (), False),
        (file(100, 100), file(100, 89), (), False),
        (file(100, 100), file(100, 100, ways=[[1, 2]]), (OTHER,), False),
        (file(100, 100), file(100, 100, ways=[[1, 2]]), (COUNTED,), True),
    ],
    ids=["at the floors", "services below", "everything below", "a branch missing", "a branch missing elsewhere"],
)
def test_each_floor_fails_by_itself(counted, other, exact, holds):
    assert judge({COUNTED: counted, OTHER: other}, exact=exact)[0] is holds


def sources(word: str) -> list[str]:
    """Return the files of the product that hold ``word``."""
    found = [path for app in ("recruit", "scheduling", "jobposts") for path in (ROOT / app).rglob("*.py")]
    return sorted(str(path.relative_to(ROOT)) for path in found if word in path.read_text(encoding="utf-8"))


def test_every_scope_query_and_every_check_of_a_token_is_exact():
    assert [name for name in sources("def visible_to(") if name not in PERMISSIONS] == []
    # The mail server's secret is compared in a view that does much else.
    compared = [name for name in sources("hmac.compare_digest(") if name != "scheduling/web/feeds.py"]
    assert [name for name in compared if name not in EXACT] == []
    assert "scheduling/services/links.py" in TOKENS


def test_every_exact_module_is_there_once():
    assert [name for name in EXACT if not (ROOT / name).is_file()] == []
    assert len(set(EXACT)) == len(EXACT)
