//! One warehouse and many stores, stochastic service, exactly: Graves (1985), Management Science 31(10);
//! costs as in Axsäter (1990), Operations Research 38(1). The model is METRIC (Sherbrooke 1968) without
//! its approximation.
//!
//! Every place orders one for one up to its level; what is short waits, first come, first served. With
//! Poisson demand the warehouse has Poisson units on order; those beyond its level are owed, and each
//! belongs to a store with the chance of the store's share of demand. A store's units outstanding are
//! those owed to it plus its own demand over the way. For every level of the warehouse each store has
//! a newsvendor's best level; levels of the warehouse are tried until holding there alone, with stores
//! that never wait, costs more than the best.

use backhaul_common::{Error, Result};
use rayon::prelude::*;

use crate::pmf::Pmf;

/// Columns product by product and store by store (product-major), and by product for the warehouse.
pub struct Warehouses<'a> {
    /// Stores of the warehouse.
    pub stores: usize,
    /// Mean demand a period (Poisson).
    pub mean: &'a [f64],
    /// Periods from the warehouse to the store.
    pub lead_time: &'a [f64],
    /// Money a unit on hand at the store and period.
    pub holding: &'a [f64],
    /// Money a unit owed to customers and period.
    pub backorder: &'a [f64],
    /// Periods from the supplier to the warehouse, by product.
    pub warehouse_lead_time: &'a [f64],
    /// Money a unit on hand at the warehouse and period, by product.
    pub warehouse_holding: &'a [f64],
}

/// Best levels of one product.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels {
    /// Average cost a period.
    pub cost: f64,
    /// Base-stock level of the warehouse.
    pub warehouse: i32,
    /// Base-stock level of every store.
    pub stores: Vec<i32>,
    /// Mean units on hand at the warehouse, and owed to stores.
    pub warehouse_stock: (f64, f64),
    /// Mean units on hand, and owed to customers, by store.
    pub store_stock: Vec<(f64, f64)>,
}

impl Warehouses<'_> {
    fn validate(&self) -> Result<usize> {
        let products = self.warehouse_holding.len();
        let cells = products * self.stores;
        let lengths = [
            ("mean", self.mean.len(), cells),
            ("lead_time", self.lead_time.len(), cells),
            ("holding", self.holding.len(), cells),
            ("backorder", self.backorder.len(), cells),
            ("warehouse_lead_time", self.warehouse_lead_time.len(), products),
        ];
        for (name, len, want) in lengths {
            if len != want {
                return Err(Error::invalid(name, len, format!("{want} values")));
            }
        }
        for i in 0..cells {
            let path = |name: &str| format!("{name}[{}][{}]", i / self.stores, i % self.stores);
            if !(self.mean[i] > 0.0 && self.mean[i] <= 1000.0) {
                return Err(Error::invalid(path("mean"), self.mean[i], "above 0 to 1000"));
            }
            if !(0.0..=1000.0).contains(&self.lead_time[i]) {
                return Err(Error::invalid(path("lead_time"), self.lead_time[i], "0 to 1000"));
            }
            if !(self.holding[i] > 0.0 && self.holding[i] <= 1e9) {
                return Err(Error::invalid(path("holding"), self.holding[i], "above 0 to 1e9"));
            }
            if !(self.backorder[i] >= self.holding[i] && self.backorder[i] <= 1e9) {
                let allowed = "at least the holding cost, to 1e9";
                return Err(Error::invalid(path("backorder"), self.backorder[i], allowed));
            }
        }
        for p in 0..products {
            let (lead, holding) = (self.warehouse_lead_time[p], self.warehouse_holding[p]);
            if !(0.0..=1000.0).contains(&lead) {
                let path = format!("warehouse_lead_time[{p}]");
                return Err(Error::invalid(path, lead, "0 to 1000"));
            }
            if !(holding > 0.0 && holding <= 1e9) {
                let path = format!("warehouse_holding[{p}]");
                return Err(Error::invalid(path, holding, "above 0 to 1e9"));
            }
            let cells = p * self.stores..(p + 1) * self.stores;
            let on_order = self.mean[cells].iter().sum::<f64>() * lead;
            if on_order > 20_000.0 {
                let allowed = "at most 20,000 units on order at the warehouse";
                return Err(Error::invalid(format!("mean[{p}]"), on_order, allowed));
            }
        }
        Ok(products)
    }
}

/// Each unit is kept with a chance: the distribution of what is kept (binomial thinning).
fn thinned(owed: &Pmf, share: f64) -> Pmf {
    if share >= 1.0 {
        return owed.clone();
    }
    let mut kept = vec![0.0; owed.end() + 1];
    let odds = share / (1.0 - share);
    for (i, &p) in owed.p.iter().enumerate() {
        let n = owed.start + i;
        // From the mode outwards, so that nothing underflows.
        let law = binomial(n, share, odds);
        for (slot, q) in kept[law.start..].iter_mut().zip(&law.p) {
            *slot += p * q;
        }
    }
    Pmf::from_slice(&kept)
}

fn binomial(n: usize, share: f64, odds: f64) -> Pmf {
    const NEGLIGIBLE: f64 = 1e-15;
    let mode = ((n + 1) as f64 * share) as usize;
    let mode = mode.min(n);
    let mut p = vec![1.0];
    let (mut k, mut term) = (mode, 1.0);
    while k > 0 {
        term *= k as f64 / ((n - k + 1) as f64 * odds);
        k -= 1;
        if term < NEGLIGIBLE {
            break;
        }
        p.push(term);
    }
    p.reverse();
    let start = mode + 1 - p.len();
    (k, term) = (mode, 1.0);
    while k < n {
        term *= (n - k) as f64 * odds / (k + 1) as f64;
        k += 1;
        if term < NEGLIGIBLE {
            break;
        }
        p.push(term);
    }
    let scale = 1.0 / p.iter().sum::<f64>();
    for x in &mut p {
        *x *= scale;
    }
    Pmf { start, p }
}

/// What a store pays with its best level, when so many units are outstanding.
#[derive(Clone, Debug, Default)]
struct Best {
    cost: f64,
    level: usize,
    on_hand: f64,
    owed: f64,
}

fn newsvendor(outstanding: &Pmf, holding: f64, backorder: f64) -> Best {
    let level = outstanding.quantile(backorder / (backorder + holding));
    let on_hand: f64 = outstanding
        .p
        .iter()
        .enumerate()
        .map(|(i, p)| p * level.saturating_sub(outstanding.start + i) as f64)
        .sum();
    let owed = on_hand + outstanding.mean() - level as f64;
    Best { cost: holding * on_hand + backorder * owed, level, on_hand, owed }
}

fn solve_product(problem: &Warehouses<'_>, product: usize) -> Levels {
    let cells: Vec<usize> = (product * problem.stores..(product + 1) * problem.stores).collect();
    let total: f64 = cells.iter().map(|&i| problem.mean[i]).sum();
    let on_order = Pmf::count(total * problem.warehouse_lead_time[product], 1.0);
    let holding = problem.warehouse_holding[product];
    // Stores that are alike are reckoned once.
    let mut kinds: Vec<usize> = Vec::new();
    let alike = |a: usize, b: usize| {
        [problem.mean, problem.lead_time, problem.holding, problem.backorder]
            .iter()
            .all(|column| column[a].to_bits() == column[b].to_bits())
    };
    let kind_of: Vec<usize> = cells
        .iter()
        .map(|&i| {
            kinds.iter().position(|&j| alike(i, j)).unwrap_or_else(|| {
                kinds.push(i);
                kinds.len() - 1
            })
        })
        .collect();
    let way: Vec<Pmf> =
        kinds.iter().map(|&i| Pmf::count(problem.mean[i] * problem.lead_time[i], 1.0)).collect();
    let best_with = |owed: &Pmf| -> Vec<Best> {
        let with = |(&i, way): (&usize, &Pmf)| {
            let waiting = thinned(owed, problem.mean[i] / total);
            newsvendor(&waiting.plus(way), problem.holding[i], problem.backorder[i])
        };
        kinds.iter().zip(&way).map(with).collect()
    };
    let sum = |best: &[Best]| kind_of.iter().map(|&k| best[k].cost).sum::<f64>();
    let floor = sum(&best_with(&Pmf { start: 0, p: vec![1.0] }));
    let mut found = Levels { cost: f64::INFINITY, ..Levels::default() };
    let mut level = 0_usize;
    loop {
        let on_hand: f64 = on_order
            .p
            .iter()
            .enumerate()
            .map(|(i, p)| p * level.saturating_sub(on_order.start + i) as f64)
            .sum();
        if holding * on_hand + floor >= found.cost {
            break;
        }
        // Owed: units on order beyond the level.
        let first = on_order.end().saturating_sub(level);
        let mut owed = vec![0.0; first + 1];
        for (i, p) in on_order.p.iter().enumerate() {
            owed[(on_order.start + i).saturating_sub(level)] += p;
        }
        let owed = Pmf::from_slice(&owed);
        let best = best_with(&owed);
        let cost = holding * on_hand + sum(&best);
        if cost < found.cost {
            found = Levels {
                cost,
                warehouse: level as i32,
                stores: kind_of.iter().map(|&k| best[k].level as i32).collect(),
                warehouse_stock: (on_hand, owed.mean()),
                store_stock: kind_of.iter().map(|&k| (best[k].on_hand, best[k].owed)).collect(),
            };
        }
        level += 1;
    }
    found
}

/// Best levels of every product.
pub fn solve(problem: &Warehouses<'_>) -> Result<Vec<Levels>> {
    let products = problem.validate()?;
    Ok((0..products).into_par_iter().map(|p| solve_product(problem, p)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thinned_poisson_is_a_poisson() {
        let kept = thinned(&Pmf::count(40.0, 1.0), 0.3);
        let want = Pmf::count(12.0, 1.0);
        for k in 0..60 {
            assert!((kept.at(k) - want.at(k)).abs() < 1e-12, "{k}");
        }
    }

    /// Without a warehouse level everything ordered is owed, so that a store's units outstanding are
    /// Poisson over both ways; a dear warehouse stocks nothing, and each store is a newsvendor.
    #[test]
    fn a_dear_warehouse_passes_orders_on() {
        let problem = Warehouses {
            stores: 2,
            mean: &[2.0, 0.5],
            lead_time: &[1.0, 3.0],
            holding: &[1.0, 1.0],
            backorder: &[9.0, 19.0],
            warehouse_lead_time: &[4.0],
            warehouse_holding: &[1000.0],
        };
        let found = &solve(&problem).unwrap()[0];
        assert_eq!(found.warehouse, 0);
        let one = newsvendor(&Pmf::count(10.0, 1.0), 1.0, 9.0);
        let two = newsvendor(&Pmf::count(3.5, 1.0), 1.0, 19.0);
        assert_eq!(found.stores, [one.level as i32, two.level as i32]);
        assert!((found.cost - one.cost - two.cost).abs() < 1e-9);
    }
}
