//! Gilmore and Lawler's bound: each facility at each location with its flows at their best.

use backhaul_common::{Control, Result};
use rayon::prelude::*;

use super::Qap;
use crate::linear;

/// Least sum of products of two lists: the largest of one meet the smallest of the other.
fn least_product(rising: &[i64], falling: &[i64]) -> i64 {
    rising.iter().zip(falling).map(|(a, b)| a * b).sum()
}

/// Entries of each row but the diagonal, sorted.
fn sorted_rows(matrix: &[i64], n: usize, falling: bool) -> Vec<Vec<i64>> {
    (0..n)
        .map(|i| {
            let mut row: Vec<i64> = (0..n).filter(|&k| k != i).map(|k| matrix[i * n + k]).collect();
            row.sort_unstable();
            if falling {
                row.reverse();
            }
            row
        })
        .collect()
}

/// No permutation costs less, in the units of [`Qap::cost`].
pub fn lower(qap: &Qap, control: &Control<'_>) -> Result<i64> {
    let n = qap.n;
    let flows = sorted_rows(&qap.flow, n, false);
    let distances = sorted_rows(&qap.distance, n, true);
    let cost: Vec<f64> = (0..n * n)
        .into_par_iter()
        .map(|e| {
            let (i, j) = (e / n, e % n);
            let own = qap.flow[i * n + i] * qap.distance[j * n + j];
            (own + least_product(&flows[i], &distances[j])) as f64
        })
        .collect();
    let found = linear::assign(n, n, &cost, control)?;
    // Half a unit allows for the rounding of prices; the cost is whole.
    let folded = (found.bound - 0.5).ceil() as i64;
    Ok(folded.div_euclid(qap.scale) + i64::from(folded.rem_euclid(qap.scale) > 0))
}
