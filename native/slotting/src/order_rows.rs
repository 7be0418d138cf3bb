//! Where the products of each order stand, kept sorted while products move.
//!
//! A product is judged by walking over all of its orders, again and again; products move seldom.
//! So each order keeps the places of its products in rising order: reading one is a straight run
//! over a few neighbouring numbers, and a move replaces one number in each order of the product.

use backhaul_common::Stream;

use crate::baskets::Baskets;

/// Places by order, and orders by product.
pub(crate) struct Rows {
    start: Vec<u32>,
    places: Vec<u32>,
    by_product: Vec<usize>,
    orders: Vec<u32>,
}

impl Rows {
    /// `at` is the place of each product; those that stand nowhere are left out. The orders of a
    /// product are listed in an order that says nothing.
    pub fn new(orders: &Baskets, at: &[Option<u32>], stream: &mut Stream) -> Self {
        let mut start = Vec::with_capacity(orders.len() + 1);
        start.push(0);
        let mut places = Vec::with_capacity(orders.products.len());
        for ends in orders.ptr.windows(2) {
            let row = &orders.products[ends[0]..ends[1]];
            let from = places.len();
            places.extend(row.iter().filter_map(|&i| at[i as usize]));
            places[from..].sort_unstable();
            start.push(places.len() as u32);
        }
        let (by_product, mut of) = orders.by_product(at.len());
        for ends in by_product.windows(2) {
            stream.shuffle(&mut of[ends[0]..ends[1]]);
        }
        Self { start, places, by_product, orders: of }
    }

    /// Where the rows of some orders begin and end.
    ///
    /// Rows lie all over the memory: asking for many at once lets their loads overlap.
    pub fn ends<const N: usize>(&self, orders: &[u32]) -> [(u32, u32, u32); N] {
        let mut ends = [(0, 0, 0); N];
        for (ends, &order) in ends.iter_mut().zip(orders) {
            let (from, to) = (self.start[order as usize], self.start[order as usize + 1]);
            *ends = (from, to, self.places.get(from as usize).copied().unwrap_or(0));
        }
        ends
    }

    /// Rising places of the products of an order, which lie from here to there.
    #[inline]
    pub fn row(&self, from: u32, to: u32) -> &[u32] {
        &self.places[from as usize..to as usize]
    }

    /// Orders of a product.
    #[inline]
    pub fn of(&self, product: usize) -> &[u32] {
        &self.orders[self.by_product[product]..self.by_product[product + 1]]
    }

    /// Say which products have moved, from which place to which: two halves of the orders side by
    /// side.
    pub fn shift(&mut self, moves: &[(usize, u32, u32)]) {
        let half = self.start.len() / 2;
        let middle = self.start[half];
        let (low, high) = self.places.split_at_mut(middle as usize);
        let (start, orders, by_product) = (&self.start, &self.orders, &self.by_product);
        let shift = |places: &mut [u32], first: u32, inside: &(dyn Fn(u32) -> bool + Sync)| {
            for &(product, from, to) in moves {
                for &order in &orders[by_product[product]..by_product[product + 1]] {
                    if inside(order) {
                        let (begin, end) = (start[order as usize], start[order as usize + 1]);
                        replace(
                            &mut places[(begin - first) as usize..(end - first) as usize],
                            from,
                            to,
                        );
                    }
                }
            }
        };
        rayon::join(
            || shift(low, 0, &|order| (order as usize) < half),
            || shift(high, middle, &|order| order as usize >= half),
        );
    }
}

/// Replace a number in a rising row, and keep it rising.
fn replace(row: &mut [u32], from: u32, to: u32) {
    let Some(mut k) = row.iter().position(|&place| place == from) else { return };
    while k + 1 < row.len() && row[k + 1] < to {
        row[k] = row[k + 1];
        k += 1;
    }
    while k > 0 && row[k - 1] > to {
        row[k] = row[k - 1];
        k -= 1;
    }
    row[k] = to;
}

#[cfg(test)]
mod tests {
    use backhaul_common::purpose;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn moved_products_stand_where_new_rows_have_them(seed in 0_u64..1000) {
            let mut draw = Stream::new(seed, purpose("test"), 0, 0);
            let lines: Vec<(u32, u32)> =
                (0..60).map(|_| (draw.below(12) as u32, draw.below(9) as u32)).collect();
            let (basket, product): (Vec<u32>, Vec<u32>) = lines.into_iter().unzip();
            let orders = Baskets::from_lines(12, &basket, &product);
            let mut at: Vec<Option<u32>> = (0..9).map(|_| Some(draw.below(6) as u32)).collect();
            at[4] = None;
            let mut rows = Rows::new(&orders, &at, &mut draw);
            for _ in 0..20 {
                let (i, to) = (draw.below(9), draw.below(6) as u32);
                if let Some(from) = at[i].replace(to).filter(|_| i != 4) {
                    rows.shift(&[(i, from, to)]);
                }
                at[4] = None;
            }
            let new = Rows::new(&orders, &at, &mut draw);
            for order in 0..12 {
                let [(from, to, _)] = new.ends::<1>(&[order]);
                prop_assert_eq!(rows.row(from, to), new.row(from, to));
            }
        }
    }
}
