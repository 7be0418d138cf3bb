//! Where a client could go, and what it would cost: constant time a position.

use crate::problem::{NONE, UNLIMITED};
use crate::rich::refresh::walk;
use crate::rich::route::{arrival, departure, route_cost, Span};
use crate::rich::state::State;

/// A place for one client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Route, or NONE for a new one of `vehicle_type`.
    pub route: u32,
    pub vehicle_type: u32,
    pub position: u32,
    /// Reload at this depot before (first) or after (second) the client; NONE: no reload.
    pub reload: [u32; 2],
}

/// The cheapest place so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Best {
    pub cost: i64,
    pub place: Place,
    pub client: u32,
}

impl Best {
    pub fn none(limit: i64) -> Self {
        let place = Place { route: NONE, vehicle_type: 0, position: 0, reload: [NONE; 2] };
        Self { cost: limit, place, client: NONE }
    }

    pub fn found(&self) -> bool {
        self.client != NONE
    }
}

impl State<'_> {
    /// Whether a vehicle type may serve a client and could carry its goods at all.
    #[inline(always)]
    pub fn suits(&self, vt: usize, client: usize) -> bool {
        let problem = self.context.problem;
        !self.context.features.allowed || problem.allowed[vt * problem.locations() + client]
    }

    /// Try a client at one position of a route.
    #[inline]
    pub fn try_position(&self, r: usize, position: usize, client: usize, best: &mut Best) {
        let context = self.context;
        let problem = context.problem;
        let features = &context.features;
        let route = &self.routes[r];
        if position < route.fixed {
            return;
        }
        let vt = route.vehicle_type as usize;
        let t = &problem.types[vt];
        let node = &context.nodes[client];
        if !features.pickup && !features.reload {
            if problem.dims == 1 {
                if route.load[0] + node.delivery > t.capacity[0] {
                    return;
                }
            } else if !self.fits(r, position, client) {
                return;
            }
        }
        if features.allowed && !self.suits(vt, client) {
            return;
        }
        let travel = &problem.travel;
        let length = route.stops.len();
        let from =
            if position == 0 { t.start as usize } else { route.stops[position - 1] as usize };
        let to = if position == length { t.end } else { route.stops[position] };
        let more = if to == NONE {
            travel.distance(from, client)
        } else {
            travel.distance(from, client) + travel.distance(client, to as usize)
                - travel.distance(from, to as usize)
        };
        let mut cost = t.distance_cost * more;
        if cost >= best.cost && !features.duration {
            return;
        }
        if features.reload {
            if let Some(cost) = self.try_with_reload(r, position, client, best) {
                let place = Place { route: r as u32, vehicle_type: vt as u32, ..cost.1 };
                *best = Best { cost: cost.0, place, client: client as u32 };
            }
            return;
        }
        if features.pickup && !self.fits(r, position, client) {
            return;
        }
        if problem.backhaul && !self.keeps_backhaul_order(r, position, client) {
            return;
        }
        if features.limits && (route.distance + more > t.max_distance || length + 1 > t.max_stops) {
            return;
        }
        if features.time {
            let late_release = features.release && node.release > route.release;
            let before = if late_release {
                let Some(span) = self.delayed(r, position, node.release) else { return };
                span
            } else {
                route.before[position]
            };
            let there = travel.time(from, client);
            if !before.reaches(there, node.span) {
                return;
            }
            let home = if to == NONE { 0 } else { travel.time(client, to as usize) };
            let span = before.join(there, node.span);
            let after = route.after[position];
            if !span.reaches(home, after) {
                return;
            }
            if features.duration {
                let whole = span.join(home, after);
                let duration = whole.duration();
                if duration > t.max_duration {
                    return;
                }
                cost = route_cost(problem, vt, route.distance + more, duration) - route.cost;
                if cost >= best.cost {
                    return;
                }
            }
        }
        let place = Place {
            route: r as u32,
            vehicle_type: vt as u32,
            position: position as u32,
            reload: [NONE; 2],
        };
        *best = Best { cost, place, client: client as u32 };
    }

    /// The start of a route up to `position` when it has to wait for goods until `release`.
    fn delayed(&self, r: usize, position: usize, release: i64) -> Option<Span> {
        let context = self.context;
        let route = &self.routes[r];
        let vt = route.vehicle_type as usize;
        let mut span = departure(context.problem, &context.nodes, vt, release);
        if span.end - span.busy > span.latest {
            return None;
        }
        let mut here = context.problem.types[vt].start as usize;
        for &s in &route.stops[..position] {
            let s = s as usize;
            let time = context.problem.travel.time(here, s);
            let next = context.nodes[s].span;
            if !span.reaches(time, next) {
                return None;
            }
            span = span.join(time, next);
            here = s;
        }
        Some(span)
    }

    /// Whether the goods of a client fit when it is put at `position`.
    fn fits(&self, r: usize, position: usize, client: usize) -> bool {
        let context = self.context;
        let problem = context.problem;
        let route = &self.routes[r];
        let capacity = &problem.types[route.vehicle_type as usize].capacity;
        let dims = problem.dims;
        (0..dims).all(|k| {
            let (delivery, pickup) =
                (problem.delivery[client * dims + k], problem.pickup[client * dims + k]);
            if context.features.pickup {
                route.peak_before[position * dims + k] + delivery <= capacity[k]
                    && route.peak_after[position * dims + k] + pickup <= capacity[k]
            } else {
                route.load[k] + delivery <= capacity[k]
            }
        })
    }

    fn keeps_backhaul_order(&self, r: usize, position: usize, client: usize) -> bool {
        let nodes = &self.context.nodes;
        let stops = &self.routes[r].stops;
        let class = |k: usize| nodes[stops[k] as usize].class;
        match nodes[client].class {
            1 => position == 0 || class(position - 1) != 2,
            2 => position > 0 && (position == stops.len() || class(position) != 1),
            _ => true,
        }
    }

    /// Reload just before the client, just after it, or not at all: whichever is cheapest.
    fn try_with_reload(
        &self,
        r: usize,
        position: usize,
        client: usize,
        best: &Best,
    ) -> Option<(i64, Place)> {
        let context = self.context;
        let route = &self.routes[r];
        let vt = route.vehicle_type as usize;
        let t = &context.problem.types[vt];
        let mut found: Option<(i64, Place)> = None;
        let mut stops = Vec::with_capacity(route.stops.len() + 3);
        let mut attempt = |before: u32, after: u32| {
            stops.clear();
            stops.extend_from_slice(&route.stops[..position]);
            stops.extend((before != NONE).then_some(before));
            stops.push(client as u32);
            stops.extend((after != NONE).then_some(after));
            stops.extend_from_slice(&route.stops[position..]);
            if let Some(w) = walk(context.problem, &context.features, &context.nodes, vt, &stops) {
                let cost = w.cost - route.cost;
                if cost < found.map_or(best.cost, |f| f.0) {
                    let place = Place {
                        route: r as u32,
                        vehicle_type: vt as u32,
                        position: position as u32,
                        reload: [before, after],
                    };
                    found = Some((cost, place));
                }
            }
        };
        attempt(NONE, NONE);
        let is_depot = |k: usize| (route.stops[k] as usize) < context.problem.depots;
        for &depot in &t.reload_depots {
            if position > 0 && !is_depot(position - 1) {
                attempt(depot, NONE);
            }
            if position < route.stops.len() && !is_depot(position) {
                attempt(NONE, depot);
            }
        }
        found
    }

    /// Try a vehicle of its own of every type that is left.
    pub fn try_new_route(&self, client: usize, best: &mut Best) {
        let context = self.context;
        let problem = context.problem;
        let node = &context.nodes[client];
        if self.vehicles >= self.most_vehicles || (problem.backhaul && node.class == 2) {
            return;
        }
        for (vt, t) in problem.types.iter().enumerate() {
            if self.used[vt] >= t.count || !self.suits(vt, client) || t.max_stops == 0 {
                continue;
            }
            let dims = problem.dims;
            let heavy = (0..dims).any(|k| {
                let at = client * dims + k;
                problem.delivery[at].max(problem.pickup[at]) > t.capacity[k]
            });
            if heavy {
                continue;
            }
            let travel = &problem.travel;
            let (there, there_time) =
                (travel.distance(t.start as usize, client), travel.time(t.start as usize, client));
            let (home, home_time) = if t.end == NONE {
                (0, 0)
            } else {
                (travel.distance(client, t.end as usize), travel.time(client, t.end as usize))
            };
            let distance = there + home;
            if distance > t.max_distance || t.fixed_cost + t.distance_cost * distance >= best.cost {
                continue;
            }
            let mut duration = 0;
            if context.features.time {
                let first = departure(problem, &context.nodes, vt, node.release);
                let last = arrival(problem, &context.nodes, vt);
                if first.end - first.busy > first.latest || !first.reaches(there_time, node.span) {
                    continue;
                }
                let span = first.join(there_time, node.span);
                if !span.reaches(home_time, last) {
                    continue;
                }
                duration = span.join(home_time, last).duration();
                if duration > t.max_duration {
                    continue;
                }
            }
            let cost = route_cost(problem, vt, distance, duration);
            if cost < best.cost {
                let place =
                    Place { route: NONE, vehicle_type: vt as u32, position: 0, reload: [NONE; 2] };
                *best = Best { cost, place, client: client as u32 };
            }
        }
    }

    /// Carry out an insertion.
    pub fn place(&mut self, best: &Best) {
        let place = best.place;
        let r = if place.route == NONE {
            let r = self.slot();
            self.touch(r);
            let route = &mut self.routes[r];
            route.vehicle_type = place.vehicle_type;
            route.fixed = 0;
            route.started = NONE;
            r
        } else {
            place.route as usize
        };
        let at = place.position as usize;
        self.edit(r, |stops| {
            if place.reload[1] != NONE {
                stops.insert(at, place.reload[1]);
            }
            stops.insert(at, best.client);
            if place.reload[0] != NONE {
                stops.insert(at, place.reload[0]);
            }
        });
        let request = self.context.request_of[best.client as usize];
        self.mark_planned(request);
        debug_assert!(self.routes[r].feasible, "an insertion broke a route");
        debug_assert!(self.cost < UNLIMITED);
    }
}
