//! Shortest augmenting paths over the lists.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Dense, Lists, State, FREE, SPARE};

/// Reusable memory of the shortest augmenting paths.
pub struct Search {
    distance: Vec<f64>,
    parent: Vec<u32>,
    done: Vec<bool>,
    /// Depth less reduced cost of each row that was reached.
    base: Vec<f64>,
    /// Columns, and rows whose lists are used up (numbered after the columns), by depth. Depths are
    /// not negative, and the bits of such floats sort as they do.
    open: BinaryHeap<Reverse<(u64, u32)>>,
    closed: Vec<u32>,
    /// Nearest free column.
    limit: f64,
    sink: u32,
}

impl Search {
    pub fn new(m: &Dense<'_>) -> Self {
        Self {
            distance: vec![f64::INFINITY; m.columns],
            parent: vec![FREE; m.columns],
            done: vec![false; m.columns],
            base: vec![0.0; m.rows],
            open: BinaryHeap::new(),
            closed: Vec::new(),
            limit: f64::INFINITY,
            sink: FREE,
        }
    }

    #[inline]
    fn relax(&mut self, j: u32, through: f64, from: u32, holder: u32) {
        let at = j as usize;
        if through < self.distance[at] && through < self.limit {
            self.distance[at] = through;
            self.parent[at] = from;
            if holder == FREE {
                self.limit = through;
                self.sink = j;
            } else {
                self.open.push(Reverse((through.to_bits(), j)));
            }
        }
    }

    /// Go on from a row reached at `depth`; beyond its list only at the depth of the list's floor.
    fn scan(&mut self, lists: &Lists, i: usize, depth: f64, state: &State, rows_from: u32) {
        let base = self.base[i];
        let (columns, costs) = lists.row(i);
        for (&j, c) in columns.iter().zip(costs) {
            let through = (base + c - state.price[j as usize]).max(depth);
            self.relax(j, through, i as u32, state.holder[j as usize]);
        }
        let rest = (base + lists.floor(i)).max(depth);
        if rest < self.limit {
            self.open.push(Reverse((rest.to_bits(), rows_from + i as u32)));
        }
    }

    /// Dijkstra over columns from a free row to the nearest free column, then flip the path; false
    /// when there is no way.
    pub fn augment(
        &mut self,
        m: &Dense<'_>,
        lists: &mut Lists,
        start: usize,
        state: &mut State,
    ) -> bool {
        let rows_from = m.columns as u32;
        self.distance.fill(f64::INFINITY);
        self.done.fill(false);
        self.open.clear();
        self.closed.clear();
        (self.limit, self.sink) = (f64::INFINITY, FREE);
        // Depth, and column at which the spare columns were reached; and their common price.
        let mut spare: Option<(f64, u32, f64)> = None;
        let (_, low, _) = lists.two_best(m, start, &state.price);
        if !low.is_finite() {
            return false;
        }
        self.base[start] = -low;
        self.scan(lists, start, 0.0, state, rows_from);
        while let Some(Reverse((bits, id))) = self.open.pop() {
            let depth = f64::from_bits(bits);
            if depth >= self.limit {
                break;
            }
            if id >= rows_from {
                let i = (id - rows_from) as usize;
                lists.renew(m, i, &state.price, 2);
                self.scan(lists, i, depth, state, rows_from);
                continue;
            }
            let j = id as usize;
            if self.done[j] {
                continue;
            }
            self.done[j] = true;
            self.closed.push(id);
            let i = state.holder[j];
            if i != SPARE {
                self.base[i as usize] = depth - (state.paid[j] - state.price[j]);
                self.scan(lists, i as usize, depth, state, rows_from);
            } else if spare.is_none() {
                // All empty columns are alike: the first stands for all of them.
                let price = state.price[j];
                spare = Some((depth, id, price));
                for k in (0..m.columns).filter(|&k| state.holder[k] != SPARE) {
                    let through = depth + (price - state.price[k]).max(0.0);
                    self.relax(k as u32, through, SPARE, state.holder[k]);
                }
            }
        }
        if self.sink == FREE {
            return false;
        }
        for &j in &self.closed {
            if state.holder[j as usize] != SPARE {
                state.price[j as usize] += self.distance[j as usize] - self.limit;
            }
        }
        if let Some((depth, _, _)) = spare {
            for k in (0..m.columns).filter(|&k| state.holder[k] == SPARE) {
                state.price[k] += depth - self.limit;
            }
        }
        let mut j = self.sink;
        loop {
            let i = self.parent[j as usize];
            if i == SPARE {
                state.holder[j as usize] = SPARE;
                let Some((_, entry, _)) = spare else { return false };
                j = entry;
                continue;
            }
            let before = state.column[i as usize];
            state.give(i, j as usize, m.row(i as usize)[j as usize]);
            if i as usize == start {
                return true;
            }
            j = before;
        }
    }
}
