"""Print the requirements of an extra, so that make can install them without rebuilding the package."""

import sys
import tomllib
from pathlib import Path

EXTRAS = tomllib.loads(Path("pyproject.toml").read_text())["project"]["optional-dependencies"]


def requirements(extra: str) -> list[str]:
    """Return the extra's requirements, with the extras of this package that it names filled in."""
    found: list[str] = []
    for line in EXTRAS[extra]:
        if line.startswith("backhaul["):
            for inner in line.removeprefix("backhaul[").rstrip("]").split(","):
                found += requirements(inner)
        else:
            found.append(line)
    return found


if __name__ == "__main__":
    sys.stdout.write(" ".join(requirements(sys.argv[1])))
