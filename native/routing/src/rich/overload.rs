//! Overload at a price: a round may load a vehicle beyond its capacity and has to unload it again.
//!
//! Where vehicles are nearly full, most exchanges that help lead through a plan that does not fit.
//! The price falls while rounds end well by themselves, and rises when they do not (Vidal 2022).

use crate::problem::{Problem, VehicleType, NONE, UNLIMITED};
use crate::rich::local::{Best, Local, Move};
use crate::rich::refresh::walk_laden;
use crate::rich::route::route_cost;
use crate::rich::state::{Context, State};

impl Context<'_> {
    /// Price of a unit beyond capacity to begin with: the mean client costs as much as in a route of
    /// its own.
    pub fn first_price(&self) -> f64 {
        let problem = self.problem;
        if !self.laden {
            return 0.0;
        }
        let (mut alone, mut goods) = (0.0, 0.0);
        for c in problem.depots..problem.locations() {
            let node = &self.nodes[c];
            goods += (node.delivery + node.pickup) as f64;
            let cost = |vt: usize| {
                let t = &problem.types[vt];
                let there = problem.travel.distance(t.start as usize, c);
                route_cost(problem, vt, 2 * there, 0)
            };
            alone += (0..problem.types.len()).map(cost).min().unwrap_or(0) as f64;
        }
        (alone / goods.max(1.0)).max(self.least_price)
    }

    /// What a unit of capacity costs at most: where overload is cheaper, vehicles are saved by
    /// loading their goods upon others, and the whole neighbourhood has to be repaired.
    pub(super) fn price_of_room(problem: &Problem) -> f64 {
        let unit = |t: &VehicleType| {
            let most = t.capacity.first().copied().unwrap_or(0).max(1);
            t.fixed_cost as f64 / most as f64
        };
        problem.types.iter().map(unit).fold(1e-6, f64::max)
    }
}

/// Stops looked at in one repair, beyond which it is given up: a round that has loaded everything
/// upon a few vehicles takes longer to repair than many others take.
const REPAIR: usize = 600;

/// Highest price, far enough from overflow that many of them can be added.
const MOST: f64 = UNLIMITED as f64 * 1e-4;

impl State<'_> {
    /// Price of so many units beyond capacity.
    #[inline(always)]
    pub fn fine(&self, excess: i64) -> i64 {
        if excess == 0 {
            0
        } else {
            (self.price * excess as f64).min(MOST) as i64
        }
    }

    /// Whether a route keeps every rule but capacity where that is left aside.
    pub fn sound(&self, r: usize) -> bool {
        self.routes[r].feasible || (self.laden && self.routes[r].excess > 0)
    }

    /// Unload what is overloaded, at growing prices.
    pub(super) fn unload(&mut self, local: &mut Local, limit: f64) {
        let options = self.context.options;
        let rise = if self.excess == 0 { 0.99 } else { 1.0 + 0.01 * options.plain_price_rise };
        let base = (self.price * rise).max(self.context.least_price).min(MOST);
        let mut looked = 0;
        for _ in 1..options.plain_repairs {
            // Repair makes a plan dearer as a rule: one that is too dear already is given up.
            let dear = self.served_cost() as f64 >= limit;
            if self.excess == 0 || dear || looked > REPAIR {
                break;
            }
            self.price *= options.plain_price_growth;
            let over: Vec<u32> =
                self.touched().filter(|&r| self.routes[r as usize].excess > 0).collect();
            for r in over {
                for &s in &self.routes[r as usize].stops {
                    if s as usize >= self.context.problem.depots {
                        local.push(s);
                    }
                }
            }
            looked += self.settle(local);
        }
        self.price = base;
    }

    /// A vehicle of its own for the stop at `at`, or for up to two more on one side of it.
    pub(super) fn look_apart(&self, r: usize, at: usize, local: &mut Local, best: &mut Best) {
        let context = self.context;
        let route = &self.routes[r];
        if self.vehicles >= self.most_vehicles {
            return;
        }
        let old = route.cost + self.fine(route.excess);
        for (from, to) in [(at, at + 1), (at, at + 2), (at, at + 3), (at.saturating_sub(1), at + 1)]
        {
            if from < route.fixed || to > route.stops.len() || to - from == route.stops.len() {
                continue;
            }
            local.first.clear();
            local.first.extend_from_slice(&route.stops[..from]);
            local.first.extend_from_slice(&route.stops[to..]);
            let vehicle = (route.vehicle_type as usize, route.started);
            let cost = |vehicle: (usize, u32), stops: &[u32]| {
                walk_laden(context.problem, &context.features, &context.nodes, vehicle, stops)
                    .map(|w| w.cost + self.fine(w.excess))
            };
            let Some(rest) = cost(vehicle, &local.first) else { continue };
            for (vt, t) in context.problem.types.iter().enumerate() {
                if self.used[vt] >= t.count || old - rest - t.fixed_cost <= best.gain {
                    continue;
                }
                let Some(own) = cost((vt, NONE), &route.stops[from..to]) else { continue };
                if old - rest - own > best.gain {
                    let chosen = Move::Fresh { route: r, from, to, vehicle_type: vt as u32 };
                    *best = Best { gain: old - rest - own, chosen };
                }
            }
        }
    }
}
