//! Vehicles that are needed in any case: where so few are in use, no more time goes into fewer.

use crate::problem::NONE;
use crate::rich::route::{arrival, departure, Span};
use crate::rich::state::Context;

/// Clients above which windows are not compared two by two.
const MANY: usize = 2000;

/// How many stops with the shortest windows a set of conflicting ones is begun with.
const BEGINNINGS: usize = 20;

impl Context<'_> {
    /// What loads and windows demand. Where the way by a third place is quicker than the direct one this
    /// may be too many, and fewer vehicles are then not looked for.
    pub(super) fn fewest_vehicles(&self) -> usize {
        self.by_loads().max(self.by_windows()).max(1)
    }

    fn by_loads(&self) -> usize {
        let problem = self.problem;
        (0..problem.dims)
            .map(|k| {
                let goods: i64 = (problem.depots..problem.locations())
                    .filter(|&c| problem.required[c] && problem.pairs.is_empty())
                    .map(|c| problem.delivery[c * problem.dims + k])
                    .sum();
                let most = problem.types.iter().map(|t| t.capacity[k]).max().unwrap_or(1).max(1);
                ((goods + most - 1) / most) as usize
            })
            .max()
            .unwrap_or(1)
    }

    /// A set of stops of which no two can be in one route, found greedily.
    fn by_windows(&self) -> usize {
        let problem = self.problem;
        if !self.features.time || problem.clients() > MANY || problem.types.len() > 1 {
            return 1;
        }
        let mut stops: Vec<(u32, Span)> = (problem.depots..problem.locations())
            .filter(|&c| problem.required[c])
            .map(|c| (c as u32, self.on_its_way(c as u32)))
            .collect();
        stops.sort_by_key(|(_, span)| span.latest - span.end);
        let follows = |a: &(u32, Span), b: &(u32, Span)| a.1.reaches(self.time(a.0, b.0), b.1);
        let mut most = 1;
        for first in 0..stops.len().min(BEGINNINGS) {
            let mut apart = vec![stops[first]];
            for stop in stops.iter().filter(|s| s.0 != stops[first].0) {
                if apart.iter().all(|one| !follows(one, stop) && !follows(stop, one)) {
                    apart.push(*stop);
                }
            }
            most = most.max(apart.len());
        }
        most
    }

    /// When a stop can be left at the earliest and be reached at the latest, between start and end.
    fn on_its_way(&self, c: u32) -> Span {
        let t = &self.problem.types[0];
        let own = self.nodes[c as usize].span;
        let start = departure(self.problem, &self.nodes, 0, 0);
        let home = if t.end == NONE { 0 } else { self.time(c, t.end) };
        let latest = own.join(home, arrival(self.problem, &self.nodes, 0)).latest;
        Span { latest, end: start.join(self.time(t.start, c), own).end, ..own }
    }
}

#[cfg(test)]
mod tests {
    use backhaul_common::Control;

    use crate::common::{column, problem};
    use crate::rich::context::Context;
    use crate::Options;

    /// Three stops east and three west, ten away; whoever is there at time 10 is late on the other side
    /// until 30. Of loads of 3 a vehicle carries three, which makes two vehicles.
    #[test]
    fn windows_and_loads_demand_vehicles() {
        let points: Vec<_> = (0..6).map(|k| (if k < 3 { 10 } else { -10 }, 0, 3, 10)).collect();
        let (options, control) = (Options::default(), Control::iterations(1));
        for (width, capacity, fewest) in [(0, 9, 2), (20, 9, 2), (20, 6, 3), (20, 18, 1)] {
            let mut p = problem(&points, capacity);
            (p.ready, p.due) = (column(&points, 0, |p| p.3), column(&points, 99, |p| p.3 + width));
            assert_eq!(Context::new(&p, &options, &control).fewest_vehicles(), fewest);
        }
        let mut p = problem(&points, 18);
        (p.ready, p.due) = (column(&points, 0, |p| p.3), column(&points, 99, |p| p.3 + 19));
        assert_eq!(Context::new(&p, &options, &control).fewest_vehicles(), 2);
        // A stop of length 1 everywhere: those in one place conflict as well.
        p.service = vec![1; 7];
        p.due = column(&points, 99, |p| p.3);
        assert_eq!(Context::new(&p, &options, &control).fewest_vehicles(), 6);
    }
}
