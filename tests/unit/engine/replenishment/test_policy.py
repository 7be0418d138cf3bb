"""A user's own order rule in its three forms, alone and in the twin."""

from types import SimpleNamespace

import numpy as np
import pytest

import backhaul
from backhaul import InvalidInput
from backhaul.sim.catalogue.own_rule import store_orders_by

FORMS = ("batch", "element", "python")


def rule(position, mean, sd, on_hand):
    target = mean + 1.65 * sd
    if position >= target or on_hand < 0:
        return 0.0
    return target - position


def broken(position, mean, sd, on_hand):
    """Go wrong in the way that `mean` says where the position is 3000."""
    if position == 3000:
        if mean == 1:
            return np.nan
        if mean == 2:
            return -1.0
        if mean == 3:
            return 1.0 / (position - 3000.0)
        if mean == 4:
            raise ValueError("three")
    return 1.0


@pytest.fixture(scope="module")
def made():
    return {
        form: (backhaul.policy(rule, form=form), backhaul.policy(broken, form=form))
        for form in FORMS
    }


def cells(n=5000):
    rng = np.random.default_rng(2)
    return rng.uniform(0, 40, n), rng.uniform(0, 30, n), rng.uniform(0, 6, n), rng.uniform(0, 20, n)


def test_the_three_forms_give_the_same_orders(made):
    """Compiled loop, compiled call and plain Python do the same arithmetic, on any number of threads."""
    want = [np.ceil(rule(*row)) for row in zip(*cells(), strict=True)]
    for form in FORMS:
        sound, _ = made[form]
        assert np.array_equal(sound.orders(*cells()), want), form
        assert np.array_equal(sound.orders(*cells(), threads=3), want), form
        out = np.full(5000, -7, dtype=np.int32)
        assert sound.orders(*cells(), out=out) is out
        assert np.array_equal(out, want), form
        assert sound(5.0, 10.0, 0.0, 1.0) == 5.0


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("way", "said"), [(1, "nan"), (2, "-1.0"), (3, "ZeroDivisionError"), (4, "ValueError: three")]
)
def test_a_broken_policy_names_its_row(made, form, way, said):
    """The first row with NaN, a negative order or an exception stops the run, in every block of rows."""
    ways = np.full(6000, float(way))
    for threads in (1, 2):
        with pytest.raises(InvalidInput) as caught:
            made[form][1].orders(np.arange(6000.0), ways, ways, ways, threads=threads)
        assert caught.value.path == "policy[3000]"
        assert said in str(caught.value)


@pytest.mark.parametrize("form", FORMS)
def test_bad_columns_are_named(made, form):
    """Nothing is ordered from columns that do not fit; lists and numbers are taken as they are."""
    sound, ones = made[form][0], np.ones(4)
    cases = [
        ((ones, ones[:3], ones, ones), {}, "mean"),
        ((ones, ones, ones.astype(np.float32), ones), {}, "sd"),
        ((ones, ones, ones, np.ones(8)[::2]), {}, "on_hand"),
        (
            (ones, ones, ones, np.frombuffer(bytes(33), dtype=np.uint8)[1:].view(float)),
            {},
            "on_hand",
        ),
        ((ones, ones, ones, "text"), {}, "on_hand"),
        ((ones,) * 4, {"threads": 0}, "threads"),
        ((ones,) * 4, {"out": np.zeros(4)}, "out"),
        ((ones,) * 4, {"out": np.zeros(8, dtype=np.int32)[::2]}, "out"),
        ((ones,) * 4, {"out": ones.view(np.int32)[:4]}, "out"),
        ((ones,) * 4, {"out": np.frombuffer(bytes(16), dtype=np.int32)}, "out"),
    ]
    for columns, options, path in cases:
        with pytest.raises(InvalidInput) as caught:
            sound.orders(*columns, **options)
        assert caught.value.path == path, path
    assert sound.orders([0.0, 9.0], [5, 5], [0, 0], [0, 0]).tolist() == [5, 0]


def test_an_interrupt_is_not_a_broken_rule():
    """Ctrl-C in the middle of a Python rule leaves as it came."""

    def stopped(position, mean, sd, on_hand):
        raise KeyboardInterrupt

    ones = np.ones(2)
    with pytest.raises(KeyboardInterrupt):
        backhaul.policy(stopped, form="python").orders(ones, ones, ones, ones)


def test_a_policy_that_does_not_compile_says_so():
    """Text methods do not compile to numbers."""

    def text(position, mean, sd, on_hand):
        return f"{position}".encode()

    with pytest.raises(InvalidInput, match="numba"):
        backhaul.policy(text)
    with pytest.raises(InvalidInput, match="form"):
        backhaul.policy(rule, form="quick")


class Shelves:
    """Two stores, three products, one unit expected a day: just what the rule's orders look at."""

    on_hand = np.array([[0, 9, 0], [1, 0, 0]], dtype=np.int32)
    on_order = np.array([[1, 0, 0], [0, 0, 0]], dtype=np.int32)
    listed = np.array([[True, True, False], [True, True, True]])

    def forecast(self, first_day, days):
        assert first_day == 5
        return np.full((2, 3), float(days))


@pytest.mark.parametrize("form", FORMS)
def test_a_rule_orders_for_the_stores_of_the_twin(made, form):
    """Store 0 waits 2 days, store 1 one: 2 and 1 units expected; packs of 1, 4 and 6; listed only."""
    ints = lambda *values: np.array(values)
    products = SimpleNamespace(
        demand_per_day=np.ones(3), shelf_life_d=ints(0, 0, 0), case_pack=ints(1, 4, 6)
    )
    state = SimpleNamespace(day=4, cells=Shelves(), lead_d=ints(2, 1))
    order = store_orders_by(made[form][0])
    found = order(SimpleNamespace(products=products), state, {"variance_to_mean": 0.0})
    assert found.tolist() == [[1, 0, 0], [0, 4, 6]]
