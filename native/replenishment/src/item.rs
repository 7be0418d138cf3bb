//! One store-product: what it is, and its best levels.

use backhaul_common::{Error, Result};

use crate::curve::Curve;
use crate::nightly::Rule;
use crate::nq;
use crate::pmf::Pmf;
use crate::policy::Renewal;
use crate::rounded::Setting;
use crate::service::{self, Family, Measure};
use crate::ss::{self, Found};

/// The rule that orders follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// (R, s, S): at or below s order up to S.
    UpTo,
    /// (R, s, nQ): at or below s order whole batches of Q.
    Batches,
    /// Order up to S at every review; with no lead time the newsvendor.
    BaseStock,
}

/// What a service level measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Share of periods that end without a backorder.
    Cycle,
    /// Share of demand met from stock at once.
    Fill,
    /// Share of periods that end with stock on hand.
    Ready,
}

/// One store-product. Units, periods and money are the caller's own.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Mean demand a period.
    pub mean: f64,
    /// Variance over mean of demand a period: 1 is Poisson, more is negative binomial.
    pub variance_to_mean: f64,
    /// Probabilities of 0, 1, ... units a period; replaces mean and ratio.
    pub demand: Option<&'a [f64]>,
    /// Periods from order to receipt.
    pub lead_time: i32,
    /// Probabilities of lead times 0, 1, ...; replaces `lead_time`. Orders do not cross.
    pub lead_times: Option<&'a [f64]>,
    /// Periods between reviews.
    pub review: i32,
    /// Cost of an order.
    pub setup: f64,
    /// Cost of a unit on hand at the end of a period.
    pub holding: f64,
    /// Cost of a unit owed at the end of a period.
    pub backorder: f64,
    /// Service constraint; replaces the backorder cost.
    pub service: Option<(Service, f64)>,
    /// Units in a case.
    pub case_pack: i32,
    /// Fewest units in an order.
    pub minimum_order: i32,
    /// Most units of position after an order; 0: no limit.
    pub shelf_capacity: i32,
}

/// Levels, their cost, and what no rule can beat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    /// Order at or below this position.
    pub reorder_level: i32,
    /// S; for batches s + Q.
    pub order_up_to: i32,
    /// Average cost a period.
    pub cost: f64,
    /// No rule of the class costs less.
    pub bound: f64,
}

/// Work that grows with the square of this is refused rather than started.
const MOST_UNITS: f64 = 20_000.0;

impl Item<'_> {
    /// Name the first field that is not allowed.
    pub fn validate(&self, row: usize) -> Result<()> {
        let wrong = |field: &str, value: String, allowed: &str| {
            Err(Error::invalid(format!("{field}[{row}]"), value, allowed))
        };
        if self.demand.is_none() && !(self.mean >= 0.0 && self.mean.is_finite()) {
            return wrong("mean", self.mean.to_string(), "a finite number of at least 0");
        }
        if !(1.0..=1000.0).contains(&self.variance_to_mean) {
            return wrong("variance_to_mean", self.variance_to_mean.to_string(), "1 to 1000");
        }
        for (name, pmf) in [("demand", self.demand), ("lead_times", self.lead_times)] {
            if let Some(pmf) = pmf {
                if pmf.is_empty() {
                    return wrong(name, "nothing".into(), "at least one probability");
                }
                if let Some(k) = pmf.iter().position(|p| !(0.0..=1.0 + 1e-9).contains(p)) {
                    let path = format!("{name}[{row}][{k}]");
                    return Err(Error::invalid(path, pmf[k], "a probability, 0 to 1"));
                }
                let total: f64 = pmf.iter().sum();
                if (total - 1.0).abs() > 1e-9 {
                    return wrong(name, total.to_string(), "probabilities that sum to 1");
                }
            }
        }
        if !(0..=1000).contains(&self.lead_time) {
            return wrong("lead_time", self.lead_time.to_string(), "0 to 1000");
        }
        if !(1..=1000).contains(&self.review) {
            return wrong("review", self.review.to_string(), "1 to 1000");
        }
        if !(self.setup >= 0.0 && self.setup.is_finite()) {
            return wrong("setup", self.setup.to_string(), "a finite number of at least 0");
        }
        if !(self.holding > 0.0 && self.holding.is_finite()) {
            return wrong("holding", self.holding.to_string(), "a finite number above 0");
        }
        if let Some((_, level)) = self.service {
            if !(level > 0.0 && level < 1.0) {
                return wrong("service_level", level.to_string(), "above 0 and below 1");
            }
        } else if !(self.backorder >= self.holding && self.backorder.is_finite()) {
            return wrong("backorder", self.backorder.to_string(), "at least the holding cost");
        }
        if self.case_pack < 1 {
            return wrong("case_pack", self.case_pack.to_string(), "at least 1");
        }
        if self.minimum_order < 0 {
            return wrong("minimum_order", self.minimum_order.to_string(), "at least 0");
        }
        let smallest = self.rule().smallest();
        if self.shelf_capacity < 0
            || (self.shelf_capacity > 0 && i64::from(self.shelf_capacity) < smallest)
        {
            let allowed = format!("0 (no limit) or room for the smallest order of {smallest}");
            return wrong("shelf_capacity", self.shelf_capacity.to_string(), &allowed);
        }
        let mean = self.demand.map_or(self.mean, |p| Pmf::from_slice(p).mean());
        let lead = self.lead_times.map_or(self.lead_time as usize, |p| p.len() - 1);
        let units = mean * (lead as f64 + f64::from(self.review))
            + (2.0 * self.setup * mean / self.holding).sqrt()
            + smallest as f64;
        if units > MOST_UNITS {
            let allowed = format!(
                "lead-time demand, economic order and case of at most {MOST_UNITS} units together: \
                 count in larger units"
            );
            return wrong("mean", mean.to_string(), &allowed);
        }
        Ok(())
    }

    fn rule(&self) -> Rule {
        let capacity = if self.shelf_capacity == 0 { i32::MAX } else { self.shelf_capacity };
        Rule {
            pack: i64::from(self.case_pack),
            least: i64::from(self.minimum_order),
            capacity: i64::from(capacity),
        }
    }
}

/// Work space, kept between items.
#[derive(Default)]
pub struct Work {
    horizon: Pmf,
    before: Pmf,
    cycle: Pmf,
    curve: Curve,
    renewal: Renewal,
    search: ss::Search,
}

impl Work {
    /// Fill demand between reviews and demand over lead time and period.
    fn demand(&mut self, item: &Item<'_>, wants_before: bool) {
        let review = item.review as usize;
        let fixed;
        let leads: &[f64] = if let Some(leads) = item.lead_times {
            leads
        } else {
            let mut one = vec![0.0; item.lead_time as usize + 1];
            one[item.lead_time as usize] = 1.0;
            fixed = one;
            &fixed
        };
        if let Some(p) = item.demand {
            let period = Pmf::from_slice(p);
            self.cycle = period.times(review);
            let mut sums = vec![Pmf { start: 0, p: vec![1.0] }];
            for _ in 0..leads.len() - 1 + review {
                let next = sums[sums.len() - 1].plus(&period);
                sums.push(next);
            }
            self.mixture(leads, review, wants_before, |n, out| out.clone_from(&sums[n]));
        } else {
            self.cycle.set_count(item.mean * f64::from(item.review), item.variance_to_mean);
            if item.lead_times.is_none() && review == 1 && !wants_before {
                // The common case, without copies.
                let periods = f64::from(item.lead_time + 1);
                self.horizon.set_count(item.mean * periods, item.variance_to_mean);
                return;
            }
            self.mixture(leads, review, wants_before, |n, out| {
                out.set_count(item.mean * n as f64, item.variance_to_mean);
            });
        }
    }

    fn mixture(
        &mut self,
        leads: &[f64],
        review: usize,
        wants_before: bool,
        periods: impl Fn(usize, &mut Pmf),
    ) {
        let mut one = Pmf::default();
        self.horizon.p.clear();
        self.before.p.clear();
        for (lead, &p) in leads.iter().enumerate().filter(|(_, p)| **p > 0.0) {
            for i in 0..review {
                periods(lead + i + 1, &mut one);
                self.horizon.mix(&one, p / review as f64);
                if wants_before {
                    periods(lead + i, &mut one);
                    self.before.mix(&one, p / review as f64);
                }
            }
        }
    }

    /// The best levels of the policy. The item must be valid.
    pub fn solve(&mut self, item: &Item<'_>, policy: Policy) -> Levels {
        self.demand(item, item.service.is_some());
        let rule = item.rule();
        if self.cycle.end() == 0 {
            // Nobody ever asks: hold nothing, order only to serve a negative position.
            return Levels { reorder_level: -1, order_up_to: 0, cost: 0.0, bound: 0.0 };
        }
        let setup = item.setup / f64::from(item.review);
        let backorder = if item.service.is_some() { 0.0 } else { item.backorder };
        self.curve.set(&self.horizon, item.holding, backorder);
        self.renewal.set(&self.cycle);
        if let Some((kind, target)) = item.service {
            return self.served(kind, target, policy, &rule, setup);
        }
        let (found, bound) = match policy {
            Policy::Batches => {
                let room = if item.shelf_capacity == 0 { i64::MAX } else { rule.capacity };
                let found = nq::best(&self.curve, &self.cycle, setup, rule.pack, rule.least, room);
                (found, found.cost)
            }
            Policy::UpTo => {
                let free = self.search.best(&self.curve, &mut self.renewal, setup);
                self.under_rule(free, &rule, setup)
            }
            Policy::BaseStock => {
                let up_to = self.curve.lowest();
                let cost = self.curve.at(up_to) + setup * (1.0 - self.cycle.at(0));
                let free = Found { reorder_level: up_to - 1, order_up_to: up_to, cost };
                let free_rule = rule.pack == 1 && rule.least <= 1 && up_to <= rule.capacity;
                if free_rule {
                    (free, cost)
                } else {
                    let unrounded = self.search.best(&self.curve, &mut self.renewal, setup);
                    let (found, _) = self.under_rule(free, &rule, setup);
                    (found, unrounded.cost)
                }
            }
        };
        levels(found, bound)
    }

    fn under_rule(&mut self, free: Found, rule: &Rule, setup: f64) -> (Found, f64) {
        if rule.pack == 1 && rule.least <= 1 && free.order_up_to <= rule.capacity {
            return (free, free.cost);
        }
        if rule.pack == 1 && rule.least <= free.order_up_to - free.reorder_level {
            // Every order of the free rule is large enough already.
            if free.order_up_to <= rule.capacity {
                return (free, free.cost);
            }
        }
        let setting = Setting { curve: &self.curve, demand: &self.cycle, setup, rule: *rule };
        (setting.search(&mut self.renewal, free), free.cost)
    }

    fn served(
        &mut self,
        kind: Service,
        target: f64,
        policy: Policy,
        rule: &Rule,
        setup: f64,
    ) -> Levels {
        let measure = Measure::new(kind, &self.before, &self.horizon);
        let family = match policy {
            Policy::BaseStock => Family::Every(1.0 - self.cycle.at(0)),
            Policy::UpTo => Family::UpTo(&mut self.renewal),
            Policy::Batches => {
                Family::Batches { pack: rule.pack, least: rule.least, demand: &self.cycle }
            }
        };
        let found = service::best(&self.curve, &measure, target, setup, rule.capacity, family);
        found.map_or(
            Levels { reorder_level: 0, order_up_to: 0, cost: f64::INFINITY, bound: 0.0 },
            |found| levels(found, 0.0),
        )
    }
}

fn levels(found: Found, bound: f64) -> Levels {
    Levels {
        reorder_level: found.reorder_level as i32,
        order_up_to: found.order_up_to as i32,
        cost: found.cost,
        bound,
    }
}
