//! Prices on change and on inequality: plans that stay as people know them, and routes alike.

use crate::problem::NONE;

/// A plan that people know, and what changing it costs.
#[derive(Clone, Debug, Default)]
pub struct Stability {
    /// By location, the started vehicle it was planned for, or [`NONE`]; or empty.
    pub vehicle: Vec<u32>,
    /// By location, its place in that vehicle's plan.
    pub place: Vec<u32>,
    /// Cost of a stop that another vehicle serves.
    pub move_cost: i64,
    /// Cost of a stop that now comes right after one that was planned behind it.
    pub reorder_cost: i64,
}

impl Stability {
    pub(crate) fn any(&self) -> bool {
        !self.vehicle.is_empty() && (self.move_cost > 0 || self.reorder_cost > 0)
    }

    /// Price of a route of started vehicle `started` (or [`NONE`]).
    pub(crate) fn price(&self, started: u32, stops: &[u32]) -> i64 {
        if self.vehicle.is_empty() {
            return 0;
        }
        let (mut cost, mut before) = (0, 0);
        for &s in stops {
            let planned = self.vehicle[s as usize];
            if planned == NONE {
                continue;
            }
            if planned != started {
                cost += self.move_cost;
                continue;
            }
            let place = self.place[s as usize];
            if place < before {
                cost += self.reorder_cost;
            }
            before = place;
        }
        cost
    }
}

/// What is compared between routes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// Time from leaving to returning.
    #[default]
    Duration,
    /// Length.
    Distance,
    /// Client stops.
    Stops,
    /// Goods delivered and picked up, first dimension.
    Load,
}

/// Price of long and of unequal routes, over the routes in use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Balance {
    /// What is compared.
    pub measure: Measure,
    /// Cost of a unit of the largest.
    pub largest_cost: i64,
    /// Cost of a unit of the difference between the largest and the smallest.
    pub spread_cost: i64,
}

impl Balance {
    pub(crate) fn any(&self) -> bool {
        self.largest_cost > 0 || self.spread_cost > 0
    }

    /// Price of routes with these measures.
    pub(crate) fn price(&self, measures: impl Iterator<Item = i64>) -> i64 {
        let (mut low, mut high) = (i64::MAX, i64::MIN);
        for m in measures {
            low = low.min(m);
            high = high.max(m);
        }
        if high < low {
            return 0;
        }
        self.largest_cost * high + self.spread_cost * (high - low)
    }
}
