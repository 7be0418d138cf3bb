//! What a solve returns.

use backhaul_common::{Status, StopReason};

use crate::geometry::Placement;
use crate::problem::{Aim, Problem};

/// One opened container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// Its type.
    pub bin: u32,
    /// Its items, each after those that carry it.
    pub placements: Vec<Placement>,
}

/// Items that stayed out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Item type.
    pub item: u32,
    /// How many.
    pub count: u32,
    /// `size`, `weight` (alone too large or heavy for every bin), `bins` (none was left),
    /// `room` (others were worth more) or `time` (the deadline came first).
    pub reason: &'static str,
}

/// The answer of a solve.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Opened containers.
    pub bins: Vec<Filled>,
    /// What stayed out.
    pub left_out: Vec<LeftOut>,
    /// Cost of the opened bins, or for a knapsack the worth left out.
    pub cost: i64,
    /// No answer costs less.
    pub bound: i64,
    /// What is known about the answer.
    pub status: Status,
    /// Why the solve ended.
    pub reason: StopReason,
    /// Work done: containers filled to the end, or for one dimension patterns looked at.
    pub iterations: u64,
}

/// Put the answer together from the opened bins.
pub fn conclude(
    problem: &Problem,
    mut bins: Vec<Filled>,
    bound: i64,
    reason: StopReason,
    iterations: u64,
) -> Answer {
    bins.retain(|b| !b.placements.is_empty());
    let mut left: Vec<u32> = problem.items.iter().map(|i| i.copies).collect();
    for placement in bins.iter().flat_map(|b| &b.placements) {
        left[placement.item as usize] -= 1;
    }
    let left_out: Vec<LeftOut> = left
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(k, &count)| LeftOut { item: k as u32, count, reason: why_out(problem, k, reason) })
        .collect();
    let (cost, complete) = match problem.aim {
        Aim::BinPacking => {
            let cost = bins.iter().map(|b| problem.bins[b.bin as usize].cost).sum();
            (cost, left_out.is_empty())
        }
        Aim::Knapsack => {
            let out = |l: &LeftOut| problem.items[l.item as usize].profit * i64::from(l.count);
            (left_out.iter().map(out).sum(), true)
        }
    };
    let status = match (complete, cost <= bound) {
        (false, _) => Status::Infeasible,
        (true, true) => Status::Optimal,
        (true, false) => Status::Feasible,
    };
    let reason = if status == Status::Optimal { StopReason::Converged } else { reason };
    Answer { bins, left_out, cost, bound: bound.min(cost), status, reason, iterations }
}

fn why_out(problem: &Problem, k: usize, reason: StopReason) -> &'static str {
    let item = &problem.items[k];
    let mut fits = problem.bins.iter().filter(|b| item.fits(b.size)).peekable();
    if fits.peek().is_none() {
        return "size";
    }
    if fits.all(|b| item.weight > b.weight_limit()) {
        return "weight";
    }
    match problem.aim {
        Aim::Knapsack => "room",
        // Bins that may be opened as often as wanted do not run out: time did.
        Aim::BinPacking if reason != StopReason::Converged && unlimited(problem, k) => "time",
        Aim::BinPacking => "bins",
    }
}

fn unlimited(problem: &Problem, k: usize) -> bool {
    problem.bins.iter().any(|b| b.copies.is_none() && problem.items[k].fits(b.size))
}
