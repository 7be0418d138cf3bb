//! Several time windows a stop, and soft ones that have a price.

use crate::problem::UNLIMITED;

/// A window that may be missed at a price.
#[derive(Clone, Copy, Debug)]
pub struct SoftWindow {
    /// From here on service is not too early.
    pub early: i64,
    /// Up to here service is not too late.
    pub late: i64,
    /// Cost per unit of time of starting earlier.
    pub early_cost: i64,
    /// Cost per unit of time of starting later.
    pub late_cost: i64,
}

impl Default for SoftWindow {
    fn default() -> Self {
        Self { early: 0, late: UNLIMITED, early_cost: 0, late_cost: 0 }
    }
}

impl SoftWindow {
    /// Price of a start of service.
    pub(crate) fn price(&self, start: i64) -> i64 {
        self.early_cost * (self.early - start).max(0) + self.late_cost * (start - self.late).max(0)
    }
}

/// The first moment from `from` on that lies in one of `windows` (by start), and the end of that window.
pub(crate) fn next_open(windows: &[(i64, i64)], from: i64) -> Option<(i64, i64)> {
    windows.iter().find(|w| from <= w.1).map(|w| (from.max(w.0), w.1))
}
