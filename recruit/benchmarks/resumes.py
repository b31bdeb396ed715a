"""How long a resume takes to be read in the limited child process."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from statistics import median

from django.conf import settings

from recruit import sandbox
from recruit.benchmarks import Row, row

MOST_MS = 10.0
READER = "recruit.parsing.resume.parse_resume"


def rows() -> list[Row]:
    """Return the median over the corpora's readable PDF files of the best of five readings; nothing without corpora."""
    corpora = Path(os.environ.get("CORPORA", settings.BASE_DIR.parent / "shared" / "corpora")) / "resumes"
    if not (corpora / "truth.json").exists():
        return []
    truth = json.loads((corpora / "truth.json").read_text("utf-8"))
    files = [corpora / name for name, entry in truth.items() if name.endswith(".pdf") and entry["status"] == "ok"]
    try:
        best = [min(_milliseconds(path) for _ in range(5)) for path in files]
    finally:
        sandbox.close_children()
    return [row("reading a PDF resume in the child, median", median(best), "ms", MOST_MS, issue=7, group="resumes")]


def _milliseconds(path: Path) -> float:
    data = path.read_bytes()
    started = time.perf_counter()
    sandbox.run(READER, data, filename=path.name, region="RU", password=None)
    return 1000 * (time.perf_counter() - started)
