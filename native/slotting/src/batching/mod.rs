//! Order batching: which orders are picked on one tour, so that pickers walk least.
//!
//! A batch holds whole orders within the capacity of the cart, and is walked once. The start is
//! the savings method ([`savings`]); annealing over single orders ([`search`]) judges every change
//! by the walk itself, which is exact and cheap enough ([`walks`]). With due times the finish of
//! every batch on its picker counts too ([`timing`]).

mod savings;
mod search;
mod timing;
mod walks;

use backhaul_common::{Error, Result, StopReason};

use crate::grid::{check_spots, Grid, Spot};
use crate::heuristics::Method;

pub use savings::savings;
pub use search::solve;
pub use timing::{schedule, Shift, Timing};
pub use walks::walk_of;

/// Orders that are to be picked.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The warehouse.
    pub grid: Grid,
    /// Spots of each order, sorted, each once.
    pub picks: Vec<Vec<Spot>>,
    /// What each order takes of each limit of the cart, by order * limits + limit.
    pub load: Vec<i64>,
    /// Limits of the cart.
    pub capacity: Vec<i64>,
    /// How pickers walk.
    pub method: Method,
    /// Pickers and due times, where they count.
    pub timing: Option<Timing>,
}

/// Orders by batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Batch of each order, numbered from 0 without gaps, by first order.
    pub batch: Vec<u32>,
    /// Walk of each batch.
    pub length: Vec<i64>,
    /// Length, plus what lateness costs.
    pub cost: f64,
    /// No plan costs less.
    pub bound: f64,
    /// Changes looked at.
    pub iterations: u64,
    /// Why it ended.
    pub reason: StopReason,
}

impl Problem {
    /// A problem, checked; `picks` may come in any order.
    pub fn new(
        grid: Grid,
        mut picks: Vec<Vec<Spot>>,
        load: Vec<i64>,
        capacity: Vec<i64>,
        method: Method,
        timing: Option<Timing>,
    ) -> Result<Self> {
        let limits = capacity.len();
        if load.len() != picks.len() * limits {
            let allowed = format!("{} entries, {limits} an order", picks.len() * limits);
            return Err(Error::invalid("load", load.len(), allowed));
        }
        for (i, spots) in picks.iter_mut().enumerate() {
            check_spots(&grid, spots, &format!("orders[{i}].picks"))?;
            spots.sort_unstable();
            spots.dedup();
            for (l, &limit) in capacity.iter().enumerate() {
                let want = load[i * limits + l];
                if want < 0 || want > limit {
                    let allowed = format!("from 0 to {limit}, which the cart holds");
                    return Err(Error::infeasible(format!("orders[{i}].load[{l}]"), want, allowed));
                }
            }
        }
        if let Some(t) = &timing {
            t.check(picks.len())?;
        }
        Ok(Self { grid, picks, load, capacity, method, timing })
    }

    /// Number of orders.
    pub fn len(&self) -> usize {
        self.picks.len()
    }

    /// Whether there are no orders.
    pub fn is_empty(&self) -> bool {
        self.picks.is_empty()
    }

    fn load_of(&self, order: u32) -> &[i64] {
        let limits = self.capacity.len();
        &self.load[order as usize * limits..][..limits]
    }

    /// Whether the orders fit a cart together.
    pub(crate) fn fits(&self, orders: impl Iterator<Item = u32>) -> bool {
        let mut sum = vec![0_i64; self.capacity.len()];
        for order in orders {
            for (have, &more) in sum.iter_mut().zip(self.load_of(order)) {
                *have += more;
            }
        }
        sum.iter().zip(&self.capacity).all(|(have, limit)| have <= limit)
    }

    /// No plan walks less: a batch walks at least as far as any of its orders alone, and batches of
    /// full carts, longest orders first, have the smallest sum of longest orders.
    pub(crate) fn bound(&self, alone: &[i64]) -> i64 {
        // Only the exact walk grows with every order; a taught route may become shorter.
        if self.method != Method::Exact {
            return 0;
        }
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by_key(|&i| (-alone[i], i));
        let mut best = alone.iter().copied().max().unwrap_or(0);
        for (l, &limit) in self.capacity.iter().enumerate().filter(|(_, &limit)| limit > 0) {
            let (mut total, mut room) = (0, 0);
            for &i in &order {
                let mut need = self.load[i * self.capacity.len() + l];
                while need > room {
                    need -= room;
                    room = limit;
                    total += alone[i];
                }
                room -= need;
            }
            best = best.max(total);
        }
        best
    }
}

/// Batches as lists of orders, in the numbering of a plan: by first order, each list rising.
pub(crate) fn canonical(mut batches: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    batches.retain(|b| !b.is_empty());
    for batch in &mut batches {
        batch.sort_unstable();
    }
    batches.sort_by_key(|b| b[0]);
    batches
}

/// Batches of a given start, checked.
pub(crate) fn from_start(problem: &Problem, start: &[u32]) -> Result<Vec<Vec<u32>>> {
    if start.len() != problem.len() {
        return Err(Error::invalid("start", start.len(), format!("{} entries", problem.len())));
    }
    let mut batches = vec![Vec::new(); problem.len()];
    for (order, &batch) in start.iter().enumerate() {
        let allowed = || format!("a batch below {}", problem.len());
        let list = batches
            .get_mut(batch as usize)
            .ok_or_else(|| Error::invalid(format!("start[{order}]"), batch, allowed()))?;
        list.push(order as u32);
    }
    if let Some(b) = (0..batches.len()).find(|&b| !problem.fits(batches[b].iter().copied())) {
        let value = format!("batch {b} with {} orders", batches[b].len());
        return Err(Error::invalid("start", value, "batches that fit the cart"));
    }
    Ok(canonical(batches))
}
