//! Generated problems: every answer serves each client once and keeps capacity and windows.

mod common;

use backhaul_common::Control;
use backhaul_routing::{solve, Options, Problem, Travel, UNLIMITED};
use common::{column, Point};
use proptest::prelude::*;

fn problem(points: &[Point], capacity: i64, windows: bool) -> Problem {
    let mut p = common::problem(points, capacity);
    if windows {
        p.ready = column(points, 0, |p| p.3);
        p.due = column(points, UNLIMITED, |p| p.3 + 150);
    }
    p
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn answers_are_valid_and_cost_what_they_claim(
        points in prop::collection::vec((0..60i32, 0..60i32, 0..10i64, 0..100i64), 1..40),
        capacity in 10..40i64,
        windows in any::<bool>(),
        seed in 0..4u64,
        threads in 1..4usize,
        table in any::<bool>(),
        regions in any::<bool>(),
        coolings in any::<bool>(),
    ) {
        let mut p = problem(&points, capacity, windows);
        // Without a table, distances are computed and clients are renumbered by place.
        let plain_table = if table { 300 } else { 0 };
        let mut options = Options { plain_table, ..Options::default() };
        if coolings {
            options.cooling_rounds = 0.0;
        }
        if let (true, Travel::Matrix { points: Some((xy, rounding)), .. }) = (regions, &p.travel) {
            p.travel = Travel::Plane { xy: xy.clone(), rounding: *rounding };
            (options.plain_regions_above, options.plain_region) = (8, 6);
        }
        let from = |start| solve(&p, start, &options, seed, threads, &Control::iterations(40));
        let go = || from(None);
        let answer = go().expect("valid");
        let mut seen = vec![0; points.len() + 1];
        let mut cost = 0;
        for route in &answer.plan.routes {
            let (mut here, mut load, mut clock) = (0, 0, 0);
            for &s in &route.stops {
                let s = s as usize;
                seen[s] += 1;
                load += p.delivery[s];
                cost += p.travel.distance(here, s);
                clock = (clock + p.travel.time(here, s)).max(p.ready[s]);
                prop_assert!(clock <= p.due[s]);
                here = s;
            }
            cost += p.travel.distance(here, 0);
            prop_assert!(load <= capacity);
        }
        prop_assert!(seen[1..].iter().all(|&k| k == 1));
        prop_assert_eq!(answer.rank, (0, 0, cost));
        prop_assert_eq!(go().expect("valid").plan, answer.plan.clone());
        if regions && !windows {
            let alone = solve(&p, None, &options, seed, 1, &Control::iterations(40));
            prop_assert_eq!(alone.expect("valid").plan, answer.plan.clone(), "threads share a map");
        }
        let again = from(Some(&answer.plan)).expect("valid");
        prop_assert!(again.rank <= answer.rank, "a warm start keeps what it was given");
    }
}
