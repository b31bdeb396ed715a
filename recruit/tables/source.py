"""Where the bytes of a table lie: in memory, or in a file that is read a piece at a time."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes that can be opened again and again; those of a file are never held whole."""

    data: bytes | Path = field(repr=False)

    @property
    def size(self) -> int:
        """Number of bytes."""
        return self.data.stat().st_size if isinstance(self.data, Path) else len(self.data)

    def open(self) -> IO[bytes]:
        """Return the bytes as a file that stands at its beginning."""
        return self.data.open("rb") if isinstance(self.data, Path) else io.BytesIO(self.data)

    def head(self, size: int) -> bytes:
        """Return the first ``size`` bytes, or all there are."""
        with self.open() as file:
            return file.read(size)

    def tail(self, size: int) -> bytes:
        """Return the last ``size`` bytes, or all there are."""
        with self.open() as file:
            file.seek(max(0, self.size - size))
            return file.read(size)

    def pieces(self) -> Iterator[bytes]:
        """Yield all bytes, ``PIECE`` at a time."""
        with self.open() as file:
            while piece := file.read(PIECE):
                yield piece
