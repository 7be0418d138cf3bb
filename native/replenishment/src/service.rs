//! Levels under a service constraint instead of a backorder cost.
//!
//! For each distance between the levels the lowest S that serves well enough is found exactly; the
//! distance of least setup and holding cost wins.

use crate::curve::Curve;
use crate::item::Service;
use crate::pmf::Pmf;
use crate::policy::Renewal;
use crate::ss::Found;

/// How often each position is held after ordering, by units below the top.
pub enum Family<'a> {
    /// (s, S): the renewal function of demand.
    UpTo(&'a mut Renewal),
    /// (s, nQ): all positions alike; `Q` a multiple of the pack and at least the minimum.
    Batches {
        /// Units in a case.
        pack: i64,
        /// Fewest units in an order.
        least: i64,
        /// E min(D, 1), E min(D, 2), ... on demand.
        demand: &'a Pmf,
    },
    /// Order every review: the position is always S.
    Every(f64),
}

/// Service of a single position.
pub struct Measure {
    values: Vec<f64>,
}

impl Measure {
    /// `before` and `after`: demand over lead time without and with the period that is judged.
    pub fn new(kind: Service, before: &Pmf, after: &Pmf) -> Self {
        let top = after.end() + 2;
        let below = |pmf: &Pmf| {
            let mut total = 0.0;
            (0..=top)
                .map(|y| {
                    total += pmf.at(y);
                    total
                })
                .collect::<Vec<f64>>()
        };
        let values = match kind {
            Service::Cycle => below(after),
            Service::Ready => std::iter::once(0.0).chain(below(after)).collect(),
            Service::Fill => {
                let loss = |pmf: &Pmf| {
                    let mut out = vec![0.0; top + 1];
                    let mut above = 0.0;
                    for y in (0..top).rev() {
                        above += pmf.at(y + 1);
                        out[y] = out[y + 1] + above;
                    }
                    out
                };
                let (early, late) = (loss(before), loss(after));
                let mean = after.mean() - before.mean();
                late.iter().zip(&early).map(|(l, e)| 1.0 - (l - e) / mean).collect()
            }
        };
        Self { values }
    }

    fn at(&self, y: i64) -> f64 {
        if y < 0 {
            0.0
        } else {
            self.values.get(y as usize).copied().unwrap_or(1.0)
        }
    }
}

/// Cheapest levels that reach `target`; `curve` is the holding cost alone.
pub fn best(
    curve: &Curve,
    measure: &Measure,
    target: f64,
    setup: f64,
    capacity: i64,
    mut family: Family<'_>,
) -> Option<Found> {
    const PATIENCE: i64 = 24;
    let mut found: Option<Found> = None;
    let (mut up_to, mut worse) = (0_i64, 0_i64);
    let (mut beyond, mut taken) = (1.0, 0.0);
    for span in 1_i64.. {
        let reviews = match &mut family {
            Family::UpTo(renewal) => {
                renewal.grow(span as usize);
                renewal.reviews[span as usize]
            }
            Family::Batches { demand, .. } => {
                beyond -= demand.at(span as usize - 1);
                taken += beyond;
                span as f64 / taken
            }
            Family::Every(orders) => 1.0 / *orders,
        };
        if let Family::Batches { pack, least, .. } = family {
            if span % pack != 0 || span < least {
                continue;
            }
        }
        let average = |f: &dyn Fn(i64) -> f64, up_to: i64| match &family {
            Family::UpTo(renewal) => {
                let sum: f64 = (0..span).map(|j| renewal.visits[j as usize] * f(up_to - j)).sum();
                sum / reviews
            }
            Family::Batches { .. } => (0..span).map(|j| f(up_to - j)).sum::<f64>() / span as f64,
            Family::Every(_) => f(up_to),
        };
        while average(&|y| measure.at(y), up_to) < target - 1e-12 && up_to <= capacity {
            up_to += 1;
        }
        if up_to > capacity {
            return found;
        }
        let holding = average(&|y| curve.at(y), up_to);
        let cost = holding + setup / reviews;
        if found.is_none_or(|f| cost < f.cost) {
            found = Some(Found { reorder_level: up_to - span, order_up_to: up_to, cost });
        }
        worse = if found.is_some_and(|f| holding >= f.cost) { worse + 1 } else { 0 };
        if worse >= PATIENCE || matches!(family, Family::Every(_)) {
            return found;
        }
    }
    found
}
