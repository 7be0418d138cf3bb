//! Long and unequal routes, where they cost: the one price that is not a sum over routes.

use crate::problem::NONE;
use crate::rich::route::Route;
use crate::rich::state::State;
use crate::rules::Measure;

/// Share of the price of the largest route that the search puts on every route, so that shortening
/// any of them counts: the largest alone would leave most changes without a difference.
const TILT: i64 = 16;

impl State<'_> {
    fn measure(&self, route: &Route) -> i64 {
        let problem = self.context.problem;
        let dims = problem.dims;
        let clients = route.stops.iter().filter(|&&s| s as usize >= problem.depots);
        match problem.rules.balance.measure {
            Measure::Duration => route.duration,
            Measure::Distance => route.distance,
            Measure::Stops => clients.count() as i64,
            Measure::Load if dims == 0 => 0,
            Measure::Load => clients.map(|&s| self.goods(s)).sum(),
        }
    }

    fn goods(&self, s: u32) -> i64 {
        let problem = self.context.problem;
        let at = s as usize * problem.dims;
        problem.delivery.get(at).copied().unwrap_or(0)
            + problem.pickup.get(at).copied().unwrap_or(0)
    }

    fn measures(&self) -> impl Iterator<Item = (usize, i64)> + '_ {
        let used = |r: &Route| !r.stops.is_empty() || r.started != NONE;
        self.routes
            .iter()
            .enumerate()
            .filter(move |(_, r)| used(r))
            .map(|(k, r)| (k, self.measure(r)))
    }

    /// Price of the routes as they are.
    pub fn balance_price(&self) -> i64 {
        if !self.context.features.balance {
            return 0;
        }
        self.context.problem.rules.balance.price(self.measures().map(|m| m.1))
    }

    /// What the search looks at: cost, and a part of the largest route's price on all of them.
    pub fn energy(&self) -> i64 {
        let cost = self.served_cost();
        if !self.context.features.balance {
            return cost;
        }
        let sum: i64 = self.measures().map(|m| m.1).sum();
        cost + self.context.problem.rules.balance.largest_cost * sum / TILT
    }

    /// What an insertion into route `r` (or a new one, [`NONE`]) adds to that.
    pub fn balance_of(&self, r: u32, clients: &[u32], distance: i64, duration: i64) -> i64 {
        if !self.context.features.balance {
            return 0;
        }
        let balance = &self.context.problem.rules.balance;
        let old = self.routes.get(r as usize).map_or(0, |route| self.measure(route));
        let new = match balance.measure {
            Measure::Duration => duration,
            Measure::Distance => distance,
            Measure::Stops => old + clients.len() as i64,
            Measure::Load => old + clients.iter().map(|&s| self.goods(s)).sum::<i64>(),
        };
        let others = self.measures().filter(|m| m.0 != r as usize).map(|m| m.1);
        let with = balance.price(others.chain(std::iter::once(new)));
        with - self.balance_price() + balance.largest_cost * (new - old) / TILT
    }
}
