//! Rules beyond the core: a route that any of them touches is judged whole, by its schedule.
//!
//! The core's constant-time tests stay in front as a bound. A problem without these rules never
//! comes here.

pub(crate) mod driver;
pub(crate) mod judge;
pub(crate) mod lifo;
pub(crate) mod schedule;
pub(crate) mod stability;
pub(crate) mod traffic;
pub(crate) mod validate;
pub(crate) mod windows;

pub use driver::{DriverRules, Pause};
pub use judge::{schedule, Schedule};
pub use schedule::Rest;
pub use stability::{Balance, Measure, Stability};
pub use traffic::{Profile, Traffic};
pub use windows::SoftWindow;

use crate::problem::{Problem, NONE};

/// What a schedule can break, as bits.
pub(crate) struct Broken;

impl Broken {
    pub const WINDOW: u32 = 1;
    pub const SHIFT: u32 = 2;
    pub const RELEASE: u32 = 4;
    pub const DURATION: u32 = 8;
    pub const RIDE: u32 = 16;
    pub const PAUSE: u32 = 32;
    pub const DRIVER: u32 = 64;
}

/// What a vehicle type adds.
#[derive(Clone, Debug)]
pub struct TypeRules {
    /// Travel times are divided by this percentage, rounded up.
    pub speed_percent: i64,
    /// Cost of a unit of goods (first dimension) over a unit of distance.
    pub load_cost: i64,
    /// Pauses of a shift.
    pub pauses: Vec<Pause>,
    /// Limits on driving and working.
    pub driver: Option<DriverRules>,
}

impl Default for TypeRules {
    fn default() -> Self {
        Self { speed_percent: 100, load_cost: 0, pauses: Vec::new(), driver: None }
    }
}

impl TypeRules {
    /// With the pauses in order.
    pub fn new(
        speed_percent: i64,
        load_cost: i64,
        pauses: Vec<Pause>,
        driver: Option<DriverRules>,
    ) -> Self {
        Self { speed_percent, load_cost, pauses: driver::in_order(pauses), driver }
    }

    fn any(&self) -> bool {
        self.speed_percent != 100
            || self.load_cost > 0
            || !self.pauses.is_empty()
            || self.driver.is_some()
    }
}

/// Rules that few problems have; the default is none of them.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Windows by location, ascending; an empty row, or no rows at all: `ready` and `due` alone.
    /// Where there are some, `ready` and `due` are the start of the first and the end of the last.
    pub windows: Vec<Vec<(i64, i64)>>,
    /// Windows with a price by location, or empty.
    pub soft: Vec<SoftWindow>,
    /// By vehicle type, or empty.
    pub types: Vec<TypeRules>,
    /// Service time by vehicle type and location, or empty.
    pub service: Vec<i64>,
    /// By location of a pickup: longest time from leaving it to the start at its delivery; or empty.
    pub max_ride: Vec<i64>,
    /// Travel times by time of leaving.
    pub traffic: Traffic,
    /// What was loaded last is unloaded first.
    pub lifo: bool,
    /// By location, the started vehicle that must serve it, or [`NONE`]; or empty.
    pub keeper: Vec<u32>,
    /// Clients that one vehicle serves one right after the other.
    pub sequences: Vec<Vec<u32>>,
    /// Price of changes to a plan that people know.
    pub stability: Stability,
    /// Price of unequal routes.
    pub balance: Balance,
    /// What [`Rules::sealed`] writes down.
    pub links: Links,
}

/// Who belongs to whom.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// By location: the delivery of a pickup, or [`NONE`].
    pub(crate) delivery_of: Vec<u32>,
    /// By location: who must follow, and who must come before; or empty.
    pub(crate) follows: Vec<u32>,
    pub(crate) leads: Vec<u32>,
}

impl Rules {
    /// Write down who belongs to whom. Call it once, when everything else is there.
    #[must_use]
    pub fn sealed(mut self, n: usize, pairs: &[(u32, u32)]) -> Self {
        let set = |list: &mut Vec<u32>, at: u32, value: u32| {
            if let Some(slot) = list.get_mut(at as usize) {
                *slot = value;
            }
        };
        self.links.delivery_of = vec![NONE; n];
        for &(p, d) in pairs {
            set(&mut self.links.delivery_of, p, d);
        }
        if !self.sequences.is_empty() {
            (self.links.follows, self.links.leads) = (vec![NONE; n], vec![NONE; n]);
            for pair in self.sequences.iter().flat_map(|s| s.windows(2)) {
                set(&mut self.links.follows, pair[0], pair[1]);
                set(&mut self.links.leads, pair[1], pair[0]);
            }
        }
        self
    }

    /// Whether there is any.
    pub fn any(&self) -> bool {
        self.windows.iter().any(|w| !w.is_empty())
            || !self.soft.is_empty()
            || self.types.iter().any(TypeRules::any)
            || !self.service.is_empty()
            || !self.max_ride.is_empty()
            || !self.traffic.profiles.is_empty()
            || self.lifo
            || !self.keeper.is_empty()
            || !self.sequences.is_empty()
            || self.stability.any()
            || self.balance.any()
    }

    /// Whether the core's times may be longer than the real ones, so that they bound nothing.
    pub(crate) fn quicker(&self) -> bool {
        self.types.iter().any(|t| t.speed_percent > 100)
            || !self.traffic.profiles.is_empty()
            || !self.service.is_empty()
    }

    /// Service time of a type at a location.
    #[inline]
    pub(crate) fn service(&self, problem: &Problem, vt: usize, s: usize) -> i64 {
        if self.service.is_empty() {
            problem.service[s]
        } else {
            self.service[vt * problem.locations() + s]
        }
    }

    /// Travel time of a type before traffic.
    #[inline]
    pub(crate) fn base_time(&self, problem: &Problem, vt: usize, a: usize, b: usize) -> i64 {
        let time = problem.travel.time(a, b);
        match self.types.get(vt) {
            Some(t) if t.speed_percent != 100 => {
                (time * 100 + t.speed_percent - 1) / t.speed_percent
            }
            _ => time,
        }
    }
}
