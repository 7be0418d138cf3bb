//! What does not change during the search: requests, neighbours, columns and kin of types.

use backhaul_common::Control;

use crate::neighbours::Neighbours;
use crate::options::Options;
use crate::problem::{Features, Problem, VehicleType, UNLIMITED};
use crate::rich::renew;
use crate::rich::requests::{Request, Requests};
use crate::rich::route::{masked, nodes, Node};
use crate::rich::site::Columns;
use crate::rich::trips::by_trips;
use crate::travel::{Rounding, Travel};

/// What does not change during the search.
pub(crate) struct Context<'a> {
    pub problem: &'a Problem,
    pub features: Features,
    pub options: &'a Options,
    pub control: Control<'a>,
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
    /// Vehicles reload, and trips say all that there is to say about a route.
    pub trips: bool,
    /// Whether time costs money.
    pub paid_time: bool,
    /// Points and rounding where a distance is sooner computed than found in a large table.
    pub straight: Option<(&'a [[f64; 2]], Rounding)>,
    /// Whether every way is as long back.
    pub mirrored: bool,
    /// Whether only what an edit has changed of a route is summed up again.
    pub renewed: bool,
    /// Whether another order of the same stops changes nothing but length and times.
    pub orderly: bool,
    /// By type: types that differ in nothing but capacity, count and costs.
    pub kin: Vec<Vec<u32>>,
    /// Whether moves between routes have to walk them in full.
    pub walked: bool,
    /// Whether vehicles may be overloaded on the way, at a price.
    pub laden: bool,
    /// Least price of a unit of overload.
    pub least_price: f64,
    /// Whether the types that may serve a client are looked up as bits.
    pub masked: bool,
    /// Whether optional stops that are no member of a group exist: only they may pay for a vehicle.
    pub prizes: bool,
    /// By type: how much more the largest of these carries.
    pub growth: Vec<i64>,
}

/// Locations above which fewer neighbours are kept.
pub(crate) const MANY: usize = 20_000;

/// Largest share of the time for finding neighbours of so many.
const SETUP: f64 = 0.8;

/// How many times as many mates are kept where clients are optional.
const WIDER: usize = 3;

/// Whether a stop that may be left out is no member of a group.
fn prizes(problem: &Problem) -> bool {
    let mut grouped = vec![false; problem.locations()];
    problem.groups.iter().flatten().for_each(|&c| grouped[c as usize] = true);
    (problem.depots..problem.locations()).any(|c| !problem.required[c] && !grouped[c])
}

impl<'a> Context<'a> {
    pub fn new(problem: &'a Problem, options: &'a Options, control: &Control<'a>) -> Self {
        let features = problem.features();
        let nodes = nodes(problem);
        let n = problem.locations();
        let windows =
            (problem.depots..n).any(|i| problem.ready[i] > 0 || problem.due[i] < UNLIMITED);
        // Where many clients stay unplanned, more have to be known for enough that are planned.
        let width = options.insert_neighbours * if features.optional { WIDER } else { 1 };
        // Of many stops a plan has to be made before the time is over.
        let many = n > MANY;
        let share = if many { SETUP } else { 1.0 };
        let late = || control.expired() || control.used(0) > share;
        let columns = Columns::new(problem);
        let keep = |width: usize| if many { width.min(options.many_neighbours) } else { width };
        let by_distance = |width: usize| {
            Neighbours::by_distance(&problem.travel, problem.depots, keep(width), &late)
        };
        let near = by_distance(options.ruin_neighbours);
        let mates = if windows && n <= crate::travel::MATRIX_LIMIT {
            in_time(problem, options, &columns, width, &late)
        } else if n > crate::travel::MATRIX_LIMIT && keep(width) <= keep(options.ruin_neighbours) {
            if windows {
                // Without tables the way is as long back, and as long as it takes.
                near.ranked(keep(width), &late, |a, b| {
                    let way = problem.travel.distance(a, b);
                    closeness(problem, options, [a, b], way).min(closeness(
                        problem,
                        options,
                        [b, a],
                        way,
                    ))
                })
            } else {
                near.narrow(keep(width))
            }
        } else {
            by_distance(width)
        };
        let requests = Requests::of(problem);
        let mut this = Self {
            problem,
            features,
            options,
            control: *control,
            nodes,
            near,
            mates,
            requests: requests.list,
            request_of: requests.of,
            penalty: requests.penalty,
            required: requests.required,
            missing: requests.missing,
            columns,
            special: problem.dims != 1
                || features.pickup
                || features.release
                || features.reload
                || features.allowed
                || features.limits
                || features.exact
                || problem.backhaul,
            trips: (0..problem.types.len()).all(|vt| by_trips(problem, &features, vt)),
            paid_time: problem.types.iter().any(|t| t.duration_cost > 0 || t.overtime_cost > 0),
            straight: straight(problem, options),
            mirrored: false,
            renewed: renew::applies(problem, &features),
            orderly: !(features.pickup
                || features.release
                || features.reload
                || features.exact
                || features.pairs
                || problem.backhaul),
            walked: problem.dims != 1
                || features.release
                || features.reload
                || features.exact
                || features.pairs
                || (features.allowed && !masked(problem)),
            // With windows and a fleet of one kind it costs more rounds than it helps.
            laden: problem.dims == 1
                && (!features.time || features.optional || problem.types.len() > 1)
                && !(features.reload || features.exact || features.pairs)
                && options.local_neighbours > 0,
            masked: masked(problem) && !features.reload,
            prizes: prizes(problem),
            least_price: Self::price_of_room(problem),
            growth: Vec::new(),
            kin: kin(problem),
        };
        this.mirrored = this.columns.mirrored();
        this.growth = (0..problem.types.len())
            .map(|vt| {
                let own = problem.types[vt].capacity.first().copied().unwrap_or(0);
                let more = |&k: &u32| problem.types[k as usize].capacity[0] - own;
                this.kin[vt].iter().map(more).max().unwrap_or(0).max(0)
            })
            .collect();
        this
    }

    /// Distance from `a` to `b`.
    #[inline(always)]
    pub fn distance(&self, a: u32, b: u32) -> i64 {
        match self.straight {
            Some((xy, rounding)) => {
                let (p, q) = (xy[a as usize], xy[b as usize]);
                let (dx, dy) = (p[0] - q[0], p[1] - q[1]);
                i64::from(rounding.apply((dx * dx + dy * dy).sqrt()))
            }
            None => self.problem.travel.distance(a as usize, b as usize),
        }
    }

    /// Time from `a` to `b`.
    #[inline(always)]
    pub fn time(&self, a: u32, b: u32) -> i64 {
        if self.straight.is_some() {
            self.distance(a, b)
        } else {
            self.problem.travel.time(a as usize, b as usize)
        }
    }

    /// The first client of a request.
    pub fn head(&self, request: u32) -> u32 {
        match &self.requests[request as usize] {
            Request::Single(c) | Request::Pair(c, _) => *c,
            Request::Choice(members) | Request::Chain(members) => members[0],
        }
    }
}

/// Points of a problem whose table does not fit into the nearest caches.
fn straight<'a>(problem: &'a Problem, options: &Options) -> Option<(&'a [[f64; 2]], Rounding)> {
    match &problem.travel {
        Travel::Matrix { points: Some((xy, rounding)), time, .. }
            if time.is_empty() && xy.len() > options.plain_table =>
        {
            Some((xy, *rounding))
        }
        Travel::Plane { xy, rounding } => Some((xy, *rounding)),
        Travel::Matrix { .. } => None,
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
    let listed = !problem.allowed.is_empty() && !masked(problem);
    if problem.dims != 1 || listed || problem.rules.any() {
        return vec![Vec::new(); problem.types.len()];
    }
    (0..problem.types.len()).map(one).collect()
}

/// Neighbours by closeness in the better of both directions, where tables of distances exist.
fn in_time(
    problem: &Problem,
    options: &Options,
    columns: &Columns,
    width: usize,
    late: &dyn Fn() -> bool,
) -> Neighbours {
    let n = problem.locations();
    let decimal =
        |list: &[i64]| -> Vec<f64> { list.iter().map(|&v| v.min(UNLIMITED / 4) as f64).collect() };
    let (ready, due, service) =
        (decimal(&problem.ready), decimal(&problem.due), decimal(&problem.service));
    let (wait_weight, late_weight) = (options.wait_weight, options.late_weight);
    Neighbours::by_rows(n, problem.depots, width, late, |a, row| {
        let Some(rows) = columns.rows(&problem.travel, a) else { return };
        let (to, from) = rows.both_ways();
        let (opens, closes, busy) = (ready[a], due[a], service[a]);
        for b in 0..n {
            let side =
                |length: i32, time: i32, latest: f64, earliest: f64, opens: f64, due: f64| {
                    let time = f64::from(time);
                    let wait = (opens - time - latest).max(0.0);
                    let late = (earliest + time - due).max(0.0);
                    f64::from(length) + wait_weight * wait + late_weight * late
                };
            let on = side(to[0][b], to[1][b], closes + busy, opens + busy, ready[b], due[b]);
            let back = side(
                from[0][b],
                from[1][b],
                due[b] + service[b],
                ready[b] + service[b],
                opens,
                closes,
            );
            row[b] = on.min(back);
        }
    })
}

/// Distance, unavoidable waiting and unavoidable lateness when the second follows the first (Vidal et
/// al. 2013).
fn closeness(problem: &Problem, options: &Options, [a, b]: [usize; 2], way: i64) -> f64 {
    let due = problem.due[a].min(UNLIMITED / 4);
    let wait = (problem.ready[b] - way - problem.service[a] - due).max(0);
    let late = (problem.ready[a] + problem.service[a] + way - problem.due[b]).max(0);
    way as f64 + options.wait_weight * wait as f64 + options.late_weight * late as f64
}
