//! What each place of a warehouse adds to the walk of one product's orders: all places at once.
//!
//! Judged is a short form of the tour: twice the width and depth that an order spans, and for each
//! piece of an aisle that it enters the farthest pick, there and back or through. In this form an
//! order without the product says of every piece from which depth on a further pick costs more.
//! So counts over the orders, by depth, by aisle and by block, and one running sum over each give
//! the cost of all places for about the price of one.

use crate::grid::{Grid, Spot};
use crate::order_rows::Rows;

/// Orders whose rows are asked for at a time.
const AHEAD: usize = 16;

/// A place: slots that tours can not tell apart. Numbered by aisle, block and depth, each piece
/// from a multiple of a power of two on, so that two places of one piece are told by their bits.
pub(crate) struct Places {
    /// Bits of a place's number within its piece of an aisle between two cross aisles.
    bits: u32,
    /// Places of each piece.
    many: Vec<usize>,
    /// Cost of entering the piece as far as the place.
    entry: Vec<i64>,
    /// Place of each slot.
    pub of_slot: Vec<u32>,
    x: Vec<i64>,
    home: usize,
    /// Of each block: cross aisle to get to, beyond the depot's and before it.
    ahead: Vec<i64>,
    behind: Vec<i64>,
    /// A block at the depot.
    near: usize,
}

impl Places {
    pub fn new(grid: &Grid, spots: &[Spot]) -> Self {
        let cross = grid.cross_y();
        let (blocks, depot) = (cross.len() - 1, grid.depot().1);
        let key = |s: &Spot| {
            let block = grid.block_of(s.y);
            let (near, far) = (cross[block], cross[block + 1]);
            let depth = if block >= depot { s.y - near } else { far - s.y };
            (s.aisle as usize * blocks + block, (2 * depth).min(far - near))
        };
        let mut keys: Vec<(usize, i64)> = spots.iter().map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut many = vec![0_usize; grid.aisle_x().len() * blocks];
        for &(piece, _) in &keys {
            many[piece] += 1;
        }
        let most: usize = many.iter().copied().max().unwrap_or(0).max(1);
        let bits = most.next_power_of_two().trailing_zeros();
        let mut entry = vec![0; many.len() << bits];
        let mut first = 0;
        for (piece, &count) in many.iter().enumerate() {
            for k in 0..count {
                entry[(piece << bits) + k] = keys[first + k].1;
            }
            first += count;
        }
        let number = |s: &Spot| {
            let (piece, cost) = key(s);
            let own = &entry[piece << bits..(piece << bits) + many[piece]];
            ((piece << bits) + own.partition_point(|&e| e < cost)) as u32
        };
        let of_slot = spots.iter().map(number).collect();
        Self {
            bits,
            many,
            entry,
            of_slot,
            x: grid.aisle_x().to_vec(),
            home: grid.depot().0,
            ahead: (0..blocks).map(|b| (cross[b] - cross[depot]).max(0)).collect(),
            behind: (0..blocks).map(|b| (cross[depot] - cross[b + 1]).max(0)).collect(),
            near: depot.min(blocks - 1),
        }
    }

    /// Aisle of a place.
    #[inline]
    pub fn aisle(&self, place: u32) -> usize {
        (place >> self.bits) as usize / self.ahead.len()
    }

    /// Number of aisles.
    pub fn aisles(&self) -> usize {
        self.x.len()
    }

    /// Numbers that places may have.
    pub fn numbers(&self) -> usize {
        self.entry.len()
    }
}

/// Counts over the orders of one product, and what they say of every place.
pub(crate) struct Tally<'a> {
    places: &'a Places,
    /// Orders by deepest place of each piece, by lowest and highest aisle, by farthest blocks.
    depth: Vec<u32>,
    low: Vec<u32>,
    high: Vec<u32>,
    blocks: Vec<u32>,
    /// Cost of reaching each aisle and each block.
    across: Vec<i64>,
    beyond: Vec<i64>,
    /// Cost of each place, over all orders of the product.
    pub costs: Vec<f64>,
}

impl<'a> Tally<'a> {
    pub fn new(places: &'a Places) -> Self {
        let (aisles, blocks) = (places.x.len(), places.ahead.len());
        let n = places.numbers();
        Self {
            places,
            // The last one is nowhere: what stands before the first place of an order.
            depth: vec![0; n + 1],
            low: vec![0; aisles],
            high: vec![0; aisles],
            blocks: vec![0; blocks * blocks],
            across: vec![0; aisles],
            beyond: vec![0; blocks],
            costs: vec![0.0; n],
        }
    }

    /// Count one order, as the rising places of its products, without one that stands at `own`.
    fn add(&mut self, order: &[u32], own: u32) {
        let Places { bits, home, near, ref ahead, ref behind, .. } = *self.places;
        let skip = order.iter().position(|&place| place == own).unwrap_or(order.len());
        let (before, after) = (&order[..skip], &order[(skip + 1).min(order.len())..]);
        let mut last = self.places.numbers() as u32;
        // The deepest place of a piece is the one before a place of another piece.
        for part in [before, after] {
            for &place in part {
                self.depth[last as usize] += u32::from((last ^ place) >> bits != 0);
                last = place;
            }
        }
        let (mut low, mut high) = (home, home);
        let (mut farthest, mut hindmost) = (near, near);
        if let Some(&first) = before.first().or(after.first()) {
            self.depth[last as usize] += 1;
            let blocks = ahead.len();
            low = low.min((first >> bits) as usize / blocks);
            high = high.max((last >> bits) as usize / blocks);
            if blocks > 1 {
                for &place in before.iter().chain(after) {
                    let block = (place >> bits) as usize % blocks;
                    if ahead[block] > ahead[farthest] {
                        farthest = block;
                    }
                    if behind[block] > behind[hindmost] {
                        hindmost = block;
                    }
                }
            }
        }
        self.low[low] += 1;
        self.high[high] += 1;
        self.blocks[farthest * ahead.len() + hindmost] += 1;
    }

    fn reset(&mut self) {
        self.depth.fill(0);
        self.low.fill(0);
        self.high.fill(0);
        self.blocks.fill(0);
    }

    /// Walk that each aisle adds to the width of the orders: a running sum from either side.
    fn reach_aisles(&mut self) {
        let x = &self.places.x;
        self.across[0] = 0;
        let (mut orders, mut walk) = (0, 0);
        for a in 1..x.len() {
            orders += i64::from(self.high[a - 1]);
            walk += orders * (x[a] - x[a - 1]);
            self.across[a] = walk;
        }
        (orders, walk) = (0, 0);
        for a in (1..x.len()).rev() {
            orders += i64::from(self.low[a]);
            walk += orders * (x[a] - x[a - 1]);
            self.across[a - 1] += walk;
        }
    }

    fn reach_blocks(&mut self) {
        let Places { ahead, behind, .. } = self.places;
        let n = ahead.len();
        for block in 0..n {
            self.beyond[block] = (0..n * n)
                .map(|pair| {
                    let more = (ahead[block] - ahead[pair / n]).max(0)
                        + (behind[block] - behind[pair % n]).max(0);
                    i64::from(self.blocks[pair]) * more
                })
                .sum();
        }
    }

    /// What a product at `own` would add at each place, judged on `most` of its orders from the
    /// `turn`-th on and scaled to all of them; the others of its orders stay where they are.
    pub fn count(&mut self, rows: &Rows, of: &[u32], own: u32, most: usize, turn: u64) {
        self.reset();
        let all = of.len();
        let some = all.min(most);
        let begin = if some < all { (turn % all as u64) as usize } else { 0 };
        let end = (begin + some).min(all);
        for part in [&of[begin..end], &of[..begin + some - end]] {
            for orders in part.chunks(AHEAD) {
                let ends = rows.ends::<AHEAD>(orders);
                for &(from, to, _) in &ends[..orders.len()] {
                    self.add(rows.row(from, to), own);
                }
            }
        }
        self.reach_aisles();
        self.reach_blocks();
        let places = self.places;
        let blocks = places.ahead.len();
        for (piece, &many) in places.many.iter().enumerate().filter(|(_, &many)| many > 0) {
            let own = piece << places.bits..(piece << places.bits) + many;
            let reach = 2 * (self.across[piece / blocks] + self.beyond[piece % blocks]);
            let entering: u32 = self.depth[own.clone()].iter().sum();
            // Orders that do not come as deep as this yet.
            let mut short = some as i64 - i64::from(entering);
            let (mut cost, mut before) = (reach, 0);
            for place in own {
                cost += short * (places.entry[place] - before);
                before = places.entry[place];
                short += i64::from(self.depth[place]);
                self.costs[place] = cost as f64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use backhaul_common::{purpose, Stream};
    use proptest::prelude::*;

    use super::*;
    use crate::baskets::Baskets;

    /// The short form of one tour, straight from its definition.
    fn walk(grid: &Grid, spots: &[Spot]) -> i64 {
        let (x, cross, (aisle, depot)) = (grid.aisle_x(), grid.cross_y(), grid.depot());
        let (mut low, mut high, mut ahead, mut behind) = (x[aisle], x[aisle], 0, 0);
        let mut entries = std::collections::BTreeMap::new();
        for s in spots {
            let b = grid.block_of(s.y);
            low = low.min(x[s.aisle as usize]);
            high = high.max(x[s.aisle as usize]);
            ahead = ahead.max(cross[b] - cross[depot]);
            behind = behind.max(cross[depot] - cross[b + 1]);
            let depth = if b >= depot { s.y - cross[b] } else { cross[b + 1] - s.y };
            let entry = entries.entry((s.aisle, b)).or_insert(0);
            *entry = (*entry).max((2 * depth).min(cross[b + 1] - cross[b]));
        }
        2 * (high - low + ahead + behind) + entries.values().sum::<i64>()
    }

    proptest! {
        #[test]
        fn costs_of_all_places_are_the_differences_of_whole_walks(
            blocks in 1_usize..4, depot in 0_usize..4, seed in 0_u64..1000,
        ) {
            let mut draw = Stream::new(seed, purpose("test"), 0, 0);
            let cross: Vec<i64> = (0..=blocks as i64).map(|b| 20 * b).collect();
            let grid = Grid::new(vec![0, 3, 7, 12], cross, 1, depot.min(blocks)).unwrap();
            let mut spot = || {
                let y = 1 + draw.below(20 * blocks - 1) as i64;
                Spot { aisle: draw.below(4) as u32, y }
            };
            let spots: Vec<Spot> = (0..40).map(|_| spot()).collect();
            let places = Places::new(&grid, &spots);
            // Products 1 to 9 stand in slots of their number; product 0 is looked at.
            let mut rows = vec![vec![0]; 3];
            for k in 0..12 {
                rows[k / 5].push(1 + draw.below(9) as u32);
            }
            let (basket, product): (Vec<u32>, Vec<u32>) =
                (0..3).flat_map(|b| rows[b as usize].iter().map(move |&p| (b, p))).unzip();
            let orders = Baskets::from_lines(3, &basket, &product);
            let at: Vec<Option<u32>> = places.of_slot.iter().map(|&p| Some(p)).collect();
            let rows = Rows::new(&orders, &at, &mut draw);
            let mut tally = Tally::new(&places);
            tally.count(&rows, rows.of(0), places.of_slot[0], usize::MAX, 0);
            for (slot, &there) in spots.iter().enumerate() {
                let more: i64 = (0..3).map(|b| {
                    let row = &orders.products[orders.ptr[b] + 1..orders.ptr[b + 1]];
                    let mut picks: Vec<Spot> = row.iter().map(|&j| spots[j as usize]).collect();
                    let before = walk(&grid, &picks);
                    picks.push(there);
                    walk(&grid, &picks) - before
                }).sum();
                prop_assert_eq!(tally.costs[places.of_slot[slot] as usize], more as f64);
            }
        }
    }
}
