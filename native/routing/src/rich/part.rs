//! Parts of up to three stops that begin or end with one stop, and what is known of them before any
//! place for them is looked at.

use crate::rich::site::Site;
use crate::rich::state::State;

/// Most stops of a part.
pub(super) const LONGEST: usize = 3;

/// A part that changes places with another or moves.
#[derive(Clone, Copy, Default)]
pub(super) struct Part {
    /// The stop at the other end, and the one beyond it.
    pub far: u32,
    pub beyond: u32,
    /// Length of the leg between these two.
    pub out: i64,
    /// Length of the leg that closes the gap when the part moves away.
    pub close: i64,
    /// Goods in the first dimension.
    pub load: i64,
}

/// The parts at one side of a stop, the shortest first.
#[derive(Clone, Copy, Default)]
pub(super) struct Parts {
    list: [Part; LONGEST],
    count: usize,
}

impl Parts {
    /// The part of `k` stops.
    pub fn of(&self, k: usize) -> Option<&Part> {
        self.list[..self.count].get(k - 1)
    }
}

impl State<'_> {
    /// The parts that begin (`ahead`) or end with the stop at `at`.
    pub(super) fn parts(&self, r: usize, at: usize, own: &Site, ahead: bool) -> Parts {
        let route = &self.routes[r];
        let mut parts = Parts::default();
        for k in 1..=LONGEST {
            let part = &mut parts.list[k - 1];
            let (from, to) = if ahead { (at, at + k) } else { ((at + 1).wrapping_sub(k), at + 1) };
            if to > route.stops.len() || from > at || from < route.fixed {
                break;
            }
            let (left, right) = (self.around(r, from).0, self.around(r, to).1);
            if ahead {
                (part.far, part.beyond, part.out) = (route.stops[to - 1], right, route.gaps[to]);
                part.close = self.gap(own.prev, right);
            } else {
                (part.far, part.beyond, part.out) = (route.stops[from], left, route.gaps[from]);
                part.close = self.gap(left, own.next);
            }
            part.load = route.carried[to] - route.carried[from];
            parts.count = k;
        }
        parts
    }

    /// Whether distance says that a part and `l` stops from `cut` on (or, unless `behind`, before
    /// it) save more than `-limit` when they change places. `base` is the new leg at the cut less
    /// the two old ones, `cross` the length of the leg at the part's old place.
    #[inline(always)]
    pub(super) fn shortens(
        &self,
        part: &Part,
        (r, cut, l): (usize, usize, usize),
        behind: bool,
        (base, cross): (i64, i64),
        limit: i64,
    ) -> bool {
        let brief = &self.briefs[r];
        let more = base - part.out;
        if l == 0 {
            let more = more + part.close;
            if brief.rate * more >= limit || (part.load > brief.room && !self.laden) {
                return false;
            }
            let (left, right) = self.around(r, cut);
            let leg = if behind { self.gap(part.far, right) } else { self.gap(left, part.far) };
            return brief.rate * (more + leg) < limit;
        }
        let route = &self.routes[r];
        let end = if behind { cut + l } else { cut - l };
        let more = more + cross - route.gaps[end];
        if brief.rate * more >= limit {
            return false;
        }
        let (left, right) = self.around(r, end);
        let more = more + if behind { self.gap(part.far, right) } else { self.gap(left, part.far) };
        if brief.rate * more >= limit {
            return false;
        }
        let more =
            more + if behind { self.gap(left, part.beyond) } else { self.gap(part.beyond, right) };
        brief.rate * more < limit
    }
}
