//! Prices of rows: a lower bound on the best choice of columns, and for every column by how much it
//! costs more than what it serves is worth.
//!
//! The rows are relaxed after Lagrange. Each column is taken in a degree that falls steeply with what it
//! costs above its worth, and row by row the price is set at which the degrees of its columns add up to
//! what the row asks for (Bregman 1967: entropy smooths the linear program); the smoothing falls from
//! step to step. Subgradients (Held, Wolfe and Crowder 1974) were tried first: on pools of routes they
//! were still three per cent below the linear program where this is within two tenths.
//! In the end the prices are made feasible for the dual: no column is worth more than it costs. So what
//! a column costs more than that says how much a choice with it is above the bound at least.

use crate::pool::partition::{Lists, Partition};

/// Prices that no column beats.
pub(crate) struct Prices {
    /// Lower bound on the cost of any choice.
    pub bound: f64,
    /// By column: cost less the prices of its rows, at least 0.
    pub reduced: Vec<f64>,
}

/// Smoothing at first and at last, as a share of the mean price of a row.
const SMOOTH: (f64, f64) = (0.3, 0.003);
/// Degrees are bounded, so that sums of them are numbers.
const LEAST: f64 = 1e-12;

/// Prices after some steps from those that share a known choice's costs among its rows.
pub(crate) fn prices(
    part: &Partition,
    chosen: &[u32],
    steps: usize,
    stop: &dyn Fn() -> bool,
) -> Prices {
    let mut fit = Fit::new(part);
    for &j in chosen {
        let rows = part.exact(j);
        let share = part.cost[j as usize] as f64 / rows.len().max(1) as f64;
        for &i in rows {
            fit.price[i as usize] = share;
        }
    }
    fit.lower();
    let mean = part.cost_of(chosen) as f64 / part.exact.max(1) as f64;
    for k in 0..steps {
        if stop() {
            break;
        }
        let at = k as f64 / (steps - 1).max(1) as f64;
        fit.sweep((mean * SMOOTH.0 * (SMOOTH.1 / SMOOTH.0).powf(at)).max(1e-6));
    }
    fit.lower();
    fit.raise();
    Prices { bound: fit.bound(), reduced: fit.reduced }
}

struct Fit<'a> {
    part: &'a Partition,
    lists: Lists,
    price: Vec<f64>,
    reduced: Vec<f64>,
    degree: Vec<f64>,
}

impl<'a> Fit<'a> {
    fn new(part: &'a Partition) -> Self {
        let order: Vec<u32> = (0..part.len() as u32).collect();
        Self {
            part,
            lists: part.by_row(&order),
            price: vec![0.0; part.rows()],
            reduced: vec![0.0; part.len()],
            degree: vec![0.0; part.len()],
        }
    }

    fn above(&self, j: u32) -> f64 {
        let worth: f64 = self.part.members(j).iter().map(|&i| self.price[i as usize]).sum();
        self.part.cost[j as usize] as f64 - worth
    }

    /// What the prices of all rows add up to.
    fn bound(&self) -> f64 {
        let (exact, limited) = self.price.split_at(self.part.exact);
        let limits = limited.iter().zip(&self.part.limit).map(|(p, &l)| p * l as f64);
        exact.iter().sum::<f64>() + limits.sum::<f64>()
    }

    /// Fit the price of every row once.
    fn sweep(&mut self, smooth: f64) {
        for j in 0..self.part.len() {
            self.degree[j] = (-self.above(j as u32) / smooth).min(50.0).exp();
        }
        for i in 0..self.part.rows() {
            let columns = self.lists.of(i as u32);
            let sum: f64 = columns.iter().map(|&j| self.degree[j as usize]).sum();
            if sum <= 0.0 {
                continue;
            }
            let mut factor = 1.0 / sum;
            if i >= self.part.exact {
                // Nobody pays for a place that stays empty.
                let free = (-self.price[i] / smooth).min(50.0).exp();
                factor = (factor * self.part.limit[i - self.part.exact] as f64).min(free);
            }
            let factor = factor.clamp(LEAST, 1.0 / LEAST);
            self.price[i] += smooth * factor.ln();
            for &j in columns {
                self.degree[j as usize] *= factor;
            }
        }
    }

    /// Lower prices until no column is worth more than it costs.
    fn lower(&mut self) {
        for j in 0..self.part.len() as u32 {
            let less = self.above(j);
            if less < 0.0 {
                let rows = self.part.exact(j);
                let share = less / rows.len().max(1) as f64;
                for &i in rows {
                    self.price[i as usize] += share;
                }
            }
        }
    }

    /// Raise the price of each row as far as its columns allow.
    fn raise(&mut self) {
        for j in 0..self.part.len() as u32 {
            self.reduced[j as usize] = self.above(j).max(0.0);
        }
        for i in 0..self.part.exact {
            let columns = self.lists.of(i as u32);
            let above = columns.iter().map(|&j| self.reduced[j as usize]);
            let room = above.fold(f64::INFINITY, f64::min);
            if room > 0.0 && room.is_finite() {
                self.price[i] += room;
                for &j in columns {
                    self.reduced[j as usize] -= room;
                }
            }
        }
    }
}
