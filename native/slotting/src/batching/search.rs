//! Annealing over orders: one goes to another batch, two change places, or two batches are dealt anew.

use backhaul_common::{purpose, Control, Result, StopReason, Stream};

use super::timing::schedule;
use super::walks::{walk_of, Walks};
use super::{canonical, from_start, savings, Plan, Problem};

/// Changes an order without any limit: about where longer runs bring nothing more.
const UNLIMITED: u64 = 20_000;
/// Changes between two looks at the clock.
const CHECK: u64 = 64;

/// Batches with their walks; a batch may be empty.
#[derive(Clone)]
struct State {
    batches: Vec<Vec<u32>>,
    length: Vec<i64>,
    cost: f64,
}

struct Search<'a> {
    problem: &'a Problem,
    walks: Walks<'a>,
    stream: Stream,
    /// Batch of each order.
    batch_of: Vec<u32>,
    state: State,
}

/// What a plan costs: walk, and lateness as walk.
fn cost(problem: &Problem, batches: &[Vec<u32>], length: &[i64]) -> f64 {
    let walk: i64 = length.iter().sum();
    let late = problem.timing.as_ref().map_or(0.0, |t| {
        let late: i64 = schedule(t, batches, length).iter().map(|s| s.late).sum();
        late as f64 * t.lateness as f64
    });
    walk as f64 + late
}

impl<'a> Search<'a> {
    fn new(
        problem: &'a Problem,
        mut walks: Walks<'a>,
        mut batches: Vec<Vec<u32>>,
        seed: u64,
    ) -> Self {
        // One empty batch is always there, so that an order can be picked alone again.
        batches.push(Vec::new());
        let length: Vec<i64> = batches.iter().map(|b| walks.length(b)).collect();
        let mut batch_of = vec![0; problem.len()];
        for (b, orders) in batches.iter().enumerate() {
            for &o in orders {
                batch_of[o as usize] = b as u32;
            }
        }
        let cost = cost(problem, &batches, &length);
        let stream = Stream::new(seed, purpose("slotting.batching"), 0, 0);
        Self { problem, walks, stream, batch_of, state: State { batches, length, cost } }
    }

    /// Propose one change and accept or refuse it at this temperature.
    fn step(&mut self, temperature: f64) {
        let n = self.problem.len();
        let order = self.stream.below(n) as u32;
        let from = self.batch_of[order as usize] as usize;
        // The other batch is that of a random order, so that full batches are met more often;
        // now and then the empty one.
        let pick = self.stream.below(n + 1);
        let (other, to) = match pick {
            p if p == n => match self.state.batches.iter().position(Vec::is_empty) {
                Some(empty) => (None, empty),
                None => return,
            },
            p => (Some(p as u32), self.batch_of[p] as usize),
        };
        if from == to {
            return;
        }
        let kind = self.stream.below(12);
        if kind == 0 {
            if let Some((first, second)) = self.deal(from, to) {
                self.judge(from, to, first, second, temperature);
            }
            return;
        }
        let back = if kind < 6 { other } else { None };
        let exchange = |list: &[u32], out: u32, into: Option<u32>| -> Vec<u32> {
            list.iter().copied().filter(|&o| o != out).chain(into).collect()
        };
        let first = exchange(&self.state.batches[from], order, back);
        let second = match back {
            Some(o) => exchange(&self.state.batches[to], o, Some(order)),
            None => self.state.batches[to].iter().copied().chain([order]).collect(),
        };
        let fits = |list: &[u32]| self.problem.fits(list.iter().copied());
        if fits(&second) && (back.is_none() || fits(&first)) {
            self.judge(from, to, first, second, temperature);
        }
    }

    /// The orders of two batches dealt anew: as many as fit to the first, the rest to the second.
    fn deal(&mut self, from: usize, to: usize) -> Option<(Vec<u32>, Vec<u32>)> {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let mut all: Vec<u32> =
            self.state.batches[from].iter().chain(&self.state.batches[to]).copied().collect();
        // Some stay apart even where the cart would hold them together.
        let whole = self.stream.below(2) == 0;
        while !all.is_empty() {
            let order = all.swap_remove(self.stream.below(all.len()));
            let into = first.iter().copied().chain([order]);
            if (whole || self.stream.below(2) == 0) && self.problem.fits(into) {
                first.push(order);
            } else {
                second.push(order);
            }
        }
        self.problem.fits(second.iter().copied()).then_some((first, second))
    }

    /// Accept or refuse other orders for two batches, at this temperature.
    fn judge(
        &mut self,
        from: usize,
        to: usize,
        first: Vec<u32>,
        second: Vec<u32>,
        temperature: f64,
    ) {
        let lengths = [self.walks.length(&first), self.walks.length(&second)];
        let old = [self.state.length[from], self.state.length[to]];
        let walk = (lengths[0] + lengths[1] - old[0] - old[1]) as f64;
        let patience = -temperature * (1.0 - self.stream.uniform()).ln();
        if self.problem.timing.is_none() {
            if walk > patience {
                return;
            }
            self.put(from, to, first, second, lengths);
            self.state.cost += walk;
            return;
        }
        let before = self.state.cost;
        let first = std::mem::replace(&mut self.state.batches[from], first);
        let second = std::mem::replace(&mut self.state.batches[to], second);
        (self.state.length[from], self.state.length[to]) = (lengths[0], lengths[1]);
        let after = cost(self.problem, &self.state.batches, &self.state.length);
        if after - before > patience {
            (self.state.batches[from], self.state.batches[to]) = (first, second);
            (self.state.length[from], self.state.length[to]) = (old[0], old[1]);
            return;
        }
        let (first, second) = (
            std::mem::take(&mut self.state.batches[from]),
            std::mem::take(&mut self.state.batches[to]),
        );
        self.put(from, to, first, second, lengths);
        self.state.cost = after;
    }

    fn put(&mut self, from: usize, to: usize, first: Vec<u32>, second: Vec<u32>, length: [i64; 2]) {
        for &o in &first {
            self.batch_of[o as usize] = from as u32;
        }
        for &o in &second {
            self.batch_of[o as usize] = to as u32;
        }
        self.state.batches[from] = first;
        self.state.batches[to] = second;
        (self.state.length[from], self.state.length[to]) = (length[0], length[1]);
        if !self.state.batches.iter().any(Vec::is_empty) {
            self.state.batches.push(Vec::new());
            self.state.length.push(0);
        }
    }
}

/// Batches that are walked shortest, from a given start (batch of each order) or from savings.
///
/// Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) with the moves of Henn and Waescher
/// (2012), shift and swap, and with two batches dealt anew. An iteration is one proposed change.
pub fn solve(
    problem: &Problem,
    start: Option<&[u32]>,
    seed: u64,
    control: &Control<'_>,
) -> Result<Plan> {
    let mut walks = Walks::new(problem);
    let batches = match start {
        Some(start) => from_start(problem, start)?,
        None => savings::merge(problem, &mut walks, &mut || control.expired()),
    };
    let n = problem.len();
    let alone: Vec<i64> = (0..n as u32).map(|o| walks.length(&[o])).collect();
    let bound = problem.bound(&alone) as f64;
    let mut search = Search::new(problem, walks, batches, seed);
    let mut best = search.state.clone();
    let mut iterations = 0;
    let unlimited = {
        let limits = control.limits();
        limits.seconds.is_none() && limits.iterations.is_none()
    };
    let most = UNLIMITED * n as u64;
    // A change that costs a few percent of a mean walk is common at first and out of reach at last;
    // among few orders every change is a larger part of a walk.
    let scale = best.cost / best.batches.len().max(2) as f64;
    let hot = 0.08 * scale * (1.0 + 16.0 / n.max(1) as f64);
    let cold = 0.0008 * scale;
    let reason = loop {
        if n < 2 || best.cost <= bound {
            break StopReason::Converged;
        }
        if let Some(reason) = control.stop(iterations, best.cost) {
            break reason;
        }
        if unlimited && iterations >= most {
            break StopReason::Converged;
        }
        let used =
            if unlimited { iterations as f64 / most as f64 } else { control.fraction(iterations) };
        let temperature = hot * (cold / hot).powf(used.min(1.0));
        let left = control.limits().iterations.map_or(CHECK, |limit| limit - iterations);
        for _ in 0..CHECK.min(left) {
            search.step(temperature);
            if search.state.cost < best.cost - 1e-9 {
                best.clone_from(&search.state);
            }
        }
        iterations += CHECK.min(left);
        control.report(iterations, best.cost, Some(bound));
    };
    Ok(finish(problem, best.batches, bound, iterations, reason))
}

/// The answer, measured anew.
fn finish(
    problem: &Problem,
    batches: Vec<Vec<u32>>,
    bound: f64,
    iterations: u64,
    reason: StopReason,
) -> Plan {
    let batches = canonical(batches);
    let mut batch = vec![0; problem.len()];
    for (b, orders) in batches.iter().enumerate() {
        for &o in orders {
            batch[o as usize] = b as u32;
        }
    }
    let length: Vec<i64> = batches.iter().map(|b| walk_of(problem, b)).collect();
    let cost = cost(problem, &batches, &length);
    Plan { batch, length, cost, bound, iterations, reason }
}
