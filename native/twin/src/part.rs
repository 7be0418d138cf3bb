//! One part of a day in one store: demand, sales, substitution, what the retailer sees of it.

use backhaul_common::random::{philox, purpose};
use backhaul_common::Stream;
use backhaul_replenishment::cell;

use crate::cells::Today;
use crate::forecast;
use crate::math::exp;
use crate::model::{Model, SUBSTITUTES};
use crate::poisson;
use crate::store::Store;
use crate::tally::Part;

const DEMAND: u64 = purpose("demand");
const SUBSTITUTION: u64 = purpose("demand.substitution");
const BASKETS: u64 = purpose("demand.baskets");
const CHUNK: usize = 256;

/// The random-stream name of a cell's block of four products.
#[inline]
pub(crate) fn entity(key: u32, index: usize) -> u64 {
    u64::from(key) << 32 | index as u64
}

impl Store {
    /// Sell one part of the day.
    pub(crate) fn sell(&mut self, model: &Model, today: &Today<'_>, part: usize) {
        let departments = model.departments;
        let time = u64::from(today.day) * model.n_parts() as u64 + part as u64;
        let share = model.shares_of(part);
        let traffic = today.traffic[self.index];
        let lift = &today.lift[self.index * departments..][..departments];
        let pull: Vec<f32> =
            (0..departments).map(|d| today.calendar[d] * share[d] * traffic * lift[d]).collect();
        let zone = usize::from(model.stores.zone[self.index]);
        let appeal = &today.appeal[zone * model.n_products()..][..model.n_products()];

        self.part.fill(Part::default());
        self.tax_base_cents.fill(0);
        self.expect(model, today, part, &pull, appeal);
        self.draw(model, time);
        self.substitute(model, time);
        self.book(model, today, part, zone);
        let lines: i64 = self.part.iter().map(|p| p.lines).sum();
        let mut stream = Stream::new(model.seed, BASKETS, entity(self.key(model), 0), time);
        let mean = lines as f64 / f64::from(model.stores.lines_per_basket[self.index]);
        let drawn = i64::from(poisson::quantile(mean, stream.uniform()));
        self.baskets = drawn.clamp(i64::from(lines > 0), lines);
    }

    pub(crate) fn key(&self, model: &Model) -> u32 {
        model.stores.key[self.index]
    }

    /// Expected demand of every cell.
    fn expect(
        &mut self,
        model: &Model,
        today: &Today<'_>,
        part: usize,
        pull: &[f32],
        appeal: &[f32],
    ) {
        let department = &model.products.department;
        for (p, expected) in self.expected.iter_mut().enumerate() {
            *expected = self.rate[p] * appeal[p] * pull[usize::from(department[p])];
        }
        if part < today.markdown_from {
            return;
        }
        // A sticker on the units of the last day draws buyers in proportion to their share.
        self.last_day.clear();
        for &(p, boost, _) in today.markdowns {
            let last_day = self.stock[model.offset[p] as usize];
            self.last_day.push(last_day);
            if last_day > 0 {
                let share = last_day as f32 / self.on_hand[p] as f32;
                self.expected[p] *= 1.0 + share * (boost - 1.0);
            }
        }
    }

    /// Draw the demand and serve it from the own shelf.
    fn draw(&mut self, model: &Model, time: u64) {
        let n = model.n_products();
        let key = self.key(model);
        let mut mean = [0.0_f64; CHUNK];
        let mut at_zero = [0.0_f64; CHUNK];
        self.short.clear();
        self.switched.fill(0);
        self.lost.fill(0);
        for start in (0..n).step_by(CHUNK) {
            let end = n.min(start + CHUNK);
            let mean = &mut mean[..end - start];
            let at_zero = &mut at_zero[..end - start];
            let cells = self.expected[start..end].iter().zip(&self.multiplier[start..end]);
            for ((mean, zero), (expected, multiplier)) in
                mean.iter_mut().zip(at_zero.iter_mut()).zip(cells)
            {
                *mean = f64::from(expected * multiplier);
                *zero = exp(-*mean);
            }
            for block in 0..mean.len().div_ceil(4) {
                let counter = [0, time, entity(key, start / 4 + block), 0];
                let words = philox(counter, [model.seed, DEMAND]);
                let lanes = block * 4..mean.len().min(block * 4 + 4);
                let draws = mean[lanes.clone()].iter().zip(&at_zero[lanes]).zip(words);
                for (lane, ((&mean, &zero), word)) in draws.enumerate() {
                    let u = (word >> 24) as f64 * (1.0 / (1_u64 << 40) as f64);
                    let wanted = if mean < poisson::SEARCH_BELOW {
                        poisson::search(mean, zero, u)
                    } else {
                        poisson::expansion(mean, u)
                    };
                    let p = start + block * 4 + lane;
                    self.dice[p] = word as u32 & 0xFF_FFFF;
                    self.serve(model, p, wanted);
                }
            }
        }
    }

    #[inline(always)]
    fn serve(&mut self, model: &Model, p: usize, wanted: i32) {
        let sold = wanted.min(self.on_hand[p]);
        self.demand[p] = wanted;
        self.sales[p] = sold;
        if sold < wanted {
            self.short.push(p as u32);
        }
        if sold > 0 {
            self.take(model, p, sold);
        }
    }

    /// Hand out units that are known to be there.
    #[inline(always)]
    fn take(&mut self, model: &Model, p: usize, units: i32) {
        let range = model.range(p);
        self.on_hand[p] -= units;
        if range.len() == 1 {
            self.stock[range.start] -= units;
            return;
        }
        let uniform = (self.dice[p] >> 12) as f32 * (1.0 / 4096.0);
        let freshest = cell::picking_freshest(units, model.products.freshest_share[p], uniform);
        cell::issue(&mut self.stock[range], units, freshest);
    }

    /// Customers who met an empty shelf look for a substitute, each for herself.
    fn substitute(&mut self, model: &Model, time: u64) {
        let key = self.key(model);
        let short = std::mem::take(&mut self.short);
        for &p in &short {
            let p = p as usize;
            let unmet = self.demand[p] - self.sales[p];
            let willing = willing(model, key, p, time, unmet);
            let mut left = willing;
            for &other in &model.products.substitutes[p * SUBSTITUTES..][..SUBSTITUTES] {
                if left == 0 {
                    break;
                }
                let Ok(other) = usize::try_from(other) else { continue };
                let units = left.min(self.on_hand[other]);
                if units > 0 {
                    self.take(model, other, units);
                    self.sales[other] += units;
                    left -= units;
                }
            }
            self.switched[p] = willing - left;
            self.lost[p] = unmet - self.switched[p];
        }
        self.short = short;
    }

    /// Count what was sold, wanted and missed.
    fn book(&mut self, model: &Model, today: &Today<'_>, part: usize, zone: usize) {
        let n = model.n_products();
        let price = &today.price_cents[zone * n..][..n];
        let list = &today.list_cents[zone * n..][..n];
        let appeal = &today.appeal[zone * n..][..n];
        let products = &model.products;
        for p in 0..n {
            let (wanted, sold) = (self.demand[p], self.sales[p]);
            let listed = self.listed[p] != 0;
            let empty = self.on_hand[p] == 0;
            if empty && listed {
                self.estimate(model, today, part, p, appeal[p]);
            } else {
                // Sales are all that the retailer sees of demand.
                self.observed[p] += sold as f32;
            }
            let tally = &mut self.part[usize::from(products.department[p])];
            if listed {
                let expected = f64::from(self.expected[p]);
                tally.listed_cells += 1;
                tally.expected += expected;
                tally.empty_cells += i64::from(empty);
                tally.expected_in_stock += if empty { 0.0 } else { expected };
            }
            if wanted | sold == 0 {
                continue;
            }
            if listed {
                tally.demand_units += i64::from(wanted);
                tally.switched_units += i64::from(self.switched[p]);
                tally.lost_units += i64::from(self.lost[p]);
                self.lost_day[p] += self.lost[p];
            } else {
                tally.unlisted_units += i64::from(self.lost[p]);
            }
            if sold == 0 {
                continue;
            }
            self.sold[p] += sold;
            let uniform = (self.dice[p] & 0xFFF) as f32 * (1.0 / 4096.0);
            let lines = (sold as f32 / products.units_per_line[p] + uniform) as i32;
            let lines = i64::from(lines.clamp(1, sold));
            let revenue = i64::from(price[p]) * i64::from(sold);
            tally.units += i64::from(sold);
            tally.lines += lines;
            tally.revenue_cents += revenue;
            let off = i64::from(list[p] - price[p]).max(0);
            tally.discount_cents += off * i64::from(sold);
            tally.discounted_lines += if off > 0 { lines } else { 0 };
            self.tax_base_cents[usize::from(products.tax_class[p])] += revenue;
        }
        if part >= today.markdown_from {
            self.mark_down(model, today, price);
        }
    }

    /// Reduce the price of the last-day units that were sold in this part.
    fn mark_down(&mut self, model: &Model, today: &Today<'_>, price: &[i32]) {
        for (slot, &(p, _, off_bp)) in today.markdowns.iter().enumerate() {
            let before = self.last_day[slot];
            let sold = i64::from(before - self.stock[model.offset[p] as usize]);
            if sold <= 0 {
                continue;
            }
            let cents = i64::from(price[p]) * i64::from(off_bp) / 10_000 * sold;
            let tally = &mut self.part[usize::from(model.products.department[p])];
            tally.markdown_units += sold;
            tally.markdown_cents += cents;
            tally.revenue_cents -= cents;
            self.tax_base_cents[usize::from(model.products.tax_class[p])] -= cents;
        }
    }

    /// The retailer's estimate of what was wanted from a shelf that was empty in the end.
    #[cold]
    fn estimate(&mut self, model: &Model, today: &Today<'_>, part: usize, p: usize, appeal: f32) {
        let d = usize::from(model.products.department[p]);
        let share = model.shares_of(part)[d];
        let mean = self.level(p) * appeal * today.calendar[d] * share;
        // What varies from day to day is shared by the parts, in proportion to their mean.
        let ratio = 1.0 + (self.ratio(p) - 1.0) * share;
        self.observed[p] += forecast::at_least(mean, ratio, self.sales[p]);
        self.censored[p] = 1;
    }
}

/// How many of `unmet` customers are willing to take something else.
fn willing(model: &Model, key: u32, p: usize, time: u64, unmet: i32) -> i32 {
    let share = f64::from(model.products.switch_share[p]);
    if share <= 0.0 {
        return 0;
    }
    let mut stream = Stream::new(model.seed, SUBSTITUTION, entity(key, p), time);
    if unmet <= 64 {
        return (0..unmet).map(|_| i32::from(stream.uniform() < share)).sum();
    }
    ((f64::from(unmet) * share + stream.uniform()) as i32).min(unmet)
}
