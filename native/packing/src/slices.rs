//! Slices of bins, chosen so that every bin is full and every item is in one (exact cover, depth first).

use crate::perfect::Blocks;

/// Slices looked at in each choosing.
const MOST_CHOICES: u64 = 200_000;

/// Chooses slices until all bins are full.
pub struct Choice<'a> {
    /// Of which the slices are some.
    pub blocks: &'a Blocks<'a>,
    /// For each axis the slices across it, the most likely first.
    pub slices: [Vec<u32>; 3],
    /// Items that are in no bin yet, by kind.
    pub left: Vec<u8>,
    /// Axis and slices of each bin.
    pub bins: Vec<(usize, Vec<u32>)>,
    /// Slices looked at.
    pub steps: u64,
    /// Whether time is up.
    pub expired: &'a dyn Fn() -> bool,
}

impl Choice<'_> {
    /// The item that fewest slices hold: one of these has to be chosen anyway.
    fn rarest(&self) -> Option<usize> {
        let holders = |k: usize| {
            let holds = |n: &&u32| self.blocks.list[**n as usize].parts[k] > 0;
            self.slices.iter().flatten().filter(holds).count()
        };
        (0..self.left.len()).filter(|&k| self.left[k] > 0).min_by_key(|&k| (holders(k), k))
    }

    /// Take a slice if there are its items.
    fn take(&mut self, number: u32) -> bool {
        let parts = &self.blocks.list[number as usize].parts;
        let there = parts.iter().zip(&self.left).all(|(n, left)| n <= left);
        if there {
            self.left.iter_mut().zip(parts).for_each(|(left, n)| *left -= n);
        }
        there
    }

    fn give_back(&mut self, number: u32) {
        let parts = &self.blocks.list[number as usize].parts;
        self.left.iter_mut().zip(parts).for_each(|(left, n)| *left += n);
    }

    fn over(&mut self) -> bool {
        self.steps += 1;
        self.steps > MOST_CHOICES || (self.steps.is_multiple_of(1024) && (self.expired)())
    }

    /// Open a bin with a slice that holds the rarest item. Whether all then are in.
    pub fn open(&mut self) -> bool {
        let Some(rarest) = self.rarest() else { return true };
        for axis in 0..3 {
            for at in 0..self.slices[axis].len() {
                let number = self.slices[axis][at];
                let block = &self.blocks.list[number as usize];
                // A block as large as the bin is a slice across every axis: once is enough.
                let whole = block.size == self.blocks.room && axis > 0;
                if block.parts[rarest] == 0 || whole || self.over() || !self.take(number) {
                    continue;
                }
                let rest = self.blocks.room[axis] - block.size[axis];
                self.bins.push((axis, vec![number]));
                if self.fill(axis, 0, rest) {
                    return true;
                }
                self.bins.pop();
                self.give_back(number);
            }
        }
        false
    }

    /// Fill the rest of the last bin with slices from this one on.
    fn fill(&mut self, axis: usize, from: usize, rest: i32) -> bool {
        if rest == 0 {
            return self.open();
        }
        for at in from..self.slices[axis].len() {
            let number = self.slices[axis][at];
            let thick = self.blocks.list[number as usize].size[axis];
            if thick > rest || self.over() || !self.take(number) {
                continue;
            }
            if let Some((_, bin)) = self.bins.last_mut() {
                bin.push(number);
            }
            if self.fill(axis, at, rest - thick) {
                return true;
            }
            if let Some((_, bin)) = self.bins.last_mut() {
                bin.pop();
            }
            self.give_back(number);
        }
        false
    }
}
