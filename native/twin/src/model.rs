//! What does not change during a run: products, stores, the calendar. Validated once.

use backhaul_common::{Error, Result};
use backhaul_replenishment::cell;

use crate::gamma::Multiplier;
use crate::math::{exp, ln};

/// Substitutes a product may have.
pub const SUBSTITUTES: usize = 3;

/// Columns of the catalogue, one entry a product.
#[derive(Clone, Debug, Default)]
pub struct Products {
    /// Department, from 0.
    pub department: Vec<u16>,
    /// Tax class, from 0.
    pub tax_class: Vec<u16>,
    /// Price at which the base demand holds, cents.
    pub reference_price_cents: Vec<i32>,
    /// Own-price elasticity, usually negative.
    pub elasticity: Vec<f32>,
    /// Demand factor while in the mailer.
    pub mailer_uplift: Vec<f32>,
    /// Demand factor while on display.
    pub display_uplift: Vec<f32>,
    /// Demand factor while in the mailer and on display.
    pub both_uplift: Vec<f32>,
    /// Days on which a fresh unit may be sold; 0 when it does not perish.
    pub shelf_life_d: Vec<u16>,
    /// Units in a case.
    pub case_pack: Vec<i32>,
    /// Variance of a day's demand is mean + dispersion x mean^2.
    pub dispersion: Vec<f32>,
    /// Share of customers who pick the longest remaining life.
    pub freshest_share: Vec<f32>,
    /// Units stolen, damaged or mislaid, per unit sold.
    pub shrink_share: Vec<f32>,
    /// Share of customers who look for a substitute when the shelf is empty.
    pub switch_share: Vec<f32>,
    /// Units on a line of a receipt, at least 1.
    pub units_per_line: Vec<f32>,
    /// Elasticity of demand to shelf space.
    pub space_elasticity: Vec<f32>,
    /// Substitutes of product `p` at `p * SUBSTITUTES..`, best first; -1 for none.
    pub substitutes: Vec<i32>,
}

/// Columns of the stores, one entry a store.
#[derive(Clone, Debug, Default)]
pub struct Stores {
    /// Name of the store in the random streams: keep it when the list of stores changes.
    pub key: Vec<u32>,
    /// Price zone, from 0.
    pub zone: Vec<u16>,
    /// Lines on an average receipt.
    pub lines_per_basket: Vec<f32>,
    /// Standard deviation of the logarithm of a day's traffic.
    pub traffic_sd: Vec<f32>,
}

/// Everything that stays as it is.
#[derive(Clone, Debug)]
pub struct Model {
    /// Seed of all random streams.
    pub seed: u64,
    /// Catalogue.
    pub products: Products,
    /// Stores.
    pub stores: Stores,
    /// Demand factor of a department on a day: `calendar[day % days][department]`.
    pub calendar: Vec<f32>,
    /// Share of a day's demand in each part: `part_share[part][department]`.
    pub part_share: Vec<f32>,
    /// Number of departments.
    pub departments: usize,
    /// Number of tax classes.
    pub tax_classes: usize,
    /// Number of price zones.
    pub zones: usize,
    /// Weight of the newest day in the forecast.
    pub forecast_weight: f32,
    /// Where a product's buckets begin in a store's stock; one entry more than products.
    pub(crate) offset: Vec<u32>,
    /// Tables of multipliers, and which one a product uses.
    pub(crate) multipliers: Vec<Multiplier>,
    pub(crate) multiplier_of: Vec<u16>,
}

fn each<T: Copy + std::fmt::Display>(
    name: &str,
    values: &[T],
    n: usize,
    allowed: &str,
    ok: impl Fn(T) -> bool,
) -> Result<()> {
    if values.len() != n {
        return Err(Error::invalid(
            name,
            format!("{} entries", values.len()),
            format!("{n} entries"),
        ));
    }
    match values.iter().position(|&v| !ok(v)) {
        Some(i) => Err(Error::invalid(format!("{name}[{i}]"), values[i], allowed)),
        None => Ok(()),
    }
}

fn share(x: f32) -> bool {
    (0.0..=1.0).contains(&x)
}

fn positive(x: f32) -> bool {
    x > 0.0 && x.is_finite()
}

impl Model {
    /// Validate and complete a model.
    pub fn new(
        seed: u64,
        products: Products,
        stores: Stores,
        calendar: Vec<f32>,
        part_share: Vec<f32>,
        shape: (usize, usize, usize),
        forecast_weight: f32,
    ) -> Result<Self> {
        let (departments, tax_classes, zones) = shape;
        let p = &products;
        let n = p.department.len();
        let below = |limit: usize| format!("a whole number from 0 to {}", limit.saturating_sub(1));
        if n == 0 || n > 1 << 24 {
            return Err(Error::invalid("products", n, "1 to 16,777,216 products"));
        }
        each("products.department", &p.department, n, &below(departments), |d| {
            usize::from(d) < departments
        })?;
        each("products.tax_class", &p.tax_class, n, &below(tax_classes), |t| {
            usize::from(t) < tax_classes
        })?;
        let price = "1 to 100,000,000 cents";
        each("products.reference_price_cents", &p.reference_price_cents, n, price, |c| {
            (1..=100_000_000).contains(&c)
        })?;
        each("products.elasticity", &p.elasticity, n, "-20 to 5", |e| (-20.0..=5.0).contains(&e))?;
        let factor = "a positive number";
        each("products.mailer_uplift", &p.mailer_uplift, n, factor, positive)?;
        each("products.display_uplift", &p.display_uplift, n, factor, positive)?;
        each("products.both_uplift", &p.both_uplift, n, factor, positive)?;
        each("products.shelf_life_d", &p.shelf_life_d, n, "0 to 3650 days", |d| d <= 3650)?;
        each("products.case_pack", &p.case_pack, n, "1 to 1,000,000 units", |c| {
            (1..=1_000_000).contains(&c)
        })?;
        each("products.dispersion", &p.dispersion, n, "0 to 20", |d| (0.0..=20.0).contains(&d))?;
        each("products.freshest_share", &p.freshest_share, n, "0 to 1", share)?;
        each("products.shrink_share", &p.shrink_share, n, "0 to 1", share)?;
        each("products.switch_share", &p.switch_share, n, "0 to 1", share)?;
        each("products.units_per_line", &p.units_per_line, n, "at least 1", |u| {
            u >= 1.0 && u.is_finite()
        })?;
        each("products.space_elasticity", &p.space_elasticity, n, "-2 to 2", |e| {
            (-2.0..=2.0).contains(&e)
        })?;
        let other = format!("-1 or another product from 0 to {}", n - 1);
        each("products.substitutes", &p.substitutes, n * SUBSTITUTES, &other, |s| {
            s >= -1 && s < n as i32
        })?;
        if let Some(i) =
            (0..n * SUBSTITUTES).find(|&i| p.substitutes[i] == (i / SUBSTITUTES) as i32)
        {
            let path = format!("products.substitutes[{}][{}]", i / SUBSTITUTES, i % SUBSTITUTES);
            return Err(Error::invalid(path, p.substitutes[i], other));
        }
        let m = stores.key.len();
        if m == 0 {
            return Err(Error::invalid("stores", m, "at least 1 store"));
        }
        each("stores.zone", &stores.zone, m, &below(zones), |z| usize::from(z) < zones)?;
        each("stores.lines_per_basket", &stores.lines_per_basket, m, "at least 1", |l| {
            l >= 1.0 && l.is_finite()
        })?;
        each("stores.traffic_sd", &stores.traffic_sd, m, "0 to 2", |t| (0.0..=2.0).contains(&t))?;
        let mut keys = stores.key.clone();
        keys.sort_unstable();
        if let Some(pair) = keys.windows(2).find(|w| w[0] == w[1]) {
            return Err(Error::invalid("stores.key", pair[0], "keys that differ"));
        }
        for (name, table) in [("calendar", &calendar), ("part_share", &part_share)] {
            if table.is_empty() || table.len() % departments != 0 {
                let allowed = format!("whole rows of {departments} departments");
                return Err(Error::invalid(name, format!("{} entries", table.len()), allowed));
            }
            each(name, table, table.len(), "a finite number of at least 0", |x| {
                x >= 0.0 && x.is_finite()
            })?;
        }
        if !(forecast_weight > 0.0 && forecast_weight <= 1.0) {
            return Err(Error::invalid("forecast_weight", forecast_weight, "above 0, at most 1"));
        }
        let mut offset = vec![0_u32];
        for &life in &p.shelf_life_d {
            offset.push(offset[offset.len() - 1] + cell::buckets(u32::from(life)) as u32);
        }
        let (multipliers, multiplier_of) = multipliers(&p.dispersion);
        Ok(Self {
            seed,
            products,
            stores,
            calendar,
            part_share,
            departments,
            tax_classes,
            zones,
            forecast_weight,
            offset,
            multipliers,
            multiplier_of,
        })
    }

    /// Number of products.
    pub fn n_products(&self) -> usize {
        self.products.department.len()
    }

    /// Number of stores.
    pub fn n_stores(&self) -> usize {
        self.stores.key.len()
    }

    /// Parts of a day.
    pub fn n_parts(&self) -> usize {
        self.part_share.len() / self.departments
    }

    /// Demand factors of the departments on a day.
    pub fn calendar_of(&self, day: u32) -> &[f32] {
        let days = self.calendar.len() / self.departments;
        let row = day as usize % days;
        &self.calendar[row * self.departments..][..self.departments]
    }

    /// Shares of a part of the day, by department.
    pub fn shares_of(&self, part: usize) -> &[f32] {
        &self.part_share[part * self.departments..][..self.departments]
    }

    /// The product's buckets in a store's stock.
    #[inline]
    pub(crate) fn range(&self, product: usize) -> std::ops::Range<usize> {
        self.offset[product] as usize..self.offset[product + 1] as usize
    }
}

/// One table a distinct dispersion; above 256 of them, products share tables on a 5 % grid.
fn multipliers(dispersion: &[f32]) -> (Vec<Multiplier>, Vec<u16>) {
    let mut distinct: Vec<f32> = dispersion.to_vec();
    distinct.sort_unstable_by(f32::total_cmp);
    distinct.dedup();
    let coarse = distinct.len() > 256;
    let round = |d: f32| {
        if !coarse || d < 1e-4 {
            return if coarse { 0.0 } else { d };
        }
        exp((ln(f64::from(d)) * 20.0).round() / 20.0) as f32
    };
    if coarse {
        for d in &mut distinct {
            *d = round(*d);
        }
        distinct.dedup();
    }
    let index = |d: f32| distinct.partition_point(|&x| x < round(d)) as u16;
    let of = dispersion.iter().map(|&d| index(d)).collect();
    let tables = distinct.iter().map(|&d| Multiplier::new(f64::from(d))).collect();
    (tables, of)
}
