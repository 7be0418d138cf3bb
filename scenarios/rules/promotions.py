"""The promotion calendar: how often and how deep, from the panel; when, by an even rotation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backhaul.scenarios.facts import table
from backhaul.scenarios.rules.draws import product_uniforms, rotation
from backhaul.scenarios.rules.range import Range
from backhaul.scenarios.schema import ScenarioFile
from backhaul.sim.world.arrays import Floats, Ints
from backhaul.sim.world.catalogue import Promotions

__all__ = ["Plan", "calendar", "plan"]

#: Lines at which a product's own figures weigh as much as its department's.
PRIOR_LINES = 25.0
DEEPEST = 0.7


@dataclass(frozen=True)
class Plan:
    """How each product is promoted: columns of length P.

    Parameters
    ----------
    frequency : (P,) float64
        Share of weeks on discount.
    depth : (P,) float64
        Mean discount in those weeks.
    mailer, display : (P,) float64
        Share of those weeks in the mailer, on display.
    """

    frequency: Floats
    depth: Floats
    mailer: Floats
    display: Floats


def plan(chosen: Range, scenario: ScenarioFile) -> Plan:
    """Turn shares of lines on discount into shares of weeks.

    With a factor m on demand in promoted weeks, a share f of weeks makes a share
    s = f m / (f m + 1 - f) of lines, so f = s / (s + m (1 - s)). The shares s come from the panel,
    drawn towards the department where a product has few lines, and all are shifted by the same
    step in their logits so that the whole comes to the scenario's share of lines on discount.
    """
    facts, promotions = chosen.facts, scenario.demand.promotions
    departments = scenario.catalogue.departments
    panel = {row["department"]: row for row in table("departments").iter_rows(named=True)}
    lines = facts["lines"].to_numpy().astype(np.float64)
    own = lines / (lines + PRIOR_LINES)

    def drawn(column: str) -> Floats:
        prior = np.array([panel[d.name][column] for d in departments])[chosen.department]
        mixed: Floats = own * facts[column].to_numpy() + (1 - own) * prior
        return mixed

    depth = np.clip(drawn("discount_depth"), 0.02, DEEPEST)
    share = np.clip(drawn("discount_lines_share"), 1e-4, 0.98)
    # lines of a chosen product: its share of sales over its price and units a line
    weight = chosen.sales_share / facts["paid_cents"].to_numpy() * lines / facts["units"].to_numpy()
    target = promotions.lines_on_discount_share
    if target in (0.0, 1.0):
        share = np.full_like(share, target)
    else:
        share = _shift(share, weight / weight.sum(), target)

    elasticity = np.array([d.elasticity for d in departments])[chosen.department]
    lift = np.array([(d.mailer_uplift, d.display_uplift) for d in departments])[chosen.department]
    price = (1 - depth) ** elasticity
    first = np.maximum(share / (share + price * (1 - share)), 0.02)
    mailer = np.minimum(facts["mailer_share"].to_numpy() / first, 1.0)
    display = np.minimum(facts["display_share"].to_numpy() / first, 1.0)
    factor = price * (1 + mailer * (lift[:, 0] - 1)) * (1 + display * (lift[:, 1] - 1))
    frequency = share / (share + factor * (1 - share))
    return Plan(frequency, depth, mailer, display)


def calendar(chosen: Range, plan: Plan, scenario: ScenarioFile, weeks: Ints) -> Promotions:
    """Lay the plan over weeks.

    Parameters
    ----------
    chosen : Range
        The range.
    plan : Plan
        Of the scenario as it stands before any strategy.
    scenario : ScenarioFile
        As it holds: its factors on frequency and depth apply.
    weeks : (W,) int64
        Mondays counted from an arbitrary fixed one: a week has the same promotions in every
        horizon that it lies in.
    """
    ids = chosen.facts["product_id"].to_numpy()
    phase = product_uniforms(scenario.seed, "promotions", ids, 4).T
    promotions = scenario.demand.promotions
    frequency = np.minimum(plan.frequency * promotions.frequency_factor, 1.0)
    on = rotation("discount", phase[0], weeks) < frequency[None, :]
    vary = 0.8 + 0.4 * rotation("depth", phase[1], weeks)
    depth = np.clip(plan.depth * promotions.depth_factor * vary, 0.0, 0.9)
    # to the percent, as on a shelf label
    depth = np.where(on, np.rint(depth * 100) / 100, 0.0)
    mailer = on & (rotation("mailer", phase[2], weeks) < plan.mailer[None, :])
    display = on & (rotation("display", phase[3], weeks) < plan.display[None, :])
    return Promotions(depth.astype(np.float32), mailer, display)


def _shift(share: Floats, weight: Floats, target: float) -> Floats:
    logit = np.log(share / (1 - share))
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        if float((weight / (1 + np.exp(-(logit + middle)))).sum()) < target:
            low = middle
        else:
            high = middle
    moved: Floats = 1 / (1 + np.exp(-(logit + high)))
    return moved
