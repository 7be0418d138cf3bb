//! Rows of near clients with their distances side by side, so that a scan touches memory in order.

use crate::cvrp::Metric;
use crate::neighbours::Neighbours;

/// For every location its nearest clients and how far they are, nearest first.
pub(crate) struct Near {
    start: Vec<u32>,
    rows: Vec<(u32, i32)>,
}

impl Near {
    /// The first `width` entries of every row.
    pub fn new<M: Metric>(metric: &M, near: &Neighbours, locations: usize, width: usize) -> Self {
        let mut start = Vec::with_capacity(locations + 1);
        start.push(0);
        let mut rows = Vec::with_capacity(locations * width.min(locations));
        for a in 0..locations {
            let row = near.of(a);
            rows.extend(row[..row.len().min(width)].iter().map(|&b| (b, metric.d(a as u32, b))));
            start.push(rows.len() as u32);
        }
        Self { start, rows }
    }

    /// At most `width` entries of the row of `a`.
    #[inline(always)]
    pub fn of(&self, a: u32, width: usize) -> &[(u32, i32)] {
        let (from, to) = (self.start[a as usize] as usize, self.start[a as usize + 1] as usize);
        &self.rows[from..to.min(from + width)]
    }
}
