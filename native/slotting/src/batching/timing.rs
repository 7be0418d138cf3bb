//! Pickers, releases and due times: when every batch is picked, and how late its orders are.
//!
//! Batches go in the order of their earliest due time to whoever is free first; a batch begins when
//! its last order is released (van Gils, Caris, Ramaekers and Braekers 2019 state the problem).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use backhaul_common::{Error, Result};

/// Who picks, how fast, and when orders come and are due. Seconds, and millimetres a second.
#[derive(Clone, Debug)]
pub struct Timing {
    /// Pickers who work side by side.
    pub pickers: usize,
    /// Walking speed.
    pub speed: i64,
    /// Seconds to set up a tour.
    pub setup: i64,
    /// Seconds of handling at the shelf, by order.
    pub handling: Vec<i64>,
    /// When each order may be begun.
    pub release: Vec<i64>,
    /// When each order should be done.
    pub due: Vec<i64>,
    /// What a second of lateness of one order counts, as walk.
    pub lateness: i64,
}

/// When a batch is picked, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The picker.
    pub picker: usize,
    /// Begin.
    pub start: i64,
    /// End.
    pub end: i64,
    /// Lateness of its orders, added up.
    pub late: i64,
}

/// Times are bounded so that sums cannot overflow.
const LONG: i64 = 1 << 40;

impl Timing {
    pub(super) fn check(&self, orders: usize) -> Result<()> {
        for (name, list) in
            [("handling", &self.handling), ("release", &self.release), ("due", &self.due)]
        {
            if list.len() != orders {
                let allowed = format!("{orders} entries");
                return Err(Error::invalid(format!("timing.{name}"), list.len(), allowed));
            }
            if let Some(i) = list.iter().position(|v| !(0..LONG).contains(v)) {
                let path = format!("timing.{name}[{i}]");
                return Err(Error::invalid(path, list[i], "seconds, at least 0"));
            }
        }
        let whole = [
            ("pickers", self.pickers as i64, 1),
            ("speed", self.speed, 1),
            ("setup", self.setup, 0),
            ("lateness", self.lateness, 0),
        ];
        for (name, value, least) in whole {
            if !(least..LONG).contains(&value) {
                let allowed = format!("a whole number of at least {least}");
                return Err(Error::invalid(format!("timing.{name}"), value, allowed));
            }
        }
        Ok(())
    }

    /// Seconds that a batch takes: setting up, walking and handling.
    pub fn duration(&self, orders: &[u32], length: i64) -> i64 {
        let handling: i64 = orders.iter().map(|&o| self.handling[o as usize]).sum();
        self.setup + (length + self.speed - 1) / self.speed + handling
    }
}

/// When each batch is picked (empty batches take no time).
pub fn schedule(timing: &Timing, batches: &[Vec<u32>], length: &[i64]) -> Vec<Shift> {
    let least = |b: &[u32], v: &[i64]| b.iter().map(|&o| v[o as usize]).min().unwrap_or(0);
    let mut turn: Vec<usize> = (0..batches.len()).filter(|&b| !batches[b].is_empty()).collect();
    // Ties by the first order: the search numbers batches otherwise than the plan does.
    turn.sort_by_key(|&b| (least(&batches[b], &timing.due), batches[b].iter().min()));
    let mut free: BinaryHeap<Reverse<(i64, usize)>> =
        (0..timing.pickers).map(|p| Reverse((0, p))).collect();
    let mut shifts = vec![Shift { picker: 0, start: 0, end: 0, late: 0 }; batches.len()];
    for b in turn {
        let Some(Reverse((from, picker))) = free.pop() else { break };
        let ready = batches[b].iter().map(|&o| timing.release[o as usize]).max().unwrap_or(0);
        let start = from.max(ready);
        let end = start + timing.duration(&batches[b], length[b]);
        let late = batches[b].iter().map(|&o| (end - timing.due[o as usize]).max(0)).sum();
        shifts[b] = Shift { picker, start, end, late };
        free.push(Reverse((end, picker)));
    }
    shifts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_do_not_depend_on_how_batches_are_numbered() {
        let timing = Timing {
            pickers: 1,
            speed: 1000,
            setup: 0,
            handling: vec![0; 3],
            release: vec![0; 3],
            due: vec![0; 3],
            lateness: 1000,
        };
        let late = |batches: &[Vec<u32>], length: &[i64]| -> i64 {
            schedule(&timing, batches, length).iter().map(|s| s.late).sum()
        };
        let one = late(&[vec![2], vec![1, 0]], &[4000, 3000]);
        let other = late(&[vec![0, 1], vec![2]], &[3000, 4000]);
        assert_eq!((one, other), (13, 13));
    }
}
