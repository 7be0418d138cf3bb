//! Beam search over partly filled containers, judged by filling each to the end greedily
//! (Araya and Riff 2014), with a beam that widens until the time is up.

use std::cell::Cell;

use backhaul_common::{Control, StopReason};
use rayon::prelude::*;

use crate::course::{judge, Course, Judged, Opinion};
use crate::fill::{Scratch, Site, State};
use crate::kit::Taste;
use crate::memory::Memory;

/// The best fill found and how the search ended.
pub struct Found {
    /// The fullest container.
    pub best: State,
    /// Number of the site that it was filled at.
    pub site: usize,
    /// Worth of the fullest container of each site.
    pub worths: Vec<i64>,
    /// Whether no branch was cut off: wider beams would see the same.
    pub exhausted: bool,
    /// Greedy completions done.
    pub iterations: u64,
    /// Why it ended.
    pub reason: StopReason,
}

/// Seconds after the deadline within which a first fill is still finished.
const GRACE: f64 = 0.03;

/// Seconds below which an answer of some kind comes first: blocks of several items, and spaces that
/// overlap, are not worth their time.
const HURRY: f64 = 0.02;

/// Items beyond which an answer of some kind comes first as well.
const CROWD: u64 = 2_000;

/// So many states made count as one completion more: where most of them are known, a search has
/// to end as well.
const MADE: u64 = 16;

/// Share of the leader's width at which the beams of other sites are kept.
const HANDICAP: f64 = 2.5;

/// So many states for each that a beam keeps are filled up in a second way before it is chosen.
const ASKED: usize = 2;

/// What a search may spend: a control for time, and completions counted from here.
#[derive(Clone, Copy)]
pub struct Budget<'a> {
    /// Deadline and interruption.
    pub control: &'a Control<'a>,
    /// Completions done before.
    pub done: u64,
    /// Completions that may be done in all.
    pub most: u64,
    /// Nothing can be worth more than this.
    pub ceiling: i64,
    /// Widest beam.
    pub width: usize,
    /// Second since the start at which to stop, if earlier than the deadline.
    pub until: f64,
}

impl Budget<'_> {
    fn expired(&self) -> bool {
        self.control.expired() || (self.until.is_finite() && self.control.elapsed() >= self.until)
    }

    /// Share that is used, of what there was at the second `since`.
    fn used(&self, since: f64, iterations: u64) -> f64 {
        let end = self.control.limits().seconds.map_or(self.until, |s| s.min(self.until));
        let by_time = if end.is_finite() {
            (self.control.elapsed() - since) / (end - since).max(1e-9)
        } else {
            0.0
        };
        let most = self.most.saturating_sub(self.done).max(1);
        let by_work = (iterations - self.done) as f64 / most as f64;
        by_time.max(by_work)
    }
}

/// How wide a beam may be at each level, so that it reaches the bottom when its budget is used.
struct Pace {
    /// Levels below the present one: a container's number of blocks, guessed.
    below: f64,
    width: f64,
    /// Blocks placed so far while filling up.
    work: f64,
}

impl Pace {
    fn new(depth: usize, fills: f64) -> Self {
        let below = depth.max(1) as f64;
        Self { below, width: (fills / below).sqrt().max(2.0), work: 0.0 }
    }

    /// The next level, now that this share of the budget is used.
    fn descend(&mut self, used: f64) {
        self.work += self.width * self.width * self.below;
        self.below = (self.below - 1.0).max(2.0);
        if used > 0.0 && used < 1.0 {
            let blocks = self.work / used * (1.0 - used);
            let width = (2.0 * blocks / (self.below * (self.below + 1.0))).sqrt();
            self.width = width.min(1.4 * self.width).max(2.0);
        }
    }
}

/// How many children each state of a beam gets: a little fewer than there are states, as the
/// last of many blocks hardly ever serves and a further state may.
fn branches(beam: usize) -> usize {
    ((beam as f64).powf(0.85).ceil() as usize).max(2)
}

/// The search as a whole.
struct Search<'b> {
    budget: Budget<'b>,
    see: &'b mut dyn FnMut(&State),
    parallel: bool,
    scratch: Scratch,
    iterations: u64,
    /// States made.
    made: u64,
    /// Number of the site and its fullest container.
    best: (usize, State),
}

/// Fill a container with what is left, as well as the budget allows.
pub fn search(site: &Site<'_>, left: &[u32], budget: Budget<'_>, parallel: bool) -> Found {
    race(&[site], left, budget, parallel)
}

/// Fill a container with what is left. The sites differ in their blocks: which serve best shows
/// while the beams are narrow, and that site then gets most of the time.
pub fn race(sites: &[&Site<'_>], left: &[u32], budget: Budget<'_>, parallel: bool) -> Found {
    search_seeing(sites, left, budget, parallel, &mut |_| ())
}

/// Race, and show every full container on the way to `see`.
pub fn search_seeing(
    sites: &[&Site<'_>],
    left: &[u32],
    budget: Budget<'_>,
    parallel: bool,
    see: &mut dyn FnMut(&State),
) -> Found {
    let mut courses: Vec<Course<'_, '_>> =
        sites.iter().map(|&site| Course::new(site, left)).collect();
    let mut search = Search {
        budget,
        see,
        parallel,
        scratch: Scratch::default(),
        iterations: budget.done,
        made: 0,
        best: (0, courses[0].root.clone()),
    };
    if hurried(budget.control) || crowded(left) {
        search.rough(0, &mut courses[0]);
    }
    let reason = loop {
        let leader = courses.iter().map(|c| c.profit).max().unwrap_or(0);
        let handicap = |c: &Course<'_, '_>| if c.profit == leader { 1.0 } else { HANDICAP };
        let next = (0..courses.len()).filter(|&k| !courses[k].exhausted).min_by(|&a, &b| {
            let effort = |k: usize| courses[k].width * handicap(&courses[k]);
            effort(a).total_cmp(&effort(b)).then(a.cmp(&b))
        });
        let Some(k) = next else { break StopReason::Converged };
        if let Some(reason) = search.advance(k, &mut courses[k]) {
            break reason;
        }
        let cost = (budget.ceiling - search.best.1.profit) as f64;
        budget.control.report(search.iterations, cost, None);
    };
    let Search { best: (site, best), iterations, .. } = search;
    let worths = courses.iter().map(|c| c.profit).collect();
    let exhausted = courses.iter().all(|c| c.exhausted);
    Found { best, site, worths, exhausted, iterations, reason }
}

/// One beam as wide as the budget allows, about `depth` blocks deep, of some `fills` completions.
pub fn sweep(
    site: &Site<'_>,
    left: &[u32],
    (depth, fills): (usize, f64),
    budget: Budget<'_>,
    parallel: bool,
) -> Found {
    let taste = Taste { loss: (site.taste.loss - 1).max(1), ..site.taste };
    let other = Site { taste, ..*site };
    let second = Some((&other, Memory::default()));
    let mut course = Course { exhausted: true, second, ..Course::new(site, left) };
    let mut level = vec![course.root.clone()];
    let mut search = Search {
        budget,
        see: &mut |_| (),
        parallel,
        scratch: Scratch::default(),
        iterations: budget.done,
        made: 0,
        best: (0, course.root.clone()),
    };
    let since = budget.control.elapsed();
    let mut pace = Pace::new(depth, fills);
    let reason = loop {
        if let Some(reason) = search.over() {
            break reason;
        }
        level = search.descend(0, &mut course, level, pace.width as usize);
        if level.is_empty() {
            break StopReason::Converged;
        }
        pace.descend(budget.used(since, search.iterations));
    };
    let Search { best: (site, best), iterations, .. } = search;
    let exhausted = course.exhausted && level.is_empty();
    Found { best, site, worths: vec![course.profit], exhausted, iterations, reason }
}

/// One narrow beam from a container that holds something, in the memory of others before it. It is
/// given up unless what the first fill is worth is `promising`.
pub fn narrow(
    site: &Site<'_>,
    root: State,
    width: usize,
    budget: Budget<'_>,
    (scratch, parallel): (&mut Scratch, bool),
    promising: &mut dyn FnMut(i64) -> bool,
) -> Found {
    let mut course = Course::from(site, root);
    let first = vec![scratch.copy(&course.root)];
    let mut search = Search {
        budget,
        see: &mut |_| (),
        parallel,
        scratch: std::mem::take(scratch),
        iterations: budget.done,
        made: 0,
        best: (0, course.root.clone()),
    };
    let first = search.weigh(0, &mut course, first, Opinion::First);
    let mut level: Vec<State> = first.into_iter().filter(|f| promising(f.0)).map(|f| f.1).collect();
    let reason = loop {
        if let Some(reason) = search.over() {
            break reason;
        }
        if level.is_empty() {
            break StopReason::Converged;
        }
        level = search.descend(0, &mut course, level, width);
    };
    let Search { best: (site, best), iterations, scratch: used, .. } = search;
    *scratch = used;
    Found { best, site, worths: vec![course.profit], exhausted: false, iterations, reason }
}

impl Search<'_> {
    /// Why to stop, if at all.
    fn over(&self) -> Option<StopReason> {
        if self.best.1.profit >= self.budget.ceiling {
            return Some(StopReason::Converged);
        }
        if self.iterations >= self.budget.most {
            return Some(StopReason::Iterations);
        }
        self.budget.expired().then(|| stopped(self.budget.control))
    }

    /// A first answer, whatever the time.
    fn rough(&mut self, k: usize, course: &mut Course<'_, '_>) {
        let control = self.budget.control;
        let expired = || overdue(control);
        let full = course.site.rough(&course.root.left, &mut self.scratch, &expired);
        self.iterations += 1;
        (self.see)(&full);
        if full.profit > self.best.1.profit {
            course.profit = full.profit;
            self.best = (k, full);
        }
    }

    /// One site's next beam: the first is one greedy fill, each later one takes twice the work.
    fn advance(&mut self, k: usize, course: &mut Course<'_, '_>) -> Option<StopReason> {
        if course.width == 0.0 {
            course.width = 1.0;
            let budget = self.budget;
            // Whatever the time: the very first fill is an answer.
            let first = self.best.1.placed.is_empty();
            let begun = Cell::new(false);
            let expired = || {
                if first {
                    begun.replace(true) && overdue(budget.control)
                } else {
                    budget.expired()
                }
            };
            let root = course.root.clone();
            if let Some(judged) =
                judge(course.site, &course.memory, root, &mut self.scratch, &expired)
            {
                self.note(k, course, judged, Opinion::First);
            }
            return self.over();
        }
        course.width *= std::f64::consts::SQRT_2;
        let beam = course.width.ceil() as usize;
        if beam > self.budget.width {
            course.exhausted = true;
            return None;
        }
        course.exhausted = true;
        let mut level = vec![course.root.clone()];
        while !level.is_empty() {
            if let Some(reason) = self.over() {
                return Some(reason);
            }
            level = self.descend(k, course, level, beam);
        }
        None
    }

    /// The best `beam` children of a level.
    fn descend(
        &mut self,
        k: usize,
        course: &mut Course<'_, '_>,
        level: Vec<State>,
        beam: usize,
    ) -> Vec<State> {
        let site = course.site;
        let mut children = Vec::new();
        for mut state in level {
            let wide = branches(beam);
            let next = site.expand(&mut state, wide, &mut self.scratch);
            self.scratch.reuse(state);
            course.exhausted &= next.len() < wide;
            self.iterations += (self.made + next.len() as u64) / MADE - self.made / MADE;
            self.made += next.len() as u64;
            children.extend(next);
            if self.over().is_some() {
                course.exhausted = false;
                break;
            }
        }
        // The same blocks in the same places, put there in another order, are one state.
        children.sort_by_key(|c| site.fingerprint(c));
        children.dedup_by_key(|c| site.fingerprint(c));
        let mut ranked = self.weigh(k, course, children, Opinion::First);
        ranked.sort_by_key(|r| std::cmp::Reverse(r.0));
        // Two ways to the same result are one.
        ranked.dedup_by(|a, b| a.0 == b.0 && a.1.profit == b.1.profit && a.1.left == b.1.left);
        course.exhausted &= ranked.len() <= beam;
        if course.second.is_some() {
            let asked = ranked.iter().take(ASKED * beam).map(|r| self.scratch.copy(&r.1)).collect();
            let second = self.weigh(k, course, asked, Opinion::Second);
            for (state, (worth, copy)) in ranked.iter_mut().zip(second) {
                state.0 = state.0.max(worth);
                self.scratch.reuse(copy);
            }
            ranked.sort_by_key(|r| std::cmp::Reverse(r.0));
        }
        ranked.drain(beam.min(ranked.len())..).for_each(|r| self.scratch.reuse(r.1));
        ranked.into_iter().map(|r| r.1).collect()
    }

    /// The states, in the same order, with what each leads to; fewer when time is up.
    fn weigh(
        &mut self,
        k: usize,
        course: &mut Course<'_, '_>,
        states: Vec<State>,
        opinion: Opinion,
    ) -> Vec<(i64, State)> {
        let budget = self.budget;
        let expired = || budget.expired();
        let mut weighed = Vec::with_capacity(states.len());
        if self.parallel {
            let (site, memory) = course.opinion(opinion);
            let judged: Vec<Option<Judged>> = states
                .into_par_iter()
                .map_init(Scratch::default, |s, c| judge(site, memory, c, s, &expired))
                .collect();
            for judged in judged.into_iter().map_while(|j| j) {
                weighed.push(self.note(k, course, judged, opinion));
            }
        } else {
            for state in states {
                let (site, memory) = course.opinion(opinion);
                let judged = judge(site, memory, state, &mut self.scratch, &expired);
                let Some(judged) = judged else { break };
                weighed.push(self.note(k, course, judged, opinion));
            }
        }
        weighed
    }

    /// Remember a judgement; the state with the worth that it leads to.
    fn note(
        &mut self,
        k: usize,
        course: &mut Course<'_, '_>,
        judged: Judged,
        opinion: Opinion,
    ) -> (i64, State) {
        course.remember(&judged, opinion);
        course.profit = course.profit.max(judged.profit);
        // A fill that ends at a known state is work all the same.
        self.iterations += u64::from(!judged.path.is_empty());
        if let Some(full) = judged.full {
            (self.see)(&full);
            if full.profit > self.best.1.profit {
                self.best = (k, full);
            } else {
                self.scratch.reuse(full);
            }
        }
        (judged.profit, judged.child)
    }
}

/// Whether there is so little time that any answer at all comes first.
pub fn hurried(control: &Control<'_>) -> bool {
    control.limits().seconds.is_some_and(|s| s <= HURRY)
}

/// Whether there are so many items that one careful fill may take longer than there is time.
pub fn crowded(left: &[u32]) -> bool {
    left.iter().map(|&n| u64::from(n)).sum::<u64>() > CROWD
}

/// Whether not even a first answer may be waited for: that may come a little after the deadline,
/// as an answer late by milliseconds is worth more than none.
pub fn overdue(control: &Control<'_>) -> bool {
    let Some(seconds) = control.limits().seconds else { return control.expired() };
    let now = control.elapsed();
    let interrupted = now < seconds && control.expired();
    interrupted || now >= seconds + GRACE
}

/// Why a search ends whose time is up.
pub fn stopped(control: &Control<'_>) -> StopReason {
    match control.stop(0, f64::INFINITY) {
        Some(reason) => reason,
        None => StopReason::Deadline,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beam_reaches_the_bottom_as_its_budget_ends() {
        // Every block costs the same, yet the first guess of the width is one and a half times too large.
        let (depth, budget) = (30, 40_000.0);
        let mut pace = Pace::new(depth, 2.25 * 2.0 * budget / depth as f64);
        let mut used = 0.0;
        for level in 0..depth {
            assert!(used < 1.0, "used up at level {level}");
            used += pace.width * pace.width * (depth - level) as f64 / budget;
            pace.descend(used);
        }
        assert!((0.85..1.05).contains(&used), "{used}");
    }
}
