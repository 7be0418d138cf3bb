"""`python -m benchmarks [--data DIR] WHAT [ARGS ...]`: run one folder's benchmark."""

import argparse
import importlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
NAMES = sorted(path.parent.name for path in HERE.glob("*/run.py"))

parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
parser.add_argument("--data", type=Path, help="folder with the instances")
parser.add_argument("what", nargs="?", choices=NAMES, help="which benchmark")
options, rest = parser.parse_known_args()
if options.what is None:
    sys.exit(f"benchmarks: name one of {', '.join(NAMES)} (make bench WHAT=... DATA=...)")
if options.data is not None and not options.data.is_dir():
    sys.exit(f"benchmarks: --data {options.data}: not a folder")
# Each run.py has main(data, argv): it prints one table and writes it with report.write.
importlib.import_module(f"benchmarks.{options.what}.run").main(options.data, rest)
