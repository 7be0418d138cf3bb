//! A small linear programme: points are mixed so that no row is wider than allowed.
//!
//! Minimize the cost of a convex combination of points, each of which uses some width on every
//! row: the master of Dantzig and Wolfe (1960), with a dense inverse, for a handful of rows.

/// Pivots of one solve.
const PIVOTS: usize = 200;
const EPSILON: f64 = 1e-9;

/// Points so far.
pub(super) struct Master {
    rows: usize,
    cost: Vec<f64>,
    /// Width used, by point * rows + row.
    used: Vec<f64>,
}

impl Master {
    /// The first point uses nothing.
    pub fn new(rows: usize, nothing: f64) -> Self {
        Self { rows, cost: vec![nothing], used: vec![0.0; rows] }
    }

    /// One point more.
    pub fn add(&mut self, cost: f64, used: &[f64]) {
        self.cost.push(cost);
        self.used.extend_from_slice(used);
    }

    /// Least cost within these widths of the rows; `price` gets what a millimetre of each is worth.
    pub fn solve(&self, widths: &[f64], price: &mut Vec<f64>) -> f64 {
        let (rows, size) = (self.rows, self.rows + 1);
        // Columns below `rows` are slacks, then the points; the last equation is the convexity.
        let mut basis: Vec<usize> = (0..size).collect();
        let mut inverse = vec![0.0; size * size];
        let mut value = widths.to_vec();
        value.push(1.0);
        for k in 0..size {
            inverse[k * size + k] = 1.0;
        }
        let cost = |column: usize| if column < rows { 0.0 } else { self.cost[column - rows] };
        let mut dual = vec![0.0; size];
        let mut into = vec![0.0; size];
        for _ in 0..PIVOTS {
            dual.fill(0.0);
            for (i, &column) in basis.iter().enumerate() {
                let c = cost(column);
                if c != 0.0 {
                    for (d, inv) in dual.iter_mut().zip(&inverse[i * size..][..size]) {
                        *d += c * inv;
                    }
                }
            }
            let scale = 1.0 + dual[rows].abs();
            let mut enters = (-EPSILON * scale, None);
            for (s, width) in widths.iter().enumerate() {
                let reduced = -dual[s] * width.max(1.0);
                if reduced < enters.0 {
                    enters = (reduced, Some(s));
                }
            }
            for (k, &c) in self.cost.iter().enumerate() {
                let used = &self.used[k * rows..][..rows];
                let priced: f64 = used.iter().zip(&dual).map(|(u, d)| u * d).sum();
                let reduced = c - priced - dual[rows];
                if reduced < enters.0 {
                    enters = (reduced, Some(rows + k));
                }
            }
            let Some(column) = enters.1 else { break };
            for (i, x) in into.iter_mut().enumerate() {
                let row = &inverse[i * size..][..size];
                *x = if column < rows {
                    row[column]
                } else {
                    let used = &self.used[(column - rows) * rows..][..rows];
                    row[rows] + used.iter().zip(row).map(|(u, v)| u * v).sum::<f64>()
                };
            }
            let mut leaves: Option<(f64, usize)> = None;
            for (i, &x) in into.iter().enumerate() {
                if x > EPSILON {
                    let ratio = value[i].max(0.0) / x;
                    // The lower column first among equals, so that it does not go round in circles.
                    let better = leaves.is_none_or(|(least, at)| {
                        ratio < least - 1e-12 || (ratio <= least && basis[i] < basis[at])
                    });
                    if better {
                        leaves = Some((ratio, i));
                    }
                }
            }
            let Some((step, out)) = leaves else { break };
            let pivot = into[out];
            for k in 0..size {
                inverse[out * size + k] /= pivot;
            }
            for i in (0..size).filter(|&i| i != out) {
                let x = into[i];
                if x != 0.0 {
                    value[i] -= step * x;
                    for k in 0..size {
                        inverse[i * size + k] -= x * inverse[out * size + k];
                    }
                }
            }
            value[out] = step;
            basis[out] = column;
        }
        price.clear();
        price.extend(dual[..rows].iter().map(|d| (-d).max(0.0)));
        basis.iter().zip(&value).map(|(&column, v)| cost(column) * v).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_a_point_where_the_row_holds_half_of_it() {
        let mut master = Master::new(2, 10.0);
        master.add(0.0, &[100.0, 0.0]);
        let mut price = Vec::new();
        // Width 50 of row 0 saves 5 of the 10: 0.1 a millimetre; row 1 is worth nothing yet.
        assert!((master.solve(&[50.0; 2], &mut price) - 5.0).abs() < 1e-9);
        assert!((price[0] - 0.1).abs() < 1e-9 && price[1].abs() < 1e-9);
        // Shared by two rows, the other half costs 1 more.
        master.add(1.0, &[0.0, 100.0]);
        assert!((master.solve(&[50.0; 2], &mut price) - 0.5).abs() < 1e-9);
        assert!(master.solve(&[1e4; 2], &mut price).abs() < 1e-9);
    }
}
