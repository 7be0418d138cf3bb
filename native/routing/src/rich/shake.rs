//! Random moves that keep every rule, whatever they cost: what has no room in one plan finds it in another
//! (Nagata and Bräysy 2009, section 3.5).

use crate::problem::{NONE, UNLIMITED};
use crate::rich::local::{Best, Move, PARTS};
use crate::rich::state::{Request, State};

/// Near clients among which the other end of a move is drawn.
const NEAR: usize = 40;

impl State<'_> {
    /// Try so many random moves.
    pub(super) fn shake(&mut self, moves: usize) {
        for _ in 0..moves {
            let clients = self.context.problem.clients();
            let u = (self.context.problem.depots + self.stream.below(clients)) as u32;
            let mates = self.context.mates.of(u as usize);
            if mates.is_empty() {
                continue;
            }
            let v = mates[self.stream.below(mates.len().min(NEAR))];
            let (ru, rv) = (self.route_of[u as usize], self.route_of[v as usize]);
            // Which is NONE for both where neither is planned.
            if ru == rv || ru as usize >= self.routes.len() || rv as usize >= self.routes.len() {
                continue;
            }
            if self.context.features.pairs {
                self.shake_requests(u, v);
            } else {
                self.shake_parts(u, v);
            }
        }
    }

    /// Parts or tails of two routes change places, so that `u` comes right after `v`.
    fn shake_parts(&mut self, u: u32, v: u32) {
        let routes = [u, v].map(|c| self.route_of[c as usize] as usize);
        let [iu, iv] = [u, v].map(|c| self.index_of[c as usize] as usize);
        let mut local = std::mem::take(&mut self.local);
        local.queued.resize(self.route_of.len(), false);
        let mut best = Best { gain: -UNLIMITED / 4, chosen: Move::None };
        // Tails change places as often as parts do.
        let draw = self.stream.below(2 * PARTS.len());
        if let Some((k, l)) = PARTS.get(draw) {
            let (from, to) = ([iu, iv + 1], [iu + k, iv + 1 + l]);
            let leg = self.gap(v, u);
            self.try_parts(routes, from, to, (leg, true), &mut local, &mut best);
        } else {
            self.try_tails(routes, [iu, iv + 1], &mut local, &mut best);
        }
        self.carry_out(best.chosen, &mut local);
        local.forget();
        self.local = local;
    }

    /// A pair moves into the other's route, or both change places.
    fn shake_requests(&mut self, u: u32, v: u32) {
        let context = self.context;
        let routes = [u, v].map(|c| self.route_of[c as usize] as usize);
        let requests = [u, v].map(|c| context.request_of[c as usize]);
        let stops = |k: usize| match context.requests[requests[k] as usize] {
            Request::Pair(p, d) => vec![p, d],
            _ => vec![[u, v][k]],
        };
        let movable = |k: usize| {
            let (route, stops) = (&self.routes[routes[k]], stops(k));
            // The last one of a route stays: without it the vehicle would be free for others.
            let alone = route.stops.iter().all(|s| stops.contains(s));
            !alone && stops.iter().all(|&s| self.index_of[s as usize] as usize >= route.fixed)
        };
        let both = self.stream.below(2) == 0;
        if !movable(0) || (both && !movable(1)) {
            return;
        }
        let old = routes.map(|r| self.routes[r].stops.clone());
        let moved = if both { 2 } else { 1 };
        for k in 0..moved {
            self.take_out(routes[k], &stops(k), &mut Vec::new());
        }
        let sound = routes.iter().all(|&r| self.routes[r].feasible);
        if sound && (0..moved).all(|k| self.insert_into(routes[1 - k], requests[k])) {
            return;
        }
        for k in 0..2 {
            for &s in &self.routes[routes[k]].stops {
                self.route_of[s as usize] = NONE;
            }
        }
        for k in 0..2 {
            self.edit(routes[k], |stops| stops.clone_from(&old[k]));
        }
        for &q in &requests[..moved] {
            self.mark_planned(q);
        }
    }
}
