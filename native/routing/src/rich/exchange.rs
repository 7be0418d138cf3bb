//! Moves between two routes: parts change places, tails change places.

use crate::problem::{NONE, UNLIMITED};
use crate::rich::laden::Laden;
use crate::rich::local::{Best, Local, Move};
use crate::rich::refresh::walk_laden;
use crate::rich::route::route_cost;
use crate::rich::state::State;

/// One end of a route as it would be: the first `count` stops of it.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub route: usize,
    pub count: usize,
}

impl State<'_> {
    /// Parts change places; `leg` is the length of the new leg that joins the two stops, which
    /// begins the second part if `behind` and else ends it.
    pub(super) fn try_parts(
        &self,
        routes: [usize; 2],
        from: [usize; 2],
        to: [usize; 2],
        (leg, behind): (i64, bool),
        local: &mut Local,
        best: &mut Best,
    ) {
        let (a, b) = (&self.routes[routes[0]], &self.routes[routes[1]]);
        if to[0] > a.stops.len() || to[1] > b.stops.len() || from[0] < a.fixed || from[1] < b.fixed
        {
            return;
        }
        let types = &self.context.problem.types;
        let rate = [
            types[a.vehicle_type as usize].distance_cost,
            types[b.vehicle_type as usize].distance_cost,
        ];
        let mut more = [
            a.along[from[0]] - a.along[to[0]] - a.gaps[to[0]],
            b.along[from[1]] - b.along[to[1]] - b.gaps[to[1]] + leg,
        ];
        more[1] += a.along[to[0]] - a.along[from[0]] - a.gaps[from[0]];
        let swap = from[1] < to[1];
        if swap {
            more[0] += b.along[to[1]] - b.along[from[1]] - b.gaps[from[1]];
        }
        let mut least = rate[0] * more[0] + rate[1] * more[1];
        if to[0] - from[0] == a.stops.len() && !swap && a.started == NONE {
            least -= types[a.vehicle_type as usize].fixed_cost;
        }
        // Every leg that is added makes it longer: as soon as it is too long, it is over.
        let relief = self.fine(a.excess) + self.fine(b.excess);
        let bound = if self.context.paid_time && !self.context.special {
            UNLIMITED
        } else {
            relief - best.gain
        };
        if least >= bound {
            return;
        }
        let (left, right) = (self.around(routes[0], from[0]).0, self.around(routes[0], to[0]).1);
        let leg = if behind {
            self.gap(a.stops[to[0] - 1], self.around(routes[1], to[1]).1)
        } else {
            self.gap(self.around(routes[1], from[1]).0, a.stops[from[0]])
        };
        more[1] += leg;
        least += rate[1] * leg;
        if least >= bound {
            return;
        }
        let leg = if swap { self.gap(left, b.stops[from[1]]) } else { self.gap(left, right) };
        more[0] += leg;
        least += rate[0] * leg;
        if least >= bound {
            return;
        }
        if swap {
            let leg = self.gap(b.stops[to[1] - 1], right);
            more[0] += leg;
            least += rate[0] * leg;
            if least >= bound {
                return;
            }
        }
        let parts = [&b.stops[from[1]..to[1]], &a.stops[from[0]..to[0]]];
        let mut types = [0; 2];
        let mut gain = 0;
        for k in [1, 0] {
            let r = routes[k];
            let distance = self.routes[r].distance + more[k];
            let head = Head { route: r, count: from[k] };
            let tail = Head { route: r, count: to[k] };
            match self.price(head, parts[k], tail, distance, &mut local.first) {
                Some((cost, vt)) => {
                    types[k] = vt;
                    gain += self.routes[r].cost + self.fine(self.routes[r].excess) - cost;
                }
                None => return,
            }
        }
        if gain > best.gain && self.types_left(routes, types) {
            *best = Best { gain, chosen: Move::Parts { routes, from, to, types } };
        }
    }

    pub(super) fn try_tails(
        &self,
        routes: [usize; 2],
        from: [usize; 2],
        local: &mut Local,
        best: &mut Best,
    ) {
        let (a, b) = (&self.routes[routes[0]], &self.routes[routes[1]]);
        if from[0] < a.fixed || from[1] < b.fixed {
            return;
        }
        let problem = self.context.problem;
        let mut distance = [0; 2];
        let mut least = 0;
        for k in 0..2 {
            let (own, other) = (&self.routes[routes[k]], &self.routes[routes[1 - k]]);
            let (left, _) = self.around(routes[k], from[k]);
            let t = &problem.types[own.vehicle_type as usize];
            let end = problem.types[other.vehicle_type as usize].end;
            let j = from[1 - k];
            distance[k] = own.along[from[k]];
            distance[k] += match other.stops.get(j) {
                Some(&first) => {
                    let mut rest = other.distance - other.along[j + 1];
                    if end != t.end {
                        let last = other.stops[other.stops.len() - 1];
                        rest += self.gap(last, t.end) - other.gaps[other.stops.len()];
                    }
                    self.gap(left, first) + rest
                }
                None if from[k] == 0 => 0,
                None => self.gap(left, t.end),
            };
            least += t.distance_cost * (distance[k] - own.distance);
            if from[k] == 0 && j == other.stops.len() && own.started == NONE {
                least -= t.fixed_cost;
            }
        }
        let relief = self.fine(a.excess) + self.fine(b.excess);
        if relief - least <= best.gain && (self.context.special || !self.context.paid_time) {
            return;
        }
        let mut types = [0; 2];
        let mut gain = 0;
        for k in 0..2 {
            let head = Head { route: routes[k], count: from[k] };
            let tail = Head { route: routes[1 - k], count: from[1 - k] };
            match self.price(head, &[], tail, distance[k], &mut local.first) {
                Some((cost, vt)) => {
                    types[k] = vt;
                    gain += self.routes[routes[k]].cost - cost;
                    gain += self.fine(self.routes[routes[k]].excess);
                }
                None => return,
            }
        }
        if gain > best.gain && self.types_left(routes, types) {
            *best = Best { gain, chosen: Move::Tails { routes, from, types } };
        }
    }

    /// Two routes must not both change to the last vehicle of a type.
    fn types_left(&self, routes: [usize; 2], types: [u32; 2]) -> bool {
        (0..2).any(|k| types[k] == self.routes[routes[k]].vehicle_type)
    }

    /// Cost and vehicle type of a route made of the first stops of one, `part`, and what follows the
    /// first stops of the same or another; nothing where it breaks a rule.
    fn price(
        &self,
        head: Head,
        part: &[u32],
        tail: Head,
        distance: i64,
        stops: &mut Vec<u32>,
    ) -> Option<(i64, u32)> {
        let context = self.context;
        let problem = context.problem;
        let (own, other) = (&self.routes[head.route], &self.routes[tail.route]);
        let mut vt = own.vehicle_type;
        let rest = other.stops.len() - tail.count;
        if head.count + part.len() + rest == 0 && own.started == NONE {
            return Some((0, vt));
        }
        let t = &problem.types[vt as usize];
        let o = &problem.types[other.vehicle_type as usize];
        let alike = (t.end, t.shift_end) == (o.end, o.shift_end);
        let features = &context.features;
        let mut fine = 0;
        // In constant time where that says it all, and to be sure that a walk is worth it.
        if !features.reload && !features.exact && problem.dims > 0 {
            let load = if features.pickup && !context.walked {
                let mut piece = own.laden_to[head.count];
                for &s in part {
                    piece = piece.join(Laden::of(&context.nodes[s as usize]));
                }
                piece = piece.join(other.laden_from[tail.count]);
                if problem.backhaul && !piece.in_order() {
                    return None;
                }
                piece.peak
            } else {
                let carried = own.carried[head.count] + other.load[0] - other.carried[tail.count];
                part.iter().fold(carried, |load, &s| load + context.nodes[s as usize].delivery)
            };
            let mut types = u64::MAX;
            if context.masked {
                types = own.heads[head.count] & other.tails[tail.count];
                for &s in part {
                    types &= context.nodes[s as usize].types;
                }
            }
            let may = |k: u32| !context.masked || types >> k & 1 == 1;
            if load > t.capacity[0] || !may(vt) {
                if own.started != NONE {
                    return None;
                }
                let fits = |k: &&u32| {
                    let t = &problem.types[**k as usize];
                    t.capacity[0] >= load && self.used[**k as usize] < t.count && may(**k)
                };
                let other = context.kin[vt as usize]
                    .iter()
                    .filter(fits)
                    .map(|&k| (route_cost(problem, k as usize, distance, 0), k))
                    .min();
                let over = self.fine(load - t.capacity[0]);
                let stays = self.laden && may(vt);
                match other {
                    Some((cost, k))
                        if !stays
                            || cost < route_cost(problem, vt as usize, distance, 0) + over =>
                    {
                        vt = k;
                    }
                    _ if stays => fine = over,
                    _ => return None,
                }
            }
        }
        if features.allowed
            && !context.masked
            && part.iter().any(|&s| !self.suits(vt as usize, s as usize))
        {
            return None;
        }
        if features.limits {
            let count = head.count + part.len() + rest;
            let most = problem.types[vt as usize].max_stops;
            if distance > t.max_distance || (count > most && !features.reload) {
                return None;
            }
        }
        let mut duration = 0;
        if features.time && alike && !features.release && !features.reload && !features.exact {
            let mut span = own.before[head.count];
            let mut here = if head.count == 0 { t.start } else { own.stops[head.count - 1] };
            for &s in part {
                let time = context.time(here, s);
                let next = context.nodes[s as usize].span;
                if !span.reaches(time, next) {
                    return None;
                }
                span = span.join(time, next);
                here = s;
            }
            let next = other.stops.get(tail.count).copied().unwrap_or(t.end);
            let time = if next == NONE { 0 } else { context.time(here, next) };
            let after = other.after[tail.count];
            if !span.reaches(time, after) {
                return None;
            }
            if features.duration {
                duration = span.join(time, after).duration();
                if duration > t.max_duration {
                    return None;
                }
            }
        }
        if own.vehicle_type == other.vehicle_type
            && context.by_trips(vt as usize)
            && part.len() + rest > 0
        {
            let clients = |list: &[u32]| list.iter().any(|&s| s as usize >= problem.depots);
            let (start, end) = (&own.stops[..head.count], &other.stops[tail.count..]);
            if !clients(part) && !clients(start) && !clients(end) {
                return None;
            }
            return self.walk_trips(head, part, tail).map(|w| (w.cost, vt));
        }
        if context.walked || !alike {
            stops.clear();
            stops.extend_from_slice(&own.stops[..head.count]);
            stops.extend_from_slice(part);
            stops.extend_from_slice(&other.stops[tail.count..]);
            if stops.iter().all(|&s| (s as usize) < problem.depots) && !stops.is_empty() {
                return None;
            }
            let vehicle = (vt as usize, own.started);
            return walk_laden(problem, features, &context.nodes, vehicle, stops)
                .filter(|w| w.excess == 0 || self.laden)
                .map(|w| (w.cost + self.fine(w.excess), vt));
        }
        Some((route_cost(problem, vt as usize, distance, duration) + fine, vt))
    }
}
