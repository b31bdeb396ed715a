"""Plan one interview session from a description on standard input; needs no database rows."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from scheduling.planning import GroupSpec, Plan, StreamedSpec, from_json, plan_group, plan_streamed, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.core.management.base import CommandParser

MOST_CHARACTERS = 1_000_000


class Command(BaseCommand):
    help = (
        "Read a session as a JSON object on standard input and print its plan. "
        '"format" is "streamed" (the default) or "group"; the other fields are those of the plan preview of the API, times in minutes.'
    )
    requires_system_checks = []  # noqa: RUF012
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON (default: a short text)")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        text = sys.stdin.read(MOST_CHARACTERS + 1)
        if len(text) > MOST_CHARACTERS:
            raise CommandError(f"the description is longer than {MOST_CHARACTERS} characters")
        try:
            plan = plan_of(json.loads(text))
        except json.JSONDecodeError as error:
            raise CommandError(f"standard input is not JSON: {error}") from None
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(to_json(plan)) if options["json"] else as_text(plan))


def plan_of(described: Mapping[str, Any]) -> Plan:
    """Return the plan of a described session; ``ValueError`` names what is wrong with it."""
    if not isinstance(described, dict):
        raise ValueError("session: an object is needed")  # noqa: TRY004 - one error for all bad input
    fields = dict(described)
    kind = fields.pop("format", "streamed")
    if kind == "streamed":
        return plan_streamed(from_json(StreamedSpec, fields))
    if kind == "group":
        return plan_group(from_json(GroupSpec, fields))
    raise ValueError(f"format: {kind!r} is neither streamed nor group")


def as_text(plan: Plan) -> str:
    """Return a plan in a few lines."""
    come = plan.arrivals
    lines = [
        f"Invite {plan.invite}: {come.q05} to {come.q95} come, {come.mean:.1f} on average.",
        f"The target is reached on {plan.p_target:.0%} of such days.",
    ]
    if plan.format == "streamed":
        lines += [f"{band.start:>4} min: {band.invited}" for band in plan.bands]
        lines.append(f"Wait {plan.wait_mean:.0f} min on average, 9 of 10 at most {plan.wait_q90:.0f} min.")
    if plan.conflict is not None:
        remedies = ", ".join(f"{code} {number} ({chance:.0%})" for code, number, chance in plan.conflict.remedies)
        lines.append(
            f"Conflict ({plan.conflict.code}), P(target) {plan.conflict.p_target:.0%}. What would help: {remedies}."
        )
    return "\n".join(lines)
