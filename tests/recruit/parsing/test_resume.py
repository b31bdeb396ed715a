"""Fields of a resume with their confidence."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.parsing.contacts import Contact, find_emails, find_phones
from recruit.parsing.headings import Section, heading_of
from recruit.parsing.names import suggest_name
from recruit.parsing.resume import MESSAGES, ParsedResume, parse_resume, parse_resume_text
from recruit.parsing.sections import (
    Entry,
    Language,
    find_birth_date,
    find_city,
    find_education,
    find_experience,
    find_languages,
    find_salary,
    split_sections,
)  # fmt: skip
from recruit.parsing.text import Problem
from tests.recruit.parsing.files import docx, paragraph, pdf

CV = """Иванова Мария Петровна
Продавец-кассир
Дата рождения: 12 марта 1984 г.
Город: Пермь
Телефон: +7 (912) 345-67-89
Эл. почта: maria@example.com
Желаемая зарплата: от 60 000 руб.

Опыт работы
Март 2019 — настоящее время
ООО «Ромашка» — Старший продавец
Касса, приём товара.
Июнь 2014 — Февраль 2019
ИП Петров А.С. — Продавец
Образование
Уральский торговый колледж, 2004, товаровед
Навыки
1С:Розница
Языки
Русский — родной, английский A2
"""


def test_a_whole_resume_is_read():
    parsed = parse_resume(CV.encode("cp1251"), filename="cv.txt", region="RU")

    assert (parsed.file_type, parsed.problem, parsed.name.value) == ("txt", "", "Иванова Мария Петровна")
    assert (parsed.emails, [phone.value for phone in parsed.phones]) == (
        (Contact("maria@example.com", 0.98),),
        ["+79123456789"],
    )
    assert (parsed.birth_date.value, parsed.city.value, parsed.salary) == ("1984-03-12", "Пермь", (60000, "RUB", 0.8))
    assert parsed.experience == (
        Entry("ООО «Ромашка» — Старший продавец", "2019-03", "", True, "Касса, приём товара.", 0.8),
        Entry("ИП Петров А.С. — Продавец", "2014-06", "2019-02", False, "", 0.8),
    )
    assert parsed.education == (Entry("Уральский торговый колледж, 2004, товаровед", "", "2004", False, "", 0.6),)
    assert parsed.languages == (Language("ru", "родной", 0.9), Language("en", "A2", 0.9))
    assert (parsed.skills, parsed.text.split("\n")[0]) == ("1С:Розница", "Иванова Мария Петровна")


def test_a_record_survives_json():
    parsed = parse_resume_text(CV, region="RU")

    assert ParsedResume.from_dict(json.loads(json.dumps(parsed.to_dict())) | {"added_later": 1}) == parsed
    assert ParsedResume.from_dict({"file_type": "pdf"}) == ParsedResume(file_type="pdf")


@pytest.mark.parametrize(
    ("data", "filename", "problem", "kind"),
    [
        (b"", "cv.pdf", Problem.EMPTY, "empty"),
        (pdf(), "cv.pdf", Problem.NEEDS_OCR, "pdf"),
        (pdf("x")[:150], "cv.pdf", Problem.BROKEN, "pdf"),
        (b"\x89PNG\r\n\x1a\n", "scan.png", Problem.NEEDS_OCR, "image"),
        (b"\x89PNG\r\n\x1a\n", "cv.pdf", Problem.WRONG_TYPE, "image"),
        (b"MZ\x90\0\0", "cv.docx", Problem.WRONG_TYPE, "other"),
        (b"plain text", "cv.pdf", Problem.WRONG_TYPE, "txt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "cv.doc", Problem.UNSUPPORTED, "doc"),
        (b"x" * (20 * 1024 * 1024 + 1), "cv.txt", Problem.TOO_LARGE, "txt"),
    ],
)
def test_a_file_that_cannot_be_read_says_so_and_invents_nothing(data, filename, problem, kind):
    parsed = parse_resume(data, filename=filename, region="RU")

    assert parsed == ParsedResume(
        file_type=kind, named_type=parsed.named_type, problem=problem.value, message=MESSAGES[problem]
    )


def test_a_misnamed_document_is_read_and_told():
    parsed = parse_resume(pdf("Ann Lee", "ann@example.com"), filename="cv.docx", region="US")

    assert (parsed.file_type, parsed.named_type, parsed.problem) == ("pdf", "docx", "wrong_type")
    assert (parsed.name.value, parsed.emails[0].value) == ("Ann Lee", "ann@example.com")


def test_a_docx_without_a_name_of_type_is_read():
    parsed = parse_resume(docx(paragraph("Ann Lee") + paragraph("ann@example.com")), filename="resume", region="US")

    assert (parsed.file_type, parsed.problem, parsed.name.value) == ("docx", "", "Ann Lee")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mail: Ann.Lee@Example.com, tel", ["ann.lee@example.com"]),
        ("a@example.com b@example.org a@example.com", ["a@example.com", "b@example.org"]),
        ("ann @ example.com", ["ann@example.com"]),
        ("иван@почта.рф.", ["иван@почта.рф"]),
        ("see @ann and ann@ and @example.com", []),
        ("no mail", []),
    ],
)
def test_addresses_in_text(text, found):
    assert [contact.value for contact in find_emails(text)] == found


@pytest.mark.parametrize(
    ("text", "region", "found"),
    [
        ("Тел.: 8 (912) 345-67-89", "RU", ["+79123456789"]),
        ("โทร 081-234-5678", "TH", ["+66812345678"]),
        ("Phone: 555-123-4567", "US", ["+15551234567"]),
        ("Phone: 123-456-7890", "US", ["+11234567890"]),
        ("Mob +44 7700 900461", "RU", ["+447700900461"]),
        ("8\u00a0912\u2011345\u201367\u201389", "RU", ["+79123456789"]),
        ("Работал 10.2016 – 05.2024, 2012-2017, 01.09.1990", "RU", []),
        ("Passport 4509 123456, salary 60000", "TH", []),
        ("nothing", "RU", []),
    ],
)
def test_numbers_in_text(text, region, found):
    assert [contact.value for contact in find_phones(text, region=region)] == found


def test_a_labelled_number_is_surer():
    (labelled,), (bare,) = find_phones("Тел: +79123456789", region="RU"), find_phones("+79123456789", region="RU")

    assert labelled.confidence > bare.confidence


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("RESUME\nANN LEE\nEngineer", "Ann Lee"),
        ("Last updated in Mar 2026\nJohn Doe\nx", "John Doe"),
        ("Резюме\nФИО: Иванов Иван Иванович\nПродавец Магазина", "Иванов Иван Иванович"),
        ("Name: Ludwig van Beethoven", "Ludwig van Beethoven"),
        ("Maeve O'Sullivan-Hart | maeve@example.com", "Maeve O'Sullivan-Hart"),
        ("นางสาวสุนิสา ใจดี\nพนักงานขาย", "นางสาวสุนิสา ใจดี"),
        ("Senior Engineer\nAnn Lee\nann.lee@example.com", "Ann Lee"),
        ("Резюме: Иванов Иван\nПродавец", "Иванов Иван"),
        ("San Francisco, CA\nAnn Lee\nann.lee@example.com", "Ann Lee"),
        ("lower case words\nann@example.com\n123", None),
        ("Опыт Работы\nОбразование", None),
        ("", None),
    ],
)
def test_names(text, name):
    found = suggest_name(text, emails=find_emails(text))

    assert (found and found.value) == name


def test_a_name_that_sounds_like_the_mailbox_is_surer():
    text = "Ann Lee\nEngineer"

    assert suggest_name(text, emails=(Contact("lee@example.com", 1),)).confidence > suggest_name(text).confidence


@pytest.mark.parametrize(
    ("line", "section"),
    [("WORK EXPERIENCE", Section.EXPERIENCE), ("Опыт работы:", Section.EXPERIENCE), ("• การศึกษา", Section.EDUCATION), ("Языки", Section.LANGUAGES),
     ("I have experience", None), ("", None), ("x" * 100, None)],
)  # fmt: skip
def test_headings(line, section):
    assert heading_of(line) is section


@pytest.mark.parametrize(
    ("line", "start", "end", "current"),
    [
        ("Jan 2019 - Present", "2019-01", "", True),
        ("10.2016 – 05.2024", "2016-10", "2024-05", False),
        ("янв. 2021 — н.в.", "2021-01", "", True),
        ("с 2008 по 2025", "2008", "2025", False),
        ("ม.ค. 2562 - ปัจจุบัน", "2019-01", "", True),
        ("Sept 2018 – May 2023", "2018-09", "2023-05", False),
        ("2014/09 to 2016/01", "2014", "2016", False),
    ],
)
def test_spans_of_dates(line, start, end, current):
    (entry,) = find_experience(f"Shop — Seller\n{line}\n- sold")

    assert (entry.start[:4], entry.end[:4], entry.current) == (start[:4], end[:4], current)
    if "/" not in line:
        assert (entry.start, entry.end) == (start, end)


def test_titles_are_found_beside_above_or_below_the_dates():
    beside = "Seller, Shop 2019 - 2021\n- sold\nDriver, Depot 2015 - 2018\n- drove"
    above = "Seller, Shop\n2019 - 2021 (2 years)\n- sold\nDriver, Depot\n2015 - 2018\n- drove"
    below = "2019 - 2021\nSeller, Shop\n- sold\n2015 - 2018\nDriver, Depot\n- drove"

    for text in (beside, above, below):
        assert [(entry.title, entry.text) for entry in find_experience(text)] == [
            ("Seller, Shop", "- sold"),
            ("Driver, Depot", "- drove"),
        ]


def test_education_by_years_is_less_sure():
    assert find_education("Thai college ปวส. 2561\nno year here") == (
        Entry("Thai college ปวส. 2561", "", "2018", False, "", 0.6),
    )


def test_languages_of_the_skills_are_less_sure():
    assert find_languages({Section.SKILLS: "Excel, English B2, ภาษาไทย"}) == (
        Language("en", "B2", 0.6),
        Language("th", "", 0.6),
    )
    assert find_languages({}) == ()


def test_parts_are_split_at_headings():
    assert split_sections("Ann\nSkills\nExcel\nEducation\nCollege\nSkills\nWord") == {
        Section.SKILLS: "Excel\nWord",
        Section.EDUCATION: "College",
    }


@pytest.mark.parametrize(
    ("text", "salary"),
    [("Salary expectations: $2,500", (2500, "USD", 0.8)), ("เงินเดือนที่ต้องการ: 15,000 บาท", (15000, "THB", 0.8)), ("З/п 60 тыс", (60000, "", 0.6)),
     ("Salary: negotiable", None), ("", None)],
)  # fmt: skip
def test_salary_wishes(text, salary):
    assert find_salary(text) == salary


@pytest.mark.parametrize(
    ("text", "day"),
    [("Дата рождения: 1999-11-30", "1999-11-30"), ("วันเกิด: 9 มีนาคม 2541", "1998-03-09"), ("Born 14.02.1998 in Leeds", "1998-02-14"),
     ("Date of birth: unknown, 31.02.1990", None), ("14.02.1998", None)],
)  # fmt: skip
def test_days_of_birth_are_labelled(text, day):
    found = find_birth_date(text)

    assert (found and found.value) == day


def test_the_layout_of_a_board_with_broken_spans_is_read():
    text = (
        "Иванов Иван Иванович\nМужчина, 36 лет, родился 1 января 1990\n+7 (912) 345-67-89\nivan@example.com\n"
        "Желаемая должность и зарплата\nПродавец\nЗанятость: полная\n60 000 ₽ на руки\n"
        "Опыт работы — 5 лет 3 месяца\nМарт 2019 —\nнастоящее время\n5 лет 3 месяца\nООО «Ромашка»\nПродавец\n"
    )

    parsed = parse_resume_text(text, region="RU")

    assert (parsed.salary, parsed.birth_date.value) == ((60000, "RUB", 0.8), "1990-01-01")
    assert [(entry.start, entry.current) for entry in parsed.experience] == [("2019-03", True)]


def test_towns_are_labelled():
    assert find_city("x\nГород: Пермь.\n") == Contact("Пермь", 0.8)
    assert find_city("Perm") is None


@pytest.mark.parametrize(
    "unit", ["a", "<", "@", "(", " ", "1", "1 ", "a@", "a.", "+7", "ก", "2019 - ", "Aa ", "salary ", "\n", "- 1"]
)
def test_long_texts_are_read_in_time(unit):
    start = time.process_time()

    parse_resume_text(unit * (100_000 // len(unit)), region="RU")

    assert time.process_time() - start < 3


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=400))
def test_any_text_gives_a_record(text):
    parsed = parse_resume_text(text, region="TH")

    assert ParsedResume.from_dict(json.loads(json.dumps(parsed.to_dict()))) == parsed
