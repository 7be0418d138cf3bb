//! Forbidden pairs: rows and columns that nothing connects are problems of their own.

use backhaul_common::{Control, Result};

use super::{connected, Dense, Matching, FREE};

/// Root of the set of `x`, halving the way there (Tarjan and van Leeuwen 1984).
fn root(set: &mut [u32], mut x: u32) -> u32 {
    while set[x as usize] != x {
        set[x as usize] = set[set[x as usize] as usize];
        x = set[x as usize];
    }
    x
}

/// Number of the part of each column, and how many there are.
fn parts(m: &Dense<'_>) -> (Vec<u32>, usize) {
    let mut set: Vec<u32> = (0..m.columns as u32).collect();
    for i in 0..m.rows {
        let mut mine = FREE;
        for (j, _) in m.row(i).iter().enumerate().filter(|(_, c)| c.is_finite()) {
            let other = root(&mut set, j as u32);
            if mine == FREE {
                mine = other;
            } else if mine != other {
                let (low, high) = (mine.min(other), mine.max(other));
                set[high as usize] = low;
                mine = low;
            }
        }
    }
    let mut number = vec![FREE; m.columns];
    let mut count = 0;
    for j in 0..m.columns {
        let top = root(&mut set, j as u32) as usize;
        if number[top] == FREE {
            number[top] = count;
            count += 1;
        }
        number[j] = number[top];
    }
    (number, count as usize)
}

/// Solve part by part.
pub fn assign(m: &Dense<'_>, control: &Control<'_>) -> Result<Matching> {
    let (part, count) = parts(m);
    if count == 1 {
        return connected(m, control, |i| i);
    }
    let mut columns = vec![Vec::new(); count];
    for (j, &p) in part.iter().enumerate() {
        columns[p as usize].push(j as u32);
    }
    let mut rows = vec![Vec::new(); count];
    for i in 0..m.rows {
        // A row without any column is told apart by the part that it has none of.
        let at = m.row(i).iter().position(|c| c.is_finite()).map_or(0, |j| part[j] as usize);
        rows[at].push(i as u32);
    }
    let mut all = Matching { column: vec![FREE; m.rows], cost: 0.0, bound: 0.0, augmented: 0 };
    for (rows, columns) in rows.iter().zip(&columns).filter(|(rows, _)| !rows.is_empty()) {
        let cost: Vec<f64> = rows
            .iter()
            .flat_map(|&i| columns.iter().map(move |&j| m.row(i as usize)[j as usize]))
            .collect();
        let finite = cost.iter().all(|c| c.is_finite());
        let sub =
            Dense { rows: rows.len(), columns: columns.len(), cost: &cost, whole: m.whole, finite };
        let found = connected(&sub, control, |i| rows[i] as usize)?;
        for (&i, &j) in rows.iter().zip(&found.column) {
            all.column[i as usize] = columns[j as usize];
        }
        all.cost += found.cost;
        all.bound += found.bound;
        all.augmented += found.augmented;
    }
    Ok(all)
}
