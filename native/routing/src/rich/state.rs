//! The plan under search: routes, where every client is, what is absent, and how to undo.

use backhaul_common::Stream;

use crate::neighbours::Neighbours;
use crate::options::Options;
use crate::problem::{Features, Problem, VehicleType, NONE, UNLIMITED};
use crate::rich::refresh::refresh;
use crate::rich::route::{nodes, Node, Route};
use crate::rich::site::{Brief, Columns, Site};

/// What is planned or left out as one.
#[derive(Clone, Debug)]
pub(crate) enum Request {
    Single(u32),
    /// Exactly one of these.
    Choice(Vec<u32>),
    /// Pickup and delivery.
    Pair(u32, u32),
}

/// What does not change during the search.
pub(crate) struct Context<'a> {
    pub problem: &'a Problem,
    pub features: Features,
    pub options: &'a Options,
    pub nodes: Vec<Node>,
    /// Nearest clients by distance, for ruin.
    pub near: Neighbours,
    /// Clients that make good neighbours in a route, for insertion.
    pub mates: Neighbours,
    pub requests: Vec<Request>,
    pub request_of: Vec<u32>,
    /// Cost of leaving a request out.
    pub penalty: Vec<i64>,
    /// Whether a request must be served.
    pub required: Vec<bool>,
    /// Cost of leaving out what must be served.
    pub missing: i64,
    pub columns: Columns,
    /// Some rule beyond one load, windows and durations.
    pub special: bool,
    /// By type: types that differ in nothing but capacity, count and costs.
    pub kin: Vec<Vec<u32>>,
    /// By type: how much more the largest of these carries.
    pub growth: Vec<i64>,
}

impl<'a> Context<'a> {
    pub fn new(problem: &'a Problem, options: &'a Options) -> Self {
        let features = problem.features();
        let nodes = nodes(problem);
        let n = problem.locations();
        let near =
            Neighbours::by_distance(&problem.travel, problem.depots, options.ruin_neighbours);
        let windows =
            (problem.depots..n).any(|i| problem.ready[i] > 0 || problem.due[i] < UNLIMITED);
        let mates = if windows && n <= crate::travel::MATRIX_LIMIT {
            Neighbours::by(n, problem.depots, options.insert_neighbours, |a, b| {
                closeness(problem, options, a, b).min(closeness(problem, options, b, a))
            })
        } else {
            Neighbours::by_distance(&problem.travel, problem.depots, options.insert_neighbours)
        };
        let missing = missing_cost(problem);
        let mut this = Self {
            problem,
            features,
            options,
            nodes,
            near,
            mates,
            requests: Vec::new(),
            request_of: vec![NONE; n],
            penalty: Vec::new(),
            required: Vec::new(),
            missing,
            columns: Columns::new(problem),
            special: problem.dims != 1
                || features.pickup
                || features.release
                || features.reload
                || features.allowed
                || features.limits
                || problem.backhaul,
            growth: Vec::new(),
            kin: kin(problem),
        };
        this.growth = (0..problem.types.len())
            .map(|vt| {
                let own = problem.types[vt].capacity.first().copied().unwrap_or(0);
                let more = |&k: &u32| problem.types[k as usize].capacity[0] - own;
                this.kin[vt].iter().map(more).max().unwrap_or(0).max(0)
            })
            .collect();
        for group in &problem.groups {
            this.add(Request::Choice(group.clone()), true, 0);
        }
        for &(p, d) in &problem.pairs {
            let required = problem.required[p as usize] || problem.required[d as usize];
            this.add(
                Request::Pair(p, d),
                required,
                problem.prize[p as usize] + problem.prize[d as usize],
            );
        }
        for c in problem.depots..n {
            if this.request_of[c] == NONE {
                this.add(Request::Single(c as u32), problem.required[c], problem.prize[c]);
            }
        }
        this
    }

    fn add(&mut self, request: Request, required: bool, prize: i64) {
        let id = self.requests.len() as u32;
        match &request {
            Request::Single(c) => self.request_of[*c as usize] = id,
            Request::Choice(members) => {
                for &c in members {
                    self.request_of[c as usize] = id;
                }
            }
            Request::Pair(p, d) => {
                self.request_of[*p as usize] = id;
                self.request_of[*d as usize] = id;
            }
        }
        self.requests.push(request);
        self.required.push(required);
        self.penalty.push(if required { self.missing } else { prize });
    }

    /// The first client of a request.
    pub fn head(&self, request: u32) -> u32 {
        match &self.requests[request as usize] {
            Request::Single(c) | Request::Pair(c, _) => *c,
            Request::Choice(members) => members[0],
        }
    }
}

/// For every type the others that a route of it could change to without another look at its stops.
fn kin(problem: &Problem) -> Vec<Vec<u32>> {
    let alike = |a: &VehicleType, b: &VehicleType| {
        (a.start, a.end, a.shift_start, a.shift_end) == (b.start, b.end, b.shift_start, b.shift_end)
            && (a.max_duration, a.max_distance, a.max_stops)
                == (b.max_duration, b.max_distance, b.max_stops)
            && (a.duration_cost, a.overtime_cost) == (0, 0)
            && (b.duration_cost, b.overtime_cost) == (0, 0)
    };
    let one = |a: usize| {
        (0..problem.types.len() as u32)
            .filter(|&b| b as usize != a && alike(&problem.types[a], &problem.types[b as usize]))
            .collect()
    };
    if problem.dims != 1 || !problem.allowed.is_empty() {
        return vec![Vec::new(); problem.types.len()];
    }
    (0..problem.types.len()).map(one).collect()
}

/// More than a vehicle of its own can cost.
fn missing_cost(problem: &Problem) -> i64 {
    let reach = problem.travel.largest();
    let longest = problem.service.iter().copied().max().unwrap_or(0)
        + (0..problem.locations()).map(|i| problem.ready[i]).max().unwrap_or(0);
    problem
        .types
        .iter()
        .map(|t| {
            t.fixed_cost
                + t.distance_cost * 4 * reach
                + (t.duration_cost + t.overtime_cost) * (4 * reach + longest)
        })
        .max()
        .unwrap_or(0)
        .max(1)
        * 2
}

/// Distance, unavoidable waiting and unavoidable lateness when `b` follows `a` (Vidal et al. 2013).
fn closeness(problem: &Problem, options: &Options, a: usize, b: usize) -> f64 {
    let time = problem.travel.time(a, b);
    let due = problem.due[a].min(UNLIMITED / 4);
    let wait = (problem.ready[b] - time - problem.service[a] - due).max(0);
    let late = (problem.ready[a] + problem.service[a] + time - problem.due[b]).max(0);
    problem.travel.distance(a, b) as f64
        + options.wait_weight * wait as f64
        + options.late_weight * late as f64
}

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
    pub stream: Stream,
    /// Plan optional stops whatever they cost: together they may be worth it.
    pub generous: bool,
    /// Use another vehicle only for what fits in no other.
    pub frugal: bool,
    /// Insertions until the next one is overlooked.
    pub blink: u32,
    stamp: Vec<u32>,
    epoch: u32,
    backups: Vec<(u32, Route)>,
    backed_up: usize,
    saved: Saved,
    /// Routes changed since the best plan was recorded.
    pub dirty: Vec<u32>,
    dirty_stamp: Vec<bool>,
}

#[derive(Default)]
struct Saved {
    free: Vec<u32>,
    used: Vec<usize>,
    absent: Vec<u32>,
    cost: i64,
    vehicles: usize,
    stops: usize,
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
            used: vec![0; context.problem.types.len()],
            absent: (0..requests as u32).collect(),
            absent_at: (0..requests as u32).collect(),
            cost: context.penalty.iter().sum(),
            vehicles: 0,
            most_vehicles: usize::MAX,
            stops: 0,
            stream,
            generous: false,
            frugal: false,
            blink: u32::MAX,
            stamp: Vec::new(),
            epoch: 1,
            backups: Vec::new(),
            backed_up: 0,
            saved: Saved::default(),
            dirty: Vec::new(),
            dirty_stamp: Vec::new(),
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
        self.vehicles = self.saved.vehicles;
        self.stops = self.saved.stops;
    }

    /// Write down where the stops of a route are, from position `from` on.
    pub fn index(&mut self, r: usize, from: usize) {
        let context = self.context;
        let route = &self.routes[r];
        self.briefs[r] = Brief::of(context, route);
        let t = &context.problem.types[route.vehicle_type as usize];
        let timed = context.features.time && !context.features.reload;
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
                site.before = route.before[k + 1];
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
        if !idle {
            self.cost -= route.cost;
        }
        change(&mut route.stops);
        self.stops = self.stops + route.stops.len() - size;
        let vt = route.vehicle_type as usize;
        let empty = route.stops.is_empty() && route.started == NONE;
        if empty {
            if !idle {
                self.used[vt] -= 1;
                self.vehicles -= 1;
                self.free.push(r as u32);
            }
            route.feasible = true;
            return;
        }
        if idle {
            self.used[vt] += 1;
            self.vehicles += 1;
        }
        refresh(context.problem, &context.features, &context.nodes, route);
        self.cost += route.cost;
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
        route.vehicle_type = vt as u32;
        refresh(context.problem, &context.features, &context.nodes, route);
        self.cost += route.cost;
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
        self.cost - self.missing() as i64 * self.context.missing
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
