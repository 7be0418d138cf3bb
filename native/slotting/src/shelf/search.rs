//! Rectangles of all blocks, and proposed changes of them.

use backhaul_common::{purpose, Stream};

use super::judge::Judge;
use super::rectangles::{nearness, push_left};
use super::{Problem, Rectangle};

#[derive(Clone)]
pub(super) struct State {
    pub(super) rectangles: Vec<Option<Rectangle>>,
    pub(super) order: Vec<usize>,
    pub(super) cost: f64,
}

pub(super) struct Search<'a> {
    pub(super) problem: &'a Problem,
    pub(super) stream: Stream,
    pub(super) judge: Judge<'a>,
    pub(super) front: Vec<i64>,
    grain: i64,
    pub(super) unlisted: Vec<f64>,
    /// Going price of a millimetre of each shelf, to products and to blocks.
    pub(super) price: Vec<f64>,
    pub(super) rent: Vec<f64>,
}

impl<'a> Search<'a> {
    pub(super) fn new(problem: &'a Problem, judge: Judge<'a>, seed: u64) -> Self {
        let widest = problem.shelves.iter().map(|s| s.width).max().unwrap_or(0);
        let nothing = vec![0; problem.shelves.len()];
        let without = |list: &Vec<usize>| {
            list.iter().map(|&p| super::product_cost(problem, p, 0, &nothing)).sum()
        };
        Self {
            problem,
            stream: Stream::new(seed, purpose("slotting.shelf"), 0, 0),
            front: Vec::new(),
            grain: (widest / 400).max(1),
            unlisted: judge.members.iter().map(without).collect(),
            judge,
            price: vec![0.0; problem.shelves.len()],
            rent: vec![0.0; problem.shelves.len()],
        }
    }

    /// Cost of all rectangles as they are filled.
    pub(super) fn cost(&mut self, rectangles: &[Option<Rectangle>]) -> f64 {
        let mut total = -nearness(self.problem, rectangles);
        for (b, r) in rectangles.iter().enumerate() {
            total += match r {
                Some(r) => self.judge.fill(b, r, &mut self.stream).cost,
                None => self.unlisted[b],
            };
        }
        total
    }

    /// Cost of all rectangles where they were filled, and no more than that elsewhere.
    pub(super) fn least(&self, rectangles: &[Option<Rectangle>]) -> f64 {
        let mut total = -nearness(self.problem, rectangles);
        for (b, r) in rectangles.iter().enumerate() {
            total += match r {
                Some(r) => match self.judge.known(b, r) {
                    Some(known) => known.cost,
                    None => self.judge.least(b, r),
                },
                None => self.unlisted[b],
            };
        }
        total
    }

    /// Give up width that nothing can stand on, or where it was filled, that nothing stands on.
    pub(super) fn snug(&mut self, state: &mut State, filled: bool) {
        for (b, r) in state.rectangles.iter_mut().enumerate() {
            if let Some(r) = r {
                r.width = if filled {
                    self.judge.fill(b, r, &mut self.stream).width
                } else {
                    self.judge.useful(b, r)
                };
            }
        }
        push_left(self.problem, &state.order, &mut state.rectangles, &mut self.front);
    }

    fn narrowest(&self, block: usize, first: usize, last: usize) -> Option<i64> {
        narrowest(self.problem, &self.judge.members[block], first, last)
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
    pub(super) fn start(&mut self) -> State {
        let shelves = self.problem.shelves.len();
        let blocks = self.judge.members.len();
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
        order.sort_by_key(|&b| (std::cmp::Reverse(wish(&self.judge.members[b])), b));
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
                fixtures[k].2 += wish(&self.judge.members[b]);
                let rows = (last + 1 - first) as i64;
                let width = wish(&self.judge.members[b]) / rows;
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
            let whole = |search: &mut Self, b: usize| match &rectangles[b] {
                Some(r) => search.judge.fill(b, r, &mut search.stream).cost.is_finite(),
                None => true,
            };
            if fits {
                for b in 0..blocks {
                    if !whole(self, b) {
                        rectangles[b] = None;
                        break;
                    }
                }
                if self.cost(&rectangles).is_finite() {
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
                } else {
                    let (first, last) = (r.first, r.last);
                    if let Some(width) = self.wished(b, first, last) {
                        next.rectangles[b].as_mut()?.width = width;
                    }
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
                    let width = self.wished(b, first, last).unwrap_or(width);
                    next.rectangles[b] = Some(Rectangle { first, last, x: 0, width });
                }
            }
        }
        for b in [b, other] {
            if let Some(r) = &mut next.rectangles[b] {
                r.width = r.width.max(self.narrowest(b, r.first, r.last)?);
            }
        }
        if !self.repair(&mut next) {
            return None;
        }
        if self.stream.below(2) == 0 {
            self.grow(&mut next);
        }
        Some(next)
    }

    /// Width that a block would buy on these shelves at the going prices.
    fn wished(&self, block: usize, first: usize, last: usize) -> Option<i64> {
        let rent = self.rent[first..=last].iter().sum();
        let (_, width) = self.judge.envelope(block, first, last)?.priced(rent);
        Some(width as i64)
    }

    /// What is free beside the blocks goes to them, from a random one on.
    fn grow(&mut self, state: &mut State) {
        let blocks = state.rectangles.len();
        let from = self.stream.below(blocks);
        for k in 0..blocks {
            let Some(r) = state.rectangles[(from + k) % blocks] else { continue };
            let free = |s: usize| self.problem.shelves[s].width - self.front[s];
            let free = (r.first..=r.last).map(free).min().unwrap_or(0);
            if free > 0 {
                let wider = Rectangle { width: r.width + free, ..r };
                state.rectangles[(from + k) % blocks] = Some(wider);
                if !push_left(self.problem, &state.order, &mut state.rectangles, &mut self.front) {
                    // It pushes somebody out on another shelf.
                    state.rectangles[(from + k) % blocks] = Some(r);
                    push_left(self.problem, &state.order, &mut state.rectangles, &mut self.front);
                }
            }
        }
    }

    /// Narrow somebody on every shelf that is too full; false where that does not help.
    fn repair(&mut self, state: &mut State) -> bool {
        for _ in 0..12 {
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
            let Some(least) = self.narrowest(b, r.first, r.last) else { return false };
            let width = (r.width - over).max(least).min(r.width);
            state.rectangles[b] = Some(Rectangle { width, ..r });
        }
        false
    }
}

/// Least width in which every row of the rectangle can hold something, where any can.
pub(super) fn narrowest(
    problem: &Problem,
    members: &[usize],
    first: usize,
    last: usize,
) -> Option<i64> {
    let shelves = problem.shelves.len();
    (first..=last)
        .map(|s| {
            (members.iter())
                .filter(|&&p| problem.units[p * shelves + s] > 0.0)
                .map(|&p| {
                    let product = &problem.products[p];
                    product.width * i64::from(product.least.max(1))
                })
                .min()
        })
        .try_fold(0, |widest, width| Some(widest.max(width?)))
}
