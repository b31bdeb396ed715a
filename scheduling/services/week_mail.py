"""The week's sheet as mail: to administrators and leads, once a week, through the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from recruit.messaging.outbox import post
from recruit.models import Channel, Company, Message, MessageKind, User
from recruit.permissions import Role
from recruit.templatetags.parts import day
from scheduling.services.reports.week import week_sheet

RECEIVERS = (Role.ADMIN, Role.LEAD)
# A worker that was off on Monday still mails on Tuesday; later the sheet is on its page.
LATEST_WEEKDAY = 1


def mail_week(*, at: datetime) -> int:
    """Write one message to every active administrator and lead about the week that ended; return how many are new.

    Safe to repeat: a person gets each week's sheet once. Does nothing from Wednesday to Sunday.
    """
    today = timezone.localdate(at)
    if today.weekday() > LATEST_WEEKDAY:
        return 0
    monday = today - timedelta(days=today.weekday() + 7)
    written = 0
    for user in User.objects.filter(role__in=RECEIVERS, is_active=True).order_by("pk"):
        key = f"week:{monday.isoformat()}:{user.pk}"
        if Message.objects.filter(effect_key=key).exists():
            continue
        with translation.override(user.language or Company.current().language), transaction.atomic():
            week = week_sheet(user=user, monday=monday)
            address = f"{settings.PUBLIC_URL}{reverse('statistics-week')}?from={monday.isoformat()}"
            body = render_to_string("scheduling/messages/week.email.txt", {"week": week, "address": address})
            post(
                effect_key=key,
                kind=MessageKind.OTHER,
                channel=Channel.EMAIL,
                user=user,
                language=user.language,
                subject=_("The week from %(day)s") % {"day": day(monday)},
                body=body.strip() + "\n",
                not_after=at + timedelta(days=5),
            )
        written += 1
    return written
