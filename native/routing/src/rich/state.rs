//! The plan under search: routes, where every client is, what is absent, and how to undo.

use backhaul_common::Stream;

use crate::problem::NONE;
use crate::rich::choose::Layers;
pub(crate) use crate::rich::context::Context;
use crate::rich::local::Local;
use crate::rich::refresh::refresh;
use crate::rich::renew::{renew, Kept};
pub(crate) use crate::rich::requests::Request;
use crate::rich::route::Route;
use crate::rich::site::{Brief, Site};

/// The plan and its journal.
pub(crate) struct State<'a> {
    pub context: &'a Context<'a>,
    pub routes: Vec<Route>,
    /// Slots of `routes` that are empty.
    pub free: Vec<u32>,
    pub route_of: Vec<u32>,
    pub index_of: Vec<u32>,
    /// By client, and by route.
    pub sites: Vec<Site>,
    pub briefs: Vec<Brief>,
    /// Least costs of a delivery along a route.
    pub lows: Vec<i64>,
    pub used: Vec<usize>,
    pub absent: Vec<u32>,
    /// Position in `absent`, or NONE.
    pub absent_at: Vec<u32>,
    /// Routes plus penalties.
    pub cost: i64,
    pub vehicles: usize,
    /// How many may be in use.
    pub most_vehicles: usize,
    pub stops: usize,
    /// How many of these are reloads.
    pub reloads: usize,
    pub stream: Stream,
    /// Plan optional stops whatever they cost: together they may be worth it.
    pub generous: bool,
    /// Open a vehicle for the next optional stop whatever it costs: others may follow and pay for it.
    pub opening: bool,
    /// Use another vehicle only for what fits in no other.
    pub frugal: bool,
    /// Whether vehicles may be overloaded now, what a unit of it costs, and the units there are.
    pub laden: bool,
    pub price: f64,
    pub excess: i64,
    /// The type that is tried first for a new route: of types that cost the same the first one is
    /// taken, and always the same one would serve some clients with the wrong vehicles.
    pub turn: usize,
    /// Insertions until the next one is overlooked.
    pub blink: u32,
    /// The stops of a route before an edit.
    old: Vec<u32>,
    stamp: Vec<u32>,
    epoch: u32,
    backups: Vec<(u32, Route)>,
    backed_up: usize,
    saved: Saved,
    /// Routes changed since the best plan was recorded.
    pub dirty: Vec<u32>,
    dirty_stamp: Vec<bool>,
    pub local: Local,
    pub layers: Layers,
}

#[derive(Default)]
struct Saved {
    free: Vec<u32>,
    used: Vec<usize>,
    absent: Vec<u32>,
    cost: i64,
    vehicles: usize,
    stops: usize,
    reloads: usize,
    slots: usize,
}

impl<'a> State<'a> {
    pub fn new(context: &'a Context<'a>, stream: Stream) -> Self {
        let n = context.problem.locations();
        let requests = context.requests.len();
        let mut this = Self {
            context,
            routes: Vec::new(),
            free: Vec::new(),
            route_of: vec![NONE; n],
            index_of: vec![0; n],
            sites: vec![Site::NOWHERE; n],
            briefs: Vec::new(),
            lows: Vec::new(),
            used: vec![0; context.problem.types.len()],
            absent: (0..requests as u32).collect(),
            absent_at: (0..requests as u32).collect(),
            cost: context.penalty.iter().sum(),
            vehicles: 0,
            most_vehicles: usize::MAX,
            stops: 0,
            reloads: 0,
            stream,
            generous: false,
            opening: false,
            frugal: false,
            turn: 0,
            laden: false,
            price: context.first_price(),
            excess: 0,
            blink: u32::MAX,
            old: Vec::new(),
            stamp: Vec::new(),
            epoch: 1,
            backups: Vec::new(),
            backed_up: 0,
            saved: Saved::default(),
            dirty: Vec::new(),
            dirty_stamp: Vec::new(),
            local: Local::default(),
            layers: Layers::default(),
        };
        this.draw_blink();
        this
    }

    /// Begin a change that can be undone.
    pub fn begin(&mut self) {
        self.epoch += 1;
        self.backed_up = 0;
        self.saved.free.clone_from(&self.free);
        self.saved.used.clone_from(&self.used);
        self.saved.absent.clone_from(&self.absent);
        self.saved.cost = self.cost;
        self.saved.vehicles = self.vehicles;
        self.saved.stops = self.stops;
        self.saved.reloads = self.reloads;
        self.saved.slots = self.routes.len();
    }

    /// What was absent at [`State::begin`].
    pub fn absent_before(&self) -> &[u32] {
        &self.saved.absent
    }

    /// Routes changed since [`State::begin`].
    pub fn touched(&self) -> impl Iterator<Item = u32> + '_ {
        self.backups[..self.backed_up].iter().map(|&(r, _)| r)
    }

    /// These routes as they were.
    pub fn backups(&self) -> &[(u32, Route)] {
        &self.backups[..self.backed_up]
    }

    /// Keep a copy of a route before its first change.
    pub fn touch(&mut self, r: usize) {
        if self.stamp[r] == self.epoch {
            return;
        }
        self.stamp[r] = self.epoch;
        if self.backed_up == self.backups.len() {
            self.backups.push((0, Route::default()));
        }
        let backup = &mut self.backups[self.backed_up];
        backup.0 = r as u32;
        backup.1.copy_from(&self.routes[r]);
        self.backed_up += 1;
    }

    /// Keep the change.
    pub fn commit(&mut self) {
        for k in 0..self.backed_up {
            let r = self.backups[k].0 as usize;
            if !std::mem::replace(&mut self.dirty_stamp[r], true) {
                self.dirty.push(r as u32);
            }
        }
    }

    /// Forget which routes changed since the best plan.
    pub fn clean(&mut self) {
        for &r in &self.dirty {
            self.dirty_stamp[r as usize] = false;
        }
        self.dirty.clear();
    }

    /// Undo everything since [`State::begin`].
    pub fn undo(&mut self) {
        for k in 0..self.backed_up {
            let r = self.backups[k].0 as usize;
            for &s in &self.routes[r].stops {
                self.route_of[s as usize] = NONE;
            }
        }
        for k in 0..self.backed_up {
            let r = self.backups[k].0 as usize;
            std::mem::swap(&mut self.routes[r], &mut self.backups[k].1);
            self.index(r, 0);
        }
        std::mem::swap(&mut self.free, &mut self.saved.free);
        self.free.extend(self.saved.slots as u32..self.routes.len() as u32);
        std::mem::swap(&mut self.used, &mut self.saved.used);
        for &q in &self.absent {
            self.absent_at[q as usize] = NONE;
        }
        std::mem::swap(&mut self.absent, &mut self.saved.absent);
        for (k, &q) in self.absent.iter().enumerate() {
            self.absent_at[q as usize] = k as u32;
        }
        self.cost = self.saved.cost;
        self.excess = 0;
        self.vehicles = self.saved.vehicles;
        self.stops = self.saved.stops;
        self.reloads = self.saved.reloads;
    }

    /// Write down where the stops of a route are, from position `from` on.
    pub fn index(&mut self, r: usize, from: usize) {
        let context = self.context;
        let route = &self.routes[r];
        self.briefs[r] = Brief::of(context, route);
        let t = &context.problem.types[route.vehicle_type as usize];
        let timed = context.features.time;
        let mut prev = if from == 0 { t.start } else { route.stops[from - 1] };
        for (k, &s) in route.stops.iter().enumerate().skip(from) {
            self.route_of[s as usize] = r as u32;
            self.index_of[s as usize] = k as u32;
            let site = &mut self.sites[s as usize];
            site.route = r as u32;
            site.index = k as u32;
            site.prev = prev;
            site.next = route.stops.get(k + 1).copied().unwrap_or(t.end);
            site.gap_before = route.gaps[k];
            site.gap_after = route.gaps[k + 1];
            if timed {
                site.before =
                    if context.trips { route.cuts[k + 1].soonest() } else { route.before[k + 1] };
                site.after = route.after[k];
            }
            prev = s;
        }
    }

    /// An empty slot for a route.
    pub fn slot(&mut self) -> usize {
        if let Some(r) = self.free.pop() {
            return r as usize;
        }
        self.routes.push(Route { started: NONE, feasible: true, ..Route::default() });
        self.briefs.push(Brief::NONE);
        self.stamp.push(0);
        self.dirty_stamp.push(false);
        self.routes.len() - 1
    }

    /// Change the stops of a route and keep all sums right. The slot is freed when it gets empty.
    pub fn edit(&mut self, r: usize, change: impl FnOnce(&mut Vec<u32>)) {
        self.touch(r);
        let context = self.context;
        let route = &mut self.routes[r];
        let idle = route.stops.is_empty() && route.started == NONE;
        let size = route.stops.len();
        let reloads = |stops: &[u32]| {
            let depot = |s: &&u32| (**s as usize) < context.problem.depots;
            if context.features.reload {
                stops.iter().filter(depot).count()
            } else {
                0
            }
        };
        let divided = reloads(&route.stops);
        let known = context.renewed && size > 0 && route.feasible;
        if known {
            self.old.clone_from(&route.stops);
        }
        if !idle {
            self.cost -= route.cost;
            self.excess -= route.excess;
        }
        change(&mut route.stops);
        self.stops = self.stops + route.stops.len() - size;
        self.reloads = self.reloads + reloads(&route.stops) - divided;
        let vt = route.vehicle_type as usize;
        let empty = route.stops.is_empty() && route.started == NONE;
        if empty {
            if !idle {
                self.used[vt] -= 1;
                self.vehicles -= 1;
                self.free.push(r as u32);
            }
            route.feasible = true;
            route.excess = 0;
            return;
        }
        if idle {
            self.used[vt] += 1;
            self.vehicles += 1;
        }
        let (problem, features, nodes) = (context.problem, &context.features, &context.nodes);
        if known {
            let kept = Kept::between(&self.old, &route.stops);
            renew(problem, features, nodes, route, (size, kept));
        } else {
            refresh(problem, features, nodes, route);
        }
        self.cost += route.cost;
        self.excess += route.excess;
        self.index(r, 0);
    }

    /// Change only the vehicle type of a route.
    pub fn change_type(&mut self, r: usize, vt: usize) {
        self.touch(r);
        let context = self.context;
        let route = &mut self.routes[r];
        self.used[route.vehicle_type as usize] -= 1;
        self.used[vt] += 1;
        self.cost -= route.cost;
        self.excess -= route.excess;
        route.vehicle_type = vt as u32;
        refresh(context.problem, &context.features, &context.nodes, route);
        self.cost += route.cost;
        self.excess += route.excess;
        self.index(r, 0);
    }

    /// Put a request on the list of absent ones.
    pub fn mark_absent(&mut self, request: u32) {
        if self.absent_at[request as usize] == NONE {
            self.absent_at[request as usize] = self.absent.len() as u32;
            self.absent.push(request);
            self.cost += self.context.penalty[request as usize];
        }
    }

    /// Take a request off that list.
    pub fn mark_planned(&mut self, request: u32) {
        let at = self.absent_at[request as usize];
        if at == NONE {
            return;
        }
        self.absent.swap_remove(at as usize);
        if let Some(&moved) = self.absent.get(at as usize) {
            self.absent_at[moved as usize] = at;
        }
        self.absent_at[request as usize] = NONE;
        self.cost -= self.context.penalty[request as usize];
    }

    /// Cost without the penalties of what must be served but is not.
    pub fn served_cost(&self) -> i64 {
        self.cost - self.missing() as i64 * self.context.missing + self.balance_price()
    }

    /// How many absent requests must be served.
    pub fn missing(&self) -> usize {
        self.absent.iter().filter(|&&q| self.context.required[q as usize]).count()
    }

    /// Draw how many insertions to look at before one is overlooked.
    pub fn draw_blink(&mut self) {
        let rate = self.context.options.blink_rate;
        self.blink = if rate <= 0.0 {
            u32::MAX
        } else {
            let u = 1.0 - self.stream.uniform();
            (u.ln() / (1.0 - rate).ln()) as u32
        };
    }

    /// Whether to overlook this insertion (Christiaens and Vanden Berghe 2020, section 5.3).
    #[inline(always)]
    pub fn blinks(&mut self) -> bool {
        if self.blink == 0 {
            self.draw_blink();
            true
        } else {
            self.blink -= 1;
            false
        }
    }
}
