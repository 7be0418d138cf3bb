//! Beam search over whole loads: many half-built loads side by side, those kept that waste least.
//!
//! Waste is volume that no later box can use: behind a box, under it, and slivers too thin for
//! anything still to come. All loads of a level hold equally many boxes.

use backhaul_common::{Control, Stream};
use backhaul_packing::geometry::Cuboid;

use crate::construct::settle;
use crate::load::{Load, Scratch, Stowed};
use crate::manifest::Manifest;

struct State<'a> {
    load: Load<'a>,
    /// Which group is being loaded, and what of it is still outside.
    group: usize,
    rest: Vec<u32>,
    began: usize,
    waste: f64,
    hash: u64,
}

struct Child {
    parent: u32,
    cargo: u32,
    turn: u8,
    cuboid: Cuboid,
    waste: f64,
    score: f64,
    hash: u64,
}

/// What shapes are still to come: slivers thinner than these are lost.
#[derive(Clone, Copy)]
struct Least {
    side: i32,
    height: i32,
}

/// More boxes than this are left to plain constructions.
pub const MOST_BOXES: usize = 64;
const WIDEST: usize = 2048;

/// Width of the `k`-th search on one problem: each half as wide again as the one before.
pub fn width(k: u32) -> usize {
    (0..k).fold(16, |width: usize, _| (width + width / 2).min(WIDEST))
}

/// The `k`-th search on one problem: wider and wider, with shaken orders after the first.
pub fn numbered(
    manifest: &Manifest,
    k: u32,
    rng: &mut Stream,
    control: Option<&Control<'_>>,
) -> Option<Vec<Stowed>> {
    let noise = if k == 0 { 0.0 } else { 0.15 };
    search(manifest, width(k), noise, 0.25, rng, control)
}

/// Look for a load that holds everything, with this many half-built loads at a time.
///
/// `noise` shakes the order of loads; `lanes` is the chance that places beside a free lane are
/// tried too. None when none was found or the time is over.
pub fn search(
    manifest: &Manifest,
    width: usize,
    noise: f64,
    lanes: f64,
    rng: &mut Stream,
    control: Option<&Control<'_>>,
) -> Option<Vec<Stowed>> {
    let mut scratch = Scratch::default();
    let least = least_of_suffixes(manifest);
    let scale = manifest.volume().max(1) as f64;
    let mut level = vec![State {
        load: Load::new(manifest),
        group: 0,
        rest: manifest.groups.first().cloned().unwrap_or_default(),
        began: 0,
        waste: 0.0,
        hash: 0,
    }];
    let mut children: Vec<Child> = Vec::new();
    for step in 0..manifest.cargos.len() {
        children.clear();
        for (number, state) in level.iter().enumerate() {
            if control.is_some_and(Control::expired) {
                return None;
            }
            let shadow = Shadow::of(&state.load);
            let mut last_kind = None;
            for &cargo in &state.rest {
                let kind = manifest.kinds[cargo as usize];
                if last_kind == Some(kind) {
                    continue;
                }
                last_kind = Some(kind);
                if !state.load.takes(cargo) {
                    return None;
                }
                for (t, turn) in manifest.turns[cargo as usize].iter().enumerate() {
                    let add = |cuboid: Cuboid, rng: &mut Stream, children: &mut Vec<Child>| {
                        let waste = state.waste + shadow.waste(&state.load, &cuboid, least[step]);
                        let shaken = if noise > 0.0 { noise * scale * rng.uniform() } else { 0.0 };
                        children.push(Child {
                            parent: number as u32,
                            cargo,
                            turn: t as u8,
                            cuboid,
                            waste,
                            score: waste + shaken,
                            hash: state.hash ^ hash(&cuboid, kind),
                        });
                    };
                    state.load.places(cargo, turn, 0, &mut scratch, |c| add(c, rng, &mut children));
                    if lanes > 0.0 && rng.uniform() < lanes {
                        scratch.lane = crate::construct::lane_width(&state.load, rng);
                        let find = &mut scratch;
                        state.load.places(cargo, turn, 0, find, |c| add(c, rng, &mut children));
                        scratch.lane = 0;
                    }
                }
            }
        }
        children.sort_by(|a, b| a.score.total_cmp(&b.score).then(a.hash.cmp(&b.hash)));
        let mut seen = std::collections::BTreeSet::new();
        let mut next: Vec<State<'_>> = Vec::with_capacity(width.min(children.len()));
        for child in &children {
            if next.len() >= width {
                break;
            }
            if seen.insert(child.hash) {
                next.extend(grow(&level[child.parent as usize], child));
            }
        }
        if next.is_empty() {
            return None;
        }
        level = next;
    }
    level.into_iter().next().map(|state| state.load.stowed)
}

/// The parent with one box more; None if the stage that this ends cannot be brought into balance.
fn grow<'a>(parent: &State<'a>, child: &Child) -> Option<State<'a>> {
    let manifest = parent.load.manifest;
    let mut load = parent.load.clone();
    load.stow(child.cargo, child.turn, child.cuboid);
    let mut rest = parent.rest.clone();
    rest.retain(|c| *c != child.cargo);
    let (mut group, mut began) = (parent.group, parent.began);
    if rest.is_empty() {
        let last = group + 1 == manifest.groups.len();
        if !manifest.hold.balance.is_free()
            && (manifest.rules.every_leg || last)
            && !settle(&mut load, began)
        {
            return None;
        }
        group += 1;
        began = load.stowed.len();
        rest = manifest.groups.get(group).cloned().unwrap_or_default();
    }
    Some(State { load, group, rest, began, waste: child.waste, hash: child.hash })
}

/// For every number of boxes placed: the least extents among those of the groups still to come.
fn least_of_suffixes(manifest: &Manifest) -> Vec<Least> {
    let mut least = Least { side: i32::MAX, height: i32::MAX };
    let mut result = vec![least; manifest.cargos.len()];
    let mut end = manifest.cargos.len();
    for group in manifest.groups.iter().rev() {
        for turn in group.iter().flat_map(|c| &manifest.turns[*c as usize]) {
            least.side = least.side.min(turn.size[0]).min(turn.size[1]);
            least.height = least.height.min(turn.size[2]);
        }
        let start = end - group.len();
        result[start..end].fill(least);
        end = start;
    }
    result
}

/// Mixes place and kind of a box; the set of boxes is the exclusive or of all.
fn hash(cuboid: &Cuboid, kind: u32) -> u64 {
    let mut value = u64::from(kind).wrapping_add(0x9E37_79B9_7F4A_7C15);
    for part in cuboid.lo.iter().chain(&cuboid.hi) {
        value = (value ^ *part as u64).wrapping_mul(0xD2E7_470E_E14C_6C93);
        value ^= value >> 29;
    }
    value
}

/// How far the load reaches towards the door, over the cross-section.
struct Shadow {
    ys: Vec<i32>,
    zs: Vec<i32>,
    reach: Vec<i32>,
}

impl Shadow {
    fn of(load: &Load<'_>) -> Self {
        let hold = load.manifest.hold.size;
        let breaks = |axis: usize| {
            let mut all = vec![0, hold[axis]];
            for s in &load.stowed {
                all.extend([s.cuboid.lo[axis], s.cuboid.hi[axis]]);
            }
            all.sort_unstable();
            all.dedup();
            all
        };
        let (ys, zs) = (breaks(1), breaks(2));
        let mut reach = vec![0; ys.len() * zs.len()];
        for s in &load.stowed {
            let c = &s.cuboid;
            let (y0, y1) = (index(&ys, c.lo[1]), index(&ys, c.hi[1]));
            for z in index(&zs, c.lo[2])..index(&zs, c.hi[2]) {
                for cell in &mut reach[z * ys.len() + y0..z * ys.len() + y1] {
                    *cell = (*cell).max(c.hi[0]);
                }
            }
        }
        Self { ys, zs, reach }
    }

    /// Volume that a box at this place makes useless.
    fn waste(&self, load: &Load<'_>, cuboid: &Cuboid, least: Least) -> f64 {
        let hold = load.manifest.hold.size;
        let [l, w, h] = cuboid.size().map(f64::from);
        let mut behind = 0i64;
        let y0 = self.ys.partition_point(|y| *y <= cuboid.lo[1]) - 1;
        let z0 = self.zs.partition_point(|z| *z <= cuboid.lo[2]) - 1;
        for z in z0..self.zs.len() - 1 {
            if self.zs[z] >= cuboid.hi[2] {
                break;
            }
            let height = self.zs[z + 1].min(cuboid.hi[2]) - self.zs[z].max(cuboid.lo[2]);
            for y in y0..self.ys.len() - 1 {
                if self.ys[y] >= cuboid.hi[1] {
                    break;
                }
                let width = self.ys[y + 1].min(cuboid.hi[1]) - self.ys[y].max(cuboid.lo[1]);
                let depth = (cuboid.lo[0] - self.reach[z * self.ys.len() + y]).max(0);
                behind += i64::from(height) * i64::from(width) * i64::from(depth);
            }
        }
        let mut waste = behind as f64;
        if cuboid.lo[2] > 0 {
            let mut bare = cuboid.base();
            for s in &load.stowed {
                bare -= cuboid.rests_on(&s.cuboid);
            }
            waste += bare as f64 * f64::from(cuboid.lo[2]) * 0.5;
        }
        let above = hold[2] - cuboid.hi[2];
        if above < least.height {
            waste += l * w * f64::from(above);
        }
        let ahead = hold[0] - cuboid.hi[0];
        if ahead < least.side {
            waste += w * h * f64::from(ahead);
        }
        let (mut left, mut right) = (cuboid.lo[1], hold[1] - cuboid.hi[1]);
        for s in &load.stowed {
            let c = &s.cuboid;
            if cuboid.shared(c, 0) > 0 && cuboid.shared(c, 2) > 0 {
                if c.hi[1] <= cuboid.lo[1] {
                    left = left.min(cuboid.lo[1] - c.hi[1]);
                } else {
                    right = right.min(c.lo[1] - cuboid.hi[1]);
                }
            }
        }
        for gap in [left, right] {
            if gap > 0 && gap < least.side {
                waste += l * h * f64::from(gap);
            }
        }
        waste
    }
}

fn index(breaks: &[i32], value: i32) -> usize {
    breaks.partition_point(|b| *b < value)
}
