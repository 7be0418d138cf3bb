//! Quick fills: facings handed out in one pass over a list, at the prices of the rows.
//!
//! Rectangles are judged by what fits into them, many thousand times; [`Fill::greedy`] looks at
//! every facing again after every facing, this list ranks them once, by what each brings a
//! millimetre on its best row.

use std::ops::Range;

use super::fill::Fill;
use super::value::product_cost;
use super::Problem;

/// The next facings of a member when it has so many.
#[derive(Clone, Copy, Debug)]
struct Next {
    member: usize,
    has: i32,
    more: i32,
    width: i64,
}

/// All facings that the products of each block may get, and what they gain on every shelf.
#[derive(Clone, Debug, Default)]
pub(super) struct Quick {
    /// Facings of all blocks, one block after the other.
    next: Vec<Next>,
    /// Part of each block.
    range: Vec<Range<usize>>,
    /// Gain, by facing and shelf; what does not fit is infinitely bad.
    gains: Vec<f64>,
    /// Narrowest facing of each block.
    narrow: Vec<i64>,
}

impl Quick {
    /// Work out the gain of every facing.
    pub fn new(problem: &Problem, members: &[Vec<usize>]) -> Self {
        let shelves = problem.shelves.len();
        let mut quick = Self::default();
        let mut facings = vec![0; shelves];
        for list in members {
            let begin = quick.next.len();
            for (member, &p) in list.iter().enumerate() {
                let product = &problem.products[p];
                let nothing = product_cost(problem, p, 0, &facings);
                let mut before = vec![nothing; shelves];
                let mut has = 0;
                while has < product.most {
                    let more = if has == 0 { product.least.max(1) } else { 1 };
                    for s in 0..shelves {
                        let mut gain = f64::NEG_INFINITY;
                        if problem.units[p * shelves + s] > 0.0 {
                            facings[s] = has + more;
                            let cost = product_cost(problem, p, 0, &facings);
                            facings[s] = 0;
                            gain = before[s] - cost;
                            before[s] = cost;
                        }
                        quick.gains.push(gain);
                    }
                    let width = i64::from(more) * product.width;
                    quick.next.push(Next { member, has, more, width });
                    has += more;
                }
            }
            quick.range.push(begin..quick.next.len());
            let widths = list.iter().map(|&p| problem.products[p].width);
            quick.narrow.push(widths.min().unwrap_or(i64::MAX));
        }
        quick
    }

    /// Fill an empty rectangle of a block, at its prices.
    pub fn fill(&self, problem: &Problem, block: usize, fill: &mut Fill) {
        let (shelves, rows, first) = (problem.shelves.len(), fill.rows, fill.first);
        let gains = |k: usize| &self.gains[k * shelves + first..][..rows];
        let mut ranked: Vec<(f64, usize)> = Vec::with_capacity(self.range[block].len());
        let mut last = f64::INFINITY;
        for k in self.range[block].clone() {
            let next = &self.next[k];
            if next.has == 0 {
                last = f64::INFINITY;
            }
            let each = gains(k).iter().zip(&fill.price);
            // What loses money even where width is free stays out.
            let net =
                each.filter(|(&gain, _)| gain > 1e-12).map(|(g, p)| g - p * next.width as f64);
            let best = net.fold(f64::NEG_INFINITY, f64::max) / next.width as f64;
            // Never before the facings that it builds on.
            last = last.min(best);
            if last > f64::NEG_INFINITY {
                ranked.push((last, k));
            }
        }
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut wide = fill.room.iter().copied().max().unwrap_or(0);
        for (_, k) in ranked {
            if wide < self.narrow[block] {
                break;
            }
            let next = self.next[k];
            let m = next.member;
            if next.width > wide || fill.count[m] != next.has {
                continue;
            }
            let (mut best, mut row) = (f64::NEG_INFINITY, None);
            for (r, &gain) in gains(k).iter().enumerate() {
                let net = gain - fill.price[r] * next.width as f64;
                if next.width <= fill.room[r] && net > best && gain > 1e-12 {
                    best = net;
                    row = Some(r);
                }
            }
            let Some(r) = row else { continue };
            let full = fill.room[r] == wide;
            fill.put(problem, m, r, next.more, 0.0);
            if full {
                wide = fill.room.iter().copied().max().unwrap_or(0);
            }
        }
        for m in 0..fill.members.len() {
            if fill.count[m] > 0 {
                fill.cost[m] = fill.cost_with(problem, m, &[]);
            }
        }
        bare(problem, fill);
    }
}

/// Something for every row that has nothing: a facing more, or one from another row.
fn bare(problem: &Problem, fill: &mut Fill) {
    for r in 0..fill.rows {
        if fill.on_row[r] > 0 {
            continue;
        }
        let mut best: Option<(f64, usize, Option<usize>, i32)> = None;
        for m in 0..fill.members.len() {
            let p = &problem.products[fill.members[m]];
            if !fill.fits(problem, m, r) {
                continue;
            }
            let more = if fill.count[m] == 0 { p.least.max(1) } else { 1 };
            if p.width * i64::from(more) > fill.room[r] {
                continue;
            }
            let mut offer = |loss: f64, from: Option<usize>| {
                if best.is_none_or(|b| loss < b.0) {
                    best = Some((loss, m, from, more));
                }
            };
            let cost = fill.cost[m];
            if fill.count[m] + more <= p.most {
                offer(fill.cost_with(problem, m, &[(r, more)]) - cost, None);
            }
            for from in 0..fill.rows {
                if fill.facings[m * fill.rows + from] > 0 && fill.on_row[from] > 1 {
                    let moved = [(from, -1), (r, 1)];
                    offer(fill.cost_with(problem, m, &moved) - cost, Some(from));
                }
            }
        }
        let Some((loss, m, from, more)) = best else { return };
        let cost = fill.cost[m] + loss;
        if let Some(from) = from {
            fill.put(problem, m, from, -1, cost);
        }
        fill.put(problem, m, r, more, cost);
    }
}
