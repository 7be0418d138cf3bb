//! A first plan by savings (Clarke and Wright 1964), over near neighbours only. Where time ends before
//! the savings do, the routes made so far are joined in the order of their places.

use crate::cvrp::Metric;
use crate::neighbours::Neighbours;
use crate::sets::find;

/// Parts of the range of savings: one is sorted at a time, so that the clock is looked at in between.
const PARTS: usize = 512;

/// Routes of clients `1..n`, in the order of their first clients.
pub(crate) fn savings<M: Metric>(
    metric: &M,
    near: &Neighbours,
    demand: &[i64],
    capacity: i64,
    width: usize,
    stop: &dyn Fn() -> bool,
) -> Vec<Vec<u32>> {
    let n = demand.len();
    let mut list: Vec<(i32, u32, u32)> = Vec::with_capacity(n * width / 2);
    for a in 1..n as u32 {
        if a.is_multiple_of(4096) && stop() {
            break;
        }
        for &b in near.of(a as usize).iter().take(width) {
            // A pair whose second end also lists the first is taken once.
            if a < b || !near.of(b as usize).iter().take(width).any(|&c| c == a) {
                let saving = i64::from(metric.d(0, a)) + i64::from(metric.d(0, b))
                    - i64::from(metric.d(a, b));
                if saving > 0 {
                    list.push((-(saving.min(i64::from(i32::MAX)) as i32), a, b));
                }
            }
        }
    }
    let mut link = vec![[0u32; 2]; n];
    let mut root: Vec<u32> = (0..n as u32).collect();
    let mut load: Vec<i64> = demand.to_vec();
    let end = |link: &[[u32; 2]], v: u32| link[v as usize][1] == 0;
    for part in parts(list) {
        if stop() {
            break;
        }
        for (_, a, b) in part {
            if !end(&link, a) || !end(&link, b) {
                continue;
            }
            let (ra, rb) = (find(&mut root, a), find(&mut root, b));
            if ra == rb || load[ra as usize] + load[rb as usize] > capacity {
                continue;
            }
            root[rb as usize] = ra;
            load[ra as usize] += load[rb as usize];
            for (v, w) in [(a, b), (b, a)] {
                let slot = usize::from(link[v as usize][0] != 0);
                link[v as usize][slot] = w;
            }
        }
    }
    let mut seen = vec![false; n];
    let mut routes = Vec::new();
    for a in 1..n as u32 {
        if seen[a as usize] || !end(&link, a) {
            continue;
        }
        let mut route = vec![a];
        seen[a as usize] = true;
        let (mut from, mut here) = (0, a);
        while let Some(&w) = link[here as usize].iter().find(|&&w| w != 0 && w != from) {
            route.push(w);
            seen[w as usize] = true;
            (from, here) = (here, w);
        }
        routes.push(route);
    }
    routes
}

/// Savings in parts, the largest first; a part is sorted when it is asked for.
fn parts(list: Vec<(i32, u32, u32)>) -> impl Iterator<Item = Vec<(i32, u32, u32)>> {
    let most = list.iter().map(|s| -i64::from(s.0)).max().unwrap_or(0);
    let mut parts = vec![Vec::new(); if list.len() > 100 * PARTS { PARTS } else { 1 }];
    let number = parts.len() as i64;
    for saving in list {
        let below = most + i64::from(saving.0);
        parts[(below * number / (most + 1)) as usize].push(saving);
    }
    parts.into_iter().map(|mut part| {
        part.sort_unstable();
        part
    })
}

/// Routes joined one after another where there is room and it is shorter.
pub(crate) fn joined<M: Metric>(
    metric: &M,
    routes: Vec<Vec<u32>>,
    demand: &[i64],
    capacity: i64,
) -> Vec<Vec<u32>> {
    let mut found: Vec<Vec<u32>> = Vec::new();
    let mut load = 0;
    for route in routes {
        let goods: i64 = route.iter().map(|&v| demand[v as usize]).sum();
        let (first, last) = (route[0], found.last().and_then(|r| r.last().copied()));
        let shorter = last.is_some_and(|last| {
            i64::from(metric.d(last, first))
                < i64::from(metric.d(0, first)) + i64::from(metric.d(0, last))
        });
        match found.last_mut() {
            Some(open) if shorter && load + goods <= capacity => {
                open.extend(route);
                load += goods;
            }
            _ => {
                found.push(route);
                load = goods;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cvrp::Points;
    use crate::travel::Rounding;
    use std::cell::Cell;

    #[test]
    fn whenever_time_ends_every_client_has_one_route_with_room() {
        let xy: Vec<[f64; 2]> = (0..30_000_u32)
            .map(|k| {
                [f64::from(k.wrapping_mul(7919) % 1000), f64::from(k.wrapping_mul(104_729) % 1009)]
            })
            .collect();
        let metric = Points { xy: &xy, rounding: Rounding::Nearest { scale: 1.0 } };
        let demand: Vec<i64> = (0..30_000).map(|k| i64::from(k > 0)).collect();
        let near = Neighbours::of_points(&xy, 1, 10, &|| false);
        let mut before = i64::MAX;
        for looks in [0, 200, 10_000] {
            let left = Cell::new(looks);
            let stop = || {
                left.set(left.get() - 1);
                left.get() < 0
            };
            let routes = savings(&metric, &near, &demand, 9, 10, &stop);
            let routes = joined(&metric, routes, &demand, 9);
            let mut seen: Vec<u32> = routes.iter().flatten().copied().collect();
            seen.sort_unstable();
            assert!(seen.into_iter().eq(1..30_000));
            assert!(routes.iter().all(|r| r.len() <= 9));
            let length = |r: &Vec<u32>| -> i64 {
                let to = r.iter().chain([&0]);
                [0].iter().chain(r).zip(to).map(|(&a, &b)| i64::from(metric.d(a, b))).sum()
            };
            let cost = routes.iter().map(length).sum();
            assert!(cost <= before, "more time, a shorter plan");
            before = cost;
        }
    }
}
