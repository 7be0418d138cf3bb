"""Values with their sources."""

import json

from backhaul.service.report.assumptions import sourced_values
from backhaul.service.report.experiment import Run, read_experiment


def test_values_stand_beside_their_sources(tmp_path):
    """A path through a list shows each distinct value once, in order."""
    content = {
        "scenario": {"fleet": {"types": [{"pallets": 26}, {"pallets": 12}, {"pallets": 26}]}},
        "sources": [
            ["fleet.types.pallets", "published", "a maker"],
            ["products.zone", "derived", "rule"],
        ],
    }
    (tmp_path / "resolved.json").write_text(json.dumps(content))
    first, second = sourced_values(Run(tmp_path, 0))
    assert (first.value, first.kind, first.source) == ("26, 12", "published", "a maker")
    assert second.value == ""


def test_assumed_values_come_first_and_have_values(compared):
    """The demo's own file: what was assumed is at the top, and nearly all of it is a plain value."""
    rows = sourced_values(read_experiment(compared).runs[0][0])
    kinds = [row.kind for row in rows]
    count = kinds.count("assumed")
    assert count > 50
    assert kinds[:count] == ["assumed"] * count
    assert sum(bool(row.value) for row in rows[:count]) > 0.8 * count
