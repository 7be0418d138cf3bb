//! The best member of every group along a route, all at once: a shortest path through one layer a
//! stop (Pop, Kara and Horvat Marc 2012).

use crate::problem::NONE;
use crate::rich::state::{Request, State};

/// What a shortest path needs, kept between rounds.
#[derive(Default)]
pub(crate) struct Layers {
    members: Vec<u32>,
    /// Where each layer begins in `members`.
    begins: Vec<usize>,
    cost: Vec<i64>,
    from: Vec<u32>,
    path: Vec<u32>,
}

impl State<'_> {
    /// For every route that was touched, where nothing but distance tells members apart.
    pub fn choose(&mut self) {
        let context = self.context;
        let features = &context.features;
        let apart = features.time || features.exact || features.reload || features.limits;
        if context.problem.groups.is_empty() || apart || context.problem.dims > 1 {
            return;
        }
        let mut layers = std::mem::take(&mut self.layers);
        let touched: Vec<u32> = self.touched().collect();
        for r in touched {
            self.choose_along(r as usize, &mut layers);
        }
        self.layers = layers;
    }

    fn choose_along(&mut self, r: usize, layers: &mut Layers) {
        let context = self.context;
        let route = &self.routes[r];
        if route.stops.len() == route.fixed || route.excess > 0 {
            return;
        }
        let t = &context.problem.types[route.vehicle_type as usize];
        let begin = if route.fixed == 0 { t.start } else { route.stops[route.fixed - 1] };
        layers.members.clear();
        layers.begins.clear();
        for &s in &route.stops[route.fixed..] {
            layers.begins.push(layers.members.len());
            layers.members.push(s);
            let own = &context.nodes[s as usize];
            if let Request::Choice(members) =
                &context.requests[context.request_of[s as usize] as usize]
            {
                let fits = |&m: &u32| {
                    let node = &context.nodes[m as usize];
                    m != s
                        && (node.delivery, node.pickup) == (own.delivery, own.pickup)
                        && node.class == own.class
                        && self.suits(route.vehicle_type as usize, m as usize)
                };
                layers.members.extend(members.iter().copied().filter(fits));
            }
        }
        let size = layers.members.len();
        if size == layers.begins.len() {
            return;
        }
        layers.begins.push(size);
        layers.cost.clear();
        layers.from.clear();
        for k in 0..layers.begins.len() - 1 {
            for at in layers.begins[k]..layers.begins[k + 1] {
                let s = layers.members[at];
                let (cost, from) = if k == 0 {
                    (self.gap(begin, s), NONE)
                } else {
                    (layers.begins[k - 1]..layers.begins[k])
                        .map(|p| (layers.cost[p] + self.gap(layers.members[p], s), p as u32))
                        .min()
                        .unwrap_or((0, NONE))
                };
                layers.cost.push(cost);
                layers.from.push(from);
            }
        }
        let last = layers.begins[layers.begins.len() - 2];
        let ends = (last..size).map(|at| {
            let home = self.gap(layers.members[at], t.end);
            (layers.cost[at] + home, at as u32)
        });
        let Some((length, mut at)) = ends.min() else { return };
        let old: i64 = route.gaps[route.fixed..].iter().sum();
        if length >= old {
            return;
        }
        layers.path.clear();
        while at != NONE {
            layers.path.push(layers.members[at as usize]);
            at = layers.from[at as usize];
        }
        let fixed = route.fixed;
        self.touch(r);
        for k in fixed..self.routes[r].stops.len() {
            let s = self.routes[r].stops[k];
            self.route_of[s as usize] = NONE;
        }
        self.edit(r, |stops| {
            stops.truncate(fixed);
            stops.extend(layers.path.iter().rev());
        });
    }
}
