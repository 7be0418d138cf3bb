//! Bound: items pay for orders and for volume, and what they pay is offered to one plan of the whole volume
//! in whole trucks. For given prices the items fall apart, and both sides are solved exactly; better
//! prices are found by the volume algorithm (Barahona and Anbil 2000, Mathematical Programming 87(3)),
//! whose average of the plans says how often a period has an order and how many trucks it has.

use backhaul_common::Control;

use super::batches::{Batches, Terms, Whole};
use super::items::{Items, Lots, Prices};
use super::promise::Cut;

/// Share of the time after which the search for a plan begins.
const SHARE: f64 = 0.25;

/// What is shared by the items.
pub struct Shared<'a> {
    /// Money for a period with an order.
    pub major: f64,
    /// Money for a truck and the volume it holds.
    pub truck: (f64, f64),
    /// Periods in which an order can be placed.
    pub days: &'a [usize],
}

/// What the prices say.
#[derive(Clone, Default)]
pub struct Dual {
    /// No plan costs less.
    pub bound: f64,
    /// Money for a unit of volume, one value a period.
    pub volume: Vec<f64>,
    /// How often the average plan has an order in a period.
    pub uses: Vec<f64>,
    /// The bound for any trucks.
    pub cut: Cut,
    /// Trucks of plans that were best at some prices, latest last.
    pub seen: Vec<Vec<u32>>,
}

/// The side of the orders: whole trucks where they can be planned, else trucks in proportion.
enum Orders {
    Whole(Batches),
    Flat,
}

/// Plans at some prices, or their average.
#[derive(Clone, Default)]
struct Point {
    /// Whether an item is in an order, row after row.
    used: Vec<f64>,
    loads: Vec<f64>,
    placed: Vec<f64>,
    volume: Vec<f64>,
}

impl Point {
    fn mix(&mut self, other: &Self, share: f64) {
        let pairs = [
            (&mut self.used, &other.used),
            (&mut self.loads, &other.loads),
            (&mut self.placed, &other.placed),
            (&mut self.volume, &other.volume),
        ];
        for (mine, theirs) in pairs {
            for (a, b) in mine.iter_mut().zip(theirs) {
                *a += share * (b - *a);
            }
        }
    }
}

/// What some prices give.
struct Found {
    value: f64,
    point: Point,
    trucks: Option<Vec<u32>>,
    cut: Cut,
}

/// Prices: of item i in the order of period t, row after row, and of a truck's volume in a period.
#[derive(Clone)]
struct Charge {
    order: Vec<f64>,
    truck: Vec<f64>,
}

/// Best bound that `rounds` of prices find; `target` is the cost of some plan.
pub fn raise(
    items: &Items<'_>,
    shared: &Shared<'_>,
    target: f64,
    rounds: usize,
    control: &Control<'_>,
) -> Dual {
    let (n, periods) = (items.len(), items.periods);
    let need = items.volume_needed();
    let (cost, capacity) = shared.truck;
    let mut open = vec![false; periods];
    shared.days.iter().for_each(|&t| open[t] = true);
    let light = (0..n).any(|i| items.volume[i] <= 0.0 && items.units(i)[periods] > 0.0);
    let whole = (cost > 0.0).then(|| Batches::new(&need, capacity, &open, light)).flatten();
    let unit = if capacity.is_finite() { capacity } else { 1.0 };
    let mut orders = whole.map_or(Orders::Flat, Orders::Whole);
    let linear = if capacity.is_finite() { cost } else { 0.0 };
    let mut center =
        Charge { order: vec![shared.major / n as f64; n * periods], truck: vec![linear; periods] };
    // A step in the price of an order moves one item, one in the price of a truck moves them all.
    let weight = 0.1 * n as f64 * cost / (shared.major + cost).max(1e-9);
    let mut lots = Lots::default();
    let mut solve = |charge: &Charge| -> Found {
        let volume: Vec<f64> = charge.truck.iter().map(|p| p / unit).collect();
        let order = |i: usize, t: usize| items.minor[i] + charge.order[i * periods + t];
        items.plan(&Prices { open: shared.days, order, volume: &volume }, &mut lots);
        let mut paid = vec![shared.major; periods];
        for row in charge.order.chunks(periods) {
            for (left, price) in paid.iter_mut().zip(row) {
                *left -= price;
            }
        }
        let used = lots.orders.iter().map(|&units| f64::from(u8::from(units > 0.0))).collect();
        let loads = items.loads(&lots.orders);
        let plan = match &mut orders {
            Orders::Whole(batches) => {
                batches.solve(&Terms { order: &paid, truck: cost, volume: &volume })
            }
            Orders::Flat => {
                let placed: Vec<bool> = (0..periods).map(|t| open[t] && paid[t] < 0.0).collect();
                let cost = (0..periods).filter(|&t| placed[t]).map(|t| paid[t]).sum();
                Whole { cost, volume: loads.clone(), trucks: Vec::new(), placed }
            }
        };
        let point = Point {
            used,
            loads: loads.iter().map(|v| v / unit).collect(),
            placed: plan.placed.iter().map(|&p| f64::from(u8::from(p))).collect(),
            volume: plan.volume.iter().map(|v| v / unit).collect(),
        };
        let truck = charge.truck.iter().map(|p| cost - p).collect();
        let cut = Cut { base: lots.cost(), truck, open: paid };
        let trucks = (!plan.trucks.is_empty()).then_some(plan.trucks);
        Found { value: cut.base + plan.cost, point, trucks, cut }
    };
    let Found { value: mut best, point: mut average, trucks, mut cut } = solve(&center);
    let mut seen: Vec<Vec<u32>> = trucks.into_iter().collect();
    let (mut scale, mut failed) = (1.0, 0);
    let mut way = vec![0.0; n * periods];
    for round in 0..rounds {
        let mut norm = 0.0;
        for (k, d) in way.iter_mut().enumerate() {
            *d = average.used[k] - average.placed[k % periods];
            // A price of nothing cannot fall.
            if *d < 0.0 && center.order[k] <= 0.0 {
                *d = 0.0;
            }
            norm += *d * *d;
        }
        let off: Vec<f64> = (0..periods).map(|t| average.loads[t] - average.volume[t]).collect();
        norm += weight * off.iter().map(|d| d * d).sum::<f64>();
        let late = control.limits().seconds.is_some_and(|s| control.elapsed() > SHARE * s);
        if norm < 1e-9
            || scale < 1e-5
            || ((round % 8 == 0 || n * periods > 5000) && (late || control.expired()))
        {
            break;
        }
        let step = scale * (target - best).max(1e-4 * target.abs()) / norm;
        let mut charge = center.clone();
        for (price, d) in charge.order.iter_mut().zip(&way) {
            *price = (*price + step * d).max(0.0);
        }
        for (price, d) in charge.truck.iter_mut().zip(&off) {
            *price += step * weight * d;
        }
        let Found { value, point, trucks, cut: estimate } = solve(&charge);
        let short = |(k, d): (usize, &f64)| d * (point.used[k] - point.placed[k % periods]);
        let over = |(t, d): (usize, &f64)| weight * d * (point.loads[t] - point.volume[t]);
        let gain = way.iter().enumerate().map(short).sum::<f64>()
            + off.iter().enumerate().map(over).sum::<f64>();
        let share = if round < 200 { 0.1 } else { 0.03 };
        average.mix(&point, share);
        if let Some(trucks) = trucks {
            if !seen.contains(&trucks) {
                seen.push(trucks);
            }
        }
        if value > best {
            if gain >= 0.0 {
                scale *= 1.1;
            }
            (best, center, cut, failed) = (value, charge, estimate, 0);
        } else {
            failed += 1;
            if failed >= 30 {
                (scale, failed) = (scale * 0.66, 0);
            }
        }
    }
    let mut uses = average.placed.clone();
    if uses.iter().all(|&u| u <= 0.0) {
        uses = vec![1.0; periods];
    }
    Dual { bound: best, volume: center.truck.iter().map(|p| p / unit).collect(), uses, cut, seen }
}
