"""Vacancies are opened, paused, filled and closed by one table."""

import pytest

from recruit.errors import TransitionRefusedError
from recruit.models import AuditEntry, Vacancy
from recruit.services.audit import note
from recruit.services.vacancies import move_vacancy
from recruit.states import VacancyEvent, VacancyState
from tests.recruit.world import user, vacancy

pytestmark = pytest.mark.django_db
DRAFT, OPEN, PAUSED, FILLED, CLOSED = (
    VacancyState.DRAFT, VacancyState.OPEN, VacancyState.PAUSED, VacancyState.FILLED, VacancyState.CLOSED,
)  # fmt: skip
TABLE = {
    VacancyEvent.OPEN: {DRAFT: OPEN, PAUSED: OPEN, FILLED: OPEN, CLOSED: OPEN},
    VacancyEvent.PAUSE: {OPEN: PAUSED},
    VacancyEvent.FILL: {OPEN: FILLED, PAUSED: FILLED},
    VacancyEvent.CLOSE: {DRAFT: CLOSED, OPEN: CLOSED, PAUSED: CLOSED},
}


@pytest.mark.parametrize("event", list(VacancyEvent))
@pytest.mark.parametrize("old", list(VacancyState))
def test_every_pair_of_state_and_event(old, event):
    row = vacancy(state=old)
    expected = TABLE[event].get(old)

    if expected is None:
        with pytest.raises(TransitionRefusedError):
            move_vacancy(row, event)
    else:
        move_vacancy(row, event)

    assert Vacancy.objects.get().state == (expected or old)


def test_of_two_who_move_a_vacancy_one_wins():
    row = vacancy()
    stale = Vacancy.objects.get()
    move_vacancy(row, VacancyEvent.PAUSE)

    with pytest.raises(TransitionRefusedError, match="someone else"):
        move_vacancy(stale, VacancyEvent.CLOSE)

    assert Vacancy.objects.get().state == VacancyState.PAUSED


def test_requirements_are_read_one_a_line():
    row = vacancy(requirements=" Own bicycle \n\n18 years\n")

    assert row.requirement_lines == ["Own bicycle", "18 years"]


def test_an_audit_entry_holds_who_what_and_ids():
    by, row = user(), vacancy()

    note(by, "vacancy.exported", row, rows=3)
    note(None, "nightly")

    assert list(
        AuditEntry.objects.order_by("pk").values_list("actor", "action", "object_type", "object_id", "data")
    ) == [
        (by.pk, "vacancy.exported", "recruit.Vacancy", row.pk, {"rows": 3}),
        (None, "nightly", "", None, {}),
    ]
