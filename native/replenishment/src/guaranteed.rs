//! Guaranteed-service safety stocks on a tree, exactly: Graves and Willems (2000), M&SOM 2(1), and
//! (2003) for any assembly-distribution tree.
//!
//! Every place promises its customers a service time S and is promised an inbound time; it covers
//! inbound + processing - S periods of demand with safety stock. The tree is folded from its leaves
//! to one root; tables are as long as each place's own longest replenishment time, which keeps large
//! trees cheap.

use backhaul_common::{Error, Result};

/// A network of places whose edges form a tree (or several).
pub struct Network<'a> {
    /// Supply flows from the first to the second place.
    pub edges: &'a [(usize, usize)],
    /// Periods that a place takes to process what it has.
    pub processing: &'a [i32],
    /// Money a unit of safety stock and period.
    pub holding: &'a [f64],
    /// Standard deviation of the place's own outside demand a period (0: none).
    pub own_sd: &'a [f64],
    /// Longest service time promised to outside customers; negative: no outside customers.
    pub promise: &'a [i32],
    /// Periods of service time promised by the outside supplier.
    pub supplier: &'a [i32],
    /// Safety factor: stock is this times the deviation over the net replenishment time.
    pub factor: f64,
}

/// Service times, and the safety stock that they need.
#[derive(Clone, Debug, PartialEq)]
pub struct Promises {
    /// Holding cost of all safety stock a period.
    pub cost: f64,
    /// Outbound service time of every place.
    pub outbound: Vec<i32>,
    /// Inbound service time of every place.
    pub inbound: Vec<i32>,
    /// Safety stock of every place, units.
    pub stock: Vec<f64>,
}

struct Place {
    upstream: Vec<usize>,
    downstream: Vec<usize>,
    /// Longest inbound time that can occur.
    most_inbound: usize,
    /// Longest outbound time that makes sense.
    most_outbound: usize,
    sd: f64,
}

const NONE: usize = usize::MAX;

fn validate(network: &Network<'_>) -> Result<()> {
    let n = network.processing.len();
    let lengths = [
        ("holding", network.holding.len()),
        ("own_sd", network.own_sd.len()),
        ("promise", network.promise.len()),
        ("supplier", network.supplier.len()),
    ];
    for (name, len) in lengths {
        if len != n {
            return Err(Error::invalid(name, len, format!("{n} values, one a place")));
        }
    }
    for i in 0..n {
        if !(0..=10_000).contains(&network.processing[i]) {
            let path = format!("processing_time[{i}]");
            return Err(Error::invalid(path, network.processing[i], "0 to 10,000"));
        }
        if !(0..=10_000).contains(&network.supplier[i]) {
            let path = format!("supplier_time[{i}]");
            return Err(Error::invalid(path, network.supplier[i], "0 to 10,000"));
        }
        for (name, column) in [("holding", network.holding), ("sd", network.own_sd)] {
            if !(column[i] >= 0.0 && column[i].is_finite()) {
                let path = format!("{name}[{i}]");
                return Err(Error::invalid(path, column[i], "a finite number of at least 0"));
            }
        }
    }
    if !(network.factor > 0.0 && network.factor.is_finite()) {
        return Err(Error::invalid("z", network.factor, "a finite number above 0"));
    }
    for (e, &(a, b)) in network.edges.iter().enumerate() {
        if a >= n || b >= n || a == b {
            let allowed = format!("two different places below {n}");
            return Err(Error::invalid(format!("edges[{e}]"), format!("({a}, {b})"), allowed));
        }
    }
    Ok(())
}

/// The places in an order where every one but the last of its tree has one neighbour later on.
fn fold_order(network: &Network<'_>) -> Result<(Vec<usize>, Vec<usize>)> {
    let n = network.processing.len();
    let mut near = vec![Vec::new(); n];
    for &(a, b) in network.edges {
        near[a].push(b);
        near[b].push(a);
    }
    let (mut order, mut parent) = (Vec::with_capacity(n), vec![NONE; n]);
    let mut seen = vec![false; n];
    for root in 0..n {
        if seen[root] {
            continue;
        }
        let first = order.len();
        seen[root] = true;
        order.push(root);
        let mut k = first;
        while k < order.len() {
            let i = order[k];
            k += 1;
            let mut back = 0;
            for &j in &near[i] {
                if j == parent[i] {
                    back += 1;
                } else if !seen[j] {
                    seen[j] = true;
                    parent[j] = i;
                    order.push(j);
                } else {
                    back = 2;
                }
            }
            if back > 1 {
                let allowed = "edges that form a tree (no two ways between two places)";
                return Err(Error::invalid("edges", format!("a cycle through place {i}"), allowed));
            }
        }
    }
    order.reverse();
    Ok((order, parent))
}

fn places(network: &Network<'_>) -> Vec<Place> {
    let n = network.processing.len();
    let mut all: Vec<Place> = (0..n)
        .map(|i| Place {
            upstream: Vec::new(),
            downstream: Vec::new(),
            most_inbound: network.supplier[i] as usize,
            most_outbound: 0,
            sd: 0.0,
        })
        .collect();
    for &(a, b) in network.edges {
        all[a].downstream.push(b);
        all[b].upstream.push(a);
    }
    // Along the flow; a tree of edges has no directed cycle.
    let mut waiting: Vec<usize> = all.iter().map(|p| p.upstream.len()).collect();
    let mut flow: Vec<usize> = (0..n).filter(|&i| waiting[i] == 0).collect();
    let mut k = 0;
    while k < flow.len() {
        let i = flow[k];
        k += 1;
        let longest = all[i].most_inbound + network.processing[i] as usize;
        all[i].most_outbound = if network.promise[i] >= 0 {
            longest.min(network.promise[i] as usize)
        } else {
            longest
        };
        for d in all[i].downstream.clone() {
            all[d].most_inbound = all[d].most_inbound.max(all[i].most_outbound);
            waiting[d] -= 1;
            if waiting[d] == 0 {
                flow.push(d);
            }
        }
    }
    for &i in flow.iter().rev() {
        let below: f64 = all[i].downstream.iter().map(|&d| all[d].sd * all[d].sd).sum();
        all[i].sd = (network.own_sd[i] * network.own_sd[i] + below).sqrt();
    }
    all
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

/// The cheapest service times.
pub fn solve(network: &Network<'_>) -> Result<Promises> {
    validate(network)?;
    let (order, parent) = fold_order(network)?;
    let all = places(network);
    let n = all.len();
    let longest = (0..n).map(|i| all[i].most_inbound + network.processing[i] as usize).max();
    let roots: Vec<f64> = (0..=longest.unwrap_or(0)).map(|t| (t as f64).sqrt()).collect();
    let mut folded = vec![Folded::default(); n];
    let mut total = 0.0;
    let mut root_times = vec![(0_usize, 0_usize); n];
    for &k in &order {
        let place = &all[k];
        let processing = network.processing[k] as usize;
        let rate = network.holding[k] * network.factor * place.sd;
        // Cost of the folded neighbours by inbound (suppliers) and outbound (customers) time.
        let mut by_inbound = vec![0.0; place.most_inbound + 1];
        for &u in place.upstream.iter().filter(|&&u| u != parent[k]) {
            let table = &folded[u];
            for (t, slot) in by_inbound.iter_mut().enumerate() {
                *slot += table.cost[table.best[t.min(table.best.len() - 1)] as usize];
            }
        }
        for slot in by_inbound.iter_mut().take(network.supplier[k] as usize) {
            *slot = f64::INFINITY;
        }
        let mut by_outbound = vec![0.0; place.most_outbound + 1];
        for &d in place.downstream.iter().filter(|&&d| d != parent[k]) {
            let table = &folded[d];
            for (t, slot) in by_outbound.iter_mut().enumerate() {
                *slot += table.cost[table.best[t] as usize];
            }
        }
        let up = parent[k];
        let parent_below = up != NONE && place.downstream.contains(&up);
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
            if all[k].downstream.contains(&up) {
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
    let stock = (0..n)
        .map(|k| {
            let net = inbound[k] + network.processing[k] - outbound[k];
            network.factor * all[k].sd * roots[net as usize]
        })
        .collect();
    Ok(Promises { cost: total, outbound, inbound, stock })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn brute(network: &Network<'_>, all: &[Place]) -> f64 {
        let n = all.len();
        let mut times = vec![0_usize; n];
        let mut best = f64::INFINITY;
        loop {
            let mut cost = 0.0;
            for k in 0..n {
                let arrive = all[k].upstream.iter().map(|&u| times[u]).max().unwrap_or(0);
                let inbound = arrive.max(network.supplier[k] as usize);
                let net = inbound as i64 + i64::from(network.processing[k]) - times[k] as i64;
                if net < 0 {
                    cost = f64::INFINITY;
                    break;
                }
                cost += network.holding[k] * network.factor * all[k].sd * (net as f64).sqrt();
            }
            best = best.min(cost);
            let Some(k) = (0..n).find(|&k| times[k] < all[k].most_outbound) else { return best };
            times[k] += 1;
            times[..k].fill(0);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        /// All combinations of service times of random trees, up to five places.
        #[test]
        fn nothing_is_cheaper(
            rows in prop::collection::vec(
                (0_usize..100, any::<bool>(), 0_i32..4, 1_u8..9, 1_u8..9, 0_i32..3), 1..6),
        ) {
            let n = rows.len();
            let edges: Vec<(usize, usize)> = (1..n)
                .map(|i| { let j = rows[i].0 % i; if rows[i].1 { (i, j) } else { (j, i) } })
                .collect();
            let ends = |i: usize| !edges.iter().any(|e| e.0 == i);
            let processing: Vec<i32> = rows.iter().map(|r| r.2).collect();
            let holding: Vec<f64> = rows.iter().map(|r| f64::from(r.3)).collect();
            let own_sd: Vec<f64> =
                (0..n).map(|i| if ends(i) { f64::from(rows[i].4) } else { 0.0 }).collect();
            let promise: Vec<i32> =
                (0..n).map(|i| if ends(i) { rows[i].5 } else { -1 }).collect();
            let network = Network {
                edges: &edges, processing: &processing, holding: &holding, own_sd: &own_sd,
                promise: &promise, supplier: &vec![0; n], factor: 1.645,
            };
            let found = solve(&network).unwrap();
            prop_assert!((found.cost - brute(&network, &places(&network))).abs() < 1e-9);
            let paid: f64 = found.stock.iter().zip(&holding).map(|(s, h)| s * h).sum();
            prop_assert!((found.cost - paid).abs() < 1e-9);
            for &(a, b) in &edges {
                prop_assert!(found.outbound[a] <= found.inbound[b]);
            }
        }
    }

    #[test]
    fn two_ways_are_not_a_tree() {
        let network = Network {
            edges: &[(0, 1), (1, 2), (0, 2)],
            processing: &[1; 3],
            holding: &[1.0; 3],
            own_sd: &[1.0; 3],
            promise: &[-1; 3],
            supplier: &[0; 3],
            factor: 1.0,
        };
        assert_eq!(solve(&network).unwrap_err().path, "edges");
    }
}
