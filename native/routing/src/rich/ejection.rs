//! Room for a request that fits nowhere: it takes the places of requests that are easier to plan
//! (Lim and Zhang 2007; Nagata and Bräysy 2009; with pairs Nagata and Kobayashi 2010).
//!
//! Every set of up to a few requests of one route is a candidate, in lexicographic order, and every place
//! for the newcomer in what is left. How hard a request is to plan is counted elsewhere; the set with the
//! least sum goes. A piece of a route and what follows it join in constant time, and a set that is no
//! better than the best so far, or a start of the route that is late already, is not looked into.

use crate::problem::NONE;
use crate::rich::refresh::walk;
use crate::rich::route::{departure, Route, Span};
use crate::rich::state::{Context, Request, State};

/// Steps of one search at most: in very long routes without windows there are too many sets.
const STEPS: usize = 400_000;

/// A route with a newcomer in it, and what has to go for it.
#[derive(Default)]
pub(super) struct Ejection {
    pub route: usize,
    pub stops: Vec<u32>,
    pub out: Vec<u32>,
}

/// Whether single requests and pairs on one trip a vehicle are all there is.
pub(super) fn applies(context: &Context<'_>) -> bool {
    context.options.fleet_ejections > 0
        && !context.features.reload
        && !context.features.balance
        && !context.requests.iter().any(|q| matches!(q, Request::Chain(_)))
}

impl State<'_> {
    /// The cheapest set to eject for a request, by the sum of `weight`.
    pub(super) fn ejection(&mut self, request: u32, weight: &[u64]) -> Option<Ejection> {
        let context = self.context;
        let mut routes: Vec<u32> = (0..self.routes.len() as u32)
            .filter(|&r| !self.routes[r as usize].stops.is_empty())
            .collect();
        // Of equal sets the first one is taken.
        self.stream.shuffle(&mut routes);
        let newcomers: Vec<[u32; 2]> = match &context.requests[request as usize] {
            Request::Single(c) => vec![[*c, NONE]],
            Request::Pair(p, d) => vec![[*p, *d]],
            Request::Choice(members) => members.iter().map(|&c| [c, NONE]).collect(),
            Request::Chain(_) => return None,
        };
        let mut best = u64::MAX;
        let mut steps = STEPS;
        let mut found = None;
        // Small sets first: they are quickly found, and bound the others.
        let most = context.options.fleet_ejections;
        for size in [1, most].into_iter().take(if most > 1 { 2 } else { 1 }) {
            for &r in &routes {
                for &clients in &newcomers {
                    let Some(mut finder) = Finder::new(self, r as usize, clients, weight) else {
                        continue;
                    };
                    (finder.size, finder.best, finder.steps) = (size, best, steps);
                    finder.begin();
                    (best, steps) = (finder.best, finder.steps);
                    found = finder.found.or(found);
                    if best == 0 {
                        return found;
                    }
                }
            }
        }
        found
    }

    /// Carry an ejection out.
    pub(super) fn eject(&mut self, request: u32, ejection: &Ejection) {
        for &q in &ejection.out {
            self.mark_absent(q);
        }
        // Whoever stays gets its place back.
        for k in 0..self.routes[ejection.route].stops.len() {
            let s = self.routes[ejection.route].stops[k];
            self.route_of[s as usize] = NONE;
        }
        self.edit(ejection.route, |stops| stops.clone_from(&ejection.stops));
        self.mark_planned(request);
        debug_assert!(self.routes[ejection.route].feasible, "an ejection broke a route");
    }
}

/// The search for sets in one route.
struct Finder<'s, 'a> {
    context: &'s Context<'a>,
    route: &'s Route,
    number: usize,
    weight: &'s [u64],
    clients: [u32; 2],
    /// How many of these there are.
    count: usize,
    capacity: i64,
    most_duration: i64,
    end: u32,
    /// Whether rules beyond one load and windows have to be walked for.
    walked: bool,
    size: usize,
    steps: usize,
    best: u64,
    /// Requests ejected on the way here, and where the newcomers stand.
    out: Vec<u32>,
    places: [usize; 2],
    found: Option<Ejection>,
}

/// A route up to a stop.
#[derive(Clone, Copy)]
struct Piece {
    /// Stops of the old route that are behind.
    behind: usize,
    /// Newcomers in it.
    placed: usize,
    span: Span,
    here: u32,
    /// With pairs: goods on board; else goods of the whole route as it would be.
    load: i64,
    sum: u64,
    /// Ejected pickups whose delivery is still ahead.
    open: usize,
}

impl<'s, 'a> Finder<'s, 'a> {
    fn new(
        state: &'s State<'a>,
        number: usize,
        clients: [u32; 2],
        weight: &'s [u64],
    ) -> Option<Self> {
        let context = state.context;
        let (problem, features) = (context.problem, &context.features);
        let route = &state.routes[number];
        let vt = route.vehicle_type as usize;
        let t = &problem.types[vt];
        let count = if clients[1] == NONE { 1 } else { 2 };
        if clients[..count].iter().any(|&c| !state.suits(vt, c as usize)) {
            return None;
        }
        let mixed = features.pairs && context.requests.len() > problem.pairs.len();
        Some(Self {
            context,
            route,
            number,
            weight,
            clients,
            count,
            capacity: t.capacity.first().copied().unwrap_or(i64::MAX),
            most_duration: t.max_duration,
            end: t.end,
            walked: problem.dims != 1
                || (features.pickup && !features.pairs)
                || mixed
                || features.release
                || features.limits
                || features.exact
                || problem.backhaul,
            size: 0,
            steps: 0,
            best: u64::MAX,
            out: Vec::new(),
            places: [0; 2],
            found: None,
        })
    }

    fn begin(&mut self) {
        let context = self.context;
        let (problem, route) = (context.problem, self.route);
        let vt = route.vehicle_type as usize;
        let fixed = route.fixed;
        let span = if !context.features.time {
            Span::FREE
        } else if fixed == 0 {
            departure(problem, &context.nodes, vt, 0)
        } else {
            route.before[fixed]
        };
        let here = if fixed == 0 { problem.types[vt].start } else { route.stops[fixed - 1] };
        let load = if context.features.pairs {
            route.leg_load.get(fixed * problem.dims).copied().unwrap_or(0)
        } else {
            let own: i64 = self.clients[..self.count].iter().map(|&c| self.goods(c)).sum();
            route.load.first().copied().unwrap_or(0) + own
        };
        self.look(Piece { behind: fixed, placed: 0, span, here, load, sum: 0, open: 0 });
    }

    fn goods(&self, client: u32) -> i64 {
        self.context.nodes[client as usize].delivery
    }

    /// The piece with one more stop; nothing when that is late or too much.
    fn on(&self, piece: &Piece, stop: u32) -> Option<Piece> {
        let context = self.context;
        let node = &context.nodes[stop as usize];
        let mut next = Piece { here: stop, ..*piece };
        if context.features.time {
            let time = context.time(piece.here, stop);
            if !piece.span.reaches(time, node.span) {
                return None;
            }
            next.span = piece.span.join(time, node.span);
        }
        if context.features.pairs {
            next.load += node.pickup - node.delivery;
        }
        Some(next)
    }

    fn look(&mut self, piece: Piece) {
        if self.steps == 0 {
            return;
        }
        self.steps -= 1;
        let pairs = self.context.features.pairs;
        if piece.placed == self.count && piece.open == 0 && self.rest_fits(&piece) {
            self.note(&piece);
            return;
        }
        if piece.placed < self.count {
            // By way of further stops it only takes longer.
            let Some(mut next) = self.on(&piece, self.clients[piece.placed]) else { return };
            if !pairs || next.load <= self.capacity {
                self.places[piece.placed] = piece.behind;
                next.placed += 1;
                self.look(next);
            }
        }
        let Some(&stop) = self.route.stops.get(piece.behind) else { return };
        let behind = piece.behind + 1;
        let request = self.context.request_of[stop as usize];
        if self.out.contains(&request) {
            self.look(Piece { behind, open: piece.open - 1, ..piece });
            return;
        }
        let weight = self.weight[request as usize];
        if piece.sum + weight < self.best && self.out.len() < self.size {
            // A pair goes with its pickup; who has kept that keeps the delivery.
            let goes = match self.context.requests[request as usize] {
                Request::Pair(p, _) => (p == stop).then_some(1),
                _ => Some(0),
            };
            if let Some(open) = goes {
                let freed = if pairs && open > 0 { 0 } else { self.goods(stop) };
                self.out.push(request);
                self.look(Piece {
                    behind,
                    load: piece.load - freed,
                    sum: piece.sum + weight,
                    open: piece.open + open,
                    ..piece
                });
                self.out.pop();
            }
        }
        if piece.sum < self.best {
            if let Some(next) = self.on(&piece, stop) {
                if !pairs || next.load <= self.capacity {
                    self.look(Piece { behind, ..next });
                }
            }
        }
    }

    /// Whether everything that is left of the route can follow.
    fn rest_fits(&self, piece: &Piece) -> bool {
        let context = self.context;
        if piece.sum >= self.best || (!context.features.pairs && piece.load > self.capacity) {
            return false;
        }
        if !context.features.time {
            return true;
        }
        let next = self.route.stops.get(piece.behind).copied().unwrap_or(self.end);
        let time = if next == NONE { 0 } else { context.time(piece.here, next) };
        let after = self.route.after[piece.behind];
        piece.span.reaches(time, after)
            && (!context.features.duration
                || piece.span.join(time, after).duration() <= self.most_duration)
    }

    /// Keep a set if all rules hold.
    fn note(&mut self, piece: &Piece) {
        let context = self.context;
        let mut stops = Vec::with_capacity(self.route.stops.len() + 2);
        for at in 0..=self.route.stops.len() {
            for k in 0..self.count {
                if self.places[k] == at {
                    stops.push(self.clients[k]);
                }
            }
            let stop = self.route.stops.get(at);
            stops.extend(
                stop.filter(|&&s| !self.out.contains(&context.request_of[s as usize])).copied(),
            );
        }
        let vehicle = (self.route.vehicle_type as usize, self.route.started);
        let (problem, features) = (context.problem, &context.features);
        if self.walked && walk(problem, features, &context.nodes, vehicle, &stops).is_none() {
            return;
        }
        self.best = piece.sum;
        self.found = Some(Ejection { route: self.number, stops, out: self.out.clone() });
    }
}

#[cfg(test)]
mod tests {
    use backhaul_common::{Control, Stream};

    use crate::common::{column, problem};
    use crate::problem::NONE;
    use crate::rich::context::Context;
    use crate::rich::state::State;
    use crate::Options;

    /// Goods of 6 and 4 in one vehicle of 10 and 9 in the other; 5 more come. Room is where 6 or 9 stood,
    /// not where 4 did, and the one that is easier to plan goes. Asked of sets of two, {6, 4} is never
    /// better than {6} alone.
    #[test]
    fn the_easiest_set_that_makes_room_goes() {
        let p = problem(&[(1, 0, 6, 0), (2, 0, 4, 0), (3, 0, 9, 0), (4, 0, 5, 0)], 10);
        let (options, control) = (Options::default(), Control::iterations(1));
        let context = Context::new(&p, &options, &control);
        for (weight, out) in [([5, 1, 3, 1], 2), ([5, 1, 9, 1], 0), ([2, 9, 2, 9], 0)] {
            let mut state = State::new(&context, Stream::new(1, 1, 1, 0));
            for stops in [vec![1, 2], vec![3]] {
                let r = state.slot();
                state.routes[r].started = NONE;
                for &s in &stops {
                    state.mark_planned(context.request_of[s as usize]);
                }
                state.edit(r, |list| *list = stops);
            }
            let found = state.ejection(3, &weight).expect("room");
            assert_eq!(found.out.iter().map(|&q| weight[q as usize]).sum::<u64>(), weight[out]);
            state.begin();
            state.eject(3, &found);
            assert_eq!((state.missing(), state.stops), (1, 3));
            assert!(state.routes.iter().all(|r| r.feasible && r.load[0] <= 10));
        }
    }

    /// A pair leaves with both stops, and only so does another one get in: until time 20 a vehicle can be
    /// at 10, but not at -10 as well.
    #[test]
    fn a_pair_makes_room_for_a_pair() {
        let points = [(10, 0, 0, 0), (11, 0, 1, 0), (-10, 0, 0, 0), (-11, 0, 1, 0)];
        let mut p = problem(&points, 5);
        p.pairs = vec![(1, 2), (3, 4)];
        p.pickup = vec![0, 1, 0, 1, 0];
        p.due = column(&points, 100, |_| 20);
        let (options, control) = (Options::default(), Control::iterations(1));
        let context = Context::new(&p, &options, &control);
        let mut state = State::new(&context, Stream::new(1, 1, 1, 0));
        let r = state.slot();
        state.routes[r].started = NONE;
        state.mark_planned(0);
        state.edit(r, |list| *list = vec![1, 2]);
        let found = state.ejection(1, &[1, 1]).expect("room");
        assert_eq!((found.out.clone(), found.stops.clone()), (vec![0], vec![3, 4]));
        state.begin();
        state.eject(1, &found);
        assert_eq!(state.absent, vec![0]);
    }
}
