//! Makes orders fit into given trucks: parts of lots go to other orders, earlier at the cost of stock, or
//! later where their units are not needed at once.

use super::items::Items;
use super::rules::Rules;

/// Orders on their way into trucks.
pub struct Fit<'a> {
    items: &'a Items<'a>,
    rules: &'a Rules<'a>,
    /// Volume that the trucks of a period hold.
    holds: Vec<f64>,
    loads: Vec<f64>,
    slack: f64,
}

/// Where the rest of a load may go.
#[derive(Clone, Copy, PartialEq)]
enum Into {
    /// Where trucks have room.
    Room,
    /// To the next period with trucks, even if that is full.
    Next,
    /// To the period with trucks before, even if that is full.
    Previous,
}

/// Up to so many units of a lot to another period, at a price by volume.
struct Move {
    price: f64,
    item: usize,
    to: usize,
    limit: f64,
}

impl<'a> Fit<'a> {
    /// Orders as they are, and the trucks of each period.
    pub fn new(
        items: &'a Items<'a>,
        rules: &'a Rules<'a>,
        trucks: &[u32],
        capacity: f64,
        orders: &[f64],
    ) -> Self {
        let holds = trucks.iter().map(|&k| f64::from(k) * capacity).collect();
        Self { items, rules, holds, loads: items.loads(orders), slack: 1e-9 * capacity }
    }

    /// Whether all loads fit in the end.
    pub fn fit(&mut self, orders: &mut [f64]) -> bool {
        let periods = self.items.periods;
        for _ in 0..3 {
            (0..periods).for_each(|t| self.shed(t, Into::Room, orders));
            if self.fits() {
                return true;
            }
            (0..periods).for_each(|t| self.shed(t, Into::Next, orders));
            (0..periods).rev().for_each(|t| self.shed(t, Into::Previous, orders));
            if self.fits() {
                return true;
            }
        }
        false
    }

    fn fits(&self) -> bool {
        self.loads.iter().zip(&self.holds).all(|(load, holds)| *load <= holds + self.slack)
    }

    fn shed(&mut self, t: usize, into: Into, orders: &mut [f64]) {
        if self.loads[t] <= self.holds[t] + self.slack {
            return;
        }
        let periods = self.items.periods;
        let open = |p: &usize| self.holds[*p] > 0.0;
        let targets: Vec<usize> = match into {
            Into::Room => (0..periods)
                .filter(|&p| p != t && self.holds[p] - self.loads[p] > self.slack)
                .collect(),
            Into::Next => (t + 1..periods).find(open).into_iter().collect(),
            Into::Previous => (0..t).rev().find(open).into_iter().collect(),
        };
        let mut moves = Vec::new();
        for i in 0..self.items.len() {
            if orders[i * periods + t] > 0.0 && self.items.volume[i] > 0.0 {
                self.moves(i, t, &targets, into, orders, &mut moves);
            }
        }
        moves.sort_by(|a, b| a.price.total_cmp(&b.price).then((a.item, a.to).cmp(&(b.item, b.to))));
        let mut touched = vec![false; self.items.len()];
        for Move { item, to, limit, .. } in moves {
            let over = self.loads[t] - self.holds[t];
            if over <= self.slack {
                break;
            }
            // The price and the limit of an item's other moves hold only for the lot as it was.
            if std::mem::replace(&mut touched[item], true) {
                continue;
            }
            let volume = self.items.volume[item];
            let mut units = self.rules.up(item, over / volume).min(limit);
            if into == Into::Room {
                units =
                    units.min(self.rules.down(item, (self.holds[to] - self.loads[to]) / volume));
            }
            let lot = &mut orders[item * periods + t];
            if units <= 1e-9 * *lot {
                touched[item] = false;
                continue;
            }
            if *lot - units <= 1e-9 * *lot {
                units = *lot;
            }
            *lot -= units;
            orders[item * periods + to] += units;
            self.loads[t] -= units * volume;
            self.loads[to] += units * volume;
        }
    }

    fn moves(
        &self,
        i: usize,
        t: usize,
        targets: &[usize],
        into: Into,
        orders: &[f64],
        moves: &mut Vec<Move>,
    ) {
        let periods = self.items.periods;
        let (row, need) = (&orders[i * periods..(i + 1) * periods], self.items.row(i));
        let (lot, volume) = (row[t], self.items.volume[i]);
        let over = self.loads[t] - self.holds[t];
        let mut stock = 0.0;
        // Units of the lot that are not needed before each period.
        let mut spare = vec![0.0; periods];
        let mut least = lot;
        for p in 0..periods {
            if p > t {
                spare[p] = least;
            }
            stock += row[p] - need[p];
            if p >= t {
                least = least.min(stock.max(0.0));
            }
        }
        for &p in targets {
            let limit = if p < t { lot } else { self.rules.down(i, spare[p]) };
            let mut units = self.rules.up(i, over / volume).min(limit);
            if into == Into::Room {
                units = units.min(self.rules.down(i, (self.holds[p] - self.loads[p]) / volume));
            }
            if units <= 1e-9 * lot {
                continue;
            }
            let mut extra = self.items.holding[i] * (t as f64 - p as f64) * units;
            if row[p] <= 0.0 {
                extra += self.items.minor[i];
            }
            if lot - units <= 1e-9 * lot {
                extra -= self.items.minor[i];
            }
            moves.push(Move { price: extra / (units * volume), item: i, to: p, limit });
        }
    }
}
