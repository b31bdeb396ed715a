"""Why a forecast is what it is, in the viewer's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from scheduling.attendance import TEXTS, Reason

# The sentences of ``scheduling.attendance.reasons``, named here so that the catalogues hold them.
SENTENCES = (
    gettext_noop("The forecast is switched off: everybody is taken at the same rate."),
    gettext_noop("Little is known yet: %(people)d people's worth of history."),
    gettext_noop("People from %(source)s"),
    gettext_noop("Invited to %(office)s"),
    gettext_noop("Invited for %(vacancy)s"),
    gettext_noop("Came to %(shows)d of %(visits)d earlier appointments"),
    gettext_noop("Invited %(hours)d hours ahead"),
    gettext_noop("Invited on the day itself"),
    gettext_noop("The day of the week"),
    gettext_noop("The time of day (%(band)s)"),
    gettext_noop("The kind of appointment"),
    gettext_noop("Said yes to this kind of appointment"),
    gettext_noop("Reminders sent: %(count)d"),
    gettext_noop("The invitation was not delivered"),
    gettext_noop("The link was loaded"),
    gettext_noop("Has not answered"),
    gettext_noop("Opened the invitation without answering"),
    gettext_noop("Confirmed"),
    gettext_noop("Said yes on the phone"),
    gettext_noop("Is not sure"),
    gettext_noop("Asked for another time"),
    gettext_noop("Declined"),
    gettext_noop("Answered yes: %(question)s"),
    gettext_noop("Did not answer yes: %(question)s"),
    gettext_noop("Gave no answer: %(question)s"),
)
SIGNS = {1: "+", -1: "−", 0: "·"}


def reason_lines(reasons: Sequence[Reason], names: dict[str, dict[str, str]], *, most: int = 3) -> list[str]:
    """Return the ``most`` strongest reasons as sentences with their sign.

    ``names`` says what codes and ids are called: {"source": {"hh": "hh.ru"}, "office": {"3": "Lesnaya 5"}, …}.
    """
    lines = []
    for reason in reasons[:most]:
        params: dict[str, Any] = {
            key: names.get(key, {}).get(str(value), value) for key, value in reason.params.items()
        }
        lines.append(f"{SIGNS[reason.sign]} {_(TEXTS[reason.text]) % params}")
    return lines
