//! Who stands in which slot, and which slots are near each other.

use backhaul_common::Stream;

use crate::assignment::{Problem, NOWHERE};
use crate::grid::Spot;

/// A product, the slot it may go to, and who stands there now ([`NOWHERE`]: nobody).
pub(crate) type Swap = (usize, u32, u32);

/// Products in their slots.
pub(crate) struct Floor<'a> {
    problem: &'a Problem<'a>,
    /// Of each product, and of each slot who stands there.
    pub slot: Vec<u32>,
    holder: Vec<u32>,
    /// Slots by zone and place, and where each slot stands in that order.
    near: Vec<u32>,
    rank: Vec<u32>,
    /// Range of each zone in `near`.
    zones: Vec<(usize, usize)>,
}

impl<'a> Floor<'a> {
    pub fn new(problem: &'a Problem<'a>, spots: &[Spot], slot: &[u32]) -> Self {
        let m = problem.slots.distance.len();
        let zone_of = &problem.slots.zone;
        let mut near: Vec<u32> = (0..m as u32).collect();
        near.sort_by_key(|&j| (zone_of[j as usize], spots[j as usize], j));
        let mut rank = vec![0; m];
        for (at, &j) in near.iter().enumerate() {
            rank[j as usize] = at as u32;
        }
        let highest = zone_of.iter().chain(&problem.products.zone).max().map_or(0, |z| *z);
        let zones = (0..=highest)
            .map(|z| {
                let from = near.partition_point(|&j| zone_of[j as usize] < z);
                (from, near.partition_point(|&j| zone_of[j as usize] <= z))
            })
            .collect();
        let mut holder = vec![NOWHERE; m];
        for (i, &s) in slot.iter().enumerate().filter(|(_, &s)| s != NOWHERE) {
            holder[s as usize] = i as u32;
        }
        Self { problem, slot: slot.to_vec(), holder, near, rank, zones }
    }

    /// A product that may move.
    pub fn movable(&self, stream: &mut Stream) -> Option<usize> {
        let i = stream.below(self.slot.len());
        (self.slot[i] != NOWHERE && !self.problem.fixed[i]).then_some(i)
    }

    /// A slot of its zone for product `i`: at most `reach` places from where `friend` stands, or any.
    pub fn propose(
        &self,
        i: usize,
        friend: Option<u32>,
        reach: usize,
        stream: &mut Stream,
    ) -> Option<Swap> {
        let (from, to) = self.zones[self.problem.products.zone[i] as usize];
        let to = if let Some(friend) = friend {
            let there = self.slot[friend as usize];
            if there == NOWHERE {
                return None;
            }
            let middle = self.rank[there as usize] as usize;
            let at = (middle + stream.below(2 * reach + 1)).saturating_sub(reach);
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

    /// Carry a swap out; the slot that product `i` leaves.
    pub fn apply(&mut self, (i, to, k): Swap) -> u32 {
        let here = self.slot[i];
        self.slot[i] = to;
        self.holder[to as usize] = i as u32;
        self.holder[here as usize] = k;
        if k != NOWHERE {
            self.slot[k as usize] = here;
        }
        here
    }
}
