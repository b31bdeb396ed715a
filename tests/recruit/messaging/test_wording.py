"""The company's own texts: a closed list of placeholders."""

import pytest

from recruit.messaging.sms import sms_size
from recruit.messaging.wording import PLACEHOLDERS, filled, own_words, unknown_placeholders
from recruit.models import MessageTemplate


def test_only_names_of_the_list_stand_in_braces():
    assert unknown_placeholders("{name} {link} {user.password} {0} {}") == ["", "0", "user.password"]
    assert unknown_placeholders(" ".join(f"{{{name}}}" for name in PLACEHOLDERS)) == []


def test_a_value_is_text_and_never_a_template_again():
    assert filled("Hi {name}, {bring}", {"name": "{link}", "link": "secret"}) == "Hi {link}, "


def test_what_is_no_placeholder_stays_as_it_was_written():
    assert filled("{name.__class__} { name }", {"name": "Anna"}) == "{name.__class__} { name }"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", (0, 0)), ("a" * 160, (160, 1)), ("a" * 161, (161, 2)), ("€" * 80, (160, 1)), ("я" * 70, (70, 1)),
     ("я" * 71, (71, 2)), ("ก" * 135, (135, 3)), ("😀", (2, 1))],
)  # fmt: skip
def test_the_parts_of_an_sms_are_counted_as_operators_do(text, expected):
    assert sms_size(text) == expected


@pytest.mark.django_db
def test_the_shipped_text_goes_where_there_is_no_own_one():
    MessageTemplate.objects.create(kind="invitation", channel="sms", language="ru", body="{name}, ждём: {link}")

    own = own_words(kind="invitation", channel="sms", language="ru", values={"name": "Анна", "link": "x"})
    assert (own, own_words(kind="invitation", channel="sms", language="th", values={})) == (
        ("", "Анна, ждём: x\n"),
        None,
    )
