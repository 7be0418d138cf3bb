"""What the `backhaul` command starts: Ctrl-C while the libraries load is one line, too."""

from __future__ import annotations

import sys


def main() -> None:
    """Load the command line and run it."""
    try:
        from backhaul.service.cli import main as command_line

        command_line()
    except KeyboardInterrupt:
        sys.stderr.write("backhaul: interrupted\n")
        sys.exit(130)
