//! Generated problems: every answer keeps every rule, and what is proven is true.

use backhaul_common::{Control, Status};
use backhaul_packing::balance::Balance;
use backhaul_packing::deck::Deck;
use backhaul_packing::geometry::{Cuboid, Orientation, Placement, Vec3};
use backhaul_packing::perfect::fill_exactly;
use backhaul_packing::problem::{Aim, Bin, Item, Problem, Rules};
use backhaul_packing::solve::solve;
use backhaul_packing::spaces::{Cut, Ground, Least, Spaces, Worth};
use proptest::prelude::*;

/// Size, copies, whether it may turn about the vertical, groups, family.
type Thing = (Vec3, u32, bool, u64, Option<u32>);

fn item((size, copies, turns, groups, family): &Thing) -> Item {
    let mut item = Item::plain(*size, *copies);
    if *turns {
        item.orientations = vec![Orientation::UPRIGHT, Orientation::from_number(2).unwrap()];
    }
    // Group 1 may not share a container with group 2.
    item.weight = i64::from(size[0]);
    Item { groups: *groups, apart: u64::from(*groups == 1) * 2, family: *family, ..item }
}

fn things() -> impl Strategy<Value = Vec<Thing>> {
    let side = || 1..9i32;
    let size = (side(), side(), side()).prop_map(|(x, y, z)| [x, y, z]);
    let family = prop_oneof![4 => Just(None), 1 => Just(Some(0))];
    prop::collection::vec((size, 0..6u32, any::<bool>(), 0..4u64, family), 1..7)
}

/// Bins of least number for a few lengths, by trying all places.
fn fewest(lengths: &[i32], capacity: i32, rooms: &mut Vec<i32>, at: usize, best: &mut usize) {
    if rooms.len() >= *best {
        return;
    }
    let Some(&length) = lengths.get(at) else {
        *best = rooms.len();
        return;
    };
    for k in 0..rooms.len() {
        if rooms[k] >= length {
            rooms[k] -= length;
            fewest(lengths, capacity, rooms, at + 1, best);
            rooms[k] += length;
        }
    }
    rooms.push(capacity - length);
    fewest(lengths, capacity, rooms, at + 1, best);
    rooms.pop();
}

/// Cut boxes again and again, straight through: each time the piece, the axis and the share are drawn.
fn cut(room: Vec3, bins: usize, cuts: &[(usize, usize, i32)]) -> Vec<Vec3> {
    let mut pieces = vec![room; bins];
    for &(piece, axis, percent) in cuts {
        let at = piece % pieces.len();
        let length = pieces[at][axis];
        let first = length * percent / 100;
        if first > 0 && first < length {
            let mut rest = pieces[at];
            rest[axis] = length - first;
            pieces[at][axis] = first;
            pieces.push(rest);
        }
    }
    pieces
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Items that were cut out of so many bins go into so many again.
    #[test]
    fn what_was_cut_out_of_full_bins_fills_them(
        bins in 1..4usize,
        cuts in prop::collection::vec((0..99usize, 0..3usize, 10..90i32), 4..20),
    ) {
        let room = [97, 83, 71];
        let items: Vec<Item> = cut(room, bins, &cuts).into_iter().map(|s| Item::plain(s, 1)).collect();
        let total = items.len();
        let filled = fill_exactly(&items, room, &|| false).unwrap();
        prop_assert_eq!(filled.len(), bins);
        prop_assert_eq!(filled.iter().map(Vec::len).sum::<usize>(), total);
        for bin in &filled {
            let bodies: Vec<Cuboid> =
                bin.iter().map(|p| p.cuboid(items[p.item as usize].size)).collect();
            let inside = |b: &Cuboid| (0..3).all(|a| b.lo[a] >= 0 && b.hi[a] <= room[a]);
            prop_assert!(bodies.iter().all(inside));
            for (k, body) in bodies.iter().enumerate() {
                prop_assert!(bodies[..k].iter().all(|other| !other.overlaps(body)));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Nothing overlaps, leaves its container, hangs in the air, tilts, clashes, or is torn from its family.
    #[test]
    fn answers_keep_every_rule(
        things in things(),
        all in any::<bool>(),
        support in prop::sample::select(vec![0, 750_000, 1_000_000]),
        arch in any::<bool>(),
        hangs in any::<bool>(),
        balanced in any::<bool>(),
    ) {
        let items: Vec<Item> = things.iter().map(item).collect();
        let obstacles = if arch { vec![Cuboid::at([0, 0, 0], [2, 3, 2])] } else { vec![] };
        // Two may hang over at the near end of the length, and one at the far side of the width.
        let deck = Deck { lo: [if hangs { 2 } else { 0 }, 0], hi: [10, if hangs { 9 } else { 10 }] };
        let shares = [(400_000, 600_000), (0, 1_000_000), (0, 450_000)];
        let balance = balanced.then(|| Balance::new(shares, [10; 3], [0; 2]));
        let copies = (!all).then_some(1);
        let bin = Bin { copies, obstacles, deck: hangs.then_some(deck), balance, ..Bin::plain([10; 3]) };
        let aim = if all { Aim::BinPacking } else { Aim::Knapsack };
        let rules = Rules { support, fragility: false };
        let problem = Problem::new(aim, vec![bin], items, rules).unwrap();
        let answer = solve(&problem, &Control::iterations(40), 1, 1).unwrap();
        let mut left: Vec<u32> = problem.items.iter().map(|i| i.copies).collect();
        for filled in &answer.bins {
            let mut counts = vec![0u32; problem.items.len()];
            let mut boxes: Vec<Cuboid> = Vec::new();
            for p in &filled.placements {
                let thing = &problem.items[p.item as usize];
                prop_assert!(thing.orientations.contains(&p.orientation));
                left[p.item as usize] -= 1;
                counts[p.item as usize] += 1;
                boxes.push(p.cuboid(thing.size));
            }
            let weight = |p: &Placement| problem.items[p.item as usize].weight;
            let total: i64 = filled.placements.iter().map(weight).sum();
            // Twice the centre of gravity, times the weight.
            let moment = |a: usize| -> i64 {
                let of = |(p, b): (&Placement, &Cuboid)| weight(p) * i64::from(b.lo[a] + b.hi[a]);
                filled.placements.iter().zip(&boxes).map(of).sum()
            };
            prop_assert!(!balanced || (8 * total <= moment(0) && moment(0) <= 12 * total));
            prop_assert!(!balanced || moment(2) <= 9 * total);
            for (k, one) in boxes.iter().enumerate() {
                prop_assert!(Cuboid::at([0; 3], [10; 3]).contains(one));
                prop_assert!(boxes[..k].iter().all(|other| !one.overlaps(other)));
                prop_assert!(problem.bins[0].obstacles.iter().all(|o| !one.overlaps(o)));
                let below: i64 = if one.lo[2] == 0 {
                    let seen = |a: usize| one.hi[a].min(deck.hi[a]) - one.lo[a].max(deck.lo[a]);
                    i64::from(seen(0).max(0) * seen(1).max(0))
                } else {
                    boxes.iter().map(|other| one.rests_on(other)).sum()
                };
                prop_assert!(below * 1_000_000 >= one.base() * support);
            }
            for (k, thing) in problem.items.iter().enumerate() {
                if counts[k] == 0 {
                    continue;
                }
                let whole = (0..counts.len()).all(|j| {
                    let other = &problem.items[j];
                    other.family != thing.family || counts[j] == other.copies
                });
                prop_assert!(thing.family.is_none() || whole);
                let foe = |j: usize| counts[j] > 0 && problem.items[j].groups & thing.apart != 0;
                prop_assert!(!(0..counts.len()).any(foe));
            }
        }
        let out: u32 = answer.left_out.iter().map(|l| l.count).sum();
        prop_assert_eq!(out, left.iter().sum::<u32>());
        prop_assert!(answer.bound <= answer.cost);
    }

    /// One dimension: an answer called optimal is, and no bound exceeds the truth.
    #[test]
    fn what_is_called_optimal_is(
        lengths in prop::collection::vec(1..30i32, 1..9),
        capacity in 30..60i32,
    ) {
        let mut best = usize::MAX;
        fewest(&lengths, capacity, &mut Vec::new(), 0, &mut best);
        let items = lengths.iter().map(|&l| Item::plain([l, 1, 1], 1)).collect();
        let bin = Bin { copies: None, ..Bin::plain([capacity, 1, 1]) };
        let problem = Problem::new(Aim::BinPacking, vec![bin], items, Rules::default()).unwrap();
        let answer = solve(&problem, &Control::iterations(200), 1, 1).unwrap();
        prop_assert!(answer.bound as usize <= best && best <= answer.bins.len());
        prop_assert!(answer.status != Status::Optimal || answer.bins.len() == best);
    }

    /// The spaces cover exactly what no block takes, and none lies inside another.
    #[test]
    fn spaces_are_all_that_is_free(
        blocks in prop::collection::vec((0..6i32, 0..6i32, 0..6i32, 1..5i32, 1..5i32, 1..5i32), 1..6),
    ) {
        let mut spaces = Spaces::new([6; 3], Ground::Any);
        let mut taken: Vec<Cuboid> = Vec::new();
        let least = Least::of([[1; 3]].into_iter());
        for (x, y, z, dx, dy, dz) in blocks {
            let block = Cuboid { lo: [x, y, z], hi: [(x + dx).min(6), (y + dy).min(6), (z + dz).min(6)] };
            if taken.iter().any(|t| t.overlaps(&block)) {
                continue;
            }
            let worth = Worth { least: &least, singles: None };
            spaces.take(&block, Cuboid { lo: block.hi, hi: block.hi }, worth, &mut Cut::default());
            taken.push(block);
        }
        for (k, one) in spaces.list.iter().enumerate() {
            prop_assert!(taken.iter().all(|t| !t.overlaps(one)));
            for (j, other) in spaces.list.iter().enumerate() {
                prop_assert!(j == k || !one.contains(other));
            }
        }
        for cell in 0..216 {
            let cell = Cuboid::at([cell % 6, cell / 6 % 6, cell / 36], [1; 3]);
            let free = taken.iter().all(|t| !t.overlaps(&cell));
            prop_assert_eq!(free, spaces.list.iter().any(|s| s.contains(&cell)));
        }
    }
}
