//! Simulated annealing over swaps and moves, for what is picked together.
//!
//! A sparse quadratic assignment: only pairs that are bought together have a term, so that a swap
//! is judged by the neighbours of two products alone (annealing after Burkard and Rendl 1984).

use backhaul_common::{purpose, Control, StopReason, Stream};

use crate::assignment::{Problem, NOWHERE};
use crate::floor::{Floor, Swap};
use crate::grid::Spot;

/// Proposals between two looks at the clock.
const STRIDE: u64 = 1024;

/// Places on either side of a friend's that a product may go to.
const REACH: usize = 32;

struct Walk<'a> {
    problem: &'a Problem<'a>,
    floor: Floor<'a>,
    spot: Vec<Spot>,
}

impl Walk<'_> {
    /// Change of the pair terms of `i` when it moves to `to`, its pair with `other` left out.
    fn pairs(&self, i: usize, to: Spot, other: u32) -> i64 {
        let Some((affinity, grid, _)) = self.problem.affinity else { return 0 };
        let from = self.spot[i];
        let mut delta = 0;
        for e in affinity.ptr[i]..affinity.ptr[i + 1] {
            let k = affinity.other[e];
            if k != other && self.floor.slot[k as usize] != NOWHERE {
                let at = self.spot[k as usize];
                delta += affinity.joint[e] * (grid.walk(to, at) - grid.walk(from, at));
            }
        }
        delta
    }

    fn delta(&self, i: usize, to: u32, k: u32) -> i64 {
        let here = self.floor.slot[i];
        let d = &self.problem.slots.distance;
        let step = d[to as usize] - d[here as usize];
        let picks = &self.problem.products.picks;
        let spots = self.problem.affinity.map_or(&[][..], |a| a.2);
        if k == NOWHERE {
            return picks[i] * step + self.pairs(i, spots[to as usize], NOWHERE);
        }
        (picks[i] - picks[k as usize]) * step
            + self.pairs(i, spots[to as usize], k)
            + self.pairs(k as usize, spots[here as usize], i as u32)
    }

    fn apply(&mut self, swap: Swap) {
        let (i, to, k) = swap;
        let here = self.floor.apply(swap);
        let spots = self.problem.affinity.map_or(&[][..], |a| a.2);
        self.spot[i] = spots[to as usize];
        if k != NOWHERE {
            self.spot[k as usize] = spots[here as usize];
        }
    }

    /// Three times in four near one of those that are picked with it.
    fn propose(&self, stream: &mut Stream) -> Option<Swap> {
        let (affinity, ..) = self.problem.affinity?;
        let i = self.floor.movable(stream)?;
        let row = affinity.ptr[i]..affinity.ptr[i + 1];
        let friend = (!row.is_empty() && stream.next_u64() & 3 != 0)
            .then(|| affinity.other[row.start + stream.below(row.len())]);
        self.floor.propose(i, friend, REACH, stream)
    }
}

/// Improve `slot` in place; proposals looked at, and why it ended. Without any limit: 500 proposals
/// a product.
pub fn anneal(
    problem: &Problem<'_>,
    slot: &mut Vec<u32>,
    seed: u64,
    control: &Control<'_>,
) -> (u64, StopReason) {
    let Some((_, _, spots)) = problem.affinity else { return (0, StopReason::Converged) };
    if problem.slots.distance.is_empty() || slot.is_empty() {
        return (0, StopReason::Converged);
    }
    let mut spot = vec![Spot { aisle: 0, y: 0 }; slot.len()];
    for (i, &s) in slot.iter().enumerate().filter(|(_, &s)| s != NOWHERE) {
        spot[i] = spots[s as usize];
    }
    let mut walk = Walk { problem, floor: Floor::new(problem, spots, slot), spot };
    let mut stream = Stream::new(seed, purpose("slotting.anneal"), 0, 0);
    let warm: Vec<i64> = (0..2000)
        .filter_map(|_| walk.propose(&mut stream))
        .map(|(i, to, k)| walk.delta(i, to, k).abs())
        .filter(|&d| d > 0)
        .collect();
    if warm.is_empty() {
        return (0, StopReason::Converged);
    }
    let mean = warm.iter().map(|&d| d as f64).sum::<f64>() / warm.len() as f64;
    let (hot, cold) = (0.05 * mean, 0.0005 * mean);
    let limits = control.limits();
    let budget = 500 * slot.len() as u64;
    let free = limits.iterations.is_none() && limits.seconds.is_none();
    let mut cost = problem.cost(slot);
    let mut best = cost;
    let mut done = 0;
    let reason = loop {
        if done % STRIDE == 0 {
            if cost < best {
                best = cost;
                slot.clone_from(&walk.floor.slot);
            }
            if let Some(why) = control.stop(done, best as f64) {
                break why;
            }
            if free && done >= budget {
                break StopReason::Converged;
            }
            control.report(done, best as f64, None);
        }
        let share = if free { done as f64 / budget as f64 } else { control.fraction(done) };
        let heat = hot * (cold / hot).powf(share.min(1.0));
        // The temperature holds for a stride: no clock is read between.
        let until = done + STRIDE;
        while done < until && limits.iterations.is_none_or(|n| done < n) {
            done += 1;
            let Some((i, to, k)) = walk.propose(&mut stream) else { continue };
            let delta = walk.delta(i, to, k);
            if delta <= 0 || (-(delta as f64) / heat).exp() > stream.uniform() {
                walk.apply((i, to, k));
                cost += i128::from(delta);
            }
        }
        if limits.iterations.is_some_and(|n| done >= n) {
            if cost < best {
                slot.clone_from(&walk.floor.slot);
            }
            break StopReason::Iterations;
        }
    };
    (done, reason)
}
