//! Discrete demand: probabilities of 0, 1, 2, ... units.

/// Terms below this share of the largest are left out: far below the 1e-6 of the published tables,
/// even when a unit short costs a hundred times a unit held.
const NEGLIGIBLE: f64 = 1e-15;

/// Probabilities of `start`, `start + 1`, ... units; everything else has none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pmf {
    /// Smallest number of units that has a probability.
    pub start: usize,
    /// The probabilities, one a unit.
    pub p: Vec<f64>,
}

impl Pmf {
    /// From probabilities of 0, 1, 2, ...; zeros at both ends are cut off.
    pub fn from_slice(p: &[f64]) -> Self {
        let first = p.iter().position(|&x| x > 0.0).unwrap_or(0);
        let last = p.iter().rposition(|&x| x > 0.0).unwrap_or(0);
        Self { start: first, p: p.get(first..=last).unwrap_or(&[1.0]).to_vec() }
    }

    /// Poisson (`variance_to_mean` = 1) or negative binomial (above 1) with the given mean.
    pub fn count(mean: f64, variance_to_mean: f64) -> Self {
        let mut pmf = Self::default();
        pmf.set_count(mean, variance_to_mean);
        pmf
    }

    /// As [`Pmf::count`], in place.
    ///
    /// Starts at the mode and multiplies outwards, so that nothing underflows however large the mean.
    pub fn set_count(&mut self, mean: f64, variance_to_mean: f64) {
        self.p.clear();
        self.start = 0;
        if mean <= 0.0 {
            self.p.push(1.0);
            return;
        }
        // p(k + 1) / p(k) = (a + b k) / (k + 1)
        let q = 1.0 - 1.0 / variance_to_mean;
        let (a, b) = if q < 1e-9 { (mean, 0.0) } else { (mean / variance_to_mean, q) };
        let mode = (((a - b) / (1.0 - b)).floor()).max(0.0) as usize;
        let mut term = 1.0;
        let mut k = mode as f64;
        self.p.push(1.0);
        while k > 0.0 {
            term *= k / (a + b * (k - 1.0));
            k -= 1.0;
            if term < NEGLIGIBLE {
                break;
            }
            self.p.push(term);
        }
        self.p.reverse();
        self.start = mode + 1 - self.p.len();
        term = 1.0;
        k = mode as f64;
        loop {
            term *= (a + b * k) / (k + 1.0);
            k += 1.0;
            if term < NEGLIGIBLE {
                break;
            }
            self.p.push(term);
        }
        let scale = 1.0 / self.p.iter().sum::<f64>();
        for x in &mut self.p {
            *x *= scale;
        }
    }

    /// Largest number of units that has a probability.
    pub fn end(&self) -> usize {
        self.start + self.p.len() - 1
    }

    /// Probability of exactly `k` units.
    #[inline]
    pub fn at(&self, k: usize) -> f64 {
        k.checked_sub(self.start).and_then(|i| self.p.get(i)).copied().unwrap_or(0.0)
    }

    /// Mean number of units.
    pub fn mean(&self) -> f64 {
        self.p.iter().enumerate().map(|(i, p)| (self.start + i) as f64 * p).sum()
    }

    /// Variance of the number of units.
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        let square = |i: usize| ((self.start + i) as f64 - mean).powi(2);
        self.p.iter().enumerate().map(|(i, p)| square(i) * p).sum()
    }

    /// Smallest number of units that is enough with at least this probability.
    pub fn quantile(&self, level: f64) -> usize {
        let mut total = 0.0;
        for (i, p) in self.p.iter().enumerate() {
            total += p;
            if total >= level - 1e-12 {
                return self.start + i;
            }
        }
        self.end()
    }

    /// Demand of two independent spans together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut p = vec![0.0; self.p.len() + other.p.len() - 1];
        for (i, a) in self.p.iter().enumerate() {
            for (slot, b) in p[i..].iter_mut().zip(&other.p) {
                *slot += a * b;
            }
        }
        Self { start: self.start + other.start, p }.trimmed()
    }

    /// Demand of `n` independent periods together.
    #[must_use]
    pub fn times(&self, n: usize) -> Self {
        let mut total = Self { start: 0, p: vec![1.0] };
        let mut power = self.clone();
        let mut left = n;
        while left > 0 {
            if left & 1 == 1 {
                total = total.plus(&power);
            }
            left >>= 1;
            if left > 0 {
                power = power.plus(&power);
            }
        }
        total
    }

    /// Add `weight` times another distribution (a mixture).
    pub fn mix(&mut self, other: &Self, weight: f64) {
        if self.p.is_empty() {
            self.start = other.start;
        }
        if other.start < self.start {
            let gap = self.start - other.start;
            self.p.splice(0..0, std::iter::repeat_n(0.0, gap));
            self.start = other.start;
        }
        let offset = other.start - self.start;
        if self.p.len() < offset + other.p.len() {
            self.p.resize(offset + other.p.len(), 0.0);
        }
        for (slot, p) in self.p[offset..].iter_mut().zip(&other.p) {
            *slot += weight * p;
        }
    }

    fn trimmed(self) -> Self {
        let largest = self.p.iter().copied().fold(0.0, f64::max);
        let keep = |x: &f64| *x >= largest * NEGLIGIBLE * 1e-3;
        let first = self.p.iter().position(keep).unwrap_or(0);
        let last = self.p.iter().rposition(keep).unwrap_or(0);
        Self { start: self.start + first, p: self.p[first..=last].to_vec() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn poisson_of_two_has_the_textbook_probabilities() {
        let pmf = Pmf::count(2.0, 1.0);
        let e = (-2.0_f64).exp();
        for (k, want) in [e, 2.0 * e, 2.0 * e, 4.0 / 3.0 * e].into_iter().enumerate() {
            assert!((pmf.at(k) - want).abs() < 1e-15);
        }
    }

    proptest! {
        /// Mean and variance are those asked for, however large the mean.
        #[test]
        fn moments_are_as_asked(mean in 0.01..3000.0_f64, ratio in 1.0..8.0_f64) {
            let pmf = Pmf::count(mean, ratio);
            prop_assert!((pmf.mean() / mean - 1.0).abs() < 1e-9);
            prop_assert!((pmf.variance() / (mean * ratio) - 1.0).abs() < 1e-7);
        }

        /// Both families are closed under addition: convolving gives the same as scaling the mean.
        #[test]
        fn periods_add_up(mean in 0.05..20.0_f64, ratio in 1.0..6.0_f64, n in 1_usize..6) {
            let sum = Pmf::count(mean, ratio).times(n);
            let direct = Pmf::count(mean * n as f64, ratio);
            for k in 0..=direct.end() {
                prop_assert!((sum.at(k) - direct.at(k)).abs() < 1e-12);
            }
        }
    }
}
