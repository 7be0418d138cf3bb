"""The same programs under pytest-benchmark: `pytest benchmarks/clock --benchmark-group-by=param:name`.

`run.py` interleaves the engines and gives the medians of their ratios; this gives pytest-benchmark's
own tables, its saved runs and its comparisons.
"""

import pytest

from backhaul.sim import clock
from benchmarks.clock.workloads import WORKLOADS

PROGRAMS = {name: (work, size) for name, work, size, _, _ in WORKLOADS}


@pytest.mark.parametrize("engine", clock.ENGINES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_program(benchmark, name, engine):
    """Time one program on one engine."""
    work, size = PROGRAMS[name]
    done = benchmark.pedantic(work, args=(clock.engine(engine), size), rounds=3, warmup_rounds=1)
    assert done > 0
