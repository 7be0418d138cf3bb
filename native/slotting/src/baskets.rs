//! What is bought together: joint baskets of every pair, with lift and a significance test.
//!
//! Lift is the share of joint baskets over what chance would give (Brin, Motwani, Ullman and Tsur
//! 1997). Chance is Poisson with the expected number of joint baskets, which is wider than the exact
//! hypergeometric law, so that the test errs on the safe side; the false discovery rate over all
//! pairs that occur is held by Benjamini and Hochberg's (1995) rule.

use rayon::prelude::*;

/// Order lines by basket: `products[ptr[b]..ptr[b + 1]]`, each product once a basket.
#[derive(Clone, Debug, Default)]
pub struct Baskets {
    /// Row starts.
    pub ptr: Vec<usize>,
    /// Products, rising within a basket.
    pub products: Vec<u32>,
}

/// A pair that is bought together more often than chance would have it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Lower product.
    pub first: u32,
    /// Higher product.
    pub second: u32,
    /// Baskets with both.
    pub joint: u32,
    /// Joint baskets over expected joint baskets.
    pub lift: f64,
    /// Chance of at least so many joint baskets without affinity.
    pub p_value: f64,
}

impl Baskets {
    /// Sort lines into baskets; a product that a basket holds twice counts once.
    pub fn from_lines(baskets: usize, basket: &[u32], product: &[u32]) -> Self {
        let mut ptr = vec![0_usize; baskets + 1];
        for &b in basket {
            ptr[b as usize + 1] += 1;
        }
        for b in 0..baskets {
            ptr[b + 1] += ptr[b];
        }
        let mut at = ptr.clone();
        let mut sorted = vec![0_u32; product.len()];
        for (&b, &p) in basket.iter().zip(product) {
            sorted[at[b as usize]] = p;
            at[b as usize] += 1;
        }
        let mut out = Self { ptr: vec![0], products: Vec::with_capacity(product.len()) };
        for b in 0..baskets {
            let row = &mut sorted[ptr[b]..ptr[b + 1]];
            row.sort_unstable();
            let from = out.products.len();
            for &p in row.iter() {
                if out.products.len() == from || out.products[out.products.len() - 1] != p {
                    out.products.push(p);
                }
            }
            out.ptr.push(out.products.len());
        }
        out
    }

    /// Number of baskets.
    pub fn len(&self) -> usize {
        self.ptr.len() - 1
    }

    /// Whether there is no basket.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Baskets of each product: row starts, and for each entry the basket.
    pub fn by_product(&self, products: usize) -> (Vec<usize>, Vec<u32>) {
        let mut ptr = vec![0_usize; products + 1];
        for &p in &self.products {
            ptr[p as usize + 1] += 1;
        }
        for p in 0..products {
            ptr[p + 1] += ptr[p];
        }
        let mut at = ptr.clone();
        let mut baskets = vec![0_u32; self.products.len()];
        for b in 0..self.len() {
            for &p in &self.products[self.ptr[b]..self.ptr[b + 1]] {
                baskets[at[p as usize]] = b as u32;
                at[p as usize] += 1;
            }
        }
        (ptr, baskets)
    }
}

/// ln k! for k below the table's length.
fn log_factorials(most: usize) -> Vec<f64> {
    let mut table = Vec::with_capacity(most + 1);
    let mut sum = 0.0_f64;
    table.push(0.0);
    for k in 1..=most {
        sum += (k as f64).ln();
        table.push(sum);
    }
    table
}

/// Chance that a Poisson number with this mean is at least `least` (> mean).
fn poisson_tail(mean: f64, least: u32, log_factorial: &[f64]) -> f64 {
    let k = f64::from(least);
    let mut term = 1.0;
    let mut sum = 1.0;
    let mut j = k;
    while term > 1e-17 * sum {
        j += 1.0;
        term *= mean / j;
        sum += term;
    }
    ((k * mean.ln() - mean - log_factorial[least as usize]).exp() * sum).min(1.0)
}

/// Pairs whose lift is above 1 at this false discovery rate, with at least `minimum` joint
/// baskets; by first and second product. Also the number of pairs that occur at all.
pub fn affinity(
    baskets: &Baskets,
    products: usize,
    minimum: u32,
    discovery_rate: f64,
) -> (Vec<Pair>, u64) {
    let (ptr, by_product) = baskets.by_product(products);
    let total = baskets.len() as f64;
    let most = (0..products).map(|p| ptr[p + 1] - ptr[p]).max().unwrap_or(0);
    let log_factorial = log_factorials(most);
    let size = |p: usize| (ptr[p + 1] - ptr[p]) as f64;
    // Each product counts its partners of higher number in a table of its thread.
    let rows: Vec<(Vec<Pair>, u64)> = (0..products)
        .into_par_iter()
        .with_min_len(64)
        .map_init(
            || (vec![0_u32; products], Vec::<u32>::new()),
            |(count, touched), p| {
                touched.clear();
                for &b in &by_product[ptr[p]..ptr[p + 1]] {
                    let row =
                        &baskets.products[baskets.ptr[b as usize]..baskets.ptr[b as usize + 1]];
                    // Rows are sorted: walk down from the end to the product itself.
                    for &q in row.iter().rev().take_while(|&&q| q as usize > p) {
                        if count[q as usize] == 0 {
                            touched.push(q);
                        }
                        count[q as usize] += 1;
                    }
                }
                touched.sort_unstable();
                let mut found = Vec::new();
                for &q in touched.iter() {
                    let joint = std::mem::take(&mut count[q as usize]);
                    let expected = size(p) * size(q as usize) / total;
                    if joint >= minimum && f64::from(joint) > expected {
                        found.push(Pair {
                            first: p as u32,
                            second: q,
                            joint,
                            lift: f64::from(joint) / expected,
                            p_value: poisson_tail(expected, joint, &log_factorial),
                        });
                    }
                }
                (found, touched.len() as u64)
            },
        )
        .collect();
    let tests: u64 = rows.iter().map(|r| r.1).sum();
    let pairs: Vec<Pair> = rows.into_iter().flat_map(|r| r.0).collect();
    let mut values: Vec<f64> = pairs.iter().map(|p| p.p_value).collect();
    values.par_sort_unstable_by(f64::total_cmp);
    let threshold = values
        .iter()
        .enumerate()
        .rev()
        .find(|&(rank, &v)| v <= discovery_rate * (rank + 1) as f64 / tests as f64)
        .map_or(-1.0, |(_, &v)| v);
    (pairs.into_iter().filter(|p| p.p_value <= threshold).collect(), tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_poisson_tail_is_the_sum_of_its_terms() {
        let table = log_factorials(60);
        let direct: f64 =
            (7..60).map(|k| (f64::from(k) * 2.5_f64.ln() - 2.5 - table[k as usize]).exp()).sum();
        assert!((poisson_tail(2.5, 7, &table) - direct).abs() < 1e-12);
    }

    #[test]
    fn only_the_pair_that_goes_together_is_found() {
        // Products 0 and 1 in every fourth basket together; 2 and 3 by turns, independent of them.
        let (mut basket, mut product) = (Vec::new(), Vec::new());
        for b in 0..400_u32 {
            let mut add = |p| {
                basket.push(b);
                product.push(p);
            };
            if b % 4 == 0 {
                add(0);
                add(1);
                add(1);
            }
            add(2 + (b / 7) % 2);
        }
        let baskets = Baskets::from_lines(400, &basket, &product);
        let (pairs, tests) = affinity(&baskets, 4, 2, 0.05);
        assert_eq!(tests, 5);
        assert_eq!(pairs.len(), 1);
        assert_eq!((pairs[0].first, pairs[0].second, pairs[0].joint), (0, 1, 100));
        assert!((pairs[0].lift - 4.0).abs() < 1e-12);
    }
}
