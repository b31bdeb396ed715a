"""What attackers try again and again."""

from __future__ import annotations

import re

from recruit.models import Message, User
from tests.recruit import world

PASSWORD = "correct horse 4 battery"
# Line ends and formula signs that a text may carry into a header, a log or a cell.
LINE_ENDS = ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "%0d%0a")
SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "{% now 'Y' %}",
    "javascript:alert(1)",
    "' onmouseover='alert(1)",
)


def person(role: str = "recruiter", **fields) -> User:
    """Return somebody with a password."""
    made = world.user(role, **fields)
    made.set_password(PASSWORD)
    made.save()
    return made


def sign_in(client, who: User, password: str = PASSWORD, **headers):
    return client.post("/sign-in/", {"username": who.email, "password": password}, **headers)


def link_in_mail(who: User) -> str:
    """Return the path of the newest link that was mailed to ``who``."""
    body = Message.objects.filter(user=who).order_by("-pk").first().body
    return re.search(r"(/password/\S+)", body)[1]
