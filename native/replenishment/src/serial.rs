//! A serial supply chain, exactly: Clark and Scarf (1960), Management Science 6(4), in the form of Chen
//! and Zheng (1994).
//!
//! Stage 1 faces the customers, stage N the outside supplier. Echelon base-stock levels are found from
//! the customers upwards; each stage charges the next one for what it cannot deliver:
//! `C_j(y) = E[h_j (y - D_j) + C_{j-1}(min(S_{j-1}, y - D_j))]`, with `D_j` the demand over the stage's
//! lead time and `h_j` the echelon holding cost.

use backhaul_common::{Error, Result};

use crate::pmf::Pmf;

/// Echelon base-stock levels and what they cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Average cost a period.
    pub cost: f64,
    /// Echelon base-stock levels, customers first.
    pub levels: Vec<f64>,
}

/// A convex function known on a grid, linear to its left and right.
struct Table {
    from: i64,
    values: Vec<f64>,
    left: f64,
    right: f64,
}

impl Table {
    fn at(&self, x: i64) -> f64 {
        let i = x - self.from;
        let last = self.values.len() as i64 - 1;
        if i < 0 {
            self.values[0] + self.left * i as f64
        } else if i > last {
            self.values[last as usize] + self.right * (i - last) as f64
        } else {
            self.values[i as usize]
        }
    }
}

/// Holding costs are local (a unit at the stage itself), customers first; `demand[j]` is the demand over
/// stage j's lead time on a grid of `step` units from `origin[j]` grid steps on.
fn solve_grid(
    demand: &[(i64, Vec<f64>)],
    local: &[f64],
    backorder: f64,
    step: f64,
) -> (f64, Vec<i64>) {
    let n = demand.len();
    let mut levels = Vec::with_capacity(n);
    // What is owed at the customers costs b, and saves the holding cost of all echelons.
    let slope = (backorder + local[0]) * step;
    let mut below = Table { from: 0, values: vec![0.0], left: -slope, right: 0.0 };
    let mut cost = 0.0;
    let (mut low, mut high) = (0, 0);
    for j in 0..n {
        let echelon = (local[j] - local.get(j + 1).copied().unwrap_or(0.0)) * step;
        let (first, p) = &demand[j];
        low += first;
        high += first + p.len() as i64;
        let mean: f64 = p.iter().enumerate().map(|(i, q)| (first + i as i64) as f64 * q).sum();
        // Beyond these all of the lead-time demand falls on linear ground.
        let (from, to) = (low.min(0) - 2, high + 2);
        let mut values = Vec::with_capacity((to - from + 1) as usize);
        for y in from..=to {
            let charged: f64 =
                p.iter().enumerate().map(|(i, q)| q * below.at(y - first - i as i64)).sum();
            values.push(echelon * (y as f64 - mean) + charged);
        }
        let mut best = 0;
        for (i, v) in values.iter().enumerate() {
            if *v < values[best] - 1e-13 * values[best].abs() {
                best = i;
            }
        }
        cost = values[best];
        levels.push(from + best as i64);
        values.truncate(best + 1);
        // With less than its level the stage above delivers all that it has.
        let left = below.left + echelon;
        below = Table { from, values, left, right: 0.0 };
    }
    (cost, levels)
}

fn validate(lead_time: &[f64], holding: &[f64], backorder: f64) -> Result<()> {
    if lead_time.is_empty() {
        return Err(Error::invalid("lead_time", "no stages", "at least one stage"));
    }
    if holding.len() != lead_time.len() {
        let allowed = format!("{} values, one a stage", lead_time.len());
        return Err(Error::invalid("holding", holding.len(), allowed));
    }
    for (j, &l) in lead_time.iter().enumerate() {
        if !(l > 0.0 && l.is_finite()) {
            return Err(Error::invalid(format!("lead_time[{j}]"), l, "a finite number above 0"));
        }
    }
    for (j, &h) in holding.iter().enumerate() {
        if !(h > 0.0 && h.is_finite()) {
            return Err(Error::invalid(format!("holding[{j}]"), h, "a finite number above 0"));
        }
        if j > 0 && h > holding[j - 1] {
            let allowed = "at most the holding cost of the stage nearer to the customers";
            return Err(Error::invalid(format!("holding[{j}]"), h, allowed));
        }
    }
    if !(backorder >= holding[0] && backorder.is_finite()) {
        let allowed = "at least the holding cost at the customers";
        return Err(Error::invalid("backorder", backorder, allowed));
    }
    Ok(())
}

/// Poisson or negative binomial demand with this mean a period: exact.
pub fn solve_count(
    lead_time: &[f64],
    holding: &[f64],
    backorder: f64,
    mean: f64,
    variance_to_mean: f64,
) -> Result<Chain> {
    validate(lead_time, holding, backorder)?;
    if !(mean > 0.0 && mean * lead_time.iter().sum::<f64>() <= 20_000.0) {
        let allowed = "above 0, at most 20,000 units over all lead times";
        return Err(Error::invalid("mean", mean, allowed));
    }
    if !(1.0..=1000.0).contains(&variance_to_mean) {
        return Err(Error::invalid("variance_to_mean", variance_to_mean, "1 to 1000"));
    }
    let demand: Vec<(i64, Vec<f64>)> = lead_time
        .iter()
        .map(|l| {
            let pmf = Pmf::count(mean * l, variance_to_mean);
            (pmf.start as i64, pmf.p)
        })
        .collect();
    let (cost, levels) = solve_grid(&demand, holding, backorder, 1.0);
    Ok(Chain { cost, levels: levels.into_iter().map(|s| s as f64).collect() })
}

/// Normal demand, to about ten digits: cost functions are kept as Chebyshev interpolants, and every
/// expectation is integrated up to the kink at the stage's level by Gauss-Legendre panels.
pub fn solve_normal(
    lead_time: &[f64],
    holding: &[f64],
    backorder: f64,
    mean: f64,
    sd: f64,
) -> Result<Chain> {
    validate(lead_time, holding, backorder)?;
    if !(mean >= 0.0 && mean.is_finite()) {
        return Err(Error::invalid("mean", mean, "a finite number of at least 0"));
    }
    if !(sd > 0.0 && sd.is_finite()) {
        return Err(Error::invalid("sd", sd, "a finite number above 0"));
    }
    // All positions are counted from the mean demand over the lead times up to the stage.
    let mut below = Smooth { nodes: vec![], values: vec![], level: 0.0, flat: 0.0, left: 0.0 };
    below.left = -(backorder + holding[0]);
    let (mut reach, mut cost, mut shift) = (0.0, 0.0, 0.0);
    let mut levels = Vec::new();
    for j in 0..lead_time.len() {
        let echelon = holding[j] - holding.get(j + 1).copied().unwrap_or(0.0);
        let spread = sd * lead_time[j].sqrt();
        // In transit to the stages below, whatever the levels.
        cost += echelon * shift;
        reach += 9.0 * spread;
        shift += mean * lead_time[j];
        let value = |y: f64| echelon * y + below.expected(y, spread);
        let nodes: Vec<f64> = (0..NODES)
            .map(|k| -reach * (std::f64::consts::PI * k as f64 / (NODES - 1) as f64).cos())
            .collect();
        let values: Vec<f64> = nodes.iter().map(|&y| value(y)).collect();
        let (mut lo, mut hi) = (-reach, reach);
        // Convex: golden section on the function itself.
        let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
        for _ in 0..80 {
            let (a, b) = (hi - golden * (hi - lo), lo + golden * (hi - lo));
            if value(a) <= value(b) {
                hi = b;
            } else {
                lo = a;
            }
        }
        let level = f64::midpoint(lo, hi);
        let left = below.left + echelon;
        below = Smooth { nodes, values, level, flat: value(level), left };
        levels.push(level + shift);
    }
    Ok(Chain { cost: cost + below.flat, levels })
}

const NODES: usize = 193;

/// A convex function by interpolation up to its lowest place, flat from there on.
struct Smooth {
    nodes: Vec<f64>,
    values: Vec<f64>,
    level: f64,
    flat: f64,
    left: f64,
}

impl Smooth {
    fn at(&self, x: f64) -> f64 {
        let Some((&first, _)) = self.nodes.split_first() else {
            return self.left * x;
        };
        if x <= first {
            return self.values[0] + self.left * (x - first);
        }
        let (mut above, mut under) = (0.0, 0.0);
        for (k, (&node, &value)) in self.nodes.iter().zip(&self.values).enumerate() {
            let gap = x - node;
            if gap == 0.0 {
                return value;
            }
            let end = k == 0 || k == NODES - 1;
            let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
            let w = if end { 0.5 * sign } else { sign } / gap;
            above += w * value;
            under += w;
        }
        above / under
    }

    /// Expected value at `y` less a normal demand with mean 0.
    fn expected(&self, y: f64, sd: f64) -> f64 {
        // Positive half of the ten-point Gauss-Legendre rule.
        const POINTS: [(f64, f64); 5] = [
            (0.1488743389816312, 0.2955242247147529),
            (0.4333953941292472, 0.2692667193099963),
            (0.6794095682990244, 0.219086362515982),
            (0.8650633666889845, 0.1494513491505806),
            (0.9739065285171717, 0.0666713443086881),
        ];
        const PANELS: usize = 12;
        const FAR: f64 = 8.5;
        // Demand from y - level on leaves less than the level.
        let from = ((y - self.level) / sd).clamp(-FAR, FAR);
        let width = (FAR - from) / PANELS as f64;
        let (mut sum, mut chance) = (0.0, 0.0);
        for panel in 0..PANELS {
            let mid = from + (panel as f64 + 0.5) * width;
            for (point, weight) in POINTS {
                for z in [mid - 0.5 * width * point, mid + 0.5 * width * point] {
                    let density = (-0.5 * z * z).exp() * 0.3989422804014327 * weight * 0.5 * width;
                    sum += density * self.at(y - sd * z);
                    chance += density;
                }
            }
        }
        sum + (1.0 - chance) * self.flat
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::Curve;

    /// One stage is the newsvendor.
    #[test]
    fn one_stage_is_the_newsvendor() {
        let chain = solve_count(&[3.0], &[1.0], 9.0, 2.0, 1.5).unwrap();
        let mut curve = Curve::default();
        curve.set(&Pmf::count(6.0, 1.5), 1.0, 9.0);
        assert!((chain.cost - curve.at(curve.lowest())).abs() < 1e-9);
        assert!((chain.levels[0] - curve.lowest() as f64).abs() < 1e-9);
    }
}
