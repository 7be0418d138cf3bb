//! Small problems with known answers, and whole ones held against every set of setups.

use super::*;
use proptest::prelude::*;

fn plan(problem: &Capacitated<'_>) -> Lots {
    solve(problem, 1, 1, None, &Control::iterations(40_000)).unwrap()
}

/// Cheapest plan of all sets of setups, when quantities are whole and few: by trying all quantities.
fn exhaustive(problem: &Capacitated<'_>) -> f64 {
    fn next(problem: &Capacitated<'_>, t: usize, held: &[i32], best: f64) -> f64 {
        if t == problem.periods {
            return 0.0;
        }
        let n = problem.items();
        let rest = |i: usize| -> i32 { problem.row(i)[t..].iter().map(|&d| d as i32).sum() };
        let most: Vec<i32> = (0..n).map(|i| (rest(i) - held[i]).max(0)).collect();
        let mut lowest = f64::INFINITY;
        let mut made = vec![0; n];
        loop {
            let load: f64 = (0..n)
                .filter(|&i| made[i] > 0)
                .map(|i| problem.setup_time[i] + problem.unit_time[i] * f64::from(made[i]))
                .sum();
            let after: Vec<i32> =
                (0..n).map(|i| held[i] + made[i] - problem.row(i)[t] as i32).collect();
            if load <= problem.limit(t) && after.iter().all(|&units| units >= 0) {
                let cost: f64 = (0..n)
                    .map(|i| {
                        let setup = if made[i] > 0 { problem.setup_cost[i] } else { 0.0 };
                        setup + problem.holding[i] * f64::from(after[i])
                    })
                    .sum();
                if cost < best {
                    lowest = lowest.min(cost + next(problem, t + 1, &after, best));
                }
            }
            let Some(i) = (0..n).find(|&i| made[i] < most[i]) else { break };
            made[..i].fill(0);
            made[i] += 1;
        }
        lowest
    }
    next(problem, 0, &[0, 0], f64::INFINITY)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// Whole unit times and capacities: the best plan is whole too, and all of them can be tried.
    #[test]
    fn the_search_finds_what_trying_everything_finds(
        demand in prop::collection::vec(0_u8..4, 8),
        setup in prop::collection::vec((0_u8..12, 0_u8..3, 1_u8..4), 2),
        capacity in prop::collection::vec(3_u8..9, 4),
    ) {
        let demand: Vec<f64> = demand.into_iter().map(f64::from).collect();
        let column = |f: fn(&(u8, u8, u8)) -> u8| -> Vec<f64> {
            setup.iter().map(|row| f64::from(f(row))).collect()
        };
        let (cost, time, holding) = (column(|r| r.0), column(|r| r.1), column(|r| r.2));
        let capacity: Vec<f64> = capacity.into_iter().map(f64::from).collect();
        let problem = Capacitated {
            periods: 4, demand: &demand, setup_cost: &cost, setup_time: &time,
            unit_time: &[1.0, 1.0], holding: &holding, capacity: &capacity,
        };
        let (found, best) = (plan(&problem), exhaustive(&problem));
        if best.is_finite() {
            prop_assert_eq!(found.overtime, 0.0);
            prop_assert!((found.cost - best).abs() < 1e-6, "{} {best}", found.cost);
            prop_assert!(found.bound <= best + 1e-6);
            prop_assert_eq!(found.short_by, None);
        } else {
            prop_assert!(found.overtime > 0.0);
        }
        for i in 0..2 {
            let mut held = 0.0;
            for t in 0..4 {
                held += found.quantities[i * 4 + t] - demand[i * 4 + t];
                prop_assert!(held >= -1e-9);
            }
        }
    }
}

/// Two periods of 10, demand 0 then 15: five units must be made ahead.
#[test]
fn what_does_not_fit_is_made_ahead() {
    let problem = Capacitated {
        periods: 2,
        demand: &[0.0, 15.0],
        setup_cost: &[3.0],
        setup_time: &[0.0],
        unit_time: &[1.0],
        holding: &[2.0],
        capacity: &[10.0, 10.0],
    };
    let found = plan(&problem);
    assert_eq!(found.quantities, [5.0, 10.0]);
    assert_eq!(found.cost, 16.0);
}

/// 25 units in two periods of 10 cannot be made; the answer says by when, and by how much.
#[test]
fn too_little_capacity_is_proven() {
    let problem = Capacitated {
        periods: 2,
        demand: &[5.0, 20.0],
        setup_cost: &[3.0],
        setup_time: &[1.0],
        unit_time: &[1.0],
        holding: &[2.0],
        capacity: &[10.0, 10.0],
    };
    let found = plan(&problem);
    assert_eq!(found.short_by, Some(1));
    assert!((found.overtime - 7.0).abs() < 1e-9, "two setups, 27 of 20: {found:?}");
}

/// The same seed and work give the same plan whatever the number of threads that run the chains.
#[test]
fn the_same_work_gives_the_same_plan() {
    let demand: Vec<f64> = (0..60).map(|k| f64::from((k * 37 + 11) % 50)).collect();
    let problem = Capacitated {
        periods: 10,
        demand: &demand,
        setup_cost: &[80.0; 6],
        setup_time: &[5.0; 6],
        unit_time: &[1.0; 6],
        holding: &[1.0; 6],
        capacity: &[190.0; 10],
    };
    let one = solve(&problem, 7, 2, None, &Control::iterations(20_000)).unwrap();
    let two = solve(&problem, 7, 2, None, &Control::iterations(20_000)).unwrap();
    assert_eq!(one, two);
    let again = solve(&problem, 7, 1, Some(&one.quantities), &Control::iterations(512)).unwrap();
    assert!(again.cost <= one.cost + 1e-9, "a start is never lost");
}

/// Bad values are named by row and period.
#[test]
fn bad_values_are_named() {
    let mut problem = Capacitated {
        periods: 2,
        demand: &[1.0, f64::NAN],
        setup_cost: &[3.0],
        setup_time: &[1.0],
        unit_time: &[1.0],
        holding: &[2.0],
        capacity: &[10.0, 10.0],
    };
    let text = |p: &Capacitated<'_>| {
        solve(p, 0, 1, None, &Control::iterations(1)).unwrap_err().to_string()
    };
    assert!(text(&problem).contains("demand[0][1]"));
    problem.demand = &[1.0, 1.0];
    problem.capacity = &[1.0, -1.0];
    assert!(text(&problem).contains("capacity[1]"));
    problem.capacity = &[1.0];
    assert!(text(&problem).contains("capacity"));
}

/// Free holding and a large first period: one lot an item meets the bound, and nothing is searched on.
#[test]
fn a_proven_plan_ends_the_search() {
    let problem = Capacitated {
        periods: 4,
        demand: &[5.0, 5.0, 5.0, 5.0, 1.0, 2.0, 3.0, 4.0],
        setup_cost: &[30.0, 20.0],
        setup_time: &[1.0, 1.0],
        unit_time: &[1.0, 1.0],
        holding: &[0.0, 0.0],
        capacity: &[1000.0; 4],
    };
    let found = solve(&problem, 0, 2, None, &Control::iterations(50_000_000)).unwrap();
    assert_eq!((found.cost, found.bound), (50.0, 50.0));
    assert_eq!(found.stop_reason, StopReason::Converged);
    assert!(found.iterations < 1_000_000, "{}", found.iterations);
}
