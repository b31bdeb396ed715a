"""Plan one interview session from a description on standard input; needs no database rows."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from scheduling.planning import (
    GroupSpec,
    Plan,
    StreamedSpec,
    from_json,
    plan_group,
    plan_streamed,
    refine_streamed,
    to_json,
)

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
        parser.add_argument(
            "--refine",
            type=int,
            default=0,
            metavar="EFFORT",
            help="go on searching from the quick plan of a streamed session, which never makes it dearer; 100 takes about a second",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        text = sys.stdin.read(MOST_CHARACTERS + 1)
        if len(text) > MOST_CHARACTERS:
            raise CommandError(f"the description is longer than {MOST_CHARACTERS} characters")
        try:
            plan = plan_of(json.loads(text), refine=options["refine"])
        except json.JSONDecodeError as error:
            raise CommandError(f"standard input is not JSON: {error}") from None
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(to_json(plan)) if options["json"] else as_text(plan))


def plan_of(described: Mapping[str, Any], *, refine: int = 0) -> Plan:
    """Return the plan of a described session, refined with that effort; ``ValueError`` names what is wrong with it."""
    if not isinstance(described, dict):
        raise ValueError("session: an object is needed")  # noqa: TRY004 - one error for all bad input
    fields = dict(described)
    kind = fields.pop("format", "streamed")
    if kind == "streamed":
        spec = from_json(StreamedSpec, fields)
        plan = plan_streamed(spec)
        return refine_streamed(spec, plan, effort=refine) if refine else plan
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
    if plan.invite_for_range is not None:
        worst, best = plan.if_wrong[0], plan.if_wrong[-1]
        lines.append(
            f"If chances are {worst.factor:g} to {best.factor:g} times those given, the target is reached on {worst.p_target:.0%} to "
            f"{best.p_target:.0%} of such days; invite {plan.invite_for_range} to be as sure over that whole range."
        )
    if plan.conflict is not None:
        remedies = ", ".join(f"{code} {number} ({chance:.0%})" for code, number, chance in plan.conflict.remedies)
        lines.append(
            f"Conflict ({plan.conflict.code}), P(target) {plan.conflict.p_target:.0%}. What would help: {remedies}."
        )
    return "\n".join(lines)
