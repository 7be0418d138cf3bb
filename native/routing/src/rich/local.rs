//! Local search around what a round has touched.
//!
//! Two moves between routes cover the customary ones (Vidal, Crainic, Gendreau and Prins 2013): parts
//! of up to three stops change places (one of them may be empty), and tails change places. Within a
//! route a part moves or is turned. A new leg leads to one of the nearest stops, so that the work a
//! stop is constant. What is shorter is then held against the rules: in constant time where loads
//! and windows are all there is, else by a walk.

use crate::problem::{NONE, UNLIMITED};
use crate::rich::part::LONGEST;
use crate::rich::state::{Request, State};
use crate::rich::within::arrange;

/// A move and what it saves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Best {
    pub gain: i64,
    pub chosen: Move,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Move {
    None,
    /// The stops `from..to` of two routes change places; the first route changes to this type.
    Parts {
        routes: [usize; 2],
        from: [usize; 2],
        to: [usize; 2],
        types: [u32; 2],
    },
    /// What follows the first `from` stops changes places.
    Tails {
        routes: [usize; 2],
        from: [usize; 2],
        types: [u32; 2],
    },
    /// The stops `from..to` move before the stop that is at `at` now.
    Shift {
        route: usize,
        from: usize,
        to: usize,
        at: usize,
    },
    /// Another member of its group takes the place of the stop at `at`.
    Instead {
        route: usize,
        at: usize,
        member: u32,
    },
    /// The stops `from..to` get a vehicle of their own.
    Fresh {
        route: usize,
        from: usize,
        to: usize,
        vehicle_type: u32,
    },
    /// The stops `from..to` are turned.
    Turn {
        route: usize,
        from: usize,
        to: usize,
    },
}

/// What local search keeps between rounds, so that nothing is allocated in one.
#[derive(Default)]
pub(crate) struct Local {
    pub(super) queue: Vec<u32>,
    pub(super) queued: Vec<bool>,
    /// How many near clients a stop is tried with.
    width: usize,
    /// Neighbours before the round.
    was: Vec<(u32, u32)>,
    pub(super) first: Vec<u32>,
    second: Vec<u32>,
}

impl State<'_> {
    /// Improve until no move of a stop with new neighbours helps; what stays overloaded and costs
    /// more than `limit` is not worth the repair.
    pub fn improve(&mut self, limit: f64) {
        self.improve_from(false, limit);
    }

    /// The same for all stops.
    pub fn improve_all(&mut self) {
        self.improve_from(true, f64::INFINITY);
    }

    fn improve_from(&mut self, all: bool, limit: f64) {
        // A move is judged by its own routes, and balance is a matter of all.
        let apart = self.context.features.pairs || self.context.features.balance;
        if apart || self.context.options.local_neighbours == 0 {
            return;
        }
        let mut local = std::mem::take(&mut self.local);
        local.queued.resize(self.route_of.len(), false);
        local.was.resize(self.route_of.len(), (NONE, NONE));
        local.width = self.local_width();
        if all {
            (self.context.problem.depots..self.route_of.len()).for_each(|c| local.push(c as u32));
        } else {
            self.note_changed(&mut local);
        }
        self.settle(&mut local);
        if self.laden {
            self.unload(&mut local, limit);
        }
        self.local = local;
    }

    /// The fewer stops share a route, the further away is the next route with room. With windows
    /// most of those further away do not fit in time.
    fn local_width(&self) -> usize {
        let options = self.context.options;
        if self.context.features.time {
            return options.local_neighbours;
        }
        let stops = self.stops as f64 / self.vehicles.max(1) as f64;
        let width = (options.local_span / stops.max(1.0)) as usize;
        width.min(options.local_most).max(options.local_neighbours)
    }

    /// Improve with the stops in the queue, and with those that moves add.
    /// Says how many stops were looked at.
    pub(super) fn settle(&mut self, local: &mut Local) -> usize {
        let mut head = 0;
        while head < local.queue.len() {
            let u = local.queue[head];
            head += 1;
            local.queued[u as usize] = false;
            // In a plan of many stops that is not good yet this may take long.
            if head.is_multiple_of(256) && self.context.control.expired() {
                for &u in &local.queue[head..] {
                    local.queued[u as usize] = false;
                }
                break;
            }
            // A depot where a vehicle reloads may stand in many routes, and no move starts from it.
            let reload = (u as usize) < self.context.problem.depots;
            if reload || self.route_of[u as usize] == NONE {
                continue;
            }
            let best = self.best_move(u, local);
            if best.gain > 0 {
                self.carry_out(best.chosen, local);
                local.push(u);
            }
        }
        local.queue.clear();
        head
    }

    /// Queue the stops that have other neighbours than before the round.
    fn note_changed(&self, local: &mut Local) {
        for (_, old) in self.backups() {
            let mut prev = NONE;
            for (k, &s) in old.stops.iter().enumerate() {
                local.was[s as usize] = (prev, old.stops.get(k + 1).copied().unwrap_or(NONE));
                prev = s;
            }
        }
        for r in self.touched() {
            let stops = &self.routes[r as usize].stops;
            let mut prev = NONE;
            for (k, &s) in stops.iter().enumerate() {
                let next = stops.get(k + 1).copied().unwrap_or(NONE);
                if s as usize >= self.context.problem.depots
                    && local.was[s as usize] != (prev, next)
                {
                    local.push(s);
                }
                prev = s;
            }
        }
        for (_, old) in self.backups() {
            for &s in &old.stops {
                local.was[s as usize] = (NONE, NONE);
            }
        }
    }

    fn best_move(&self, u: u32, local: &mut Local) -> Best {
        let context = self.context;
        let mut best = Best { gain: 0, chosen: Move::None };
        let (ru, iu) = (self.route_of[u as usize] as usize, self.index_of[u as usize] as usize);
        if iu < self.routes[ru].fixed {
            return best;
        }
        let width = local.width;
        let ends = context.features.time && !context.features.exact;
        let timed = ends && (context.trips || !context.features.reload);
        let own = self.sites[u as usize];
        let span = context.nodes[u as usize].span;
        let fine = self.fine(self.routes[ru].excess);
        if fine > 0 {
            self.look_apart(ru, iu, local, &mut best);
        }
        if let Request::Choice(members) = &context.requests[context.request_of[u as usize] as usize]
        {
            self.look_beside(ru, iu, members, local, &mut best);
        }
        let parts = [false, true].map(|ahead| self.parts(ru, iu, &own, ahead));
        let mut looked = 0;
        for &v in context.mates.of(u as usize) {
            let rv = self.route_of[v as usize];
            if rv == NONE {
                continue;
            }
            if looked == width {
                break;
            }
            let types = self.briefs[rv as usize].types | 1 << self.briefs[rv as usize].vehicle_type;
            if context.masked && context.nodes[u as usize].types & types == 0 {
                continue;
            }
            looked += 1;
            let (rv, iv) = (rv as usize, self.index_of[v as usize] as usize);
            if ru == rv {
                self.look_within(ru, (iu, iv), &parts, local, &mut best);
                continue;
            }
            let site = self.sites[v as usize];
            let even = self.even(ru, rv) && self.routes[ru].stops.len() > LONGEST;
            let alike = even && self.same_end(ru, rv);
            let come = self.gap(v, u);
            let go = if context.mirrored { come } else { self.gap(u, v) };
            // What less overload could save.
            let relief = fine + self.fine(self.briefs[rv].excess);
            for behind in [true, false] {
                // `u` comes after `v`, or before it. What changes are this leg, the ones beside the
                // two, and the two at the other ends of the parts.
                let (leg, old) = if behind {
                    (come, (own.gap_before, site.gap_after))
                } else {
                    (go, (own.gap_after, site.gap_before))
                };
                // A round of exchanged legs that helps has a stop at which the new leg is shorter
                // than an old one (Lin and Kernighan 1973).
                let cut = if behind { iv + 1 } else { iv };
                if (relief == 0 && leg >= old.0.max(old.1)) || cut < self.routes[rv].fixed {
                    continue;
                }
                let time = |a: u32, b: u32| {
                    if context.straight.is_some() {
                        leg
                    } else {
                        context.time(a, b)
                    }
                };
                // Of a trip that gets shorter the goods may be there sooner: where trips do not say
                // it all, nothing is known of before.
                let reached = if behind {
                    !timed || site.before.reaches(time(v, u), span)
                } else {
                    !ends || span.reaches(time(u, v), site.after)
                };
                if !reached {
                    continue;
                }
                let cross = if behind {
                    self.gap(own.prev, site.next)
                } else {
                    self.gap(site.prev, own.next)
                };
                let base = leg - old.0 - old.1;
                let (size, other) = (self.routes[ru].stops.len(), self.routes[rv].stops.len());
                for (k, l) in PARTS {
                    let inside = if behind {
                        iu + k <= size && cut + l <= other
                    } else {
                        k <= iu + 1 && l <= cut
                    };
                    if !inside {
                        continue;
                    }
                    let (from, to) = if behind {
                        ([iu, cut], [iu + k, cut + l])
                    } else {
                        ([iu + 1 - k, cut - l], [iu + 1, cut])
                    };
                    if even {
                        let Some(part) = parts[usize::from(behind)].of(k) else { continue };
                        let limit = relief - best.gain;
                        if !self.shortens(part, (rv, cut, l), behind, (base, cross), limit) {
                            continue;
                        }
                    }
                    self.try_parts([ru, rv], from, to, (leg, behind), local, &mut best);
                }
                if !alike || self.briefs[ru].rate * (base + cross) < relief - best.gain {
                    let from = if behind { [iu, cut] } else { [iu + 1, cut] };
                    self.try_tails([ru, rv], from, local, &mut best);
                }
            }
        }
        best
    }

    /// Whether distance costs the same in both routes, and only distance counts.
    #[inline(always)]
    fn even(&self, a: usize, b: usize) -> bool {
        self.briefs[a].rate == self.briefs[b].rate && !self.context.paid_time
    }

    #[inline(always)]
    fn same_end(&self, a: usize, b: usize) -> bool {
        let types = &self.context.problem.types;
        let end = |r: usize| types[self.briefs[r].vehicle_type as usize].end;
        end(a) == end(b)
    }

    #[inline(always)]
    pub(super) fn gap(&self, a: u32, b: u32) -> i64 {
        if b == NONE {
            0
        } else {
            self.context.distance(a, b)
        }
    }

    /// The location before position `at`, and the one at it.
    #[inline(always)]
    pub(super) fn around(&self, r: usize, at: usize) -> (u32, u32) {
        let route = &self.routes[r];
        let t = &self.context.problem.types[route.vehicle_type as usize];
        let left = if at == 0 { t.start } else { route.stops[at - 1] };
        (left, route.stops.get(at).copied().unwrap_or(t.end))
    }

    pub(super) fn carry_out(&mut self, chosen: Move, local: &mut Local) {
        match chosen {
            Move::None => {}
            Move::Parts { routes, from, to, types } => {
                let [a, b] = routes.map(|r| &self.routes[r].stops);
                local.first.clear();
                local.first.extend_from_slice(&a[..from[0]]);
                local.first.extend_from_slice(&b[from[1]..to[1]]);
                local.first.extend_from_slice(&a[to[0]..]);
                local.second.clear();
                local.second.extend_from_slice(&b[..from[1]]);
                local.second.extend_from_slice(&a[from[0]..to[0]]);
                local.second.extend_from_slice(&b[to[1]..]);
                let (near, far) = (to[0] - from[0], to[1] - from[1]);
                self.exchange(routes, types, local);
                local.queue_around(&self.routes[routes[0]].stops, from[0], from[0] + far);
                local.queue_around(&self.routes[routes[1]].stops, from[1], from[1] + near);
            }
            Move::Tails { routes, from, types } => {
                let [a, b] = routes.map(|r| &self.routes[r].stops);
                local.first.clear();
                local.first.extend_from_slice(&a[..from[0]]);
                local.first.extend_from_slice(&b[from[1]..]);
                local.second.clear();
                local.second.extend_from_slice(&b[..from[1]]);
                local.second.extend_from_slice(&a[from[0]..]);
                self.exchange(routes, types, local);
                for k in 0..2 {
                    local.queue_around(&self.routes[routes[k]].stops, from[k], from[k]);
                }
            }
            Move::Fresh { route, from, to, vehicle_type } => {
                let fresh = self.slot();
                self.touch(fresh);
                let slot = &mut self.routes[fresh];
                (slot.vehicle_type, slot.fixed, slot.started) = (vehicle_type, 0, NONE);
                local.first.clear();
                local.first.extend_from_slice(&self.routes[route].stops[from..to]);
                self.edit(route, |stops| drop(stops.drain(from..to)));
                self.edit(fresh, |stops| stops.clone_from(&local.first));
                local.queue_around(&self.routes[route].stops, from, from);
                local.queue_around(&self.routes[fresh].stops, 0, to - from);
            }
            Move::Shift { route, from, to, at } => {
                arrange(&self.routes[route].stops, chosen, &mut local.first);
                self.edit(route, |stops| std::mem::swap(stops, &mut local.first));
                let stops = &self.routes[route].stops;
                let (low, high) = (from.min(at), to.max(at));
                local.queue_around(stops, low, low);
                local.queue_around(stops, from, to);
                local.queue_around(stops, at.saturating_sub(to - from), at);
                local.queue_around(stops, high, high);
            }
            Move::Instead { route, at, member } => {
                let old = self.routes[route].stops[at];
                self.route_of[old as usize] = NONE;
                self.edit(route, |stops| stops[at] = member);
                local.queue_around(&self.routes[route].stops, at, at + 1);
            }
            Move::Turn { route, from, to } => {
                arrange(&self.routes[route].stops, chosen, &mut local.first);
                self.edit(route, |stops| std::mem::swap(stops, &mut local.first));
                local.queue_around(&self.routes[route].stops, from, from);
                local.queue_around(&self.routes[route].stops, to, to);
            }
        }
    }

    fn exchange(&mut self, routes: [usize; 2], types: [u32; 2], local: &mut Local) {
        for k in 0..2 {
            let r = routes[k];
            let list = if k == 0 { &mut local.first } else { &mut local.second };
            let old = self.routes[r].vehicle_type;
            if old != types[k] && !list.is_empty() {
                self.touch(r);
                self.used[old as usize] -= 1;
                self.used[types[k] as usize] += 1;
                self.routes[r].vehicle_type = types[k];
            }
            self.edit(r, |stops| std::mem::swap(stops, list));
            debug_assert!(self.sound(r), "a move broke a route");
        }
        debug_assert!(self.cost < UNLIMITED);
    }
}

/// Sizes of the parts that change places.
pub(super) const PARTS: [(usize, usize); 7] =
    [(1, 0), (2, 0), (3, 0), (1, 1), (1, 2), (2, 1), (2, 2)];

impl Local {
    pub(super) fn push(&mut self, v: u32) {
        if !std::mem::replace(&mut self.queued[v as usize], true) {
            self.queue.push(v);
        }
    }

    /// Empty the queue.
    pub(super) fn forget(&mut self) {
        for u in self.queue.drain(..) {
            self.queued[u as usize] = false;
        }
    }

    /// The stops beside two cuts.
    fn queue_around(&mut self, stops: &[u32], from: usize, to: usize) {
        for at in [from, to] {
            for k in at.saturating_sub(1)..(at + 1).min(stops.len()) {
                self.push(stops[k]);
            }
        }
    }
}
