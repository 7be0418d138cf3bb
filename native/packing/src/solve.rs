//! The front door: chooses the method that a problem asks for.

use backhaul_common::{purpose, Control, Error, Result, StopReason, Stream};

use crate::answer::{conclude, Answer, Filled};
use crate::beam::{hurried, Budget};
use crate::bound::lower;
use crate::lengths;
use crate::portfolio::{fill, Filling};
use crate::problem::{Aim, Problem};
use crate::rules::{for_problem, RuleSet};
use crate::several::{all, Making, Packer};
use crate::together;

/// Blocks that are made beside single items: enough for tight fills, few enough to be quick.
const BLOCKS: usize = 10_000;
const BLOCKS_OF_MANY: usize = 1_000;
/// Thousandths of their hull that items fill in the blocks of one container: without waste for
/// many items of few types, looser ones where hardly any fit flush.
const FILLS: [i64; 3] = [1000, 990, 975];
/// The same for many containers.
const FILLS_OF_MANY: [i64; 2] = [980, 1000];
/// Blocks made for each second that there is.
const BLOCKS_A_SECOND: f64 = 20_000.0;
/// Widest beam when neither time nor work is limited: more would hardly find more.
const UNBOUNDED_WIDTH: usize = 32;

/// Solve a problem within the limits of `control`, with the problem's own rules.
pub fn solve(
    problem: &Problem,
    control: &Control<'_>,
    seed: u64,
    threads: usize,
) -> Result<Answer> {
    solve_with(problem, &for_problem(problem), control, seed, threads)
}

/// Solve a problem under a given set of contact rules.
pub fn solve_with(
    problem: &Problem,
    rules: &RuleSet,
    control: &Control<'_>,
    seed: u64,
    threads: usize,
) -> Result<Answer> {
    if threads <= 1 {
        return Ok(dispatch(problem, rules, control, seed, false));
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|e| Error::invalid("threads", threads, format!("fewer threads ({e})")))?;
    Ok(pool.install(|| dispatch(problem, rules, control, seed, true)))
}

fn dispatch(
    problem: &Problem,
    rules: &RuleSet,
    control: &Control<'_>,
    seed: u64,
    parallel: bool,
) -> Answer {
    if lengths::is_plain(problem) {
        let (bins, bound, reason, iterations) = lengths::pack(problem, control, seed);
        return conclude(problem, bins, bound, reason, iterations);
    }
    let bound = lower(problem);
    match problem.aim {
        Aim::BinPacking => {
            let packers = packers(problem, rules, control, &FILLS_OF_MANY, BLOCKS_OF_MANY);
            let (bins, reason, iterations) = all(&packers, control, seed, bound);
            conclude(problem, bins, bound, reason, iterations)
        }
        Aim::Knapsack => {
            let packers = packers(problem, rules, control, &FILLS, BLOCKS);
            knapsack(problem, &packers, control, seed, bound, parallel)
        }
    }
}

/// Packers that differ in how full their blocks must be; in a hurry only the first, with few.
fn packers<'a>(
    problem: &'a Problem,
    rules: &'a RuleSet,
    control: &Control<'_>,
    fills: &[i64],
    count: usize,
) -> Vec<Packer<'a>> {
    // Blocks serve the search: a fifth of the time at most goes into making them.
    let expired = || control.expired() || control.fraction(0) > 0.2;
    let seconds = control.limits().seconds.unwrap_or(f64::INFINITY);
    let count = count.min((seconds * BLOCKS_A_SECOND) as usize);
    let mixed = !hurried(control);
    // Blocks of one item each are full whatever is asked: a second packer would be the first again.
    let fills = if mixed { fills } else { &fills[..1] };
    let making = |fill| Making { count, fill, mixed };
    let by_volume = problem.aim == Aim::BinPacking;
    let mut packers = vec![Packer::new(problem, rules, by_volume, making(fills[0]), &expired)];
    for &fill in &fills[1..] {
        if expired() {
            break;
        }
        packers.push(Packer::new(problem, rules, by_volume, making(fill), &expired));
    }
    packers
}

/// How many containers of these types there are.
fn copies_left(problem: &Problem, types: &[usize]) -> u64 {
    types.iter().map(|&k| u64::from(problem.bins[k].copies.unwrap_or(u32::MAX))).sum()
}

/// About how many containers of this type hold what is left.
fn needed(left: &[u32], problem: &Problem, k: usize) -> f64 {
    let volume: f64 =
        left.iter().zip(&problem.items).map(|(&n, i)| f64::from(n) * i.volume() as f64).sum();
    (volume / problem.bins[k].volume() as f64 / 0.8).ceil().max(1.0)
}

/// Containers one after the other, largest first, each with its share of the time.
fn knapsack(
    problem: &Problem,
    packers: &[Packer<'_>],
    control: &Control<'_>,
    seed: u64,
    bound: i64,
    parallel: bool,
) -> Answer {
    let mut left: Vec<u32> = problem.items.iter().map(|i| i.copies).collect();
    let mut order: Vec<usize> = (0..problem.bins.len()).collect();
    order.sort_by_key(|&k| std::cmp::Reverse(problem.bins[k].volume()));
    let mut bins = Vec::new();
    let mut iterations = 0;
    let mut reason = StopReason::Converged;
    let limits = control.limits();
    let bounded = limits.seconds.is_some() || limits.iterations.is_some();
    for (at, &k) in order.iter().enumerate() {
        let mut copies = problem.bins[k].copies.unwrap_or(u32::MAX);
        while copies > 0 && left.iter().any(|&n| n > 0) {
            copies -= 1;
            let worth: i64 =
                left.iter().zip(&problem.items).map(|(&n, i)| i64::from(n) * i.profit).sum();
            let by_volume = problem.items.iter().all(|i| i.profit == i.volume());
            let ceiling = if by_volume { worth.min(problem.bins[k].volume()) } else { worth };
            // The last container may use all the time that is left, earlier ones an equal share.
            let more = copies_left(problem, &order[at + 1..]).saturating_add(u64::from(copies));
            let until = limits.seconds.map_or(f64::INFINITY, |s| {
                let now = control.elapsed();
                now + (s - now).max(0.0) / (more as f64 + 1.0).min(needed(&left, problem, k))
            });
            let budget = Budget {
                control,
                done: iterations,
                most: limits.iterations.unwrap_or(u64::MAX),
                ceiling,
                width: if bounded { usize::MAX } else { UNBOUNDED_WIDTH },
                until,
            };
            let families = together::any(&problem.items);
            let filled = |offer: &[u32]| {
                // A family may have to be left out, and another: each time half of what is left.
                let now = control.elapsed();
                let until = if families { now + (until - now) / 2.0 } else { until };
                let stream = Stream::new(seed, purpose("packing.mend"), bins.len() as u64, 0);
                let part = Budget { until, ..budget };
                (fill(packers, k, offer, part, stream, parallel), offer.to_vec())
            };
            let counts = |(found, offer): &(Filling, Vec<u32>)| {
                offer.iter().zip(&found.state.left).map(|(o, l)| o - l).collect()
            };
            let (found, _) = together::fill_whole(&problem.items, &left, filled, counts);
            iterations = found.iterations;
            reason = found.reason;
            let placements = found.placements;
            if placements.is_empty() {
                break;
            }
            for p in &placements {
                left[p.item as usize] -= 1;
            }
            bins.push(Filled { bin: k as u32, placements });
        }
    }
    conclude(problem, bins, bound, reason, iterations)
}
