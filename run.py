"""Set Turnout up on a bare machine and start it: Python's standard library alone until its own environment exists.

python3 run.py            the product with its demo company
python3 run.py --dev      only prepare the environment, with what tests need
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = Path(os.environ.get("TURNOUT_VENV", HERE / ".venv"))


def say(text: str) -> None:
    """Write one line at once."""
    print(text, flush=True)


def stop(text: str) -> None:
    """End with one clear sentence instead of a traceback."""
    say(f"turnout: {text}")
    raise SystemExit(1)


def python_of(environment: Path) -> Path:
    """Return the environment's interpreter."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prepare(lock: Path) -> Path:
    """Make the environment and install the lock into it, unless exactly this lock is installed already."""
    python = python_of(ENVIRONMENT)
    stamp = ENVIRONMENT / f".{lock.name}.sha256"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text() == digest:
        return python
    uv = shutil.which("uv")
    try:
        if not python.exists():
            say("Making the environment …")
            if uv:
                run([uv, "venv", "--quiet", "--python", sys.executable, str(ENVIRONMENT)])
            else:
                make_venv()
        say("Installing what Turnout needs (once) …")
        if uv:
            run([uv, "pip", "install", "--quiet", "--python", str(python), "--require-hashes", "-r", str(lock)])
        else:
            # The lock names every package: without --no-deps an older pip looks at newer releases of
            # those that another one asks for with an extra, and refuses them for want of a hash.
            pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            run([*pip, "--no-deps", "--require-hashes", "-r", str(lock)])
    except PermissionError:
        stop(f"no permission to write in {ENVIRONMENT.parent}.")
    except subprocess.CalledProcessError as error:
        stop(f"this step failed: {' '.join(error.cmd[:6])} … (its message stands above)")
    stamp.write_text(digest)
    return python


def make_venv() -> None:
    """Make a virtual environment; say what is missing where Python was installed without it."""
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        stop("Python was installed without venv; install it first, on Debian: apt install python3-venv")
    venv.create(ENVIRONMENT, with_pip=True)


def run(command: list[str]) -> None:
    """Run a step and let it speak for itself."""
    subprocess.run(command, check=True)  # noqa: S603


def main() -> None:
    """Prepare, then hand over to ``manage.py up``."""
    if sys.version_info < (3, 11):
        stop(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}.")
    is_dev = "--dev" in sys.argv
    python = prepare(HERE / ("requirements-dev.lock" if is_dev else "requirements.lock"))
    if is_dev:
        return
    os.environ.setdefault("TURNOUT_MODE", "demo")
    arguments = [str(python), str(HERE / "manage.py"), "up", *[word for word in sys.argv[1:] if word != "--dev"]]
    os.execv(str(python), arguments)  # noqa: S606


if __name__ == "__main__":
    main()
