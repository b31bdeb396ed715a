"""The company's own wording of messages to candidates."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from recruit.models.message import Channel, MessageKind


class MessageTemplate(models.Model):
    """Subject and body of one kind of message on one channel in one language; without a row the shipped text goes."""

    kind = models.CharField(max_length=12, choices=MessageKind.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["kind", "channel", "language"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "channel", "language"], name="message_template_once"),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="message_template_channel_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.language}"
