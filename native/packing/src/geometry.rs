//! Integer geometry of boxes in containers: sizes, turns, positions, overlap, contact.
//!
//! Axes are x, y, z with z upwards; one or two dimensions are boxes of extent 1 along the rest.
//! A box is given by its two extreme corners, half open, so that touching boxes do not overlap.

use std::fmt;

/// Largest length that is accepted: sums of two positions stay inside 32 bits.
pub const MAX_LENGTH: i64 = 1 << 30;

/// Extents along the three axes, or a position, in the instance's unit of length.
pub type Vec3 = [i32; 3];

/// Volume of a box of this size.
#[inline]
pub fn volume(size: Vec3) -> i64 {
    i64::from(size[0]) * i64::from(size[1]) * i64::from(size[2])
}

/// Which of an item's own sizes lies along the axes x, y and z of the container.
///
/// Written as in the instance format: `yxz` puts size 1 along x, size 0 along y, size 2 along z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Orientation(u8);

const PERMUTATIONS: [[usize; 3]; 6] =
    [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
const WORDS: [&str; 6] = ["xyz", "xzy", "yxz", "yzx", "zxy", "zyx"];

impl Orientation {
    /// As given: no turn.
    pub const UPRIGHT: Self = Self(0);
    /// All six, in the order of their numbers.
    pub const ALL: [Self; 6] = [Self(0), Self(1), Self(2), Self(3), Self(4), Self(5)];

    /// The orientation with this number (0 to 5, the order of [`Orientation::ALL`]).
    pub fn from_number(number: u8) -> Option<Self> {
        (number < 6).then_some(Self(number))
    }

    /// The orientation of a word such as `yxz`.
    pub fn from_word(word: &str) -> Option<Self> {
        WORDS.iter().position(|w| *w == word).map(|i| Self(i as u8))
    }

    /// Its number, 0 to 5.
    pub fn number(self) -> u8 {
        self.0
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        WORDS[self.0 as usize]
    }

    /// Extents along the container's axes of an item of this size, so turned.
    #[inline]
    pub fn apply(self, size: Vec3) -> Vec3 {
        PERMUTATIONS[self.0 as usize].map(|k| size[k])
    }
}

impl fmt::Display for Orientation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A box in space: corner nearest the origin and corner farthest from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cuboid {
    /// Corner nearest the origin.
    pub lo: Vec3,
    /// Corner farthest from the origin (not part of the box).
    pub hi: Vec3,
}

impl Cuboid {
    /// The box of this size at this position.
    #[inline]
    pub fn at(pos: Vec3, size: Vec3) -> Self {
        Self { lo: pos, hi: [pos[0] + size[0], pos[1] + size[1], pos[2] + size[2]] }
    }

    /// Extents along the axes.
    #[inline]
    pub fn size(&self) -> Vec3 {
        [self.hi[0] - self.lo[0], self.hi[1] - self.lo[1], self.hi[2] - self.lo[2]]
    }

    /// Volume.
    #[inline]
    pub fn volume(&self) -> i64 {
        volume(self.size())
    }

    /// Area of the base.
    #[inline]
    pub fn base(&self) -> i64 {
        i64::from(self.hi[0] - self.lo[0]) * i64::from(self.hi[1] - self.lo[1])
    }

    /// Whether the two share space.
    #[inline]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.lo[0] < other.hi[0]
            && other.lo[0] < self.hi[0]
            && self.lo[1] < other.hi[1]
            && other.lo[1] < self.hi[1]
            && self.lo[2] < other.hi[2]
            && other.lo[2] < self.hi[2]
    }

    /// Whether `other` lies inside this box (faces may coincide).
    #[inline]
    pub fn contains(&self, other: &Self) -> bool {
        (0..3).all(|a| self.lo[a] <= other.lo[a] && other.hi[a] <= self.hi[a])
    }

    /// Length that the projections on `axis` share (0 or less: none).
    #[inline]
    pub fn shared(&self, other: &Self, axis: usize) -> i32 {
        self.hi[axis].min(other.hi[axis]) - self.lo[axis].max(other.lo[axis])
    }

    /// Area that the projections on the floor share.
    #[inline]
    pub fn footprint_shared(&self, other: &Self) -> i64 {
        let x = self.shared(other, 0);
        let y = self.shared(other, 1);
        if x > 0 && y > 0 {
            i64::from(x) * i64::from(y)
        } else {
            0
        }
    }

    /// Area of this box's base that rests on the top of `below` (0: not touching).
    #[inline]
    pub fn rests_on(&self, below: &Self) -> i64 {
        if self.lo[2] == below.hi[2] {
            self.footprint_shared(below)
        } else {
            0
        }
    }

    /// Whether `other` stands in the straight way of this box towards the `door`.
    #[inline]
    pub fn blocked_by(&self, other: &Self, door: Door) -> bool {
        let axis = door.axis();
        let across = (0..3).filter(|a| *a != axis).all(|a| self.shared(other, a) > 0);
        across
            && if door.forward() {
                other.lo[axis] >= self.hi[axis]
            } else {
                other.hi[axis] <= self.lo[axis]
            }
    }
}

/// A side through which a container is loaded and unloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    /// `+x`: the far end of the length, a truck's rear.
    Rear,
    /// `-x`
    Front,
    /// `+y`
    Left,
    /// `-y`
    Right,
    /// `+z`
    Top,
}

impl Door {
    /// The door of a word such as `+x`.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "+x" => Self::Rear,
            "-x" => Self::Front,
            "+y" => Self::Left,
            "-y" => Self::Right,
            "+z" => Self::Top,
            _ => return None,
        })
    }

    /// The axis across which it lies: 0, 1 or 2.
    #[inline]
    pub fn axis(self) -> usize {
        match self {
            Self::Rear | Self::Front => 0,
            Self::Left | Self::Right => 1,
            Self::Top => 2,
        }
    }

    /// Whether it lies at the far end of its axis.
    #[inline]
    pub fn forward(self) -> bool {
        matches!(self, Self::Rear | Self::Left | Self::Top)
    }
}

/// One item put somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placement {
    /// Which item type.
    pub item: u32,
    /// How it is turned.
    pub orientation: Orientation,
    /// Corner nearest the origin.
    pub pos: Vec3,
}

impl Placement {
    /// The space it takes, for an item of this size.
    #[inline]
    pub fn cuboid(&self, size: Vec3) -> Cuboid {
        Cuboid::at(self.pos, self.orientation.apply(size))
    }
}

/// Area of `cuboid`'s base that rests on the floor or on the tops of `others`.
pub fn supported_area(cuboid: &Cuboid, others: &[Cuboid]) -> i64 {
    if cuboid.lo[2] == 0 {
        return cuboid.base();
    }
    others.iter().map(|other| cuboid.rests_on(other)).sum()
}

/// Whether `area` out of `base` is at least the share `parts` of a million.
///
/// Shares are kept as parts of a million so that 100 % means exactly all of it.
#[inline]
pub fn is_share(area: i64, base: i64, parts: i64) -> bool {
    i128::from(area) * 1_000_000 >= i128::from(base) * i128::from(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_the_size_along_each_axis() {
        let turned = Orientation::from_word("yxz").unwrap();
        assert_eq!(turned.apply([1, 2, 3]), [2, 1, 3]);
        // zxy: size 2 along x, size 0 along y, size 1 along z
        assert_eq!(Orientation::from_word("zxy").unwrap().apply([1, 2, 3]), [3, 1, 2]);
        assert_eq!(Orientation::from_word("xxy"), None);
        for orientation in Orientation::ALL {
            assert_eq!(Orientation::from_word(orientation.word()), Some(orientation));
        }
    }

    #[test]
    fn touching_boxes_do_not_overlap_but_rest() {
        let below = Cuboid::at([0, 0, 0], [10, 10, 5]);
        let above = Cuboid::at([4, 0, 5], [10, 10, 5]);
        assert!(!below.overlaps(&above));
        assert_eq!(above.rests_on(&below), 60); // 6 along x, 10 along y
        assert_eq!(supported_area(&above, &[below]), 60);
        assert!(is_share(60, 100, 600_000) && !is_share(60, 100, 600_001));
    }

    #[test]
    fn a_box_behind_another_is_blocked_from_the_rear_only() {
        let inner = Cuboid::at([0, 0, 0], [5, 5, 5]);
        let outer = Cuboid::at([7, 4, 4], [5, 5, 5]);
        assert!(inner.blocked_by(&outer, Door::Rear));
        assert!(!inner.blocked_by(&outer, Door::Left));
        assert!(outer.blocked_by(&inner, Door::Front));
        let aside = Cuboid::at([7, 5, 0], [5, 5, 5]);
        assert!(!inner.blocked_by(&aside, Door::Rear)); // they only touch across
    }
}
