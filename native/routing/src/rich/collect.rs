//! Routes of good plans for the pool.

use crate::pool::Pool;
use crate::problem::NONE;
use crate::rich::route::Route;
use crate::rich::state::State;

/// A pool that this search adds to.
pub(super) struct Collector<'c> {
    pool: &'c mut Pool,
    /// The round from which on all routes go into the pool again.
    due: u64,
}

impl<'c> Collector<'c> {
    pub fn new(pool: &'c mut Pool) -> Self {
        Self { pool, due: 0 }
    }

    /// Keep routes of a plan that was accepted in a round: those that have changed, and all of them now
    /// and then; none where the plan is much worse than the best, which leaves `missing` out and has
    /// this `cost`.
    #[inline(always)]
    pub fn collect(&mut self, state: &State<'_>, round: u64, (missing, cost): (usize, i64)) {
        if self.pool.is_open() {
            self.keep(state, round, missing, cost as f64);
        }
    }

    fn keep(&mut self, state: &State<'_>, round: u64, missing: usize, cost: f64) {
        let options = state.context.options;
        let most = cost * (1.0 + options.pool_gap);
        if state.missing() > missing || state.served_cost() as f64 > most {
            return;
        }
        if round >= self.due {
            let every = options.pool_rounds * state.context.requests.len() as f64;
            self.due = round + (every as u64).max(1);
            self.pool.next_plan();
            state.routes.iter().for_each(|route| self.offer(route));
        } else {
            for &(r, _) in state.backups() {
                self.offer(&state.routes[r as usize]);
            }
        }
    }

    fn offer(&mut self, route: &Route) {
        if !route.stops.is_empty() || route.started != NONE {
            let stops = route.stops.iter().copied();
            self.pool.offer((route.vehicle_type, route.started), stops, route.cost);
        }
    }
}
