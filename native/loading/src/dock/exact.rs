//! Small docks: every order of starts is looked at, or ruled out by what the trucks that are left
//! cost at least (branch and bound over schedules in which none can start earlier; after Baker 1974).

use super::crew::Crew;
use super::{Dock, Visit};

/// Trucks beyond which this is not tried.
pub const MOST: usize = 16;

/// What became of the search.
pub struct Outcome {
    /// A schedule that costs less than the known one.
    pub better: Option<(i64, Vec<Visit>)>,
    /// Whether nothing costs less than the better of the two.
    pub proven: bool,
    /// Starts tried.
    pub nodes: u64,
}

struct Search<'a> {
    dock: &'a Dock,
    visits: Vec<Option<Visit>>,
    by_door: Vec<Vec<(i64, i64)>>,
    done: Vec<Visit>,
    /// Doors at which every truck takes as long as at the other.
    alike: Vec<Vec<bool>>,
    upper: i64,
    best: Option<Vec<Visit>>,
    nodes: u64,
    most: u64,
    expired: &'a dyn Fn() -> bool,
}

/// Look for a schedule that costs less than `upper`.
pub fn search(dock: &Dock, upper: i64, most: u64, expired: &dyn Fn() -> bool) -> Outcome {
    let doors = 0..dock.opens.len();
    let same = |a: usize, b: usize| dock.trucks.iter().all(|t| t.handling[a] == t.handling[b]);
    let mut search = Search {
        dock,
        alike: doors.clone().map(|a| doors.clone().map(|b| same(a, b)).collect()).collect(),
        visits: vec![None; dock.trucks.len()],
        by_door: vec![Vec::new(); dock.opens.len()],
        done: Vec::new(),
        upper,
        best: None,
        nodes: 0,
        most,
        expired,
    };
    let proven = dock.trucks.len() <= MOST && search.descend(0, i64::MIN);
    let better = search.best.map(|visits| (search.upper, visits));
    Outcome { better, proven, nodes: search.nodes }
}

impl Search<'_> {
    /// Add a truck that starts no earlier than those before. False: it was given up.
    fn descend(&mut self, cost: i64, last: i64) -> bool {
        let Some(options) = self.options(cost, last) else { return true };
        if options.is_empty() {
            self.upper = cost;
            self.best = Some(self.visits.iter().flatten().copied().collect());
            return true;
        }
        for (t, visit, price) in options {
            self.nodes += 1;
            if self.nodes > self.most || self.nodes.is_multiple_of(1024) && (self.expired)() {
                return false;
            }
            self.visits[t] = Some(visit);
            self.by_door[visit.door].push((visit.start, visit.end));
            self.done.push(visit);
            let whole = self.descend(cost + price, visit.start);
            self.done.pop();
            self.by_door[visit.door].pop();
            self.visits[t] = None;
            if !whole {
                return false;
            }
        }
        true
    }

    /// Which truck may start next, where and when; the earliest first. None: it cannot get better.
    fn options(&self, cost: i64, last: i64) -> Option<Vec<(usize, Visit, i64)>> {
        if cost >= self.upper {
            return None;
        }
        let dock = self.dock;
        let mut people = Crew::new(dock.crew);
        self.done.iter().for_each(|v| people.add(v.start, v.end, v.crew));
        let mut options: Vec<(usize, Visit, i64)> = Vec::new();
        let mut total = cost;
        // A truck that starts after the end of another could have come after it anyway: whoever
        // goes next starts before the earliest end among those that could.
        let mut first_end = i64::MAX;
        for t in 0..dock.trucks.len() {
            if self.visits[t].is_some() {
                continue;
            }
            let truck = &dock.trucks[t];
            let ready =
                dock.before[t].iter().try_fold(truck.release.max(last), |ready, (f, lag)| {
                    self.visits[*f].map(|v| ready.max(v.end.saturating_add(*lag)))
                });
            let mut least = i64::MAX;
            let mut seen: Vec<(usize, i64)> = Vec::new();
            for (door, &handling) in truck.handling.iter().enumerate() {
                if handling < 0 {
                    continue;
                }
                let free = self.by_door[door].last().map_or(last, |v| v.1 + dock.changeover);
                let free = free.max(last).max(dock.opens[door]);
                let from = ready.unwrap_or(truck.release).max(free);
                let start = people.free(from, handling, truck.crew);
                let visit = Visit { start, end: start + handling, door, crew: truck.crew };
                let price = dock.price(t, &visit);
                least = least.min(price);
                // From here on a door may be the same as one that was tried.
                let like = |&(other, when): &(usize, i64)| when == free && self.alike[other][door];
                if ready.is_none() || seen.iter().any(like) {
                    continue;
                }
                seen.push((door, free));
                first_end = first_end.min(visit.end + dock.changeover);
                options.push((t, visit, price));
            }
            total = total.saturating_add(least);
            if total >= self.upper {
                return None;
            }
        }
        options.retain(|o| o.1.start < first_end);
        options.sort_by_key(|o| (o.1.start, o.1.end, o.0));
        Some(options)
    }
}

#[cfg(test)]
mod tests {
    use backhaul_common::{Control, Status, Stream};

    use super::super::{bound, Code, Dock, Transfer, Truck};

    /// All orders with all doors: the least cost, for the serial scheme contains a best schedule.
    fn by_trying(dock: &Dock, order: &mut Vec<usize>, door: &mut [Option<usize>]) -> i64 {
        let n = dock.trucks.len();
        if order.len() == n {
            let code = Code { order: order.clone(), door: door.to_vec() };
            return dock.decode(&code).0;
        }
        let mut best = i64::MAX;
        for t in 0..n {
            if order.contains(&t) {
                continue;
            }
            order.push(t);
            for d in 0..dock.opens.len() {
                if dock.trucks[t].handling[d] >= 0 {
                    door[t] = Some(d);
                    best = best.min(by_trying(dock, order, door));
                }
            }
            order.pop();
        }
        best
    }

    #[test]
    fn proofs_agree_with_trying_everything() {
        let mut draw = Stream::new(5, 6, 7, 8);
        for round in 0..60 {
            let mut below = |n: usize| draw.below(n) as i64;
            let trucks: Vec<Truck> = (0..4)
                .map(|_| {
                    let release = below(30);
                    let time = 1 + below(20);
                    let other = if below(3) == 0 { -1 } else { time + below(4) };
                    Truck {
                        release,
                        due: release + time + below(15),
                        weight: below(5),
                        waiting: below(3),
                        handling: vec![time, other],
                        crew: below(3),
                    }
                })
                .collect();
            let transfers =
                if round % 2 == 0 { vec![Transfer { from: 0, to: 3, lag: 4 }] } else { Vec::new() };
            let crew = (round % 3 > 0).then_some(3);
            let dock = Dock::new(trucks, vec![0, below(10)], below(4), crew, transfers).unwrap();
            let least = by_trying(&dock, &mut Vec::new(), &mut [None; 4]);
            let proven = dock.solve(&Control::iterations(5), 1, None, true);
            assert_eq!((proven.cost, proven.bound), (least, least));
            assert_eq!(proven.status, Status::Optimal);
            let prices = bound::by_prices(&dock, least + 7, 60, &|| false);
            assert!(prices <= least, "{prices} is no bound on {least}");
        }
    }
}
