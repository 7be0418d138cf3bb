//! Poisson counts by inversion of one uniform.
//!
//! Inversion is monotone in the mean: under the same uniform a higher mean never gives fewer units.
//! That couples two strategies as tightly as can be, and no draw of one cell moves another's.
//!
//! Means below [`SEARCH_BELOW`] are exact to rounding (search from zero). Above, the quantile is the
//! Cornish-Fisher expansion (Cornish and Fisher 1938) to second order about the normal one, less
//! Sheppard's correction for rounding to whole units. Its total variation distance to the Poisson
//! law, measured by the test `the_approximation_is_close`, falls with the mean.

use crate::math::{exp, normal_quantile};

/// Means from here on use the expansion instead of the search.
pub const SEARCH_BELOW: f64 = 16.0;

const TERMS: usize = 96;
const INVERSE: [f64; TERMS] = {
    let mut table = [0.0; TERMS];
    let mut k = 1;
    while k < TERMS {
        table[k] = 1.0 / k as f64;
        k += 1;
    }
    table
};

/// The smallest `k` with `P(N <= k) > u`, for `u` on [0, 1).
#[inline]
pub fn quantile(mean: f64, u: f64) -> i32 {
    if mean < SEARCH_BELOW {
        search(mean, exp(-mean), u)
    } else {
        expansion(mean, u)
    }
}

/// Search from zero, given `exp(-mean)`.
#[inline(always)]
pub fn search(mean: f64, at_zero: f64, u: f64) -> i32 {
    let mut probability = at_zero;
    let mut cumulated = at_zero;
    let mut k = 0;
    while u >= cumulated && k + 1 < TERMS {
        k += 1;
        probability *= mean * INVERSE[k];
        cumulated += probability;
    }
    k as i32
}

/// Cornish-Fisher expansion with continuity correction, for large means.
#[inline(never)]
pub fn expansion(mean: f64, u: f64) -> i32 {
    let z = normal_quantile(u.max(1e-18));
    let sigma = mean.sqrt();
    let z2 = z * z;
    let x = mean + sigma * z + (z2 - 1.0) / 6.0 - z * (z2 + 2.0) / (72.0 * sigma);
    (x + 0.5).max(0.0) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probability of each count, by the textbook recursion.
    fn law(mean: f64, terms: usize) -> Vec<f64> {
        let mut p = vec![(-mean).exp()];
        for k in 1..terms {
            p.push(p[k - 1] * mean / k as f64);
        }
        p
    }

    /// Share of a fine grid of uniforms that gives each count.
    fn drawn(mean: f64, terms: usize, draw: fn(f64, f64) -> i32) -> Vec<f64> {
        let n = 1_000_000;
        let mut p = vec![0.0; terms];
        for i in 0..n {
            p[draw(mean, (f64::from(i) + 0.5) / f64::from(n)) as usize] += 1.0 / f64::from(n);
        }
        p
    }

    fn distance(a: &[f64], b: &[f64]) -> f64 {
        0.5 * a.iter().zip(b).map(|(x, y)| (x - y).abs()).sum::<f64>()
    }

    #[test]
    fn the_search_is_exact() {
        for mean in [0.01, 0.7, 3.0, 9.5, 15.9] {
            assert!(distance(&law(mean, 120), &drawn(mean, 120, quantile)) < 2e-5, "{mean}");
        }
    }

    #[test]
    fn the_approximation_is_close() {
        for (mean, allowed) in [(16.0, 3e-4), (30.0, 2e-4), (90.0, 1e-4)] {
            let found = distance(&law(mean, 300), &drawn(mean, 300, expansion));
            assert!(found < allowed, "mean {mean}: total variation {found}");
        }
    }

    /// Same customer, more reason to buy: never fewer units.
    #[test]
    fn more_mean_never_gives_less() {
        for i in 0..200 {
            let u = (f64::from(i) + 0.5) / 200.0;
            let mut last = 0;
            for step in 0..800 {
                let now = quantile(f64::from(step) * 0.05, u);
                assert!(now >= last, "u {u}, mean {}", f64::from(step) * 0.05);
                last = now;
            }
        }
    }
}
