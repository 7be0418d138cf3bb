//! Lot sizes of many items that share a capacity, with setup times: the problem of Trigeiro, Thomas and
//! `McClain` (1989), Management Science 35(3).
//!
//! [`dual`] prices the capacity, so that each item is planned alone: that gives the bound and a first
//! plan. [`anneal`] moves production between periods, overtime allowed at a price that follows how often
//! it occurs, because with setup times the way from one feasible plan to the next often leads through
//! plans that are not. [`smooth`] then finds the cheapest quantities for the setups that were found,
//! which is a flow between periods.

mod anneal;
mod dual;
mod plan;
mod repair;
mod smooth;

use std::sync::atomic::AtomicBool;

use backhaul_common::{Control, Error, Result, StopReason};
use rayon::prelude::*;

use plan::State;

/// Items and periods; tables are row after row, one row an item.
pub struct Capacitated<'a> {
    /// Number of periods.
    pub periods: usize,
    /// Units needed at the end of a period.
    pub demand: &'a [f64],
    /// Money for a period in which the item is made, one value an item.
    pub setup_cost: &'a [f64],
    /// Capacity that a setup uses, one value an item.
    pub setup_time: &'a [f64],
    /// Capacity that a unit uses, one value an item.
    pub unit_time: &'a [f64],
    /// Money a unit in stock at the end of a period, one value an item.
    pub holding: &'a [f64],
    /// Capacity of each period.
    pub capacity: &'a [f64],
}

/// Quantities and their cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Lots {
    /// Setup and holding cost.
    pub cost: f64,
    /// No plan within the capacity costs less.
    pub bound: f64,
    /// Units made, row after row.
    pub quantities: Vec<f64>,
    /// Capacity used beyond what there is, summed over the periods: 0 where a plan was found.
    pub overtime: f64,
    /// First period by which the capacity cannot suffice whatever is done, where that is proven.
    pub short_by: Option<usize>,
    /// Why the search ended.
    pub stop_reason: StopReason,
    /// Moves tried, by all threads.
    pub iterations: u64,
}

impl Capacitated<'_> {
    fn items(&self) -> usize {
        self.setup_cost.len()
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.demand[i * self.periods..(i + 1) * self.periods]
    }

    /// Capacity beyond which a period counts as over, rounding aside.
    fn limit(&self, t: usize) -> f64 {
        self.capacity[t] + 1e-9 * self.capacity[t].max(1.0)
    }

    fn validate(&self) -> Result<()> {
        let periods = self.periods;
        if periods == 0 || periods > 10_000 || self.demand.is_empty() {
            return Err(Error::invalid("demand", "no items or periods", "1 to 10,000 periods"));
        }
        let n = self.demand.len() / periods;
        let columns = [
            ("setup_cost", self.setup_cost, n),
            ("setup_time", self.setup_time, n),
            ("unit_time", self.unit_time, n),
            ("holding", self.holding, n),
            ("capacity", self.capacity, periods),
        ];
        for (name, column, length) in columns {
            if column.len() != length {
                return Err(Error::invalid(name, column.len(), format!("{length} values")));
            }
        }
        let finite = |v: &f64| (0.0..=1e12).contains(v);
        for (name, column, _) in columns {
            if let Some(i) = column.iter().position(|v| !finite(v)) {
                let path = format!("{name}[{i}]");
                return Err(Error::invalid(path, column[i], "0 to 1e12"));
            }
        }
        if let Some(k) = self.demand.iter().position(|v| !finite(v)) {
            let path = format!("demand[{}][{}]", k / periods, k % periods);
            return Err(Error::invalid(path, self.demand[k], "0 to 1e12"));
        }
        Ok(())
    }

    /// First period by whose end the needs so far, each item set up at least once, exceed the capacity.
    fn short_by(&self) -> Option<usize> {
        let mut seen = vec![false; self.items()];
        let (mut need, mut have) = (0.0, 0.0);
        for t in 0..self.periods {
            have += self.limit(t);
            for i in 0..self.items() {
                let units = self.row(i)[t];
                if units > 0.0 {
                    need += self.unit_time[i] * units;
                    if !seen[i] {
                        (need, seen[i]) = (need + self.setup_time[i], true);
                    }
                }
            }
            if need > have {
                return Some(t);
            }
        }
        None
    }
}

/// A plan and a bound. `chains` searches run side by side and the best plan is kept.
pub fn solve(
    problem: &Capacitated<'_>,
    seed: u64,
    chains: usize,
    start: Option<&[f64]>,
    control: &Control<'_>,
) -> Result<Lots> {
    problem.validate()?;
    if let Some(given) = start {
        if given.len() != problem.demand.len() {
            let allowed = format!("{} values, as demand", problem.demand.len());
            return Err(Error::invalid("start", given.len(), allowed));
        }
    }
    let dual = dual::solve(problem, control);
    let first = if let Some(given) = start {
        State::new(problem, given.to_vec())
    } else {
        // What the prices ask for, or each need in its own period: whichever is nearer the capacity.
        let [a, b] = [dual.quantities.clone(), problem.demand.to_vec()].map(|quantities| {
            let mut state = State::new(problem, quantities);
            repair::repair(problem, &mut state);
            state
        });
        if (b.overtime, b.cost) < (a.overtime, a.cost) {
            b
        } else {
            a
        }
    };
    if let Some(given) = start {
        // A start that is short would never be mended: moves keep what is met.
        if let Some(k) = first.inventory().iter().position(|&units| units < -1e-6) {
            let path = format!("start[{}][{}]", k / problem.periods, k % problem.periods);
            return Err(Error::invalid(path, given[k], "quantities that meet all demand in time"));
        }
    }
    let proven = AtomicBool::new(false);
    let found: Vec<anneal::Found> = (0..chains.max(1) as u64)
        .into_par_iter()
        .map(|chain| anneal::run(problem, first.clone(), &dual, (seed, chain), &proven, control))
        .collect();
    let iterations = found.iter().map(|f| f.iterations).sum();
    let better = |a: &anneal::Found, b: &anneal::Found| {
        let (x, y) = ((a.overtime > 0.0, a.overtime), (b.overtime > 0.0, b.overtime));
        x.partial_cmp(&y).unwrap_or(std::cmp::Ordering::Equal).then(a.cost.total_cmp(&b.cost))
    };
    let Some(best) = found.into_iter().reduce(|a, b| if better(&b, &a).is_lt() { b } else { a })
    else {
        return Err(Error::stopped("capacitated lot sizing"));
    };
    let short_by = problem.short_by();
    Ok(Lots {
        cost: best.cost,
        bound: dual.bound,
        quantities: best.quantities,
        overtime: best.overtime,
        short_by,
        stop_reason: best.stop_reason,
        iterations,
    })
}

#[cfg(test)]
mod tests;
