"""Codes of the authenticator app: each once, near its time, never guessed."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from recruit.errors import InvalidInputError
from recruit.models import AuditEntry, SecondFactor
from recruit.services import second_factor
from recruit.services.rates import SECOND_FACTOR, TooManyError
from tests.recruit.world import NINE, user

pytestmark = pytest.mark.django_db


def code_of(factor, *, at=NINE) -> str:
    return pyotp.TOTP(second_factor.secret_of(factor)).at(at)


def switched_on(who):
    factor = second_factor.begin(who)
    return factor, second_factor.confirm(factor, code_of(factor), at=NINE)


def test_the_first_code_switches_it_on_and_gives_recovery_codes_once():
    who = user()

    factor, codes = switched_on(who)

    factor.refresh_from_db()
    assert (second_factor.is_on(who), len(set(codes)), factor.confirmed_at) == (True, 8, NINE)
    assert not set(codes) & set(factor.recovery)


def test_a_wrong_code_does_not_switch_it_on():
    factor = second_factor.begin(user())
    wrong = f"{(int(code_of(factor)) + 1) % 10**6:06d}"

    for word in (wrong, "", "12345", "１２３４５６", "abcdef"):
        with pytest.raises(InvalidInputError):
            second_factor.confirm(factor, word, at=NINE)

    assert second_factor.is_on(factor.user) is False


def test_a_code_is_taken_once_and_an_older_one_never_after_it():
    who = user()
    factor, _codes = switched_on(who)
    later = NINE + timedelta(minutes=5)
    code, older = code_of(factor, at=later), code_of(factor, at=later - timedelta(seconds=30))

    assert [second_factor.verify(who, word, at=later) for word in (code, code, older)] == [True, False, False]


@pytest.mark.parametrize(("seconds", "good"), [(-30, True), (30, True), (-90, False), (90, False)])
def test_half_a_minute_of_a_wrong_clock_is_forgiven(seconds, good):
    who = user()
    factor, _codes = switched_on(who)
    later = NINE + timedelta(minutes=5)

    assert second_factor.verify(who, code_of(factor, at=later + timedelta(seconds=seconds)), at=later) is good


def test_a_recovery_code_lets_in_once_and_is_audited():
    who = user()
    _factor, codes = switched_on(who)

    assert [second_factor.verify(who, word, at=NINE) for word in (codes[0].upper(), codes[0])] == [True, False]
    assert AuditEntry.objects.filter(action="second_factor.recovery_used").count() == 1


def test_a_person_without_it_is_let_in_by_no_code():
    assert second_factor.verify(user(), "000000", at=NINE) is False


def test_guessing_is_stopped():
    factor = second_factor.begin(user())
    wrong = f"{(int(code_of(factor)) + 1) % 10**6:06d}"
    for _ in range(SECOND_FACTOR.most):
        with pytest.raises(InvalidInputError):
            second_factor.confirm(factor, wrong, at=NINE)

    with pytest.raises(TooManyError):
        second_factor.confirm(factor, code_of(factor), at=NINE)


def test_the_database_holds_nothing_a_code_could_be_made_from(settings):
    factor = second_factor.begin(user())
    before = second_factor.secret_of(factor)

    settings.SECRET_KEY = "another installation"

    assert second_factor.secret_of(factor) != before
    assert before not in str(SecondFactor.objects.values().get())


def test_switching_it_on_twice_is_refused_and_off_is_audited():
    who = user()
    factor, _codes = switched_on(who)
    factor.refresh_from_db()

    with pytest.raises(InvalidInputError):
        second_factor.confirm(factor, code_of(factor), at=NINE)
    second_factor.switch_off(who, by=who, at=NINE)

    assert (second_factor.is_on(who), AuditEntry.objects.filter(action="second_factor.off").count()) == (False, 1)


def test_the_picture_holds_the_address_and_is_no_foreign_request():
    factor = second_factor.begin(user())

    assert second_factor.picture_of(factor).startswith("data:image/svg+xml")
    assert second_factor.address_of(factor).startswith("otpauth://totp/")
