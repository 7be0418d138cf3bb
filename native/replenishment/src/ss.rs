//! Exact (s, S): order up to S when the position is at or below s.
//!
//! Zheng and Federgruen (1991), "Finding optimal (s, S) policies is about as simple as evaluating a
//! single policy", Operations Research 39(4).

use crate::curve::Curve;
use crate::policy::{dot, Renewal};

/// Work space of one search, kept between items.
#[derive(Clone, Debug, Default)]
pub struct Search {
    backwards: Vec<f64>,
}

/// Levels and their long-run average cost a period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Order when the position is at or below this.
    pub reorder_level: i64,
    /// Raise the position to this.
    pub order_up_to: i64,
    /// Average cost a period.
    pub cost: f64,
}

impl Search {
    /// The best pair; `setup` is the cost of an order divided by the periods between reviews.
    pub fn best(&mut self, curve: &Curve, renewal: &mut Renewal, setup: f64) -> Found {
        let lowest = curve.lowest();
        // From the cheapest position downwards: c(s, lowest), one position more at a time.
        let (mut s, mut sum, mut span) = (lowest, setup, 0_usize);
        let mut cost;
        loop {
            span += 1;
            if renewal.visits.len() < span {
                renewal.grow(span + 16);
            }
            sum += renewal.visits[span - 1] * curve.at(s);
            s -= 1;
            cost = sum / renewal.reviews[span];
            if cost <= curve.at(s) {
                break;
            }
        }
        let (mut best, mut up_to) = (cost, lowest);
        // No S above this can pay; s only rises from here. Backwards, so that products run forwards.
        let top = curve.last_within(best).max(lowest);
        self.backwards.clear();
        self.backwards.extend((s + 1..=top).rev().map(|y| curve.at(y)));
        renewal.grow((top - s) as usize);
        let average = |s: i64, up_to: i64| {
            let span = (up_to - s) as usize;
            let from = (top - up_to) as usize;
            let visited = dot(&renewal.visits[..span], &self.backwards[from..from + span]);
            (setup + visited) / renewal.reviews[span]
        };
        let mut candidate = lowest + 1;
        while candidate <= top && curve.at(candidate) <= best {
            if average(s, candidate) < best {
                up_to = candidate;
                while s + 1 < up_to && average(s, up_to) <= curve.at(s + 1) {
                    s += 1;
                }
                best = average(s, up_to);
            }
            candidate += 1;
        }
        Found { reorder_level: s, order_up_to: up_to, cost: best }
    }
}

/// Average cost of a given pair.
pub fn evaluate(curve: &Curve, renewal: &mut Renewal, setup: f64, s: i64, up_to: i64) -> f64 {
    let span = (up_to - s).max(1) as usize;
    renewal.grow(span);
    let visited: f64 = (0..span).map(|j| renewal.visits[j] * curve.at(up_to - j as i64)).sum();
    (setup + visited) / renewal.reviews[span]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pmf::Pmf;
    use proptest::prelude::*;

    fn best(mean: f64, ratio: f64, lead: f64, setup: f64, b: f64) -> (Found, Curve, Renewal) {
        let (mut curve, mut renewal) = (Curve::default(), Renewal::default());
        curve.set(&Pmf::count(mean * (lead + 1.0), ratio), 1.0, b);
        renewal.set(&Pmf::count(mean, ratio));
        let found = Search::default().best(&curve, &mut renewal, setup);
        (found, curve, renewal)
    }

    /// First row of the table in the paper: Poisson 10, K = 64, h = 1, p = 9: (6, 40), 35.02.
    #[test]
    fn the_paper_first_row() {
        let (found, ..) = best(10.0, 1.0, 0.0, 64.0, 9.0);
        assert_eq!((found.reorder_level, found.order_up_to), (6, 40));
        assert!((found.cost - 35.021555).abs() < 1e-6);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// No pair in a wide box is cheaper: the search is exact.
        #[test]
        fn nothing_in_a_box_is_cheaper(
            mean in 0.05..8.0_f64, ratio in 1.0..5.0_f64, lead in 0..3_i32,
            setup in 0.0..60.0_f64, b in 1.0..40.0_f64,
        ) {
            let (found, curve, mut renewal) = best(mean, ratio, f64::from(lead), setup, b);
            let here = evaluate(&curve, &mut renewal, setup, found.reorder_level, found.order_up_to);
            prop_assert!((here - found.cost).abs() < 1e-9);
            for s in found.reorder_level - 6..found.reorder_level + 7 {
                for up_to in s + 1..found.order_up_to + 12 {
                    let cost = evaluate(&curve, &mut renewal, setup, s, up_to);
                    prop_assert!(cost >= found.cost - 1e-9, "({s}, {up_to}) {cost} {found:?}");
                }
            }
        }
    }
}
