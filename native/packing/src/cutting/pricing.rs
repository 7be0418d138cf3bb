//! Finds patterns that improve the relaxation, and what their worth proves.

use super::knapsack;
use super::{Lengths, Pattern};

/// Duals are handed to the knapsack as whole numbers of this fraction.
const UNIT: f64 = (1u64 << 26) as f64;
/// Share of the best known duals in those that are priced.
const SMOOTH: f64 = 0.7;
/// Patterns that one round of greedy pricing brings at most.
const ROUND: usize = 30;
/// What a pattern must be worth to improve the relaxation.
const GAIN: f64 = 1.0 + 1e-7;

/// The pricing problem of one relaxation.
pub struct Pricing<'a> {
    lengths: &'a Lengths,
    demand: &'a [u32],
    /// Types with demand.
    kinds: Vec<usize>,
    /// Bins that any answer needs, proven in whole numbers.
    pub bound: usize,
    /// Knapsacks solved.
    pub knapsacks: u64,
    /// Duals that prove the best bound, so scaled that no pattern is worth more than 1.
    pub stable: Vec<f64>,
    stable_rate: f64,
    smooth: f64,
}

impl<'a> Pricing<'a> {
    /// For a demand, with duals of which no pattern is worth more than 1.
    pub fn new(lengths: &'a Lengths, demand: &'a [u32], stable: Vec<f64>) -> Self {
        let kinds = (0..demand.len()).filter(|&k| demand[k] > 0).collect();
        let stable_rate = stable.iter().zip(demand).map(|(s, &d)| s * f64::from(d)).sum();
        Self { lengths, demand, kinds, bound: 0, knapsacks: 0, stable, stable_rate, smooth: SMOOTH }
    }

    /// Patterns that gain, made quickly: each type once as the first, filled up with those of
    /// most worth per length.
    pub fn greedy(&self, dual: &[f64]) -> Vec<Pattern> {
        let lengths = self.lengths;
        let length = |k: usize| lengths.length[k];
        let mut order: Vec<usize> = self.kinds.iter().copied().filter(|&k| dual[k] > 0.0).collect();
        let rate = |r: usize| dual[r] / length(r) as f64;
        order.sort_by(|&a, &b| rate(b).total_cmp(&rate(a)).then(a.cmp(&b)));
        let mut found: Vec<(f64, Pattern)> = Vec::new();
        for &first in &order {
            let mut room = lengths.capacity - length(first);
            let mut worth = dual[first];
            let mut pattern = vec![(first as u32, 1)];
            for &k in &order {
                let most = i64::from(self.demand[k]) - i64::from(k == first);
                let count = (room / length(k)).min(most);
                if count > 0 {
                    room -= count * length(k);
                    worth += dual[k] * count as f64;
                    if k == first {
                        pattern[0].1 += count as u32;
                    } else {
                        pattern.push((k as u32, count as u32));
                    }
                }
                // What is left cannot make up what is missing.
                if worth + room as f64 * rate(k) <= GAIN {
                    break;
                }
            }
            if worth > GAIN {
                pattern.sort_unstable();
                found.push((worth, pattern));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        found.dedup_by(|a, b| a.1 == b.1);
        found.truncate(ROUND);
        found.into_iter().map(|f| f.1).collect()
    }

    /// The pattern that gains most, by knapsacks. None: none gains, or more than `enough` bins
    /// are needed (with 0 that does not count).
    pub fn exact(&mut self, dual: &[f64], enough: usize) -> Option<Pattern> {
        loop {
            // Duals between the best known ones and the present ones settle sooner (Wentges 1997).
            let duals: Vec<f64> = dual
                .iter()
                .zip(&self.stable)
                .map(|(d, s)| self.smooth * s + (1.0 - self.smooth) * d.max(0.0))
                .collect();
            let whole: Vec<i64> = duals.iter().map(|d| (d * UNIT) as i64).collect();
            let best = knapsack::best(self.lengths, self.demand, &whole);
            self.knapsacks += 1;
            if best.proven && best.worth > 0 {
                self.prove(&whole, best.worth, &duals);
                if self.bound > enough && enough > 0 {
                    return None;
                }
            }
            let worth: f64 =
                best.pattern.iter().map(|&(k, n)| dual[k as usize] * f64::from(n)).sum();
            if worth > GAIN {
                self.smooth = SMOOTH;
                return Some(best.pattern);
            }
            if self.smooth == 0.0 {
                return None;
            }
            // Misled by the old duals: this time with the present ones only.
            self.smooth = 0.0;
        }
    }

    /// Any whole duals prove a bound: their worth over what a bin can hold of it (Farley 1990).
    fn prove(&mut self, whole: &[i64], most: i64, duals: &[f64]) {
        let total: i128 =
            self.kinds.iter().map(|&k| i128::from(whole[k]) * i128::from(self.demand[k])).sum();
        let needed = (total + i128::from(most) - 1) / i128::from(most);
        self.bound = self.bound.max(needed as usize);
        let rate = total as f64 / most as f64;
        if rate > self.stable_rate {
            self.stable_rate = rate;
            let scale = UNIT / most as f64;
            self.stable = duals.iter().map(|d| d * scale).collect();
        }
    }
}
