//! One site's own search: how states are judged, and what is remembered of it.
//!
//! A greedy completion is a noisy judge. Those states that a beam is about to choose are therefore
//! completed once more with another taste, and the better end counts: a tenth of the time for a
//! choice that errs less.

use crate::fill::{Scratch, Site, State};
use crate::memory::Memory;

/// Blocks that most fills take from there on.
const PATH: usize = 64;

/// A state with the worth of its greedy completion.
pub struct Judged {
    /// Worth that it leads to.
    pub profit: i64,
    /// The completion, unless its end was known before.
    pub full: Option<State>,
    /// Fingerprints of the states that it went through.
    pub path: Vec<u64>,
    /// The state itself.
    pub child: State,
}

/// Fill a state up greedily, up to the end or to a state whose end is known.
pub fn judge(
    site: &Site<'_>,
    memory: &Memory,
    child: State,
    scratch: &mut Scratch,
    expired: &dyn Fn() -> bool,
) -> Option<Judged> {
    let fingerprint = site.fingerprint(&child);
    if let Some(profit) = memory.get(fingerprint) {
        return Some(Judged { profit, full: None, path: Vec::new(), child });
    }
    if expired() {
        return None;
    }
    let mut path = Vec::with_capacity(PATH);
    path.push(fingerprint);
    let mut known = None;
    let mut full = scratch.copy(&child);
    // Fills of many blocks hardly ever meet on the way: only small problems' are worth the question.
    let asks = memory.is_small();
    site.complete(&mut full, scratch, expired, &mut |fingerprint| {
        known = if asks { memory.get(fingerprint) } else { None };
        path.push(fingerprint);
        known.is_some()
    });
    Some(match known {
        Some(profit) => {
            scratch.reuse(full);
            Judged { profit, full: None, path, child }
        }
        None => Judged { profit: full.profit, full: Some(full), path, child },
    })
}

/// One site's own search: how wide its beam has become and what it remembers.
pub struct Course<'s, 'a> {
    /// Where it fills.
    pub site: &'s Site<'a>,
    /// Nothing placed yet.
    pub root: State,
    /// Of its latest beam.
    pub width: f64,
    /// Worth of its own best fill.
    pub profit: i64,
    /// What its states lead to.
    pub memory: Memory,
    /// The same site with another taste, for second opinions, and what was remembered of those.
    pub second: Option<(&'s Site<'a>, Memory)>,
    /// Whether no branch was cut off: a wider beam would see the same.
    pub exhausted: bool,
}

/// Which of two ways of filling up is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Opinion {
    /// The search's own.
    First,
    /// The other, of those about to be chosen.
    Second,
}

impl<'s, 'a> Course<'s, 'a> {
    /// Before anything is done.
    pub fn new(site: &'s Site<'a>, left: &[u32]) -> Self {
        Self::from(site, site.start(left))
    }

    /// From a container that holds something.
    pub fn from(site: &'s Site<'a>, root: State) -> Self {
        let memory = Memory::default();
        Self { site, root, width: 0.0, profit: 0, memory, second: None, exhausted: false }
    }

    /// The site that fills up, and what it remembers.
    pub fn opinion(&self, opinion: Opinion) -> (&'s Site<'a>, &Memory) {
        match &self.second {
            Some((site, memory)) if opinion == Opinion::Second => (site, memory),
            _ => (self.site, &self.memory),
        }
    }

    /// Remember what the states on the way lead to.
    pub fn remember(&mut self, judged: &Judged, opinion: Opinion) {
        let first = opinion == Opinion::First;
        for &state in &judged.path {
            // A second opinion of more is what the state is worth from now on.
            if first || self.memory.get(state).is_none_or(|worth| worth < judged.profit) {
                self.memory.put(state, judged.profit);
            }
        }
        if let (false, Some((_, memory))) = (first, &mut self.second) {
            judged.path.iter().for_each(|&state| memory.put(state, judged.profit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Aim, Bin, Item, Problem, Rules};
    use crate::rules::RuleSet;
    use crate::several::{Making, Packer};

    #[test]
    fn a_second_opinion_raises_what_a_state_is_worth_and_never_lowers_it() {
        let bins = vec![Bin::plain([4; 3])];
        let items = vec![Item::plain([2; 3], 8)];
        let problem = Problem::new(Aim::Knapsack, bins, items, Rules::default()).unwrap();
        let rules = RuleSet::default();
        let making = Making { count: 10, fill: 1000, mixed: true };
        let packer = Packer::new(&problem, &rules, false, making, &|| false);
        let site = packer.site(0);
        let mut course = Course::new(&site, &[8]);
        course.second = Some((&site, Memory::default()));
        let judged = |profit| {
            let child = course.root.clone();
            Judged { profit, full: None, path: vec![5], child }
        };
        let [usual, less, more] = [40, 30, 50].map(judged);
        course.remember(&usual, Opinion::First);
        course.remember(&less, Opinion::Second);
        assert_eq!(course.memory.get(5), Some(40));
        assert_eq!(course.opinion(Opinion::Second).1.get(5), Some(30));
        course.remember(&more, Opinion::Second);
        assert_eq!(course.memory.get(5), Some(50));
    }
}
