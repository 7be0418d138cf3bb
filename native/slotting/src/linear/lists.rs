//! The few columns of each row that are cheapest at the prices, with a floor under all others.

use rayon::prelude::*;

use super::{Dense, FREE};

/// Columns kept of a row at first.
const KEPT: usize = 24;

/// The cheapest columns of one row.
#[derive(Clone, Default)]
struct List {
    column: Vec<u32>,
    cost: Vec<f64>,
    /// No other column has a reduced cost below this, now or at lower prices.
    floor: f64,
}

/// Columns whose smallest reduced cost is looked for first.
const BLOCK: usize = 16;

/// The lists of all rows.
pub struct Lists {
    rows: Vec<List>,
    buffer: Buffer,
}

/// Scratch memory for reading a row.
#[derive(Default)]
struct Buffer {
    lowest: Vec<f64>,
    order: Vec<f64>,
    found: Vec<(f64, u32)>,
}

/// Read a row: at least `keep` columns are listed, where there are so many.
///
/// The `keep` lowest of the blocks' minima have a highest one: below it lie at least `keep` columns,
/// and they lie in few blocks.
fn fill(list: &mut List, costs: &[f64], price: &[f64], keep: usize, buffer: &mut Buffer) {
    let Buffer { lowest, order, found } = buffer;
    lowest.clear();
    found.clear();
    for (c, p) in costs.chunks(BLOCK).zip(price.chunks(BLOCK)) {
        let mut low = [f64::INFINITY; 4];
        let whole = c.len() - c.len() % 4;
        for (c, p) in c[..whole].chunks_exact(4).zip(p.chunks_exact(4)) {
            for l in 0..4 {
                let reduced = c[l] - p[l];
                low[l] = if reduced < low[l] { reduced } else { low[l] };
            }
        }
        let rest = c[whole..].iter().zip(&p[whole..]).map(|(c, p)| c - p);
        lowest.push(rest.chain(low).fold(f64::INFINITY, f64::min));
    }
    list.floor = f64::INFINITY;
    if keep < lowest.len() {
        order.clone_from(lowest);
        list.floor = *order.select_nth_unstable_by(keep, f64::total_cmp).1;
    }
    for (b, &low) in lowest.iter().enumerate() {
        if low < list.floor {
            let from = b * BLOCK;
            for (j, (c, p)) in costs.iter().zip(price).enumerate().skip(from).take(BLOCK) {
                if c - p < list.floor {
                    found.push((c - p, j as u32));
                }
            }
        }
    }
    if found.len() < keep.min(costs.len()) {
        // Ties at the floor, or few blocks: no short cut.
        found.clear();
        found.extend(costs.iter().zip(price).enumerate().map(|(j, (c, p))| (c - p, j as u32)));
        list.floor = f64::INFINITY;
    }
    if found.len() > 3 * keep {
        let by = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        list.floor = found.select_nth_unstable_by(2 * keep, by).1 .0;
        found.truncate(2 * keep);
    }
    list.column.clear();
    list.cost.clear();
    for &(_, j) in found.iter().filter(|e| e.0.is_finite()) {
        list.column.push(j);
        list.cost.push(costs[j as usize]);
    }
}

impl Lists {
    /// Lists at these prices.
    pub fn new(m: &Dense<'_>, price: &[f64]) -> Self {
        let rows = (0..m.rows)
            .into_par_iter()
            .map_init(Buffer::default, |buffer, i| {
                let mut list = List::default();
                fill(&mut list, m.row(i), price, KEPT, buffer);
                list
            })
            .collect();
        Self { rows, buffer: Buffer::default() }
    }

    /// Columns and costs of a row.
    pub fn row(&self, i: usize) -> (&[u32], &[f64]) {
        (&self.rows[i].column, &self.rows[i].cost)
    }

    /// What no column outside the row's list undercuts.
    pub fn floor(&self, i: usize) -> f64 {
        self.rows[i].floor
    }

    /// Read the whole row again, keeping `more` times as many columns.
    pub fn renew(&mut self, m: &Dense<'_>, i: usize, price: &[f64], more: usize) {
        let keep = (self.rows[i].column.len() * more).max(KEPT);
        fill(&mut self.rows[i], m.row(i), price, keep, &mut self.buffer);
    }

    /// Cheapest column and its reduced cost, among those listed ([`FREE`] when there are none).
    pub fn lowest(&self, i: usize, price: &[f64]) -> (u32, f64) {
        let (at, low, _) = self.listed(i, price);
        (at, low)
    }

    /// Cheapest column, its reduced cost and the runner-up's, among those listed.
    pub fn listed(&self, i: usize, price: &[f64]) -> (u32, f64, f64) {
        let (mut at, mut low, mut second) = (FREE, f64::INFINITY, f64::INFINITY);
        let list = &self.rows[i];
        for (&j, c) in list.column.iter().zip(&list.cost) {
            let reduced = c - price[j as usize];
            if reduced < second {
                if reduced < low {
                    second = low;
                    low = reduced;
                    at = j;
                } else {
                    second = reduced;
                }
            }
        }
        (at, low, second)
    }

    /// Cheapest column, its reduced cost and the runner-up's, over the whole row.
    pub fn two_best(&mut self, m: &Dense<'_>, i: usize, price: &[f64]) -> (u32, f64, f64) {
        let found = self.listed(i, price);
        if found.2 <= self.rows[i].floor {
            return found;
        }
        self.renew(m, i, price, 1);
        self.listed(i, price)
    }
}
