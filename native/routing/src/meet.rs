//! Several searches of one problem that meet. Between meetings each goes its own way; at a meeting the
//! best plan takes over what others do better, and all go on from it.
//! What cannot be told part by part may still be put together route by route: see [`crate::pool`].
//!
//! Two plans can be compared part by part: routes that share clients hang together, and where what hangs
//! together serves the same clients in both plans, the cheaper part can stand in for the other (the
//! partition crossover of Whitley, Hains and Howe 2009, on routes).

use backhaul_common::{Control, Limits, StopReason};

use crate::options::Options;
use crate::plan::{Answer, Plan, PlannedRoute};
use crate::pool::combine::{combine, Effort};
use crate::pool::Pool;
use crate::problem::{Features, Problem, NONE};
use crate::rich::refresh::walk;
use crate::rich::route::{nodes, Node};
use crate::sets::find;

/// Clients above which searches do not meet.
const MOST: usize = 5_000;
/// Seconds below which they do not.
const LEAST: f64 = 1.0;

/// One search: from a plan, with a random stream, within limits.
pub(crate) type One<'a> = dyn Fn(Option<&Plan>, u64, &Control<'_>, &mut Pool) -> Answer + Sync + 'a;

/// The best plan of `threads` searches.
pub(crate) fn together(
    problem: &Problem,
    start: Option<&Plan>,
    options: &Options,
    threads: usize,
    control: &Control<'_>,
    one: &One<'_>,
) -> Answer {
    let whole = control.limits();
    // Without limits a search ends when it has converged, and shares of that are not known. Every part
    // sets itself up again, which takes time that large or hurried problems do not have.
    let limited = whole.seconds.is_some() || whole.iterations.is_some();
    let quick = problem.clients() <= MOST && whole.seconds.is_none_or(|s| s >= LEAST);
    let meetings = if limited && quick { options.meetings } else { 0 };
    let first = if meetings == 0 { 1.0 } else { options.meet_first.clamp(0.0, 1.0) };
    let pooled = meetings > 0 && options.pool_rounds > 0.0;
    let fresh = || if pooled { Pool::of(problem) } else { Pool::closed() };
    let mut pools: Vec<Pool> = (0..threads).map(|_| fresh()).collect();
    // In the end there is time left to put routes together.
    let last = if pools[0].is_open() { 1.0 - options.pool_share } else { 1.0 };
    let end = |part: usize| first + (1.0 - first) * part as f64 / meetings.max(1) as f64;
    let (mut best, mut from): (Option<Answer>, f64) = (None, 0.0);
    let (mut each, mut all) = (0, 0);
    let effort = Effort { steps: options.pool_steps, looks: options.pool_looks as u64 };
    for part in 0..=meetings {
        let to = end(part);
        let now = control.elapsed();
        let limits = Limits {
            seconds: whole.seconds.map(|s| (s * to.min(last) - now).max(0.0)),
            iterations: whole.iterations.map(|n| (n as f64 * to).round() as u64 - each),
            target: whole.target,
        };
        let own = control.part(limits, (from, to), each);
        let plan = best.as_ref().map(|answer| &answer.plan).or(start);
        let search = |stream, pool: &mut Pool| one(plan, stream, &own, pool);
        let answers = side_by_side((part * threads) as u64, &mut pools, &search);
        all += answers.iter().map(|a| a.iterations).sum::<u64>();
        each += limits.iterations.unwrap_or(0);
        let reason = answers.iter().map(|a| a.stop_reason).find(|&r| ends(r));
        let mut found = joined(problem, answers);
        if let Some(before) = best.take().filter(|b| b.rank < found.rank) {
            found = Answer { stop_reason: found.stop_reason, ..before };
        }
        if let Some(reason) = reason {
            found.stop_reason = reason;
        }
        if reason.is_none() {
            let begin = control.elapsed();
            let end = whole.seconds.map(|s| begin + s * options.pool_share);
            let late = || end.is_some_and(|end| control.elapsed() > end);
            combine(problem, &pools, &mut found, effort, &|| control.expired() || late());
        }
        best = Some(found);
        if reason.is_some() {
            break;
        }
        from = to;
    }
    let best = best.unwrap_or_else(|| one(start, 0, control, &mut Pool::closed()));
    Answer { iterations: all, ..best }
}

/// Whether there is nothing left to do, whatever the part's own limits are.
fn ends(reason: StopReason) -> bool {
    matches!(reason, StopReason::Target | StopReason::Interrupted | StopReason::Converged)
}

fn side_by_side(
    from: u64,
    pools: &mut [Pool],
    one: &(dyn Fn(u64, &mut Pool) -> Answer + Sync),
) -> Vec<Answer> {
    std::thread::scope(|scope| {
        let workers: Vec<_> = pools
            .iter_mut()
            .zip(from..)
            .map(|(pool, stream)| scope.spawn(move || one(stream, pool)))
            .collect();
        // A panic is a defect; it is raised again where the bindings catch it.
        let join = |worker: std::thread::ScopedJoinHandle<'_, Answer>| match worker.join() {
            Ok(answer) => answer,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        workers.into_iter().map(join).collect()
    })
}

/// The best answer, with what the others do better.
fn joined(problem: &Problem, mut answers: Vec<Answer>) -> Answer {
    let at = (0..answers.len()).min_by_key(|&k| answers[k].rank).unwrap_or(0);
    let mut best = answers.swap_remove(at);
    // A price on the whole set of routes cannot be told part by part.
    let features = problem.features();
    if !features.balance {
        let judge = Judge { problem, nodes: nodes(problem), features };
        for other in &answers {
            judge.take_over(&mut best, &other.plan);
        }
    }
    best
}

struct Judge<'a> {
    problem: &'a Problem,
    nodes: Vec<Node>,
    features: Features,
}

/// What hangs together, in one of the plans.
#[derive(Clone)]
struct Side {
    routes: Vec<usize>,
    clients: usize,
    /// `None` where a route is not to be exchanged.
    cost: Option<i64>,
}

impl Judge<'_> {
    fn take_over(&self, best: &mut Answer, other: &Plan) {
        let problem = self.problem;
        let (root, size) = self.parts([&best.plan, other]);
        let [mine, theirs] = [&best.plan, other].map(|plan| self.sides(plan, &root));
        let mut used = vec![0_i64; problem.types.len()];
        for route in &best.plan.routes {
            used[route.vehicle_type as usize] += 1;
        }
        let mut gone = vec![false; best.plan.routes.len()];
        for ((old, new), &size) in mine.iter().zip(&theirs).zip(&size) {
            // Clients that only one of the plans serves are exchanged with nothing.
            if old.clients != size || new.clients != size || size == 0 {
                continue;
            }
            let (Some(before), Some(after)) = (old.cost, new.cost) else { continue };
            let vehicles = |side: &Side| if problem.vehicles_first { side.routes.len() } else { 0 };
            if (vehicles(new), after) >= (vehicles(old), before) {
                continue;
            }
            let mut count = used.clone();
            old.routes.iter().for_each(|&r| count[best.plan.routes[r].vehicle_type as usize] -= 1);
            new.routes.iter().for_each(|&r| count[other.routes[r].vehicle_type as usize] += 1);
            if count.iter().zip(&problem.types).any(|(&k, t)| k > t.count as i64) {
                continue;
            }
            used = count;
            old.routes.iter().for_each(|&r| gone[r] = true);
            best.plan.routes.extend(new.routes.iter().map(|&r| other.routes[r].clone()));
            best.rank.1 -= vehicles(old) - vehicles(new);
            best.rank.2 += after - before;
        }
        gone.resize(best.plan.routes.len(), false);
        let mut gone = gone.into_iter();
        best.plan.routes.retain(|_| !gone.next().unwrap_or(false));
    }

    /// For each client one that stands for all that hang together with it, and how many these are.
    fn parts(&self, plans: [&Plan; 2]) -> (Vec<u32>, Vec<usize>) {
        let n = self.problem.locations();
        let mut root: Vec<u32> = (0..n as u32).collect();
        let mut served = vec![false; n];
        for route in plans.iter().flat_map(|plan| &plan.routes) {
            let mut first = NONE;
            for &c in route.stops.iter().filter(|&&s| s as usize >= self.problem.depots) {
                served[c as usize] = true;
                let c = find(&mut root, c);
                if first == NONE {
                    first = c;
                }
                first = find(&mut root, first);
                // The smaller number stands for both, whatever the order.
                root[c.max(first) as usize] = c.min(first);
            }
        }
        let mut size = vec![0; n];
        for c in 0..n as u32 {
            let r = find(&mut root, c);
            size[r as usize] += usize::from(served[c as usize]);
            root[c as usize] = r;
        }
        (root, size)
    }

    /// By the client that stands for them: routes that hang together.
    fn sides(&self, plan: &Plan, root: &[u32]) -> Vec<Side> {
        let none = Side { routes: Vec::new(), clients: 0, cost: Some(0) };
        let mut sides = vec![none; root.len()];
        for (r, route) in plan.routes.iter().enumerate() {
            let clients = || route.stops.iter().filter(|&&s| s as usize >= self.problem.depots);
            let Some(&first) = clients().next() else { continue };
            let side = &mut sides[root[first as usize] as usize];
            side.routes.push(r);
            side.clients += clients().count();
            // A vehicle under way stays what it is.
            let cost = if route.started == NONE { self.cost(route) } else { None };
            side.cost = side.cost.zip(cost).map(|(sum, cost)| sum + cost);
        }
        sides
    }

    fn cost(&self, route: &PlannedRoute) -> Option<i64> {
        let vehicle = (route.vehicle_type as usize, route.started);
        walk(self.problem, &self.features, &self.nodes, vehicle, &route.stops).map(|w| w.cost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::common;

    /// Two pairs of clients on both sides of the depot, and one client more.
    fn problem(vehicles: usize) -> Problem {
        let points = [(10, 1), (10, -1), (-10, 1), (-10, -1), (0, 9)].map(|(x, y)| (x, y, 1, 0));
        let mut p = common::problem(&points, 2);
        p.types[0].count = vehicles;
        p
    }

    fn answer(routes: &[&[u32]], cost: i64) -> Answer {
        let planned = |stops: &&[u32]| PlannedRoute { stops: stops.to_vec(), ..Default::default() };
        Answer {
            plan: Plan { routes: routes.iter().map(planned).collect() },
            rank: (0, 0, cost),
            iterations: 1,
            stop_reason: StopReason::Iterations,
        }
    }

    #[test]
    fn the_best_takes_over_what_another_does_better() {
        // West together costs 22, alone 20 each; east likewise.
        let one = answer(&[&[1, 2], &[3], &[4], &[5]], 22 + 40 + 18);
        let other = answer(&[&[1], &[2], &[4, 3], &[5]], 40 + 22 + 18);
        let found = joined(&problem(4), vec![one, other]);
        assert_eq!(found.rank, (0, 0, 22 + 22 + 18));
        let mut routes: Vec<Vec<u32>> = found.plan.routes.into_iter().map(|r| r.stops).collect();
        routes.sort();
        assert_eq!(routes, [vec![1, 2], vec![4, 3], vec![5]]);
        // Who leaves a client out can still be better elsewhere, if there are vehicles enough.
        let long = answer(&[&[1, 3], &[2, 4], &[5]], 40 + 40 + 18);
        let less = Answer { rank: (1, 0, 62), ..answer(&[&[1, 2], &[3], &[4]], 0) };
        let joined_by = |count| joined(&problem(count), vec![long.clone(), less.clone()]).rank;
        assert_eq!((joined_by(4), joined_by(3)), ((0, 0, 62 + 18), (0, 0, 98)));
    }
}
