//! Carry out the moves of the local search on linked lists.

use crate::cvrp::anneal::Search;
use crate::cvrp::local::{Best, Move, Part};
use crate::cvrp::Metric;

impl<M: Metric> Search<'_, '_, M> {
    pub(super) fn apply(&mut self, u: u32, best: &Best) {
        let cost = self.tours.cost + best.length;
        match best.chosen {
            Move::None => {}
            Move::Shift { part, v, ahead } => {
                let w = self.step(v, ahead);
                let to = self.tours.stops[v as usize].route;
                let (from, to) = (self.tours.stops[u as usize].route, to);
                self.shift(u, part, from, to, [v, w], ahead);
            }
            Move::Fresh { part } => {
                let from = self.tours.stops[u as usize].route;
                let to = self.tours.open();
                self.shift(u, part, from, to, [0, 0], true);
            }
            Move::Exchange { part, v, ahead, count, turned } => {
                self.exchange(u, part, v, ahead, count, turned);
            }
            Move::Tails { a, b } => {
                let to = self.tours.stops[b as usize].route;
                self.tails(a, b, to);
            }
            Move::Split => {
                let to = self.tours.open();
                self.tails(u, 0, to);
            }
            Move::Turn { a, b } => self.turn(a, b),
            Move::Reverse { a, b } => self.reverse(u, a, b),
        }
        self.tours.cost = cost;
    }

    fn join(&mut self, r: u32, a: u32, b: u32) {
        let length = if a == b { 0 } else { self.tours.metric.d(a, b) };
        self.tours.link(r, a, b, length);
        self.enqueue(a);
        self.enqueue(b);
    }

    /// Join consecutive entries of a list, in the direction of the route or against it.
    fn chain(&mut self, r: u32, list: &[u32], forward: bool) {
        for pair in list.windows(2) {
            let (a, b) = if forward { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
            self.join(r, a, b);
        }
    }

    /// Add `count` stops from `v` on to the list; their load.
    fn collect(&self, v: u32, count: u32, forward: bool, list: &mut Vec<u32>) -> i64 {
        let (mut x, mut load) = (v, 0);
        for _ in 0..count {
            list.push(x);
            load += self.tours.demand[x as usize];
            x = self.step(x, forward);
        }
        load
    }

    fn shift(&mut self, u: u32, part: Part, from: u32, to: u32, place: [u32; 2], ahead: bool) {
        let mut list = std::mem::take(&mut self.part);
        list.clear();
        list.push(place[0]);
        let load = self.collect(u, part.count, part.forward, &mut list);
        list.push(place[1]);
        let outer = self.step(u, !part.forward);
        self.chain(from, &[outer, part.beyond], part.forward);
        for &x in &list[1..list.len() - 1] {
            self.tours.assign(x, to);
        }
        self.chain(to, &list, ahead);
        if from != to {
            let (f, t) = (self.tours.tours[from as usize], self.tours.tours[to as usize]);
            self.tours.resize(from, f.load - load, f.size - part.count);
            self.tours.resize(to, t.load + load, t.size + part.count);
        }
        self.part = list;
    }

    fn exchange(&mut self, u: u32, part: Part, v: u32, ahead: bool, count: u32, turned: bool) {
        let (mut ours, mut theirs) = (vec![v], vec![]);
        let load_u = self.collect(u, part.count, part.forward, &mut ours);
        let w = self.step(v, ahead);
        let load_w = self.collect(w, count, ahead, &mut theirs);
        let last = theirs[theirs.len() - 1];
        let beyond = self.step(last, ahead);
        let outer = self.step(u, !part.forward);
        if turned {
            theirs.reverse();
        }
        theirs.insert(0, outer);
        theirs.push(part.beyond);
        ours.push(beyond);
        let (ru, rv) = (self.tours.stops[u as usize].route, self.tours.stops[v as usize].route);
        if ru != rv {
            for &x in &ours[1..ours.len() - 1] {
                self.tours.assign(x, rv);
            }
            for &x in &theirs[1..theirs.len() - 1] {
                self.tours.assign(x, ru);
            }
            let more = load_w - load_u;
            let (a, b) = (self.tours.tours[ru as usize], self.tours.tours[rv as usize]);
            self.tours.resize(ru, a.load + more, a.size + count - part.count);
            self.tours.resize(rv, b.load - more, b.size + part.count - count);
        }
        self.chain(rv, &ours, ahead);
        self.chain(ru, &theirs, part.forward);
    }

    /// Give what follows (and with) `v` to route `r`; its load and size.
    fn give(&mut self, v: u32, r: u32) -> (i64, u32) {
        let (mut load, mut size, mut x) = (0, 0, v);
        while x != 0 {
            load += self.tours.demand[x as usize];
            size += 1;
            self.tours.assign(x, r);
            x = self.tours.stops[x as usize].next;
        }
        (load, size)
    }

    /// `b` 0: the tail of `a` becomes route `rb`, which is empty.
    fn tails(&mut self, a: u32, b: u32, rb: u32) {
        let sa = self.tours.stops[a as usize];
        let before_b = if b == 0 { 0 } else { self.tours.stops[b as usize].prev };
        let ra = sa.route;
        let (ta, tb) = (self.tours.tours[ra as usize], self.tours.tours[rb as usize]);
        let (load_a, size_a) = self.give(sa.next, rb);
        let (load_b, size_b) = self.give(b, ra);
        self.join(ra, a, b);
        self.join(rb, before_b, sa.next);
        self.fix_last(ra, if b == 0 { a } else { tb.last });
        let last = if sa.next == 0 { before_b } else { ta.last };
        self.fix_last(rb, last);
        self.tours.resize(ra, ta.load - load_a + load_b, ta.size - size_a + size_b);
        self.tours.resize(rb, tb.load - load_b + load_a, tb.size - size_b + size_a);
    }

    /// State that route `r` ends with `v`.
    fn fix_last(&mut self, r: u32, v: u32) {
        let length = if v == 0 { 0 } else { self.tours.stops[v as usize].after };
        self.tours.link(r, v, 0, length);
    }

    /// Lay a list of stops (0: the depot) as consecutive edges of a route.
    fn lay(&mut self, r: u32, list: &[u32]) {
        for pair in list.windows(2) {
            let length = if pair[0] == pair[1] { 0 } else { self.tours.metric.d(pair[0], pair[1]) };
            self.tours.link(r, pair[0], pair[1], length);
        }
        for &x in list {
            if x != 0 {
                self.tours.assign(x, r);
            }
        }
    }

    fn turn(&mut self, a: u32, b: u32) {
        let (sa, sb) = (self.tours.stops[a as usize], self.tours.stops[b as usize]);
        let (ra, rb) = (sa.route, sb.route);
        let (ta, tb) = (self.tours.tours[ra as usize], self.tours.tours[rb as usize]);
        let mut heads = std::mem::take(&mut self.part);
        heads.clear();
        heads.push(a);
        let load_b = sb.head;
        let size_b = sb.place;
        self.collect(b, size_b, false, &mut heads);
        heads.push(0);
        let mut tails = vec![];
        let size_a = ta.size - sa.place;
        let load_a = self.collect(sa.next, size_a, true, &mut tails);
        tails.push(0);
        tails.reverse();
        tails.push(sb.next);
        self.lay(ra, &heads);
        self.lay(rb, &tails);
        self.tours.resize(ra, ta.load - load_a + load_b, ta.size - size_a + size_b);
        self.tours.resize(rb, tb.load - load_b + load_a, tb.size - size_b + size_a);
        for v in [a, b, sa.next, sb.next] {
            self.enqueue(v);
        }
        self.part = heads;
    }

    /// Reverse what follows `a` (0: from the start) up to and with `b`.
    fn reverse(&mut self, u: u32, a: u32, b: u32) {
        let r = self.tours.stops[u as usize].route;
        let mut list = std::mem::take(&mut self.part);
        list.clear();
        let after = self.tours.stops[b as usize].next;
        let mut x = if a == 0 {
            self.tours.tours[r as usize].first
        } else {
            self.tours.stops[a as usize].next
        };
        while x != after {
            list.push(x);
            x = self.tours.stops[x as usize].next;
        }
        list.push(a);
        list.reverse();
        list.push(after);
        self.lay(r, &list);
        for v in [list[0], list[1], list[list.len() - 2], after] {
            self.enqueue(v);
        }
        self.part = list;
    }
}
