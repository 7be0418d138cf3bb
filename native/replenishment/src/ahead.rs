//! Ordering by looking ahead to the period in which an order arrives: what the two policies for lost
//! sales and for fresh products share.
//!
//! The order is chosen to minimise the expected cost of its first period plus a quadratic value of the
//! stock left over then, `E[h y + b lost + weight y^2]`: approximate dynamic programming with one basis
//! function. With weight 0 it is the myopic policy of Morton (1971).

use backhaul_common::Stream;

use crate::pmf::Pmf;

/// Expected first-period cost by stock after receipt.
#[derive(Clone, Debug)]
pub struct Outlook {
    values: Vec<f64>,
    /// Where customers take the freshest unit first: what depends on the units alone that outlast the
    /// period; else empty.
    lasting: Vec<f64>,
    /// No order is larger.
    pub most: i32,
}

impl Outlook {
    /// For demand a period, costs, and the weight of the square of the stock left over.
    pub fn new(demand: &Pmf, holding: f64, lost: f64, weight: f64, longest: usize) -> Self {
        // With less than this a unit more pays for sure; more is never worth it.
        let level = demand.quantile(lost / (lost + holding)) as i32;
        let most = level + 1;
        let top = (most as usize + 1) * (longest + 1);
        let values = expected(demand, top, (holding, weight), lost);
        Self { values, lasting: Vec::new(), most }
    }

    /// As [`Outlook::new`], where customers take the freshest unit first and what expires in the period
    /// is wasted at this cost: units that expire then serve what the lasting ones cannot.
    ///
    /// With `e` expiring and `y` lasting units and demand `D`, lost are `(D - y - e)+` and wasted are
    /// `e - (D - y)+ + (D - y - e)+`: terms of `y + e` and of `y`, so that two distributions are enough.
    pub fn freshest_first(
        demand: &Pmf,
        holding: f64,
        lost: f64,
        waste: f64,
        weight: f64,
        longest: usize,
    ) -> Self {
        let mut outlook = Self::new(demand, holding, lost, weight, longest);
        let top = outlook.values.len() - 1;
        outlook.lasting = expected(demand, top, (holding, weight), -waste);
        outlook.values = expected(demand, top, (0.0, 0.0), lost + waste);
        outlook
    }

    /// Expected cost, up to a constant, of an order: of the distribution of all units, and behind it
    /// of those that last if customers take the freshest first.
    fn value(&self, stock: &[f64], order: i32) -> f64 {
        if self.lasting.is_empty() {
            return Self::mean(&self.values, stock, order);
        }
        let (all, lasting) = stock.split_at(stock.len() / 2);
        Self::mean(&self.values, all, order) + Self::mean(&self.lasting, lasting, order)
    }

    fn mean(values: &[f64], stock: &[f64], order: i32) -> f64 {
        let from = (order as usize).min(values.len());
        let known = &values[from..];
        let mut value = crate::policy::dot(stock, known);
        if known.len() < stock.len() {
            // Far more stock than the policy would ever hold: the last value stands for more.
            let rest: f64 = stock[known.len()..].iter().sum();
            value += rest * values[values.len() - 1];
        }
        value
    }

    /// The best order when `stock[i]` is the probability of `i` units on hand as it arrives; `guess`
    /// is where the search starts.
    pub fn order(&self, stock: &[f64], guess: i32) -> i32 {
        // Convex in the order: downhill from the guess; of equals the smallest.
        let mut best = guess.clamp(0, self.most);
        let mut value = self.value(stock, best);
        let start = best;
        while best > 0 {
            let lower = self.value(stock, best - 1);
            if lower > value + 1e-12 {
                break;
            }
            (best, value) = (best - 1, lower);
        }
        if best < start {
            return best;
        }
        while best < self.most {
            let higher = self.value(stock, best + 1);
            if higher >= value - 1e-12 {
                break;
            }
            (best, value) = (best + 1, higher);
        }
        best
    }
}

/// Expected cost of a period that begins with 0 to `top` units: of what is left over and its square, and of
/// each unit lost. From one number of units to the next only the chance counts that all are sold.
fn expected(demand: &Pmf, top: usize, (each, square): (f64, f64), lost: f64) -> Vec<f64> {
    let (mut missing, mut left, mut squared, mut enough) = (demand.mean(), 0.0, 0.0, 0.0);
    (0..=top)
        .map(|y| {
            let cost = each * left + square * squared + lost * missing;
            enough += demand.at(y);
            let short = if y + 1 < demand.start + demand.p.len() { 1.0 - enough } else { 0.0 };
            squared += 2.0 * left + enough;
            left += enough;
            missing = if short > 0.0 { missing - short } else { 0.0 };
            cost
        })
        .collect()
}

/// Draws demand by inversion with a guide table: a look-up and hardly ever a second step.
pub struct Sampler {
    guide: Vec<u32>,
    below: Vec<f64>,
    start: usize,
}

impl Sampler {
    /// For this distribution.
    pub fn new(demand: &Pmf) -> Self {
        const PARTS: usize = 256;
        let mut total = 0.0;
        let mut below: Vec<f64> = demand
            .p
            .iter()
            .map(|p| {
                total += p;
                total
            })
            .collect();
        if let Some(last) = below.last_mut() {
            *last = f64::INFINITY;
        }
        let mut k = 0;
        let guide = (0..PARTS)
            .map(|part| {
                while below[k] <= part as f64 / PARTS as f64 {
                    k += 1;
                }
                k as u32
            })
            .collect();
        Self { guide, below, start: demand.start }
    }

    /// The demand that a uniform on [0, 1) stands for.
    #[inline]
    pub fn demand(&self, uniform: f64) -> i32 {
        let mut k = self.guide[(uniform * self.guide.len() as f64) as usize] as usize;
        while self.below[k] <= uniform {
            k += 1;
        }
        (self.start + k) as i32
    }

    /// `n` demands of a stream in blocks, each with one demand from every part of the distribution: costs
    /// along such a path scatter less than along independent draws.
    pub fn even_path(&self, stream: &mut Stream, n: usize) -> Vec<i32> {
        const BLOCK: usize = 100;
        let mut path = Vec::with_capacity(n + BLOCK);
        while path.len() < n {
            let from = path.len();
            for part in 0..BLOCK {
                path.push(self.demand((part as f64 + stream.uniform()) / BLOCK as f64));
            }
            for k in (1..BLOCK).rev() {
                path.swap(from + k, from + (stream.uniform() * (k + 1) as f64) as usize);
            }
        }
        path.truncate(n);
        path
    }

    /// `n` demands of a stream.
    pub fn path(&self, stream: &mut Stream, n: usize) -> Vec<i32> {
        (0..n).map(|_| self.demand(stream.uniform())).collect()
    }
}

/// States already seen: the stock projected from each, and the order of the policy at hand.
///
/// Direct-mapped, so that its size is fixed. The projection does not depend on the policy's weight
/// and is kept when another weight is tried.
pub struct Memo {
    keys: Vec<u64>,
    spans: Vec<(u32, u32)>,
    orders: Vec<i32>,
    rounds: Vec<u32>,
    stocks: Vec<f64>,
    round: u32,
}

impl Memo {
    const BITS: u32 = 13;

    /// Empty.
    pub fn new() -> Self {
        let size = 1 << Self::BITS;
        Self {
            keys: vec![u64::MAX; size],
            spans: vec![(0, 0); size],
            orders: vec![0; size],
            rounds: vec![0; size],
            stocks: Vec::new(),
            round: 0,
        }
    }

    /// Forget everything: another item comes.
    pub fn clear(&mut self) {
        self.keys.fill(u64::MAX);
        self.stocks.clear();
    }

    /// Keep the projections, forget the orders: another weight comes.
    pub fn next_policy(&mut self) {
        self.round = self.round.wrapping_add(1);
    }

    /// The order of the state `key`; `project` appends the distribution of its stock.
    #[inline]
    pub fn order(
        &mut self,
        key: u64,
        outlook: &Outlook,
        project: impl FnOnce(&mut Vec<f64>),
    ) -> i32 {
        let slot = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - Self::BITS)) as usize;
        if self.keys[slot] == key && self.rounds[slot] == self.round {
            return self.orders[slot];
        }
        if self.keys[slot] != key {
            let from = self.stocks.len();
            project(&mut self.stocks);
            self.keys[slot] = key;
            self.spans[slot] = (from as u32, self.stocks.len() as u32);
            self.orders[slot] = outlook.most / 2;
        }
        let (from, to) = self.spans[slot];
        let order = outlook.order(&self.stocks[from as usize..to as usize], self.orders[slot]);
        self.orders[slot] = order;
        self.rounds[slot] = self.round;
        if self.stocks.len() > 1 << 22 {
            self.clear();
        }
        order
    }
}

impl Default for Memo {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backhaul_common::purpose;

    #[test]
    fn costs_of_a_period_are_sums_over_demand() {
        for (mean, ratio) in [(0.3, 1.0), (3.0, 2.0), (80.0, 4.0)] {
            let demand = Pmf::count(mean, ratio);
            let found = expected(&demand, 400, (2.0, 0.25), 9.0);
            for (y, cost) in found.iter().enumerate() {
                let mut sum = 0.0;
                for (i, p) in demand.p.iter().enumerate() {
                    let over = y as f64 - (demand.start + i) as f64;
                    let left = over.max(0.0);
                    sum += p * (2.0 * left + 0.25 * left * left + 9.0 * (-over).max(0.0));
                }
                assert!((cost - sum).abs() < 1e-9 * (1.0 + sum), "{y}: {cost} {sum}");
            }
        }
    }

    #[test]
    fn inversion_draws_the_distribution() {
        let pmf = Pmf::count(3.0, 2.0);
        let sampler = Sampler::new(&pmf);
        let n = 100_000;
        let mut stream = Stream::new(1, purpose("test"), 0, 0);
        let path = sampler.path(&mut stream, n);
        for k in 0..8 {
            let seen = path.iter().filter(|&&d| d == k).count() as f64 / n as f64;
            assert!((seen - pmf.at(k as usize)).abs() < 0.006, "{k}");
        }
        assert_eq!(sampler.demand(0.0), 0);
    }
}
