//! Recompute the sums of a route, and check it whole.

use crate::problem::{Features, Problem, NONE, UNLIMITED};
use crate::rich::laden::Laden;
use crate::rich::route::{arrival, departure, route_cost, Node, Route, Span};
use crate::rich::trips::{by_trips, refresh_trips};
use crate::rules::judge::judge;

/// What a full walk along a route says; `None` where it breaks a rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Walk {
    pub duration: i64,
    pub cost: i64,
    /// Goods beyond capacity.
    pub excess: i64,
}

/// Release of the trip that begins after position `at` of `stops`.
fn trip_release(problem: &Problem, nodes: &[Node], stops: &[u32], at: usize) -> i64 {
    stops[at..]
        .iter()
        .take_while(|&&s| s as usize >= problem.depots)
        .map(|&s| nodes[s as usize].release)
        .max()
        .unwrap_or(0)
}

/// Walk a route of vehicle type `vt` along `stops`, in full.
pub(crate) fn walk(
    problem: &Problem,
    features: &Features,
    nodes: &[Node],
    vehicle: (usize, u32),
    stops: &[u32],
) -> Option<Walk> {
    walk_laden(problem, features, nodes, vehicle, stops).filter(|w| w.excess == 0)
}

/// The same where there may be more on board than there is room for.
pub(crate) fn walk_laden(
    problem: &Problem,
    features: &Features,
    nodes: &[Node],
    (vt, started): (usize, u32),
    stops: &[u32],
) -> Option<Walk> {
    let t = &problem.types[vt];
    let (mut distance, mut clients, mut reloads) = (0, 0, 0);
    let release = if features.release { trip_release(problem, nodes, stops, 0) } else { 0 };
    let mut span = departure(problem, nodes, vt, release);
    if span.end > span.latest.saturating_add(span.busy) {
        return None;
    }
    let mut here = t.start as usize;
    for (k, &s) in stops.iter().enumerate() {
        let s = s as usize;
        let time = problem.travel.time(here, s);
        distance += problem.travel.distance(here, s);
        let mut next = nodes[s].span;
        if s < problem.depots {
            reloads += 1;
            if !t.reload_depots.contains(&(s as u32)) {
                return None;
            }
            if features.release {
                let release = trip_release(problem, nodes, stops, k + 1);
                next.end = next.end.max(release);
                if next.end > next.latest {
                    return None;
                }
            }
        } else {
            clients += 1;
            if features.allowed && !problem.allowed[vt * problem.locations() + s] {
                return None;
            }
        }
        if features.time {
            if !span.reaches(time, next) {
                return None;
            }
            span = span.join(time, next);
        }
        here = s;
    }
    let last = arrival(problem, nodes, vt);
    if t.end != NONE {
        let time = problem.travel.time(here, t.end as usize);
        distance += problem.travel.distance(here, t.end as usize);
        if features.time {
            if !span.reaches(time, last) {
                return None;
            }
            span = span.join(time, last);
        }
    } else if features.time {
        if !span.reaches(0, last) {
            return None;
        }
        span = span.join(0, last);
    }
    let duration = if features.time { span.duration() } else { 0 };
    if clients > t.max_stops
        || reloads > t.max_reloads
        || distance > t.max_distance
        || duration > t.max_duration
    {
        return None;
    }
    let excess = overload(problem, nodes, vt, stops)?;
    if features.exact {
        let judged = judge(problem, vt, started, stops)?;
        let cost = route_cost(problem, vt, distance, judged.duration) + judged.extra;
        return Some(Walk { duration: judged.duration, cost, excess });
    }
    Some(Walk { duration, cost: route_cost(problem, vt, distance, duration), excess })
}

/// By how much the trips exceed capacity; `None` where they break the order of backhauls.
fn overload(problem: &Problem, nodes: &[Node], vt: usize, stops: &[u32]) -> Option<i64> {
    let (dims, capacity) = (problem.dims, &problem.types[vt].capacity);
    let mut from = 0;
    let mut excess = 0;
    loop {
        let length = stops[from..].iter().take_while(|&&s| s as usize >= problem.depots).count();
        let trip = &stops[from..from + length];
        for k in 0..dims {
            let mut load: i64 = trip
                .iter()
                .filter(|&&s| !nodes[s as usize].paired)
                .map(|&s| problem.delivery[s as usize * dims + k])
                .sum();
            let mut peak = load;
            for &s in trip {
                let at = s as usize * dims + k;
                load += problem.pickup[at] - problem.delivery[at];
                peak = peak.max(load);
            }
            excess += (peak - capacity[k]).max(0);
        }
        if problem.backhaul && !backhaul_order_holds(nodes, trip) {
            return None;
        }
        from += length + 1;
        if from > stops.len() {
            return Some(excess);
        }
    }
}

/// Deliveries before pickups, and not pickups alone.
fn backhaul_order_holds(nodes: &[Node], trip: &[u32]) -> bool {
    let mut seen = [false; 3];
    for &s in trip {
        let class = nodes[s as usize].class as usize;
        seen[class] = true;
        if class == 1 && seen[2] {
            return false;
        }
    }
    seen[1] || !seen[2]
}

/// Recompute everything that `route` caches.
pub(crate) fn refresh(problem: &Problem, features: &Features, nodes: &[Node], route: &mut Route) {
    let vt = route.vehicle_type as usize;
    let t = &problem.types[vt];
    let dims = problem.dims;
    let length = route.stops.len();
    route.load.clear();
    route.load.resize(dims, 0);
    let mut distance = 0;
    route.release = 0;
    route.excess = 0;
    route.gaps.clear();
    route.along.clear();
    route.along.push(0);
    route.carried.clear();
    route.carried.push(0);
    let mut carried = 0;
    let mut here = t.start as usize;
    for &s in &route.stops {
        let s = s as usize;
        let gap = problem.travel.distance(here, s);
        distance += gap;
        route.gaps.push(gap);
        route.along.push(distance);
        carried += nodes[s].delivery;
        route.carried.push(carried);
        here = s;
        if dims == 1 {
            route.load[0] += if nodes[s].paired { 0 } else { nodes[s].delivery };
        } else if !nodes[s].paired {
            for k in 0..dims {
                route.load[k] += problem.delivery[s * dims + k];
            }
        }
        if features.release {
            route.release = route.release.max(nodes[s].release);
        }
    }
    let home = if t.end == NONE { 0 } else { problem.travel.distance(here, t.end as usize) };
    route.gaps.push(home);
    distance += home;
    route.distance = distance;
    route.duration = 0;
    if features.reload {
        // Trips interact: where their cuts do not say it all, the route is walked in full.
        let sound = refresh_trips(problem, features, nodes, route);
        if by_trips(problem, features, vt) {
            let timed = route.whole.filter(|_| features.time);
            route.duration = timed.map_or(0, Span::duration);
            route.feasible =
                sound && distance <= t.max_distance && route.duration <= t.max_duration;
            route.cost = route_cost(problem, vt, distance, route.duration);
            return;
        }
        let found = walk(problem, features, nodes, (vt, route.started), &route.stops);
        route.feasible = found.is_some();
        route.duration = found.map_or(0, |w| w.duration);
        route.cost = found.map_or(route_cost(problem, vt, distance, 0), |w| w.cost);
        return;
    }
    let mut feasible = length <= t.max_stops && distance <= t.max_distance;
    if features.time {
        feasible &= refresh_time(problem, nodes, route);
        route.duration = route.whole.map_or(0, Span::duration);
        feasible &= route.duration <= t.max_duration;
    }
    if features.pickup || features.pairs {
        refresh_legs(problem, route);
        if problem.dims == 1 && !features.pairs {
            refresh_laden(nodes, route);
        }
    } else {
        let over = |(load, capacity): (&i64, &i64)| (load - capacity).max(0);
        route.excess = route.load.iter().zip(&t.capacity).map(over).sum();
    }
    feasible &= route.excess == 0;
    if features.allowed {
        refresh_types(nodes, route);
        feasible &= vt >= 64 || route.heads[length] >> vt & 1 == 1;
    }
    feasible &= !problem.backhaul || backhaul_order_holds(nodes, &route.stops);
    if features.exact && feasible {
        let judged = judge(problem, vt, route.started, &route.stops);
        route.duration = judged.map_or(route.duration, |j| j.duration);
        route.feasible = judged.is_some();
        let extra = judged.map_or(0, |j| j.extra);
        route.cost = route_cost(problem, vt, distance, route.duration) + extra;
        return;
    }
    route.feasible = feasible;
    route.cost = route_cost(problem, vt, distance, route.duration);
}

fn refresh_time(problem: &Problem, nodes: &[Node], route: &mut Route) -> bool {
    let vt = route.vehicle_type as usize;
    let t = &problem.types[vt];
    let length = route.stops.len();
    let first = departure(problem, nodes, vt, route.release);
    let mut feasible = first.end - first.busy <= first.latest;
    let last = arrival(problem, nodes, vt);
    route.before.clear();
    route.before.push(first);
    route.after.clear();
    route.after.resize(length + 1, last);
    let mut here = t.start as usize;
    let mut span = first;
    for &s in &route.stops {
        let s = s as usize;
        let time = problem.travel.time(here, s);
        feasible &= span.reaches(time, nodes[s].span);
        span = span.join(time, nodes[s].span);
        route.before.push(span);
        here = s;
    }
    let home = if t.end == NONE { 0 } else { problem.travel.time(here, t.end as usize) };
    feasible &= span.reaches(home, last);
    let mut there = t.end;
    let mut span = last;
    for k in (0..length).rev() {
        let s = route.stops[k] as usize;
        let time = if there == NONE { 0 } else { problem.travel.time(s, there as usize) };
        span = nodes[s].span.join(time, span);
        route.after[k] = span;
        there = s as u32;
    }
    let time =
        if there == NONE { 0 } else { problem.travel.time(t.start as usize, there as usize) };
    route.whole = Some(first.join(time, span));
    feasible
}

fn refresh_laden(nodes: &[Node], route: &mut Route) {
    let length = route.stops.len();
    route.laden_to.clear();
    route.laden_to.push(Laden::default());
    let mut piece = Laden::default();
    for &s in &route.stops {
        piece = piece.join(Laden::of(&nodes[s as usize]));
        route.laden_to.push(piece);
    }
    route.laden_from.clear();
    route.laden_from.resize(length + 1, Laden::default());
    for k in (0..length).rev() {
        let own = Laden::of(&nodes[route.stops[k] as usize]);
        route.laden_from[k] = own.join(route.laden_from[k + 1]);
    }
}

fn refresh_types(nodes: &[Node], route: &mut Route) {
    route.heads.clear();
    route.heads.push(u64::MAX);
    let mut mask = u64::MAX;
    for &s in &route.stops {
        mask &= nodes[s as usize].types;
        route.heads.push(mask);
    }
    let length = route.stops.len();
    route.tails.clear();
    route.tails.resize(length + 1, u64::MAX);
    for k in (0..length).rev() {
        route.tails[k] = route.tails[k + 1] & nodes[route.stops[k] as usize].types;
    }
}

fn refresh_legs(problem: &Problem, route: &mut Route) {
    let dims = problem.dims;
    let length = route.stops.len();
    let capacity = &problem.types[route.vehicle_type as usize].capacity;
    let size = (length + 1) * dims;
    route.leg_load.clear();
    route.leg_load.resize(size, 0);
    route.peak_before.clear();
    route.peak_before.resize(size, 0);
    route.peak_after.clear();
    route.peak_after.resize(size, 0);
    for k in 0..dims {
        let mut load = route.load[k];
        let mut peak = load;
        route.leg_load[k] = load;
        route.peak_before[k] = peak;
        for (i, &s) in route.stops.iter().enumerate() {
            let at = s as usize * dims + k;
            load += problem.pickup[at] - problem.delivery[at];
            peak = peak.max(load);
            route.leg_load[(i + 1) * dims + k] = load;
            route.peak_before[(i + 1) * dims + k] = peak;
        }
        route.excess += (peak - capacity[k]).max(0);
        let mut peak = -UNLIMITED;
        for i in (0..=length).rev() {
            peak = peak.max(route.leg_load[i * dims + k]);
            route.peak_after[i * dims + k] = peak;
        }
    }
}
