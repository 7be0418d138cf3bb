//! Moves within a route: a part moves or is turned, another member of a group takes a place.

use std::ops::Range;

use crate::problem::NONE;
use crate::rich::exchange::Head;
use crate::rich::local::{Best, Local, Move};
use crate::rich::part::{Parts, LONGEST};
use crate::rich::refresh::walk_laden;
use crate::rich::route::route_cost;
use crate::rich::state::State;

impl State<'_> {
    /// Moves of the stop at `iu` that make it a neighbour of the one at `iv` in the same route. `parts` are
    /// those that end with it and that begin with it.
    pub(super) fn look_within(
        &self,
        r: usize,
        (iu, iv): (usize, usize),
        parts: &[Parts; 2],
        local: &mut Local,
        best: &mut Best,
    ) {
        let route = &self.routes[r];
        let fixed = route.fixed;
        let (u, v) = (route.stops[iu], route.stops[iv]);
        let (own, site) = (&self.sites[u as usize], &self.sites[v as usize]);
        let come = self.gap(v, u);
        let go = if self.context.mirrored { come } else { self.gap(u, v) };
        for k in 1..=LONGEST {
            // The part that begins at `iu` goes behind `iv`; the one that ends at `iu` before `iv`.
            for (behind, leg) in [(true, come), (false, go)] {
                let Some(part) = parts[usize::from(behind)].of(k) else { continue };
                let (from, at) = if behind { (iu, iv + 1) } else { (iu + 1 - k, iv) };
                let to = from + k;
                if at < fixed || (from..=to).contains(&at) {
                    continue;
                }
                // All legs but one are known.
                let old = if behind { own.gap_before } else { own.gap_after };
                let more = leg + part.close - old - part.out - route.gaps[at];
                if !self.shorter(r, more, best) {
                    continue;
                }
                let last = if behind {
                    self.gap(part.far, site.next)
                } else {
                    self.gap(site.prev, part.far)
                };
                self.reorder(r, Move::Shift { route: r, from, to, at }, more + last, local, best);
            }
        }
        if self.context.mirrored {
            // Both ways of turning that make them neighbours.
            for past in [1, 0] {
                let (from, to) = (iu.min(iv) + past, iu.max(iv) + past);
                let more = come - route.gaps[from] - route.gaps[to];
                if from < fixed || to < from + 2 || !self.shorter(r, more, best) {
                    continue;
                }
                let last = if past == 1 {
                    self.gap(route.stops[from], self.around(r, to).1)
                } else {
                    self.gap(self.around(r, from).0, route.stops[to - 1])
                };
                self.reorder(r, Move::Turn { route: r, from, to }, more + last, local, best);
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

    fn shorter(&self, r: usize, more: i64, best: &Best) -> bool {
        let vt = self.routes[r].vehicle_type as usize;
        -more * self.context.problem.types[vt].distance_cost > best.gain
    }

    /// Hold another order of the same stops, which makes the route `more` longer, against the rules.
    fn reorder(&self, r: usize, chosen: Move, more: i64, local: &mut Local, best: &mut Best) {
        if !self.shorter(r, more, best) {
            return;
        }
        if self.context.orderly {
            match self.saved(r, chosen, more) {
                Some(gain) if gain > best.gain => *best = Best { gain, chosen },
                _ => {}
            }
            return;
        }
        arrange(&self.routes[r].stops, chosen, &mut local.first);
        self.judge(r, chosen, local, best);
    }

    /// What another order saves where time is all that it changes. Of a long route only the part that
    /// changes is walked, and most orders are late after a few stops of it.
    fn saved(&self, r: usize, chosen: Move, more: i64) -> Option<i64> {
        let context = self.context;
        let route = &self.routes[r];
        let vt = route.vehicle_type as usize;
        if !context.features.time {
            return Some(-more * context.problem.types[vt].distance_cost);
        }
        let (low, high, parts) = pieces(chosen)?;
        let mut span = route.before[low];
        let mut here = self.around(r, low).0;
        let mut visit = |s: u32| {
            let (time, next) = (context.time(here, s), context.nodes[s as usize].span);
            let reached = span.reaches(time, next);
            (span, here) = (span.join(time, next), s);
            reached
        };
        let on_time = if matches!(chosen, Move::Turn { .. }) {
            route.stops[low..high].iter().rev().all(|&s| visit(s))
        } else {
            parts.into_iter().flat_map(|part| &route.stops[part]).all(|&s| visit(s))
        };
        if !on_time {
            return None;
        }
        let next = self.around(r, high).1;
        let time = if next == NONE { 0 } else { context.time(here, next) };
        if !span.reaches(time, route.after[high]) {
            return None;
        }
        let duration = span.join(time, route.after[high]).duration();
        let most = context.problem.types[vt].max_duration;
        (duration <= most)
            .then(|| route.cost - route_cost(context.problem, vt, route.distance + more, duration))
    }

    fn judge(&self, r: usize, chosen: Move, local: &Local, best: &mut Best) {
        let context = self.context;
        let route = &self.routes[r];
        let vehicle = (route.vehicle_type as usize, route.started);
        if context.by_trips(vehicle.0) {
            let (low, high) = match (chosen, pieces(chosen)) {
                (Move::Instead { at, .. }, _) => (at, at + 1),
                (_, found) => found.map_or((0, route.stops.len()), |(low, high, _)| (low, high)),
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

/// Between which positions a move within a route changes the order, and what comes first and last there.
fn pieces(chosen: Move) -> Option<(usize, usize, [Range<usize>; 2])> {
    match chosen {
        Move::Shift { from, to, at, .. } if at < from => Some((at, to, [from..to, at..from])),
        Move::Shift { from, to, at, .. } => Some((from, at, [to..at, from..to])),
        Move::Turn { from, to, .. } => Some((from, to, [from..to, to..to])),
        _ => None,
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

#[cfg(test)]
mod tests {
    use backhaul_common::{Control, Stream};

    use super::arrange;
    use crate::common::{column, problem};
    use crate::problem::NONE;
    use crate::rich::context::Context;
    use crate::rich::local::Move;
    use crate::rich::refresh::walk;
    use crate::rich::state::State;
    use crate::Options;

    /// Every order of seven stops that a shift or a turn makes of one, in windows that some of them miss:
    /// a walk along the whole route says the same of each.
    #[test]
    fn a_walk_along_the_part_that_changes_says_it_all() {
        let points = [(9, 1), (14, 3), (22, 2), (27, 9), (25, 14), (16, 17), (6, 12)];
        let points: Vec<_> = points.iter().map(|&(x, y)| (x, y, 1, 0)).collect();
        let (options, control) = (Options::default(), Control::iterations(1));
        let mut seen = [0; 2];
        for width in [0, 30, 1000] {
            let mut p = problem(&points, 9);
            let opens = [0, 5, 9, 12, 24, 26, 35];
            (p.ready, p.service) = (column(&points, 0, |_| 0), column(&points, 0, |_| 1));
            p.due = column(&points, 99, |_| 99);
            for (k, open) in opens.into_iter().enumerate().filter(|_| width > 0) {
                (p.ready[k + 1], p.due[k + 1]) = (open, open + width);
            }
            (p.types[0].duration_cost, p.types[0].max_duration) = (3, 90);
            let context = Context::new(&p, &options, &control);
            assert!(context.orderly);
            let mut state = State::new(&context, Stream::new(1, 1, 1, 0));
            let r = state.slot();
            state.routes[r].started = NONE;
            state.edit(r, |list| list.extend(1..8));
            assert!(state.routes[r].feasible);
            let mut moves = Vec::new();
            for from in 0..7 {
                for to in from + 1..=7 {
                    moves.push(Move::Turn { route: r, from, to });
                    let outside = (0..=7).filter(|&at| at < from || at > to);
                    moves.extend(outside.map(|at| Move::Shift { route: r, from, to, at }));
                }
            }
            for chosen in moves {
                let mut stops = Vec::new();
                arrange(&state.routes[r].stops, chosen, &mut stops);
                let travel = &p.travel;
                let ends = [&[0][..], &stops, &[0]].concat();
                let length: i64 =
                    ends.windows(2).map(|w| travel.distance(w[0] as usize, w[1] as usize)).sum();
                let more = length - state.routes[r].distance;
                let whole = walk(&p, &context.features, &context.nodes, (0, NONE), &stops);
                let saved = whole.map(|w| state.routes[r].cost - w.cost);
                assert_eq!(state.saved(r, chosen, more), saved, "{chosen:?}");
                seen[usize::from(saved.is_some())] += 1;
            }
        }
        assert!(seen.iter().all(|&n| n > 50), "{seen:?}");
    }
}
