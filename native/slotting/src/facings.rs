//! Facings by rule: shelf width is given to whoever earns most with the next millimetre.
//!
//! Sales grow with space as `demand * facings^elasticity` (Eisend 2014 reports a mean elasticity
//! of 0.17). The margin of one more facing falls with every facing, so that handing out width
//! greedily by margin per millimetre is optimal up to the last facing that does not fit.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use rayon::prelude::*;

/// One product on the shelf of one store.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Units a day that sell with one facing.
    pub demand: f64,
    /// Margin of a unit, in cents.
    pub margin: f64,
    /// Width of a facing, in millimetres.
    pub width: i64,
    /// Facings below which the product may not be listed.
    pub minimum: i32,
    /// Facings that it should have before anyone gets more: enough for a whole case.
    pub wanted: i32,
    /// Facings above which more bring nothing.
    pub maximum: i32,
}

impl Line {
    fn gain(&self, facings: i32, elasticity: f64) -> f64 {
        let step = f64::from(facings + 1).powf(elasticity)
            - if facings == 0 { 0.0 } else { f64::from(facings).powf(elasticity) };
        self.demand * self.margin * step
    }
}

/// The next facing of a product, by margin per millimetre; ties go to the lower index.
struct Next {
    rate: f64,
    index: usize,
}

impl PartialEq for Next {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Next {}
impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Next {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rate.total_cmp(&other.rate).then(other.index.cmp(&self.index))
    }
}

/// Facings of one store. Where the minima do not all fit, the products that earn least per
/// millimetre of their minimum are left out (0 facings). Where they do, but not all that is wanted
/// fits, the products that earn most per millimetre get it first.
pub fn facings(lines: &[Line], shelf: i64, elasticity: f64) -> Vec<i32> {
    let mut given = vec![0_i32; lines.len()];
    let mut left = shelf;
    let worth = |l: &Line| {
        let sales = l.demand * l.margin * f64::from(l.minimum.max(1)).powf(elasticity);
        sales / (l.width * i64::from(l.minimum.max(1))) as f64
    };
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|&a, &b| worth(&lines[b]).total_cmp(&worth(&lines[a])).then(a.cmp(&b)));
    for &i in &order {
        let need = lines[i].width * i64::from(lines[i].minimum);
        if need <= left {
            given[i] = lines[i].minimum;
            left -= need;
        }
    }
    for &i in &order {
        let line = &lines[i];
        if given[i] >= line.minimum && given[i] < line.wanted && line.width <= left {
            let more = i64::from(line.wanted - given[i]).min(left / line.width);
            given[i] += more as i32;
            left -= more * line.width;
        }
    }
    let mut heap = BinaryHeap::new();
    let offer = |heap: &mut BinaryHeap<Next>, i: usize, now: i32, left: i64| {
        let line = &lines[i];
        let listed = now >= line.minimum;
        if listed && now < line.maximum && line.width <= left {
            let rate = line.gain(now, elasticity) / line.width as f64;
            if rate > 0.0 {
                heap.push(Next { rate, index: i });
            }
        }
    };
    for i in 0..lines.len() {
        offer(&mut heap, i, given[i], left);
    }
    while let Some(Next { index, .. }) = heap.pop() {
        if lines[index].width <= left {
            given[index] += 1;
            left -= lines[index].width;
            offer(&mut heap, index, given[index], left);
        }
    }
    given
}

/// Facings of many stores: `lines` holds the products of each store in turn.
pub fn facings_batch(lines: &[Line], shelves: &[i64], elasticity: f64) -> Vec<i32> {
    if shelves.is_empty() || lines.is_empty() {
        return Vec::new();
    }
    let products = lines.len() / shelves.len();
    lines
        .par_chunks(products)
        .zip(shelves.par_iter())
        .flat_map_iter(|(mine, &shelf)| facings(mine, shelf, elasticity))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(demand: f64, minimum: i32) -> Line {
        Line { demand, margin: 1.0, width: 100, minimum, wanted: 0, maximum: 99 }
    }

    #[test]
    fn the_better_seller_gets_more_but_everyone_is_listed() {
        let given = facings(&[line(10.0, 1), line(1.0, 1)], 600, 0.17);
        assert_eq!(given.iter().sum::<i32>(), 6);
        assert!(given[0] > given[1] && given[1] >= 1, "{given:?}");
    }

    #[test]
    fn the_worst_is_left_out_where_the_minima_do_not_fit() {
        assert_eq!(facings(&[line(1.0, 2), line(5.0, 2)], 300, 0.17), [0, 3]);
    }

    #[test]
    fn what_is_wanted_yields_to_the_minima_of_others() {
        let greedy = Line { wanted: 4, ..line(5.0, 1) };
        assert_eq!(facings(&[greedy, line(1.0, 1)], 300, 0.17), [2, 1]);
    }
}
