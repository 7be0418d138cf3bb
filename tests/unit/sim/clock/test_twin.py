"""The twin runs on either clock with one setting, and every event is the same."""

from backhaul.sim import clock
from backhaul.sim.chain import Chain


def test_the_twin_gives_the_same_trace_on_both_clocks(small_world):
    """The demo over two weeks: time, priority, number, kind and process of each event."""
    rows = {}
    for name in clock.ENGINES:
        chain = Chain(small_world, engine=name)
        with clock.Trace(chain.env) as trace:
            chain.run()
        rows[name] = trace.rows
    assert len(rows["compiled"]) > 1000
    assert rows["compiled"] == rows["simpy"]
