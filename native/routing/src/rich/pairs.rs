//! Pickup and delivery pairs: both into one route, in order, at the cheapest two positions.

use crate::problem::{NONE, UNLIMITED};
use crate::rich::insert::Best;
use crate::rich::route::{arrival, departure, route_cost};
use crate::rich::site::Lines;
use crate::rich::state::{Request, State};
use crate::rules::judge::judge;

#[derive(Clone, Copy)]
struct BestPair {
    cost: i64,
    route: u32,
    vehicle_type: u32,
    pickup_at: usize,
    /// In the route without the pickup.
    delivery_at: usize,
}

impl BestPair {
    fn none(limit: i64) -> Self {
        Self { cost: limit, route: NONE, vehicle_type: NONE, pickup_at: 0, delivery_at: 0 }
    }
}

impl State<'_> {
    /// Insert a pair where it is cheapest, if that is worth it.
    pub fn insert_pair(&mut self, pickup: u32, delivery: u32, limit: i64) -> bool {
        let context = self.context;
        let mut best = BestPair::none(limit);
        let mut looked: Vec<u32> = Vec::with_capacity(32);
        for end in [pickup, delivery] {
            for &mate in context.mates.of(end as usize) {
                let r = self.route_of[mate as usize];
                if r != NONE && !looked.contains(&r) {
                    looked.push(r);
                    self.try_pair(r as usize, pickup as usize, delivery as usize, &mut best);
                }
            }
        }
        for r in 0..context.problem.started.len() {
            if !looked.contains(&(r as u32)) {
                self.try_pair(r, pickup as usize, delivery as usize, &mut best);
            }
        }
        self.try_new_pair(pickup as usize, delivery as usize, &mut best);
        if best.vehicle_type == NONE {
            for r in 0..self.routes.len() {
                let idle = self.routes[r].stops.is_empty() && self.routes[r].started == NONE;
                if !idle && !looked.contains(&(r as u32)) {
                    self.try_pair(r, pickup as usize, delivery as usize, &mut best);
                }
            }
        }
        best.vehicle_type != NONE && self.place_pair(&best, pickup, delivery)
    }

    /// Insert a request into this route where it is cheapest, whatever that costs.
    pub fn insert_into(&mut self, r: usize, request: u32) -> bool {
        let context = self.context;
        let limit = context.missing;
        match context.requests[request as usize] {
            Request::Pair(p, d) => {
                let mut best = BestPair::none(limit);
                self.try_pair(r, p as usize, d as usize, &mut best);
                best.vehicle_type != NONE && self.place_pair(&best, p, d)
            }
            Request::Single(c) => {
                let mut best = Best::none(limit);
                let travel = &context.problem.travel;
                for at in self.routes[r].fixed..=self.routes[r].stops.len() {
                    let lines = Lines { travel, client: c as usize };
                    self.try_position(lines, r, at, c as usize, &mut best);
                }
                if best.found() {
                    self.place(&best);
                }
                best.found()
            }
            _ => false,
        }
    }

    fn place_pair(&mut self, best: &BestPair, pickup: u32, delivery: u32) -> bool {
        let context = self.context;
        let r = if best.route == NONE {
            let r = self.slot();
            self.touch(r);
            let route = &mut self.routes[r];
            route.vehicle_type = best.vehicle_type;
            route.fixed = 0;
            route.started = NONE;
            r
        } else {
            best.route as usize
        };
        self.edit(r, |stops| {
            stops.insert(best.delivery_at, delivery);
            stops.insert(best.pickup_at, pickup);
        });
        let request = context.request_of[pickup as usize];
        self.mark_planned(request);
        debug_assert!(self.routes[r].feasible, "a pair broke a route");
        true
    }

    fn try_pair(&mut self, r: usize, pickup: usize, delivery: usize, best: &mut BestPair) {
        let context = self.context;
        let problem = context.problem;
        let features = context.features;
        let travel = &problem.travel;
        let vt = self.routes[r].vehicle_type as usize;
        let t = &problem.types[vt];
        if !self.suits(vt, pickup) || !self.suits(vt, delivery) {
            return;
        }
        let dims = problem.dims;
        let length = self.routes[r].stops.len();
        if length + 2 > t.max_stops {
            return;
        }
        let fixed = self.routes[r].fixed;
        let rate = t.distance_cost;
        self.note_lows(r, delivery);
        for i in fixed..=length {
            if self.blinks() {
                continue;
            }
            let route = &self.routes[r];
            let from = if i == 0 { t.start as usize } else { route.stops[i - 1] as usize };
            let to = if i == length { t.end } else { route.stops[i] };
            let gap = |a: usize, b: u32| if b == NONE { 0 } else { travel.distance(a, b as usize) };
            let first = travel.distance(from, pickup);
            let more = first + gap(pickup, to) - gap(from, to);
            // Without the triangle inequality `more` may shrink again; then this is a heuristic cut.
            if t.distance_cost * more >= best.cost && !features.duration {
                continue;
            }
            let beside =
                first + travel.distance(pickup, delivery) + gap(delivery, to) - gap(from, to);
            if rate * (more + self.lows[i + 1]).min(beside) >= best.cost {
                continue;
            }
            let time = travel.time(from, pickup);
            let mut span = route.before.get(i).copied().unwrap_or(crate::rich::route::Span::FREE);
            if features.time {
                if !span.reaches(time, context.nodes[pickup].span) {
                    break;
                }
                span = span.join(time, context.nodes[pickup].span);
            }
            let mut here = pickup;
            for j in i..=length {
                let full = (0..dims).any(|k| {
                    route.leg_load[j * dims + k] + problem.pickup[pickup * dims + k] > t.capacity[k]
                });
                if full {
                    break;
                }
                let next = if j == length { t.end } else { route.stops[j] };
                let total = if j == i {
                    first + travel.distance(pickup, delivery) + gap(delivery, next) - gap(from, to)
                } else {
                    more + travel.distance(here, delivery) + gap(delivery, next) - gap(here, next)
                };
                self.judge_pair(r, i, j, total, span, here, (pickup, delivery), next, best);
                if j < length {
                    let next = next as usize;
                    if features.time {
                        let time = travel.time(here, next);
                        if !span.reaches(time, context.nodes[next].span) {
                            break;
                        }
                        span = span.join(time, context.nodes[next].span);
                    }
                    here = next;
                }
            }
        }
    }

    /// Write down the least that `client` costs in distance from each position of a route on.
    fn note_lows(&mut self, r: usize, client: usize) {
        let problem = self.context.problem;
        let route = &self.routes[r];
        let t = &problem.types[route.vehicle_type as usize];
        let length = route.stops.len();
        self.lows.clear();
        self.lows.resize(length + 2, UNLIMITED);
        let mut right = t.end;
        for j in (0..=length).rev() {
            let left = if j == 0 { t.start } else { route.stops[j - 1] };
            let on =
                if right == NONE { 0 } else { problem.travel.distance(client, right as usize) };
            let more = problem.travel.distance(left as usize, client) + on - route.gaps[j];
            self.lows[j] = more.min(self.lows[j + 1]);
            right = left;
        }
    }

    #[inline(always)]
    fn judge_pair(
        &self,
        r: usize,
        i: usize,
        j: usize,
        total: i64,
        span: crate::rich::route::Span,
        here: usize,
        pair: (usize, usize),
        next: u32,
        best: &mut BestPair,
    ) {
        let delivery = pair.1;
        let context = self.context;
        let problem = context.problem;
        let features = &context.features;
        let route = &self.routes[r];
        let vt = route.vehicle_type as usize;
        let t = &problem.types[vt];
        let mut cost = t.distance_cost * total;
        if (cost >= best.cost && !features.duration) || route.distance + total > t.max_distance {
            return;
        }
        if features.time {
            let node = context.nodes[delivery].span;
            let there = problem.travel.time(here, delivery);
            let home = if next == NONE { 0 } else { problem.travel.time(delivery, next as usize) };
            if !span.reaches(there, node) {
                return;
            }
            let with = span.join(there, node);
            if !with.reaches(home, route.after[j]) {
                return;
            }
            if features.duration {
                let duration = with.join(home, route.after[j]).duration();
                cost = route_cost(problem, vt, route.distance + total, duration) - route.cost;
                if duration > t.max_duration {
                    return;
                }
            }
        }
        if features.exact && cost < best.cost {
            let pickup = pair.0 as u32;
            let mut stops = Vec::with_capacity(route.stops.len() + 2);
            stops.extend_from_slice(&route.stops[..i]);
            stops.push(pickup);
            stops.extend_from_slice(&route.stops[i..j]);
            stops.push(delivery as u32);
            stops.extend_from_slice(&route.stops[j..]);
            let Some(judged) = judge(problem, vt, route.started, &stops) else { return };
            let distance = route.distance + total;
            cost = route_cost(problem, vt, distance, judged.duration) + judged.extra - route.cost
                + self.balance_of(r as u32, &[pickup, delivery as u32], distance, judged.duration);
        }
        if cost < best.cost {
            *best = BestPair {
                cost,
                route: r as u32,
                vehicle_type: vt as u32,
                pickup_at: i,
                delivery_at: j,
            };
        }
    }

    fn try_new_pair(&self, pickup: usize, delivery: usize, best: &mut BestPair) {
        let context = self.context;
        let problem = context.problem;
        let travel = &problem.travel;
        if self.vehicles >= self.most_vehicles {
            return;
        }
        for (vt, t) in problem.types.iter().enumerate() {
            let dims = problem.dims;
            let heavy = (0..dims).any(|k| problem.pickup[pickup * dims + k] > t.capacity[k]);
            if self.used[vt] >= t.count
                || heavy
                || t.max_stops < 2
                || !self.suits(vt, pickup)
                || !self.suits(vt, delivery)
            {
                continue;
            }
            let path = [t.start, pickup as u32, delivery as u32, t.end];
            let mut distance = 0;
            let mut span = departure(problem, &context.nodes, vt, 0);
            let mut good = span.end - span.busy <= span.latest;
            for leg in path.windows(2) {
                let (a, b) = (leg[0] as usize, leg[1]);
                let (length, time) = if b == NONE {
                    (0, 0)
                } else {
                    (travel.distance(a, b as usize), travel.time(a, b as usize))
                };
                let next = if b == t.end && a == delivery {
                    arrival(problem, &context.nodes, vt)
                } else {
                    context.nodes[b as usize].span
                };
                distance += length;
                good &= span.reaches(time, next);
                span = span.join(time, next);
            }
            let duration = if context.features.time { span.duration() } else { 0 };
            good |= !context.features.time;
            let mut cost = route_cost(problem, vt, distance, duration);
            if good && context.features.exact {
                let judged = judge(problem, vt, NONE, &[pickup as u32, delivery as u32]);
                let Some(judged) = judged else { continue };
                let both = [pickup as u32, delivery as u32];
                cost = route_cost(problem, vt, distance, judged.duration)
                    + judged.extra
                    + self.balance_of(NONE, &both, distance, judged.duration);
            }
            if good && cost < best.cost && distance <= t.max_distance && duration <= t.max_duration
            {
                *best = BestPair {
                    cost,
                    route: NONE,
                    vehicle_type: vt as u32,
                    pickup_at: 0,
                    delivery_at: 0,
                };
            }
        }
    }
}
