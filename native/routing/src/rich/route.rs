//! One route with what makes an insertion a matter of constant time.
//!
//! A piece of a route is summed up by three numbers (`Span`): the busy time, the earliest end, and
//! the latest start that still keeps every window. Two spans join in constant time (Savelsbergh
//! 1992; Vidal, Crainic, Gendreau and Prins 2013, restricted to pieces without lateness).

use crate::problem::{Problem, NONE, UNLIMITED};
use crate::rich::laden::Laden;
use crate::rich::trips::Cut;

/// A piece of a route that is on time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// Travel and service.
    pub busy: i64,
    /// Earliest end.
    pub end: i64,
    /// Latest start.
    pub latest: i64,
}

impl Span {
    /// The piece that takes no time and fits anywhere.
    pub const FREE: Self = Self { busy: 0, end: -UNLIMITED, latest: UNLIMITED };

    /// `self`, then `travel`, then `next`.
    #[inline(always)]
    pub fn join(self, travel: i64, next: Self) -> Self {
        Self {
            busy: self.busy + travel + next.busy,
            end: (self.end + travel + next.busy).max(next.end),
            latest: self.latest.min(next.latest - self.busy - travel),
        }
    }

    /// Whether `next` can still be reached in time.
    #[inline(always)]
    pub fn reaches(self, travel: i64, next: Self) -> bool {
        self.end + travel <= next.latest
    }

    /// Shortest time from start to end.
    #[inline(always)]
    pub fn duration(self) -> i64 {
        self.busy.max(self.end - self.latest)
    }
}

/// A route and its sums. `before[k]` covers the start depot and the first `k` stops, `after[k]`
/// the stops from `k` on and the end depot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Route {
    pub vehicle_type: u32,
    /// How many stops at the front may not move.
    pub fixed: usize,
    /// Number of the started vehicle, or NONE.
    pub started: u32,
    pub stops: Vec<u32>,
    pub before: Vec<Span>,
    pub after: Vec<Span>,
    /// Distance of every leg, `len + 1`; 0 to an open end.
    pub gaps: Vec<i64>,
    /// Distance from the start to each stop and goods up to it: `along[k]`, `carried[k]` say it of the
    /// first `k` stops (goods in the first dimension).
    pub along: Vec<i64>,
    pub carried: Vec<i64>,
    /// What is known between two stops; kept only where vehicles reload.
    pub cuts: Vec<Cut>,
    /// The route from start to end.
    pub whole: Option<Span>,
    /// Load on each leg, `(len + 1) * dims`; kept only where pickups exist.
    pub leg_load: Vec<i64>,
    /// Highest load up to a leg, and from a leg on.
    pub peak_before: Vec<i64>,
    pub peak_after: Vec<i64>,
    /// Goods from the depot, by dimension.
    pub load: Vec<i64>,
    pub release: i64,
    pub distance: i64,
    pub duration: i64,
    pub cost: i64,
    pub feasible: bool,
    /// Goods beyond capacity, where that is allowed at a price.
    pub excess: i64,
    /// Goods of the first stops, and of those from one on; kept only where goods come back.
    pub laden_to: Vec<Laden>,
    pub laden_from: Vec<Laden>,
    /// Types that may serve the first stops, and those from one on; kept only where some may not.
    pub heads: Vec<u64>,
    pub tails: Vec<u64>,
}

impl Route {
    pub fn copy_from(&mut self, other: &Self) {
        self.vehicle_type = other.vehicle_type;
        self.fixed = other.fixed;
        self.started = other.started;
        self.stops.clone_from(&other.stops);
        self.before.clone_from(&other.before);
        self.after.clone_from(&other.after);
        self.gaps.clone_from(&other.gaps);
        self.along.clone_from(&other.along);
        self.carried.clone_from(&other.carried);
        self.cuts.clone_from(&other.cuts);
        self.whole = other.whole;
        self.leg_load.clone_from(&other.leg_load);
        self.peak_before.clone_from(&other.peak_before);
        self.peak_after.clone_from(&other.peak_after);
        self.load.clone_from(&other.load);
        self.release = other.release;
        self.distance = other.distance;
        self.duration = other.duration;
        self.cost = other.cost;
        self.feasible = other.feasible;
        self.excess = other.excess;
        self.laden_to.clone_from(&other.laden_to);
        self.laden_from.clone_from(&other.laden_from);
        self.heads.clone_from(&other.heads);
        self.tails.clone_from(&other.tails);
    }
}

/// What is asked of a client or depot again and again, in one cache line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub span: Span,
    pub release: i64,
    /// First dimension.
    pub delivery: i64,
    pub pickup: i64,
    /// For the backhaul rule, 2: nothing but a pickup; 1: any other.
    pub class: u8,
    /// Member of a pickup and delivery pair: its goods never touch the depot.
    pub paired: bool,
    /// Types that may serve it, a bit each; all bits where the problem keeps none.
    pub types: u64,
}

/// Whether the types that may serve a client are kept as bits.
pub(crate) fn masked(problem: &Problem) -> bool {
    !problem.allowed.is_empty() && problem.types.len() <= 64
}

fn types_of(problem: &Problem, i: usize) -> u64 {
    if !masked(problem) || i < problem.depots {
        return u64::MAX;
    }
    let may = |vt: &usize| problem.allowed[vt * problem.locations() + i];
    (0..problem.types.len()).filter(may).fold(0, |mask, vt| mask | 1 << vt)
}

pub(crate) fn nodes(problem: &Problem) -> Vec<Node> {
    let mut paired = vec![false; problem.locations()];
    for &(p, d) in &problem.pairs {
        paired[p as usize] = true;
        paired[d as usize] = true;
    }
    (0..problem.locations())
        .map(|i| {
            let row = i * problem.dims..(i + 1) * problem.dims;
            let (delivery, pickup) = (&problem.delivery[row.clone()], &problem.pickup[row]);
            let goods = |list: &[i64]| list.iter().any(|&v| v > 0);
            let class = 1 + u8::from(goods(pickup) && !goods(delivery));
            Node {
                span: Span {
                    busy: problem.service[i],
                    end: problem.ready[i] + problem.service[i],
                    latest: problem.due[i],
                },
                release: problem.release[i],
                delivery: delivery.first().copied().unwrap_or(0),
                pickup: pickup.first().copied().unwrap_or(0),
                class,
                paired: paired[i],
                types: types_of(problem, i),
            }
        })
        .collect()
}

/// Start of a route (or of a trip) at its depot, once goods released at `release` are there.
pub(crate) fn departure(problem: &Problem, nodes: &[Node], vt: usize, release: i64) -> Span {
    let t = &problem.types[vt];
    let node = nodes[t.start as usize].span;
    Span {
        busy: node.busy,
        end: (node.end - node.busy).max(t.shift_start).max(release) + node.busy,
        latest: node.latest.min(t.shift_end),
    }
}

/// End of a route.
pub(crate) fn arrival(problem: &Problem, nodes: &[Node], vt: usize) -> Span {
    let t = &problem.types[vt];
    if t.end == NONE {
        return Span { latest: t.shift_end, ..Span::FREE };
    }
    let node = nodes[t.end as usize].span;
    Span { busy: 0, end: node.end - node.busy, latest: node.latest.min(t.shift_end) }
}

/// Cost of a route of a type.
#[inline(always)]
pub(crate) fn route_cost(problem: &Problem, vt: usize, distance: i64, duration: i64) -> i64 {
    let t = &problem.types[vt];
    t.fixed_cost
        + t.distance_cost * distance
        + t.duration_cost * duration
        + t.overtime_cost * (duration - t.overtime_after).max(0)
}
