//! What a block costs at least on a run of shelves, as a function of its width.
//!
//! The rows of the rectangle are priced and every product chooses for itself: whatever the prices,
//! cost >= value - slope * width. Such lines at several widths make a convex envelope, which is
//! close where a block has many products, and costs next to nothing to look up. Prices come from
//! mixing the choices made so far (Dantzig and Wolfe 1960), drawn towards the best prices known
//! (Wentges 1997).

use super::bound::loose;
use super::master::Master;
use super::value::product_cost;
use super::ways::Ways;
use super::Problem;

/// Widths at which the envelope is worked out, and prices that are tried at each.
const WIDTHS: usize = 12;
const TRIES: usize = 16;
/// Share of all that can be gained within which the envelope may stay below the truth.
const CLOSE: f64 = 0.001;
/// Share of the new prices in what is tried.
const NEW: f64 = 0.6;

/// One line, and the prices of the rows that prove it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub value: f64,
    pub slope: f64,
    pub price: Vec<f64>,
}

/// Lines by slope, from the flattest.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    pub lines: Vec<Line>,
    /// No rectangle here is narrower, and none wider.
    narrowest: f64,
    widest: f64,
}

impl Envelope {
    /// Envelope of these products on shelves `first` to `last`; None when time runs out.
    pub fn new(
        problem: &Problem,
        members: &[usize],
        (first, last): (usize, usize),
        narrowest: i64,
        expired: &mut dyn FnMut() -> bool,
    ) -> Option<Self> {
        let rows = last + 1 - first;
        let shelves = problem.shelves.len();
        let each = |&p: &usize| {
            Ways::new(problem, p, first, last).map_or_else(
                || {
                    let open = |s: &usize| problem.units[p * shelves + s] > 0.0;
                    Each::Loose(p, (first..=last).filter(open).collect())
                },
                Each::Ways,
            )
        };
        let mut run = Run {
            problem,
            first,
            each: members.iter().map(each).collect(),
            used: Vec::new(),
            rent: Vec::new(),
            price: vec![0.0; shelves],
            lines: Vec::new(),
        };
        let none = vec![0; shelves];
        let whole: f64 = members.iter().map(|&p| product_cost(problem, p, 0, &none)).sum();
        let mut master = Master::new(rows, whole);
        let least = run.look(&vec![0.0; rows]);
        master.add(least, &run.used);
        let wanted = 1.5 * run.used.iter().sum::<f64>() / rows as f64;
        let widest = (first..=last).map(|s| problem.shelves[s].width).min().unwrap_or(0) as f64;
        let low = narrowest.max(1) as f64;
        let high = widest.min(wanted).max(low + 1.0);
        let mut price = Vec::new();
        for k in (0..WIDTHS).rev() {
            let width = low * (high / low).powf(k as f64 / (WIDTHS - 1) as f64);
            for _ in 0..TRIES {
                if expired() {
                    return None;
                }
                let above = master.solve(&vec![width; rows], &mut price);
                let height = |l: &Line| l.value - l.slope * width;
                let mut below = &run.lines[0];
                for line in &run.lines {
                    if height(line) > height(below) {
                        below = line;
                    }
                }
                if above - height(below) <= CLOSE * (whole - least) {
                    break;
                }
                for (new, old) in price.iter_mut().zip(&below.price) {
                    *new = NEW * *new + (1.0 - NEW) * old;
                }
                let value = run.look(&price);
                let paid: f64 = run.used.iter().zip(&price).map(|(u, p)| u * p).sum();
                master.add(value - paid, &run.used);
            }
        }
        Some(Self { lines: upper(run.lines), narrowest: low, widest: widest.max(low) })
    }

    /// The highest line at a width.
    pub fn at(&self, width: i64) -> &Line {
        let w = width as f64;
        let value = |k: usize| self.lines[k].value - self.lines[k].slope * w;
        // Values rise and then fall with the slope.
        let (mut low, mut high) = (0, self.lines.len() - 1);
        while low < high {
            let middle = usize::midpoint(low, high);
            if value(middle) < value(middle + 1) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        &self.lines[low]
    }

    /// No rectangle of this width costs less.
    pub fn least(&self, width: i64) -> f64 {
        let line = self.at(width);
        line.value - line.slope * width as f64
    }

    /// No rectangle costs less with its width at a price; and the width that shows it.
    pub fn priced(&self, price: f64) -> (f64, f64) {
        let k = self.lines.partition_point(|l| l.slope < price);
        // Where the lines on both sides of the price meet.
        let width = match (k.checked_sub(1).map(|k| &self.lines[k]), self.lines.get(k)) {
            (Some(flat), Some(steep)) => (steep.value - flat.value) / (steep.slope - flat.slope),
            (None, _) => f64::INFINITY,
            (_, None) => 0.0,
        };
        let width = width.clamp(self.narrowest, self.widest);
        let best = self.lines.iter().map(|l| l.value - l.slope * width);
        (best.fold(f64::NEG_INFINITY, f64::max) + price * width, width)
    }
}

enum Each {
    Ways(Ways),
    Loose(usize, Vec<usize>),
}

struct Run<'a> {
    problem: &'a Problem,
    first: usize,
    each: Vec<Each>,
    /// Width that was asked for on each row.
    used: Vec<f64>,
    rent: Vec<f64>,
    price: Vec<f64>,
    lines: Vec<Line>,
}

impl Run<'_> {
    /// Draw the line of these prices.
    fn look(&mut self, price: &[f64]) -> f64 {
        self.used.clear();
        self.used.resize(price.len(), 0.0);
        self.price[self.first..][..price.len()].copy_from_slice(price);
        let mut value = 0.0;
        for each in &self.each {
            value += match each {
                Each::Ways(ways) => ways.best(price, &mut self.rent, &mut self.used),
                Each::Loose(p, open) => {
                    let (value, many, s) = loose(self.problem, *p, open, &self.price);
                    if many > 0 {
                        let width = self.problem.products[*p].width as f64;
                        self.used[s - self.first] += f64::from(many) * width;
                    }
                    value
                }
            };
        }
        self.lines.push(Line { value, slope: price.iter().sum(), price: price.to_vec() });
        value
    }
}

/// Lines that are the highest somewhere, by slope.
fn upper(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by(|a, b| a.slope.total_cmp(&b.slope).then(b.value.total_cmp(&a.value)));
    let mut kept: Vec<Line> = Vec::new();
    for line in lines {
        if kept.last().is_some_and(|k| line.slope <= k.slope + 1e-12 || line.value <= k.value) {
            continue;
        }
        // The middle of three is never the highest if the last overtakes the first before it does.
        while let [.., a, b] = &kept[..] {
            let meets = |x: &Line, y: &Line| (y.value - x.value) / (y.slope - x.slope);
            if meets(a, &line) >= meets(a, b) {
                kept.pop();
            } else {
                break;
            }
        }
        kept.push(line);
    }
    kept
}
