//! Dividing a short supply among stores.
//!
//! By value: whole cases go where the next case serves most expected demand; with equal cases this is
//! optimal, because the value of a store's next case only falls (Gross 1956; Fox 1966, Management
//! Science 13(3)). Fair share: everyone gets the same share of what it asked for, rounded to cases.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use backhaul_common::{Error, Result};
use rayon::prelude::*;

use crate::pmf::Pmf;

/// Lines of orders; the lines of a product stand together, in the order of `supply`.
pub struct Lines<'a> {
    /// Units that the warehouse has, by product.
    pub supply: &'a [i32],
    /// Product of each line, never falling.
    pub product: &'a [i32],
    /// Units asked for.
    pub order: &'a [i32],
    /// Units that the line gets before others are considered, as far as they go.
    pub minimum: &'a [i32],
    /// Units in a case.
    pub case_pack: &'a [i32],
    /// Units on hand and on the way.
    pub position: &'a [i32],
    /// Mean demand until the next chance to order.
    pub mean: &'a [f64],
    /// Variance over mean of that demand.
    pub variance_to_mean: &'a [f64],
    /// Money that a unit sold brings.
    pub value: &'a [f64],
}

/// How to divide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// The same share of every order.
    Fair,
    /// Where the next case is worth most.
    Value,
}

/// A case waiting to be given, the most valuable first; of equals the earlier line.
struct Next {
    worth: f64,
    line: usize,
}

impl PartialEq for Next {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Next {}

impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Next {
    fn cmp(&self, other: &Self) -> Ordering {
        self.worth.total_cmp(&other.worth).then(other.line.cmp(&self.line))
    }
}

impl Lines<'_> {
    fn validate(&self) -> Result<()> {
        let n = self.product.len();
        let lengths = [
            ("order", self.order.len()),
            ("minimum", self.minimum.len()),
            ("case_pack", self.case_pack.len()),
            ("position", self.position.len()),
            ("mean", self.mean.len()),
            ("variance_to_mean", self.variance_to_mean.len()),
            ("value", self.value.len()),
        ];
        for (name, len) in lengths {
            if len != n {
                return Err(Error::invalid(name, len, format!("{n} values")));
            }
        }
        if let Some(p) = self.supply.iter().position(|&units| units < 0) {
            return Err(Error::invalid(format!("supply[{p}]"), self.supply[p], "at least 0"));
        }
        for i in 0..n {
            let wrong = |name: &str, value: String, allowed: &str| {
                Err(Error::invalid(format!("{name}[{i}]"), value, allowed))
            };
            let product = self.product[i];
            if product < 0 || product as usize >= self.supply.len() {
                return wrong("product", product.to_string(), "a row of supply");
            }
            if i > 0 && product < self.product[i - 1] {
                return wrong("product", product.to_string(), "not below the line before");
            }
            if self.order[i] < 0 {
                return wrong("order", self.order[i].to_string(), "at least 0");
            }
            if self.minimum[i] < 0 || self.minimum[i] > self.order[i] {
                return wrong("minimum", self.minimum[i].to_string(), "0 to the order");
            }
            if self.case_pack[i] < 1 {
                return wrong("case_pack", self.case_pack[i].to_string(), "at least 1");
            }
            if !(0.0..=1e5).contains(&self.mean[i]) {
                return wrong("mean", self.mean[i].to_string(), "0 to 100,000");
            }
            if !(1.0..=1000.0).contains(&self.variance_to_mean[i]) {
                return wrong(
                    "variance_to_mean",
                    self.variance_to_mean[i].to_string(),
                    "1 to 1000",
                );
            }
            if !(self.value[i] >= 0.0 && self.value[i].is_finite()) {
                return wrong("value", self.value[i].to_string(), "a finite number of at least 0");
            }
        }
        Ok(())
    }

    /// Whole cases, in units, that the order asks for; a broken last case is left out.
    fn asked(&self, i: usize) -> i32 {
        self.order[i] / self.case_pack[i] * self.case_pack[i]
    }

    fn minimums(&self, span: std::ops::Range<usize>, left: &mut i32, given: &mut [i32]) {
        for (k, i) in span.enumerate() {
            let pack = self.case_pack[i];
            let want = (self.minimum[i] + pack - 1) / pack * pack;
            let units = want.min(self.asked(i)).min(*left / pack * pack);
            given[k] = units;
            *left -= units;
        }
    }

    fn fair(&self, span: std::ops::Range<usize>, mut left: i32, given: &mut [i32]) {
        self.minimums(span.clone(), &mut left, given);
        let open: i64 = span.clone().zip(&*given).map(|(i, g)| i64::from(self.asked(i) - g)).sum();
        if open == 0 {
            return;
        }
        let total = i64::from(left);
        let mut rests = BinaryHeap::new();
        for (k, i) in span.clone().enumerate() {
            let pack = i64::from(self.case_pack[i]);
            let due = i64::from(self.asked(i) - given[k]);
            let exact = due as f64 * total.min(open) as f64 / open as f64;
            let units = ((exact / pack as f64 + 1e-9).floor() as i64 * pack).min(due);
            given[k] += units as i32;
            left -= units as i32;
            if units < due {
                rests.push(Next { worth: (exact - units as f64) / pack as f64, line: i });
            }
        }
        while let Some(Next { line, .. }) = rests.pop() {
            let pack = self.case_pack[line];
            if pack <= left {
                given[line - span.start] += pack;
                left -= pack;
            }
        }
    }

    fn by_value(
        &self,
        span: std::ops::Range<usize>,
        mut left: i32,
        given: &mut [i32],
        scratch: &mut Scratch,
    ) {
        self.minimums(span.clone(), &mut left, given);
        let Scratch { pmf, worth, next, heap } = scratch;
        worth.clear();
        next.clear();
        let mut waiting = std::mem::take(heap).into_vec();
        waiting.clear();
        for (k, i) in span.clone().enumerate() {
            let from = worth.len();
            if given[k] < self.asked(i) && left > 0 {
                pmf.set_count(self.mean[i], self.variance_to_mean[i]);
                let cases = (self.asked(i) - given[k]).min(left) / self.case_pack[i];
                let stock = i64::from(self.position[i]) + i64::from(given[k]);
                self.worth(i, pmf, stock, cases, worth);
            }
            next.push((from, worth.len()));
            if from < worth.len() {
                waiting.push(Next { worth: worth[from], line: i });
            }
        }
        *heap = BinaryHeap::from(waiting);
        while let Some(Next { line, .. }) = heap.pop() {
            let (k, pack) = (line - span.start, self.case_pack[line]);
            if pack > left {
                continue;
            }
            given[k] += pack;
            left -= pack;
            if given[k] < self.asked(line) {
                // Behind the end of the demand nothing is sold, but the order may still be filled.
                next[k].0 += 1;
                let worth = if next[k].0 < next[k].1 { worth[next[k].0] } else { 0.0 };
                heap.push(Next { worth, line });
            }
        }
    }

    /// Append what the next cases of a line bring, a unit: the chance that each of their units is sold.
    /// The first, then as many as are worth anything.
    fn worth(&self, i: usize, pmf: &Pmf, stock: i64, cases: i32, worth: &mut Vec<f64>) {
        let below = (stock + 1 - pmf.start as i64).clamp(0, pmf.p.len() as i64) as usize;
        let mut tail = (1.0 - pmf.p[..below].iter().sum::<f64>()).max(0.0);
        let (mut unit, end) = (stock, pmf.end() as i64);
        let pack = self.case_pack[i];
        for case in 0..cases {
            let mut sold = 0.0;
            for _ in 0..pack {
                if unit >= end {
                    break;
                }
                sold += tail;
                unit += 1;
                if unit >= 0 {
                    tail = (tail - pmf.at(unit as usize)).max(0.0);
                }
            }
            if case > 0 && sold <= 0.0 {
                return;
            }
            worth.push(self.value[i] * sold / f64::from(pack));
        }
    }
}

/// What the lines of one product need while it is divided; kept from product to product.
#[derive(Default)]
struct Scratch {
    pmf: Pmf,
    /// Worth of the coming cases, line by line, and the part of each line that is still to come.
    worth: Vec<f64>,
    next: Vec<(usize, usize)>,
    heap: BinaryHeap<Next>,
}

/// Units that each line gets.
pub fn allocate(lines: &Lines<'_>, sharing: Sharing) -> Result<Vec<i32>> {
    lines.validate()?;
    let n = lines.product.len();
    let mut given = vec![0; n];
    let mut parts: Vec<(std::ops::Range<usize>, &mut [i32])> = Vec::new();
    let (mut rest, mut from) = (given.as_mut_slice(), 0);
    while from < n {
        let product = lines.product[from];
        let to = from + lines.product[from..].partition_point(|&p| p == product);
        let (part, more) = rest.split_at_mut(to - from);
        parts.push((from..to, part));
        (rest, from) = (more, to);
    }
    parts.into_par_iter().for_each_init(Scratch::default, |scratch, (span, given)| {
        let supply = lines.supply[lines.product[span.start] as usize];
        let asked: i64 = span.clone().map(|i| i64::from(lines.asked(i))).sum();
        if asked <= i64::from(supply) {
            for (k, i) in span.enumerate() {
                given[k] = lines.asked(i);
            }
        } else if sharing == Sharing::Fair {
            lines.fair(span, supply, given);
        } else {
            lines.by_value(span, supply, given, scratch);
        }
    });
    Ok(given)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sold(mean: f64, stock: i32) -> f64 {
        let pmf = Pmf::count(mean, 1.5);
        (0..=pmf.end()).map(|d| pmf.at(d) * (d as f64).min(f64::from(stock))).sum()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Three stores, all divisions of the supply: none sells more than the division by value.
        #[test]
        fn by_value_is_best(
            rows in prop::collection::vec((0_i32..8, 0_i32..5, 0.2..5.0_f64, 1_u8..4), 3),
            supply in 0_i32..16, pack in 1_i32..4,
        ) {
            let order: Vec<i32> = rows.iter().map(|r| r.0 / pack * pack).collect();
            let position: Vec<i32> = rows.iter().map(|r| r.1).collect();
            let mean: Vec<f64> = rows.iter().map(|r| r.2).collect();
            let value: Vec<f64> = rows.iter().map(|r| f64::from(r.3)).collect();
            let lines = Lines {
                supply: &[supply], product: &[0; 3], order: &order, minimum: &[0; 3],
                case_pack: &[pack; 3], position: &position, mean: &mean,
                variance_to_mean: &[1.5; 3], value: &value,
            };
            let worth = |g: &[i32]| -> f64 {
                (0..3).map(|i| value[i] * sold(mean[i], position[i] + g[i])).sum()
            };
            for sharing in [Sharing::Fair, Sharing::Value] {
                let given = allocate(&lines, sharing).unwrap();
                prop_assert!(given.iter().sum::<i32>() <= supply);
                prop_assert!(given.iter().zip(&order).all(|(g, o)| g <= o && g % pack == 0));
                if sharing == Sharing::Value {
                    for a in (0..=order[0]).step_by(pack as usize) {
                        for b in (0..=order[1]).step_by(pack as usize) {
                            for c in (0..=order[2]).step_by(pack as usize) {
                                if a + b + c <= supply {
                                    prop_assert!(worth(&[a, b, c]) <= worth(&given) + 1e-9);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_fair_share_is_the_same_share() {
        let lines = Lines {
            supply: &[30],
            product: &[0; 3],
            order: &[10, 20, 30],
            minimum: &[0; 3],
            case_pack: &[1; 3],
            position: &[0; 3],
            mean: &[1.0; 3],
            variance_to_mean: &[1.0; 3],
            value: &[1.0; 3],
        };
        assert_eq!(allocate(&lines, Sharing::Fair).unwrap(), [5, 10, 15]);
    }
}
