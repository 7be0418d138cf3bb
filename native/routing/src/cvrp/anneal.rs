//! The search: ruin, recreate, improve what was touched, accept by a falling temperature.

use backhaul_common::{purpose, Control, StopReason, Stream};

use crate::cvrp::collect::Collector;
use crate::cvrp::given::valid_part;
use crate::cvrp::journal::Linked;
use crate::cvrp::near::Near;
use crate::cvrp::savings::{joined, savings};
use crate::cvrp::{Metric, Points, Table};
use crate::neighbours::Neighbours;
use crate::options::Options;
use crate::plan::{Answer, Plan, PlannedRoute};
use crate::pool::Pool;
use crate::problem::{Problem, VehicleType, NONE};
use crate::travel::{Rounding, Travel};

/// Solve a plain problem.
pub(crate) fn solve(
    problem: &Problem,
    start: Option<&Plan>,
    options: &Options,
    seed: u64,
    stream: u64,
    control: &Control<'_>,
    pool: &mut Pool,
) -> Answer {
    let vehicle = &problem.types[0];
    let demand = &problem.delivery;
    let stream = Stream::new(seed, purpose("routing.cvrp"), stream, 0);
    let stop: &dyn Fn() -> bool = &|| control.expired();
    match &problem.travel {
        Travel::Matrix { points: Some((xy, rounding)), .. } | Travel::Plane { xy, rounding }
            if xy.len() > options.plain_table =>
        {
            on_plane(xy, *rounding, demand, vehicle, start, options, stream, control, pool)
        }
        Travel::Matrix { n, distance, .. } => {
            let near = Neighbours::by_distance(&problem.travel, 1, row_width(*n, options), stop);
            let metric = Table { n: *n, distance };
            let own = Collector::new(pool, &[], vehicle.distance_cost);
            run(&metric, &near, demand, vehicle, start, options, stream, control, own)
        }
        Travel::Plane { xy, rounding } => {
            let near =
                Neighbours::by_distance(&problem.travel, 1, row_width(xy.len(), options), stop);
            let metric = Points { xy, rounding: *rounding };
            let own = Collector::new(pool, &[], vehicle.distance_cost);
            run(&metric, &near, demand, vehicle, start, options, stream, control, own)
        }
    }
}

/// Solve with computed distances.
fn on_plane(
    xy: &[[f64; 2]],
    rounding: Rounding,
    demand: &[i64],
    vehicle: &VehicleType,
    start: Option<&Plan>,
    options: &Options,
    stream: Stream,
    control: &Control<'_>,
    pool: &mut Pool,
) -> Answer {
    let Placed { order, xy: points, demand, start } = Placed::new(xy, demand, start);
    let metric = Points { xy: &points, rounding };
    let width = row_width(points.len(), options);
    let near = Neighbours::of_points(&points, 1, width, &|| control.expired());
    let own = Collector::new(pool, &order, vehicle.distance_cost);
    let start = start.as_ref();
    let answer = run(&metric, &near, &demand, vehicle, start, options, stream, control, own);
    Answer { plan: renamed(&answer.plan, &order), ..answer }
}

/// A problem whose clients are named in an order in which near ones are close to each other, so that they
/// are close in memory too.
pub(crate) struct Placed {
    /// What each was named before.
    pub order: Vec<u32>,
    pub xy: Vec<[f64; 2]>,
    pub demand: Vec<i64>,
    pub start: Option<Plan>,
}

impl Placed {
    pub fn new(xy: &[[f64; 2]], demand: &[i64], start: Option<&Plan>) -> Self {
        let mut order = vec![0];
        order.extend(Neighbours::order(xy, 1));
        let start = start.map(|plan| {
            let mut place = vec![0; order.len()];
            for (k, &v) in order.iter().enumerate() {
                place[v as usize] = k as u32;
            }
            renamed(plan, &place)
        });
        let xy = order.iter().map(|&v| xy[v as usize]).collect();
        let demand = order.iter().map(|&v| demand[v as usize]).collect();
        Self { order, xy, demand, start }
    }
}

/// The plan with other names of its stops.
pub(crate) fn renamed(plan: &Plan, names: &[u32]) -> Plan {
    let mut plan = plan.clone();
    for stop in plan.routes.iter_mut().flat_map(|route| &mut route.stops) {
        *stop = names.get(*stop as usize).copied().unwrap_or(NONE);
    }
    plan
}

/// Above a hundred thousand stops memory counts more than a long row.
pub(crate) fn row_width(n: usize, options: &Options) -> usize {
    if n > 100_000 {
        options.plain_many_neighbours
    } else {
        options.ruin_neighbours
    }
}

/// The plan, the random stream and what a round needs.
pub(crate) struct Search<'a, 'c, M> {
    pub tours: Linked<'a, M>,
    pub near: &'a Neighbours,
    pub rows: Near,
    pub options: &'a Options,
    pub stream: Stream,
    pub control: &'c Control<'c>,
    pub removed: Vec<u32>,
    pub ruined: Vec<u32>,
    pub width: usize,
    pub local_width: usize,
    pub blink: u32,
    pub blink_scale: f64,
    pub queue: Vec<u32>,
    pub queued: Vec<bool>,
    pub part: Vec<u32>,
    pub price_factor: f64,
    own: Collector<'a>,
}

/// Solve with these distances and near clients.
pub(crate) fn run<'a, M: Metric>(
    metric: &'a M,
    near: &'a Neighbours,
    demand: &'a [i64],
    vehicle: &VehicleType,
    start: Option<&Plan>,
    options: &'a Options,
    stream: Stream,
    control: &Control<'_>,
    own: Collector<'a>,
) -> Answer {
    let capacity = vehicle.capacity[0];
    // The fewer clients share a route, the further away is the next route with room.
    let goods: i64 = demand.iter().sum();
    let stops = capacity as f64 * (demand.len() - 1) as f64 / goods.max(1) as f64;
    let least = options.plain_local_neighbours;
    let local_width =
        ((options.plain_span / stops) as usize).clamp(least, options.plain_local_most.max(least));
    let width = options.plain_neighbours.max(local_width + local_width / 2);
    let mut search = Search {
        tours: Linked::new(metric, demand, capacity),
        near,
        rows: Near::new(metric, near, demand.len(), width),
        options,
        stream,
        control,
        removed: Vec::new(),
        ruined: Vec::new(),
        width,
        local_width,
        blink: u32::MAX,
        blink_scale: 0.0,
        queue: Vec::new(),
        queued: vec![false; demand.len()],
        part: Vec::new(),
        price_factor: 1.0,
        own,
    };
    let blinks = blink_rate(options, demand.len() - 1);
    if blinks > 0.0 {
        search.blink = 0;
        search.blink_scale = 1.0 / (1.0 - blinks.min(0.99)).ln();
    }
    search.adopt(start);
    search.tours.record();
    let (iterations, stop_reason) = search.anneal(vehicle.distance_cost);
    let routes = search
        .tours
        .best()
        .into_iter()
        .map(|stops| PlannedRoute { vehicle_type: 0, started: NONE, stops })
        .collect();
    Answer {
        plan: Plan { routes },
        rank: (0, 0, search.tours.best_cost * vehicle.distance_cost),
        iterations,
        stop_reason,
    }
}

/// Share of insertions that are overlooked. It is there to leave a plan that rounds end in again and again;
/// among many clients there are too few rounds for that, and it only makes them longer.
fn blink_rate(options: &Options, clients: usize) -> f64 {
    let share = options.plain_blink_clients / clients.max(1) as f64;
    options.blink_rate * share.clamp(options.plain_blink_least.min(1.0), 1.0)
}

impl<M: Metric> Search<'_, '_, M> {
    /// The given plan as far as it is valid, else savings.
    fn adopt(&mut self, start: Option<&Plan>) {
        self.tours.begin();
        let (demand, capacity) = (self.tours.demand, self.tours.capacity);
        let (routes, rest) = if let Some(plan) = start {
            valid_part(plan, demand, capacity)
        } else {
            let stop: &dyn Fn() -> bool = &|| self.control.expired();
            let metric = self.tours.metric;
            let routes = savings(metric, self.near, demand, capacity, self.width, stop);
            let late = routes.len() > 1 && stop();
            (if late { joined(metric, routes, demand, capacity) } else { routes }, Vec::new())
        };
        for route in routes {
            let r = self.tours.open();
            let mut last = 0;
            for v in route {
                self.tours.insert(v, r, last);
                last = v;
            }
        }
        if !rest.is_empty() {
            self.removed = rest;
            self.recreate();
        }
    }

    fn anneal(&mut self, price: i64) -> (u64, StopReason) {
        let n = self.tours.stops.len();
        let options = self.options;
        let limits = self.control.limits();
        let budget = if limits.seconds.is_none() && limits.iterations.is_none() {
            (options.patience * (n - 1) as f64) as u64
        } else {
            u64::MAX
        };
        let edge = self.mean_near_edge();
        let cold = (edge * options.plain_end_heat).max(1e-9);
        let mut temperature = cold;
        // High at first, since it falls quickly and a low one makes rounds long: the mean client
        // costs as much beyond capacity as in a route of its own.
        let goods: i64 = self.tours.demand.iter().sum();
        let home: f64 = (1..n as u32).map(|v| f64::from(self.tours.metric.d(0, v))).sum();
        self.tours.price = options.plain_price * 2.0 * home.max(1.0) / goods.max(1) as f64;
        self.polish();
        let mut iterations: u64 = 0;
        loop {
            if iterations.is_multiple_of(64) || limits.iterations == Some(iterations) {
                let best = (self.tours.best_cost * price) as f64;
                if let Some(reason) = self.control.stop(iterations, best) {
                    return (iterations, reason);
                }
                if iterations >= budget {
                    return (iterations, StopReason::Converged);
                }
                let by_budget =
                    if budget == u64::MAX { 0.0 } else { iterations as f64 / budget as f64 };
                let part = self.control.fraction(iterations).max(by_budget).min(1.0);
                // So few rounds that heat could not be taken out again call for less of it.
                let rounds = if iterations == 0 && limits.iterations.is_none() {
                    options.plain_heat_rounds
                } else if iterations == 0 {
                    limits.iterations.map_or(0.0, |limit| limit as f64 / (n - 1) as f64)
                } else {
                    let used = self.control.used(iterations).max(by_budget).min(1.0);
                    iterations as f64 / used.max(1e-9) / (n - 1) as f64
                };
                let rounds = rounds / self.control.share();
                let share = (rounds / options.plain_heat_rounds).min(1.0);
                let hot = (edge * options.plain_start_heat * share).max(cold);
                temperature = hot * (cold / hot).powf(part);
                if iterations.is_multiple_of(16_384) {
                    self.control.report(iterations, best, None);
                }
            }
            iterations += 1;
            self.tours.begin();
            let old = self.tours.cost;
            self.ruin();
            self.recreate();
            let limit = old as f64 - temperature * (1.0 - self.stream.uniform()).ln();
            let feasible = self.improve(limit);
            #[cfg(debug_assertions)]
            self.tours.audit();
            if feasible && (self.tours.cost as f64) < limit {
                if self.own.pool.is_open() {
                    let most = self.tours.best_cost as f64 * (1.0 + options.pool_gap);
                    let every = options.pool_rounds * (n - 1) as f64;
                    self.own.collect(&self.tours, iterations, every as u64, most);
                }
                self.tours.commit();
            } else {
                self.tours.undo();
            }
        }
    }

    /// Improve the first plan, some clients at a time.
    fn polish(&mut self) {
        let n = self.tours.stops.len() as u32;
        for from in (1..n).step_by(1000) {
            if self.control.expired() {
                return;
            }
            self.tours.begin();
            for v in from..n.min(from + 1000) {
                self.enqueue(v);
            }
            if self.settle(f64::INFINITY) {
                self.tours.commit();
            } else {
                self.tours.undo();
            }
        }
    }

    /// Let the price of overload rise where routes stay overloaded, and fall where they do not.
    pub fn adapt(&mut self, feasible: bool) {
        self.price_factor =
            if feasible { 0.99 } else { 1.0 + 0.01 * self.options.plain_price_rise };
    }

    /// Mean length of the edges to the few nearest clients: the scale of the temperature.
    fn mean_near_edge(&self) -> f64 {
        let n = self.tours.stops.len();
        let step = (n / 10_000).max(1);
        let (mut sum, mut count) = (0.0, 0.0);
        for v in (1..n).step_by(step) {
            for &w in self.near.of(v).iter().take(10) {
                sum += f64::from(self.tours.metric.d(v as u32, w));
                count += 1.0;
            }
        }
        if count > 0.0 {
            (sum / count).max(1e-3)
        } else {
            1.0
        }
    }
}
