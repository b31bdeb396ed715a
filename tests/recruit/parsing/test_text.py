"""Types and text of documents, honest and hostile."""

import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.parsing.detect import FileType, detect_type, type_named
from recruit.parsing.encodings import decode_text
from recruit.parsing.text import Problem, UnreadableError, extract_text, html_text, pdf_text_by_layout, tidy
from tests.recruit.parsing.files import docx, paragraph, pdf

RUSSIAN = "Иванова Мария Петровна\nПродавец-кассир\nОпыт работы: магазин Ромашка, пять лет, касса и выкладка товара\n"
THAI = "นางสาวธนพร แก้วมณี\nพนักงานแคชเชียร์\nที่อยู่ นครราชสีมา ประวัติการทำงาน คิดเงิน ตรวจนับสต็อก\n"


def archive(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), body)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", FileType.EMPTY),
        (b" \n\t", FileType.EMPTY),
        (pdf("x"), FileType.PDF),
        (b"\r\njunk " + pdf("x"), FileType.PDF),
        (docx(paragraph("x")), FileType.DOCX),
        (archive(mimetype="x", content_xml="x"), FileType.ODT),
        (archive(other="x"), FileType.OTHER),
        (b"PK\x03\x04 torn", FileType.OTHER),
        (b"{\\rtf1 x}", FileType.RTF),
        (b"\xef\xbb\xbf <!DOCTYPE html><p>x", FileType.HTML),
        (b"<html>x", FileType.HTML),
        (b"<not a page", FileType.TXT),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old word", FileType.DOC),
        (b"\x89PNG\r\n\x1a\n", FileType.IMAGE),
        (b"\xff\xd8\xff\xe0", FileType.IMAGE),
        (b"BMW driver", FileType.TXT),
        (b"MZ\x90\0", FileType.OTHER),
        (b"\x7fELF", FileType.OTHER),
        (b"a\0b", FileType.OTHER),
        ("Ann".encode("utf-16"), FileType.TXT),
        (RUSSIAN.encode("koi8-r"), FileType.TXT),
    ],
)
def test_the_content_tells_the_type(data, kind):
    assert detect_type(data) is kind


def test_names_claim_types():
    assert (type_named("a.PDF"), type_named("x/cv.docx"), type_named("cv"), type_named("cv.xyz")) == (
        FileType.PDF,
        FileType.DOCX,
        None,
        None,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r"])
def test_russian_text_in_every_encoding(encoding):
    assert decode_text(RUSSIAN.encode(encoding)) == RUSSIAN


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp874", "tis-620"])
def test_thai_text_in_every_encoding(encoding):
    assert decode_text(THAI.encode(encoding)) == THAI


def test_a_pdf_gives_its_lines():
    assert extract_text(pdf("Ann Lee", "ann@example.com"), FileType.PDF).split() == ["Ann", "Lee", "ann@example.com"]


def test_the_second_reader_sees_the_same_and_never_fails():
    assert pdf_text_by_layout(pdf("Ann Lee")) == "Ann Lee"
    assert pdf_text_by_layout(b"%PDF-1.4 torn") == ""


def test_a_docx_is_read_with_its_tables_headers_and_text_boxes():
    table = f"<w:tbl><w:tr><w:tc>{paragraph('Phone')}</w:tc><w:tc>{paragraph('+7 912')}</w:tc></w:tr></w:tbl>"
    box = (
        '<w:p><mc:AlternateContent xmlns:mc="m"><mc:Choice><w:txbxContent>'
        + paragraph("Box")
        + "</w:txbxContent></mc:Choice>"
        "<mc:Fallback>" + paragraph("Box") + "</mc:Fallback></mc:AlternateContent></w:p>"
    )
    tabs = "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r></w:p>"

    text = extract_text(docx(paragraph("Ann") + table + box + tabs, header=paragraph("Head")), FileType.DOCX)

    assert text.split("\n") == ["Head", "Ann", "Phone", "+7 912", "Box", "a\tb", "c-d"]


@pytest.mark.parametrize(
    ("kind", "data", "problem"),
    [
        (FileType.PDF, pdf("x")[:200], Problem.BROKEN),
        (FileType.PDF, b"%PDF-1.4", Problem.BROKEN),
        (FileType.PDF, pdf(), Problem.NEEDS_OCR),
        (FileType.PDF, pdf("Page 1"), Problem.NEEDS_OCR),
        (FileType.PDF, pdf("x", pages=61), Problem.TOO_LARGE),
        (FileType.DOCX, docx(paragraph("x"))[:-30], Problem.BROKEN),
        (FileType.DOCX, docx("<w:p>"), Problem.BROKEN),
        (
            FileType.DOCX,
            docx(paragraph("&a;"), prolog='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
            Problem.BROKEN,
        ),
        (FileType.DOCX, docx(paragraph("&a;"), prolog='<!DOCTYPE x [<!ENTITY a "aaaa">]>'), Problem.BROKEN),
        (FileType.RTF, b"{\\rtf1 }", Problem.BROKEN),
        (FileType.IMAGE, b"\x89PNG", Problem.NEEDS_OCR),
        (FileType.DOC, b"x", Problem.UNSUPPORTED),
        (FileType.OTHER, b"x", Problem.UNSUPPORTED),
        (FileType.EMPTY, b"", Problem.EMPTY),
    ],
)
def test_a_document_without_text_says_why(kind, data, problem):
    with pytest.raises(UnreadableError) as caught:
        extract_text(data, kind)

    assert caught.value.problem is problem


@pytest.mark.parametrize(
    "data",
    [
        docx(paragraph("x") * 30_000),
        archive(word__document_xml=b" " * (13 * 1024 * 1024)),
        archive(word__document_xml=b"x", other=b"0" * (61 * 1024 * 1024)),
    ],
    ids=["paragraphs", "document", "archive"],
)
def test_a_docx_that_unpacks_to_too_much_is_refused_quickly(data):
    start = time.process_time()

    with pytest.raises(UnreadableError) as caught:
        extract_text(data, FileType.DOCX)

    assert (caught.value.problem, time.process_time() - start < 3) == (Problem.TOO_LARGE, True)


def test_an_rtf_gives_its_text_and_its_cells_as_lines():
    assert extract_text(b"{\\rtf1\\ansi\\ansicpg1251 \\'cf\\'e5\\'f2\\'f0\\par Ann}", FileType.RTF).split("\n")[:2] == [
        "Петр",
        "Ann",
    ]
    assert extract_text(b"{\\rtf1 Phone\\cell 123\\cell\\row}", FileType.RTF).split() == ["Phone", "123"]


def test_html_is_read_as_it_looks():
    page = "<html><head><title>T</title><style>p{}</style></head><body><script>x()</script><h1>Ann&nbsp;Lee</h1><!-- no --><p>a<b>b</b><br>c</body>"

    assert html_text(page).split("\n") == ["Ann\xa0Lee", "ab", "c"]
    assert extract_text(page.encode(), FileType.HTML).split("\n")[0] == "Ann Lee"


@pytest.mark.parametrize("unit", ["<", "<p", "&", "<!--", "<script>", "a ", "<p>" + "b"])
def test_long_pages_are_read_in_time(unit):
    start = time.process_time()

    html_text(unit * 60_000)

    assert time.process_time() - start < 3


def test_text_is_tidied():
    assert tidy("a\r\nb\rc\fd\u00ad\u200b\ue123e\u0007 \u00a0x  ") == "a\nb\nc\nd e  x"
    assert len(tidy("x" * 500_000)) == 400_000


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["", "%PDF-1.4\n", "{\\rtf1 ", "<html>", "PK\x03\x04"]))
def test_any_bytes_are_text_or_have_a_problem(data, start):
    data = start.encode("latin-1") + data
    try:
        text = extract_text(data, detect_type(data))
    except UnreadableError:
        return
    assert isinstance(text, str)
