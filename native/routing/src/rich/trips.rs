//! Routes of several trips: what is known of a cut makes a change a matter of constant time.
//!
//! Goods of a trip are waited for at the depot, so that a change within a trip may move its start. The
//! stops of a trip before a cut are therefore summed up (`Span`) apart from that wait, and the releases
//! and goods on both sides of the cut are kept with it.

use crate::problem::{Features, Problem, NONE, UNLIMITED};
use crate::rich::context::Context;
use crate::rich::exchange::Head;
use crate::rich::refresh::Walk;
use crate::rich::route::{arrival, departure, route_cost, Node, Route, Span};
use crate::rich::state::State;

impl Context<'_> {
    /// Whether trips say all that there is to say about a route of this type.
    pub fn by_trips(&self, vt: usize) -> bool {
        by_trips(self.problem, &self.features, vt)
    }
}

/// The same where there is no context.
pub(super) fn by_trips(problem: &Problem, features: &Features, vt: usize) -> bool {
    let t = &problem.types[vt];
    features.reload
        && problem.dims == 1
        && !(features.pickup || features.pairs || features.exact || problem.backhaul)
        && t.max_stops == usize::MAX
        && t.max_reloads == usize::MAX
}

/// What is known of a place between two stops of a route.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    /// The route up to here if the trip that is cut need not wait for its goods.
    through: Span,
    /// The end of that is no earlier than the release of the goods and so much later; and the latest
    /// release with which everything before the cut is on time.
    lag: i64,
    deadline: i64,
    /// Goods of the trip before the cut, and behind it.
    load: i64,
    rest: i64,
    /// Latest release of the same.
    released: i64,
    awaited: i64,
}

impl Cut {
    /// Before the first stop.
    fn at_start(problem: &Problem, nodes: &[Node], vt: usize) -> Self {
        let through = departure(problem, nodes, vt, 0);
        let (lag, deadline) = (through.busy, through.latest);
        Self { through, lag, deadline, load: 0, rest: 0, released: 0, awaited: 0 }
    }

    /// Behind a client that follows `time` later.
    fn behind(&self, time: i64, node: &Node) -> Self {
        Self {
            through: self.through.join(time, node.span),
            lag: self.lag + time + node.span.busy,
            deadline: self.deadline.min(node.span.latest - self.lag - time),
            load: self.load + node.delivery,
            released: self.released.max(node.release),
            ..*self
        }
    }

    /// The earliest that the route can be here, whatever follows in the trip.
    pub fn soonest(&self) -> Span {
        Span { end: self.through.end.max(self.released + self.lag), ..self.through }
    }

    /// The route up to here where goods are released then; nothing where that is too late.
    fn until(&self, release: i64) -> Option<Span> {
        let end = self.through.end.max(release + self.lag);
        (release <= self.deadline).then_some(Span { end, ..self.through })
    }
}

/// A reload at which goods released then are waited for; nothing where that is too late.
fn reload_at(nodes: &[Node], depot: u32, release: i64) -> Option<Span> {
    let mut span = nodes[depot as usize].span;
    span.end = span.end.max(release);
    (span.end <= span.latest).then_some(span)
}

/// Sum up the starts, ends and cuts of a route. Says whether all trips are on time and none has too
/// much on board, or serves whom the type may not serve.
pub(super) fn refresh_trips(
    problem: &Problem,
    features: &Features,
    nodes: &[Node],
    route: &mut Route,
) -> bool {
    let vt = route.vehicle_type as usize;
    let t = &problem.types[vt];
    let length = route.stops.len();
    let depot = |s: u32| (s as usize) < problem.depots;
    let start = Cut::at_start(problem, nodes, vt);
    route.cuts.clear();
    route.cuts.resize(length + 1, start);
    let (mut rest, mut awaited) = (0, 0);
    for k in (0..length).rev() {
        let node = &nodes[route.stops[k] as usize];
        (rest, awaited) = if depot(route.stops[k]) {
            (0, 0)
        } else {
            (rest + node.delivery, node.release.max(awaited))
        };
        (route.cuts[k].rest, route.cuts[k].awaited) = (rest, awaited);
    }
    let capacity = t.capacity.first().copied().unwrap_or(UNLIMITED);
    let mut feasible = rest <= capacity;
    let mut span = departure(problem, nodes, vt, awaited);
    feasible &= span.end <= span.latest.saturating_add(span.busy);
    route.before.clear();
    route.before.push(span);
    let mut here = t.start as usize;
    for k in 0..length {
        let s = route.stops[k];
        let node = &nodes[s as usize];
        let time = problem.travel.time(here, s as usize);
        let (rest, awaited) = (route.cuts[k + 1].rest, route.cuts[k + 1].awaited);
        let mut next = node.span;
        let mut cut = route.cuts[k].behind(time, node);
        if depot(s) {
            next.end = next.end.max(awaited);
            feasible &= rest <= capacity && next.end <= next.latest;
            feasible &= t.reload_depots.contains(&s);
            cut = Cut { through: span.join(time, node.span), deadline: next.latest, ..start };
            cut.lag = 0;
        } else {
            feasible &= !features.allowed || problem.allowed[vt * problem.locations() + s as usize];
        }
        route.cuts[k + 1] = Cut { rest, awaited, ..cut };
        feasible &= !features.time || span.reaches(time, next);
        span = span.join(time, next);
        route.before.push(span);
        here = s as usize;
    }
    let last = arrival(problem, nodes, vt);
    let home = if t.end == NONE { 0 } else { problem.travel.time(here, t.end as usize) };
    feasible &= !features.time || span.reaches(home, last);
    route.whole = Some(span.join(home, last));
    let mut span = last;
    route.after.clear();
    route.after.resize(length + 1, span);
    let mut there = t.end;
    for k in (0..length).rev() {
        let s = route.stops[k];
        let time = if there == NONE { 0 } else { problem.travel.time(s as usize, there as usize) };
        let mut own = nodes[s as usize].span;
        if depot(s) {
            own.end = own.end.max(route.cuts[k + 1].awaited);
        }
        span = own.join(time, span);
        route.after[k] = span;
        there = s;
    }
    feasible
}

impl State<'_> {
    /// A route made of the first stops of one, `part`, and what follows the first stops of the same
    /// or another of its type. Nothing where it breaks a rule.
    pub(super) fn walk_trips(&self, head: Head, part: &[u32], tail: Head) -> Option<Walk> {
        let context = self.context;
        let (problem, nodes) = (context.problem, &context.nodes[..]);
        let features = &context.features;
        let (own, other) = (&self.routes[head.route], &self.routes[tail.route]);
        let vt = own.vehicle_type as usize;
        let t = &problem.types[vt];
        let (cut, end) = (&own.cuts[head.count], &other.cuts[tail.count]);
        let depot = |s: u32| (s as usize) < problem.depots;
        // Goods and their latest release up to the next reload.
        let ahead = |list: &[u32]| {
            let (mut goods, mut release) = (0, 0);
            for &s in list {
                if depot(s) {
                    return (goods, release);
                }
                goods += nodes[s as usize].delivery;
                release = nodes[s as usize].release.max(release);
            }
            (goods + end.rest, release.max(end.awaited))
        };
        let (goods, release) = ahead(part);
        if cut.load + goods > t.capacity[0] {
            return None;
        }
        let mut span = cut.until(release.max(cut.released))?;
        let mut here = if head.count == 0 { t.start } else { own.stops[head.count - 1] };
        let mut distance = own.along[head.count];
        for (k, &s) in part.iter().enumerate() {
            let mut next = nodes[s as usize].span;
            if depot(s) {
                let (goods, release) = ahead(&part[k + 1..]);
                if goods > t.capacity[0] || !t.reload_depots.contains(&s) {
                    return None;
                }
                next = reload_at(nodes, s, release)?;
            } else if !self.suits(vt, s as usize) {
                return None;
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
        let next = other.stops.get(tail.count).copied().unwrap_or(t.end);
        distance += self.gap(here, next);
        if tail.count < other.stops.len() {
            distance += other.distance - other.along[tail.count + 1];
        }
        let mut duration = 0;
        if features.time {
            let time = if next == NONE { 0 } else { context.time(here, next) };
            let after = other.after[tail.count];
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
                // What the route remembers is what the full walk finds.
                let found = walk(&p, &context.features, &context.nodes, (0, NONE), list);
                let route = &state.routes[r];
                prop_assert_eq!(route.feasible, found.is_some());
                prop_assume!(route.feasible);
                prop_assert_eq!(found.map(|w| (w.duration, w.cost)), Some((route.duration, route.cost)));
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
