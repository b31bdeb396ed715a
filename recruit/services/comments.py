"""Comments about an application, and the colleagues they name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from recruit.errors import InvalidInputError
from recruit.models import Application, Comment, Mention, User

LONGEST = 4000


def mentioned(text: str, people: Sequence[User]) -> list[User]:
    """Return those of ``people`` whose name stands after an @ in ``text``; of two that fit, the longer name counts."""
    found: list[User] = []
    lowered = text.lower()
    for person in sorted(people, key=lambda one: -len(one.name)):
        word = f"@{person.name.lower()}"
        if person.name and word in lowered:
            found.append(person)
            lowered = lowered.replace(word, " ")
    return found


@transaction.atomic
def add_comment(application: Application, *, author: User, text: str, at: datetime) -> Comment:
    """Write a comment, and let the colleagues it names find it on their Today."""
    words = text.strip()
    if not words:
        raise InvalidInputError(_("Write something first."), field="text")
    comment = Comment.objects.create(application=application, author=author, text=words[:LONGEST], at=at)
    people = mentioned(words, list(User.objects.filter(is_active=True).exclude(pk=author.pk))) if "@" in words else []
    # Who may not see the person is not told of them.
    seers = [one for one in people if Application.objects.visible_to(one).filter(pk=application.pk).exists()]
    Mention.objects.bulk_create(Mention(comment=comment, user=one) for one in seers)
    return comment
