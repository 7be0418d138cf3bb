//! What untried patterns of trucks cost at least, by the prices of tried ones: every set of prices is a
//! linear estimate from below, and the highest of them counts (Benders 1962, Numerische Mathematik 4).
//! For periods that were closed when the prices were found, what opening one of them alone would save
//! stands in, so that several new periods together can be better than promised.

use backhaul_common::{purpose, Stream};

use super::pattern::Ground;

/// Estimates that are kept beside the first.
const KEPT: usize = 255;
/// Periods that a walk changes: so many, and up to so many more.
const SPAN: (usize, usize) = (3, 8);
/// Steps of a walk for each of them, at most so many; temperatures as shares of the cost.
const STEPS: (usize, usize) = (100, 3000);
const HOT: f64 = 2e-3;
const COLD: f64 = 5e-5;

/// One estimate.
#[derive(Clone, Debug, Default)]
pub struct Cut {
    /// Cost without trucks.
    pub base: f64,
    /// For each truck of a period.
    pub truck: Vec<f64>,
    /// For a period with trucks.
    pub open: Vec<f64>,
}

/// All estimates, period by period.
pub struct Promises {
    base: Vec<f64>,
    truck: Vec<Vec<f64>>,
    open: Vec<Vec<f64>>,
    /// The estimate that makes room for the next one.
    oldest: usize,
}

impl Promises {
    /// With an estimate that stays.
    pub fn new(first: &Cut) -> Self {
        let each = |column: &[f64]| column.iter().map(|&v| vec![v]).collect();
        let (truck, open) = (each(&first.truck), each(&first.open));
        Self { base: vec![first.base], truck, open, oldest: 1 }
    }

    /// One more estimate; the oldest goes where there are many.
    pub fn add(&mut self, cut: &Cut) {
        if self.base.len() <= KEPT {
            self.base.push(cut.base);
            self.truck.iter_mut().zip(&cut.truck).for_each(|(all, &v)| all.push(v));
            self.open.iter_mut().zip(&cut.open).for_each(|(all, &v)| all.push(v));
            return;
        }
        let at = self.oldest;
        self.base[at] = cut.base;
        self.truck.iter_mut().zip(&cut.truck).for_each(|(all, &v)| all[at] = v);
        self.open.iter_mut().zip(&cut.open).for_each(|(all, &v)| all[at] = v);
        self.oldest = if at == KEPT { 1 } else { at + 1 };
    }

    /// Every estimate of a pattern.
    fn values(&self, trucks: &[u32]) -> Vec<f64> {
        let mut values = self.base.clone();
        for (t, &k) in trucks.iter().enumerate().filter(|(_, &k)| k > 0) {
            for ((value, open), truck) in values.iter_mut().zip(&self.open[t]).zip(&self.truck[t]) {
                *value += open + f64::from(k) * truck;
            }
        }
        values
    }

    /// Estimates of `next` from those of `now`, and the highest.
    fn changed(&self, now: &[u32], values: &[f64], next: &[u32], after: &mut Vec<f64>) -> f64 {
        after.clear();
        after.extend_from_slice(values);
        for (t, (&had, &has)) in now.iter().zip(next).enumerate().filter(|(_, (a, b))| a != b) {
            let opened = f64::from(u8::from(has > 0)) - f64::from(u8::from(had > 0));
            let more = f64::from(has) - f64::from(had);
            for ((value, open), truck) in after.iter_mut().zip(&self.open[t]).zip(&self.truck[t]) {
                *value += opened * open + more * truck;
            }
        }
        after.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    /// The pattern next to `now` that promises least, below `limit`; `fresh` says which are untried.
    pub fn neighbour(
        &self,
        ground: &Ground,
        now: &[u32],
        limit: f64,
        fresh: &dyn Fn(&[u32]) -> bool,
    ) -> Option<Vec<u32>> {
        let values = self.values(now);
        let (mut after, mut least) = (Vec::new(), (limit, None));
        ground.neighbours(now, &mut |trucks| {
            let promise = self.changed(now, &values, trucks, &mut after);
            if promise < least.0 && ground.suffices(trucks) && fresh(trucks) {
                least = (promise, Some(trucks.to_vec()));
            }
        });
        least.1
    }

    /// The pattern that promises least, below `limit`, on a random way from `now` that cools down. Most
    /// ways change only some periods in a row: far from tried patterns the estimates say little.
    pub fn walk(
        &self,
        ground: &Ground,
        now: &[u32],
        limit: f64,
        number: u64,
        fresh: &dyn Fn(&[u32]) -> bool,
    ) -> Option<Vec<u32>> {
        let mut dice = Stream::new(0, purpose("trucks"), number, 0);
        let periods = now.len();
        let span = if dice.below(3) == 0 { periods } else { SPAN.0 + dice.below(SPAN.1) };
        let span = span.min(periods);
        let from = dice.below(periods - span + 1);
        let to = from + span - 1;
        let mut now = now.to_vec();
        let mut values = self.values(&now);
        let mut promise = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (mut after, mut least) = (Vec::new(), (limit, None));
        let steps = (STEPS.0 * span).min(STEPS.1);
        let cooling = (COLD / HOT).powf(1.0 / steps as f64);
        let mut heat = HOT * limit.abs();
        for _ in 0..steps {
            heat *= cooling;
            let trucks = ground.random(&now, from, to, &mut dice);
            if !ground.suffices(&trucks) {
                continue;
            }
            let next = self.changed(&now, &values, &trucks, &mut after);
            let worse = next - promise;
            if worse > 0.0 && dice.uniform() >= (-worse / heat).exp() {
                continue;
            }
            if next < least.0 && fresh(&trucks) {
                least = (next, Some(trucks.clone()));
            }
            (now, promise) = (trucks, next);
            std::mem::swap(&mut values, &mut after);
        }
        least.1
    }
}
