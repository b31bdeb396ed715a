"""Statistics once more in plain Python, told from the ledger: loops and dictionaries, no SQL grouping, no pandas."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from recruit.models import Application, Offer, StageMove
from scheduling.models import Invitation, LedgerEntry
from scheduling.statistics.ledger_fold import Event, fold

CAME = {"arrived", "in_interview", "finished", "left_unseen", "turned_away"}


class Plain:
    """Everything of the database as plain records; invitations as their events tell them."""

    def __init__(self):
        events = defaultdict(list)
        kinds = dict(LedgerEntry.objects.values_list("pk", "kind"))
        for entry in LedgerEntry.objects.order_by("recorded_at", "pk"):
            events[entry.invitation_id].append(entry)
        self.people = []
        rows = Invitation.objects.select_related(
            "application__source", "application__vacancy", "session__office", "band", "application"
        )
        for row in rows.order_by("pk"):
            told = events[row.pk]
            if row.is_walk_in or not told:
                continue
            story = fold(Event(e.kind, e.at, e.source, kinds.get(e.corrects_id, "")) for e in told)
            self.people.append((row, story, told))

    @staticmethod
    def arrival(row):
        return row.band.starts_at if row.band else row.session.starts_at

    def local(self, row):
        return self.arrival(row).astimezone(ZoneInfo(row.session.office.time_zone))

    def counts(self, row, story, told):
        """Return 0 or 1 for every count."""
        kinds = {entry.kind for entry in told}
        gone = story.state in {"declined", "cancelled"} and story.answer == "declined"
        late = "cancelled_late" in kinds
        in_time = "cancelled_in_time" in kinds
        came = story.state in CAME
        found = {
            "invited": True,
            "arrived": came,
            "no_show": story.state == "no_show",
            "finished": story.state == "finished",
            "left_unseen": story.state == "left_unseen",
            "turned_away": story.state == "turned_away",
            "declined": gone and not late and not in_time,
            "cancelled_in_time": gone and in_time and not late,
            "cancelled_late": gone and late,
            "confirmed": story.answer == "confirmed",
            "late": came
            and story.arrived_at is not None
            and self.arrival(row) + timedelta(minutes=5) < story.arrived_at <= row.session.ends_at,
        }
        return {name: int(value) for name, value in found.items()}

    def key(self, dimension, row, story, told):
        """Return the group's key as the pages write it."""
        application, local = row.application, self.local(row)
        spoke = [
            e for e in told if e.actor_id and e.kind in {"called", "confirmed", "declined", "unsure", "asked_to_move"}
        ]
        hours = None if row.invited_at is None else (self.arrival(row) - row.invited_at).total_seconds() / 3600
        return {
            "source": lambda: str(application.source_id),
            "posting": lambda: (
                f"l{application.link_id}"
                if application.link_id
                else f"{application.source_id}-{application.vacancy_id}"
            ),
            "vacancy": lambda: str(application.vacancy_id),
            "office": lambda: str(row.session.office_id),
            "recruiter": lambda: str(application.triaged_by_id or application.vacancy.recruiter_id or "none"),
            "caller": lambda: str(max(spoke, key=lambda e: e.pk).actor_id) if spoke else "none",
            "interviewer": lambda: str(row.interviewer_id or "none"),
            "answer": lambda: story.answer,
            "reminder": lambda: str(min(row.reminders, 3)),
            "lead": lambda: (
                next(
                    (
                        code
                        for most, code in ((12, "h12"), (24, "h24"), (48, "d2"), (72, "d3"), (168, "d7"))
                        if hours <= most
                    ),
                    "long",
                )
                if hours is not None
                else "none"
            ),
            "weekday": lambda: str(local.isoweekday()),
            "hour": lambda: f"{local.hour:02}",
            "band": lambda: f"{local.hour:02}:{local.minute:02}",
            "week": (local.date() - timedelta(days=local.weekday())).isoformat,
        }[dimension]()

    def rates(self, dimension):
        """Return key -> counts."""
        found = {}
        for row, story, told in self.people:
            into = found.setdefault(self.key(dimension, row, story, told), defaultdict(int))
            for name, value in self.counts(row, story, told).items():
                into[name] += value
        return {key: dict(counts) for key, counts in found.items()}

    def funnel(self):
        """Return step -> people."""
        asked = defaultdict(list)
        for row, story, _told in self.people:
            asked[row.application_id].append(story)
        undone = set(StageMove.objects.exclude(undoes=None).values_list("undoes_id", flat=True))
        listed = {
            move.application_id for move in StageMove.objects.all() if move.new == "shortlist" and move.pk not in undone
        }
        offered = set(Offer.objects.values_list("application_id", flat=True))
        found = defaultdict(int)
        for one in Application.objects.select_related("source"):
            if one.closing_reason == "history" or one.source.kind == "walk_in":
                continue
            stories = asked.get(one.pk, [])
            finished = any(story.state == "finished" for story in stories)
            steps = {
                "responses": True,
                "viewed": one.stage != "new" or one.triaged_at is not None,
                "shortlisted": one.pk in listed or bool(stories),
                "invited": bool(stories),
                "confirmed": any(story.answer == "confirmed" or story.state in CAME for story in stories),
                "arrived": any(story.state in CAME for story in stories),
                "finished": finished,
                "offered": finished and one.pk in offered,
                "hired": finished and one.pk in offered and one.stage == "hired",
            }
            for name, reached in steps.items():
                found[name] += reached
        return dict(found)
