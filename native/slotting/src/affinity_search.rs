//! Simulated annealing over swaps and moves, for what is picked together.
//!
//! A sparse quadratic assignment: only pairs that are bought together have a term, so that a swap
//! is judged by the neighbours of two products alone (annealing after Burkard and Rendl 1984).

use backhaul_common::{purpose, Control, StopReason, Stream};

use crate::assignment::{Problem, NOWHERE};
use crate::grid::Spot;

/// Proposals between two looks at the clock.
const STRIDE: u64 = 1024;

struct Walk<'a> {
    problem: &'a Problem<'a>,
    slot: Vec<u32>,
    holder: Vec<u32>,
    spot: Vec<Spot>,
    /// Slots by zone and place, and where each slot stands in that order.
    near: Vec<u32>,
    rank: Vec<u32>,
    /// Range of each zone in `near`.
    zones: Vec<(usize, usize)>,
}

impl Walk<'_> {
    /// Change of the pair terms of `i` when it moves to `to`, its pair with `other` left out.
    fn pairs(&self, i: usize, to: Spot, other: u32) -> i64 {
        let Some((affinity, grid, _)) = self.problem.affinity else { return 0 };
        let from = self.spot[i];
        let mut delta = 0;
        for e in affinity.ptr[i]..affinity.ptr[i + 1] {
            let k = affinity.other[e];
            if k != other && self.slot[k as usize] != NOWHERE {
                let at = self.spot[k as usize];
                delta += affinity.joint[e] * (grid.walk(to, at) - grid.walk(from, at));
            }
        }
        delta
    }

    fn delta(&self, i: usize, to: u32, k: u32) -> i64 {
        let here = self.slot[i];
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

    fn apply(&mut self, i: usize, to: u32, k: u32) {
        let here = self.slot[i];
        let spots = self.problem.affinity.map_or(&[][..], |a| a.2);
        self.slot[i] = to;
        self.spot[i] = spots[to as usize];
        self.holder[to as usize] = i as u32;
        self.holder[here as usize] = k;
        if k != NOWHERE {
            self.slot[k as usize] = here;
            self.spot[k as usize] = spots[here as usize];
        }
    }

    /// A product, a slot it may go to and who stands there now.
    fn propose(&self, stream: &mut Stream) -> Option<(usize, u32, u32)> {
        let (affinity, ..) = self.problem.affinity?;
        let i = stream.below(self.slot.len());
        if self.slot[i] == NOWHERE || self.problem.fixed[i] {
            return None;
        }
        let row = affinity.ptr[i]..affinity.ptr[i + 1];
        let (from, to) = self.zones[self.problem.products.zone[i] as usize];
        let to = if !row.is_empty() && stream.next_u64() & 3 != 0 {
            // Near one of those that are picked with it.
            let friend = affinity.other[row.start + stream.below(row.len())] as usize;
            if self.slot[friend] == NOWHERE {
                return None;
            }
            let middle = self.rank[self.slot[friend] as usize] as usize;
            let at = (middle + stream.below(65)).saturating_sub(32);
            self.near[at.clamp(from, to - 1)]
        } else {
            self.near[from + stream.below(to - from)]
        };
        let k = self.holder[to as usize];
        let here = self.slot[i] as usize;
        let fine = to as usize != here
            && self.problem.fits(i, to as usize)
            && (k == NOWHERE
                || (!self.problem.fixed[k as usize] && self.problem.fits(k as usize, here)));
        fine.then_some((i, to, k))
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
    let m = problem.slots.distance.len();
    if m == 0 || slot.is_empty() {
        return (0, StopReason::Converged);
    }
    let mut near: Vec<u32> = (0..m as u32).collect();
    near.sort_by_key(|&j| (problem.slots.zone[j as usize], spots[j as usize], j));
    let mut rank = vec![0; m];
    for (at, &j) in near.iter().enumerate() {
        rank[j as usize] = at as u32;
    }
    let highest = problem.slots.zone.iter().chain(&problem.products.zone).max().map_or(0, |z| *z);
    let zones = (0..=highest)
        .map(|z| {
            let from = near.partition_point(|&j| problem.slots.zone[j as usize] < z);
            (from, near.partition_point(|&j| problem.slots.zone[j as usize] <= z))
        })
        .collect();
    let mut holder = vec![NOWHERE; m];
    let mut spot = vec![Spot { aisle: 0, y: 0 }; slot.len()];
    for (i, &s) in slot.iter().enumerate().filter(|(_, &s)| s != NOWHERE) {
        holder[s as usize] = i as u32;
        spot[i] = spots[s as usize];
    }
    let mut walk = Walk { problem, slot: slot.clone(), holder, spot, near, rank, zones };
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
                slot.clone_from(&walk.slot);
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
                walk.apply(i, to, k);
                cost += i128::from(delta);
            }
        }
        if limits.iterations.is_some_and(|n| done >= n) {
            if cost < best {
                slot.clone_from(&walk.slot);
            }
            break StopReason::Iterations;
        }
    };
    (done, reason)
}
