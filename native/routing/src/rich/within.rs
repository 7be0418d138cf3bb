//! Moves within a route: a part moves or is turned, another member of a group takes a place.

use crate::rich::exchange::Head;
use crate::rich::local::{Best, Local, Move};
use crate::rich::refresh::walk_laden;
use crate::rich::state::State;

impl State<'_> {
    /// Moves of the stop at `iu` that make it a neighbour of the one at `iv` in the same route.
    pub(super) fn look_within(
        &self,
        r: usize,
        iu: usize,
        iv: usize,
        local: &mut Local,
        best: &mut Best,
    ) {
        let route = &self.routes[r];
        let size = route.stops.len();
        let fixed = route.fixed;
        for k in 1..=3 {
            // The part that begins at `iu` goes behind `iv`; the one that ends at `iu` before `iv`.
            if iu + k <= size && iv + 1 >= fixed {
                self.try_shift(r, iu, iu + k, iv + 1, local, best);
            }
            if iu + 1 >= k + fixed && iv >= fixed {
                self.try_shift(r, iu + 1 - k, iu + 1, iv, local, best);
            }
        }
        if self.context.mirrored {
            let (low, high) = (iu.min(iv), iu.max(iv));
            // Both ways of turning that make them neighbours.
            if low + 1 >= fixed {
                self.try_turn(r, low + 1, high + 1, local, best);
            }
            if low >= fixed {
                self.try_turn(r, low, high, local, best);
            }
        }
    }

    /// The other members of a group in place of the stop at `at`.
    pub(super) fn look_beside(
        &self,
        r: usize,
        at: usize,
        members: &[u32],
        local: &mut Local,
        best: &mut Best,
    ) {
        let route = &self.routes[r];
        let (left, right) = (self.around(r, at).0, self.around(r, at + 1).1);
        for &member in members {
            let more = self.gap(left, member) + self.gap(member, right)
                - route.gaps[at]
                - route.gaps[at + 1];
            if member != route.stops[at] && self.shorter(r, more, best) {
                local.first.clone_from(&route.stops);
                local.first[at] = member;
                self.judge(r, Move::Instead { route: r, at, member }, local, best);
            }
        }
    }

    fn try_shift(
        &self,
        r: usize,
        from: usize,
        to: usize,
        at: usize,
        local: &mut Local,
        best: &mut Best,
    ) {
        if at >= from && at <= to {
            return;
        }
        let route = &self.routes[r];
        let (first, last) = (route.stops[from], route.stops[to - 1]);
        let (before, after) = (self.around(r, from).0, self.around(r, to).1);
        let (left, right) = self.around(r, at);
        let more = self.gap(before, after) + self.gap(left, first) + self.gap(last, right)
            - route.gaps[from]
            - route.gaps[to]
            - route.gaps[at];
        if !self.shorter(r, more, best) {
            return;
        }
        arrange(&route.stops, Move::Shift { route: r, from, to, at }, &mut local.first);
        self.judge(r, Move::Shift { route: r, from, to, at }, local, best);
    }

    fn try_turn(&self, r: usize, from: usize, to: usize, local: &mut Local, best: &mut Best) {
        if to < from + 2 {
            return;
        }
        let route = &self.routes[r];
        let (before, after) = (self.around(r, from).0, self.around(r, to).1);
        let more = self.gap(before, route.stops[to - 1]) + self.gap(route.stops[from], after)
            - route.gaps[from]
            - route.gaps[to];
        if !self.shorter(r, more, best) {
            return;
        }
        arrange(&route.stops, Move::Turn { route: r, from, to }, &mut local.first);
        self.judge(r, Move::Turn { route: r, from, to }, local, best);
    }

    fn shorter(&self, r: usize, more: i64, best: &Best) -> bool {
        let vt = self.routes[r].vehicle_type as usize;
        -more * self.context.problem.types[vt].distance_cost > best.gain
    }

    fn judge(&self, r: usize, chosen: Move, local: &Local, best: &mut Best) {
        let context = self.context;
        let route = &self.routes[r];
        let vehicle = (route.vehicle_type as usize, route.started);
        if context.by_trips(vehicle.0) {
            let (low, high) = match chosen {
                Move::Shift { from, to, at, .. } => (from.min(at), to.max(at)),
                Move::Turn { from, to, .. } => (from, to),
                Move::Instead { at, .. } => (at, at + 1),
                _ => (0, route.stops.len()),
            };
            let (head, tail) = (Head { route: r, count: low }, Head { route: r, count: high });
            if let Some(w) = self.walk_trips(head, &local.first[low..high], tail) {
                if route.cost - w.cost > best.gain {
                    *best = Best { gain: route.cost - w.cost, chosen };
                }
            }
            return;
        }
        let found =
            walk_laden(context.problem, &context.features, &context.nodes, vehicle, &local.first);
        if let Some(w) = found {
            let gain = route.cost - w.cost;
            if gain > best.gain && w.excess <= route.excess {
                *best = Best { gain, chosen };
            }
        }
    }
}

/// The order of stops after a move within a route.
pub(super) fn arrange(stops: &[u32], chosen: Move, out: &mut Vec<u32>) {
    out.clear();
    match chosen {
        Move::Shift { from, to, at, .. } if at < from => {
            out.extend_from_slice(&stops[..at]);
            out.extend_from_slice(&stops[from..to]);
            out.extend_from_slice(&stops[at..from]);
            out.extend_from_slice(&stops[to..]);
        }
        Move::Shift { from, to, at, .. } => {
            out.extend_from_slice(&stops[..from]);
            out.extend_from_slice(&stops[to..at]);
            out.extend_from_slice(&stops[from..to]);
            out.extend_from_slice(&stops[at..]);
        }
        Move::Turn { from, to, .. } => {
            out.extend_from_slice(&stops[..from]);
            out.extend(stops[from..to].iter().rev());
            out.extend_from_slice(&stops[to..]);
        }
        _ => out.extend_from_slice(stops),
    }
}
