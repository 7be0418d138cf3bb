//! A load that grows item by item; every prefix of it is a load that stands and can be unloaded.
//!
//! Items are put in by stop, last stop first, so every rule concerns only the newcomer and what is
//! in already: it must come straight through a door, stand on enough, and lie over or in front of
//! nothing that it may not. Nothing is ever pushed under a box, so support never changes later and
//! the order of placing is a loading order.

use backhaul_packing::geometry::{Cuboid, Door, Vec3};

use crate::balance::Mass;
use crate::manifest::{Above, Manifest, Turn};
use crate::obstacles;

/// A cargo in its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stowed {
    /// Where it is.
    pub cuboid: Cuboid,
    /// Which cargo.
    pub cargo: u32,
    /// Which of its turns.
    pub turn: u8,
    /// Its stop.
    pub stop: u32,
    fragile: bool,
    stackable: bool,
    spare: f64,
}

/// The growing load.
#[derive(Clone, Debug)]
pub struct Load<'a> {
    /// What is loaded under which rules.
    pub manifest: &'a Manifest,
    /// Cargos in loading order.
    pub stowed: Vec<Stowed>,
    /// Weight and moments of all that is in.
    pub mass: Mass,
}

impl<'a> Load<'a> {
    /// An empty hold.
    pub fn new(manifest: &'a Manifest) -> Self {
        Self { manifest, stowed: Vec::with_capacity(manifest.cargos.len()), mass: Mass::default() }
    }

    /// Start again.
    pub fn clear(&mut self) {
        self.stowed.clear();
        self.mass = Mass::default();
    }

    /// Whether a cargo may come aboard at all: by its weight, and beside what is there.
    pub fn takes(&self, cargo: u32) -> bool {
        let thing = &self.manifest.cargos[cargo as usize];
        let most = self.manifest.hold.max_weight;
        let alone = |s: &Stowed| {
            let other = &self.manifest.cargos[s.cargo as usize].company;
            other.groups & thing.company.apart == 0
        };
        most.is_none_or(|max| self.mass.weight + thing.weight <= max)
            && (thing.company.apart == 0 || self.stowed.iter().all(alone))
    }

    /// Put a cargo where [`Load::fits`] allowed it.
    pub fn stow(&mut self, cargo: u32, turn: u8, cuboid: Cuboid) {
        let thing = &self.manifest.cargos[cargo as usize];
        if self.manifest.strength && cuboid.lo[2] > 0 {
            self.press(&cuboid, thing.weight as f64);
        }
        self.mass.add(thing.weight, cuboid.lo, cuboid.hi);
        self.stowed.push(Stowed {
            cuboid,
            cargo,
            turn,
            stop: thing.stop,
            fragile: thing.fragile,
            stackable: thing.stackable,
            spare: thing.max_load.map_or(f64::INFINITY, |load| load as f64),
        });
    }

    /// Take the last `count` cargos out again.
    pub fn unstow(&mut self, count: usize) {
        for _ in 0..count {
            let Some(last) = self.stowed.pop() else { return };
            let weight = self.manifest.cargos[last.cargo as usize].weight;
            self.mass.add(-weight, last.cuboid.lo, last.cuboid.hi);
            if self.manifest.strength && last.cuboid.lo[2] > 0 {
                self.press(&last.cuboid, -(weight as f64));
            }
        }
    }

    /// Hand a weight down to everything below, by contact area.
    fn press(&mut self, cuboid: &Cuboid, weight: f64) {
        let total: i64 = self.stowed.iter().map(|other| cuboid.rests_on(&other.cuboid)).sum();
        for j in 0..self.stowed.len() {
            let below = self.stowed[j].cuboid;
            let area = cuboid.rests_on(&below);
            if area > 0 {
                let part = weight * (area as f64 / total as f64);
                self.stowed[j].spare -= part;
                if below.lo[2] > 0 {
                    self.press(&below, part);
                }
            }
        }
    }

    /// Whether everything below can carry this weight.
    fn carries(&self, cuboid: &Cuboid, weight: f64) -> bool {
        let total: i64 = self.stowed.iter().map(|other| cuboid.rests_on(&other.cuboid)).sum();
        self.stowed.iter().all(|below| {
            let area = cuboid.rests_on(&below.cuboid);
            area == 0 || {
                let part = weight * (area as f64 / total as f64);
                // shares that meet again further down are added up there, hence the slack of one
                // box at a time is not enough: `fits` tries the whole in `bears`
                part <= below.spare + 1e-9 && self.carries(&below.cuboid, part)
            }
        })
    }

    /// Whether tops stay within their strength, exactly: loads that part and meet again add up.
    fn bears(&self, cuboid: &Cuboid, weight: i64) -> bool {
        if weight == 0 || cuboid.lo[2] == 0 {
            return true;
        }
        if !self.carries(cuboid, weight as f64) {
            return false;
        }
        let mut trial = self.clone();
        trial.press(cuboid, weight as f64);
        trial.stowed.iter().all(|stowed| stowed.spare >= -1e-9)
    }

    /// Whether a box may stand on what is below it: share of the base, fragile and plain tops.
    fn stands(&self, cargo: u32, turn: &Turn, cuboid: &Cuboid) -> bool {
        if cuboid.lo[2] == 0 {
            return true;
        }
        let fragile = self.manifest.cargos[cargo as usize].fragile;
        let mut area = 0;
        for below in &self.stowed {
            let contact = cuboid.rests_on(&below.cuboid);
            if contact > 0 {
                let crushed = self.manifest.rules.fragility && below.fragile && !fragile;
                if crushed || !below.stackable {
                    return false;
                }
                area += contact;
            }
        }
        area >= turn.need
    }

    /// Whether `over` may not lie above a newcomer of stop `stop`.
    fn weighs_on(&self, over: &Stowed, stop: u32, top: i32) -> bool {
        let rules = &self.manifest.rules;
        over.cuboid.lo[2] == top || (rules.lifo && rules.above == Above::Column && over.stop > stop)
    }

    /// Whether a cargo, so turned, may be put here now: every rule but the balance.
    pub fn fits(&self, cargo: u32, turn: &Turn, cuboid: &Cuboid) -> bool {
        let hold = &self.manifest.hold;
        let thing = &self.manifest.cargos[cargo as usize];
        if !(0..3).all(|a| cuboid.lo[a] >= 0 && cuboid.hi[a] <= hold.size[a]) {
            return false;
        }
        if obstacles::hit(&hold.obstacles, cuboid) {
            return false;
        }
        let mut open = [true; 8];
        let doors = hold.doors.len().min(8);
        for other in &self.stowed {
            if cuboid.overlaps(&other.cuboid) {
                return false;
            }
            let over =
                other.cuboid.lo[2] >= cuboid.hi[2] && cuboid.footprint_shared(&other.cuboid) > 0;
            if over && self.weighs_on(other, thing.stop, cuboid.hi[2]) {
                return false;
            }
            for (d, door) in hold.doors.iter().take(doors).enumerate() {
                open[d] = open[d] && !cuboid.blocked_by(&other.cuboid, *door);
            }
        }
        open[..doors].iter().any(|o| *o)
            && self.stands(cargo, turn, cuboid)
            && (!self.manifest.strength || self.bears(cuboid, thing.weight))
    }

    /// Call `found` with every place worth trying: pushed in through a door as far as it goes, at
    /// every height and every offset across where it touches something.
    ///
    /// `start` keeps boxes on the floor at least so far from the front wall (for the balance).
    pub fn places(
        &self,
        cargo: u32,
        turn: &Turn,
        start: i32,
        scratch: &mut Scratch,
        mut found: impl FnMut(Cuboid),
    ) {
        for &door in &self.manifest.hold.doors {
            if door == Door::Rear {
                self.rear_places(cargo, turn, start, scratch, &mut found);
            } else {
                self.pushed_places(cargo, turn, door, scratch, &mut found);
            }
        }
    }

    /// Places through the rear door: the usual case, so the rules are folded into the sliding.
    fn rear_places(
        &self,
        cargo: u32,
        turn: &Turn,
        start: i32,
        scratch: &mut Scratch,
        found: &mut impl FnMut(Cuboid),
    ) {
        let taken = &self.manifest.hold.obstacles[..];
        let hold = self.manifest.hold.size;
        let thing = &self.manifest.cargos[cargo as usize];
        let [l, w, h] = turn.size;
        // How far a box may lean out over the edge of what carries it.
        let bare = i64::from(l) * i64::from(w) - turn.need;
        let (lean_x, lean_y) = ((bare / i64::from(w)) as i32, (bare / i64::from(l)) as i32);
        let Scratch { levels, edges, block, shelf, xs, lane } = scratch;
        levels.clear();
        levels.push(0);
        levels.extend(self.stowed.iter().filter(|s| s.stackable).map(|s| s.cuboid.hi[2]));
        levels.sort_unstable();
        levels.dedup();
        thin(levels);
        for &z in levels.iter().filter(|z| **z + h <= hold[2]) {
            edges.clear();
            edges.extend([0, hold[1] - w]);
            block.clear();
            shelf.clear();
            for other in &self.stowed {
                let c = &other.cuboid;
                let beside = c.lo[2] < z + h && c.hi[2] > z;
                let over = c.lo[2] >= z + h && self.weighs_on(other, thing.stop, z + h);
                if beside || over {
                    block.push((c.lo[1], c.hi[1], c.hi[0]));
                }
                if c.hi[2] == z {
                    shelf.push(*c);
                    edges.extend([c.lo[1] - lean_y, c.hi[1] - w + lean_y]);
                }
                if beside || c.hi[2] == z {
                    edges.extend([c.hi[1], c.lo[1] - w, c.lo[1], c.hi[1] - w]);
                }
            }
            obstacles::touching(taken, 1, w, edges);
            if *lane > 0 {
                // Beside whatever it would touch, a lane stays free.
                for k in 0..edges.len() {
                    let y = edges[k];
                    edges[k] = y + *lane;
                    edges.push(y - *lane);
                }
            }
            edges.retain(|y| *y >= 0 && *y + w <= hold[1]);
            edges.sort_unstable();
            edges.dedup();
            thin(edges);
            for &y in edges.iter() {
                let free = block
                    .iter()
                    .filter(|(lo, hi, _)| *lo < y + w && *hi > y)
                    .map(|(_, _, x)| *x)
                    .max()
                    .unwrap_or(0);
                xs.clear();
                xs.push(free);
                obstacles::touching(taken, 0, l, xs);
                xs.retain(|x| *x >= free);
                if z == 0 {
                    for &x in xs.iter().filter(|x| (**x).max(start) + l <= hold[0]) {
                        let x = x.max(start);
                        let cuboid = Cuboid::at([x, y, 0], turn.size);
                        if !obstacles::hit(taken, &cuboid) {
                            found(cuboid);
                        }
                    }
                    continue;
                }
                for c in shelf.iter().filter(|c| c.lo[1] < y + w && c.hi[1] > y) {
                    let ends = [c.lo[0] - lean_x, c.lo[0], c.hi[0] - l];
                    xs.extend(ends.into_iter().filter(|x| *x > free));
                }
                xs.sort_unstable();
                xs.dedup();
                thin(xs);
                for &x in xs.iter().filter(|x| **x + l <= hold[0]) {
                    let cuboid = Cuboid::at([x, y, z], turn.size);
                    if !obstacles::hit(taken, &cuboid)
                        && self.stands(cargo, turn, &cuboid)
                        && (!self.manifest.strength || self.bears(&cuboid, thing.weight))
                    {
                        found(cuboid);
                    }
                }
            }
        }
    }

    /// Places through any other door: offsets on the two other axes, then pushed in.
    fn pushed_places(
        &self,
        cargo: u32,
        turn: &Turn,
        door: Door,
        scratch: &mut Scratch,
        found: &mut impl FnMut(Cuboid),
    ) {
        let hold = self.manifest.hold.size;
        let along = door.axis();
        let (u, v) = [(1, 2), (0, 2), (0, 1)][along];
        let Scratch { levels, edges, xs, .. } = scratch;
        self.offsets(u, turn.size[u], edges);
        self.offsets(v, turn.size[v], levels);
        thin(edges);
        thin(levels);
        for &b in levels.iter() {
            for &a in edges.iter() {
                let mut pos: Vec3 = [0; 3];
                pos[u] = a;
                pos[v] = b;
                let (from, to) = (hold[along] - turn.size[along], 0);
                let mut stop_at = if door.forward() { to } else { from };
                xs.clear();
                for other in &self.stowed {
                    let c = &other.cuboid;
                    let across = |axis: usize| {
                        c.lo[axis] < pos[axis] + turn.size[axis] && c.hi[axis] > pos[axis]
                    };
                    if across(u) && across(v) {
                        stop_at = if door.forward() {
                            stop_at.max(c.hi[along])
                        } else {
                            stop_at.min(c.lo[along] - turn.size[along])
                        };
                    }
                    if along != 2 && c.hi[2] == pos[2] && pos[2] > 0 {
                        xs.extend([c.lo[along], c.hi[along] - turn.size[along]]);
                    }
                }
                xs.push(stop_at);
                obstacles::touching(&self.manifest.hold.obstacles, along, turn.size[along], xs);
                xs.retain(|x| *x >= 0 && *x + turn.size[along] <= hold[along]);
                xs.sort_unstable();
                xs.dedup();
                thin(xs);
                for &x in xs.iter() {
                    let inside = if door.forward() { x >= stop_at } else { x <= stop_at };
                    pos[along] = x;
                    let cuboid = Cuboid::at(pos, turn.size);
                    if inside && self.fits(cargo, turn, &cuboid) {
                        found(cuboid);
                    }
                }
            }
        }
    }

    /// Offsets on an axis where a box of this extent touches a wall or another box.
    fn offsets(&self, axis: usize, extent: i32, into: &mut Vec<i32>) {
        let room = self.manifest.hold.size[axis] - extent;
        into.clear();
        into.push(0);
        if axis != 2 {
            into.push(room);
        }
        for other in &self.stowed {
            let c = &other.cuboid;
            into.push(c.hi[axis]);
            if axis != 2 {
                into.extend([c.lo[axis] - extent, c.lo[axis], c.hi[axis] - extent]);
            }
        }
        if axis != 2 {
            obstacles::touching(&self.manifest.hold.obstacles, axis, extent, into);
        }
        into.retain(|offset| *offset >= 0 && *offset <= room);
        into.sort_unstable();
        into.dedup();
    }
}

/// Offsets on an axis that are looked at: with more of them a place would take too long.
const MOST_OFFSETS: usize = 96;

/// Keep evenly spread offsets, the first and the last among them.
fn thin(offsets: &mut Vec<i32>) {
    let count = offsets.len();
    if count > MOST_OFFSETS {
        for k in 0..MOST_OFFSETS {
            offsets[k] = offsets[k * (count - 1) / (MOST_OFFSETS - 1)];
        }
        offsets.truncate(MOST_OFFSETS);
    }
}

/// Buffers of [`Load::places`], kept between calls.
#[derive(Debug, Default)]
pub struct Scratch {
    levels: Vec<i32>,
    edges: Vec<i32>,
    block: Vec<(i32, i32, i32)>,
    shelf: Vec<Cuboid>,
    xs: Vec<i32>,
    /// Width of the lane to keep free beside the next box; 0 for none.
    pub lane: i32,
}
