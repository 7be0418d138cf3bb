//! Joint replenishment: many items from one supplier, known demand, a cost for every period with an
//! order, for every item in it, and for every truck.
//!
//! [`bound`] lets the items pay for orders and for volume (the Lagrangian dual of the strong formulation;
//! Boctor, Laporte and Renaud 2004, International Journal of Production Research 42(13), compare
//! formulations) and plans the whole volume in whole trucks ([`batches`]). Where trucks do not matter,
//! [`periods`] searches sets of order periods, for which every item is solved exactly ([`items`]). Where
//! they do, [`search`] tries numbers of trucks for each period ([`pattern`]), led by what prices
//! [`promise`]; [`fit`]
//! and [`polish`] make plans of them. What suppliers ask is in [`rules`].

mod batches;
mod bound;
mod fit;
mod items;
mod pattern;
mod periods;
mod polish;
mod promise;
pub mod rules;
mod search;
#[cfg(test)]
mod tests;

use backhaul_common::{Control, Error, Result, StopReason};

use bound::{raise, Shared};
use items::Items;
use periods::Periods;
use rules::{Rules, Terms};
use search::Search;

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

    fn first_need(&self, n: usize) -> usize {
        let first = |i: usize| self.row(i).iter().position(|&d| d > 0.0).unwrap_or(self.periods);
        (0..n).map(first).min().unwrap_or(self.periods)
    }

    fn trucks(&self, volume: f64) -> f64 {
        if volume <= 0.0 {
            0.0
        } else {
            (volume / self.truck.1 - 1e-9).ceil().max(1.0)
        }
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
}

/// Prices that are tried for the bound.
const ROUNDS: usize = 2000;
/// Plans of the whole volume that are tried as patterns of trucks.
const STARTS: usize = 30;

/// A problem with what is worked out once.
struct Model<'a> {
    joint: &'a Joint<'a>,
    items: Items<'a>,
    /// Whether an order can be placed in a period.
    open: Vec<bool>,
    /// Period of the first need, or the number of periods.
    first: usize,
    /// Cost of the stock that whole packs bring.
    constant: f64,
}

impl<'a> Model<'a> {
    fn new(joint: &'a Joint<'a>, n: usize) -> Self {
        let periods = joint.periods;
        let need = joint.rules.whole(periods, joint.demand);
        let mut constant = 0.0;
        for i in 0..n {
            let mut more = 0.0;
            for (whole, units) in need[i * periods..(i + 1) * periods].iter().zip(joint.row(i)) {
                more += whole - units;
                constant += joint.holding[i] * more;
            }
        }
        let items = Items::new(periods, need, joint.minor, joint.holding, joint.volume);
        let open = (0..periods).map(|t| joint.rules.allows(t)).collect();
        Self { joint, items, open, first: joint.first_need(n), constant }
    }

    fn trucks(&self, volume: f64) -> f64 {
        self.joint.trucks(volume)
    }

    /// Whether trucks cost anything and hold a limited volume.
    fn trucks_matter(&self) -> bool {
        self.joint.truck.0 > 0.0 && self.joint.truck.1.is_finite()
    }

    fn terms(&self) -> Terms<'a> {
        Terms {
            periods: self.joint.periods,
            holding: self.joint.holding,
            minor: self.joint.minor,
            volume: self.joint.volume,
            truck: self.joint.truck,
        }
    }
}

/// A plan and a bound.
pub fn solve(joint: &Joint<'_>, control: &Control<'_>) -> Result<Plan> {
    let n = joint.validate()?;
    let model = Model::new(joint, n);
    let days: Vec<usize> = (0..joint.periods).filter(|&t| model.open[t]).collect();
    let mut search = Periods::new(&model, control);
    search.regular();
    let shared = Shared { major: joint.major, truck: joint.truck, days: &days };
    let mut dual = raise(&model.items, &shared, search.best.cost - model.constant, ROUNDS, control);
    dual.bound += model.constant;
    dual.cut.base += model.constant;
    search.bound = dual.bound;
    search.suggested(&dual.uses);
    let (best, stop_reason, iterations) = if model.trucks_matter() {
        let mut search = Search::new(&model, control, &dual, search.best.into(), search.iterations);
        let mut starts = dual.seen;
        starts.reverse();
        starts.truncate(STARTS);
        let reason = search.run(&starts);
        (search.best, reason, search.iterations)
    } else {
        let reason = search.improve();
        (search.best.into(), reason, search.iterations)
    };
    // A proven plan and its bound are two sums of the same, in another order.
    let same = (dual.bound - best.cost).abs() <= 1e-9 * best.cost.abs();
    let bound = if same { best.cost } else { dual.bound };
    Ok(Plan { cost: best.cost, bound, orders: best.orders, stop_reason, iterations })
}
