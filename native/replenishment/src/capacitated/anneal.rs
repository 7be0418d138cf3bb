//! Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) over shifts of production between periods.

use std::sync::atomic::{AtomicBool, Ordering};

use backhaul_common::{purpose, Control, StopReason, Stream};

use super::dual::Dual;
use super::plan::{Shift, State};
use super::smooth::Smoother;
use super::Capacitated;

/// The best plan of one search.
pub struct Found {
    pub cost: f64,
    pub overtime: f64,
    pub quantities: Vec<f64>,
    pub iterations: u64,
    pub stop_reason: StopReason,
}

/// Relative difference of cost and bound that is round-off.
const PROVEN: f64 = 1e-9;
/// Moves between two looks at the clock.
const BLOCK: u64 = 512;
/// Temperatures at the ends of a round, in the mean cost of a lot.
const HOT: f64 = 0.25;
const COLD: f64 = 0.03;
/// Times that the search cools down; later rounds begin at the best plan, less hot.
const ROUNDS: f64 = 3.0;
const REHEAT: f64 = 0.6;
/// Most items that change together.
const DEPTH: usize = 3;

/// Small random numbers, several from one draw: the search asks for some ten of them a move.
struct Dice {
    stream: Stream,
    bits: u64,
    left: u32,
}

impl Dice {
    fn bits(&mut self, count: u32) -> u64 {
        if self.left < count {
            (self.bits, self.left) = (self.stream.next_u64(), 64);
        }
        let value = self.bits & ((1 << count) - 1);
        (self.bits, self.left) = (self.bits >> count, self.left - count);
        value
    }

    /// A number below `n`, which is small.
    fn few(&mut self, n: usize) -> usize {
        ((self.bits(16) * n as u64) >> 16) as usize
    }

    /// A number below `n`, which fits in 32 bits.
    fn many(&mut self, n: usize) -> usize {
        ((self.bits(32) * n as u64) >> 32) as usize
    }

    fn uniform(&mut self) -> f64 {
        self.bits(32) as f64 / 4_294_967_296.0
    }
}

struct Search<'a> {
    problem: &'a Capacitated<'a>,
    state: State,
    dice: Dice,
    /// Money a unit of overtime.
    penalty: f64,
    temperature: f64,
    chain: Chain,
    reach: usize,
}

impl Search<'_> {
    /// A period for a part of a lot: another lot of the item, or near.
    fn pick(&mut self, i: usize, from: usize) -> Option<usize> {
        let periods = self.problem.periods;
        match self.dice.few(8) {
            0 | 1 => (0..from).rev().find(|&t| self.state.units(i, t) > 0.0),
            2 => (from + 1..periods).find(|&t| self.state.units(i, t) > 0.0),
            3 => (from + 1 < periods).then_some(from + 1),
            _ => {
                let by = 1 + self.dice.few(self.reach);
                if self.dice.few(2) == 0 {
                    from.checked_sub(by)
                } else {
                    Some(from + by).filter(|&t| t < periods)
                }
            }
        }
    }

    /// Units for a shift: all, what fits, or what is too much.
    fn size(&mut self, i: usize, from: usize, to: usize) -> Option<Shift> {
        let most = self.state.movable(i, from, to);
        if most <= 0.0 {
            return None;
        }
        let unit = self.problem.unit_time[i];
        let units = match self.dice.few(4) {
            0 if unit > 0.0 => {
                let fresh = self.state.units(i, to) == 0.0;
                let setup = if fresh { self.problem.setup_time[i] } else { 0.0 };
                (self.state.free(self.problem, to) - setup) / unit
            }
            1 if unit > 0.0 => {
                let over = -self.state.free(self.problem, from) / unit;
                if over > 0.0 {
                    over
                } else {
                    // Nothing is too much: what one of the next periods needs.
                    let next = from + self.dice.few(self.reach + 1);
                    self.problem.row(i).get(next).copied().unwrap_or(most)
                }
            }
            _ => most,
        };
        let units = if units > 0.0 { units.min(most) } else { most };
        (units > 1e-6 * most).then_some(Shift { item: i, from, to, units })
    }

    /// Whether a change of this much is taken.
    fn takes(&mut self, change: f64) -> bool {
        if change <= 0.0 {
            return true;
        }
        let ratio = change / self.temperature;
        ratio < 16.0 && self.dice.uniform() < (-ratio).exp()
    }

    fn step(&mut self) {
        let lots = self.state.lots();
        if lots.is_empty() {
            return;
        }
        let k = lots[self.dice.many(lots.len())] as usize;
        let (i, from) = (k / self.problem.periods, k % self.problem.periods);
        let Some(to) = self.pick(i, from) else { return };
        let Some(shift) = self.size(i, from, to) else { return };
        self.chain.clear();
        self.chain.add(self.problem, &self.state, shift);
        let first = self.chain.value(self.penalty);
        let mut best = (first, 1);
        // Where a period is filled too far another item leaves it, and so on.
        while self.chain.shifts.len() < DEPTH {
            let last = self.chain.shifts[self.chain.shifts.len() - 1];
            let over = self.chain.over(self.problem, &self.state, last.to);
            if over <= 1e-9 {
                break;
            }
            let Some(next) = self.make_room(last.to, from, over) else { break };
            self.chain.add(self.problem, &self.state, next);
            let value = self.chain.value(self.penalty);
            if value < best.0 || self.chain.shifts.len() == 2 {
                best = (value, self.chain.shifts.len());
            }
        }
        if self.takes(best.0) {
            for k in 0..best.1 {
                self.state.apply(self.problem, self.chain.shifts[k]);
            }
        }
    }

    /// An item that leaves period `full`, in half of the cases for the room that the chain left behind
    /// where it began.
    fn make_room(&mut self, full: usize, begin: usize, over: f64) -> Option<Shift> {
        let (problem, n) = (self.problem, self.problem.items());
        let start = self.dice.many(n);
        let item = (start..n)
            .chain(0..start)
            .find(|&j| self.state.units(j, full) > 0.0 && !self.chain.moves(j))?;
        let to =
            if begin != full && self.dice.few(2) == 0 { begin } else { self.pick(item, full)? };
        let most = self.state.movable(item, full, to);
        if most <= 0.0 {
            return None;
        }
        let unit = problem.unit_time[item];
        let part = if unit > 0.0 { over / unit } else { most };
        let units = if self.dice.few(2) == 0 { most } else { part.min(most) };
        (units > 1e-6 * most).then_some(Shift { item, from: full, to, units })
    }
}

/// Shifts of different items that happen together, and what they change.
#[derive(Default)]
struct Chain {
    shifts: Vec<Shift>,
    cost: f64,
    overtime: f64,
    /// Load that they add to each period they touch.
    loads: Vec<(usize, f64)>,
}

impl Chain {
    fn clear(&mut self) {
        self.shifts.clear();
        self.loads.clear();
        (self.cost, self.overtime) = (0.0, 0.0);
    }

    fn moves(&self, item: usize) -> bool {
        self.shifts.iter().any(|s| s.item == item)
    }

    fn value(&self, penalty: f64) -> f64 {
        self.cost + penalty * self.overtime
    }

    fn added(&self, t: usize) -> f64 {
        self.loads.iter().find(|l| l.0 == t).map_or(0.0, |l| l.1)
    }

    /// Overtime of a period after the shifts.
    fn over(&self, problem: &Capacitated<'_>, state: &State, t: usize) -> f64 {
        self.added(t) - state.free(problem, t)
    }

    fn add(&mut self, problem: &Capacitated<'_>, state: &State, shift: Shift) {
        let (cost, out, into) = state.effect(problem, shift);
        self.cost += cost;
        for (t, by) in [(shift.from, out), (shift.to, into)] {
            let old = self.added(t);
            self.overtime +=
                state.more_overtime(problem, t, old + by) - state.more_overtime(problem, t, old);
            match self.loads.iter_mut().find(|l| l.0 == t) {
                Some(load) => load.1 += by,
                None => self.loads.push((t, by)),
            }
        }
        self.shifts.push(shift);
    }
}

/// The best plan so far: least overtime first, then least cost.
struct Best {
    overtime: f64,
    cost: f64,
    quantities: Vec<f64>,
}

impl Best {
    fn of(state: &State) -> Self {
        let quantities = state.quantities().to_vec();
        Self { overtime: state.overtime, cost: state.cost, quantities }
    }

    /// Whether a plan without overtime is better, as far as its running sums tell.
    fn improved_by(&self, state: &State) -> bool {
        state.overtime <= 1e-9 && (self.overtime > 0.0 || state.cost < self.cost - 1e-9)
    }

    fn keep(&mut self, state: &State) {
        if (state.overtime, state.cost) < (self.overtime, self.cost) {
            (self.overtime, self.cost) = (state.overtime, state.cost);
            self.quantities.copy_from_slice(state.quantities());
        }
    }
}

/// One search from `first`; its stream is that of (seed, chain). `proven` is set once a plan costs no
/// more than the bound; under a time limit the other searches then stop too. Under an iteration limit
/// they do not, because which one comes first must not change the answer.
pub fn run(
    problem: &Capacitated<'_>,
    first: State,
    dual: &Dual,
    (seed, chain): (u64, u64),
    proven: &AtomicBool,
    control: &Control<'_>,
) -> Found {
    let lots = first.lots().len().max(1) as f64;
    // Setups may cost nothing but time: then a period's demand held for a period sets the scale.
    let held: f64 = (0..problem.items())
        .map(|i| problem.holding[i] * problem.row(i).iter().sum::<f64>())
        .sum::<f64>()
        / problem.demand.len() as f64;
    let per_lot = (first.cost / lots).max(held).max(1e-9);
    // With few lots a change of one is a change of much of the plan.
    let few = 1.0 + (20.0 / lots).powi(2);
    let (hot, cold) = (HOT * few.min(20.0) * per_lot, COLD * per_lot);
    let mean_price = dual.prices.iter().sum::<f64>() / dual.prices.len() as f64;
    let mean_load = problem.capacity.iter().sum::<f64>() / problem.periods as f64;
    let floor = 0.02 * per_lot * lots / problem.periods as f64 / mean_load.max(1e-9);
    let dear = 20.0 * per_lot * lots / problem.periods as f64 / mean_load.max(1e-9);
    let limits = control.limits();
    let bounded = limits.seconds.is_some() || limits.iterations.is_some();
    // Without a limit the search ends by itself after this much work.
    let natural = 20_000 * (first.quantities().len() as u64).max(20);
    let first_penalty = (2.0 * mean_price).clamp(floor, 10.0 * dear);
    let mut search = Search {
        problem,
        penalty: first_penalty,
        temperature: hot,
        reach: (problem.periods / 3).clamp(1, 6),
        chain: Chain::default(),
        dice: Dice { stream: Stream::new(seed, purpose("lots"), chain, 0), bits: 0, left: 0 },
        state: first,
    };
    let mut best = Best::of(&search.state);
    // A large plan is long to copy: there the ends of blocks are enough.
    let often = search.state.quantities().len() <= 1024;
    let mut iterations = 0;
    let mut done_rounds = 0.0;
    let mut smoother = Smoother::default();
    let stop_reason = loop {
        let fraction =
            if bounded { control.fraction(iterations) } else { iterations as f64 / natural as f64 };
        let key = if best.overtime > 0.0 { f64::INFINITY } else { best.cost };
        if let Some(reason) = control.stop(iterations, key) {
            break reason;
        }
        if best.overtime <= 0.0 && best.cost <= dual.bound + PROVEN * dual.bound.abs() {
            proven.store(true, Ordering::Relaxed);
            break StopReason::Converged;
        }
        let any_proven = limits.seconds.is_some() && proven.load(Ordering::Relaxed);
        if any_proven || fraction >= 1.0 {
            break StopReason::Converged;
        }

        let round = (fraction * ROUNDS).floor();
        if round > done_rounds {
            done_rounds = round;
            if best.overtime <= 0.0 {
                search.state = State::new(problem, best.quantities.clone());
                smoother.run(problem, &mut search.state, dear, control);
            }
        }
        let top = if round > 0.0 { REHEAT * hot } else { hot };
        search.temperature = if best.overtime > 0.0 {
            // No feasible plan yet: cost matters little, overtime alone leads.
            4.0 * hot
        } else {
            top * (cold / top).powf((fraction * ROUNDS).fract())
        };
        for _ in 0..BLOCK {
            search.step();
            if often && best.improved_by(&search.state) {
                search.state.refresh(problem);
                best.keep(&search.state);
            }
        }
        iterations += BLOCK;
        search.state.refresh(problem);
        best.keep(&search.state);
        if search.state.overtime > 0.0 {
            search.penalty *= if best.overtime > 0.0 { 1.15 } else { 1.05 };
            if search.penalty > 50.0 * dear {
                // Dear overtime alone did not lead to a feasible plan: let the search walk again.
                search.penalty = first_penalty;
            }
        } else {
            search.penalty = (search.penalty * 0.96).max(floor);
        }
        control.report(iterations, key, Some(dual.bound));
    };
    let mut last = State::new(problem, best.quantities);
    smoother.run(problem, &mut last, dear, control);
    Found {
        cost: last.cost,
        overtime: last.overtime,
        quantities: last.quantities().to_vec(),
        iterations,
        stop_reason,
    }
}
