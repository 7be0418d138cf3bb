//! A plan in hand: quantities, stocks, loads, and what moving a part of a lot would change.

use super::Capacitated;

/// Less than this share of an item's demand is rounding.
const DUST: f64 = 1e-11;

/// A plan that can be changed one shift at a time.
#[derive(Clone)]
pub struct State {
    periods: usize,
    quantity: Vec<f64>,
    stock: Vec<f64>,
    load: Vec<f64>,
    dust: Vec<f64>,
    /// Cells (item x periods + period) with production, in no order, and where each stands.
    lots: Vec<u32>,
    place: Vec<u32>,
    /// Setup and holding cost.
    pub cost: f64,
    /// Capacity used beyond what there is.
    pub overtime: f64,
}

/// Units of an item from one period to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    pub item: usize,
    pub from: usize,
    pub to: usize,
    pub units: f64,
}

const NONE: u32 = u32::MAX;

impl State {
    pub fn new(problem: &Capacitated<'_>, mut quantity: Vec<f64>) -> Self {
        let (n, periods) = (problem.items(), problem.periods);
        let dust: Vec<f64> =
            (0..n).map(|i| DUST * problem.row(i).iter().sum::<f64>().max(1.0)).collect();
        for (k, units) in quantity.iter_mut().enumerate() {
            if *units <= dust[k / periods] {
                *units = 0.0;
            }
        }
        let mut state = Self {
            periods,
            quantity,
            stock: vec![0.0; n * periods],
            load: vec![0.0; periods],
            dust,
            lots: Vec::new(),
            place: vec![NONE; n * periods],
            cost: 0.0,
            overtime: 0.0,
        };
        for k in 0..n * periods {
            if state.quantity[k] > 0.0 {
                state.insert(k);
            }
        }
        state.refresh(problem);
        state
    }

    /// Everything that follows from the quantities, afresh: rounding does not pile up.
    pub fn refresh(&mut self, problem: &Capacitated<'_>) {
        self.load.fill(0.0);
        self.cost = 0.0;
        for i in 0..problem.items() {
            let mut held = 0.0;
            for t in 0..self.periods {
                let k = i * self.periods + t;
                let units = self.quantity[k];
                if units > 0.0 {
                    self.cost += problem.setup_cost[i];
                    self.load[t] += problem.setup_time[i] + problem.unit_time[i] * units;
                }
                held += units - problem.demand[k];
                self.stock[k] = held;
                self.cost += problem.holding[i] * held;
            }
        }
        self.overtime = (0..self.periods).map(|t| self.over(problem, t, 0.0)).sum();
    }

    pub fn quantities(&self) -> &[f64] {
        &self.quantity
    }

    pub fn inventory(&self) -> &[f64] {
        &self.stock
    }

    pub fn lots(&self) -> &[u32] {
        &self.lots
    }

    pub fn units(&self, i: usize, t: usize) -> f64 {
        self.quantity[i * self.periods + t]
    }

    /// Capacity of period `t` that is left; negative in overtime.
    pub fn free(&self, problem: &Capacitated<'_>, t: usize) -> f64 {
        problem.capacity[t] - self.load[t]
    }

    fn over(&self, problem: &Capacitated<'_>, t: usize, extra: f64) -> f64 {
        let load = self.load[t] + extra;
        if load > problem.limit(t) {
            load - problem.capacity[t]
        } else {
            0.0
        }
    }

    fn insert(&mut self, k: usize) {
        self.place[k] = self.lots.len() as u32;
        self.lots.push(k as u32);
    }

    fn remove(&mut self, k: usize) {
        let at = self.place[k] as usize;
        self.lots.swap_remove(at);
        if let Some(&moved) = self.lots.get(at) {
            self.place[moved as usize] = at as u32;
        }
        self.place[k] = NONE;
    }

    /// Most units of a lot that may move without a shortage.
    pub fn movable(&self, i: usize, from: usize, to: usize) -> f64 {
        let base = i * self.periods;
        let made = self.quantity[base + from];
        if to < from {
            return made;
        }
        let kept = self.stock[base + from..base + to].iter().copied().fold(made, f64::min);
        if kept <= self.dust[i] {
            0.0
        } else if made - kept <= self.dust[i] {
            made
        } else {
            kept
        }
    }

    /// What a shift changes in cost, and in the load of the period it leaves and of the one it enters.
    pub fn effect(&self, problem: &Capacitated<'_>, shift: Shift) -> (f64, f64, f64) {
        let Shift { item: i, from, to, units } = shift;
        let base = i * self.periods;
        let whole = self.quantity[base + from] - units <= self.dust[i];
        let fresh = self.quantity[base + to] == 0.0;
        let work = problem.unit_time[i] * units;
        let setups = f64::from(u8::from(fresh)) - f64::from(u8::from(whole));
        let cost =
            problem.setup_cost[i] * setups + problem.holding[i] * units * (from as f64 - to as f64);
        let out = -work - if whole { problem.setup_time[i] } else { 0.0 };
        let into = work + if fresh { problem.setup_time[i] } else { 0.0 };
        (cost, out, into)
    }

    /// What more load in a period changes in overtime.
    pub fn more_overtime(&self, problem: &Capacitated<'_>, t: usize, load: f64) -> f64 {
        self.over(problem, t, load) - self.over(problem, t, 0.0)
    }

    /// Do it.
    pub fn apply(&mut self, problem: &Capacitated<'_>, shift: Shift) {
        let Shift { item: i, from, to, units } = shift;
        let (a, b) = (i * self.periods + from, i * self.periods + to);
        let (cost, out, into) = self.effect(problem, shift);
        let overtime =
            self.more_overtime(problem, from, out) + self.more_overtime(problem, to, into);
        self.load[from] += out;
        self.load[to] += into;
        if self.quantity[a] - units <= self.dust[i] {
            self.quantity[a] = 0.0;
            self.remove(a);
        } else {
            self.quantity[a] -= units;
        }
        if self.quantity[b] == 0.0 {
            self.insert(b);
        }
        self.quantity[b] += units;
        self.carry(shift);
        self.cost += cost;
        self.overtime = (self.overtime + overtime).max(0.0);
    }

    fn carry(&mut self, shift: Shift) {
        let Shift { item, from, to, units } = shift;
        let base = item * self.periods;
        let (low, high, by) = if to < from { (to, from, units) } else { (from, to, -units) };
        for held in &mut self.stock[base + low..base + high] {
            *held += by;
        }
    }
}
