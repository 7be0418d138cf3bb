//! The quadratic assignment problem: robust tabu search with restarts from perturbed records.
//!
//! Taillard (1991) keeps the change of every swap in a table and updates it in constant time per
//! entry. Here both matrices are kept in the order of the current permutation, so that the update
//! is a product of two differences of vectors; every number is a whole number below 2^53, so that
//! floats are exact and the inner loop vectorises.

use backhaul_common::{purpose, Control, Error, Result, StopReason, Stream};

/// Flows between facilities, distances between locations; both `n` x `n`, by rows.
#[derive(Clone, Debug)]
pub struct Qap {
    n: usize,
    flow: Vec<f64>,
    distance: Vec<f64>,
    symmetric: bool,
    /// The matrices as given cost `scale` times less than these.
    scale: i64,
}

/// An answer: facility `i` stands at `place[i]`.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Location of each facility.
    pub place: Vec<u32>,
    /// Sum of flow x distance.
    pub cost: i64,
    /// Swaps carried out.
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
        if (sum(flow) * top(distance)).min(sum(distance) * top(flow)) * 8 >= 1 << 53 {
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
        let float = |m: Vec<i64>| m.into_iter().map(|x| x as f64).collect();
        let (flow, distance) = (float(flow), float(distance));
        Ok(Self { n, flow, distance, symmetric: fs || ds, scale })
    }

    /// Number of facilities.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether there is nothing to place (never, after [`Qap::new`]).
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Cost of a permutation.
    pub fn cost(&self, place: &[u32]) -> i64 {
        let n = self.n;
        let mut total = 0.0;
        for i in 0..n {
            for j in 0..n {
                total +=
                    self.flow[i * n + j] * self.distance[place[i] as usize * n + place[j] as usize];
            }
        }
        total as i64 / self.scale
    }
}

/// The search's state: matrices by facility, and the table of swap values.
struct State<'a> {
    qap: &'a Qap,
    place: Vec<u32>,
    /// Distances between the places of facilities: `here[i * n + j]`.
    here: Vec<f64>,
    delta: Vec<f64>,
    cost: f64,
    rows: [Vec<f64>; 4],
}

impl<'a> State<'a> {
    fn new(qap: &'a Qap, place: Vec<u32>) -> Self {
        let n = qap.n;
        let blank = vec![0.0; n];
        let rows = [blank.clone(), blank.clone(), blank.clone(), blank];
        let mut state =
            Self { qap, place, here: vec![0.0; n * n], delta: vec![0.0; n * n], cost: 0.0, rows };
        state.rebuild();
        state
    }

    fn rebuild(&mut self) {
        let n = self.qap.n;
        for i in 0..n {
            for j in 0..n {
                self.here[i * n + j] =
                    self.qap.distance[self.place[i] as usize * n + self.place[j] as usize];
            }
        }
        self.cost = self.here.iter().zip(&self.qap.flow).map(|(d, f)| d * f).sum();
        for r in 0..n {
            for s in r + 1..n {
                self.delta[r * n + s] = self.value(r, s);
            }
        }
    }

    /// Change of cost when facilities `r` and `s` change places, from scratch.
    fn value(&self, r: usize, s: usize) -> f64 {
        let n = self.qap.n;
        let (f, d) = (&self.qap.flow, &self.here);
        let mut sum = (f[r * n + r] - f[s * n + s]) * (d[s * n + s] - d[r * n + r])
            + (f[r * n + s] - f[s * n + r]) * (d[s * n + r] - d[r * n + s]);
        if self.qap.symmetric {
            let (fr, fs) = (&f[r * n..][..n], &f[s * n..][..n]);
            let (dr, ds) = (&d[r * n..][..n], &d[s * n..][..n]);
            let mut half = 0.0;
            for k in 0..n {
                half += (fr[k] - fs[k]) * (ds[k] - dr[k]);
            }
            for k in [r, s] {
                half -= (fr[k] - fs[k]) * (ds[k] - dr[k]);
            }
            return sum + 2.0 * half;
        }
        for k in (0..n).filter(|&k| k != r && k != s) {
            sum += (f[r * n + k] - f[s * n + k]) * (d[s * n + k] - d[r * n + k])
                + (f[k * n + r] - f[k * n + s]) * (d[k * n + s] - d[k * n + r]);
        }
        sum
    }

    /// Swap `u` and `v` and bring the table up to date.
    fn swap(&mut self, u: usize, v: usize) {
        let n = self.qap.n;
        self.cost += self.delta[u.min(v) * n + u.max(v)];
        let (f, d) = (&self.qap.flow, &self.here);
        let [fr, dr, fc, dc] = &mut self.rows;
        for k in 0..n {
            fr[k] = f[u * n + k] - f[v * n + k];
            dr[k] = d[u * n + k] - d[v * n + k];
        }
        if self.qap.symmetric {
            for r in 0..n {
                let (a, b) = (fr[r], dr[r]);
                let row = &mut self.delta[r * n + r + 1..(r + 1) * n];
                for ((x, &p), &q) in row.iter_mut().zip(&fr[r + 1..]).zip(&dr[r + 1..]) {
                    *x += 2.0 * (a - p) * (b - q);
                }
            }
        } else {
            for k in 0..n {
                fc[k] = f[k * n + u] - f[k * n + v];
                dc[k] = d[k * n + u] - d[k * n + v];
            }
            for r in 0..n {
                let row = &mut self.delta[r * n..(r + 1) * n];
                for s in r + 1..n {
                    row[s] += (fr[r] - fr[s]) * (dr[r] - dr[s]) + (fc[r] - fc[s]) * (dc[r] - dc[s]);
                }
            }
        }
        self.place.swap(u, v);
        for k in 0..n {
            self.here.swap(u * n + k, v * n + k);
        }
        for k in 0..n {
            self.here.swap(k * n + u, k * n + v);
        }
        for k in 0..n {
            for w in [u, v] {
                if k != w {
                    self.delta[k.min(w) * n + k.max(w)] = self.value(k.min(w), k.max(w));
                }
            }
        }
    }
}

/// Tabu search until the control says stop; without any limit 1,000 n swaps. Without a start
/// the first permutation is random.
pub fn solve(qap: &Qap, start: Option<&[u32]>, seed: u64, control: &Control<'_>) -> Result<Answer> {
    let n = qap.n;
    let mut stream = Stream::new(seed, purpose("slotting.qap"), 0, 0);
    let mut place: Vec<u32> = (0..n as u32).collect();
    if let Some(given) = start {
        let mut sorted = given.to_vec();
        sorted.sort_unstable();
        if sorted != place {
            let allowed = format!("each location from 0 to {} once", n - 1);
            return Err(Error::invalid("start", format!("{given:?}"), allowed));
        }
        place = given.to_vec();
    } else {
        stream.shuffle(&mut place);
    }
    let mut state = State::new(qap, place);
    let mut best = state.place.clone();
    let mut best_cost = state.cost;
    let limits = control.limits();
    let budget = if limits.seconds.is_none() && limits.iterations.is_none() {
        1000 * n as u64
    } else {
        u64::MAX
    };
    let scale = qap.scale as f64;
    let mut done = 0_u64;
    if n < 2 {
        let cost = qap.cost(&best);
        return Ok(Answer { place: best, cost, iterations: 0, reason: StopReason::Converged });
    }
    // tabu[i * n + p]: facility i may not return to location p before that swap.
    let mut tabu = vec![0_u64; n * n];
    let pause = 20_000_u64.max(50 * n as u64);
    let mut record = (state.cost, 0_u64);
    let look = (20_000 / (n * n)).max(1) as u64;
    let reason = loop {
        if done.is_multiple_of(look) {
            if let Some(why) = control.stop(done, best_cost / scale) {
                break why;
            }
            control.report(done, best_cost / scale, None);
        }
        if done >= budget {
            break StopReason::Converged;
        }
        if limits.iterations.is_some_and(|limit| done >= limit) {
            break StopReason::Iterations;
        }
        if done - record.1 > pause {
            // Stuck: from the best answer, shake a part of the facilities and search on.
            let mut next = best.clone();
            let part = n / 4 + stream.below(n / 2 + 1) + 2;
            let mut some: Vec<usize> = (0..n).collect();
            stream.shuffle(&mut some);
            some.truncate(part.min(n));
            for w in some.windows(2) {
                next.swap(w[0], w[1]);
            }
            state = State::new(qap, next);
            tabu.fill(0);
            record = (state.cost, done);
        }
        done += 1;
        let mut chosen = (f64::INFINITY, 0, 0);
        for r in 0..n {
            let pr = state.place[r] as usize;
            for s in r + 1..n {
                let value = state.delta[r * n + s];
                if value < chosen.0 {
                    let ps = state.place[s] as usize;
                    let barred = tabu[r * n + ps] > done && tabu[s * n + pr] > done;
                    if !barred || state.cost + value < best_cost {
                        chosen = (value, r, s);
                    }
                }
            }
        }
        if chosen.0 == f64::INFINITY {
            continue;
        }
        let (_, r, s) = chosen;
        let (pr, ps) = (state.place[r] as usize, state.place[s] as usize);
        let tenure = |stream: &mut Stream| {
            let u = stream.uniform();
            (8.0 * n as f64 * u * u * u) as u64 + 2
        };
        tabu[r * n + pr] = done + tenure(&mut stream);
        tabu[s * n + ps] = done + tenure(&mut stream);
        state.swap(r, s);
        if state.cost < record.0 {
            record = (state.cost, done);
        }
        if state.cost < best_cost {
            best_cost = state.cost;
            best.clone_from(&state.place);
        }
    };
    let cost = qap.cost(&best);
    Ok(Answer { place: best, cost, iterations: done, reason })
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_table_of_swap_values_stays_true() {
        for (fs, ds) in [(true, true), (true, false), (false, true), (false, false)] {
            let n = 9;
            let qap = Qap::new(n, &random(n, 1, fs), &random(n, 2, ds)).unwrap();
            let mut state = State::new(&qap, (0..n as u32).collect());
            let mut s = Stream::new(5, purpose("test"), 0, 0);
            for _ in 0..40 {
                let (u, v) = (s.below(n), s.below(n));
                if u != v {
                    state.swap(u.min(v), u.max(v));
                }
                assert_eq!(state.cost as i64 / qap.scale, qap.cost(&state.place));
            }
            for r in 0..n {
                for t in r + 1..n {
                    let mut other = state.place.clone();
                    other.swap(r, t);
                    let change = qap.cost(&other) - qap.cost(&state.place);
                    assert_eq!(state.delta[r * n + t] as i64 / qap.scale, change);
                }
            }
        }
    }

    #[test]
    fn a_small_problem_is_solved_as_by_trying_everything() {
        let n = 7;
        let qap = Qap::new(n, &random(n, 3, false), &random(n, 4, false)).unwrap();
        let mut place: Vec<u32> = (0..n as u32).collect();
        let mut best = i64::MAX;
        permute(&mut place, 0, &mut |p| best = best.min(qap.cost(p)));
        let answer = solve(&qap, None, 1, &Control::iterations(3000)).unwrap();
        assert_eq!(answer.cost, best);
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
