//! A first plan: one route after another, each from its last stop to its first.
//!
//! Last in, first out, a stop ahead of all others only adds its goods behind theirs: looking at
//! that costs no more than placing these, however much is aboard.

use crate::joint::plan::{Plan, Tour};
use crate::joint::search::Search;

/// Customers tried in turn as the next stop of a route.
const CANDIDATES: usize = 6;
/// Effort of a look while there is hope to just add the goods to a known load, and after that.
const LOOKS: [u32; 2] = [0, 16];

impl Search<'_> {
    /// The plan with these customers on new routes: each begins with the farthest customer left,
    /// to be served last, and goes on with what is least out of the way and can be loaded.
    pub(super) fn first(&mut self, start: Plan, missing: Vec<u32>) -> Plan {
        let network = self.network;
        let (mut plan, mut left) = (start, missing);
        left.sort_by_key(|c| network.leg(None, Some(*c)) + network.leg(Some(*c), None));
        while let Some(farthest) = left.pop() {
            let alone = Tour::of(network, vec![farthest]);
            let Some(mut tour) = alone.map(|t| Tour { loaded: true, ..t }) else { continue };
            while let Some((longer, number)) = self.longer(&tour, &left) {
                tour = longer;
                left.remove(number);
            }
            plan.tours.push(tour);
        }
        plan.cost = self.cost(&plan);
        plan
    }

    /// The tour with one of these customers ahead of it, and which of them it is.
    fn longer(&mut self, tour: &Tour, left: &[u32]) -> Option<(Tour, usize)> {
        let (network, next) = (self.network, tour.stops.first().copied());
        let away = |c: u32| (network.detour(&tour.stops, 0, c), network.leg(Some(c), next));
        let mut nearest: Vec<((i64, i64), usize)> =
            (0..left.len()).map(|number| (away(left[number]), number)).collect();
        nearest.sort_unstable();
        let ahead = |number: usize| {
            let stops = std::iter::once(left[number]).chain(tour.stops.iter().copied());
            Tour::of(network, stops.collect()).map(|t| (t, number))
        };
        let tours: Vec<(Tour, usize)> =
            nearest.iter().filter_map(|n| ahead(n.1)).take(CANDIDATES).collect();
        for look in LOOKS {
            for (longer, number) in &tours {
                if self.control.expired() {
                    return None;
                }
                let cheap = look == 0 || self.oracle.searches(&longer.stops);
                if cheap && self.loads(&longer.stops, look) {
                    return Some((Tour { loaded: true, ..longer.clone() }, *number));
                }
            }
        }
        None
    }
}
