//! The linear assignment problem, dense, with the shape of slotting costs in mind.
//!
//! Popularity times distance is a Monge matrix once both sides are sorted, and sorting solves it
//! (Burkard, Klinz and Rudolf 1996). Costs near that shape defeat the usual start of a shortest
//! augmenting path method (Jonker and Volgenant 1987), because all rows want the same columns. Here
//! the prices of the sorted answer are the start ([`start`]). A row looks only at the few columns that
//! are cheapest for it ([`lists`]): prices of columns only fall, so that what was beyond the
//! list stays beyond it, and the whole row is read again only when the list no longer decides. Rows
//! that the prices leave unmatched bid ([`auction`]), and the last are augmented ([`augment`]).
//!
//! Forbidden pairs fall apart into independent problems where they can (zones of a warehouse).

mod auction;
mod augment;
mod lists;
mod parts;
mod start;

use backhaul_common::{Control, Error, Result};
use rayon::prelude::*;

use lists::Lists;

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

/// Nobody holds the column.
const FREE: u32 = u32::MAX;
/// One of the columns that stay empty holds it: all of them together are one more "row".
const SPARE: u32 = u32::MAX - 1;

/// Rows wait for augmenting paths at once, without bids, where they are less than one in so many.
const FEW: usize = 4;

/// Rows of a matrix, infinite where a pair is forbidden.
#[derive(Clone, Copy)]
struct Dense<'a> {
    rows: usize,
    columns: usize,
    cost: &'a [f64],
    /// Every finite cost is a whole number, and so is every bound.
    whole: bool,
    /// No pair is forbidden.
    finite: bool,
}

impl Dense<'_> {
    fn row(&self, i: usize) -> &[f64] {
        &self.cost[i * self.columns..(i + 1) * self.columns]
    }
}

/// Who holds what, at which prices.
struct State {
    price: Vec<f64>,
    /// Row, [`FREE`] or [`SPARE`] of each column, and what the row pays there.
    holder: Vec<u32>,
    paid: Vec<f64>,
    column: Vec<u32>,
}

impl State {
    fn give(&mut self, row: u32, column: usize, cost: f64) {
        self.holder[column] = row;
        self.paid[column] = cost;
        self.column[row as usize] = column as u32;
    }
}

/// Assign every row to a column of its own at least cost; at most as many rows as columns.
///
/// Infinite costs forbid a pair. `Infeasible` names a row for which no column is left. The rows are
/// read by the threads of the current pool; the answer does not depend on their number.
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
    // Whole numbers up to 2^30 keep bounds exact to a fraction. 1.5 x 2^52 added and taken rounds.
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    const TOP: f64 = 1_073_741_824.0;
    let count = |row: &[f64]| {
        let (mut finite, mut whole) = (0_u64, 0_u64);
        for &c in row {
            finite += u64::from(c < f64::INFINITY);
            whole += u64::from((c + SHIFT) - SHIFT == c && c < TOP && c > -TOP);
        }
        (finite, whole)
    };
    let (some, whole) =
        cost.par_chunks(columns).map(count).reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let finite = some == cost.len() as u64;
    let m = Dense { rows, columns, cost, whole: whole == some, finite };
    if finite {
        return connected(&m, control, |i| i);
    }
    parts::assign(&m, control)
}

/// Solve one part; `name` gives the caller's number of a row.
fn connected(
    m: &Dense<'_>,
    control: &Control<'_>,
    name: impl Fn(usize) -> usize,
) -> Result<Matching> {
    let none_left = |i: usize| {
        let allowed = "a finite cost that no other row needs";
        Error::infeasible(format!("cost[{}]", name(i)), "no column left", allowed)
    };
    if m.rows > m.columns {
        return Err(none_left(m.rows - 1));
    }
    let begin = start::begin(m);
    if let Some(cost) = begin.proven {
        let mut column = vec![FREE; m.rows];
        begin.own.iter().for_each(|&(i, j)| column[i as usize] = j);
        return Ok(Matching { column, cost, bound: begin.value.min(cost), augmented: 0 });
    }
    let mut state = State {
        holder: vec![FREE; m.columns],
        paid: vec![0.0; m.columns],
        column: vec![FREE; m.rows],
        price: begin.price,
    };
    for &j in &begin.spare {
        state.holder[j as usize] = SPARE;
    }
    let mut lists = Lists::new(m, &state.price);
    let scale = state.price.iter().fold(0.0_f64, |a, p| a.max(p.abs()));
    let tolerance = 1e-15 * scale;
    let waiting = first_matching(m, &lists, &begin.own, tolerance, &mut state);
    // Bids stir up everybody: for few that wait, shortest paths from the first prices are quicker.
    let waiting = if waiting.len() * FEW < m.rows {
        waiting
    } else {
        auction::run(m, &mut lists, waiting, tolerance, &mut state, control)
    };
    let augmented = waiting.len();
    let mut search = augment::Search::new(m);
    for &i in &waiting {
        if control.expired() {
            return Err(Error::stopped("linear assignment"));
        }
        if !search.augment(m, &mut lists, i as usize, &mut state) {
            return Err(none_left(i as usize));
        }
    }
    let total: f64 = (0..m.rows).map(|i| m.row(i)[state.column[i] as usize]).sum();
    let bound = start::dual_value(m, &state.price);
    // The cost of whole numbers is whole: what is proven but for a fraction is proven.
    let bound = if m.whole { (bound - 1e-3).ceil() } else { bound }.min(total);
    Ok(Matching { column: state.column, cost: total, bound, augmented })
}

/// Rows keep the sorted column where it is as good as any at these prices, or take one that is.
fn first_matching(
    m: &Dense<'_>,
    lists: &Lists,
    own: &[(u32, u32)],
    tolerance: f64,
    state: &mut State,
) -> Vec<u32> {
    let mut later = Vec::new();
    for &(i, column) in own {
        let row = m.row(i as usize);
        let (at, low) = lists.lowest(i as usize, &state.price);
        let mut chosen = at as usize;
        if column != FREE {
            let reduced = row[column as usize] - state.price[column as usize];
            if reduced <= low + tolerance {
                chosen = column as usize;
            }
        }
        if at != FREE && state.holder[chosen] == FREE {
            state.give(i, chosen, row[chosen]);
        } else {
            later.push(i);
        }
    }
    later
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
    fn prices_prove_the_matching_for_every_shape_of_costs() {
        // Larger than what can be tried: the dual value must meet the cost.
        let (n, mut s) = (120, Stream::new(3, purpose("test"), 0, 0));
        for kind in 0..6 {
            for columns in [n, n + 50] {
                let p: Vec<f64> = (0..n).map(|_| (1.0 - s.uniform()).powf(-0.8)).collect();
                let d: Vec<f64> = (0..columns).map(|_| 1.0 + s.below(90) as f64).collect();
                let cost: Vec<f64> = (0..n * columns)
                    .map(|e| {
                        let (i, j) = (e / columns, e % columns);
                        let product = p[i] * d[j];
                        match kind {
                            0 => product * (0.9 + 0.2 * s.uniform()),
                            1 => product + 20.0 * s.uniform(),
                            2 => (product * (5.0 + s.uniform())).round(),
                            3 => s.below(40) as f64,
                            4 if i % 3 != j % 3 => f64::INFINITY,
                            4 => product + s.uniform(),
                            _ if i % 5 > j % 7 => f64::INFINITY,
                            _ => product,
                        }
                    })
                    .collect();
                match assign(n, columns, &cost, &Control::iterations(0)) {
                    Ok(found) => {
                        let off = found.cost - found.bound;
                        assert!(off.abs() <= 1e-12 * found.cost, "kind {kind}: {off}");
                        let mut seen = found.column.clone();
                        seen.sort_unstable();
                        seen.dedup();
                        assert_eq!(seen.len(), n);
                    }
                    Err(_) => assert!(kind >= 4 && columns == n, "kind {kind}"),
                }
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
