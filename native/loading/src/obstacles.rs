//! Room that is taken already: wheel arches, a cooling unit. Goods stand beside and pass over or
//! around, but never on them.

use backhaul_packing::geometry::{Cuboid, Vec3};

/// Whether a box would stand where an obstacle is.
pub fn hit(obstacles: &[Cuboid], cuboid: &Cuboid) -> bool {
    obstacles.iter().any(|o| o.overlaps(cuboid))
}

/// Offsets on an axis where a box of this extent touches an obstacle.
pub fn touching(obstacles: &[Cuboid], axis: usize, extent: i32, into: &mut Vec<i32>) {
    for o in obstacles {
        into.extend([o.hi[axis], o.lo[axis] - extent]);
    }
}

/// Whether every obstacle lies inside the hold.
pub fn inside(obstacles: &[Cuboid], size: Vec3) -> bool {
    let within =
        |o: &Cuboid| (0..3).all(|a| 0 <= o.lo[a] && o.lo[a] < o.hi[a] && o.hi[a] <= size[a]);
    obstacles.iter().all(within)
}
