//! Bins that are full to the last: items that leave no room at all are fitted together again.
//!
//! Where all items are exactly as much as so many bins hold, no block may have a gap. So only pieces
//! that match are joined: two with a face in common, or five around a middle one, the simplest
//! pattern that no straight cut divides (Arenales and Morabito 1995). Few sizes match by chance,
//! so all such blocks can be listed; those as wide and high as the bin are slices of it, and slices
//! are chosen so that every bin is full and every item is in one.

use std::collections::{BTreeMap, BTreeSet};

use crate::geometry::{Orientation, Placement, Vec3};
use crate::memory::{mixed, Memory};
use crate::problem::Item;
use crate::slices::Choice;

/// Items beyond which it is not tried.
const MOST_ITEMS: u32 = 250;
/// Blocks beyond which there are too many that match by chance.
const MOST_BLOCKS: usize = 20_000;
/// Seams that the parts of a block may have, before slices are chosen each time.
const LEVELS: [u32; 8] = [0, 1, 2, 4, 8, 16, 32, u32::MAX];
/// Pairs of blocks looked at.
const MOST_PAIRS: u64 = 2_000_000;
/// Wheels made of one set of five sizes: beyond these they differ in nothing that matters.
const MOST_ALIKE: usize = 8;

#[derive(Clone, Copy)]
enum Make {
    Single {
        kind: u32,
        orientation: Orientation,
    },
    Pair {
        first: u32,
        second: u32,
        axis: usize,
    },
    /// Anticlockwise from the corner nearest the origin, the middle last, seen along the axis.
    Wheel {
        around: [u32; 5],
        axis: usize,
    },
}

/// Items that fill their hull.
pub struct Block {
    /// Extents.
    pub size: Vec3,
    /// How many of each kind of item.
    pub parts: Vec<u8>,
    /// How many faces were joined: the more, the likelier that they match by chance. Those of a
    /// wheel do not count, as five blocks hardly ever go around by chance.
    seams: u32,
    make: Make,
}

/// The extents across an axis.
fn across(size: Vec3, axis: usize) -> (i32, i32) {
    (size[(axis + 1) % 3], size[(axis + 2) % 3])
}

/// All blocks without a gap, as far as they are listed.
pub struct Blocks<'a> {
    /// Extents of a bin.
    pub room: Vec3,
    counts: &'a [u8],
    /// The blocks.
    pub list: Vec<Block>,
    seen: Memory,
    /// For each axis: blocks that have been joined with each other, by their extents across it.
    by_face: [BTreeMap<(i32, i32), Vec<u32>>; 3],
    /// Those yet to be joined with others, of fewest seams first.
    waiting: BTreeSet<(u32, u32)>,
    /// So many seams a block may have to be made a part of others.
    level: u32,
    /// How many there were when wheels were last looked for.
    wheeled: usize,
    pairs: u64,
}

impl Blocks<'_> {
    fn is_full(&self) -> bool {
        self.list.len() >= MOST_BLOCKS || self.pairs >= MOST_PAIRS
    }

    fn add(&mut self, size: Vec3, parts: Vec<u8>, seams: u32, make: Make) {
        let numbers = size.into_iter().map(|s| s as u32).chain(parts.iter().map(|&n| u32::from(n)));
        let print = mixed(2, numbers);
        if self.seen.get(print).is_none() {
            self.seen.put(print, 1);
            self.waiting.insert((seams, self.list.len() as u32));
            self.list.push(Block { size, parts, seams, make });
        }
    }

    /// What these hold together, if there are so many of each item.
    fn together(&self, numbers: &[u32]) -> Option<Vec<u8>> {
        let mut sum = vec![0u8; self.counts.len()];
        for &number in numbers {
            for (sum, &n) in sum.iter_mut().zip(&self.list[number as usize].parts) {
                *sum = sum.saturating_add(n);
            }
        }
        sum.iter().zip(self.counts).all(|(n, most)| n <= most).then_some(sum)
    }

    fn seams(&self, numbers: &[u32]) -> u32 {
        numbers.iter().map(|&number| self.list[number as usize].seams).sum()
    }

    /// Whether the block is as large as the bin across the axis.
    fn is_slice(&self, size: Vec3, axis: usize) -> bool {
        across(size, axis) == across(self.room, axis)
    }

    /// Join a block with all before it that have a face in common.
    fn join(&mut self, number: u32) {
        let size = self.list[number as usize].size;
        for axis in 0..3 {
            // Slices are put together in the end: all their sums would be too many.
            if self.is_slice(size, axis) {
                continue;
            }
            let mut others =
                std::mem::take(self.by_face[axis].entry(across(size, axis)).or_default());
            others.push(number);
            for &other in &others {
                self.pairs += 1;
                let more = self.list[other as usize].size[axis];
                if more > self.room[axis] - size[axis] || self.is_full() {
                    continue;
                }
                let mut joined = size;
                joined[axis] += more;
                if let Some(parts) = self.together(&[number, other]) {
                    let seams = self.seams(&[number, other]) + 1;
                    self.add(
                        joined,
                        parts,
                        seams,
                        Make::Pair { first: other, second: number, axis },
                    );
                }
            }
            self.by_face[axis].insert(across(size, axis), others);
        }
    }

    /// Every five blocks of one length along the axis that go around a middle.
    fn wheels(&mut self, axis: usize, expired: &dyn Fn() -> bool) {
        let mut lengths: BTreeMap<i32, BTreeMap<(i32, i32), Vec<u32>>> = BTreeMap::new();
        let level = self.level;
        for (number, block) in self.list.iter().enumerate().filter(|b| b.1.seams <= level) {
            let alike = lengths.entry(block.size[axis]).or_default();
            alike.entry(across(block.size, axis)).or_default().push(number as u32);
        }
        let (room_u, room_v) = across(self.room, axis);
        for (length, sizes) in lengths {
            let (mut by_u, mut by_v): (BTreeMap<i32, Vec<i32>>, BTreeMap<i32, Vec<i32>>) =
                Default::default();
            for &(u, v) in sizes.keys() {
                by_u.entry(u).or_default().push(v);
                by_v.entry(v).or_default().push(u);
            }
            for &(au, av) in sizes.keys() {
                for &(bu, bv) in sizes.keys().filter(|b| b.0 <= room_u - au && b.1 > av) {
                    self.pairs += 1;
                    let whole_u = au + bu;
                    let middles = by_v.get(&(bv - av)).map_or(&[][..], Vec::as_slice);
                    for &eu in middles.iter().filter(|&&eu| eu < au) {
                        let cu = bu + eu;
                        for &cv in by_u.get(&cu).map_or(&[][..], Vec::as_slice) {
                            let d = (whole_u - cu, cv + (bv - av));
                            if cv > room_v - bv || !sizes.contains_key(&d) {
                                continue;
                            }
                            let whole_v = bv + cv;
                            let five = [(au, av), (bu, bv), (cu, cv), d, (eu, bv - av)];
                            let mut whole = [length; 3];
                            whole[(axis + 1) % 3] = whole_u;
                            whole[(axis + 2) % 3] = whole_v;
                            let lists = five.map(|size| sizes[&size].as_slice());
                            // Those of old blocks only are there already.
                            let newest = lists.iter().filter_map(|list| list.last()).max();
                            if newest.is_none_or(|&n| (n as usize) < self.wheeled) {
                                continue;
                            }
                            self.wheel(whole, axis, &lists, &mut Vec::new(), &mut 0);
                        }
                    }
                }
                if self.is_full() || expired() {
                    return;
                }
            }
        }
    }

    /// One block of each list, as far as there are the items.
    fn wheel(
        &mut self,
        size: Vec3,
        axis: usize,
        lists: &[&[u32]; 5],
        taken: &mut Vec<u32>,
        made: &mut usize,
    ) {
        if self.seams(taken) > self.level {
            return;
        }
        let Some(parts) = self.together(taken) else { return };
        if let Ok(around) = <[u32; 5]>::try_from(taken.as_slice()) {
            self.add(size, parts, self.seams(taken), Make::Wheel { around, axis });
            *made += 1;
            return;
        }
        for &number in lists[taken.len()] {
            if *made >= MOST_ALIKE {
                return;
            }
            taken.push(number);
            self.wheel(size, axis, lists, taken, made);
            taken.pop();
        }
    }

    /// List all that can be made of blocks of so many seams. Whether there may be more.
    fn grow(&mut self, level: u32, expired: &dyn Fn() -> bool) -> bool {
        self.level = level;
        self.wheeled = 0;
        loop {
            let known = self.list.len();
            for axis in 0..3 {
                if self.is_full() || expired() {
                    return false;
                }
                self.wheels(axis, expired);
            }
            self.wheeled = known;
            while let Some(&(seams, number)) = self.waiting.first() {
                if seams > level {
                    break;
                }
                if self.is_full() || expired() {
                    return false;
                }
                self.waiting.pop_first();
                self.join(number);
            }
            if self.list.len() == known {
                return !self.waiting.is_empty();
            }
        }
    }

    /// Blocks as large as the bin across each axis, those first that were found first: what is made of
    /// fewer parts matches less often by chance.
    fn slices(&self) -> [Vec<u32>; 3] {
        std::array::from_fn(|axis| {
            let is_slice = |n: &u32| self.is_slice(self.list[*n as usize].size, axis);
            (0..self.list.len() as u32).filter(is_slice).collect()
        })
    }

    /// The items of a block at this place, by kind.
    fn unfold(&self, number: u32, pos: Vec3, out: &mut Vec<Placement>) {
        let size = |number: u32| self.list[number as usize].size;
        match self.list[number as usize].make {
            Make::Single { kind, orientation } => {
                out.push(Placement { item: kind, orientation, pos });
            }
            Make::Pair { first, second, axis } => {
                self.unfold(first, pos, out);
                let mut beyond = pos;
                beyond[axis] += size(first)[axis];
                self.unfold(second, beyond, out);
            }
            Make::Wheel { around, axis } => {
                let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
                let [a, b, _, d, _] = around.map(size);
                let offsets = [(0, 0), (a[u], 0), (d[u], b[v]), (0, a[v]), (d[u], a[v])];
                for (number, (along_u, along_v)) in around.into_iter().zip(offsets) {
                    let mut at = pos;
                    at[u] += along_u;
                    at[v] += along_v;
                    self.unfold(number, at, out);
                }
            }
        }
    }
}

/// All items in bins of this size that are full to the last; none if it was not found how, or if
/// they are not exactly as much as some number of bins holds.
pub fn fill_exactly(
    items: &[Item],
    room: Vec3,
    expired: &dyn Fn() -> bool,
) -> Option<Vec<Vec<Placement>>> {
    let volume: i64 = items.iter().map(|i| i.volume() * i64::from(i.copies)).sum();
    let number: u32 = items.iter().map(|i| i.copies).fold(0, u32::saturating_add);
    if volume == 0 || volume % crate::geometry::volume(room) != 0 || number > MOST_ITEMS {
        return None;
    }
    // Items of one size are one kind, however many types they are given as.
    let mut kinds: BTreeMap<(Vec3, &[Orientation]), Vec<u32>> = BTreeMap::new();
    for (k, item) in items.iter().enumerate().filter(|i| i.1.copies > 0) {
        let kind = kinds.entry((item.size, &item.orientations)).or_default();
        kind.extend(std::iter::repeat_n(k as u32, item.copies as usize));
    }
    let counts: Vec<u8> = kinds.values().map(|items| items.len() as u8).collect();
    let mut blocks = Blocks {
        room,
        counts: &counts,
        list: Vec::new(),
        seen: Memory::default(),
        by_face: Default::default(),
        waiting: BTreeSet::new(),
        level: 0,
        wheeled: 0,
        pairs: 0,
    };
    for (kind, (size, orientations)) in kinds.keys().enumerate() {
        for &orientation in *orientations {
            let size = orientation.apply(*size);
            if (0..3).any(|a| size[a] > room[a]) {
                continue;
            }
            let mut parts = vec![0; kinds.len()];
            parts[kind] = 1;
            let make = Make::Single { kind: kind as u32, orientation };
            blocks.add(size, parts, 0, make);
        }
    }
    // Few seams first: what matches by chance grows much faster than what belongs together.
    let mut more = true;
    let bins = LEVELS.into_iter().find_map(|level| {
        if !std::mem::replace(&mut more, false) {
            return None;
        }
        more = blocks.grow(level, expired);
        let (left, bins) = (counts.clone(), Vec::new());
        let slices = blocks.slices();
        let mut choice = Choice { blocks: &blocks, slices, left, bins, steps: 0, expired };
        choice.open().then_some(choice.bins)
    })?;
    let mut kinds: Vec<Vec<u32>> = kinds.into_values().collect();
    let filled = bins.into_iter().map(|(axis, slices)| {
        let mut placements = Vec::new();
        let mut pos = [0; 3];
        for number in slices {
            blocks.unfold(number, pos, &mut placements);
            pos[axis] += blocks.list[number as usize].size[axis];
        }
        for p in &mut placements {
            p.item = kinds[p.item as usize].pop()?;
        }
        // Each after those that carry it.
        placements.sort_by_key(|p| p.pos[2]);
        Some(placements)
    });
    filled.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{volume, Cuboid};

    fn fill(items: &[Item], room: Vec3) -> Option<Vec<Vec<Placement>>> {
        fill_exactly(items, room, &|| false)
    }

    fn assert_full(items: &[Item], room: Vec3, bins: &[Vec<Placement>]) {
        let mut used = vec![0; items.len()];
        for bin in bins {
            let bodies: Vec<_> =
                bin.iter().map(|p| p.cuboid(items[p.item as usize].size)).collect();
            for p in bin {
                used[p.item as usize] += 1;
            }
            assert_eq!(bodies.iter().map(Cuboid::volume).sum::<i64>(), volume(room));
            for (k, body) in bodies.iter().enumerate() {
                assert!((0..3).all(|a| body.lo[a] >= 0 && body.hi[a] <= room[a]));
                assert!(bodies[..k].iter().all(|other| !other.overlaps(body)));
            }
        }
        assert!(used.iter().zip(items).all(|(n, item)| *n == item.copies));
    }

    #[test]
    fn a_wheel_and_straight_cuts_fill_two_bins() {
        // Around a middle of 3 by 1, and a slice of 4 beside a wheel of 6; a bin of halves.
        let sizes = [[6, 4, 7], [4, 5, 7], [7, 5, 7], [3, 6, 7], [3, 1, 7], [10, 10, 3]];
        let mut items: Vec<Item> = sizes.into_iter().map(|s| Item::plain(s, 1)).collect();
        items.push(Item::plain([10, 5, 5], 4));
        let bins = fill(&items, [10; 3]).unwrap();
        assert_eq!(bins.len(), 2);
        assert_full(&items, [10; 3], &bins);
    }

    #[test]
    fn items_of_one_size_are_alike_however_they_are_given() {
        // 48 types, all of one size: what differs in their numbers only is not looked at again.
        let items = vec![Item::plain([5, 5, 4], 1); 48];
        let bins = fill(&items, [20, 10, 8]);
        assert_full(&items, [20, 10, 8], &bins.unwrap());
    }

    #[test]
    fn what_only_the_volume_allows_is_not_found() {
        let items = [Item::plain([2, 1, 1], 1), Item::plain([1, 2, 1], 1)];
        assert!(fill(&items, [2, 2, 1]).is_none());
        let items = [Item::plain([2, 1, 1], 2), Item::plain([1, 2, 1], 2)];
        assert_full(&items, [2, 2, 1], &fill(&items, [2, 2, 1]).unwrap());
    }

    #[test]
    fn turned_items_and_the_largest_lengths() {
        let turning =
            [Item { orientations: Orientation::ALL.to_vec(), ..Item::plain([6, 2, 3], 4) }];
        assert_full(&turning, [6, 6, 4], &fill(&turning, [6, 6, 4]).unwrap());
        let long = [Item::plain([1 << 30, 1, 1], 3)];
        assert_full(&long, [1 << 30, 1, 1], &fill(&long, [1 << 30, 1, 1]).unwrap());
    }
}
