//! Routes of several trips: a change within one trip is held against the rules by a walk along this
//! trip alone. What comes before and after it is summed up (`Span`), with the releases of its goods.

use crate::problem::{Problem, NONE};
use crate::rich::context::Context;
use crate::rich::exchange::Head;
use crate::rich::refresh::Walk;
use crate::rich::route::{arrival, departure, route_cost, Node, Route, Span};
use crate::rich::state::State;

impl Context<'_> {
    /// Whether trips say all that there is to say about a route of this type.
    pub fn by_trips(&self, vt: usize) -> bool {
        let t = &self.problem.types[vt];
        let features = &self.features;
        features.reload
            && self.problem.dims == 1
            && !(features.pickup || features.pairs || features.exact || self.problem.backhaul)
            && t.max_stops == usize::MAX
            && t.max_reloads == usize::MAX
    }
}

/// Latest release among the first stops that no reload divides.
fn release_of(problem: &Problem, nodes: &[Node], stops: impl Iterator<Item = u32>) -> i64 {
    stops
        .take_while(|&s| s as usize >= problem.depots)
        .map(|s| nodes[s as usize].release)
        .max()
        .unwrap_or(0)
}

/// A reload at which goods released then are waited for; nothing where that is too late.
fn reload_at(nodes: &[Node], depot: u32, release: i64) -> Option<Span> {
    let mut span = nodes[depot as usize].span;
    span.end = span.end.max(release);
    (span.end <= span.latest).then_some(span)
}

/// Sum up the starts and ends of a route that keeps its times.
pub(super) fn refresh_trips(problem: &Problem, nodes: &[Node], route: &mut Route) {
    let vt = route.vehicle_type as usize;
    let t = &problem.types[vt];
    let length = route.stops.len();
    let span_at = |k: usize| {
        let s = route.stops[k];
        let node = nodes[s as usize].span;
        if s as usize >= problem.depots {
            return node;
        }
        let release = release_of(problem, nodes, route.stops[k + 1..].iter().copied());
        Span { end: node.end.max(release), ..node }
    };
    let spans: Vec<Span> = (0..length).map(span_at).collect();
    let release = release_of(problem, nodes, route.stops.iter().copied());
    let mut span = departure(problem, nodes, vt, release);
    route.before.clear();
    route.before.push(span);
    let mut here = t.start as usize;
    for (&s, &next) in route.stops.iter().zip(&spans) {
        span = span.join(problem.travel.time(here, s as usize), next);
        route.before.push(span);
        here = s as usize;
    }
    let mut span = arrival(problem, nodes, vt);
    route.after.clear();
    route.after.resize(length + 1, span);
    let mut there = t.end;
    for k in (0..length).rev() {
        let s = route.stops[k];
        let time = if there == NONE { 0 } else { problem.travel.time(s as usize, there as usize) };
        span = spans[k].join(time, span);
        route.after[k] = span;
        there = s;
    }
}

impl State<'_> {
    /// A route made of the first stops of one, `part`, and what follows the first stops of the same
    /// or another of its type: a walk along the trips that the cuts divide. Nothing where it breaks
    /// a rule.
    pub(super) fn walk_trips(&self, head: Head, part: &[u32], tail: Head) -> Option<Walk> {
        let context = self.context;
        let (problem, nodes) = (context.problem, &context.nodes[..]);
        let features = &context.features;
        let (own, other) = (&self.routes[head.route], &self.routes[tail.route]);
        let vt = own.vehicle_type as usize;
        let t = &problem.types[vt];
        let depot = |s: &u32| (*s as usize) < problem.depots;
        let begin = own.stops[..head.count].iter().rposition(depot);
        let rest = &other.stops[tail.count..];
        let end = rest.iter().position(depot).map_or(other.stops.len(), |k| k + tail.count);
        let first = begin.map_or(0, |k| k + 1);
        if features.time && self.too_late(head, part, tail) {
            return None;
        }
        if !part.iter().any(depot) {
            let left = own.carried[head.count] - own.carried[first];
            let right = other.carried[end] - other.carried[tail.count];
            let goods = |load, &s: &u32| load + nodes[s as usize].delivery;
            if part.iter().fold(left + right, goods) > t.capacity[0] {
                return None;
            }
        }
        let mut stops = own.stops[first..head.count]
            .iter()
            .chain(part)
            .chain(&other.stops[tail.count..end])
            .copied();
        let release = release_of(problem, nodes, stops.clone());
        let mut here = t.start;
        let mut distance = 0;
        let mut span;
        if let Some(k) = begin {
            let depot = own.stops[k];
            let next = reload_at(nodes, depot, release)?;
            if k > 0 {
                here = own.stops[k - 1];
            }
            let time = context.time(here, depot);
            span = own.before[k];
            if features.time {
                if !span.reaches(time, next) {
                    return None;
                }
                span = span.join(time, next);
            }
            (distance, here) = (own.along[k + 1], depot);
        } else {
            span = departure(problem, nodes, vt, release);
            if span.end > span.latest.saturating_add(span.busy) {
                return None;
            }
        }
        let mut load = 0;
        while let Some(s) = stops.next() {
            let mut next = nodes[s as usize].span;
            if depot(&s) {
                if !t.reload_depots.contains(&s) {
                    return None;
                }
                next = reload_at(nodes, s, release_of(problem, nodes, stops.clone()))?;
                load = 0;
            } else {
                load += nodes[s as usize].delivery;
                if load > t.capacity[0] || !self.suits(vt, s as usize) {
                    return None;
                }
            }
            distance += self.gap(here, s);
            if features.time {
                let time = context.time(here, s);
                if !span.reaches(time, next) {
                    return None;
                }
                span = span.join(time, next);
            }
            here = s;
        }
        let next = other.stops.get(end).copied().unwrap_or(t.end);
        distance += self.gap(here, next);
        if end < other.stops.len() {
            distance += other.distance - other.along[end + 1];
        }
        let mut duration = 0;
        if features.time {
            let time = if next == NONE { 0 } else { context.time(here, next) };
            let after = other.after[end];
            if !span.reaches(time, after) {
                return None;
            }
            duration = span.join(time, after).duration();
        }
        if distance > t.max_distance || duration > t.max_duration {
            return None;
        }
        Some(Walk { duration, cost: route_cost(problem, vt, distance, duration), excess: 0 })
    }

    /// Whether even a vehicle that begins with the last stop before the tail comes too late to it.
    fn too_late(&self, head: Head, part: &[u32], tail: Head) -> bool {
        let last = match part.last() {
            Some(&s) => s,
            None if head.count > 0 => self.routes[head.route].stops[head.count - 1],
            None => return false,
        };
        let other = &self.routes[tail.route];
        let Some(&next) = other.stops.get(tail.count) else { return false };
        let span = self.context.nodes[last as usize].span;
        !span.reaches(self.context.time(last, next), other.after[tail.count])
    }
}

#[cfg(test)]
mod tests {
    use backhaul_common::{Control, Stream};
    use proptest::prelude::*;

    use super::{Head, State};
    use crate::common::{column, problem};
    use crate::problem::NONE;
    use crate::rich::context::Context;
    use crate::rich::refresh::walk;
    use crate::Options;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// The short walk says of every way to join two routes what the walk along all of it says.
        #[test]
        fn trips_say_what_the_whole_route_says(
            points in prop::collection::vec((0..60i32, 0..60i32, 0..10i64, 0..400i64), 8..9),
            releases in prop::collection::vec(0..120i64, 9),
            cuts in prop::collection::vec(0..4usize, 2),
            (capacity, longest) in (8..30i64, 200..700i64),
        ) {
            let mut p = problem(&points, capacity);
            (p.ready, p.due) = (column(&points, 0, |p| p.3), column(&points, 900, |p| p.3 + 300));
            p.release = releases;
            p.release[0] = 0;
            p.service = vec![5; 9];
            let t = &mut p.types[0];
            (t.reload_depots, t.max_reloads, t.max_duration) = (vec![0], usize::MAX, longest);
            (t.duration_cost, t.fixed_cost) = (2, 7);
            let options = Options::default();
            let control = Control::iterations(1);
            let context = Context::new(&p, &options, &control);
            prop_assert!(context.by_trips(0));
            let mut state = State::new(&context, Stream::new(1, 1, 1, 0));
            let mut lists = [vec![1, 2, 3], vec![4, 5, 6]];
            for (list, cut) in lists.iter_mut().zip(cuts) {
                if cut > 0 && cut < 3 {
                    list.insert(cut, 0);
                }
                let r = state.slot();
                state.routes[r].started = NONE;
                state.edit(r, |stops| stops.clone_from(list));
                prop_assume!(state.routes[r].feasible);
            }
            for (a, b) in [(0, 0), (0, 1), (1, 0)] {
                for i in 0..=lists[a].len() {
                    for j in 0..=lists[b].len() {
                        for part in [&[][..], &[7], &[7, 8], &[0, 7], &[7, 0], &[7, 0, 8]] {
                            let whole = [&lists[a][..i], part, &lists[b][j..]].concat();
                            let (n, f) = (&context.nodes[..], &context.features);
                            let full = walk(&p, f, n, (0, NONE), &whole);
                            let head = Head { route: a, count: i };
                            let short = state.walk_trips(head, part, Head { route: b, count: j });
                            let what = |w: crate::rich::refresh::Walk| (w.duration, w.cost);
                            prop_assert_eq!(short.map(what), full.map(what), "{:?}", whole);
                        }
                    }
                }
            }
        }
    }
}
