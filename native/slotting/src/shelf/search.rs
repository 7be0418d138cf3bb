//! Moving rectangles: annealing over their places and widths, with quick fills; then fine fills.

use std::collections::BTreeMap;

use backhaul_common::{purpose, Control, Error, Result, StopReason, Stream};

use super::anneal::scale;
use super::bound::bound;
use super::fill::Fill;
use super::rectangles::{nearness, push_left};
use super::work::{fills_of, unfold, Work};
use super::{Planogram, Problem, Rectangle};

/// Share of the budget for moving rectangles; the rest works out the facings.
const MOVING: f64 = 0.05;
/// Changes of single facings that count as one iteration, about as much work as one quick fill.
pub(super) const FINE: u64 = 200;
/// The same while rectangles still move much, and the share of the rest of the budget for that.
pub(super) const COARSE: u64 = 16;
pub(super) const SHIFTING: f64 = 0.6;
/// Iterations without any limit, by block.
const UNLIMITED: u64 = 2_000;
/// Iterations between two looks at the clock.
const CHECK: u64 = 8;

#[derive(Clone)]
pub(super) struct State {
    pub(super) rectangles: Vec<Option<Rectangle>>,
    pub(super) order: Vec<usize>,
    pub(super) cost: f64,
}

pub(super) struct Search<'a> {
    pub(super) problem: &'a Problem,
    pub(super) members: Vec<Vec<usize>>,
    pub(super) stream: Stream,
    /// Cost of a block in a rectangle of these shelves and this width; infinite where a row stays bare.
    pub(super) known: BTreeMap<(usize, usize, usize, i64), f64>,
    pub(super) front: Vec<i64>,
    pub(super) grain: i64,
    pub(super) unlisted: Vec<f64>,
    pub(super) price: Vec<f64>,
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem, seed: u64) -> Self {
        let members = problem.members();
        let widest = problem.shelves.iter().map(|s| s.width).max().unwrap_or(0);
        let unlisted = members
            .iter()
            .map(|list| {
                let nothing = vec![0; problem.shelves.len()];
                list.iter().map(|&p| super::product_cost(problem, p, 0, &nothing)).sum()
            })
            .collect();
        Self {
            problem,
            members,
            stream: Stream::new(seed, purpose("slotting.shelf"), 0, 0),
            known: BTreeMap::new(),
            front: Vec::new(),
            grain: (widest / 400).max(1),
            unlisted,
            price: vec![0.0; problem.shelves.len()],
        }
    }

    pub(super) fn fill(&self, block: usize, r: &Rectangle) -> Fill {
        let rows = (r.first, r.last);
        let members = &self.members[block];
        let mut fill = Fill::new(self.problem, members, rows, r.width, &self.price);
        fill.greedy(self.problem);
        fill.exchange(self.problem);
        fill
    }

    fn block_cost(&mut self, block: usize, rectangle: Option<Rectangle>) -> f64 {
        let Some(r) = rectangle else { return self.unlisted[block] };
        let key = (block, r.first, r.last, r.width);
        if let Some(&cost) = self.known.get(&key) {
            return cost;
        }
        let fill = self.fill(block, &r);
        let cost = if fill.whole() { fill.total() } else { f64::INFINITY };
        self.known.insert(key, cost);
        cost
    }

    fn cost(&mut self, rectangles: &[Option<Rectangle>]) -> f64 {
        let mut total = -nearness(self.problem, rectangles);
        for (b, &rectangle) in rectangles.iter().enumerate() {
            total += self.block_cost(b, rectangle);
        }
        total
    }

    /// Least width in which every row of the rectangle can hold something, where any can.
    fn narrowest(&self, block: usize, first: usize, last: usize) -> Option<i64> {
        let shelves = self.problem.shelves.len();
        (first..=last)
            .map(|s| {
                (self.members[block].iter())
                    .filter(|&&p| self.problem.units[p * shelves + s] > 0.0)
                    .map(|&p| {
                        let product = &self.problem.products[p];
                        product.width * i64::from(product.least.max(1))
                    })
                    .min()
            })
            .try_fold(0, |widest, width| Some(widest.max(width?)))
    }

    /// Shelves of the fixture of shelf `s`.
    fn fixture(&self, s: usize) -> (usize, usize) {
        let shelves = &self.problem.shelves;
        let same = |t: &usize| shelves[*t].fixture == shelves[s].fixture;
        let first = (0..=s).rev().take_while(same).last().unwrap_or(s);
        let last = (s..shelves.len()).take_while(same).last().unwrap_or(s);
        (first, last)
    }

    /// Columns from bottom to top, as wide as what the block could use.
    fn start(&mut self) -> State {
        let shelves = self.problem.shelves.len();
        let blocks = self.members.len();
        let mut fixtures = Vec::new();
        let mut s = 0;
        while s < shelves {
            let (first, last) = self.fixture(s);
            fixtures.push((first, last, 0_i64));
            s = last + 1;
        }
        let wish = |list: &[usize]| -> i64 {
            let all = list.iter().map(|&p| &self.problem.products[p]);
            all.map(|p| p.width * i64::from(p.most)).sum()
        };
        let mut order: Vec<usize> = (0..blocks).collect();
        order.sort_by_key(|&b| (std::cmp::Reverse(wish(&self.members[b])), b));
        let mut rectangles = vec![None; blocks];
        for &b in &order {
            // Longest run of shelves that each can hold something, in the fixture with most room.
            let mut best: Option<(i64, usize, usize, usize)> = None;
            for (k, &(first, last, taken)) in fixtures.iter().enumerate() {
                let room: i64 = (first..=last).map(|s| self.problem.shelves[s].width).sum();
                let mut from = first;
                for s in first..=last {
                    if self.narrowest(b, s, s).is_none() {
                        from = s + 1;
                    } else if best.is_none_or(|x| (room - taken) * ((s + 1 - from) as i64) > x.0) {
                        best = Some(((room - taken) * ((s + 1 - from) as i64), k, from, s));
                    }
                }
            }
            if let Some((_, k, first, last)) = best {
                fixtures[k].2 += wish(&self.members[b]);
                let rows = (last + 1 - first) as i64;
                let width = wish(&self.members[b]) / rows;
                rectangles[b] = Some(Rectangle { first, last, x: 0, width });
            }
        }
        // All give way in proportion until everyone fits; whoever still does not is left out.
        for round in 0..60 {
            for b in 0..blocks {
                if let Some(r) = &mut rectangles[b] {
                    let least = self.narrowest(b, r.first, r.last).unwrap_or(0);
                    r.width = r.width.max(least);
                }
            }
            let fits = push_left(self.problem, &order, &mut rectangles, &mut self.front);
            let whole =
                |search: &mut Self, b: usize| search.block_cost(b, rectangles[b]).is_finite();
            if fits {
                for b in 0..blocks {
                    if !whole(self, b) {
                        rectangles[b] = None;
                        break;
                    }
                }
                if (0..blocks).all(|b| self.block_cost(b, rectangles[b]).is_finite()) {
                    break;
                }
            } else if round < 40 {
                for r in rectangles.iter_mut().flatten() {
                    r.width = r.width * 9 / 10;
                }
            } else if let Some(b) =
                (0..blocks).rev().map(|k| order[k]).find(|&b| rectangles[b].is_some())
            {
                rectangles[b] = None;
            }
        }
        if !push_left(self.problem, &order, &mut rectangles, &mut self.front)
            || !self.cost(&rectangles).is_finite()
        {
            rectangles = vec![None; blocks];
        }
        let cost = self.cost(&rectangles);
        State { rectangles, order, cost }
    }

    /// One proposed change of the rectangles.
    pub(super) fn propose(&mut self, state: &State) -> Option<State> {
        let blocks = state.order.len();
        let mut next = state.clone();
        let b = self.stream.below(blocks);
        let other = self.stream.below(blocks);
        let delta = self.grain * (1 + self.stream.below(12) as i64);
        let kind = self.stream.below(12);
        match kind {
            0..=3 => {
                let up = self.stream.below(2) == 0;
                let r = next.rectangles[b].as_mut()?;
                r.width += if up { delta } else { -delta };
                if kind >= 2 && other != b {
                    let r = next.rectangles[other].as_mut()?;
                    r.width -= if up { delta } else { -delta };
                }
            }
            4 | 5 => {
                // Into whatever is free on its shelves.
                push_left(self.problem, &next.order, &mut next.rectangles, &mut self.front);
                let r = next.rectangles[b].as_mut()?;
                let free = |s: usize| self.problem.shelves[s].width - self.front[s];
                let free = (r.first..=r.last).map(free).min().unwrap_or(0);
                if free <= 0 {
                    return None;
                }
                r.width += free;
            }
            6 | 7 => {
                let r = next.rectangles[b].as_mut()?;
                let (low, high) = self.fixture(r.first);
                let area = r.width * (r.last + 1 - r.first) as i64;
                match self.stream.below(4) {
                    0 if r.first > low => r.first -= 1,
                    1 if r.first < r.last => r.first += 1,
                    2 if r.last < high => r.last += 1,
                    3 if r.last > r.first => r.last -= 1,
                    _ => return None,
                }
                if kind == 6 {
                    let width = area / (r.last + 1 - r.first) as i64;
                    r.width = (width / self.grain).max(1) * self.grain;
                }
            }
            8 => next.order.swap(b, other),
            9 => {
                if b == other {
                    return None;
                }
                let (low, high) = (b.min(other), b.max(other));
                next.order[low..=high].rotate_left(1);
            }
            10 => {
                next.rectangles.swap(b, other);
            }
            _ => {
                // To another run of shelves, or out, or in again.
                let shelf = self.stream.below(self.problem.shelves.len());
                let (low, high) = self.fixture(shelf);
                let last = shelf + self.stream.below(high + 1 - shelf);
                let first = if self.stream.below(2) == 0 { low } else { shelf };
                let listed = next.rectangles[b];
                if listed.is_some() && self.stream.below(8) == 0 {
                    next.rectangles[b] = None;
                } else {
                    let rows = (last + 1 - first) as i64;
                    let area = listed.map_or(0, |r| r.width * (r.last + 1 - r.first) as i64);
                    let width = (area / rows / self.grain).max(1) * self.grain;
                    next.rectangles[b] = Some(Rectangle { first, last, x: 0, width });
                }
            }
        }
        for b in [b, other] {
            if let Some(r) = &mut next.rectangles[b] {
                r.width = r.width.max(self.narrowest(b, r.first, r.last)?);
            }
        }
        self.repair(&mut next).then_some(next)
    }

    /// Narrow somebody on every shelf that is too full; false where that does not help.
    fn repair(&mut self, state: &mut State) -> bool {
        for _ in 0..6 {
            if push_left(self.problem, &state.order, &mut state.rectangles, &mut self.front) {
                return true;
            }
            let full = |s: &usize| self.front[*s] > self.problem.shelves[*s].width;
            let Some(s) = (0..self.front.len()).find(full) else { return false };
            let over = self.front[s] - self.problem.shelves[s].width;
            let on: Vec<usize> = (0..state.rectangles.len())
                .filter(|&b| state.rectangles[b].is_some_and(|r| r.first <= s && s <= r.last))
                .collect();
            let b = on[self.stream.below(on.len())];
            let Some(r) = state.rectangles[b] else { return false };
            match self.narrowest(b, r.first, r.last) {
                Some(least) if r.width - over >= least => {
                    state.rectangles[b] = Some(Rectangle { width: r.width - over, ..r });
                }
                _ => return false,
            }
        }
        false
    }
}

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
    let mut search = Search::new(problem, seed);
    let mut now = match start {
        Some(start) => given(&mut search, start)?,
        None => search.start(),
    };
    let blocks = search.members.len();
    let offset = problem.empty * problem.shelves.iter().map(|s| s.width as f64).sum::<f64>();
    let proof = bound(problem, now.cost + offset, &mut || control.expired());
    // From here on facings are put where the price of the width says that they should be.
    search.price.clone_from(&proof.price);
    search.known.clear();
    now.cost = search.cost(&now.rectangles);
    if !now.cost.is_finite() {
        now.rectangles = vec![None; blocks];
        now.cost = search.cost(&now.rectangles);
    }
    let mut best = now.clone();
    let limits = control.limits();
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
    let mut fills = fills_of(&search, &best);
    let usual = scale(problem, &mut fills);
    let (hot, cold) = (4.0 * usual, 0.2 * usual);
    let mut stopped = None;
    while blocks > 0 && part(iterations) < MOVING {
        stopped = control.stop(iterations, best.cost + offset);
        if stopped.is_some() {
            break;
        }
        let temperature = hot * (cold / hot).powf(part(iterations) / MOVING);
        for _ in 0..CHECK {
            if let Some(mut next) = search.propose(&now) {
                next.cost = search.cost(&next.rectangles);
                let patience = -temperature * (1.0 - search.stream.uniform()).ln();
                if next.cost - now.cost <= patience {
                    now = next;
                    if now.cost < best.cost - 1e-9 {
                        best.clone_from(&now);
                    }
                }
            }
        }
        iterations += CHECK;
        control.report(iterations, best.cost + offset, Some(proof.bound));
    }
    let fills = fills_of(&search, &best);
    let mut work = Work::new(&search, best, fills);
    let (mut finest, mut least) = (work.clone(), work.cost);
    let reason = loop {
        if let Some(reason) = stopped.or_else(|| control.stop(iterations, least + offset)) {
            break reason;
        }
        if blocks == 0 || (unlimited && iterations >= most) {
            break StopReason::Converged;
        }
        let used = ((part(iterations) - MOVING) / (1.0 - MOVING)).clamp(0.0, 1.0);
        for _ in 0..CHECK {
            work.round(&mut search, usual, used);
            if work.cost < least - 1e-9 {
                least = work.cost;
                finest.clone_from(&work);
            }
        }
        iterations += CHECK;
        control.report(iterations, least + offset, Some(proof.bound));
    };
    let facings = unfold(problem, &finest.fills);
    let mut rectangles = finest.state.rectangles;
    push_left(problem, &finest.state.order, &mut rectangles, &mut search.front);
    let cost = problem.cost(&facings, &rectangles);
    let bound = proof.bound.min(cost);
    Ok(Planogram { facings, rectangles, cost, bound, iterations, reason })
}

fn given(search: &mut Search<'_>, start: &[Option<Rectangle>]) -> Result<State> {
    let blocks = search.members.len();
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
