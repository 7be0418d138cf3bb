//! Fills one container block by block: which space, which corner, which block.

use crate::balance::{Balance, Lump};
use crate::blocks::unfold;
use crate::contact::{Faces, Spot};
use crate::deck::Deck;
use crate::geometry::{Cuboid, Placement, Vec3};
use crate::kit::{Allowed, Facts, Kit, Taste};
use crate::load::Load;
use crate::memory::mixed;
use crate::problem::Item;
use crate::rules::RuleSet;
use crate::spaces::{Cut, Ground, Spaces, Worth};

/// How many blocks are tried in one space before it is given up, when rules may forbid them.
const TRIES_UNDER_RULES: usize = 60;
/// The same where any answer comes first: to rank many blocks takes longer than to try few.
const TRIES_IN_A_HURRY: usize = 3;

/// Blocks that fit which are looked at there, largest first: hundreds of types have thousands.
const LOOKS_IN_A_HURRY: usize = 192;

/// States kept for their memory.
const SPARE: usize = 1024;

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
    allowed: Allowed,
    /// Single items that there are.
    there: Vec<u64>,
    load: Load,
}

impl State {
    /// Become a copy of another state, in the same memory.
    fn become_copy(&mut self, other: &Self) {
        self.spaces.become_copy(&other.spaces);
        self.left.clone_from(&other.left);
        self.placed.clone_from(&other.placed);
        self.allowed.become_copy(&other.allowed);
        self.there.clone_from(&other.there);
        self.load.clone_from(&other.load);
        (self.profit, self.weight, self.prints) = (other.profit, other.weight, other.prints);
    }
}

/// Working memory, reused between fills.
#[derive(Default)]
pub struct Scratch {
    /// States that are no longer needed.
    spare: Vec<State>,
    cut: Cut,
    faces: Faces,
    ranked: Vec<(f64, u32)>,
    unfolded: Vec<Placement>,
}

impl Scratch {
    /// A copy of a state, where possible in the memory of one given back.
    pub fn copy(&mut self, state: &State) -> State {
        match self.spare.pop() {
            Some(mut copy) => {
                copy.become_copy(state);
                copy
            }
            None => state.clone(),
        }
    }

    /// Give back a state that is no longer needed.
    pub fn reuse(&mut self, state: State) {
        if self.spare.len() < SPARE {
            self.spare.push(state);
        }
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
        let mut best: Option<(i64, Spot)> = None;
        let order = |space: &Cuboid| (-space.volume(), space.lo);
        for (index, space) in state.spaces.list.iter().enumerate() {
            let mut far = [false; 3];
            let mut distance = 0;
            for a in 0..3 {
                let back = room[a] - space.hi[a];
                far[a] = back < space.lo[a] && (a < 2 || self.weightless);
                let away = if far[a] { back } else { space.lo[a] };
                distance += self.taste.pull[a] * i64::from(away);
            }
            let nearer = best.as_ref().is_none_or(|(least, spot)| {
                distance < *least || (distance == *least && order(space) < order(&spot.space))
            });
            if nearer {
                best = Some((distance, Spot { index, space: *space, far }));
            }
        }
        best.map(|b| b.1)
    }

    /// Score of a block before its contact, which can only lower it, is looked at.
    #[inline]
    fn promise(&self, extent: Vec3, whole: f64, block: &Facts) -> f64 {
        let mut usable = whole;
        for a in 0..3 {
            usable *= f64::from(block.size[a] + self.kit.reach(a, extent[a] - block.size[a]));
        }
        let square = usable * usable;
        // The usual tastes without a loop.
        block.bound
            * match self.taste.loss {
                3 => square * usable,
                4 => square * square,
                loss => (0..loss).fold(1.0, |power, _| power * usable),
            }
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
        let weighs = state.weight < i64::MAX;
        let mut looks = if state.spaces.is_parted() { LOOKS_IN_A_HURRY } else { usize::MAX };
        // What a block has to beat.
        let mut last = f64::NEG_INFINITY;
        kit.fitting(size, &state.allowed, |k| {
            let block = &kit.facts[k as usize];
            if block.bound <= last || looks == 0 {
                return false;
            }
            looks -= 1;
            if weighs && kit.blocks[k as usize].weight > state.weight {
                return true;
            }
            let promise = self.promise(size, whole, block);
            if promise <= last {
                return true;
            }
            if !looked {
                faces.look(kit, &state.placed, &spot.space);
                looked = true;
            }
            let least = if promise > 0.0 { last / promise } else { last };
            let Some(contact) = faces.contact(spot, &spot.place(block.size), gap, least) else {
                return true;
            };
            let score = promise * contact;
            if score > last {
                let at = ranked.partition_point(|r| r.0 >= score);
                ranked.insert(at, (score, k));
                ranked.truncate(width);
                if ranked.len() == width {
                    last = ranked[width - 1].0;
                }
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

    /// Put a block there, unless a rule forbids it.
    pub fn put_at(
        &self,
        state: &mut State,
        body: Cuboid,
        number: u32,
        scratch: &mut Scratch,
    ) -> bool {
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
                let mut child = scratch.copy(state);
                if !self.put(&mut child, &spot, number, scratch) {
                    scratch.reuse(child);
                    continue;
                }
                children.push(child);
                if children.len() == width {
                    break;
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
