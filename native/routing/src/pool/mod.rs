//! A pool of routes: what good plans were made of. The best plan that can be put together out of all of
//! them is often better than any plan that was seen (Rochat and Taillard 1995; Subramanian, Uchoa and
//! Ochi 2013): a set-partitioning problem with a column a route.

pub(crate) mod combine;
pub(crate) mod exchange;
pub(crate) mod partition;
pub(crate) mod prices;

use std::collections::BTreeMap;

use crate::problem::Problem;

/// Stops of all routes kept, at most.
const MOST_STOPS: usize = 400_000;

/// What tells routes apart: type, started vehicle, and a sum over the stops whatever their order.
pub(crate) type Key = (u32, u32, u64);

/// A route.
pub(crate) struct Kept {
    pub stops: Box<[u32]>,
    pub cost: i64,
    /// When it was last part of a good plan.
    seen: u64,
}

/// Routes of one search; of those that serve the same stops the cheapest.
#[derive(Default)]
pub(crate) struct Pool {
    routes: BTreeMap<Key, Kept>,
    open: bool,
    stops: usize,
    plans: u64,
}

impl Pool {
    /// A pool that takes nothing.
    pub fn closed() -> Self {
        Self::default()
    }

    /// A pool for a problem; closed where a plan costs something else than the sum of its routes.
    pub fn of(problem: &Problem) -> Self {
        Self { open: !problem.features().balance, ..Self::default() }
    }

    /// Whether it takes routes.
    #[inline(always)]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Its routes in the order of their keys.
    pub fn routes(&self) -> impl Iterator<Item = (&Key, &Kept)> {
        self.routes.iter()
    }

    /// The routes that follow are part of another plan.
    pub fn next_plan(&mut self) {
        self.plans += 1;
    }

    /// Take a route that keeps every rule.
    pub fn offer(
        &mut self,
        (vehicle_type, started): (u32, u32),
        stops: impl Iterator<Item = u32> + Clone,
        cost: i64,
    ) {
        let sum = stops.clone().fold(0_u64, |sum, s| sum.wrapping_add(mixed(s)));
        let seen = self.plans;
        match self.routes.entry((vehicle_type, started, sum)) {
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                let kept = entry.get_mut();
                kept.seen = seen;
                if cost < kept.cost {
                    kept.cost = cost;
                    kept.stops = stops.collect();
                }
            }
            std::collections::btree_map::Entry::Vacant(entry) => {
                let stops: Box<[u32]> = stops.collect();
                self.stops += stops.len();
                entry.insert(Kept { stops, cost, seen });
                if self.stops > MOST_STOPS {
                    self.forget();
                }
            }
        }
    }

    /// Forget the half that was not seen for the longest time.
    fn forget(&mut self) {
        let mut seen: Vec<u64> = self.routes.values().map(|kept| kept.seen).collect();
        let middle = seen.len() / 2;
        let (_, &mut middle, _) = seen.select_nth_unstable(middle);
        // What the plan at hand has is kept, also where all of it has just been seen.
        let from = middle.min(self.plans);
        self.routes.retain(|_, kept| kept.seen >= from);
        self.stops = self.routes.values().map(|kept| kept.stops.len()).sum();
        if self.stops > MOST_STOPS {
            self.routes.clear();
            self.stops = 0;
        }
    }
}

/// A number that looks random (the finaliser of Steele, Lea and Flood 2014), so that equal sums mean
/// equal stops.
fn mixed(stop: u32) -> u64 {
    let mut x = (u64::from(stop) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}
