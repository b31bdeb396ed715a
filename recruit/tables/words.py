"""Column titles in English, Russian and Thai, as ``title_key`` writes them, by the field they mean."""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(title.strip() for title in text.replace("\n", ",").split(",") if title.strip())


FIELD_WORDS: dict[str, frozenset[str]] = {
    "candidate_id": _set("candidate id, cand id, candidate no, person id, id, id кандидата, код кандидата, รหัสผู้สมัคร"),
    "external_id": _set(
        "external id, response id, application id, candidate id, resume id, id, id отклика, id резюме, id кандидата,"
        "номер отклика, รหัส, รหัสผู้สมัคร, เลขที่ใบสมัคร"
    ),
    "name": _set(
        "name, full name, candidate, candidate name, applicant, applicant name, фио, ф и о, имя кандидата, кандидат,"
        "соискатель, имя и фамилия, фамилия имя отчество, фамилия имя, ชื่อ นามสกุล, ชื่อนามสกุล, ชื่อ สกุล, ชื่อสกุล,"
        "ชื่อผู้สมัคร, ผู้สมัคร"
    ),
    "last_name": _set("last name, surname, family name, lastname, фамилия, นามสกุล, สกุล"),
    "first_name": _set("first name, given name, forename, firstname, имя, ชื่อ, ชื่อจริง"),
    "middle_name": _set("middle name, patronymic, отчество, ชื่อกลาง"),
    "phone": _set(
        "phone, phone number, telephone, mobile, mobile phone, mobile number, cell, cell phone, contact number, tel,"
        "телефон, номер телефона, тел, мобильный, мобильный телефон, моб телефон, сотовый, контактный телефон,"
        "โทรศัพท์, เบอร์โทร, เบอร์โทรศัพท์, เบอร์มือถือ, มือถือ, หมายเลขโทรศัพท์, เบอร์ติดต่อ, เบอร์"
    ),
    "email": _set(
        "email, e mail, mail, email address, e mail address, почта, эл почта, электронная почта, емейл, имейл,"
        "адрес электронной почты, อีเมล, อีเมล์, อีเมลล์"
    ),
    "birth_date": _set("birth date, date of birth, dob, birthday, дата рождения, วันเกิด, วันเดือนปีเกิด"),
    "city": _set(
        "city, town, location, place of residence, город, город проживания, населенный пункт, регион, เมือง, จังหวัด"
    ),
    "vacancy": _set(
        "vacancy, position, job, job title, role, applied for, requisition, вакансия, должность, позиция, ตำแหน่ง,"
        "ตำแหน่งงาน, ตำแหน่งที่สมัคร"
    ),
    "source": _set(
        "source, channel, job board, client, client name, site, источник, канал, сайт, откуда, работный сайт, แหล่งที่มา,"
        "ช่องทาง, ช่องทางการสมัคร"
    ),
    "applied_at": _set(
        "applied at, applied, applied on, application date, date applied, response date, created, created at, date,"
        "дата отклика, дата, отклик, создано, дата создания, วันที่สมัคร, วันที่"
    ),
    "salary": _set(
        "salary, salary wish, expected salary, desired salary, salary expectation, salary expectations, зарплата,"
        "желаемая зарплата, ожидаемая зарплата, зп, оклад, зарплатные ожидания, เงินเดือน, เงินเดือนที่ต้องการ,"
        "เงินเดือนที่คาดหวัง"
    ),
    "comment": _set(
        "comment, comments, note, notes, remark, remarks, cover letter, комментарий, комментарии, примечание, заметка,"
        "заметки, сопроводительное письмо, หมายเหตุ, ความคิดเห็น, ความเห็น"
    ),
    "resume_url": _set(
        "resume url, resume link, resume, cv, cv link, url, link, резюме, ссылка на резюме, ссылка, ลิงก์, เรซูเม่"
    ),
    "date": _set(
        "date, interview date, date of interview, day, дата, дата интервью, дата собеседования, วันที่, วันที่สัมภาษณ์,วันสัมภาษณ์"
    ),
    "start_time": _set(
        "time, start time, interview time, время, время интервью, время собеседования, เวลา, เวลาสัมภาษณ์"
    ),
    "office": _set(
        "office, venue, interview venue, place, branch, офис, место, место собеседования, филиал, สถานที่, สาขา, สำนักงาน"
    ),
    "interview_type": _set("interview type, type, format, тип, тип интервью, тип собеседования, формат, ประเภท, รูปแบบ"),
    "intention": _set(
        "expected attendance, confirmed, confirmation, will come, intention, подтвердил, подтвердила, подтверждение,"
        "подтверждено, придет, ยืนยัน, การยืนยัน"
    ),
    "outcome": _set(
        "observed attendance, attended, attendance, came, arrived, showed up, show, outcome, result, пришел, явка, явился,"
        "пришел на собеседование, пришла, посещение, มา, มาสัมภาษณ์, เข้าสัมภาษณ์, การเข้าสัมภาษณ์"
    ),
    "duration_minutes": _set(
        "duration, duration minutes, duration min, minutes, длительность, длительность мин, длительность минут,"
        "продолжительность, минут, ระยะเวลา, ระยะเวลา นาที, นาที"
    ),
}

OUTCOME_WORDS = FIELD_WORDS["outcome"] - {"result", "show", "มา"}

PROTECTED_WORDS = _set(
    "gender, sex, marital status, married, age, nationality, citizenship, religion, race, ethnicity, native location,"
    "native place, place of birth, children, disability, health, photo, пол, семейное положение, возраст,"
    "национальность, гражданство, религия, место рождения, дети, инвалидность, здоровье, фото, เพศ, อายุ, สถานภาพ,"
    "สถานภาพสมรส, สัญชาติ, เชื้อชาติ, ศาสนา, รูปถ่าย, ภูมิลำเนา, บุตร"
)
