//! A given plan, as far as it is valid.

use crate::plan::Plan;

/// Routes of the known stops that fit, each stop once, and the clients that are in none of them.
pub(crate) fn valid_part(plan: &Plan, demand: &[i64], capacity: i64) -> (Vec<Vec<u32>>, Vec<u32>) {
    let n = demand.len();
    let mut seen = vec![false; n];
    let mut routes = Vec::with_capacity(plan.routes.len());
    for planned in &plan.routes {
        let (mut load, mut stops) = (0, Vec::with_capacity(planned.stops.len()));
        for &v in &planned.stops {
            let known = (1..n as u32).contains(&v) && !seen[v as usize];
            if known && load + demand[v as usize] <= capacity {
                load += demand[v as usize];
                seen[v as usize] = true;
                stops.push(v);
            }
        }
        if !stops.is_empty() {
            routes.push(stops);
        }
    }
    (routes, (1..n as u32).filter(|&v| !seen[v as usize]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::PlannedRoute;
    use crate::problem::NONE;

    #[test]
    fn unknown_doubled_and_heavy_stops_are_left_out() {
        let route =
            |stops: &[u32]| PlannedRoute { vehicle_type: 0, started: NONE, stops: stops.to_vec() };
        let plan = Plan { routes: vec![route(&[1, 9, 2, 3]), route(&[2, 0]), route(&[1, 4])] };
        let (routes, rest) = valid_part(&plan, &[0, 3, 3, 5, 1], 7);
        assert_eq!(routes, [vec![1, 2], vec![4]]);
        assert_eq!(rest, [3]);
    }
}
