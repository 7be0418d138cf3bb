//! What a supplier and a calendar ask of a joint plan: order days, whole packs, least orders by any
//! measure (value, weight, pallets). Whole packs are part of
//! the needs from the start; least orders are filled up when all else is planned.

use backhaul_common::{Error, Result};

/// Rules for the orders; empty slices and no measures: none.
#[derive(Clone, Copy, Default)]
pub struct Rules<'a> {
    /// Units that are ordered together, one value an item; 0 or empty: any quantity.
    pub pack: &'a [f64],
    /// Whether an order can be placed in a period; empty: always.
    pub days: &'a [bool],
    /// For each least order: what a unit counts, one value an item, and the least sum of an order.
    pub least: &'a [(&'a [f64], f64)],
}

/// Costs that decide which part of a lot moves.
pub struct Terms<'a> {
    /// Number of periods.
    pub periods: usize,
    /// Money a unit and period in stock, one value an item.
    pub holding: &'a [f64],
    /// Money for the item in an order, one value an item.
    pub minor: &'a [f64],
    /// Volume of a unit, one value an item.
    pub volume: &'a [f64],
    /// Money a truck; volume that fits in it.
    pub truck: (f64, f64),
}

impl Rules<'_> {
    /// Whether an order can be placed.
    pub fn allows(&self, t: usize) -> bool {
        self.days.get(t).copied().unwrap_or(true)
    }

    /// Whether nothing is asked of quantities.
    pub fn free(&self) -> bool {
        self.least.is_empty() && self.pack.iter().all(|&p| p <= 0.0)
    }

    fn pack(&self, i: usize) -> f64 {
        self.pack.get(i).copied().unwrap_or(0.0)
    }

    /// Errors by field and place; `n` items, `periods` periods.
    pub fn validate(&self, n: usize, periods: usize) -> Result<()> {
        let finite = |v: f64| (0.0..=1e12).contains(&v);
        if !self.pack.is_empty() && self.pack.len() != n {
            return Err(Error::invalid("pack", self.pack.len(), format!("{n} values")));
        }
        if let Some(i) = self.pack.iter().position(|&v| !finite(v)) {
            return Err(Error::invalid(format!("pack[{i}]"), self.pack[i], "0 (none) to 1e12"));
        }
        if !self.days.is_empty() && self.days.len() != periods {
            let allowed = format!("{periods} values");
            return Err(Error::invalid("order_days", self.days.len(), allowed));
        }
        for (k, (measure, least)) in self.least.iter().enumerate() {
            let path = format!("minimum[{k}]");
            if measure.len() != n {
                return Err(Error::invalid(path, measure.len(), format!("{n} values")));
            }
            if let Some(i) = measure.iter().position(|&v| !finite(v)) {
                let path = format!("minimum[{k}].measure[{i}]");
                return Err(Error::invalid(path, measure[i], "0 to 1e12"));
            }
            if !finite(*least) {
                return Err(Error::invalid(format!("{path}.least"), *least, "0 to 1e12"));
            }
            if *least > 0.0 && measure.iter().all(|&v| v <= 0.0) {
                let allowed = "an item that counts towards the least order";
                return Err(Error::invalid(format!("{path}.measure"), "all 0", allowed));
            }
        }
        Ok(())
    }

    /// Units that have to come for these needs where they come in whole packs.
    pub fn whole(&self, periods: usize, demand: &[f64]) -> Vec<f64> {
        let mut need = demand.to_vec();
        for (i, row) in need.chunks_mut(periods).enumerate() {
            let pack = self.pack(i);
            if pack <= 0.0 {
                continue;
            }
            let (mut sum, mut packs) = (0.0, 0.0);
            for units in row {
                sum += *units;
                let whole = (sum / pack - 1e-9).ceil().max(packs);
                *units = (whole - packs) * pack;
                packs = whole;
            }
        }
        need
    }

    /// What is left to do when all needs come in time: a truck less where that pays, least orders.
    pub fn finish(&self, terms: &Terms<'_>, orders: &mut [f64]) {
        self.spare_trucks(terms, orders);
        self.fill(terms, orders);
    }

    /// Least orders: what is missing comes from later orders, cheapest first; after the last of them
    /// more is bought than is needed.
    pub fn fill(&self, terms: &Terms<'_>, orders: &mut [f64]) {
        let (n, periods) = (terms.holding.len(), terms.periods);
        for &(measure, least) in self.least {
            for t in 0..periods {
                let sum = |orders: &[f64]| -> f64 {
                    (0..n).map(|i| measure[i] * orders[i * periods + t]).sum()
                };
                let placed = (0..n).any(|i| orders[i * periods + t] > 0.0);
                let mut missing = least - sum(orders);
                if !placed || missing <= 1e-9 * least {
                    continue;
                }
                let mut options: Vec<(f64, usize, usize)> = Vec::new();
                for i in (0..n).filter(|&i| measure[i] > 0.0) {
                    for later in t + 1..periods {
                        if orders[i * periods + later] > 0.0 {
                            let held = terms.holding[i] * (later - t) as f64;
                            options.push((held / measure[i], i, later));
                        }
                    }
                }
                options.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
                for (_, i, later) in options {
                    if missing <= 1e-9 * least {
                        break;
                    }
                    let lot = orders[i * periods + later];
                    let units = self.up(i, missing / measure[i]).min(lot);
                    // Nothing that is left may be dust.
                    let units = if lot - units <= 1e-9 * lot { lot } else { units };
                    orders[i * periods + later] = lot - units;
                    orders[i * periods + t] += units;
                    missing -= units * measure[i];
                }
                if missing > 1e-9 * least {
                    let cheapest = (0..n)
                        .filter(|&i| measure[i] > 0.0)
                        .min_by(|&a, &b| {
                            let each = |i: usize| terms.holding[i] / measure[i];
                            each(a).total_cmp(&each(b))
                        })
                        .unwrap_or(0);
                    let units = self.up(cheapest, missing / measure[cheapest]);
                    orders[cheapest * periods + t] += units;
                }
            }
        }
    }

    /// Units in whole packs, downwards.
    pub fn down(&self, i: usize, units: f64) -> f64 {
        let pack = self.pack(i);
        if pack > 0.0 && units.is_finite() {
            (units / pack + 1e-9).floor() * pack
        } else {
            units
        }
    }

    /// Units in whole packs, upwards.
    pub fn up(&self, i: usize, units: f64) -> f64 {
        let pack = self.pack(i);
        if pack > 0.0 {
            (units / pack - 1e-9).ceil() * pack
        } else {
            units
        }
    }

    /// Parts of lots go to the item's order before, into room that its trucks have, where that saves a
    /// truck for less than its cost.
    pub fn spare_trucks(&self, terms: &Terms<'_>, orders: &mut [f64]) {
        let (cost, capacity) = terms.truck;
        if cost <= 0.0 || !capacity.is_finite() {
            return;
        }
        let (n, periods) = (terms.holding.len(), terms.periods);
        let mut loads = vec![0.0; periods];
        for (k, units) in orders.iter().enumerate() {
            loads[k % periods] += terms.volume[k / periods] * units;
        }
        let trucks = |load: f64| (load / capacity - 1e-9).ceil().max(0.0);
        for t in (1..periods).rev() {
            let mut over = loads[t] - (trucks(loads[t]) - 1.0) * capacity;
            // The last truck of an order stays: without it the order would go, another decision.
            if loads[t] <= capacity || over <= 0.0 {
                continue;
            }
            let mut options: Vec<(f64, usize, usize)> = Vec::new();
            for i in (0..n).filter(|&i| terms.volume[i] > 0.0 && orders[i * periods + t] > 0.0) {
                let before = (0..t).rev().find(|&p| orders[i * periods + p] > 0.0);
                if let Some(p) = before {
                    options.push((terms.holding[i] * (t - p) as f64 / terms.volume[i], i, p));
                }
            }
            options.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
            let mut room: Vec<f64> =
                loads.iter().map(|&load| trucks(load) * capacity - load).collect();
            let (mut price, mut moves) = (0.0, Vec::new());
            for (_, i, p) in options {
                if over <= 1e-9 * capacity {
                    break;
                }
                let lot = orders[i * periods + t];
                let mut units = self.up(i, over / terms.volume[i]).min(lot);
                let fits = room[p] / terms.volume[i];
                if units > fits {
                    units = self.down(i, fits);
                }
                if units <= 1e-9 * lot {
                    continue;
                }
                if lot - units <= 1e-9 * lot {
                    units = lot;
                    price -= terms.minor[i];
                }
                price += terms.holding[i] * (t - p) as f64 * units;
                room[p] -= units * terms.volume[i];
                over -= units * terms.volume[i];
                moves.push((i, p, units));
            }
            if over <= 1e-9 * capacity && price < cost {
                for (i, p, units) in moves {
                    orders[i * periods + t] -= units;
                    orders[i * periods + p] += units;
                    loads[t] -= units * terms.volume[i];
                    loads[p] += units * terms.volume[i];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(one: &[f64], truck: (f64, f64)) -> Terms<'_> {
        Terms { periods: 3, holding: one, minor: one, volume: one, truck }
    }

    /// Packs of 6: 4 needs 6, and 2 of them serve the 5 that come next, which need 3 more, so 6 again.
    #[test]
    fn packs_carry_what_is_too_much() {
        let rules = Rules { pack: &[6.0], ..Rules::default() };
        assert_eq!(rules.whole(3, &[4.0, 5.0, 3.0]), [6.0, 6.0, 0.0]);
    }

    /// Least order 10: 4 + 6 from the next; what is left of the next is too little, and the last tops it.
    #[test]
    fn least_orders_take_from_later_ones() {
        let (one, least) = ([1.0], [(&[1.0][..], 10.0)]);
        let rules = Rules { least: &least, ..Rules::default() };
        let mut orders = [4.0, 7.0, 5.0];
        rules.fill(&terms(&one, (0.0, f64::INFINITY)), &mut orders);
        assert_eq!(orders, [10.0, 10.0, 0.0]);
    }

    /// A truck of 10: 12 and 8 need three, 10 and 10 need two; the two units cost 2 a period held.
    #[test]
    fn a_part_of_a_lot_saves_a_truck() {
        let one = [1.0];
        let mut orders = [8.0, 12.0, 0.0];
        Rules::default().spare_trucks(&terms(&one, (5.0, 10.0)), &mut orders);
        assert_eq!(orders, [10.0, 10.0, 0.0]);
        let mut orders = [8.0, 12.0, 0.0];
        Rules::default().spare_trucks(&terms(&one, (1.0, 10.0)), &mut orders);
        assert_eq!(orders, [8.0, 12.0, 0.0], "a truck that costs less than holding stays");
    }

    /// Lengths and values are named.
    #[test]
    fn bad_rules_are_named() {
        let text = |rules: Rules<'_>| rules.validate(1, 3).unwrap_err().to_string();
        assert!(text(Rules { pack: &[1.0, 2.0], ..Rules::default() }).contains("pack"));
        assert!(text(Rules { pack: &[-1.0], ..Rules::default() }).contains("pack[0]"));
        assert!(text(Rules { days: &[true], ..Rules::default() }).contains("order_days"));
        let least = [(&[0.0][..], 5.0)];
        assert!(text(Rules { least: &least, ..Rules::default() }).contains("minimum[0].measure"));
    }
}
