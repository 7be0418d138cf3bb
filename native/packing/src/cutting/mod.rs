//! One dimension: lengths into bins of one capacity (bin packing, cutting stock).
//!
//! Quick fills first, and pairs of bins packed anew; if they do not meet the bound, the linear program over patterns of Gilmore
//! and Gomory (1961), whose duals prove a bound in whole numbers, and dives that fix patterns of
//! its solution and solve it again for the rest (after Belov and Scheithauer 2006). Where the duals
//! leave few patterns that an answer which meets the bound can be made of, branch and bound among
//! those finds it, or proves that it takes a bin more.

mod bounds;
mod completion;
mod dive;
mod exact;
mod knapsack;
mod master;
mod near;
mod pricing;
mod quick;
mod regroup;

use backhaul_common::{Control, StopReason, Stream};

pub use bounds::lower;

/// What one bin holds: (type, how many), by type.
pub type Pattern = Vec<(u32, u32)>;

/// Lengths to pack, longest first, and the capacity of a bin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lengths {
    /// Capacity of a bin.
    pub capacity: i64,
    /// Length of each type, falling.
    pub length: Vec<i64>,
    /// How many of each type.
    pub demand: Vec<u32>,
}

/// Bins found, and what is proven about them.
pub struct Cut {
    /// Contents of each bin.
    pub bins: Vec<Pattern>,
    /// No answer has fewer bins.
    pub bound: usize,
    /// Knapsacks solved and quick fills done.
    pub iterations: u64,
    /// Why it ended.
    pub reason: StopReason,
}

/// Steps of bin completion before the relaxation is turned to.
const STEPS: u64 = 100_000;

/// How often each pair of bins is packed anew before that, and the share of the time that this may
/// take.
const TRIES: u64 = 20;
const SHARE: f64 = 0.3;

/// Pack all lengths into as few bins as possible.
pub fn solve(lengths: &Lengths, control: &Control<'_>, stream: &mut Stream) -> Cut {
    let mut bound = bounds::lower(lengths);
    let mut best = quick::best_fit(lengths, &lengths.demand);
    let mut iterations = 1;
    if best.len() > bound && !control.expired() {
        let fuller = quick::fullest_first(lengths, &lengths.demand, control);
        iterations += 1;
        if let Some(fuller) = fuller.filter(|f| f.len() < best.len()) {
            best = fuller;
        }
    }
    if best.len() <= bound {
        return Cut { bins: best, bound, iterations, reason: StopReason::Converged };
    }
    if let Some(found) = completion::complete(lengths, &lengths.demand, bound, STEPS) {
        let reason = StopReason::Converged;
        return Cut { bins: found, bound, iterations: iterations + 1, reason };
    }
    let tries = TRIES * (best.len() as u64).saturating_mul(best.len() as u64) / 2;
    let tries = control.limits().iterations.map_or(tries, |most| most.min(tries));
    let limits = (tries, SHARE);
    let regrouped = regroup::regroup(lengths, &best, bound, limits, control, stream);
    iterations += 1;
    if let Some(found) = regrouped {
        return Cut { bins: found, bound, iterations, reason: StopReason::Converged };
    }
    let mut diver = dive::Diver::new(lengths, control, best, bound, iterations);
    let reason = diver.run(stream);
    bound = diver.bound();
    Cut { iterations: diver.iterations(), bins: diver.into_best(), bound, reason }
}
