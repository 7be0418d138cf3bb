//! Problems in one dimension, handed to [`crate::cutting`] and back.

use backhaul_common::{purpose, Control, StopReason, Stream};

use crate::answer::Filled;
use crate::cutting::{solve, Lengths, Pattern};
use crate::geometry::{Orientation, Placement};
use crate::problem::{Aim, Problem};

/// Bins, bound, reason and iterations, as [`crate::answer::conclude`] takes them.
pub type Outcome = (Vec<Filled>, i64, StopReason, u64);

/// How an item lies along the bin, if it may.
fn lying(problem: &Problem, k: usize) -> Option<Orientation> {
    let item = &problem.items[k];
    item.orientations.iter().copied().find(|o| {
        let size = o.apply(item.size);
        size[1] == 1 && size[2] == 1 && size[0] <= problem.bins[0].size[0]
    })
}

/// Whether this is plain bin packing in one dimension: one type of bin, and lengths are all that
/// counts.
pub fn is_plain(problem: &Problem) -> bool {
    let weight: i64 = problem.items.iter().map(|i| i.weight * i64::from(i.copies)).sum();
    problem.aim == Aim::BinPacking
        && !problem.has_company_rules()
        && problem.bins.len() == 1
        && problem.one_dimensional()
        && problem.bins[0].max_weight.is_none_or(|w| weight <= w)
}

/// Solve a plain problem in one dimension.
pub fn pack(problem: &Problem, control: &Control<'_>, seed: u64) -> Outcome {
    // Items of one length are one type here.
    let mut order: Vec<usize> = (0..problem.items.len())
        .filter(|&k| problem.items[k].copies > 0 && lying(problem, k).is_some())
        .collect();
    let length = |k: usize| i64::from(problem.items[k].size[0]);
    order.sort_by_key(|&k| (std::cmp::Reverse(length(k)), k));
    let bin = &problem.bins[0];
    let capacity = i64::from(bin.size[0]);
    let mut lengths = Lengths { capacity, length: Vec::new(), demand: Vec::new() };
    let mut members: Vec<Vec<(usize, u32)>> = Vec::new();
    for &k in &order {
        if lengths.length.last() != Some(&length(k)) {
            lengths.length.push(length(k));
            lengths.demand.push(0);
            members.push(Vec::new());
        }
        if let (Some(demand), Some(list)) = (lengths.demand.last_mut(), members.last_mut()) {
            *demand += problem.items[k].copies;
            list.push((k, problem.items[k].copies));
        }
    }
    if order.is_empty() {
        return (Vec::new(), 0, StopReason::Converged, 0);
    }
    let mut stream = Stream::new(seed, purpose("packing.lengths"), 0, 0);
    let cut = solve(&lengths, control, &mut stream);
    let mut patterns = cut.bins;
    let full = |p: &Pattern| -> i64 {
        p.iter().map(|&(t, n)| lengths.length[t as usize] * i64::from(n)).sum()
    };
    if let Some(copies) = bin.copies.filter(|&c| patterns.len() > c as usize) {
        patterns.sort_by_key(|p| std::cmp::Reverse(full(p)));
        patterns.truncate(copies as usize);
    }
    let mut bins = Vec::with_capacity(patterns.len());
    for pattern in &patterns {
        let mut placements = Vec::new();
        let mut at = 0;
        for &(kind, count) in pattern {
            for _ in 0..count {
                let list = &mut members[kind as usize];
                while list.last().is_some_and(|m| m.1 == 0) {
                    list.pop();
                }
                let Some((k, left)) = list.last_mut() else { continue };
                *left -= 1;
                let orientation = lying(problem, *k).unwrap_or(Orientation::UPRIGHT);
                placements.push(Placement { item: *k as u32, orientation, pos: [at, 0, 0] });
                at += problem.items[*k].size[0];
            }
        }
        bins.push(Filled { bin: 0, placements });
    }
    (bins, cut.bound as i64 * bin.cost, cut.reason, cut.iterations)
}
