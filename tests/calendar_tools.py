"""Other programs that read our calendars: libical, ical.js, node-ical, vdirsyncer, khal.

``python -m tests.calendar_tools`` puts them into ``var/test-tools`` (``tests/run.py`` and CI do so); a test that needs one
is skipped, with the reason, where it is not there.
"""

import ctypes
import ctypes.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("TURNOUT_TEST_TOOLS", Path(__file__).resolve().parent.parent / "var" / "test-tools"))
NODE_PACKAGES = ("ical.js@2.2.1", "node-ical@0.26.1")
PYTHON_PACKAGES = ("vdirsyncer==0.21.0", "khal==0.14.1")

NODE_READER = """
const fs = require("fs"), ICAL = require("ical.js").default || require("ical.js"), node = require("node-ical");
const mails = (list) => list.map((word) => String(word).toLowerCase().replace(/^mailto:/, "")).sort();
const out = JSON.parse(fs.readFileSync(0, "utf8")).map((text) => {
  const root = new ICAL.Component(ICAL.parse(text));
  const first = root.getAllSubcomponents("vevent").map((one) => {
    const event = new ICAL.Event(one);
    return [event.uid, event.startDate.toJSDate().getTime(), Number(one.getFirstPropertyValue("sequence")),
            mails(event.attendees.map((who) => who.getFirstValue()))];
  });
  const second = Object.values(node.sync.parseICS(text)).filter((one) => one.type === "VEVENT").map((event) => [
    event.uid, event.start.getTime(), Number(event.sequence),
    mails([].concat(event.attendee || []).map((who) => who.val || who))]);
  const order = (a, b) => (a[0] < b[0] ? -1 : 1);
  return [first.sort(order), second.sort(order)];
});
console.log(JSON.stringify(out));
"""


def read_by_node(texts):
    """Return for each calendar what ical.js and node-ical read: two lists of [uid, start in ms, sequence, attendees]."""
    folder = ROOT / "node"
    if shutil.which("node") is None or not (folder / "node_modules" / "ical.js").is_dir():
        pytest.skip("no ical.js and node-ical: python -m tests.calendar_tools installs them")
    done = subprocess.run(
        ["node", "-e", NODE_READER],
        cwd=folder,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout)


def _libical():
    name = ctypes.util.find_library("ical")
    if name is None:
        pytest.skip("no libical: python -m tests.calendar_tools installs libical3")
    library = ctypes.CDLL(name)
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for function, answer, given in (
        ("icalparser_parse_string", pointer, [text]),
        ("icalrestriction_check", ctypes.c_int, [pointer]),
        ("icalcomponent_count_errors", ctypes.c_int, [pointer]),
        ("icalcomponent_as_ical_string", text, [pointer]),
        ("icalcomponent_free", None, [pointer]),
    ):
        getattr(library, function).restype, getattr(library, function).argtypes = answer, given
    return library


def errors_of_libical(text):
    """Return what libical's parser and its restrictions (iTIP included) find wrong with a calendar."""
    library = _libical()
    component = library.icalparser_parse_string(text.encode())
    if not component:
        return ["cannot be parsed"]
    library.icalrestriction_check(component)
    count = library.icalcomponent_count_errors(component)
    lines = library.icalcomponent_as_ical_string(component).decode().replace("\r\n ", "").split("\r\n")
    library.icalcomponent_free(component)
    found = [line for line in lines if line.startswith("X-LIC-ERROR")]
    return found or ["counted"] * count


def program(name):
    """Return the path of ``vdirsyncer`` or ``khal``; skip the test where it is not there."""
    path = ROOT / "venv" / "bin" / name
    if not path.exists():
        pytest.skip(f"no {name}: python -m tests.calendar_tools installs it")
    return str(path)


def install():
    """Install what is missing, as far as that is possible here."""
    ROOT.mkdir(parents=True, exist_ok=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 300}
    if ctypes.util.find_library("ical") is None and shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "install", "-y", "-qq", "libical3"], check=False, **quiet)
    folder = ROOT / "node"
    if shutil.which("npm") and not (folder / "node_modules" / "node-ical").is_dir():
        folder.mkdir(exist_ok=True)
        subprocess.run(
            ["npm", "install", "--silent", "--no-save", "--no-audit", *NODE_PACKAGES], cwd=folder, check=False, **quiet
        )
    if not (ROOT / "venv" / "bin" / "khal").exists():
        subprocess.run([sys.executable, "-m", "venv", str(ROOT / "venv")], check=False, **quiet)
        subprocess.run(
            [str(ROOT / "venv" / "bin" / "python"), "-m", "pip", "install", "-q", *PYTHON_PACKAGES],
            check=False,
            **quiet,
        )


if __name__ == "__main__":
    install()
