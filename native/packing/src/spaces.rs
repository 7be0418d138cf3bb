//! Maximal empty spaces of a container (Lai and Chan 1997): every free cuboid that no other
//! free cuboid contains.
//!
//! With full support only such spaces are kept whose whole base rests on the floor or on tops:
//! neighbouring tops of one height are joined into larger bases, so that whatever is put into a
//! space is supported by construction.

use crate::geometry::{Cuboid, Vec3};

/// How much of a base has to be supported by construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Spaces may hang in the air.
    Any,
    /// Spaces stand on the floor or on tops, entirely.
    Full,
}

/// The maximal empty spaces of one container.
#[derive(Clone, Debug)]
pub struct Spaces {
    /// The spaces, in no particular order (but the same on every machine).
    pub list: Vec<Cuboid>,
    ground: Ground,
}

fn inside_any(list: &[Cuboid], space: &Cuboid) -> bool {
    list.iter().any(|other| other.contains(space))
}

impl Spaces {
    /// One empty container.
    pub fn new(size: Vec3, ground: Ground) -> Self {
        Self { list: vec![Cuboid::at([0; 3], size)], ground }
    }

    /// Take a block out of the free room. `top` is the part of its top face on which things may
    /// stand; spaces below `least` along some axis are dropped, as nothing would fit.
    pub fn take(&mut self, block: &Cuboid, top: Cuboid, least: Vec3, fresh: &mut Vec<Cuboid>) {
        fresh.clear();
        let mut k = 0;
        while k < self.list.len() {
            let space = self.list[k];
            if !space.overlaps(block) {
                k += 1;
                continue;
            }
            self.list.swap_remove(k);
            self.split(&space, block, least, fresh);
        }
        if self.ground == Ground::Full {
            self.stand_on(&top, block, least, fresh);
        }
        // Larger first, so that one pass finds everything that another contains.
        fresh.sort_unstable_by(|a, b| b.volume().cmp(&a.volume()).then(a.cmp(b)));
        for space in fresh.iter() {
            if !inside_any(&self.list, space) {
                self.list.push(*space);
            }
        }
    }

    fn split(&self, space: &Cuboid, block: &Cuboid, least: Vec3, fresh: &mut Vec<Cuboid>) {
        let axes = if self.ground == Ground::Full { 2 } else { 3 };
        for axis in 0..axes {
            if block.lo[axis] - space.lo[axis] >= least[axis] {
                let mut part = *space;
                part.hi[axis] = block.lo[axis];
                fresh.push(part);
            }
            if space.hi[axis] - block.hi[axis] >= least[axis] {
                let mut part = *space;
                part.lo[axis] = block.hi[axis];
                fresh.push(part);
            }
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
        spaces.take(&block, top, [1; 3], &mut Vec::new());
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
