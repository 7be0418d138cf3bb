//! All ways to spread the facings of a product over some shelves, grown one facing at a time.

use super::value::product_cost;
use super::Problem;

/// Ways that are looked at one by one.
const MOST: usize = 4_000;

/// One way: another one, and a facing more on a shelf at or after its last.
#[derive(Clone, Copy, Debug)]
struct Way {
    parent: u32,
    /// Row of the facing, counted from the first shelf.
    row: u32,
    /// Cost without the price of the width; infinite where the product may not have so few.
    cost: f64,
}

/// All ways of one product on shelves `first` to `last`. The first way is not to be listed.
#[derive(Clone, Debug)]
pub(super) struct Ways {
    width: f64,
    ways: Vec<Way>,
}

impl Ways {
    /// None where there are too many of them.
    pub fn new(problem: &Problem, product: usize, first: usize, last: usize) -> Option<Self> {
        let p = &problem.products[product];
        let units = &problem.units[product * problem.shelves.len()..];
        let open: Vec<usize> = (first..=last).filter(|&s| units[s] > 0.0).collect();
        // (most + shelves) choose shelves.
        let n = p.most as usize;
        (1..=open.len()).try_fold(1_usize, |ways, k| {
            let next = ways.checked_mul(n + k)? / k;
            (next <= MOST).then_some(next)
        })?;
        let mut facings = vec![0; last + 1 - first];
        let nothing = product_cost(problem, product, first, &facings);
        let mut ways = vec![Way { parent: 0, row: 0, cost: nothing }];
        grow(problem, product, (first, p.most), &open, 0, &mut facings, &mut ways);
        Some(Self { width: p.width as f64, ways })
    }

    /// The cheapest way at these prices of a millimetre of each row; `use_of` gets its width on
    /// each row added.
    pub fn best(&self, price: &[f64], rent: &mut Vec<f64>, use_of: &mut [f64]) -> f64 {
        rent.clear();
        let (mut best, mut at) = (f64::INFINITY, 0);
        for (k, way) in self.ways.iter().enumerate() {
            let paid = if k == 0 {
                0.0
            } else {
                rent[way.parent as usize] + price[way.row as usize] * self.width
            };
            rent.push(paid);
            if way.cost + paid < best {
                best = way.cost + paid;
                at = k;
            }
        }
        while at > 0 {
            use_of[self.ways[at].row as usize] += self.width;
            at = self.ways[at].parent as usize;
        }
        best
    }
}

fn grow(
    problem: &Problem,
    product: usize,
    (first, left): (usize, i32),
    open: &[usize],
    parent: usize,
    facings: &mut [i32],
    ways: &mut Vec<Way>,
) {
    let p = &problem.products[product];
    if left == 0 {
        return;
    }
    for (k, &s) in open.iter().enumerate() {
        let row = s - first;
        facings[row] += 1;
        if i64::from(facings[row]) * p.width <= problem.shelves[s].width {
            let enough = p.most - left + 1 >= p.least;
            let cost =
                if enough { product_cost(problem, product, first, facings) } else { f64::INFINITY };
            ways.push(Way { parent: parent as u32, row: row as u32, cost });
            let own = ways.len() - 1;
            grow(problem, product, (first, left - 1), &open[k..], own, facings, ways);
        }
        facings[row] -= 1;
    }
}
