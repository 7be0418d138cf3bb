//! The blocks for one container, arranged so that those that fit are found at once.
//!
//! Blocks are numbered from the most promising down: by worth over pieces to the power of gamma,
//! which no later factor of the score can raise. For each axis and threshold a bit set says which
//! blocks are short enough; what fits into a space is the intersection of three of them with the
//! blocks that the remaining items still allow.

use crate::blocks::{self, Block};
use crate::geometry::{volume, Orientation, Vec3};
use crate::problem::Item;
use crate::singles::Singles;
use crate::spaces::Least;

/// Weights of the factors of a block's score (Araya, Guerrero and Nunez 2017).
#[derive(Clone, Copy, Debug)]
pub struct Taste {
    /// Power of the share of the space that can still be filled along the axes.
    pub loss: i32,
    /// Exponent with which many pieces count against a block.
    pub pieces: f64,
    /// Gaps up to this share of the container's extent count as contact.
    pub gap: f64,
    /// Power of the share of its hull that a block fills.
    pub waste: i32,
    /// What distance from a corner counts along each axis, when a space is chosen.
    pub pull: [i64; 3],
}

impl Default for Taste {
    fn default() -> Self {
        Self { loss: 4, pieces: 0.3, gap: 0.04, waste: 0, pull: [1; 3] }
    }
}

/// Longest container for which reachable lengths are tabulated.
const MAX_TABLE: i32 = 1 << 15;
/// Most thresholds an axis has; further lengths share one.
const MAX_THRESHOLDS: usize = 512;

struct Axis {
    thresholds: Vec<i32>,
    /// A row for each threshold.
    bits: Vec<u64>,
    /// For each row, which of its words have any bit.
    dense: Vec<u64>,
    /// One more than the row of each length, 0 where nothing is so short; empty in long containers.
    by_length: Vec<u16>,
}

/// What the search for a block reads of it, close together.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Upper bound of its score.
    pub bound: f64,
    /// Its extents.
    pub size: Vec3,
}

/// The blocks that what is left of the items allows, as a bit set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    bits: Vec<u64>,
    /// Words before this one are empty: large blocks come first and are soon out of the question.
    from: usize,
}

impl Allowed {
    fn skip(&mut self) {
        while self.bits.get(self.from) == Some(&0) {
            self.from += 1;
        }
    }

    /// Become a copy of another set, in the same memory.
    pub fn become_copy(&mut self, other: &Self) {
        self.bits.clone_from(&other.bits);
        self.from = other.from;
    }
}

/// Blocks of one container and the tables for finding them.
pub struct Kit {
    /// The container's extents.
    pub room: Vec3,
    /// The blocks, most promising first.
    pub blocks: Vec<Block>,
    /// Their bounds, falling, and sizes.
    pub facts: Vec<Facts>,
    /// Extents below which no block fits.
    pub least: Least,
    /// Which spaces a single item goes into.
    pub singles: Singles,
    /// How scores are made.
    pub taste: Taste,
    words: usize,
    /// Whether bit sets tell exactly what fits.
    exact: bool,
    /// For each item type: how it may be turned, and the block of one item turned so.
    turns: Vec<Vec<(Orientation, u32)>>,
    axes: [Axis; 3],
    needs: Vec<Needs>,
    reach: [Vec<i32>; 3],
}

impl Kit {
    /// Arrange these blocks for a container.
    pub fn new(items: &[Item], left: &[u32], room: Vec3, blocks: &[Block], taste: Taste) -> Self {
        let key = |b: &Block| {
            let filled = b.volume as f64 / volume(b.size) as f64;
            b.profit as f64 * f64::from(b.pieces).powf(-taste.pieces) * filled.powi(taste.waste)
        };
        let mut ranked: Vec<(f64, u32)> = blocks.iter().map(key).zip(0..).collect();
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let bounds: Vec<f64> = ranked.iter().map(|r| r.0).collect();
        let order: Vec<u32> = ranked.into_iter().map(|r| r.1).collect();
        let mut number = vec![0u32; blocks.len()];
        for (new, &old) in order.iter().enumerate() {
            number[old as usize] = new as u32;
        }
        let sorted: Vec<Block> = order
            .iter()
            .map(|&old| {
                let mut block = blocks[old as usize].clone();
                if let blocks::Make::Pair { first, second, .. } = &mut block.make {
                    *first = number[*first as usize];
                    *second = number[*second as usize];
                }
                block
            })
            .collect();
        let words = sorted.len().div_ceil(64);
        let axes: [Axis; 3] = std::array::from_fn(|a| axis_table(&sorted, a, words, room[a]));
        let exact = axes.iter().all(|axis| !axis.shared());
        let needs = needs(items.len(), &sorted, words);
        let least = Least::of(sorted.iter().map(|b| b.size));
        let reach = std::array::from_fn(|a| reachable(items, left, room[a], a));
        let facts = bounds.into_iter().zip(&sorted).map(|(bound, b)| Facts { bound, size: b.size });
        let facts = facts.collect();
        let singles = Singles::new(&sorted, items.len(), room);
        let mut turns = vec![Vec::new(); items.len()];
        for (k, block) in sorted.iter().enumerate().filter(|b| b.1.pieces == 1) {
            if let blocks::Make::Grid { item, orientation, .. } = block.make {
                turns[item as usize].push((orientation, k as u32));
            }
        }
        let blocks = sorted;
        Self { room, blocks, facts, least, singles, taste, words, exact, turns, axes, needs, reach }
    }

    /// All blocks that what is left of the items allows.
    pub fn allowed(&self, left: &[u32]) -> Allowed {
        let mut bits = vec![0u64; self.words];
        for (k, block) in self.blocks.iter().enumerate() {
            if block.parts.iter().all(|&(item, count)| count <= left[item as usize]) {
                bits[k / 64] |= 1 << (k % 64);
            }
        }
        let mut allowed = Allowed { bits, from: 0 };
        allowed.skip();
        allowed
    }

    /// The block of one item of this type, turned so, out of which some block is made.
    pub fn single(&self, item: u32, orientation: Orientation) -> u32 {
        let turns = &self.turns[item as usize];
        turns.iter().find(|t| t.0 == orientation).map_or(0, |t| t.1)
    }

    /// Take the items of a block away from what is left, and with them the blocks now too large.
    /// Whether a type of them is used up.
    #[inline]
    pub fn consume(&self, block: u32, left: &mut [u32], allowed: &mut Allowed) -> bool {
        let mut dried = false;
        for &(item, count) in &self.blocks[block as usize].parts {
            let before = left[item as usize];
            let now = before - count;
            left[item as usize] = now;
            dried |= now == 0;
            self.needs[item as usize].forbid(before, now, allowed);
        }
        allowed.skip();
        dried
    }

    /// The blocks that fit into a space of this size, most promising first, while `keep` says so.
    #[inline]
    pub fn fitting(&self, size: Vec3, allowed: &Allowed, mut keep: impl FnMut(u32) -> bool) {
        let [x, y, z] = std::array::from_fn(|a| self.axes[a].row(size[a], self.words));
        let (Some(x), Some(y), Some(z)) = (x, y, z) else { return };
        let bits = &allowed.bits[..self.words];
        let first = allowed.from / 64;
        for (g, ((dx, dy), dz)) in x.dense.iter().zip(y.dense).zip(z.dense).enumerate().skip(first)
        {
            let mut dense = dx & dy & dz;
            if g == first {
                dense &= u64::MAX << (allowed.from % 64);
            }
            while dense != 0 {
                let w = 64 * g + dense.trailing_zeros() as usize;
                dense &= dense - 1;
                let mut word = x.bits[w] & y.bits[w] & z.bits[w] & bits[w];
                while word != 0 {
                    let k = (w * 64) as u32 + word.trailing_zeros();
                    word &= word - 1;
                    let fits = self.exact || {
                        let s = &self.facts[k as usize].size;
                        s[0] <= size[0] && s[1] <= size[1] && s[2] <= size[2]
                    };
                    if fits && !keep(k) {
                        return;
                    }
                }
            }
        }
    }

    /// Longest length up to `length` that extents of items add up to along the axis.
    #[inline]
    pub fn reach(&self, axis: usize, length: i32) -> i32 {
        self.reach[axis].get(length as usize).copied().unwrap_or(length)
    }
}

/// Which blocks need how many items of one type.
#[derive(Default)]
struct Needs {
    /// How many a block needs, and the block, most first.
    list: Vec<(u32, u32)>,
    /// For each number of items: the blocks that need no more. Empty: the list serves.
    enough: Vec<u64>,
}

impl Needs {
    /// Of `before` items `now` are left: strike the blocks that need more.
    #[inline]
    fn forbid(&self, before: u32, now: u32, allowed: &mut Allowed) {
        let Allowed { bits, from } = allowed;
        let at = now as usize * bits.len();
        if let Some(row) = self.enough.get(at + *from..at + bits.len()) {
            for (allowed, enough) in bits[*from..].iter_mut().zip(row) {
                *allowed &= enough;
            }
            return;
        }
        let from = self.list.partition_point(|n| n.0 > before);
        for &(need, k) in &self.list[from..] {
            if need <= now {
                break;
            }
            bits[k as usize / 64] &= !(1 << (k % 64));
        }
    }
}

/// Words that the rows of all types may take together: what stays close to the processor.
const MAX_ROWS: usize = 1 << 16;

fn needs(types: usize, blocks: &[Block], words: usize) -> Vec<Needs> {
    let mut needs: Vec<Needs> = Vec::new();
    needs.resize_with(types, Needs::default);
    for (k, block) in blocks.iter().enumerate() {
        for &(item, count) in &block.parts {
            needs[item as usize].list.push((count, k as u32));
        }
    }
    let mut room = MAX_ROWS;
    for Needs { list, enough } in &mut needs {
        list.sort_unstable_by(|a, b| b.cmp(a));
        let rows = list.first().map_or(0, |n| n.0 as usize);
        // Rows are for long lists: one item less strikes more blocks than there are words.
        if list.len() < rows * words || rows * words > room {
            continue;
        }
        room -= rows * words;
        let mut row = vec![u64::MAX; words];
        let mut down = Vec::with_capacity(rows);
        let mut next = list.iter().peekable();
        for now in (0..rows as u32).rev() {
            while let Some(&(_, k)) = next.next_if(|n| n.0 > now) {
                row[k as usize / 64] &= !(1 << (k % 64));
            }
            down.push(row.clone());
        }
        *enough = down.into_iter().rev().flatten().collect();
    }
    needs
}

/// The blocks that are short enough along one axis.
#[derive(Clone, Copy)]
struct Row<'a> {
    bits: &'a [u64],
    dense: &'a [u64],
}

impl Axis {
    #[inline]
    fn row(&self, length: i32, words: usize) -> Option<Row<'_>> {
        let row = match self.by_length.get(length as usize) {
            Some(&row) => usize::from(row).checked_sub(1)?,
            None => self.row_of(length)?,
        };
        let groups = words.div_ceil(64);
        let bits = &self.bits[row * words..(row + 1) * words];
        Some(Row { bits, dense: &self.dense[row * groups..(row + 1) * groups] })
    }

    /// The largest threshold at or below the length misses nothing: between two thresholds
    /// there are no blocks, or they share the upper one and are looked at one by one.
    fn row_of(&self, length: i32) -> Option<usize> {
        let at = self.thresholds.partition_point(|&t| t < length);
        let exact = self.thresholds.get(at).is_some_and(|&t| t == length);
        if exact || (self.shared() && at < self.thresholds.len()) {
            Some(at)
        } else {
            at.checked_sub(1)
        }
    }

    fn shared(&self) -> bool {
        self.thresholds.len() >= MAX_THRESHOLDS
    }
}

fn axis_table(blocks: &[Block], axis: usize, words: usize, room: i32) -> Axis {
    let mut lengths: Vec<i32> = blocks.iter().map(|b| b.size[axis]).collect();
    lengths.sort_unstable();
    lengths.dedup();
    let thresholds: Vec<i32> = if lengths.len() < MAX_THRESHOLDS {
        lengths
    } else {
        (1..=MAX_THRESHOLDS).map(|k| lengths[k * lengths.len() / MAX_THRESHOLDS - 1]).collect()
    };
    let mut bits = vec![0u64; thresholds.len() * words];
    for (k, block) in blocks.iter().enumerate() {
        let from = thresholds.partition_point(|&t| t < block.size[axis]);
        if from < thresholds.len() {
            bits[from * words + k / 64] |= 1 << (k % 64);
        }
    }
    // What is short enough for one threshold is so for the next: whole words, not bit by bit.
    for at in words..bits.len() {
        bits[at] |= bits[at - words];
    }
    let groups = words.div_ceil(64);
    let mut dense = vec![0u64; thresholds.len() * groups];
    for (at, _) in bits.iter().enumerate().filter(|b| *b.1 != 0) {
        let (row, word) = (at / words, at % words);
        dense[row * groups + word / 64] |= 1 << (word % 64);
    }
    let mut axis = Axis { thresholds, bits, dense, by_length: Vec::new() };
    if room <= MAX_TABLE {
        axis.by_length =
            (0..=room).map(|l| axis.row_of(l).map_or(0, |row| row as u16 + 1)).collect();
    }
    axis
}

/// For each length: the longest sum of item extents along the axis that does not exceed it.
fn reachable(items: &[Item], left: &[u32], room: i32, axis: usize) -> Vec<i32> {
    if room > MAX_TABLE {
        return Vec::new();
    }
    let size = room as usize + 1;
    let mut hit = vec![0u64; size.div_ceil(64)];
    hit[0] = 1;
    let mut lengths: Vec<(i32, u32)> = Vec::new();
    for (item, &count) in items.iter().zip(left) {
        for orientation in &item.orientations {
            if count > 0 {
                lengths.push((orientation.apply(item.size)[axis], count));
            }
        }
    }
    lengths.sort_unstable();
    lengths.dedup_by(|a, b| {
        let same = a.0 == b.0;
        if same {
            b.1 = b.1.saturating_add(a.1);
        }
        same
    });
    for &(length, count) in &lengths {
        // Sums with up to `done` copies, then with up to twice as many and one, until all are in.
        let most = (count as usize).min(room as usize / length as usize);
        let mut done = 0;
        while done < most {
            let more = (most - done).min(done + 1);
            add_shifted(&mut hit, more * length as usize);
            done += more;
        }
    }
    let mut best = 0;
    (0..size)
        .map(|at| {
            if hit[at / 64] >> (at % 64) & 1 == 1 {
                best = at as i32;
            }
            best
        })
        .collect()
}

/// Add to a bit set all its members moved up by `step`, as far as the set reaches.
fn add_shifted(bits: &mut [u64], step: usize) {
    let (words, rest) = (step / 64, step % 64);
    // From the top down, so that only members from before are moved.
    for at in (words..bits.len()).rev() {
        let mut moved = bits[at - words] << rest;
        if rest > 0 && at > words {
            moved |= bits[at - words - 1] >> (64 - rest);
        }
        bits[at] |= moved;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::{generate, Limits};

    #[test]
    fn what_fits_is_found_most_promising_first() {
        let items = [Item::plain([4, 3, 2], 6), Item::plain([5, 5, 5], 1)];
        let limits = Limits {
            count: 500,
            fill: 980,
            supported: false,
            grids_only: false,
            looked_through: false,
        };
        let blocks = generate(&items, &[6, 1], [10; 3], i64::MAX, &limits, &|| false);
        let kit = Kit::new(&items, &[6, 1], [10; 3], &blocks, Taste::default());
        let mut left = vec![6, 1];
        let mut allowed = kit.allowed(&left);
        for size in [[10, 10, 10], [4, 9, 10], [5, 5, 5], [3, 10, 10], [8, 3, 4]] {
            let mut found = Vec::new();
            kit.fitting(size, &allowed, |k| {
                found.push(k);
                true
            });
            let expected: Vec<u32> = (0..kit.blocks.len() as u32)
                .filter(|&k| (0..3).all(|a| kit.blocks[k as usize].size[a] <= size[a]))
                .collect();
            assert_eq!(found, expected);
        }
        let single = kit.blocks.iter().position(|b| b.parts == [(0, 4)]).unwrap();
        kit.consume(single as u32, &mut left, &mut allowed);
        assert_eq!(left, vec![2, 1]);
        assert_eq!(allowed, kit.allowed(&left));
    }

    #[test]
    fn reachable_lengths_mind_the_number_of_copies() {
        let items = [Item::plain([4, 1, 1], 2), Item::plain([7, 1, 1], 1)];
        let reach = reachable(&items, &[2, 1], 16, 0);
        // 4, 7, 8, 11, 15 can be made; 12 and 16 cannot
        assert_eq!(reach, vec![0, 0, 0, 0, 4, 4, 4, 7, 8, 8, 8, 11, 11, 11, 11, 15, 15]);
    }
}
