//! The problem: validated once, then trusted by every loop.

use backhaul_common::{Error, Result};

use crate::rules::Rules;
use crate::travel::Travel;

/// "No location", "no group", "no route".
pub const NONE: u32 = u32::MAX;

/// No limit, far enough from overflow that two of them can be added.
pub const UNLIMITED: i64 = i64::MAX / 4;

/// A kind of vehicle, of which there are `count`.
#[derive(Clone, Debug)]
pub struct VehicleType {
    /// How many there are.
    pub count: usize,
    /// Capacity in every dimension.
    pub capacity: Vec<i64>,
    /// Where it starts (a depot).
    pub start: u32,
    /// Where it ends (a depot), or [`NONE`] for an open route.
    pub end: u32,
    /// Cost of using one at all.
    pub fixed_cost: i64,
    /// Cost per unit of distance.
    pub distance_cost: i64,
    /// Cost per unit of time between leaving and returning.
    pub duration_cost: i64,
    /// Additional cost per unit of time beyond `overtime_after`.
    pub overtime_cost: i64,
    /// When overtime begins, as a duration.
    pub overtime_after: i64,
    /// Earliest departure.
    pub shift_start: i64,
    /// Latest return.
    pub shift_end: i64,
    /// Longest time between leaving and returning.
    pub max_duration: i64,
    /// Longest route.
    pub max_distance: i64,
    /// Most client stops.
    pub max_stops: usize,
    /// Depots at which it may reload.
    pub reload_depots: Vec<u32>,
    /// How often it may reload.
    pub max_reloads: usize,
}

/// A vehicle that is under way: these stops stay first, in this order.
#[derive(Clone, Debug)]
pub struct Started {
    /// Its type.
    pub vehicle_type: u32,
    /// Stops that are fixed.
    pub stops: Vec<u32>,
}

/// Everything about an instance. Locations are numbered depots first, then clients.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Number of depots.
    pub depots: usize,
    /// Distances and times.
    pub travel: Travel,
    /// Number of load dimensions.
    pub dims: usize,
    /// Goods brought from the depot, `locations * dims`.
    pub delivery: Vec<i64>,
    /// Goods taken to the depot, `locations * dims`.
    pub pickup: Vec<i64>,
    /// Start of the time window of every location.
    pub ready: Vec<i64>,
    /// End of the time window of every location (start of service).
    pub due: Vec<i64>,
    /// Service time.
    pub service: Vec<i64>,
    /// When the goods are at the depot.
    pub release: Vec<i64>,
    /// What leaving an optional client out costs.
    pub prize: Vec<i64>,
    /// Whether a client must be served.
    pub required: Vec<bool>,
    /// Exactly one client of each group is served.
    pub groups: Vec<Vec<u32>>,
    /// Pickup location and delivery location, in one route, in this order.
    pub pairs: Vec<(u32, u32)>,
    /// Deliveries come before pickups in each trip, and no trip has pickups only.
    pub backhaul: bool,
    /// Fleet.
    pub types: Vec<VehicleType>,
    /// Clients that a type may serve: `types` rows of `locations`; empty means all.
    pub allowed: Vec<bool>,
    /// Vehicles under way.
    pub started: Vec<Started>,
    /// Fewest vehicles first, then cost.
    pub vehicles_first: bool,
    /// Rules that few problems have.
    pub rules: Rules,
}

/// What an instance uses, so that nothing else is paid for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Features {
    /// Some client has a window, or a vehicle a shift or a maximum duration.
    pub time: bool,
    /// Some vehicle pays for, or is limited in, duration.
    pub duration: bool,
    /// Some client has goods for the depot.
    pub pickup: bool,
    /// Release times.
    pub release: bool,
    /// Reloading is allowed.
    pub reload: bool,
    /// Some client can be left out at a price, or belongs to a group.
    pub optional: bool,
    /// Pairs exist.
    pub pairs: bool,
    /// Some type may not serve some client.
    pub allowed: bool,
    /// A maximum distance or number of stops exists.
    pub limits: bool,
    /// Rules beyond the core exist: routes are judged whole.
    pub exact: bool,
    /// Long or unequal routes cost.
    pub balance: bool,
}

impl Problem {
    /// Locations: depots and clients.
    pub fn locations(&self) -> usize {
        self.travel.len()
    }

    /// Number of clients.
    pub fn clients(&self) -> usize {
        self.locations() - self.depots
    }

    /// What this instance uses.
    pub fn features(&self) -> Features {
        let clients = self.depots..self.locations();
        let duration = self
            .types
            .iter()
            .any(|t| t.duration_cost > 0 || t.overtime_cost > 0 || t.max_duration < UNLIMITED);
        let shift = self.types.iter().any(|t| t.shift_start > 0 || t.shift_end < UNLIMITED);
        let windows = (0..self.locations()).any(|i| self.ready[i] > 0 || self.due[i] < UNLIMITED);
        let time = windows || shift || duration || self.release.iter().any(|&r| r > 0);
        Features {
            // Where vehicles may be quicker than the table, the core's times bound nothing.
            time: time && !self.rules.quicker(),
            duration: duration && !self.rules.quicker(),
            exact: self.rules.any(),
            balance: self.rules.balance.any(),
            pickup: self.pickup.iter().any(|&p| p > 0),
            release: self.release.iter().any(|&r| r > 0),
            reload: self.types.iter().any(|t| !t.reload_depots.is_empty() && t.max_reloads > 0),
            optional: clients.clone().any(|i| !self.required[i]),
            pairs: !self.pairs.is_empty(),
            allowed: !self.allowed.is_empty(),
            limits: self
                .types
                .iter()
                .any(|t| t.max_distance < UNLIMITED || t.max_stops < usize::MAX),
        }
    }

    /// Check everything that the loops rely on.
    pub fn validate(&self) -> Result<()> {
        let n = self.locations();
        let lengths = [
            ("delivery", self.delivery.len(), n * self.dims),
            ("pickup", self.pickup.len(), n * self.dims),
            ("ready", self.ready.len(), n),
            ("due", self.due.len(), n),
            ("service", self.service.len(), n),
            ("release", self.release.len(), n),
            ("prize", self.prize.len(), n),
            ("required", self.required.len(), n),
        ];
        for (name, found, wanted) in lengths {
            if found != wanted {
                return Err(Error::invalid(name, found, format!("{wanted} entries")));
            }
        }
        if self.depots == 0 || self.depots > n {
            return Err(Error::invalid("depots", self.depots, "at least one depot"));
        }
        if self.types.is_empty() || self.types.iter().all(|t| t.count == 0) {
            return Err(Error::invalid("vehicle_types", 0, "at least one vehicle"));
        }
        if n >= (1 << 28) {
            return Err(Error::invalid("clients", n, "fewer than 2^28"));
        }
        for (name, values) in [
            ("delivery", &self.delivery),
            ("pickup", &self.pickup),
            ("ready", &self.ready),
            ("service", &self.service),
            ("release", &self.release),
            ("prize", &self.prize),
        ] {
            if let Some(k) = values.iter().position(|&v| !(0..=UNLIMITED).contains(&v)) {
                let place = format!("{name}[{k}]");
                return Err(Error::invalid(place, values[k], "a number of at least 0"));
            }
        }
        self.validate_sizes()?;
        for (k, t) in self.types.iter().enumerate() {
            let place = |field: &str| format!("vehicle_types[{k}].{field}");
            if t.capacity.len() != self.dims {
                let allowed = format!("{} dimensions", self.dims);
                return Err(Error::invalid(place("capacity"), t.capacity.len(), allowed));
            }
            if t.start as usize >= self.depots {
                return Err(Error::invalid(place("start_depot"), t.start, "a depot"));
            }
            if t.end != NONE && t.end as usize >= self.depots {
                return Err(Error::invalid(place("end_depot"), t.end, "a depot"));
            }
            if let Some(&d) = t.reload_depots.iter().find(|&&d| d as usize >= self.depots) {
                return Err(Error::invalid(place("reload_depots"), d, "depots"));
            }
        }
        if !self.allowed.is_empty() && self.allowed.len() != n * self.types.len() {
            return Err(Error::invalid("allowed", self.allowed.len(), "types x locations"));
        }
        self.validate_relations()?;
        self.rules.validate(self)
    }

    /// Sums must stay far from 2^63.
    fn validate_sizes(&self) -> Result<()> {
        let n = self.locations() as i128;
        let reach = i128::from(self.travel.largest());
        let limit = i128::from(UNLIMITED) / 8;
        let longest: i128 = 2 * (n + 1) * reach
            + self.service.iter().map(|&v| i128::from(v)).sum::<i128>()
            + i128::from(self.ready.iter().copied().max().unwrap_or(0))
            + i128::from(self.release.iter().copied().max().unwrap_or(0))
            + i128::from(self.types.iter().map(|t| t.shift_start).max().unwrap_or(0));
        if longest > limit {
            return Err(Error::invalid("durations", longest, "a sum below 2^58"));
        }
        for (k, t) in self.types.iter().enumerate() {
            let rate = i128::from(t.distance_cost)
                + i128::from(t.duration_cost)
                + i128::from(t.overtime_cost);
            let cost = rate * longest + i128::from(t.fixed_cost) * n;
            if t.fixed_cost < 0 || t.distance_cost < 0 || t.duration_cost < 0 || cost > limit {
                let place = format!("vehicle_types[{k}].costs");
                return Err(Error::invalid(
                    place,
                    cost,
                    "costs of at least 0 with a sum below 2^58",
                ));
            }
        }
        let prizes: i128 = self.prize.iter().map(|&v| i128::from(v)).sum();
        let goods: i128 = self.delivery.iter().chain(&self.pickup).map(|&v| i128::from(v)).sum();
        if prizes > limit || goods > limit {
            return Err(Error::invalid("clients", prizes.max(goods), "sums below 2^58"));
        }
        Ok(())
    }

    fn validate_relations(&self) -> Result<()> {
        let n = self.locations();
        let is_client = |c: u32| (self.depots..n).contains(&(c as usize));
        let mut seen = vec![false; n];
        for (k, group) in self.groups.iter().enumerate() {
            if group.is_empty() {
                return Err(Error::invalid(format!("groups[{k}]"), 0, "at least one client"));
            }
            for &c in group {
                if !is_client(c) || std::mem::replace(&mut seen[c as usize], true) {
                    let place = format!("groups[{k}]");
                    return Err(Error::invalid(place, c, "clients, each in one group at most"));
                }
                if self.required[c as usize] {
                    let place = format!("groups[{k}]");
                    return Err(Error::invalid(place, c, "clients that are not required"));
                }
            }
        }
        for (k, &(p, d)) in self.pairs.iter().enumerate() {
            let place = format!("pairs[{k}]");
            if p == d || !is_client(p) || !is_client(d) {
                return Err(Error::invalid(place, format!("{p}, {d}"), "two clients"));
            }
            for c in [p, d] {
                if std::mem::replace(&mut seen[c as usize], true) {
                    let allowed = "clients that are in no other pair and in no group";
                    return Err(Error::invalid(place, c, allowed));
                }
            }
        }
        let mut fixed = vec![false; n];
        for (k, s) in self.started.iter().enumerate() {
            let place = format!("started[{k}]");
            if s.vehicle_type as usize >= self.types.len() {
                return Err(Error::invalid(place, s.vehicle_type, "a vehicle type"));
            }
            for &c in &s.stops {
                if c as usize >= n
                    || (is_client(c) && std::mem::replace(&mut fixed[c as usize], true))
                {
                    return Err(Error::invalid(place, c, "clients, each once"));
                }
            }
        }
        Ok(())
    }
}
