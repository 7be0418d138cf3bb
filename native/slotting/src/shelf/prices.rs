//! A bound on every planogram with its blocks: shelves sell their width at a price, and every block
//! buys the rectangle that suits it best.
//!
//! Lagrangian relaxation (Geoffrion 1974) of the widths of the shelves, over the envelopes of the
//! blocks; prices come from mixing the choices made so far (Dantzig and Wolfe 1960). They say
//! which shelves are short, and so how wide a rectangle should be.

use super::judge::Judge;
use super::master::Master;
use super::Problem;

/// Prices that are tried.
const TRIES: usize = 400;
/// Share of the new prices in what is tried.
const NEW: f64 = 0.5;

/// Bound on the cost of all blocks, without the empty shelves and without what neighbours earn, and
/// the prices that prove it.
pub(super) fn bound_of_blocks(
    problem: &Problem,
    judge: &Judge<'_>,
    unlisted: &[f64],
    start: &[f64],
) -> (f64, Vec<f64>) {
    let widths: Vec<f64> = problem.shelves.iter().map(|s| s.width as f64).collect();
    let mut master = Master::new(widths.len(), unlisted.iter().sum());
    let mut used = vec![0.0; widths.len()];
    let mut top = (f64::NEG_INFINITY, start.to_vec());
    let mut price = start.to_vec();
    for _ in 0..TRIES {
        let cost = choose(judge, unlisted, &price, &mut used);
        let rent = |of: &[f64]| -> f64 { of.iter().zip(&price).map(|(u, p)| u * p).sum() };
        let value = cost - rent(&widths);
        master.add(cost - rent(&used), &used);
        if value > top.0 {
            top = (value, price.clone());
        }
        let above = master.solve(&widths, &mut price);
        if above - top.0 <= 1e-5 * (above.abs() + top.0.abs()) {
            break;
        }
        for (new, old) in price.iter_mut().zip(&top.1) {
            *new = NEW * *new + (1.0 - NEW) * old;
        }
    }
    top
}

/// Every block takes what costs least at these prices of a millimetre of each shelf.
fn choose(judge: &Judge<'_>, unlisted: &[f64], price: &[f64], used: &mut [f64]) -> f64 {
    let shelves = price.len();
    let mut total = 0.0;
    used.fill(0.0);
    for (b, &without) in unlisted.iter().enumerate() {
        let mut best = (without, 0, 0, 0.0);
        for first in 0..shelves {
            let mut rent = 0.0;
            for last in first..shelves {
                rent += price[last];
                let Some(envelope) = judge.envelope(b, first, last) else { continue };
                let (cost, width) = envelope.priced(rent);
                if cost < best.0 {
                    best = (cost, first, last, width);
                }
            }
        }
        total += best.0;
        if best.3 > 0.0 {
            used[best.1..=best.2].iter_mut().for_each(|u| *u += best.3);
        }
    }
    total
}
