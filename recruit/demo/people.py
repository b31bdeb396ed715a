"""Invented people: names, contacts and resumes of nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

_RU_GIVEN_F = [
    "Анна",
    "Мария",
    "Ольга",
    "Елена",
    "Наталья",
    "Ирина",
    "Дарья",
    "Алина",
    "Юлия",
    "Виктория",
    "Ксения",
    "Полина",
]
_RU_GIVEN_M = [
    "Олег",
    "Тимур",
    "Руслан",
    "Павел",
    "Андрей",
    "Никита",
    "Иван",
    "Денис",
    "Максим",
    "Кирилл",
    "Роман",
    "Артём",
]
_RU_FAMILY = [
    "Соколов",
    "Петров",
    "Орлов",
    "Белов",
    "Титов",
    "Кузнецов",
    "Морозов",
    "Волков",
    "Лебедев",
    "Зайцев",
    "Фролов",
    "Гусев",
    "Климов",
    "Ершов",
    "Дроздов",
    "Назаров",
    "Жданов",
    "Рябов",
    "Савин",
    "Власов",
]
# Fathers' first names, as patronymics of women and men without their endings: people of one name are told apart.
_RU_FATHERS = [
    "Алексеев",
    "Андреев",
    "Борисов",
    "Викторов",
    "Владимиров",
    "Георгиев",
    "Данилов",
    "Денисов",
    "Евгеньев",
    "Иванов",
    "Игорев",
    "Константинов",
    "Леонидов",
    "Маратов",
    "Михайлов",
    "Николаев",
    "Олегов",
    "Павлов",
    "Петров",
    "Ринатов",
    "Романов",
    "Сергеев",
    "Степанов",
    "Тимуров",
    "Фёдоров",
    "Юрьев",
    "Яковлев",
]
_EN_GIVEN = ["Grace", "Daniel", "Amara", "Lucas", "Nadia", "Victor", "Elena", "Samuel", "Priya", "Marco"]
_EN_FAMILY = ["Okafor", "Bauer", "Santos", "Lindqvist", "Marsh", "Novak", "Rossi", "Tran", "Hughes", "Iqbal"]
_TH_GIVEN = ["สมชาย", "มินตรา", "กิตติ", "พิมพ์ชนก", "ธนา", "อารยา", "ณัฐ", "สุดา", "วีระ", "ปรียา"]
_TH_FAMILY = ["ใจดี", "ศรีสุข", "ทองคำ", "วงศ์ใหญ่", "แสงจันทร์", "บุญมา", "รุ่งเรือง", "พูลผล"]
_TH_ENDINGS = ["", "กุล", "วงศ์", "พงษ์", "สกุล", "วัฒนา", "ศิริ", "ไพศาล", "ธรรม", "รัตน์", "ชัย", "มงคล", "สวัสดิ์"]
_TH_MORE = ["", "ไพบูลย์", "เจริญ", "สุข", "ดี", "เลิศ", "งาม"]
_EMPLOYERS = [
    "Магнолия",
    "ТехноДом",
    "Северный путь",
    "Экспресс-Сервис",
    "Лавка 24",
    "Альфа Контакт",
    "Горизонт",
    "Мир техники",
    "City Market",
    "Blue Line",
    "Siam Retail",
]
_JOBS = {
    "sales": ["Sales assistant", "Sales manager", "Account manager", "Shop assistant", "Cashier"],
    "courier": ["Courier", "Driver", "Warehouse worker", "Picker"],
    "call": ["Call-centre operator", "Telemarketer", "Support agent", "Receptionist"],
}
_SKILLS = [
    "CRM",
    "cold calls",
    "cash desk",
    "negotiations",
    "driving licence B",
    "1C",
    "Excel",
    "English A2",
    "shift work",
    "route planning",
]
_SCHOOLS = ["Trade college", "State university", "Technical school", "Secondary school"]


@dataclass(frozen=True, kw_only=True)
class Person:
    """An invented person who applies."""

    name: str
    language: str
    phone: str
    email: str
    city: str
    salary_wish: int
    distance_km: float
    resume: dict[str, Any] = field(default_factory=dict)
    text: str = ""


def _name(rng: Random, language: str) -> str:
    if language == "th":
        return f"{rng.choice(_TH_GIVEN)} {rng.choice(_TH_FAMILY)}"
    if language == "en":
        return f"{rng.choice(_EN_GIVEN)} {rng.choice(_EN_FAMILY)}"
    family = rng.choice(_RU_FAMILY)
    if rng.random() < 0.55:
        return f"{rng.choice(_RU_GIVEN_F)} {family}а"
    return f"{rng.choice(_RU_GIVEN_M)} {family}"


def _in_full(name: str, language: str, serial: int) -> str:
    """Return a name as resumes have it, so that few people share one; no chance is drawn for it.

    Russians have a patronymic, Thai families a name that hardly anybody else bears, the others a middle initial.
    """
    given, family = name.split()
    if language == "ru":
        father = _RU_FATHERS[serial * 7 % len(_RU_FATHERS)]
        return f"{given} {father}{'на' if family.endswith('а') else 'ич'} {family}"
    if language == "th":
        first, second = serial * 5 % len(_TH_ENDINGS), serial // len(_TH_ENDINGS) % len(_TH_MORE)
        return f"{given} {family}{_TH_ENDINGS[first]}{_TH_MORE[second]}"
    return f"{given} {chr(ord('A') + serial * 7 % 23)}. {family}"


def _phone(language: str, serial: int) -> str:
    """Numbers of ranges that no operator gives out; the serial keeps them apart."""
    if language == "th":
        return f"+6600{serial % 10_000_000:07d}"
    return f"+7000{serial % 10_000_000:07d}"


def _resume(rng: Random, *, field_of_work: str, year: int) -> dict[str, Any]:
    jobs, until = [], year
    for index in range(rng.choice([1, 1, 2, 2, 3])):
        years = rng.randint(1, 4)
        jobs.append(
            {
                "start": str(until - years),
                "end": "" if index == 0 and rng.random() < 0.4 else str(until),
                "company": rng.choice(_EMPLOYERS),
                "position": rng.choice(_JOBS[field_of_work]),
            }
        )
        until -= years
    return {
        "title": jobs[0]["position"],
        "experience": jobs,
        "education": [{"year": str(until), "name": rng.choice(_SCHOOLS)}],
        "skills": rng.sample(_SKILLS, k=rng.randint(2, 5)),
    }


def draw_person(
    rng: Random, serial: int, *, field_of_work: str, language: str, city: str, pay: int, year: int
) -> Person:
    """Draw one person; ``serial`` makes phone and e-mail unique, ``pay`` is the middle of the vacancy's range."""
    name = _in_full(_name(rng, language), language, serial)
    resume = _resume(rng, field_of_work=field_of_work, year=year)
    lines = [f"{job['start']}–{job['end'] or '…'} {job['company']}: {job['position']}" for job in resume["experience"]]
    return Person(
        name=name,
        language=language,
        # In mass hiring a phone is the norm and an e-mail is not.
        phone=_phone(language, serial) if rng.random() < 0.97 else "",
        email=f"person{serial}@example.com" if rng.random() < 0.55 else "",
        city=city,
        salary_wish=round(pay * rng.uniform(0.8, 1.35) / 500) * 500 if rng.random() < 0.8 else 0,
        distance_km=round(rng.gammavariate(2.0, 7.0), 1),
        resume=resume,
        text="\n".join([resume["title"], *lines, ", ".join(resume["skills"])]),
    )
