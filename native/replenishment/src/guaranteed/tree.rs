//! Trees, exactly: Graves and Willems (2003) for any assembly-distribution tree.
//!
//! The tree is folded from its leaves to one root; tables are as long as each place's own longest
//! replenishment time, which keeps large trees cheap.

use super::{longest, rate, Network, Place};

const NONE: usize = usize::MAX;

/// Service times of every place and what they cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Times {
    /// Holding cost with the prices of [`Terms`].
    pub cost: f64,
    /// Inbound, periods.
    pub inbound: Vec<i32>,
    /// Outbound, periods.
    pub outbound: Vec<i32>,
}

/// What a search over networks that are no trees adds to the times of the places; empty: nothing.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Money a period of inbound and of outbound time.
    pub prices: Vec<(f64, f64)>,
    /// Least and longest inbound time, least and longest outbound time.
    pub spans: Vec<[i32; 4]>,
}

/// The way in which a forest is folded: neighbours over its edges, and an order.
#[derive(Default)]
pub struct Folding {
    upstream: Vec<Vec<usize>>,
    downstream: Vec<Vec<usize>>,
    /// Every place but the last of its tree has one neighbour, its parent, later on.
    order: Vec<usize>,
    parent: Vec<usize>,
}

impl Folding {
    /// Of those edges that are `kept`; `None`: they are no forest.
    pub fn new(n: usize, edges: &[(usize, usize)], kept: &[bool]) -> Option<Self> {
        let (mut upstream, mut downstream) = (vec![Vec::new(); n], vec![Vec::new(); n]);
        for (&(a, b), _) in edges.iter().zip(kept).filter(|(_, &kept)| kept) {
            downstream[a].push(b);
            upstream[b].push(a);
        }
        let (mut order, mut parent) = (Vec::with_capacity(n), vec![NONE; n]);
        let mut seen = vec![false; n];
        for root in 0..n {
            if seen[root] {
                continue;
            }
            let mut k = order.len();
            seen[root] = true;
            order.push(root);
            while k < order.len() {
                let i = order[k];
                k += 1;
                let mut back = 0;
                for &j in upstream[i].iter().chain(&downstream[i]) {
                    if j == parent[i] {
                        back += 1;
                    } else if seen[j] {
                        return None;
                    } else {
                        seen[j] = true;
                        parent[j] = i;
                        order.push(j);
                    }
                }
                if back > 1 {
                    return None;
                }
            }
        }
        order.reverse();
        Some(Self { upstream, downstream, order, parent })
    }
}

/// One folded place: its table, and the choices that lead to each entry.
#[derive(Default, Clone)]
struct Folded {
    /// Cost of the subtree by the time shared with the parent: outbound if the parent is downstream,
    /// inbound if it is upstream.
    cost: Vec<f64>,
    /// The other time of the place at each entry.
    other: Vec<u32>,
    /// For the parent: the entry that `cost` of at most (at least) this time comes from.
    best: Vec<u32>,
}

/// The cheapest service times over the edges of a forest.
pub fn fold(network: &Network<'_>, all: &[Place], folding: &Folding, terms: &Terms) -> Times {
    let Folding { upstream, downstream, order, parent } = folding;
    let n = all.len();
    let roots: Vec<f64> = (0..=longest(network, all)).map(|t| (t as f64).sqrt()).collect();
    let mut folded = vec![Folded::default(); n];
    let mut total = 0.0;
    let mut root_times = vec![(0_usize, 0_usize); n];
    for &k in order {
        let place = &all[k];
        let processing = network.processing[k] as usize;
        let rate = rate(network, all, k);
        // Cost of the folded neighbours by inbound (suppliers) and outbound (customers) time.
        let mut by_inbound = vec![0.0; place.most_inbound + 1];
        for &u in upstream[k].iter().filter(|&&u| u != parent[k]) {
            let table = &folded[u];
            for (t, slot) in by_inbound.iter_mut().enumerate() {
                *slot += table.cost[table.best[t.min(table.best.len() - 1)] as usize];
            }
        }
        for slot in by_inbound.iter_mut().take(network.supplier[k] as usize) {
            *slot = f64::INFINITY;
        }
        let mut by_outbound = vec![0.0; place.most_outbound + 1];
        for &d in downstream[k].iter().filter(|&&d| d != parent[k]) {
            let table = &folded[d];
            for (t, slot) in by_outbound.iter_mut().enumerate() {
                *slot += table.cost[table.best[t] as usize];
            }
        }
        if let (Some(price), Some(span)) = (terms.prices.get(k), terms.spans.get(k)) {
            for (table, price, span) in
                [(&mut by_inbound, price.0, &span[..2]), (&mut by_outbound, price.1, &span[2..])]
            {
                for (t, slot) in table.iter_mut().enumerate() {
                    if (span[0]..=span[1]).contains(&(t as i32)) {
                        *slot += price * t as f64;
                    } else {
                        *slot = f64::INFINITY;
                    }
                }
            }
        }
        let up = parent[k];
        let parent_below = up != NONE && downstream[k].contains(&up);
        if up == NONE || parent_below {
            // Table by outbound time.
            let mut table = Folded {
                cost: vec![f64::INFINITY; place.most_outbound + 1],
                other: vec![0; place.most_outbound + 1],
                best: vec![0; place.most_outbound + 1],
            };
            for (s, (cost, other)) in table.cost.iter_mut().zip(&mut table.other).enumerate() {
                for (t, inbound) in by_inbound.iter().enumerate().skip(s.saturating_sub(processing))
                {
                    let value = inbound + rate * roots[t + processing - s];
                    if value < *cost {
                        (*cost, *other) = (value, t as u32);
                    }
                }
                *cost += by_outbound[s];
            }
            // The customer's inbound time may be longer than what is promised to it.
            for s in 1..table.cost.len() {
                let before = table.best[s - 1];
                table.best[s] =
                    if table.cost[before as usize] <= table.cost[s] { before } else { s as u32 };
            }
            if up == NONE {
                let s = table.best[table.best.len() - 1] as usize;
                total += table.cost[s];
                root_times[k] = (table.other[s] as usize, s);
            }
            folded[k] = table;
        } else {
            // Table by inbound time.
            let mut table = Folded {
                cost: vec![f64::INFINITY; place.most_inbound + 1],
                other: vec![0; place.most_inbound + 1],
                best: vec![0; place.most_inbound + 1],
            };
            for (t, (cost, other)) in table.cost.iter_mut().zip(&mut table.other).enumerate() {
                let most = (t + processing).min(place.most_outbound);
                for (s, outbound) in by_outbound[..=most].iter().enumerate() {
                    let value = outbound + rate * roots[t + processing - s];
                    if value < *cost {
                        (*cost, *other) = (value, s as u32);
                    }
                }
                *cost += by_inbound[t];
            }
            let last = table.cost.len() - 1;
            table.best[last] = last as u32;
            for t in (0..last).rev() {
                let after = table.best[t + 1];
                table.best[t] =
                    if table.cost[after as usize] < table.cost[t] { after } else { t as u32 };
            }
            folded[k] = table;
        }
    }
    // Unfold from the roots.
    let (mut inbound, mut outbound) = (vec![0_i32; n], vec![0_i32; n]);
    for &k in order.iter().rev() {
        let (t, s) = if parent[k] == NONE {
            root_times[k]
        } else {
            let up = parent[k];
            let table = &folded[k];
            if downstream[k].contains(&up) {
                let limit = (inbound[up] as usize).min(table.best.len() - 1);
                let s = table.best[limit] as usize;
                (table.other[s] as usize, s)
            } else {
                let t = table.best[outbound[up] as usize] as usize;
                (t, table.other[t] as usize)
            }
        };
        (inbound[k], outbound[k]) = (t as i32, s as i32);
    }
    Times { cost: total, inbound, outbound }
}
