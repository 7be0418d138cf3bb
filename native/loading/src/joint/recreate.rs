//! Recreate: customers come back, each at the cheapest place that nothing speaks against.
//!
//! A load is only looked at once a whole plan costs little enough: until then a place counts as
//! possible unless the oracle remembers otherwise. What a look then teaches leads the next try
//! elsewhere.

use crate::joint::plan::{Plan, Tour};
use crate::joint::search::Search;
use crate::oracle::Memory;

/// Chance that a place is overlooked.
const BLINK: f64 = 0.01;

impl Search<'_> {
    /// The order in which customers come back: random, large first, far first or near first.
    pub(super) fn order(&mut self, removed: &mut [u32]) {
        self.rng.shuffle(removed);
        let network = self.network;
        let away = |c: u32| network.leg(None, Some(c)) + network.leg(Some(c), None);
        match self.rng.below(11) {
            0..=3 => {}
            4..=7 => removed.sort_by_key(|c| -network.volume[*c as usize]),
            8..=9 => removed.sort_by_key(|c| -away(*c)),
            _ => removed.sort_by_key(|c| away(*c)),
        }
    }

    /// Whether a new route of this volume is to be looked at this time.
    fn curious(&mut self, volume: i64) -> bool {
        let interest = self.experience.interest(volume, self.worth);
        interest >= 1.0 || self.rng.uniform() < interest
    }

    /// Put customers back; false as soon as the plan costs more than the limit. Routes that were
    /// looked at with so much effort in vain are passed over.
    pub(super) fn recreate(
        &mut self,
        plan: &mut Plan,
        removed: &[u32],
        effort: u32,
        limit: i64,
    ) -> bool {
        let network = self.network;
        plan.cost = self.cost(plan);
        let mut places: Vec<(i64, u32, u32)> = Vec::new();
        for &customer in removed {
            places.clear();
            let c = customer as usize;
            let volume = network.volume[c];
            for (k, tour) in plan.tours.iter().enumerate() {
                let heavy = tour.mass + network.mass[c] > network.most.0;
                if heavy || tour.volume + volume > network.most.1 {
                    continue;
                }
                for at in 0..=tour.stops.len() {
                    if self.rng.uniform() >= BLINK {
                        let detour = network.detour(&tour.stops, at, customer);
                        places.push((detour, k as u32, at as u32));
                    }
                }
            }
            let own = network.length(&[customer]).unwrap_or(0);
            let over = network.fleet.is_some_and(|fleet| plan.tours.len() >= fleet);
            let own = own + if over { self.extra } else { 0 };
            places.sort_unstable();
            let most = own.min(limit.saturating_sub(plan.cost));
            let mut found = None;
            for &(detour, k, at) in places.iter().take_while(|p| p.0 <= most) {
                let mut stops = plan.tours[k as usize].stops.clone();
                stops.insert(at as usize, customer);
                let known = self.oracle.remembers(&stops);
                let passed_over = match known {
                    Memory::Loadable => false,
                    Memory::Refused => true,
                    Memory::Tried(spent) => spent >= effort,
                    Memory::New => !self.curious(plan.tours[k as usize].volume + volume),
                };
                if passed_over {
                    continue;
                }
                let Some(tour) = Tour::of(network, stops) else { continue };
                found =
                    Some((detour, k as usize, Tour { loaded: known == Memory::Loadable, ..tour }));
                break;
            }
            if let Some((detour, k, tour)) = found {
                plan.cost += detour;
                plan.tours[k] = tour;
                continue;
            }
            if plan.cost.saturating_add(own) > limit {
                return false;
            }
            if let Some(tour) = Tour::of(network, vec![customer]) {
                plan.tours.push(Tour { loaded: true, ..tour });
                plan.cost += own;
            }
        }
        plan.cost <= limit
    }
}
