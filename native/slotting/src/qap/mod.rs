//! The quadratic assignment problem: two kinds of local search, each inside a small population.
//!
//! Robust tabu search (Taillard 1991) is at its best where flows are even, descents with small jolts
//! (iterated local search, Stuetzle 2006) where a few large flows decide: both begin, and the one
//! that did better goes on. What two good permutations have in common is kept when they are
//! crossed (Benlic and Hao 2015, "Memetic search for the quadratic assignment problem"). Numbers are
//! whole throughout. The bound is Gilmore's (1962) and Lawler's (1963).

mod bound;
mod evolution;
mod jolts;
mod number;
mod search;
mod table;
mod tabu;

use backhaul_common::{Error, Result, StopReason};

use number::Number;
pub use search::solve;

/// Flows between facilities, distances between locations; both `n` x `n`, by rows.
#[derive(Clone, Debug)]
pub struct Qap {
    n: usize,
    flow: Vec<i64>,
    distance: Vec<i64>,
    symmetric: bool,
    /// The matrices as given cost `scale` times less than these.
    scale: i64,
    /// No value of a table exceeds this.
    reach: i128,
    /// Facilities of one class have the same flows: to swap them changes nothing.
    class: Vec<u32>,
}

/// An answer: facility `i` stands at `place[i]`.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Location of each facility.
    pub place: Vec<u32>,
    /// Sum of flow x distance.
    pub cost: i64,
    /// No permutation costs less.
    pub bound: i64,
    /// Swaps of the tabu search, and facilities looked at by descents: both are n x n work.
    pub iterations: u64,
    /// Why it ended.
    pub reason: StopReason,
}

fn is_symmetric(a: &[i64], n: usize) -> bool {
    (0..n).all(|i| (0..i).all(|j| a[i * n + j] == a[j * n + i]))
}

fn fold(a: &[i64], n: usize) -> Vec<i64> {
    (0..n * n).map(|e| a[e] + a[(e % n) * n + e / n]).collect()
}

/// Whether facilities `i` and `j` may be exchanged without anybody noticing.
fn alike(flow: &[i64], n: usize, i: usize, j: usize) -> bool {
    flow[i * n + i] == flow[j * n + j]
        && flow[i * n + j] == flow[j * n + i]
        && (0..n)
            .filter(|&k| k != i && k != j)
            .all(|k| flow[i * n + k] == flow[j * n + k] && flow[k * n + i] == flow[k * n + j])
}

/// Class of each facility, numbered by first member.
fn classes(flow: &[i64], n: usize) -> Vec<u32> {
    let mut first: Vec<usize> = Vec::new();
    (0..n)
        .map(|i| {
            let found = first.iter().position(|&j| alike(flow, n, i, j));
            found.unwrap_or_else(|| {
                first.push(i);
                first.len() - 1
            }) as u32
        })
        .collect()
}

impl Qap {
    /// Whole-number matrices; sums must stay below 2^53.
    pub fn new(n: usize, flow: &[i64], distance: &[i64]) -> Result<Self> {
        for (path, matrix) in [("flow", flow), ("distance", distance)] {
            if n == 0 || matrix.len() != n * n {
                let allowed = format!("{n} x {n} entries, at least one");
                return Err(Error::invalid(path, format!("{} entries", matrix.len()), allowed));
            }
        }
        let sum = |m: &[i64]| m.iter().map(|x| i128::from(x.abs())).sum::<i128>();
        let top = |m: &[i64]| m.iter().map(|x| i128::from(x.abs())).max().unwrap_or(0);
        if (sum(flow) * top(distance)).min(sum(distance) * top(flow)) * 8 >= f64::EXACT {
            let allowed = "flow and distance so small that costs stay below 2^50";
            return Err(Error::invalid("flow", "larger", allowed));
        }
        let (fs, ds) = (is_symmetric(flow, n), is_symmetric(distance, n));
        // Where one side is symmetric, only the symmetric part of the other counts.
        let (flow, distance, scale) = match (fs, ds) {
            (true, true) | (false, false) => (flow.to_vec(), distance.to_vec(), 1),
            (false, true) => (fold(flow, n), distance.to_vec(), 2),
            (true, false) => (flow.to_vec(), fold(distance, n), 2),
        };
        // A swap changes 4 n terms, each by at most twice the largest product; updates as much.
        let reach = 16 * n as i128 * top(&flow) * top(&distance);
        let class = classes(&flow, n);
        Ok(Self { n, flow, distance, symmetric: fs || ds, scale, reach, class })
    }

    /// Number of facilities.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether there is nothing to place (never, after [`Qap::new`]).
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Cost in the units of the folded matrices.
    fn folded_cost(&self, place: &[u32]) -> i64 {
        let n = self.n;
        let mut total = 0;
        for i in 0..n {
            let row = &self.distance[place[i] as usize * n..][..n];
            for j in 0..n {
                total += self.flow[i * n + j] * row[place[j] as usize];
            }
        }
        total
    }

    /// Cost of a permutation.
    pub fn cost(&self, place: &[u32]) -> i64 {
        self.folded_cost(place) / self.scale
    }
}

#[cfg(test)]
mod tests {
    use super::table::{Matrices, Table};
    use super::*;
    use backhaul_common::{purpose, Control, Stream};

    fn random(n: usize, seed: u64, symmetric: bool) -> Vec<i64> {
        let mut s = Stream::new(seed, purpose("test"), 0, 0);
        let mut m = vec![0; n * n];
        for i in 0..n {
            for j in 0..n {
                m[i * n + j] = s.below(50) as i64;
            }
        }
        if symmetric {
            m = fold(&m, n);
        }
        m
    }

    #[test]
    fn descents_value_swaps_as_recomputing_does() {
        for (fs, ds) in [(true, true), (true, false), (false, false)] {
            let n = 17;
            let qap = Qap::new(n, &random(n, 1, fs), &random(n, 2, ds)).unwrap();
            let place: Vec<u32> = (0..n as u32).rev().collect();
            let mut jolts = jolts::Jolts::new(&qap);
            jolts.reset(&place, qap.folded_cost(&place));
            let mut s = Stream::new(6, purpose("test"), 0, 0);
            for _ in 0..60 {
                let (u, v) = (s.below(n), s.below(n));
                if u != v {
                    let mut other = jolts.place.clone();
                    other.swap(u, v);
                    let change = qap.folded_cost(&other) - jolts.cost;
                    assert_eq!(jolts.change(u, v), change);
                    // Small numbers: the narrow floats are exact as well.
                    assert_eq!(jolts.about(u, v), change as f32);
                    jolts.swap(u, v, change);
                }
            }
        }
    }

    fn table_stays_true<T: Number>() {
        for (fs, ds) in [(true, true), (true, false), (false, true), (false, false)] {
            let n = 19;
            let qap = Qap::new(n, &random(n, 1, fs), &random(n, 2, ds)).unwrap();
            let matrices: Matrices<T> = Matrices::new(&qap);
            let place: Vec<u32> = (0..n as u32).collect();
            let cost = qap.folded_cost(&place);
            let mut table = Table::new(&matrices, &place, cost);
            let mut s = Stream::new(5, purpose("test"), 0, 0);
            for _ in 0..40 {
                let (u, v) = (s.below(n), s.below(n));
                if u != v {
                    table.swap(u, v);
                }
                assert_eq!(table.cost, qap.folded_cost(&table.place));
            }
            for r in 0..n {
                for t in r + 1..n {
                    let mut other = table.place.clone();
                    other.swap(r, t);
                    let change = qap.folded_cost(&other) - table.cost;
                    assert_eq!(table.delta(r, t).to_whole(), change);
                }
            }
        }
    }

    #[test]
    fn the_table_of_swap_values_stays_true() {
        table_stays_true::<f32>();
        table_stays_true::<f64>();
    }

    #[test]
    fn a_small_problem_is_solved_as_by_trying_everything() {
        let n = 7;
        let qap = Qap::new(n, &random(n, 3, false), &random(n, 4, false)).unwrap();
        let mut place: Vec<u32> = (0..n as u32).collect();
        let mut best = i64::MAX;
        permute(&mut place, 0, &mut |p| best = best.min(qap.cost(p)));
        let answer = solve(&qap, None, 1, 1, &Control::iterations(3000)).unwrap();
        assert_eq!(answer.cost, best);
    }

    #[test]
    fn the_smallest_problems_end_by_themselves() {
        for n in 1..5 {
            let qap = Qap::new(n, &random(n, 5, true), &random(n, 6, true)).unwrap();
            let still = backhaul_common::control::Still;
            let control = Control::new(backhaul_common::Limits::default(), &still, None);
            let answer = solve(&qap, None, 1, 1, &control).unwrap();
            assert_eq!(answer.cost, qap.cost(&answer.place));
        }
    }

    #[test]
    fn the_bound_lies_below_the_best_and_meets_it_where_one_side_is_constant() {
        for (seed, symmetric) in [(7, true), (9, false), (11, true)] {
            let n = 6;
            let (flow, distance) = (random(n, seed, symmetric), random(n, seed + 1, symmetric));
            let qap = Qap::new(n, &flow, &distance).unwrap();
            let mut place: Vec<u32> = (0..n as u32).collect();
            let mut best = i64::MAX;
            permute(&mut place, 0, &mut |p| best = best.min(qap.cost(p)));
            assert!(bound::lower(&qap, &Control::iterations(0)).unwrap() <= best);
        }
        let n = 9;
        let mut ones = vec![1; n * n];
        (0..n).for_each(|i| ones[i * n + i] = 0);
        let qap = Qap::new(n, &random(n, 13, true), &ones).unwrap();
        let answer = solve(&qap, None, 1, 1, &Control::iterations(100)).unwrap();
        assert_eq!(answer.cost, answer.bound);
        assert_eq!(answer.reason, StopReason::Converged);
    }

    #[test]
    fn facilities_without_a_difference_share_a_class() {
        // Facilities 0, 2 and 4 have flows among themselves only, the others none.
        let n = 6;
        let flow: Vec<i64> =
            (0..n * n).map(|e| i64::from(e / n % 2 == 0 && e % n % 2 == 0)).collect();
        assert_eq!(classes(&flow, n), [0, 1, 0, 1, 0, 1]);
        let qap = Qap::new(n, &flow, &random(n, 21, true)).unwrap();
        let mut place: Vec<u32> = (0..n as u32).collect();
        let mut best = i64::MAX;
        permute(&mut place, 0, &mut |p| best = best.min(qap.cost(p)));
        assert_eq!(solve(&qap, None, 2, 1, &Control::iterations(500)).unwrap().cost, best);
    }

    #[test]
    fn more_threads_find_the_same_every_time_and_never_worse() {
        let n = 30;
        let qap = Qap::new(n, &random(n, 3, true), &random(n, 4, true)).unwrap();
        let run = |threads| solve(&qap, None, 5, threads, &Control::iterations(2000)).unwrap();
        let (one, two) = (run(1), run(2));
        assert_eq!(two.place, run(2).place);
        assert!(two.cost <= one.cost);
    }

    fn permute(p: &mut Vec<u32>, at: usize, f: &mut impl FnMut(&[u32])) {
        if at == p.len() {
            f(p);
            return;
        }
        for i in at..p.len() {
            p.swap(at, i);
            permute(p, at + 1, f);
            p.swap(at, i);
        }
    }
}
