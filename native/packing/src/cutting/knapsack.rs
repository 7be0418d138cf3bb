//! The pattern of most worth: a knapsack with copies, in whole numbers.

use super::{Lengths, Pattern};

/// What a knapsack found.
pub struct Best {
    /// Its worth.
    pub worth: i64,
    /// What is in it.
    pub pattern: Pattern,
    /// Whether nothing can be worth more.
    pub proven: bool,
}

/// Cells of the table up to which dynamic programming is used, else branch and bound.
const MAX_CELLS: usize = 3_000_000;
/// Nodes after which branch and bound gives up the proof.
const MAX_NODES: u64 = 2_000_000;

/// Choose copies of types, at most `demand` of each, of most worth within the capacity.
pub fn best(lengths: &Lengths, demand: &[u32], worth: &[i64]) -> Best {
    let mut kinds: Vec<usize> =
        (0..demand.len()).filter(|&k| demand[k] > 0 && worth[k] > 0).collect();
    let density = |k: usize| worth[k] as f64 / lengths.length[k] as f64;
    kinds.sort_by(|&a, &b| density(b).total_cmp(&density(a)).then(a.cmp(&b)));
    let passes: usize = kinds
        .iter()
        .map(|&k| pieces(lengths, demand, k).next_power_of_two().trailing_zeros() as usize + 1)
        .sum();
    if passes.saturating_mul(lengths.capacity as usize) <= MAX_CELLS / 10 {
        return table(lengths, demand, worth, &kinds);
    }
    let mut search = Search {
        lengths,
        demand,
        worth,
        kinds: &kinds,
        best: 0,
        best_counts: vec![0; kinds.len()],
        counts: vec![0; kinds.len()],
        nodes: 0,
        shortest: kinds.iter().map(|&k| lengths.length[k]).min().unwrap_or(1),
    };
    search.descend(0, lengths.capacity, 0);
    let proven = search.nodes < MAX_NODES;
    if !proven && passes.saturating_mul(lengths.capacity as usize) <= 20 * MAX_CELLS {
        return table(lengths, demand, worth, &kinds);
    }
    let mut pattern: Pattern = kinds
        .iter()
        .zip(&search.best_counts)
        .filter(|(_, &n)| n > 0)
        .map(|(&k, &n)| (k as u32, n))
        .collect();
    pattern.sort_unstable();
    Best { worth: search.best, pattern, proven }
}

fn pieces(lengths: &Lengths, demand: &[u32], k: usize) -> u32 {
    (lengths.capacity / lengths.length[k]).min(i64::from(demand[k])) as u32
}

fn table(lengths: &Lengths, demand: &[u32], worth: &[i64], kinds: &[usize]) -> Best {
    let densest = kinds.first().map_or(0.0, |&k| worth[k] as f64 / lengths.length[k] as f64);
    // Half as wide numbers are twice as fast.
    if densest * (lengths.capacity as f64) < f64::from(i32::MAX) * 0.99 {
        table_of(lengths, demand, kinds, |k, n| (worth[k] * i64::from(n)) as i32)
    } else {
        table_of(lengths, demand, kinds, |k, n| worth[k] * i64::from(n))
    }
}

/// Dynamic programming over bundles of 1, 2, 4, ... copies.
fn table_of<T>(
    lengths: &Lengths,
    demand: &[u32],
    kinds: &[usize],
    gain: impl Fn(usize, u32) -> T,
) -> Best
where
    T: Copy + Default + PartialOrd + std::ops::Add<Output = T> + Into<i64>,
{
    let size = lengths.capacity as usize + 1;
    let mut value = vec![T::default(); size];
    let mut next = value.clone();
    let mut bundles: Vec<(usize, u32)> = Vec::new();
    // For each bundle and capacity: whether it is taken there.
    let mut taken: Vec<u8> = Vec::new();
    for &k in kinds {
        let mut left = pieces(lengths, demand, k);
        let mut bundle = 1;
        while left > 0 {
            let count = bundle.min(left);
            left -= count;
            bundle *= 2;
            let step = lengths.length[k] as usize * count as usize;
            let gain = gain(k, count);
            let row = taken.len();
            taken.resize(row + size, 0);
            next[..step].copy_from_slice(&value[..step]);
            let without = &value[step..];
            let before = &value[..size - step];
            let flags = &mut taken[row + step..row + size];
            for (((n, f), &w), &b) in next[step..].iter_mut().zip(flags).zip(without).zip(before) {
                let with = b + gain;
                *n = if with > w { with } else { w };
                *f = u8::from(with > w);
            }
            std::mem::swap(&mut value, &mut next);
            bundles.push((k, count));
        }
    }
    let mut at = size - 1;
    let mut counts = vec![0u32; demand.len()];
    for (number, &(k, count)) in bundles.iter().enumerate().rev() {
        if taken[number * size + at] == 1 {
            counts[k] += count;
            at -= lengths.length[k] as usize * count as usize;
        }
    }
    let pattern =
        counts.iter().enumerate().filter(|c| *c.1 > 0).map(|(k, &n)| (k as u32, n)).collect();
    Best { worth: value[size - 1].into(), pattern, proven: true }
}

/// Branch and bound over types by falling worth per length (Martello and Toth 1990).
struct Search<'a> {
    lengths: &'a Lengths,
    demand: &'a [u32],
    worth: &'a [i64],
    kinds: &'a [usize],
    best: i64,
    best_counts: Vec<u32>,
    counts: Vec<u32>,
    nodes: u64,
    shortest: i64,
}

impl Search<'_> {
    fn descend(&mut self, mut at: usize, room: i64, sum: i64) {
        if sum > self.best {
            self.best = sum;
            self.best_counts.clone_from(&self.counts);
        }
        if room < self.shortest {
            return;
        }
        while at < self.kinds.len() {
            self.nodes += 1;
            if self.nodes >= MAX_NODES {
                return;
            }
            let k = self.kinds[at];
            let (length, worth) = (self.lengths.length[k], self.worth[k]);
            // Whatever follows is at most as dense as this type.
            let bound = i128::from(room) * i128::from(worth) / i128::from(length);
            if i128::from(sum) + bound <= i128::from(self.best) {
                return;
            }
            let most = (room / length).min(i64::from(self.demand[k]));
            for count in (1..=most).rev() {
                self.counts[at] = count as u32;
                self.descend(at + 1, room - count * length, sum + count * worth);
            }
            self.counts[at] = 0;
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backhaul_common::Stream;

    #[test]
    fn table_and_branch_and_bound_agree() {
        let mut stream = Stream::new(1, 2, 3, 4);
        for _ in 0..60 {
            let n = 1 + stream.below(6);
            let mut length: Vec<i64> = (0..n).map(|_| 1 + stream.below(20) as i64).collect();
            length.sort_by_key(|&l| std::cmp::Reverse(l));
            let demand: Vec<u32> = (0..n).map(|_| stream.below(5) as u32).collect();
            let worth: Vec<i64> = (0..n).map(|_| stream.below(30) as i64).collect();
            let small = Lengths { capacity: 40, length, demand: demand.clone() };
            // Lengths times a million: the table would be too large, so branch and bound answers.
            let large = Lengths {
                capacity: small.capacity * 1_000_000,
                length: small.length.iter().map(|l| l * 1_000_000).collect(),
                demand: demand.clone(),
            };
            let (a, b) = (best(&small, &demand, &worth), best(&large, &demand, &worth));
            assert!(a.proven && b.proven);
            assert_eq!(a.worth, b.worth);
        }
    }
}
