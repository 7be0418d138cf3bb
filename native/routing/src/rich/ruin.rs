//! Take strings of neighbouring stops out of neighbouring routes (Christiaens and Vanden Berghe
//! 2020, section 5.1).

use crate::problem::NONE;
use crate::rich::context::MANY;
use crate::rich::state::{Request, State};

/// Share of ruins that also take clients out of vehicles that may not serve the first one.
const UNSUITED: f64 = 0.2;

impl State<'_> {
    /// Remove a number of stops, drawn around a mean, around a random client; their requests are appended
    /// to `removed` together with the absent ones nearby. Says whether a whole route was among them.
    pub fn ruin(&mut self, removed: &mut Vec<u32>) -> bool {
        let context = self.context;
        let problem = context.problem;
        let options = context.options;
        removed.clear();
        let clients = problem.clients();
        let seed = problem.depots + self.stream.below(clients);
        // What a vehicle does between two reloads is a route of its own.
        let (stops, routes) = (self.stops - self.reloads, self.vehicles + self.reloads);
        let average = stops as f64 / routes.max(1) as f64;
        // Strings of most of a route would leave room for only one or two of them; and with windows few
        // stops of the one fit into the other.
        let share = if context.features.time { options.timed_string_share } else { 1.0 };
        let longest = options.string_length.min(share * average).max(1.0);
        let size = if context.features.pairs {
            options.pair_ruin_size
        } else if context.features.time {
            // Of a long route a few stops go back to where they were.
            options.timed_ruin_size * (average / 10.0).clamp(1.0, 8.0).cbrt()
        } else {
            options.ruin_size
        };
        let most = (4.0 * size / (1.0 + longest) - 1.0).max(1.0);
        let strings = (1.0 + self.stream.uniform() * most) as usize;
        let mut ruined: Vec<u32> = Vec::with_capacity(strings);
        let mut closed: Vec<u32> = Vec::new();
        // Clients of vehicles that may not serve each other's cannot change places.
        let suited = context.masked && self.stream.uniform() >= UNSUITED;
        // Vehicles that come first are saved elsewhere; and of very many routes all would be looked
        // at for a stop that fits nowhere near.
        let mut whole = !problem.vehicles_first
            && clients <= MANY
            && self.stream.uniform() < options.route_chance;
        let mut emptied = false;
        let rows = std::iter::once(seed as u32).chain(context.near.of(seed).iter().copied());
        for c in rows {
            if ruined.len() >= strings {
                break;
            }
            let r = self.route_of[c as usize];
            if r == NONE {
                let q = context.request_of[c as usize];
                if self.absent_at[q as usize] != NONE && !removed.contains(&q) {
                    removed.push(q);
                }
                continue;
            }
            let trips = context.features.reload;
            if closed.contains(&c)
                || (!trips && ruined.contains(&r))
                || (self.index_of[c as usize] as usize) < self.routes[r as usize].fixed
            {
                continue;
            }
            let vt = self.routes[r as usize].vehicle_type;
            if suited && !ruined.is_empty() && context.nodes[seed].types >> vt & 1 == 0 {
                continue;
            }
            ruined.push(r);
            let fixed = self.routes[r as usize].fixed;
            let (mut from, mut to) = (fixed, self.routes[r as usize].stops.len());
            if trips {
                let at = self.index_of[c as usize] as usize;
                (from, to) = self.trip_at(r as usize, at);
                from = from.max(fixed);
                closed.extend_from_slice(&self.routes[r as usize].stops[from..to]);
            }
            let free = to - from;
            let mut length = longest.min(free as f64);
            length = (1.0 + self.stream.uniform() * length).min(length).max(1.0);
            // A vehicle is saved at once or not at all: stop by stop it only gets dearer.
            if std::mem::take(&mut whole)
                && free <= options.route_size
                && self.routes[r as usize].started == NONE
            {
                emptied = true;
                let out = self.routes[r as usize].stops[from..to].to_vec();
                self.take_out(r as usize, &out, removed);
                continue;
            }
            self.remove_string((r as usize, from, to), c, length as usize, removed);
        }
        if problem.pairs.is_empty() && !context.features.reload && !problem.backhaul {
            for &r in &ruined {
                self.repair(r as usize, removed);
            }
        } else {
            self.repair_all(removed);
        }
        self.deal();
        emptied
    }

    /// Remove `length` stops around `c`, or more with a part in the middle kept, between two cuts.
    fn remove_string(
        &mut self,
        (r, fixed, size): (usize, usize, usize),
        c: u32,
        length: usize,
        removed: &mut Vec<u32>,
    ) {
        let options = self.context.options;
        let at = self.index_of[c as usize] as usize;
        let mut kept = 0;
        if length > 1 && length < size - fixed && self.stream.uniform() < options.split_chance {
            kept = 1;
            while length + kept < size - fixed && self.stream.uniform() < options.split_growth {
                kept += 1;
            }
        }
        let span = length + kept;
        let low = (at + 1).saturating_sub(span).max(fixed);
        let high = at.min(size - span);
        let start = low + self.stream.below(high.saturating_sub(low) + 1);
        let (mut skip_from, mut skip_to) = (0, 0);
        if kept > 0 {
            skip_from = start + 1 + self.stream.below(length - 1);
            skip_to = skip_from + kept;
        }
        let mut out: Vec<u32> = Vec::with_capacity(length);
        for k in start..start + span {
            if k < skip_from || k >= skip_to {
                out.push(self.routes[r].stops[k]);
            }
        }
        self.take_out(r, &out, removed);
    }

    /// Remove these stops of one route, and their partners wherever they are.
    pub fn take_out(&mut self, r: usize, out: &[u32], removed: &mut Vec<u32>) {
        let context = self.context;
        let depots = context.problem.depots;
        let mut partners: Vec<u32> = Vec::new();
        for &s in out {
            if (s as usize) < depots {
                continue;
            }
            let q = context.request_of[s as usize];
            if let Request::Pair(p, d) = context.requests[q as usize] {
                let partner = if p == s { d } else { p };
                if !out.contains(&partner) && self.route_of[partner as usize] != NONE {
                    partners.push(partner);
                }
            }
            if let Request::Chain(members) = &context.requests[q as usize] {
                for &m in members {
                    let left = !out.contains(&m) && self.route_of[m as usize] != NONE;
                    if left && !partners.contains(&m) {
                        partners.push(m);
                    }
                }
            }
            if self.absent_at[q as usize] == NONE {
                self.mark_absent(q);
                removed.push(q);
            }
            self.route_of[s as usize] = NONE;
        }
        self.edit(r, |stops| {
            stops.retain(|s| (*s as usize) < depots || !out.contains(s));
        });
        for partner in partners {
            let other = self.route_of[partner as usize];
            if other != NONE {
                self.route_of[partner as usize] = NONE;
                self.edit(other as usize, |stops| stops.retain(|&s| s != partner));
            }
        }
    }

    fn repair_all(&mut self, removed: &mut Vec<u32>) {
        let touched: Vec<u32> = self.touched().collect();
        for r in touched {
            self.repair(r as usize, removed);
        }
    }

    /// Drop reloads that have become useless; a route that removal has broken (no triangle
    /// inequality, or pickups alone) is emptied.
    fn repair(&mut self, r: usize, removed: &mut Vec<u32>) {
        let context = self.context;
        if self.routes[r].stops.is_empty() {
            return;
        }
        if context.features.reload {
            self.drop_reloads(r);
        }
        if !self.routes[r].feasible {
            let fixed = self.routes[r].fixed;
            let out: Vec<u32> = self.routes[r].stops[fixed..].to_vec();
            self.take_out(r, &out, removed);
            self.drop_depots(r);
        }
    }

    /// Drop every reload behind the fixed stops.
    pub fn drop_depots(&mut self, r: usize) {
        let (depots, fixed) = (self.context.problem.depots, self.routes[r].fixed);
        if self.routes[r].stops[fixed..].iter().all(|&s| s as usize >= depots) {
            return;
        }
        self.edit(r, |stops| {
            let mut k = 0;
            stops.retain(|&s| {
                k += 1;
                k <= fixed || s as usize >= depots
            });
        });
    }

    fn drop_reloads(&mut self, r: usize) {
        let context = self.context;
        let depots = context.problem.depots;
        let mut k = self.routes[r].fixed;
        while k < self.routes[r].stops.len() {
            if (self.routes[r].stops[k] as usize) < depots {
                let mut without = self.routes[r].stops.clone();
                without.remove(k);
                let empty = without.is_empty();
                let found = crate::rich::refresh::walk(
                    context.problem,
                    &context.features,
                    &context.nodes,
                    (self.routes[r].vehicle_type as usize, self.routes[r].started),
                    &without,
                );
                if empty || found.is_some_and(|w| w.cost <= self.routes[r].cost) {
                    self.edit(r, |stops| *stops = without);
                    continue;
                }
            }
            k += 1;
        }
    }
}
