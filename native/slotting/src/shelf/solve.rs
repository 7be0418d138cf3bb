//! The whole search: rectangles by what they could be worth, then by how they fill, then both together.

use backhaul_common::{Control, Error, Result, StopReason};

use super::anneal::scale;
use super::bound::bound;
use super::judge::Judge;
use super::placing::{fit, place};
use super::prices::bound_of_blocks;
use super::rectangles::push_left;
use super::search::{narrowest, Search, State};
use super::work::{fills_of, unfold, Work};
use super::{Planogram, Problem, Rectangle};

/// Share of the budget for finding places for the rectangles, in how many turns, each from another
/// place; and the share of a turn that judges by envelopes. The rest works out the facings.
const FILLING: f64 = 0.65;
const TURNS: u32 = 3;
const PLACING: f64 = 0.25;
/// Iterations without any limit, by block.
const UNLIMITED: u64 = 2_000;
/// Iterations between two looks at the clock.
const CHECK: u64 = 8;

/// A good planogram, from a given one (rectangles of the blocks) or from columns.
///
/// An iteration is one proposed change of a rectangle, mostly with some of single facings (200 in
/// the end).
pub fn solve(
    problem: &Problem,
    start: Option<&[Option<Rectangle>]>,
    seed: u64,
    control: &Control<'_>,
) -> Result<Planogram> {
    problem.check()?;
    let members = problem.members();
    let blocks = members.len();
    let offset = problem.empty * problem.shelves.iter().map(|s| s.width as f64).sum::<f64>();
    let narrow = |b: usize, first: usize, last: usize| narrowest(problem, &members[b], first, last);
    let limits = control.limits();
    let judge = Judge::new(problem, &members, &narrow, &mut || {
        limits.seconds.is_some() && control.fraction(0) > 0.25 || control.expired()
    });
    let mut search = Search::new(problem, judge, seed);
    let mut best = match start {
        Some(start) => given(&mut search, start)?,
        None => search.start(),
    };
    let proof = bound(problem, best.cost + offset, &mut || control.expired());
    // From here on facings are put where the price of the width says that they should be.
    search.price.clone_from(&proof.price);
    search.rent.clone_from(&proof.price);
    let mut proven = proof.bound;
    if search.judge.whole && blocks > 1 {
        let joy: f64 = problem.near.iter().map(|n| n.2.max(0.0)).sum();
        let (bound, rent) = bound_of_blocks(problem, &search.judge, &search.unlisted, &proof.price);
        proven = proven.max(bound + offset - joy);
        search.rent = rent;
    }
    let usual = scale(problem, &mut fills_of(&mut search, &best));
    search.judge.polish(usual);
    best.cost = search.cost(&best.rectangles);
    let unlimited = limits.seconds.is_none() && limits.iterations.is_none();
    let most = UNLIMITED * blocks.max(1) as u64;
    let part = |iterations: u64| {
        if unlimited {
            iterations as f64 / most as f64
        } else {
            control.fraction(iterations)
        }
    };
    let mut iterations = 0;
    let begun = part(0).min(FILLING);
    for turn in 0..if blocks > 1 && start.is_none() { TURNS } else { 0 } {
        let share = (FILLING - begun) / f64::from(TURNS);
        let from = begun + share * f64::from(turn);
        let (middle, end) = (from + PLACING * share, from + share);
        let now = place(&mut search, best.clone(), usual, &mut || {
            iterations += CHECK;
            let go = control.stop(iterations, f64::INFINITY).is_none();
            (go && part(iterations) < middle).then(|| (part(iterations) - from) / (middle - from))
        });
        best = fit(&mut search, best, now, usual, &mut |cost| {
            iterations += 1;
            if iterations % CHECK == 0 {
                control.report(iterations, cost + offset, Some(proven));
            }
            let go = control.stop(iterations, cost + offset).is_none();
            let used = (part(iterations) - middle) / (end - middle);
            (go && used < 1.0).then(|| used.max(0.0))
        });
    }
    let fills = fills_of(&mut search, &best);
    let mut work = Work::new(&search, best, fills);
    let (mut finest, mut least) = (work.clone(), work.cost);
    let begun = part(iterations).min(0.99);
    let reason = loop {
        if let Some(reason) = control.stop(iterations, least + offset) {
            break reason;
        }
        if blocks == 0 || (unlimited && iterations >= most) {
            break StopReason::Converged;
        }
        let used = ((part(iterations) - begun) / (1.0 - begun)).clamp(0.0, 1.0);
        for _ in 0..CHECK {
            work.round(&mut search, usual, used);
            if work.cost < least - 1e-9 {
                least = work.cost;
                finest.clone_from(&work);
            }
        }
        iterations += CHECK;
        control.report(iterations, least + offset, Some(proven));
    };
    let facings = unfold(problem, &finest.fills);
    let mut rectangles = finest.state.rectangles;
    push_left(problem, &finest.state.order, &mut rectangles, &mut search.front);
    let cost = problem.cost(&facings, &rectangles);
    let bound = proven.min(cost);
    Ok(Planogram { facings, rectangles, cost, bound, iterations, reason })
}

fn given(search: &mut Search<'_>, start: &[Option<Rectangle>]) -> Result<State> {
    let blocks = search.judge.members.len();
    let shelves = &search.problem.shelves;
    if start.len() != blocks {
        return Err(Error::invalid("start", start.len(), format!("{blocks} rectangles")));
    }
    for (b, r) in start.iter().enumerate() {
        if let Some(r) = r {
            let inside = r.first <= r.last
                && r.last < shelves.len()
                && shelves[r.first].fixture == shelves[r.last].fixture
                && r.width >= 0;
            if !inside {
                let allowed = "shelves of one fixture, from the lower to the higher one";
                return Err(Error::invalid(format!("start[{b}]"), format!("{r:?}"), allowed));
            }
        }
    }
    let mut order: Vec<usize> = (0..blocks).collect();
    order.sort_by_key(|&b| (start[b].map_or(0, |r| r.x), b));
    let mut rectangles = start.to_vec();
    if !push_left(search.problem, &order, &mut rectangles, &mut search.front) {
        return Err(Error::invalid("start", "rectangles", "rectangles that fit side by side"));
    }
    let cost = search.cost(&rectangles);
    if !cost.is_finite() {
        let allowed = "rectangles that hold something on every shelf";
        return Err(Error::invalid("start", "a bare row", allowed));
    }
    Ok(State { rectangles, order, cost })
}
