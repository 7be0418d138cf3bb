//! The search: ruin, recreate, accept by a temperature that falls with the budget used.

use backhaul_common::{purpose, Control, StopReason, Stream};

use crate::options::Options;
use crate::plan::{Answer, Plan, PlannedRoute};
use crate::pool::Pool;
use crate::problem::{Problem, NONE};
use crate::rich::bank::Bank;
use crate::rich::collect::Collector;
use crate::rich::promise::Promise;
use crate::rich::refresh::refresh;
use crate::rich::route::Route;
use crate::rich::state::{Context, State};

/// Up to so many requests the first plan is the best of several.
const MANY_STARTS: usize = 10_000;

/// Seconds that the insertion of a request may take on a slow machine.
const INSERTION: f64 = 30e-6;

/// Whether there is no time to insert so many requests one by one.
fn hurry(control: &Control<'_>, requests: usize) -> bool {
    let left = |seconds: f64| seconds - control.elapsed();
    control.limits().seconds.is_some_and(|s| left(s) < requests as f64 * INSERTION)
}

/// Solve from scratch or from a given plan.
pub(crate) fn solve(
    problem: &Problem,
    start: Option<&Plan>,
    options: &Options,
    seed: u64,
    stream: u64,
    control: &Control<'_>,
    pool: &mut Pool,
) -> Answer {
    let context = Context::new(problem, options, control);
    let stream = Stream::new(seed, purpose("routing.rich"), stream, 0);
    let mut search = Search::new(&context, stream, control, pool);
    search.construct(start);
    let reason = search.run(start);
    let plan = search.plan();
    let rank = (search.best_missing, search.best_rank, search.best_cost);
    Answer { plan, rank, iterations: search.iterations, stop_reason: reason }
}

pub(super) struct Search<'a, 'c> {
    pub(super) state: State<'a>,
    own: Collector<'c>,
    pub(super) control: &'c Control<'c>,
    /// The best plan by slot, so that only what has changed is copied.
    best: Vec<PlannedRoute>,
    best_rank: usize,
    pub(super) best_missing: usize,
    pub(super) best_cost: i64,
    pub(super) iterations: u64,
    pub(super) budget: u64,
    /// What local search can be expected to save.
    promise: Promise,
    /// How often a request was absent (Christiaens and Vanden Berghe 2020, section 5.4).
    pub(super) absences: Vec<u64>,
}

impl<'a, 'c> Search<'a, 'c> {
    pub(super) fn new(
        context: &'a Context<'a>,
        stream: Stream,
        control: &'c Control<'c>,
        pool: &'c mut Pool,
    ) -> Self {
        let limits = control.limits();
        let free = limits.seconds.is_none() && limits.iterations.is_none();
        let patience = context.options.patience * context.requests.len().max(1) as f64;
        let budget = if free { patience as u64 } else { u64::MAX };
        Self {
            state: State::new(context, stream),
            own: Collector::new(pool),
            control,
            best: Vec::new(),
            best_rank: usize::MAX,
            best_missing: usize::MAX,
            best_cost: i64::MAX,
            iterations: 0,
            budget,
            promise: Promise::new(),
            absences: vec![1; context.requests.len()],
        }
    }

    /// Started vehicles first, then the given plan as far as it is valid, then the rest.
    fn construct(&mut self, start: Option<&Plan>) {
        let context = self.state.context;
        for (k, started) in context.problem.started.iter().enumerate() {
            let r = self.state.slot();
            let state = &mut self.state;
            state.routes[r].vehicle_type = started.vehicle_type;
            state.routes[r].started = k as u32;
            state.routes[r].fixed = started.stops.len();
            state.used[started.vehicle_type as usize] += 1;
            state.vehicles += 1;
            let route = &mut state.routes[r];
            refresh(context.problem, &context.features, &context.nodes, route);
            state.cost += route.cost;
            self.adopt(r, &started.stops);
        }
        for planned in start.map_or(&[][..], |p| &p.routes[..]) {
            self.adopt_route(planned);
        }
        if context.problem.clients() == 0 || self.state.absent.is_empty() {
            self.state.retype();
            self.record();
            return;
        }
        // A given plan stays the best until something beats it: optional stops that it leaves out may
        // cost more than they bring.
        if start.is_some() {
            self.record();
        }
        // A vehicle more is often cheaper than a detour; where it cannot be had, detours it must be.
        let rules = self.state.rules();
        let mut untouched = true;
        let one = context.requests.len() > MANY_STARTS;
        for frugal in [false, true] {
            for &rule in &rules {
                if self.best_missing == 0 && (one || (frugal && !context.problem.vehicles_first)) {
                    continue;
                }
                let first = self.best_cost == i64::MAX;
                if !first && (self.control.expired() || (one && frugal)) {
                    break;
                }
                if !untouched {
                    self.empty_but(start);
                }
                untouched = false;
                self.fill(rule, frugal);
                if first || self.better() {
                    self.record();
                }
            }
        }
        self.restore();
    }

    /// Put everything that is absent into the plan, in the order of a rule.
    pub(super) fn fill(&mut self, rule: usize, frugal: bool) {
        let state = &mut self.state;
        let mut rest = state.absent.clone();
        if hurry(self.control, rest.len()) && state.fill_by_district() {
            rest.clone_from(&state.absent);
        }
        state.begin();
        state.generous = true;
        state.frugal = frugal;
        state.order(rule, &mut rest);
        state.insert_within(&rest, self.control);
        if self.control.expired() {
            state.commit();
            state.fill_by_district();
        }
        state.generous = false;
        state.frugal = false;
        state.retype();
        state.commit();
    }

    /// Take everything out that no started vehicle and no given plan holds.
    pub(super) fn empty_but(&mut self, start: Option<&Plan>) {
        self.state.begin();
        for r in 0..self.state.routes.len() {
            let out = self.state.routes[r].stops[self.state.routes[r].fixed..].to_vec();
            self.state.take_out(r, &out, &mut Vec::new());
            self.state.drop_depots(r);
        }
        self.state.commit();
        for planned in start.map_or(&[][..], |p| &p.routes[..]) {
            self.adopt_route(planned);
            self.state.commit();
        }
    }

    fn adopt(&mut self, r: usize, stops: &[u32]) {
        let context = self.state.context;
        for &s in stops {
            if s as usize >= context.problem.depots {
                self.state.mark_planned(context.request_of[s as usize]);
            }
        }
        self.state.edit(r, |list| list.extend_from_slice(stops));
    }

    fn adopt_route(&mut self, planned: &PlannedRoute) {
        let context = self.state.context;
        let problem = context.problem;
        let state = &mut self.state;
        let vt = planned.vehicle_type as usize;
        let mut stops: Vec<u32> = Vec::new();
        let mut r = NONE;
        let mut skip = 0;
        if planned.started != NONE && (planned.started as usize) < problem.started.len() {
            r = planned.started;
            skip = state.routes[r as usize].fixed;
        }
        for &s in planned.stops.iter().skip(skip) {
            let at = s as usize;
            let new = at < problem.depots
                || (at < problem.locations()
                    && state.absent_at[context.request_of[at] as usize] != NONE
                    && !stops.contains(&s));
            if new {
                stops.push(s);
            }
        }
        if stops.iter().all(|&s| (s as usize) < problem.depots) || vt >= problem.types.len() {
            return;
        }
        if r == NONE {
            if state.used[vt] >= problem.types[vt].count {
                return;
            }
            let slot = state.slot();
            state.routes[slot].vehicle_type = planned.vehicle_type;
            state.routes[slot].fixed = 0;
            state.routes[slot].started = NONE;
            r = slot as u32;
        }
        state.begin();
        self.adopt(r as usize, &stops);
        // A route that today's rules forbid is planned anew instead.
        let route = &self.state.routes[r as usize];
        if !route.feasible || !self.whole_pairs(&route.stops, route.fixed) {
            self.state.undo();
        }
    }

    fn whole_pairs(&self, stops: &[u32], fixed: usize) -> bool {
        self.state.context.problem.pairs.iter().all(|(p, d)| {
            let find = |c| stops.iter().position(|s| s == c);
            match (find(p), find(d)) {
                (None, None) => true,
                (Some(i), Some(j)) => i < j,
                // Goods on board of a started vehicle may go later.
                (Some(i), None) => i < fixed,
                (None, Some(_)) => false,
            }
        })
    }

    fn run(&mut self, start: Option<&Plan>) -> StopReason {
        let context = self.state.context;
        let free = self.state.routes.iter().any(|r| r.stops.len() > r.fixed);
        if !self.control.expired() {
            self.state.begin();
            self.state.improve_all();
            self.state.commit();
            if self.better() {
                self.record();
            }
        }
        if context.problem.clients() == 0 || (!free && self.state.absent.is_empty()) {
            return StopReason::Converged;
        }
        if context.problem.vehicles_first {
            if let Some(reason) = self.fewer_vehicles() {
                return reason;
            }
        }
        self.cool(start)
    }

    pub(super) fn fraction(&self) -> f64 {
        let by_budget =
            if self.budget == u64::MAX { 0.0 } else { self.iterations as f64 / self.budget as f64 };
        self.control.fraction(self.iterations).max(by_budget)
    }

    /// How many rounds there will be, at the pace so far.
    pub(super) fn rounds(&self) -> f64 {
        self.iterations as f64 / self.fraction().max(1e-9)
    }

    /// One cooling, until `share` of the budget is used; `all` stops as soon as nothing is missing.
    pub(super) fn anneal(&mut self, (hot, cold): (f64, f64), share: f64, all: bool) -> StopReason {
        let options = self.state.context.options;
        let begin = self.fraction().min(share);
        let cold = cold.max(1e-9);
        let mut temperature = hot;
        // Before the first temperature only what is cheaper is taken, and everything is improved.
        let selective = hot > 0.0 && !all && Promise::applies(self.state.context);
        if selective {
            self.promise.begin(hot);
        }
        let mut removed: Vec<u32> = Vec::new();
        let mut missing = self.state.missing();
        let mut served = self.state.energy();
        let mut bank = Bank::new(self, if all { 0.0 } else { hot }, missing);
        loop {
            if self.iterations.is_multiple_of(16)
                || Some(self.iterations) == self.control.limits().iterations
            {
                let target = self.best_cost as f64;
                let cost = if self.best_missing == 0 { target } else { f64::INFINITY };
                if let Some(reason) = self.control.stop(self.iterations, cost) {
                    return reason;
                }
                let used = self.fraction();
                if used >= share || self.iterations >= self.budget {
                    return StopReason::Converged;
                }
                let part = ((used - begin) / (share - begin).max(1e-9)).clamp(0.0, 1.0);
                temperature = hot * (cold / hot).powf(part);
                if bank.is_open() {
                    if bank.look(self, missing, part) && missing > 0 {
                        self.restore();
                        missing = self.state.missing();
                    }
                    served = self.state.energy() + bank.fee(missing);
                }
                if self.iterations.is_multiple_of(4096) {
                    self.control.report(self.iterations, cost, None);
                }
            }
            self.iterations += 1;
            let state = &mut self.state;
            state.begin();
            // Where clients find no vehicle at all, what counts is how many; no overload blurs that.
            state.laden = state.context.laden && missing == 0 && !all;
            let limit = served as f64 - temperature * (1.0 - state.stream.uniform()).ln();
            state.frugal = state.ruin(&mut removed);
            for &q in &state.absent {
                if state.context.required[q as usize] && !removed.contains(&q) {
                    removed.push(q);
                }
            }
            state.generous =
                state.context.features.optional && state.stream.uniform() < options.generosity;
            // One member of a group has to go: who opens a vehicle for it is no matter of prizes.
            state.opening = state.context.prizes && state.stream.uniform() < options.opening;
            // A complete plan is given up for no incomplete one.
            let whole = state.recreate(&mut removed, missing == 0 && !bank.is_open());
            state.generous = false;
            state.frugal = false;
            if !whole {
                state.laden = false;
                state.undo();
                continue;
            }
            let raw = if selective && missing == 0 && state.missing() == 0 {
                state.energy() as f64
            } else {
                f64::NEG_INFINITY
            };
            let too_dear = raw > limit;
            if too_dear && !self.promise.holds(raw - limit, options, &mut state.stream) {
                state.laden = false;
                state.undo();
                continue;
            }
            state.improve(limit);
            state.laden = false;
            if too_dear {
                self.promise.learn(raw - state.energy() as f64, options);
            }
            state.choose();
            state.retype();
            let now_missing = state.missing();
            let now_served = state.energy() + bank.fee(now_missing);
            let sum = |list: &[u32]| list.iter().map(|&q| self.absences[q as usize]).sum::<u64>();
            let by_cost = (now_served as f64) < limit;
            let accept = if state.excess > 0 {
                false
            } else if bank.is_open() || (now_missing == 0 && missing == 0) {
                by_cost
            } else {
                sum(&state.absent) < sum(state.absent_before())
                    || (now_missing <= missing && by_cost)
            };
            if now_missing > 0 && state.excess == 0 && !bank.is_open() {
                for &q in &state.absent {
                    self.absences[q as usize] += 1;
                }
            }
            if accept {
                state.commit();
                missing = now_missing;
                served = now_served;
                let best = (self.best_missing, self.best_cost);
                self.own.collect(&self.state, self.iterations, best);
                if self.better() {
                    self.record();
                    if all && missing == 0 {
                        return StopReason::Converged;
                    }
                }
            } else {
                state.undo();
            }
        }
    }

    pub(super) fn better(&self) -> bool {
        let key = (self.state.missing(), self.rank(), self.state.served_cost());
        key < (self.best_missing, self.best_rank, self.best_cost)
    }

    /// Vehicles, where they come first.
    fn rank(&self) -> usize {
        if self.state.context.problem.vehicles_first {
            self.state.vehicles
        } else {
            0
        }
    }

    /// Remember the current plan as the best.
    pub(super) fn record(&mut self) {
        self.best_missing = self.state.missing();
        self.best_cost = self.state.served_cost();
        self.best_rank = self.rank();
        let state = &mut self.state;
        let all = self.best.is_empty();
        self.best.resize_with(state.routes.len(), PlannedRoute::default);
        for r in 0..state.routes.len() {
            if all {
                copy(&state.routes[r], &mut self.best[r]);
            }
        }
        for &r in &state.dirty {
            copy(&state.routes[r as usize], &mut self.best[r as usize]);
        }
        state.clean();
    }

    /// Make the best plan the current one.
    pub(super) fn restore(&mut self) {
        // The answer is the best plan whatever the current one is: no search follows.
        if self.control.expired() {
            return;
        }
        let state = &mut self.state;
        let context = state.context;
        state.begin();
        let fixed: Vec<usize> = state.routes.iter().map(|r| r.fixed).collect();
        for r in 0..state.routes.len() {
            let out = state.routes[r].stops[fixed[r]..].to_vec();
            state.take_out(r, &out, &mut Vec::new());
            state.drop_depots(r);
        }
        let filled = |r: usize| self.best.get(r).is_some_and(|s| s.stops.len() > fixed[r]);
        state.free.retain(|&f| !filled(f as usize));
        for (r, slot) in self.best.iter().enumerate() {
            if !filled(r) {
                continue;
            }
            state.touch(r);
            if state.routes[r].started == NONE {
                state.routes[r].vehicle_type = slot.vehicle_type;
            }
            state.edit(r, |stops| stops.clone_from(&slot.stops));
            for &s in &slot.stops {
                if s as usize >= context.problem.depots {
                    state.mark_planned(context.request_of[s as usize]);
                }
            }
        }
        state.commit();
        self.record();
    }

    fn plan(&self) -> Plan {
        let kept = |r: &&PlannedRoute| !r.stops.is_empty() || r.started != NONE;
        Plan { routes: self.best.iter().filter(kept).cloned().collect() }
    }
}

fn copy(route: &Route, slot: &mut PlannedRoute) {
    slot.vehicle_type = route.vehicle_type;
    slot.started = route.started;
    slot.stops.clone_from(&route.stops);
}
