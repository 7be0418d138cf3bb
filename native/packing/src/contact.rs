//! The corner of a space that is filled next, and how much of a block would touch there.

use crate::geometry::{Cuboid, Vec3};
use crate::kit::Kit;

/// A space to fill next, and the corner of it to fill from.
#[derive(Clone, Copy)]
pub struct Spot {
    /// Its number among the spaces.
    pub index: usize,
    /// The space.
    pub space: Cuboid,
    /// For each axis, whether to start at the far end.
    pub far: [bool; 3],
}

impl Spot {
    /// Where a block of this size comes to stand.
    #[inline]
    pub fn place(&self, size: Vec3) -> Cuboid {
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
pub struct Faces {
    wall: [bool; 6],
    rectangles: [Vec<Cuboid>; 6],
}

impl Faces {
    /// What lies at the faces of this space.
    pub fn look(&mut self, kit: &Kit, placed: &[(u32, Vec3)], space: &Cuboid) {
        for f in 0..6 {
            let a = f / 2;
            self.rectangles[f].clear();
            self.wall[f] = if f % 2 == 0 { space.lo[a] == 0 } else { space.hi[a] == kit.room[a] };
        }
        for &(block, pos) in placed {
            let other = Cuboid::at(pos, kit.facts[block as usize].size);
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

    /// Share of the box's surface that touches walls or blocks, small gaps ignored; nothing as soon
    /// as it is certain that it is not above `least`.
    #[inline]
    pub fn contact(&self, spot: &Spot, body: &Cuboid, gap: [i32; 3], least: f64) -> Option<f64> {
        let size = body.size().map(i64::from);
        let face = [size[1] * size[2], size[2] * size[0], size[0] * size[1]];
        let whole = 2.0 * (face[0] + face[1] + face[2]) as f64;
        let mut reached = [false; 6];
        let mut most = 0;
        for a in 0..3 {
            let beyond = (spot.space.hi[a] - spot.space.lo[a]) - (body.hi[a] - body.lo[a]);
            let both = beyond <= gap[a];
            reached[2 * a] = both || !spot.far[a];
            reached[2 * a + 1] = both || spot.far[a];
            most += if both { 2 * face[a] } else { face[a] };
        }
        if most as f64 / whole <= least {
            return None;
        }
        let mut touching = 0;
        for f in (0..6).filter(|&f| reached[f]) {
            let a = f / 2;
            if self.wall[f] {
                touching += face[a];
                continue;
            }
            let (b, c) = ((a + 1) % 3, (a + 2) % 3);
            for other in &self.rectangles[f] {
                let (u, v) = (body.shared(other, b), body.shared(other, c));
                if u > 0 && v > 0 {
                    touching += i64::from(u) * i64::from(v);
                }
            }
        }
        Some(touching as f64 / whole)
    }
}
