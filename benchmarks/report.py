"""One table a benchmark: printed, and written with command, date and machine."""

import csv
import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def machine() -> str:
    """Name the processor and core count."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def command(what: str) -> str:
    """Return the command that was run, without any folder of this machine."""
    words = ["DATA" if "/" in word else word for word in sys.argv[1:]]
    return f"python -m benchmarks {' '.join(words) or what}"


def write(name: str, what: str, rows: Sequence[dict[str, object]]) -> Path:
    """Print the rows as one table and write them to results/NAME.csv, with a comment line on top."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    texts = [[str(row.get(c, "")) for c in columns] for row in rows]
    widths = [max(len(c), *(len(t[i]) for t in texts)) for i, c in enumerate(columns)]
    for line in [columns, *texts]:
        print("  ".join(word.ljust(w) for word, w in zip(line, widths, strict=True)).rstrip())
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.csv"
    with path.open("w", newline="") as file:
        file.write(f"# {command(what)} | {datetime.now(UTC).date()} | {machine()}\n")
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(texts)
    return path
