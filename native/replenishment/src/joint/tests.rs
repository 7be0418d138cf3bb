use backhaul_common::{purpose, Control, Stream};

use super::batches::{Batches, Terms as Costs};
use super::fit::Fit;
use super::items::{Items, Lots, Prices};
use super::*;

/// A generated problem with units of volume 1.
struct Case {
    periods: usize,
    demand: Vec<f64>,
    minor: Vec<f64>,
    holding: Vec<f64>,
    volume: Vec<f64>,
    major: f64,
    truck: (f64, f64),
}

impl Case {
    fn new(number: u64, items: usize, periods: usize, most: usize, trucks: bool) -> Self {
        let mut dice = Stream::new(number, purpose("joint cases"), 0, 0);
        let mut column = |k: usize, low: usize, high: usize| -> Vec<f64> {
            (0..k).map(|_| (low + dice.below(high - low + 1)) as f64).collect()
        };
        let mut demand = column(items * periods, 0, most);
        demand[0] += 1.0;
        let (minor, holding) = (column(items, 1, 9), column(items, 1, 3));
        let (major, truck) = (column(1, 0, 30)[0], column(2, 4, 12));
        let truck = if trucks { (truck[0], truck[1]) } else { (0.0, f64::INFINITY) };
        Self { periods, demand, minor, holding, volume: vec![1.0; items], major, truck }
    }

    fn joint(&self) -> Joint<'_> {
        Joint {
            periods: self.periods,
            demand: &self.demand,
            minor: &self.minor,
            holding: &self.holding,
            volume: &self.volume,
            major: self.major,
            truck: self.truck,
            rules: Rules::default(),
        }
    }
}

/// Ways to order an item's whole need in time, in whole units.
fn ways(need: &[f64]) -> Vec<Vec<f64>> {
    let total: f64 = need.iter().sum();
    let mut found = vec![(Vec::new(), 0.0)];
    let mut due = 0.0;
    for &units in need {
        due += units;
        let mut longer = Vec::new();
        for (way, had) in found {
            let mut comes = 0.0;
            while had + comes <= total {
                if had + comes >= due {
                    let mut way: Vec<f64> = way.clone();
                    way.push(comes);
                    longer.push((way, had + comes));
                }
                comes += 1.0;
            }
        }
        found = longer;
    }
    found.into_iter().map(|(way, _)| way).collect()
}

fn covers(joint: &Joint<'_>, orders: &[f64]) -> bool {
    orders.chunks(joint.periods).zip(joint.demand.chunks(joint.periods)).all(|(row, need)| {
        let mut stock = 0.0;
        row.iter().zip(need).all(|(units, need)| {
            stock += units - need;
            stock >= -1e-9
        })
    })
}

/// Against every set of order periods: the plan is close, the bound is below, the cost is true.
#[test]
fn plan_and_bound_enclose_the_optimum_without_trucks() {
    for number in 0..24 {
        let case = Case::new(number, 2 + number as usize % 4, 6, 19, false);
        let joint = case.joint();
        let plan = solve(&joint, &Control::iterations(100_000)).unwrap();
        let model = Model::new(&joint, case.minor.len());
        let mut lots = Lots::default();
        let best = (1_u32..64)
            .map(|mask| {
                let open: Vec<usize> = (0..6).filter(|t| mask >> t & 1 == 1).collect();
                let order = |i: usize, _: usize| case.minor[i];
                model.items.plan(&Prices { open: &open, order, volume: &[0.0; 6] }, &mut lots);
                if lots.cost().is_finite() {
                    joint.cost_of(&lots.orders)
                } else {
                    f64::INFINITY
                }
            })
            .fold(f64::INFINITY, f64::min);
        assert!(plan.bound <= best + 1e-6, "{number}: bound {} {best}", plan.bound);
        assert!(plan.cost >= best - 1e-6, "{number}");
        assert!(plan.cost <= best * 1.02 + 1e-6, "{number}: {} {best}", plan.cost);
        assert!((plan.cost - joint.cost_of(&plan.orders)).abs() < 1e-6);
        assert!(covers(&joint, &plan.orders), "{number}");
    }
}

/// Against every plan in whole units, of which one is best as all data are whole: the bound is below,
/// the plan above, and on average near.
#[test]
fn plan_and_bound_enclose_the_optimum_with_trucks() {
    let (mut costs, mut bests) = (0.0, 0.0);
    for number in 0..16 {
        let case = Case::new(100 + number, 2, 4, 3, true);
        let joint = case.joint();
        let plan = solve(&joint, &Control::iterations(2_000)).unwrap();
        let second = ways(&case.demand[4..]);
        let mut best = f64::INFINITY;
        for way in ways(&case.demand[..4]) {
            for other in &second {
                best = best.min(joint.cost_of(&[&way[..], other].concat()));
            }
        }
        assert!(plan.bound <= best + 1e-6, "{number}: bound {} {best}", plan.bound);
        assert!(plan.cost >= best - 1e-6, "{number}: {} {best}", plan.cost);
        assert!(covers(&joint, &plan.orders), "{number}");
        costs += plan.cost;
        bests += best;
    }
    assert!(costs <= 1.02 * bests, "{costs} {bests}");
}

/// Whole trucks against every sequence of whole volumes; orders that pay for themselves included.
#[test]
fn whole_trucks_are_planned_exactly() {
    let mut dice = Stream::new(1, purpose("batches"), 0, 0);
    for number in 0..200 {
        let periods = 4;
        let mut need = vec![0.0];
        for t in 0..periods {
            need.push(need[t] + dice.below(5) as f64);
        }
        need[periods] += 1.0;
        let capacity = (2 + dice.below(4)) as f64;
        let mut open: Vec<bool> = (0..periods).map(|_| dice.below(4) > 0).collect();
        open[0] = true;
        let light = dice.below(2) == 0;
        let order: Vec<f64> = (0..periods).map(|_| dice.below(20) as f64 - 10.0).collect();
        let volume: Vec<f64> = (0..periods).map(|_| dice.below(7) as f64 - 1.0).collect();
        let truck = dice.below(12) as f64;
        let cost = |t: usize, units: f64| {
            if units > 0.0 {
                order[t] + truck * (units / capacity).ceil() - volume[t] * units
            } else if open[t] {
                (order[t] + if light { 0.0 } else { truck }).min(0.0)
            } else {
                0.0
            }
        };
        let needs: Vec<f64> = need.windows(2).map(|w| w[1] - w[0]).collect();
        let best = ways(&needs)
            .into_iter()
            .filter(|way| way.iter().zip(&open).all(|(&units, &open)| units == 0.0 || open))
            .map(|way| way.iter().enumerate().map(|(t, &units)| cost(t, units)).sum::<f64>())
            .fold(f64::INFINITY, f64::min);
        let mut batches = Batches::new(&need, capacity, &open, light).unwrap();
        let found = batches.solve(&Costs { order: &order, truck, volume: &volume });
        assert!((found.cost - best).abs() < 1e-9, "{number}: {} {best}", found.cost);
        // What is read off costs what it says, and comes in time.
        let again: f64 = (0..periods).map(|t| cost(t, found.volume[t])).sum();
        assert!((again - best).abs() < 1e-6, "{number}: {again} {best}");
        let mut comes = 0.0;
        for t in 0..periods {
            comes += found.volume[t];
            assert!(comes >= need[t + 1] - 1e-6, "{number}: period {t}");
        }
    }
}

/// What a new period saves is the difference of two plans.
#[test]
fn savings_are_differences_of_plans() {
    let case = Case::new(7, 6, 8, 9, false);
    let items = Items::new(8, case.demand.clone(), &case.minor, &case.holding, &case.volume);
    let volume = [0.5, 0.0, 0.3, 1.0, 0.0, 0.2, 0.4, 0.1];
    let order = |i: usize, _: usize| case.minor[i];
    let cost = |open: &[usize]| {
        let mut lots = Lots::default();
        items.plan(&Prices { open, order, volume: &volume }, &mut lots);
        lots.cost()
    };
    let open = [0, 3, 6];
    let saved = items.savings(&Prices { open: &open, order, volume: &volume });
    for t in [1, 2, 4, 5, 7] {
        let mut more = open.to_vec();
        more.push(t);
        more.sort_unstable();
        assert!((saved[t] - (cost(&open) - cost(&more))).abs() < 1e-9, "period {t}");
    }
    assert!(saved.iter().any(|&s| s > 0.0));
}

/// Two trucks of 10 in period 0, one in period 2: 8 units too many in period 0 go to period 2 only as far
/// as they are needed from then on; what is too much in period 2 comes before.
#[test]
fn loads_are_made_to_fit_in_time() {
    let need = vec![6.0, 6.0, 8.0, 4.0];
    let (minor, holding, volume) = ([1.0], [1.0], [1.0]);
    let items = Items::new(4, need, &minor, &holding, &volume);
    let rules = Rules::default();
    for orders in [[24.0, 0.0, 0.0, 0.0], [12.0, 0.0, 12.0, 0.0]] {
        let mut orders = orders;
        assert!(Fit::new(&items, &rules, &[2, 0, 1, 0], 10.0, &orders).fit(&mut orders));
        assert!(orders[2] <= 10.0 && orders[0] <= 20.0 && orders[0] >= 14.0, "{orders:?}");
        assert_eq!(orders[0] + orders[2], 24.0);
    }
    let mut orders = [24.0, 0.0, 0.0, 0.0];
    assert!(!Fit::new(&items, &rules, &[1, 0, 1, 0], 10.0, &orders).fit(&mut orders));
}

/// A second truck for the unit over does not pay: it comes with the order before, and costs 3 in stock
/// beside two orders at 3 and two trucks.
#[test]
fn a_pattern_saves_the_truck_that_is_almost_empty() {
    let demand = [9.0, 0.0, 0.0, 11.0, 0.0, 0.0];
    let joint = Joint {
        periods: 6,
        demand: &demand,
        minor: &[1.0],
        holding: &[1.0],
        volume: &[1.0],
        major: 2.0,
        truck: (50.0, 10.0),
        rules: Rules::default(),
    };
    let plan = solve(&joint, &Control::iterations(500)).unwrap();
    assert_eq!(plan.orders, [10.0, 0.0, 0.0, 10.0, 0.0, 0.0]);
    assert!((plan.cost - 109.0).abs() < 1e-9, "{}", plan.cost);
}

/// Ten units a period in trucks of 15: two trucks every two periods bring 30 of 20, so that 2, 1, 1 and 2
/// are the fewest that come as late as can be.
#[test]
fn trucks_come_as_late_as_can_be() {
    let ground = pattern::Ground {
        need: (0..=8).map(|t| 10.0 * f64::from(t)).collect(),
        capacity: 15.0,
        open: vec![true; 8],
        first: 0,
    };
    let trucks = ground.regular(2, 0);
    assert_eq!(trucks, [2, 0, 1, 0, 1, 0, 2, 0]);
    assert!(ground.suffices(&trucks));
    assert!(!ground.suffices(&[2, 0, 1, 0, 1, 0, 1, 0]));
}
