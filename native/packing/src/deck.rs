//! A floor that carries only part of the room above it: a pallet that loads may hang over.

use crate::geometry::{Cuboid, Vec3};

/// The rectangle of the floor on which things may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deck {
    /// Corner nearest the origin.
    pub lo: [i32; 2],
    /// Corner farthest from it.
    pub hi: [i32; 2],
}

impl Deck {
    /// Area of a base on the floor that the deck carries.
    #[inline]
    pub fn carries(&self, base: &Cuboid) -> i64 {
        let shared = |a: usize| base.hi[a].min(self.hi[a]) - base.lo[a].max(self.lo[a]);
        i64::from(shared(0).max(0)) * i64::from(shared(1).max(0))
    }

    /// The room straight above.
    pub fn above(&self, height: i32) -> Cuboid {
        Cuboid { lo: [self.lo[0], self.lo[1], 0], hi: [self.hi[0], self.hi[1], height] }
    }

    /// A body on the floor moved from its corner of the space onto the deck, if that moves it.
    pub fn pulled(&self, body: &Cuboid, space: &Cuboid, far: [bool; 3]) -> Option<Cuboid> {
        let (mut lo, size) = (body.lo, body.size());
        for a in 0..2 {
            lo[a] = if far[a] {
                lo[a].min(self.hi[a] - size[a]).max(space.lo[a])
            } else {
                lo[a].max(self.lo[a]).min(space.hi[a] - size[a])
            };
        }
        (body.lo[2] == 0 && lo != body.lo).then(|| Cuboid::at(lo, size))
    }

    /// Whether it is a rectangle inside a floor of this size.
    pub fn lies_in(&self, room: Vec3) -> bool {
        (0..2).all(|a| 0 <= self.lo[a] && self.lo[a] < self.hi[a] && self.hi[a] <= room[a])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Load;
    use crate::problem::Item;
    use crate::rules::{RuleSet, Support};

    #[test]
    fn what_hangs_over_too_far_moves_onto_the_pallet_as_far_as_there_is_room() {
        let deck = Deck { lo: [2, 0], hi: [12, 8] };
        let room = Cuboid::at([0; 3], [14, 8, 9]);
        let at = |x: i32| Cuboid::at([x, 0, 0], [6, 4, 5]);
        assert_eq!(deck.pulled(&at(0), &room, [false; 3]), Some(at(2)));
        assert_eq!(deck.pulled(&at(8), &room, [true, false, false]), Some(at(6)));
        assert_eq!(deck.pulled(&at(3), &room, [false; 3]), None);
        let narrow = Cuboid::at([0; 3], [7, 8, 9]);
        assert_eq!(deck.pulled(&at(0), &narrow, [false; 3]), Some(at(1)));
    }

    #[test]
    fn what_hangs_over_counts_by_its_share_on_the_pallet() {
        // Ten long, two may hang over at either end.
        let deck = Deck { lo: [2, 0], hi: [12, 8] };
        let items = [Item::plain([6, 4, 5], 9)];
        let three_quarters = RuleSet::default().with(Box::new(Support { parts: 750_000 }));
        let stands = |x: i32| {
            let body = Cuboid::at([x, 0, 0], [6, 4, 5]);
            three_quarters.try_push(&items, &mut Load::on(Some(deck)), 0, body)
        };
        // 4 of 6 is too little, 5 of 6 will do, at either end.
        let far: Vec<bool> = (6..9).map(stands).collect();
        assert_eq!((0..3).map(stands).collect::<Vec<_>>(), [false, true, true]);
        assert_eq!(far, [true, true, false]);
    }
}
