"""Tests over the corpora folder: ``$CORPORA``, by default ``../shared/corpora`` beside the checkout."""

import os
from pathlib import Path

import pytest

CORPORA = Path(os.environ.get("CORPORA", Path(__file__).resolve().parents[3] / "shared" / "corpora"))


def corpus(*parts: str) -> Path:
    """Return a path inside the corpora folder; skip the test, with the reason, where it is not there."""
    path = CORPORA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no corpora: {'/'.join(parts)} is not below $CORPORA", allow_module_level=True)
    return path
