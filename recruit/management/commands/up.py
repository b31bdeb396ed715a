"""Bring the product up: migrate, load the demo where it is wanted, start web and worker, say where it is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from recruit.backends import LOOPBACK
from recruit.models import Candidate, Company, User
from recruit.permissions import Role
from recruit.services.catalogues import compile_catalogues
from recruit.services.demo import DEMO_PASSWORD
from recruit.services.sign_in import one_time_token

READY_SECONDS = 60


class Command(BaseCommand):
    """``manage.py up``: the whole product on this machine."""

    help = "Migrate, load the demo when TURNOUT_MODE=demo, start the web server and the worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, **options: Any) -> None:
        port, host = options["port"], options["host"]
        if settings.DEMO and host not in LOOPBACK:
            raise CommandError("The demo's passwords are public: it listens on 127.0.0.1 only.")
        check_port(host, port)
        check_writable(settings.VAR_DIR)
        call_command("migrate", verbosity=0)
        compile_catalogues()
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        if settings.DEMO and not Candidate.objects.exists():
            self.stdout.write("Loading the demo company (once, about fifteen seconds) …")
            call_command("demo", verbosity=0)
        if settings.DEMO:
            offer_to_move()
        os.environ["PUBLIC_URL"] = os.environ.get("PUBLIC_URL", f"http://{host}:{port}")
        stop_on_signals()
        children: list[subprocess.Popen[bytes]] = []
        try:
            children += start_children(host, port)
            wait_until_ready(f"http://{host}:{port}/healthz", children)
            self._greet(host, port)
            watch(children)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping …")
        finally:
            stop(children)
        self.stdout.write("Stopped.")

    def _greet(self, host: str, port: int) -> None:
        base = f"http://{host}:{port}"
        self.stdout.write(self.style.SUCCESS(f"\nTurnout is up: {base}/\n"))
        company = Company.objects.filter(pk=1, is_demo=True).first()
        if not settings.DEMO or company is None:
            return
        self.stdout.write(f"Demo log-ins (password {DEMO_PASSWORD}):")
        for role in Role:
            user = User.objects.filter(role=role, email__endswith="@demo.example").first()
            if user is not None:
                self.stdout.write(f"  {role.label!s:<16} {user.email}")
        user = User.objects.filter(email="recruiter@demo.example").first()
        if user is not None:
            self.stdout.write(f"\nOr, once, without a password: {base}/sign-in/{one_time_token(user)}/\n")
        if demo_is_stale(company):
            self.stdout.write("The demo's days have passed; to move them to today, stop and run: make demo-today\n")
        self.stdout.write("Ctrl-C stops everything.\n")
        self.stdout.flush()


def demo_is_stale(company: Company | None) -> bool:
    """Return whether the demo world's "today" has passed."""
    return company is not None and company.demo_day is not None and company.demo_day < timezone.localdate()


def offer_to_move() -> None:
    """Ask whoever sits at the terminal whether the demo shall end today; ask nothing where nobody can answer."""
    company = Company.objects.filter(pk=1, is_demo=True).first()
    if not demo_is_stale(company) or not sys.stdin.isatty():
        return
    if input("The demo's days have passed. Move them to today? [Y/n] ").strip().lower() in {"", "y", "yes"}:
        call_command("demo", to_today=True)


def check_port(host: str, port: int) -> None:
    """Say in one sentence that the port is taken."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise CommandError(f"Port {port} needs rights this user does not have; try: make run PORT=8080") from error
        except OSError as error:
            raise CommandError(f"Port {port} is taken by another program; try: make run PORT={port + 1}") from error


def check_writable(folder: Path) -> None:
    """Say in one sentence that the data folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".write-test"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CommandError(
            f"No permission to write in {folder}; set TURNOUT_VAR to a folder that can be written."
        ) from error


def web_command(host: str, port: int) -> list[str]:
    """Return the command of the web server."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", os.environ.get("WEB_WORKERS", "1"), "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "recruit.wsgi:application",
    ]  # fmt: skip


def start_children(host: str, port: int) -> list[subprocess.Popen[bytes]]:
    """Start the web server and the worker, each in a group of its own so that Ctrl-C reaches us first."""
    web = web_command(host, port)
    worker = [sys.executable, str(settings.BASE_DIR / "manage.py"), "work"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "recruit.settings"}
    return [
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, start_new_session=True)  # noqa: S603
        for command in (web, worker)
    ]


def wait_until_ready(url: str, children: list[subprocess.Popen[bytes]]) -> None:
    """Return when the server answers; ``CommandError`` when a child dies or nothing answers in time."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if any(child.poll() is not None for child in children):
            raise CommandError("A process ended while starting; its message stands above.")
        with suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise CommandError(f"The server did not answer within {READY_SECONDS} seconds.")


def stop_on_signals() -> None:
    """Let a request to end and a closed terminal stop everything as Ctrl-C does, from before the children start."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def watch(children: list[subprocess.Popen[bytes]]) -> None:
    """Wait until a child ends or we are told to stop."""
    while all(child.poll() is None for child in children):
        time.sleep(0.3)
    raise CommandError("A process ended by itself; its message stands above.")


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask the children to end, and make sure that they do."""
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in children:
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
