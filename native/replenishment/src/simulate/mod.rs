//! A compiled simulator of stock in a network of places: what policies cost, place by place.
//!
//! Every product runs alone over all places, on random streams named by product, place and
//! replication, so that two policies meet the same customers (common random numbers) whatever the
//! number of threads. The physics of a shelf are those of [`crate::cell`], as in the twin.
//!
//! A period: goods due arrive; places review from the customers upwards, order up to S at or below s,
//! and are shipped what the place above has; demand is served, first expired first out; what is in its
//! last period is wasted; stock and backlog are counted.

mod draws;
mod run;

use backhaul_common::{Error, Result};
use rayon::prelude::*;

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
    /// Whether what a place above cannot ship stays ordered there, first come, first served; else the
    /// place below asks again at its next review.
    pub keep_orders: bool,
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
        .map(|p| run::product(world, p, periods, warm, (seed, replication)))
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
            s in -1_i32..12, more in 1_i32..20, pack in 1_i32..5, seed in 0_u64..99, keep: bool,
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
            keep_orders: keep,
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

    /// A network with every feature, against sums written down when the simulator stepped one place at
    /// a time and drew one demand at a time: neither blocks of periods nor shared tables may change them.
    #[test]
    fn blocks_of_periods_change_nothing() {
        let world = World {
            parent: &[-1, 0, 0, -1, 0, 0],
            mean: &[0.0, 3.0, 0.4, 0.0, 3.0, 1.5],
            variance_to_mean: &[1.0, 2.0, 1.0, 1.0, 2.0, 3.0],
            lead_time: &[2, 1, 0, 0, 4, 1],
            reorder_level: &[12, 5, 1, 12, 20, 3],
            order_up_to: &[40, 13, 3, 41, 31, 9],
            case_pack: &[6, 3, 1, 5, 1, 2],
            shelf_life: &[5, 0],
            backorders: true,
            keep_orders: false,
        };
        let world = World { parent: &world.parent[..3], ..world };
        let totals = simulate(&world, 300, 33, 7, 2).unwrap();
        let digest: Vec<[i64; 6]> = totals
            .iter()
            .map(|t| [t.served, t.short, t.waste, t.received, t.held, t.owed])
            .collect();
        let want = [
            [0, 0, 1338, 3540, 3965, 0],
            [551, 327, 950, 1824, 539, 327],
            [101, 1, 276, 378, 461, 1],
            [0, 0, 0, 1495, 9035, 0],
            [896, 43, 0, 954, 3428, 77],
            [438, 99, 0, 526, 1262, 137],
        ];
        assert_eq!(digest, want);
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
            keep_orders: false,
        };
        let n = 400_000;
        let t = simulate(&world, n, 100, 7, 0).unwrap()[0];
        let cost = (64 * t.orders + t.held + 9 * t.owed) as f64 / n as f64;
        assert!((cost / 35.021555 - 1.0).abs() < 0.005, "{cost}");
    }
}
