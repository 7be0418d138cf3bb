//! Which truck at which door when: list scheduling (Graham 1966) in the order that a local search
//! improves by late acceptance (Burke and Bykov 2017).
//!
//! Cost is weighted tardiness plus weighted waiting in the yard, both in weight times seconds. It
//! never pays to start later than possible, so a schedule is an order and, for some trucks, a door.

mod bound;
mod crew;
mod exact;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crew::Crew;

use backhaul_common::{purpose, Control, Error, Result, Status, StopReason, Stream};

const SEARCH: u64 = purpose("loading.dock");
/// Length of the late-acceptance list: how long ago a cost may lie that a new one must not exceed.
const MEMORY: usize = 60;
/// Places that a truck goes up or down in most changes.
const NEAR: usize = 12;
/// Starts that the search for a proof may try.
const MAX_NODES: u64 = 2_000_000;
/// Moves without a gain after which an unlimited search calls itself converged.
const PATIENCE: u64 = 5_000;

/// One visit.
#[derive(Clone, Debug)]
pub struct Truck {
    /// Arrives in the yard [s].
    pub release: i64,
    /// Should be ready [s].
    pub due: i64,
    /// Cost of one second of tardiness.
    pub weight: i64,
    /// Cost of one second between release and start.
    pub waiting: i64,
    /// Handling time at each door [s]; negative: not at this door.
    pub handling: Vec<i64>,
    /// People needed while handled.
    pub crew: i64,
}

/// Goods that go from one truck to another: the second may start once the first is done and
/// `lag` seconds have passed.
#[derive(Clone, Copy, Debug)]
pub struct Transfer {
    /// Brings the goods.
    pub from: usize,
    /// Takes them.
    pub to: usize,
    /// Time across the dock [s].
    pub lag: i64,
}

/// A checked problem.
#[derive(Clone, Debug)]
pub struct Dock {
    trucks: Vec<Truck>,
    opens: Vec<i64>,
    changeover: i64,
    crew: Option<i64>,
    transfers: Vec<Transfer>,
    before: Vec<Vec<(usize, i64)>>,
    after: Vec<Vec<usize>>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Door of each truck.
    pub door: Vec<usize>,
    /// Start of each truck [s].
    pub start: Vec<i64>,
    /// Weighted tardiness plus weighted waiting.
    pub cost: i64,
    /// No schedule costs less.
    pub bound: i64,
    /// What is known about it.
    pub status: Status,
    /// Why the search ended.
    pub reason: StopReason,
    /// Orders tried.
    pub iterations: u64,
}

#[derive(Clone, Debug)]
struct Code {
    order: Vec<usize>,
    door: Vec<Option<usize>>,
}

/// What a dispatching rule sorts by.
type Key<'a> = &'a dyn Fn(&Truck) -> (i64, i64);

#[derive(Clone, Copy, Debug)]
struct Visit {
    start: i64,
    end: i64,
    door: usize,
    crew: i64,
}

impl Dock {
    /// Check everything once.
    pub fn new(
        trucks: Vec<Truck>,
        opens: Vec<i64>,
        changeover: i64,
        crew: Option<i64>,
        transfers: Vec<Transfer>,
    ) -> Result<Self> {
        if opens.is_empty() && !trucks.is_empty() {
            return Err(Error::invalid("doors", "none", "at least one door"));
        }
        if changeover < 0 {
            return Err(Error::invalid("changeover_s", changeover, "at least 0"));
        }
        for (i, truck) in trucks.iter().enumerate() {
            if truck.handling.len() != opens.len() || truck.handling.iter().all(|h| *h < 0) {
                let path = format!("trucks[{i}].doors");
                return Err(Error::infeasible(path, "none", "at least one door that takes it"));
            }
            if crew.is_some_and(|crew| truck.crew > crew) {
                let path = format!("trucks[{i}].crew");
                return Err(Error::infeasible(path, truck.crew, "at most the crew on the dock"));
            }
            if truck.weight < 0 || truck.waiting < 0 || truck.crew < 0 {
                let path = format!("trucks[{i}].weight");
                return Err(Error::invalid(path, truck.weight, "weights of at least 0"));
            }
        }
        let mut before = vec![Vec::new(); trucks.len()];
        let mut after = vec![Vec::new(); trucks.len()];
        for (i, t) in transfers.iter().enumerate() {
            if t.from >= trucks.len() || t.to >= trucks.len() || t.from == t.to {
                let path = format!("transfers[{i}]");
                return Err(Error::invalid(path, t.to, "two different trucks of the problem"));
            }
            before[t.to].push((t.from, t.lag));
            after[t.from].push(t.to);
        }
        let dock = Self { trucks, opens, changeover, crew, transfers, before, after };
        let all: Vec<usize> = (0..dock.trucks.len()).collect();
        if dock.respect_transfers(&all).is_none() {
            return Err(Error::infeasible("transfers", "a circle", "no truck waits for itself"));
        }
        Ok(dock)
    }

    /// The order with every truck after those it waits for, else as given; None in a circle.
    fn respect_transfers(&self, order: &[usize]) -> Option<Vec<usize>> {
        if self.transfers.is_empty() {
            return Some(order.to_vec());
        }
        let n = self.trucks.len();
        let mut waits: Vec<usize> = self.before.iter().map(Vec::len).collect();
        let mut place = vec![0; n];
        order.iter().enumerate().for_each(|(at, &t)| place[t] = at);
        // Places in the order of those that wait for nobody: the first goes next.
        let free = order.iter().filter(|&&t| waits[t] == 0).map(|&t| Reverse(place[t]));
        let mut free: BinaryHeap<Reverse<usize>> = free.collect();
        let mut result = Vec::with_capacity(n);
        while let Some(Reverse(at)) = free.pop() {
            result.push(order[at]);
            for &next in &self.after[order[at]] {
                waits[next] -= 1;
                if waits[next] == 0 {
                    free.push(Reverse(place[next]));
                }
            }
        }
        (result.len() == n).then_some(result)
    }

    /// Schedule trucks in this order, each as early as possible.
    fn decode(&self, code: &Code) -> (i64, Vec<Visit>) {
        let none = Visit { start: 0, end: 0, door: 0, crew: 0 };
        let mut visits = vec![none; self.trucks.len()];
        let mut by_door: Vec<Vec<(i64, i64)>> = vec![Vec::new(); self.opens.len()];
        let mut crew = Crew::new(self.crew);
        let mut cost = 0i64;
        let order = self.respect_transfers(&code.order).unwrap_or_default();
        for t in order {
            let truck = &self.trucks[t];
            let ready = self.before[t]
                .iter()
                .map(|(from, lag)| visits[*from].end.saturating_add(*lag))
                .fold(truck.release, i64::max);
            let mut best: Option<Visit> = None;
            for (door, &handling) in truck.handling.iter().enumerate() {
                if handling < 0 || code.door[t].is_some_and(|d| d != door) {
                    continue;
                }
                let start = self.slot(
                    ready.max(self.opens[door]),
                    handling,
                    truck.crew,
                    &by_door[door],
                    &crew,
                );
                let visit = Visit { start, end: start + handling, door, crew: truck.crew };
                if best.is_none_or(|b| (visit.end, visit.start) < (b.end, b.start)) {
                    best = Some(visit);
                }
            }
            let Some(visit) = best else { continue };
            let at = by_door[visit.door].partition_point(|v| v.0 < visit.start);
            by_door[visit.door].insert(at, (visit.start, visit.end));
            crew.add(visit.start, visit.end, visit.crew);
            visits[t] = visit;
            cost = cost.saturating_add(self.price(t, &visit));
        }
        (cost, visits)
    }

    fn price(&self, t: usize, visit: &Visit) -> i64 {
        let truck = &self.trucks[t];
        let late = (visit.end - truck.due).max(0).saturating_mul(truck.weight);
        let wait = (visit.start - truck.release).max(0).saturating_mul(truck.waiting);
        late.saturating_add(wait)
    }

    /// First moment from `ready` on when the door and enough people are free for `handling`.
    fn slot(
        &self,
        ready: i64,
        handling: i64,
        crew: i64,
        door: &[(i64, i64)],
        people: &Crew,
    ) -> i64 {
        let mut start = ready;
        loop {
            let moved = self.door_free(start, handling, door);
            let moved = people.free(moved, handling, crew);
            if moved == start {
                return start;
            }
            start = moved;
        }
    }

    fn door_free(&self, ready: i64, handling: i64, door: &[(i64, i64)]) -> i64 {
        let mut start = ready;
        for &(from, to) in door {
            if start + handling + self.changeover <= from {
                break;
            }
            if to + self.changeover > start {
                start = to + self.changeover;
            }
        }
        start
    }

    /// Every truck alone on the dock: a bound.
    fn alone(&self) -> i64 {
        let mut total = 0i64;
        for (t, truck) in self.trucks.iter().enumerate() {
            let cheapest = truck
                .handling
                .iter()
                .enumerate()
                .filter(|(_, h)| **h >= 0)
                .map(|(door, h)| {
                    let start = truck.release.max(self.opens[door]);
                    self.price(t, &Visit { start, end: start + h, door, crew: 0 })
                })
                .min();
            total = total.saturating_add(cheapest.unwrap_or(0));
        }
        total
    }

    /// Orders by rule: due date, release, weight per second of handling, slack.
    fn rules(&self) -> Vec<Vec<usize>> {
        let shortest =
            |t: &Truck| t.handling.iter().copied().filter(|h| *h >= 0).min().unwrap_or(0);
        let keys: [Key<'_>; 5] = [
            &|t| (t.due, t.release),
            &|t| (t.release, t.due),
            &|t| (t.release, -t.weight),
            &|t| (shortest(t) * 1000 / (t.weight + t.waiting).max(1), t.due),
            &|t| (t.due - shortest(t), t.release),
        ];
        keys.iter()
            .map(|key| {
                let mut order: Vec<usize> = (0..self.trucks.len()).collect();
                order.sort_by_key(|t| (key(&self.trucks[*t]), *t));
                order
            })
            .collect()
    }

    /// Find a schedule. One iteration is one order decoded; `start` lists (truck, door) in order.
    /// With `prove` half of the seconds go into a bound, and small docks are searched to the end.
    pub fn solve(
        &self,
        control: &Control<'_>,
        seed: u64,
        start: Option<&[(usize, usize)]>,
        prove: bool,
    ) -> Schedule {
        let n = self.trucks.len();
        let mut bound = self.alone();
        let mut rng = Stream::new(seed, SEARCH, 0, 0);
        let mut done = 0u64;
        let mut best: Option<(i64, Code, Vec<Visit>)> = None;
        let given = start.map(|visits| {
            let mut code = Code { order: Vec::new(), door: vec![None; n] };
            for &(truck, door) in visits {
                code.order.push(truck);
                code.door[truck] = Some(door);
            }
            code
        });
        let given = given.filter(|code| code.order.len() == n);
        let rules = self.rules().into_iter().map(|order| Code { order, door: vec![None; n] });
        for code in given.into_iter().chain(rules) {
            let (cost, visits) = self.decode(&code);
            done += 1;
            if best.as_ref().is_none_or(|b| cost < b.0) {
                best = Some((cost, code, visits));
            }
        }
        let (mut best_cost, mut current, mut visits) =
            best.unwrap_or((0, Code { order: Vec::new(), door: Vec::new() }, Vec::new()));
        let mut cost = best_cost;
        let mut memory = vec![cost; MEMORY];
        let mut now = visits.clone();
        let mut gained = done;
        let limits = control.limits();
        let unlimited = limits.seconds.is_none() && limits.iterations.is_none();
        let reason = loop {
            if best_cost <= bound || n < 2 && self.opens.len() < 2 || n == 0 {
                break StopReason::Converged;
            }
            if let Some(reason) = control.stop(done, best_cost as f64) {
                break reason;
            }
            if prove && limits.seconds.is_some_and(|s| control.elapsed() >= s / 2.0) {
                break StopReason::Deadline;
            }
            if unlimited && done - gained >= PATIENCE {
                break StopReason::Converged;
            }
            let mut next = current.clone();
            self.change(&mut next, &now, &mut rng);
            let (new_cost, new_visits) = self.decode(&next);
            done += 1;
            let slot = (done % MEMORY as u64) as usize;
            if new_cost <= cost || new_cost <= memory[slot] {
                cost = new_cost;
                current = next;
                now = new_visits;
                if cost < best_cost {
                    best_cost = cost;
                    visits.clone_from(&now);
                    gained = done;
                }
            }
            memory[slot] = cost;
            if done.is_multiple_of(256) {
                control.report(done, best_cost as f64, Some(bound as f64));
            }
        };
        let mut reason = reason;
        if prove && best_cost > bound {
            let expired = || control.expired();
            // A short search first; where it does not come to an end, the bound, then a long one.
            for most in [MAX_NODES / 20, MAX_NODES] {
                let whole = exact::search(self, best_cost, most, &expired);
                done += whole.nodes;
                if let Some((cost, better)) = whole.better {
                    (best_cost, visits) = (cost, better);
                }
                if whole.proven {
                    (bound, reason) = (best_cost, StopReason::Converged);
                    break;
                }
                let end = visits.iter().map(|v| v.end).max().unwrap_or(0) + self.changeover;
                bound = bound.max(bound::by_prices(self, best_cost, end, &expired));
                if n > exact::MOST || best_cost <= bound {
                    break;
                }
            }
        }
        Schedule {
            door: visits.iter().map(|v| v.door).collect(),
            start: visits.iter().map(|v| v.start).collect(),
            cost: best_cost,
            bound,
            status: if best_cost <= bound { Status::Optimal } else { Status::Feasible },
            reason,
            iterations: done,
        }
    }

    /// Change an order a little: mostly a truck goes a few places up or down, a dear one up.
    fn change(&self, code: &mut Code, visits: &[Visit], rng: &mut Stream) {
        let n = self.trucks.len();
        let mut at = rng.below(n);
        let way = rng.below(10);
        if n > 1 && way < 9 {
            let near = if way < 7 { NEAR.min(n - 1) } else { n - 1 };
            let mut up = rng.below(2) == 0;
            if way < 4 {
                let price = |at: usize| self.price(code.order[at], &visits[code.order[at]]);
                for _ in 0..2 {
                    let other = rng.below(n);
                    if price(other) > price(at) {
                        at = other;
                    }
                }
                up = true;
            }
            let by = 1 + rng.below(near);
            let to = if up { at.saturating_sub(by) } else { (at + by).min(n - 1) };
            if rng.below(3) == 0 {
                code.order.swap(at, to);
            } else {
                let t = code.order.remove(at);
                code.order.insert(to, t);
            }
            return;
        }
        let t = code.order[at];
        let door = rng.below(self.opens.len());
        let free = rng.uniform() < 0.6;
        code.door[t] = (!free && self.trucks[t].handling[door] >= 0).then_some(door);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truck(release: i64, due: i64, weight: i64, handling: i64) -> Truck {
        Truck { release, due, weight, waiting: 0, handling: vec![handling], crew: 1 }
    }

    #[test]
    fn one_door_follows_the_weights() {
        // Either goes first from 0; 10 s late costs 1 a second for the first, 5 for the second.
        let trucks = vec![truck(0, 10, 1, 10), truck(0, 10, 5, 10)];
        let dock = Dock::new(trucks, vec![0], 0, None, Vec::new()).unwrap();
        let schedule = dock.solve(&Control::iterations(100), 1, None, false);
        assert_eq!((schedule.cost, schedule.start), (10, vec![10, 0]));
    }

    #[test]
    fn a_small_crew_keeps_doors_apart() {
        let mut trucks = vec![truck(0, 10, 1, 10), truck(0, 10, 1, 10)];
        for t in &mut trucks {
            t.handling = vec![10, 10];
            t.crew = 2;
        }
        let free = Dock::new(trucks.clone(), vec![0, 0], 0, Some(4), Vec::new()).unwrap();
        assert_eq!(free.solve(&Control::iterations(100), 1, None, false).cost, 0);
        let tight = Dock::new(trucks, vec![0, 0], 0, Some(3), Vec::new()).unwrap();
        assert_eq!(tight.solve(&Control::iterations(100), 1, None, false).cost, 10);
    }

    #[test]
    fn goods_cross_before_they_leave() {
        let trucks = vec![truck(0, 100, 1, 10), truck(0, 0, 1, 10)];
        let transfers = vec![Transfer { from: 0, to: 1, lag: 5 }];
        let dock = Dock::new(trucks.clone(), vec![0], 0, None, transfers).unwrap();
        let schedule = dock.solve(&Control::iterations(50), 1, None, false);
        assert_eq!(schedule.start, vec![0, 15]);
        let circle = vec![Transfer { from: 0, to: 1, lag: 0 }, Transfer { from: 1, to: 0, lag: 0 }];
        assert!(Dock::new(trucks, vec![0], 0, None, circle).is_err());
    }
}
