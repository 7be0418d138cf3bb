//! Give a route the vehicle type that suits it best.

use crate::problem::NONE;
use crate::rich::refresh::walk;
use crate::rich::route::route_cost;
use crate::rich::state::State;

impl State<'_> {
    /// For every route that was touched: change to a cheaper type of which a vehicle is left.
    pub fn retype(&mut self) {
        if self.context.problem.types.len() < 2 {
            return;
        }
        let touched: Vec<u32> = self.touched().collect();
        for r in touched {
            let r = r as usize;
            let route = &self.routes[r];
            if route.stops.is_empty() || route.started != NONE {
                continue;
            }
            if let Some(vt) = self.cheaper_type(r) {
                self.change_type(r, vt);
                debug_assert!(self.routes[r].feasible, "a change of type broke a route");
            }
            if let Some(other) = self.partner(r) {
                let types = [r, other].map(|k| self.routes[k].vehicle_type as usize);
                self.change_type(r, types[1]);
                self.change_type(other, types[0]);
                debug_assert!(self.routes[r].feasible && self.routes[other].feasible);
            }
        }
    }

    /// Another route with which to change types, where vehicles of a type are few.
    fn partner(&self, r: usize) -> Option<usize> {
        let context = self.context;
        let problem = context.problem;
        let route = &self.routes[r];
        let own = route.vehicle_type;
        if context.kin[own as usize].is_empty() || context.features.pickup || route.excess > 0 {
            return None;
        }
        let fits = |k: usize, vt: u32| {
            let brief = &self.briefs[k];
            self.routes[k].load[0] <= problem.types[vt as usize].capacity[0]
                && (!context.masked || brief.types >> vt & 1 == 1)
        };
        let cost = |k: usize, vt: u32| route_cost(problem, vt as usize, self.routes[k].distance, 0);
        (0..self.routes.len())
            .filter_map(|k| {
                let vt = self.routes[k].vehicle_type;
                let other = &self.routes[k];
                if vt == own || other.stops.is_empty() || other.started != NONE || other.excess > 0
                {
                    return None;
                }
                let gain = cost(r, own) + cost(k, vt) - cost(r, vt) - cost(k, own);
                let kin = context.kin[own as usize].contains(&vt);
                (gain > 0 && kin && fits(r, vt) && fits(k, own)).then_some((gain, k))
            })
            .max()
            .map(|(_, k)| k)
    }

    fn cheaper_type(&self, r: usize) -> Option<usize> {
        let context = self.context;
        let problem = context.problem;
        let route = &self.routes[r];
        let old = &problem.types[route.vehicle_type as usize];
        let mut best = route.cost;
        let mut choice = None;
        for (vt, t) in problem.types.iter().enumerate() {
            if vt == route.vehicle_type as usize || self.used[vt] >= t.count {
                continue;
            }
            if route.load.iter().zip(&t.capacity).any(|(l, c)| l > c) && !context.features.reload {
                continue;
            }
            // With the same depots the distance stays: what remains is a cheap lower bound.
            let same = t.start == old.start && t.end == old.end;
            if same && t.fixed_cost + t.distance_cost * route.distance >= best {
                continue;
            }
            let found = walk(problem, &context.features, &context.nodes, (vt, NONE), &route.stops);
            if let Some(w) = found.filter(|w| w.cost < best) {
                best = w.cost;
                choice = Some(vt);
            }
        }
        choice
    }
}
