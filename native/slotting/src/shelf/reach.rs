//! Widths that facings of a block can add up to: a row between two of them keeps a gap.

use super::Problem;

/// Rows up to this width are worked out; wider ones count as filled to the end.
const WIDEST: i64 = 100_000;

/// Sums of widths that one row can hold, as bits.
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    bits: Vec<u64>,
}

impl Reach {
    /// Sums of facings of these products on shelf `s`.
    pub fn new(problem: &Problem, members: &[usize], s: usize) -> Self {
        let limit = problem.shelves[s].width;
        if limit > WIDEST {
            return Self::default();
        }
        let mut bits = vec![0_u64; limit as usize / 64 + 1];
        bits[0] = 1;
        for &p in members {
            let product = &problem.products[p];
            if problem.units[p * problem.shelves.len() + s] <= 0.0 {
                continue;
            }
            for _ in 0..i64::from(product.most).min(limit / product.width) {
                let (words, shift) = ((product.width / 64) as usize, (product.width % 64) as u32);
                for k in (words..bits.len()).rev() {
                    let mut moved = bits[k - words] << shift;
                    if shift > 0 && k > words {
                        moved |= bits[k - words - 1] >> (64 - shift);
                    }
                    bits[k] |= moved;
                }
            }
        }
        Self { bits }
    }

    /// The largest sum that is not above `width`.
    pub fn below(&self, width: i64) -> i64 {
        let mut k = (width / 64) as usize;
        if k >= self.bits.len() {
            return width;
        }
        let mut word = self.bits[k] & (u64::MAX >> (63 - (width % 64)));
        while word == 0 && k > 0 {
            k -= 1;
            word = self.bits[k];
        }
        if word == 0 {
            return 0;
        }
        k as i64 * 64 + 63 - i64::from(word.leading_zeros())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Product, Shelf};
    use super::*;

    #[test]
    fn sums_keep_to_the_most_facings() {
        let product = |width, most| Product {
            width,
            block: 0,
            least: 0,
            most,
            demand: 1.0,
            variation: 0.0,
            rate: 1.0,
            margin: 1.0,
            lost: 0.0,
            elasticity: 0.0,
        };
        let problem = Problem {
            shelves: vec![Shelf { width: 300, fixture: 0, lift: 1.0 }],
            products: vec![product(70, 2), product(101, 1)],
            units: vec![1.0; 2],
            place: vec![0.0; 2],
            ..Problem::default()
        };
        // 0, 70, 101, 140, 171, 241: a third facing of 70 is not allowed.
        let reach = Reach::new(&problem, &[0, 1], 0);
        let found = [69, 70, 139, 170, 240, 241, 300].map(|width| reach.below(width));
        assert_eq!(found, [0, 70, 101, 140, 171, 241, 241]);
    }
}
