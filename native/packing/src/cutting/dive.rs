//! Dives: solve the relaxation, fix the patterns that it uses most, solve it again for the rest;
//! after a dive that fails, again with some choices made differently.

use backhaul_common::{Control, StopReason, Stream};

use super::completion::complete;
use super::exact::{among, Outcome};
use super::master::Master;
use super::near::{is_small, patterns};
use super::quick::{best_fit, fullest_first};
use super::{Lengths, Pattern};

/// Bins are searched for by dives until the bound is met or the time is up.
pub struct Diver<'a> {
    lengths: &'a Lengths,
    control: &'a Control<'a>,
    best: Vec<Pattern>,
    bound: usize,
    iterations: u64,
    master: Master<'a>,
}

/// Other choices tried in one dive, and at one place of it.
const MAX_RETREATS: u32 = 40;
const MAX_HERE: u32 = 4;

/// Bins up to which the rest of a dive is filled with more care: it costs more than a relaxation.
const SMALL_REST: usize = 20;

/// The same for bin completion, which gives up after so many steps.
const LARGER_REST: usize = 30;
const STEPS: u64 = 100_000;

/// Patterns kept from one relaxation to the next.
const MAX_POOL: usize = 6_000;

/// Patterns up to which branch and bound among them is tried, and programs that it may solve.
const MAX_NEAR: usize = 12_000;
const MAX_NODES: u64 = 20_000;
/// Dives before that.
const DIVES_FIRST: u32 = 1;

impl<'a> Diver<'a> {
    /// Begin with a known answer and bound.
    pub fn new(
        lengths: &'a Lengths,
        control: &'a Control<'a>,
        best: Vec<Pattern>,
        bound: usize,
        iterations: u64,
    ) -> Self {
        let master = Master::new(lengths, control, &best);
        Self { lengths, control, best, bound, iterations, master }
    }

    /// Proven least number of bins.
    pub fn bound(&self) -> usize {
        self.bound
    }

    /// Knapsacks solved and quick fills done.
    pub fn iterations(&self) -> u64 {
        self.iterations
    }

    /// The best answer.
    pub fn into_best(self) -> Vec<Pattern> {
        self.best
    }

    /// Dive again and again.
    pub fn run(&mut self, stream: &mut Stream) -> StopReason {
        let root = self.master.solve(&self.lengths.demand, self.bound);
        let Some(root) = root else { return self.why() };
        self.iterations += root.knapsacks;
        self.bound = self.bound.max(root.bound);
        let mut noise = 0.0;
        let mut dives = 0;
        loop {
            if self.best.len() <= self.bound {
                return StopReason::Converged;
            }
            if dives == DIVES_FIRST {
                self.among_few(stream);
            }
            dives += 1;
            if self.best.len() <= self.bound {
                return StopReason::Converged;
            }
            if let Some(reason) = self.control.stop(self.iterations, self.best.len() as f64) {
                return reason;
            }
            self.master.tidy(MAX_POOL);
            let stand = self.master.stand();
            self.dive(&root.used, noise, stream);
            self.master.go_back(&stand);
            self.control.report(self.iterations, self.best.len() as f64, Some(self.bound as f64));
            noise = 0.05 + 0.4 * stream.uniform();
        }
    }

    /// Branch and bound among the patterns that an answer of `bound` bins can be made of, if few.
    fn among_few(&mut self, stream: &mut Stream) {
        if !is_small(self.lengths) {
            return;
        }
        let Some(root) = self.master.solve(&self.lengths.demand, 0) else { return };
        self.iterations += root.knapsacks;
        let demand = &self.lengths.demand;
        let found = patterns(self.lengths, demand, self.master.stable(), self.bound, MAX_NEAR);
        let Some(near) = found else { return };
        let limit = self.control.limits().iterations.unwrap_or(u64::MAX);
        let most = limit.saturating_sub(self.iterations).min(MAX_NODES);
        let (outcome, nodes) =
            among(self.lengths, self.control, &mut self.master, near, self.bound, most, stream);
        self.iterations += nodes;
        match outcome {
            Outcome::Found(bins) => self.best = without_surplus(&self.lengths.demand, bins),
            Outcome::Impossible => self.bound += 1,
            Outcome::Open => {}
        }
    }

    fn why(&self) -> StopReason {
        self.control.stop(self.iterations, self.best.len() as f64).unwrap_or(StopReason::Deadline)
    }

    /// One dive from the solution of the root. Where fixing patterns makes the rest need a bin
    /// more, other patterns are fixed there instead, a few times, before the dive is given up.
    fn dive(&mut self, root: &[(Pattern, f64)], noise: f64, stream: &mut Stream) {
        let mut demand = self.lengths.demand.clone();
        let mut fixed: Vec<Pattern> = Vec::new();
        let mut used = root.to_vec();
        let mut retreats = MAX_RETREATS;
        let mut here = 0;
        loop {
            let (demand_here, fixed_here) = (demand.clone(), fixed.len());
            let (noise_here, eager) =
                if here == 0 { (noise, 0.75) } else { (0.3 * f64::from(here), f64::INFINITY) };
            fix(&mut used.clone(), &mut demand, &mut fixed, noise_here, eager, stream);
            self.finish(&fixed, &demand);
            if demand.iter().all(|&d| d == 0) || self.best.len() <= self.bound {
                return;
            }
            let enough = self.best.len().saturating_sub(fixed.len() + 1);
            let stand = self.master.stand();
            let relaxed = self.master.solve(&demand, enough);
            let Some(relaxed) = relaxed else { return };
            self.iterations += relaxed.knapsacks + 1;
            if relaxed.bound <= enough && relaxed.value <= enough as f64 + 1e-6 {
                used = relaxed.used;
                here = 0;
                continue;
            }
            if retreats == 0 || here == MAX_HERE {
                return;
            }
            self.master.go_back(&stand);
            retreats -= 1;
            here += 1;
            demand = demand_here;
            fixed.truncate(fixed_here);
        }
    }

    /// Fill what is left quickly, and keep the whole if it is the best so far.
    fn finish(&mut self, fixed: &[Pattern], demand: &[u32]) {
        let mut rest = best_fit(self.lengths, demand);
        let room = self.best.len().saturating_sub(fixed.len());
        if rest.len() == room && room <= SMALL_REST {
            if let Some(fuller) = fullest_first(self.lengths, demand, self.control) {
                if fuller.len() < rest.len() {
                    rest = fuller;
                }
            }
        }
        if rest.len() >= room && room > 1 && room <= LARGER_REST {
            if let Some(fewer) = complete(self.lengths, demand, room - 1, STEPS) {
                rest = fewer;
            }
        }
        if rest.len() < room {
            self.best = fixed.to_vec();
            self.best.append(&mut rest);
        }
    }
}

/// Bins that hold no more of anything than there is.
fn without_surplus(demand: &[u32], mut bins: Vec<Pattern>) -> Vec<Pattern> {
    let mut left = demand.to_vec();
    for bin in &mut bins {
        for (k, n) in bin.iter_mut() {
            *n = (*n).min(left[*k as usize]);
            left[*k as usize] -= *n;
        }
        bin.retain(|p| p.1 > 0);
    }
    bins.retain(|bin| !bin.is_empty());
    bins
}

/// Fix the whole part of every pattern's use, and at least one pattern, the one nearest to whole.
fn fix(
    used: &mut [(Pattern, f64)],
    demand: &mut [u32],
    fixed: &mut Vec<Pattern>,
    noise: f64,
    eager: f64,
    stream: &mut Stream,
) {
    let mut any = false;
    let mut take = |pattern: &Pattern, times: u32, demand: &mut [u32]| {
        let most = pattern.iter().map(|&(k, n)| demand[k as usize] / n).min().unwrap_or(0);
        let times = times.min(most);
        for &(k, n) in pattern {
            demand[k as usize] -= n * times;
        }
        for _ in 0..times {
            fixed.push(pattern.clone());
        }
        times > 0
    };
    for (pattern, amount) in used.iter_mut() {
        if eager > 1.0 && any {
            break; // after a failure one pattern at a time
        }
        let whole = (*amount + 1e-6).floor();
        if whole >= 1.0 {
            any |= take(pattern, whole as u32, demand);
            *amount -= whole;
        }
    }
    // Nearly whole ones as well; noise makes one dive differ from the next.
    let mut order: Vec<(f64, usize)> = used
        .iter()
        .enumerate()
        .filter(|(_, u)| u.1 > 1e-6)
        .map(|(k, u)| (u.1 + noise * stream.uniform(), k))
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    for &(score, k) in &order {
        if any && score < eager {
            break;
        }
        any |= take(&used[k].0, 1, demand);
    }
}
