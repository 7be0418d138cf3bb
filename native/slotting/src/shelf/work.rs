//! Rectangles and their facings, changed together.

use super::anneal::{squeeze, step};
use super::fill::Fill;
use super::rectangles::nearness;
use super::search::{Search, State};
use super::{Problem, Rectangle};

/// Changes of single facings that count as one iteration, about as much work as one quick fill.
const FINE: u64 = 200;
/// The same while rectangles still move much, and the share of the rest of the budget for that.
const COARSE: u64 = 16;
const SHIFTING: f64 = 0.6;

/// Rectangles together with their facings.
#[derive(Clone)]
pub(super) struct Work {
    pub(super) state: State,
    pub(super) fills: Vec<Option<Fill>>,
    /// Blocks that stand somewhere, the larger ones more often.
    pub(super) listed: Vec<usize>,
    pub(super) cost: f64,
}

impl Work {
    pub(super) fn new(search: &Search<'_>, state: State, fills: Vec<Option<Fill>>) -> Self {
        let mut work = Self { state, fills, listed: Vec::new(), cost: 0.0 };
        work.count(search);
        work
    }

    pub(super) fn count(&mut self, search: &Search<'_>) {
        self.listed = (self.fills.iter().enumerate())
            .filter_map(|(b, f)| f.as_ref().map(|f| vec![b; f.members.len()]))
            .flatten()
            .collect();
        let each = self.fills.iter().enumerate();
        let sum: f64 = each.map(|(b, f)| f.as_ref().map_or(search.unlisted[b], Fill::total)).sum();
        self.cost = sum - nearness(search.problem, &self.state.rectangles);
    }

    /// One change of a rectangle, and many of facings.
    pub(super) fn round(&mut self, search: &mut Search<'_>, usual: f64, used: f64) {
        let problem = search.problem;
        let cool = |hot: f64, cold: f64| usual * hot * (cold / hot).powf(used);
        // With one block there is little to move once its rectangle is as large as the shelves.
        if self.fills.len() > 1 || used < 0.2 {
            let far = (used / SHIFTING).min(1.0);
            self.shift(search, usual * 0.2 * 0.05_f64.powf(far));
        }
        let temperature = cool(0.02, 0.0005);
        let few = self.fills.len() > 1 && used < SHIFTING;
        for k in 0..if few { COARSE } else { FINE } {
            if self.listed.is_empty() {
                return;
            }
            let b = self.listed[search.stream.below(self.listed.len())];
            if let Some(fill) = &mut self.fills[b] {
                self.cost += if k % 4 == 0 {
                    squeeze(problem, fill, &mut search.stream, temperature)
                } else {
                    step(problem, fill, &mut search.stream, temperature)
                };
            }
        }
    }

    /// Propose another rectangle; its facings go along as far as they fit.
    pub(super) fn shift(&mut self, search: &mut Search<'_>, temperature: f64) {
        let problem = search.problem;
        let Some(next) = search.propose(&self.state) else { return };
        let shape = |r: &Option<Rectangle>| r.map(|r| (r.first, r.last, r.width));
        let mut changed: Vec<(usize, Option<Fill>)> = Vec::new();
        let mut delta =
            nearness(problem, &self.state.rectangles) - nearness(problem, &next.rectangles);
        for b in 0..self.fills.len() {
            if shape(&self.state.rectangles[b]) == shape(&next.rectangles[b]) {
                continue;
            }
            let fill = match (&self.fills[b], &next.rectangles[b]) {
                (_, None) => None,
                (None, Some(r)) => {
                    let Search { judge, stream, price, .. } = &mut *search;
                    Some(judge.filled(b, r, price, stream))
                }
                (Some(old), Some(r)) => {
                    let mut new = old.adapt(problem, r.first, r.last, r.width, &search.price);
                    if !new.whole() {
                        return;
                    }
                    for _ in 0..10 + 2 * new.members.len() {
                        step(problem, &mut new, &mut search.stream, 0.0);
                    }
                    Some(new)
                }
            };
            if fill.as_ref().is_some_and(|f| !f.whole()) {
                return;
            }
            let cost = |f: &Option<Fill>| f.as_ref().map_or(search.unlisted[b], Fill::total);
            delta += cost(&fill) - cost(&self.fills[b]);
            changed.push((b, fill));
        }
        if delta <= -temperature * (1.0 - search.stream.uniform()).ln() {
            self.state = next;
            for (b, fill) in changed {
                self.fills[b] = fill;
            }
            self.count(search);
        }
    }
}

pub(super) fn fills_of(search: &mut Search<'_>, state: &State) -> Vec<Option<Fill>> {
    let Search { judge, stream, price, .. } = search;
    let each = state.rectangles.iter().enumerate();
    each.map(|(b, r)| r.as_ref().map(|r| judge.filled(b, r, price, stream))).collect()
}

pub(super) fn unfold(problem: &Problem, fills: &[Option<Fill>]) -> Vec<i32> {
    let shelves = problem.shelves.len();
    let mut facings = vec![0; shelves * problem.products.len()];
    for fill in fills.iter().flatten() {
        for (m, &p) in fill.members.iter().enumerate() {
            for r in 0..fill.rows {
                facings[p * shelves + fill.first + r] = fill.facings[m * fill.rows + r];
            }
        }
    }
    facings
}
