//! Levels for whole columns of store-products.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use backhaul_common::{Control, Error, Result, StopReason};
use rayon::prelude::*;

use crate::item::{Item, Levels, Policy, Service, Work};

/// Columns of the items. Each has one value an item, or one for all; `mean` sets the number of items.
pub struct Columns<'a> {
    /// Mean demand a period.
    pub mean: &'a [f64],
    /// Variance over mean of demand a period.
    pub variance_to_mean: &'a [f64],
    /// Row after row of probabilities of 0, 1, ... units, and the length of a row; replaces the mean.
    pub demand: Option<(&'a [f64], usize)>,
    /// Periods from order to receipt.
    pub lead_time: &'a [i32],
    /// Row after row of probabilities of lead times 0, 1, ..., and the length of a row.
    pub lead_times: Option<(&'a [f64], usize)>,
    /// Periods between reviews.
    pub review: &'a [i32],
    /// Cost of an order.
    pub setup: &'a [f64],
    /// Cost of a unit on hand at the end of a period.
    pub holding: &'a [f64],
    /// Cost of a unit owed at the end of a period; unused under a service constraint.
    pub backorder: &'a [f64],
    /// What the service level measures, and the level.
    pub service: Option<(Service, &'a [f64])>,
    /// Units in a case.
    pub case_pack: &'a [i32],
    /// Fewest units in an order.
    pub minimum_order: &'a [i32],
    /// Most units of position after an order; 0: no limit.
    pub shelf_capacity: &'a [i32],
}

/// Levels of every item that was reached before the end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// One an item; of items that were not reached, the levels by the square-root formula.
    pub levels: Vec<Levels>,
    /// Whether the item was solved.
    pub solved: Vec<bool>,
    /// Why it ended.
    pub stop_reason: StopReason,
}

fn pick<T: Copy>(column: &[T], i: usize) -> T {
    if column.len() == 1 {
        column[0]
    } else {
        column[i]
    }
}

impl<'a> Columns<'a> {
    /// Number of items.
    pub fn len(&self) -> usize {
        self.mean.len()
    }

    /// Whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.mean.is_empty()
    }

    /// One row.
    pub fn item(&self, i: usize) -> Item<'a> {
        let row = |table: (&'a [f64], usize)| &table.0[i * table.1..(i + 1) * table.1];
        Item {
            mean: pick(self.mean, i),
            variance_to_mean: pick(self.variance_to_mean, i),
            demand: self.demand.map(row),
            lead_time: pick(self.lead_time, i),
            lead_times: self.lead_times.map(row),
            review: pick(self.review, i),
            setup: pick(self.setup, i),
            holding: pick(self.holding, i),
            backorder: pick(self.backorder, i),
            service: self.service.map(|(kind, column)| (kind, pick(column, i))),
            case_pack: pick(self.case_pack, i),
            minimum_order: pick(self.minimum_order, i),
            shelf_capacity: pick(self.shelf_capacity, i),
        }
    }

    /// Check lengths and every row; the first bad one is named.
    pub fn validate(&self) -> Result<()> {
        let n = self.len();
        let mut lengths = vec![
            ("variance_to_mean", self.variance_to_mean.len()),
            ("lead_time", self.lead_time.len()),
            ("review", self.review.len()),
            ("setup", self.setup.len()),
            ("holding", self.holding.len()),
            ("backorder", self.backorder.len()),
            ("case_pack", self.case_pack.len()),
            ("minimum_order", self.minimum_order.len()),
            ("shelf_capacity", self.shelf_capacity.len()),
        ];
        if let Some((_, column)) = self.service {
            lengths.push(("service_level", column.len()));
        }
        for (name, len) in lengths {
            if len != n && len != 1 {
                return Err(Error::invalid(name, len, format!("{n} values, or one for all")));
            }
        }
        for (name, table) in [("demand", self.demand), ("lead_times", self.lead_times)] {
            if let Some((values, width)) = table {
                if width == 0 || values.len() != n * width {
                    let allowed = format!("{n} rows of at least one probability");
                    return Err(Error::invalid(name, values.len() / width.max(1), allowed));
                }
            }
        }
        let first = (0..n).into_par_iter().find_first(|&i| self.item(i).validate(i).is_err());
        first.map_or(Ok(()), |i| self.item(i).validate(i))
    }
}

/// Best levels of every item. `control.stop` is asked once in a few hundred items; an iteration is an
/// item. The answer does not depend on the number of threads of the pool it runs in.
pub fn solve_batch(columns: &Columns<'_>, policy: Policy, control: &Control<'_>) -> Result<Answer> {
    columns.validate()?;
    if columns.service.is_some() && policy != Policy::Batches {
        // Undershoot makes the service of rounded orders a search of its own; batches have none.
        for (name, column) in
            [("case_pack", columns.case_pack), ("minimum_order", columns.minimum_order)]
        {
            if let Some(i) = column.iter().position(|&units| units > 1) {
                let allowed = "1 under a service level, or policy s_nQ";
                return Err(Error::invalid(format!("{name}[{i}]"), column[i], allowed));
            }
        }
    }
    const CHUNK: usize = 64;
    let n = columns.len();
    let limit = control.limits().iterations.map_or(n, |k| (k as usize).min(n));
    let unsolved = Levels { reorder_level: 0, order_up_to: 0, cost: f64::NAN, bound: 0.0 };
    let mut levels = vec![unsolved; n];
    let mut solved = vec![false; n];
    let (stopped, done) = (AtomicBool::new(false), AtomicU64::new(0));
    levels.par_chunks_mut(CHUNK).zip(solved.par_chunks_mut(CHUNK)).enumerate().for_each_init(
        Work::default,
        |work, (c, (levels, solved))| {
            if stopped.load(Ordering::Relaxed) {
                return;
            }
            if control.expired() {
                stopped.store(true, Ordering::Relaxed);
                return;
            }
            for (k, slot) in levels.iter_mut().enumerate() {
                let i = c * CHUNK + k;
                if i >= limit {
                    break;
                }
                *slot = work.solve(&columns.item(i), policy);
                solved[k] = true;
            }
            if control.observed() {
                let count = done.fetch_add(levels.len() as u64, Ordering::Relaxed);
                control.report(count + levels.len() as u64, f64::NAN, None);
            }
        },
    );
    if let Some(i) = (0..n).find(|&i| solved[i] && levels[i].cost.is_infinite()) {
        let capacity = pick(columns.shelf_capacity, i);
        let allowed = "room enough on the shelf for the service level";
        return Err(Error::infeasible(format!("shelf_capacity[{i}]"), capacity, allowed));
    }
    let stop_reason = if stopped.into_inner() {
        match control.stop(0, f64::INFINITY) {
            Some(StopReason::Interrupted) => StopReason::Interrupted,
            _ => StopReason::Deadline,
        }
    } else if limit < n {
        StopReason::Iterations
    } else {
        StopReason::Converged
    };
    for i in 0..n {
        if !solved[i] {
            levels[i] = rough(&columns.item(i));
        }
    }
    Ok(Answer { levels, solved, stop_reason })
}

/// Levels without search, for items that the deadline left out: mean plus safety factor, and the
/// economic order quantity (Harris 1913). Their cost is not computed.
fn rough(item: &Item<'_>) -> Levels {
    let (mean, variance) = item.demand.map_or_else(
        || (item.mean, item.mean * item.variance_to_mean),
        |p| {
            let pmf = crate::pmf::Pmf::from_slice(p);
            (pmf.mean(), pmf.variance())
        },
    );
    let lead = item.lead_times.map_or(f64::from(item.lead_time), |p| {
        p.iter().enumerate().map(|(k, p)| k as f64 * p).sum()
    });
    let periods = lead + f64::from(item.review);
    let ratio = item.service.map_or(item.backorder / (item.backorder + item.holding), |s| s.1);
    // Logistic approximation of the normal quantile.
    let z = (ratio / (1.0 - ratio)).ln() / 1.702;
    let s = (mean * periods + z * (variance * periods).sqrt()).round().max(0.0);
    let batch = (2.0 * item.setup * mean / item.holding).sqrt().round().max(1.0);
    let smallest = f64::from(item.case_pack.max(item.minimum_order));
    let (mut s, mut up_to) = (s as i32 - 1, (s - 1.0 + batch.max(smallest)) as i32);
    if item.shelf_capacity > 0 && up_to > item.shelf_capacity {
        let shift = up_to - item.shelf_capacity;
        (s, up_to) = (s - shift, up_to - shift);
    }
    Levels { reorder_level: s, order_up_to: up_to, cost: f64::NAN, bound: 0.0 }
}
