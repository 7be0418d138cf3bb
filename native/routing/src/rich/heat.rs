//! The scale of the temperature.

use crate::problem::NONE;
use crate::rich::state::State;

impl State<'_> {
    /// First and last temperature.
    pub(super) fn heat(&self) -> (f64, f64) {
        let options = self.context.options;
        let features = &self.context.features;
        let (leg, mean) = self.mean_legs();
        // Where as few vehicles as can be are in use, plans of much heat do not fit into them.
        if self.context.problem.vehicles_first {
            return (mean * options.fleet_heat, mean * options.end_heat);
        }
        let share = if features.reload {
            options.trip_start_heat
        } else if features.time {
            options.timed_start_heat
        } else {
            options.start_heat
        };
        (leg * share, leg * options.end_heat)
    }

    /// The same once the vehicles are as few as they get, for a search of so many rounds. Vehicles that
    /// are full leave plans far apart from each other, and the one that was found first is seldom near the
    /// best: heat leads away from it, if there is time to cool down.
    pub(super) fn last_heat(&self, rounds: f64) -> (f64, f64) {
        let options = self.context.options;
        let (hot, cold) = self.heat();
        if !self.context.problem.vehicles_first {
            return (hot, cold);
        }
        let enough = options.last_heat_rounds * self.context.requests.len() as f64;
        let share = options.last_fleet_heat * (rounds / enough.max(1.0)).min(1.0);
        (hot * (share / options.fleet_heat).max(1.0), cold)
    }

    /// Mean cost of a leg between two clients, and of all legs. Those from and to a depot are there
    /// whichever stop is next to it; where routes are short they would make the scale far too large,
    /// and the search would never settle.
    fn mean_legs(&self) -> (f64, f64) {
        let problem = self.context.problem;
        let (mut between, mut all, mut legs) = (self.balance_price(), self.balance_price(), 0);
        for route in self.routes.iter().filter(|r| !r.stops.is_empty()) {
            let t = &problem.types[route.vehicle_type as usize];
            let (first, last) = (route.stops[0], route.stops[route.stops.len() - 1]);
            let mut time = problem.travel.time(t.start as usize, first as usize);
            if t.end != NONE {
                time += problem.travel.time(last as usize, t.end as usize);
            }
            let mut ends = route.gaps[0] + route.gaps[route.stops.len()];
            let cost = route.cost - t.fixed_cost;
            all += cost;
            legs += route.stops.len() - 1;
            if self.context.features.reload {
                for (k, leg) in route.stops.windows(2).enumerate() {
                    if leg.iter().any(|&s| (s as usize) < problem.depots) {
                        ends += route.gaps[k + 1];
                        time += problem.travel.time(leg[0] as usize, leg[1] as usize);
                        legs -= 1;
                    }
                }
            }
            between += cost - t.distance_cost * ends - t.duration_cost * time;
        }
        let mean = all as f64 / (self.stops + self.vehicles).max(1) as f64;
        // With hardly any such leg, or none that costs, the mean of all has to do.
        if legs * 2 < self.vehicles + self.reloads || between <= 0 {
            return (mean, mean);
        }
        ((between as f64 / legs as f64).min(mean), mean)
    }
}

#[cfg(test)]
mod tests {
    use backhaul_common::{Control, Stream};

    use crate::common::problem;
    use crate::problem::NONE;
    use crate::rich::context::Context;
    use crate::rich::state::State;
    use crate::Options;

    /// Three stops a unit apart, a hundred away from the depot: the legs that a search can change
    /// are as long as 1, and the mean of all four is 51.
    #[test]
    fn the_way_to_the_depot_is_no_scale() {
        let mut p = problem(&[(100, 0, 1, 0), (101, 0, 1, 0), (102, 0, 1, 0)], 9);
        let options = Options::default();
        let control = Control::iterations(1);
        for vehicles_first in [false, true] {
            p.vehicles_first = vehicles_first;
            let context = Context::new(&p, &options, &control);
            let mut state = State::new(&context, Stream::new(1, 1, 1, 0));
            let r = state.slot();
            state.routes[r].started = NONE;
            state.edit(r, |stops| stops.extend([1, 2, 3]));
            let (hot, cold) = state.heat();
            let share = if vehicles_first { options.fleet_heat * 51.0 } else { options.start_heat };
            let scale = if vehicles_first { 51.0 } else { 1.0 };
            assert!((hot - share).abs() < 1e-9 && (cold - scale * options.end_heat).abs() < 1e-9);
        }
    }

    /// The same four clients on two trips of one vehicle, or on two vehicles: one scale.
    #[test]
    fn the_way_to_a_reload_is_no_scale_either() {
        let mut p = problem(&[(100, 0, 1, 0), (102, 0, 1, 0), (50, 0, 1, 0), (54, 0, 1, 0)], 2);
        p.types[0].reload_depots = vec![0];
        p.types[0].max_reloads = usize::MAX;
        let options = Options::default();
        let control = Control::iterations(1);
        let context = Context::new(&p, &options, &control);
        for routes in [&[&[1, 2, 0, 3, 4][..]][..], &[&[1, 2], &[3, 4]]] {
            let mut state = State::new(&context, Stream::new(1, 1, 1, 0));
            for route in routes {
                let r = state.slot();
                state.routes[r].started = NONE;
                state.edit(r, |stops| stops.extend_from_slice(route));
            }
            let (hot, _) = state.heat();
            assert!((hot - 3.0 * options.trip_start_heat).abs() < 1e-9, "{hot}");
        }
    }

    /// Vehicles first, with a pair or without: with few rounds the heat of the search for vehicles, with
    /// many more.
    #[test]
    fn the_last_heat_is_as_high_as_there_is_time_to_cool() {
        let mut p = problem(&[(100, 0, 0, 0), (102, 0, 0, 0)], 2);
        let options = Options::default();
        let control = Control::iterations(1);
        for pairs in [vec![], vec![(1, 2)]] {
            (p.pairs, p.vehicles_first) = (pairs, true);
            let context = Context::new(&p, &options, &control);
            let mut state = State::new(&context, Stream::new(1, 1, 1, 0));
            let r = state.slot();
            state.routes[r].started = NONE;
            state.edit(r, |stops| stops.extend([1, 2]));
            let enough = options.last_heat_rounds * context.requests.len() as f64;
            let heats = [1.0, 0.5, 1e9].map(|part| state.last_heat(part * enough).0);
            let mean = 204.0 / 3.0;
            for (heat, share) in heats.iter().zip([4.0, 2.0, 4.0]) {
                assert!((heat - mean * share).abs() < 1e-6, "{heats:?}");
            }
            assert_eq!(state.last_heat(1.0), state.heat());
            p.vehicles_first = false;
            let context = Context::new(&p, &options, &control);
            let state = State::new(&context, Stream::new(1, 1, 1, 0));
            assert_eq!(state.last_heat(1e9), state.heat());
        }
    }
}
