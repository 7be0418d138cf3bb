//! Routes as linked lists, with a journal that undoes a round and a best plan that follows.

use crate::cvrp::Metric;
use crate::problem::NONE;

/// A client in its route; the depot is 0 at both ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop {
    pub prev: u32,
    pub next: u32,
    /// NONE while it is in no route.
    pub route: u32,
    /// Length of the edge from `prev` and to `next`.
    pub before: i32,
    pub after: i32,
    /// Place in the route, and load of the route up to and with it, once [`Linked::number`] was called.
    pub place: u32,
    stamp: u32,
    pub head: i64,
    pub demand: i64,
    dirty: bool,
}

/// A route.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tour {
    pub first: u32,
    pub last: u32,
    pub size: u32,
    stamp: u32,
    pub load: i64,
    dirty: bool,
    spare: bool,
    stale: bool,
}

const EMPTY: Tour = Tour {
    first: 0,
    last: 0,
    size: 0,
    stamp: 0,
    load: 0,
    dirty: false,
    spare: false,
    stale: false,
};

/// The plan.
pub(crate) struct Linked<'a, M> {
    pub metric: &'a M,
    pub demand: &'a [i64],
    pub capacity: i64,
    pub stops: Vec<Stop>,
    pub tours: Vec<Tour>,
    pub cost: i64,
    /// Routes in use.
    pub used: usize,
    /// Load beyond capacity, over all routes, and its price a unit.
    pub overload: i64,
    pub price: f64,
    spare: Vec<u32>,
    epoch: u32,
    old_stops: Vec<(u32, Stop)>,
    old_tours: Vec<(u32, Tour)>,
    old_cost: i64,
    old_used: usize,
    best_next: Vec<u32>,
    best_first: Vec<u32>,
    pub best_cost: i64,
    dirty_stops: Vec<u32>,
    dirty_tours: Vec<u32>,
}

impl<'a, M: Metric> Linked<'a, M> {
    /// No routes yet.
    pub fn new(metric: &'a M, demand: &'a [i64], capacity: i64) -> Self {
        let blank = Stop {
            prev: 0,
            next: 0,
            route: NONE,
            before: 0,
            after: 0,
            place: 0,
            stamp: 0,
            head: 0,
            demand: 0,
            dirty: false,
        };
        Self {
            metric,
            demand,
            capacity,
            stops: demand.iter().map(|&demand| Stop { demand, ..blank }).collect(),
            tours: Vec::new(),
            cost: 0,
            used: 0,
            overload: 0,
            price: 0.0,
            spare: Vec::new(),
            epoch: 1,
            old_stops: Vec::new(),
            old_tours: Vec::new(),
            old_cost: 0,
            old_used: 0,
            best_next: Vec::new(),
            best_first: Vec::new(),
            best_cost: i64::MAX,
            dirty_stops: Vec::new(),
            dirty_tours: Vec::new(),
        }
    }

    /// Begin a round.
    pub fn begin(&mut self) {
        self.epoch = self.epoch.wrapping_add(1);
        self.old_stops.clear();
        self.old_tours.clear();
        self.old_cost = self.cost;
        self.old_used = self.used;
    }

    /// Clients changed in this round.
    pub fn touched(&self) -> &[(u32, Stop)] {
        &self.old_stops
    }

    /// Routes changed in this round.
    pub fn changed(&self) -> &[(u32, Tour)] {
        &self.old_tours
    }

    #[inline(always)]
    fn stop(&mut self, v: u32) -> &mut Stop {
        let stop = &mut self.stops[v as usize];
        if stop.stamp != self.epoch {
            self.old_stops.push((v, *stop));
            stop.stamp = self.epoch;
        }
        stop
    }

    #[inline(always)]
    fn tour(&mut self, r: u32) -> &mut Tour {
        let tour = &mut self.tours[r as usize];
        if tour.stamp != self.epoch {
            self.old_tours.push((r, *tour));
            tour.stamp = self.epoch;
        }
        tour
    }

    /// What a load beyond capacity costs.
    #[inline(always)]
    pub fn fine(&self, load: i64) -> i64 {
        if load <= self.capacity {
            0
        } else {
            // Bounded, so that a few of them can be added.
            ((load - self.capacity) as f64 * self.price).min(1e17) as i64 + 1
        }
    }

    #[inline(always)]
    fn over(&self, load: i64) -> i64 {
        (load - self.capacity).max(0)
    }

    /// The numbers of a route no longer hold.
    #[inline(always)]
    fn outdate(&mut self, r: u32) {
        self.tour(r).stale = true;
    }

    /// Number the stops of a route if it has changed since the last call. Few moves need numbers: a
    /// long route that changes in every round is numbered only when one of them is looked at.
    #[inline(always)]
    pub fn number(&mut self, r: u32) {
        if self.tours[r as usize].stale {
            self.number_again(r);
        }
    }

    fn number_again(&mut self, r: u32) {
        let tour = &mut self.tours[r as usize];
        tour.stale = false;
        let (mut v, mut place, mut head) = (tour.first, 0, 0);
        while v != 0 {
            let stop = &mut self.stops[v as usize];
            place += 1;
            head += stop.demand;
            stop.place = place;
            stop.head = head;
            v = stop.next;
        }
    }

    /// Load of its route up to and with `v`.
    #[inline(always)]
    pub fn head(&mut self, v: u32) -> i64 {
        self.number(self.stops[v as usize].route);
        self.stops[v as usize].head
    }

    /// Whether `u` comes before `v` of the same route.
    #[inline(always)]
    pub fn earlier(&mut self, u: u32, v: u32) -> bool {
        self.number(self.stops[u as usize].route);
        self.stops[u as usize].place < self.stops[v as usize].place
    }

    /// Keep the round.
    pub fn commit(&mut self) {
        for &(v, _) in &self.old_stops {
            let stop = &mut self.stops[v as usize];
            if !stop.dirty {
                stop.dirty = true;
                self.dirty_stops.push(v);
            }
        }
        for &(r, _) in &self.old_tours {
            let tour = &mut self.tours[r as usize];
            if !tour.dirty {
                tour.dirty = true;
                self.dirty_tours.push(r);
            }
        }
        if self.cost < self.best_cost {
            self.record();
        }
    }

    /// The current plan is the best.
    pub fn record(&mut self) {
        self.best_cost = self.cost;
        if self.best_next.is_empty() {
            self.best_next = self.stops.iter().map(|s| s.next).collect();
            self.best_first = self.tours.iter().map(|t| t.first).collect();
        }
        self.best_first.resize(self.tours.len(), 0);
        for v in self.dirty_stops.drain(..) {
            let stop = &mut self.stops[v as usize];
            stop.dirty = false;
            self.best_next[v as usize] = stop.next;
        }
        for r in self.dirty_tours.drain(..) {
            let tour = &mut self.tours[r as usize];
            tour.dirty = false;
            self.best_first[r as usize] = tour.first;
        }
    }

    /// Undo the round.
    pub fn undo(&mut self) {
        for &(v, old) in &self.old_stops {
            let dirty = self.stops[v as usize].dirty;
            self.stops[v as usize] = Stop { dirty, ..old };
        }
        for k in 0..self.old_tours.len() {
            let (r, old) = self.old_tours[k];
            let Tour { dirty, spare, .. } = self.tours[r as usize];
            self.tours[r as usize] = Tour { dirty, spare, stale: true, ..old };
            if old.size == 0 {
                self.give_back(r);
            }
        }
        self.cost = self.old_cost;
        self.used = self.old_used;
        self.overload = 0;
    }

    fn give_back(&mut self, r: u32) {
        if !self.tours[r as usize].spare {
            self.tours[r as usize].spare = true;
            self.spare.push(r);
        }
    }

    /// An empty route.
    pub fn open(&mut self) -> u32 {
        while let Some(r) = self.spare.pop() {
            self.tours[r as usize].spare = false;
            if self.tours[r as usize].size == 0 {
                return r;
            }
        }
        self.tours.push(EMPTY);
        (self.tours.len() - 1) as u32
    }

    /// Join `a` and `b` by an edge of route `r`; either may be the depot.
    #[inline(always)]
    pub fn link(&mut self, r: u32, a: u32, b: u32, length: i32) {
        self.outdate(r);
        if a == 0 {
            self.tour(r).first = b;
        } else {
            let stop = self.stop(a);
            stop.next = b;
            stop.after = length;
        }
        if b == 0 {
            self.tour(r).last = a;
        } else {
            let stop = self.stop(b);
            stop.prev = a;
            stop.before = length;
        }
    }

    /// Take a client out of its route.
    pub fn remove(&mut self, v: u32) {
        let Stop { prev, next, route, before, after, .. } = self.stops[v as usize];
        let length = if prev == next { 0 } else { self.metric.d(prev, next) };
        self.stop(v).route = NONE;
        self.link(route, prev, next, length);
        let tour = self.tours[route as usize];
        self.resize(route, tour.load - self.demand[v as usize], tour.size - 1);
        self.cost += i64::from(length) - i64::from(before) - i64::from(after);
    }

    /// Put a client between `prev` and its successor in route `r` (0: at the start).
    pub fn insert(&mut self, v: u32, r: u32, prev: u32) {
        let (next, old) = if prev == 0 {
            let first = self.tours[r as usize].first;
            (first, if first == 0 { 0 } else { self.stops[first as usize].before })
        } else {
            let stop = &self.stops[prev as usize];
            (stop.next, stop.after)
        };
        let (before, after) = (self.metric.d(prev, v), self.metric.d(v, next));
        self.stop(v).route = r;
        self.link(r, prev, v, before);
        self.link(r, v, next, after);
        let tour = self.tours[r as usize];
        self.resize(r, tour.load + self.demand[v as usize], tour.size + 1);
        self.cost += i64::from(before) + i64::from(after) - i64::from(old);
    }

    /// Move a client to another route without touching its links.
    #[inline(always)]
    pub fn assign(&mut self, v: u32, r: u32) {
        self.stop(v).route = r;
    }

    /// Change load and size of a route.
    pub fn resize(&mut self, r: u32, load: i64, size: u32) {
        let Tour { load: old_load, size: old, .. } = self.tours[r as usize];
        self.overload += self.over(load) - self.over(old_load);
        let tour = self.tour(r);
        tour.load = load;
        tour.size = size;
        if old > 0 && size == 0 {
            self.used -= 1;
            self.give_back(r);
        } else if old == 0 && size > 0 {
            self.used += 1;
        }
    }

    /// Whether links, loads, sizes and the cost agree; for tests.
    #[cfg(debug_assertions)]
    pub fn audit(&self) {
        let (mut cost, mut used, mut over) = (0, 0, 0);
        for (r, tour) in self.tours.iter().enumerate() {
            let (mut prev, mut v, mut load, mut size) = (0, tour.first, 0, 0);
            while v != 0 {
                let stop = &self.stops[v as usize];
                assert_eq!((stop.route, stop.prev), (r as u32, prev));
                assert_eq!(stop.before, self.metric.d(prev, v));
                cost += i64::from(stop.before);
                load += self.demand[v as usize];
                size += 1;
                (prev, v) = (v, stop.next);
            }
            assert_eq!((tour.last, tour.load, tour.size), (prev, load, size));
            over += self.over(load);
            if size > 0 {
                assert_eq!(self.stops[prev as usize].after, self.metric.d(prev, 0));
                cost += i64::from(self.stops[prev as usize].after);
                used += 1;
            }
        }
        assert_eq!((self.cost, self.used, self.overload), (cost, used, over));
    }

    /// The best plan's routes.
    pub fn best(&self) -> Vec<Vec<u32>> {
        let mut routes = Vec::new();
        for &first in &self.best_first {
            let mut route = Vec::new();
            let mut v = first;
            while v != 0 {
                route.push(v);
                v = self.best_next[v as usize];
            }
            if !route.is_empty() {
                routes.push(route);
            }
        }
        routes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cvrp::Points;
    use crate::travel::Rounding;

    /// Two clients change places within a route, and the change is undone. Numbers have to follow both
    /// times, though neither load nor size of the route changes, and one client is not touched.
    #[test]
    fn numbers_follow_a_change_within_a_route_and_its_undoing() {
        let xy = [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [4.0, 0.0]];
        let metric = Points { xy: &xy, rounding: Rounding::Nearest { scale: 1.0 } };
        let demand = [0, 1, 2, 4, 8];
        let mut tours = Linked::new(&metric, &demand, 20);
        tours.begin();
        let r = tours.open();
        for v in 1..5 {
            tours.insert(v, r, v - 1);
        }
        tours.commit();
        let heads = |tours: &mut Linked<'_, _>| [1, 2, 3, 4].map(|v| tours.head(v));
        assert_eq!(heads(&mut tours), [1, 3, 7, 15]);
        tours.begin();
        // 1, 4, 2, 3: the links of 2 and 3 with each other stay.
        for (a, b) in [(1, 4), (4, 2), (3, 0)] {
            let length = metric.d(a, b);
            tours.link(r, a, b, length);
        }
        assert_eq!(heads(&mut tours), [1, 11, 15, 9]);
        assert!(tours.earlier(4, 2) && !tours.earlier(3, 2));
        tours.undo();
        assert_eq!(heads(&mut tours), [1, 3, 7, 15]);
        assert!(tours.earlier(2, 4));
    }
}
