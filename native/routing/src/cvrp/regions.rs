//! Problems too large for one search: cut the map into regions, improve each on its own, cut again
//! along other lines (after Taillard 1993, who cut by sectors, and Santini et al. 2023).
//!
//! A region is a set of whole routes, so that its plan is a plan of the whole; a small one stays in
//! the fast levels of memory. Which thread takes which region does not matter to the answer.

use std::sync::{Mutex, PoisonError};

use backhaul_common::{purpose, Control, Limits, StopReason, Stream};

use crate::cvrp::anneal::{renamed, row_width, run, Placed};
use crate::cvrp::collect::Collector;
use crate::cvrp::given::valid_part;
use crate::cvrp::savings::{joined, savings};
use crate::cvrp::{Metric, Points};
use crate::neighbours::Neighbours;
use crate::options::Options;
use crate::plan::{Answer, Plan, PlannedRoute};
use crate::pool::Pool;
use crate::problem::{Problem, VehicleType, NONE};
use crate::travel::{Rounding, Travel};

/// The points of a problem that is solved in regions, or `None` if it is not.
pub(crate) fn large<'a>(
    problem: &'a Problem,
    options: &Options,
) -> Option<(&'a [[f64; 2]], Rounding)> {
    match &problem.travel {
        Travel::Plane { xy, rounding } if xy.len() > options.plain_regions_above => {
            Some((xy, *rounding))
        }
        _ => None,
    }
}

/// What every region needs to know. Clients that are near each other have near names.
struct Map<'a> {
    xy: &'a [[f64; 2]],
    rounding: Rounding,
    demand: &'a [i64],
    near: &'a Neighbours,
    vehicle: &'a VehicleType,
    options: &'a Options,
    seed: u64,
}

/// Solve a large plain problem by `threads` threads.
pub(crate) fn solve(
    problem: &Problem,
    (xy, rounding): (&[[f64; 2]], Rounding),
    start: Option<&Plan>,
    options: &Options,
    seed: u64,
    threads: usize,
    control: &Control<'_>,
) -> Answer {
    let vehicle = &problem.types[0];
    let Placed { order, xy, demand, start } = Placed::new(xy, &problem.delivery, start);
    // Once for all: to look for them again in every region took a quarter of the time.
    let width = row_width(xy.len(), options);
    let near = &Neighbours::of_many_points(&xy, 1, width, threads, &|| control.expired());
    let map = Map { xy: &xy, rounding, demand: &demand, near, vehicle, options, seed };
    let mut routes = map.first(start.as_ref(), &|| control.expired());
    let mut iterations = 0;
    let mut reason = StopReason::Converged;
    let passes = options.plain_passes.max(1);
    for pass in 0..passes {
        let regions = map.cut(&routes, pass);
        let (better, rounds, stopped) = map.improve(routes, &regions, pass, threads, control);
        routes = better;
        iterations += rounds;
        if let Some(why) = stopped {
            reason = why;
            break;
        }
    }
    if reason == StopReason::Converged && control.limits().iterations.is_some() {
        reason = StopReason::Iterations;
    }
    let cost = routes.iter().map(|stops| map.length(stops)).sum();
    let planned = |stops| PlannedRoute { vehicle_type: 0, started: NONE, stops };
    let plan = Plan { routes: routes.into_iter().map(planned).collect() };
    let plan = renamed(&plan, &order);
    Answer { plan, rank: (0, 0, cost), iterations, stop_reason: reason }
}

impl Map<'_> {
    fn metric(&self) -> Points<'_> {
        Points { xy: self.xy, rounding: self.rounding }
    }

    fn length(&self, stops: &[u32]) -> i64 {
        let metric = self.metric();
        let mut at = 0;
        let mut length = 0;
        for &v in stops.iter().chain([&0]) {
            length += i64::from(metric.d(at, v));
            at = v;
        }
        length
    }

    /// The given plan as far as it is valid and the rest alone, or savings.
    fn first(&self, start: Option<&Plan>, stop: &dyn Fn() -> bool) -> Vec<Vec<u32>> {
        let width = self.options.plain_neighbours;
        let capacity = self.vehicle.capacity[0];
        let Some(plan) = start else {
            let metric = self.metric();
            let mut routes = savings(&metric, self.near, self.demand, capacity, width, stop);
            if stop() {
                routes.sort_unstable_by_key(|route| route[0]);
                routes = joined(&metric, routes, self.demand, capacity);
            }
            return routes;
        };
        let (mut routes, rest) = valid_part(plan, self.demand, capacity);
        routes.extend(rest.into_iter().map(|v| vec![v]));
        routes
    }

    /// Routes by region: halved by their middles until small enough, along axes that turn with
    /// every pass, so that what was a border is inside the next time.
    fn cut(&self, routes: &[Vec<u32>], pass: usize) -> Vec<Vec<u32>> {
        let turn = std::f64::consts::FRAC_PI_2 * pass as f64 / self.options.plain_passes as f64;
        let (sin, cos) = turn.sin_cos();
        let middles: Vec<[f64; 2]> = routes
            .iter()
            .map(|stops| {
                let mut sum = [0.0; 2];
                for &v in stops {
                    let [x, y] = self.xy[v as usize];
                    sum[0] += x * cos + y * sin;
                    sum[1] += y * cos - x * sin;
                }
                sum.map(|s| s / stops.len().max(1) as f64)
            })
            .collect();
        let mut regions = Vec::new();
        self.halve(routes, &middles, (0..routes.len() as u32).collect(), &mut regions);
        regions
    }

    fn halve(
        &self,
        routes: &[Vec<u32>],
        middles: &[[f64; 2]],
        mut some: Vec<u32>,
        regions: &mut Vec<Vec<u32>>,
    ) {
        let clients: usize = some.iter().map(|&r| routes[r as usize].len()).sum();
        if clients <= self.options.plain_region.max(1) || some.len() < 2 {
            regions.push(some);
            return;
        }
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for &r in &some {
            for k in 0..2 {
                low[k] = low[k].min(middles[r as usize][k]);
                high[k] = high[k].max(middles[r as usize][k]);
            }
        }
        let axis = usize::from(high[1] - low[1] > high[0] - low[0]);
        some.sort_unstable_by(|&a, &b| {
            middles[a as usize][axis].total_cmp(&middles[b as usize][axis]).then(a.cmp(&b))
        });
        let mut half = 0;
        let mut at = 0;
        while at + 1 < some.len() && 2 * half < clients {
            half += routes[some[at] as usize].len();
            at += 1;
        }
        let upper = some.split_off(at);
        self.halve(routes, middles, some, regions);
        self.halve(routes, middles, upper, regions);
    }

    /// Improve every region; routes, rounds, and why to stop for good.
    fn improve(
        &self,
        mut routes: Vec<Vec<u32>>,
        regions: &[Vec<u32>],
        pass: usize,
        threads: usize,
        control: &Control<'_>,
    ) -> (Vec<Vec<u32>>, u64, Option<StopReason>) {
        let clients = self.demand.len() - 1;
        let jobs: Vec<Vec<Vec<u32>>> = regions
            .iter()
            .map(|some| some.iter().map(|&r| std::mem::take(&mut routes[r as usize])).collect())
            .collect();
        let limits = control.limits();
        // What is left of the time goes to the passes that are left, in equal parts.
        let all = self.options.plain_passes.max(1) as f64;
        let passes = all - pass as f64;
        let end = limits.seconds.map(|s| {
            let now = control.elapsed();
            now + (s - now).max(0.0) / passes
        });
        let state = Mutex::new(Progress {
            next: 0,
            left: clients,
            iterations: 0,
            cost: jobs.iter().flatten().map(|stops| self.length(stops)).sum(),
            stopped: None,
        });
        let done: Vec<Mutex<Vec<Vec<u32>>>> = jobs.into_iter().map(Mutex::new).collect();
        let work = || {
            let mut place = vec![NONE; self.xy.len()];
            loop {
                let (k, own) = {
                    let mut state = lock(&state);
                    let cost = (state.cost * self.vehicle.distance_cost) as f64;
                    control.report(state.iterations, cost, None);
                    if state.stopped.is_none() && (control.expired() || target(control, cost)) {
                        state.stopped = control.stop(0, cost);
                    }
                    if state.stopped.is_some() || state.next == done.len() {
                        return;
                    }
                    let k = state.next;
                    state.next += 1;
                    let size: usize = lock(&done[k]).iter().map(Vec::len).sum();
                    let share = size as f64 / state.left.max(1) as f64;
                    state.left -= size;
                    let seconds = end.map(|end| {
                        let left = (end - control.elapsed()).max(0.0);
                        (left * share * threads as f64).min(left)
                    });
                    let parts = (self.options.plain_passes.max(1) * clients) as f64;
                    let iterations =
                        limits.iterations.map(|n| (n as f64 * size as f64 / parts).ceil() as u64);
                    (k, Limits { seconds, iterations, target: None })
                };
                let before = std::mem::take(&mut *lock(&done[k]));
                let span = (pass as f64 / all, (pass + 1) as f64 / all);
                let part = control.part(own, span, 0).quiet();
                let stream = (pass * done.len() + k) as u64;
                let old: i64 = before.iter().map(|stops| self.length(stops)).sum();
                let (after, rounds) = self.region(before, &mut place, stream, &part);
                let new: i64 = after.iter().map(|stops| self.length(stops)).sum();
                *lock(&done[k]) = after;
                let mut state = lock(&state);
                state.iterations += rounds;
                state.cost += new - old;
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        let state = state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let unlocked =
            |region: Mutex<_>| region.into_inner().unwrap_or_else(PoisonError::into_inner);
        (done.into_iter().flat_map(unlocked).collect(), state.iterations, state.stopped)
    }

    /// Routes of one region, improved. `place` is of no client before and after.
    fn region(
        &self,
        routes: Vec<Vec<u32>>,
        place: &mut [u32],
        stream: u64,
        control: &Control<'_>,
    ) -> (Vec<Vec<u32>>, u64) {
        // The region's own names: the depot, then its clients in the order of the map.
        let mut names = vec![0];
        names.extend(routes.iter().flatten());
        names.sort_unstable();
        for (k, &v) in names.iter().enumerate() {
            place[v as usize] = k as u32;
        }
        let near = self.near.among(&names, place);
        let start = routes.iter().map(|stops| {
            let stops = stops.iter().map(|&v| place[v as usize]).collect();
            PlannedRoute { vehicle_type: 0, started: NONE, stops }
        });
        let start = Plan { routes: start.collect() };
        drop(routes);
        for &v in &names {
            place[v as usize] = NONE;
        }
        let xy: Vec<[f64; 2]> = names.iter().map(|&v| self.xy[v as usize]).collect();
        let demand: Vec<i64> = names.iter().map(|&v| self.demand[v as usize]).collect();
        let metric = Points { xy: &xy, rounding: self.rounding };
        let stream = Stream::new(self.seed, purpose("routing.cvrp.regions"), stream, 0);
        let (start, vehicle) = (Some(&start), self.vehicle);
        let mut closed = Pool::closed();
        let own = Collector::new(&mut closed, &names, vehicle.distance_cost);
        let options = self.options;
        let answer = run(&metric, &near, &demand, vehicle, start, options, stream, control, own);
        let plan = renamed(&answer.plan, &names);
        (plan.routes.into_iter().map(|route| route.stops).collect(), answer.iterations)
    }
}

/// What the threads share.
struct Progress {
    /// The region that is taken next, and the clients in it and in those after it.
    next: usize,
    left: usize,
    iterations: u64,
    cost: i64,
    stopped: Option<StopReason>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A panic is a defect; it is raised again when the scope ends.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn target(control: &Control<'_>, cost: f64) -> bool {
    control.limits().target.is_some_and(|t| cost <= t)
}
