//! What each place of a warehouse adds to the walk of one product's orders: all places at once.
//!
//! Judged is a short form of the tour: twice the width and depth that an order spans, and for each
//! piece of an aisle that it enters the farthest pick, there and back or through. In this form an
//! order without the product says of every piece from which depth on a further pick costs more.
//! So counts over the orders, by depth, by aisle and by block, and one running sum over each give
//! the cost of all places for about the price of one.

use crate::grid::{Grid, Spot};

/// A place: slots that tours can not tell apart. Numbered by aisle, block and depth.
pub(crate) struct Places {
    /// Piece of an aisle between two cross aisles that a place is in, and the piece's places.
    piece: Vec<u32>,
    start: Vec<usize>,
    /// Cost of entering the piece as far as the place.
    entry: Vec<i64>,
    aisle: Vec<u32>,
    block: Vec<u32>,
    /// Place of each slot.
    pub of_slot: Vec<u32>,
    x: Vec<i64>,
    home: u32,
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
            (s.aisle, block as u32, (2 * depth).min(far - near))
        };
        let mut keys: Vec<(u32, u32, i64)> = spots.iter().map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        let piece: Vec<u32> = keys.iter().map(|k| k.0 * blocks as u32 + k.1).collect();
        let pieces = grid.aisle_x().len() * blocks;
        Self {
            start: (0..=pieces).map(|p| piece.partition_point(|&q| (q as usize) < p)).collect(),
            piece,
            entry: keys.iter().map(|k| k.2).collect(),
            aisle: keys.iter().map(|k| k.0).collect(),
            block: keys.iter().map(|k| k.1).collect(),
            of_slot: spots.iter().map(|s| keys.partition_point(|k| *k < key(s)) as u32).collect(),
            x: grid.aisle_x().to_vec(),
            home: grid.depot().0 as u32,
            ahead: (0..blocks).map(|b| (cross[b] - cross[depot]).max(0)).collect(),
            behind: (0..blocks).map(|b| (cross[depot] - cross[b + 1]).max(0)).collect(),
            near: depot.min(blocks - 1),
        }
    }
}

/// Orders of one product, as the others in each of them, in an order that says nothing.
#[derive(Clone, Default)]
pub(crate) struct Company {
    /// Starts in `others`, one more than orders.
    pub ptr: Vec<u32>,
    pub others: Vec<u32>,
    /// Orders of the product, of which the listed ones may be a sample.
    pub orders: usize,
}

/// Counts over the orders of one product, and what they say of every place.
pub(crate) struct Tally<'a> {
    places: &'a Places,
    /// Of the order at hand: one more than the deepest place of each piece; pieces that are entered.
    deepest: Vec<u32>,
    entered: Vec<u32>,
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
        let n = places.piece.len();
        Self {
            places,
            deepest: vec![0; places.start.len()],
            entered: Vec::new(),
            depth: vec![0; n],
            low: vec![0; aisles],
            high: vec![0; aisles],
            blocks: vec![0; blocks * blocks],
            across: vec![0; aisles],
            beyond: vec![0; blocks],
            costs: vec![0.0; n],
        }
    }

    /// Count one order; `at` is the place of each product.
    fn add(&mut self, others: &[u32], at: &[u32]) {
        let places = self.places;
        let (mut low, mut high) = (places.home, places.home);
        let (mut ahead, mut behind) = (places.near, places.near);
        let many = places.ahead.len() > 1;
        for &j in others {
            let place = at[j as usize];
            let piece = places.piece[place as usize];
            let deepest = &mut self.deepest[piece as usize];
            if *deepest == 0 {
                self.entered.push(piece);
            }
            *deepest = (*deepest).max(place + 1);
            low = low.min(places.aisle[place as usize]);
            high = high.max(places.aisle[place as usize]);
            if many {
                let block = places.block[place as usize] as usize;
                if places.ahead[block] > places.ahead[ahead] {
                    ahead = block;
                }
                if places.behind[block] > places.behind[behind] {
                    behind = block;
                }
            }
        }
        for &piece in &self.entered {
            let deepest = std::mem::take(&mut self.deepest[piece as usize]);
            self.depth[deepest as usize - 1] += 1;
        }
        self.entered.clear();
        self.low[low as usize] += 1;
        self.high[high as usize] += 1;
        self.blocks[ahead * places.ahead.len() + behind] += 1;
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

    /// What the product would add at each place, judged on `most` of its orders from the `turn`-th
    /// on and scaled to all of them; the others of its orders stay where they are.
    pub fn count(&mut self, company: &Company, at: &[u32], most: usize, turn: u64) {
        let places = self.places;
        self.reset();
        let all = company.ptr.len() - 1;
        let some = all.min(most);
        let mut order = if some < all { (turn % all as u64) as usize } else { 0 };
        for _ in 0..some {
            let row = company.ptr[order] as usize..company.ptr[order + 1] as usize;
            self.add(&company.others[row], at);
            order += 1;
            if order == all {
                order = 0;
            }
        }
        self.reach_aisles();
        self.reach_blocks();
        let scale = company.orders as f64 / some.max(1) as f64;
        for ends in places.start.windows(2).filter(|ends| ends[0] < ends[1]) {
            let own = ends[0]..ends[1];
            let (aisle, block) = (places.aisle[own.start], places.block[own.start]);
            let reach = 2 * (self.across[aisle as usize] + self.beyond[block as usize]);
            let entering: u32 = self.depth[own.clone()].iter().sum();
            // Orders that do not come as deep as this yet.
            let mut short = some as i64 - i64::from(entering);
            let (mut cost, mut before) = (reach, 0);
            for place in own {
                cost += short * (places.entry[place] - before);
                before = places.entry[place];
                short += i64::from(self.depth[place]);
                self.costs[place] = scale * cost as f64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use backhaul_common::{purpose, Stream};
    use proptest::prelude::*;

    use super::*;

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
            let others: Vec<u32> = (0..12).map(|_| 1 + draw.below(9) as u32).collect();
            let company = Company { ptr: vec![0, 5, 5, 12], others, orders: 3 };
            let mut tally = Tally::new(&places);
            tally.count(&company, &places.of_slot, usize::MAX, 0);
            for (slot, &there) in spots.iter().enumerate() {
                let more: i64 = company.ptr.windows(2).map(|w| {
                    let row = &company.others[w[0] as usize..w[1] as usize];
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
