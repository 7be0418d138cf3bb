//! What must hold of the rules before any loop relies on them.

use backhaul_common::{Error, Result};

use crate::problem::{Problem, NONE, UNLIMITED};
use crate::rules::Rules;

impl Rules {
    /// Slowest travel time as a percentage of the table's.
    fn slowest(&self) -> i128 {
        let speed = self.types.iter().map(|t| t.speed_percent).min().unwrap_or(100).clamp(1, 100);
        (i128::from(self.traffic.slowest().max(100)) * 100 + i128::from(speed) - 1)
            / i128::from(speed)
    }

    /// Longest leg in time.
    fn reach(&self, problem: &Problem) -> i64 {
        let speed = self.types.iter().map(|t| t.speed_percent).min().unwrap_or(100).clamp(1, 100);
        problem.travel.largest() * 100 / speed + 1
    }

    /// What the rules can add to the cost of a client in a route of its own.
    pub(crate) fn most_for_one(&self, problem: &Problem) -> i64 {
        if !self.any() {
            return 0;
        }
        let reach = self.reach(problem).saturating_mul(self.traffic.slowest().max(100)) / 100;
        let types = &self.types;
        let rests: i64 =
            types.iter().filter_map(|t| t.driver).map(|d| d.growth()).max().unwrap_or(1);
        let pauses: i64 =
            types.iter().map(|t| t.pauses.iter().map(|p| p.length).sum()).max().unwrap_or(0);
        let service = problem.service.iter().chain(&self.service).copied().max().unwrap_or(0);
        let begin = problem.ready.iter().chain(&problem.release).copied().max().unwrap_or(0)
            + problem.types.iter().map(|t| t.shift_start).max().unwrap_or(0);
        let long = (4 * reach + service).saturating_mul(rests).saturating_add(pauses);
        let end = begin.saturating_add(long);
        let soft = self.soft.iter().enumerate().map(|(s, w)| {
            w.price(problem.ready[s]).max(w.price(end.min(problem.due[s]).max(w.late)))
        });
        let rate = problem.types.iter().map(|t| t.duration_cost + t.overtime_cost).max();
        let goods = problem.delivery.iter().chain(&problem.pickup).copied().max().unwrap_or(0);
        let carried = types.iter().map(|t| t.load_cost).max().unwrap_or(0);
        let balance = (self.balance.largest_cost + self.balance.spread_cost)
            .saturating_mul(long.max(goods).max(4 * problem.travel.largest()).max(1));
        let members = self.sequences.iter().map(Vec::len).max().unwrap_or(1) as i64;
        soft.max()
            .unwrap_or(0)
            .saturating_add(rate.unwrap_or(0).saturating_mul(long))
            .saturating_add(2 * carried * goods * problem.travel.largest())
            .saturating_add(self.stability.move_cost + 2 * self.stability.reorder_cost)
            .saturating_add(balance)
            .saturating_mul(2 * members)
    }

    pub(crate) fn validate(&self, problem: &Problem) -> Result<()> {
        let n = problem.locations();
        let (types, vehicles) = (problem.types.len(), problem.started.len());
        let rows = [
            ("windows", self.windows.len(), n),
            ("soft_window", self.soft.len(), n),
            ("vehicle_types", self.types.len(), types),
            ("services", self.service.len(), types * n),
            ("max_ride", self.max_ride.len(), n),
            ("keeps", self.keeper.len(), n),
            ("planned", self.stability.vehicle.len(), n),
            ("planned", self.stability.place.len(), n),
        ];
        for (name, found, wanted) in rows {
            if found != 0 && found != wanted {
                return Err(Error::invalid(name, found, format!("{wanted} entries")));
            }
        }
        for (s, row) in self.windows.iter().enumerate() {
            let tidy = row.iter().all(|w| 0 <= w.0 && w.0 <= w.1 && w.1 <= UNLIMITED)
                && row.windows(2).all(|w| w[0].1 < w[1].0);
            let hull = row.first().is_none_or(|w| w.0 == problem.ready[s])
                && row.last().is_none_or(|w| w.1 == problem.due[s]);
            if !tidy || !hull {
                let allowed = "windows in ascending order that do not touch";
                return Err(Error::invalid(format!("windows[{s}]"), row.len(), allowed));
            }
        }
        let named = self.keeper.iter().chain(&self.stability.vehicle);
        if let Some(&k) = named.clone().find(|&&k| k != NONE && k as usize >= vehicles) {
            return Err(Error::invalid("started", k, "a started vehicle"));
        }
        for (k, &service) in self.service.iter().enumerate() {
            if !(0..=UNLIMITED).contains(&service) {
                let place = format!("services[{}][{}]", k / n, k % n);
                return Err(Error::invalid(place, service, "a number of at least 0"));
            }
        }
        let reach = self.reach(problem);
        self.traffic.validate(n, reach)?;
        let longest_leg = reach.saturating_mul(self.traffic.slowest()) / 100;
        for (k, t) in self.types.iter().enumerate() {
            let place = format!("vehicle_types[{k}]");
            if !(1..=10_000).contains(&t.speed_percent) {
                let at = format!("{place}.speed_percent");
                return Err(Error::invalid(at, t.speed_percent, "1 to 10000"));
            }
            if t.load_cost < 0 {
                return Err(Error::invalid(
                    format!("{place}.load_cost"),
                    t.load_cost,
                    "at least 0",
                ));
            }
            if t.pauses.len() > 32 {
                let at = format!("{place}.breaks");
                return Err(Error::invalid(at, t.pauses.len(), "32 breaks at most"));
            }
            for (j, pause) in t.pauses.iter().enumerate() {
                let tidy = pause.windows.iter().all(|w| 0 <= w.0 && w.0 <= w.1)
                    && pause.windows.windows(2).all(|w| w[0].1 < w[1].0)
                    && !pause.windows.is_empty()
                    && (1..1 << 40).contains(&pause.length);
                if !tidy {
                    let at = format!("{place}.breaks[{j}]");
                    let allowed = "a length, and windows in ascending order that do not touch";
                    return Err(Error::invalid(at, pause.length, allowed));
                }
            }
            if let Some(driver) = &t.driver {
                driver.validate(&format!("{place}.driver_rules"), longest_leg)?;
            }
        }
        self.validate_sequences(problem)?;
        self.validate_sizes(problem)
    }

    fn validate_sequences(&self, problem: &Problem) -> Result<()> {
        let mut seen = vec![false; problem.locations()];
        for &c in problem.groups.iter().flatten() {
            seen[c as usize] = true;
        }
        for &(p, d) in &problem.pairs {
            (seen[p as usize], seen[d as usize]) = (true, true);
        }
        for (k, sequence) in self.sequences.iter().enumerate() {
            let place = format!("sequences[{k}]");
            if sequence.len() < 2 {
                return Err(Error::invalid(place, sequence.len(), "at least two clients"));
            }
            for &c in sequence {
                let client = (problem.depots..problem.locations()).contains(&(c as usize));
                if !client || std::mem::replace(&mut seen[c as usize], true) {
                    let allowed = "clients in no other sequence, pair or group";
                    return Err(Error::invalid(place, c, allowed));
                }
            }
            let begun = |s: &&crate::problem::Started| s.stops.iter().any(|c| sequence.contains(c));
            if let Some(started) = problem.started.iter().find(begun) {
                if !started.stops.windows(sequence.len()).any(|w| w == &sequence[..]) {
                    let allowed = "a sequence that a started vehicle has not half done";
                    return Err(Error::invalid(place, sequence[0], allowed));
                }
            }
        }
        Ok(())
    }

    /// Sums must stay far from 2^63.
    fn validate_sizes(&self, problem: &Problem) -> Result<()> {
        let n = problem.locations() as i128;
        let limit = i128::from(UNLIMITED) / 8;
        let reach = i128::from(problem.travel.largest()) * self.slowest() / 100 + 1;
        let growth = self
            .types
            .iter()
            .filter_map(|t| t.driver.as_ref().map(|d| i128::from(d.growth())))
            .max()
            .unwrap_or(1);
        let pauses: i128 = self
            .types
            .iter()
            .map(|t| t.pauses.iter().map(|p| i128::from(p.length)).sum())
            .max()
            .unwrap_or(0);
        let service: i128 = if self.service.is_empty() {
            problem.service.iter().map(|&v| i128::from(v)).sum()
        } else {
            self.service.iter().map(|&v| i128::from(v)).sum()
        };
        let last = problem.ready.iter().copied().max().unwrap_or(0);
        let longest = (2 * (n + 1) * reach + service) * growth + pauses + i128::from(last);
        let rate = problem
            .types
            .iter()
            .map(|t| t.duration_cost + t.overtime_cost)
            .max()
            .map_or(0, i128::from);
        let soft: i128 =
            self.soft.iter().map(|s| i128::from(s.early_cost) + i128::from(s.late_cost)).sum();
        let goods: i128 =
            problem.delivery.iter().chain(&problem.pickup).map(|&v| i128::from(v)).sum();
        let carried = self.types.iter().map(|t| i128::from(t.load_cost)).max().unwrap_or(0);
        let distance = 2 * (n + 1) * i128::from(problem.travel.largest());
        let change = i128::from(self.stability.move_cost) + i128::from(self.stability.reorder_cost);
        let unequal = i128::from(self.balance.largest_cost) + i128::from(self.balance.spread_cost);
        let prices = [soft, carried, change, unequal, rate];
        if self.soft.iter().any(|s| s.early_cost < 0 || s.late_cost < 0)
            || prices.iter().any(|&p| p < 0)
        {
            return Err(Error::invalid(
                "costs",
                prices.into_iter().min().unwrap_or(0),
                "at least 0",
            ));
        }
        let cost = (rate + soft + unequal).saturating_mul(longest.max(distance).max(goods))
            + carried.saturating_mul(goods).saturating_mul(distance)
            + change * n;
        if longest > limit || cost > limit {
            let allowed = "times and costs with sums below 2^58";
            return Err(Error::invalid("rules", longest.max(cost), allowed));
        }
        Ok(())
    }
}
