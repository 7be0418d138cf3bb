//! A compiled simulator of stock in a network of places: what policies cost, place by place.
//!
//! Every product runs alone over all places, on random streams named by product, place and
//! replication, so that two policies meet the same customers (common random numbers) whatever the
//! number of threads. The physics of a shelf are those of [`crate::cell`], as in the twin.
//!
//! A period: goods due arrive; places review from the customers upwards, order up to S at or below s,
//! and are shipped what the place above has; demand is served, first expired first out; what is in its
//! last period is wasted; stock and backlog are counted.

use backhaul_common::{purpose, Error, Result, Stream};
use rayon::prelude::*;

use crate::ahead::Sampler;
use crate::cell;
use crate::nightly::{order_quantity, Rule};
use crate::pmf::Pmf;

/// The network, and columns product by product and place by place (product-major).
pub struct World<'a> {
    /// Place that supplies each place, earlier in the list; -1: the outside, which has everything.
    pub parent: &'a [i32],
    /// Mean customer demand a period; 0: no customers.
    pub mean: &'a [f64],
    /// Variance over mean of demand, at least 1.
    pub variance_to_mean: &'a [f64],
    /// Periods from order to receipt.
    pub lead_time: &'a [i32],
    /// s.
    pub reorder_level: &'a [i32],
    /// S.
    pub order_up_to: &'a [i32],
    /// Units in a case.
    pub case_pack: &'a [i32],
    /// Periods of shelf life by product; 0: does not perish.
    pub shelf_life: &'a [i32],
    /// Whether unmet customers wait instead of leaving.
    pub backorders: bool,
}

/// Sums over the counted periods of one product at one place; units unless said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Asked for by customers.
    pub demand: i64,
    /// Served from stock at once.
    pub served: i64,
    /// Lost, or made to wait.
    pub short: i64,
    /// Wasted at the end of shelf life.
    pub waste: i64,
    /// Received from above.
    pub received: i64,
    /// Shipped to places below.
    pub shipped: i64,
    /// Orders placed.
    pub orders: i64,
    /// Unit-periods on hand at the end of periods.
    pub held: i64,
    /// Unit-periods owed to customers at the end of periods.
    pub owed: i64,
    /// On hand when counting began.
    pub opening: i64,
    /// On hand at the end.
    pub closing: i64,
}

/// One place while it runs.
struct Place {
    stock: Vec<i32>,
    /// Ring of arrivals by period, each with its buckets.
    due: Vec<i32>,
    slots: usize,
    lead: usize,
    on_order: i32,
    owed: i32,
    sampler: Option<Sampler>,
    stream: Stream,
    totals: Totals,
}

impl World<'_> {
    fn validate(&self) -> Result<(usize, usize)> {
        let places = self.parent.len();
        let products = self.shelf_life.len();
        let cells = places * products;
        for (k, &parent) in self.parent.iter().enumerate() {
            if parent < -1 || parent >= k as i32 {
                let allowed = "-1 or a place earlier in the list";
                return Err(Error::invalid(format!("parent[{k}]"), parent, allowed));
            }
        }
        let lengths = [
            ("mean", self.mean.len()),
            ("variance_to_mean", self.variance_to_mean.len()),
            ("lead_time", self.lead_time.len()),
            ("reorder_level", self.reorder_level.len()),
            ("order_up_to", self.order_up_to.len()),
            ("case_pack", self.case_pack.len()),
        ];
        for (name, len) in lengths {
            if len != cells {
                let allowed = format!("{cells} values: {products} products at {places} places");
                return Err(Error::invalid(name, len, allowed));
            }
        }
        if let Some(i) = self.shelf_life.iter().position(|&d| !(0..=400).contains(&d)) {
            let path = format!("shelf_life[{i}]");
            return Err(Error::invalid(path, self.shelf_life[i], "0 (none) to 400"));
        }
        for i in 0..cells {
            let path = |name: &str| format!("{name}[{}][{}]", i / places, i % places);
            if !(0.0..=1e5).contains(&self.mean[i]) {
                return Err(Error::invalid(path("mean"), self.mean[i], "0 to 100,000"));
            }
            if !(1.0..=1000.0).contains(&self.variance_to_mean[i]) {
                let value = self.variance_to_mean[i];
                return Err(Error::invalid(path("variance_to_mean"), value, "1 to 1000"));
            }
            if !(0..=400).contains(&self.lead_time[i]) {
                return Err(Error::invalid(path("lead_time"), self.lead_time[i], "0 to 400"));
            }
            if self.order_up_to[i] <= self.reorder_level[i] || self.order_up_to[i] > 100_000_000 {
                let allowed = format!("above reorder_level = {}", self.reorder_level[i]);
                return Err(Error::invalid(path("order_up_to"), self.order_up_to[i], allowed));
            }
            if self.case_pack[i] < 1 {
                return Err(Error::invalid(path("case_pack"), self.case_pack[i], "at least 1"));
            }
        }
        Ok((products, places))
    }

    fn run_product(
        &self,
        product: usize,
        periods: usize,
        warm: usize,
        run: (u64, u64),
    ) -> Vec<Totals> {
        let places = self.parent.len();
        let life = self.shelf_life[product] as u32;
        let width = cell::buckets(life);
        let mut all: Vec<Place> = (0..places)
            .map(|k| {
                let i = product * places + k;
                let lead = self.lead_time[i] as usize;
                let mut stock = vec![0; width];
                cell::receive(&mut stock, self.order_up_to[i].max(0));
                let demand = Pmf::count(self.mean[i], self.variance_to_mean[i]);
                Place {
                    stock,
                    due: vec![0; (lead + 1) * width],
                    slots: lead + 1,
                    lead,
                    on_order: 0,
                    owed: 0,
                    sampler: (self.mean[i] > 0.0).then(|| Sampler::new(&demand)),
                    stream: Stream::new(run.0, purpose("inventory simulator"), i as u64, run.1),
                    totals: Totals::default(),
                }
            })
            .collect();
        let mut moving = vec![0; width];
        for t in 0..warm + periods {
            if t == warm {
                for place in &mut all {
                    let opening = i64::from(cell::on_hand(&place.stock));
                    place.totals = Totals { opening, ..Totals::default() };
                }
            }
            for place in all.iter_mut().filter(|p| p.on_order > 0) {
                let slot = t % place.slots;
                place.arrive(slot, width);
            }
            for k in (0..places).rev() {
                let i = product * places + k;
                let (s, up_to) = (self.reorder_level[i], self.order_up_to[i]);
                let place = &mut all[k];
                let position = cell::on_hand(&place.stock) + place.on_order - place.owed;
                if position > s {
                    continue;
                }
                let rule = Rule {
                    pack: i64::from(self.case_pack[i]),
                    least: 1,
                    capacity: i64::from(i32::MAX),
                };
                let want =
                    order_quantity(i64::from(position), i64::from(s), i64::from(up_to), &rule)
                        as i32;
                place.totals.orders += 1;
                moving.fill(0);
                if self.parent[k] < 0 {
                    cell::receive(&mut moving, want);
                } else {
                    // First expired, first shipped; what is missing is asked for again next period.
                    let above = &mut all[self.parent[k] as usize];
                    let mut left = want;
                    for (stock, load) in above.stock.iter_mut().zip(&mut moving) {
                        let taken = left.min(*stock);
                        (*stock, *load, left) = (*stock - taken, taken, left - taken);
                    }
                    above.totals.shipped += i64::from(want - left);
                }
                let place = &mut all[k];
                place.on_order += cell::on_hand(&moving);
                let slot = (t + place.lead) % place.slots;
                for (b, &units) in moving.iter().enumerate() {
                    // Goods grow older on the way, but arrive sellable.
                    let b = if life == 0 { 0 } else { b.saturating_sub(place.lead) };
                    place.due[slot * width + b] += units;
                }
                if place.lead == 0 {
                    place.arrive(slot, width);
                }
            }
            for place in &mut all {
                place.trade(self.backorders, life);
            }
        }
        all.into_iter()
            .map(|mut place| {
                place.totals.closing = i64::from(cell::on_hand(&place.stock));
                place.totals
            })
            .collect()
    }
}

impl Place {
    #[inline]
    fn arrive(&mut self, slot: usize, width: usize) {
        for b in 0..width {
            let units = std::mem::take(&mut self.due[slot * width + b]);
            if units > 0 {
                cell::receive_aged(&mut self.stock, units, b as u32 + 1);
                self.on_order -= units;
                self.totals.received += i64::from(units);
            }
        }
        if self.owed > 0 {
            self.owed -= cell::take_oldest(&mut self.stock, self.owed);
        }
    }

    #[inline]
    fn trade(&mut self, backorders: bool, life: u32) {
        if let Some(sampler) = &self.sampler {
            let wanted = sampler.demand(self.stream.uniform());
            let issue = cell::issue(&mut self.stock, wanted, 0);
            self.totals.demand += i64::from(wanted);
            self.totals.served += i64::from(issue.issued);
            self.totals.short += i64::from(issue.lost);
            if backorders {
                self.owed += issue.lost;
            }
        }
        self.totals.waste += i64::from(cell::age(&mut self.stock, life));
        self.totals.held += i64::from(cell::on_hand(&self.stock));
        self.totals.owed += i64::from(self.owed);
    }
}

/// Run every product for `warm + periods` periods and count the last `periods`.
pub fn simulate(
    world: &World<'_>,
    periods: usize,
    warm: usize,
    seed: u64,
    replication: u64,
) -> Result<Vec<Totals>> {
    let (products, _) = world.validate()?;
    let runs: Vec<Vec<Totals>> = (0..products)
        .into_par_iter()
        .map(|p| world.run_product(p, periods, warm, (seed, replication)))
        .collect();
    Ok(runs.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        /// Opening + received = served + waste + shipped + closing (+ backlog served), at every place.
        #[test]
        fn units_are_conserved(
            life in 0_i32..5, leads in prop::collection::vec(0_i32..4, 3), mean in 0.1..6.0_f64,
            s in -1_i32..12, more in 1_i32..20, pack in 1_i32..5, seed in 0_u64..99,
        ) {
            let world = World {
                parent: &[-1, 0, 0],
                mean: &[0.0, mean, mean * 0.5],
                variance_to_mean: &[1.0, 2.0, 1.0],
                lead_time: &leads,
                reorder_level: &[s * 2, s, s],
                order_up_to: &[s * 2 + more, s + more, s + more],
                case_pack: &[1, pack, 1],
                shelf_life: &[life],
                backorders: false,
            };
            let totals = simulate(&world, 200, 20, seed, 0).unwrap();
            for t in &totals {
                let out = t.served + t.waste + t.shipped + t.closing;
                prop_assert_eq!(t.opening + t.received, out);
                prop_assert_eq!(t.demand, t.served + t.short);
            }
            prop_assert!(totals[0].shipped >= totals[1].received + totals[2].received - 400);
        }
    }

    /// Poisson 10, K = 64, h = 1, b = 9, (6, 40): 35.02 by Zheng and Federgruen (1991).
    #[test]
    fn the_published_cost_is_simulated() {
        let world = World {
            parent: &[-1],
            mean: &[10.0],
            variance_to_mean: &[1.0],
            lead_time: &[0],
            reorder_level: &[6],
            order_up_to: &[40],
            case_pack: &[1],
            shelf_life: &[0],
            backorders: true,
        };
        let n = 400_000;
        let t = simulate(&world, n, 100, 7, 0).unwrap()[0];
        let cost = (64 * t.orders + t.held + 9 * t.owed) as f64 / n as f64;
        assert!((cost / 35.021555 - 1.0).abs() < 0.005, "{cost}");
    }
}
