//! The blocks for one container, arranged so that those that fit are found at once.
//!
//! Blocks are numbered from the most promising down: by worth over pieces to the power of gamma,
//! which no later factor of the score can raise. For each axis and threshold a bit set says which
//! blocks are short enough; what fits into a space is the intersection of three of them with the
//! blocks that the remaining items still allow.

use crate::blocks::{self, Block};
use crate::geometry::{volume, Vec3};
use crate::problem::Item;
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
        Self { loss: 4, pieces: 0.2, gap: 0.04, waste: 0, pull: [1; 3] }
    }
}

/// Longest container for which reachable lengths are tabulated.
const MAX_TABLE: i32 = 1 << 15;
/// Most thresholds an axis has; further lengths share one.
const MAX_THRESHOLDS: usize = 512;

struct Axis {
    thresholds: Vec<i32>,
    bits: Vec<u64>,
}

/// Blocks of one container and the tables for finding them.
pub struct Kit {
    /// The container's extents.
    pub room: Vec3,
    /// The blocks, most promising first.
    pub blocks: Vec<Block>,
    /// Their sizes, close together.
    pub sizes: Vec<Vec3>,
    /// Upper bound of each block's score, falling.
    pub bound: Vec<f64>,
    /// Extents below which no block fits.
    pub least: Least,
    /// How scores are made.
    pub taste: Taste,
    words: usize,
    axes: [Axis; 3],
    /// For each item type: (how many a block needs, block), most first.
    needs: Vec<Vec<(u32, u32)>>,
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
        let bound = ranked.iter().map(|r| r.0).collect();
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
        let axes = std::array::from_fn(|a| axis_table(&sorted, a, words));
        let mut needs = vec![Vec::new(); items.len()];
        for (k, block) in sorted.iter().enumerate() {
            for &(item, count) in &block.parts {
                needs[item as usize].push((count, k as u32));
            }
        }
        for list in &mut needs {
            list.sort_unstable_by(|a, b| b.cmp(a));
        }
        let least = Least::of(sorted.iter().map(|b| b.size));
        let reach = std::array::from_fn(|a| reachable(items, left, room[a], a));
        let sizes = sorted.iter().map(|b| b.size).collect();
        Self { room, blocks: sorted, sizes, bound, least, taste, words, axes, needs, reach }
    }

    /// All blocks that what is left of the items allows, as a bit set.
    pub fn allowed(&self, left: &[u32]) -> Vec<u64> {
        let mut bits = vec![0u64; self.words];
        for (k, block) in self.blocks.iter().enumerate() {
            if block.parts.iter().all(|&(item, count)| count <= left[item as usize]) {
                bits[k / 64] |= 1 << (k % 64);
            }
        }
        bits
    }

    /// Take the items of a block away from what is left, and with them the blocks now too large.
    #[inline]
    pub fn consume(&self, block: u32, left: &mut [u32], allowed: &mut [u64]) {
        for &(item, count) in &self.blocks[block as usize].parts {
            let before = left[item as usize];
            let now = before - count;
            left[item as usize] = now;
            let list = &self.needs[item as usize];
            let from = list.partition_point(|n| n.0 > before);
            for &(need, k) in &list[from..] {
                if need <= now {
                    break;
                }
                allowed[k as usize / 64] &= !(1 << (k % 64));
            }
        }
    }

    /// The blocks that fit into a space of this size, most promising first, while `keep` says so.
    #[inline]
    pub fn fitting(&self, size: Vec3, allowed: &[u64], mut keep: impl FnMut(u32) -> bool) {
        let [x, y, z] = std::array::from_fn(|a| self.axes[a].row(size[a], self.words));
        let (Some(x), Some(y), Some(z)) = (x, y, z) else { return };
        for (w, (((x, y), z), allowed)) in x.iter().zip(y).zip(z).zip(allowed).enumerate() {
            let mut word = x & y & z & allowed;
            while word != 0 {
                let k = (w * 64) as u32 + word.trailing_zeros();
                word &= word - 1;
                let s = &self.sizes[k as usize];
                if s[0] <= size[0] && s[1] <= size[1] && s[2] <= size[2] && !keep(k) {
                    return;
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

impl Axis {
    #[inline]
    fn row(&self, length: i32, words: usize) -> Option<&[u64]> {
        // The largest threshold at or below the length misses nothing: between two thresholds
        // there are no blocks, or they share the upper one and are looked at one by one.
        let at = self.thresholds.partition_point(|&t| t < length);
        let exact = self.thresholds.get(at).is_some_and(|&t| t == length);
        let row = if exact || (self.shared() && at < self.thresholds.len()) {
            at
        } else {
            at.checked_sub(1)?
        };
        Some(&self.bits[row * words..(row + 1) * words])
    }

    fn shared(&self) -> bool {
        self.thresholds.len() >= MAX_THRESHOLDS
    }
}

fn axis_table(blocks: &[Block], axis: usize, words: usize) -> Axis {
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
    Axis { thresholds, bits }
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
        let limits = Limits { count: 500, fill: 980, supported: false, grids_only: false };
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
