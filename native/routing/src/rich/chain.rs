//! Clients that stay together: a sequence goes into one route as a block.

use crate::problem::NONE;
use crate::rich::refresh::walk;
use crate::rich::state::State;

impl State<'_> {
    /// Insert a sequence where it is cheapest, if that is worth it: every place of every route is
    /// walked in full.
    pub fn insert_chain(&mut self, members: &[u32], limit: i64) -> bool {
        let context = self.context;
        let problem = context.problem;
        let (features, nodes) = (&context.features, &context.nodes);
        let mut best = (limit, NONE, 0, usize::MAX);
        let mut stops: Vec<u32> = Vec::new();
        for (r, route) in self.routes.iter().enumerate() {
            if route.stops.is_empty() && route.started == NONE {
                continue;
            }
            let vehicle = (route.vehicle_type as usize, route.started);
            for at in route.fixed..=route.stops.len() {
                stops.clear();
                stops.extend_from_slice(&route.stops[..at]);
                stops.extend_from_slice(members);
                stops.extend_from_slice(&route.stops[at..]);
                if let Some(found) = walk(problem, features, nodes, vehicle, &stops) {
                    let distance = self.length(vehicle.0, &stops);
                    let cost = found.cost - route.cost
                        + self.balance_of(r as u32, members, distance, found.duration);
                    if cost < best.0 {
                        best = (cost, r as u32, at, vehicle.0);
                    }
                }
            }
        }
        for (vt, t) in problem.types.iter().enumerate() {
            if self.vehicles >= self.most_vehicles || self.used[vt] >= t.count {
                continue;
            }
            if let Some(found) = walk(problem, features, nodes, (vt, NONE), members) {
                let distance = self.length(vt, members);
                let cost = found.cost + self.balance_of(NONE, members, distance, found.duration);
                if cost < best.0 {
                    best = (cost, NONE, 0, vt);
                }
            }
        }
        if best.3 == usize::MAX {
            return false;
        }
        let r = if best.1 == NONE {
            let r = self.slot();
            self.touch(r);
            let route = &mut self.routes[r];
            (route.vehicle_type, route.fixed, route.started) = (best.3 as u32, 0, NONE);
            r
        } else {
            best.1 as usize
        };
        self.edit(r, |stops| {
            stops.splice(best.2..best.2, members.iter().copied());
        });
        self.mark_planned(context.request_of[members[0] as usize]);
        true
    }

    /// Length of a route along `stops`.
    fn length(&self, vt: usize, stops: &[u32]) -> i64 {
        let problem = self.context.problem;
        let t = &problem.types[vt];
        let end = (t.end != NONE).then_some(t.end);
        let mut here = t.start as usize;
        let mut sum = 0;
        for &s in stops.iter().chain(&end) {
            sum += problem.travel.distance(here, s as usize);
            here = s as usize;
        }
        sum
    }
}
