//! Vehicles first: ejection leaves no request behind, keeps every rule, and finds the fewest vehicles.

mod common;

use backhaul_common::Control;
use backhaul_routing::{solve, Options, Plan, PlannedRoute, Problem, Started};
use common::{column, Point};
use proptest::prelude::*;

/// Nearly full vehicles and short windows; every third client brings something to the next, if asked for.
fn problem(points: &[Point], paired: bool) -> Problem {
    let mut p = common::problem(points, 20);
    p.vehicles_first = true;
    p.ready = column(points, 0, |p| p.3);
    p.due = column(points, 400, |p| p.3 + 100);
    p.service = column(points, 0, |_| 3);
    if paired {
        p.pairs = (1..points.len() as u32).step_by(2).map(|c| (c, c + 1)).collect();
        p.pickup = vec![0; points.len() + 1];
        for &(from, to) in &p.pairs {
            p.pickup[from as usize] = p.delivery[to as usize];
            p.delivery[from as usize] = 0;
            let later = p.ready[from as usize].max(p.ready[to as usize]);
            p.ready[to as usize] = later;
            p.due[to as usize] = later + 150;
        }
    }
    p
}

/// How many are in use, after every rule has been looked at.
fn check(p: &Problem, routes: &[PlannedRoute]) -> Result<usize, TestCaseError> {
    let n = p.locations();
    let mut seen = vec![0; n];
    for route in routes {
        let mut at = vec![usize::MAX; n];
        let single = |c: usize| p.pairs.iter().all(|&(a, b)| c != a as usize && c != b as usize);
        let whole = |s: &&u32| single(**s as usize);
        let mut load: i64 = route.stops.iter().filter(whole).map(|&s| p.delivery[s as usize]).sum();
        prop_assert!(load <= p.types[0].capacity[0]);
        let (mut here, mut clock) = (0, 0);
        for (k, &s) in route.stops.iter().enumerate() {
            let s = s as usize;
            (seen[s], at[s]) = (seen[s] + 1, k);
            clock = (clock + p.travel.time(here, s)).max(p.ready[s]);
            prop_assert!(clock <= p.due[s]);
            clock += p.service[s];
            load += p.pickup[s] - p.delivery[s];
            prop_assert!(load <= p.types[0].capacity[0]);
            here = s;
        }
        prop_assert!(clock + p.travel.time(here, 0) <= p.due[0]);
        for &(from, to) in &p.pairs {
            let (from, to) = (at[from as usize], at[to as usize]);
            prop_assert!((from == usize::MAX) == (to == usize::MAX) && from <= to);
        }
    }
    prop_assert!(seen[1..].iter().all(|&k| k == 1));
    Ok(routes.iter().filter(|r| !r.stops.is_empty()).count())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn no_request_is_left_behind(
        points in prop::collection::vec((0..60i32, 0..60i32, 1..8i64, 0..200i64), 2..40),
        paired in any::<bool>(),
        many in 0..3usize,
        started in any::<bool>(),
        seed in 0..4u64,
    ) {
        let mut p = problem(&points, paired);
        if started {
            let stops = if paired { vec![1, 2] } else { vec![1] };
            p.started = vec![Started { vehicle_type: 0, stops }];
        }
        let fixed = |routes: &[PlannedRoute]| routes[0].stops.first() == Some(&1);
        // Other rules at the same time are looked at by walking along the route.
        if many == 1 {
            p.types[0].max_stops = 12;
        }
        // With no rounds asked for, pairs wait at a price from the first one on.
        let bank_rounds = if seed > 1 { 0.0 } else { 500.0 };
        let options = Options { fleet_ejections: 2 * many, bank_rounds, ..Options::default() };
        let go = |options: &Options, start: Option<&Plan>| {
            solve(&p, start, options, seed, 1, &Control::iterations(200)).expect("valid")
        };
        let answer = go(&options, None);
        prop_assert_eq!(answer.rank.0, 0);
        let used = check(&p, &answer.plan.routes)?;
        prop_assert_eq!(used, answer.rank.1);
        prop_assert!(!started || fixed(&answer.plan.routes));
        prop_assert_eq!(&go(&options, None).plan, &answer.plan, "the same again");
        let again = go(&options, Some(&answer.plan));
        prop_assert!(again.rank <= answer.rank, "a warm start keeps what it was given");
    }
}
