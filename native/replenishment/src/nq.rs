//! Exact (R, s, nQ): at or below s order the fewest whole batches that lift the position above s.
//!
//! The position after ordering is uniform on s + 1 .. s + Q (Hadley and Whitin 1963), so that the best
//! s for a Q takes the Q cheapest neighbouring positions, and a Q that grows one unit at a time takes
//! the cheaper of its two neighbours (Federgruen and Zheng 1992, Operations Research 40(4)).

use crate::curve::Curve;
use crate::pmf::Pmf;
use crate::ss::Found;

/// The best s and Q: `Q` is a multiple of `pack`, at least `least`; `s + Q` at most `capacity`.
pub fn best(
    curve: &Curve,
    demand: &Pmf,
    setup: f64,
    pack: i64,
    least: i64,
    capacity: i64,
) -> Found {
    let least = least.max(1);
    let mut found = Found { reorder_level: 0, order_up_to: 0, cost: f64::INFINITY };
    let start = curve.lowest().min(capacity);
    let (mut lo, mut hi, mut size, mut sum) = (start, start, 1_i64, curve.at(start));
    // E min(D, Q) = P(D >= 1) + ... + P(D >= Q): orders a review are this over Q.
    let mut beyond = 1.0 - demand.at(0);
    let mut taken = beyond;
    loop {
        if size >= least && size % pack == 0 {
            let cost = (sum + setup * taken) / size as f64;
            if cost < found.cost {
                found = Found { reorder_level: lo - 1, order_up_to: hi, cost };
            }
            // The positions' part only grows with Q.
            if sum / size as f64 >= found.cost {
                return found;
            }
        }
        let (below, above) = (curve.at(lo - 1), curve.at(hi + 1));
        if hi < capacity && above <= below {
            hi += 1;
            sum += above;
        } else {
            lo -= 1;
            sum += below;
        }
        beyond -= demand.at(size as usize);
        taken += beyond.max(0.0);
        size += 1;
    }
}

/// Average cost of a given s and Q.
pub fn evaluate(curve: &Curve, demand: &Pmf, setup: f64, s: i64, batch: i64) -> f64 {
    let sum: f64 = (s + 1..=s + batch).map(|y| curve.at(y)).sum();
    let taken: f64 =
        (demand.start..=demand.end()).map(|d| demand.at(d) * (d as i64).min(batch) as f64).sum();
    (sum + setup * taken) / batch as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// No s and no allowed Q in a wide box is cheaper.
        #[test]
        fn nothing_in_a_box_is_cheaper(
            mean in 0.1..8.0_f64, ratio in 1.0..4.0_f64, lead in 0..3_i32, setup in 0.0..40.0_f64,
            pack in 1_i64..7, least in 1_i64..12,
        ) {
            let demand = Pmf::count(mean, ratio);
            let mut curve = Curve::default();
            curve.set(&Pmf::count(mean * f64::from(lead + 1), ratio), 1.0, 9.0);
            let found = best(&curve, &demand, setup, pack, least, i64::MAX);
            let batch = found.order_up_to - found.reorder_level;
            prop_assert_eq!(batch % pack, 0);
            prop_assert!(batch >= least);
            let here = evaluate(&curve, &demand, setup, found.reorder_level, batch);
            prop_assert!((here - found.cost).abs() < 1e-9);
            for n in 1..30 {
                if n * pack < least { continue; }
                for s in found.reorder_level - 20..found.reorder_level + 20 {
                    let cost = evaluate(&curve, &demand, setup, s, n * pack);
                    prop_assert!(cost >= found.cost - 1e-9);
                }
            }
        }
    }
}
