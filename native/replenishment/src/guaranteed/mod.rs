//! Guaranteed-service safety stocks: Graves and Willems (2000), M&SOM 2(1).
//!
//! Every place promises its customers a service time S and is promised an inbound time; it covers
//! inbound + processing - S periods of demand with safety stock. `tree` is exact on trees, `general`
//! searches other networks without directed cycles, with a bound.

mod general;
mod tree;

use backhaul_common::{Control, Error, Result, StopReason};

/// A network of places; a unit at one place takes one unit over every edge that leads to it.
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
    /// No service times cost less than this.
    pub bound: f64,
    /// Outbound service time of every place.
    pub outbound: Vec<i32>,
    /// Inbound service time of every place.
    pub inbound: Vec<i32>,
    /// Safety stock of every place, units.
    pub stock: Vec<f64>,
    /// Parts of the search that were bounded; 1 for a tree.
    pub iterations: u64,
    /// Why the search ended.
    pub stop_reason: StopReason,
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

fn validate(network: &Network<'_>) -> Result<()> {
    let n = network.processing.len();
    let lengths = [
        ("holding", network.holding.len()),
        ("sd", network.own_sd.len()),
        ("promise", network.promise.len()),
        ("supplier_time", network.supplier.len()),
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

/// Places and their longest times, and an order of them along the flow.
fn places(network: &Network<'_>) -> Result<(Vec<Place>, Vec<usize>)> {
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
    if flow.len() < n {
        let place = (0..n).find(|&i| waiting[i] > 0).unwrap_or(0);
        let found = format!("a cycle of the flow through place {place}");
        return Err(Error::invalid("edges", found, "a flow that never comes back"));
    }
    Ok((all, flow))
}

/// Standard deviation of the demand that every place sees, on a tree: customers' demands are independent.
fn deviations_of_tree(network: &Network<'_>, all: &mut [Place], flow: &[usize]) {
    for &i in flow.iter().rev() {
        let below: f64 = all[i].downstream.iter().map(|&d| all[d].sd * all[d].sd).sum();
        all[i].sd = (network.own_sd[i] * network.own_sd[i] + below).sqrt();
    }
}

/// The same where several ways may lead from a place to a customer: each brings the same demand again.
fn deviations(network: &Network<'_>, all: &mut [Place], flow: &[usize]) {
    let mut variance = vec![0.0; all.len()];
    let mut ways = vec![0.0_f64; all.len()];
    for end in (0..all.len()).filter(|&i| network.own_sd[i] > 0.0) {
        ways.fill(0.0);
        ways[end] = 1.0;
        for &i in flow.iter().rev() {
            ways[i] += all[i].downstream.iter().map(|&d| ways[d]).sum::<f64>();
            variance[i] += (ways[i] * network.own_sd[end]).powi(2);
        }
    }
    for (place, v) in all.iter_mut().zip(variance) {
        place.sd = v.sqrt();
    }
}

/// The cheapest service times: proven on a tree, else as good as the limits of `control` allow.
pub fn solve(network: &Network<'_>, control: &Control<'_>) -> Result<Promises> {
    validate(network)?;
    let (mut all, flow) = places(network)?;
    let every: Vec<bool> = vec![true; network.edges.len()];
    let Some(folding) = tree::Folding::new(all.len(), network.edges, &every) else {
        deviations(network, &mut all, &flow);
        return Ok(general::solve(network, &all, &flow, control));
    };
    deviations_of_tree(network, &mut all, &flow);
    let times = tree::fold(network, &all, &folding, &tree::Terms::default());
    Ok(promises(network, &all, times, None, 1, StopReason::Converged))
}

/// Periods of safety stock at most, over all places.
fn longest(network: &Network<'_>, all: &[Place]) -> usize {
    let most = |(i, place): (usize, &Place)| place.most_inbound + network.processing[i] as usize;
    all.iter().enumerate().map(most).max().unwrap_or(0)
}

/// Money a square root of a period at a place.
fn rate(network: &Network<'_>, all: &[Place], k: usize) -> f64 {
    network.holding[k] * network.factor * all[k].sd
}

fn promises(
    network: &Network<'_>,
    all: &[Place],
    times: tree::Times,
    bound: Option<f64>,
    iterations: u64,
    stop_reason: StopReason,
) -> Promises {
    let net = |k: usize| f64::from(times.inbound[k] + network.processing[k] - times.outbound[k]);
    let stock = (0..all.len()).map(|k| network.factor * all[k].sd * net(k).sqrt()).collect();
    Promises {
        cost: times.cost,
        bound: bound.unwrap_or(times.cost),
        outbound: times.outbound,
        inbound: times.inbound,
        stock,
        iterations,
        stop_reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(super) fn brute(network: &Network<'_>) -> f64 {
        let (mut all, flow) = places(network).unwrap();
        deviations(network, &mut all, &flow);
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
            let found = solve(&network, &Control::iterations(1)).unwrap();
            prop_assert!((found.cost - brute(&network)).abs() < 1e-9);
            let paid: f64 = found.stock.iter().zip(&holding).map(|(s, h)| s * h).sum();
            prop_assert!((found.cost - paid).abs() < 1e-9);
            for &(a, b) in &edges {
                prop_assert!(found.outbound[a] <= found.inbound[b]);
            }
        }
    }

    #[test]
    fn a_flow_that_comes_back_is_refused() {
        let network = Network {
            edges: &[(0, 1), (1, 2), (2, 1)],
            processing: &[1; 3],
            holding: &[1.0; 3],
            own_sd: &[0.0, 0.0, 1.0],
            promise: &[-1, -1, 0],
            supplier: &[0; 3],
            factor: 1.0,
        };
        let error = solve(&network, &Control::iterations(1)).unwrap_err();
        assert!(error.to_string().contains("cycle"), "{error}");
    }
}
