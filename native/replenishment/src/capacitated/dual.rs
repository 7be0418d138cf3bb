//! Prices for capacity: Lagrangian relaxation of the capacity of each period, with setup times (Trigeiro,
//! Thomas and `McClain` 1989). Every item is then a problem of Wagner and Whitin (1958) of its own; prices
//! follow the overload by subgradient steps (Held, Wolfe and Crowder 1974).

use backhaul_common::Control;

use super::Capacitated;

/// Bound, the prices that gave it, and the plan that they ask for.
pub struct Dual {
    pub bound: f64,
    pub prices: Vec<f64>,
    pub quantities: Vec<f64>,
}

/// Room for one item's recursion.
#[derive(Default)]
pub struct Room {
    best: Vec<f64>,
    from: Vec<usize>,
}

/// Cheapest plan of an item at prices of capacity, capacity itself aside; quantities into `out`.
pub fn item(
    problem: &Capacitated<'_>,
    i: usize,
    price: &[f64],
    room: &mut Room,
    out: &mut [f64],
) -> f64 {
    let (demand, n) = (problem.row(i), problem.periods);
    let (setup, time, unit, h) =
        (problem.setup_cost[i], problem.setup_time[i], problem.unit_time[i], problem.holding[i]);
    room.best.clear();
    room.best.resize(n + 1, f64::INFINITY);
    room.from.clear();
    room.from.resize(n + 1, usize::MAX);
    room.best[0] = 0.0;
    for t in 0..n {
        if demand[t] == 0.0 && room.best[t] < room.best[t + 1] {
            (room.best[t + 1], room.from[t + 1]) = (room.best[t], usize::MAX);
        }
        let mut cost = room.best[t] + setup + price[t] * time;
        let mut each = price[t] * unit;
        for k in t..n {
            cost += each * demand[k];
            if cost < room.best[k + 1] {
                (room.best[k + 1], room.from[k + 1]) = (cost, t);
            }
            each += h;
            // Costs only grow from here: once the lot is dearer than a plan of all later demand, stop.
            if cost > room.best[n] {
                break;
            }
        }
    }
    out.fill(0.0);
    let mut t = n;
    while t > 0 {
        let from = room.from[t];
        if from == usize::MAX {
            t -= 1;
        } else {
            out[from] = demand[from..t].iter().sum();
            t = from;
        }
    }
    room.best[n]
}

pub fn solve(problem: &Capacitated<'_>, control: &Control<'_>) -> Dual {
    let (n, periods) = (problem.items(), problem.periods);
    let mut prices = vec![0.0; periods];
    let mut plan = vec![0.0; n * periods];
    let mut best =
        Dual { bound: f64::NEG_INFINITY, prices: prices.clone(), quantities: Vec::new() };
    let mut room = Room::default();
    let (mut scale, mut stuck) = (1.0, 0);
    for round in 0..400 {
        let mut value: f64 = -prices.iter().zip(problem.capacity).map(|(p, c)| p * c).sum::<f64>();
        let mut load = vec![0.0; periods];
        for i in 0..n {
            let out = &mut plan[i * periods..(i + 1) * periods];
            value += item(problem, i, &prices, &mut room, out);
            for (t, &units) in out.iter().enumerate() {
                if units > 0.0 {
                    load[t] += problem.setup_time[i] + problem.unit_time[i] * units;
                }
            }
        }
        if value > best.bound {
            if value > best.bound + 1e-4 * value.abs() {
                stuck = 0;
            }
            best.bound = value;
            best.prices.clone_from(&prices);
            best.quantities.clone_from(&plan);
        }
        stuck += 1;
        if stuck > 8 {
            (scale, stuck) = (scale * 0.7, 0);
            prices.clone_from(&best.prices);
        }
        let step: Vec<f64> = (0..periods)
            .map(|t| {
                let over = load[t] - problem.capacity[t];
                if over < 0.0 && prices[t] == 0.0 {
                    0.0
                } else {
                    over
                }
            })
            .collect();
        let norm: f64 = step.iter().map(|v| v * v).sum();
        // A big problem gets few rounds: the search needs the time more than the bound does.
        let late = round > 20 && control.fraction(0) > 0.15;
        if norm < 1e-12 || scale < 2e-3 || late || control.expired() {
            break;
        }
        let aim = 0.08 * scale * value.abs().max(1e-9);
        for (price, by) in prices.iter_mut().zip(&step) {
            *price = (*price + aim / norm * by).max(0.0);
        }
    }
    best
}
