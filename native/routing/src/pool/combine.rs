//! The best plan that the routes of a pool make: from a known plan to a set-partitioning problem and back.

use std::collections::BTreeMap;

use crate::plan::{Answer, Plan, PlannedRoute};
use crate::pool::exchange::improve;
use crate::pool::partition::Partition;
use crate::pool::prices::prices;
use crate::pool::{Kept, Key, Pool};
use crate::problem::{Features, Problem, NONE};
use crate::rich::refresh::walk;
use crate::rich::requests::Requests;
use crate::rich::route::{nodes, Node};

/// How long to look: at columns for prices, in steps at most, and at columns for a better plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    pub steps: usize,
    pub looks: u64,
}

/// Put a better plan in the place of the best one, if the routes make one.
pub(crate) fn combine(
    problem: &Problem,
    pools: &[Pool],
    best: &mut Answer,
    effort: Effort,
    stop: &dyn Fn() -> bool,
) {
    let open = pools.iter().any(|pool| pool.routes().next().is_some());
    if !open || best.plan.routes.is_empty() {
        return;
    }
    let rules = Rules { problem, nodes: nodes(problem), features: problem.features() };
    let Some(columns) = Columns::new(&rules, pools, &best.plan) else { return };
    let chosen: Vec<u32> = (0..columns.known as u32).collect();
    let part = &columns.part;
    let before = part.cost_of(&chosen);
    let prices = prices(part, &chosen, effort.steps, stop);
    let found = improve(part, chosen, &prices, effort.looks, stop);
    let cost = part.cost_of(&found);
    if cost < before {
        columns.put(best, &found, cost - before);
    }
}

struct Rules<'a> {
    problem: &'a Problem,
    nodes: Vec<Node>,
    features: Features,
}

impl Rules<'_> {
    fn cost(&self, route: &PlannedRoute) -> Option<i64> {
        let vehicle = (route.vehicle_type as usize, route.started);
        walk(self.problem, &self.features, &self.nodes, vehicle, &route.stops).map(|w| w.cost)
    }
}

/// What a column stands for.
enum Meaning<'a> {
    Route(&'a Key, &'a Kept),
    /// A route of the known plan.
    Known(usize),
    /// A request is left out; whether it must be served.
    Out(bool),
}

/// Routes and what is left out as columns; the first `known` are the known plan.
struct Columns<'a> {
    part: Partition,
    meaning: Vec<Meaning<'a>>,
    known: usize,
    vehicles_first: bool,
}

impl<'a> Columns<'a> {
    /// `None` where the known plan is not one of these rules.
    fn new(rules: &Rules<'_>, pools: &'a [Pool], plan: &Plan) -> Option<Self> {
        let problem = rules.problem;
        let requests = Requests::of(problem);
        let many = requests.list.len();
        let exact = many + problem.started.len();
        // A limit that no plan can reach needs no row.
        let mut limit = Vec::new();
        let mut row_of_type = vec![NONE; problem.types.len()];
        for (row, t) in row_of_type.iter_mut().zip(&problem.types) {
            if t.count < exact {
                *row = (exact + limit.len()) as u32;
                limit.push(t.count as i64);
            }
        }
        let row_of_all = problem.vehicles_first.then_some((exact + limit.len()) as u32);
        if problem.vehicles_first {
            limit.push(plan.routes.len() as i64);
        }
        let rows = |(vehicle_type, started): (u32, u32), stops: &[u32], list: &mut Vec<u32>| {
            list.clear();
            let clients = stops.iter().filter(|&&s| s as usize >= problem.depots);
            list.extend(clients.map(|&s| requests.of[s as usize]));
            if started != NONE {
                list.push(many as u32 + started);
            }
            list.sort_unstable();
            list.dedup();
            let exact = list.len();
            list.extend(Some(row_of_type[vehicle_type as usize]).filter(|&row| row != NONE));
            list.extend(row_of_all);
            exact > 0
        };
        let mut this = Self {
            part: Partition::new(exact, limit),
            meaning: Vec::new(),
            known: 0,
            vehicles_first: problem.vehicles_first,
        };
        let (mut list, mut served) = (Vec::new(), vec![false; exact]);
        for (r, route) in plan.routes.iter().enumerate() {
            let vehicle = (route.vehicle_type, route.started);
            if !rows(vehicle, &route.stops, &mut list) {
                return None;
            }
            for &i in list.iter().filter(|&&i| (i as usize) < exact) {
                if std::mem::replace(&mut served[i as usize], true) {
                    return None;
                }
            }
            this.push(&list, rules.cost(route)?, Meaning::Known(r));
        }
        if served[many..].contains(&false) {
            return None;
        }
        for now in [true, false] {
            for q in 0..many {
                // What must be served and is stays so.
                let wanted = if now { !served[q] } else { served[q] && !requests.required[q] };
                if wanted {
                    let meaning = Meaning::Out(requests.required[q]);
                    this.push(&[q as u32], requests.penalty[q], meaning);
                }
            }
            if now {
                this.known = this.part.len();
            }
        }
        let mut all: BTreeMap<&Key, &Kept> = BTreeMap::new();
        for (key, kept) in pools.iter().flat_map(Pool::routes) {
            let least = all.entry(key).or_insert(kept);
            if kept.cost < least.cost {
                *least = kept;
            }
        }
        for (key, kept) in all {
            if rows((key.0, key.1), &kept.stops, &mut list) {
                this.push(&list, kept.cost, Meaning::Route(key, kept));
            }
        }
        Some(this)
    }

    fn push(&mut self, rows: &[u32], cost: i64, meaning: Meaning<'a>) {
        self.part.push(rows, cost);
        self.meaning.push(meaning);
    }

    /// The plan of these columns, which cost `more` (less than nothing) than the known one.
    fn put(&self, best: &mut Answer, chosen: &[u32], more: i64) {
        let old = std::mem::take(&mut best.plan.routes);
        let missing = |columns: &[u32]| {
            let out = |&&j: &&u32| matches!(self.meaning[j as usize], Meaning::Out(true));
            columns
                .iter()
                .filter(out)
                .map(|&j| self.part.cost[j as usize])
                .fold((0, 0), |(count, cost), c| (count + 1, cost + c))
        };
        let known: Vec<u32> = (0..self.known as u32).collect();
        let (before, after) = (missing(&known), missing(chosen));
        let vehicles = old.len();
        for &j in chosen {
            match self.meaning[j as usize] {
                Meaning::Known(r) => best.plan.routes.push(old[r].clone()),
                Meaning::Route(&(vehicle_type, started, _), kept) => {
                    let stops = kept.stops.to_vec();
                    best.plan.routes.push(PlannedRoute { vehicle_type, started, stops });
                }
                Meaning::Out(_) => {}
            }
        }
        best.rank.0 -= before.0 - after.0;
        if self.vehicles_first {
            best.rank.1 -= vehicles - best.plan.routes.len();
        }
        best.rank.2 += more + before.1 - after.1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::common;
    use crate::problem::{Started, UNLIMITED};
    use backhaul_common::{StopReason, Stream};
    use proptest::prelude::*;

    const EFFORT: Effort = Effort { steps: 50, looks: 100_000 };

    /// Three pairs of clients, each far from the others; a vehicle has room for two.
    fn problem() -> Problem {
        let points = [(10, 1), (10, -1), (-10, 1), (-10, -1), (1, 10), (-1, 10)];
        common::problem(&points.map(|(x, y)| (x, y, 1, 0)), 2)
    }

    fn route(stops: &[u32]) -> PlannedRoute {
        PlannedRoute { stops: stops.to_vec(), ..Default::default() }
    }

    fn answer(problem: &Problem, routes: &[&[u32]]) -> Answer {
        let plan = Plan { routes: routes.iter().map(|stops| route(stops)).collect() };
        let rules = Rules { problem, nodes: nodes(problem), features: problem.features() };
        let cost = plan.routes.iter().map(|r| rules.cost(r).expect("valid")).sum();
        Answer { plan, rank: (0, 0, cost), iterations: 1, stop_reason: StopReason::Iterations }
    }

    fn pool(problem: &Problem, plans: &[Answer]) -> Pool {
        let mut pool = Pool::of(problem);
        let rules = Rules { problem, nodes: nodes(problem), features: problem.features() };
        for r in plans.iter().flat_map(|a| &a.plan.routes) {
            let cost = rules.cost(r).expect("valid");
            pool.offer((r.vehicle_type, r.started), r.stops.iter().copied(), cost);
        }
        pool
    }

    fn routes(answer: &Answer) -> Vec<Vec<u32>> {
        let mut routes: Vec<_> = answer.plan.routes.iter().map(|r| r.stops.clone()).collect();
        routes.sort();
        routes
    }

    #[test]
    fn half_good_plans_make_the_best_one() {
        // Each plan has one pair right, and no part of one can stand for a part of another.
        let p = problem();
        let plans = [
            answer(&p, &[&[1, 2], &[3, 5], &[4, 6]]),
            answer(&p, &[&[3, 4], &[1, 5], &[2, 6]]),
            answer(&p, &[&[5, 6], &[1, 3], &[2, 4]]),
        ];
        let mut best = plans[2].clone();
        combine(&p, &[pool(&p, &plans[..1]), pool(&p, &plans[1..])], &mut best, EFFORT, &|| false);
        assert_eq!(routes(&best), [[1, 2], [3, 4], [5, 6]]);
        assert_eq!(best.rank, (0, 0, 3 * 22));
    }

    #[test]
    fn a_pool_without_a_better_plan_changes_nothing() {
        let p = problem();
        let known = answer(&p, &[&[1, 3], &[2, 4], &[5, 6]]);
        for other in [vec![], vec![answer(&p, &[&[1, 2]])], vec![known.clone()]] {
            let mut best = known.clone();
            combine(&p, &[pool(&p, &other)], &mut best, EFFORT, &|| false);
            assert_eq!((best.rank, &best.plan), (known.rank, &known.plan));
        }
        let mut closed = Pool::closed();
        assert!(!closed.is_open() && closed.routes().next().is_none());
        let mut balance = p.clone();
        balance.rules.balance.largest_cost = 1;
        assert!(!Pool::of(&balance).is_open(), "the longest route's price is no sum over routes");
        // The same stops in another order are the same route; the cheaper order is kept.
        closed = Pool::of(&p);
        for (stops, cost) in [([1, 2, 3], 9), ([2, 1, 3], 7), ([3, 1, 2], 8)] {
            closed.offer((0, NONE), stops.into_iter(), cost);
        }
        let kept: Vec<_> =
            closed.routes().map(|(_, kept)| (kept.stops.to_vec(), kept.cost)).collect();
        assert_eq!(kept, [(vec![2, 1, 3], 7)]);
    }

    #[test]
    fn vehicles_are_not_used_more_often_than_there_are() {
        let mut p = problem();
        p.types.push(p.types[0].clone());
        (p.types[0].count, p.types[1].fixed_cost) = (1, 5);
        let kind = |stops: &[u32], vehicle_type| PlannedRoute { vehicle_type, ..route(stops) };
        let plan = Plan { routes: vec![kind(&[1, 3], 1), kind(&[2, 4], 0), kind(&[5, 6], 1)] };
        let rules = Rules { problem: &p, nodes: nodes(&p), features: p.features() };
        let cost = |plan: &Plan| plan.routes.iter().map(|r| rules.cost(r).expect("valid")).sum();
        let rank = (0, 0, cost(&plan));
        let mut best = Answer { plan, rank, iterations: 1, stop_reason: StopReason::Iterations };
        let mut other = answer(&p, &[&[1, 2], &[3, 4]]);
        let mut pools = [pool(&p, &[other.clone()])];
        combine(&p, &pools, &mut best, EFFORT, &|| false);
        assert_eq!(best.rank.2, rank.2, "both want the one cheap vehicle");
        other.plan.routes[1].vehicle_type = 1;
        pools = [pool(&p, &[other])];
        combine(&p, &pools, &mut best, EFFORT, &|| false);
        assert_eq!(best.rank.2, 22 + 27 + 27);
        assert_eq!(cost(&best.plan), best.rank.2);
    }

    #[test]
    fn optional_stops_are_left_out_and_served_again() {
        let mut p = problem();
        for c in [5, 6] {
            (p.required[c], p.prize[c]) = (false, 8);
        }
        let all = answer(&p, &[&[1, 2], &[3, 4], &[5, 6]]);
        let mut best = all.clone();
        combine(&p, &[pool(&p, &[all])], &mut best, EFFORT, &|| false);
        assert_eq!((best.rank, routes(&best)), ((0, 0, 44 + 16), vec![vec![1, 2], vec![3, 4]]));
        (p.prize[5], p.prize[6]) = (12, 12);
        best.rank.2 = 44 + 24;
        combine(&p, &[pool(&p, &[answer(&p, &[&[5, 6]])])], &mut best, EFFORT, &|| false);
        assert_eq!((best.rank, best.plan.routes.len()), ((0, 0, 66), 3));
    }

    #[test]
    fn one_of_a_group_is_served_and_a_started_vehicle_goes_on() {
        let mut p = problem();
        for c in [5, 6] {
            p.required[c] = false;
        }
        p.groups = vec![vec![5, 6]];
        p.started = vec![Started { vehicle_type: 0, stops: vec![1] }];
        let under_way = |stops: &[u32]| PlannedRoute { started: 0, ..route(stops) };
        let rules = Rules { problem: &p, nodes: nodes(&p), features: p.features() };
        let of = |routes: Vec<PlannedRoute>| {
            let cost = routes.iter().map(|r| rules.cost(r).expect("valid")).sum();
            let plan = Plan { routes };
            Answer { plan, rank: (0, 0, cost), iterations: 1, stop_reason: StopReason::Iterations }
        };
        let mut best = of(vec![under_way(&[1, 5]), route(&[2, 3]), route(&[4])]);
        let one = of(vec![under_way(&[1, 2]), route(&[3, 4])]);
        let other = of(vec![under_way(&[1, 3]), route(&[6]), route(&[2, 4]), route(&[1, 2])]);
        combine(&p, &[pool(&p, &[one, other])], &mut best, EFFORT, &|| false);
        assert_eq!(routes(&best), [vec![1, 2], vec![3, 4], vec![6]]);
        assert_eq!(best.rank.2, 22 + 22 + 20);
        assert_eq!(best.plan.routes.iter().filter(|r| r.started == 0).count(), 1);
    }

    #[test]
    fn what_was_not_served_can_be_served() {
        let p = problem();
        let mut best = answer(&p, &[&[1, 2], &[3, 4]]);
        best.rank.0 = 2;
        combine(&p, &[pool(&p, &[answer(&p, &[&[6, 5]])])], &mut best, EFFORT, &|| false);
        assert_eq!(best.rank, (0, 0, 66));
    }

    #[test]
    fn fewer_vehicles_are_never_given_up_where_they_come_first() {
        let mut p = problem();
        p.types[0].capacity = vec![6];
        p.vehicles_first = true;
        let mut best = answer(&p, &[&[1, 3, 5], &[2, 4, 6]]);
        best.rank.1 = 2;
        let three = answer(&p, &[&[1, 2], &[3, 4], &[5, 6]]);
        let one = answer(&p, &[&[1, 2, 5, 6, 3, 4]]);
        let before = best.rank;
        combine(&p, &[pool(&p, &[three])], &mut best, EFFORT, &|| false);
        assert_eq!(best.rank, before);
        combine(&p, &[pool(&p, std::slice::from_ref(&one))], &mut best, EFFORT, &|| false);
        assert_eq!(best.rank, (0, 1, one.rank.2));
    }
    /// A plan in a random order: a client starts a new route where the rules leave no other choice.
    fn drawn(rules: &Rules<'_>, stream: &mut Stream) -> Vec<PlannedRoute> {
        let mut clients: Vec<u32> = (1..rules.problem.locations() as u32).collect();
        stream.shuffle(&mut clients);
        let mut routes: Vec<PlannedRoute> = Vec::new();
        for c in clients {
            let mut last = routes.pop().unwrap_or_default();
            last.stops.push(c);
            if stream.below(4) == 0 || rules.cost(&last).is_none() {
                last.stops.pop();
                routes.extend((!last.stops.is_empty()).then_some(last));
                last = route(&[c]);
            }
            routes.push(last);
        }
        routes
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn plans_are_valid_and_never_dearer(
            points in prop::collection::vec((0..60i32, 0..60i32, 0..10i64, 0..100i64), 2..16),
            (capacity, plans, seed) in (12..40i64, 1..12usize, 0..1000u64),
            (windows, vehicles_first, optional) in any::<(bool, bool, bool)>(),
            looks in prop::sample::select(vec![0, 50, 100_000]),
        ) {
            let mut p = common::problem(&points, capacity);
            if windows {
                p.ready = common::column(&points, 0, |p| p.3);
                p.due = common::column(&points, UNLIMITED, |p| p.3 + 150);
            }
            if optional {
                (p.required[1], p.prize[1]) = (false, 15);
            }
            p.vehicles_first = vehicles_first;
            let rules = Rules { problem: &p, nodes: nodes(&p), features: p.features() };
            let cost = |routes: &[PlannedRoute]| -> i64 {
                routes.iter().map(|r| rules.cost(r).expect("valid")).sum()
            };
            let mut stream = Stream::new(seed, 1, 0, 0);
            let drawn: Vec<_> = (0..plans).map(|_| drawn(&rules, &mut stream)).collect();
            let mut pool = Pool::of(&p);
            for r in drawn.iter().flatten() {
                pool.offer((0, NONE), r.stops.iter().copied(), rules.cost(r).expect("valid"));
            }
            let plan = Plan { routes: drawn[0].clone() };
            let vehicles = |routes: usize| if vehicles_first { routes } else { 0 };
            let before = (0, vehicles(plan.routes.len()), cost(&plan.routes));
            let stop_reason = StopReason::Iterations;
            let mut best = Answer { plan, rank: before, iterations: 1, stop_reason };
            combine(&p, &[pool], &mut best, Effort { steps: 60, looks }, &|| false);
            let mut seen: Vec<u32> =
                best.plan.routes.iter().flat_map(|r| r.stops.iter().copied()).collect();
            seen.sort_unstable();
            let left_out = optional && !seen.contains(&1);
            let all: Vec<u32> = (1 + u32::from(left_out)..=points.len() as u32).collect();
            prop_assert_eq!(seen, all);
            let prize = if left_out { 15 } else { 0 };
            let after = (0, vehicles(best.plan.routes.len()), cost(&best.plan.routes) + prize);
            prop_assert_eq!(best.rank, after);
            prop_assert!(after <= before && after.2 <= before.2, "{before:?} {after:?}");
        }
    }
}
