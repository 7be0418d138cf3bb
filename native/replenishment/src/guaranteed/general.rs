//! Networks without directed cycles: branch and bound over service times.
//!
//! A spanning forest of the network is solved exactly; the promises on the edges left out are paid for
//! by Lagrange multipliers instead (Fisher 1981; for safety stocks Magnanti, Shen, Shu, Simchi-Levi and
//! Teo 2006 bound by cutting planes). Whatever the multipliers, the forest costs no more than the
//! network: a bound. Each forest's times are repaired to times that keep all promises, and improved
//! place by place. The problem is NP-hard (Lesnaia 2004); small networks are proven, others end with
//! the limit and their bound.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use backhaul_common::{Control, StopReason};

use super::tree::{fold, Folding, Terms, Times};
use super::{promises, rate, Network, Place, Promises};

/// Part of the space of service times that is still to be searched; the lowest bound comes first.
struct Part {
    bound: f64,
    number: u64,
    prices: Vec<f64>,
    spans: Vec<[i32; 4]>,
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Part {}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound).then(other.number.cmp(&self.number))
    }
}

/// Multiplier steps in the first part and in each that follows, which starts from its parent's.
const STEPS: (usize, usize) = (120, 12);
/// Money below which costs are equal, as a share.
const EQUAL: f64 = 1e-9;

struct Search<'a> {
    network: &'a Network<'a>,
    all: &'a [Place],
    flow: &'a [usize],
    folding: Folding,
    /// The edges that the forest leaves out.
    open: Vec<(usize, usize)>,
    roots: Vec<f64>,
    best: Times,
}

/// The edges of a spanning forest: those first between whose ends most is at stake.
fn forest(network: &Network<'_>, all: &[Place]) -> Vec<bool> {
    let stake = |e: usize| {
        let (a, b) = network.edges[e];
        rate(network, all, a) + rate(network, all, b)
    };
    let mut by_stake: Vec<usize> = (0..network.edges.len()).collect();
    by_stake.sort_by(|&a, &b| stake(b).total_cmp(&stake(a)).then(a.cmp(&b)));
    let mut group: Vec<usize> = (0..all.len()).collect();
    let mut kept = vec![false; network.edges.len()];
    for e in by_stake {
        let root = |mut k: usize| {
            while group[k] != k {
                k = group[k];
            }
            k
        };
        let (a, b) = (root(network.edges[e].0), root(network.edges[e].1));
        if a != b {
            group[a] = b;
            kept[e] = true;
        }
    }
    kept
}

impl Search<'_> {
    fn processing(&self, k: usize) -> i32 {
        self.network.processing[k]
    }

    fn earliest(&self, k: usize, outbound: &[i32]) -> i32 {
        let above = self.all[k].upstream.iter().map(|&u| outbound[u]).max().unwrap_or(0);
        above.max(self.network.supplier[k])
    }

    /// Cost of a place; infinite if it promises more than it can keep.
    fn cost_at(&self, k: usize, inbound: i32, outbound: i32) -> f64 {
        let net = inbound + self.processing(k) - outbound;
        if net < 0 {
            return f64::INFINITY;
        }
        rate(self.network, self.all, k) * self.roots[net as usize]
    }

    fn cost(&self, outbound: &[i32]) -> f64 {
        let places = 0..self.all.len();
        places.map(|k| self.cost_at(k, self.earliest(k, outbound), outbound[k])).sum()
    }

    /// Keep all promises with times close to these, improve them place by place, remember the best.
    fn repair(&mut self, mut outbound: Vec<i32>) {
        for &k in self.flow {
            let most = self.earliest(k, &outbound) + self.processing(k);
            outbound[k] = outbound[k].min(most);
        }
        let start = self.cost(&outbound);
        if start > 1.25 * self.best.cost {
            return;
        }
        let mut gained = true;
        while gained {
            gained = false;
            for &k in self.flow.iter().rev() {
                let inbound = self.earliest(k, &outbound);
                let most = (inbound + self.processing(k)).min(self.all[k].most_outbound as i32);
                let now = outbound[k];
                let around = |outbound: &[i32]| -> f64 {
                    let below = self.all[k].downstream.iter();
                    let below =
                        below.map(|&d| self.cost_at(d, self.earliest(d, outbound), outbound[d]));
                    self.cost_at(k, inbound, outbound[k]) + below.sum::<f64>()
                };
                let (mut least, mut choice) = (around(&outbound), now);
                for time in 0..=most {
                    outbound[k] = time;
                    let cost = around(&outbound);
                    if cost < least * (1.0 - EQUAL) {
                        (least, choice) = (cost, time);
                    }
                }
                outbound[k] = choice;
                gained |= choice != now;
            }
        }
        let cost = self.cost(&outbound);
        if cost < self.best.cost {
            let inbound = (0..self.all.len()).map(|k| self.earliest(k, &outbound)).collect();
            self.best = Times { cost, inbound, outbound };
        }
    }

    /// Draw conclusions from the limits of times; false: nothing keeps them.
    fn narrow(&self, spans: &mut [[i32; 4]]) -> bool {
        loop {
            let before = spans.to_vec();
            for &k in self.flow {
                let mut latest = self.network.supplier[k];
                for &u in &self.all[k].upstream {
                    spans[k][0] = spans[k][0].max(spans[u][2]);
                    latest = latest.max(spans[u][3]);
                }
                // Waiting for longer than the last promise helps nobody.
                spans[k][1] = spans[k][1].min(latest);
                spans[k][0] = spans[k][0].max(spans[k][2] - self.processing(k));
                spans[k][3] = spans[k][3].min(spans[k][1] + self.processing(k));
                for &u in &self.all[k].upstream {
                    spans[u][3] = spans[u][3].min(spans[k][1]);
                }
            }
            if spans.iter().any(|s| s[0] > s[1] || s[2] > s[3]) {
                return false;
            }
            if spans == before {
                return true;
            }
        }
    }

    /// Raise the bound of a part by subgradient steps; the edge on which its times differ most, and
    /// where to divide.
    fn bound(
        &mut self,
        part: &mut Part,
        steps: usize,
        control: &Control<'_>,
    ) -> Option<(usize, i32)> {
        let n = self.all.len();
        let mut prices = part.prices.clone();
        let mut length = 1.0;
        let mut split = None;
        let mut idle = 0;
        for step in 0..steps {
            let mut terms = Terms { prices: vec![(0.0, 0.0); n], spans: part.spans.clone() };
            for (&(a, b), &price) in self.open.iter().zip(&prices) {
                terms.prices[a].1 += price;
                terms.prices[b].0 -= price;
            }
            let found = fold(self.network, self.all, &self.folding, &terms);
            if !found.cost.is_finite() {
                part.bound = f64::INFINITY;
                return None;
            }
            let late: Vec<f64> = self
                .open
                .iter()
                .map(|&(a, b)| f64::from(found.outbound[a] - found.inbound[b]))
                .collect();
            if found.cost > part.bound || step == 0 {
                part.bound = part.bound.max(found.cost);
                part.prices.clone_from(&prices);
                split = self.widest(&found, &late, &prices, &part.spans);
                idle = 0;
            } else {
                idle += 1;
                if idle == 4 {
                    (length, idle) = (length * 0.6, 0);
                }
            }
            if step % 4 == 0 {
                self.repair(found.outbound);
            }
            let norm: f64 = late
                .iter()
                .zip(&prices)
                .filter(|(&g, &p)| g > 0.0 || p > 0.0)
                .map(|(g, _)| g * g)
                .sum();
            let gap = self.best.cost - found.cost;
            let closed = part.bound >= self.best.cost * (1.0 - EQUAL);
            if norm == 0.0 || closed || control.expired() {
                break;
            }
            for (price, g) in prices.iter_mut().zip(&late) {
                *price = (*price + length * gap.max(0.0) / norm * g).max(0.0);
            }
        }
        split
    }

    /// The open edge on which the times of the forest break the promise most, or else pay most for
    /// nothing; at which outbound time of its first place to divide.
    fn widest(
        &self,
        found: &Times,
        late: &[f64],
        prices: &[f64],
        spans: &[[i32; 4]],
    ) -> Option<(usize, i32)> {
        let mut best: Option<(f64, usize, i32)> = None;
        for (e, &(a, b)) in self.open.iter().enumerate() {
            let [_, _, least, most] = spans[a];
            if least == most {
                continue;
            }
            let weight = if late[e] > 0.0 {
                late[e] * (rate(self.network, self.all, a) + rate(self.network, self.all, b))
            } else {
                prices[e] * -late[e] * 1e-3
            };
            let middle = (found.outbound[a] + found.inbound[b]).div_euclid(2);
            if best.is_none_or(|(w, ..)| weight > w) {
                best = Some((weight, a, middle.clamp(least, most - 1)));
            }
        }
        best.map(|(_, place, time)| (place, time))
    }
}

/// The cheapest service times found, and a bound.
pub fn solve(
    network: &Network<'_>,
    all: &[Place],
    flow: &[usize],
    control: &Control<'_>,
) -> Promises {
    let n = all.len();
    let kept = forest(network, all);
    // The union of groups that were apart is always a forest.
    let folding = Folding::new(n, network.edges, &kept).unwrap_or_default();
    let open =
        network.edges.iter().zip(&kept).filter(|(_, &kept)| !kept).map(|(&e, _)| e).collect();
    let roots = (0..=super::longest(network, all)).map(|t| (t as f64).sqrt()).collect();
    let best = Times { cost: f64::INFINITY, inbound: Vec::new(), outbound: Vec::new() };
    let mut search = Search { network, all, flow, folding, open, roots, best };
    // Nobody waits, and everybody waits as long as allowed.
    search.repair(vec![0; n]);
    search.repair(all.iter().map(|p| p.most_outbound as i32).collect());
    let spans = (0..n)
        .map(|k| [network.supplier[k], all[k].most_inbound as i32, 0, all[k].most_outbound as i32])
        .collect();
    let mut heap = BinaryHeap::new();
    let prices = vec![0.0; search.open.len()];
    heap.push(Part { bound: 0.0, number: 0, prices, spans });
    let (mut iterations, mut number, mut lowest) = (0_u64, 0_u64, f64::INFINITY);
    let mut stop_reason = StopReason::Converged;
    while let Some(mut part) = heap.pop() {
        if part.bound >= search.best.cost * (1.0 - EQUAL) {
            // Every other part is bounded at least as high.
            lowest = part.bound;
            break;
        }
        if let Some(reason) = control.stop(iterations, search.best.cost) {
            // The first part has no bound yet: one fold gives one.
            if iterations > 0 {
                (lowest, stop_reason) = (part.bound, reason);
                break;
            }
            stop_reason = reason;
        }
        let steps = if iterations == 0 { STEPS.0 } else { STEPS.1 };
        let split = search.bound(&mut part, steps, control);
        iterations += 1;
        control.report(iterations, search.best.cost, Some(part.bound.min(search.best.cost)));
        if part.bound >= search.best.cost * (1.0 - EQUAL) {
            continue;
        }
        let Some((place, time)) = split else {
            // All times of the edges left out are fixed: the forest's answer is the network's.
            lowest = lowest.min(part.bound);
            continue;
        };
        for upper in [false, true] {
            let mut spans = part.spans.clone();
            if upper {
                spans[place][2] = time + 1;
            } else {
                spans[place][3] = time;
            }
            if search.narrow(&mut spans) {
                number += 1;
                heap.push(Part { bound: part.bound, number, prices: part.prices.clone(), spans });
            }
        }
    }
    let bound = lowest.min(search.best.cost);
    promises(network, all, search.best, Some(bound), iterations, stop_reason)
}

#[cfg(test)]
mod tests {
    use super::super::tests::brute;
    use super::super::{solve, Network};
    use backhaul_common::Control;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        /// All combinations of service times of random networks of up to five places.
        #[test]
        fn nothing_is_cheaper(
            rows in prop::collection::vec((0_u8..32, 0_i32..4, 1_u8..9, 1_u8..9, 0_i32..3), 3..6),
            late in 0_i32..3,
        ) {
            let n = rows.len();
            let pairs = (0..n).flat_map(|b| (0..b).map(move |a| (a, b)));
            let edges: Vec<(usize, usize)> =
                pairs.filter(|&(a, b)| rows[b].0 >> a & 1 == 1 || a + 1 == b).collect();
            let ends = |i: usize| !edges.iter().any(|e| e.0 == i);
            let processing: Vec<i32> = rows.iter().map(|r| r.1).collect();
            let holding: Vec<f64> = rows.iter().map(|r| f64::from(r.2)).collect();
            let own_sd: Vec<f64> =
                (0..n).map(|i| if ends(i) { f64::from(rows[i].3) } else { 0.0 }).collect();
            let promise: Vec<i32> = (0..n).map(|i| if ends(i) { rows[i].4 } else { -1 }).collect();
            let mut supplier = vec![0; n];
            supplier[0] = late;
            let network = Network {
                edges: &edges, processing: &processing, holding: &holding, own_sd: &own_sd,
                promise: &promise, supplier: &supplier, factor: 1.645,
            };
            let found = solve(&network, &Control::iterations(100_000)).unwrap();
            let best = brute(&network);
            prop_assert!((found.cost - best).abs() < 1e-6, "{} {best}", found.cost);
            prop_assert!((found.bound - best).abs() < 1e-6, "bound {} {best}", found.bound);
            for &(a, b) in &edges {
                prop_assert!(found.outbound[a] <= found.inbound[b]);
            }
            // Stopped at once, the bound still holds.
            let first = solve(&network, &Control::iterations(0)).unwrap();
            prop_assert!(first.bound <= best + 1e-6 && first.cost >= best - 1e-6);
        }
    }
}
