//! Shortest picking tours by dynamic programming over the aisles: exact for 1 to 4 blocks.
//!
//! Ratliff and Rosenthal (1983) for one block, Roodbergen and de Koster (2001) for two; the same
//! sweep with the derived tables of [`crate::automaton`] for more.

use backhaul_common::Result;
use rayon::prelude::*;

use crate::automaton::{automaton, Automaton, Pass, NONE, PASSES};
use crate::docks;
use crate::grid::{check_spots, Grid, Spot};
use crate::heuristics::{self, Method};

pub(crate) const FAR: i64 = i64::MAX / 4;

/// What a pass costs in one piece of an aisle with these picks (sorted), [`FAR`] if it misses one.
fn pass_costs(lower: i64, upper: i64, picks: &[i64]) -> [i64; 6] {
    let length = upper - lower;
    let mut costs = [FAR, length, 2 * length, FAR, FAR, FAR];
    if picks.is_empty() {
        costs[Pass::Skip as usize] = 0;
        return costs;
    }
    costs[Pass::Lower as usize] = 2 * (picks[picks.len() - 1] - lower);
    costs[Pass::Upper as usize] = 2 * (upper - picks[0]);
    if picks.len() > 1 {
        costs[Pass::Both as usize] = 2 * (length - largest_gap(picks).1);
    }
    costs
}

/// Index of the pick before the largest gap between picks, and that gap.
fn largest_gap(picks: &[i64]) -> (usize, i64) {
    let mut best = (0, -1);
    for i in 0..picks.len() - 1 {
        let gap = picks[i + 1] - picks[i];
        if gap > best.1 {
            best = (i, gap);
        }
    }
    best
}

/// Reusable memory of the sweep.
#[derive(Default)]
pub struct Scratch {
    now: Vec<i64>,
    next: Vec<i64>,
    ys: Vec<i64>,
    /// Costs of the six passes by (aisle - first) * blocks + block.
    pub(crate) costs: Vec<[i64; 6]>,
    pub(crate) masked: [Vec<i64>; 2],
}

/// Range of aisles a tour may need: between the outermost picks and the depot. With docks the
/// picks alone count: the way from the docks to every corner of theirs is known.
pub(crate) fn span(grid: &Grid, picks: &[Spot]) -> (usize, usize) {
    let inner = picks.first().map_or(0, |p| p.aisle as usize);
    let depot = if grid.docks().is_some() { inner } else { grid.depot().0 };
    let first = picks.iter().map(|p| p.aisle as usize).min().unwrap_or(depot);
    let last = picks.iter().map(|p| p.aisle as usize).max().unwrap_or(depot);
    (first.min(depot), last.max(depot))
}

/// Cost table of the passes; `picks` sorted by (aisle, y).
pub(crate) fn tabulate(grid: &Grid, picks: &[Spot], scratch: &mut Scratch) {
    let (first, last) = span(grid, picks);
    let cross = grid.cross_y();
    let blocks = cross.len() - 1;
    scratch.costs.clear();
    let mut at = 0;
    for aisle in first..=last {
        for block in 0..blocks {
            scratch.ys.clear();
            while at < picks.len()
                && picks[at].aisle as usize == aisle
                && (block + 1 == blocks || picks[at].y <= cross[block + 1])
            {
                scratch.ys.push(picks[at].y);
                at += 1;
            }
            scratch.costs.push(pass_costs(cross[block], cross[block + 1], &scratch.ys));
        }
    }
}

fn touch_depot(table: &Automaton, cross: usize, now: &[i64], next: &mut [i64]) {
    let crosses = table.blocks + 1;
    next.fill(FAR);
    for state in 0..table.len {
        if now[state] < FAR {
            let to = table.touch[state * crosses + cross] as usize;
            next[to] = next[to].min(now[state]);
        }
    }
}

/// Length of the shortest tour from the depot over all picks and back; `picks` sorted.
pub fn shortest(grid: &Grid, picks: &[Spot], scratch: &mut Scratch) -> i64 {
    if picks.is_empty() {
        return 0;
    }
    if let Some(docks) = grid.docks() {
        return docks::sweep(grid, docks, picks, scratch, None);
    }
    let table = automaton(grid.cross_y().len());
    let (first, last) = span(grid, picks);
    tabulate(grid, picks, scratch);
    let Scratch { now, next, costs, .. } = scratch;
    now.clear();
    now.resize(table.len, FAR);
    next.clear();
    next.resize(table.len, FAR);
    now[0] = 0;
    for aisle in first..=last {
        if aisle == grid.depot().0 {
            touch_depot(table, grid.depot().1, now, next);
            std::mem::swap(now, next);
        }
        for block in 0..table.blocks {
            let cost = &costs[(aisle - first) * table.blocks + block];
            next.fill(FAR);
            for state in 0..table.len {
                let base = now[state];
                if base >= FAR {
                    continue;
                }
                let row = &table.pass[(state * table.blocks + block) * 6..][..6];
                for (&to, &c) in row.iter().zip(cost) {
                    let value = &mut next[to as usize];
                    *value = (*value).min(base + c);
                }
            }
            std::mem::swap(now, next);
        }
        if aisle < last {
            let dx = grid.aisle_x()[aisle + 1] - grid.aisle_x()[aisle];
            next.fill(FAR);
            for state in 0..table.len {
                if now[state] < FAR {
                    for step in &table.steps[state] {
                        let value = &mut next[step.to as usize];
                        *value = (*value).min(now[state] + dx * i64::from(step.crossings));
                    }
                }
            }
            std::mem::swap(now, next);
        }
    }
    (0..table.len).filter(|&s| table.closed[s]).map(|s| now[s]).min().unwrap_or(FAR)
}

/// A decision of the sweep, for tracing the tour back.
#[derive(Clone, Copy)]
struct From {
    state: u16,
    action: u16,
}

/// A piece of the tour: a walk between two spots, and how often it is walked.
pub(crate) type Edge = (Spot, Spot, u8);

/// The shortest tour itself: its length and the corners and picks in walking order, beginning and
/// ending at the depot. Picks may come in any order.
pub fn shortest_tour(grid: &Grid, picks: &[Spot]) -> Result<(i64, Vec<Spot>)> {
    check_spots(grid, picks, "picks")?;
    let mut sorted = picks.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.is_empty() {
        return Ok((0, vec![grid.depot_spot()]));
    }
    if let Some(docks) = grid.docks() {
        return Ok(docks::trace(grid, docks, &sorted));
    }
    let edges = trace(grid, &sorted);
    let length = edges.iter().map(|&(a, b, n)| grid.walk(a, b) * i64::from(n)).sum();
    Ok((length, circuit(grid.depot_spot(), &edges)))
}

fn relax(next: &mut [i64], from: &mut [From], to: u16, cost: i64, state: usize, action: u16) {
    if to != NONE && cost < next[to as usize] {
        next[to as usize] = cost;
        from[to as usize] = From { state: state as u16, action };
    }
}

fn trace(grid: &Grid, picks: &[Spot]) -> Vec<Edge> {
    let table = automaton(grid.cross_y().len());
    let (first, last) = span(grid, picks);
    let mut scratch = Scratch::default();
    tabulate(grid, picks, &mut scratch);
    let mut now = vec![FAR; table.len];
    now[0] = 0;
    // Stages in order: (depot), passes block by block, step; each remembers where it came from.
    let mut stages: Vec<(usize, usize, Vec<From>)> = Vec::new();
    const TOUCH: usize = usize::MAX;
    const STEP: usize = usize::MAX - 1;
    let blank = || vec![From { state: 0, action: 0 }; table.len];
    for aisle in first..=last {
        let mut kinds = Vec::new();
        if aisle == grid.depot().0 {
            kinds.push(TOUCH);
        }
        kinds.extend(0..table.blocks);
        if aisle < last {
            kinds.push(STEP);
        }
        for kind in kinds {
            let mut next = vec![FAR; table.len];
            let mut from = blank();
            for state in (0..table.len).filter(|&s| now[s] < FAR) {
                let base = now[state];
                if kind == TOUCH {
                    let to = table.touch[state * (table.blocks + 1) + grid.depot().1];
                    relax(&mut next, &mut from, to, base, state, 0);
                } else if kind == STEP {
                    let dx = grid.aisle_x()[aisle + 1] - grid.aisle_x()[aisle];
                    for step in &table.steps[state] {
                        let cost = base + dx * i64::from(step.crossings);
                        relax(&mut next, &mut from, step.to, cost, state, step.mask);
                    }
                } else {
                    let costs = &scratch.costs[(aisle - first) * table.blocks + kind];
                    for p in PASSES.into_iter().filter(|&p| costs[p as usize] < FAR) {
                        let to = table.pass[(state * table.blocks + kind) * 6 + p as usize];
                        relax(&mut next, &mut from, to, base + costs[p as usize], state, p as u16);
                    }
                }
            }
            stages.push((aisle, kind, from));
            now = next;
        }
    }
    let end = (0..table.len).filter(|&s| table.closed[s]).min_by_key(|&s| now[s]);
    let mut state = end.unwrap_or(0);
    let mut edges = Vec::new();
    for (aisle, kind, from) in stages.iter().rev() {
        let decision = from[state];
        if *kind == STEP {
            for (l, &y) in grid.cross_y().iter().enumerate() {
                let times = (decision.action >> (2 * l) & 3) as u8;
                if times > 0 {
                    let at = |aisle: usize| Spot { aisle: aisle as u32, y };
                    edges.push((at(*aisle), at(*aisle + 1), times));
                }
            }
        } else if *kind != TOUCH {
            pass_edges(grid, *aisle, *kind, decision.action, picks, &mut edges);
        }
        state = decision.state as usize;
    }
    edges
}

/// Edges of one pass, cut at the picks so that the tour visits them.
pub(crate) fn pass_edges(
    grid: &Grid,
    aisle: usize,
    block: usize,
    action: u16,
    picks: &[Spot],
    edges: &mut Vec<Edge>,
) {
    let at = |y| Spot { aisle: aisle as u32, y };
    let (lower, upper) = (grid.cross_y()[block], grid.cross_y()[block + 1]);
    let ys: Vec<i64> = picks
        .iter()
        .filter(|p| p.aisle as usize == aisle && grid.block_of(p.y) == block)
        .map(|p| p.y)
        .collect();
    let mut chain = |points: Vec<i64>, times: u8| {
        for w in points.windows(2).filter(|w| w[0] != w[1]) {
            edges.push((at(w[0]), at(w[1]), times));
        }
    };
    let whole = || std::iter::once(lower).chain(ys.iter().copied()).chain(std::iter::once(upper));
    match PASSES[action as usize] {
        Pass::Skip => {}
        Pass::Once => chain(whole().collect(), 1),
        Pass::Twice => chain(whole().collect(), 2),
        Pass::Lower => chain(std::iter::once(lower).chain(ys).collect(), 2),
        Pass::Upper => chain(ys.into_iter().chain(std::iter::once(upper)).collect(), 2),
        Pass::Both => {
            let cut = largest_gap(&ys).0 + 1;
            chain(std::iter::once(lower).chain(ys[..cut].iter().copied()).collect(), 2);
            chain(ys[cut..].iter().copied().chain(std::iter::once(upper)).collect(), 2);
        }
    }
}

/// An Euler circuit of the edges (Hierholzer), from the depot; an Euler path where two corners are odd.
pub(crate) fn circuit(depot: Spot, edges: &[Edge]) -> Vec<Spot> {
    let mut nodes: Vec<Spot> = edges.iter().flat_map(|e| [e.0, e.1]).chain([depot]).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let find = |s: Spot| nodes.binary_search(&s).unwrap_or(0);
    let mut around: Vec<Vec<(usize, usize)>> = vec![Vec::new(); nodes.len()];
    let mut number = 0;
    for &(a, b, times) in edges {
        let (i, j) = (find(a), find(b));
        for _ in 0..times {
            around[i].push((j, number));
            around[j].push((i, number));
            number += 1;
        }
    }
    let mut used = vec![false; number];
    let mut stack = vec![find(depot)];
    let mut path = Vec::with_capacity(number + 1);
    while let Some(&node) = stack.last() {
        if let Some((to, edge)) = around[node].pop() {
            if !used[edge] {
                used[edge] = true;
                stack.push(to);
            }
        } else {
            path.push(nodes[node]);
            stack.pop();
        }
    }
    path
}

/// Lengths of the tours of many orders. Order `i` picks the slots `lines[ptr[i]..ptr[i + 1]]`;
/// where slots carry different `groups`, every group of an order is a tour of its own.
pub fn tour_lengths(
    grid: &Grid,
    slots: &[Spot],
    groups: Option<&[u32]>,
    ptr: &[usize],
    lines: &[u32],
    method: Method,
) -> Vec<i64> {
    (0..ptr.len() - 1)
        .into_par_iter()
        .map_init(
            || (Scratch::default(), Vec::new(), Vec::new()),
            |(scratch, keyed, picks), i| {
                keyed.clear();
                keyed.extend(
                    lines[ptr[i]..ptr[i + 1]].iter().map(|&slot| {
                        (groups.map_or(0, |g| g[slot as usize]), slots[slot as usize])
                    }),
                );
                keyed.sort_unstable();
                keyed.dedup();
                let mut total = 0;
                for tour in keyed.chunk_by(|a, b| a.0 == b.0) {
                    picks.clear();
                    picks.extend(tour.iter().map(|&(_, spot)| spot));
                    total += match method {
                        Method::Exact => shortest(grid, picks, scratch),
                        other => heuristics::length(grid, picks, other),
                    };
                }
                total
            },
        )
        .collect()
}
