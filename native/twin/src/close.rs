//! Opening and closing a day in one store.

use backhaul_common::random::{philox, purpose};
use backhaul_replenishment::cell;

use crate::cells::Today;
use crate::model::Model;
use crate::part::entity;
use crate::poisson;
use crate::store::{share_of, Store};
use crate::tally::Day;

const DAY: u64 = purpose("demand.day");
const SHRINK: u64 = purpose("shrink");

impl Store {
    /// Start a day: draw the day's multipliers, set the counters to zero.
    pub(crate) fn open(&mut self, model: &Model, day: u32) {
        self.open = true;
        self.opening.copy_from_slice(&self.on_hand);
        for counter in [
            &mut self.received,
            &mut self.sold,
            &mut self.lost_day,
            &mut self.waste,
            &mut self.shrink,
            &mut self.withdrawn,
        ] {
            counter.fill(0);
        }
        self.observed.fill(0.0);
        self.censored.fill(0);
        self.day.fill(Day::default());
        for p in 0..model.n_products() {
            let day = &mut self.day[usize::from(model.products.department[p])];
            day.opening_units += i64::from(self.on_hand[p]);
            day.opening_cents += self.value_cents[p];
        }
        let key = self.key(model);
        for (block, multipliers) in self.multiplier.chunks_mut(4).enumerate() {
            let words = philox([0, u64::from(day), entity(key, block), 0], [model.seed, DAY]);
            for (lane, multiplier) in multipliers.iter_mut().enumerate() {
                let table = usize::from(model.multiplier_of[block * 4 + lane]);
                *multiplier = model.multipliers[table].at((words[lane] >> 32) as u32);
            }
        }
    }

    /// End a day: shrink, waste, cost of all that left, forecast.
    pub(crate) fn close(&mut self, model: &Model, today: &Today<'_>) {
        let n = model.n_products();
        let key = self.key(model);
        for block in 0..n.div_ceil(4) {
            let products = block * 4..n.min(block * 4 + 4);
            if self.sold[products.clone()].iter().all(|&units| units == 0) {
                continue;
            }
            let counter = [0, u64::from(today.day), entity(key, block), 0];
            let words = philox(counter, [model.seed, SHRINK]);
            for p in products {
                let mean = f64::from(model.products.shrink_share[p] * self.sold[p] as f32);
                let u = (words[p % 4] >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0);
                let units = poisson::quantile(mean, u).min(self.on_hand[p]);
                if units > 0 {
                    cell::take_oldest(&mut self.stock[model.range(p)], units);
                    self.on_hand[p] -= units;
                    self.shrink[p] = units;
                }
            }
        }
        for p in 0..n {
            let life = u32::from(model.products.shelf_life_d[p]);
            if life > 0 && self.on_hand[p] > 0 {
                let units = cell::age(&mut self.stock[model.range(p)], life);
                self.on_hand[p] -= units;
                self.waste[p] = units;
            }
            self.expense(model, p);
        }
        self.open = false;
        if today.traffic[self.index] <= 0.0 {
            return; // a closed store says nothing about demand
        }
        let zone = usize::from(model.stores.zone[self.index]);
        self.learn(model, &today.appeal[zone * n..][..n], today.calendar);
    }

    /// Charge what left the cell today at its moving-average cost, to the cent.
    fn expense(&mut self, model: &Model, p: usize) {
        let day = &mut self.day[usize::from(model.products.department[p])];
        let mut units = i64::from(self.on_hand[p])
            + i64::from(self.sold[p])
            + i64::from(self.shrink[p])
            + i64::from(self.waste[p]);
        day.closing_units += i64::from(self.on_hand[p]);
        if units == i64::from(self.on_hand[p]) {
            return;
        }
        let value = &mut self.value_cents[p];
        let mut charge = |out: i32| {
            let out = i64::from(out);
            if out == 0 {
                return (0, 0);
            }
            let cents = share_of(*value, out, units);
            *value -= cents;
            units -= out;
            (out, cents)
        };
        let (sold, cost) = charge(self.sold[p]);
        let (shrink, shrink_cost) = charge(self.shrink[p]);
        let (waste, waste_cost) = charge(self.waste[p]);
        day.sold_units += sold;
        day.cost_cents += cost;
        day.shrink_units += shrink;
        day.shrink_cents += shrink_cost;
        day.waste_units += waste;
        day.waste_cents += waste_cost;
    }
}
