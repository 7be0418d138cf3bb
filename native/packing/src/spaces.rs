//! Maximal empty spaces of a container (Lai and Chan 1997): every free cuboid that no other
//! free cuboid contains.
//!
//! With full support only such spaces are kept whose whole base rests on the floor or on tops:
//! neighbouring tops of one height are joined into larger bases, so that whatever is put into a
//! space is supported by construction.

use crate::geometry::{volume, Cuboid, Vec3};
use crate::singles::{Across, Singles};

/// Extents below which nothing fits.
#[derive(Clone, Copy, Debug)]
pub struct Least {
    /// Least extent of anything along each axis.
    pub along: Vec3,
    /// Least of anything's shortest, middle and longest extents, in this order.
    pub sorted: Vec3,
    /// Least volume of anything.
    pub volume: i64,
}

impl Least {
    /// Of things of these sizes.
    pub fn of(sizes: impl Iterator<Item = Vec3>) -> Self {
        let mut least = Self { along: [i32::MAX; 3], sorted: [i32::MAX; 3], volume: i64::MAX };
        for size in sizes {
            let mut sorted = size;
            sorted.sort_unstable();
            for a in 0..3 {
                least.along[a] = least.along[a].min(size[a]);
                least.sorted[a] = least.sorted[a].min(sorted[a]);
            }
            least.volume = least.volume.min(volume(size));
        }
        least
    }

    /// Whether something might fit into the space.
    #[inline]
    pub fn fits(&self, space: &Cuboid) -> bool {
        let size = space.size();
        if (0..3).any(|a| size[a] < self.along[a]) {
            return false;
        }
        let [x, y, z] = size;
        let (short, long) = (x.min(y).min(z), x.max(y).max(z));
        let middle = x.max(y).min(x.min(y).max(z));
        short >= self.sorted[0]
            && middle >= self.sorted[1]
            && long >= self.sorted[2]
            && volume(size) >= self.volume
    }
}

/// Which spaces are worth keeping.
#[derive(Clone, Copy)]
pub struct Worth<'a> {
    /// Extents below which nothing fits.
    pub least: &'a Least,
    /// What is left of the single items, where each space has to take one.
    pub singles: Option<(&'a Singles, &'a [u64])>,
}

impl Worth<'_> {
    /// What parts of a space cut off along one axis have in common: the rest of their extents.
    #[inline]
    fn across(&self, space: &Cuboid) -> Option<Across> {
        self.singles.and_then(|(singles, there)| singles.across(space.size(), there))
    }

    /// Whether to keep a part of a space that was cut off along `axis`.
    #[inline(always)]
    fn keeps(&self, part: &Cuboid, axis: usize, across: Option<&Across>) -> bool {
        match (self.singles, across) {
            (Some((singles, _)), Some(across)) => {
                singles.fits_along(axis, part.hi[axis] - part.lo[axis], across)
            }
            (Some((singles, there)), None) if singles.is_tabulated() => {
                singles.fits(part.size(), there)
            }
            _ => self.least.fits(part),
        }
    }
}

/// How much of a base has to be supported by construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Spaces may hang in the air.
    Any,
    /// Spaces stand on the floor or on tops, entirely.
    Full,
}

/// What a block leaves of the spaces that it cuts, by the face of the block that each part lies at.
///
/// A part can only lie inside another space that ends at the same face: one that reaches farther
/// would overlap the block, and one that the part's own space did not contain before ends there.
#[derive(Default)]
pub struct Cut {
    fresh: [Vec<Reach>; 6],
    whole: [Vec<Reach>; 6],
}

/// How far a box reaches towards its six sides, so that one comparison a side tells whether it
/// contains another: eight numbers, for the sake of vector instructions.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Reach([i32; 8]);

impl Reach {
    #[inline]
    fn of(space: &Cuboid) -> Self {
        let (lo, hi) = (space.lo, space.hi);
        Self([-lo[0], -lo[1], -lo[2], 0, hi[0], hi[1], hi[2], 0])
    }

    #[inline]
    fn cuboid(&self) -> Cuboid {
        let r = &self.0;
        Cuboid { lo: [-r[0], -r[1], -r[2]], hi: [r[4], r[5], r[6]] }
    }

    /// Whether `other` lies inside.
    #[inline]
    fn contains(&self, other: &Self) -> bool {
        let mut beyond = 0;
        for k in 0..8 {
            beyond |= i32::from(other.0[k] > self.0[k]);
        }
        beyond == 0
    }
}

impl Cut {
    fn clear(&mut self) {
        self.fresh.iter_mut().for_each(Vec::clear);
        self.whole.iter_mut().for_each(Vec::clear);
    }

    /// Parts of a space beside the block.
    #[inline]
    fn split(&mut self, space: &Cuboid, block: &Cuboid, worth: Worth<'_>, axes: usize) {
        let across = worth.across(space);
        for axis in 0..axes {
            if space.lo[axis] < block.lo[axis] {
                let mut near = *space;
                near.hi[axis] = block.lo[axis];
                if worth.keeps(&near, axis, across.as_ref()) {
                    self.fresh[2 * axis].push(Reach::of(&near));
                }
            }
            if block.hi[axis] < space.hi[axis] {
                let mut far = *space;
                far.lo[axis] = block.hi[axis];
                if worth.keeps(&far, axis, across.as_ref()) {
                    self.fresh[2 * axis + 1].push(Reach::of(&far));
                }
            }
        }
    }

    /// Note a space that stays whole if it ends at a face of the block.
    #[inline]
    fn touch(&mut self, space: &Cuboid, block: &Cuboid, axes: usize) {
        for axis in 0..axes {
            if space.hi[axis] == block.lo[axis] {
                self.whole[2 * axis].push(Reach::of(space));
            } else if space.lo[axis] == block.hi[axis] {
                self.whole[2 * axis + 1].push(Reach::of(space));
            }
        }
    }

    /// Add the parts that lie inside no other to `list`.
    fn keep(&self, list: &mut Vec<Cuboid>) {
        for (fresh, whole) in self.fresh.iter().zip(&self.whole) {
            for (k, part) in fresh.iter().enumerate() {
                let covered = whole.iter().any(|other| other.contains(part))
                    || fresh[..k].iter().any(|other| other.contains(part))
                    || fresh[k + 1..].iter().any(|other| other.contains(part) && other != part);
                if !covered {
                    list.push(part.cuboid());
                }
            }
        }
    }

    fn kept(&self) -> Vec<Cuboid> {
        let mut list = Vec::new();
        self.keep(&mut list);
        list
    }
}

/// The maximal empty spaces of one container.
#[derive(Clone, Debug)]
pub struct Spaces {
    /// The spaces, in no particular order (but the same on every machine).
    pub list: Vec<Cuboid>,
    ground: Ground,
    /// Whether spaces are kept apart from each other instead of maximal.
    parted: bool,
}

fn inside_any(list: &[Cuboid], space: &Cuboid) -> bool {
    list.iter().any(|other| other.contains(space))
}

impl Spaces {
    /// One empty container.
    pub fn new(size: Vec3, ground: Ground) -> Self {
        Self { list: vec![Cuboid::at([0; 3], size)], ground, parted: false }
    }

    /// One empty container whose spaces will never overlap: far fewer of them, and less tight.
    pub fn parted(size: Vec3, ground: Ground) -> Self {
        Self { parted: true, ..Self::new(size, ground) }
    }

    /// Become a copy of other spaces, in the same memory.
    pub fn become_copy(&mut self, other: &Self) {
        self.list.clone_from(&other.list);
        (self.ground, self.parted) = (other.ground, other.parted);
    }

    /// Whether they are kept apart.
    pub fn is_parted(&self) -> bool {
        self.parted
    }

    /// Take a block out of the free room. `top` is the part of its top face on which things may
    /// stand; parts of spaces that are not `worth` keeping are dropped.
    pub fn take(&mut self, block: &Cuboid, top: Cuboid, worth: Worth<'_>, cut: &mut Cut) {
        if self.parted {
            self.part(block, top, worth.least);
            return;
        }
        cut.clear();
        let axes = if self.ground == Ground::Full { 2 } else { 3 };
        let mut k = 0;
        while k < self.list.len() {
            let space = self.list[k];
            if space.overlaps(block) {
                self.list.swap_remove(k);
                cut.split(&space, block, worth, axes);
            } else {
                cut.touch(&space, block, axes);
                k += 1;
            }
        }
        if self.ground == Ground::Full {
            let mut fresh = cut.kept();
            self.stand_on(&top, block, worth.least.along, &mut fresh);
            // Larger first, so that one pass finds everything that another contains.
            fresh.sort_unstable_by(|a, b| b.volume().cmp(&a.volume()).then(a.cmp(b)));
            for space in fresh {
                if !inside_any(&self.list, &space) {
                    self.list.push(space);
                }
            }
        } else {
            cut.keep(&mut self.list);
        }
    }

    /// Cut what the block leaves of each space into boxes that do not overlap.
    fn part(&mut self, block: &Cuboid, top: Cuboid, least: &Least) {
        let full = self.ground == Ground::Full;
        let mut k = 0;
        while k < self.list.len() {
            let mut rest = self.list[k];
            if !rest.overlaps(block) {
                k += 1;
                continue;
            }
            self.list.swap_remove(k);
            // The first cut goes right through: across the axis with more room beside the block.
            let room = |a: usize| (rest.hi[a] - block.hi[a]).max(block.lo[a] - rest.lo[a]);
            let axes = if room(0) >= room(1) { [0, 1, 2] } else { [1, 0, 2] };
            let mut parts = Vec::with_capacity(6);
            for &a in &axes[..if full { 2 } else { 3 }] {
                let (mut near, mut far) = (rest, rest);
                near.hi[a] = block.lo[a];
                far.lo[a] = block.hi[a];
                parts.extend([near, far]);
                rest.lo[a] = rest.lo[a].max(block.lo[a]);
                rest.hi[a] = rest.hi[a].min(block.hi[a]);
            }
            if full {
                parts.push(top);
            }
            parts.retain(|p| (0..3).all(|a| p.lo[a] < p.hi[a]) && least.fits(p));
            // Those pushed to the end do not overlap the block: they are passed over later.
            self.list.append(&mut parts);
        }
    }

    /// Spaces that stand on the new top, joined with those beside it at the same height.
    fn stand_on(&mut self, top: &Cuboid, block: &Cuboid, least: Vec3, fresh: &mut Vec<Cuboid>) {
        if top.hi[2] - top.lo[2] < least[2] || top.base() == 0 {
            return;
        }
        debug_assert_eq!(top.lo[2], block.hi[2]);
        // Joining is worth its cost even for tops that are too small alone.
        let mut work = vec![*top];
        let mut next = 0;
        while next < work.len() {
            let new = work[next];
            next += 1;
            let count = self.list.len() + work.len();
            for k in 0..count {
                let other =
                    if k < self.list.len() { self.list[k] } else { work[k - self.list.len()] };
                if other.lo[2] != new.lo[2] {
                    continue;
                }
                for (along, across) in [(0, 1), (1, 0)] {
                    if let Some(joined) = join(&new, &other, along, across) {
                        if !inside_any(&self.list, &joined) && !inside_any(&work, &joined) {
                            work.push(joined);
                        }
                    }
                }
            }
        }
        self.list.retain(|old| {
            old.lo[2] != top.lo[2] || !work.iter().any(|new| new != old && new.contains(old))
        });
        fresh.retain(|old| !inside_any(&work, old));
        let large = |s: &Cuboid| (0..3).all(|a| s.hi[a] - s.lo[a] >= least[a]);
        // A top that is too small now may still join a later neighbour: keep it unless contained.
        fresh
            .extend(work.into_iter().enumerate().filter(|(k, s)| *k == 0 || large(s)).map(|p| p.1));
    }
}

/// The widest space that two at the same height form together along one axis.
fn join(a: &Cuboid, b: &Cuboid, along: usize, across: usize) -> Option<Cuboid> {
    let lo = a.lo[across].max(b.lo[across]);
    let hi = a.hi[across].min(b.hi[across]);
    if lo >= hi || a.lo[along] > b.hi[along] || b.lo[along] > a.hi[along] {
        return None;
    }
    let mut joined = *a;
    joined.lo[along] = a.lo[along].min(b.lo[along]);
    joined.hi[along] = a.hi[along].max(b.hi[along]);
    joined.lo[across] = lo;
    joined.hi[across] = hi;
    joined.hi[2] = a.hi[2].min(b.hi[2]);
    (joined != *a && joined != *b).then_some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(spaces: &mut Spaces, block: Cuboid) {
        let top = Cuboid {
            lo: [block.lo[0], block.lo[1], block.hi[2]],
            hi: [block.hi[0], block.hi[1], 10],
        };
        let least = Least::of([[1; 3]].into_iter());
        let worth = Worth { least: &least, singles: None };
        spaces.take(&block, top, worth, &mut Cut::default());
        spaces.list.sort();
    }

    #[test]
    fn a_block_in_the_corner_leaves_three_spaces() {
        let mut spaces = Spaces::new([10; 3], Ground::Any);
        take(&mut spaces, Cuboid::at([0; 3], [4, 5, 6]));
        let expected = vec![
            Cuboid { lo: [0, 0, 6], hi: [10; 3] },
            Cuboid { lo: [0, 5, 0], hi: [10; 3] },
            Cuboid { lo: [4, 0, 0], hi: [10; 3] },
        ];
        assert_eq!(spaces.list, expected);
    }

    #[test]
    fn parted_spaces_hold_all_that_is_free_once() {
        let mut spaces = Spaces::parted([10; 3], Ground::Any);
        take(&mut spaces, Cuboid::at([0; 3], [4, 5, 6]));
        take(&mut spaces, Cuboid::at([6, 2, 0], [4, 3, 3]));
        let free: i64 = spaces.list.iter().map(Cuboid::volume).sum();
        assert_eq!(free, 1000 - 120 - 36);
        for (k, one) in spaces.list.iter().enumerate() {
            assert!(spaces.list[..k].iter().all(|other| !other.overlaps(one)));
        }
    }

    #[test]
    fn supported_spaces_join_tops_of_one_height() {
        let mut spaces = Spaces::new([10; 3], Ground::Full);
        take(&mut spaces, Cuboid::at([0; 3], [4, 10, 6]));
        take(&mut spaces, Cuboid::at([4, 0, 0], [6, 5, 6]));
        // both tops together: all of x over y < 5, and the whole depth over x < 4
        assert!(spaces.list.contains(&Cuboid { lo: [0, 0, 6], hi: [10, 5, 10] }));
        assert!(spaces.list.contains(&Cuboid { lo: [0, 0, 6], hi: [4, 10, 10] }));
        assert!(spaces.list.contains(&Cuboid { lo: [4, 5, 0], hi: [10, 10, 10] }));
        assert_eq!(spaces.list.len(), 3);
    }
}
