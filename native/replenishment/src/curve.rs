//! What a period costs when the position after ordering is `y`: holding and backorders at the end of
//! the lead time, `G(y) = h E(y - D)+ + b E(D - y)+`.

use crate::pmf::Pmf;

/// The expected cost of a period as a function of the position after ordering; convex.
#[derive(Clone, Debug, Default)]
pub struct Curve {
    lo: i64,
    values: Vec<f64>,
    mean: f64,
    holding: f64,
    backorder: f64,
}

impl Curve {
    /// Set to the cost under `demand` over lead time and period, in place.
    pub fn set(&mut self, demand: &Pmf, holding: f64, backorder: f64) {
        self.lo = demand.start as i64;
        self.mean = demand.mean();
        self.holding = holding;
        self.backorder = backorder;
        let n = demand.p.len();
        self.values.clear();
        self.values.resize(n, 0.0);
        // E(D - y)+ from above: loss(y) = loss(y + 1) + P(D > y). No cancellation.
        let (mut above, mut loss) = (0.0, 0.0);
        for i in (0..n).rev() {
            let y = (self.lo + i as i64) as f64;
            loss += above;
            above += demand.p[i];
            self.values[i] = holding * (y - self.mean) + (holding + backorder) * loss;
        }
    }

    /// The cost at position `y`; linear outside the support of demand.
    #[inline]
    pub fn at(&self, y: i64) -> f64 {
        let i = y - self.lo;
        if i < 0 {
            self.backorder * (self.mean - y as f64)
        } else if (i as usize) < self.values.len() {
            self.values[i as usize]
        } else {
            self.holding * (y as f64 - self.mean)
        }
    }

    /// The smallest position of least cost.
    pub fn lowest(&self) -> i64 {
        let (mut best, mut at) = (f64::MAX, 0);
        for (i, &v) in self.values.iter().enumerate() {
            // Round-off must not move the answer along a flat stretch.
            if v < best - 1e-13 * best.abs() {
                (best, at) = (v, i);
            }
        }
        self.lo + at as i64
    }

    /// The largest position that costs at most `cost` (which is at least the least cost).
    pub fn last_within(&self, cost: f64) -> i64 {
        let hi = self.lo + self.values.len() as i64 - 1;
        if self.at(hi) <= cost {
            return (cost / self.holding + self.mean).floor() as i64 + 1;
        }
        let after = self.values.iter().rposition(|&v| v <= cost).unwrap_or(0);
        self.lo + after as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_equals_its_definition() {
        let demand = Pmf::from_slice(&[0.2, 0.0, 0.5, 0.3]);
        let mut curve = Curve::default();
        curve.set(&demand, 2.0, 7.0);
        for y in -3..9_i64 {
            let want: f64 = [(0, 0.2), (2, 0.5), (3, 0.3)]
                .iter()
                .map(|&(d, p)| p * (2.0 * (y - d).max(0) as f64 + 7.0 * (d - y).max(0) as f64))
                .sum();
            assert!((curve.at(y) - want).abs() < 1e-12, "{y}");
        }
        assert_eq!(curve.lowest(), 3);
    }
}
