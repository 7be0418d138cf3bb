"""Independent checker of markdowns: shares no code with the solver.

The solver walks back from the last day; here the chances of every number of units are carried forward
from today under a given policy, which knows the label of each state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from backhaul.engine.replenishment.checker import period_demand

__all__ = ["follow_labels"]


def follow_labels(
    batch: dict[str, Any], policy: Callable[[int, int, int], int], discounts: Sequence[int]
) -> tuple[float, float]:
    """Return what a policy brings, from the definition.

    Parameters
    ----------
    batch : dict
        `units`, `life`, `label` (percent), `mean` (a list, by day), `variance_to_mean`, `elasticity`,
        `price` and `waste` of one batch, as `ShortDated` explains them.
    policy : callable
        (days left, units, percent on the label) -> percent.
    discounts : sequence of int
        The ladder.

    Returns
    -------
    tuple of float
        Expected revenue less waste, cents; expected units sold.

    Examples
    --------
    >>> one = {"units": 1, "life": 1, "label": 0, "mean": [1.0], "variance_to_mean": 1.0}
    >>> one |= {"elasticity": 1.0, "price": 100, "waste": 0}
    >>> round(follow_labels(one, lambda days, units, label: 0, [0, 50])[0], 2)
    63.21
    """
    chance = {(int(batch["units"]), int(batch["label"])): 1.0}
    value = sold = 0.0
    for day in range(int(batch["life"])):
        after: dict[tuple[int, int], float] = {}
        for (units, label), share in chance.items():
            percent = policy(int(batch["life"]) - day, units, label)
            if percent not in discounts:
                raise KeyError(percent)
            mean = batch["mean"][min(day, len(batch["mean"]) - 1)]
            mean *= (1 - percent / 100) ** -batch["elasticity"]
            law = period_demand({"mean": mean, "variance_to_mean": batch["variance_to_mean"]})
            price = int(np.floor(batch["price"] * (100 - percent) / 100 + 0.5))
            for k in range(units + 1):
                p = share * float(law[k:].sum() if k == units else law[k : k + 1].sum())
                value += p * price * k
                sold += p * k
                after[units - k, percent] = after.get((units - k, percent), 0.0) + p
        chance = after
    waste = sum(p * units for (units, _), p in chance.items()) * batch["waste"]
    return value - waste, sold
