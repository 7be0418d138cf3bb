//! Routes of good plans for the pool, under the names that the caller knows.

use crate::cvrp::journal::Linked;
use crate::cvrp::Metric;
use crate::pool::Pool;
use crate::problem::NONE;

/// A pool, and how this search's clients and costs are told there.
pub(crate) struct Collector<'a> {
    pub pool: &'a mut Pool,
    /// Names of the clients; empty where they are the same.
    pub names: &'a [u32],
    /// Cost of a unit of distance.
    pub price: i64,
    /// The round from which on all routes go into the pool again.
    due: u64,
}

impl<'a> Collector<'a> {
    /// What the search at hand gives to `pool`.
    pub fn new(pool: &'a mut Pool, names: &'a [u32], price: i64) -> Self {
        Self { pool, names, price, due: 0 }
    }

    /// Keep routes of a plan that was accepted in a round and costs `most` at most: those that changed,
    /// and all of them every `every` rounds.
    pub fn collect<M: Metric>(&mut self, tours: &Linked<'_, M>, round: u64, every: u64, most: f64) {
        if tours.cost as f64 > most {
            return;
        }
        if round >= self.due {
            self.due = round + every.max(1);
            self.pool.next_plan();
            (0..tours.tours.len()).for_each(|r| self.offer(tours, r));
        } else {
            for &(r, _) in tours.changed() {
                self.offer(tours, r as usize);
            }
        }
    }

    fn offer<M: Metric>(&mut self, tours: &Linked<'_, M>, r: usize) {
        let first = tours.tours[r].first;
        if first == 0 {
            return;
        }
        let names = self.names;
        let name = |v: u32| if names.is_empty() { v } else { names[v as usize] };
        let next = |&v: &u32| Some(tours.stops[v as usize].next).filter(|&w| w != 0);
        let stops = std::iter::successors(Some(first), next);
        let legs: i64 = stops.clone().map(|v| i64::from(tours.stops[v as usize].before)).sum();
        let home = i64::from(tours.stops[tours.tours[r].last as usize].after);
        self.pool.offer((0, NONE), stops.map(name), self.price * (legs + home));
    }
}
