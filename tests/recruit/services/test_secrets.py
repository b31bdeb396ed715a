"""Secrets at rest, sign-ins of others, and the data of test keys by their age."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from recruit.errors import NotFoundError
from recruit.models import ApiKey, AuditEntry, Candidate, ExternalIdentity, Resume, SignIn, User
from recruit.permissions import Role
from recruit.sealed import seal, unseal
from recruit.services import rates, sign_ins, trial_keys
from recruit.services.keys import new_key
from tests.recruit.world import HOUR, NINE, candidate, user

pytestmark = pytest.mark.django_db


def test_a_secret_is_opened_by_every_key_we_still_have_and_by_no_other(settings):
    settings.SEALING_KEYS = ["old"]
    sealed = seal("token of hh.ru")

    settings.SEALING_KEYS = ["new", "old"]
    kept = unseal(sealed)
    settings.SEALING_KEYS = ["new"]
    lost = unseal(sealed)

    assert (kept, lost, unseal("no token of ours"), "token" in sealed) == ("token of hh.ru", "", "", False)
    assert (seal(""), unseal("")) == ("", "")


def test_wrong_passwords_are_counted_against_the_account_even_where_the_place_is_full():
    for _ in range(rates.SIGN_IN_PLACE.most):
        rates.hit(rates.SIGN_IN_PLACE, "203.0.113.9", at=NINE)

    for _ in range(rates.SIGN_IN_ACCOUNT.most):
        sign_ins.note_wrong_password("anna@turnout.test", "203.0.113.9", at=NINE)

    assert rates.is_full(rates.SIGN_IN_ACCOUNT, "anna@turnout.test", at=NINE)
    assert not rates.is_full(rates.SIGN_IN_ACCOUNT, "boris@turnout.test", at=NINE)


def test_a_person_ends_an_own_sign_in_once_and_never_that_of_somebody_else():
    owner = user()
    mine = sign_ins.note_sign_in(owner, session_key="k", place="203.0.113.9", agent="", at=NINE)

    with pytest.raises(NotFoundError):
        sign_ins.end_sign_in(user(), mine.pk, at=NINE)
    before = SignIn.objects.get(pk=mine.pk).ended_at
    sign_ins.end_sign_in(owner, mine.pk, at=NINE + HOUR)
    with pytest.raises(NotFoundError):
        sign_ins.end_sign_in(owner, mine.pk, at=NINE + 2 * HOUR)

    ended = SignIn.objects.get(pk=mine.pk)
    assert (before, ended.ended_at, ended.session_key) == (None, NINE + HOUR, "")
    assert AuditEntry.objects.filter(action="sign_in.ended", object_id=owner.pk).count() == 1


def test_the_worker_wipes_what_a_test_key_sent_more_than_a_day_ago_with_its_files(settings):
    owner = user(Role.INTEGRATOR)
    trial, real = (new_key(user=owner, name=name)[0] for name in ("trial", "real"))
    ApiKey.objects.filter(pk=trial.pk).update(is_test=True)
    old, fresh, other = (candidate(name) for name in ("Old", "Fresh", "Other"))
    for one, key in ((old, trial), (fresh, trial), (other, real)):
        ExternalIdentity.objects.create(candidate=one, system=trial_keys.system_of(key), external_id=str(one.pk))
    Candidate.objects.exclude(pk=fresh.pk).update(created_at=timezone.now() - timedelta(days=2))
    resume = Resume(candidate=old, digest="1" * 64, file_name="cv.pdf")
    resume.file.save("cv.pdf", ContentFile(b"%PDF"))
    path = settings.MEDIA_ROOT / resume.file.name
    assert path.is_file()

    assert trial_keys.wipe_due() == 1

    assert (list(Candidate.objects.order_by("pk")), path.exists()) == ([fresh, other], False)


def test_the_first_administrator_can_be_made_on_the_command_line(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse 4 battery")

    call_command("createsuperuser", "--noinput", "--email", "Boss@Turnout.test", "--name", "Boss", verbosity=0)

    boss = User.objects.get()
    assert (boss.email, boss.role, boss.check_password("correct horse 4 battery")) == (
        "boss@turnout.test", Role.ADMIN, True,
    )  # fmt: skip
