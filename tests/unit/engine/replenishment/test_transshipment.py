"""Moves between stores."""

import numpy as np
import pytest
from scipy import optimize, stats

from backhaul import InvalidInput, replenishment


def expected(stock, mean, short, holding):
    """Expected cost of Poisson demand against a stock, from the definition."""
    d = np.arange(int(mean + 12 * mean**0.5 + 40))
    p = stats.poisson.pmf(d, mean)
    return float(p @ (short * np.maximum(d - stock, 0) + holding * np.maximum(stock - d, 0)))


@pytest.mark.parametrize("pack", [1, 3])
def test_moves_cost_what_a_linear_program_says(pack):
    """Every case given or taken as a variable of its own, solved by HiGHS: the same cost.

    The program may give a store's cases in any order, but the convex cost makes the right order cheapest.
    """
    rng = np.random.default_rng(pack)
    n, fare = 8, 2.5
    lanes = [(a, b) for a in range(n) for b in range(n) if a != b and rng.random() < 0.5]
    fares = rng.uniform(0.5, fare, len(lanes))
    stock = rng.integers(0, 15, (4, n))
    mean = rng.uniform(0.2, 9, (4, n))
    minimum = rng.integers(0, 4, (4, n))
    moves = replenishment.transship(
        lanes,
        fares,
        stock,
        mean,
        short=6.0,
        holding=0.5,
        minimum=minimum,
        case_pack=pack,
        threads=2,
    )
    for p in range(4):
        cost, rows, most = list(fares * pack), [], []
        for a, b in lanes:
            rows.append([(a, -1), (b, 1)])
            most.append(None)
        for k in range(n):
            at = [expected(stock[p, k] + pack * c, mean[p, k], 6.0, 0.5) for c in range(-20, 31)]
            spare = max(stock[p, k] - minimum[p, k], 0) // pack
            for c in range(spare):
                cost.append(at[19 - c] - at[20 - c])
                rows.append([(k, 1)])
                most.append(1)
            for c in range(30):
                cost.append(at[21 + c] - at[20 + c])
                rows.append([(k, -1)])
                most.append(1)
        table = np.zeros((n, len(cost)))
        for j, entries in enumerate(rows):
            for k, sign in entries:
                table[k, j] = sign
        best = optimize.linprog(
            cost, A_eq=table, b_eq=np.zeros(n), bounds=[(0, m) for m in most], method="highs"
        )
        assert moves.after[p] - moves.before[p] == pytest.approx(best.fun, abs=1e-3)


def test_moves_keep_the_rules():
    """Whole cases, minimums, limits; what is claimed as cost is the cost; threads change nothing."""
    rng = np.random.default_rng(5)
    n, products = 30, 20
    lanes = [(a, b) for a in range(n) for b in range(n) if a != b and rng.random() < 0.2]
    ends = np.array(lanes)
    stock = rng.integers(0, 20, (products, n))
    mean = rng.uniform(0.2, 9, (products, n))
    pack = rng.integers(1, 5, products).astype(np.int32)
    call = lambda threads: replenishment.transship(
        lanes, 1.5, stock, mean, short=8.0, holding=0.2, minimum=2, case_pack=pack, lane_limit=6,
        threads=threads,
    )  # fmt: skip
    moves = call(1)
    assert np.array_equal(moves.units, call(2).units)
    assert (moves.units >= 0).all()
    assert (moves.units <= 6).all()
    assert (moves.units % pack[:, None] == 0).all()
    assert moves.units.any()
    after = stock.copy()
    for p in range(products):
        np.subtract.at(after[p], ends[:, 0], moves.units[p])
        np.add.at(after[p], ends[:, 1], moves.units[p])
        paid = 1.5 * moves.units[p].sum()
        kept = sum(expected(after[p, k], mean[p, k], 8.0, 0.2) for k in range(n))
        assert moves.after[p] == pytest.approx(kept + paid)
    assert (after >= np.minimum(stock, 2)).all()
    assert moves.saving > 0


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"lanes": [(0, 2)]}, "lanes[0]"),
        ({"lanes": [(0, 0)]}, "lanes[0]"),
        ({"lanes": [(-1, 0)]}, "lanes[0]"),
        ({"lane_cost": -1.0}, "lane_cost[0]"),
        ({"lane_cost": np.nan}, "lane_cost[0]"),
        ({"lane_cost": [1.0, 2.0]}, "lane_cost"),
        ({"stock": [[1, -1]]}, "stock[0][1]"),
        ({"stock": [[1, 1.5]]}, "stock[0][1]"),
        ({"mean": [[np.nan, 1.0]]}, "mean[0][0]"),
        ({"mean": [[1.0, 2.0, 3.0]]}, "mean"),
        ({"variance_to_mean": 0.5}, "variance_to_mean[0][0]"),
        ({"short": -1.0}, "short[0][0]"),
        ({"holding": np.inf}, "holding[0][0]"),
        ({"minimum": -1}, "minimum[0][0]"),
        ({"case_pack": 0}, "case_pack[0]"),
        ({"threads": 0}, "threads"),
    ],
)
def test_bad_input_is_named(change, path):
    """Field, product and store lead to the mistake."""
    good = {"lanes": [(0, 1)], "lane_cost": 1.0, "stock": [[5, 0]], "mean": [[1.0, 2.0]]}
    with pytest.raises(InvalidInput) as caught:
        replenishment.transship(**{**good, **change})
    assert caught.value.path == path
