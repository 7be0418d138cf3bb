//! Levels on a calendar: reviews and deliveries on some days of a cycle, demand by day.
//!
//! An order decides the stock from its delivery until the delivery of the next order. Its expected
//! cost is a function of the position after ordering; from review to review the position falls by the
//! demand between. This is a periodic Markov decision process, solved by value iteration with bounds
//! (Odoni 1969, Operations Research 17(5)); without cases, minimum and shelf an (s, S) for each review
//! is optimal (Scarf 1960; in cycles Karlin 1960, Zheng 1991).

use backhaul_common::{Error, Result};
use rayon::prelude::*;

use crate::curve::Curve;
use crate::nightly::{order_quantity, Rule};
use crate::pmf::Pmf;
use crate::policy::dot;

/// A cycle of days, and columns of items; demand item by item and day by day.
pub struct Calendar<'a> {
    /// Whether orders may be placed on a day, before its demand.
    pub review: &'a [bool],
    /// Whether goods arrive on a day, before its demand.
    pub delivery: &'a [bool],
    /// Mean demand, by item and day.
    pub mean: &'a [f64],
    /// Variance over mean of demand.
    pub variance_to_mean: &'a [f64],
    /// Probabilities of 0, 1, ... units, so many, by item and day, in place of the variance; the mean is
    /// theirs.
    pub demand: Option<(&'a [f64], usize)>,
    /// Least days from order to receipt; goods come on the first delivery day from then on.
    pub lead_time: &'a [i32],
    /// Money an order.
    pub setup: &'a [f64],
    /// Money a unit on hand at the end of a day.
    pub holding: &'a [f64],
    /// Money a unit owed at the end of a day.
    pub backorder: &'a [f64],
    /// Units in a case.
    pub case_pack: &'a [i32],
    /// Fewest units in an order.
    pub minimum_order: &'a [i32],
    /// Largest position after an order; 0: no limit.
    pub shelf_capacity: &'a [i32],
}

/// Levels of one item by review day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels {
    /// Order at or below this position.
    pub reorder_level: Vec<i32>,
    /// Order up to this position.
    pub order_up_to: Vec<i32>,
    /// Average cost a day.
    pub cost: f64,
    /// No rule costs less.
    pub bound: f64,
}

/// One review of the cycle as a decision.
struct Review {
    /// Expected cost of the days that the order decides, by position after it.
    curve: Vec<f64>,
    /// Demand until the next review, last first.
    backwards: Vec<f64>,
    most: usize,
}

const MOST_POSITIONS: i64 = 20_000;
const MOST_SWEEPS: usize = 20_000;
/// Difference of a cycle's costs at which the value iteration ends, as a share.
const EQUAL: f64 = 1e-10;

impl Calendar<'_> {
    fn validate(&self) -> Result<usize> {
        let (n, days) = (self.variance_to_mean.len(), self.review.len());
        if !(1..=366).contains(&days) {
            return Err(Error::invalid("review_days", days, "1 to 366 days"));
        }
        for (name, flags) in [("review_days", self.review), ("delivery_days", self.delivery)] {
            if flags.len() != days {
                return Err(Error::invalid(name, flags.len(), format!("{days} days")));
            }
            if !flags.contains(&true) {
                return Err(Error::invalid(name, "no day", "at least one day"));
            }
        }
        let lengths = [
            ("mean", self.mean.len(), n * days),
            ("lead_time", self.lead_time.len(), n),
            ("setup", self.setup.len(), n),
            ("holding", self.holding.len(), n),
            ("backorder", self.backorder.len(), n),
            ("case_pack", self.case_pack.len(), n),
            ("minimum_order", self.minimum_order.len(), n),
            ("shelf_capacity", self.shelf_capacity.len(), n),
        ];
        for (name, len, want) in lengths {
            if len != want {
                return Err(Error::invalid(name, len, format!("{want} values")));
            }
        }
        for (i, &mean) in self.mean.iter().enumerate() {
            if !(0.0..=1000.0).contains(&mean) {
                let path = format!("mean[{}][{}]", i / days, i % days);
                return Err(Error::invalid(path, mean, "0 to 1000"));
            }
        }
        if let Some((table, width)) = self.demand {
            if width == 0 || table.len() != n * days * width {
                let allowed = format!("{n} items of {days} days of probabilities");
                return Err(Error::invalid("demand", table.len(), allowed));
            }
            for (k, row) in table.chunks(width).enumerate() {
                let sum: f64 = row.iter().sum();
                let sound = row.iter().all(|p| *p >= 0.0) && (sum - 1.0).abs() <= 1e-9;
                if !sound {
                    let path = format!("demand[{}][{}]", k / days, k % days);
                    let found = format!("probabilities with sum {sum}");
                    let allowed = "probabilities of at least 0 that sum to one";
                    return Err(Error::invalid(path, found, allowed));
                }
            }
        }
        for i in 0..n {
            let wrong = |name: &str, value: String, allowed: &str| {
                Err(Error::invalid(format!("{name}[{i}]"), value, allowed))
            };
            let ratio = self.variance_to_mean[i];
            if !(1.0..=1000.0).contains(&ratio) {
                return wrong("variance_to_mean", ratio.to_string(), "1 to 1000");
            }
            if !(0..=366).contains(&self.lead_time[i]) {
                return wrong("lead_time", self.lead_time[i].to_string(), "0 to 366");
            }
            if !(self.setup[i] >= 0.0 && self.setup[i] <= 1e9) {
                return wrong("setup", self.setup[i].to_string(), "0 to 1e9");
            }
            if !(self.holding[i] > 0.0 && self.holding[i] <= 1e9) {
                return wrong("holding", self.holding[i].to_string(), "above 0 to 1e9");
            }
            let backorder = self.backorder[i];
            if !(backorder >= self.holding[i] && backorder <= 1e9) {
                return wrong("backorder", backorder.to_string(), "at least the holding cost");
            }
            if self.case_pack[i] < 1 {
                return wrong("case_pack", self.case_pack[i].to_string(), "at least 1");
            }
            if self.minimum_order[i] < 0 {
                return wrong("minimum_order", self.minimum_order[i].to_string(), "at least 0");
            }
            let (shelf, smallest) = (self.shelf_capacity[i], self.rule(i).smallest());
            if shelf < 0 || (shelf > 0 && i64::from(shelf) < smallest) {
                let allowed = format!("0 (no limit) or room for the smallest order of {smallest}");
                return wrong("shelf_capacity", shelf.to_string(), &allowed);
            }
            let (lo, hi) = self.reach(i);
            if hi - lo > MOST_POSITIONS {
                let allowed = format!("at most {MOST_POSITIONS} positions: count in larger units");
                return wrong("mean", (hi - lo).to_string(), &allowed);
            }
        }
        Ok(n)
    }

    fn rule(&self, i: usize) -> Rule {
        let shelf = if self.shelf_capacity[i] == 0 { i32::MAX } else { self.shelf_capacity[i] };
        Rule {
            pack: i64::from(self.case_pack[i]),
            least: i64::from(self.minimum_order[i]),
            capacity: i64::from(shelf),
        }
    }

    /// Demand from the start of one day to the start of another, days counted without end.
    fn between(&self, i: usize, from: usize, to: usize) -> Pmf {
        let days = self.review.len();
        if let Some((table, width)) = self.demand {
            let day = |t: usize| {
                let first = (i * days + t % days) * width;
                Pmf::from_slice(&table[first..first + width])
            };
            let none = Pmf { start: 0, p: vec![1.0] };
            return (from..to).fold(none, |sum, t| sum.plus(&day(t)));
        }
        let mean = (from..to).map(|t| self.mean[i * days + t % days]).sum();
        Pmf::count(mean, self.variance_to_mean[i])
    }

    /// When an order of this day arrives.
    fn arrival(&self, i: usize, day: usize) -> usize {
        let first = day + self.lead_time[i] as usize;
        let days = self.review.len();
        (first..first + days).find(|t| self.delivery[t % days]).unwrap_or(first)
    }

    /// Review days of the cycle, and the first of the next.
    fn reviews(&self) -> Vec<usize> {
        let days = self.review.len();
        let mut found: Vec<usize> = (0..days).filter(|&t| self.review[t]).collect();
        found.push(found[0] + days);
        found
    }

    /// Positions that no sensible rule leaves.
    fn reach(&self, i: usize) -> (i64, i64) {
        let reviews = self.reviews();
        let (holding, backorder) = (self.holding[i], self.backorder[i]);
        let days = self.review.len();
        let cycle = self.between(i, 0, days);
        let longest = reviews.windows(2).map(|w| {
            let span = self.between(i, w[0], self.arrival(i, w[1]));
            span.quantile(backorder / (backorder + holding)) as i64
        });
        let rate = cycle.mean() / days as f64;
        let lot = |cost: f64| (2.0 * self.setup[i] * rate / cost).sqrt().ceil().min(1e8) as i64;
        let step = self.rule(i).smallest() + i64::from(self.case_pack[i]);
        let swing = cycle.quantile(1.0 - 1e-12) as i64 + step;
        let top = longest.max().unwrap_or(0) + 2 * lot(holding) + swing;
        let most = if self.shelf_capacity[i] > 0 {
            top.min(i64::from(self.shelf_capacity[i]))
        } else {
            top
        };
        (-(2 * lot(backorder) + swing), most)
    }

    fn decisions(&self, i: usize, lo: i64, hi: i64) -> Vec<Review> {
        let reviews = self.reviews();
        let mut curve = Curve::default();
        reviews
            .windows(2)
            .map(|w| {
                let mut costs = vec![0.0; (hi - lo + 1) as usize];
                for t in self.arrival(i, w[0])..self.arrival(i, w[1]) {
                    let demand = self.between(i, w[0], t + 1);
                    curve.set(&demand, self.holding[i], self.backorder[i]);
                    for (slot, y) in costs.iter_mut().zip(lo..) {
                        *slot += curve.at(y);
                    }
                }
                let demand = self.between(i, w[0], w[1]);
                let mut backwards = vec![0.0; demand.end() + 1];
                backwards[demand.start..].copy_from_slice(&demand.p);
                backwards.reverse();
                Review { curve: costs, most: demand.end(), backwards }
            })
            .collect()
    }

    fn solve_item(&self, i: usize) -> Levels {
        let days = self.review.len();
        let count = self.reviews().len() - 1;
        if self.mean[i * days..(i + 1) * days].iter().all(|&m| m == 0.0) {
            return Levels {
                reorder_level: vec![-1; count],
                order_up_to: vec![0; count],
                cost: 0.0,
                bound: 0.0,
            };
        }
        let (lo, hi) = self.reach(i);
        let reviews = self.decisions(i, lo, hi);
        let (rule, setup) = (self.rule(i), self.setup[i]);
        let (pack, first) = (rule.pack as usize, rule.smallest() as usize);
        // What is best: wait, or any order that the rule allows.
        let mut lifted = Vec::new();
        let ((bound, _), values) = iterate(&reviews, pack, usize::MAX, |_, after, value| {
            lifted.clear();
            lifted.extend_from_slice(after);
            let n = after.len();
            for x in (0..n.saturating_sub(pack)).rev() {
                lifted[x] = lifted[x].min(lifted[x + pack]);
            }
            for (x, slot) in value.iter_mut().enumerate() {
                let order = lifted.get(x + first).map_or(f64::INFINITY, |v| v + setup);
                *slot = after[x].min(order);
            }
        });
        let mut found = Levels { bound: bound / days as f64, ..Levels::default() };
        for (k, review) in reviews.iter().enumerate() {
            let after = expected(review, &values[(k + 1) % count], pack);
            let best = (0..after.len()).fold(0, |b, y| if after[y] < after[b] { y } else { b });
            // The last position from which some order is better than none.
            let order = |x: usize| {
                let tops = (x + first..after.len()).step_by(pack);
                tops.map(|y| after[y] + setup).fold(f64::INFINITY, f64::min)
            };
            // Nowhere, where the next review's order comes as early: below all positions.
            let s = (0..best).rev().find(|&x| order(x) < after[x] - 1e-12);
            found.reorder_level.push(s.map_or(lo - 1, |x| lo + x as i64) as i32);
            found.order_up_to.push((lo + best as i64) as i32);
        }
        // What the levels cost under the rule of the night.
        // Positions that no order leads to are left for good: slow movers take for ever to do so.
        let highest = (0..count).flat_map(|k| {
            let (s, up_to) = (found.reorder_level[k], found.order_up_to[k]);
            let lands = |x: i64| x + order_quantity(x, i64::from(s), i64::from(up_to), &rule);
            (lo..=i64::from(s)).map(lands).chain([i64::from(up_to)]).collect::<Vec<_>>()
        });
        let visited = (highest.max().unwrap_or(hi) - lo + 1) as usize;
        let ((least, most), _) = iterate(&reviews, pack, visited, |k, after, value| {
            let s = i64::from(found.reorder_level[k]);
            let up_to = i64::from(found.order_up_to[k]);
            for (x, slot) in value.iter_mut().enumerate() {
                let units = order_quantity(lo + x as i64, s, up_to, &rule) as usize;
                let paid = if units > 0 { setup } else { 0.0 };
                // Rounding up may lead beyond all sensible positions: held there at the last one's cost.
                *slot = paid + after[(x + units).min(after.len() - 1)];
            }
        });
        found.cost = 0.5 * (least + most) / days as f64;
        found
    }
}

/// Cost of a position after ordering: of the days it decides, and of what follows.
fn expected(review: &Review, next: &[f64], pack: usize) -> Vec<f64> {
    // Below the lowest position an order of more cases leads to the same positions.
    let mut long = Vec::with_capacity(review.most + next.len());
    for below in (1..=review.most).rev() {
        long.push(next[(pack - below % pack) % pack]);
    }
    long.extend_from_slice(next);
    review
        .curve
        .iter()
        .enumerate()
        .map(|(y, cost)| cost + dot(&review.backwards, &long[y..=y + review.most]))
        .collect()
}

/// Value iteration over the cycle's reviews, last first: least and most that a cycle costs from the first
/// `visited` positions, and relative values of all positions at each review.
///
/// The average cost lies between the two (Odoni 1969) where the rest is never come to.
fn iterate(
    reviews: &[Review],
    pack: usize,
    visited: usize,
    mut decide: impl FnMut(usize, &[f64], &mut [f64]),
) -> ((f64, f64), Vec<Vec<f64>>) {
    let n = reviews[0].curve.len();
    let count = reviews.len();
    let mut values = vec![vec![0.0; n]; count];
    let mut cost = (0.0, 0.0);
    for _ in 0..MOST_SWEEPS {
        let before = values[0].clone();
        for k in (0..count).rev() {
            let after = expected(&reviews[k], &values[(k + 1) % count], pack);
            decide(k, &after, &mut values[k]);
        }
        let gains = values[0].iter().zip(&before).take(visited).map(|(a, b)| a - b);
        let (least, most) =
            gains.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), g| (l.min(g), m.max(g)));
        cost = (least, most);
        if most - least <= EQUAL * most.abs().max(1e-6) {
            break;
        }
        // Relative values: the cycle's last sweep is kept, less what the first position costs.
        let base = values[0][0];
        for value in &mut values {
            for v in value.iter_mut() {
                *v -= base;
            }
        }
    }
    (cost, values)
}

/// Levels of every item.
pub fn solve(calendar: &Calendar<'_>) -> Result<Vec<Levels>> {
    let n = calendar.validate()?;
    Ok((0..n).into_par_iter().map(|i| calendar.solve_item(i)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Item, Policy};
    use proptest::prelude::*;

    fn stationary(mean: f64, lead: i32, review: i32, setup: f64) -> crate::Levels {
        let item = Item {
            mean,
            variance_to_mean: 1.5,
            demand: None,
            lead_time: lead,
            lead_times: None,
            review,
            setup,
            holding: 1.0,
            backorder: 9.0,
            service: None,
            case_pack: 1,
            minimum_order: 0,
            shelf_capacity: 0,
        };
        crate::item::Work::default().solve(&item, Policy::UpTo)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        /// The same demand every day and one review a cycle: the exact (s, S) of Zheng and Federgruen.
        #[test]
        fn an_even_calendar_is_the_stationary_item(
            mean in 0.1..6.0_f64, lead in 0_i32..4, days in 1_usize..5, setup in 0.0..40.0_f64,
        ) {
            let mut review = vec![false; days];
            review[days / 2] = true;
            let calendar = Calendar {
                review: &review, delivery: &vec![true; days], mean: &vec![mean; days],
                variance_to_mean: &[1.5], demand: None, lead_time: &[lead], setup: &[setup], holding: &[1.0],
                backorder: &[9.0], case_pack: &[1], minimum_order: &[0], shelf_capacity: &[0],
            };
            let found = &solve(&calendar).unwrap()[0];
            let want = stationary(mean, lead, days as i32, setup);
            prop_assert!((found.cost - want.cost).abs() < 1e-6, "{} {}", found.cost, want.cost);
            prop_assert!((found.bound - want.cost).abs() < 1e-6);
        }

        /// Whatever the calendar, the levels cost no less than the bound; without cases just as much.
        #[test]
        fn levels_meet_their_bound(
            mean in prop::collection::vec(0.0..4.0_f64, 5), review in 1_u8..32, delivery in 1_u8..32,
            lead in 0_i32..4, setup in 0.0..30.0_f64, pack in 1_i32..5, least in 0_i32..8,
        ) {
            let flags = |bits: u8| (0..5).map(|t| bits >> t & 1 == 1).collect::<Vec<bool>>();
            let calendar = |pack: i32, least: i32| solve(&Calendar {
                review: &flags(review), delivery: &flags(delivery), mean: &mean,
                variance_to_mean: &[1.5], demand: None, lead_time: &[lead], setup: &[setup], holding: &[1.0],
                backorder: &[9.0], case_pack: &[pack], minimum_order: &[least], shelf_capacity: &[0],
            }).unwrap()[0].clone();
            let free = calendar(1, 0);
            prop_assert!((free.cost - free.bound).abs() < 1e-6 * free.bound.max(1.0), "{free:?}");
            let cased = calendar(pack, least);
            prop_assert!(cased.cost >= cased.bound - 1e-6);
            prop_assert!(cased.bound >= free.bound - 1e-6);
        }
    }
}
