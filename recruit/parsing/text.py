"""Bytes of a document → its text, line by line as a person reads it."""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import regex

from recruit.parsing.detect import FileType
from recruit.parsing.encodings import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PAGES = 60
MAX_TEXT = 400_000  # characters
MAX_PARAGRAPHS = 20_000
MAX_UNPACKED = 60 * 1024 * 1024  # bytes of a DOCX
MAX_DOCUMENT_XML = 12 * 1024 * 1024

MIN_LETTERS = 10  # a scan may carry a page number or the name of the scanner's maker

_LETTER = regex.compile(r"\p{L}")
_PRIVATE = regex.compile(r"[\ue000-\uf8ff\U000f0000-\U0010fffd]")  # icons of fonts
_CONTROL = regex.compile(r"[^\P{Cc}\n\t]")
_BLOCK_TAG = regex.compile(
    r"<\s*/?\s*(?:p|div|br|li|tr|td|th|h[1-6]|table|section|ul|ol)\b[^<>]{0,2000}>", regex.IGNORECASE
)


class Problem(StrEnum):
    """Why a file gives no record."""

    NEEDS_OCR = "needs_ocr"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    WRONG_TYPE = "wrong_type"
    UNSUPPORTED = "unsupported"
    EMPTY = "empty"
    TOO_LARGE = "too_large"


class UnreadableError(ValueError):
    """The document gives no text, for the reason ``problem``."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def extract_text(data: bytes, kind: FileType, *, password: str | None = None) -> str:
    """Return the text of the document.

    Raises:
        UnreadableError: encrypted, broken, a picture, too large, or a type that is not read.
    """
    match kind:
        case FileType.PDF:
            text = pdf_text(data, password=password)
        case FileType.DOCX:
            text = docx_text(data)
        case FileType.RTF:
            text = rtf_text(data)
        case FileType.HTML:
            text = html_text(decode_text(data))
        case FileType.TXT:
            text = decode_text(data)
        case FileType.EMPTY:
            raise UnreadableError(Problem.EMPTY)
        case FileType.IMAGE:
            raise UnreadableError(Problem.NEEDS_OCR)
        case _:
            raise UnreadableError(Problem.UNSUPPORTED)
    return tidy(text)


def tidy(text: str) -> str:
    """Return ``text`` with one kind of line end, without icons, control and soft-hyphen characters, cut at the limit."""
    text = text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\ufffe", "-")
    text = (
        text.replace("\u00ad", "").replace("\u200b", "").replace("\ufeff", "").replace("\u00a0", " ").replace("ํา", "ำ")
    )
    text = _PRIVATE.sub(" ", text)
    text = "\n".join(line.rstrip() for line in _CONTROL.sub("", text).split("\n"))
    return str(regex.sub(r"\n{3,}", "\n\n", text))


def pdf_text(data: bytes, *, password: str | None = None) -> str:
    """Return the text layer of a PDF, by PDFium."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data, password=password)
    except pypdfium2.PdfiumError as error:
        encrypted = "password" in str(error).lower() or "security" in str(error).lower()
        raise UnreadableError(Problem.ENCRYPTED if encrypted else Problem.BROKEN) from None
    try:
        if len(document) == 0:
            raise UnreadableError(Problem.BROKEN)
        if len(document) > MAX_PAGES:
            raise UnreadableError(Problem.TOO_LARGE)
        text = "\n".join(_pdf_pages(document))
    except pypdfium2.PdfiumError:
        raise UnreadableError(Problem.BROKEN) from None
    finally:
        document.close()
    if "@" not in text and len(_LETTER.findall(text[:20_000])) < MIN_LETTERS:
        raise UnreadableError(Problem.NEEDS_OCR)
    return text


def _pdf_pages(document: Any) -> Iterator[str]:
    length = 0
    for index in range(len(document)):
        page = document[index]
        layer = page.get_textpage()
        text = str(layer.get_text_bounded())
        layer.close()
        page.close()
        yield text
        length += len(text)
        if length > MAX_TEXT:
            return


def pdf_text_by_layout(data: bytes, *, password: str | None = None) -> str:
    """Return the text of the first pages by pdfplumber: 30 times slower, and at times it finds what PDFium does not."""
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(data), password=password or "") as document:
            return tidy("\n".join(page.extract_text() or "" for page in document.pages[:3]))
    except Exception:  # noqa: BLE001  a second try may fail in any way: the first text stands
        return ""


def docx_text(data: bytes) -> str:
    """Return the text of a DOCX in reading order: headers, paragraphs, every cell of its tables, text boxes."""
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > 2000:
                raise UnreadableError(Problem.TOO_LARGE)
            names = [
                part.filename
                for part in parts
                if regex.fullmatch(r"word/(?:header\d*|document|footer\d*)\.xml", part.filename)
            ]
            names.sort(key=lambda name: ("header" not in name, "footer" in name, name))
            if sum(archive.getinfo(name).file_size for name in names) > MAX_DOCUMENT_XML:
                raise UnreadableError(Problem.TOO_LARGE)
            trees = [ElementTree.fromstring(archive.read(name), forbid_dtd=True) for name in names]
    except (
        zipfile.BadZipFile,
        ElementTree.ParseError,
        DefusedXmlException,
        ValueError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(Problem.BROKEN) from None
    return "\n".join(line for tree in trees for line in _docx_lines(tree))


def _docx_lines(tree: Any) -> Iterator[str]:
    """Yield the paragraphs of a part; one walk, since python-docx's own paragraph text is quadratic in bombs."""
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    line: list[str] = []
    count = 0
    for node in _walk(tree):
        tag = node.tag.removeprefix(word) if isinstance(node.tag, str) else ""
        if tag == "p":
            if line:
                yield "".join(line)
                line = []
            count += 1
            if count > MAX_PARAGRAPHS:
                raise UnreadableError(Problem.TOO_LARGE)
        elif tag == "t":
            line.append(node.text or "")
        elif tag == "tab":
            line.append("\t")
        elif tag in {"br", "cr"}:
            line.append("\n")
        elif tag == "noBreakHyphen":
            line.append("-")
    if line:
        yield "".join(line)


def _walk(tree: Any) -> Iterator[Any]:
    """Yield the nodes in document order, without the second copy of a text box kept for old readers."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(child for child in reversed(node) if not str(child.tag).endswith("}Fallback"))


def rtf_text(data: bytes) -> str:
    """Return the text of an RTF document."""
    from striprtf.striprtf import rtf_to_text

    if len(data) > MAX_DOCUMENT_XML:
        raise UnreadableError(Problem.TOO_LARGE)
    try:
        text = str(rtf_to_text(data.decode("latin-1"), errors="replace"))
    except Exception:  # noqa: BLE001  striprtf raises whatever its tables raise
        raise UnreadableError(Problem.BROKEN) from None
    if not text.strip():
        raise UnreadableError(Problem.BROKEN)
    return text.replace("|\n", "\n").replace("|", "\n") if "\\cell" in data[:200_000].decode("latin-1") else text


def html_text(text: str) -> str:
    """Return the readable text of an HTML page: no scripts, styles or comments, a line for every block."""
    import html

    for cut in (r"<!--.*?(?:-->|\Z)", r"<(script|style|head|template)\b.*?(?:</\1\s*>|\Z)"):
        text = regex.sub(cut, " ", text, flags=regex.DOTALL | regex.IGNORECASE, timeout=5)
    text = regex.sub(r"[ \t\r\n]+", " ", text)
    text = _BLOCK_TAG.sub("\n", text)
    text = regex.sub(r"<[^<>]{0,4000}>", "", text)
    return "\n".join(line.strip() for line in html.unescape(text).split("\n") if line.strip())
