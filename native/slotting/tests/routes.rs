//! Picker routes against an independent shortest tour (Held and Karp 1962), on random warehouses.

use backhaul_slotting::grid::{Grid, Spot};
use backhaul_slotting::heuristics::{length, Method};
use backhaul_slotting::tour::{shortest, shortest_tour, tour_lengths, Scratch};
use proptest::prelude::*;

/// Shortest closed walk over all spots from the depot, by trying every subset.
fn held_karp(grid: &Grid, picks: &[Spot]) -> i64 {
    let n = picks.len();
    let depot = grid.depot_spot();
    let mut best = vec![vec![i64::MAX / 4; n]; 1 << n];
    for i in 0..n {
        best[1 << i][i] = grid.walk(depot, picks[i]);
    }
    for set in 1..1_usize << n {
        for last in (0..n).filter(|&l| set >> l & 1 == 1) {
            for next in (0..n).filter(|&x| set >> x & 1 == 0) {
                let value = best[set][last] + grid.walk(picks[last], picks[next]);
                let cell = &mut best[set | 1 << next][next];
                *cell = (*cell).min(value);
            }
        }
    }
    (0..n).map(|l| best[(1 << n) - 1][l] + grid.walk(picks[l], depot)).min().unwrap_or(0)
}

prop_compose! {
    fn warehouse()(
        aisles in 1_usize..6,
        blocks in 1_usize..5,
        pitch in 2_i64..6,
        block in 3_i64..15,
        depot in any::<prop::sample::Index>(),
        cross in any::<prop::sample::Index>(),
        raw in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..9),
    ) -> (Grid, Vec<Spot>) {
        let x = (0..aisles as i64).map(|a| a * pitch).collect();
        let y: Vec<i64> = (0..=blocks as i64).map(|b| b * block).collect();
        let top = y[blocks] as usize;
        let grid = Grid::new(x, y, depot.index(aisles), cross.index(blocks + 1)).unwrap();
        let mut picks: Vec<Spot> = raw
            .iter()
            .map(|(a, y)| Spot { aisle: a.index(aisles) as u32, y: y.index(top + 1) as i64 })
            .collect();
        picks.sort_unstable();
        picks.dedup();
        (grid, picks)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_sweep_finds_the_shortest_tour((grid, picks) in warehouse()) {
        prop_assert_eq!(shortest(&grid, &picks, &mut Scratch::default()), held_karp(&grid, &picks));
    }

    #[test]
    fn the_traced_tour_is_closed_complete_and_as_long_as_claimed((grid, picks) in warehouse()) {
        let (claimed, path) = shortest_tour(&grid, &picks).unwrap();
        prop_assert_eq!(claimed, shortest(&grid, &picks, &mut Scratch::default()));
        prop_assert_eq!(path[0], grid.depot_spot());
        prop_assert_eq!(path[path.len() - 1], grid.depot_spot());
        let walked: i64 = path.windows(2).map(|w| grid.walk(w[0], w[1])).sum();
        prop_assert_eq!(walked, claimed);
        for pick in &picks {
            prop_assert!(path.contains(pick), "{:?} is missing from {:?}", pick, path);
        }
    }

    #[test]
    fn no_taught_route_is_shorter_than_the_shortest((grid, picks) in warehouse()) {
        let exact = shortest(&grid, &picks, &mut Scratch::default());
        for method in [Method::SShape, Method::Return, Method::LargestGap, Method::Composite] {
            prop_assert!(length(&grid, &picks, method) >= exact, "{:?}", method);
        }
    }

    #[test]
    fn a_batch_is_the_sum_of_its_orders((grid, picks) in warehouse()) {
        let lines: Vec<u32> = (0..picks.len() as u32).collect();
        let ptr = vec![0, 0, picks.len()];
        let lengths = tour_lengths(&grid, &picks, None, &ptr, &lines, Method::Exact);
        prop_assert_eq!(lengths, vec![0, shortest(&grid, &picks, &mut Scratch::default())]);
    }
}
