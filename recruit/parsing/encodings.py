"""Text of unknown encoding → characters."""

from __future__ import annotations

import codecs

# What resumes in our languages come in; asked in this order when several fit equally well.
CANDIDATES = ["utf_8", "cp1251", "koi8_r", "cp874", "tis_620", "cp1252", "latin_1", "utf_16"]
_SAMPLE = 64 * 1024


def decode_text(data: bytes) -> str:
    """Return ``data`` as text: by its mark, as UTF-8, or in the likeliest of Russian and Thai encodings; never fails."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(detect_encoding(data), errors="replace")


def detect_encoding(data: bytes) -> str:
    """Return the likeliest single-byte encoding of text that is not UTF-8."""
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE], cp_isolation=CANDIDATES).best()
    return best.encoding if best is not None else "cp1251"
