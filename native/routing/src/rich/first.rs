//! A first plan for many stops, without a table of neighbours: districts are served one after the
//! other, and in each the stop that closes first goes to the vehicle for which it is the least
//! detour. Later phases have to be quick to find better; this one has to be complete.

use crate::neighbours::Neighbours;
use crate::problem::NONE;
use crate::rich::context::Context;
use crate::rich::requests::Request;
use crate::rich::route::{arrival, departure, Span};
use crate::rich::state::State;
use crate::travel::Travel;

/// Stops of a district: some twenty vehicles to choose from.
const DISTRICT: usize = 384;
/// Stops between two looks at the clock: a plan is no plan before it is complete.
const CHECK: usize = 512 * DISTRICT;

/// A vehicle on its way through a district.
struct Open {
    vehicle_type: u32,
    stops: Vec<u32>,
    span: Span,
    load: Vec<i64>,
    distance: i64,
}

impl State<'_> {
    /// Serve what must be served, is absent and goes alone, as far as vehicles are left; `false`
    /// where no map says what is near.
    pub fn fill_by_district(&mut self) -> bool {
        let context = self.context;
        let problem = context.problem;
        let (Travel::Plane { xy, .. } | Travel::Matrix { points: Some((xy, _)), .. }) =
            &problem.travel
        else {
            return false;
        };
        let alone = |c: u32| {
            let q = context.request_of[c as usize];
            context.required[q as usize]
                && self.absent_at[q as usize] != NONE
                && matches!(context.requests[q as usize], Request::Single(_))
        };
        let mut order = Neighbours::order(xy, problem.depots);
        order.retain(|&c| alone(c));
        self.begin();
        for (k, district) in order.chunks_mut(DISTRICT).enumerate() {
            if (k * DISTRICT).is_multiple_of(CHECK) && k > 0 && context.control.expired() {
                break;
            }
            district.sort_by_key(|&c| (problem.due[c as usize], problem.ready[c as usize], c));
            let mut used = self.used.clone();
            let mut open: Vec<Open> = Vec::new();
            for &c in district.iter() {
                serve(context, c, &mut open, &mut used);
            }
            for route in open {
                self.open_route(route.vehicle_type, &route.stops);
            }
        }
        self.commit();
        true
    }

    /// A route with these stops; what it may not hold together is split.
    fn open_route(&mut self, vehicle_type: u32, stops: &[u32]) {
        let context = self.context;
        let vt = vehicle_type as usize;
        let left = self.used[vt] < context.problem.types[vt].count;
        if stops.is_empty() || !left || self.vehicles >= self.most_vehicles {
            return;
        }
        let r = self.slot();
        self.touch(r);
        let route = &mut self.routes[r];
        (route.vehicle_type, route.fixed, route.started) = (vehicle_type, 0, NONE);
        self.edit(r, |list| list.extend_from_slice(stops));
        if self.routes[r].feasible {
            for &s in stops {
                self.mark_planned(context.request_of[s as usize]);
            }
            return;
        }
        for &s in stops {
            self.route_of[s as usize] = NONE;
        }
        self.edit(r, Vec::clear);
        if stops.len() > 1 {
            let (head, tail) = stops.split_at(stops.len() / 2);
            self.open_route(vehicle_type, head);
            self.open_route(vehicle_type, tail);
        }
    }
}

/// Append a stop to the vehicle for which it is the least detour, or to a new one.
fn serve(context: &Context<'_>, c: u32, open: &mut Vec<Open>, used: &mut [usize]) {
    let problem = context.problem;
    let client = c as usize;
    let mut best: Option<(i64, usize)> = None;
    for (k, route) in open.iter().enumerate() {
        let last = route.stops.last().copied().unwrap_or(c) as usize;
        let t = &problem.types[route.vehicle_type as usize];
        let home = if t.end == NONE { 0 } else { problem.travel.distance(last, t.end as usize) };
        let detour = problem.travel.distance(last, client) - home;
        if best.is_some_and(|b| b.0 <= detour) {
            continue;
        }
        if append(context, route, c).is_some() {
            best = Some((detour, k));
        }
    }
    if let Some((_, k)) = best {
        if let Some((span, distance)) = append(context, &open[k], c) {
            let route = &mut open[k];
            route.stops.push(c);
            (route.span, route.distance) = (span, distance);
            for (sum, more) in route.load.iter_mut().zip(goods(context, client)) {
                *sum += more;
            }
            return;
        }
    }
    // The largest vehicle leaves most to choose from later.
    let fresh = |vt: usize| Open {
        vehicle_type: vt as u32,
        stops: Vec::new(),
        span: departure(problem, &context.nodes, vt, 0),
        load: vec![0; problem.dims],
        distance: 0,
    };
    let choice = (0..problem.types.len())
        .filter(|&vt| used[vt] < problem.types[vt].count)
        .filter_map(|vt| {
            let route = fresh(vt);
            append(context, &route, c).map(|(span, distance)| Open { span, distance, ..route })
        })
        .max_by_key(|route| {
            let t = &problem.types[route.vehicle_type as usize];
            let cost = t.fixed_cost + t.distance_cost * route.distance;
            (t.capacity.first().copied().unwrap_or(0), -cost)
        });
    if let Some(mut route) = choice {
        used[route.vehicle_type as usize] += 1;
        route.stops.push(c);
        route.load = goods(context, client).collect();
        open.push(route);
    }
}

/// The larger of what a client gets and gives, by dimension: on the safe side where loads change.
fn goods<'a>(context: &'a Context<'_>, client: usize) -> impl Iterator<Item = i64> + 'a {
    let problem = context.problem;
    (0..problem.dims).map(move |k| {
        let at = client * problem.dims + k;
        problem.delivery[at].max(problem.pickup[at])
    })
}

/// The vehicle up to and with a stop, if it may end with it.
fn append(context: &Context<'_>, route: &Open, c: u32) -> Option<(Span, i64)> {
    let problem = context.problem;
    let vt = route.vehicle_type as usize;
    let t = &problem.types[vt];
    let client = c as usize;
    let fits = |((sum, more), room): ((&i64, i64), &i64)| sum + more <= *room;
    let allowed = problem.allowed.is_empty() || problem.allowed[vt * problem.locations() + client];
    if !allowed
        || route.stops.len() >= t.max_stops
        || !route.load.iter().zip(goods(context, client)).zip(&t.capacity).all(fits)
    {
        return None;
    }
    let last = route.stops.last().copied().unwrap_or(t.start) as usize;
    let distance = route.distance + problem.travel.distance(last, client);
    let node = &context.nodes[client];
    let mut start = route.span;
    if context.features.release {
        start.end = start.end.max(node.release);
    }
    let time = problem.travel.time(last, client);
    if !start.reaches(time, node.span) {
        return None;
    }
    let span = start.join(time, node.span);
    let (home, home_time) = if t.end == NONE {
        (0, 0)
    } else {
        let end = t.end as usize;
        (problem.travel.distance(client, end), problem.travel.time(client, end))
    };
    let back = arrival(problem, &context.nodes, vt);
    let ends = span.reaches(home_time, back)
        && span.join(home_time, back).duration() <= t.max_duration
        && distance + home <= t.max_distance;
    ends.then_some((span, distance))
}

#[cfg(test)]
mod tests {
    use backhaul_common::{Clock, Control, Limits, Stream};

    use crate::common::{self, column, Point};
    use crate::problem::Problem;
    use crate::{solve, Options};

    /// The deadline has passed before anything begins.
    struct Over;

    impl Clock for Over {
        fn elapsed(&self) -> f64 {
            1.0
        }
        fn interrupted(&self) -> bool {
            false
        }
    }

    fn problem(n: usize, vehicles: usize, max_stops: usize) -> Problem {
        let mut stream = Stream::new(7, 1, 1, 0);
        let mut below = |limit| stream.below(limit) as i32;
        let points: Vec<Point> = (1..n)
            .map(|_| (below(100), below(100), i64::from(below(9)), i64::from(below(900))))
            .collect();
        let mut p = common::problem(&points, 60);
        p.ready = column(&points, 0, |p| p.3);
        p.due = column(&points, 2000, |p| p.3 + 200);
        p.service = vec![1; n];
        (p.types[0].count, p.types[0].max_stops) = (vehicles, max_stops);
        p
    }

    #[test]
    fn a_plan_is_complete_even_when_there_was_no_time() {
        let limits = Limits { seconds: Some(0.5), ..Limits::default() };
        let control = Control::new(limits, &Over, None);
        for (vehicles, max_stops) in [(2000, usize::MAX), (2000, 3), (5, usize::MAX)] {
            let p = problem(2000, vehicles, max_stops);
            let answer = solve(&p, None, &Options::default(), 1, 1, &control).expect("valid");
            assert!(answer.plan.routes.len() <= vehicles);
            let mut seen = vec![0; 2000];
            for route in &answer.plan.routes {
                let (mut here, mut load, mut clock) = (0, 0, 0);
                assert!(route.stops.len() <= max_stops);
                for &s in &route.stops {
                    let s = s as usize;
                    seen[s] += 1;
                    load += p.delivery[s];
                    clock = (clock + p.travel.time(here, s)).max(p.ready[s]);
                    assert!(clock <= p.due[s]);
                    clock += p.service[s];
                    here = s;
                }
                assert!(load <= 60 && clock + p.travel.time(here, 0) <= p.due[0]);
            }
            let served = seen.iter().sum::<usize>();
            assert!(seen.iter().all(|&k| k <= 1));
            assert_eq!(served, 1999 - answer.rank.0);
            assert!(if vehicles == 5 { served > 60 } else { served == 1999 });
        }
    }
}
