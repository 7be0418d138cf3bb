//! Where customers are, what they weigh, when they may be served, and with how many vehicles.

use backhaul_common::{Error, Result};

/// When a node may be served; times in the unit of the distances (speed 1).
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Earliest start; who comes earlier waits.
    pub opens: i64,
    /// Latest start.
    pub closes: i64,
    /// Duration.
    pub service: i64,
}

/// Customers 0 to n - 1 around one depot.
#[derive(Clone, Debug)]
pub struct Network {
    distance: Vec<i64>,
    nodes: usize,
    /// Weight of each customer's cargos.
    pub mass: Vec<i64>,
    /// Volume of each customer's cargos.
    pub volume: Vec<i64>,
    /// Most weight and volume of one vehicle.
    pub most: (i64, i64),
    /// Windows by node, the depot first.
    pub windows: Option<Vec<Window>>,
    /// Vehicles there are.
    pub fleet: Option<usize>,
    /// Other customers by distance, nearest first.
    pub near: Vec<Vec<u32>>,
}

impl Network {
    /// Check and prepare. `distance` is row by row over all nodes, the depot first.
    pub fn new(
        distance: Vec<i64>,
        mass: Vec<i64>,
        volume: Vec<i64>,
        most: (i64, i64),
        windows: Option<Vec<Window>>,
        fleet: Option<usize>,
    ) -> Result<Self> {
        let customers = mass.len();
        let nodes = customers + 1;
        if distance.len() != nodes * nodes || volume.len() != customers {
            let path = "distance";
            return Err(Error::invalid(path, distance.len(), "one row a node, the depot first"));
        }
        if let Some(d) = distance.iter().find(|d| !(0..=1 << 50).contains(*d)) {
            return Err(Error::invalid("distance", d, "0 to 2^50"));
        }
        if windows.as_ref().is_some_and(|w| w.len() != nodes) {
            return Err(Error::invalid("windows", "too few", "one a node, the depot first"));
        }
        let mut network =
            Self { distance, nodes, mass, volume, most, windows, fleet, near: Vec::new() };
        for c in 0..customers as u32 {
            let mut near: Vec<u32> = (0..customers as u32).filter(|o| *o != c).collect();
            near.sort_by_key(|o| (network.between(c, *o) + network.between(*o, c), *o));
            network.near.push(near);
            if network.mass[c as usize] > network.most.0 {
                let path = format!("customers[{c}]");
                let weight = network.mass[c as usize];
                return Err(Error::infeasible(path, weight, "at most a vehicle's capacity"));
            }
            if network.length(&[c]).is_none() {
                let path = format!("customers[{c}].window");
                return Err(Error::infeasible(path, "closed", "reachable from the depot in time"));
            }
        }
        Ok(network)
    }

    /// How many customers there are.
    pub fn customers(&self) -> usize {
        self.nodes - 1
    }

    /// From customer to customer.
    #[inline]
    pub fn between(&self, from: u32, to: u32) -> i64 {
        self.distance[(from as usize + 1) * self.nodes + to as usize + 1]
    }

    /// From the depot (None) or a customer to the depot (None) or a customer.
    #[inline]
    pub fn leg(&self, from: Option<u32>, to: Option<u32>) -> i64 {
        let node = |c: Option<u32>| c.map_or(0, |c| c as usize + 1);
        self.distance[node(from) * self.nodes + node(to)]
    }

    /// Length of a route; None when a window is missed.
    pub fn length(&self, route: &[u32]) -> Option<i64> {
        let mut total = 0;
        let mut at: Option<u32> = None;
        let mut time = self.windows.as_ref().map_or(0, |w| w[0].opens);
        for next in route.iter().map(|c| Some(*c)).chain([None]) {
            let leg = self.leg(at, next);
            total += leg;
            if let Some(windows) = &self.windows {
                let w = &windows[next.map_or(0, |c| c as usize + 1)];
                time = (time + leg).max(w.opens);
                if time > w.closes {
                    return None;
                }
                time += w.service;
            }
            at = next;
        }
        Some(total)
    }

    /// Extra length when `customer` goes before position `at`.
    #[inline]
    pub fn detour(&self, route: &[u32], at: usize, customer: u32) -> i64 {
        let before = at.checked_sub(1).map(|i| route[i]);
        let after = route.get(at).copied();
        self.leg(before, Some(customer)) + self.leg(Some(customer), after) - self.leg(before, after)
    }
}
