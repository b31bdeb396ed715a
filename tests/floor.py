"""Print three figures of coverage and fail below their floors; the data are those of the last ``make test``.

1. statements of services, states and pure packages;
2. statements of all of recruit, scheduling and jobposts, without what ``pyproject.toml`` leaves out;
3. statements and branches of the modules in ``EXACT``: not one may be missing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

FLOOR = 95.0
COUNTED = (
    "recruit/services/*", "recruit/states.py", "recruit/parsing/*", "recruit/tables/*", "recruit/demo/*",
    "scheduling/services/*", "scheduling/states.py", "scheduling/planning/*", "scheduling/attendance/*",
    "scheduling/ics/*", "scheduling/statistics/*", "jobposts/boards/*",
)  # fmt: skip
SHOWN = 12

File = Mapping[str, Any]


def statements(files: Mapping[str, File]) -> tuple[float, int, list[str]]:
    """Return the covered share of statements in per cent, their number, and the files with the most missing."""
    sizes = {name: file["summary"]["num_statements"] for name, file in files.items()}
    gone = {name: sizes[name] - file["summary"]["covered_lines"] for name, file in files.items()}
    total = sum(sizes.values())
    worst = sorted((name for name in files if gone[name]), key=lambda name: (-gone[name], name))[:SHOWN]
    lines = [f"  {name}: {gone[name]} of {sizes[name]} statements are not reached by a test" for name in worst]
    return 100.0 * (total - sum(gone.values())) / max(total, 1), total, lines


def holes(files: Mapping[str, File], exact: tuple[str, ...]) -> tuple[int, list[str]]:
    """Return the number of branches of the modules in ``exact``, and what of them no test reaches.

    A module that is not among ``files`` is a hole: it was renamed, or nothing imports it.
    """
    branches, lines = 0, []
    for name in exact:
        if name not in files:
            lines.append(f"  {name}: is not there")
            continue
        branches += files[name]["summary"]["num_branches"]
        lines += [f"  {name}:{line}: is not reached by a test" for line in files[name]["missing_lines"]]
        ways = files[name]["missing_branches"]
        lines += [f"  {name}:{start}: no test goes on to {'the end' if to < 0 else to}" for start, to in ways]
    return branches, lines


def judge(files: Mapping[str, File], *, exact: tuple[str, ...]) -> tuple[bool, list[str]]:
    """Return whether ``files`` (of coverage's JSON report) keep all three floors, and what is printed of them."""
    counted = {name: file for name, file in files.items() if any(fnmatch(name, one) for one in COUNTED)}
    share, size, low = statements(counted)
    share_all, size_all, low_all = statements(files)
    branches, missing = holes(files, exact)
    said = [
        *low_all,
        f"Statement coverage of everything: {share_all:.2f} % of {size_all} (floor {FLOOR:.0f} %)",
        *low,
        f"Statement coverage of services, states and pure packages: {share:.2f} % of {size} (floor {FLOOR:.0f} %)",
        *missing,
        f"Seats, outbox, tokens, permissions: {len(exact)} modules, {branches} branches, {len(missing)} holes (floor 0)",
    ]
    return min(share, share_all) >= FLOOR and not missing, said


def report() -> Mapping[str, File]:
    """Return the files of coverage's JSON report over the data in this folder."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "coverage.json"
        subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", str(out)], check=True)
        files: Mapping[str, File] = json.loads(out.read_text())["files"]
    return files


def main() -> int:
    """Print the figures; return 1 below a floor."""
    from tests.exact import EXACT

    holds, said = judge(report(), exact=EXACT)
    print("\n".join(said))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
