"""Finding people by what somebody types: the beginning of a name, digits of a phone, an e-mail address."""

from __future__ import annotations

import re

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from recruit.models import ContactPoint
from recruit.parsing.normalise import name_key

# The end of everything that begins with a word: no text goes on with a character behind this one.
_LAST = "\U0010ffff"
# The table is kept by the database (migration 0003): a row for each word of a name.
_BEGINS = "SELECT candidate_id FROM recruit_nameword WHERE word >= %s AND word < %s"
_NUMBER = re.compile(r"[\d\s()+.-]+")
MOST_CONTACTS = 200
LEAST_DIGITS = 4


def called(text: str, *, prefix: str = "") -> Q:
    """Return the condition on people of whose names each word of ``text`` is the beginning of a word.

    ``prefix`` leads to the person from the rows that are asked ("candidate__"). A text without a word of a name finds nobody.
    """
    words = name_key(text).split()
    if not words:
        return Q(pk__in=[])
    found = Q()
    for word in words:
        found &= Q(**{f"{prefix}pk__in": RawSQL(_BEGINS, [word, word + _LAST])})  # noqa: S611 - the words are parameters
    return found


def reached_by(text: str) -> list[int] | None:
    """Return the ids of people with a phone that ends so, or an e-mail that begins so; None where ``text`` is neither."""
    digits = "".join(char for char in text if char.isdigit())
    if len(digits) >= LEAST_DIGITS and _NUMBER.fullmatch(text):
        # The last four are indexed: of those who share them few are read.
        contacts = ContactPoint.objects.filter(tail=digits[-4:])
        if len(digits) > LEAST_DIGITS:
            contacts = contacts.filter(normalised__endswith=digits[-10:])
    elif "@" in text:
        contacts = ContactPoint.objects.filter(normalised__startswith=text.lower())
        if connection.vendor == "sqlite":
            # LIKE knows no case there and passes the index by; the stretch of the index does not.
            contacts = contacts.filter(normalised__gte=text.lower(), normalised__lt=text.lower() + _LAST)
    else:
        return None
    return list(contacts.order_by("-candidate_id").values_list("candidate_id", flat=True)[:MOST_CONTACTS])
