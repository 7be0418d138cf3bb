"""From an experiment folder to one page that a manager reads and a controller can check.

The page is one HTML file: styles, scripts, plotly.js and all figures are inside, so that it opens
without a network and can be sent by mail.
"""

from __future__ import annotations

from backhaul.service.report.page import write_report

__all__ = ["write_report"]
