"""Markdown of short-dated stock: against the definition and against all simple rules."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul import replenishment
from backhaul.engine.errors import InvalidInput
from backhaul.engine.replenishment.markdown_checker import follow_labels

LADDER = (0, 20, 50)


@st.composite
def batches(draw):
    days = draw(st.integers(1, 3))
    real = lambda low, high: draw(st.floats(low, high))
    return {
        "units": draw(st.integers(0, 6)),
        "life": draw(st.integers(1, 3)),
        "label": draw(st.sampled_from(LADDER)),
        "mean": [real(0, 4) for _ in range(days)],
        "variance_to_mean": real(1, 3),
        "elasticity": real(0, 3),
        "price": draw(st.integers(1, 999)),
        "waste": draw(st.integers(-50, 300)),
    }


def short_dated(rows, **more):
    columns = {name: [row[name] for row in rows] for name in rows[0] if name != "mean"}
    return replenishment.ShortDated(
        mean=[row["mean"] for row in rows], discounts=LADDER, **columns, **more
    )


@settings(max_examples=40, deadline=None)
@given(batches(), st.sampled_from(LADDER), st.integers(0, 4))
def test_a_simple_rule_brings_what_following_it_brings(batch, percent, days):
    """The kernel walks back, the checker forward: the same money, the same sales."""
    found = short_dated([batch]).rule(discount=percent, days_left=days)
    rule = lambda left, units, label: max(label, percent) if left <= days else label
    value, sold = follow_labels(batch, rule, LADDER)
    assert found.value[0] == pytest.approx(value, rel=1e-8, abs=1e-6)
    assert found.sold[0] == pytest.approx(sold, rel=1e-8, abs=1e-8)
    assert found.wasted[0] == pytest.approx(batch["units"] - sold, abs=1e-8)


@settings(max_examples=25, deadline=None)
@given(batches())
def test_the_best_policy_is_what_asking_again_each_morning_brings(batch):
    """A shop that asks for a new label every morning earns the promised value."""

    def ask(left, units, label):
        day = batch["life"] - left
        rest = batch["mean"][min(day, len(batch["mean"]) - 1) :]
        state = batch | {"units": units, "life": left, "label": label, "mean": rest}
        return int(short_dated([state]).best().discount[0])

    found = short_dated([batch]).best()
    value, sold = follow_labels(batch, ask, LADDER)
    assert found.value[0] == pytest.approx(value, rel=1e-8, abs=1e-6)
    assert found.sold[0] == pytest.approx(sold, rel=1e-6, abs=1e-6)
    for percent, days in itertools.product(LADDER, range(4)):
        simple = short_dated([batch]).rule(discount=percent, days_left=days)
        assert found.value[0] >= simple.value[0] - 1e-6


def test_all_policies_of_a_tiny_batch():
    """Two units, two days, two rungs: the best of all 16 policies, listed."""
    batch = {"units": 2, "life": 2, "label": 0, "mean": [0.8, 0.5], "variance_to_mean": 1.5}
    batch |= {"elasticity": 1.7, "price": 250, "waste": 40}
    states = [(2, 2), (1, 0), (1, 1), (1, 2)]
    values = []
    for labels in itertools.product((0, 50), repeat=4):
        table = dict(zip(states, labels, strict=True))
        rule = lambda left, units, label, table=table: table[left, units]
        values.append(follow_labels(batch, rule, (0, 50))[0])
    one = {name: batch[name] for name in batch if name not in {"mean", "units"}}
    free = replenishment.ShortDated(
        [2], mean=[batch["mean"]], discounts=(0, 50), deepen_only=False, **one
    )
    assert free.best().value[0] == pytest.approx(max(values), rel=1e-9)


def test_threads_and_batches_change_nothing():
    """Row by row or all at once, on one thread or two."""
    rng = np.random.default_rng(5)
    n = 60
    columns = {
        "units": rng.integers(0, 40, n).astype(np.int32),
        "life": rng.integers(1, 6, n).astype(np.int32),
        "mean": rng.gamma(1.0, 3.0, n),
        "price": rng.integers(50, 900, n).astype(np.int32),
        "elasticity": rng.uniform(0.5, 4, n),
    }
    one = replenishment.ShortDated(**columns).best()
    two = replenishment.ShortDated(**columns).best(threads=2)
    for name in ("discount", "price", "value", "sold"):
        assert (getattr(one, name) == getattr(two, name)).all()
    last = replenishment.ShortDated(**{k: v[-1:] for k, v in columns.items()}).best()
    assert last.value[0] == one.value[-1]


GOOD = {"units": [3, 4], "life": 2, "mean": [1.0, 2.0], "elasticity": 1.0, "price": 100}


@pytest.mark.parametrize(
    ("bad", "path"),
    [
        ({"units": [3, -1]}, "units[1]"),
        ({"units": np.array([3.0, 1.0])}, "units"),
        ({"life": [1, 0]}, "life[1]"),
        ({"mean": [1.0, math.nan]}, "mean[1]"),
        ({"mean": [[1.0, 1.0], [1.0, -1.0]]}, "mean[1][1]"),
        ({"mean": [1.0, 2.0, 3.0]}, "mean"),
        ({"elasticity": [1.0, math.nan]}, "elasticity[1]"),
        ({"elasticity": 20.0, "discounts": (0, 90)}, "elasticity[0]"),
        ({"price": [-1, 5]}, "price[0]"),
        ({"price": [1.5, 5]}, "price[0]"),
        ({"variance_to_mean": 0.5}, "variance_to_mean[0]"),
        ({"discounts": (20, 20)}, "discounts[1]"),
        ({"discounts": ()}, "discounts"),
        ({"label": 15}, "label[0]"),
        ({"waste": [1, 2, 3]}, "waste"),
    ],
)
def test_bad_input_is_named(bad, path):
    """Field and row lead to the mistake."""
    with pytest.raises(InvalidInput) as caught:
        replenishment.ShortDated(**(GOOD | bad))
    assert caught.value.path == path


def test_bad_rules_are_named():
    """A discount that is not on the ladder, negative days, no thread."""
    batch = replenishment.ShortDated(**GOOD)
    for call, path in (
        (lambda: batch.rule(discount=[0, 33], days_left=1), "discount[1]"),
        (lambda: batch.rule(discount=50, days_left=[1, -1]), "days_left[1]"),
        (lambda: batch.best(threads=0), "threads"),
    ):
        with pytest.raises(InvalidInput) as caught:
            call()
        assert caught.value.path == path
