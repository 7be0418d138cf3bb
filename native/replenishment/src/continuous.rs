//! Continuous review, (r, Q): as soon as the position falls to r, order Q.
//!
//! Units are asked for one by one (Poisson). The position is uniform on r + 1 .. r + Q, and the best
//! pair is found as Federgruen and Zheng (1992), Operations Research 40(4), 808-813, do.

use backhaul_common::{Error, Result};
use rayon::prelude::*;

use crate::curve::Curve;
use crate::nq;
use crate::pmf::Pmf;
use crate::ss::Found;

/// Columns of items.
pub struct Items<'a> {
    /// Units asked for a unit of time.
    pub rate: &'a [f64],
    /// Time from order to receipt.
    pub lead_time: &'a [f64],
    /// Money an order.
    pub setup: &'a [f64],
    /// Money a unit on hand and unit of time.
    pub holding: &'a [f64],
    /// Money a unit owed and unit of time.
    pub backorder: &'a [f64],
    /// Units in a case: Q is whole cases.
    pub case_pack: &'a [i32],
}

/// r, Q and average cost of every item.
pub fn solve(items: &Items<'_>) -> Result<Vec<(i32, i32, f64)>> {
    let n = items.rate.len();
    let lengths = [
        ("lead_time", items.lead_time.len()),
        ("setup", items.setup.len()),
        ("holding", items.holding.len()),
        ("backorder", items.backorder.len()),
        ("case_pack", items.case_pack.len()),
    ];
    for (name, len) in lengths {
        if len != n {
            return Err(Error::invalid(name, len, format!("{n} values")));
        }
    }
    for i in 0..n {
        let wrong = |name: &str, value: String, allowed: &str| {
            Err(Error::invalid(format!("{name}[{i}]"), value, allowed))
        };
        let (rate, lead) = (items.rate[i], items.lead_time[i]);
        let (setup, holding, backorder) = (items.setup[i], items.holding[i], items.backorder[i]);
        if !(rate > 0.0 && rate <= 1e5) {
            return wrong("mean", rate.to_string(), "above 0 to 100,000");
        }
        if !(0.0..=1e4).contains(&lead) {
            return wrong("lead_time", lead.to_string(), "0 to 10,000");
        }
        if !(setup >= 0.0 && setup.is_finite()) {
            return wrong("setup", setup.to_string(), "a finite number of at least 0");
        }
        if !(holding > 0.0 && holding.is_finite()) {
            return wrong("holding", holding.to_string(), "a finite number above 0");
        }
        if !(backorder >= holding && backorder.is_finite()) {
            return wrong("backorder", backorder.to_string(), "at least the holding cost");
        }
        if items.case_pack[i] < 1 {
            return wrong("case_pack", items.case_pack[i].to_string(), "at least 1");
        }
        let units = rate * lead + (2.0 * setup * rate / holding).sqrt();
        if units > 1e6 {
            let allowed = "lead-time demand and economic order of at most 1,000,000 units";
            return wrong("mean", units.to_string(), allowed);
        }
    }
    let one = Pmf { start: 1, p: vec![1.0] };
    Ok((0..n)
        .into_par_iter()
        .map(|i| {
            let mut curve = Curve::default();
            let demand = Pmf::count(items.rate[i] * items.lead_time[i], 1.0);
            curve.set(&demand, items.holding[i], items.backorder[i]);
            // An order after every Q units: `rate` units a unit of time, each a review of its own.
            let setup = items.setup[i] * items.rate[i];
            let pack = i64::from(items.case_pack[i]);
            let Found { reorder_level, order_up_to, cost } =
                nq::best(&curve, &one, setup, pack, 1, i64::MAX);
            (reorder_level as i32, (order_up_to - reorder_level) as i32, cost)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair in a box, for several items: none is cheaper.
    #[test]
    fn no_pair_is_cheaper() {
        for (rate, lead, setup, holding, backorder) in
            [(1.5, 2.0, 100.0, 20.0, 150.0), (0.3, 4.0, 2.0, 1.0, 9.0), (10.0, 1.0, 64.0, 1.0, 9.0)]
        {
            let items = Items {
                rate: &[rate],
                lead_time: &[lead],
                setup: &[setup],
                holding: &[holding],
                backorder: &[backorder],
                case_pack: &[1],
            };
            let (r, batch, cost) = solve(&items).unwrap()[0];
            let mut curve = Curve::default();
            curve.set(&Pmf::count(rate * lead, 1.0), holding, backorder);
            let of = |r: i64, q: i64| {
                (setup * rate + (r + 1..=r + q).map(|y| curve.at(y)).sum::<f64>()) / q as f64
            };
            assert!((of(i64::from(r), i64::from(batch)) - cost).abs() < 1e-9);
            for low in -20..30 {
                for q in 1..70 {
                    assert!(of(low, q) >= cost - 1e-9);
                }
            }
        }
    }
}
