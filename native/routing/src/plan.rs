//! Plans as they go in and out.

use backhaul_common::StopReason;

use crate::problem::NONE;

/// One route of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRoute {
    /// Vehicle type.
    pub vehicle_type: u32,
    /// Which started vehicle this is, or [`NONE`].
    pub started: u32,
    /// Stops in order; a depot among them is a reload.
    pub stops: Vec<u32>,
}

impl Default for PlannedRoute {
    fn default() -> Self {
        Self { vehicle_type: 0, started: NONE, stops: Vec::new() }
    }
}

/// A whole plan; what is in no route is not served.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Routes in use, and started vehicles.
    pub routes: Vec<PlannedRoute>,
}

/// What a solve returns.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The best plan found.
    pub plan: Plan,
    /// What is missing, vehicles where they come first, and cost: less is better.
    pub rank: (usize, usize, i64),
    /// Ruin-and-recreate rounds.
    pub iterations: u64,
    /// Why it ended.
    pub stop_reason: StopReason,
}
