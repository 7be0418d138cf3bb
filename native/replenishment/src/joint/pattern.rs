//! Patterns of trucks: which bring enough in time, and what is next to them.

use backhaul_common::Stream;

/// Pairs of periods, shared out among all: patterns next to another change two periods this near.
const NEAR: usize = 5000;

/// Periods and volumes that patterns have to keep to.
pub struct Ground {
    /// Volume needed before each period and in all.
    pub need: Vec<f64>,
    /// Volume that a truck holds.
    pub capacity: f64,
    /// Whether an order can be placed in a period.
    pub open: Vec<bool>,
    /// Period of the first need, or the number of periods.
    pub first: usize,
}

impl Ground {
    /// Whether the trucks come on order days and can bring what is needed, in time.
    pub fn suffices(&self, trucks: &[u32]) -> bool {
        let mut comes = 0.0;
        (0..trucks.len()).all(|t| {
            comes += f64::from(trucks[t]) * self.capacity;
            comes >= self.need[t + 1] - 1e-9 * self.capacity
                && (trucks[t] == 0 || self.open[t])
                && (t != self.first || trucks[..=t].iter().any(|&k| k > 0))
        })
    }

    /// The same order periods with as few trucks, as late, as bring what is needed until the next.
    pub fn latest(&self, trucks: &mut [u32]) {
        let mut came = 0_u32;
        let mut t = 0;
        while t < trucks.len() {
            let next = (t + 1..trucks.len()).find(|&p| trucks[p] > 0).unwrap_or(trucks.len());
            if trucks[t] > 0 {
                let due = (self.need[next] / self.capacity - 1e-9).ceil().max(0.0) as u32;
                trucks[t] = due.saturating_sub(came);
                came += trucks[t];
            }
            t = next;
        }
    }

    /// An order every `every` periods from `phase` after the first need on.
    pub fn regular(&self, every: usize, phase: usize) -> Vec<u32> {
        let due = |t: usize| t >= self.first && (t - self.first) % every == phase % every;
        let orders = |t: usize| self.open[t] && (due(t) || t == self.first);
        let mut trucks: Vec<u32> = (0..self.open.len()).map(|t| u32::from(orders(t))).collect();
        self.latest(&mut trucks);
        trucks
    }

    /// Order days from one to another period, both included.
    fn days(&self, from: usize, to: usize) -> Vec<usize> {
        (from..=to).filter(|&t| self.open[t]).collect()
    }

    /// Calls `consider` with every pattern next to `now`: a truck more, less or elsewhere, an order
    /// elsewhere, an order period more, less or elsewhere with all trucks as late as can be.
    pub fn neighbours(&self, now: &[u32], consider: &mut dyn FnMut(&[u32])) {
        let days = self.days(0, now.len() - 1);
        let mut trucks = now.to_vec();
        let reach = NEAR / now.len();
        for &a in &days {
            for &b in days.iter().filter(|b| b.abs_diff(a) <= reach) {
                let mut try_out = |first: u32, second: u32| {
                    trucks.copy_from_slice(now);
                    (trucks[a], trucks[b]) = (first, second);
                    consider(&trucks);
                };
                if a == b {
                    try_out(now[a] + 1, now[a] + 1);
                    if now[a] > 0 {
                        try_out(now[a] - 1, now[a] - 1);
                        try_out(0, 0);
                    }
                } else if now[a] > 0 {
                    // One truck, or the whole order, to another period; or the order with a truck less
                    // or more.
                    try_out(now[a] - 1, now[b] + 1);
                    try_out(0, now[b] + now[a]);
                    try_out(0, now[b] + now[a] - 1);
                    try_out(0, now[b] + now[a] + 1);
                }
                if a <= b && (a == b || (now[a] == 0) != (now[b] == 0)) {
                    trucks.copy_from_slice(now);
                    trucks[a] = u32::from(now[a] == 0);
                    trucks[b] = u32::from(now[b] == 0);
                    self.latest(&mut trucks);
                    consider(&trucks);
                }
            }
        }
    }

    /// A random pattern near `now`, the same outside of `from..=to` where no orders shift.
    pub fn random(&self, now: &[u32], from: usize, to: usize, dice: &mut Stream) -> Vec<u32> {
        let mut trucks = now.to_vec();
        let a = from + dice.below(to - from + 1);
        let b = (a + dice.below(5)).saturating_sub(2).clamp(from, to);
        match dice.below(10) {
            // One truck more or less.
            0 => trucks[a] = if dice.below(2) == 0 { now[a] + 1 } else { now[a].saturating_sub(1) },
            // One truck, all, or all but one go to a period nearby.
            1..=3 if now[a] > 0 && a != b => {
                (trucks[a], trucks[b]) = (now[a] - 1, now[b] + 1);
            }
            4 if a != b => (trucks[a], trucks[b]) = (0, now[b] + now[a]),
            5 if now[a] > 0 && a != b => (trucks[a], trucks[b]) = (0, now[b] + now[a] - 1),
            6 => trucks.swap(a, b),
            // Another set of order periods.
            7 => {
                trucks[a] = u32::from(now[a] == 0);
                self.latest(&mut trucks);
            }
            8 => {
                trucks.swap(a, b);
                self.latest(&mut trucks);
            }
            // All orders from a period on come a period later, or earlier.
            _ => {
                if dice.below(2) == 0 {
                    trucks[a..=to].rotate_right(1);
                } else {
                    trucks[a..=to].rotate_left(1);
                }
                self.latest(&mut trucks);
            }
        }
        trucks
    }
}
