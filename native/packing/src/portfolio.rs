//! One container as full as the budget allows: beams that differ in their blocks and in how they
//! rank them.
//!
//! A beam twice as wide gains less than the best of two that differ, once both are wide. So a race
//! of narrow beams shows which blocks serve, and the rest of the budget goes to single wide beams,
//! the leader's first, then of others and of other tastes. What these leave is mended in parts, which
//! for half of the time gains more than beams that are wider by half, as long as that is thousands of
//! completions.

use backhaul_common::{StopReason, Stream};

use crate::beam::{race, stopped, sweep, Budget, Found};
use crate::fill::State;
use crate::geometry::Placement;
use crate::kit::Taste;
use crate::mend::mend;
use crate::several::Packer;

/// Share of the budget for the race at most.
const RACE: f64 = 0.6;
/// Completions after which a race is decided.
const DECIDED: u64 = 3_000;
/// Completions that one wide beam is worth, before several that differ serve better.
const ENOUGH: f64 = 20_000.0;
/// Share for mending of what the race leaves, at most.
const MENDING: f64 = 0.5;
/// Completions in the whole budget for each block of a container: fewer and beams need all of them,
/// and so many more until mending gets its full share.
const PATIENCE: (f64, f64) = (200.0, 150.0);

/// The filling found and how the search ended.
pub struct Filling {
    /// The filled container.
    pub state: State,
    /// Its items, each after those that carry it.
    pub placements: Vec<Placement>,
    /// Greedy completions done.
    pub iterations: u64,
    /// Why it ended.
    pub reason: StopReason,
}

/// Which beams, in turn: rank of the packer in the race, and how blocks are ranked.
fn plan() -> Vec<(usize, Taste)> {
    let usual = Taste::default();
    let more_pieces = Taste { pieces: 0.2, ..usual };
    let flush = Taste { gap: 0.02, ..usual };
    let low = Taste { pull: [1, 2, 3], ..usual };
    let lossless = Taste { loss: 6, ..usual };
    let lenient = Taste { loss: 3, ..usual };
    let tight = Taste { waste: 12, ..usual };
    let slices = Taste { pull: [1, 3, 3], ..usual };
    vec![
        (0, usual),
        (1, usual),
        (0, more_pieces),
        (0, low),
        (2, tight),
        (0, flush),
        (1, more_pieces),
        (0, slices),
        (0, lossless),
        (1, flush),
        (0, lenient),
        (1, low),
        (2, Taste { waste: 12, ..more_pieces }),
        (1, slices),
        (1, lossless),
        (2, Taste { waste: 12, ..flush }),
    ]
}

/// A budget and the second at which it began, to be handed out in parts.
struct Whole<'b> {
    budget: Budget<'b>,
    since: f64,
    end: f64,
}

impl<'b> Whole<'b> {
    fn new(budget: Budget<'b>) -> Self {
        let end = budget.control.limits().seconds.map_or(budget.until, |s| s.min(budget.until));
        Self { budget, since: budget.control.elapsed(), end }
    }

    fn is_limited(&self) -> bool {
        self.end.is_finite() || self.budget.most < u64::MAX
    }

    /// Up to this share of the whole, after so many completions.
    fn until(&self, share: f64, done: u64) -> Budget<'b> {
        let Budget { most, done: first, .. } = self.budget;
        let most = if share < 1.0 && most < u64::MAX {
            (first + (most.saturating_sub(first) as f64 * share) as u64).max(done)
        } else {
            most
        };
        let until = if share < 1.0 && self.end.is_finite() {
            self.since + share * (self.end - self.since)
        } else {
            self.budget.until
        };
        Budget { done, most, until, ..self.budget }
    }

    /// Completions that this share allows, by those done within another share.
    fn fills(&self, share: f64, done: u64, within: f64) -> f64 {
        (done - self.budget.done) as f64 / within * share
    }

    /// Share that is used by now.
    fn used(&self, done: u64) -> f64 {
        let by_time = if self.end.is_finite() {
            (self.budget.control.elapsed() - self.since) / (self.end - self.since).max(1e-9)
        } else {
            0.0
        };
        let first = self.budget.done;
        // Nothing may be left of it: levels of earlier containers' beams were finished first.
        let most = self.budget.most.saturating_sub(first);
        let by_work = if most == 0 { 1.0 } else { (done - first) as f64 / most as f64 };
        by_time.max(by_work)
    }
}

/// Fill a container of this type with what is left.
pub fn fill(
    packers: &[Packer<'_>],
    bin: usize,
    left: &[u32],
    budget: Budget<'_>,
    mut stream: Stream,
    parallel: bool,
) -> Filling {
    let whole = Whole::new(budget);
    let sites: Vec<_> = packers.iter().map(|p| p.site(bin)).collect();
    let refs: Vec<_> = sites.iter().collect();
    let mut part = budget;
    if whole.is_limited() {
        part = whole.until(RACE, budget.done);
        part.most = part.most.min(budget.done + DECIDED);
    }
    let Found { best, site, worths, mut exhausted, mut iterations, mut reason } =
        race(&refs, left, part, parallel);
    let mut state = best;
    let mut leader = &packers[site];
    let mut other;
    let decided = iterations >= budget.done + DECIDED;
    let raced = whole.used(iterations);
    let fills = whole.fills(1.0, iterations, raced.max(1e-9));
    let for_a_block = fills / state.placed.len().max(1) as f64;
    let mending = if decided {
        MENDING * ((for_a_block - PATIENCE.0) / PATIENCE.1).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let beams = raced + (1.0 - raced) * (1.0 - mending);
    let mut rank: Vec<usize> = (0..packers.len()).collect();
    rank.sort_by_key(|&k| (std::cmp::Reverse(worths[k]), k));
    let over = |state: &State, done: u64| {
        whole.used(done) >= beams || state.profit >= budget.ceiling || budget.control.expired()
    };
    // Beams can end before their share does: then all again, each with more.
    let mut more = 1.0;
    while whole.is_limited() && !exhausted && !over(&state, iterations) {
        let begun = whole.used(iterations).max(1e-9);
        let fills = whole.fills(beams - begun, iterations, begun);
        let most = plan().len() as f64;
        let turns = if more > 1.0 { most } else { (fills / ENOUGH).round().max(1.0) };
        exhausted = true;
        for (at, (packer, taste)) in plan().into_iter().enumerate() {
            let used = whole.used(iterations);
            let end = (begun + (beams - begun) * (at + 1) as f64 / turns).min(beams);
            if over(&state, iterations) {
                break;
            }
            if end <= used {
                exhausted = false;
                continue;
            }
            let packer = packers[rank[packer.min(rank.len() - 1)]].with_taste(taste);
            let site = packer.site(bin);
            let fills = more * whole.fills(end - used, iterations, used.max(1e-9));
            let part = whole.until(end, iterations);
            let found = sweep(&site, left, (state.placed.len(), fills), part, parallel);
            iterations = found.iterations;
            reason = found.reason;
            exhausted &= found.exhausted;
            if found.best.profit > state.profit {
                state = found.best;
                other = packer;
                leader = &other;
            }
            budget.control.report(iterations, (budget.ceiling - state.profit) as f64, None);
        }
        more *= 2.0;
    }
    let site = leader.site(bin);
    if whole.is_limited() && !exhausted && mending > 0.0 {
        let part = Budget { done: iterations, ..budget };
        let used = |done| whole.used(done);
        (state, iterations) = mend(&site, left, state, part, &mut stream, parallel, &used);
        reason = if state.profit >= budget.ceiling {
            StopReason::Converged
        } else if iterations >= budget.most {
            StopReason::Iterations
        } else {
            stopped(budget.control)
        };
    }
    Filling { placements: site.placements(&state), state, iterations, reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Aim, Bin, Item, Problem, Rules};
    use crate::rules::RuleSet;
    use crate::several::Making;
    use backhaul_common::Control;

    fn problem() -> Problem {
        let sizes = [[7, 5, 3], [6, 4, 4], [9, 2, 5], [3, 3, 8], [5, 5, 6]];
        let items = sizes.into_iter().map(|s| Item::plain(s, 12)).collect();
        let bins = vec![Bin::plain([31, 19, 17])];
        Problem::new(Aim::Knapsack, bins, items, Rules::default()).unwrap()
    }

    fn filled(done: u64, most: u64) -> Filling {
        let (problem, rules) = (problem(), RuleSet::default());
        let making = |fill| Making { count: 200, fill, mixed: true };
        let packers =
            [1000, 980].map(|f| Packer::new(&problem, &rules, false, making(f), &|| false));
        let control = Control::iterations(most);
        let budget = Budget {
            control: &control,
            done,
            most,
            ceiling: i64::MAX,
            width: usize::MAX,
            until: f64::INFINITY,
        };
        let left: Vec<u32> = problem.items.iter().map(|i| i.copies).collect();
        fill(&packers, 0, &left, budget, Stream::new(1, 2, 3, 4), false)
    }

    #[test]
    fn more_work_is_used_and_never_worse() {
        let few = filled(0, 200);
        let many = filled(0, 2_000);
        // A level of a beam is finished before the work is counted.
        assert!((200..400).contains(&few.iterations), "{}", few.iterations);
        assert!((2_000..2_800).contains(&many.iterations), "{}", many.iterations);
        assert!(many.state.profit >= few.state.profit);
        let volume: i64 =
            many.placements.iter().map(|p| problem().items[p.item as usize].volume()).sum();
        assert_eq!(volume, many.state.profit);
        assert_eq!(filled(0, 2_000).placements, many.placements);
    }

    #[test]
    fn a_race_that_is_decided_leaves_work_for_mending() {
        let (few, many) = (filled(0, DECIDED), filled(0, 3 * DECIDED));
        assert!(many.state.profit >= few.state.profit);
        assert!((3 * DECIDED..3 * DECIDED + 400).contains(&many.iterations), "{}", many.iterations);
        assert_eq!(filled(0, 3 * DECIDED).placements, many.placements);
    }

    #[test]
    fn a_budget_that_others_used_up_still_gives_a_first_answer() {
        // Earlier containers' beams finished their levels beyond what there was.
        let late = filled(230, 200);
        assert!(late.state.profit > 0 && (231..240).contains(&late.iterations));
    }
}
