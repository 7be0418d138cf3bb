//! Ruin: strings of neighbouring customers leave their tours (Christiaens and Vanden Berghe 2020).

use crate::joint::plan::{Plan, Tour};
use crate::joint::search::Search;

/// Customers removed on average at most, and the longest string (the paper's values).
const REMOVED: f64 = 10.0;
const LONGEST: usize = 10;
/// No more than this share of all customers is removed on average: small instances need care.
const SHARE: f64 = 0.2;

impl Search<'_> {
    /// Take strings of customers out of neighbouring tours.
    pub(super) fn ruin(&mut self, plan: &mut Plan) -> Vec<u32> {
        let customers = self.network.customers();
        let average = customers as f64 / plan.tours.len().max(1) as f64;
        let longest = (LONGEST as f64).min(average);
        let removed_most = REMOVED.min(SHARE * customers as f64);
        // Customers of two full tours change places only where both give some up.
        let most_strings = (4.0 * removed_most / (1.0 + longest) - 1.0).max(2.0);
        let strings = (self.rng.uniform() * most_strings + 1.0) as usize;
        let mut home = vec![usize::MAX; customers];
        for (k, tour) in plan.tours.iter().enumerate() {
            tour.stops.iter().for_each(|c| home[*c as usize] = k);
        }
        let mut touched = vec![false; plan.tours.len()];
        let mut removed = Vec::new();
        let seed = self.rng.below(customers) as u32;
        let near = std::iter::once(seed).chain(self.network.near[seed as usize].iter().copied());
        let mut done = 0;
        for customer in near {
            if done >= strings {
                break;
            }
            let k = home[customer as usize];
            if k == usize::MAX || touched[k] {
                continue;
            }
            touched[k] = true;
            done += 1;
            let stops = &mut plan.tours[k].stops;
            let size = stops.len();
            let most = longest.min(size as f64);
            let take = ((self.rng.uniform() * most + 1.0) as usize).min(size);
            let at = stops.iter().position(|c| *c == customer).unwrap_or(0);
            // A plain string around the customer, or one with a kept part inside it.
            let keep = if take > 1 && self.rng.uniform() < 0.5 {
                let mut keep = 1;
                while take + keep < size && self.rng.uniform() > 0.01 {
                    keep += 1;
                }
                keep.min(size - take)
            } else {
                0
            };
            let span = take + keep;
            let low = (at + 1).saturating_sub(span);
            let high = at.min(size - span);
            let first = low + self.rng.below(high - low + 1);
            let gap = if keep > 0 { first + self.rng.below(take - 1) + 1 } else { size };
            let mut index = 0;
            stops.retain(|c| {
                let i = index;
                index += 1;
                let out = i >= first && i < first + span && !(i >= gap && i < gap + keep);
                if out {
                    removed.push(*c);
                }
                !out
            });
        }
        for (k, tour) in plan.tours.iter_mut().enumerate() {
            if touched[k] {
                if let Some(fresh) = Tour::of(self.network, std::mem::take(&mut tour.stops)) {
                    *tour = fresh;
                }
            }
        }
        plan.tours.retain(|t| !t.stops.is_empty());
        removed
    }
}
