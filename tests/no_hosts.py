"""No tracked file names a package registry's host or a path of one machine: locks carry hashes alone."""

import re
import subprocess
import sys
from pathlib import Path

HOSTS = re.compile(
    r"pypi\.(?:org|python)|files\.python" + r"hosted|registry\.npm" + r"js|deb\.debian" + r"\.org", re.IGNORECASE
)
PATHS = re.compile(r"/(?:home|Users)/[a-z]\w+/|/work/(?:main|shared)")


def main() -> int:
    """Return 1 and say where, when there is one."""
    names = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split("\n")
    found = 0
    for name in filter(None, names):
        path = Path(name)
        if name == "tests/no_hosts.py" or path.suffix in {".png", ".mo"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for pattern in (HOSTS, PATHS):
            hit = pattern.search(text)
            if hit:
                print(f"{name}: names {hit[0]}")
                found = 1
    return found


if __name__ == "__main__":
    sys.exit(main())
