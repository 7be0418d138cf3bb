//! The walk of a batch, remembered: annealing comes back to the same batches again and again.

use backhaul_common::{purpose, Stream};

use super::Problem;
use crate::grid::Spot;
use crate::heuristics::{self, Method};
use crate::tour::{shortest, Scratch};

/// Entries of the memory; a power of two. Newer batches displace older ones.
const ENTRIES: usize = 1 << 16;

/// Walks of batches of one problem.
pub(crate) struct Walks<'a> {
    problem: &'a Problem,
    names: Vec<u64>,
    memory: Vec<(u64, i64)>,
    picks: Vec<Spot>,
    scratch: Scratch,
}

impl<'a> Walks<'a> {
    pub fn new(problem: &'a Problem) -> Self {
        let mut stream = Stream::new(0, purpose("slotting.batching.names"), 0, 0);
        Self {
            problem,
            names: (0..problem.len()).map(|_| stream.next_u64()).collect(),
            memory: vec![(0, 0); ENTRIES],
            picks: Vec::new(),
            scratch: Scratch::default(),
        }
    }

    /// Length of the tour over these orders. A set is known by the exclusive or of random names of
    /// its orders (Zobrist 1970).
    pub fn length(&mut self, orders: &[u32]) -> i64 {
        if orders.is_empty() {
            return 0;
        }
        let key = orders.iter().fold(0, |key, &o| key ^ self.names[o as usize]);
        let at = key as usize & (ENTRIES - 1);
        if self.memory[at].0 == key {
            return self.memory[at].1;
        }
        let length = self.measure(orders);
        self.memory[at] = (key, length);
        length
    }

    fn measure(&mut self, orders: &[u32]) -> i64 {
        measure(self.problem, orders, &mut self.picks, &mut self.scratch)
    }
}

fn measure(problem: &Problem, orders: &[u32], picks: &mut Vec<Spot>, scratch: &mut Scratch) -> i64 {
    picks.clear();
    for &order in orders {
        picks.extend_from_slice(&problem.picks[order as usize]);
    }
    picks.sort_unstable();
    picks.dedup();
    match problem.method {
        Method::Exact => shortest(&problem.grid, picks, scratch),
        method => heuristics::length(&problem.grid, picks, method),
    }
}

/// Length of the tour over these orders.
pub fn walk_of(problem: &Problem, orders: &[u32]) -> i64 {
    measure(problem, orders, &mut Vec::new(), &mut Scratch::default())
}
