//! A problem with one depot and one kind of vehicle, which each test file changes where it must.

use backhaul_routing::rules::Rules;
use backhaul_routing::{Problem, Rounding, Travel, VehicleType, UNLIMITED};

/// x, y, goods, start of the window.
pub type Point = (i32, i32, i64, i64);

/// As many vehicles as clients, no windows, cost of distance alone.
pub fn problem(points: &[Point], capacity: i64) -> Problem {
    let n = points.len() + 1;
    let mut xy = vec![[0.0, 0.0]];
    xy.extend(points.iter().map(|p| [f64::from(p.0), f64::from(p.1)]));
    Problem {
        depots: 1,
        travel: Travel::from_points(xy, Rounding::Nearest { scale: 1.0 }).expect("small numbers"),
        dims: 1,
        delivery: column(points, 0, |p| p.2),
        pickup: vec![0; n],
        ready: vec![0; n],
        due: vec![UNLIMITED; n],
        service: vec![0; n],
        release: vec![0; n],
        prize: vec![0; n],
        required: vec![true; n],
        groups: vec![],
        pairs: vec![],
        backhaul: false,
        types: vec![VehicleType {
            count: n,
            capacity: vec![capacity],
            start: 0,
            end: 0,
            fixed_cost: 0,
            distance_cost: 1,
            duration_cost: 0,
            overtime_cost: 0,
            overtime_after: UNLIMITED,
            shift_start: 0,
            shift_end: UNLIMITED,
            max_duration: UNLIMITED,
            max_distance: UNLIMITED,
            max_stops: usize::MAX,
            reload_depots: vec![],
            max_reloads: 0,
        }],
        allowed: vec![],
        started: vec![],
        vehicles_first: false,
        rules: Rules::default(),
    }
}

/// The value of the depot, then one for every point.
pub fn column(points: &[Point], depot: i64, of: impl Fn(&Point) -> i64) -> Vec<i64> {
    std::iter::once(depot).chain(points.iter().map(of)).collect()
}
