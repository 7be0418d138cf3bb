//! Batches and docks against brute force, on random warehouses.

use backhaul_common::Control;
use backhaul_slotting::batching::{savings, schedule, solve, walk_of, Problem, Timing};
use backhaul_slotting::docks::Dock;
use backhaul_slotting::grid::{Grid, Spot};
use backhaul_slotting::heuristics::{length, Method};
use backhaul_slotting::tour::{shortest, shortest_tour, Scratch};
use proptest::prelude::*;

/// Shortest walk from any start over all picks to any end, by trying every subset.
fn held_karp(grid: &Grid, starts: &[Dock], ends: &[Dock], picks: &[Spot]) -> i64 {
    let n = picks.len();
    let way = |docks: &[Dock], spot: Spot| {
        let corner = |d: &Dock| Spot { aisle: d.aisle as u32, y: grid.cross_y()[d.cross] };
        docks.iter().map(|d| d.offset + grid.walk(corner(d), spot)).min().unwrap()
    };
    let mut best = vec![vec![i64::MAX / 4; n]; 1 << n];
    for i in 0..n {
        best[1 << i][i] = way(starts, picks[i]);
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
    (0..n).map(|l| best[(1 << n) - 1][l] + way(ends, picks[l])).min().unwrap_or(0)
}

prop_compose! {
    fn warehouse()(
        aisles in 1_usize..6,
        blocks in 1_usize..4,
        pitch in 2_i64..6,
        block in 3_i64..15,
        depot in any::<prop::sample::Index>(),
        cross in any::<prop::sample::Index>(),
        raw in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..8),
        docks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_i64..9), 2..5),
    ) -> (Grid, Vec<Spot>, Vec<Dock>) {
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
        let docks = docks
            .iter()
            .map(|(a, c, offset)| Dock { aisle: a.index(aisles), cross: c.index(blocks + 1), offset: *offset })
            .collect();
        (grid, picks, docks)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn docks_begin_and_end_the_shortest_walk((grid, picks, docks) in warehouse()) {
        let (starts, ends) = docks.split_at(1);
        let docked = grid.with_docks(starts, ends).unwrap();
        let found = shortest(&docked, &picks, &mut Scratch::default());
        prop_assert_eq!(found, held_karp(&docked, starts, ends, &picks));
        let (claimed, path) = shortest_tour(&docked, &picks).unwrap();
        prop_assert_eq!(claimed, found);
        if picks.is_empty() {
            return Ok(());
        }
        let walked: i64 = path.windows(2).map(|w| docked.walk(w[0], w[1])).sum();
        // Two lists of docks on one cross aisle each: the ways in and out are what is left.
        prop_assert!(walked <= claimed);
        for pick in &picks {
            prop_assert!(path.contains(pick), "{:?} is missing from {:?}", pick, path);
        }
        prop_assert!(length(&docked, &picks, Method::SShape) >= 0);
    }

    #[test]
    fn a_dock_at_the_depot_changes_nothing((grid, picks, _docks) in warehouse()) {
        let (aisle, cross) = grid.depot();
        let dock = [Dock { aisle, cross, offset: 0 }];
        let plain = shortest(&grid, &picks, &mut Scratch::default());
        for method in [Method::SShape, Method::LargestGap, Method::Composite, Method::Return] {
            let docked = grid.clone().with_docks(&dock, &dock).unwrap();
            prop_assert_eq!(length(&grid, &picks, method), length(&docked, &picks, method));
            prop_assert!(length(&grid, &picks, method) >= plain, "{:?}", method);
        }
        let docked = grid.with_docks(&dock, &dock).unwrap();
        prop_assert_eq!(shortest(&docked, &picks, &mut Scratch::default()), plain);
    }
}

prop_compose! {
    fn batching()(
        (grid, _, _) in warehouse(),
        raw in prop::collection::vec(
            prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..5), 0..7),
        capacity in 5_i64..12,
        seed in any::<u64>(),
        due in prop::collection::vec(0_i64..400, 7),
        timed in any::<bool>(),
    ) -> (Problem, u64) {
        let top = grid.cross_y()[grid.cross_y().len() - 1] as usize;
        let aisles = grid.aisle_x().len();
        let picks: Vec<Vec<Spot>> = raw
            .iter()
            .map(|order| order.iter()
                .map(|(a, y)| Spot { aisle: a.index(aisles) as u32, y: y.index(top + 1) as i64 })
                .collect())
            .collect();
        let load: Vec<i64> = raw.iter().flat_map(|o| [o.len() as i64, 1]).collect();
        let n = picks.len();
        let timing = timed.then(|| Timing {
            pickers: 2, speed: 1, setup: 10, handling: vec![3; n], release: vec![5; n],
            due: due[..n].to_vec(), lateness: 2,
        });
        (Problem::new(grid, picks, load, vec![capacity, 4], Method::Exact, timing).unwrap(), seed)
    }
}

/// Cheapest partition, by trying all.
fn best_partition(problem: &Problem) -> f64 {
    fn cost(problem: &Problem, batches: &[Vec<u32>]) -> f64 {
        let walks: Vec<i64> = batches.iter().map(|b| walk_of(problem, b)).collect();
        let late: i64 = problem.timing.as_ref().map_or(0, |t| {
            schedule(t, batches, &walks).iter().map(|s| s.late).sum::<i64>() * t.lateness
        });
        (walks.iter().sum::<i64>() + late) as f64
    }
    fn fits(problem: &Problem, batch: &[u32]) -> bool {
        (0..2).all(|l| {
            batch.iter().map(|&o| problem.load[o as usize * 2 + l]).sum::<i64>()
                <= problem.capacity[l]
        })
    }
    fn go(problem: &Problem, order: u32, batches: &mut Vec<Vec<u32>>, best: &mut f64) {
        if order as usize == problem.len() {
            *best = best.min(cost(problem, batches));
            return;
        }
        for b in 0..=batches.len() {
            if b == batches.len() {
                batches.push(Vec::new());
            }
            batches[b].push(order);
            if fits(problem, &batches[b]) {
                go(problem, order + 1, batches, best);
            }
            batches[b].pop();
        }
        batches.pop();
    }
    let mut best = f64::INFINITY;
    go(problem, 0, &mut Vec::new(), &mut best);
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn plans_are_whole_fit_and_nearly_best((problem, seed) in batching()) {
        let plan = solve(&problem, None, seed, &Control::iterations(3000)).unwrap();
        let batches = plan.length.len();
        let mut lists = vec![Vec::new(); batches];
        for (order, &b) in plan.batch.iter().enumerate() {
            lists[b as usize].push(order as u32);
        }
        for (list, &claimed) in lists.iter().zip(&plan.length) {
            prop_assert!(!list.is_empty());
            prop_assert_eq!(walk_of(&problem, list), claimed);
            for (l, &limit) in problem.capacity.iter().enumerate() {
                prop_assert!(list.iter().map(|&o| problem.load[o as usize * 2 + l]).sum::<i64>() <= limit);
            }
        }
        let best = best_partition(&problem);
        prop_assert!(plan.bound <= best + 1e-9, "{} > {}", plan.bound, best);
        prop_assert!(plan.cost >= best - 1e-9);
        if problem.timing.is_none() {
            // Six orders at most, 3,000 changes: annealing sees about every plan there is.
            prop_assert!(plan.cost <= best * 1.05 + 1e-9, "{} > {}", plan.cost, best);
            let start: i64 = savings(&problem).iter().map(|b| walk_of(&problem, b)).sum();
            prop_assert!(plan.cost <= start as f64);
        }
        let again = solve(&problem, Some(&plan.batch), seed, &Control::iterations(50)).unwrap();
        prop_assert!(again.cost <= plan.cost);
    }
}
