//! When few patterns can occur in an answer of so many bins: branch and bound among them, the
//! pattern used most first, with limited discrepancy (Harvey and Ginsberg 1995). Whatever is cut
//! off is cut off in whole numbers, so that a search that ends without an answer is a proof.

use backhaul_common::{Control, Stream};

use super::master::Master;
use super::near::UNIT;
use super::{Lengths, Pattern};

/// What became of the search.
pub enum Outcome {
    /// So many bins do.
    Found(Vec<Pattern>),
    /// They cannot do.
    Impossible,
    /// Unknown: a limit was met.
    Open,
}

/// Patterns that may be taken differently than the relaxation says, in one search after the other;
/// the last one tries all.
const DISCREPANCIES: [u32; 5] = [0, 2, 4, 8, u32::MAX];
/// Numbers of all stands kept at once.
const MAX_NUMBERS: usize = 8_000_000;
/// What makes one search differ from the next among patterns used as much.
const NOISE: f64 = 0.02;
/// Duals beyond this prove no more.
const MAX_DUAL: f64 = 1e6;

enum Step {
    Found,
    /// There is none below here.
    None,
    /// There may be one, beyond the discrepancies allowed.
    Perhaps,
    /// A limit was met.
    Limit,
}

struct Search<'a, 's, 'm> {
    master: &'m mut Master<'a>,
    control: &'a Control<'a>,
    stream: &'s mut Stream,
    demand: Vec<u32>,
    taken: Vec<u32>,
    bins: usize,
    nodes: u64,
    most: u64,
}

/// Pack the demand into `bins` bins of these patterns. The second number is programs solved.
pub fn among<'a>(
    lengths: &Lengths,
    control: &'a Control<'a>,
    master: &mut Master<'a>,
    patterns: Vec<Pattern>,
    bins: usize,
    most: u64,
    stream: &mut Stream,
) -> (Outcome, u64) {
    let rows = lengths.demand.len();
    if patterns.is_empty() {
        return (Outcome::Impossible, 0);
    }
    if rows.saturating_mul(rows).saturating_mul(bins) > MAX_NUMBERS {
        return (Outcome::Open, 0);
    }
    let proper = master.numbers(patterns);
    let demand = lengths.demand.clone();
    let stand = master.stand();
    let mut search =
        Search { master, control, stream, demand, taken: Vec::new(), bins, nodes: 0, most };
    for discrepancies in DISCREPANCIES {
        search.master.go_back(&stand);
        match search.descend(proper.clone(), discrepancies) {
            Step::Found => {
                let taken = search.taken.iter().map(|&p| search.master.pattern(p).clone());
                return (Outcome::Found(taken.collect()), search.nodes);
            }
            Step::None => return (Outcome::Impossible, search.nodes),
            Step::Perhaps => {}
            Step::Limit => break,
        }
    }
    (Outcome::Open, search.nodes)
}

impl Search<'_, '_, '_> {
    fn descend(&mut self, mut proper: Vec<u32>, mut discrepancies: u32) -> Step {
        let mut answer = Step::None;
        loop {
            let (master, demand) = (&self.master, &self.demand);
            let allowed =
                |&p: &u32| master.pattern(p).iter().all(|&(k, n)| n <= demand[k as usize]);
            proper.retain(allowed);
            if self.taken.len() >= self.bins && self.demand.iter().any(|&d| d > 0) {
                return answer;
            }
            self.nodes += 1;
            if self.nodes > self.most || self.control.expired() {
                return Step::Limit;
            }
            let Some(used) = self.master.solve_among(&self.demand, &proper) else {
                return Step::Limit;
            };
            if !self.thin(&mut proper) {
                return answer;
            }
            let whole = |v: f64| (v - v.round()).abs() < 1e-6;
            if used.iter().all(|u| whole(u.1) && proper.binary_search(&u.0).is_ok())
                && self.covers(&used)
            {
                for (p, amount) in used {
                    self.taken.extend((0..amount.round() as u32).map(|_| p));
                }
                return Step::Found;
            }
            let mut chosen: Option<(f64, u32)> = None;
            for &(p, amount) in &used {
                if !whole(amount) && proper.binary_search(&p).is_ok() {
                    let score = amount + NOISE * self.stream.uniform();
                    if chosen.is_none_or(|c| score > c.0) {
                        chosen = Some((score, p));
                    }
                }
            }
            // Nothing used in part: any proper pattern divides the rest in two.
            let Some(p) = chosen.map(|c| c.1).or_else(|| proper.first().copied()) else {
                return answer;
            };
            let stand = self.master.stand();
            self.take(p, true);
            let below = self.descend(proper.clone(), discrepancies);
            if matches!(below, Step::Found | Step::Limit) {
                return below;
            }
            self.take(p, false);
            if matches!(below, Step::Perhaps) {
                answer = Step::Perhaps;
            }
            if discrepancies == 0 {
                return Step::Perhaps;
            }
            discrepancies -= 1;
            self.master.go_back(&stand);
            proper.retain(|&q| q != p);
        }
    }

    fn take(&mut self, p: u32, yes: bool) {
        for &(k, n) in self.master.pattern(p) {
            let demand = &mut self.demand[k as usize];
            *demand = if yes { *demand - n } else { *demand + n };
        }
        if yes {
            self.taken.push(p);
        } else {
            self.taken.pop();
        }
    }

    fn covers(&self, used: &[(u32, f64)]) -> bool {
        let count: f64 = used.iter().map(|u| u.1.round()).sum();
        let mut left: Vec<i64> = self.demand.iter().map(|&d| i64::from(d)).collect();
        for &(p, amount) in used {
            for &(k, n) in self.master.pattern(p) {
                left[k as usize] -= i64::from(n) * amount.round() as i64;
            }
        }
        count as usize + self.taken.len() <= self.bins && left.iter().all(|&l| l <= 0)
    }

    /// Drop patterns that cannot occur in what is left. False: nothing can.
    fn thin(&self, proper: &mut Vec<u32>) -> bool {
        let rest = self.bins - self.taken.len();
        let whole = |d: &f64| (d.clamp(0.0, MAX_DUAL) * UNIT) as i64;
        let worth: Vec<i64> = self.master.dual().iter().map(whole).collect();
        let total: i128 =
            worth.iter().zip(&self.demand).map(|(&w, &d)| i128::from(w) * i128::from(d)).sum();
        let of = |p: u32| -> i64 {
            let pattern = self.master.pattern(p);
            pattern.iter().map(|&(k, n)| worth[k as usize] * i64::from(n)).sum()
        };
        let top = proper.iter().map(|&p| of(p)).max().unwrap_or(0);
        let slack = rest as i128 * i128::from(top) - total;
        if slack < 0 || total > 0 && top == 0 {
            return false;
        }
        let least = i128::from(top) - slack;
        proper.retain(|&p| i128::from(of(p)) >= least);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cutting::completion::complete;
    use crate::cutting::near;

    #[test]
    fn what_it_finds_or_rules_out_is_what_trying_everything_says() {
        let mut stream = Stream::new(3, 1, 4, 1);
        let (mut found, mut ruled_out) = (0, 0);
        for _ in 0..300 {
            let capacity = 20 + stream.below(30) as i64;
            let mut length: Vec<i64> = (0..2 + stream.below(7))
                .map(|_| capacity / 6 + stream.below(capacity as usize / 2) as i64)
                .collect();
            length.sort_unstable_by_key(|&l| std::cmp::Reverse(l));
            length.dedup();
            let demand: Vec<u32> = length.iter().map(|_| 1 + stream.below(2) as u32).collect();
            let lengths = Lengths { capacity, length, demand };
            let all: u32 = lengths.demand.iter().sum();
            let fit = |bins: &usize| complete(&lengths, &lengths.demand, *bins, 1 << 22).is_some();
            let least = (1..=all as usize).find(fit).unwrap();
            for bins in [least, least - 1] {
                let control = Control::iterations(1);
                let mut master = Master::new(&lengths, &control, &[]);
                master.solve(&lengths.demand, 0).unwrap();
                let duals = master.stable().to_vec();
                let near = near::patterns(&lengths, &lengths.demand, &duals, bins, 5_000).unwrap();
                let (outcome, _) =
                    among(&lengths, &control, &mut master, near, bins, 5_000, &mut stream);
                match outcome {
                    Outcome::Found(patterns) => {
                        assert_eq!(patterns.len(), least);
                        let mut left: Vec<i64> =
                            lengths.demand.iter().map(|&d| i64::from(d)).collect();
                        for pattern in &patterns {
                            let full: i64 = pattern
                                .iter()
                                .map(|&(k, n)| lengths.length[k as usize] * i64::from(n))
                                .sum();
                            assert!(full <= capacity);
                            for &(k, n) in pattern {
                                left[k as usize] -= i64::from(n);
                            }
                        }
                        assert!(left.iter().all(|&l| l <= 0));
                        found += 1;
                    }
                    Outcome::Impossible => {
                        assert!(bins < least);
                        ruled_out += 1;
                    }
                    Outcome::Open => panic!("so few patterns are all tried"),
                }
            }
        }
        assert_eq!((found, ruled_out), (300, 300));
    }
}
