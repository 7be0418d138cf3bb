//! Joint replenishment: many items from one supplier, known demand, a cost for every period with an
//! order, for every item in it, and for every truck.
//!
//! Bound: the cost of an order is shared out among the items by prices; for given prices the items are
//! Wagner-Whitin problems of their own, and better prices are found by subgradient steps (the
//! Lagrangian dual of the strong formulation; Boctor, Laporte and Renaud 2004, International Journal of
//! Production Research 42(13), compare formulations). Plan: for a set of order periods every item is
//! solved exactly; the set is improved by adding, dropping and moving periods, starting from what the
//! prices suggest; then lots are moved forward where that saves a truck.

use backhaul_common::{Control, Error, Result, StopReason};
use rayon::prelude::*;

use crate::joint_rules::{Rules, Terms};

/// Items and periods; tables are row after row, one row an item.
pub struct Joint<'a> {
    /// Number of periods.
    pub periods: usize,
    /// Units needed.
    pub demand: &'a [f64],
    /// Cost of the item in an order, one value an item.
    pub minor: &'a [f64],
    /// Cost of a unit in stock at the end of a period, one value an item.
    pub holding: &'a [f64],
    /// Volume of a unit, one value an item.
    pub volume: &'a [f64],
    /// Cost of a period with an order.
    pub major: f64,
    /// Cost of a truck; volume that fits in it (infinite: trucks do not matter).
    pub truck: (f64, f64),
    /// What the orders have to keep beside demand.
    pub rules: Rules<'a>,
}

/// Orders and their cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Total cost.
    pub cost: f64,
    /// No plan costs less.
    pub bound: f64,
    /// Units ordered, row after row.
    pub orders: Vec<f64>,
    /// Why the search ended.
    pub stop_reason: StopReason,
    /// Sets of periods that were tried.
    pub iterations: u64,
}

/// One item's plan over allowed periods: cost and the periods of its orders.
struct ItemPlan {
    cost: f64,
    orders: Vec<usize>,
}

impl Joint<'_> {
    fn validate(&self) -> Result<usize> {
        if self.periods == 0 || self.periods > 1000 || self.demand.is_empty() {
            return Err(Error::invalid("demand", "no items or periods", "1 to 1000 periods"));
        }
        let n = self.demand.len() / self.periods;
        for (name, column) in
            [("minor", self.minor), ("holding", self.holding), ("volume", self.volume)]
        {
            if column.len() != n {
                return Err(Error::invalid(name, column.len(), format!("{n} values")));
            }
            if let Some(i) = column.iter().position(|v| !(*v >= 0.0 && v.is_finite())) {
                let allowed = "a finite number of at least 0";
                return Err(Error::invalid(format!("{name}[{i}]"), column[i], allowed));
            }
        }
        if let Some(k) = self.demand.iter().position(|v| !(*v >= 0.0 && v.is_finite())) {
            let path = format!("demand[{}][{}]", k / self.periods, k % self.periods);
            return Err(Error::invalid(path, self.demand[k], "a finite number of at least 0"));
        }
        for (name, value) in [("major", self.major), ("truck_cost", self.truck.0)] {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(Error::invalid(name, value, "a finite number of at least 0"));
            }
        }
        if self.truck.1.is_nan() || self.truck.1 <= 0.0 {
            return Err(Error::invalid("truck_capacity", self.truck.1, "above 0"));
        }
        self.rules.validate(n, self.periods)?;
        let first = self.first_need(n);
        if first < self.periods && !(0..=first).any(|t| self.rules.allows(t)) {
            let allowed = format!("an order day by period {first}, the first need");
            return Err(Error::infeasible("order_days", "none by then", allowed));
        }
        Ok(n)
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.demand[i * self.periods..(i + 1) * self.periods]
    }

    /// Cheapest plan of item `i` when an order in period t costs `price[t]` (infinite: not allowed).
    fn item(&self, i: usize, price: impl Fn(usize) -> f64) -> ItemPlan {
        let (d, h, n) = (self.row(i), self.holding[i], self.periods);
        let mut best = vec![f64::INFINITY; n + 1];
        let mut from = vec![usize::MAX; n + 1];
        best[0] = 0.0;
        for t in 0..n {
            if d[t] == 0.0 && best[t] < best[t + 1] {
                (best[t + 1], from[t + 1]) = (best[t], usize::MAX);
            }
            let start = best[t] + price(t);
            if !start.is_finite() {
                continue;
            }
            let mut cost = start;
            for (k, units) in d.iter().enumerate().skip(t) {
                cost += h * (k - t) as f64 * units;
                if cost < best[k + 1] {
                    (best[k + 1], from[k + 1]) = (cost, t);
                }
            }
        }
        let mut orders = Vec::new();
        let mut t = n;
        while t > 0 {
            if from[t] == usize::MAX {
                t -= 1;
            } else {
                orders.push(from[t]);
                t = from[t];
            }
        }
        orders.reverse();
        ItemPlan { cost: best[n], orders }
    }

    fn first_need(&self, n: usize) -> usize {
        let first = |i: usize| self.row(i).iter().position(|&d| d > 0.0).unwrap_or(self.periods);
        (0..n).map(first).min().unwrap_or(self.periods)
    }

    fn volumes(&self, plans: &[ItemPlan]) -> Vec<f64> {
        let mut volumes = vec![0.0; self.periods];
        for (i, plan) in plans.iter().enumerate() {
            for (k, &t) in plan.orders.iter().enumerate() {
                let end = plan.orders.get(k + 1).copied().unwrap_or(self.periods);
                volumes[t] += self.volume[i] * self.row(i)[t..end].iter().sum::<f64>();
            }
        }
        volumes
    }

    fn trucks(&self, volume: f64) -> f64 {
        if volume <= 0.0 {
            0.0
        } else {
            (volume / self.truck.1 - 1e-9).ceil().max(1.0)
        }
    }

    /// Orders that keep the rules.
    fn orders(&self, plans: &[ItemPlan]) -> Vec<f64> {
        let periods = self.periods;
        let mut orders = vec![0.0; self.demand.len()];
        for (i, plan) in plans.iter().enumerate() {
            for (k, &t) in plan.orders.iter().enumerate() {
                let end = plan.orders.get(k + 1).copied().unwrap_or(periods);
                orders[i * periods + t] = self.row(i)[t..end].iter().sum();
            }
        }
        let terms = Terms {
            periods,
            holding: self.holding,
            minor: self.minor,
            volume: self.volume,
            truck: self.truck,
        };
        self.rules.round(periods, &mut orders);
        self.rules.spare_trucks(&terms, &mut orders);
        self.rules.fill(&terms, &mut orders);
        orders
    }

    /// What orders cost, from the definition.
    fn cost_of(&self, orders: &[f64]) -> f64 {
        let (mut cost, mut loads) = (0.0, vec![0.0; self.periods]);
        let mut placed = vec![false; self.periods];
        for (i, row) in orders.chunks(self.periods).enumerate() {
            let mut held = 0.0;
            for (t, &units) in row.iter().enumerate() {
                if units > 0.0 {
                    cost += self.minor[i];
                    loads[t] += self.volume[i] * units;
                    placed[t] = true;
                }
                held += units - self.row(i)[t];
                cost += self.holding[i] * held;
            }
        }
        let orders = placed.iter().filter(|p| **p).count() as f64 * self.major;
        cost + orders + loads.iter().map(|&v| self.truck.0 * self.trucks(v)).sum::<f64>()
    }

    #[cfg(test)]
    fn total(&self, plans: &[ItemPlan]) -> f64 {
        let items: f64 = plans.iter().map(|p| p.cost).sum();
        let together = |v: &f64| self.major + self.truck.0 * self.trucks(*v);
        let orders: f64 = self.volumes(plans).iter().filter(|v| **v > 0.0).map(together).sum();
        let weightless =
            (0..self.periods).filter(|t| plans.iter().any(|p| p.orders.contains(t))).count() as f64
                - self.volumes(plans).iter().filter(|v| **v > 0.0).count() as f64;
        items + orders + weightless * self.major
    }

    fn over(&self, n: usize, open: &[bool]) -> Vec<ItemPlan> {
        let price = |i: usize, t: usize| {
            if open[t] && self.rules.allows(t) {
                self.minor[i]
            } else {
                f64::INFINITY
            }
        };
        (0..n).into_par_iter().map(|i| self.item(i, |t| price(i, t))).collect()
    }

    /// Best bound and how often the items would use each period at its prices.
    fn dual(&self, n: usize, target: f64, rounds: usize, control: &Control<'_>) -> (f64, Vec<f64>) {
        let volume: f64 = (0..n).map(|i| self.volume[i] * self.row(i).iter().sum::<f64>()).sum();
        let mut best = (f64::NEG_INFINITY, vec![0.0; self.periods]);
        // A truck counts whole with the order (weight 1) or by volume (weight 0); both are bounds.
        let weights: &[f64] =
            if self.truck.0 > 0.0 { &[0.0, 0.25, 0.5, 0.75, 1.0] } else { &[1.0] };
        for &weight in weights {
            let fixed = self.major + weight * self.truck.0;
            let linear = (1.0 - weight) * self.truck.0 * volume / self.truck.1;
            let mut prices = vec![fixed / n as f64; n * self.periods];
            let (mut scale, mut stuck, mut record) = (1.0, 0, f64::NEG_INFINITY);
            for round in 0..rounds {
                let plans: Vec<ItemPlan> = (0..n)
                    .into_par_iter()
                    .map(|i| {
                        let price = &prices[i * self.periods..(i + 1) * self.periods];
                        self.item(i, |t| {
                            if self.rules.allows(t) {
                                self.minor[i] + price[t]
                            } else {
                                f64::INFINITY
                            }
                        })
                    })
                    .collect();
                let value = linear + plans.iter().map(|p| p.cost).sum::<f64>();
                let mut uses = vec![0.0; self.periods];
                for plan in &plans {
                    plan.orders.iter().for_each(|&t| uses[t] += 1.0);
                }
                if value > record + 1e-9 * value.abs() {
                    (record, stuck) = (value, 0);
                } else {
                    stuck += 1;
                    if stuck >= 12 {
                        (scale, stuck) = (scale * 0.6, 0);
                    }
                }
                if value > best.0 {
                    best = (value, uses.clone());
                }
                // Prices of a period are non-negative and sum to its cost; move towards its users.
                let norm: f64 = uses.iter().map(|u| u * (1.0 - u / n as f64)).sum();
                if norm < 1e-9 || scale < 1e-3 || (round % 8 == 0 && control.expired()) {
                    break;
                }
                let step = scale * (target - value).max(1e-3 * target) / norm;
                let used: Vec<Vec<usize>> = {
                    let mut lists = vec![Vec::new(); self.periods];
                    for (i, plan) in plans.iter().enumerate() {
                        plan.orders.iter().for_each(|&t| lists[t].push(i));
                    }
                    lists
                };
                for t in 0..self.periods {
                    for &i in &used[t] {
                        prices[i * self.periods + t] += step;
                    }
                    project(&mut prices, t, self.periods, fixed);
                }
            }
        }
        best
    }
}

/// Nearest non-negative prices of period `t` that sum to `total`.
fn project(prices: &mut [f64], t: usize, periods: usize, total: f64) {
    let mut column: Vec<f64> = prices.iter().skip(t).step_by(periods).copied().collect();
    column.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut shift) = (0.0, 0.0);
    for (k, v) in column.iter().enumerate() {
        sum += v;
        let candidate = (sum - total) / (k + 1) as f64;
        // At least: prices of a period that costs nothing are all zero.
        if v - candidate >= 0.0 {
            shift = candidate;
        } else {
            break;
        }
    }
    for v in prices.iter_mut().skip(t).step_by(periods) {
        *v = (*v - shift).max(0.0);
    }
}

/// Move lots into the item's order before where that saves a truck.
fn merge(joint: &Joint<'_>, plans: &mut [ItemPlan]) {
    if joint.truck.0 <= 0.0 || !joint.truck.1.is_finite() {
        return;
    }
    for t in (1..joint.periods).rev() {
        let volumes = joint.volumes(plans);
        let over = volumes[t] - (joint.trucks(volumes[t]) - 1.0) * joint.truck.1;
        if volumes[t] <= 0.0 {
            continue;
        }
        let mut moves: Vec<(f64, usize, f64, usize)> = Vec::new();
        for (i, plan) in plans.iter().enumerate() {
            let Some(k) = plan.orders.iter().position(|&o| o == t) else { continue };
            if k == 0 {
                continue;
            }
            let end = plan.orders.get(k + 1).copied().unwrap_or(joint.periods);
            let units: f64 = joint.row(i)[t..end].iter().sum();
            let to = plan.orders[k - 1];
            let extra = joint.holding[i] * units * (t - to) as f64 - joint.minor[i];
            moves.push((extra / (units * joint.volume[i]).max(1e-12), i, extra, to));
        }
        moves.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let (mut moved, mut price, mut chosen) = (0.0, 0.0, Vec::new());
        let mut loads = volumes.clone();
        for (_, i, extra, to) in moves {
            if moved >= over {
                break;
            }
            let k = plans[i].orders.iter().position(|&o| o == t).unwrap_or(0);
            let end = plans[i].orders.get(k + 1).copied().unwrap_or(joint.periods);
            let volume = joint.volume[i] * joint.row(i)[t..end].iter().sum::<f64>();
            if joint.trucks(loads[to] + volume) > joint.trucks(volumes[to]) {
                continue;
            }
            loads[to] += volume;
            moved += volume;
            price += extra;
            chosen.push((i, k, extra));
        }
        if moved >= over && price < joint.truck.0 {
            for (i, k, extra) in chosen {
                plans[i].orders.remove(k);
                plans[i].cost += extra;
            }
        }
    }
}

/// A plan and a bound.
pub fn solve(joint: &Joint<'_>, control: &Control<'_>) -> Result<Plan> {
    let n = joint.validate()?;
    let periods = joint.periods;
    let first = joint.first_need(n);
    let mut iterations = 0_u64;
    let mut best: (f64, Vec<bool>) = (f64::INFINITY, vec![true; periods]);
    let evaluate = |open: &[bool]| {
        let mut plans = joint.over(n, open);
        merge(joint, &mut plans);
        joint.cost_of(&joint.orders(&plans))
    };
    // Starts: an order every k periods.
    for every in 1..=periods.min(12) {
        let open: Vec<bool> =
            (0..periods).map(|t| t <= first || (t - first).is_multiple_of(every)).collect();
        let cost = evaluate(&open);
        iterations += 1;
        if cost < best.0 {
            best = (cost, open);
        }
    }
    let (bound, uses) = joint.dual(n, best.0, 400, control);
    for share in [0.1, 0.3, 0.5, 0.7] {
        let most = uses.iter().copied().fold(0.0, f64::max);
        let open: Vec<bool> = (0..periods).map(|t| t <= first || uses[t] >= share * most).collect();
        let cost = evaluate(&open);
        iterations += 1;
        if cost < best.0 {
            best = (cost, open);
        }
    }
    let mut stop_reason = StopReason::Converged;
    'search: loop {
        let before = best.0;
        for a in 0..periods {
            for b in a..periods {
                // b = a: add or drop a period; else move an order from one to the other.
                let shut = !joint.rules.allows(a) || !joint.rules.allows(b);
                if shut || (a != b && best.1[a] == best.1[b]) {
                    continue;
                }
                if let Some(reason) = control.stop(iterations, best.0) {
                    stop_reason = reason;
                    break 'search;
                }
                let mut open = best.1.clone();
                open[a] = !open[a];
                if a != b {
                    open[b] = !open[b];
                }
                if !(0..=first.min(periods - 1)).any(|t| open[t] && joint.rules.allows(t)) {
                    continue;
                }
                let cost = evaluate(&open);
                iterations += 1;
                if cost < best.0 - 1e-9 {
                    best = (cost, open);
                    control.report(iterations, best.0, Some(bound));
                }
            }
        }
        if best.0 >= before {
            break;
        }
    }
    let mut plans = joint.over(n, &best.1);
    merge(joint, &mut plans);
    let orders = joint.orders(&plans);
    Ok(Plan { cost: joint.cost_of(&orders), bound, orders, stop_reason, iterations })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        /// Against every set of order periods: the plan is close, the bound is below, the cost is true.
        #[test]
        fn plan_and_bound_enclose_the_optimum(
            rows in prop::collection::vec(
                (prop::collection::vec(0_u8..20, 6), 1_u8..30, 1_u8..4), 2..6),
            major in 0_u8..120,
        ) {
            let demand: Vec<f64> =
                rows.iter().flat_map(|r| r.0.iter().map(|&d| f64::from(d))).collect();
            let minor: Vec<f64> = rows.iter().map(|r| f64::from(r.1)).collect();
            let holding: Vec<f64> = rows.iter().map(|r| f64::from(r.2)).collect();
            let volume = vec![1.0; rows.len()];
            let joint = Joint {
                periods: 6, demand: &demand, minor: &minor, holding: &holding, volume: &volume,
                major: f64::from(major), truck: (0.0, f64::INFINITY), rules: Rules::default(),
            };
            let plan = solve(&joint, &Control::iterations(100_000)).unwrap();
            let n = rows.len();
            let best = (1_u32..64)
                .map(|mask| {
                    let open: Vec<bool> = (0..6).map(|t| mask >> t & 1 == 1).collect();
                    joint.total(&joint.over(n, &open))
                })
                .fold(f64::INFINITY, f64::min);
            if demand.iter().any(|&d| d > 0.0) {
                prop_assert!(plan.bound <= best + 1e-6, "{} {best}", plan.bound);
                prop_assert!(plan.cost >= best - 1e-6);
                prop_assert!(plan.cost <= best * 1.02 + 1e-6, "{} {best}", plan.cost);
            }
            // What is ordered by a period covers what was needed by it.
            for i in 0..n {
                let (mut had, mut need) = (0.0, 0.0);
                for t in 0..6 {
                    had += plan.orders[i * 6 + t];
                    need += demand[i * 6 + t];
                    prop_assert!(had >= need - 1e-9);
                }
            }
        }
    }
}
