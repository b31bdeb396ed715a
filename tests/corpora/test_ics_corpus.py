"""Every file of ``ics/index.json``: driven by the index alone, so that any folder of this layout can be tried."""

import json
import subprocess
import sys
import time

import pytest

from recruit.errors import FileRefusedError
from scheduling.ics.busy import read_busy
from scheduling.ics.mail import read_mail
from tests.corpora import corpus

pytestmark = pytest.mark.corpora

INDEX = json.loads(corpus("ics", "index.json").read_text("utf-8"))["files"]
EXPECTED = [entry for entry in INDEX if entry.get("expected")]
WINDOW = {"start": "2009-01-01T00:00:00+00:00", "end": "2009-07-01T00:00:00+00:00", "zone": "Asia/Bangkok"}


def body(entry):
    return corpus("ics", entry["file"]).read_bytes()


def ids(entries):
    return [entry["file"] for entry in entries]


def only(found, wanted):
    """Return of ``found`` what ``wanted`` claims something about: a key that is not there claims nothing."""
    if isinstance(wanted, dict):
        return {key: only(found.get(key), value) for key, value in wanted.items()}
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [only(one, other) for one, other in zip(found, wanted, strict=True)]
    return found


@pytest.mark.parametrize("entry", EXPECTED, ids=ids(EXPECTED))
def test_an_answer_is_read_as_expected(entry):
    wanted = {key: entry["expected"][key] for key in ("from", "method", "items") if key in entry["expected"]}

    assert only(read_mail(body(entry)), wanted) == wanted


@pytest.mark.parametrize("entry", INDEX, ids=ids(INDEX))
def test_no_file_raises_or_takes_long(entry):
    for read in (read_mail, lambda data: read_busy(data, **WINDOW)):
        started = time.process_time()
        try:
            answer = read(body(entry))
        except FileRefusedError as refusal:
            answer = refusal.message
        assert time.process_time() - started < 5
        assert json.loads(json.dumps(answer)) == answer


LARGEST = sorted(INDEX, key=lambda entry: -entry["bytes"])[:8]
MEASURE = """
import sys
from recruit.errors import FileRefusedError
from scheduling.ics.busy import read_busy
from scheduling.ics.mail import read_mail
for path in sys.argv[1:]:
    data = open(path, "rb").read()
    for read in (read_mail, lambda one: read_busy(one, start="2026-01-01T00:00:00+00:00",
                                                   end="2026-06-01T00:00:00+00:00", zone="UTC")):
        try:
            read(data)
        except FileRefusedError:
            pass
# Not ru_maxrss, which a child inherits from the process that started it.
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def test_the_largest_files_stay_below_200_megabytes():
    paths = [str(corpus("ics", entry["file"])) for entry in LARGEST]

    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *paths], capture_output=True, text=True, check=True, timeout=60
    )

    assert int(done.stdout) < 200
