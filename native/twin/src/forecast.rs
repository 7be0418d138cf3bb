//! What the retailer believes about demand, from what the retailer can see: sales and stock.
//!
//! The level of a cell is its demand on a day of factor 1. Its estimate is the discounted maximum
//! likelihood one for Poisson demand, `sum w^k units / sum w^k factor`: days of a promotion count for
//! more, as they say more. Where the shelf was empty at the end of a part, sales are only a lower
//! bound; the part then counts with the expected demand given that at least so much was wanted (the
//! expectation step of Dempster, Laird and Rubin 1977). Sales taken from other products' empty
//! shelves look like own demand, as they do to a retailer.

use crate::math::{exp, ln};
use crate::model::Model;
use crate::store::Store;

/// Expected demand given that at least `sold` was wanted, when demand has this mean and this ratio of
/// variance to mean: negative binomial above 1, else Poisson.
pub fn at_least(mean: f32, ratio: f32, sold: i32) -> f32 {
    if sold <= 0 || mean <= 0.0 {
        return mean.max(sold as f32);
    }
    let (m, v) = (f64::from(mean), f64::from(ratio));
    let deviation = (m * v.max(1.0)).sqrt();
    // The tail's own expectation is never far above its start; beyond this the sums lose their digits.
    let ceiling = f64::from(sold) + deviation + v.max(1.0);
    if f64::from(sold) > m + 6.0 * deviation {
        return ceiling as f32;
    }
    // Both laws satisfy p(k) = (a + b / k) p(k - 1) (Panjer 1981).
    let (mut p, a, b) = if v > 1.001 {
        let size = m / (v - 1.0);
        let fail = 1.0 - 1.0 / v;
        (exp(-size * ln(v)), fail, (size - 1.0) * fail)
    } else {
        (exp(-m), 0.0, m)
    };
    let (mut mass, mut sum) = (p, 0.0);
    for k in 1..sold {
        let k = f64::from(k);
        p *= a + b / k;
        mass += p;
        sum += k * p;
    }
    let tail = 1.0 - mass;
    if tail < 1e-9 {
        return ceiling as f32;
    }
    ((m - sum) / tail).clamp(f64::from(sold), ceiling.max(m)) as f32
}

impl Store {
    /// Estimated demand of a cell on a day of factor 1, units.
    #[inline]
    pub fn level(&self, product: usize) -> f32 {
        self.sum_units[product] / self.sum_factor[product].max(1e-6)
    }

    /// Estimated ratio of the variance of a day's demand to its mean.
    #[inline]
    pub fn ratio(&self, product: usize) -> f32 {
        if self.sum_expected[product] <= 0.0 {
            return 1.0;
        }
        (self.sum_miss[product] / self.sum_expected[product]).clamp(1.0, 50.0)
    }

    /// Take the day into the forecast.
    pub(crate) fn learn(&mut self, model: &Model, appeal: &[f32], calendar: &[f32]) {
        let weight = model.forecast_weight;
        let keep = 1.0 - weight;
        for p in 0..model.n_products() {
            if self.listed[p] == 0 {
                continue;
            }
            let factor = appeal[p] * calendar[usize::from(model.products.department[p])];
            let expected = self.level(p) * factor;
            let seen = self.observed[p];
            if self.censored[p] == 0 {
                let miss = seen - expected;
                self.sum_miss[p] = keep * self.sum_miss[p] + weight * miss * miss;
                self.sum_expected[p] = keep * self.sum_expected[p] + weight * expected;
            }
            self.sum_units[p] = keep * self.sum_units[p] + weight * seen;
            self.sum_factor[p] = keep * self.sum_factor[p] + weight * factor;
        }
    }

    /// Forget what was learned: the level is `level`, with the weight of a settled estimate.
    pub(crate) fn believe(&mut self, level: &[f32]) {
        self.sum_units.copy_from_slice(level);
        self.sum_factor.fill(1.0);
        self.sum_miss.copy_from_slice(level);
        self.sum_expected.copy_from_slice(level);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand for a Poisson mean of 1: E[N | N >= 1] = 1 / (1 - 1/e).
    #[test]
    fn the_conditional_mean_is_the_textbook_one() {
        let found = at_least(1.0, 1.0, 1);
        assert!((f64::from(found) - 1.0 / (1.0 - (-1.0_f64).exp())).abs() < 1e-6, "{found}");
        assert_eq!(at_least(3.0, 1.0, 0), 3.0);
    }

    /// A geometric law forgets: beyond its start the tail has the mean of the whole.
    #[test]
    fn a_geometric_tail_forgets() {
        // Size 1 means ratio = 1 + mean; E[N | N >= s] = s + mean, unless the ceiling cuts it.
        for sold in 1..8 {
            let found = at_least(2.0, 3.0, sold);
            assert!((found - (sold as f32 + 2.0)).abs() < 1e-4, "{sold}: {found}");
        }
    }

    #[test]
    fn never_below_what_was_sold_and_never_wild() {
        for sold in [1, 5, 50, 500, 5000] {
            for mean in [0.01, 1.0, 40.0, 800.0] {
                let found = at_least(mean, 2.0, sold);
                assert!(found >= sold as f32 && found.is_finite());
                assert!(found <= (sold as f32 + 2.0 + (2.0 * mean).sqrt()).max(mean) * 1.0001);
            }
        }
    }
}
