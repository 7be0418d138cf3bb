//! Planograms of random shelves: geometry, limits, cost and bound.

use backhaul_common::Control;
use backhaul_slotting::shelf::{solve, Planogram, Problem, Product, Shelf};
use proptest::prelude::*;

prop_compose! {
    fn product()(
        width in 20_i64..120,
        block in 0_u32..3,
        least in 0_i32..3,
        more in 1_i32..3,
        demand in 0.0_f64..30.0,
        variation in prop_oneof![Just(0.0), 0.1_f64..1.0],
        margin in -20.0_f64..100.0,
        lost in 0.0_f64..50.0,
        elasticity in prop_oneof![Just(0.0), 0.05_f64..0.4],
    ) -> Product {
        Product { width, block, least, most: least + more, demand, variation, rate: 2.0, margin, lost, elasticity }
    }
}

prop_compose! {
    fn problem()(
        widths in prop::collection::vec(100_i64..600, 1..4),
        lifts in prop::collection::vec(0.7_f64..1.4, 4),
        split in any::<bool>(),
        products in prop::collection::vec(product(), 1..9),
        units in prop::collection::vec(prop_oneof![Just(0.0), 1.0_f64..12.0], 36),
        place in prop::collection::vec(0.0_f64..5.0, 36),
        empty in 0.0_f64..1.0,
        value in -50.0_f64..50.0,
    ) -> Problem {
        let shelves: Vec<Shelf> = widths.iter().enumerate()
            .map(|(s, &width)| Shelf { width, fixture: u32::from(split && s > 0), lift: lifts[s] })
            .collect();
        let n = shelves.len() * products.len();
        let near = products.iter().map(|p| p.block).max().filter(|&b| b > 0).map(|b| (0, b, value));
        Problem {
            units: units[..n].to_vec(), place: place[..n].to_vec(),
            shelves, products, empty, near: near.into_iter().collect(),
        }
    }
}

/// Every rule of a planogram.
fn obeys(problem: &Problem, found: &Planogram) -> Result<(), TestCaseError> {
    let shelves = problem.shelves.len();
    for (p, product) in problem.products.iter().enumerate() {
        let row = &found.facings[p * shelves..][..shelves];
        let count: i32 = row.iter().sum();
        prop_assert!(count == 0 || (product.least..=product.most).contains(&count));
        for (s, &n) in row.iter().enumerate().filter(|(_, &n)| n > 0) {
            prop_assert!(n > 0 && problem.units[p * shelves + s] > 0.0);
            let place = found.rectangles[product.block as usize];
            prop_assert!(place.is_some_and(|r| r.first <= s && s <= r.last));
        }
    }
    for (b, place) in found.rectangles.iter().enumerate() {
        let Some(r) = place else { continue };
        for s in r.first..=r.last {
            prop_assert_eq!(problem.shelves[s].fixture, problem.shelves[r.first].fixture);
            prop_assert!(r.x >= 0 && r.x + r.width <= problem.shelves[s].width);
            let mine = |p: &usize| problem.products[*p].block as usize == b;
            let used: i64 = (0..problem.products.len())
                .filter(mine)
                .map(|p| i64::from(found.facings[p * shelves + s]) * problem.products[p].width)
                .sum();
            prop_assert!(used > 0 && used <= r.width);
        }
        for other in found.rectangles[..b].iter().flatten() {
            let apart = r.last < other.first
                || other.last < r.first
                || r.x + r.width <= other.x
                || other.x + other.width <= r.x;
            prop_assert!(apart, "{:?} and {:?} overlap", r, other);
        }
    }
    prop_assert!((problem.cost(&found.facings, &found.rectangles) - found.cost).abs() < 1e-6);
    prop_assert!(found.bound <= found.cost + 1e-6);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn planograms_keep_every_rule(problem in problem(), seed in any::<u64>()) {
        let found = solve(&problem, None, seed, &Control::iterations(40)).unwrap();
        obeys(&problem, &found)?;
        let again = solve(&problem, Some(&found.rectangles), seed, &Control::iterations(16)).unwrap();
        obeys(&problem, &again)?;
    }

    #[test]
    fn nothing_tried_at_random_beats_the_bound(
        problem in problem(),
        facings in prop::collection::vec(0_i32..3, 36),
        home in prop::option::of(prop::collection::vec(0_usize..4, 3)),
    ) {
        // Any facings that fit the shelves, of one block, or of blocks that keep to one shelf each,
        // may cost no less than the bound.
        let shelves = problem.shelves.len();
        let mut problem = problem;
        let mut facings = facings[..shelves * problem.products.len()].to_vec();
        for (p, product) in problem.products.iter_mut().enumerate() {
            match &home {
                None => product.block = 0,
                Some(home) => {
                    let own = home[product.block as usize] % shelves;
                    (0..shelves).filter(|&s| s != own).for_each(|s| facings[p * shelves + s] = 0);
                }
            }
        }
        let mut room: Vec<i64> = problem.shelves.iter().map(|s| s.width).collect();
        for (p, product) in problem.products.iter().enumerate() {
            let row = &mut facings[p * shelves..][..shelves];
            for s in 0..shelves {
                if problem.units[p * shelves + s] <= 0.0 || i64::from(row[s]) * product.width > room[s] {
                    row[s] = 0;
                }
            }
            let count: i32 = row.iter().sum();
            if count < product.least || count > product.most {
                row.fill(0);
            }
            for s in 0..shelves {
                room[s] -= i64::from(row[s]) * product.width;
            }
        }
        let apart = Problem { near: Vec::new(), ..problem };
        let cost = apart.cost(&facings, &vec![None; apart.blocks()]);
        let found = solve(&apart, None, 0, &Control::iterations(8)).unwrap();
        prop_assert!(found.bound <= cost + 1e-6, "{} > {}", found.bound, cost);
    }
}

#[test]
fn one_block_fills_its_shelf_with_what_earns_most() {
    let product = |width, margin| Product {
        width,
        block: 0,
        least: 0,
        most: 1,
        demand: 1.0,
        variation: 0.0,
        rate: 1.0,
        margin,
        lost: 0.0,
        elasticity: 0.0,
    };
    // 60 + 40 fill the shelf and earn 16; 70 alone would earn 12.
    let problem = Problem {
        shelves: vec![Shelf { width: 100, fixture: 0, lift: 1.0 }],
        products: vec![product(70, 12.0), product(60, 9.0), product(40, 7.0)],
        units: vec![1.0; 3],
        place: vec![0.0; 3],
        ..Problem::default()
    };
    let found = solve(&problem, None, 0, &Control::iterations(400)).unwrap();
    assert_eq!(found.facings, [0, 1, 1]);
    assert!((found.cost + 16.0).abs() < 1e-9);
}

#[test]
fn a_nan_is_named() {
    let mut problem = Problem {
        shelves: vec![Shelf { width: 100, fixture: 0, lift: 1.0 }],
        ..Problem::default()
    };
    problem.shelves[0].lift = f64::NAN;
    let error = solve(&problem, None, 0, &Control::iterations(1)).unwrap_err();
    assert_eq!(error.path, "shelves[0].lift");
}
