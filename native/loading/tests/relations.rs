//! Generated problems: loads found over relations obey every rule, and nothing that a construction
//! can load is ever called impossible.

use backhaul_common::Stream;
use backhaul_loading::balance::Balance;
use backhaul_loading::company::Company;
use backhaul_loading::construct::build;
use backhaul_loading::load::{Load, Scratch, Stowed};
use backhaul_loading::manifest::{Above, Cargo, Hold, Manifest, Rules};
use backhaul_loading::policy::Policy;
use backhaul_loading::relations::model::Model;
use backhaul_loading::relations::{applies, search, Outcome};
use backhaul_packing::geometry::{Cuboid, Door, Orientation};
use proptest::prelude::*;

/// Size, stop, fragile, turns allowed.
type Box = ([i32; 3], u32, bool, bool);

fn manifest(hold: [i32; 3], boxes: &[Box], rules: Rules) -> Manifest {
    let turned = vec![Orientation::UPRIGHT, Orientation::from_word("yxz").unwrap()];
    let cargo = |b: &Box| Cargo {
        size: b.0,
        orientations: if b.3 { turned.clone() } else { vec![] },
        weight: 1,
        stop: b.1,
        fragile: b.2,
        stackable: true,
        max_load: None,
        profit: 1,
        company: Company::default(),
    };
    let cargos = boxes.iter().map(cargo).collect();
    let doors = vec![Door::Rear];
    let hold = Hold {
        size: hold,
        max_weight: None,
        doors,
        balance: Balance::default(),
        obstacles: vec![],
    };
    Manifest::new(hold, rules, cargos).unwrap()
}

/// The rules, said again from their definitions.
fn obeys(manifest: &Manifest, stowed: &[Stowed]) -> bool {
    let rules = &manifest.rules;
    let touching = |a: &Cuboid, b: &Cuboid| a.lo[2] == b.hi[2] && a.footprint_shared(b) > 0;
    stowed.len() == manifest.cargos.len()
        && stowed.iter().enumerate().all(|(i, a)| {
            let inside = (0..3).all(|k| a.cuboid.lo[k] >= 0)
                && (0..3).all(|k| a.cuboid.hi[k] <= manifest.hold.size[k]);
            let held: i64 = stowed[..i].iter().map(|b| a.cuboid.rests_on(&b.cuboid)).sum();
            let base = a.cuboid.base();
            let stands = a.cuboid.lo[2] == 0
                || held > 0 && i128::from(held) * 1_000_000 >= i128::from(base * rules.support);
            let kept = stowed.iter().enumerate().filter(|(k, _)| *k != i).all(|(k, b)| {
                let crushed = rules.fragility
                    && touching(&a.cuboid, &b.cuboid)
                    && manifest.cargos[b.cargo as usize].fragile
                    && !manifest.cargos[a.cargo as usize].fragile;
                let over = match rules.above {
                    Above::Column => a.cuboid.blocked_by(&b.cuboid, Door::Top),
                    Above::Contact => touching(&b.cuboid, &a.cuboid),
                };
                let ahead = a.cuboid.blocked_by(&b.cuboid, Door::Rear);
                let shut_in = rules.lifo && b.stop > a.stop && (over || ahead);
                let too_late = k < i && ahead;
                !(a.cuboid.overlaps(&b.cuboid) || crushed || shut_in || too_late)
            });
            inside && stands && kept
        })
}

fn boxes() -> impl Strategy<Value = Vec<Box>> {
    let size = prop::array::uniform3(1..8i32);
    prop::collection::vec((size, 0..4u32, any::<bool>(), any::<bool>()), 1..8)
}

fn rules() -> impl Strategy<Value = Rules> {
    let support = prop::sample::select(vec![0, 500_000, 750_000, 1_000_000]);
    (support, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(support, lifo, column, fragility)| {
            let above = if column { Above::Column } else { Above::Contact };
            Rules { support, lifo, above, fragility, every_leg: false }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn what_can_be_built_is_found_and_obeys_the_rules(
        boxes in boxes(),
        rules in rules(),
        hold in prop::array::uniform3(6..12i32),
    ) {
        let manifest = manifest(hold, &boxes, rules);
        prop_assume!(applies(&manifest));
        let mut rng = Stream::new(1, 2, 3, 4);
        let (outcome, _) = search(&manifest, &[], 3_000, &mut rng, None);
        if let Outcome::Loaded(stowed) = &outcome {
            prop_assert!(obeys(&manifest, stowed));
        }
        let mut load = Load::new(&manifest);
        let mut scratch = Scratch::default();
        let built = (0..60).any(|k| {
            let policy = Policy::numbered(k, &mut rng);
            build(&mut load, &policy, (0, None), &mut rng, &mut scratch, None).is_empty()
        });
        if built {
            prop_assert!(obeys(&manifest, &load.stowed));
            prop_assert!(!matches!(outcome, Outcome::Impossible));
            let mut hint = vec![None; boxes.len()];
            load.stowed.iter().for_each(|s| hint[s.cargo as usize] = Some(s.cuboid));
            let (again, _) = search(&manifest, &hint, 3_000, &mut rng, None);
            let Outcome::Loaded(stowed) = again else {
                return Err(TestCaseError::fail("a load like a known one is found"));
            };
            prop_assert!(obeys(&manifest, &stowed));
        }
    }
}

/// Two beams of which each is as long as the hold, 6 wide in a hold 10 wide and 6 high in one 10
/// high, can neither lie side by side nor on each other; with 5 wide they can.
#[test]
fn what_cannot_be_is_proven() {
    let beam = |width| ([10, width, 6], 0, false, false);
    let mut rng = Stream::new(0, 0, 0, 0);
    let wide = manifest([10, 10, 10], &[beam(6), beam(5)], Rules::default());
    assert!(matches!(search(&wide, &[], 100, &mut rng, None).0, Outcome::Impossible));
    let slim = manifest([10, 10, 10], &[beam(5), beam(5)], Rules::default());
    assert!(matches!(search(&slim, &[], 100, &mut rng, None).0, Outcome::Loaded(_)));
}

/// Half of all loads is looked at: the other half are mirror images. A limit on the centre of
/// gravity across the hold tells both apart.
#[test]
fn where_one_side_must_be_heavier_all_loads_are_looked_at() {
    let mut manifest = manifest([9, 9, 9], &[([3, 3, 3], 0, false, false)], Rules::default());
    assert_eq!(Model::halved(&manifest), Some(0));
    manifest.hold.balance.cog[1] = Some((6.0, 9.0));
    assert_eq!(Model::halved(&manifest), None);
}

/// A roof over two pillars needs both of them: neither alone carries three quarters of it. The
/// pillars' places follow from the roof that comes after them.
#[test]
fn a_roof_stands_on_two_pillars() {
    let pillar = ([4, 4, 5], 1, false, false);
    let roof = ([10, 4, 2], 0, false, false);
    let manifest = manifest([10, 4, 8], &[pillar, pillar, roof], Rules::default());
    let mut rng = Stream::new(0, 0, 0, 0);
    let Outcome::Loaded(stowed) = search(&manifest, &[], 200, &mut rng, None).0 else {
        panic!("the roof fits on the two pillars");
    };
    assert!(obeys(&manifest, &stowed));
}

/// The fragile box stands on the floor beside the lowest plate and stays longer than the plate on
/// top of that one. The upper plate is level with the box's top without touching it: allowed,
/// although neither is beside the other and the upper one may not stand on the box.
#[test]
fn level_with_a_top_is_not_on_it() {
    let boxes =
        [([6, 5, 1], 0, false, false), ([2, 2, 1], 1, true, false), ([5, 6, 1], 2, false, true)];
    for above in [Above::Contact, Above::Column] {
        let rules =
            Rules { support: 750_000, lifo: true, above, fragility: true, every_leg: false };
        let manifest = manifest([8, 6, 2], &boxes, rules);
        let mut rng = Stream::new(1, 2, 3, 4);
        let Outcome::Loaded(stowed) = search(&manifest, &[], 3_000, &mut rng, None).0 else {
            panic!("the plates fit on each other, the box beside them");
        };
        assert!(obeys(&manifest, &stowed));
    }
}
