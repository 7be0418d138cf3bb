//! Plain capacitated routing, on its own fast path: linked lists, moves whose cost does not depend
//! on the size of the instance, and a journal to undo them (after Accorsi and Vigo 2024).

pub(crate) mod anneal;
pub(crate) mod apply;
pub(crate) mod collect;
pub(crate) mod given;
pub(crate) mod journal;
pub(crate) mod local;
pub(crate) mod near;
pub(crate) mod recreate;
pub(crate) mod regions;
pub(crate) mod ruin;
pub(crate) mod savings;

use crate::problem::{Problem, NONE, UNLIMITED};
use crate::travel::{Rounding, Travel};

/// Distances of one kind, so that the hot loops are compiled for each.
pub(crate) trait Metric: Sync {
    fn d(&self, a: u32, b: u32) -> i32;
}

/// A full matrix.
pub(crate) struct Table<'a> {
    pub n: usize,
    pub distance: &'a [i32],
}

impl Metric for Table<'_> {
    #[inline(always)]
    fn d(&self, a: u32, b: u32) -> i32 {
        self.distance[a as usize * self.n + b as usize]
    }
}

/// Coordinates.
pub(crate) struct Points<'a> {
    pub xy: &'a [[f64; 2]],
    pub rounding: Rounding,
}

impl Metric for Points<'_> {
    #[inline(always)]
    fn d(&self, a: u32, b: u32) -> i32 {
        let (p, q) = (self.xy[a as usize], self.xy[b as usize]);
        let (dx, dy) = (p[0] - q[0], p[1] - q[1]);
        self.rounding.apply((dx * dx + dy * dy).sqrt())
    }
}

/// Whether a problem is nothing but capacity and symmetric distance.
pub(crate) fn is_plain(problem: &Problem) -> bool {
    let f = problem.features();
    let [t] = &problem.types[..] else { return false };
    let symmetric = match &problem.travel {
        Travel::Plane { .. } | Travel::Matrix { points: Some(_), .. } => true,
        Travel::Matrix { n, distance, .. } => {
            (0..*n).all(|a| (0..a).all(|b| distance[a * n + b] == distance[b * n + a]))
        }
    };
    problem.depots == 1
        && problem.dims == 1
        && !(f.time || f.pickup || f.release || f.reload || f.optional || f.pairs)
        && !(f.allowed || f.limits || f.exact || problem.backhaul || problem.vehicles_first)
        && problem.started.is_empty()
        && problem.groups.is_empty()
        && t.end != NONE
        && t.fixed_cost == 0
        && t.distance_cost > 0
        && t.count >= problem.clients()
        && t.capacity[0] < UNLIMITED
        && symmetric
        && problem.delivery.iter().all(|&d| d <= t.capacity[0])
        && problem.clients() > 0
}
