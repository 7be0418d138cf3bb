//! The cells of one store: stock by remaining life, its cost, and what happened to it today.

use backhaul_replenishment::cell;

use crate::model::Model;
use crate::tally::{Day, Part};

/// State of one store; every vector has one entry a product unless it says otherwise.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) index: usize,
    pub(crate) open: bool,
    /// Units by remaining life, all products one after the other (`Model::range`).
    pub stock: Vec<i32>,
    /// Units in stock: the sum of the buckets.
    pub on_hand: Vec<i32>,
    /// Units ordered and not yet delivered.
    pub on_order: Vec<i32>,
    /// Units that the shelf holds.
    pub capacity: Vec<i32>,
    /// 1 where the store carries the product.
    pub listed: Vec<u8>,
    /// Base demand a day, units.
    pub base: Vec<f32>,
    /// Base demand times the effect of shelf space.
    pub rate: Vec<f32>,
    /// Cost of the stock and of what was sold since the day opened, cents.
    pub value_cents: Vec<i64>,

    /// Stock when the day opened.
    pub opening: Vec<i32>,
    /// Delivered today.
    pub received: Vec<i32>,
    /// Sold today.
    pub sold: Vec<i32>,
    /// Wanted today and neither sold nor replaced.
    pub lost_day: Vec<i32>,
    /// Wasted at the close of the day.
    pub waste: Vec<i32>,
    /// Lost to shrink at the close of the day.
    pub shrink: Vec<i32>,
    /// Withdrawn today.
    pub withdrawn: Vec<i32>,

    /// Wanted in the last part.
    pub demand: Vec<i32>,
    /// Sold in the last part, substitutes included.
    pub sales: Vec<i32>,
    /// Wanted in the last part and replaced by another product.
    pub switched: Vec<i32>,
    /// Wanted in the last part and neither sold nor replaced.
    pub lost: Vec<i32>,

    /// Gamma multiplier of today's demand.
    pub(crate) multiplier: Vec<f32>,
    /// Expected demand of the last part (without the multiplier).
    pub expected: Vec<f32>,
    /// Spare random bits of the last part's draw, for rounding.
    pub(crate) dice: Vec<u32>,
    /// Today's demand as the retailer can estimate it from sales and stock.
    pub(crate) observed: Vec<f32>,
    /// 1 where the shelf was seen empty today.
    pub(crate) censored: Vec<u8>,
    /// Discounted sums of the forecast: units, factors, squared misses, expected units.
    pub(crate) sum_units: Vec<f32>,
    pub(crate) sum_factor: Vec<f32>,
    pub(crate) sum_miss: Vec<f32>,
    pub(crate) sum_expected: Vec<f32>,

    /// By department: the last part.
    pub part: Vec<Part>,
    /// By department: the day so far; complete once the day is closed.
    pub day: Vec<Day>,
    /// By tax class: net sales of the last part, cents.
    pub tax_base_cents: Vec<i64>,
    /// Receipts in the last part.
    pub baskets: i64,
    pub(crate) short: Vec<u32>,
    pub(crate) last_day: Vec<i32>,
}

/// What was taken out of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Withdrawn {
    /// Units.
    pub units: i32,
    /// Their cost, cents.
    pub cents: i64,
    /// Mean remaining life in whole days, rounded down; 0 when it does not perish.
    pub remaining_d: u16,
}

/// `value * part / whole`, rounded to the nearest, never more than `value`.
#[inline]
pub(crate) fn share_of(value: i64, part: i64, whole: i64) -> i64 {
    if part >= whole {
        return value;
    }
    (value * part + whole / 2) / whole
}

impl Store {
    pub(crate) fn new(index: usize, model: &Model, base: &[f32]) -> Self {
        let n = model.n_products();
        let zeros = vec![0_i32; n];
        Self {
            index,
            open: false,
            stock: vec![0; model.offset[n] as usize],
            on_hand: zeros.clone(),
            on_order: zeros.clone(),
            capacity: vec![i32::MAX; n],
            listed: base.iter().map(|&b| u8::from(b > 0.0)).collect(),
            base: base.to_vec(),
            rate: base.to_vec(),
            value_cents: vec![0; n],
            opening: zeros.clone(),
            received: zeros.clone(),
            sold: zeros.clone(),
            lost_day: zeros.clone(),
            waste: zeros.clone(),
            shrink: zeros.clone(),
            withdrawn: zeros.clone(),
            demand: zeros.clone(),
            sales: zeros.clone(),
            switched: zeros.clone(),
            lost: zeros,
            multiplier: vec![1.0; n],
            expected: vec![0.0; n],
            dice: vec![0; n],
            observed: vec![0.0; n],
            censored: vec![0; n],
            sum_units: base.to_vec(),
            sum_factor: vec![1.0; n],
            sum_miss: base.to_vec(),
            sum_expected: base.to_vec(),
            part: vec![Part::default(); model.departments],
            day: vec![Day::default(); model.departments],
            tax_base_cents: vec![0; model.tax_classes],
            baskets: 0,
            short: Vec::new(),
            last_day: Vec::new(),
        }
    }

    /// Put a delivery on the shelf, with its cost and remaining life.
    pub(crate) fn receive(
        &mut self,
        model: &Model,
        product: usize,
        quantity: i32,
        cents: i64,
        remaining_d: u32,
    ) {
        cell::receive_aged(&mut self.stock[model.range(product)], quantity, remaining_d);
        self.on_hand[product] += quantity;
        self.received[product] += quantity;
        self.value_cents[product] += cents;
        let day = &mut self.day[usize::from(model.products.department[product])];
        day.received_units += i64::from(quantity);
        day.received_cents += cents;
    }

    /// Take up to `quantity` units out, shortest life first.
    pub(crate) fn withdraw(&mut self, model: &Model, product: usize, quantity: i32) -> Withdrawn {
        let stock = &mut self.stock[model.range(product)];
        let life = |stock: &[i32]| -> i64 {
            stock.iter().enumerate().map(|(i, &u)| (i as i64 + 1) * i64::from(u)).sum()
        };
        let before = life(stock);
        let units = cell::take_oldest(stock, quantity);
        let days = before - life(stock);
        let on_books = self.on_books(product);
        let cents = share_of(self.value_cents[product], i64::from(units), on_books.max(1));
        self.on_hand[product] -= units;
        self.withdrawn[product] += units;
        self.value_cents[product] -= cents;
        let day = &mut self.day[usize::from(model.products.department[product])];
        day.withdrawn_units += i64::from(units);
        day.withdrawn_cents += cents;
        let perishes = model.products.shelf_life_d[product] > 0 && units > 0;
        let remaining_d = if perishes { (days / i64::from(units)) as u16 } else { 0 };
        Withdrawn { units, cents, remaining_d }
    }

    /// Units whose cost is still on the books: sales are charged when the day is closed.
    pub(crate) fn on_books(&self, product: usize) -> i64 {
        let sold = if self.open { self.sold[product] } else { 0 };
        i64::from(self.on_hand[product]) + i64::from(sold)
    }

    /// Whole cents that the stock of a cell cost, by moving average.
    pub fn cost_of_stock(&self, product: usize) -> i64 {
        let on_books = self.on_books(product);
        share_of(self.value_cents[product], i64::from(self.on_hand[product]), on_books.max(1))
    }

    /// Units by remaining life of one product, shortest first.
    pub fn buckets(&self, model: &Model, product: usize) -> &[i32] {
        &self.stock[model.range(product)]
    }

    /// Units that may be sold on at most `days` days, today included; 0 when it does not perish.
    pub fn expiring(&self, model: &Model, product: usize, days: u16) -> i32 {
        if model.products.shelf_life_d[product] == 0 {
            return 0;
        }
        self.buckets(model, product).iter().take(usize::from(days)).sum()
    }
}
