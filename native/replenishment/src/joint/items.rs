//! The items one by one: with prices on orders and on volume each is a problem of Wagner and Whitin (1958,
//! Management Science 5(1)), as costs are concave in the order.

use rayon::prelude::*;

/// Items that are solved at once by a thread: one alone takes less than handing it over.
const GRAIN: usize = 32;

/// Needs and costs; tables are row after row, one row an item.
pub struct Items<'a> {
    /// Number of periods.
    pub periods: usize,
    /// Money for the item in an order.
    pub minor: &'a [f64],
    /// Money a unit and period in stock.
    pub holding: &'a [f64],
    /// Volume of a unit.
    pub volume: &'a [f64],
    /// Units needed, in whole packs.
    pub need: Vec<f64>,
    /// Units needed before a period, one period more than `need`.
    units: Vec<f64>,
    /// Units times period, summed likewise.
    moment: Vec<f64>,
}

/// Plans of all items.
#[derive(Clone, Default)]
pub struct Lots {
    /// Cost of each item, prices included.
    pub costs: Vec<f64>,
    /// Units ordered, row after row.
    pub orders: Vec<f64>,
}

impl Lots {
    /// Sum of the costs, in the order of the items whatever the threads.
    pub fn cost(&self) -> f64 {
        self.costs.iter().sum()
    }
}

/// What an order of a period costs the items that are in it.
pub struct Prices<'a, F: Fn(usize, usize) -> f64 + Sync> {
    /// Periods with an order, ascending.
    pub open: &'a [usize],
    /// Money for item i in the order of period t.
    pub order: F,
    /// Money for a unit of volume, one value a period.
    pub volume: &'a [f64],
}

/// A line of the lower envelope: orders of one period by the units they bring.
#[derive(Clone, Copy)]
struct Line {
    start: f64,
    slope: f64,
    period: u32,
}

/// Room for one item's recursion.
#[derive(Clone, Default)]
struct Desk {
    best: Vec<f64>,
    from: Vec<u32>,
    lines: Vec<Line>,
    after: Vec<f64>,
}

const NONE: u32 = u32::MAX;

impl<'a> Items<'a> {
    /// Tables of sums for these needs.
    pub fn new(
        periods: usize,
        need: Vec<f64>,
        minor: &'a [f64],
        holding: &'a [f64],
        volume: &'a [f64],
    ) -> Self {
        let sums = |weight: fn(usize) -> f64| -> Vec<f64> {
            let mut sums = Vec::with_capacity(minor.len() * (periods + 1));
            for row in need.chunks(periods) {
                let mut sum = 0.0;
                sums.push(sum);
                for (t, units) in row.iter().enumerate() {
                    sum += weight(t) * units;
                    sums.push(sum);
                }
            }
            sums
        };
        let (units, moment) = (sums(|_| 1.0), sums(|t| t as f64));
        Self { periods, minor, holding, volume, need, units, moment }
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.minor.len()
    }

    /// Units of item `i` needed before each period and in all.
    pub fn units(&self, i: usize) -> &[f64] {
        &self.units[i * (self.periods + 1)..(i + 1) * (self.periods + 1)]
    }

    fn moment(&self, i: usize) -> &[f64] {
        &self.moment[i * (self.periods + 1)..(i + 1) * (self.periods + 1)]
    }

    /// Units of item `i` needed in each period.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.need[i * self.periods..(i + 1) * self.periods]
    }

    /// Volume needed before each period and in all.
    pub fn volume_needed(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.periods + 1];
        for i in 0..self.len() {
            for (sum, units) in sums.iter_mut().zip(self.units(i)) {
                *sum += self.volume[i] * units;
            }
        }
        sums
    }

    /// Volume of the orders of each period.
    pub fn loads(&self, orders: &[f64]) -> Vec<f64> {
        let mut loads = vec![0.0; self.periods];
        for (i, row) in orders.chunks(self.periods).enumerate() {
            for (load, units) in loads.iter_mut().zip(row) {
                *load += self.volume[i] * units;
            }
        }
        loads
    }

    /// Cheapest plan of each item at these prices; infinite where no order comes in time.
    pub fn plan<F: Fn(usize, usize) -> f64 + Sync>(&self, prices: &Prices<'_, F>, lots: &mut Lots) {
        lots.costs.resize(self.len(), 0.0);
        lots.orders.resize(self.need.len(), 0.0);
        let rows = lots.orders.par_chunks_mut(self.periods).zip(lots.costs.par_iter_mut());
        rows.enumerate().with_min_len(GRAIN).for_each_init(
            Desk::default,
            |desk, (i, (row, cost))| {
                *cost = self.forward(i, prices, desk);
                row.fill(0.0);
                let (units, mut end) = (self.units(i), self.periods);
                while end > 0 {
                    let start = desk.from[end];
                    if start == NONE {
                        end -= 1;
                    } else {
                        row[start as usize] = units[end] - units[start as usize];
                        end = start as usize;
                    }
                }
            },
        );
    }

    /// Least cost of each prefix of the periods, and where its last lot begins.
    fn forward<F: Fn(usize, usize) -> f64 + Sync>(
        &self,
        i: usize,
        prices: &Prices<'_, F>,
        desk: &mut Desk,
    ) -> f64 {
        let (units, moment, holding) = (self.units(i), self.moment(i), self.holding[i]);
        let (best, from, lines) = (&mut desk.best, &mut desk.from, &mut desk.lines);
        best.clear();
        best.resize(self.periods + 1, f64::INFINITY);
        from.clear();
        from.resize(self.periods + 1, NONE);
        lines.clear();
        best[0] = 0.0;
        let mut open = prices.open.iter().copied().peekable();
        for t in 0..self.periods {
            if open.next_if_eq(&t).is_some() && best[t].is_finite() {
                // Cost of a lot for periods t to k-1: a line in the units needed before k, and the
                // moment of those, which is the same for all lots that end there.
                let slope = prices.volume[t] * self.volume[i] - holding * t as f64;
                let fixed = best[t] + (prices.order)(i, t);
                let start = fixed - slope * units[t] - holding * moment[t];
                lines.push(Line { start, slope, period: t as u32 });
            }
            if units[t + 1] <= units[t] {
                (best[t + 1], from[t + 1]) = (best[t], NONE);
            }
            let (need, held) = (units[t + 1], holding * moment[t + 1]);
            let (mut least, mut period) = (best[t + 1] - held, from[t + 1]);
            for line in lines.iter() {
                let cost = line.start + line.slope * need;
                if cost < least {
                    (least, period) = (cost, line.period);
                }
            }
            (best[t + 1], from[t + 1]) = (least + held, period);
        }
        best[self.periods]
    }

    /// What an order in each period that is not open would save the items, were it the only new one.
    pub fn savings<F: Fn(usize, usize) -> f64 + Sync>(&self, prices: &Prices<'_, F>) -> Vec<f64> {
        let mut each = vec![0.0; self.need.len()];
        let rows = each.par_chunks_mut(self.periods).enumerate().with_min_len(GRAIN);
        rows.for_each_init(Desk::default, |desk, (i, row)| {
            let total = self.forward(i, prices, desk);
            let (units, moment, holding) = (self.units(i), self.moment(i), self.holding[i]);
            // Least cost from a period on, plus the moment of what is needed before it.
            let after = &mut desk.after;
            after.clear();
            after.resize(self.periods + 1, f64::INFINITY);
            after[self.periods] = holding * moment[self.periods];
            let mut open = prices.open.iter().copied().rev().peekable();
            for t in (0..self.periods).rev() {
                let slope = prices.volume[t] * self.volume[i] - holding * t as f64;
                let fixed = (prices.order)(i, t) - slope * units[t];
                let lots = after[t + 1..].iter().zip(&units[t + 1..]);
                let least = lots.fold(f64::INFINITY, |m, (a, u)| m.min(a + slope * u)) + fixed;
                if units[t + 1] <= units[t] {
                    after[t] = after[t + 1];
                }
                if open.next_if_eq(&t).is_some() {
                    after[t] = after[t].min(least);
                } else if desk.best[t].is_finite() {
                    let through = desk.best[t] + least - holding * moment[t];
                    row[t] = (total - through).max(0.0);
                }
            }
        });
        let mut sums = vec![0.0; self.periods];
        for row in each.chunks(self.periods) {
            for (sum, saved) in sums.iter_mut().zip(row) {
                *sum += saved;
            }
        }
        sums
    }
}
