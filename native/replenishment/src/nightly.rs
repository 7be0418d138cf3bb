//! The nightly job of a chain: levels and orders for every store x product cell.

use backhaul_common::{Error, Result};
use rayon::prelude::*;

use crate::pmf::Pmf;

/// What a supplier and a shelf impose on an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Units in a case; orders are whole cases.
    pub pack: i64,
    /// Fewest units in an order.
    pub least: i64,
    /// Largest position after an order.
    pub capacity: i64,
}

impl Rule {
    /// The smallest order that can be placed.
    pub fn smallest(&self) -> i64 {
        let least = self.least.max(1);
        (least + self.pack - 1) / self.pack * self.pack
    }
}

/// Units to order at `position` under (s, S): cases rounded up, at least the minimum, and whole cases
/// off again where the shelf is too small; what is then below the minimum is not ordered.
#[inline]
pub fn order_quantity(position: i64, s: i64, up_to: i64, rule: &Rule) -> i64 {
    if position > s {
        return 0;
    }
    let want = (up_to - position).max(rule.least).max(1);
    let order = (want + rule.pack - 1) / rule.pack * rule.pack;
    let room = rule.capacity - position;
    if order <= room {
        return order;
    }
    let fits = room.max(0) / rule.pack * rule.pack;
    if fits >= rule.least.max(1) {
        fits
    } else {
        0
    }
}

/// Columns of the nightly order; one value a cell, or one for all.
pub struct Cells<'a> {
    /// On hand plus on order less backorders, in units.
    pub position: &'a [i32],
    /// s, in units.
    pub reorder_level: &'a [i32],
    /// S, in units.
    pub order_up_to: &'a [i32],
    /// Units in a case.
    pub case_pack: &'a [i32],
    /// Fewest units in an order.
    pub minimum_order: &'a [i32],
    /// Most units that the shelf takes; 0: no limit.
    pub shelf_capacity: &'a [i32],
}

/// Units to order for every cell.
pub fn order_quantities(cells: &Cells<'_>) -> Result<Vec<i32>> {
    let n = cells.position.len();
    let columns = [
        ("reorder_level", cells.reorder_level),
        ("order_up_to", cells.order_up_to),
        ("case_pack", cells.case_pack),
        ("minimum_order", cells.minimum_order),
        ("shelf_capacity", cells.shelf_capacity),
    ];
    for (name, column) in columns {
        if column.len() != n && column.len() != 1 {
            return Err(Error::invalid(name, column.len(), format!("{n} values, or one for all")));
        }
    }
    let pick =
        |column: &[i32], i: usize| i64::from(if column.len() == 1 { column[0] } else { column[i] });
    let bad = |i: usize| -> Option<Error> {
        let (pack, least) = (pick(cells.case_pack, i), pick(cells.minimum_order, i));
        let (s, up_to) = (pick(cells.reorder_level, i), pick(cells.order_up_to, i));
        let capacity = pick(cells.shelf_capacity, i);
        if pack < 1 {
            return Some(Error::invalid(format!("case_pack[{i}]"), pack, "at least 1"));
        }
        if least < 0 {
            return Some(Error::invalid(format!("minimum_order[{i}]"), least, "at least 0"));
        }
        if capacity < 0 {
            return Some(Error::invalid(
                format!("shelf_capacity[{i}]"),
                capacity,
                "at least 0 (0: no limit)",
            ));
        }
        if up_to <= s {
            let allowed = format!("above reorder_level[{i}] = {s}");
            return Some(Error::invalid(format!("order_up_to[{i}]"), up_to, allowed));
        }
        let smallest = Rule { pack, least, capacity }.smallest();
        if capacity > 0 && capacity < smallest {
            let allowed = format!("0 (no limit) or room for the smallest order of {smallest}");
            return Some(Error::invalid(format!("shelf_capacity[{i}]"), capacity, allowed));
        }
        None
    };
    const CHUNK: usize = 4096;
    let mut orders = vec![0_i32; n];
    let failed = orders
        .par_chunks_mut(CHUNK)
        .enumerate()
        .filter_map(|(c, chunk)| {
            for (k, order) in chunk.iter_mut().enumerate() {
                let i = c * CHUNK + k;
                if let Some(error) = bad(i) {
                    return Some((i, error));
                }
                let capacity = pick(cells.shelf_capacity, i);
                let capacity = if capacity == 0 { i64::from(i32::MAX) } else { capacity };
                let rule = Rule {
                    pack: pick(cells.case_pack, i),
                    least: pick(cells.minimum_order, i),
                    capacity,
                };
                let (s, up_to) = (pick(cells.reorder_level, i), pick(cells.order_up_to, i));
                let units = order_quantity(i64::from(cells.position[i]), s, up_to, &rule);
                *order = i32::try_from(units).unwrap_or(i32::MAX);
            }
            None
        })
        .min_by_key(|(i, _)| *i);
    failed.map_or(Ok(orders), |(_, error)| Err(error))
}

/// Columns of the levels; one value a cell, or one for all.
pub struct Demand<'a> {
    /// Mean demand a period, in units.
    pub mean: &'a [f64],
    /// Variance over mean of demand a period, at least 1.
    pub variance_to_mean: &'a [f64],
    /// Periods from order to receipt.
    pub lead_time: &'a [i32],
    /// Periods between reviews.
    pub review: &'a [i32],
    /// Share of review cycles without a shortage, between 0 and 1.
    pub service_level: &'a [f64],
    /// Periods of mean demand that an order covers beyond the protection; 0: order every review.
    pub cover: &'a [f64],
}

/// Reorder level and order-up-to level of every cell by cycle service, exact in the demand
/// distribution: s + 1 is the smallest position that lasts lead time and review.
pub fn levels(demand: &Demand<'_>) -> Result<(Vec<i32>, Vec<i32>)> {
    let n = demand.mean.len();
    let floats = [
        ("variance_to_mean", demand.variance_to_mean),
        ("service_level", demand.service_level),
        ("cover", demand.cover),
    ];
    let whole = [("lead_time", demand.lead_time.len()), ("review", demand.review.len())];
    let lengths = floats.iter().map(|(name, c)| (*name, c.len())).chain(whole);
    for (name, len) in lengths {
        if len != n && len != 1 {
            return Err(Error::invalid(name, len, format!("{n} values, or one for all")));
        }
    }
    let real = |column: &[f64], i: usize| if column.len() == 1 { column[0] } else { column[i] };
    let int = |column: &[i32], i: usize| if column.len() == 1 { column[0] } else { column[i] };
    const CHUNK: usize = 1024;
    let mut both = vec![(0_i32, 0_i32); n];
    let failed = both
        .par_chunks_mut(CHUNK)
        .enumerate()
        .filter_map(|(c, chunk)| {
            let mut pmf = Pmf::default();
            for (k, slot) in chunk.iter_mut().enumerate() {
                let i = c * CHUNK + k;
                let mean = demand.mean[i];
                let ratio = real(demand.variance_to_mean, i);
                let (lead, review) = (int(demand.lead_time, i), int(demand.review, i));
                let (service, cover) = (real(demand.service_level, i), real(demand.cover, i));
                let wrong = |name: &str, value: String, allowed: &str| {
                    Some((i, Error::invalid(format!("{name}[{i}]"), value, allowed)))
                };
                if !(0.0..=1e6).contains(&mean) {
                    return wrong("mean", mean.to_string(), "0 to 1,000,000");
                }
                if !(1.0..=1e4).contains(&ratio) {
                    return wrong("variance_to_mean", ratio.to_string(), "1 to 10,000");
                }
                if !(0..=10_000).contains(&lead) {
                    return wrong("lead_time", lead.to_string(), "0 to 10,000");
                }
                if !(1..=10_000).contains(&review) {
                    return wrong("review", review.to_string(), "1 to 10,000");
                }
                if !(service > 0.0 && service < 1.0) {
                    return wrong("service_level", service.to_string(), "above 0 and below 1");
                }
                if !(0.0..=1e4).contains(&cover) {
                    return wrong("cover", cover.to_string(), "0 to 10,000");
                }
                pmf.set_count(mean * f64::from(lead + review), ratio);
                let reorder = pmf.quantile(service) as i64 - 1;
                let batch = (cover * mean).round().max(1.0) as i64;
                *slot = (
                    i32::try_from(reorder).unwrap_or(i32::MAX - 1),
                    i32::try_from(reorder + batch).unwrap_or(i32::MAX),
                );
            }
            None
        })
        .min_by_key(|(i, _)| *i);
    match failed {
        Some((_, error)) => Err(error),
        None => Ok(both.into_iter().unzip()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_follows_case_minimum_and_shelf() {
        let rule = Rule { pack: 6, least: 12, capacity: 30 };
        assert_eq!(order_quantity(11, 10, 20, &rule), 0); // above s
        assert_eq!(order_quantity(10, 10, 20, &rule), 12); // ten wanted: two cases
        assert_eq!(order_quantity(0, 10, 26, &rule), 30); // five cases fill the shelf
        assert_eq!(order_quantity(1, 10, 30, &rule), 24); // a fifth case has no room
        assert_eq!(order_quantity(19, 20, 30, &rule), 0); // one case fits, two are the minimum
    }
}
