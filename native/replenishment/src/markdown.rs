//! Markdown of short-dated stock: which discount each day, so that a batch earns most before it expires.
//!
//! Gallego and van Ryzin (1994), Management Science 40(8), price a stock that must be sold by a date; here
//! in periods and with a ladder of prices, as a shop labels them. The states are days left and units, so
//! backward induction is exact. Where a label may only be deepened, the rung of the ladder joins the state.

use backhaul_common::{Error, Result};
use rayon::prelude::*;

use crate::pmf::Pmf;

/// Most units, days and mean demand of a batch: what bounds the work of one row.
const UNITS: i32 = 5_000;
const DAYS: i32 = 366;
const MEAN: f64 = 1e6;
/// Cents: far above any price, and exact in a sum of reals.
const CENTS: i32 = 1_000_000_000;

/// Batches of stock, one row a batch, and what they share.
pub struct Batches<'a> {
    /// Units on hand.
    pub units: &'a [i32],
    /// Days in which they can be sold, today included.
    pub life: &'a [i32],
    /// Rung of the ladder on the label now.
    pub rung: &'a [i32],
    /// Full price, cents.
    pub price: &'a [i32],
    /// Cents that a unit left over costs; negative: what it still brings.
    pub waste: &'a [i32],
    /// Mean demand at the full price, today and on the days after; the last column goes on.
    pub mean: (&'a [f64], usize),
    /// 1 is Poisson, more is negative binomial.
    pub variance_to_mean: &'a [f64],
    /// Demand goes with price to the power of minus this.
    pub elasticity: &'a [f64],
    /// Discounts in percent, rising.
    pub ladder: &'a [i32],
    /// Whether a discount that was given is never taken back.
    pub deepen_only: bool,
}

/// What one batch does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Rung of the ladder for today.
    pub rung: i32,
    /// Expected revenue less the cost of waste until it expires, cents.
    pub value: f64,
    /// Expected units sold until then.
    pub sold: f64,
}

/// What the days from some day on bring: one entry a rung and unit, rung after rung.
struct Ahead {
    value: Vec<f64>,
    sold: Vec<f64>,
}

impl Batches<'_> {
    /// Look at everything once.
    ///
    /// # Errors
    /// A value that is not allowed, by column and row.
    pub fn validate(&self) -> Result<()> {
        if self.ladder.is_empty() || self.ladder.len() > 100 {
            return Err(Error::invalid("discounts", self.ladder.len(), "1 to 100 discounts"));
        }
        for (k, &percent) in self.ladder.iter().enumerate() {
            if !(0..=99).contains(&percent) || (k > 0 && percent <= self.ladder[k - 1]) {
                let allowed = "rising percentages of 0 to 99";
                return Err(Error::invalid(format!("discounts[{k}]"), percent, allowed));
            }
        }
        let n = self.units.len();
        let last = self.ladder.len() as i32 - 1;
        for (name, column, low, high) in [
            ("units", self.units, 0, UNITS),
            ("life", self.life, 1, DAYS),
            ("rung", self.rung, 0, last),
            ("price", self.price, 0, CENTS),
            ("waste", self.waste, -CENTS, CENTS),
        ] {
            same(name, column.len(), n)?;
            if let Some(i) = column.iter().position(|v| !(low..=high).contains(v)) {
                let allowed = format!("{low} to {high}");
                return Err(Error::invalid(format!("{name}[{i}]"), column[i], allowed));
            }
        }
        let (mean, days) = self.mean;
        if days == 0 || mean.len() != n * days {
            return Err(Error::invalid("mean", mean.len(), format!("{n} rows of at least a day")));
        }
        if let Some(k) = mean.iter().position(|v| !(0.0..=MEAN).contains(v)) {
            let path = if days == 1 {
                format!("mean[{k}]")
            } else {
                format!("mean[{}][{}]", k / days, k % days)
            };
            return Err(Error::invalid(path, mean[k], format!("0 to {MEAN}")));
        }
        for (name, column, low, high) in [
            ("variance_to_mean", self.variance_to_mean, 1.0, 1000.0),
            ("elasticity", self.elasticity, 0.0, 20.0),
        ] {
            same(name, column.len(), n)?;
            if let Some(i) = column.iter().position(|v| !(low..=high).contains(v)) {
                let allowed = format!("{low} to {high}");
                return Err(Error::invalid(format!("{name}[{i}]"), column[i], allowed));
            }
        }
        let deepest = self.ladder.len() - 1;
        for i in 0..n {
            let most = mean[i * days..(i + 1) * days].iter().copied().fold(0.0, f64::max);
            if most * self.lift(i, deepest) > MEAN {
                let allowed = format!("mean demand of at most {MEAN} at the deepest discount");
                return Err(Error::invalid(
                    format!("elasticity[{i}]"),
                    self.elasticity[i],
                    allowed,
                ));
            }
        }
        Ok(())
    }

    fn lift(&self, i: usize, rung: usize) -> f64 {
        (f64::from(100 - self.ladder[rung]) / 100.0).powf(-self.elasticity[i])
    }

    /// Price on the label, cents, half a cent up.
    fn label(&self, i: usize, rung: usize) -> i64 {
        (i64::from(self.price[i]) * i64::from(100 - self.ladder[rung]) + 50) / 100
    }

    /// Fill `demand` with the distribution of day `day` at every rung.
    fn demand(&self, i: usize, day: usize, demand: &mut [Pmf]) {
        let (mean, days) = self.mean;
        let base = mean[i * days + day.min(days - 1)];
        for (rung, pmf) in demand.iter_mut().enumerate() {
            pmf.set_count(base * self.lift(i, rung), self.variance_to_mean[i]);
        }
    }

    /// After the last day: every unit is waste.
    fn end(&self, i: usize, rungs: usize) -> Ahead {
        let units = self.units[i] as usize;
        let waste = f64::from(self.waste[i]);
        let row = (0..=units).map(|u| -waste * u as f64);
        let value = row.cycle().take(rungs * (units + 1)).collect();
        Ahead { value, sold: vec![0.0; rungs * (units + 1)] }
    }

    /// The best discounts of batch `i`.
    fn best(&self, i: usize) -> Mark {
        let (units, rungs) = (self.units[i] as usize, self.ladder.len());
        let mut demand = vec![Pmf::default(); rungs];
        let mut next = self.end(i, rungs);
        let mut now = self.end(i, rungs);
        let mut chosen = 0;
        let first = if self.deepen_only { self.rung[i] as usize } else { 0 };
        let life = self.life[i] as usize;
        for day in (0..life).rev() {
            if day + 1 == life || day + 1 < self.mean.1 {
                self.demand(i, day, &mut demand);
            }
            for u in 0..=units {
                let mut best = (f64::NEG_INFINITY, 0.0);
                let mut pick = rungs - 1;
                // From the deepest: what may follow a rung is the best of it and the deeper ones. Of
                // equal rungs the dearest is kept.
                for rung in (0..rungs).rev() {
                    let after = if self.deepen_only { rung } else { 0 };
                    let span = after * (units + 1)..(after + 1) * (units + 1);
                    let ahead = (&next.value[span.clone()], &next.sold[span]);
                    let found = sell(&demand[rung], self.label(i, rung) as f64, u, ahead);
                    if found.0 >= best.0 {
                        (best, pick) = (found, rung);
                    }
                    if rung == first && u == units {
                        chosen = pick;
                    }
                    (now.value[rung * (units + 1) + u], now.sold[rung * (units + 1) + u]) = best;
                }
            }
            std::mem::swap(&mut next, &mut now);
        }
        let at = first * (units + 1) + units;
        Mark { rung: chosen as i32, value: next.value[at], sold: next.sold[at] }
    }

    /// What batch `i` brings with the rung of today until `days` are left and `rung` from then on.
    fn fixed(&self, i: usize, rung: usize, days: usize) -> Mark {
        let (units, life) = (self.units[i] as usize, self.life[i] as usize);
        let mut next = self.end(i, 1);
        let mut now = self.end(i, 1);
        let mut demand = vec![Pmf::default(); self.ladder.len()];
        let label = self.rung[i] as usize;
        let of = |day: usize| if life - day <= days { rung.max(label) } else { label };
        for day in (0..life).rev() {
            if day + 1 == life || day + 1 < self.mean.1 {
                self.demand(i, day, &mut demand);
            }
            let price = self.label(i, of(day)) as f64;
            for u in 0..=units {
                let ahead = (&next.value[..], &next.sold[..]);
                (now.value[u], now.sold[u]) = sell(&demand[of(day)], price, u, ahead);
            }
            std::mem::swap(&mut next, &mut now);
        }
        Mark { rung: of(0) as i32, value: next.value[units], sold: next.sold[units] }
    }
}

/// Expected value and sales of a day with `units` at a price, and of the days after it.
fn sell(demand: &Pmf, price: f64, units: usize, ahead: (&[f64], &[f64])) -> (f64, f64) {
    let (mut value, mut sold, mut less) = (0.0, 0.0, 0.0);
    for (k, p) in (demand.start..units).zip(&demand.p) {
        value += p * (price * k as f64 + ahead.0[units - k]);
        sold += p * (k as f64 + ahead.1[units - k]);
        less += p;
    }
    // Sold out: nothing is left to sell or to waste.
    let out = if demand.end() < units { 0.0 } else { (1.0 - less).max(0.0) };
    (value + out * price * units as f64, sold + out * units as f64)
}

fn same(name: &str, len: usize, n: usize) -> Result<()> {
    if len == n {
        Ok(())
    } else {
        Err(Error::invalid(name, len, format!("{n} values")))
    }
}

/// Look at all batches without solving them.
///
/// # Errors
/// As [`Batches::validate`].
pub fn check(batches: &Batches<'_>) -> Result<()> {
    batches.validate()
}

/// The best discounts of every batch.
///
/// # Errors
/// As [`Batches::validate`].
pub fn best(batches: &Batches<'_>) -> Result<Vec<Mark>> {
    batches.validate()?;
    Ok((0..batches.units.len()).into_par_iter().map(|i| batches.best(i)).collect())
}

/// The simple rule: rung `rung[i]` once `days[i]` days are left, and the label of today before; a
/// label that is deeper already stays.
///
/// # Errors
/// As [`Batches::validate`], or a rung outside the ladder, or negative days.
pub fn fixed(batches: &Batches<'_>, rung: &[i32], days: &[i32]) -> Result<Vec<Mark>> {
    batches.validate()?;
    let last = batches.ladder.len() as i32 - 1;
    for (name, column, high) in [("rule_rung", rung, last), ("days_left", days, DAYS)] {
        same(name, column.len(), batches.units.len())?;
        if let Some(i) = column.iter().position(|v| !(0..=high).contains(v)) {
            let allowed = format!("0 to {high}");
            return Err(Error::invalid(format!("{name}[{i}]"), column[i], allowed));
        }
    }
    let of = |i: usize| batches.fixed(i, rung[i] as usize, days[i] as usize);
    Ok((0..rung.len()).into_par_iter().map(of).collect())
}

#[cfg(test)]
mod tests;
