//! Whether any single item that is left goes into a space.
//!
//! A space that takes no single item takes no block either. Most spaces end that way, so the sooner
//! they go the fewer there are to cut, to compare and to rank blocks for.

use crate::blocks::Block;
use crate::geometry::Vec3;

/// Turned items beyond which the tables would cost more than they save.
const MOST: usize = 1024;
/// Longest container for which rows are found by length at once.
const MAX_TABLE: i32 = 1 << 15;

/// For each axis and length, the turned items that are short enough, as a bit set.
#[derive(Default)]
pub struct Singles {
    words: usize,
    lengths: [Vec<i32>; 3],
    /// Row of each length, where the container is short enough.
    row: [Vec<u32>; 3],
    /// A row for each number of lengths that are short enough, the first for none.
    bits: [Vec<u64>; 3],
    /// Bits of each item type.
    turns: Vec<Vec<u32>>,
}

/// Words up to which the items that are short enough along two axes are noted.
const FEW: usize = 4;

/// For each axis, the items left that are short enough for a space along the other two.
pub struct Across([[u64; FEW]; 3]);

impl Singles {
    /// Of these blocks' single items, in a container of this size.
    pub fn new(blocks: &[Block], types: usize, room: Vec3) -> Self {
        let single = |b: &&Block| b.pieces == 1;
        let count = blocks.iter().filter(single).count();
        if count > MOST {
            return Self::default();
        }
        let words = count.div_ceil(64);
        let mut turns = vec![Vec::new(); types];
        for (bit, block) in blocks.iter().filter(single).enumerate() {
            turns[block.parts[0].0 as usize].push(bit as u32);
        }
        let mut singles = Self { words, turns, ..Self::default() };
        for a in 0..3 {
            let mut lengths: Vec<i32> = blocks.iter().filter(single).map(|b| b.size[a]).collect();
            lengths.sort_unstable();
            lengths.dedup();
            let mut bits = vec![0u64; (lengths.len() + 1) * words];
            for (bit, block) in blocks.iter().filter(single).enumerate() {
                let row = lengths.partition_point(|&l| l < block.size[a]) + 1;
                bits[row * words + bit / 64] |= 1 << (bit % 64);
            }
            for at in words..bits.len() {
                bits[at] |= bits[at - words];
            }
            if room[a] <= MAX_TABLE {
                let row = |l: i32| lengths.partition_point(|&t| t <= l) as u32;
                singles.row[a] = (0..=room[a]).map(row).collect();
            }
            singles.bits[a] = bits;
            singles.lengths[a] = lengths;
        }
        singles
    }

    /// Which of them there are while items of these types are left.
    pub fn there(&self, left: &[u32]) -> Vec<u64> {
        let mut there = vec![0u64; self.words];
        for (turns, _) in self.turns.iter().zip(left).filter(|t| *t.1 > 0) {
            for &bit in turns {
                there[bit as usize / 64] |= 1 << (bit % 64);
            }
        }
        there
    }

    /// Whether there are tables at all.
    pub fn is_tabulated(&self) -> bool {
        self.words > 0
    }

    /// No item of this type is left.
    #[inline]
    pub fn remove(&self, item: u32, there: &mut [u64]) {
        if let Some(turns) = self.turns.get(item as usize) {
            for &bit in turns {
                there[bit as usize / 64] &= !(1 << (bit % 64));
            }
        }
    }

    #[inline]
    fn row(&self, axis: usize, length: i32) -> &[u64] {
        let row = match self.row[axis].get(length as usize) {
            Some(&row) => row as usize,
            None => self.lengths[axis].partition_point(|&l| l <= length),
        };
        &self.bits[axis][row * self.words..(row + 1) * self.words]
    }

    /// What goes into spaces of this size as far as two of the axes tell; none: too many types.
    #[inline]
    pub fn across(&self, size: Vec3, there: &[u64]) -> Option<Across> {
        if self.words == 0 || self.words > FEW {
            return None;
        }
        let rows: [&[u64]; 3] = std::array::from_fn(|a| self.row(a, size[a]));
        let mut across = Across([[0; FEW]; 3]);
        for (w, there) in there.iter().enumerate().take(self.words) {
            let [x, y, z] = rows.map(|row| row[w]);
            for (a, both) in [y & z, x & z, x & y].into_iter().enumerate() {
                across.0[a][w] = both & there;
            }
        }
        Some(across)
    }

    /// Whether one of them goes into such a space that is only this long along the axis.
    #[inline]
    pub fn fits_along(&self, axis: usize, length: i32, across: &Across) -> bool {
        let row = self.row(axis, length);
        let mut any = 0;
        for (row, across) in row.iter().zip(&across.0[axis]) {
            any |= row & across;
        }
        any != 0
    }

    /// Whether one of those that there are goes into a space of this size; true where not tabulated.
    #[inline]
    pub fn fits(&self, size: Vec3, there: &[u64]) -> bool {
        if self.words == 0 {
            return true;
        }
        let words = self.words;
        let (x, y, z) = (self.row(0, size[0]), self.row(1, size[1]), self.row(2, size[2]));
        let there = &there[..words];
        // Few types have a word or two: without a loop.
        match words {
            1 => x[0] & y[0] & z[0] & there[0] != 0,
            2 => (x[0] & y[0] & z[0] & there[0]) | (x[1] & y[1] & z[1] & there[1]) != 0,
            _ => (0..words).any(|w| x[w] & y[w] & z[w] & there[w] != 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::{generate, Limits};
    use crate::geometry::Orientation;
    use crate::problem::Item;

    #[test]
    fn a_space_is_of_use_as_long_as_an_item_is_left_that_goes_in() {
        let turning = Item { orientations: Orientation::ALL.to_vec(), ..Item::plain([4, 3, 2], 1) };
        let items = [turning, Item::plain([5, 5, 1], 2)];
        let limits = Limits {
            count: 100,
            fill: 1000,
            supported: false,
            grids_only: false,
            looked_through: false,
        };
        for room in [[9; 3], [MAX_TABLE + 1; 3]] {
            let blocks = generate(&items, &[1, 2], room, i64::MAX, &limits, &|| false);
            let singles = Singles::new(&blocks, items.len(), room);
            let mut there = singles.there(&[1, 2]);
            assert!(singles.fits([2, 3, 4], &there) && singles.fits([5, 5, 1], &there));
            assert!(!singles.fits([2, 3, 3], &there) && !singles.fits([5, 4, 1], &there));
            singles.remove(1, &mut there);
            assert!(!singles.fits([5, 5, 1], &there));
            assert_eq!(there, singles.there(&[1, 0]));
            for size in [[4, 4, 4], [2, 3, 4], [9, 9, 1], [3, 9, 9]] {
                let across = singles.across(size, &there).unwrap();
                for (axis, length) in [(0, 2), (1, 2), (2, 3), (2, 1)] {
                    let mut part = size;
                    part[axis] = length;
                    let expected = singles.fits(part, &there);
                    assert_eq!(singles.fits_along(axis, length, &across), expected);
                }
            }
        }
    }
}
