//! Fills one container block by block: which space, which corner, which block.

use crate::balance::{Balance, Lump};
use crate::blocks::unfold;
use crate::deck::Deck;
use crate::geometry::{Cuboid, Placement, Vec3};
use crate::kit::{Kit, Taste};
use crate::load::Load;
use crate::memory::mixed;
use crate::problem::Item;
use crate::rules::RuleSet;
use crate::spaces::{Cut, Ground, Spaces, Worth};

/// How many blocks are tried in one space before it is given up, when rules may forbid them.
const TRIES_UNDER_RULES: usize = 60;
/// The same where any answer comes first: to rank many blocks takes longer than to try few.
const TRIES_IN_A_HURRY: usize = 3;

/// Ways to see a container: as it is or mirrored along x, y and z, a bit each.
const MIRRORS: usize = 8;

/// What does not change while one container is filled.
pub struct Site<'a> {
    /// All item types.
    pub items: &'a [Item],
    /// The blocks.
    pub kit: &'a Kit,
    /// How blocks are ranked and spaces chosen. What the blocks' bounds are made of, pieces and
    /// waste, is as in the kit.
    pub taste: Taste,
    /// Rules on who may rest on whom.
    pub rules: &'a RuleSet,
    /// Whether bases must be fully supported.
    pub ground: Ground,
    /// Whether things hang on nothing: then upper corners of spaces serve as well as lower ones.
    pub weightless: bool,
    /// Weight that still may be loaded at the start.
    pub weight: i64,
    /// Room that is taken from the start.
    pub obstacles: &'a [Cuboid],
    /// Part of the floor that carries; none: all of it.
    pub deck: Option<Deck>,
    /// Where the centre of gravity must lie; none: anywhere.
    pub balance: Option<Balance>,
}

/// A container partly filled.
#[derive(Clone)]
pub struct State {
    /// Room that is left.
    pub spaces: Spaces,
    /// Items that are left, by type.
    pub left: Vec<u32>,
    /// Blocks placed so far and where.
    pub placed: Vec<(u32, Vec3)>,
    /// Worth of what is placed.
    pub profit: i64,
    /// Weight that may still be loaded.
    pub weight: i64,
    /// Fingerprints of what is placed where, in whatever order it came, seen in each mirror.
    prints: [u64; MIRRORS],
    allowed: Vec<u64>,
    /// Single items that there are.
    there: Vec<u64>,
    load: Load,
}

/// Working memory, reused between fills.
#[derive(Default)]
pub struct Scratch {
    cut: Cut,
    faces: Faces,
    ranked: Vec<(f64, u32)>,
    unfolded: Vec<Placement>,
}

/// A space to fill next, and the corner of it to fill from.
#[derive(Clone, Copy)]
struct Spot {
    index: usize,
    space: Cuboid,
    /// For each axis, whether to start at the far end.
    far: [bool; 3],
}

impl Spot {
    #[inline]
    fn place(&self, size: Vec3) -> Cuboid {
        let mut lo = self.space.lo;
        for a in 0..3 {
            if self.far[a] {
                lo[a] = self.space.hi[a] - size[a];
            }
        }
        Cuboid::at(lo, size)
    }
}

/// What touches the six faces of a space: a wall, or rectangles of blocks.
#[derive(Default)]
struct Faces {
    wall: [bool; 6],
    rectangles: [Vec<Cuboid>; 6],
}

impl Faces {
    fn look(&mut self, kit: &Kit, placed: &[(u32, Vec3)], space: &Cuboid) {
        for f in 0..6 {
            let a = f / 2;
            self.rectangles[f].clear();
            self.wall[f] = if f % 2 == 0 { space.lo[a] == 0 } else { space.hi[a] == kit.room[a] };
        }
        for &(block, pos) in placed {
            let other = Cuboid::at(pos, kit.blocks[block as usize].size);
            let touches = (0..3).all(|a| other.lo[a] <= space.hi[a] && space.lo[a] <= other.hi[a]);
            if !touches {
                continue;
            }
            for a in 0..3 {
                if other.hi[a] == space.lo[a] && !self.wall[2 * a] {
                    self.rectangles[2 * a].push(other);
                }
                if other.lo[a] == space.hi[a] && !self.wall[2 * a + 1] {
                    self.rectangles[2 * a + 1].push(other);
                }
            }
        }
    }

    /// Share of the box's surface that touches walls or blocks, small gaps ignored.
    fn contact(&self, spot: &Spot, body: &Cuboid, gap: [i32; 3]) -> f64 {
        let size = body.size().map(f64::from);
        let mut touching = 0.0;
        for f in 0..6 {
            let a = f / 2;
            let near = (f % 2 == 1) == spot.far[a];
            let distance = if near {
                0
            } else if f % 2 == 0 {
                body.lo[a] - spot.space.lo[a]
            } else {
                spot.space.hi[a] - body.hi[a]
            };
            if distance > gap[a] {
                continue;
            }
            let (b, c) = ((a + 1) % 3, (a + 2) % 3);
            if self.wall[f] {
                touching += size[b] * size[c];
                continue;
            }
            for other in &self.rectangles[f] {
                let (u, v) = (body.shared(other, b), body.shared(other, c));
                if u > 0 && v > 0 {
                    touching += f64::from(u) * f64::from(v);
                }
            }
        }
        touching / (2.0 * (size[0] * size[1] + size[1] * size[2] + size[0] * size[2]))
    }
}

impl Site<'_> {
    /// Fingerprint of what is placed where; mirror images share it where they are worth the same.
    #[inline]
    pub fn fingerprint(&self, state: &State) -> u64 {
        let plain = self.obstacles.is_empty() && self.deck.is_none() && self.balance.is_none();
        let same = match (plain, self.weightless) {
            (true, true) => MIRRORS,
            // Upside down is not the same where things need support.
            (true, false) => MIRRORS / 2,
            (false, _) => 1,
        };
        state.prints[..same].iter().copied().min().unwrap_or(0)
    }

    /// An empty container and these items.
    pub fn start(&self, left: &[u32]) -> State {
        self.begin(left, Spaces::new(self.kit.room, self.ground))
    }

    /// A container filled in a hurry: its free room is kept in parts that do not overlap, so that
    /// hundreds of small items take a millisecond or two where maximal spaces take dozens.
    pub fn rough(&self, left: &[u32], scratch: &mut Scratch, expired: &dyn Fn() -> bool) -> State {
        let mut state = self.begin(left, Spaces::parted(self.kit.room, self.ground));
        self.complete(&mut state, scratch, expired, &mut |_| false);
        state
    }

    fn begin(&self, left: &[u32], mut spaces: Spaces) -> State {
        if let (Ground::Full, Some(deck)) = (self.ground, self.deck) {
            spaces.list = vec![deck.above(self.kit.room[2])];
        }
        for obstacle in self.obstacles {
            let none = Cuboid { lo: obstacle.hi, hi: obstacle.hi };
            let worth = Worth { least: &self.kit.least, singles: None };
            spaces.take(obstacle, none, worth, &mut Cut::default());
        }
        State {
            spaces,
            left: left.to_vec(),
            placed: Vec::new(),
            profit: 0,
            weight: self.weight,
            prints: [0; MIRRORS],
            allowed: self.kit.allowed(left),
            there: self.kit.singles.there(left),
            load: Load::on(self.deck),
        }
    }

    /// The space nearest to a corner of the container, larger ones first among equals.
    fn spot(&self, state: &State) -> Option<Spot> {
        let room = self.kit.room;
        let mut best: Option<((i64, i64, Vec3), Spot)> = None;
        for (index, space) in state.spaces.list.iter().enumerate() {
            let mut far = [false; 3];
            let mut distance = 0;
            for a in 0..3 {
                let back = room[a] - space.hi[a];
                far[a] = back < space.lo[a] && (a < 2 || self.weightless);
                let away = if far[a] { back } else { space.lo[a] };
                distance += self.taste.pull[a] * i64::from(away);
            }
            let key = (distance, -space.volume(), space.lo);
            if best.as_ref().is_none_or(|b| key < b.0) {
                best = Some((key, Spot { index, space: *space, far }));
            }
        }
        best.map(|b| b.1)
    }

    /// Score of a block before its contact, which can only lower it, is looked at.
    #[inline]
    fn promise(&self, extent: Vec3, whole: f64, number: u32) -> f64 {
        let kit = self.kit;
        let size = kit.sizes[number as usize];
        let mut usable = whole;
        for a in 0..3 {
            usable *= f64::from(size[a] + kit.reach(a, extent[a] - size[a]));
        }
        let mut power = kit.bound[number as usize];
        for _ in 0..self.taste.loss {
            power *= usable;
        }
        power
    }

    /// The best `width` blocks for a space, best first.
    fn rank(&self, state: &State, spot: &Spot, width: usize, scratch: &mut Scratch) {
        let kit = self.kit;
        scratch.ranked.clear();
        if !kit.singles.fits(spot.space.size(), &state.there) {
            return;
        }
        let gap = kit.room.map(|r| (f64::from(r) * self.taste.gap) as i32);
        let Scratch { faces, ranked, .. } = scratch;
        let mut looked = false;
        let size = spot.space.size();
        let whole = 1.0 / size.iter().map(|&s| f64::from(s)).product::<f64>();
        kit.fitting(size, &state.allowed, |k| {
            let bound = kit.bound[k as usize];
            if ranked.len() == width && bound <= ranked[width - 1].0 {
                return false;
            }
            if state.weight < i64::MAX && kit.blocks[k as usize].weight > state.weight {
                return true;
            }
            let promise = self.promise(size, whole, k);
            if ranked.len() == width && promise <= ranked[width - 1].0 {
                return true;
            }
            if !looked {
                faces.look(kit, &state.placed, &spot.space);
                looked = true;
            }
            let score = promise * faces.contact(spot, &spot.place(kit.sizes[k as usize]), gap);
            if ranked.len() < width || score > ranked[width - 1].0 {
                let at = ranked.partition_point(|r| r.0 >= score);
                ranked.insert(at, (score, k));
                ranked.truncate(width);
            }
            true
        });
    }

    /// Put a block into a spot, unless a rule forbids it.
    fn put(&self, state: &mut State, spot: &Spot, number: u32, scratch: &mut Scratch) -> bool {
        let body = spot.place(self.kit.blocks[number as usize].size);
        // Too much of it may hang over the deck in the corner, and not beside it.
        let inward = |deck: Deck| deck.pulled(&body, &spot.space, spot.far);
        self.put_at(state, body, number, scratch)
            || (self.deck.and_then(inward))
                .is_some_and(|body| self.put_at(state, body, number, scratch))
    }

    fn put_at(&self, state: &mut State, body: Cuboid, number: u32, scratch: &mut Scratch) -> bool {
        let block = &self.kit.blocks[number as usize];
        if !self.rules.is_empty() {
            scratch.unfolded.clear();
            unfold(&self.kit.blocks, number, body.lo, self.items, &mut scratch.unfolded);
            if !self.rules.try_extend(self.items, &mut state.load, &scratch.unfolded) {
                return false;
            }
        }
        let top = block.top_space(body.lo, self.kit.room[2]);
        let dried = self.kit.consume(number, &mut state.left, &mut state.allowed);
        if dried {
            for &(item, _) in block.parts.iter().filter(|p| state.left[p.0 as usize] == 0) {
                self.kit.singles.remove(item, &mut state.there);
            }
        }
        let Kit { least, singles, .. } = self.kit;
        // Under full support even a top that takes nothing may grow by its neighbours.
        let grows = self.ground == Ground::Full;
        if dried && !grows {
            state.spaces.list.retain(|s| singles.fits(s.size(), &state.there));
        }
        let singles = (!grows).then_some((singles, state.there.as_slice()));
        state.spaces.take(&body, top, Worth { least, singles }, &mut scratch.cut);
        state.placed.push((number, body.lo));
        for (mirror, print) in state.prints.iter_mut().enumerate() {
            let at = (0..3).map(|a| match mirror >> a & 1 {
                0 => body.lo[a] as u32,
                _ => (self.kit.room[a] - body.hi[a]) as u32,
            });
            *print = print.wrapping_add(mixed(number, at));
        }
        state.profit += block.profit;
        state.weight -= block.weight;
        true
    }

    /// The states that the best `width` blocks in the next space lead to, best first.
    /// Spaces into which nothing goes are dropped from `state`. Empty: nothing fits any more.
    pub fn expand(&self, state: &mut State, width: usize, scratch: &mut Scratch) -> Vec<State> {
        let looked_at = if self.rules.is_empty() { width } else { width + TRIES_UNDER_RULES };
        while let Some(spot) = self.spot(state) {
            self.rank(state, &spot, looked_at, scratch);
            let ranked = std::mem::take(&mut scratch.ranked);
            let mut children = Vec::new();
            for &(_, number) in &ranked {
                let mut child = state.clone();
                if self.put(&mut child, &spot, number, scratch) {
                    children.push(child);
                    if children.len() == width {
                        break;
                    }
                }
            }
            scratch.ranked = ranked;
            if !children.is_empty() {
                return children;
            }
            state.spaces.list.swap_remove(spot.index);
        }
        Vec::new()
    }

    /// Fill the rest with the best block each time, then bring the load into balance. Stops early
    /// when `expired`, and when `met` says that it knows a state by its fingerprint.
    pub fn complete(
        &self,
        state: &mut State,
        scratch: &mut Scratch,
        expired: &dyn Fn() -> bool,
        met: &mut dyn FnMut(u64) -> bool,
    ) {
        let width = match (self.rules.is_empty(), state.spaces.is_parted()) {
            (true, _) => 1,
            (false, true) => TRIES_IN_A_HURRY,
            (false, false) => TRIES_UNDER_RULES,
        };
        let mut steps = 0u32;
        while let Some(spot) = self.spot(state) {
            self.rank(state, &spot, width, scratch);
            let ranked = std::mem::take(&mut scratch.ranked);
            let done = ranked.iter().any(|&(_, k)| self.put(state, &spot, k, scratch));
            scratch.ranked = ranked;
            if !done {
                state.spaces.list.swap_remove(spot.index);
            } else if met(self.fingerprint(state)) {
                break;
            }
            steps += 1;
            if steps.is_multiple_of(8) && expired() {
                break;
            }
        }
        if let Some(balance) = self.balance {
            self.settle(state, balance);
        }
    }

    /// Bring a load into balance: push it, and take out items that cannot stay.
    fn settle(&self, state: &mut State, balance: Balance) {
        let placements = self.placements(state);
        let lump = |p: &Placement| {
            let item = &self.items[p.item as usize];
            Lump::of(p.cuboid(item.size), item.weight, item.profit)
        };
        let lumps: Vec<Lump> = placements.iter().map(lump).collect();
        // What is pushed may neither meet an obstacle nor slip from a deck.
        let free = self.obstacles.is_empty() && self.deck.is_none();
        let settled = balance.settle(&lumps, self.kit.room, free, !self.weightless);
        if settled.changes_nothing() {
            return;
        }
        state.placed.clear();
        for (p, stays) in placements.iter().zip(settled.stays) {
            if stays {
                let at = std::array::from_fn(|a| p.pos[a] + settled.push[a]);
                state.placed.push((self.kit.single(p.item, p.orientation), at));
                continue;
            }
            let item = &self.items[p.item as usize];
            state.profit -= item.profit;
            state.weight += item.weight;
            state.left[p.item as usize] += 1;
        }
    }

    /// The items of a state, each after those that carry it.
    pub fn placements(&self, state: &State) -> Vec<Placement> {
        let mut out = Vec::new();
        for &(block, pos) in &state.placed {
            unfold(&self.kit.blocks, block, pos, self.items, &mut out);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Aim, Bin, Problem, Rules};
    use crate::several::{Making, Packer};

    /// Fingerprints of one block in a lower and in an upper corner, left and right.
    fn corners(bin: Bin) -> [u64; 4] {
        let items = vec![Item::plain([3, 2, 4], 1)];
        let problem = Problem::new(Aim::Knapsack, vec![bin], items, Rules::default()).unwrap();
        let rules = RuleSet::default();
        let making = Making { count: 10, fill: 1000, mixed: true };
        let packer = Packer::new(&problem, &rules, false, making, &|| false);
        let site = packer.site(0);
        [[0, 0, 0], [7, 0, 0], [0, 8, 6], [7, 0, 6]].map(|at| {
            let mut state = site.start(&[1]);
            let body = Cuboid::at(at, [3, 2, 4]);
            assert!(site.put_at(&mut state, body, 0, &mut Scratch::default()));
            site.fingerprint(&state)
        })
    }

    #[test]
    fn mirror_images_are_one_state_unless_the_container_has_sides() {
        let [a, b, c, d] = corners(Bin::plain([10; 3]));
        assert!(a == b && b == c && c == d);
        let obstacles = vec![Cuboid::at([9, 9, 9], [1; 3])];
        let [a, b, c, d] = corners(Bin { obstacles, ..Bin::plain([10; 3]) });
        assert!(a != b && b != c && c != d && a != d);
    }
}
