//! What an insertion next to a client asks for, kept by client and not by route: one look at
//! memory a position instead of a walk over the route's lists.

use crate::problem::{Problem, NONE, UNLIMITED};
use crate::rich::route::{Route, Span};
use crate::rich::state::Context;
use crate::travel::Travel;

/// A planned client and its two neighbours. Depots and open ends are neighbours too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site {
    pub route: u32,
    pub index: u32,
    /// Location before, and after; NONE: the open end.
    pub prev: u32,
    pub next: u32,
    /// Distance from the one before, and to the one after.
    pub gap_before: i64,
    pub gap_after: i64,
    /// The route up to and with this client, and from it on.
    pub before: Span,
    pub after: Span,
}

impl Site {
    pub const NOWHERE: Self = Self {
        route: NONE,
        index: 0,
        prev: NONE,
        next: NONE,
        gap_before: 0,
        gap_after: 0,
        before: Span::FREE,
        after: Span::FREE,
    };
}

/// What every insertion into a route asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Brief {
    pub vehicle_type: u32,
    pub fixed: u32,
    /// Cost of a unit of distance.
    pub rate: i64,
    /// Room for goods in the first dimension; where pickups exist this says nothing.
    pub spare: i64,
    /// The same with the largest vehicle that it could change to.
    pub room: i64,
    /// What the route may grow in length.
    pub spare_distance: i64,
    pub spare_stops: usize,
    pub max_duration: i64,
    /// Goods beyond capacity.
    pub excess: i64,
    /// Types that may serve all of its stops.
    pub types: u64,
    pub first: Span,
    pub last: Span,
}

impl Brief {
    pub const NONE: Self = Self {
        vehicle_type: 0,
        fixed: 0,
        rate: 0,
        spare: 0,
        room: 0,
        spare_distance: 0,
        spare_stops: 0,
        max_duration: 0,
        excess: 0,
        types: u64::MAX,
        first: Span::FREE,
        last: Span::FREE,
    };

    pub fn of(context: &Context<'_>, route: &Route) -> Self {
        let problem = context.problem;
        let t = &problem.types[route.vehicle_type as usize];
        let plain = problem.dims > 0 && !context.features.pickup && !context.features.reload;
        let load = route.load.first().copied().unwrap_or(0);
        let spare = if plain { t.capacity[0] - load } else { UNLIMITED };
        Self {
            vehicle_type: route.vehicle_type,
            fixed: route.fixed as u32,
            rate: t.distance_cost,
            spare,
            room: spare.saturating_add(context.growth[route.vehicle_type as usize]),
            spare_distance: t.max_distance - route.distance,
            spare_stops: t.max_stops.saturating_sub(route.stops.len()),
            max_duration: t.max_duration,
            excess: route.excess,
            types: route.heads.last().copied().unwrap_or(u64::MAX),
            first: route.before.first().copied().unwrap_or(Span::FREE),
            last: route.after.last().copied().unwrap_or(Span::FREE),
        }
    }
}

/// Legs from and to one client.
pub(crate) trait Legs: Copy {
    fn from(&self, place: u32) -> i64;
    fn to(&self, place: u32) -> i64;
    fn time_from(&self, place: u32) -> i64;
    fn time_to(&self, place: u32) -> i64;

    /// To the next stop, or nowhere from the open end.
    #[inline(always)]
    fn on_to(&self, place: u32) -> i64 {
        if place == NONE {
            0
        } else {
            self.to(place)
        }
    }
}

/// Rows of matrices: one row is small enough for the nearest cache.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    from: &'a [i32],
    to: &'a [i32],
    time_from: &'a [i32],
    time_to: &'a [i32],
}

impl<'a> Rows<'a> {
    /// Distances and times from the client to every place, and from every place to the client.
    pub fn both_ways(&self) -> ([&'a [i32]; 2], [&'a [i32]; 2]) {
        ([self.to, self.time_to], [self.from, self.time_from])
    }
}

impl Legs for Rows<'_> {
    #[inline(always)]
    fn from(&self, place: u32) -> i64 {
        i64::from(self.from[place as usize])
    }
    #[inline(always)]
    fn to(&self, place: u32) -> i64 {
        i64::from(self.to[place as usize])
    }
    #[inline(always)]
    fn time_from(&self, place: u32) -> i64 {
        i64::from(self.time_from[place as usize])
    }
    #[inline(always)]
    fn time_to(&self, place: u32) -> i64 {
        i64::from(self.time_to[place as usize])
    }
}

/// Straight lines from a client.
#[derive(Clone, Copy)]
pub(crate) struct Lines<'a> {
    pub travel: &'a Travel,
    pub client: usize,
}

impl Legs for Lines<'_> {
    #[inline(always)]
    fn from(&self, place: u32) -> i64 {
        self.travel.distance(place as usize, self.client)
    }
    #[inline(always)]
    fn to(&self, place: u32) -> i64 {
        self.travel.distance(self.client, place as usize)
    }
    #[inline(always)]
    fn time_from(&self, place: u32) -> i64 {
        self.travel.time(place as usize, self.client)
    }
    #[inline(always)]
    fn time_to(&self, place: u32) -> i64 {
        self.travel.time(self.client, place as usize)
    }
}

/// Columns of the matrices as rows; empty where they equal the rows.
#[derive(Default)]
pub(crate) struct Columns {
    distance: Vec<i32>,
    time: Vec<i32>,
}

impl Columns {
    pub fn new(problem: &Problem) -> Self {
        match &problem.travel {
            Travel::Matrix { n, distance, time, .. } => {
                Self { distance: turned(*n, distance), time: turned(*n, time) }
            }
            Travel::Plane { .. } => Self::default(),
        }
    }

    /// Whether no distance differs from the one back.
    pub fn mirrored(&self) -> bool {
        self.distance.is_empty()
    }

    /// The rows of a client, where matrices exist.
    #[inline(always)]
    pub fn rows<'a>(&'a self, travel: &'a Travel, client: usize) -> Option<Rows<'a>> {
        let Travel::Matrix { n, distance, time, .. } = travel else { return None };
        let row = client * n..(client + 1) * n;
        let to = &distance[row.clone()];
        let from = if self.distance.is_empty() { to } else { &self.distance[row.clone()] };
        if time.is_empty() {
            return Some(Rows { from, to, time_from: from, time_to: to });
        }
        let time_to = &time[row.clone()];
        let time_from = if self.time.is_empty() { time_to } else { &self.time[row] };
        Some(Rows { from, to, time_from, time_to })
    }
}

/// The matrix with rows and columns exchanged; empty when it is symmetric.
fn turned(n: usize, matrix: &[i32]) -> Vec<i32> {
    if matrix.is_empty() || (0..n).all(|a| (0..a).all(|b| matrix[a * n + b] == matrix[b * n + a])) {
        return Vec::new();
    }
    let mut out = vec![0; n * n];
    for a in 0..n {
        for b in 0..n {
            out[b * n + a] = matrix[a * n + b];
        }
    }
    out
}
