//! Trips dealt to other vehicles: which vehicle makes a trip costs nothing as a rule, yet the trips before
//! and after it decide what it may still take in. Only what is cheaper is an improvement, so that
//! local search never does it.

use crate::problem::NONE;
use crate::rich::exchange::Head;
use crate::rich::refresh::walk;
use crate::rich::state::State;

impl State<'_> {
    /// Let a few trips change their vehicles at random, where that costs no more and all are on time.
    pub(super) fn deal(&mut self) {
        let context = self.context;
        if !context.trips || self.routes.is_empty() {
            return;
        }
        let mut tries = context.options.trip_deals;
        while self.stream.uniform() < tries {
            tries -= 1.0;
            let a = self.stream.below(self.routes.len());
            let Some(own) = self.any_trip(a) else { continue };
            // One more than there are: a vehicle that stands still.
            let b = self.stream.below(self.routes.len() + 1);
            if b == a {
                continue;
            }
            if b >= self.routes.len() || self.routes[b].stops.is_empty() {
                self.deal_apart(a, own);
            } else if self.routes[a].vehicle_type == self.routes[b].vehicle_type {
                self.deal_between(a, own, b);
            }
        }
    }

    /// First and last cut of the trip that a stop drawn at random is on.
    fn any_trip(&mut self, r: usize) -> Option<(usize, usize)> {
        let (fixed, size) = (self.routes[r].fixed, self.routes[r].stops.len());
        if size == fixed {
            return None;
        }
        let at = fixed + self.stream.below(size - fixed);
        let (from, to) = self.trip_at(r, at);
        (from < to && from >= fixed).then_some((from, to))
    }

    /// First and last cut of the trip around a stop; a reload ends one.
    pub(super) fn trip_at(&self, r: usize, at: usize) -> (usize, usize) {
        let stops = &self.routes[r].stops;
        let depot = |s: &u32| (*s as usize) < self.context.problem.depots;
        let from = stops[..at].iter().rposition(depot).map_or(0, |k| k + 1);
        let to = stops[at..].iter().position(depot).map_or(stops.len(), |k| at + k);
        (from, to)
    }

    /// The cuts between which a trip leaves a route together with one of its reloads.
    fn with_reload(&self, r: usize, (from, to): (usize, usize)) -> (usize, usize) {
        if to < self.routes[r].stops.len() {
            (from, to + 1)
        } else {
            (from.saturating_sub(1).max(self.routes[r].fixed), to)
        }
    }

    /// A vehicle that stands still takes a trip over.
    fn deal_apart(&mut self, a: usize, own: (usize, usize)) {
        let context = self.context;
        let problem = context.problem;
        let route = &self.routes[a];
        let vt = route.vehicle_type;
        let (from, to) = self.with_reload(a, own);
        let whole = to - from == route.stops.len();
        let none_left = self.used[vt as usize] >= problem.types[vt as usize].count;
        if whole || none_left || self.vehicles >= self.most_vehicles {
            return;
        }
        let trip = route.stops[own.0..own.1].to_vec();
        let vehicle = (vt as usize, NONE);
        let Some(apart) = walk(problem, &context.features, &context.nodes, vehicle, &trip) else {
            return;
        };
        let (head, tail) = (Head { route: a, count: from }, Head { route: a, count: to });
        let Some(rest) = self.walk_trips(head, &[], tail) else { return };
        if apart.cost + rest.cost > route.cost {
            return;
        }
        let b = self.slot();
        self.touch(b);
        let slot = &mut self.routes[b];
        (slot.vehicle_type, slot.fixed, slot.started) = (vt, 0, NONE);
        self.edit(a, |stops| drop(stops.drain(from..to)));
        self.edit(b, |stops| *stops = trip);
    }

    /// A trip goes to another vehicle, which may give one of its own for it.
    fn deal_between(&mut self, a: usize, own: (usize, usize), b: usize) {
        let swap = self.stream.uniform() < 0.5;
        let Some(other) = self.any_trip(b) else { return };
        let [p, q] = [&self.routes[a].stops, &self.routes[b].stops];
        let trip = &p[own.0..own.1];
        let (give, take, come, go) = if swap {
            (own, other, q[other.0..other.1].to_vec(), trip.to_vec())
        } else {
            // With the reload that it no longer needs, or with any.
            let give = self.with_reload(a, own);
            let t = &self.context.problem.types[self.routes[b].vehicle_type as usize];
            let left = if give.1 > own.1 { p.get(own.1) } else { p.get(give.0) };
            let reload = left.filter(|s| (**s as usize) < self.context.problem.depots);
            let Some(&depot) = reload.or(t.reload_depots.first()) else { return };
            // Before the other trip, or behind it.
            let ahead = self.stream.uniform() < 0.5;
            let at = if ahead { other.0 } else { other.1 };
            let go = if ahead { [trip, &[depot]].concat() } else { [&[depot], trip].concat() };
            (give, (at, at), Vec::new(), go)
        };
        let cut = |route: usize, count: usize| Head { route, count };
        let Some(left) = self.walk_trips(cut(a, give.0), &come, cut(a, give.1)) else { return };
        let Some(right) = self.walk_trips(cut(b, take.0), &go, cut(b, take.1)) else { return };
        let empty = come.is_empty() && give.1 - give.0 == p.len();
        let left = if empty && self.routes[a].started == NONE { 0 } else { left.cost };
        if left + right.cost > self.routes[a].cost + self.routes[b].cost {
            return;
        }
        self.edit(a, |stops| drop(stops.splice(give.0..give.1, come)));
        self.edit(b, |stops| drop(stops.splice(take.0..take.1, go)));
    }
}

#[cfg(test)]
mod tests {
    use backhaul_common::{Control, Stream};
    use proptest::prelude::*;

    use crate::common::{column, problem};
    use crate::problem::NONE;
    use crate::rich::context::Context;
    use crate::rich::refresh::walk;
    use crate::rich::state::State;
    use crate::Options;

    fn planned(state: &State<'_>) -> Vec<Vec<u32>> {
        state.routes.iter().map(|r| r.stops.clone()).filter(|s| !s.is_empty()).collect()
    }

    fn add(state: &mut State<'_>, stops: &[u32]) {
        let r = state.slot();
        state.routes[r].started = NONE;
        for &s in stops.iter().filter(|&&s| s > 0) {
            state.mark_planned(state.context.request_of[s as usize]);
        }
        state.edit(r, |list| list.extend_from_slice(stops));
    }

    /// Two trips, two vehicles: the one that stands still gets a trip sooner or later.
    #[test]
    fn a_vehicle_that_stands_still_takes_a_trip_over() {
        let mut p = problem(&[(10, 0, 5, 0), (0, 10, 5, 0)], 5);
        let t = &mut p.types[0];
        (t.reload_depots, t.max_reloads, t.max_duration) = (vec![0], usize::MAX, 1000);
        let (options, control) = (Options::default(), Control::iterations(1));
        let context = Context::new(&p, &options, &control);
        let mut state = State::new(&context, Stream::new(1, 1, 1, 0));
        add(&mut state, &[1, 0, 2]);
        let cost = state.cost;
        state.begin();
        for _ in 0..100 {
            state.deal();
            if state.vehicles == 2 {
                break;
            }
        }
        assert_eq!((state.vehicles, state.reloads, state.cost), (2, 0, cost));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Whatever is dealt: all clients stay, every rule holds, nothing costs more, and it can be undone.
        #[test]
        fn dealing_keeps_the_plan_whole(
            points in prop::collection::vec((0..60i32, 0..60i32, 1..10i64, 0..900i64), 9..10),
            releases in prop::collection::vec(0..300i64, 10),
            (capacity, rounds, seed) in (8..30i64, 1..40usize, 0..100u64),
            (fixed, fleet) in (0..8i64, 2..5usize),
        ) {
            let mut p = problem(&points, capacity);
            (p.ready, p.due) = (column(&points, 0, |p| p.3), column(&points, 1600, |p| p.3 + 500));
            p.release = releases;
            p.release[0] = 0;
            p.service = vec![5; 10];
            let t = &mut p.types[0];
            (t.reload_depots, t.max_reloads, t.count) = (vec![0], usize::MAX, fleet);
            t.fixed_cost = fixed;
            let (options, control) = (Options::default(), Control::iterations(1));
            let context = Context::new(&p, &options, &control);
            let mut state = State::new(&context, Stream::new(seed, 1, 1, 0));
            add(&mut state, &[1, 2, 0, 3, 0, 4, 5]);
            add(&mut state, &[6, 0, 7, 8]);
            prop_assume!(state.routes.iter().all(|r| r.feasible));
            let (before, cost, absent) = (planned(&state), state.cost, state.absent.clone());
            state.begin();
            for _ in 0..rounds {
                state.deal();
            }
            prop_assert!(state.cost <= cost && state.vehicles <= fleet);
            let mut clients: Vec<u32> = planned(&state).concat();
            prop_assert_eq!(clients.iter().filter(|&&s| s == 0).count(), state.reloads);
            clients.retain(|&s| s > 0);
            clients.sort_unstable();
            prop_assert_eq!(clients, (1..=8).collect::<Vec<u32>>());
            prop_assert_eq!(&state.absent, &absent);
            let routes = planned(&state);
            let walks: Vec<_> = routes
                .iter()
                .map(|stops| walk(&p, &context.features, &context.nodes, (0, NONE), stops))
                .collect();
            prop_assert!(walks.iter().all(Option::is_some));
            let sum: i64 = walks.iter().flatten().map(|w| w.cost).sum();
            prop_assert_eq!(sum + context.penalty[context.request_of[9] as usize], state.cost);
            for (r, stops) in routes.iter().enumerate() {
                for &s in stops.iter().filter(|&&s| s > 0) {
                    let at = state.route_of[s as usize] as usize;
                    prop_assert!(state.routes[at].stops.contains(&s), "stop {} of {}", s, r);
                }
            }
            state.undo();
            prop_assert_eq!((planned(&state), state.cost, state.reloads), (before, cost, 3));
        }
    }
}
