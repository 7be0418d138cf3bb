//! Why an order line is what it is: terms that add up to it, the rule that bound, and what one unit
//! more or less would have cost.

use backhaul_common::{Error, Result};
use rayon::prelude::*;

use crate::nightly::{order_quantities, Cells};
use crate::pmf::Pmf;

/// What decided the quantity in the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bound {
    /// The position is above the reorder level: nothing is ordered.
    #[default]
    AboveReorderLevel,
    /// Exactly up to the level.
    OrderUpTo,
    /// The supplier's minimum.
    MinimumOrder,
    /// Rounding up to whole cases.
    CasePack,
    /// Room on the shelf.
    ShelfCapacity,
    /// Fewer cases fit on the shelf than the supplier's minimum: nothing is ordered.
    NoRoomForMinimum,
}

/// One line; `forecast + protection + batch - position - waits + minimum + rounding - shelf = order`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Line {
    /// Expected demand over lead time and review.
    pub forecast: f64,
    /// What the reorder level holds above that: s + 1 - forecast.
    pub protection: f64,
    /// What the order-up-to level holds above that: S - s - 1.
    pub batch: i64,
    /// On hand plus on order less owed.
    pub position: i64,
    /// Units up to S that are not ordered because the position is still above s.
    pub waits: i64,
    /// Units added to reach the supplier's minimum.
    pub minimum: i64,
    /// Units added to fill the last case.
    pub rounding: i64,
    /// Units taken off again because the shelf is full.
    pub shelf: i64,
    /// Units ordered.
    pub order: i64,
    /// What decided.
    pub bound: Bound,
    /// Rise of the expected cost at the end of lead time and review with a unit more, a unit less, a
    /// case more, a case less.
    pub change: [f64; 4],
}

/// Demand and costs of the lines; one value a line, or one for all.
pub struct Costs<'a> {
    /// Mean demand a period.
    pub mean: &'a [f64],
    /// Variance over mean.
    pub variance_to_mean: &'a [f64],
    /// Periods from order to receipt.
    pub lead_time: &'a [i32],
    /// Periods between reviews.
    pub review: &'a [i32],
    /// Money a unit left over.
    pub holding: &'a [f64],
    /// Money a unit short.
    pub short: &'a [f64],
}

fn pick<T: Copy>(column: &[T], i: usize) -> T {
    if column.len() == 1 {
        column[0]
    } else {
        column[i]
    }
}

impl Costs<'_> {
    fn validate(&self, n: usize) -> Result<()> {
        let real: [(&str, &[f64], f64, f64, &str); 4] = [
            ("mean", self.mean, 0.0, 1e6, "0 to 1,000,000"),
            ("variance_to_mean", self.variance_to_mean, 1.0, 1e4, "1 to 10,000"),
            ("holding", self.holding, 0.0, 1e9, "0 to 1e9"),
            ("short", self.short, 0.0, 1e9, "0 to 1e9"),
        ];
        let whole: [(&str, &[i32], i32, &str); 2] = [
            ("lead_time", self.lead_time, 0, "0 to 10,000"),
            ("review", self.review, 1, "1 to 10,000"),
        ];
        let lengths = real.iter().map(|r| (r.0, r.1.len()));
        for (name, len) in lengths.chain(whole.iter().map(|w| (w.0, w.1.len()))) {
            if len != n && len != 1 {
                return Err(Error::invalid(name, len, format!("{n} values, or one for all")));
            }
        }
        for (name, column, least, most, allowed) in real {
            if let Some(i) = column.iter().position(|x| !(least..=most).contains(x)) {
                return Err(Error::invalid(format!("{name}[{i}]"), column[i], allowed));
            }
        }
        for (name, column, least, allowed) in whole {
            if let Some(i) = column.iter().position(|x| !(least..=10_000).contains(x)) {
                return Err(Error::invalid(format!("{name}[{i}]"), column[i], allowed));
            }
        }
        Ok(())
    }

    /// Expected cost of shortage and left-over with `y` units for the demand.
    fn expected(&self, i: usize, demand: &Pmf, mean: f64, y: i64) -> f64 {
        let left: f64 = demand
            .p
            .iter()
            .enumerate()
            .map(|(k, p)| p * ((y - (demand.start + k) as i64).max(0) as f64))
            .sum();
        pick(self.holding, i) * left + pick(self.short, i) * (left + mean - y as f64)
    }
}

fn line(cells: &Cells<'_>, costs: &Costs<'_>, i: usize, order: i64, demand: &mut Pmf) -> Line {
    let at = |column: &[i32]| i64::from(pick(column, i));
    let (s, up_to) = (at(cells.reorder_level), at(cells.order_up_to));
    let (pack, least) = (at(cells.case_pack), at(cells.minimum_order));
    let position = i64::from(cells.position[i]);
    let span = f64::from(pick(costs.lead_time, i) + pick(costs.review, i));
    let forecast = pick(costs.mean, i) * span;
    let mut found = Line {
        forecast,
        protection: (s + 1) as f64 - forecast,
        batch: up_to - s - 1,
        position,
        order,
        ..Line::default()
    };
    if position > s {
        found.waits = up_to - position;
    } else {
        let want = (up_to - position).max(1);
        let lifted = want.max(least);
        let whole = (lifted + pack - 1) / pack * pack;
        // S is above s, so that what is wanted is never below 1.
        found.minimum = lifted - (up_to - position);
        found.rounding = whole - lifted;
        found.shelf = whole - order;
        found.bound = match (order, found.shelf, found.rounding, found.minimum) {
            (0, ..) => Bound::NoRoomForMinimum,
            (_, 1.., ..) => Bound::ShelfCapacity,
            (_, _, 1.., _) => Bound::CasePack,
            (_, _, _, 1..) => Bound::MinimumOrder,
            _ => Bound::OrderUpTo,
        };
    }
    demand.set_count(forecast, pick(costs.variance_to_mean, i));
    let mean = demand.mean();
    let after = position + order;
    let now = costs.expected(i, demand, mean, after);
    found.change =
        [1, -1, pack, -pack].map(|units| costs.expected(i, demand, mean, after + units) - now);
    found
}

/// Every line explained.
pub fn explain(cells: &Cells<'_>, costs: &Costs<'_>) -> Result<Vec<Line>> {
    costs.validate(cells.position.len())?;
    let orders = order_quantities(cells)?;
    Ok(orders
        .par_iter()
        .enumerate()
        .map_init(Pmf::default, |demand, (i, &order)| {
            line(cells, costs, i, i64::from(order), demand)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The terms add up to the order, and a unit less after a unit more changes nothing.
        #[test]
        fn terms_add_up(
            position in -20_i32..40, s in -1_i32..20, more in 1_i32..20, pack in 1_i32..7,
            least in 0_i32..15, room in 0_i32..30, mean in 0.0..6.0_f64,
        ) {
            let smallest = (least.max(1) + pack - 1) / pack * pack;
            let shelf = if room == 0 { 0 } else { smallest + room };
            let cells = |position: i32| explain(
                &Cells {
                    position: &[position], reorder_level: &[s], order_up_to: &[s + more],
                    case_pack: &[pack], minimum_order: &[least], shelf_capacity: &[shelf],
                },
                &Costs {
                    mean: &[mean], variance_to_mean: &[1.5], lead_time: &[2], review: &[1],
                    holding: &[1.0], short: &[9.0],
                },
            ).unwrap()[0];
            let l = cells(position);
            let whole = l.batch - l.position - l.waits + l.minimum + l.rounding - l.shelf;
            prop_assert!((l.forecast + l.protection + whole as f64 - l.order as f64).abs() < 1e-9);
            prop_assert!((l.forecast - 3.0 * mean).abs() < 1e-9);
            // Convex: a unit more and a unit less cannot both pay.
            prop_assert!(l.change[0] + l.change[1] >= -1e-9);
            prop_assert!(l.change[2] >= f64::from(pack) * l.change[0] - 1e-9);
        }
    }
}
