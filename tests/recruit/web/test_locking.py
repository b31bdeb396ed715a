"""Forms that edit a record notice what another person changed while they were open."""

import importlib
import pkgutil
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

import jobposts.web
import recruit.web
import scheduling.web
from recruit.models import Company, MessageTemplate, PipelineTemplate, RetentionRule, Source, User
from recruit.permissions import Role
from recruit.web.locking import Locked
from tests.recruit import world

pytestmark = pytest.mark.django_db
# These make rows and edit none.
ONLY_NEW = {"OfferForm", "ClosingDayForm", "PayRangeForm"}


def _forms():
    from django.forms import ModelForm

    for package in (recruit.web, scheduling.web, jobposts.web):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found, left = set(), [ModelForm]
    while left:
        for one in left.pop().__subclasses__():
            left.append(one)
            if one.__module__.split(".")[0] in {"recruit", "scheduling", "jobposts"} and one.__name__ != "LockedForm":
                found.add(one)
    return found


def _admin(name):
    person = world.user(Role.ADMIN)
    User.objects.filter(pk=person.pk).update(name=name)
    client = Client()
    client.force_login(person, "recruit.backends.PasswordBackend")
    return client


def _shown(client, path):
    """Return what a browser would send back of the form ``edit``, and the fields it holds."""
    form = client.get(path).context["form"]
    data = {"seen": form.seen_value}
    for field in form.visible_fields():
        value = field.value()
        if value is True or (value not in {None, False, ""} if not isinstance(value, list) else value):
            data[field.html_name] = [getattr(one, "pk", one) for one in value] if isinstance(value, list) else value
    return data


def test_every_form_of_a_row_is_locked_or_makes_new_rows_alone():
    assert {one.__name__ for one in _forms() if not issubclass(one, Locked)} == ONLY_NEW


CASES = {
    "company": (lambda: reverse("settings-company"), "name", "Ours", "Theirs", lambda: Company.current().name),
    "source": (
        lambda: reverse("settings-source", args=[world.source().pk]),
        "name",
        "Ours",
        "Theirs",
        lambda: Source.objects.get().name,
    ),
    "pipeline": (
        lambda: reverse(
            "settings-pipeline",
            args=[PipelineTemplate.objects.create(name="Short", stages=["shortlist"], longest_days={"new": 3}).pk],
        ),
        "days_new",
        "5",
        "7",
        lambda: str(PipelineTemplate.objects.get().longest_days["new"]),
    ),
    "retention": (
        lambda: reverse("settings-rule", args=[RetentionRule.objects.create(days=100, pool_days=200).pk]),
        "days",
        "300",
        "400",
        lambda: str(RetentionRule.objects.get().days),
    ),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_settings_tell_who_changed_what_and_a_second_save_is_meant(case):
    path_of, field, ours, theirs, stored = CASES[case]
    path, ann, bob = path_of(), _admin("Ann"), _admin("Bob")
    data = _shown(ann, path)
    bob.post(path, {**data, field: theirs})

    refused = ann.post(path, {**data, field: ours})
    after_refusal = stored()
    seen = unescape(re.search(r'name="seen" value="([^"]*)"', refused.content.decode())[1])
    ann.post(path, {**data, field: ours, "seen": seen})

    assert "Bob changed this meanwhile" in refused.content.decode()
    assert (after_refusal, stored()) == (theirs, ours)


def test_a_field_that_only_the_other_changed_keeps_their_value():
    path, ann, bob = reverse("settings-company"), _admin("Ann"), _admin("Bob")
    data = _shown(ann, path)
    bob.post(path, {**data, "call_attempts": "9"})

    ann.post(path, {**data, "name": "Ours"})

    assert (Company.current().name, Company.current().call_attempts) == ("Ours", 9)


def test_a_text_written_first_by_another_is_not_written_over():
    path = reverse("settings-wording", args=["invitation", "sms", "en"])
    ann, bob = _admin("Ann"), _admin("Bob")
    data = _shown(ann, path)
    bob.post(path, {**data, "body": "Come: {link}"})

    refused = ann.post(path, {**data, "body": "Please come: {link}"})

    assert "Bob changed this meanwhile: Text." in refused.content.decode()
    assert MessageTemplate.objects.get().body == "Come: {link}"


def test_the_profile_of_two_open_tabs_is_not_written_over():
    ann, path = _admin("Ann"), reverse("profile")
    data = _shown(ann, path)
    ann.post(path, {**data, "time_zone": "Asia/Bangkok"})

    refused = ann.post(path, {**data, "time_zone": "Asia/Almaty"})

    assert "changed this meanwhile: Time zone." in refused.content.decode()
    assert User.objects.get(name="Ann").time_zone == "Asia/Bangkok"
