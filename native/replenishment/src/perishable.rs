//! Fresh products: a shelf life, waste at its end, lost sales, and customers who take the oldest
//! (FIFO) or the freshest (LIFO) unit.
//!
//! Ordering looks at the stock by age (Haijema 2013; Broekmeulen and van Donselaar 2009 show why):
//! the stock at the arrival of an order is projected through issue and waste, then
//! [`crate::ahead::Outlook`] chooses. The weight of its quadratic term, which stands for holding and
//! waste to come, is tuned for each item on a simulated path of demand; the path is the same for all
//! weights, so that a few thousand periods tell them apart.

use backhaul_common::{purpose, Error, Result, Stream};
use rayon::prelude::*;

use crate::ahead::{Memo, Outlook, Sampler};
use crate::cell;
use crate::pmf::Pmf;

/// One fresh product.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fresh {
    /// Mean demand a period.
    pub mean: f64,
    /// Variance over mean of demand a period.
    pub variance_to_mean: f64,
    /// Periods from order to receipt, at least 1.
    pub lead_time: usize,
    /// Periods in which a unit can be sold.
    pub life: usize,
    /// Whether customers take the oldest unit.
    pub oldest_first: bool,
    /// Cost of a unit carried over to the next period.
    pub holding: f64,
    /// Cost of a unit of demand lost.
    pub lost: f64,
    /// Cost of a unit wasted.
    pub waste: f64,
}

impl Fresh {
    /// Name the first field that is not allowed.
    pub fn validate(&self, i: usize) -> Result<()> {
        let wrong = |name: &str, value: String, allowed: &str| {
            Err(Error::invalid(format!("{name}[{i}]"), value, allowed))
        };
        if !(self.mean > 0.0 && self.mean <= 200.0) {
            return wrong("mean", self.mean.to_string(), "above 0, at most 200");
        }
        if !(1.0..=100.0).contains(&self.variance_to_mean) {
            return wrong("variance_to_mean", self.variance_to_mean.to_string(), "1 to 100");
        }
        if !(1..=3).contains(&self.lead_time) {
            return wrong("lead_time", self.lead_time.to_string(), "1 to 3");
        }
        if !(1..=30).contains(&self.life) {
            return wrong("life", self.life.to_string(), "1 to 30");
        }
        if !(self.holding > 0.0 && self.holding.is_finite()) {
            return wrong("holding", self.holding.to_string(), "a finite number above 0");
        }
        if !(self.lost >= self.holding && self.lost.is_finite()) {
            return wrong("lost", self.lost.to_string(), "at least the holding cost");
        }
        if !(self.waste >= 0.0 && self.waste.is_finite()) {
            return wrong("waste", self.waste.to_string(), "a finite number of at least 0");
        }
        Ok(())
    }

    fn unit_weight(&self) -> f64 {
        (self.holding + self.waste / self.life as f64) / self.mean
    }
}

/// A fresh product ready to order.
pub struct Policy {
    item: Fresh,
    demand: Pmf,
    outlook: Outlook,
}

/// Work space of the projection.
#[derive(Default)]
pub struct Work {
    total: Vec<f64>,
    shelves: Vec<Vec<i32>>,
}

impl Policy {
    fn new(item: Fresh, demand: &Pmf, share: f64) -> Self {
        let Fresh { holding, lost, waste, .. } = item;
        let weight = share * item.unit_weight();
        let span = item.life + item.lead_time;
        let outlook = match (item.life, item.oldest_first) {
            // Nothing is carried over: a newsvendor.
            (1, _) => Outlook::new(demand, waste.max(1e-9 * lost), lost, 0.0, span),
            (_, true) => Outlook::new(demand, holding, lost, weight, span),
            (_, false) => Outlook::freshest_first(demand, holding, lost, waste, weight, span),
        };
        Self { item, demand: demand.clone(), outlook }
    }

    fn serve(&self, shelf: &mut [i32], wanted: i32) -> cell::Issue {
        cell::issue(shelf, wanted, if self.item.oldest_first { 0 } else { wanted })
    }

    /// What to order with this stock by remaining life and `due[k]` units arriving in k + 1 periods.
    pub fn order(&self, shelf: &[i32], due: &[i32], work: &mut Work) -> i32 {
        self.stock_at_arrival(shelf, due, work);
        self.outlook.order(&work.total, self.outlook.most / 2)
    }

    fn tells_lasting(&self) -> bool {
        self.item.life > 1 && !self.item.oldest_first
    }

    fn stock_at_arrival(&self, shelf: &[i32], due: &[i32], work: &mut Work) {
        let most = cell::on_hand(shelf) + due[..self.item.lead_time - 1].iter().sum::<i32>();
        // All units; behind them those that last another period where that matters.
        let parts = if self.tells_lasting() { 2 } else { 1 };
        work.total.clear();
        work.total.resize(parts * (most as usize + 1), 0.0);
        work.shelves.resize(self.item.lead_time + 1, Vec::new());
        work.shelves[0].clear();
        work.shelves[0].extend_from_slice(shelf);
        self.project(0, 1.0, due, work);
    }

    /// Follow every demand of the periods before arrival; what exceeds the stock is one branch.
    fn project(&self, depth: usize, chance: f64, due: &[i32], work: &mut Work) {
        if depth + 1 == self.item.lead_time {
            self.last(depth, chance, work);
            return;
        }
        let on_hand = cell::on_hand(&work.shelves[depth]) as usize;
        let mut rest = 1.0;
        for d in 0..=on_hand {
            let p = if d == on_hand { rest } else { self.demand.at(d) };
            rest = (rest - p).max(0.0);
            if chance * p < 1e-10 {
                continue;
            }
            let (before, after) = work.shelves.split_at_mut(depth + 1);
            after[0].clone_from(&before[depth]);
            self.serve(&mut after[0], d as i32);
            cell::age(&mut after[0], self.item.life as u32);
            cell::receive(&mut after[0], due[depth]);
            self.project(depth + 1, chance * p, due, work);
        }
    }

    /// The last period before arrival. Only sums of what is left matter after it, and these follow from
    /// the two oldest groups: what expires now, and what expires next.
    fn last(&self, depth: usize, chance: f64, work: &mut Work) {
        let shelf = &work.shelves[depth];
        let on_hand = cell::on_hand(shelf) as usize;
        let oldest = shelf[0] as usize;
        let next = shelf.get(1).map_or(0, |&units| units as usize);
        let half = work.total.len() / 2;
        let mut rest = 1.0;
        for d in 0..=on_hand {
            let p = if d == on_hand { rest } else { self.demand.at(d) };
            rest = (rest - p).max(0.0);
            let units = if self.item.oldest_first {
                // What expires is sold or wasted.
                on_hand - d.max(oldest)
            } else {
                (on_hand - d).saturating_sub(oldest)
            };
            work.total[units] += chance * p;
            if self.tells_lasting() {
                work.total[half + units - units.min(next)] += chance * p;
            }
        }
    }

    /// Average cost a period along a path of demand. `memo` may know projections of the same item.
    pub fn simulate(&self, path: &[i32], memo: &mut Memo, work: &mut Work) -> f64 {
        memo.next_policy();
        let item = &self.item;
        let mut shelf = vec![0_i32; item.life];
        let mut due = vec![0_i32; item.lead_time];
        let (mut held, mut missed, mut wasted) = (0_i64, 0_i64, 0_i64);
        let warm = path.len() / 20;
        for (t, &wanted) in path.iter().enumerate() {
            let mut key = 0_u64;
            for &units in shelf.iter().chain(&due[..item.lead_time - 1]) {
                key = key.wrapping_mul(1009).wrapping_add(units as u64);
            }
            let order = memo.order(key, &self.outlook, |stocks| {
                self.stock_at_arrival(&shelf, &due, work);
                stocks.extend_from_slice(&work.total);
            });
            let issue = self.serve(&mut shelf, wanted);
            let waste = cell::age(&mut shelf, item.life as u32);
            if t >= warm {
                missed += i64::from(issue.lost);
                wasted += i64::from(waste);
                held += i64::from(cell::on_hand(&shelf));
            }
            due[item.lead_time - 1] = order;
            cell::receive(&mut shelf, due[0]);
            due.rotate_left(1);
        }
        let cost =
            item.holding * held as f64 + item.lost * missed as f64 + item.waste * wasted as f64;
        cost / (path.len() - warm) as f64
    }
}

/// Shares of the natural weight that are tried first, each about 1.6 times the one before.
const SHARES: [f64; 10] = [0.012, 0.024, 0.05, 0.08, 0.13, 0.2, 0.32, 0.5, 0.9, 1.8];

/// Tune the weight of one product on `periods` of demand: downhill from the middle of the list on half of
/// them, then between the shares of the list on all.
pub fn tune(
    item: Fresh,
    periods: usize,
    stream: &mut Stream,
    memo: &mut Memo,
    work: &mut Work,
) -> f64 {
    let demand = Pmf::count(item.mean, item.variance_to_mean);
    let path = Sampler::new(&demand).even_path(stream, periods);
    let half = &path[..periods / 2];
    memo.clear();
    let mut cost =
        |share: f64, path: &[i32]| Policy::new(item, &demand, share).simulate(path, memo, work);
    let mut costs = [f64::NAN; SHARES.len()];
    let mut first = |k: usize| {
        if costs[k].is_nan() {
            costs[k] = cost(SHARES[k], half);
        }
        costs[k]
    };
    let mut k = if item.oldest_first { 4 } else { 6 };
    loop {
        let here = first(k);
        // Two steps each way: costs along the list have small dents.
        let near = k.saturating_sub(2)..=(k + 2).min(SHARES.len() - 1);
        let next = near.min_by(|&a, &b| first(a).total_cmp(&first(b))).unwrap_or(k);
        if next == k || first(next) >= here {
            break;
        }
        k = next;
    }
    let mut best = (cost(SHARES[k], &path), SHARES[k]);
    let mut step = 1.6_f64;
    for _ in 0..2 {
        for share in [best.1 * step, best.1 / step] {
            let found = cost(share, &path);
            if found < best.0 {
                best = (found, share);
                break;
            }
        }
        step = step.sqrt();
    }
    best.1
}

/// Tune every product; the shares of the natural weight.
pub fn tune_batch(items: &[Fresh], periods: usize, seed: u64) -> Result<Vec<f64>> {
    for (i, item) in items.iter().enumerate() {
        item.validate(i)?;
    }
    Ok(items
        .par_iter()
        .enumerate()
        .map_init(
            || (Memo::new(), Work::default()),
            |(memo, work), (i, item)| {
                let mut stream = Stream::new(seed, purpose("fresh: tune"), i as u64, 0);
                tune(*item, periods.max(100), &mut stream, memo, work)
            },
        )
        .collect())
}

/// Average cost a period of tuned policies, by simulation.
pub fn simulate_batch(
    items: &[Fresh],
    shares: &[f64],
    periods: usize,
    seed: u64,
) -> Result<Vec<f64>> {
    check(items, shares)?;
    Ok(items
        .par_iter()
        .zip(shares)
        .enumerate()
        .map_init(
            || (Memo::new(), Work::default()),
            |(memo, work), (i, (item, &share))| {
                let demand = Pmf::count(item.mean, item.variance_to_mean);
                let mut stream = Stream::new(seed, purpose("fresh: judge"), i as u64, 0);
                let path = Sampler::new(&demand).path(&mut stream, periods.max(100));
                memo.clear();
                Policy::new(*item, &demand, share).simulate(&path, memo, work)
            },
        )
        .collect())
}

/// What to order now: `stock` has `life` columns by remaining life, `due` the arrivals 1, 2, ... periods
/// from now.
pub fn orders(
    items: &[Fresh],
    shares: &[f64],
    stock: (&[i32], usize),
    due: (&[i32], usize),
) -> Result<Vec<i32>> {
    check(items, shares)?;
    let n = items.len();
    for (name, (table, width)) in [("stock", stock), ("due", due)] {
        if table.len() != n * width {
            return Err(Error::invalid(name, table.len() / width.max(1), format!("{n} rows")));
        }
        if let Some(i) = table.iter().position(|q| !(0..=10_000).contains(q)) {
            let path = format!("{name}[{}][{}]", i / width, i % width);
            return Err(Error::invalid(path, table[i], "0 to 10,000"));
        }
    }
    for (i, item) in items.iter().enumerate() {
        if stock.1 < item.life {
            let allowed = format!("at least {} columns, one a period of life", item.life);
            return Err(Error::invalid(format!("stock[{i}]"), stock.1, allowed));
        }
        if due.1 + 1 < item.lead_time {
            let allowed = format!("at least {} columns", item.lead_time - 1);
            return Err(Error::invalid(format!("due[{i}]"), due.1, allowed));
        }
    }
    Ok(items
        .par_iter()
        .zip(shares)
        .enumerate()
        .map_init(Work::default, |work, (i, (item, &share))| {
            let demand = Pmf::count(item.mean, item.variance_to_mean);
            let shelf = &stock.0[i * stock.1..i * stock.1 + item.life];
            let row = &due.0[i * due.1..(i + 1) * due.1];
            Policy::new(*item, &demand, share).order(shelf, row, work)
        })
        .collect())
}

fn check(items: &[Fresh], shares: &[f64]) -> Result<()> {
    if shares.len() != items.len() {
        return Err(Error::invalid("weight", shares.len(), format!("{} values", items.len())));
    }
    for (i, item) in items.iter().enumerate() {
        item.validate(i)?;
        if !(shares[i] >= 0.0 && shares[i].is_finite()) {
            let path = format!("weight[{i}]");
            return Err(Error::invalid(path, shares[i], "a finite number of at least 0"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        /// The stock at arrival by sums is that of whole shelves, served and aged demand by demand.
        #[test]
        fn sums_of_the_last_period_are_those_of_shelves(
            shelf in prop::collection::vec(0..5_i32, 1..4), due in 0..4_i32, lead_time in 1_usize..3,
            oldest_first: bool, mean in 0.5..4.0_f64,
        ) {
            let item = Fresh {
                mean, variance_to_mean: 1.5, lead_time, life: shelf.len(), oldest_first,
                holding: 1.0, lost: 9.0, waste: 3.0,
            };
            let demand = Pmf::count(mean, 1.5);
            let policy = Policy::new(item, &demand, 0.2);
            let mut work = Work::default();
            policy.stock_at_arrival(&shelf, &[due], &mut work);
            let mut all = vec![0.0; work.total.len()];
            let mut lasting = all.clone();
            let mut shelves = vec![(shelf.clone(), 1.0)];
            for period in 0..lead_time {
                let branch = |(shelf, chance): (Vec<i32>, f64)| {
                    let policy = &policy;
                    (0..=policy.demand.end()).map(move |d| {
                        let mut after = shelf.clone();
                        policy.serve(&mut after, d as i32);
                        cell::age(&mut after, policy.item.life as u32);
                        if period + 1 < lead_time {
                            cell::receive(&mut after, due);
                        }
                        (after, chance * policy.demand.at(d))
                    })
                };
                shelves = shelves.into_iter().flat_map(branch).collect();
            }
            for (shelf, chance) in shelves {
                let units = cell::on_hand(&shelf);
                all[units as usize] += chance;
                lasting[(units - shelf[0]) as usize] += chance;
            }
            let parts = if policy.tells_lasting() { 2 } else { 1 };
            let size = work.total.len() / parts;
            for k in 0..size {
                prop_assert!((work.total[k] - all[k]).abs() < 1e-8, "{k}");
                if parts == 2 {
                    prop_assert!((work.total[size + k] - lasting[k]).abs() < 1e-8, "{k}");
                }
            }
        }
    }
}
