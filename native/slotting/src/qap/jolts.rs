//! Descents with small jolts: iterated local search (Stuetzle 2006).
//!
//! A few facilities trade places at random, and only they and those that they push around are
//! looked at again (don't-look bits, Bentley 1992). What is not better is taken back. No table of
//! all swaps is kept: a facility's swaps are valued from the matrices, which are kept in the
//! order of the facilities. All of them are valued in narrow floats, and only the best one exactly.

use backhaul_common::Stream;

use super::evolution::Improver;
use super::tabu::Meter;
use super::Qap;

/// Facilities looked at without a record before a search ends, times n.
const PATIENCE: u64 = 20;
/// Largest jolt, as a share of the facilities.
const JOLT: f64 = 0.2;

/// The search's state.
pub struct Jolts<'a> {
    qap: &'a Qap,
    /// Location of each facility.
    pub place: Vec<u32>,
    /// Its cost.
    pub cost: i64,
    /// Distances between the places of facilities; and the same by columns, where they differ.
    here: Vec<f32>,
    across: Vec<f32>,
    /// Flows; and the same by columns, where they differ.
    flow: Vec<f32>,
    back: Vec<f32>,
    /// Facilities to be looked at, and whether each is among them.
    queue: Vec<u32>,
    queued: Vec<bool>,
    /// Swaps since the last record, with their change of cost.
    trail: Vec<(u32, u32, i64)>,
}

/// Sum over k of (a - b) x (d - c).
#[inline]
fn cross_sum(a: &[f32], b: &[f32], c: &[f32], d: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 8];
    let ((a, ra), (b, rb)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let ((c, rc), (d, rd)) = (c.as_chunks::<8>(), d.as_chunks::<8>());
    for i in 0..a.len().min(b.len()).min(c.len()).min(d.len()) {
        let (a, b, c, d) = (&a[i], &b[i], &c[i], &d[i]);
        for l in 0..8 {
            lanes[l] += (a[l] - b[l]) * (d[l] - c[l]);
        }
    }
    let mut sum = 0.0;
    for lane in lanes {
        sum += lane;
    }
    for (((a, b), c), d) in ra.iter().zip(rb).zip(rc).zip(rd) {
        sum += (a - b) * (d - c);
    }
    sum
}

fn transposed(matrix: &[f32], n: usize) -> Vec<f32> {
    (0..n * n).map(|e| matrix[(e % n) * n + e / n]).collect()
}

impl<'a> Jolts<'a> {
    /// Room for the search.
    pub fn new(qap: &'a Qap) -> Self {
        let n = qap.n;
        let flow: Vec<f32> = qap.flow.iter().map(|&x| x as f32).collect();
        let two_sided = if qap.symmetric { 0 } else { n * n };
        Self {
            qap,
            place: (0..n as u32).collect(),
            cost: 0,
            here: vec![0.0; n * n],
            across: vec![0.0; two_sided],
            back: if qap.symmetric { Vec::new() } else { transposed(&flow, n) },
            flow,
            queue: Vec::new(),
            queued: vec![false; n],
            trail: Vec::new(),
        }
    }

    /// Go to another permutation; no facility is to be looked at yet.
    pub fn reset(&mut self, place: &[u32], cost: i64) {
        let n = self.qap.n;
        self.place = place.to_vec();
        self.cost = cost;
        for i in 0..n {
            let row = &self.qap.distance[place[i] as usize * n..][..n];
            for j in 0..n {
                self.here[i * n + j] = row[place[j] as usize] as f32;
            }
        }
        if !self.qap.symmetric {
            self.across = transposed(&self.here, n);
        }
        self.queue.clear();
        self.queued.fill(false);
        self.trail.clear();
    }

    /// Roughly the change of cost when `r` and `s` change places.
    #[inline]
    pub fn about(&self, r: usize, s: usize) -> f32 {
        let n = self.qap.n;
        let (f, d) = (&self.flow, &self.here);
        let (rr, ss, rs, sr) = (r * n + r, s * n + s, r * n + s, s * n + r);
        let (row_r, row_s) = (r * n..(r + 1) * n, s * n..(s + 1) * n);
        let own = (f[rr] - f[ss]) * (d[ss] - d[rr]) + (f[rs] - f[sr]) * (d[sr] - d[rs]);
        // The sums run over all facilities; r and s themselves are counted in `own`.
        let pair = (f[rr] - f[sr]) * (d[sr] - d[rr]) + (f[rs] - f[ss]) * (d[ss] - d[rs]);
        let (fr, fs) = (&f[row_r.clone()], &f[row_s.clone()]);
        let rows = cross_sum(fr, fs, &d[row_r.clone()], &d[row_s.clone()]) - pair;
        if self.qap.symmetric {
            return own + 2.0 * rows;
        }
        let pair = (f[rr] - f[rs]) * (d[rs] - d[rr]) + (f[sr] - f[ss]) * (d[ss] - d[sr]);
        let (fr, fs) = (&self.back[row_r.clone()], &self.back[row_s.clone()]);
        own + rows + cross_sum(fr, fs, &self.across[row_r], &self.across[row_s]) - pair
    }

    /// Change of cost when `r` and `s` change places.
    pub fn change(&self, r: usize, s: usize) -> i64 {
        let n = self.qap.n;
        let f = |i: usize, j: usize| self.qap.flow[i * n + j];
        let at = |i: usize| self.place[i] as usize;
        let d = |i: usize, j: usize| self.qap.distance[at(i) * n + at(j)];
        let mut sum =
            (f(r, r) - f(s, s)) * (d(s, s) - d(r, r)) + (f(r, s) - f(s, r)) * (d(s, r) - d(r, s));
        let (row_r, row_s) = (&self.qap.flow[r * n..][..n], &self.qap.flow[s * n..][..n]);
        let far_r = &self.qap.distance[at(r) * n..][..n];
        let far_s = &self.qap.distance[at(s) * n..][..n];
        let others = |k: usize| k != r && k != s;
        for k in (0..n).filter(|&k| others(k)) {
            sum += (row_r[k] - row_s[k]) * (far_s[at(k)] - far_r[at(k)]);
        }
        for k in (0..n).filter(|&k| others(k)) {
            sum += if self.qap.symmetric {
                (row_r[k] - row_s[k]) * (far_s[at(k)] - far_r[at(k)])
            } else {
                (f(k, r) - f(k, s)) * (d(k, s) - d(k, r))
            };
        }
        sum
    }

    /// Swap `u` and `v`; `change` is what that does to the cost.
    pub fn swap(&mut self, u: usize, v: usize, change: i64) {
        let n = self.qap.n;
        self.cost += change;
        self.place.swap(u, v);
        let (low, high) = (u.min(v), u.max(v));
        for matrix in [&mut self.here, &mut self.across] {
            if matrix.is_empty() {
                continue;
            }
            let (first, second) = matrix.split_at_mut(high * n);
            first[low * n..(low + 1) * n].swap_with_slice(&mut second[..n]);
            for row in matrix.chunks_exact_mut(n) {
                row.swap(u, v);
            }
        }
    }

    fn look(&mut self, facility: usize) {
        if !self.queued[facility] {
            self.queued[facility] = true;
            self.queue.push(facility as u32);
        }
    }

    /// Best swap of each facility that is to be looked at, until none is left; whether it ended.
    fn descend(&mut self, meter: &mut Meter<'_>) -> bool {
        let n = self.qap.n;
        while let Some(r) = self.queue.pop() {
            let r = r as usize;
            self.queued[r] = false;
            if meter.step() {
                return false;
            }
            let mine = self.qap.class[r];
            let mut best = (0.0, r);
            for s in 0..n {
                if self.qap.class[s] != mine {
                    let change = self.about(r, s);
                    if change < best.0 {
                        best = (change, s);
                    }
                }
            }
            if best.1 == r {
                continue;
            }
            let change = self.change(r, best.1);
            if change < 0 {
                self.swap(r, best.1, change);
                self.trail.push((r as u32, best.1 as u32, change));
                self.look(best.1);
                self.look(r);
            }
        }
        true
    }

    /// Trade places among `part` facilities.
    fn jolt(&mut self, part: usize, stream: &mut Stream) {
        let n = self.qap.n;
        let mut from = stream.below(n);
        self.look(from);
        for _ in 1..part {
            let to = stream.below(n);
            if self.qap.class[to] != self.qap.class[from] {
                let change = self.change(from, to);
                self.swap(from, to, change);
                self.trail.push((from as u32, to as u32, change));
                self.look(to);
            }
            from = to;
        }
    }
}

impl Improver for Jolts<'_> {
    fn improve(
        &mut self,
        place: &[u32],
        cost: i64,
        stream: &mut Stream,
        meter: &mut Meter<'_>,
    ) -> (Vec<u32>, i64) {
        let n = self.qap.n;
        self.reset(place, cost);
        (0..n).for_each(|i| self.look(i));
        // Whatever happens, the best permutation is the state less its trail.
        let mut going = self.descend(meter);
        let mut best = self.cost.min(cost);
        if self.cost <= cost {
            self.trail.clear();
        }
        meter.found(best);
        let mut until = meter.done + PATIENCE * n as u64;
        while going && meter.done < until {
            let u = stream.uniform();
            let part = 3 + (u * u * JOLT * n as f64) as usize;
            self.jolt(part.min(n), stream);
            going = self.descend(meter);
            if self.cost <= best {
                if self.cost < best {
                    best = self.cost;
                    meter.found(best);
                    until = meter.done + PATIENCE * n as u64;
                }
                self.trail.clear();
            } else {
                self.take_back();
            }
        }
        self.take_back();
        (self.place.clone(), self.cost)
    }
}

impl Jolts<'_> {
    fn take_back(&mut self) {
        while let Some((u, v, change)) = self.trail.pop() {
            self.swap(u as usize, v as usize, -change);
        }
        for i in std::mem::take(&mut self.queue) {
            self.queued[i as usize] = false;
        }
    }
}
