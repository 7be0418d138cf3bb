//! Lost sales with a lead time: unmet demand goes elsewhere, so that what is on order matters, not
//! only how much of it (Karlin and Scarf 1958).
//!
//! The stock at the arrival of an order is projected exactly from what is on hand and on order, then
//! [`crate::ahead::Outlook`] chooses. The weight of its quadratic term comes from a fit to
//! simulations over means 0.5 to 5, variance over mean 1 to 6, lead times 1 to 4 and lost-sale costs of
//! 4 to 99 times holding (docs/decisions/0040).

use backhaul_common::{purpose, Error, Result, Stream};
use rayon::prelude::*;

use crate::ahead::{Memo, Outlook, Sampler};
use crate::pmf::Pmf;

/// Columns of the items, one value each.
pub struct Items<'a> {
    /// Mean demand a period.
    pub mean: &'a [f64],
    /// Variance over mean of demand a period.
    pub variance_to_mean: &'a [f64],
    /// Periods from order to receipt, at least 1.
    pub lead_time: &'a [i32],
    /// Cost of a unit on hand at the end of a period.
    pub holding: &'a [f64],
    /// Cost of a unit of demand lost.
    pub lost: &'a [f64],
}

/// The fitted weight of the square of left-over stock, in money a square unit.
pub fn weight(mean: f64, variance_to_mean: f64, lead_time: f64, holding: f64, lost: f64) -> f64 {
    let log = -0.99 + 0.603 * mean.ln() - 0.447 * variance_to_mean.ln() + 0.536 * lead_time.ln()
        - 0.439 * (lost / holding).ln();
    log.exp().clamp(0.03, 1.0) * holding / (2.0 * mean)
}

impl Items<'_> {
    /// Check lengths and rows; the first bad one is named.
    pub fn validate(&self) -> Result<()> {
        let n = self.mean.len();
        let lengths = [
            ("variance_to_mean", self.variance_to_mean.len()),
            ("lead_time", self.lead_time.len()),
            ("holding", self.holding.len()),
            ("lost", self.lost.len()),
        ];
        for (name, len) in lengths {
            if len != n && len != 1 {
                return Err(Error::invalid(name, len, format!("{n} values, or one for all")));
            }
        }
        (0..n).try_for_each(|i| self.validate_row(i))
    }

    fn validate_row(&self, i: usize) -> Result<()> {
        let wrong = |name: &str, value: String, allowed: &str| {
            Err(Error::invalid(format!("{name}[{i}]"), value, allowed))
        };
        let (mean, ratio, lead, holding, lost) = self.row(i);
        if !(mean > 0.0 && mean <= 1000.0) {
            return wrong("mean", mean.to_string(), "above 0, at most 1000");
        }
        if !(1.0..=1000.0).contains(&ratio) {
            return wrong("variance_to_mean", ratio.to_string(), "1 to 1000");
        }
        if !(1..=16).contains(&lead) {
            return wrong("lead_time", lead.to_string(), "1 to 16");
        }
        if !(holding > 0.0 && holding.is_finite()) {
            return wrong("holding", holding.to_string(), "a finite number above 0");
        }
        if !(lost >= holding && lost.is_finite()) {
            return wrong("lost", lost.to_string(), "at least the holding cost");
        }
        Ok(())
    }

    fn row(&self, i: usize) -> (f64, f64, i32, f64, f64) {
        let real = |c: &[f64]| if c.len() == 1 { c[0] } else { c[i] };
        let lead = if self.lead_time.len() == 1 { self.lead_time[0] } else { self.lead_time[i] };
        let ratio = real(self.variance_to_mean);
        (self.mean[i], ratio, lead, real(self.holding), real(self.lost))
    }
}

/// One item, ready to order.
pub struct Item {
    demand: Pmf,
    /// Probability of `k` or more.
    tail: Vec<f64>,
    outlook: Outlook,
    lead: usize,
    holding: f64,
    lost: f64,
}

/// Two buffers for the projected stock.
#[derive(Default)]
pub struct Buffers(Vec<f64>, Vec<f64>);

impl Item {
    /// From row `i` of valid items.
    pub fn new(items: &Items<'_>, i: usize) -> Self {
        let (mean, ratio, lead, holding, lost) = items.row(i);
        let demand = Pmf::count(mean, ratio);
        let weight = weight(mean, ratio, f64::from(lead), holding, lost);
        let outlook = Outlook::new(&demand, holding, lost, weight, lead as usize);
        let mut tail = vec![1.0];
        for k in 0..=demand.end() {
            tail.push((tail[k] - demand.at(k)).max(0.0));
        }
        Self { demand, tail, outlook, lead: lead as usize, holding, lost }
    }

    /// What to order with `on_hand` units now and `due[k]` units arriving k + 1 periods from now.
    pub fn order(&self, on_hand: usize, due: &[i32], buffers: &mut Buffers) -> i32 {
        self.project(on_hand, due, buffers);
        self.outlook.order(&buffers.0, self.outlook.most / 2)
    }

    /// Leave the distribution of stock at the arrival of an order in the first buffer.
    fn project(&self, on_hand: usize, due: &[i32], buffers: &mut Buffers) {
        let Buffers(now, next) = buffers;
        now.clear();
        now.resize(on_hand + 1, 0.0);
        now[on_hand] = 1.0;
        for k in 0..self.lead {
            next.clear();
            next.resize(now.len(), 0.0);
            for (x, &p) in now.iter().enumerate() {
                if p < 1e-12 {
                    continue;
                }
                next[0] += p * self.tail.get(x).copied().unwrap_or(0.0);
                let first = self.demand.start;
                let served = x.saturating_sub(first).min(self.demand.p.len());
                for (j, q) in self.demand.p[..served].iter().enumerate() {
                    next[x - first - j] += p * q;
                }
            }
            let arriving = if k + 1 < self.lead { due[k] as usize } else { 0 };
            now.clear();
            now.resize(arriving, 0.0);
            now.extend_from_slice(next);
        }
    }

    /// Average cost a period over `periods` simulated ones, after a tenth as many to warm up.
    pub fn simulate(&self, periods: usize, stream: &mut Stream, memo: &mut Memo) -> f64 {
        let sampler = Sampler::new(&self.demand);
        let mut buffers = Buffers::default();
        memo.clear();
        memo.next_policy();
        let mut due = vec![0_i32; self.lead];
        let mut on_hand = self.outlook.most;
        let (mut held, mut missed) = (0_i64, 0_i64);
        let warm = periods / 10;
        for t in 0..periods + warm {
            let mut key = on_hand as u64;
            for &q in &due[..self.lead - 1] {
                key = key.wrapping_mul(1009).wrapping_add(q as u64);
            }
            let arrivals = &due[..self.lead - 1];
            let order = memo.order(key, &self.outlook, |stocks| {
                self.project(on_hand as usize, arrivals, &mut buffers);
                stocks.extend_from_slice(&buffers.0);
            });
            let demand = sampler.demand(stream.uniform());
            let left = (on_hand - demand).max(0);
            if t >= warm {
                held += i64::from(left);
                missed += i64::from((demand - on_hand).max(0));
            }
            due[self.lead - 1] = order;
            on_hand = left + due[0];
            due.rotate_left(1);
        }
        (self.holding * held as f64 + self.lost * missed as f64) / periods as f64
    }
}

/// What to order now for every item. `due` has `width` columns: arrivals 1, 2, ... periods from now.
pub fn orders(items: &Items<'_>, on_hand: &[i32], due: &[i32], width: usize) -> Result<Vec<i32>> {
    items.validate()?;
    let n = items.mean.len();
    if on_hand.len() != n {
        return Err(Error::invalid("on_hand", on_hand.len(), format!("{n} values")));
    }
    if due.len() != n * width {
        return Err(Error::invalid("due", due.len() / width.max(1), format!("{n} rows")));
    }
    for i in 0..n {
        if !(0..=100_000).contains(&on_hand[i]) {
            return Err(Error::invalid(format!("on_hand[{i}]"), on_hand[i], "0 to 100,000"));
        }
        let lead = items.row(i).2 as usize;
        if lead > width + 1 {
            let allowed = format!("at least {} columns, for lead time {lead}", lead - 1);
            return Err(Error::invalid(format!("due[{i}]"), width, allowed));
        }
        if let Some(k) =
            due[i * width..(i + 1) * width].iter().position(|q| !(0..=100_000).contains(q))
        {
            let path = format!("due[{i}][{k}]");
            return Err(Error::invalid(path, due[i * width + k], "0 to 100,000"));
        }
    }
    Ok((0..n)
        .into_par_iter()
        .map_init(Buffers::default, |buffers, i| {
            Item::new(items, i).order(
                on_hand[i] as usize,
                &due[i * width..(i + 1) * width],
                buffers,
            )
        })
        .collect())
}

/// Average cost a period of the policy, by simulation of every item on a stream of its own.
pub fn simulate(items: &Items<'_>, periods: usize, seed: u64) -> Result<Vec<f64>> {
    items.validate()?;
    Ok((0..items.mean.len())
        .into_par_iter()
        .map_init(Memo::new, |memo, i| {
            let mut stream = Stream::new(seed, purpose("lost sales"), i as u64, 0);
            Item::new(items, i).simulate(periods.max(1), &mut stream, memo)
        })
        .collect())
}
