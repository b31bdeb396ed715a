"""Marks of the boards' pages: each state is shape, word and colour."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from jobposts.states import NoticeState, PostingState, PromotionState

register = template.Library()

ACCOUNT = {
    "ok": ("done", _("Works"), "good"),
    "off": ("noshow", _("Switched off"), ""),
    "unconnected": ("invited", _("Not connected"), "warn"),
    "broken": ("no", _("Log in again"), "bad"),
    "captcha": ("warn", _("Solve the captcha"), "bad"),
    "paused": ("late", _("Views spent for today"), "warn"),
    "failing": ("warn", _("Reading fails"), "bad"),
    "silent": ("unseen", _("Not read for long"), "warn"),
}
_TONES = {
    PostingState.DRAFT: ("invited", ""),
    PostingState.SENDING: ("late", "warn"),
    PostingState.UNKNOWN: ("unsure", "warn"),
    PostingState.LIVE: ("confirmed", "good"),
    PostingState.ARCHIVED: ("left", ""),
    PromotionState.SENDING: ("late", "warn"),
    PromotionState.DONE: ("done", "good"),
    PromotionState.UNKNOWN: ("unsure", "warn"),
    PromotionState.ABSENT: ("noshow", ""),
    PromotionState.REFUSED: ("no", "bad"),
    NoticeState.FAILED: ("no", "bad"),
}


@register.inclusion_tag("recruit/parts/state_mark.html")
def account_mark(state: str) -> dict[str, object]:
    """Return the mark of an account's health (``jobposts.services.health.state_of``)."""
    mark, word, tone = ACCOUNT[state]
    return {"mark": mark, "word": word, "tone": tone}


@register.inclusion_tag("recruit/parts/state_mark.html")
def posting_mark(state: str) -> dict[str, object]:
    """Return the mark of a posting."""
    mark, tone = _TONES[PostingState(state)]
    return {"mark": mark, "word": PostingState(state).label, "tone": tone}


@register.inclusion_tag("recruit/parts/state_mark.html")
def promotion_mark(state: str) -> dict[str, object]:
    """Return the mark of a paid step."""
    mark, tone = _TONES[PromotionState(state)]
    return {"mark": mark, "word": PromotionState(state).label, "tone": tone}
