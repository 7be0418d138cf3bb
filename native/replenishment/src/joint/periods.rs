//! Which periods have an order: for a set of periods every item is planned exactly. Sets come from a
//! regular rhythm, from the prices, and from adding, dropping and moving periods.

use backhaul_common::{Control, StopReason};

use super::items::{Lots, Prices};
use super::polish::polish;
use super::search::Best;
use super::Model;

/// Best set so far.
pub struct Set {
    /// Cost of its plan.
    pub cost: f64,
    open: Vec<bool>,
    orders: Vec<f64>,
}

impl From<Set> for Best {
    fn from(set: Set) -> Self {
        Self { cost: set.cost, orders: set.orders }
    }
}

/// The search over sets of periods.
pub struct Periods<'a> {
    model: &'a Model<'a>,
    control: &'a Control<'a>,
    lots: Lots,
    /// Best set.
    pub best: Set,
    /// No plan costs less.
    pub bound: f64,
    /// Sets tried.
    pub iterations: u64,
}

impl<'a> Periods<'a> {
    /// Without a set yet.
    pub fn new(model: &'a Model<'a>, control: &'a Control<'a>) -> Self {
        let best = Set { cost: f64::INFINITY, open: model.open.clone(), orders: Vec::new() };
        Self {
            model,
            control,
            lots: Lots::default(),
            best,
            bound: f64::NEG_INFINITY,
            iterations: 0,
        }
    }

    /// An order every k periods.
    pub fn regular(&mut self) {
        let (periods, first) = (self.model.items.periods, self.model.first);
        for every in 1..=periods.min(12) {
            let due = |t: usize| t <= first || (t - first).is_multiple_of(every);
            self.attempt((0..periods).map(due).collect());
            if self.control.expired() {
                return;
            }
        }
    }

    /// Periods that the prices use often.
    pub fn suggested(&mut self, uses: &[f64]) {
        let most = uses.iter().copied().fold(0.0, f64::max);
        let first = self.model.first;
        for share in [0.1, 0.3, 0.5, 0.7] {
            let open = uses.iter().enumerate().map(|(t, &u)| t <= first || u >= share * most);
            self.attempt(open.collect());
            if self.control.expired() {
                return;
            }
        }
    }

    /// Add, drop and move periods while that helps.
    pub fn improve(&mut self) -> StopReason {
        let (periods, model) = (self.model.items.periods, self.model);
        loop {
            let before = self.best.cost;
            for a in 0..periods {
                for b in a..periods {
                    // b = a: add or drop a period; else move an order from one to the other.
                    let shut = !model.open[a] || !model.open[b];
                    if shut || (a != b && self.best.open[a] == self.best.open[b]) {
                        continue;
                    }
                    if let Some(reason) = self.control.stop(self.iterations, self.best.cost) {
                        return reason;
                    }
                    let mut open = self.best.open.clone();
                    open[a] = !open[a];
                    if a != b {
                        open[b] = !open[b];
                    }
                    self.attempt(open);
                }
            }
            if self.best.cost >= before {
                return StopReason::Converged;
            }
        }
    }

    fn attempt(&mut self, open: Vec<bool>) {
        let (model, items) = (self.model, &self.model.items);
        let days: Vec<usize> = (0..items.periods).filter(|&t| open[t] && model.open[t]).collect();
        let last = model.first.min(items.periods - 1);
        if days.first().is_none_or(|&day| day > last) {
            return;
        }
        self.iterations += 1;
        let free = vec![0.0; items.periods];
        let order = |i: usize, _: usize| items.minor[i];
        items.plan(&Prices { open: &days, order, volume: &free }, &mut self.lots);
        let mut orders = self.lots.orders.clone();
        if model.trucks_matter() {
            polish(model, &mut orders, 2, &|| self.control.expired());
        }
        model.joint.rules.finish(&model.terms(), &mut orders);
        let cost = model.joint.cost_of(&orders);
        if cost < self.best.cost - 1e-9 {
            self.best = Set { cost, open, orders };
            self.control.report(self.iterations, cost, Some(self.bound));
        }
    }
}
