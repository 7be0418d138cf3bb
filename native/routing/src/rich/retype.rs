//! Give a route the vehicle type that suits it best.

use crate::problem::NONE;
use crate::rich::refresh::walk;
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
        }
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
