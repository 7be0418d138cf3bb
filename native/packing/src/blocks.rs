//! Blocks: items put together with little or no waste, placed as one (Fanslau and Bortfeldt 2010).
//!
//! A block is one turned item, a grid of such, or two blocks side by side along an axis. Placing
//! blocks instead of single items keeps searches short and packings tight.

use crate::geometry::{volume, Cuboid, Orientation, Placement, Vec3};
use crate::memory::{mixed, Memory};
use crate::problem::Item;

/// How a block is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Make {
    /// A grid of one turned item.
    Grid {
        /// The item type.
        item: u32,
        /// How each is turned.
        orientation: Orientation,
        /// Number along x, y and z.
        count: Vec3,
    },
    /// Two earlier blocks, the second beyond the first along the axis.
    Pair {
        /// Number of the first block.
        first: u32,
        /// Number of the second block.
        second: u32,
        /// 0, 1 or 2.
        axis: usize,
    },
}

/// One block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Extents of its hull.
    pub size: Vec3,
    /// Volume of its items.
    pub volume: i64,
    /// Worth of its items.
    pub profit: i64,
    /// Weight of its items.
    pub weight: i64,
    /// How many items.
    pub pieces: u32,
    /// Which item types, and how many of each, by type.
    pub parts: Vec<(u32, u32)>,
    /// Extents along x and y, from the corner nearest the origin, of the flat part of its top.
    pub top: [i32; 2],
    /// How it is made.
    pub make: Make,
}

impl Block {
    /// The space of its top face on which things may stand, up to the ceiling.
    pub fn top_space(&self, pos: Vec3, ceiling: i32) -> Cuboid {
        let z = pos[2] + self.size[2];
        Cuboid {
            lo: [pos[0], pos[1], z],
            hi: [pos[0] + self.top[0], pos[1] + self.top[1], ceiling],
        }
    }
}

/// What blocks may be made.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// At most so many, beyond those of one single item.
    pub count: usize,
    /// Items must fill at least this share of the hull, in thousandths.
    pub fill: i64,
    /// Whether everything in a block must be fully supported by what is below it in the block.
    pub supported: bool,
    /// Whether only grids of one item are made.
    pub grids_only: bool,
    /// Whether each item of a block will be looked at when it is placed: huge ones take too long.
    pub looked_through: bool,
}

/// Types of items beyond which their blocks may take longer than there is time.
const MANY: usize = 2_000;

/// Grids of one turned item at most where only a few numbers along each axis are tried.
const THIN: usize = 64;
/// Items of such a grid at most where rules look at each of them.
const MOST_LOOKED_THROUGH: u32 = 32;
/// So many times the blocks that are kept may be made before the choice among them.
const FAIR: usize = 16;

/// Types of items whose grids are made whatever the time: a first answer leaves none of them out.
const PROMPT: usize = 1_024;

fn grids(
    items: &[Item],
    left: &[u32],
    room: Vec3,
    weight: i64,
    limits: &Limits,
    expired: &dyn Fn() -> bool,
    out: &mut Vec<Block>,
) {
    // Single items of all types first, then larger grids in turns, so that a limit cuts fairly.
    let mut larger = Vec::new();
    let mut order: Vec<usize> = (0..items.len()).collect();
    if items.len() > MANY {
        // There may not be the time for all: those worth most come first.
        order.sort_by_key(|&k| (std::cmp::Reverse(items[k].profit), k));
    }
    let turned: usize = items.iter().map(|i| i.orientations.len()).sum();
    // Few types: each gets its share of grids, whether it comes first or last.
    let fair = turned * THIN <= FAIR * limits.count;
    let share = 4 * limits.count / turned.max(1);
    let mut thinned = false;
    for (at, &k) in order.iter().enumerate() {
        let item = &items[k];
        if left[k] == 0 || item.weight > weight {
            continue;
        }
        if at >= PROMPT && at % 256 == 0 && expired() {
            break;
        }
        let mut seen: Vec<Vec3> = Vec::new();
        for &orientation in &item.orientations {
            let size = orientation.apply(item.size);
            if (0..3).any(|a| size[a] > room[a]) || seen.contains(&size) {
                continue;
            }
            seen.push(size);
            let heavy = if item.weight > 0 { weight / item.weight } else { i64::MAX };
            let most = i64::from(left[k]).min(heavy) as i32;
            let high = if item.stackable { room[2] / size[2] } else { 1 };
            let along = [room[0] / size[0], room[1] / size[1], high];
            // So many copies that a type's grids would crowd out those of the others.
            let thin = fair && more_grids_than(share, along, most);
            thinned |= thin;
            for nz in counts(along[2].min(most), thin) {
                for ny in counts(along[1].min(most / nz), thin) {
                    for nx in counts(along[0].min(most / nz / ny), thin) {
                        let single = nx * ny * nz == 1;
                        let full = larger.len() + out.len() >= 4 * limits.count.max(1);
                        if !single && full && !fair {
                            break;
                        }
                        let pieces = (nx * ny * nz) as u32;
                        if thin && limits.looked_through && pieces > MOST_LOOKED_THROUGH {
                            break;
                        }
                        let hull = [nx * size[0], ny * size[1], nz * size[2]];
                        let block = Block {
                            size: hull,
                            volume: volume(hull),
                            profit: item.profit * i64::from(pieces),
                            weight: item.weight * i64::from(pieces),
                            pieces,
                            parts: vec![(k as u32, pieces)],
                            top: [hull[0], hull[1]],
                            make: Make::Grid { item: k as u32, orientation, count: [nx, ny, nz] },
                        };
                        if single {
                            out.push(block);
                        } else {
                            larger.push(block);
                        }
                    }
                }
            }
        }
    }
    larger.sort_by_key(|b| b.pieces);
    if thinned && larger.len() > limits.count {
        // Small ones and large ones: with small ones alone a fill would never end.
        let all = larger.len();
        let mut at = 0;
        larger.retain(|_| {
            at += 1;
            at * limits.count / all > (at - 1) * limits.count / all
        });
    }
    larger.truncate(limits.count);
    out.append(&mut larger);
}

/// Whether there are more grids of a turned item than this.
fn more_grids_than(share: usize, along: Vec3, most: i32) -> bool {
    let mut grids = 0;
    for nz in 1..=along[2].min(most) {
        for ny in 1..=along[1].min(most / nz) {
            grids += along[0].min(most / nz / ny) as usize;
            if grids > share {
                return true;
            }
        }
    }
    false
}

/// How many items a grid may have along an axis: all numbers, or only a few of them.
fn counts(most: i32, thin: bool) -> impl Iterator<Item = i32> {
    let few = move |n: &i32| !thin || *n <= 2 || *n == most / 2 || *n == most;
    (1..=most).filter(few)
}

fn parts_fit(a: &Block, b: &Block, left: &[u32]) -> bool {
    a.parts.iter().all(|&(k, n)| {
        let more = b.parts.iter().find(|p| p.0 == k).map_or(0, |p| p.1);
        n + more <= left[k as usize]
    })
}

fn joined_parts(a: &Block, b: &Block) -> Vec<(u32, u32)> {
    let mut parts = a.parts.clone();
    for &(k, n) in &b.parts {
        match parts.binary_search_by_key(&k, |p| p.0) {
            Ok(at) => parts[at].1 += n,
            Err(at) => parts.insert(at, (k, n)),
        }
    }
    parts
}

/// Put two blocks side by side along an axis, if the result is allowed.
fn pair(
    blocks: &[Block],
    (i, j): (usize, usize),
    axis: usize,
    room: Vec3,
    left: &[u32],
    limits: &Limits,
) -> Option<Block> {
    let (a, b) = (&blocks[i], &blocks[j]);
    let mut size = [0; 3];
    for k in 0..3 {
        size[k] = if k == axis { a.size[k] + b.size[k] } else { a.size[k].max(b.size[k]) };
        if size[k] > room[k] {
            return None;
        }
    }
    let filled = a.volume + b.volume;
    if (filled as f64) * 1000.0 < volume(size) as f64 * limits.fill as f64 {
        return None;
    }
    let mut top = [0; 2];
    if axis == 2 {
        if limits.supported && (b.size[0] > a.top[0] || b.size[1] > a.top[1]) {
            return None;
        }
        top = b.top;
    } else if a.size[2] == b.size[2] && a.top[axis] == a.size[axis] {
        let across = 1 - axis;
        top[axis] = a.size[axis] + b.top[axis];
        top[across] = a.top[across].min(b.top[across]);
    } else {
        if limits.supported {
            return None;
        }
        top = a.top;
    }
    if !parts_fit(a, b, left) {
        return None;
    }
    Some(Block {
        size,
        volume: filled,
        profit: a.profit + b.profit,
        weight: a.weight + b.weight,
        pieces: a.pieces + b.pieces,
        parts: joined_parts(a, b),
        top,
        make: Make::Pair { first: i as u32, second: j as u32, axis },
    })
}

/// The same for blocks of the same size and items: one of them serves.
fn fingerprint(block: &Block) -> u64 {
    let parts = block.parts.iter().flat_map(|&(item, count)| [item, count]);
    mixed(1, block.size.into_iter().map(|s| s as u32).chain(parts))
}

/// The blocks for what is `left` of the items in a container of this size and weight limit.
/// When `expired`, those that there are by then.
pub fn generate(
    items: &[Item],
    left: &[u32],
    room: Vec3,
    weight: i64,
    limits: &Limits,
    expired: &dyn Fn() -> bool,
) -> Vec<Block> {
    let mut blocks = Vec::new();
    grids(items, left, room, weight, limits, expired, &mut blocks);
    if limits.grids_only || expired() {
        return blocks;
    }
    let singles = blocks.iter().filter(|b| b.pieces == 1).count();
    let most = singles + limits.count;
    let mut seen = Memory::default();
    for block in &blocks {
        seen.put(fingerprint(block), 1);
    }
    let mut done = 0;
    while done < blocks.len() && blocks.len() < most {
        // Every block of this round against all known ones; what they make is the next round.
        let known = blocks.len();
        // By extent along each axis, to find partners of nearly the same cross-section.
        let by_extent: [Vec<u32>; 3] = std::array::from_fn(|axis| {
            let mut order: Vec<u32> = (0..known as u32).collect();
            order.sort_by_key(|&k| blocks[k as usize].size[axis]);
            order
        });
        for i in done..known {
            if expired() {
                return blocks;
            }
            for axis in 0..3 {
                let across = if axis == 2 { 0 } else { 2 };
                let order = &by_extent[across];
                let extent = blocks[i].size[across];
                // With little waste allowed, cross-sections differ little: nothing else is looked at.
                let slack = (f64::from(extent) * (1.0 - limits.fill as f64 / 1000.0)) as i32;
                let from =
                    order.partition_point(|&k| blocks[k as usize].size[across] < extent - slack);
                for &j in &order[from..] {
                    let j = j as usize;
                    if blocks[j].size[across] > extent + slack {
                        break;
                    }
                    if j >= done && j < i && axis != 2 {
                        continue; // side by side, the other order is the mirror image
                    }
                    let Some(block) = pair(&blocks, (i, j), axis, room, left, limits) else {
                        continue;
                    };
                    let fingerprint = fingerprint(&block);
                    if block.weight <= weight && seen.get(fingerprint).is_none() {
                        seen.put(fingerprint, 1);
                        blocks.push(block);
                        if blocks.len() >= most {
                            return blocks;
                        }
                    }
                }
            }
        }
        done = known;
    }
    blocks
}

/// The items of a block that stands at `pos`, lower ones first.
pub fn unfold(blocks: &[Block], number: u32, pos: Vec3, items: &[Item], out: &mut Vec<Placement>) {
    match blocks[number as usize].make {
        Make::Grid { item, orientation, count } => {
            let size = orientation.apply(items[item as usize].size);
            for z in 0..count[2] {
                for y in 0..count[1] {
                    for x in 0..count[0] {
                        let at = [pos[0] + x * size[0], pos[1] + y * size[1], pos[2] + z * size[2]];
                        out.push(Placement { item, orientation, pos: at });
                    }
                }
            }
        }
        Make::Pair { first, second, axis } => {
            unfold(blocks, first, pos, items, out);
            let mut beyond = pos;
            beyond[axis] += blocks[first as usize].size[axis];
            unfold(blocks, second, beyond, items, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Limits = Limits {
        count: 1000,
        fill: 980,
        supported: true,
        grids_only: false,
        looked_through: false,
    };

    #[test]
    fn eight_cubes_fill_a_cube_of_twice_the_edge() {
        let items = [Item::plain([5; 3], 8)];
        let blocks = generate(&items, &[8], [10; 3], i64::MAX, &FREE, &|| false);
        let whole = blocks.iter().position(|b| b.size == [10; 3]).unwrap();
        let mut placed = Vec::new();
        unfold(&blocks, whole as u32, [0; 3], &items, &mut placed);
        assert_eq!(placed.len(), 8);
        assert!(blocks.iter().all(|b| b.pieces <= 8));
    }

    #[test]
    fn many_copies_of_one_type_leave_room_for_blocks_of_the_others() {
        let items = [Item::plain([2; 3], 50_000), Item::plain([3; 3], 50_000)];
        let blocks = generate(&items, &[50_000; 2], [100; 3], i64::MAX, &FREE, &|| false);
        assert!(blocks.len() <= 2 + FREE.count);
        for item in 0..2 {
            let of = |b: &&Block| b.parts.iter().all(|p| p.0 == item);
            let pieces: Vec<u32> = blocks.iter().filter(of).map(|b| b.pieces).collect();
            assert!(pieces.contains(&2) && pieces.iter().any(|&n| n > 10_000), "{pieces:?}");
        }
        let looked_through = Limits { looked_through: true, ..FREE };
        let blocks = generate(&items, &[50_000; 2], [100; 3], i64::MAX, &looked_through, &|| false);
        let is_grid = |b: &&Block| matches!(b.make, Make::Grid { .. });
        assert!(blocks.iter().filter(is_grid).all(|b| b.pieces <= MOST_LOOKED_THROUGH));
    }

    #[test]
    fn different_items_join_only_when_they_fit_flush() {
        let items = [Item::plain([6, 4, 5], 1), Item::plain([4, 4, 5], 1)];
        let blocks = generate(&items, &[1, 1], [10, 10, 10], i64::MAX, &FREE, &|| false);
        // side by side along x: both orders are one mirror image; on top only small above large
        let pairs: Vec<Vec3> = blocks.iter().filter(|b| b.pieces == 2).map(|b| b.size).collect();
        assert_eq!(pairs, vec![[10, 4, 5]]);
    }
}
