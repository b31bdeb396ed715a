"""The state machines of job boards, each one literal table; see ``recruit.states`` for how they are used."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PostingState(TextChoices):
    """Where a posting stands, as far as is known here."""

    DRAFT = "draft", _("Draft")
    SENDING = "sending", _("Being published")
    UNKNOWN = "unknown", _("Not known whether published")
    LIVE = "live", _("On the board")
    ARCHIVED = "archived", _("Archived")


class PostingEvent(TextChoices):
    """What can happen to a posting."""

    PUBLISH = "publish", _("Publish")
    SUCCEED = "succeed", _("Note as published")
    LOSE = "lose", _("Note as unknown")
    REFUSE = "refuse", _("Note as not published")
    ARCHIVE = "archive", _("Archive")


POSTING_MOVES: dict[PostingState, dict[PostingEvent, PostingState]] = {
    PostingState.DRAFT: {PostingEvent.PUBLISH: PostingState.SENDING},
    PostingState.SENDING: {
        PostingEvent.SUCCEED: PostingState.LIVE,
        PostingEvent.LOSE: PostingState.UNKNOWN,
        PostingEvent.REFUSE: PostingState.DRAFT,
    },
    PostingState.UNKNOWN: {PostingEvent.SUCCEED: PostingState.LIVE, PostingEvent.REFUSE: PostingState.DRAFT},
    PostingState.LIVE: {PostingEvent.ARCHIVE: PostingState.ARCHIVED},
    PostingState.ARCHIVED: {PostingEvent.PUBLISH: PostingState.SENDING},
}


class PromotionState(TextChoices):
    """What became of a paid step. ``unknown``: it was sent and no answer came; it is read back, never sent again."""

    SENDING = "sending", _("Being sent")
    DONE = "done", _("Done")
    UNKNOWN = "unknown", _("Not known whether done")
    ABSENT = "absent", _("Not done")
    REFUSED = "refused", _("Refused")


class PromotionEvent(TextChoices):
    """What can happen to a paid step."""

    SUCCEED = "succeed", _("Note as done")
    LOSE = "lose", _("Note as unknown")
    REFUSE = "refuse", _("Note as refused")
    MISS = "miss", _("Note as not done")


PROMOTION_MOVES: dict[PromotionState, dict[PromotionEvent, PromotionState]] = {
    PromotionState.SENDING: {
        PromotionEvent.SUCCEED: PromotionState.DONE,
        PromotionEvent.LOSE: PromotionState.UNKNOWN,
        PromotionEvent.REFUSE: PromotionState.REFUSED,
    },
    PromotionState.UNKNOWN: {
        PromotionEvent.SUCCEED: PromotionState.DONE,
        PromotionEvent.MISS: PromotionState.ABSENT,
    },
}


class PromotionKind(TextChoices):
    """What is paid for."""

    PUBLICATION = "publication", _("Publication")
    REPUBLICATION = "republication", _("Publication of an archived posting")
    PROLONGATION = "prolongation", _("Prolongation")
    RAISING = "raising", _("Raising in the list")
    OTHER = "other", _("Other")


class ResumeState(TextChoices):
    """How far the resume behind a response has come."""

    WANTED = "wanted", _("To be fetched")
    FETCHED = "fetched", _("Here")
    HIDDEN = "hidden", _("Not shown by the board")
    GONE = "gone", _("Deleted on the board")
    FAILED = "failed", _("Could not be fetched")


class NoticeState(TextChoices):
    """Where a board's notice stands."""

    NEW = "new", _("New")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
