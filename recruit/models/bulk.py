"""Moving many people at once: after a delay, and with a way back."""

from __future__ import annotations

from django.db import models

from recruit.models.application import Application, StageMove
from recruit.states import BulkState, Stage


class BulkMove(models.Model):
    """Several applications to one stage: carried out when ``due_at`` has come, undone as a whole."""

    state = models.CharField(max_length=8, choices=BulkState.choices, default=BulkState.WAITING)
    stage = models.CharField(max_length=12, choices=Stage.choices)
    reason = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey("recruit.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=BulkState.values), name="bulk_move_state_known")
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.state}"


class BulkMoveItem(models.Model):
    """One application of a bulk move, and the move that came of it (None: it did not move)."""

    bulk = models.ForeignKey(BulkMove, models.CASCADE, related_name="items")
    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    # The stage it was chosen in: whoever moved it meanwhile was right.
    chosen_in = models.CharField(max_length=12, choices=Stage.choices)
    move = models.OneToOneField(StageMove, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["bulk", "application"], name="bulk_move_item_once")]

    def __str__(self) -> str:
        return f"{self.bulk_id}: {self.application_id}"
