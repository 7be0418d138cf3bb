//! The linear assignment problem, dense, with the shape of slotting costs in mind.
//!
//! Popularity times distance is a Monge matrix once both sides are sorted, and sorting solves it
//! (Burkard, Klinz and Rudolf 1996). Costs near that shape defeat the usual start of a shortest
//! augmenting path method (Jonker and Volgenant 1987), because all rows want the same columns. Here the
//! prices of the sorted answer are the start; only rows that these leave unmatched are augmented.

use backhaul_common::{Control, Error, Result};

/// Row `i` goes to column `column[i]`.
#[derive(Clone, Debug)]
pub struct Matching {
    /// Column of each row.
    pub column: Vec<u32>,
    /// Sum of the chosen costs.
    pub cost: f64,
    /// Sum of dual prices: no matching costs less (but for rounding).
    pub bound: f64,
    /// Rows that needed an augmenting path; 0 where sorting was enough.
    pub augmented: usize,
}

const FREE: u32 = u32::MAX;

/// A square matrix: rows beyond those given cost nothing anywhere, they take the spare columns.
struct Dense<'a> {
    rows: usize,
    columns: usize,
    cost: &'a [f64],
    nothing: Vec<f64>,
}

impl Dense<'_> {
    fn row(&self, i: usize) -> &[f64] {
        if i >= self.rows {
            return &self.nothing;
        }
        &self.cost[i * self.columns..(i + 1) * self.columns]
    }
}

/// Order of rows and columns in which the matrix is most like a product of two vectors: by the
/// slope of a row over the columns, and of a column over the rows.
fn sorted_sides(m: &Dense<'_>) -> (Vec<u32>, Vec<u32>) {
    let (n, w) = (m.columns, m.columns);
    // Columns by their mean, once over all rows; rows by how much they mind the dear columns.
    let mut mean = vec![0.0; w];
    for i in 0..n {
        for (sum, c) in mean.iter_mut().zip(m.row(i)) {
            *sum += c;
        }
    }
    let mut column: Vec<u32> = (0..w as u32).collect();
    column.sort_by(|&a, &b| mean[a as usize].total_cmp(&mean[b as usize]).then(a.cmp(&b)));
    let middle = mean.iter().sum::<f64>() / w as f64;
    let weight: Vec<f64> = mean.iter().map(|x| x - middle).collect();
    let slope: Vec<f64> =
        (0..n).map(|i| m.row(i).iter().zip(&weight).map(|(c, x)| c * x).sum()).collect();
    let mut row: Vec<u32> = (0..n as u32).collect();
    row.sort_by(|&a, &b| slope[b as usize].total_cmp(&slope[a as usize]).then(a.cmp(&b)));
    (row, column)
}

/// Prices of columns under which the sorted matching is as near to optimal as neighbours can tell.
fn sorted_prices(m: &Dense<'_>, row: &[u32], column: &[u32]) -> Vec<f64> {
    let mut price = vec![0.0; m.columns];
    for k in 0..m.columns - 1 {
        let (here, next) = (column[k] as usize, column[k + 1] as usize);
        let (a, b) = (m.row(row[k] as usize), m.row(row[k + 1] as usize));
        // Between what the row before and the row after would pay for the step.
        price[next] = price[here] + 0.5 * ((b[next] - b[here]) + (a[next] - a[here]));
    }
    price
}

/// Cheapest column of a row at these prices, and the runner-up's reduced cost.
fn two_best(costs: &[f64], price: &[f64]) -> (usize, f64, f64) {
    let (mut at, mut low, mut second) = (0, f64::INFINITY, f64::INFINITY);
    for (j, (c, p)) in costs.iter().zip(price).enumerate() {
        let reduced = c - p;
        if reduced < second {
            if reduced < low {
                second = low;
                low = reduced;
                at = j;
            } else {
                second = reduced;
            }
        }
    }
    (at, low, second)
}

/// Assign every row to a column of its own at least cost; at most as many rows as columns.
///
/// Infinite costs forbid a pair. `Infeasible` names a row for which no column is left.
pub fn assign(
    rows: usize,
    columns: usize,
    cost: &[f64],
    control: &Control<'_>,
) -> Result<Matching> {
    if rows > columns {
        let allowed = format!("at most {columns} rows, one for each column");
        return Err(Error::infeasible("cost", format!("{rows} rows"), allowed));
    }
    if rows == 0 {
        return Ok(Matching { column: Vec::new(), cost: 0.0, bound: 0.0, augmented: 0 });
    }
    let finite =
        cost.iter().copied().filter(|c| c.is_finite()).fold(0.0_f64, |a, c| a.max(c.abs()));
    let blocked = 4.0 * (finite + 1.0) * (rows as f64 + 1.0);
    let owned: Option<Vec<f64>> = cost
        .iter()
        .any(|c| !c.is_finite())
        .then(|| cost.iter().map(|&c| if c.is_finite() { c } else { blocked }).collect());
    let nothing = if rows < columns { vec![0.0; columns] } else { Vec::new() };
    let m = Dense { rows, columns, cost: owned.as_deref().unwrap_or(cost), nothing };

    let (by_row, by_column) = sorted_sides(&m);
    let mut price = sorted_prices(&m, &by_row, &by_column);
    let mut holder = vec![FREE; columns];
    let mut column = vec![FREE; columns];
    // Rows keep the sorted column where it is as good as any at these prices.
    let mut waiting: Vec<u32> = Vec::new();
    for (k, &i) in by_row.iter().enumerate() {
        let own = by_column[k] as usize;
        let costs = m.row(i as usize);
        let (at, low, _) = two_best(costs, &price);
        let chosen = if costs[own] - price[own] <= low { own } else { at };
        if holder[chosen] == FREE {
            holder[chosen] = i;
            column[i as usize] = chosen as u32;
        } else {
            waiting.push(i);
        }
    }
    let augmented = waiting.len();
    bid(&m, &mut waiting, &mut holder, &mut column, &mut price);
    let mut search = Search::new(columns);
    for &i in &waiting {
        if control.expired() {
            return Err(Error::stopped("linear assignment"));
        }
        search.augment(&m, i as usize, &mut price, &mut holder, &mut column);
    }
    if let Some(i) = (0..rows).find(|&i| !cost[i * columns + column[i] as usize].is_finite()) {
        let allowed = "a finite cost that no other row needs";
        return Err(Error::infeasible(format!("cost[{i}]"), "no column left", allowed));
    }
    let total = (0..rows).map(|i| m.row(i)[column[i] as usize]).sum();
    let bound = (0..columns).map(|i| two_best(m.row(i), &price).1 + price[i]).sum();
    column.truncate(rows);
    Ok(Matching { column, cost: total, bound, augmented })
}

/// Jonker and Volgenant's reduction: a waiting row takes its best column and lowers its price to
/// the runner-up, putting the holder out. A few rounds settle most.
fn bid(
    m: &Dense<'_>,
    waiting: &mut Vec<u32>,
    holder: &mut [u32],
    column: &mut [u32],
    price: &mut [f64],
) {
    for _ in 0..3 {
        let mut left = Vec::new();
        let mut queue: Vec<u32> = waiting.iter().rev().copied().collect();
        let mut tries = 4 * waiting.len();
        while let Some(i) = queue.pop() {
            if tries == 0 {
                left.push(i);
                continue;
            }
            tries -= 1;
            let (at, low, second) = two_best(m.row(i as usize), price);
            let out = holder[at];
            if out != FREE && second <= low {
                left.push(i);
                continue;
            }
            if second.is_finite() {
                price[at] -= second - low;
            }
            holder[at] = i;
            column[i as usize] = at as u32;
            if out != FREE {
                column[out as usize] = FREE;
                queue.push(out);
            }
        }
        *waiting = left;
        if waiting.is_empty() {
            break;
        }
    }
}

/// Reusable memory of the shortest augmenting paths.
struct Search {
    distance: Vec<f64>,
    parent: Vec<u32>,
    open: Vec<u32>,
}

impl Search {
    fn new(columns: usize) -> Self {
        Self {
            distance: vec![0.0; columns],
            parent: vec![FREE; columns],
            open: Vec::with_capacity(columns),
        }
    }

    /// Dijkstra over columns from a free row to the nearest free column, then flip the path.
    fn augment(
        &mut self,
        m: &Dense<'_>,
        start: usize,
        price: &mut [f64],
        holder: &mut [u32],
        column: &mut [u32],
    ) {
        let costs = m.row(start);
        self.open.clear();
        for j in 0..m.columns {
            self.distance[j] = costs[j] - price[j];
            self.parent[j] = start as u32;
            self.open.push(j as u32);
        }
        let mut closed: Vec<u32> = Vec::new();
        let (sink, depth) = loop {
            let mut best = 0;
            for (at, &j) in self.open.iter().enumerate() {
                let (d, b) = (self.distance[j as usize], self.distance[self.open[best] as usize]);
                if d < b || (d == b && holder[j as usize] == FREE) {
                    best = at;
                }
            }
            let j = self.open.swap_remove(best) as usize;
            let depth = self.distance[j];
            if holder[j] == FREE {
                break (j, depth);
            }
            closed.push(j as u32);
            let i = holder[j] as usize;
            let costs = m.row(i);
            let base = depth - (costs[j] - price[j]);
            for &k in &self.open {
                let k = k as usize;
                let through = base + costs[k] - price[k];
                if through < self.distance[k] {
                    self.distance[k] = through;
                    self.parent[k] = i as u32;
                }
            }
        };
        for &j in &closed {
            price[j as usize] += self.distance[j as usize] - depth;
        }
        let mut j = sink;
        loop {
            let i = self.parent[j];
            holder[j] = i;
            let before = std::mem::replace(&mut column[i as usize], j as u32);
            if i as usize == start {
                break;
            }
            j = before as usize;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backhaul_common::{purpose, Stream};

    fn everything(rows: usize, columns: usize, cost: &[f64]) -> f64 {
        fn go(i: usize, used: u32, rows: usize, columns: usize, cost: &[f64]) -> f64 {
            if i == rows {
                return 0.0;
            }
            (0..columns)
                .filter(|j| used >> j & 1 == 0)
                .map(|j| cost[i * columns + j] + go(i + 1, used | 1 << j, rows, columns, cost))
                .fold(f64::INFINITY, f64::min)
        }
        go(0, 0, rows, columns, cost)
    }

    #[test]
    fn small_matrices_of_every_shape_are_solved_as_by_trying_everything() {
        let mut s = Stream::new(1, purpose("test"), 0, 0);
        for round in 0..400 {
            let (rows, columns) = (1 + s.below(5), 6);
            let rows = if round % 3 == 0 { columns } else { rows };
            let kind = round % 4;
            let p: Vec<f64> = (0..rows).map(|_| s.below(9) as f64).collect();
            let d: Vec<f64> = (0..columns).map(|_| s.below(9) as f64).collect();
            let cost: Vec<f64> = (0..rows * columns)
                .map(|e| {
                    let noise = s.below(5) as f64;
                    let product = p[e / columns] * d[e % columns];
                    match kind {
                        0 => product,
                        1 => product + noise,
                        2 => noise,
                        _ if s.below(5) == 0 => f64::INFINITY,
                        _ => product + noise,
                    }
                })
                .collect();
            let best = everything(rows, columns, &cost);
            let control = Control::iterations(0);
            match assign(rows, columns, &cost, &control) {
                Ok(found) => {
                    assert_eq!(found.cost, best, "{rows} x {columns}: {cost:?}");
                    assert!(found.bound <= best + 1e-9);
                    assert!((found.bound - best).abs() < 1e-9);
                }
                Err(_) => assert!(best.is_infinite()),
            }
        }
    }

    #[test]
    fn products_of_two_vectors_need_no_augmenting() {
        let (n, mut s) = (300, Stream::new(2, purpose("test"), 0, 0));
        let p: Vec<f64> = (0..n).map(|_| s.uniform()).collect();
        let d: Vec<f64> = (0..n).map(|_| s.uniform()).collect();
        let cost: Vec<f64> = (0..n * n).map(|e| p[e / n] * d[e % n]).collect();
        let found = assign(n, n, &cost, &Control::iterations(0)).unwrap();
        assert!((found.cost - found.bound).abs() < 1e-9);
        assert!(found.augmented <= 3, "{}", found.augmented);
    }
}
