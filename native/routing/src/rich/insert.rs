//! Where a client could go, and what it would cost: constant time a position.

use crate::problem::{NONE, UNLIMITED};
use crate::rich::exchange::Head;
use crate::rich::refresh::walk;
use crate::rich::route::{arrival, departure, route_cost, Node, Span};
use crate::rich::site::Legs;
use crate::rich::state::State;
use crate::rules::judge::{judge, Judged};

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

    /// Try a client between two neighbours in a route, which makes it `more` longer.
    #[inline(always)]
    pub fn weigh<L: Legs>(
        &self,
        legs: L,
        (left, right): (u32, u32),
        more: i64,
        (r, position): (u32, u32),
        client: usize,
        best: &mut Best,
    ) {
        let context = self.context;
        let brief = &self.briefs[r as usize];
        // Serving one more takes no less time either, so that this holds with costs of time too.
        let mut cost = brief.rate * more;
        if cost >= best.cost || position < brief.fixed {
            return;
        }
        let node = &context.nodes[client];
        let mut vehicle_type = brief.vehicle_type;
        let unsuited = context.masked && brief.types & node.types & 1 << vehicle_type == 0;
        let mut fine = 0;
        // What is on board already takes no more room.
        if (brief.spare < node.delivery && !node.paired) || unsuited {
            let over = self.fine((node.delivery - brief.spare).max(0)) - self.fine(brief.excess);
            let stays = self.laden && !unsuited;
            match self.other_type(r as usize, node, more) {
                Some((kin, extra)) if !stays || extra < cost + over => {
                    cost = extra;
                    vehicle_type = kin;
                }
                _ if stays => {
                    fine = over;
                    cost += fine;
                }
                _ => return,
            }
            if cost >= best.cost {
                return;
            }
        }
        let place = Place { route: r, vehicle_type, position, reload: [NONE; 2] };
        if context.special {
            if context.features.reload {
                if let Some((cost, place)) =
                    self.try_with_reload(r as usize, position as usize, client, best)
                {
                    *best = Best { cost, place, client: client as u32 };
                }
                return;
            }
            if !self.special_rules_hold(r as usize, position as usize, client, more) {
                return;
            }
            if self.laden && context.features.pickup {
                fine = self.fine_of(r as usize, position as usize, client);
                cost += fine;
                if cost >= best.cost {
                    return;
                }
            }
        }
        if context.features.time {
            let depots = context.problem.depots as i32;
            let late_release =
                context.features.release && node.release > self.routes[r as usize].release;
            let before = if late_release {
                let Some(span) = self.delayed(r as usize, position as usize, node.release) else {
                    return;
                };
                span
            } else if (left as i32) < depots {
                brief.first
            } else {
                self.sites[left as usize].before
            };
            let there = legs.time_from(left);
            if !before.reaches(there, node.span) {
                return;
            }
            let home = if right == NONE { 0 } else { legs.time_to(right) };
            let span = before.join(there, node.span);
            let after =
                if (right as i32) < depots { brief.last } else { self.sites[right as usize].after };
            if !span.reaches(home, after) {
                return;
            }
            if context.features.duration {
                let duration = span.join(home, after).duration();
                if duration > brief.max_duration {
                    return;
                }
                let vt = vehicle_type as usize;
                let route = &self.routes[r as usize];
                cost = route_cost(context.problem, vt, route.distance + more, duration)
                    - route.cost
                    + fine;
                if cost >= best.cost {
                    return;
                }
            }
        }
        if context.features.exact {
            let route = &self.routes[r as usize];
            let at = (r as usize, position as usize);
            let Some(judged) = self.judged(at, vehicle_type as usize, &[client as u32]) else {
                return;
            };
            let (problem, vt) = (context.problem, vehicle_type as usize);
            let distance = route.distance + more;
            cost = route_cost(problem, vt, distance, judged.duration) + judged.extra - route.cost
                + self.balance_of(r, &[client as u32], distance, judged.duration);
            if cost >= best.cost {
                return;
            }
        }
        *best = Best { cost, place, client: client as u32 };
    }

    /// Judge a route whole, with `clients` put in at a position.
    #[cold]
    pub fn judged(
        &self,
        (r, position): (usize, usize),
        vt: usize,
        clients: &[u32],
    ) -> Option<Judged> {
        let route = &self.routes[r];
        let mut stops = Vec::with_capacity(route.stops.len() + clients.len());
        stops.extend_from_slice(&route.stops[..position]);
        stops.extend_from_slice(clients);
        stops.extend_from_slice(&route.stops[position..]);
        judge(self.context.problem, vt, route.started, &stops)
    }

    /// Try a client at one position of a route.
    pub fn try_position<L: Legs>(
        &self,
        legs: L,
        r: usize,
        position: usize,
        client: usize,
        best: &mut Best,
    ) {
        let route = &self.routes[r];
        let t = &self.context.problem.types[route.vehicle_type as usize];
        let left = if position == 0 { t.start } else { route.stops[position - 1] };
        let right = route.stops.get(position).copied().unwrap_or(t.end);
        let place = (r as u32, position as u32);
        let more = legs.from(left) + legs.on_to(right) - route.gaps[position];
        self.weigh(legs, (left, right), more, place, client, best);
    }

    /// Rules that few problems have; the order is from cheap to dear.
    fn special_rules_hold(&self, r: usize, position: usize, client: usize, more: i64) -> bool {
        let context = self.context;
        let features = &context.features;
        let brief = &self.briefs[r];
        (!features.limits || (more <= brief.spare_distance && brief.spare_stops > 0))
            && (context.masked || self.suits(brief.vehicle_type as usize, client))
            && ((!features.pickup && context.problem.dims == 1)
                || self.laden
                || self.fits(r, position, client))
            && (!context.problem.backhaul || self.keeps_backhaul_order(r, position, client))
    }

    /// The cheapest type that differs in capacity, costs and clients alone, has room for one more and
    /// may serve it, and what the change and `more` distance cost together.
    #[cold]
    fn other_type(&self, r: usize, node: &Node, more: i64) -> Option<(u32, i64)> {
        let problem = self.context.problem;
        let route = &self.routes[r];
        if route.started != NONE || self.context.features.pickup {
            return None;
        }
        let load = route.load[0] + node.delivery;
        let types = self.briefs[r].types & node.types;
        self.context.kin[route.vehicle_type as usize]
            .iter()
            .filter(|&&vt| {
                let t = &problem.types[vt as usize];
                t.capacity[0] >= load
                    && self.used[vt as usize] < t.count
                    && (!self.context.masked || types >> vt & 1 == 1)
            })
            .map(|&vt| {
                (vt, route_cost(problem, vt as usize, route.distance + more, 0) - route.cost)
            })
            .min_by_key(|&(vt, cost)| (cost, vt))
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
        if context.nodes[client].paired {
            return true;
        }
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

    /// Price of what a client would add to the overload, where vehicles bring goods back too.
    fn fine_of(&self, r: usize, position: usize, client: usize) -> i64 {
        let node = &self.context.nodes[client];
        let route = &self.routes[r];
        let capacity = self.context.problem.types[route.vehicle_type as usize].capacity[0];
        let peak = (route.peak_before[position] + node.delivery)
            .max(route.peak_after[position] + node.pickup);
        self.fine((peak - capacity).max(0)) - self.fine(route.excess)
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
        let mut stops = Vec::new();
        let short = context.by_trips(vt);
        let ends = Head { route: r, count: position };
        let travel = &context.problem.travel;
        let left = if position == 0 { t.start } else { route.stops[position - 1] };
        let right = route.stops.get(position).copied().unwrap_or(t.end);
        let leg = |a: u32, b: u32| {
            if a == NONE || b == NONE {
                0
            } else {
                travel.distance(a as usize, b as usize)
            }
        };
        let mut attempt = |before: u32, after: u32| {
            // The way alone tells most of them apart; only what is short enough is walked in full.
            let here = client as u32;
            let come = if before == NONE {
                leg(left, here)
            } else {
                leg(left, before) + leg(before, here)
            };
            let go =
                if after == NONE { leg(here, right) } else { leg(here, after) + leg(after, right) };
            let least = t.distance_cost * (come + go - leg(left, right));
            if least >= found.map_or(best.cost, |f| f.0) {
                return;
            }
            let part = [before, here, after];
            let part = &part[usize::from(before == NONE)..2 + usize::from(after != NONE)];
            let walked = if short {
                self.walk_trips(ends, part, ends)
            } else {
                stops.clear();
                stops.extend_from_slice(&route.stops[..position]);
                stops.extend_from_slice(part);
                stops.extend_from_slice(&route.stops[position..]);
                let vehicle = (vt, route.started);
                walk(context.problem, &context.features, &context.nodes, vehicle, &stops)
            };
            if let Some(w) = walked {
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
        let count = problem.types.len();
        for vt in (self.turn..count).chain(0..self.turn.min(count)) {
            let t = &problem.types[vt];
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
            let mut cost = route_cost(problem, vt, distance, duration);
            if context.features.exact && cost < best.cost {
                let Some(judged) = judge(problem, vt, NONE, &[client as u32]) else { continue };
                cost = route_cost(problem, vt, distance, judged.duration)
                    + judged.extra
                    + self.balance_of(NONE, &[client as u32], distance, judged.duration);
            }
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
            let r = place.route as usize;
            let old = self.routes[r].vehicle_type;
            if old != place.vehicle_type {
                self.touch(r);
                self.used[old as usize] -= 1;
                self.used[place.vehicle_type as usize] += 1;
                self.routes[r].vehicle_type = place.vehicle_type;
            }
            r
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
        debug_assert!(self.sound(r), "an insertion broke a route");
        debug_assert!(self.cost < UNLIMITED);
    }
}
