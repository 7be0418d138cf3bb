//! Local search around what a round has touched.
//!
//! For a client `u` and a near one `v`, every move that makes them neighbours: moving or exchanging
//! up to three clients, exchanging tails (with and without reversal), reversing a part. Routes may
//! be overloaded on the way, at a price (after Máximo, Cordeau and Nascimento 2024, who leave and
//! regain feasibility in every round; the price is that of Vidal 2022).

use crate::cvrp::anneal::Search;
use crate::cvrp::journal::Linked;
use crate::cvrp::Metric;

/// Up to three clients from `u` on, forward or back.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Part {
    pub count: u32,
    pub forward: bool,
    /// Its other end and the stop beyond.
    pub end: u32,
    pub beyond: u32,
    /// Length of the two edges that hold it, and of the edge that closes the gap.
    out: i64,
    bridge: i64,
    load: i64,
}

/// The best move of a client so far.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Move {
    None,
    /// The part moves between `v` and its next (`ahead`) or previous stop, `u` beside `v`.
    Shift {
        part: Part,
        v: u32,
        ahead: bool,
    },
    /// The part and the `count` stops beyond `v` change places; these are turned if `turned`.
    Exchange {
        part: Part,
        v: u32,
        ahead: bool,
        count: u32,
        turned: bool,
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
    /// What follows `a` up to `b` is reversed (0: the start of the route of `u`).
    Reverse {
        a: u32,
        b: u32,
    },
    /// The part gets a route of its own.
    Fresh {
        part: Part,
    },
    /// What follows `u` gets a route of its own.
    Split,
}

/// A move and what it changes, price of overload included.
pub(crate) struct Best {
    pub gain: i64,
    /// Change of the length alone.
    pub length: i64,
    pub chosen: Move,
}

impl Best {
    #[inline(always)]
    fn take(&mut self, length: i64, fine: i64, chosen: Move) {
        if length + fine < self.gain {
            self.gain = length + fine;
            self.length = length;
            self.chosen = chosen;
        }
    }
}

impl<M: Metric> Search<'_, '_, M> {
    /// Improve until no move of a touched client helps; then, as long as some route is overloaded,
    /// again at a higher price. False when that does not end well.
    pub fn improve(&mut self, limit: f64) -> bool {
        for k in 0..self.tours.touched().len() {
            let v = self.tours.touched()[k].0;
            // Whoever has the neighbours of before was looked at before.
            if self.moved(k) {
                self.enqueue(v);
            }
        }
        self.settle(limit)
    }

    /// Whether the client touched as `k`-th has other neighbours than before the round.
    fn moved(&self, k: usize) -> bool {
        let (v, was) = self.tours.touched()[k];
        let is = self.tours.stops[v as usize];
        (is.prev, is.next) != (was.prev, was.next) && (is.prev, is.next) != (was.next, was.prev)
    }

    /// The clients of overloaded routes; of a long one those that are near what the round changed.
    fn enqueue_overloaded(&mut self) {
        let reach = self.options.plain_repair_reach;
        let mut long = false;
        for k in 0..self.tours.changed().len() {
            let tour = self.tours.tours[self.tours.changed()[k].0 as usize];
            if tour.load <= self.tours.capacity {
                continue;
            }
            if tour.size as usize > 4 * reach {
                long = true;
                continue;
            }
            let mut v = tour.first;
            while v != 0 {
                self.enqueue(v);
                v = self.tours.stops[v as usize].next;
            }
        }
        let touched = if long { self.tours.touched().len() } else { 0 };
        for k in 0..touched {
            let (v, _) = self.tours.touched()[k];
            let tour = self.tours.tours[self.tours.stops[v as usize].route as usize];
            if tour.load <= self.tours.capacity || !self.moved(k) {
                continue;
            }
            self.enqueue(v);
            for forward in [true, false] {
                let mut x = v;
                for _ in 0..reach {
                    x = self.step(x, forward);
                    if x == 0 {
                        break;
                    }
                    self.enqueue(x);
                }
            }
        }
    }

    /// Improve with the clients in the queue, and with those that moves add.
    pub(super) fn settle(&mut self, limit: f64) -> bool {
        let base = self.tours.price;
        let mut head = 0;
        // Where all vehicles are full, overload wanders from route to route without finding room.
        let mut moves = 0;
        let most = if limit < f64::INFINITY { self.options.plain_moves } else { usize::MAX };
        for attempt in 0..self.options.plain_repairs {
            while head < self.queue.len() && moves < most {
                let u = self.queue[head];
                head += 1;
                self.queued[u as usize] = false;
                let best = self.best_move(u);
                if best.gain < 0 {
                    moves += 1;
                    self.apply(u, &best);
                    self.enqueue(u);
                }
            }
            if attempt == 0 {
                self.adapt(self.tours.overload == 0);
            }
            if self.tours.overload == 0 {
                break;
            }
            // Repair makes a plan longer as a rule: one that is too long already is given up.
            if self.tours.cost as f64 >= limit || moves >= most {
                break;
            }
            self.tours.price *= self.options.plain_price_growth;
            self.enqueue_overloaded();
        }
        while head < self.queue.len() {
            self.queued[self.queue[head] as usize] = false;
            head += 1;
        }
        self.queue.clear();
        self.tours.price = base * self.price_factor;
        self.tours.overload == 0
    }

    pub(super) fn enqueue(&mut self, v: u32) {
        if v != 0 && !std::mem::replace(&mut self.queued[v as usize], true) {
            self.queue.push(v);
        }
    }

    /// The stop after or before; 0 at the end.
    #[inline(always)]
    pub(super) fn step(&self, v: u32, forward: bool) -> u32 {
        let stop = &self.tours.stops[v as usize];
        if forward {
            stop.next
        } else {
            stop.prev
        }
    }

    /// The parts that begin at `u`: one client; two and three, forward and back.
    fn parts(&self, u: u32, parts: &mut [Part; 5]) -> usize {
        let tours = &self.tours;
        let su = tours.stops[u as usize];
        let mut m = 0;
        for forward in [true, false] {
            let (before, edge) = if forward { (su.prev, su.before) } else { (su.next, su.after) };
            let (mut x, mut load) = (u, 0);
            for count in 1..=3 {
                let stop = &tours.stops[x as usize];
                let (beyond, out) =
                    if forward { (stop.next, stop.after) } else { (stop.prev, stop.before) };
                load += stop.demand;
                if forward || count > 1 {
                    parts[m] = Part {
                        count,
                        forward,
                        end: x,
                        beyond,
                        out: i64::from(edge) + i64::from(out),
                        bridge: far(tours.metric, before, beyond),
                        load,
                    };
                    m += 1;
                }
                if beyond == 0 {
                    break;
                }
                x = beyond;
            }
        }
        m
    }

    fn best_move(&mut self, u: u32) -> Best {
        let mut parts = [Part::default(); 5];
        let m = self.parts(u, &mut parts);
        let parts = &parts[..m];
        let tours = &mut self.tours;
        let metric = tours.metric;
        let su = tours.stops[u as usize];
        let (pu, nu, ru) = (su.prev, su.next, su.route);
        let (before, after) = (i64::from(su.before), i64::from(su.after));
        let tour_u = tours.tours[ru as usize];
        let (load_u, size_u) = (tour_u.load, tour_u.size);
        let fine_u = tours.fine(load_u);
        let mut best = Best { gain: 0, length: 0, chosen: Move::None };
        let mut saved = i64::MIN;
        for part in parts {
            saved = saved.max(part.out - part.bridge);
            if part.forward && part.count < size_u {
                let length = far(metric, 0, u) + far(metric, 0, part.end) - part.out + part.bridge;
                let fine = tours.fine(load_u - part.load) + tours.fine(part.load) - fine_u;
                best.take(length, fine, Move::Fresh { part: *part });
            }
        }
        if nu != 0 {
            let length = far(metric, u, 0) + far(metric, 0, nu) - after;
            if length - fine_u < best.gain {
                tours.number(ru);
                let head = tours.stops[u as usize].head;
                let fine = tours.fine(head) + tours.fine(load_u - head) - fine_u;
                best.take(length, fine, Move::Split);
            }
        }
        let reach = saved.max(before).max(after) + fine_u;
        let row = self.rows.of(u, self.local_width);
        for (rank, &(v, duv)) in row.iter().enumerate() {
            let duv = i64::from(duv);
            // A new edge this long cannot be paid for by what leaves around u.
            if duv >= reach {
                break;
            }
            let sv = tours.stops[v as usize];
            let same = sv.route == ru;
            let load_v = tours.tours[sv.route as usize].load;
            let fine_v = if same { 0 } else { tours.fine(load_v) };
            let fines = fine_u + fine_v;
            for ahead in [true, false] {
                let (w, dvw) = if ahead { (sv.next, sv.after) } else { (sv.prev, sv.before) };
                let open = duv - i64::from(dvw);
                if open - saved - fines < best.gain {
                    for part in parts {
                        if same && covers(tours, u, part, v, w) {
                            continue;
                        }
                        let length = open - part.out + part.bridge;
                        if length - fines >= best.gain {
                            continue;
                        }
                        let length = length + far(metric, part.end, w);
                        if length - fines >= best.gain {
                            continue;
                        }
                        let fine = if same {
                            0
                        } else {
                            tours.fine(load_u - part.load) + tours.fine(load_v + part.load) - fines
                        };
                        best.take(length, fine, Move::Shift { part: *part, v, ahead });
                    }
                }
                if w == 0 || rank >= self.options.plain_exchange_neighbours {
                    continue;
                }
                let sw = &tours.stops[w as usize];
                let (y, dwy) = if ahead { (sw.next, sw.after) } else { (sw.prev, sw.before) };
                if same {
                    let apart = w != u && w != pu && w != nu && v != pu && v != nu && y != u;
                    let length = open - i64::from(dwy) - before - after;
                    if apart && length < best.gain {
                        let length =
                            length + far(metric, u, y) + far(metric, pu, w) + far(metric, w, nu);
                        let part = parts[0];
                        let chosen = Move::Exchange { part, v, ahead, count: 1, turned: false };
                        best.take(length, 0, chosen);
                    }
                    continue;
                }
                let (mut z, mut y, mut dzy) = (w, y, dwy);
                let mut load = sw.demand;
                for count in 1..=2 {
                    let open = open - i64::from(dzy);
                    if open - saved - fines < best.gain {
                        for part in parts {
                            // What closes the gap is at least as long as the bridge over it.
                            let least = open - part.out + part.bridge - fines;
                            if part.count == 3 || least >= best.gain {
                                continue;
                            }
                            let join = far(metric, part.end, y);
                            if least + join >= best.gain {
                                continue;
                            }
                            let length = open - part.out + join;
                            let outer = if part.forward { pu } else { nu };
                            let plain = far(metric, outer, w) + far(metric, z, part.beyond);
                            let turned = far(metric, outer, z) + far(metric, w, part.beyond);
                            let length = length + plain.min(turned);
                            if length - fines >= best.gain {
                                continue;
                            }
                            let more = load - part.load;
                            let fine =
                                tours.fine(load_u + more) + tours.fine(load_v - more) - fines;
                            let turned = turned < plain;
                            let chosen = Move::Exchange { part: *part, v, ahead, count, turned };
                            best.take(length, fine, chosen);
                        }
                    }
                    if y == 0 {
                        break;
                    }
                    z = y;
                    let sz = &tours.stops[z as usize];
                    (y, dzy) = if ahead { (sz.next, sz.after) } else { (sz.prev, sz.before) };
                    load += sz.demand;
                }
            }
            let (from_v, to_v) = (i64::from(sv.after), i64::from(sv.before));
            if same {
                // Edges (u, v) and (nu, nv), or (pu, pv) and (u, v).
                let length = duv - after - from_v;
                if nu != v && sv.next != u && length < best.gain {
                    let length = length + far(metric, nu, sv.next);
                    let (a, b) = if tours.earlier(u, v) { (u, v) } else { (v, u) };
                    best.take(length, 0, Move::Reverse { a, b });
                }
                let length = duv - before - to_v;
                if pu != v && sv.prev != u && length < best.gain {
                    let length = length + far(metric, pu, sv.prev);
                    let (a, b) = if tours.earlier(u, v) { (pu, sv.prev) } else { (sv.prev, pu) };
                    best.take(length, 0, Move::Reverse { a, b });
                }
                continue;
            }
            let both = load_u + load_v;
            // u goes on with v; or v goes on with u.
            let length = duv - after - to_v;
            if length - fines < best.gain {
                let length = length + far(metric, sv.prev, nu);
                if length - fines < best.gain {
                    let (head_u, head_v) = (tours.head(u), tours.head(v));
                    let load = head_u + load_v - head_v + sv.demand;
                    let fine = tours.fine(load) + tours.fine(both - load) - fines;
                    best.take(length, fine, Move::Tails { a: u, b: v });
                }
            }
            let length = duv - from_v - before;
            if length - fines < best.gain {
                let length = length + far(metric, pu, sv.next);
                if length - fines < best.gain {
                    let (head_u, head_v) = (tours.head(u), tours.head(v));
                    let load = head_v + load_u - head_u + su.demand;
                    let fine = tours.fine(load) + tours.fine(both - load) - fines;
                    best.take(length, fine, Move::Tails { a: v, b: u });
                }
            }
            // Heads joined and tails joined; either way u meets v.
            let length = duv - after - from_v;
            if length - fines < best.gain {
                let length = length + far(metric, nu, sv.next);
                if length - fines < best.gain {
                    let (head_u, head_v) = (tours.head(u), tours.head(v));
                    let load = head_u + head_v;
                    let fine = tours.fine(load) + tours.fine(both - load) - fines;
                    best.take(length, fine, Move::Turn { a: u, b: v });
                }
            }
            let length = duv - before - to_v;
            if pu != 0 && sv.prev != 0 && length - fines < best.gain {
                let length = length + far(metric, pu, sv.prev);
                if length - fines < best.gain {
                    let (head_u, head_v) = (tours.head(u), tours.head(v));
                    let load = head_u + head_v - su.demand - sv.demand;
                    let fine = tours.fine(load) + tours.fine(both - load) - fines;
                    best.take(length, fine, Move::Turn { a: pu, b: sv.prev });
                }
            }
        }
        best
    }
}

#[inline(always)]
fn far<M: Metric>(metric: &M, a: u32, b: u32) -> i64 {
    if a == b {
        0
    } else {
        i64::from(metric.d(a, b))
    }
}

/// Whether `v` or `w` is in the part.
#[inline(always)]
fn covers<M: Metric>(tours: &Linked<'_, M>, u: u32, part: &Part, v: u32, w: u32) -> bool {
    let mut x = u;
    for _ in 0..part.count {
        if x == v || x == w {
            return true;
        }
        let stop = &tours.stops[x as usize];
        x = if part.forward { stop.next } else { stop.prev };
    }
    false
}
