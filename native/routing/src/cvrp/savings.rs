//! A first plan by savings (Clarke and Wright 1964), over near neighbours only.

use crate::cvrp::Metric;
use crate::neighbours::Neighbours;

/// Routes of clients `1..n`.
pub(crate) fn savings<M: Metric>(
    metric: &M,
    near: &Neighbours,
    demand: &[i64],
    capacity: i64,
    width: usize,
) -> Vec<Vec<u32>> {
    let n = demand.len();
    let mut list: Vec<(i32, u32, u32)> = Vec::with_capacity(n * width / 2);
    for a in 1..n as u32 {
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
    list.sort_unstable();
    let mut link = vec![[0u32; 2]; n];
    let mut root: Vec<u32> = (0..n as u32).collect();
    let mut load: Vec<i64> = demand.to_vec();
    let end = |link: &[[u32; 2]], v: u32| link[v as usize][1] == 0;
    for (_, a, b) in list {
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

fn find(root: &mut [u32], v: u32) -> u32 {
    let mut v = v as usize;
    while root[v] as usize != v {
        root[v] = root[root[v] as usize];
        v = root[v] as usize;
    }
    v as u32
}
