//! What a rectangle is worth to its block: a bound that costs nothing to look up, or a fill.

use std::collections::BTreeMap;

use backhaul_common::Stream;

use super::anneal::{squeeze, step};
use super::envelope::Envelope;
use super::fill::Fill;
use super::quick::Quick;
use super::reach::Reach;
use super::{Problem, Rectangle};

/// Proposed changes of a fill that is judged, for every member and row.
const POLISH: usize = 12;

/// A fill that was worked out.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// What it costs; infinite where a row stays bare.
    pub cost: f64,
    /// Width that something stands on.
    pub width: i64,
    /// Its facings, by member * rows + row.
    pub facings: Vec<i32>,
}

type Key = (usize, usize, usize, i64);

/// Judges rectangles.
pub(super) struct Judge<'a> {
    problem: &'a Problem,
    pub(super) members: &'a [Vec<usize>],
    /// By block * runs + first * shelves + last.
    envelopes: Vec<Option<Envelope>>,
    /// By block * shelves + shelf.
    reach: Vec<Reach>,
    quick: Quick,
    known: BTreeMap<Key, Known>,
    /// A usual change of cost by one facing; 0 before it is known, when fills are left as they are.
    usual: f64,
    /// Whether time was enough for all envelopes.
    pub whole: bool,
}

impl<'a> Judge<'a> {
    /// Work out envelopes of all blocks on all runs of shelves, as far as time allows.
    pub fn new(
        problem: &'a Problem,
        members: &'a [Vec<usize>],
        narrowest: &dyn Fn(usize, usize, usize) -> Option<i64>,
        expired: &mut dyn FnMut() -> bool,
    ) -> Self {
        let shelves = problem.shelves.len();
        let fixture = |s: usize| problem.shelves[s].fixture;
        let mut envelopes = vec![None; members.len() * shelves * shelves];
        let mut whole = true;
        // Whole fixtures first, then the shorter runs first, in case that time runs out.
        let mut runs: Vec<(usize, usize, usize)> = Vec::new();
        for first in 0..shelves {
            for last in first..shelves {
                if fixture(first) == fixture(last) {
                    let low = first == 0 || fixture(first - 1) != fixture(first);
                    let high = last + 1 == shelves || fixture(last + 1) != fixture(last);
                    let rows = last + 1 - first;
                    runs.push((if low && high { 0 } else { rows }, first, last));
                }
            }
        }
        runs.sort_unstable();
        for (_, first, last) in runs {
            for (b, list) in members.iter().enumerate() {
                // A facing at least for every row.
                let most: i64 = list.iter().map(|&p| i64::from(problem.products[p].most)).sum();
                if (last + 1 - first) as i64 <= most {
                    if let Some(n) = narrowest(b, first, last) {
                        let found = Envelope::new(problem, list, (first, last), n, expired);
                        whole &= found.is_some();
                        envelopes[(b * shelves + first) * shelves + last] = found;
                    }
                }
            }
        }
        let each = members.iter().flat_map(|list| (0..shelves).map(move |s| (list, s)));
        let reach = each.map(|(list, s)| Reach::new(problem, list, s)).collect();
        let quick = Quick::new(problem, members);
        Self {
            problem,
            members,
            envelopes,
            reach,
            quick,
            known: BTreeMap::new(),
            usual: 0.0,
            whole,
        }
    }

    /// Envelope of a block on a run of shelves, where it can stand there.
    pub fn envelope(&self, block: usize, first: usize, last: usize) -> Option<&Envelope> {
        let shelves = self.problem.shelves.len();
        self.envelopes[(block * shelves + first) * shelves + last].as_ref()
    }

    /// Width of a rectangle that something could stand on.
    pub fn useful(&self, block: usize, r: &Rectangle) -> i64 {
        let shelves = self.problem.shelves.len();
        let each = (r.first..=r.last).map(|s| self.reach[block * shelves + s].below(r.width));
        each.max().unwrap_or(0)
    }

    /// The block costs no less in this rectangle.
    pub fn least(&self, block: usize, r: &Rectangle) -> f64 {
        let width = self.useful(block, r);
        self.envelope(block, r.first, r.last).map_or(f64::INFINITY, |e| e.least(width))
    }

    /// What is known of a rectangle.
    pub fn known(&self, block: usize, r: &Rectangle) -> Option<&Known> {
        self.known.get(&(block, r.first, r.last, r.width))
    }

    /// Fill a rectangle, or remember how it was filled.
    pub fn fill(&mut self, block: usize, r: &Rectangle, stream: &mut Stream) -> &Known {
        let key = (block, r.first, r.last, r.width);
        if !self.known.contains_key(&key) {
            let known = self.work_out(block, r, stream);
            let snug = (block, r.first, r.last, known.width);
            if snug != key && !self.known.contains_key(&snug) {
                self.known.insert(snug, known.clone());
            }
            self.known.insert(key, known);
        }
        &self.known[&key]
    }

    /// From here on fills are polished at this usual change of cost by one facing.
    pub fn polish(&mut self, usual: f64) {
        self.usual = usual;
        self.known.clear();
    }

    /// The filled rectangle.
    pub fn filled(
        &mut self,
        block: usize,
        r: &Rectangle,
        price: &[f64],
        stream: &mut Stream,
    ) -> Fill {
        let members = &self.members[block];
        let mut fill = Fill::new(self.problem, members, (r.first, r.last), r.width, price);
        let facings = self.fill(block, r, stream).facings.clone();
        fill.take(self.problem, &facings);
        fill
    }

    fn work_out(&self, block: usize, r: &Rectangle, stream: &mut Stream) -> Known {
        let problem = self.problem;
        let shelves = problem.shelves.len();
        let mut price = vec![0.0; shelves];
        if let Some(envelope) = self.envelope(block, r.first, r.last) {
            let line = envelope.at(r.width);
            price[r.first..=r.last].copy_from_slice(&line.price);
        }
        let rows = (r.first, r.last);
        let members = &self.members[block];
        let mut fill = Fill::new(problem, members, rows, r.width, &price);
        self.quick.fill(problem, block, &mut fill);
        if !fill.whole() {
            fill = Fill::new(problem, members, rows, r.width, &price);
            fill.greedy(problem);
        }
        if !fill.whole() {
            return Known { cost: f64::INFINITY, width: r.width, facings: fill.facings };
        }
        let steps = if self.usual > 0.0 { POLISH * fill.facings.len() } else { 0 };
        let (hot, cold) = (0.03 * self.usual, 0.001 * self.usual);
        let cooling = (cold / hot).powf(1.0 / steps.max(1) as f64);
        let mut temperature = hot;
        let (mut cost, mut least) = (fill.total(), f64::INFINITY);
        let mut best = None;
        for k in 0..steps {
            cost += if k % 4 == 0 {
                squeeze(problem, &mut fill, stream, temperature)
            } else {
                step(problem, &mut fill, stream, temperature)
            };
            temperature *= cooling;
            let looked_at = k + 1 == steps || (k % 64 == 63 && k > steps / 2);
            if looked_at && cost < least {
                least = cost;
                best = Some(fill.clone());
            }
        }
        let fill = best.unwrap_or(fill);
        let free = fill.room.iter().copied().min().unwrap_or(0);
        Known { cost: fill.total(), width: r.width - free, facings: fill.facings }
    }
}
