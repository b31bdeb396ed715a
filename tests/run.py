"""``make test``: all tests with coverage, then its floors (``tests.floor``).

Browser, kill and fuzz tests are slow and run once, on PostgreSQL, except those marked for both; without a PostgreSQL at
``DATABASE_URL`` they run on SQLite when nobody else will run them (``TURNOUT_ALL=1``).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def chromium() -> bool:
    """Return whether a browser is there, after trying to install one where that is possible."""
    if shutil.which("chromium"):
        return True
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-core"], check=False, **quiet)
    return shutil.which("chromium") is not None


def main() -> int:
    """Run the tests; return the exit code."""
    python = sys.executable
    on_postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    slow = on_postgres or os.environ.get("TURNOUT_ALL") == "1"
    wanted = "" if slow else "(not browser and not kill and not fuzz) or both"
    if slow and not chromium():
        print("There is no Chromium and none can be installed here: the browser tests are left out.")
        wanted = "not browser"
    # Other calendar programs that read what we write; tests that find none are skipped with the reason.
    subprocess.run([python, "-m", "tests.calendar_tools"], cwd=ROOT, check=False)
    env = {**os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
    for old in ROOT.glob(".coverage*"):
        old.unlink()
    command = [
        python,
        "-m",
        "pytest",
        "-q",
        "-n",
        "2",
        "--dist",
        "loadfile",
        "--cov",
        "--cov-report=",
        "-p",
        "no:cacheprovider",
    ]
    if wanted:
        command += ["-m", wanted]
    code = subprocess.run([*command, *sys.argv[1:]], cwd=ROOT, env=env, check=False).returncode
    if code or sys.argv[1:]:
        return code
    return subprocess.run([python, "-m", "tests.floor"], cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
