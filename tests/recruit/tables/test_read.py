"""CSV and XLSX bytes into tables."""

import io
import zipfile
from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from recruit.errors import FileRefusedError
from recruit.tables.exported import safe_cell
from recruit.tables.frames import table_frames, table_from_frames
from recruit.tables.read import read_table

RUSSIAN = "Имя;Город\nПётр;Пермь\nАлёна;Уфа\n"
THAI = "ชื่อ,เมือง\nสมชาย,กรุงเทพ\nมาลี,เชียงใหม่\n"


def workbook(rows, *, sheets=("People",)):
    book = Workbook()
    book.active.title = sheets[0]
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_reads_a_comma_separated_table():
    table = read_table(b'name,city\r\n"Ann, Dr.",Perm\r\n\r\nBob,\r\n', filename="a.csv")

    assert table.header == ("name", "city")
    assert list(table.rows) == [(2, ("Ann, Dr.", "Perm")), (4, ("Bob", ""))]
    assert (table.encoding, table.delimiter, table.sheet) == ("utf-8", ",", "")


def test_rows_can_be_walked_twice():
    table = read_table(b"name,city\nAnn,Perm\n", filename="a.csv")

    assert list(table.rows) == list(table.rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_reads_russian_in_each_encoding(encoding):
    table = read_table(RUSSIAN.encode(encoding), filename="a.csv")

    assert (table.encoding, table.delimiter, table.header) == (encoding, ";", ("Имя", "Город"))
    assert [cells for _, cells in table.rows] == [("Пётр", "Пермь"), ("Алёна", "Уфа")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "utf-16"])
def test_reads_thai_in_each_encoding(encoding):
    table = read_table(THAI.encode(encoding), filename="a.csv")

    assert (table.encoding, table.delimiter, table.header) == (encoding, ",", ("ชื่อ", "เมือง"))
    assert [cells for _, cells in table.rows] == [("สมชาย", "กรุงเทพ"), ("มาลี", "เชียงใหม่")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_finds_the_delimiter(delimiter):
    text = "\n".join(delimiter.join(row) for row in [("name", "note"), ("Ann", '"a, b; c"'), ("Bob", "d")])

    table = read_table(text.encode(), filename="a.csv")

    assert (table.delimiter, table.header) == (delimiter, ("name", "note"))


def test_excels_own_instruction_is_not_a_row():
    table = read_table(b"sep=;\nname;city\nAnn;Perm\n", filename="a.csv")

    assert (table.header, list(table.rows)) == (("name", "city"), [(3, ("Ann", "Perm"))])


def test_a_report_title_above_the_header_is_passed_over():
    table = read_table(b"Responses of March\n\nname,city,phone\nAnn,Perm,1\n", filename="a.csv")

    assert (table.header, list(table.rows)) == (("name", "city", "phone"), [(4, ("Ann", "Perm", "1"))])


@pytest.mark.attack("A072")
def test_exported_formula_signs_come_back_as_they_were():
    table = read_table(b"name,note\n'=cmd|x,'+1\n'quoted',O'Neil\n", filename="a.csv")

    assert [cells for _, cells in table.rows] == [("=cmd|x", "+1"), ("'quoted'", "O'Neil")]


def test_titles_are_made_unique_and_blank_ones_named():
    table = read_table(b"name,,name,\nAnn,x,y,\n", filename="a.csv")

    assert table.header == ("name", "Column 2", "name (2)")


def test_reads_a_workbook_whatever_its_name():
    data = workbook(
        [
            ["name", "date", "n", "ok"],
            ["Ann", datetime(2026, 3, 12), 3.0, True],
            ["Bob", datetime(2026, 3, 12, 9, 30), 2.5, False],
        ]
    )

    table = read_table(data, filename="a.csv")

    assert (table.header, table.sheet) == (("name", "date", "n", "ok"), "People")
    assert list(table.rows) == [(2, ("Ann", "2026-03-12", "3", "yes")), (3, ("Bob", "2026-03-12 09:30", "2.5", "no"))]


@pytest.mark.attack("A081")
def test_a_cell_at_the_end_of_the_sheet_does_not_make_a_million_rows():
    book = Workbook()
    book.active.append(["name", "city"])
    book.active.append(["Ann", "Perm"])
    book.active["XFD1048576"] = "far"
    out = io.BytesIO()
    book.save(out)

    table = read_table(out.getvalue(), filename="a.xlsx")

    assert list(table.rows) == [(2, ("Ann", "Perm"))]


def test_the_first_visible_sheet_with_a_table_is_read():
    book = Workbook()
    book.active.title = "Cover"
    book.active.append(["Responses"])
    hidden = book.create_sheet("Old")
    hidden.append(["name", "city"])
    hidden.sheet_state = "hidden"
    people = book.create_sheet("People")
    people.append(["name", "phone"])
    people.append(["Ann", time(9, 30)])
    out = io.BytesIO()
    book.save(out)

    table = read_table(out.getvalue(), filename="a.xlsx")

    assert (table.sheet, table.header, list(table.rows)) == ("People", ("name", "phone"), [(2, ("Ann", "09:30:00"))])


@pytest.mark.parametrize("part", ["workbook", "sheet1"])
def test_a_broken_part_of_a_workbook_is_told(part):
    data = repacked(workbook([["name", "city"], ["Ann", "Perm"]]), **{part: b"<torn"})

    with pytest.raises(FileRefusedError, match="is a broken workbook"):
        list(read_table(data, filename="a.xlsx").rows)


def test_a_cell_of_a_workbook_may_not_be_a_book():
    data = workbook([["name", "note"], *[["Ann", "x"]] * 30])
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    row = b'<row r="32"><c r="A32" t="inlineStr"><is><t>' + b"x" * 100_001 + b"</t></is></c></row></sheetData>"

    table = read_table(repacked(data, sheet1=sheet.replace(b"</sheetData>", row)), filename="a.xlsx")

    with pytest.raises(FileRefusedError, match="row 32: a cell is longer than 100000 characters"):
        list(table.rows)


def repacked(data, **parts):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, parts.get(info.filename.rpartition("/")[2].split(".")[0], old.read(info)))
    return out.getvalue()


@pytest.mark.attack("A081")
def test_a_workbook_that_unpacks_to_too_much_is_refused_unread():
    data = repacked(workbook([["name"], ["Ann"]]), styles=b" " * (65 * 1024 * 1024))

    with pytest.raises(FileRefusedError, match="unpacks to more than a table needs"):
        read_table(data, filename="a.xlsx")


@pytest.mark.attack("A083")
def test_a_workbook_with_entities_is_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'
    data = repacked(workbook([["name"], ["Ann"]]), sheet1=bomb)

    with pytest.raises(FileRefusedError, match=r"broken workbook|has no rows"):
        read_table(data, filename="a.xlsx")


@pytest.mark.attack("A076")
@pytest.mark.attack("A087")
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "“a.csv” is empty."),
        (b" \n\r\n", "“a.csv” is empty."),
        (b"\xef\xbb\xbf\n", "“a.csv” has no rows."),
        (b"a" * 10_000_000, "“a.csv” is not a table: its first line is longer than 256 kB."),
        (b"%PDF-1.7 x", "“a.csv” is not a table: it is a PDF document."),
        (b"\x89PNG\r\n\x1a\n", "“a.csv” is not a table: it is a picture."),
        (b"PK\x03\x04xxxx", "“a.csv” is not a table: it is an archive that holds no spreadsheet."),
        (bytes(range(256)) * 20, "“a.csv” is not a table: it holds binary data."),
        (b"12,13\n14,15\n", "“a.csv” has no header row: “12” is a value, not a title."),
        (b"Ann,ann@example.com\nBob,bob@example.com\n", "“a.csv” has no header row: “ann@example.com” is an e-mail address, not a title."),
        (b"Ann,12 March 2026\n", "“a.csv” has no header row: “12 March 2026” is a date, not a title."),
    ],
    ids=["empty", "blank", "bom", "one line", "pdf", "png", "zip", "binary", "numbers", "address", "date"],
)  # fmt: skip
def test_refuses_what_is_no_table(data, message):
    with pytest.raises(FileRefusedError) as caught:
        read_table(data, filename="folder/a.csv")

    assert (caught.value.message, caught.value.field) == (message, "file")


@pytest.mark.attack("A087")
@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"Bob," + b"x" * 200_000, r"row 42: a cell is too long; is a quotation mark missing\?"),
        (b"," * 600, r"row 42: more than 500 columns"),
    ],
    ids=["cell", "columns"],
)
def test_a_shape_no_table_has_is_named_by_row(line, message):
    table = read_table(b"name,city\n" + b"Ann,Perm\n" * 40 + line + b"\n", filename="a.csv")

    with pytest.raises(FileRefusedError, match=message):
        list(table.rows)


def test_text_that_stops_being_utf8_is_read_as_a_single_byte_encoding():
    table = read_table("name,city\nAnn,Пермь\n".encode() + "Олег,Уфа\n".encode("cp1251"), filename="a.csv")

    assert table.encoding == "cp1251"


@pytest.mark.attack("A087")
@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_refused(data):
    try:
        rows = list(read_table(data, filename="x.csv").rows)
    except FileRefusedError:
        return
    numbers = [number for number, _cells in rows]
    assert numbers == sorted(set(numbers))
    assert {type(cell) for _number, cells in rows for cell in cells} <= {str}


@pytest.mark.attack("A087")
@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=200),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_any_text_below_a_header_is_rows_or_refused(text, encoding):
    try:
        rows = list(read_table(f"name,city\n{text}".encode(encoding), filename="x.csv").rows)
    except FileRefusedError:
        return
    assert all(number > 1 for number, _ in rows)


def test_a_table_crosses_in_frames():
    data = b"name,city\n" + b"".join(b"P%d,Perm\n" % i for i in range(1201))
    frames = list(table_frames(data, filename="a.csv"))

    table = table_from_frames(iter(frames))

    assert [len(frame["rows"]) for frame in frames[1:]] == [500, 500, 201]
    assert list(table.rows) == list(read_table(data, filename="a.csv").rows)
    assert len(list(table_frames(data, filename="a.csv", limit=10))[1]["rows"]) == 10


def test_a_stream_without_a_header_is_refused():
    with pytest.raises(FileRefusedError):
        table_from_frames(iter([]))


@pytest.mark.attack("A072")
@pytest.mark.parametrize("blank", ["", " ", "\t", "\r", "\n", "\u00a0", "\u3000", "\ufeff"])
@pytest.mark.parametrize("text", ["=1+1", "+7 916", "-2", "@SUM(A1)", "＝HYPERLINK(1)", "＠x"])
def test_no_text_that_we_write_begins_a_formula(text, blank):
    written = safe_cell(blank + text)

    assert written == f"'{blank}{text}"
    assert [safe_cell(one) for one in ("Anna", "O'Neil = 1", -1.5, None)] == ["Anna", "O'Neil = 1", -1.5, None]
