//! A bound on every planogram: shelves sell their width at a price, products buy each for itself.
//!
//! Lagrangian relaxation of the widths (Geoffrion 1974), without blocks. A product's own choice is
//! looked up among all ways to spread its facings over the shelves where these are few, and is
//! bounded term by term where they are many.

use super::value::{outcome, product_cost};
use super::Problem;

/// Ways to spread facings that are looked at one by one.
const WAYS: usize = 4_000;
/// Changes of the prices.
const ROUNDS: usize = 40;

/// One choice of a product: its facings by shelf, and its cost without the price of the width.
struct Choice {
    facings: Vec<(usize, i32)>,
    cost: f64,
}

fn spread(problem: &Problem, product: usize, open: &[usize]) -> Vec<Choice> {
    let p = &problem.products[product];
    let mut facings = vec![0; problem.shelves.len()];
    let mut choices = Vec::new();
    fn go(
        problem: &Problem,
        product: usize,
        open: &[usize],
        left: i32,
        facings: &mut [i32],
        choices: &mut Vec<Choice>,
    ) {
        let p = &problem.products[product];
        let Some((&shelf, rest)) = open.split_first() else {
            let count: i32 = facings.iter().sum();
            if count == 0 || count >= p.least {
                let cost = product_cost(problem, product, 0, facings);
                let some = facings.iter().copied().enumerate().filter(|&(_, n)| n > 0).collect();
                choices.push(Choice { facings: some, cost });
            }
            return;
        };
        for n in 0..=left.min((problem.shelves[shelf].width / p.width) as i32) {
            facings[shelf] = n;
            go(problem, product, rest, left - n, facings, choices);
        }
        facings[shelf] = 0;
    }
    go(problem, product, open, p.most, &mut facings, &mut choices);
    choices
}

/// Best of all at these prices, bounded term by term, with the facings and the shelf that make it.
pub(super) fn loose(
    problem: &Problem,
    product: usize,
    open: &[usize],
    price: &[f64],
) -> (f64, i32, usize) {
    let p = &problem.products[product];
    let shelves = problem.shelves.len();
    let nothing = vec![0; shelves];
    let mut best = (product_cost(problem, product, 0, &nothing), 0, 0);
    let units = open.iter().map(|&s| problem.units[product * shelves + s]).fold(0.0, f64::max);
    let lifts = open.iter().map(|&s| problem.shelves[s].lift);
    let (low, high) = (lifts.clone().fold(f64::INFINITY, f64::min), lifts.fold(0.0, f64::max));
    let rent = |s: usize| {
        problem.place[product * shelves + s] + (price[s] - problem.empty) * p.width as f64
    };
    let cheapest = open.iter().copied().min_by(|&a, &b| rent(a).total_cmp(&rent(b)));
    let Some(shelf) = cheapest else { return best };
    let facing = rent(shelf);
    for n in p.least.max(1)..=p.most {
        let many = f64::from(n);
        // Losses are lowest at the lowest lift; sales grow with the lift by no more than demand.
        // What earns nothing when it sells loses nothing when it sells nothing.
        let best_case = if p.margin + p.lost < 0.0 {
            0.0
        } else {
            let grown = p.demand * (high - low) * many.powf(p.elasticity);
            let more = p.rate * p.margin.max(0.0) * grown;
            outcome(problem, product, many, many * units, low) - more
        };
        if best_case + many * facing < best.0 {
            best = (best_case + many * facing, n, shelf);
        }
    }
    best
}

/// What is proven, and the price of a millimetre of every shelf that proves it.
pub(crate) struct Proof {
    /// No planogram costs less.
    pub bound: f64,
    /// Prices, by shelf.
    pub price: Vec<f64>,
}

struct Dual<'a> {
    problem: &'a Problem,
    open: Vec<Vec<usize>>,
    choices: Vec<Option<Vec<Choice>>>,
    joy: f64,
}

impl Dual<'_> {
    /// Value of these prices, and how much more than its width is asked of every shelf.
    fn at(&self, price: &[f64]) -> (f64, Vec<f64>) {
        let mut value = -self.joy;
        let mut over = Vec::with_capacity(price.len());
        for (shelf, price) in self.problem.shelves.iter().zip(price) {
            value += (self.problem.empty - price) * shelf.width as f64;
            over.push(-(shelf.width as f64));
        }
        for (p, product) in self.problem.products.iter().enumerate() {
            let width = product.width as f64;
            let Some(list) = &self.choices[p] else {
                value += loose(self.problem, p, &self.open[p], price).0;
                continue;
            };
            let paid = |c: &Choice| {
                let rent: f64 = c.facings.iter().map(|&(s, n)| price[s] * f64::from(n)).sum();
                c.cost + rent * width
            };
            let each = list.iter().map(|c| (paid(c), c));
            if let Some((cost, choice)) = each.min_by(|a, b| a.0.total_cmp(&b.0)) {
                value += cost;
                for &(s, n) in &choice.facings {
                    over[s] += width * f64::from(n);
                }
            }
        }
        (value, over)
    }
}

/// A bound on every planogram, towards one that is known to cost `target`. Ends early, with what is
/// proven so far, when `expired`.
pub(crate) fn bound(problem: &Problem, target: f64, expired: &mut dyn FnMut() -> bool) -> Proof {
    let shelves = problem.shelves.len();
    let open: Vec<Vec<usize>> = (0..problem.products.len())
        .map(|p| (0..shelves).filter(|&s| problem.units[p * shelves + s] > 0.0).collect())
        .collect();
    let few = |p: usize| {
        // Ways to put up to `most` facings on the shelves: (most + shelves choose shelves).
        let n = problem.products[p].most as usize;
        let ways = (1..=open[p].len()).try_fold(1_usize, |ways, k| {
            let next = ways.checked_mul(n + k)? / k;
            (next <= WAYS).then_some(next)
        });
        ways.is_some()
    };
    let choices: Vec<Option<Vec<Choice>>> = (0..problem.products.len())
        .map(|p| (few(p) && !expired()).then(|| spread(problem, p, &open[p])))
        .collect();
    let joy = problem.near.iter().map(|n| n.2.max(0.0)).sum();
    let dual = Dual { problem, open, choices, joy };
    // One price for all shelves first: the value is concave in it, so that thirds close in.
    let (mut low, mut high) = (0.0, 2.0 * problem.empty + 1.0);
    let level = |price: f64| dual.at(&vec![price; shelves]).0;
    while !expired() && high < 1e12 && level(2.0 * high) > level(high) {
        high *= 2.0;
    }
    high *= 2.0;
    for _ in 0..12 {
        if expired() {
            break;
        }
        let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        if level(a) < level(b) {
            low = a;
        } else {
            high = b;
        }
    }
    let mut best_price = vec![0.5 * (low + high); shelves];
    let (mut best, mut over) = dual.at(&best_price);
    let mut price = best_price.clone();
    let mut value = best;
    let mut pace = 0.5;
    for _ in 0..ROUNDS {
        let norm: f64 = over.iter().map(|v| v * v).sum();
        if norm < 1e-9 || expired() {
            break;
        }
        // Polyak's step towards the best planogram that is known.
        let step = pace * (target - value).max(0.0) / norm;
        for s in 0..shelves {
            price[s] = (price[s] + step * over[s]).max(0.0);
        }
        (value, over) = dual.at(&price);
        if value > best {
            best = value;
            best_price.clone_from(&price);
        } else {
            pace *= 0.8;
        }
    }
    Proof { bound: best, price: best_price }
}
