//! Local search around what a round has touched.
//!
//! For a client `u` and a near one `v`, every move that makes them neighbours: moving up to three
//! clients, swapping two, exchanging tails (with and without reversal), reversing a part. Loads of
//! parts are summed by walking, but only once a move is known to shorten the plan.

use crate::cvrp::anneal::Search;
use crate::cvrp::Metric;

/// The best move of a client so far.
#[derive(Clone, Copy, Debug)]
enum Move {
    None,
    /// `length` clients from `u` on (`forward`) or back move between `v` and its next (`ahead`) or
    /// previous stop, `u` beside `v`.
    Shift {
        length: usize,
        forward: bool,
        v: u32,
        ahead: bool,
    },
    /// `u` and the stop after (`ahead`) or before `v` change places.
    Swap {
        v: u32,
        ahead: bool,
    },
    /// `a` goes on with `b` and what follows it; the stop before `b` goes on with the tail of `a`.
    Tails {
        a: u32,
        b: u32,
    },
    /// `a` goes on with `b` and what comes before it; their tails are joined.
    Turn {
        a: u32,
        b: u32,
    },
    /// The part between `a` and `b` of one route is reversed, so that they meet.
    Reverse {
        a: u32,
        b: u32,
    },
}

impl<M: Metric> Search<'_, '_, M> {
    /// Improve until no move of a touched client helps.
    pub fn improve(&mut self) {
        self.queue.clear();
        for k in 0..self.tours.touched().len() {
            let v = self.tours.touched()[k].0;
            self.enqueue(v);
        }
        let mut head = 0;
        while head < self.queue.len() {
            let u = self.queue[head];
            head += 1;
            self.queued[u as usize] = false;
            let (gain, best) = self.best_move(u);
            if gain < 0 {
                self.apply(u, best, gain);
                self.enqueue(u);
            }
        }
    }

    fn enqueue(&mut self, v: u32) {
        if v != 0 && !std::mem::replace(&mut self.queued[v as usize], true) {
            self.queue.push(v);
        }
    }

    /// The stop after or before; 0 at the end.
    fn step(&self, v: u32, forward: bool) -> u32 {
        let stop = &self.tours.stops[v as usize];
        if forward {
            stop.next
        } else {
            stop.prev
        }
    }

    fn best_move(&self, u: u32) -> (i32, Move) {
        let tours = &self.tours;
        let metric = tours.metric;
        let su = tours.stops[u as usize];
        let (pu, nu, ru) = (su.prev, su.next, su.route);
        let (mut best, mut chosen) = (0, Move::None);
        // What taking out one, two or three clients saves: [direction][length - 1].
        let mut ends = [[u; 3]; 2];
        let mut saved = [[i32::MIN; 3]; 2];
        let mut weight = [[0i64; 3]; 2];
        for (side, forward) in [(0, true), (1, false)] {
            let before = self.step(u, !forward);
            let edge = if forward { su.before } else { su.after };
            let (mut x, mut load) = (u, tours.demand[u as usize]);
            for k in 0..3 {
                let stop = tours.stops[x as usize];
                let (next, out) =
                    if forward { (stop.next, stop.after) } else { (stop.prev, stop.before) };
                let bridge = if before == next { 0 } else { metric.d(before, next) };
                ends[side][k] = x;
                saved[side][k] = edge + out - bridge;
                weight[side][k] = load;
                if next == 0 {
                    break;
                }
                x = next;
                load += tours.demand[x as usize];
            }
        }
        let most = saved[0].iter().chain(&saved[1]).copied().max().unwrap_or(0);
        let longest = su.before.max(su.after);
        let near = self.near;
        let row = near.of(u as usize);
        for &v in &row[..row.len().min(self.options.plain_local_neighbours)] {
            let duv = metric.d(u, v);
            // A new edge this long cannot be paid for by what leaves around u.
            if duv >= most.max(longest) {
                break;
            }
            let sv = tours.stops[v as usize];
            let same = sv.route == ru;
            let room =
                if same { i64::MAX } else { tours.capacity - tours.tours[sv.route as usize].load };
            for (ahead, w, dvw) in [(true, sv.next, sv.after), (false, sv.prev, sv.before)] {
                for (side, forward) in [(0, true), (1, false)] {
                    let lengths = if side == 0 { 0..3 } else { 1..3 };
                    for k in lengths {
                        if saved[side][k] == i32::MIN || weight[side][k] > room {
                            break;
                        }
                        let x = ends[side][k];
                        let inside = same && self.covers(u, k, forward, v, w);
                        if inside {
                            break;
                        }
                        let gain = duv - dvw - saved[side][k];
                        if gain >= best {
                            continue;
                        }
                        let gain = gain + metric.d(x, w);
                        if gain < best {
                            best = gain;
                            chosen = Move::Shift { length: k + 1, forward, v, ahead };
                        }
                    }
                }
                // Swap u with w.
                if w != 0 && w != u && w != pu && w != nu && v != pu && v != nu {
                    let sw = tours.stops[w as usize];
                    let (z, dwz) = if ahead { (sw.next, sw.after) } else { (sw.prev, sw.before) };
                    if z != u {
                        let gain = duv - dvw - dwz - su.before - su.after;
                        if gain < best {
                            let gain = gain + metric.d(u, z) + metric.d(pu, w) + metric.d(w, nu);
                            let (du, dw) = (tours.demand[u as usize], tours.demand[w as usize]);
                            let fits = same
                                || (du - dw <= room
                                    && tours.tours[ru as usize].load + dw - du <= tours.capacity);
                            if gain < best && fits {
                                best = gain;
                                chosen = Move::Swap { v, ahead };
                            }
                        }
                    }
                }
            }
            if same {
                // Edges (u, v) and (nu, nv), or (pu, pv) and (u, v).
                if nu != v && sv.next != u {
                    let gain = duv - su.after - sv.after;
                    if gain < best {
                        let gain = gain + metric.d(nu, sv.next);
                        if gain < best {
                            best = gain;
                            chosen = Move::Reverse { a: u, b: v };
                        }
                    }
                }
                if pu != v && sv.prev != u {
                    let gain = duv - su.before - sv.before;
                    if gain < best {
                        let gain = gain + metric.d(pu, sv.prev);
                        if gain < best {
                            best = gain;
                            // Reversing what lies between pu and pv brings u and v together.
                            chosen = if pu == 0 {
                                Move::Reverse { a: 0, b: sv.prev }
                            } else if sv.prev == 0 {
                                Move::Reverse { a: 0, b: pu }
                            } else {
                                Move::Reverse { a: pu, b: sv.prev }
                            };
                        }
                    }
                }
                continue;
            }
            // u goes on with v; or v goes on with u.
            let gain = duv - su.after - sv.before;
            if gain < best {
                let gain = gain + joint(metric, sv.prev, nu);
                if gain < best && self.tails_fit(u, v) {
                    best = gain;
                    chosen = Move::Tails { a: u, b: v };
                }
            }
            let gain = duv - sv.after - su.before;
            if gain < best {
                let gain = gain + joint(metric, pu, sv.next);
                if gain < best && self.tails_fit(v, u) {
                    best = gain;
                    chosen = Move::Tails { a: v, b: u };
                }
            }
            // Heads joined and tails joined; either way u meets v.
            let gain = duv - su.after - sv.after;
            if gain < best {
                let gain = gain + joint(metric, nu, sv.next);
                if gain < best && self.turn_fits(u, v) {
                    best = gain;
                    chosen = Move::Turn { a: u, b: v };
                }
            }
            let gain = duv - su.before - sv.before;
            if gain < best && pu != 0 && sv.prev != 0 {
                let gain = gain + joint(metric, pu, sv.prev);
                if gain < best && self.turn_fits(pu, sv.prev) {
                    best = gain;
                    chosen = Move::Turn { a: pu, b: sv.prev };
                }
            }
        }
        (best, chosen)
    }

    /// Whether `v` or `w` is among the `k + 1` clients from `u` on.
    fn covers(&self, u: u32, k: usize, forward: bool, v: u32, w: u32) -> bool {
        let mut x = u;
        for _ in 0..=k {
            if x == v || x == w {
                return true;
            }
            x = self.step(x, forward);
        }
        false
    }

    /// Load of a route up to and with `v`.
    fn head_load(&self, v: u32) -> i64 {
        let (mut load, mut x) = (0, v);
        while x != 0 {
            load += self.tours.demand[x as usize];
            x = self.tours.stops[x as usize].prev;
        }
        load
    }

    fn tails_fit(&self, a: u32, b: u32) -> bool {
        let (ra, rb) = (self.tours.stops[a as usize].route, self.tours.stops[b as usize].route);
        let (all_a, all_b) =
            (self.tours.tours[ra as usize].load, self.tours.tours[rb as usize].load);
        let head_a = self.head_load(a);
        let head_b = self.head_load(b) - self.tours.demand[b as usize];
        head_a + all_b - head_b <= self.tours.capacity
            && head_b + all_a - head_a <= self.tours.capacity
    }

    fn turn_fits(&self, a: u32, b: u32) -> bool {
        let (ra, rb) = (self.tours.stops[a as usize].route, self.tours.stops[b as usize].route);
        let (all_a, all_b) =
            (self.tours.tours[ra as usize].load, self.tours.tours[rb as usize].load);
        let heads = self.head_load(a) + self.head_load(b);
        heads <= self.tours.capacity && all_a + all_b - heads <= self.tours.capacity
    }

    fn apply(&mut self, u: u32, chosen: Move, gain: i32) {
        let cost = self.tours.cost + i64::from(gain);
        match chosen {
            Move::None => {}
            Move::Shift { length, forward, v, ahead } => self.shift(u, length, forward, v, ahead),
            Move::Swap { v, ahead } => self.swap(u, v, ahead),
            Move::Tails { a, b } => self.tails(a, b),
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

    fn shift(&mut self, u: u32, length: usize, forward: bool, v: u32, ahead: bool) {
        let mut part = std::mem::take(&mut self.part);
        part.clear();
        let mut x = u;
        for _ in 0..length {
            part.push(x);
            x = self.step(x, forward);
        }
        let (outer, inner) = (self.step(u, !forward), x);
        let from = self.tours.stops[u as usize].route;
        let to = self.tours.stops[v as usize].route;
        let (a, b) = if forward { (outer, inner) } else { (inner, outer) };
        self.join(from, a, b);
        let w = self.step(v, ahead);
        // From v on: u ... x, w; against the direction of the route when w comes before v.
        let load: i64 = part.iter().map(|&x| self.tours.demand[x as usize]).sum();
        for &x in &part {
            self.tours.assign(x, to);
        }
        part.insert(0, v);
        part.push(w);
        for k in 1..part.len() {
            let (a, b) = if ahead { (part[k - 1], part[k]) } else { (part[k], part[k - 1]) };
            self.join(to, a, b);
        }
        if from != to {
            let (f, t) = (self.tours.tours[from as usize], self.tours.tours[to as usize]);
            self.tours.resize(from, f.load - load, f.size - length as u32);
            self.tours.resize(to, t.load + load, t.size + length as u32);
        }
        self.part = part;
    }

    fn swap(&mut self, u: u32, v: u32, ahead: bool) {
        let w = self.step(v, ahead);
        let (su, sw) = (self.tours.stops[u as usize], self.tours.stops[w as usize]);
        let (ru, rw) = (su.route, sw.route);
        self.join(rw, sw.prev, u);
        self.join(rw, u, sw.next);
        self.join(ru, su.prev, w);
        self.join(ru, w, su.next);
        if ru != rw {
            self.tours.assign(u, rw);
            self.tours.assign(w, ru);
            let more = self.tours.demand[w as usize] - self.tours.demand[u as usize];
            let (a, b) = (self.tours.tours[ru as usize], self.tours.tours[rw as usize]);
            self.tours.resize(ru, a.load + more, a.size);
            self.tours.resize(rw, b.load - more, b.size);
        }
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

    fn tails(&mut self, a: u32, b: u32) {
        let (sa, sb) = (self.tours.stops[a as usize], self.tours.stops[b as usize]);
        let (ra, rb) = (sa.route, sb.route);
        let (ta, tb) = (self.tours.tours[ra as usize], self.tours.tours[rb as usize]);
        let (load_a, size_a) = self.give(sa.next, rb);
        let (load_b, size_b) = self.give(b, ra);
        self.join(ra, a, b);
        self.join(rb, sb.prev, sa.next);
        self.fix_last(ra, tb.last);
        let last = if sa.next == 0 { sb.prev } else { ta.last };
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
        let mut heads = vec![a, b];
        let mut load_b = self.tours.demand[b as usize];
        let mut x = sb.prev;
        while x != 0 {
            heads.push(x);
            load_b += self.tours.demand[x as usize];
            x = self.tours.stops[x as usize].prev;
        }
        let size_b = heads.len() as u32 - 1;
        heads.push(0);
        let mut tails = vec![];
        let (mut load_a, mut x) = (0, sa.next);
        while x != 0 {
            tails.push(x);
            load_a += self.tours.demand[x as usize];
            x = self.tours.stops[x as usize].next;
        }
        let size_a = tails.len() as u32;
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
    }

    /// Reverse the stops after `a` up to `b`, or after `b` up to `a`, whichever there are; 0 is
    /// the depot before the route of `u`.
    fn reverse(&mut self, u: u32, a: u32, b: u32) {
        let r = self.tours.stops[u as usize].route;
        let (mut from, mut to) = (a, b);
        if a != 0 {
            // Does b come after a?
            let mut x = self.tours.stops[a as usize].next;
            while x != 0 && x != b {
                x = self.tours.stops[x as usize].next;
            }
            if x == 0 {
                (from, to) = (b, a);
            }
        }
        let mut list = vec![];
        let mut x = if from == 0 {
            self.tours.tours[r as usize].first
        } else {
            self.tours.stops[from as usize].next
        };
        let after = self.tours.stops[to as usize].next;
        while x != after {
            list.push(x);
            x = self.tours.stops[x as usize].next;
        }
        list.push(from);
        list.reverse();
        list.push(after);
        self.lay(r, &list);
        for v in [list[0], list[1], list[list.len() - 2], after] {
            self.enqueue(v);
        }
    }
}

#[inline(always)]
fn joint<M: Metric>(metric: &M, a: u32, b: u32) -> i32 {
    if a == b {
        0
    } else {
        metric.d(a, b)
    }
}
