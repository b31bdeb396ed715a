"""Names of the months in English, Russian and Thai, whole and cut, in lower case."""

from __future__ import annotations

_ENGLISH = (
    "january jan",
    "february feb",
    "march mar",
    "april apr",
    "may",
    "june jun",
    "july jul",
    "august aug",
    "september sep sept",
    "october oct",
    "november nov",
    "december dec",
)
_RUSSIAN = (
    "январь января янв",
    "февраль февраля фев февр",
    "март марта мар",
    "апрель апреля апр",
    "май мая",
    "июнь июня июн",
    "июль июля июл",
    "август августа авг",
    "сентябрь сентября сен сент",
    "октябрь октября окт",
    "ноябрь ноября ноя нояб",
    "декабрь декабря дек",
)
_THAI = (
    "มกราคม มกรา มค",
    "กุมภาพันธ์ กุมภา กพ",
    "มีนาคม มีนา มีค",
    "เมษายน เมษา เมย",
    "พฤษภาคม พฤษภา พค",
    "มิถุนายน มิถุนา มิย",
    "กรกฎาคม กรกฎา กค",
    "สิงหาคม สิงหา สค",
    "กันยายน กันยา กย",
    "ตุลาคม ตุลา ตค",
    "พฤศจิกายน พฤศจิกา พย",
    "ธันวาคม ธันวา ธค",
)


def _table(*languages: tuple[str, ...]) -> dict[str, int]:
    return {
        name: number for names in languages for number, words in enumerate(names, start=1) for name in words.split()
    }


MONTHS = _table(_ENGLISH, _RUSSIAN)
THAI_MONTHS = _table(_THAI)
