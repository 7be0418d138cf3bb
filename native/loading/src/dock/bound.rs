//! What no schedule undercuts: a price for every second of a door and of the crew, and one for
//! goods that come late; then each truck, on its own, starts when that is cheapest (Lagrangian
//! relaxation of the time-indexed program; Dyer and Wolsey 1990, Held, Wolfe and Crowder 1974).
//!
//! Times stay as they are: prices are constant within a period, so a truck's cost is linear between
//! the moments at which it begins or ends in another period or is due, and only those are tried.
//! Prices are whole numbers, so that the sum is exact.

use super::{Dock, Truck};

/// Prices are multiples of this share of one.
const SCALE: i64 = 1 << 10;
/// Periods of equal length.
const PERIODS: i64 = 240;
/// Rounds without a better bound after which steps are halved, and when it ends.
const PATIENCE: u32 = 15;
const SMALLEST: f64 = 0.01;
const MAX_ROUNDS: u32 = 600;
/// Cost and time span up to which a bound is computed.
const LARGEST: i64 = 1 << 36;

/// Price over time: constant in each period, nothing outside.
struct Prices {
    begin: i64,
    width: i64,
    price: Vec<i64>,
    /// Sum up to the begin of each period.
    before: Vec<i64>,
    /// The same before rounding.
    exact: Vec<f64>,
}

impl Prices {
    fn new(begin: i64, width: i64, periods: usize) -> Self {
        let (price, exact) = (vec![0; periods], vec![0.0; periods]);
        Self { begin, width, price, before: vec![0; periods + 1], exact }
    }

    /// Sum of the prices up to a moment.
    fn until(&self, moment: i64) -> i64 {
        let at = (moment - self.begin).max(0);
        let period = (at / self.width) as usize;
        match self.price.get(period) {
            Some(price) => self.before[period] + price * (at % self.width),
            None => self.before[self.price.len()],
        }
    }

    fn between(&self, from: i64, to: i64) -> i64 {
        self.until(to) - self.until(from)
    }

    /// Add `amount` for every second of use to each period's use.
    fn count(&self, from: i64, to: i64, amount: i64, used: &mut [i64]) {
        let end = self.begin + self.width * self.price.len() as i64;
        let (mut at, to) = (from.max(self.begin), to.min(end));
        while at < to {
            let period = ((at - self.begin) / self.width) as usize;
            let next = (self.begin + (period as i64 + 1) * self.width).min(to);
            used[period] += amount * (next - at);
            at = next;
        }
    }

    fn moved(&mut self, step: f64, excess: &[i64]) {
        for (p, &e) in excess.iter().enumerate() {
            self.exact[p] = (self.exact[p] + step * e as f64).max(0.0);
            self.price[p] = self.exact[p] as i64;
            self.before[p + 1] = self.before[p] + self.price[p] * self.width;
        }
    }

    fn total(&self) -> i64 {
        self.before[self.price.len()]
    }
}

/// Doors that differ in nothing: when they open, and how long each truck takes there.
struct Kind {
    door: usize,
    count: i64,
}

fn kinds(dock: &Dock) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    for door in 0..dock.opens.len() {
        let alike = |kind: &&mut Kind| {
            dock.opens[kind.door] == dock.opens[door]
                && dock.trucks.iter().all(|t| t.handling[kind.door] == t.handling[door])
        };
        match kinds.iter_mut().find(alike) {
            Some(kind) => kind.count += 1,
            None => kinds.push(Kind { door, count: 1 }),
        }
    }
    kinds
}

impl Dock {
    /// When each truck can start at the earliest, goods from others counted.
    fn earliest(&self) -> Vec<i64> {
        let fits = |t: &Truck, door: usize| t.handling[door] >= 0;
        let open = |t: &Truck| {
            (0..self.opens.len()).filter(|&d| fits(t, d)).map(|d| self.opens[d]).min().unwrap_or(0)
        };
        let mut earliest: Vec<i64> = self.trucks.iter().map(|t| t.release.max(open(t))).collect();
        let all: Vec<usize> = (0..self.trucks.len()).collect();
        for t in self.respect_transfers(&all).unwrap_or_default() {
            for &(from, lag) in &self.before[t] {
                let times = self.trucks[from].handling.iter().copied().filter(|h| *h >= 0);
                let ready = earliest[from] + times.min().unwrap_or(0) + lag;
                earliest[t] = earliest[t].max(ready);
            }
        }
        earliest
    }

    /// In some best schedule nobody starts later: all work one after the other ends by then.
    fn horizon(&self) -> i64 {
        let longest = |t: &Truck| t.handling.iter().copied().max().unwrap_or(0).max(0);
        let first = self.trucks.iter().map(|t| t.release).chain(self.opens.iter().copied());
        let work = self.trucks.iter().map(|t| longest(t).saturating_add(self.changeover));
        let lags = self.transfers.iter().map(|t| t.lag.max(0));
        work.chain(lags).fold(first.max().unwrap_or(0), i64::saturating_add)
    }
}

/// What a truck does at the prices of the day.
#[derive(Clone, Copy)]
struct Choice {
    cost: i64,
    kind: usize,
    start: i64,
}

struct Relaxed<'a> {
    dock: &'a Dock,
    kinds: Vec<Kind>,
    /// When each truck can start at the earliest, and must in some best schedule at the latest.
    earliest: Vec<i64>,
    latest: Vec<i64>,
    doors: Vec<Prices>,
    crew: Prices,
    /// Price of each transfer's lateness, whole and before rounding.
    transfer: Vec<(i64, f64)>,
}

/// The best bound found, for schedules that cost at most `upper` and all end by `end`. Ends early
/// once it meets `upper`.
pub fn by_prices(dock: &Dock, upper: i64, end: i64, expired: &dyn Fn() -> bool) -> i64 {
    let earliest = dock.earliest();
    let Some(&begin) = earliest.iter().min() else { return 0 };
    // Beyond this the sums might not fit; so large a cost needs no bound to the second.
    if upper <= 0 || upper > LARGEST || dock.horizon().saturating_sub(begin) > LARGEST {
        return 0;
    }
    let width = ((end - begin) / PERIODS).max(1);
    let periods = usize::try_from((end - begin) / width + 1).unwrap_or(1);
    let kinds = kinds(dock);
    let horizon = dock.horizon();
    let latest = dock.trucks.iter().map(|truck| {
        let waits = upper / truck.waiting.max(1);
        let free = if truck.waiting > 0 { truck.release.saturating_add(waits) } else { horizon };
        free.min(horizon)
    });
    let mut relaxed = Relaxed {
        dock,
        latest: latest.zip(&earliest).map(|(l, &e)| l.max(e)).collect(),
        earliest,
        doors: kinds.iter().map(|_| Prices::new(begin, width, periods)).collect(),
        kinds,
        crew: Prices::new(begin, width, periods),
        transfer: vec![(0, 0.0); dock.transfers.len()],
    };
    let (mut best, mut eager, mut waited) = (0i64, 1.0, 0);
    for _ in 0..MAX_ROUNDS {
        let Some((value, choices)) = relaxed.solve(expired) else { break };
        // Costs are whole: so is a bound, rounded up.
        let scale = i128::from(SCALE);
        let bound = (value + scale - 1).div_euclid(scale).min(i128::from(upper)) as i64;
        if bound > best {
            best = bound;
            waited = 0;
        } else {
            waited += 1;
        }
        if waited == PATIENCE {
            (eager, waited) = (eager / 2.0, 0);
        }
        if best >= upper || eager < SMALLEST || expired() {
            break;
        }
        let gap = (i128::from(upper) * scale - value) as f64;
        if !relaxed.follow(&choices, eager * gap) {
            break;
        }
    }
    best.min(upper)
}

impl Relaxed<'_> {
    /// The cheapest choices of all trucks, and the bound that they prove. None: time ran out.
    fn solve(&self, expired: &dyn Fn() -> bool) -> Option<(i128, Vec<Choice>)> {
        let dock = self.dock;
        let mut value = -i128::from(dock.crew.unwrap_or(0)) * i128::from(self.crew.total());
        for (kind, prices) in self.kinds.iter().zip(&self.doors) {
            value -= i128::from(kind.count) * i128::from(prices.total());
        }
        // What a second later costs each truck whose goods others wait for, and gains one that waits.
        let mut slope = vec![(0i64, 0i64); dock.trucks.len()];
        for (t, &(price, _)) in dock.transfers.iter().zip(&self.transfer) {
            value += i128::from(price) * i128::from(t.lag);
            slope[t.from].0 += price;
            slope[t.to].1 += price;
        }
        let mut choices = Vec::with_capacity(dock.trucks.len());
        for (k, &slope) in slope.iter().enumerate() {
            if k % 32 == 31 && expired() {
                return None;
            }
            choices.push(self.cheapest(k, slope));
        }
        value += choices.iter().map(|c| i128::from(c.cost)).sum::<i128>();
        Some((value, choices))
    }

    fn cheapest(&self, k: usize, (out, into): (i64, i64)) -> Choice {
        let truck = &self.dock.trucks[k];
        let mut best = Choice { cost: i64::MAX, kind: 0, start: self.earliest[k] };
        for (number, kind) in self.kinds.iter().enumerate() {
            let time = truck.handling[kind.door];
            if time < 0 {
                continue;
            }
            let doors = &self.doors[number];
            let first = self.earliest[k].max(self.dock.opens[kind.door]);
            let last = self.latest[k].max(first);
            let gap = time + self.dock.changeover;
            let mut offer = |start: i64| {
                if start < first || start > last {
                    return;
                }
                let late = (start + time - truck.due).max(0).saturating_mul(truck.weight);
                let wait = (start - truck.release).max(0).saturating_mul(truck.waiting);
                let own = late.saturating_add(wait).saturating_mul(SCALE);
                let prices = doors.between(start, start + gap)
                    + truck.crew * self.crew.between(start, start + time);
                let goods = out * (start + time) - into * start;
                let cost = own.saturating_add(prices + goods);
                if cost < best.cost {
                    best = Choice { cost, kind: number, start };
                }
            };
            offer(first);
            offer(last);
            offer(truck.due - time);
            for p in 0..=doors.price.len() as i64 {
                let edge = doors.begin + p * doors.width;
                if edge - gap > last {
                    break;
                }
                offer(edge);
                offer(edge - gap);
                if self.dock.crew.is_some() {
                    offer(edge - time);
                }
            }
        }
        best
    }

    /// Prices go where doors, crew and transfers are asked too much of. False: nowhere.
    fn follow(&mut self, choices: &[Choice], length: f64) -> bool {
        let dock = self.dock;
        let width = self.crew.width;
        let periods = self.crew.price.len();
        let mut doors: Vec<Vec<i64>> =
            self.kinds.iter().map(|kind| vec![-kind.count * width; periods]).collect();
        let mut crew = vec![-dock.crew.unwrap_or(0) * width; periods];
        for (truck, c) in dock.trucks.iter().zip(choices) {
            let time = truck.handling[self.kinds[c.kind].door];
            let prices = &self.doors[c.kind];
            prices.count(c.start, c.start + time + dock.changeover, 1, &mut doors[c.kind]);
            self.crew.count(c.start, c.start + time, truck.crew, &mut crew);
        }
        if dock.crew.is_none() {
            crew.fill(0);
        }
        let late: Vec<i64> = dock
            .transfers
            .iter()
            .map(|t| {
                let from = choices[t.from];
                let time = dock.trucks[t.from].handling[self.kinds[from.kind].door];
                from.start + time + t.lag - choices[t.to].start
            })
            .collect();
        // Where a price of nothing would only fall, there is no way to go.
        let free = |e: i64, price: f64| if e < 0 && price <= 0.0 { 0.0 } else { e as f64 };
        let mut norm = 0.0;
        for (excess, prices) in doors.iter().zip(&self.doors).chain([(&crew, &self.crew)]) {
            norm +=
                excess.iter().zip(&prices.exact).map(|(&e, &p)| free(e, p).powi(2)).sum::<f64>();
        }
        norm += late.iter().zip(&self.transfer).map(|(&e, t)| free(e, t.1).powi(2)).sum::<f64>();
        if norm < 1.0 {
            return false;
        }
        let step = length / norm;
        for (excess, prices) in doors.iter().zip(&mut self.doors) {
            prices.moved(step, excess);
        }
        self.crew.moved(step, &crew);
        for (price, &e) in self.transfer.iter_mut().zip(&late) {
            price.1 = (price.1 + step * e as f64).max(0.0);
            price.0 = price.1 as i64;
        }
        true
    }
}
