"""Evolution's data server as a subscriber of a feed: its webcal backend, headless, on a private bus and in a folder of its own.

It is taken from the system, or from ``var/test-tools/evolution``, where its packages may be unpacked without being installed
(``apt-get download evolution-data-server libedata-cal-2.0-2 … gir1.2-ecal-2.0 gir1.2-ical-3.0``, then ``dpkg -x`` each).
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.calendar_tools import ROOT

# Run by the system's Python, which has the bindings: answers each line with all events, after a refresh that changed any.
READER = """
import json, sys
import gi
gi.require_version("EDataServer", "1.2")
gi.require_version("ECal", "2.0")
from gi.repository import ECal, EDataServer, GLib

registry = EDataServer.SourceRegistry.new_sync(None)
client = ECal.Client.connect_sync(registry.ref_source("turnout"), ECal.ClientSourceType.EVENTS, 20, None)
loop, quiet = GLib.MainLoop(), []

def stop():
    loop.quit()
    return False

def changed(*_):
    for timer in quiet:
        GLib.source_remove(timer)
    quiet[:] = [GLib.timeout_add(200, stop)]

_, view = client.get_view_sync("#t", None)
for signal in ("objects-added", "objects-modified", "objects-removed"):
    view.connect(signal, changed)
view.start()
for number, line in enumerate(sys.stdin):
    if number:
        client.refresh_sync(None)
    quiet[:] = []
    giving_up = GLib.timeout_add(10000, stop)
    loop.run()
    if quiet:
        GLib.source_remove(giving_up)
    _, events = client.get_object_list_sync("#t", None)
    print(json.dumps(sorted(
        [one.get_dtstart().as_ical_string(), one.get_summary(), "STATUS:CANCELLED" in one.as_ical_string()] for one in events
    )), flush=True)
"""
SOURCE = """[Data Source]
DisplayName=Turnout
Enabled=true
Parent=webcal-stub

[Calendar]
BackendName=webcal

[Authentication]
Host={host}
Port={port}
Method=none

[Security]
Method=none

[WebDAV Backend]
ResourcePath={path}

[Refresh]
Enabled=true
IntervalMinutes=60
"""


def _root() -> Path:
    """Return the folder that holds ``usr`` with Evolution's data server; skip, with the reason, where there is none."""
    for root in (Path("/"), ROOT / "evolution"):
        if (root / "usr/libexec/evolution-calendar-factory").is_file():
            break
    else:
        pytest.skip("no evolution-data-server: neither installed nor unpacked in var/test-tools/evolution")
    for program in ("dbus-run-session", "glib-compile-schemas"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program}")
    if subprocess.run(["/usr/bin/python3", "-c", "import gi"], capture_output=True, check=False).returncode:
        pytest.skip("no python3-gi")
    return root


def _environment(root: Path, folder: Path) -> dict[str, str]:
    """Return what the programs need to find each other under ``root``, and nothing of the machine's own calendars."""
    env = {
        "HOME": str(folder),
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "GSETTINGS_BACKEND": "memory",
        "GIO_USE_VFS": "local",
    }
    for name in ("CONFIG", "DATA", "CACHE"):
        env[f"XDG_{name}_HOME"] = str(folder / name.lower())
    env["XDG_RUNTIME_DIR"] = str(folder)
    if root == Path("/"):
        return env
    libraries = [str(one) for one in sorted(root.glob("usr/lib/*-linux-gnu"))]
    modules, schemas = root / "usr/lib/evolution-data-server", folder / "schemas"
    schemas.mkdir()
    subprocess.run(
        ["glib-compile-schemas", f"--targetdir={schemas}", str(root / "usr/share/glib-2.0/schemas")],
        check=True, capture_output=True,
    )  # fmt: skip
    services = folder / "data/dbus-1/services"
    services.mkdir(parents=True)
    for service in (root / "usr/share/dbus-1/services").glob("*.service"):
        lines = service.read_text().replace("Exec=/usr/", f"Exec={root}/usr/").splitlines(keepends=True)
        (services / service.name).write_text("".join(line for line in lines if not line.startswith("SystemdService")))
    return env | {
        "LD_LIBRARY_PATH": ":".join([*libraries, str(modules)]),
        "GI_TYPELIB_PATH": ":".join(f"{one}/girepository-1.0" for one in libraries),
        "GSETTINGS_SCHEMA_DIR": str(schemas),
        "EDS_CALENDAR_MODULES": str(modules / "calendar-backends"),
        "EDS_REGISTRY_MODULES": str(modules / "registry-modules"),
        "EDS_SUBPROCESS_CAL_PATH": str(root / "usr/libexec/evolution-calendar-factory-subprocess"),
        "EDS_CAMEL_PROVIDER_DIR": str(modules / "camel-providers"),
    }


class Evolution:
    """One subscription; ``sees`` refreshes it and returns (beginning, title, called off) of every event."""

    def __init__(self, folder: Path, *, host: str, port: int, path: str) -> None:
        env = _environment(_root(), folder)
        sources = folder / "config/evolution/sources"
        sources.mkdir(parents=True)
        (sources / "turnout.source").write_text(SOURCE.format(host=host, port=port, path=path))
        self._process = subprocess.Popen(
            ["timeout", "60", "dbus-run-session", "--", "/usr/bin/python3", "-c", READER],
            env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def sees(self) -> list[tuple[str, str, bool]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("look\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "Evolution ended"
        return [(start, title, off) for start, title, off in json.loads(line)]

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()
