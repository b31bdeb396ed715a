"""The one shape in which every reader hands on a row."""

from __future__ import annotations

from typing import TypeAlias

Record: TypeAlias = tuple[int, tuple[str, ...]]
"""Row number (the first row of the file is 1) and the trimmed text of its cells."""
