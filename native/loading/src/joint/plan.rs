//! Routes under construction, and what they cost.

use crate::joint::network::Network;

/// The route of one vehicle.
#[derive(Clone, Debug)]
pub(super) struct Tour {
    /// Customers in order of delivery.
    pub stops: Vec<u32>,
    pub length: i64,
    pub mass: i64,
    pub volume: i64,
    /// Whether the load of exactly this sequence is known to be possible.
    pub loaded: bool,
}

/// All routes.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    pub tours: Vec<Tour>,
    pub cost: i64,
}

impl Tour {
    /// A tour of these stops, if windows, weight and volume allow it.
    pub fn of(network: &Network, stops: Vec<u32>) -> Option<Self> {
        let length = network.length(&stops)?;
        let sum = |of: &[i64]| stops.iter().map(|c| of[*c as usize]).sum::<i64>();
        let (mass, volume) = (sum(&network.mass), sum(&network.volume));
        let fits = mass <= network.most.0 && volume <= network.most.1;
        fits.then_some(Self { stops, length, mass, volume, loaded: false })
    }
}
