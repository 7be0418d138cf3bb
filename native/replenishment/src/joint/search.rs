//! Trucks of each period: for a pattern of trucks the items share room, and prices for it tell what
//! other patterns cost at least (Geoffrion 1972, Journal of Optimization Theory and Applications 10(4)).
//! Patterns are tried in the order of what the prices seen so far promise; most are left after few
//! prices, when nothing cheaper can come of them.

use std::collections::BTreeSet;

use backhaul_common::{Control, StopReason};

use super::bound::Dual;
use super::fit::Fit;
use super::items::{Lots, Prices};
use super::pattern::Ground;
use super::polish::polish;
use super::promise::{Cut, Promises};
use super::Model;

/// Prices tried for a pattern.
const ROUNDS: usize = 80;
/// Share of the cost that a pattern has to save to be worth a plan.
const LEAST: f64 = 1e-7;
/// Longest rhythm of orders to start from.
const RHYTHM: usize = 6;
/// Random ways in a row that find nothing before the search ends.
const WALKS: u64 = 60;

/// Best plan so far.
pub struct Best {
    /// Its cost.
    pub cost: f64,
    /// Its orders.
    pub orders: Vec<f64>,
}

/// The search, and what it knows.
pub struct Search<'a> {
    model: &'a Model<'a>,
    control: &'a Control<'a>,
    bound: f64,
    promises: Promises,
    ground: Ground,
    walks: u64,
    seen: BTreeSet<Vec<u32>>,
    lots: Lots,
    /// Best plan.
    pub best: Best,
    pattern: Vec<u32>,
    prices: Vec<f64>,
    /// Patterns tried.
    pub iterations: u64,
}

impl<'a> Search<'a> {
    /// From a plan and prices.
    pub fn new(
        model: &'a Model<'a>,
        control: &'a Control<'a>,
        dual: &Dual,
        best: Best,
        iterations: u64,
    ) -> Self {
        let loads = model.items.loads(&best.orders);
        let pattern: Vec<u32> = loads.iter().map(|&v| model.trucks(v) as u32).collect();
        let ground = Ground {
            need: model.items.volume_needed(),
            capacity: model.joint.truck.1,
            open: model.open.clone(),
            first: model.first,
        };
        Self {
            model,
            control,
            bound: dual.bound,
            promises: Promises::new(&dual.cut),
            ground,
            walks: 0,
            seen: BTreeSet::new(),
            lots: Lots::default(),
            best,
            pattern,
            prices: dual.volume.clone(),
            iterations,
        }
    }

    /// Why to stop, if at all.
    fn stop(&self) -> Option<StopReason> {
        self.control.stop(self.iterations, self.best.cost)
    }

    /// Patterns from elsewhere, then those next to the best until none promises to be better.
    pub fn run(&mut self, starts: &[Vec<u32>]) -> StopReason {
        self.attempt(&self.pattern.clone());
        let periods = self.ground.open.len();
        let rhythms =
            (1..=periods.min(RHYTHM)).flat_map(|every| (0..every).map(move |p| (every, p)));
        let regular: Vec<Vec<u32>> = rhythms.map(|(k, p)| self.ground.regular(k, p)).collect();
        for start in regular.iter().chain(starts) {
            if let Some(reason) = self.stop() {
                return reason;
            }
            self.attempt(start);
        }
        loop {
            if let Some(reason) = self.stop() {
                return reason;
            }
            let Some(next) = self.next() else {
                return self.stop().unwrap_or(StopReason::Converged);
            };
            self.attempt(&next);
        }
    }

    /// The untried pattern that promises the least cost, next to the best one or further away.
    fn next(&mut self) -> Option<Vec<u32>> {
        let limit = self.best.cost * (1.0 - LEAST);
        let fresh = |trucks: &[u32]| !self.seen.contains(trucks);
        let (now, ground) = (&self.pattern, &self.ground);
        let near = self.promises.neighbour(ground, now, limit, &fresh);
        if near.is_some() {
            return near;
        }
        for ahead in 1..=WALKS {
            if self.control.expired() {
                return None;
            }
            let far = self.promises.walk(ground, now, limit, self.walks + ahead, &fresh);
            if far.is_some() {
                self.walks += ahead;
                return far;
            }
        }
        None
    }

    /// Price the room of a pattern, and make a plan of it unless that cannot be better.
    fn attempt(&mut self, trucks: &[u32]) {
        if !self.ground.suffices(trucks) || !self.seen.insert(trucks.to_vec()) {
            return;
        }
        self.iterations += 1;
        let (joint, items) = (self.model.joint, &self.model.items);
        let (periods, (cost, capacity)) = (trucks.len(), joint.truck);
        let open: Vec<usize> = (0..periods).filter(|&t| trucks[t] > 0).collect();
        let fixed: f64 =
            open.iter().map(|&t| joint.major + f64::from(trucks[t]) * cost).sum::<f64>()
                + self.model.constant;
        let mut center = self.prices.clone();
        let mut best = (f64::NEG_INFINITY, center.clone(), Lots::default(), 0.0);
        let (mut scale, mut failed) = (1.0, 0);
        let mut off = vec![0.0; periods];
        for _ in 0..ROUNDS {
            let order = |i: usize, _: usize| items.minor[i];
            items.plan(&Prices { open: &open, order, volume: &center }, &mut self.lots);
            let loads = items.loads(&self.lots.orders);
            let rooms = open.iter().map(|&t| center[t] * capacity * f64::from(trucks[t]));
            let lots = self.lots.cost();
            let value = fixed + lots - rooms.sum::<f64>();
            if value > best.0 {
                let failing = value <= best.0 + 1e-6 * value.abs();
                best = (value, center.clone(), self.lots.clone(), lots);
                failed = if failing { failed + 1 } else { 0 };
            } else {
                failed += 1;
            }
            if failed >= 3 {
                (scale, failed) = (scale * 0.6, 0);
            }
            let hopeless = value >= self.best.cost * (1.0 - LEAST);
            if hopeless || scale < 0.005 || self.control.expired() {
                break;
            }
            let mut norm = 0.0;
            for &t in &open {
                let now = loads[t] - capacity * f64::from(trucks[t]);
                off[t] = now + 0.4 * off[t];
                if off[t] < 0.0 && center[t] <= 0.0 {
                    off[t] = 0.0;
                }
                norm += off[t] * off[t];
            }
            if norm <= 1e-12 * capacity * capacity {
                break;
            }
            let goal = self.best.cost.max(best.0 * 1.0005) - value;
            let step = scale * goal / norm;
            for &t in &open {
                center[t] = (center[t] + step * off[t]).max(0.0);
            }
        }
        let (value, prices, lots, sum) = best;
        self.cut(trucks, &open, &prices, sum);
        if value < self.best.cost * (1.0 - LEAST) {
            let mut orders = lots.orders;
            Fit::new(items, &joint.rules, trucks, capacity, &orders).fit(&mut orders);
            polish(self.model, &mut orders, 4, &|| self.control.expired());
            joint.rules.finish(&self.model.terms(), &mut orders);
            let cost = joint.cost_of(&orders);
            if cost < self.best.cost {
                self.best = Best { cost, orders };
                let loads = items.loads(&self.best.orders);
                self.pattern = loads.iter().map(|&v| self.model.trucks(v) as u32).collect();
                self.prices = prices;
                self.control.report(self.iterations, cost, Some(self.bound));
            }
        }
    }

    /// Keep what the prices of a pattern say about others.
    fn cut(&mut self, trucks: &[u32], open: &[usize], prices: &[f64], lots: f64) {
        let (joint, items) = (self.model.joint, &self.model.items);
        let (cost, capacity) = joint.truck;
        let order = |i: usize, _: usize| items.minor[i];
        let saved = items.savings(&Prices { open, order, volume: prices });
        let truck = prices.iter().map(|price| cost - price * capacity).collect();
        let opens = |(&k, &saved): (&u32, &f64)| joint.major - if k == 0 { saved } else { 0.0 };
        let open = trucks.iter().zip(&saved).map(opens).collect();
        self.promises.add(&Cut { base: lots + self.model.constant, truck, open });
    }
}
