//! Put absent requests back, one after the other, each where it is cheapest.

use backhaul_common::Control;

use crate::problem::NONE;
use crate::rich::insert::Best;
use crate::rich::site::{Legs, Lines};
use crate::rich::state::{Request, State};

impl State<'_> {
    /// Insert the given requests in an order drawn at random among the customary ones. With `whole` this
    /// is over once one that must be served fits nowhere; says whether that has not happened.
    pub fn recreate(&mut self, requests: &mut [u32], whole: bool) -> bool {
        let weights: [usize; 7] =
            if self.context.features.time { [4, 4, 2, 1, 2, 2, 2] } else { [4, 4, 2, 1, 0, 0, 0] };
        let mut draw = self.stream.below(weights.iter().sum());
        let mut rule = 0;
        while draw >= weights[rule] {
            draw -= weights[rule];
            rule += 1;
        }
        self.order(rule, requests);
        if self.context.features.allowed {
            self.turn = self.stream.below(self.context.problem.types.len());
        }
        for &q in requests.iter() {
            if self.absent_at[q as usize] == NONE || self.insert(q) {
                continue;
            }
            if self.opening {
                self.open_for(q);
            }
            let lost = self.absent_at[q as usize] != NONE && self.context.required[q as usize];
            if whole && lost {
                self.opening = false;
                return false;
            }
        }
        self.opening = false;
        true
    }

    /// A vehicle for one stop that goes alone.
    fn open_for(&mut self, request: u32) {
        let Request::Single(c) = self.context.requests[request as usize] else { return };
        let mut best = Best::none(self.context.missing);
        self.try_new_route(c as usize, &mut best);
        if best.found() {
            self.place(&best);
            self.opening = false;
        }
    }

    /// Insert these in this order; a deadline may cut it short.
    pub fn insert_within(&mut self, requests: &[u32], control: &Control<'_>) {
        for (k, &q) in requests.iter().enumerate() {
            if k % 32 == 31 && control.expired() {
                return;
            }
            if self.absent_at[q as usize] != NONE {
                self.insert(q);
            }
        }
    }

    /// Orders for a first plan, the most promising first.
    pub fn rules(&self) -> Vec<usize> {
        if self.context.features.time {
            vec![5, 2, 6, 4, 3, 1]
        } else {
            vec![2, 3, 1]
        }
    }

    /// Random, largest first, farthest first, nearest first; with windows also by their length,
    /// start and end (Christiaens and Vanden Berghe 2020, sections 5.2 and 6.2).
    pub fn order(&mut self, rule: usize, requests: &mut [u32]) {
        let context = self.context;
        let problem = context.problem;
        self.stream.shuffle(requests);
        let head = |q: u32| context.head(q) as usize;
        let depot = problem.types[0].start as usize;
        match rule {
            1 => requests.sort_by_key(|&q| {
                let node = &context.nodes[head(q)];
                -(node.delivery + node.pickup)
            }),
            2 => requests.sort_by_key(|&q| -problem.travel.distance(depot, head(q))),
            3 => requests.sort_by_key(|&q| problem.travel.distance(depot, head(q))),
            4 => requests.sort_by_key(|&q| problem.due[head(q)] - problem.ready[head(q)]),
            5 => requests.sort_by_key(|&q| problem.ready[head(q)]),
            6 => requests.sort_by_key(|&q| -problem.due[head(q)]),
            _ => {}
        }
    }

    /// Insert one request where it is cheapest, if that is worth it.
    pub fn insert(&mut self, request: u32) -> bool {
        let context = self.context;
        let limit = if self.generous { context.missing } else { context.penalty[request as usize] };
        match &context.requests[request as usize] {
            Request::Single(c) => {
                let mut best = Best::none(limit);
                self.search(*c as usize, &mut best);
                if best.found() {
                    self.place(&best);
                }
                best.found()
            }
            Request::Choice(members) => {
                let mut best = Best::none(limit);
                for &c in members {
                    self.search(c as usize, &mut best);
                }
                if best.found() {
                    self.place(&best);
                }
                best.found()
            }
            Request::Pair(p, d) => self.insert_pair(*p, *d, limit),
            Request::Chain(members) => self.insert_chain(members, limit),
        }
    }

    fn search(&mut self, client: usize, best: &mut Best) {
        let context = self.context;
        let travel = &context.problem.travel;
        match context.columns.rows(travel, client) {
            Some(rows) => self.search_with(rows, client, best),
            None => self.search_with(Lines { travel, client }, client, best),
        }
    }

    /// Look at the positions next to good neighbours, then at a new route; when nothing is found,
    /// at every position there is.
    fn search_with<L: Legs>(&mut self, legs: L, client: usize, best: &mut Best) {
        let context = self.context;
        let delivery = context.nodes[client].delivery;
        // A trip costs the same with any vehicle as a rule: one that stands still leaves the others free.
        let apart = context.trips && !self.frugal;
        if apart {
            self.try_new_route(client, best);
        }
        let mut looked = 0;
        for &mate in context.mates.of(client) {
            let r = self.route_of[mate as usize];
            if r == NONE {
                continue;
            }
            if looked == context.options.insert_neighbours {
                break;
            }
            looked += 1;
            // Most routes are full where goods are what limits them: this is asked first.
            let brief = &self.briefs[r as usize];
            if brief.room < delivery && !self.laden {
                continue;
            }
            let site = &self.sites[mate as usize];
            let ahead = legs.from(mate) + legs.on_to(site.next) - site.gap_after;
            let behind = legs.from(site.prev) + legs.to(mate) - site.gap_before;
            if brief.rate * ahead.min(behind) >= best.cost {
                continue;
            }
            let site = *site;
            if self.blinks() {
                continue;
            }
            let place = (r, site.index + 1);
            self.weigh(legs, (mate, site.next), ahead, place, client, best);
            let place = (r, site.index);
            self.weigh(legs, (site.prev, mate), behind, place, client, best);
        }
        if !self.frugal && !apart {
            self.try_new_route(client, best);
        }
        for r in self.waiting_vehicles() {
            self.try_position(legs, r, self.routes[r].stops.len(), client, best);
        }
        // What may be left out is not worth a look at every position.
        let needed = context.required[context.request_of[client] as usize] || self.frugal;
        if needed && !best.found() {
            self.search_everywhere(legs, client, best);
        }
        if self.frugal && !best.found() {
            self.try_new_route(client, best);
        }
    }

    fn search_everywhere<L: Legs>(&mut self, legs: L, client: usize, best: &mut Best) {
        for r in 0..self.routes.len() {
            if self.routes[r].stops.is_empty() && self.routes[r].started == NONE {
                continue;
            }
            for position in self.routes[r].fixed..=self.routes[r].stops.len() {
                if !self.blinks() {
                    self.try_position(legs, r, position, client, best);
                }
            }
        }
    }

    /// Started vehicles whose open end no client is next to.
    fn waiting_vehicles(&self) -> std::ops::Range<usize> {
        0..self.context.problem.started.len()
    }
}

#[cfg(test)]
mod tests {
    use backhaul_common::{Control, Stream};

    use crate::common::problem;
    use crate::rich::context::Context;
    use crate::rich::state::State;
    use crate::Options;

    /// Five stops a hundred away bring 60 each: none pays for the way of 200, all of them do.
    #[test]
    fn a_vehicle_is_opened_for_stops_that_pay_for_it_together() {
        let points: Vec<_> = (0..5).map(|k| (100, k, 1, 0)).collect();
        let mut p = problem(&points, 9);
        (p.required, p.prize) = (vec![false; 6], vec![0, 60, 60, 60, 60, 60]);
        let options = Options { blink_rate: 0.0, ..Options::default() };
        let control = Control::iterations(1);
        let context = Context::new(&p, &options, &control);
        for opening in [false, true] {
            let mut state = State::new(&context, Stream::new(1, 1, 1, 0));
            state.opening = opening;
            assert!(state.recreate(&mut [0, 1, 2, 3, 4], true), "none of these must be served");
            assert_eq!((state.stops, state.vehicles), if opening { (5, 1) } else { (0, 0) });
            assert!(!state.opening, "one vehicle a round");
        }
    }

    /// A load of 3 fits nowhere, two of 1 do: where all must go, what comes after the 3 is not looked at.
    #[test]
    fn a_round_that_cannot_be_completed_is_over() {
        let p = problem(&[(10, 0, 3, 0), (20, 0, 1, 0), (30, 0, 1, 0)], 2);
        let options = Options { blink_rate: 0.0, ..Options::default() };
        let control = Control::iterations(1);
        let context = Context::new(&p, &options, &control);
        let mut served = [0, 0];
        for seed in 1..20 {
            for whole in [false, true] {
                let mut state = State::new(&context, Stream::new(seed, 1, 1, 0));
                assert_eq!(state.recreate(&mut [0, 1, 2], whole), !whole);
                served[usize::from(whole)] += state.stops;
            }
        }
        assert_eq!(served[0], 19 * 2);
        assert!(served[1] < 19, "the largest comes first more often than not: {served:?}");
    }

    /// Members of a group are optional one by one, but one of them has to go.
    #[test]
    fn members_of_groups_are_no_prizes() {
        let mut p = problem(&[(10, 0, 1, 0), (20, 0, 1, 0), (30, 0, 1, 0)], 9);
        p.required = vec![false, true, false, false];
        p.groups = vec![vec![2, 3]];
        let (options, control) = (Options::default(), Control::iterations(1));
        assert!(!Context::new(&p, &options, &control).prizes);
        p.groups.clear();
        assert!(Context::new(&p, &options, &control).prizes);
    }
}
