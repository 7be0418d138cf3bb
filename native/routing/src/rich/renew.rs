//! Sums of a route of which only a middle part has changed: what is known of its beginning and of its end
//! stays. An insertion into a long route changes one stop of fifty.

use crate::problem::{Features, Problem, NONE};
use crate::rich::route::{route_cost, Node, Route, Span};

/// Stops at the beginning and at the end that are what they were.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Kept {
    pub head: usize,
    pub tail: usize,
}

impl Kept {
    pub fn between(old: &[u32], new: &[u32]) -> Self {
        let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let (old, new) = (old[head..].iter().rev(), new[head..].iter().rev());
        Self { head, tail: old.zip(new).take_while(|(a, b)| a == b).count() }
    }
}

/// Whether distance, one load, windows and durations are all that is kept of a route.
pub(crate) fn applies(problem: &Problem, features: &Features) -> bool {
    problem.dims == 1
        && !features.reload
        && !features.pickup
        && !features.pairs
        && !features.release
        && !features.allowed
        && !features.exact
        && !problem.backhaul
}

/// Recompute what `route` caches. It has kept all rules with as many stops as `size`.
pub(crate) fn renew(
    problem: &Problem,
    features: &Features,
    nodes: &[Node],
    route: &mut Route,
    (size, kept): (usize, Kept),
) {
    let t = &problem.types[route.vehicle_type as usize];
    let length = route.stops.len();
    // The legs that are new lead to these positions.
    let (low, high) = (kept.head, length - kept.tail);
    let travel = &problem.travel;
    let place = |stops: &[u32], k: usize| if k == 0 { t.start } else { stops[k - 1] };
    let next = |stops: &[u32], k: usize| stops.get(k).copied().unwrap_or(t.end);
    move_tail(&mut route.gaps, size + 1, length + 1, kept.tail, 0);
    for k in low..=high {
        let (a, b) = (place(&route.stops, k), next(&route.stops, k));
        route.gaps[k] = if b == NONE { 0 } else { travel.distance(a as usize, b as usize) };
    }
    route.along.truncate(low + 1);
    route.carried.truncate(low + 1);
    let (mut distance, mut carried) = (route.along[low], route.carried[low]);
    for k in low..length {
        distance += route.gaps[k];
        carried += nodes[route.stops[k] as usize].delivery;
        route.along.push(distance);
        route.carried.push(carried);
    }
    route.distance = distance + route.gaps[length];
    route.load[0] = carried;
    route.excess = (carried - t.capacity[0]).max(0);
    route.duration = 0;
    let mut feasible =
        route.excess == 0 && length <= t.max_stops && route.distance <= t.max_distance;
    if features.time {
        move_tail(&mut route.after, size + 1, length + 1, kept.tail + 1, Span::FREE);
        let time = |a: u32, b: u32| {
            if b == NONE {
                0
            } else {
                travel.time(a as usize, b as usize)
            }
        };
        for k in (0..high).rev() {
            let s = route.stops[k];
            let way = time(s, next(&route.stops, k + 1));
            route.after[k] = nodes[s as usize].span.join(way, route.after[k + 1]);
        }
        route.before.truncate(low + 1);
        let mut span = route.before[low];
        let mut here = place(&route.stops, low);
        for &s in &route.stops[low..] {
            let (way, own) = (time(here, s), nodes[s as usize].span);
            feasible &= span.reaches(way, own);
            span = span.join(way, own);
            route.before.push(span);
            here = s;
        }
        // The arrival at the end is what follows the last stop.
        feasible &= span.reaches(time(here, t.end), route.after[length]);
        let whole = route.before[0].join(time(t.start, next(&route.stops, 0)), route.after[0]);
        route.whole = Some(whole);
        route.duration = whole.duration();
        feasible &= route.duration <= t.max_duration;
    }
    route.feasible = feasible;
    let vt = route.vehicle_type as usize;
    route.cost = route_cost(problem, vt, route.distance, route.duration);
}

/// Keep the last `kept` of `old` entries as the last ones of `new`.
fn move_tail<T: Copy>(list: &mut Vec<T>, old: usize, new: usize, kept: usize, blank: T) {
    list.resize(old.max(new), blank);
    list.copy_within(old - kept..old, new - kept);
    list.truncate(new);
}

#[cfg(test)]
mod tests {
    use backhaul_common::{Control, Stream};

    use super::{renew, Kept};
    use crate::common::{column, problem};
    use crate::problem::NONE;
    use crate::rich::context::Context;
    use crate::rich::refresh::refresh;
    use crate::rich::route::Route;
    use crate::Options;

    /// One change after the other to a route: what is renewed equals what is summed up from the beginning,
    /// to the last field. Windows, goods and the length of a day are such that some changes break a rule.
    #[test]
    fn a_part_that_is_renewed_equals_the_whole() {
        let mut stream = Stream::new(7, 1, 1, 0);
        let mut broken = 0;
        for case in 0..200 {
            let points: Vec<_> = (0..12)
                .map(|_| {
                    (stream.below(50) as i32, stream.below(50) as i32, 1, stream.below(90) as i64)
                })
                .collect();
            let mut p = problem(&points, 9);
            if case % 3 > 0 {
                (p.ready, p.due) =
                    (column(&points, 0, |p| p.3), column(&points, 900, |p| p.3 + 300));
                p.service = column(&points, 2, |_| 3);
                p.types[0].max_duration = 420;
            }
            (p.types[0].duration_cost, p.types[0].max_stops) = (case % 2, 8);
            if case % 5 == 0 {
                p.types[0].end = NONE;
            }
            let (options, control) = (Options::default(), Control::iterations(1));
            let context = Context::new(&p, &options, &control);
            assert!(context.renewed);
            let (features, nodes) = (&context.features, &context.nodes);
            let mut route = Route { started: NONE, ..Route::default() };
            route.stops = vec![1, 2, 3];
            refresh(&p, features, nodes, &mut route);
            for _ in 0..20 {
                if !route.feasible {
                    broken += 1;
                    break;
                }
                let old = route.stops.clone();
                let at = stream.below(old.len() + 1);
                let until = at + stream.below(old.len() + 1 - at).min(2);
                let fresh = (1..=12).filter(|s| !old.contains(s)).nth(stream.below(4));
                route.stops.splice(at..until, fresh);
                let mut whole = route.clone();
                refresh(&p, features, nodes, &mut whole);
                let kept = Kept::between(&old, &route.stops);
                assert!(kept.head >= at);
                renew(&p, features, nodes, &mut route, (old.len(), kept));
                assert_eq!(format!("{route:?}"), format!("{whole:?}"));
            }
        }
        assert!((20..180).contains(&broken), "{broken}");
    }
}
