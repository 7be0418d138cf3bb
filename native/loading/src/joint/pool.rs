//! Every loadable route met on the way, for a choice among them all.

use std::collections::BTreeMap;

use crate::joint::network::Network;
use crate::oracle::Oracle;

/// The shortest loadable sequence of every set of customers met, with its length: by set.
pub fn routes(network: &Network, oracle: &Oracle) -> Vec<(i64, Vec<u32>)> {
    let mut best: BTreeMap<Vec<u32>, (i64, Vec<u32>)> = BTreeMap::new();
    for route in oracle.loadable() {
        let Some(length) = network.length(&route).filter(|_| !route.is_empty()) else { continue };
        let mut set = route.clone();
        set.sort_unstable();
        let entry = best.entry(set).or_insert_with(|| (i64::MAX, Vec::new()));
        if length < entry.0 {
            *entry = (length, route);
        }
    }
    best.into_values().collect()
}
