"""``manage.py fake_board``: plays hh.ru and SuperJob on this machine for demonstrations. No real board is touched."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from jobposts.fakeboard.faults import Faults
from jobposts.fakeboard.server import LABEL, FakeBoard
from jobposts.fakeboard.world import build_world
from jobposts.services.demo import DEMO_TOKEN

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Play hh.ru and SuperJob on 127.0.0.1. Add the printed host:port to OUTBOUND_ALLOW to reach it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8099)
        parser.add_argument("--vacancies", type=int, default=3)
        parser.add_argument("--responses", type=int, default=200)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--faults", type=float, default=0.0, help="share in [0, 1] of requests that meet a fault")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        share = options["faults"] / 6
        faults = Faults(
            seed=options["seed"], busy=share, error=share, html=share, cut=share, cut_after=share, slow=share
        )
        world = build_world(
            timezone.now, vacancies=options["vacancies"], replies=options["responses"], seed=options["seed"]
        )
        board = FakeBoard(world, faults, port=options["port"])
        token = world.issue()
        # What the accounts of the demo world hold (jobposts.services.demo).
        world.access[DEMO_TOKEN] = timezone.now() + timedelta(days=3650)
        self.stdout.write(self.style.WARNING(LABEL))
        self.stdout.write(
            f"hh.ru: {board.base}/   SuperJob: {board.base}/2.0/   vacancies: {', '.join(map(str, world.openings))}"
        )
        self.stdout.write(f"access token {token['access_token']}, refresh token {token['refresh_token']}")
        self.stdout.flush()
        try:
            board.serve_forever()
        except KeyboardInterrupt:
            board.server_close()
