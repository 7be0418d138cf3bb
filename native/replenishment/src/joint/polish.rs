//! One item after the other is planned anew beside the orders of all others: room in trucks that come
//! anyway is free, what needs another truck or opens a period pays for it. Exact for the item alone
//! where each of its needs comes in one order.

use super::items::Items;
use super::Model;

/// Orders, and what they load.
struct Loads {
    volume: Vec<f64>,
    /// Items in the order of each period.
    items: Vec<u32>,
}

/// Better orders of single items until none is found; at most `sweeps` times over all items.
pub fn polish(model: &Model<'_>, orders: &mut [f64], sweeps: usize, expired: &dyn Fn() -> bool) {
    let items = &model.items;
    let (n, periods) = (items.len(), items.periods);
    let mut loads = Loads { volume: items.loads(orders), items: vec![0; periods] };
    for row in orders.chunks(periods) {
        for (count, &units) in loads.items.iter_mut().zip(row) {
            *count += u32::from(units > 0.0);
        }
    }
    for _ in 0..sweeps {
        let mut better = false;
        for i in 0..n {
            if i % 64 == 0 && expired() {
                return;
            }
            better |= improve(model, i, &mut loads, &mut orders[i * periods..(i + 1) * periods]);
        }
        if !better {
            return;
        }
    }
}

/// What the others leave of a period.
#[derive(Clone, Copy)]
struct Beside {
    room: f64,
    fixed: f64,
    open: bool,
}

impl Beside {
    fn price(&self, model: &Model<'_>, volume: f64) -> f64 {
        let trucks = if volume <= self.room {
            0.0
        } else {
            ((volume - self.room) / model.joint.truck.1).ceil()
        };
        self.fixed + trucks * model.joint.truck.0
    }
}

fn improve(model: &Model<'_>, i: usize, loads: &mut Loads, row: &mut [f64]) -> bool {
    let items = &model.items;
    let (periods, volume, holding) = (items.periods, items.volume[i], items.holding[i]);
    let capacity = model.joint.truck.1;
    let beside: Vec<Beside> = (0..periods)
        .map(|t| {
            let others = loads.items[t] - u32::from(row[t] > 0.0);
            let load = (loads.volume[t] - volume * row[t]).max(0.0);
            let trucks = if others > 0 { model.trucks(load) } else { 0.0 };
            let room = if capacity.is_finite() {
                trucks * capacity - load + 1e-10 * capacity
            } else {
                f64::INFINITY
            };
            let fixed = items.minor[i] + if others > 0 { 0.0 } else { model.joint.major };
            Beside { room, fixed, open: model.open[t] }
        })
        .collect();
    let now = cost(model, i, &beside, row);
    let need = items.row(i);
    let mut best = vec![f64::INFINITY; periods + 1];
    let mut from = vec![usize::MAX; periods + 1];
    best[0] = 0.0;
    for t in 0..periods {
        if need[t] == 0.0 && best[t] < best[t + 1] {
            (best[t + 1], from[t + 1]) = (best[t], usize::MAX);
        }
        if !beside[t].open || best[t] + items.minor[i] >= now {
            continue;
        }
        let (mut units, mut held) = (0.0, 0.0);
        for (k, needed) in need.iter().enumerate().skip(t) {
            units += needed;
            held += holding * (k - t) as f64 * needed;
            if best[t] + held >= now {
                break;
            }
            let cost = best[t] + held + beside[t].price(model, volume * units);
            if cost < best[k + 1] {
                (best[k + 1], from[k + 1]) = (cost, t);
            }
        }
    }
    if best[periods] < now - 1e-9 * now.abs().max(1.0) {
        for (t, units) in row.iter_mut().enumerate() {
            loads.volume[t] -= volume * *units;
            loads.items[t] -= u32::from(*units > 0.0);
            *units = 0.0;
        }
        let mut end = periods;
        while end > 0 {
            let start = from[end];
            if start == usize::MAX {
                end -= 1;
                continue;
            }
            row[start] = need[start..end].iter().sum();
            loads.volume[start] += volume * row[start];
            loads.items[start] += u32::from(row[start] > 0.0);
            end = start;
        }
        return true;
    }
    delay(model, items, i, &beside, loads, row)
}

/// What the item's orders cost beside the others'.
fn cost(model: &Model<'_>, i: usize, beside: &[Beside], row: &[f64]) -> f64 {
    let items = &model.items;
    let (mut cost, mut stock) = (0.0, 0.0);
    for (t, &units) in row.iter().enumerate() {
        if units > 0.0 {
            cost += beside[t].price(model, items.volume[i] * units);
        }
        stock += units - items.row(i)[t];
        cost += items.holding[i] * stock;
    }
    cost
}

/// Units that came before an order while there was stock come with it where its trucks have room.
fn delay(
    model: &Model<'_>,
    items: &Items<'_>,
    i: usize,
    beside: &[Beside],
    loads: &mut Loads,
    row: &mut [f64],
) -> bool {
    let (need, volume) = (items.row(i), items.volume[i]);
    let placed: Vec<usize> = (0..row.len()).filter(|&t| row[t] > 0.0).collect();
    let mut better = false;
    let (mut stock, mut at) = (0.0, 0);
    for pair in placed.windows(2) {
        let (t, later) = (pair[0], pair[1]);
        while at < later {
            stock += row[at] - need[at];
            at += 1;
        }
        if items.holding[i] <= 0.0 || stock <= 1e-9 * row[t] {
            continue;
        }
        let room =
            if volume > 0.0 { beside[later].room / volume - row[later] } else { f64::INFINITY };
        let units = model.joint.rules.down(i, stock.min(row[t]).min(room));
        if units <= 1e-9 * row[t] {
            continue;
        }
        let units = if row[t] - units <= 1e-9 * row[t] { row[t] } else { units };
        row[t] -= units;
        row[later] += units;
        stock -= units;
        loads.volume[t] -= units * volume;
        loads.volume[later] += units * volume;
        loads.items[t] -= u32::from(row[t] <= 0.0);
        better = true;
    }
    better
}
