//! Prices to begin with: those of the sorted answer, or the columns' smallest costs.
//!
//! Three sets of prices are made and the one with the highest dual value is taken. Where costs are a
//! product of two vectors, the steps between neighbours in the sorted order are the prices. Where they
//! are such a product and noise, the noise of the steps would add up along the way: there the two
//! vectors are estimated from whole rows and columns first, and the prices follow from them. Costs of
//! another shape begin from each column's smallest cost.

use rayon::prelude::*;

use super::{Dense, FREE};

/// Rows summed up together: fixed, so that sums do not depend on threads.
const BLOCK: usize = 64;

/// Where a solve begins.
pub struct Begin {
    pub price: Vec<f64>,
    /// Rows in the order in which they choose, each with the column it should keep.
    pub own: Vec<(u32, u32)>,
    /// Columns that stay empty at first; none is dearer.
    pub spare: Vec<u32>,
    /// Dual value of the prices.
    pub value: f64,
    /// Cost of `own`, when the prices prove that nothing is better.
    pub proven: Option<f64>,
}

/// Sums over rows, for every column: of `weight(i)` x cost, and of the weights, over finite costs.
fn column_sums(m: &Dense<'_>, weight: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let w = m.columns;
    let blocks: Vec<(Vec<f64>, Vec<f64>)> = m
        .cost
        .par_chunks(BLOCK * w)
        .enumerate()
        .map(|(b, rows)| {
            let weight = &weight[b * BLOCK..];
            let mut sum = vec![0.0; w];
            if m.finite {
                for (row, &x) in rows.chunks_exact(w).zip(weight) {
                    sum.iter_mut().zip(row).for_each(|(s, &c)| *s += x * c);
                }
                let all: f64 = weight.iter().take(rows.len() / w).sum();
                return (sum, vec![all; w]);
            }
            let mut seen = vec![0.0; w];
            for (row, &x) in rows.chunks_exact(w).zip(weight) {
                for ((s, n), &c) in sum.iter_mut().zip(&mut seen).zip(row) {
                    if c.is_finite() {
                        *s += x * c;
                        *n += x;
                    }
                }
            }
            (sum, seen)
        })
        .collect();
    let (mut sum, mut seen) = (vec![0.0; w], vec![0.0; w]);
    for (s, n) in &blocks {
        sum.iter_mut().zip(s).for_each(|(a, b)| *a += b);
        seen.iter_mut().zip(n).for_each(|(a, b)| *a += b);
    }
    (sum, seen)
}

/// Slope of each row over `x`, by least squares over its finite costs.
fn row_slopes(m: &Dense<'_>, x: &[f64]) -> Vec<f64> {
    let whole = m.columns - m.columns % 4;
    let middle = x.iter().sum::<f64>() / m.columns as f64;
    let centred: Vec<f64> = x.iter().map(|x| x - middle).collect();
    let all: f64 = centred.iter().map(|x| x * x).sum();
    let slope = |row: &[f64]| {
        if m.finite {
            let mut lanes = [0.0; 4];
            for (c, x) in row[..whole].chunks_exact(4).zip(centred.chunks_exact(4)) {
                for l in 0..4 {
                    lanes[l] += c[l] * x[l];
                }
            }
            let rest = row[whole..].iter().zip(&centred[whole..]).map(|(c, x)| c * x);
            return rest.chain(lanes).sum::<f64>() / f64::max(all, f64::MIN_POSITIVE);
        }
        let (mut n, mut sx, mut sc, mut sxx, mut sxc) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (&c, &x) in row.iter().zip(&centred) {
            if c.is_finite() {
                n += 1.0;
                sx += x;
                sc += c;
                sxx += x * x;
                sxc += x * c;
            }
        }
        let spread = sxx - sx * sx / f64::max(n, 1.0);
        (sxc - sx * sc / f64::max(n, 1.0)) / f64::max(spread, f64::MIN_POSITIVE)
    };
    m.cost.par_chunks(m.columns).map(slope).collect()
}

/// Sum of row minima and prices: no matching costs less. Prices of spare columns are equal and the
/// highest.
pub fn dual_value(m: &Dense<'_>, price: &[f64]) -> f64 {
    let low: Vec<f64> = m
        .cost
        .par_chunks(m.columns)
        .map(|row| {
            let mut low = [f64::INFINITY; 4];
            let whole = m.columns - m.columns % 4;
            for (c, p) in row[..whole].chunks_exact(4).zip(price.chunks_exact(4)) {
                for l in 0..4 {
                    let reduced = c[l] - p[l];
                    low[l] = if reduced < low[l] { reduced } else { low[l] };
                }
            }
            let rest = row[whole..].iter().zip(&price[whole..]).map(|(c, p)| c - p);
            rest.chain(low).fold(f64::INFINITY, f64::min)
        })
        .collect();
    let top = price.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // In pairs, so that large prices of both signs cancel early.
    let rows: f64 = low.iter().map(|l| l + top).sum();
    rows + price.iter().map(|p| p - top).sum::<f64>()
}

/// Level the dearest columns, as many as stay empty.
fn level(m: &Dense<'_>, price: &mut [f64]) -> Vec<u32> {
    let spare = m.columns - m.rows;
    if spare == 0 {
        return Vec::new();
    }
    let mut order: Vec<u32> = (0..m.columns as u32).collect();
    order.sort_by(|&a, &b| price[b as usize].total_cmp(&price[a as usize]).then(b.cmp(&a)));
    order.truncate(spare);
    let top = price[order[spare - 1] as usize];
    for p in price.iter_mut() {
        *p = p.min(top);
    }
    order
}

fn sorted(values: &[f64], falling: bool) -> Vec<u32> {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_by(|&a, &b| {
        let by = values[a as usize].total_cmp(&values[b as usize]);
        (if falling { by.reverse() } else { by }).then(a.cmp(&b))
    });
    order
}

/// Prices whose steps are those between neighbours in the sorted order. Rows that may not stand in
/// both columns say nothing: the nearest ones in the order that may do.
fn exact_steps(m: &Dense<'_>, by_row: &[u32], by_column: &[u32]) -> Vec<f64> {
    const FAR: usize = 64;
    let last = m.rows - 1;
    let mut price = vec![0.0; m.columns];
    for k in 0..m.columns - 1 {
        let (here, next) = (by_column[k] as usize, by_column[k + 1] as usize);
        let step = |rank: usize| {
            let row = m.row(by_row[rank] as usize);
            let step = row[next] - row[here];
            step.is_finite().then_some(step)
        };
        let near = k.min(last);
        let before = (near.saturating_sub(FAR)..=near).rev().find_map(step);
        let after = ((k + 1).min(last)..=(k + FAR).min(last)).find_map(step);
        let step = match (before, after) {
            (Some(x), Some(y)) => 0.5 * (x + y),
            (x, y) => x.or(y).unwrap_or(0.0),
        };
        price[next] = price[here] + step;
    }
    price
}

/// Prices from two estimated vectors: cost = level of the column + slope of the row x place of the
/// column, and what only depends on the row. `level` is the columns' mean.
fn smooth_steps(
    m: &Dense<'_>,
    level: &[f64],
    place: &[f64],
    slope: &[f64],
    by_row: &[u32],
    by_place: &[u32],
) -> Vec<f64> {
    let last = m.rows - 1;
    let mean = slope.iter().sum::<f64>() / m.rows as f64;
    let mut price = vec![0.0; m.columns];
    let mut sum = 0.0;
    for k in 0..m.columns {
        let j = by_place[k] as usize;
        if k > 0 {
            let (a, b) = (by_row[(k - 1).min(last)] as usize, by_row[k.min(last)] as usize);
            sum += 0.5 * (slope[a] + slope[b]) * (place[j] - place[by_place[k - 1] as usize]);
        }
        // The column's own level is what its mean has beyond place x mean slope.
        price[j] = sum + level[j] - mean * place[j];
    }
    price
}

/// Smallest cost of each column.
fn smallest(m: &Dense<'_>) -> Vec<f64> {
    let keep = |low: &mut [f64], row: &[f64]| {
        for (l, &c) in low.iter_mut().zip(row) {
            *l = if c < *l { c } else { *l };
        }
    };
    let block = |rows: &[f64]| {
        let mut low = rows[..m.columns].to_vec();
        rows.chunks_exact(m.columns).skip(1).for_each(|row| keep(&mut low, row));
        low
    };
    let both = |mut a: Vec<f64>, b: Vec<f64>| {
        keep(&mut a, &b);
        a
    };
    let low = m.cost.par_chunks(BLOCK * m.columns).map(block).reduce_with(both);
    low.unwrap_or_default().into_iter().map(|l| if l.is_finite() { l } else { 0.0 }).collect()
}

/// Rows that are asked what columns are worth: those that may stand anywhere, if they are some.
///
/// The mean of a column over the rows that happen to be allowed there says more about these rows
/// than about the column.
fn voices(m: &Dense<'_>) -> Vec<f64> {
    const SOME: usize = 20;
    if m.finite {
        return vec![1.0; m.rows];
    }
    let free = |row: &[f64]| f64::from(u8::from(row.iter().all(|c| c.is_finite())));
    let voice: Vec<f64> = m.cost.par_chunks(m.columns).map(free).collect();
    let many = voice.iter().sum::<f64>();
    if many * SOME as f64 >= m.rows as f64 && many >= 2.0 {
        voice
    } else {
        vec![1.0; m.rows]
    }
}

/// The best of the three beginnings.
pub fn begin(m: &Dense<'_>) -> Begin {
    let n = m.rows;
    let finish = |mut price: Vec<f64>, own: Vec<(u32, u32)>| {
        let spare = level(m, &mut price);
        let value = dual_value(m, &price);
        let sum: f64 = own
            .iter()
            .map(|&(i, j)| if j == FREE { f64::INFINITY } else { m.row(i as usize)[j as usize] })
            .sum();
        let proven = sum.is_finite() && sum - value <= 1e-13 * (sum.abs() + value.abs());
        Begin { price, own, spare, value, proven: proven.then_some(sum) }
    };
    let pair = |rows: &[u32], columns: &[u32]| -> Vec<(u32, u32)> {
        rows.iter().copied().zip(columns.iter().copied()).collect()
    };
    let voice = voices(m);
    let (sum, seen) = column_sums(m, &voice);
    let mean: Vec<f64> = sum.iter().zip(&seen).map(|(s, n)| s / n.max(1.0)).collect();
    let slope = row_slopes(m, &mean);
    let (by_row, by_column) = (sorted(&slope, true), sorted(&mean, false));
    let mut best = finish(exact_steps(m, &by_row, &by_column), pair(&by_row, &by_column));
    if best.proven.is_some() {
        return best;
    }
    // Places from all rows, weighted by their slopes: little is left of the noise.
    let all: f64 = voice.iter().sum();
    let middle = slope.iter().zip(&voice).map(|(s, v)| s * v).sum::<f64>() / all;
    let tilt: Vec<f64> = slope.iter().zip(&voice).map(|(s, v)| v * (s - middle)).collect();
    let (tilted, weights) = column_sums(m, &tilt);
    let power = tilt.iter().map(|t| t * t).sum::<f64>().max(f64::MIN_POSITIVE);
    let place: Vec<f64> =
        (0..m.columns).map(|j| (tilted[j] - weights[j] * mean[j]) / power).collect();
    let slope = row_slopes(m, &place);
    let (by_row, by_place) = (sorted(&slope, true), sorted(&place, false));
    let price = smooth_steps(m, &mean, &place, &slope, &by_row, &by_place);
    let alone = (0..n as u32).map(|i| (i, FREE)).collect();
    for other in [finish(price, pair(&by_row, &by_place)), finish(smallest(m), alone)] {
        if other.value > best.value {
            best = other;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use backhaul_common::{purpose, Control, Stream};

    use super::*;
    use crate::linear::assign;

    /// Heavy products may not stand in every slot: what the light ones say of the slots is enough.
    #[test]
    fn limits_of_weight_do_not_blur_the_beginning() {
        let (n, mut s) = (240, Stream::new(4, purpose("test"), 0, 0));
        let p: Vec<f64> = (0..n).map(|_| (1.0 - s.uniform()).powf(-0.8)).collect();
        let d: Vec<f64> = (0..n).map(|_| 1.0 + 90.0 * s.uniform()).collect();
        let weight: Vec<f64> = (0..n).map(|_| s.uniform().powi(3)).collect();
        let limit: Vec<f64> = (0..n).map(|_| 0.4 + 0.2 * s.below(4) as f64).collect();
        let cost: Vec<f64> = (0..n * n)
            .map(|e| {
                let (i, j) = (e / n, e % n);
                if weight[i] > limit[j] {
                    f64::INFINITY
                } else {
                    p[i] * d[j]
                }
            })
            .collect();
        let m = Dense { rows: n, columns: n, cost: &cost, whole: false, finite: false };
        let found = assign(n, n, &cost, &Control::iterations(0)).unwrap();
        let value = begin(&m).value;
        assert!(value <= found.cost + 1e-9);
        assert!(value > 0.998 * found.cost, "{value} of {}", found.cost);
    }
}
