//! Generated problems with rules on time: every answer keeps them, and traffic keeps its order.

mod common;

use backhaul_common::Control;
use backhaul_routing::rules::{
    schedule, Balance, DriverRules, Measure, Pause, Profile, Rules, SoftWindow, Traffic, TypeRules,
};
use backhaul_routing::{solve, Options, Problem, UNLIMITED};
use common::{column, Point};
use proptest::prelude::*;

fn rules(points: &[Point], seed: u64) -> Rules {
    let n = points.len() + 1;
    let bit = |k: u32| seed >> k & 1 == 1;
    let pauses = if bit(0) { vec![Pause::new(vec![(40, 60), (90, 120)], 9)] } else { vec![] };
    let driver = DriverRules {
        drive_before_break: 40,
        break_length: 10,
        split: (4, 6),
        drive_before_rest: 90,
        day: 140,
        rest_length: 60,
        work_ends: bit(1),
        work_interrupts: bit(2),
    };
    let speed = if bit(3) { 125 } else { 100 };
    let own = TypeRules::new(speed, i64::from(bit(4)), pauses, bit(5).then_some(driver));
    let windows = |p: &Point| vec![(p.3, p.3 + 40), (p.3 + 80, p.3 + 600)];
    let soft = SoftWindow { early: 50, late: 100, early_cost: 1, late_cost: 2 };
    let rush = Profile { times: vec![0, 100, 200], percent: vec![100, 150, 80] };
    Rules {
        windows: std::iter::once(vec![]).chain(points.iter().map(windows)).collect(),
        soft: if bit(6) { vec![soft; n] } else { vec![] },
        types: vec![own],
        traffic: Traffic { profiles: if bit(7) { vec![rush] } else { vec![] }, of: vec![] },
        sequences: if n > 3 && bit(8) { vec![vec![1, 2, 3]] } else { vec![] },
        lifo: bit(9),
        balance: Balance {
            measure: Measure::Duration,
            largest_cost: i64::from(bit(10)),
            spread_cost: i64::from(bit(11)),
        },
        ..Rules::default()
    }
    .sealed(n, &[])
}

fn problem(points: &[Point], seed: u64) -> Problem {
    let mut p = common::problem(points, 30);
    p.ready = column(points, 0, |p| p.3);
    p.due = column(points, UNLIMITED, |p| p.3 + 600);
    p.service = column(points, 0, |_| 3);
    p.types[0].fixed_cost = 10;
    p.types[0].duration_cost = (seed & 1) as i64;
    p.rules = rules(points, seed);
    p
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn answers_keep_the_rules(
        points in prop::collection::vec((0..40i32, 0..40i32, 0..10i64, 0..100i64), 1..14),
        seed in any::<u64>(),
    ) {
        let p = problem(&points, seed);
        let go = || solve(&p, None, &Options::default(), seed, 1, &Control::iterations(30));
        let answer = go().expect("valid");
        let mut seen = vec![0; points.len() + 1];
        for route in &answer.plan.routes {
            route.stops.iter().for_each(|&s| seen[s as usize] += 1);
            let found = schedule(&p, route.vehicle_type as usize, route.started, &route.stops);
            prop_assert!(found.broken.is_empty(), "{:?}", found.broken);
            prop_assert!(found.visits.windows(2).all(|v| v[0][2] <= v[1][0]));
        }
        prop_assert!(seen[1..].iter().all(|&k| k == 1));
        prop_assert_eq!(go().expect("valid").plan, answer.plan);
    }

    #[test]
    fn a_profile_that_lets_the_last_come_first_is_refused(
        percent in prop::collection::vec(50..200i64, 3),
        points in prop::collection::vec((0..40i32, 0..40i32, 0..10i64, 0..100i64), 1..4),
    ) {
        let mut p = problem(&points, 0);
        let times = vec![0i64, 20, 40];
        p.rules.traffic =
            Traffic { profiles: vec![Profile { times, percent: percent.clone() }], of: vec![] };
        let reach = p.travel.largest() + 1;
        let falls = percent.windows(2).any(|w| reach * (w[0] - w[1]) > 100 * 20);
        prop_assert_eq!(p.validate().is_err(), falls);
    }
}
