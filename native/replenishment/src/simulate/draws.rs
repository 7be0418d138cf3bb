//! Customers' demand at one place, drawn ahead in blocks.

use backhaul_common::Stream;

use crate::pmf::Pmf;

/// Periods drawn at once: the draws of a block overlap in the processor, and stay in the first cache.
pub const BLOCK: usize = 64;

/// Inversion of a distribution with a guide table: a uniform's first bits lead to its value or to the
/// one before, mostly without a second step.
pub struct Inverse {
    guide: Vec<u32>,
    below: Vec<f64>,
    start: i32,
    shift: u32,
}

impl Inverse {
    /// Of this distribution.
    pub fn new(demand: &Pmf) -> Self {
        let mut total = 0.0;
        let mut below: Vec<f64> = demand
            .p
            .iter()
            .map(|p| {
                total += p;
                total
            })
            .collect();
        if let Some(last) = below.last_mut() {
            *last = f64::INFINITY;
        }
        let parts = (below.len() * 8).next_power_of_two().clamp(256, 1 << 14);
        let mut k = 0;
        let guide = (0..parts)
            .map(|part| {
                while below[k] <= part as f64 / parts as f64 {
                    k += 1;
                }
                k as u32
            })
            .collect();
        Self { guide, below, start: demand.start as i32, shift: 64 - parts.trailing_zeros() }
    }

    /// The demand that 64 random bits stand for.
    #[inline]
    fn of(&self, word: u64) -> i32 {
        let uniform = (word >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0);
        let mut k = self.guide[(word >> self.shift) as usize] as usize;
        // One step without a branch, which could not be foreseen; more are rare.
        k += usize::from(self.below[k] <= uniform);
        while self.below[k] <= uniform {
            k += 1;
        }
        self.start + k as i32
    }

    /// The next demands of a stream, one a period.
    pub fn fill(&self, stream: &mut Stream, demands: &mut [i32]) {
        for slot in demands {
            *slot = self.of(stream.next_u64());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backhaul_common::purpose;

    #[test]
    fn inversion_draws_the_distribution() {
        for (mean, ratio) in [(0.05, 1.0), (3.0, 2.0), (400.0, 1.0)] {
            let pmf = Pmf::count(mean, ratio);
            let inverse = Inverse::new(&pmf);
            let mut demands = vec![0; 100_000];
            inverse.fill(&mut Stream::new(1, purpose("test"), 0, 0), &mut demands);
            for k in 0..=pmf.end() {
                let seen = demands.iter().filter(|&&d| d == k as i32).count() as f64 / 1e5;
                assert!((seen - pmf.at(k)).abs() < 0.006, "{mean}: {k}");
            }
            // Ends of the line: the smallest value, and one as rare as a uniform can tell.
            assert_eq!(inverse.of(0), pmf.start as i32);
            let far = inverse.of(u64::MAX) as usize;
            assert!(far >= pmf.quantile(1.0 - 1e-10) && far <= pmf.end());
        }
    }
}
