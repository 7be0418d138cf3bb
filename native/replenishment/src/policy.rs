//! How often a rule visits each position: the renewal function of demand.

use crate::pmf::Pmf;

/// Sum of products; eight accumulators let the compiler use vector registers.
#[inline]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().min(b.len());
    let (a, b) = (&a[..n], &b[..n]);
    let mut acc = [0.0; 8];
    let (xs, ys) = (a.chunks_exact(8), b.chunks_exact(8));
    let tail: f64 = xs.remainder().iter().zip(ys.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in xs.zip(ys) {
        for k in 0..8 {
            acc[k] += x[k] * y[k];
        }
    }
    tail + ((acc[0] + acc[4]) + (acc[1] + acc[5])) + ((acc[2] + acc[6]) + (acc[3] + acc[7]))
}

/// `m(j)`: expected number of reviews at which the position stands `j` units below the level that the
/// last order raised it to, were there no further order.
#[derive(Clone, Debug, Default)]
pub struct Renewal {
    /// m(0), m(1), ...
    pub visits: Vec<f64>,
    /// `reviews[j]` = m(0) + ... + m(j - 1): expected reviews until `j` or more units are gone.
    pub reviews: Vec<f64>,
    backwards: Vec<f64>,
    end: usize,
    scale: f64,
}

impl Renewal {
    /// Start for this demand a review, in place. Demand must not be always zero.
    pub fn set(&mut self, demand: &Pmf) {
        self.end = demand.end();
        self.backwards.clear();
        self.backwards.extend(demand.p.iter().rev());
        self.backwards.resize(self.end + 1, 0.0);
        self.scale = 1.0 / (1.0 - demand.at(0));
        self.visits.clear();
        self.visits.push(self.scale);
        self.reviews.clear();
        self.reviews.extend([0.0, self.scale]);
    }

    /// Make m(0) ... m(n - 1) known.
    pub fn grow(&mut self, n: usize) {
        let mut total = self.reviews[self.visits.len()];
        for j in self.visits.len()..n {
            let k = j.min(self.end);
            let m =
                dot(&self.visits[j - k..], &self.backwards[self.end - k..self.end]) * self.scale;
            self.visits.push(m);
            total += m;
            self.reviews.push(total);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Demand 0 or 1 with equal chance: every level is visited twice on average.
    #[test]
    fn coin_flips_visit_every_level_twice() {
        let mut renewal = Renewal::default();
        renewal.set(&Pmf::from_slice(&[0.5, 0.5]));
        renewal.grow(20);
        assert!(renewal.visits.iter().all(|m| (m - 2.0).abs() < 1e-12));
        assert!((renewal.reviews[7] - 14.0).abs() < 1e-12);
    }
}
