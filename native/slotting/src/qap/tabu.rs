//! Robust tabu search (Taillard 1991).

use backhaul_common::{Control, StopReason, Stream};

use super::number::Number;
use super::table::Table;

/// What the searches of one solve share.
pub struct Meter<'a> {
    /// Limits and clock.
    pub control: &'a Control<'a>,
    /// Swaps so far.
    pub done: u64,
    /// Best cost so far.
    pub best: i64,
    /// Costs are this many times too large.
    pub scale: i64,
    /// Swaps between two looks at the clock.
    pub look: u64,
    /// Why to stop, once there is a reason.
    pub reason: Option<StopReason>,
}

impl Meter<'_> {
    /// Count a swap; whether to stop.
    pub fn step(&mut self) -> bool {
        if self.control.limits().iterations.is_some_and(|n| self.done >= n) {
            self.reason = Some(StopReason::Iterations);
            return true;
        }
        if self.done.is_multiple_of(self.look) {
            let cost = self.best as f64 / self.scale as f64;
            self.reason = self.control.stop(self.done, cost);
            self.control.report(self.done, cost, None);
        }
        self.done += 1;
        self.reason.is_some()
    }
}

/// Memory of one tabu search.
pub struct Tabu {
    n: usize,
    /// `until[i * n + p]`: before that swap facility i may not return to location p.
    until: Vec<u64>,
    now: u64,
    /// Best permutation of this search.
    pub best: Vec<u32>,
    /// Its cost.
    pub cost: i64,
}

impl Tabu {
    /// For `n` facilities.
    pub fn new(n: usize) -> Self {
        Self { n, until: vec![0; n * n], now: 0, best: Vec::new(), cost: i64::MAX }
    }

    /// Search from the table's permutation until `patience` swaps brought nothing better.
    pub fn run<T: Number>(
        &mut self,
        table: &mut Table<'_, T>,
        patience: u64,
        stream: &mut Stream,
        meter: &mut Meter<'_>,
    ) {
        let n = self.n;
        // All earlier bans lie in the past: no need to clear them.
        self.now += 16 * n as u64 + 16;
        self.best.clone_from(&table.place);
        self.cost = table.cost;
        let mut record = self.now;
        while self.now - record < patience {
            if meter.step() {
                break;
            }
            self.now += 1;
            let Some((r, s)) = self.choose(table) else { continue };
            let (pr, ps) = (table.place[r] as usize, table.place[s] as usize);
            for at in [r * n + pr, s * n + ps] {
                let u = stream.uniform();
                self.until[at] = self.now + (8.0 * n as f64 * u * u * u) as u64 + 2;
            }
            table.swap(r, s);
            if table.cost < self.cost {
                self.cost = table.cost;
                self.best.clone_from(&table.place);
                record = self.now;
                meter.best = meter.best.min(self.cost);
            }
        }
    }

    /// The best swap that is not barred, or that leads to a record.
    fn choose<T: Number>(&self, table: &Table<'_, T>) -> Option<(usize, usize)> {
        let n = self.n;
        let mut chosen = (T::MAX, 0, 0);
        for r in 0..n - 1 {
            let row = table.row(r);
            if lowest(row) >= chosen.0 {
                continue;
            }
            let pr = table.place[r] as usize;
            for (at, &value) in row.iter().enumerate() {
                if value < chosen.0 {
                    let s = r + 1 + at;
                    let ps = table.place[s] as usize;
                    let barred =
                        self.until[r * n + ps] > self.now && self.until[s * n + pr] > self.now;
                    if !barred || table.cost + value.to_whole() < self.cost {
                        chosen = (value, r, s);
                    }
                }
            }
        }
        (chosen.1 < chosen.2).then_some((chosen.1, chosen.2))
    }
}

/// Smallest entry, in lanes that vectorise.
#[inline]
fn lowest<T: Number>(row: &[T]) -> T {
    let mut low = [T::MAX; 8];
    let whole = row.len() - row.len() % 8;
    for part in row[..whole].chunks_exact(8) {
        for l in 0..8 {
            low[l] = if part[l] < low[l] { part[l] } else { low[l] };
        }
    }
    row[whole..].iter().chain(&low).fold(T::MAX, |a, &b| if b < a { b } else { a })
}
