//! Lot sizes of one item over a finite horizon with known demand, no capacity: Wagner and Whitin
//! (1958), Management Science 5(1), in O(T log T).
//!
//! Covering demand from period i up to j costs a line in total demand D(j) with a slope that depends
//! on i alone (Wagelmans, van Hoesel and Kolen 1992, Operations Research 40(1)), so that the best
//! last order of every horizon is a query of a lower envelope (a Li Chao tree here: slopes and setup
//! costs may come in any order).

use backhaul_common::{Error, Result};
use rayon::prelude::*;

/// Cost and order quantities of one item.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Setup, purchase and holding cost.
    pub cost: f64,
    /// Units ordered in each period.
    pub orders: Vec<f64>,
}

#[derive(Clone, Copy)]
struct Line {
    slope: f64,
    level: f64,
    from: usize,
}

impl Line {
    fn at(&self, x: f64) -> f64 {
        self.slope * x + self.level
    }
}

/// Lower envelope of lines for places that only grow: steepest line first.
#[derive(Default)]
struct Envelope {
    lines: Vec<Line>,
    head: usize,
}

impl Envelope {
    /// Add a line when all later places are at least `x`.
    fn add(&mut self, line: Line, x: f64) {
        let held = &self.lines[self.head..];
        let at = self.head + held.partition_point(|l| l.slope > line.slope);
        if at == self.head {
            // The steepest line is needed only if it is lowest now.
            if held.first().is_some_and(|first| first.at(x) <= line.at(x)) {
                return;
            }
        } else if self.lines.get(at).is_some_and(|next| {
            next.slope == line.slope && next.level <= line.level
                || hidden(&self.lines[at - 1], &line, next)
        }) {
            return;
        }
        let mut end = at;
        while end < self.lines.len() {
            let same = self.lines[end].slope == line.slope;
            let covered =
                end + 1 < self.lines.len() && hidden(&line, &self.lines[end], &self.lines[end + 1]);
            if !same && !covered {
                break;
            }
            end += 1;
        }
        let mut start = at;
        while start > self.head + 1 && hidden(&self.lines[start - 2], &self.lines[start - 1], &line)
        {
            start -= 1;
        }
        self.lines.splice(start..end, std::iter::once(line));
    }

    /// Lowest value at `x`, and where its line starts.
    fn lowest(&mut self, x: f64) -> (f64, usize) {
        while self.head + 1 < self.lines.len()
            && self.lines[self.head + 1].at(x) <= self.lines[self.head].at(x)
        {
            self.head += 1;
        }
        (self.lines[self.head].at(x), self.lines[self.head].from)
    }
}

/// Whether `b` is nowhere lowest between the steeper `a` and the flatter `c`.
fn hidden(a: &Line, b: &Line, c: &Line) -> bool {
    (c.level - a.level) * (a.slope - b.slope) <= (b.level - a.level) * (a.slope - c.slope)
}

/// The cheapest plan. Columns have one value a period; holding is paid on stock at the period's end.
pub fn wagner_whitin(demand: &[f64], setup: &[f64], holding: &[f64], unit: &[f64]) -> Plan {
    let n = demand.len();
    // Holding a unit from period 0 to k; total demand before j; total carrying charge before j.
    let (mut carry, mut total, mut charged) =
        (vec![0.0; n + 1], vec![0.0; n + 1], vec![0.0; n + 1]);
    for k in 0..n {
        carry[k + 1] = carry[k] + holding[k];
        total[k + 1] = total[k] + demand[k];
        charged[k + 1] = charged[k] + demand[k] * carry[k];
    }
    let mut envelope = Envelope::default();
    let (mut cost, mut last) = (vec![0.0; n + 1], vec![usize::MAX; n + 1]);
    for j in 0..n {
        let slope = unit[j] - carry[j];
        let level = cost[j] + setup[j] - charged[j] - slope * total[j];
        envelope.add(Line { slope, level, from: j }, total[j + 1]);
        let (value, from) = envelope.lowest(total[j + 1]);
        (cost[j + 1], last[j + 1]) = (value + charged[j + 1], from);
        // A period without demand may pass without an order.
        if demand[j] == 0.0 && cost[j] <= cost[j + 1] {
            (cost[j + 1], last[j + 1]) = (cost[j], usize::MAX);
        }
    }
    let mut orders = vec![0.0; n];
    let mut j = n;
    while j > 0 {
        if last[j] == usize::MAX {
            j -= 1;
        } else {
            orders[last[j]] = demand[last[j]..j].iter().sum();
            j = last[j];
        }
    }
    // Summed from the plan itself: the envelope's differences of large sums lose digits.
    let (mut stock, mut exact) = (0.0, 0.0);
    for k in 0..n {
        if orders[k] > 0.0 {
            exact += setup[k] + unit[k] * orders[k];
        }
        stock += orders[k] - demand[k];
        exact += holding[k] * f64::max(stock, 0.0);
    }
    Plan { cost: exact, orders }
}

/// Plans of many items: tables row after row, `periods` long.
pub fn wagner_whitin_batch(
    periods: usize,
    demand: &[f64],
    setup: &[f64],
    holding: &[f64],
    unit: &[f64],
) -> Result<Vec<Plan>> {
    let tables = [("demand", demand), ("setup", setup), ("holding", holding), ("unit", unit)];
    for (name, table) in tables {
        if table.len() != demand.len() {
            let allowed = format!("{} values, as demand has", demand.len());
            return Err(Error::invalid(name, table.len(), allowed));
        }
        if let Some(i) = table.iter().position(|v| !(*v >= 0.0 && v.is_finite())) {
            let path = format!("{name}[{}][{}]", i / periods.max(1), i % periods.max(1));
            return Err(Error::invalid(path, table[i], "a finite number of at least 0"));
        }
    }
    if periods == 0 {
        return Err(Error::invalid("demand", "no periods", "at least one period"));
    }
    let row = |table: &'_ [f64], i: usize| i * periods..((i + 1) * periods).min(table.len());
    Ok((0..demand.len() / periods)
        .into_par_iter()
        .map(|i| {
            let span = row(demand, i);
            let (d, k) = (&demand[span.clone()], &setup[span.clone()]);
            wagner_whitin(d, k, &holding[span.clone()], &unit[span])
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All plans that order nothing or the demand up to the next order: enough by Wagner and Whitin.
    fn by_enumeration(demand: &[f64], setup: &[f64], holding: &[f64], unit: &[f64]) -> f64 {
        let n = demand.len();
        (0_u32..1 << n)
            .filter_map(|mask| {
                let (mut cost, mut from) = (0.0, None);
                for k in 0..n {
                    if mask >> k & 1 == 1 {
                        from = Some(k);
                        let end = (k + 1..n).find(|&j| mask >> j & 1 == 1).unwrap_or(n);
                        if demand[k..end].iter().sum::<f64>() > 0.0 {
                            cost += setup[k];
                        }
                    }
                    match from {
                        Some(i) => {
                            let carried: f64 = holding[i..k].iter().sum();
                            cost += demand[k] * (unit[i] + carried);
                        }
                        None if demand[k] > 0.0 => return None,
                        None => {}
                    }
                }
                Some(cost)
            })
            .fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #[test]
        fn no_plan_is_cheaper(
            rows in prop::collection::vec((0_u8..9, 0_u8..90, 0_u8..4, 0_u8..4), 1..9)
        ) {
            let column = |f: fn(&(u8, u8, u8, u8)) -> u8| -> Vec<f64> {
                rows.iter().map(|r| f64::from(f(r))).collect()
            };
            let (d, k) = (column(|r| r.0), column(|r| r.1));
            let (h, c) = (column(|r| r.2), column(|r| r.3));
            let plan = wagner_whitin(&d, &k, &h, &c);
            prop_assert!((plan.cost - by_enumeration(&d, &k, &h, &c)).abs() < 1e-9);
            prop_assert!((plan.orders.iter().sum::<f64>() - d.iter().sum::<f64>()).abs() < 1e-9);
        }
    }
}
