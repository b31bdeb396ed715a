"""Print the statement coverage of the counted files, and fail below the floor."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Read coverage's JSON report; arguments: floor, patterns."""
    floor, patterns = float(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "coverage.json"
        include = ",".join(patterns)
        command = [sys.executable, "-m", "coverage", "json", "-q", f"--include={include}", "-o", str(out)]
        subprocess.run(command, check=True)
        data = json.loads(out.read_text())
    rows = []
    for name, file in data["files"].items():
        summary = file["summary"]
        rows.append((summary["num_statements"] - summary["covered_lines"], summary["num_statements"], name))
    missing, total = sum(row[0] for row in rows), sum(row[1] for row in rows)
    for gone, size, name in sorted(rows, reverse=True)[:12]:
        if gone:
            print(f"  {name}: {gone} of {size} statements are not reached by a test")
    share = 100.0 * (total - missing) / max(total, 1)
    print(f"Statement coverage of services, states and pure packages: {share:.1f} % of {total} (floor {floor:.0f} %)")
    return 0 if share >= floor else 1


if __name__ == "__main__":
    sys.exit(main())
