//! (s, S) under case packs, a minimum order and a shelf: exact cost of a pair, and a search over pairs.
//!
//! Rounding makes the position after an order random, so that cycles are no longer alike. The chain of
//! positions reached by orders is small (about a case pack of them); its stationary distribution weighs
//! the cycles.

use crate::curve::Curve;
use crate::nightly::{order_quantity, Rule};
use crate::pmf::Pmf;
use crate::policy::Renewal;
use crate::ss::Found;

/// Cost, demand and rounding of one item.
pub struct Setting<'a> {
    /// Cost of a period by position.
    pub curve: &'a Curve,
    /// Demand between reviews.
    pub demand: &'a Pmf,
    /// Cost of an order over the periods between reviews.
    pub setup: f64,
    /// Case pack, minimum order, shelf capacity.
    pub rule: Rule,
}

impl Setting<'_> {
    /// Average cost of the pair, exactly.
    pub fn evaluate(&self, renewal: &mut Renewal, s: i64, up_to: i64) -> f64 {
        let order = |x: i64| order_quantity(x, s, up_to, &self.rule);
        // Deepest position seen at a review; below it no review starts.
        let deepest = s + 1 - self.demand.end() as i64;
        let lands: Vec<i64> = (deepest..=s).map(|x| x + order(x)).collect();
        let Some((&low, &high)) = lands.iter().min().zip(lands.iter().max()) else {
            return f64::INFINITY;
        };
        if low <= s {
            return f64::INFINITY;
        }
        let n = (high - low + 1) as usize;
        renewal.grow((high - s) as usize);
        let mut next = vec![0.0; n * n];
        let (mut costs, mut spans) = (vec![0.0; n], vec![0.0; n]);
        for i in 0..n {
            let from = low + i as i64;
            let span = (from - s) as usize;
            spans[i] = renewal.reviews[span];
            costs[i] = self.setup;
            for j in 0..span {
                let (m, y) = (renewal.visits[j], from - j as i64);
                costs[i] += m * self.curve.at(y);
                // Leave for a position at or below s.
                let first = (y - s) as usize;
                for d in first.max(self.demand.start)..=self.demand.end() {
                    let x = y - d as i64;
                    let to = (lands[(x - deepest) as usize] - low) as usize;
                    next[i * n + to] += m * self.demand.at(d);
                }
            }
        }
        let share = stationary(&mut next, n);
        let cost: f64 = share.iter().zip(&costs).map(|(p, c)| p * c).sum();
        let reviews: f64 = share.iter().zip(&spans).map(|(p, t)| p * t).sum();
        cost / reviews
    }

    /// The best pair found by moving both levels, starting from the best pair without rounding.
    pub fn search(&self, renewal: &mut Renewal, start: Found) -> Found {
        let room = self.rule.capacity - self.rule.smallest();
        let clip = |s: i64, up_to: i64| {
            let s = s.min(room);
            (s, up_to.clamp(s + 1, self.rule.capacity.max(s + 1)))
        };
        let (s, up_to) = clip(start.reorder_level, start.order_up_to);
        let cost = self.evaluate(renewal, s, up_to);
        let mut best = Found { reorder_level: s, order_up_to: up_to, cost };
        let mut step = (self.rule.pack / 2).clamp(1, 64);
        loop {
            let before = best.cost;
            for (ds, du) in [(0, -1), (0, 1), (-1, 0), (1, 0), (-1, -1), (1, 1), (-1, 1), (1, -1)] {
                let (s, up_to) = clip(best.reorder_level + ds * step, best.order_up_to + du * step);
                if (s, up_to) == (best.reorder_level, best.order_up_to) {
                    continue;
                }
                let cost = self.evaluate(renewal, s, up_to);
                if cost < best.cost - 1e-12 * best.cost {
                    best = Found { reorder_level: s, order_up_to: up_to, cost };
                }
            }
            if best.cost >= before {
                if step == 1 {
                    return best;
                }
                step = (step / 2).max(1);
            }
        }
    }
}

/// Stationary distribution of a chain by elimination without subtractions (Grassmann, Taksar and
/// Heyman 1985, Operations Research 33(5)). States that the chain leaves for good get no weight.
fn stationary(p: &mut [f64], n: usize) -> Vec<f64> {
    let mut share = vec![0.0; n];
    for k in (1..n).rev() {
        let out: f64 = p[k * n..k * n + k].iter().sum();
        if out <= 0.0 {
            continue;
        }
        for i in 0..k {
            let scale = p[i * n + k] / out;
            p[i * n + k] = scale;
            if scale > 0.0 {
                for j in 0..k {
                    p[i * n + j] += scale * p[k * n + j];
                }
            }
        }
    }
    share[0] = 1.0;
    for k in 1..n {
        share[k] = (0..k).map(|i| share[i] * p[i * n + k]).sum();
    }
    let total: f64 = share.iter().sum();
    for x in &mut share {
        *x /= total;
    }
    share
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ss;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        /// Without rounding the cost is that of the plain pair; with it, never below the best plain pair.
        #[test]
        fn rounding_costs_and_no_rounding_does_not(
            mean in 0.2..6.0_f64, ratio in 1.0..4.0_f64, setup in 0.0..40.0_f64, pack in 1_i64..9,
            least in 1_i64..15,
        ) {
            let demand = Pmf::count(mean, ratio);
            let (mut curve, mut renewal) = (Curve::default(), Renewal::default());
            curve.set(&Pmf::count(mean * 2.0, ratio), 1.0, 9.0);
            renewal.set(&demand);
            let plain = ss::Search::default().best(&curve, &mut renewal, setup);
            let free = Rule { pack: 1, least: 1, capacity: i64::from(i32::MAX) };
            let setting = Setting { curve: &curve, demand: &demand, setup, rule: free };
            let same = setting.evaluate(&mut renewal, plain.reorder_level, plain.order_up_to);
            prop_assert!((same - plain.cost).abs() < 1e-9);
            let rule = Rule { pack, least, ..free };
            let setting = Setting { rule, ..setting };
            let found = setting.search(&mut renewal, plain);
            prop_assert!(found.cost >= plain.cost - 1e-9);
        }
    }
}
