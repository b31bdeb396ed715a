"""Headings of the parts of a resume in English, Russian and Thai."""

from __future__ import annotations

from enum import StrEnum

import regex


class Section(StrEnum):
    """Parts of a resume."""

    SUMMARY = "summary"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    SKILLS = "skills"
    LANGUAGES = "languages"
    OTHER = "other"


_WORDS = {
    Section.SUMMARY: (
        "summary", "professional summary", "profile", "about me", "about", "objective", "обо мне", "о себе", "цель",
        "дополнительная информация", "ข้อมูลส่วนตัว", "เกี่ยวกับฉัน", "จุดมุ่งหมาย", "วัตถุประสงค์",
    ),
    Section.EXPERIENCE: (
        "experience", "work experience", "professional experience", "employment", "employment history", "work history",
        "career history", "опыт работы", "опыт", "трудовая деятельность", "профессиональный опыт", "места работы",
        "ประวัติการทำงาน", "ประสบการณ์ทำงาน", "ประสบการณ์การทำงาน", "ประสบการณ์",
    ),
    Section.EDUCATION: (
        "education", "academic background", "qualifications", "education and training", "образование",
        "образование и курсы", "การศึกษา", "ประวัติการศึกษา", "วุฒิการศึกษา",
    ),
    Section.SKILLS: (
        "skills", "technical skills", "key skills", "core skills", "competencies", "technologies", "навыки",
        "ключевые навыки", "профессиональные навыки", "умения", "ทักษะ", "ความสามารถ", "ทักษะและความสามารถ",
    ),
    Section.LANGUAGES: (
        "languages", "language skills", "языки", "знание языков", "иностранные языки", "владение языками", "ภาษา",
        "ทักษะภาษา", "ทักษะทางภาษา",
    ),
    Section.OTHER: (
        "projects", "certifications", "certificates", "awards", "publications", "references", "interests", "hobbies",
        "courses", "patents", "invited talks", "selected honors", "проекты", "сертификаты", "курсы", "награды",
        "рекомендации", "хобби", "интересы", "контакты", "ผลงาน", "ใบรับรอง", "งานอดิเรก", "บุคคลอ้างอิง", "การฝึกอบรม",
    ),
}  # fmt: skip
_BY_WORD = {word: section for section, words in _WORDS.items() for word in words}


def heading_of(line: str) -> Section | None:
    """Return the part that ``line`` begins if it is nothing but a heading."""
    if len(line) > 60:
        return None
    line = regex.sub(r"\s*[–—-]\s*\d.*$", "", line)  # "Опыт работы — 5 лет 3 месяца"
    plain = regex.sub(r"[^\p{L}\p{M} ]+", " ", line).casefold().replace("ё", "е").strip()
    return _BY_WORD.get(" ".join(plain.split()))
