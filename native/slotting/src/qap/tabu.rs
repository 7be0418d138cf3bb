//! Robust tabu search (Taillard 1991).

use backhaul_common::{Control, StopReason, Stream};

use super::evolution::Improver;
use super::number::Number;
use super::table::{Matrices, Table};

/// Swaps without a record before a search ends, times n: many short searches and what their
/// answers have in common beat few long ones.
const PATIENCE: u64 = 6;

/// What the searches of one solve share.
pub struct Meter<'a> {
    control: &'a Control<'a>,
    /// Work so far.
    pub done: u64,
    best: i64,
    /// Costs are this many times too large.
    scale: i64,
    /// Nothing costs less.
    floor: i64,
    /// Work between two looks at the clock.
    look: u64,
    /// Why to stop, once there is a reason.
    pub reason: Option<StopReason>,
}

impl<'a> Meter<'a> {
    /// Begin to count.
    pub fn new(control: &'a Control<'a>, best: i64, scale: i64, floor: i64, look: u64) -> Self {
        Self { control, done: 0, best, scale, floor, look, reason: None }
    }

    /// Note the cost of an answer.
    pub fn found(&mut self, cost: i64) {
        if cost < self.best {
            self.best = cost;
        }
        if self.best <= self.floor {
            self.reason = Some(StopReason::Converged);
        }
    }

    /// Count a unit of work; whether to stop.
    pub fn step(&mut self) -> bool {
        if self.reason.is_some() {
            return true;
        }
        if self.control.limits().iterations.is_some_and(|n| self.done >= n) {
            self.reason = Some(StopReason::Iterations);
            return true;
        }
        if self.done.is_multiple_of(self.look) {
            let cost = self.best as f64 / self.scale as f64;
            self.reason = self.control.stop(self.done, cost);
            let bound = (self.floor > i64::MIN).then(|| self.floor as f64 / self.scale as f64);
            self.control.report(self.done, cost, bound);
        }
        self.done += 1;
        self.reason.is_some()
    }
}

/// A tabu search with its table.
pub struct Tabu<'a, T> {
    table: Table<'a, T>,
    n: usize,
    /// `until[i * n + p]`: before that swap facility i may not return to location p.
    until: Vec<u64>,
    now: u64,
    /// Best cost of this search.
    cost: i64,
}

impl<'a, T: Number> Tabu<'a, T> {
    /// Room for the search; the permutation is only to fill the table.
    pub fn new(matrices: &'a Matrices<T>, place: &[u32], cost: i64) -> Self {
        let n = place.len();
        let table = Table::new(matrices, place, cost);
        Self { table, n, until: vec![0; n * n], now: 0, cost: i64::MAX }
    }
}

impl<T: Number> Improver for Tabu<'_, T> {
    fn improve(
        &mut self,
        place: &[u32],
        cost: i64,
        stream: &mut Stream,
        meter: &mut Meter<'_>,
    ) -> (Vec<u32>, i64) {
        let n = self.n;
        self.table.reset(place, cost);
        // All earlier bans lie in the past: no need to clear them.
        self.now += 16 * n as u64 + 16;
        let mut best = place.to_vec();
        self.cost = cost;
        meter.found(cost);
        let mut record = self.now;
        while self.now - record < PATIENCE * n as u64 {
            if meter.step() {
                break;
            }
            self.now += 1;
            let Some((r, s)) = self.choose() else { continue };
            let (pr, ps) = (self.table.place[r] as usize, self.table.place[s] as usize);
            for at in [r * n + pr, s * n + ps] {
                let u = stream.uniform();
                self.until[at] = self.now + (8.0 * n as f64 * u * u * u) as u64 + 2;
            }
            self.table.swap(r, s);
            if self.table.cost < self.cost {
                self.cost = self.table.cost;
                best.clone_from(&self.table.place);
                record = self.now;
                meter.found(self.cost);
            }
        }
        (best, self.cost)
    }
}

impl<T: Number> Tabu<'_, T> {
    /// The best swap that is not barred, or that leads to a record.
    fn choose(&self) -> Option<(usize, usize)> {
        let (n, table) = (self.n, &self.table);
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
