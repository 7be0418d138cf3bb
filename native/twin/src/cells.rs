//! The chain: all stores, the prices, and the day that is running.

use backhaul_common::random::purpose;
use backhaul_common::{Error, Result, Stream};
use rayon::prelude::*;

use crate::math::{exp, normal_quantile, pow};
use crate::model::Model;
use crate::part::entity;
use crate::store::{Store, Withdrawn};

const TRAFFIC: u64 = purpose("demand.traffic");

/// What is the same in every cell's computation today.
pub(crate) struct Today<'a> {
    pub day: u32,
    pub calendar: &'a [f32],
    pub traffic: &'a [f32],
    pub lift: &'a [f32],
    pub appeal: &'a [f32],
    pub price_cents: &'a [i32],
    pub list_cents: &'a [i32],
    pub markdowns: &'a [(usize, f32, u16)],
    pub markdown_from: usize,
}

/// The state of all store x product cells.
pub struct Cells {
    model: Model,
    stores: Vec<Store>,
    price_cents: Vec<i32>,
    list_cents: Vec<i32>,
    /// Price and promotion effect by zone and product.
    price_effect: Vec<f32>,
    /// The same times today's product factors.
    appeal: Vec<f32>,
    traffic: Vec<f32>,
    lift: Vec<f32>,
    /// (product, demand factor, basis points off) of products that are marked down on their last day.
    markdowns: Vec<(usize, f32, u16)>,
    markdown_from: usize,
    day: Option<u32>,
    open: bool,
    next_part: usize,
    pool: Option<rayon::ThreadPool>,
}

fn length(name: &str, found: usize, expected: usize) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(Error::invalid(name, format!("{found} entries"), format!("{expected} entries")))
}

fn factors(name: &str, values: &[f32], expected: usize) -> Result<()> {
    length(name, values.len(), expected)?;
    match values.iter().position(|v| !(v.is_finite() && *v >= 0.0)) {
        Some(i) => {
            Err(Error::invalid(format!("{name}[{i}]"), values[i], "a finite number of at least 0"))
        }
        None => Ok(()),
    }
}

impl Cells {
    /// Empty stores with this base demand (units a day, store by store), at reference prices.
    pub fn new(model: Model, base_demand: &[f32], threads: usize) -> Result<Self> {
        let (s, n) = (model.n_stores(), model.n_products());
        factors("base_demand", base_demand, s * n)?;
        let pool = if threads > 1 {
            let built = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            Some(built.map_err(|e| Error::invalid("threads", threads, e.to_string()))?)
        } else {
            None
        };
        let stores = base_demand.chunks(n).enumerate().map(|(i, b)| Store::new(i, &model, b));
        let stores = stores.collect();
        let prices = model.products.reference_price_cents.repeat(model.zones);
        Ok(Self {
            stores,
            list_cents: prices.clone(),
            price_effect: vec![1.0; prices.len()],
            appeal: vec![1.0; prices.len()],
            price_cents: prices,
            traffic: vec![1.0; s],
            lift: vec![1.0; s * model.departments],
            markdowns: Vec::new(),
            markdown_from: 0,
            day: None,
            open: false,
            next_part: 0,
            pool,
            model,
        })
    }

    /// What does not change.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The stores.
    pub fn stores(&self) -> &[Store] {
        &self.stores
    }

    /// Today's price and promotion effects by zone and product.
    pub fn appeal(&self) -> &[f32] {
        &self.appeal
    }

    /// Today's traffic factor by store.
    pub fn traffic(&self) -> &[f32] {
        &self.traffic
    }

    /// The day that is open, or was open last.
    pub fn day(&self) -> Option<u32> {
        self.day
    }

    /// Do the same in every store, in parallel where threads were given. Stores share nothing, so
    /// the number of threads can't change a byte.
    pub(crate) fn each_store(
        &mut self,
        work: impl Fn(&mut Store, &Model, &Today<'_>) + Sync + Send,
    ) {
        let model = &self.model;
        let today = Today {
            day: self.day.unwrap_or(0),
            calendar: model.calendar_of(self.day.unwrap_or(0)),
            traffic: &self.traffic,
            lift: &self.lift,
            appeal: &self.appeal,
            price_cents: &self.price_cents,
            list_cents: &self.list_cents,
            markdowns: &self.markdowns,
            markdown_from: self.markdown_from,
        };
        let stores = &mut self.stores;
        match &self.pool {
            Some(pool) => {
                pool.install(|| stores.par_iter_mut().for_each(|s| work(s, model, &today)));
            }
            None => stores.iter_mut().for_each(|s| work(s, model, &today)),
        }
    }

    /// Fill one row of `out` a store, in parallel where threads were given.
    pub(crate) fn each_row<T: Send>(
        &self,
        out: &mut [T],
        work: impl Fn(&Store, &mut [T]) + Sync + Send,
    ) {
        let rows = self.model.n_products();
        match &self.pool {
            Some(pool) => pool.install(|| {
                let rows = out.par_chunks_mut(rows);
                self.stores.par_iter().zip(rows).for_each(|(store, row)| work(store, row));
            }),
            None => {
                self.stores
                    .iter()
                    .zip(out.chunks_mut(rows))
                    .for_each(|(store, row)| work(store, row));
            }
        }
    }

    /// Set prices by zone and product; they hold from the next part on.
    pub fn set_prices(
        &mut self,
        price_cents: &[i32],
        list_cents: &[i32],
        mailer: &[bool],
        display: &[bool],
    ) -> Result<()> {
        let n = self.model.n_products();
        let cells = self.model.zones * n;
        length("mailer", mailer.len(), cells)?;
        length("display", display.len(), cells)?;
        for (name, values) in [("price_cents", price_cents), ("list_cents", list_cents)] {
            length(name, values.len(), cells)?;
            if let Some(i) = values.iter().position(|c| !(1..=100_000_000).contains(c)) {
                let path = format!("{name}[{}][{}]", i / n, i % n);
                return Err(Error::invalid(path, values[i], "1 to 100,000,000 cents"));
            }
        }
        let products = &self.model.products;
        for (i, effect) in self.price_effect.iter_mut().enumerate() {
            let p = i % n;
            let reference = products.reference_price_cents[p];
            let uplift = match (mailer[i], display[i]) {
                (true, true) => products.both_uplift[p],
                (true, false) => products.mailer_uplift[p],
                (false, true) => products.display_uplift[p],
                (false, false) => 1.0,
            };
            let price = if price_cents[i] == reference {
                1.0
            } else {
                let ratio = f64::from(price_cents[i]) / f64::from(reference);
                pow(ratio, f64::from(products.elasticity[p])) as f32
            };
            // A product given away is not wanted a thousand times over.
            let effect_now = (price * uplift).min(50.0);
            self.appeal[i] =
                if *effect > 0.0 { self.appeal[i] / *effect * effect_now } else { effect_now };
            *effect = effect_now;
        }
        self.price_cents.copy_from_slice(price_cents);
        self.list_cents.copy_from_slice(list_cents);
        Ok(())
    }

    /// Reduce units on their last day by so many basis points (0: not), from a part of the day on.
    pub fn set_markdowns(&mut self, off_bp: &[u16], from_part: usize) -> Result<()> {
        length("off_bp", off_bp.len(), self.model.n_products())?;
        if let Some(p) = off_bp.iter().position(|&b| b > 9_900) {
            return Err(Error::invalid(
                format!("off_bp[{p}]"),
                off_bp[p],
                "0 to 9,900 basis points",
            ));
        }
        let products = &self.model.products;
        self.markdowns = (0..off_bp.len())
            .filter(|&p| off_bp[p] > 0 && products.shelf_life_d[p] > 0)
            .map(|p| {
                let ratio = 1.0 - f64::from(off_bp[p]) / 10_000.0;
                let boost = pow(ratio, f64::from(products.elasticity[p])).min(50.0);
                (p, boost as f32, off_bp[p])
            })
            .collect();
        self.markdown_from = from_part;
        Ok(())
    }

    /// Set shelf space: demand follows (facings / reference) to the power of the space elasticity.
    pub fn set_space(
        &mut self,
        facings: &[i32],
        reference: &[i32],
        capacity: &[i32],
    ) -> Result<()> {
        let n = self.model.n_products();
        let cells = self.stores.len() * n;
        for (name, values, least) in [
            ("facings", facings, 0),
            ("reference_facings", reference, 1),
            ("capacity", capacity, 0),
        ] {
            length(name, values.len(), cells)?;
            if let Some(i) = values.iter().position(|&v| v < least) {
                let path = format!("{name}[{}][{}]", i / n, i % n);
                return Err(Error::invalid(path, values[i], format!("at least {least}")));
            }
        }
        let elasticity = &self.model.products.space_elasticity;
        for (s, store) in self.stores.iter_mut().enumerate() {
            for p in 0..n {
                let i = s * n + p;
                store.capacity[p] = capacity[i];
                store.listed[p] = u8::from(facings[i] > 0);
                let space = if facings[i] == reference[i] || facings[i] == 0 {
                    1.0
                } else {
                    let ratio = f64::from(facings[i]) / f64::from(reference[i]);
                    pow(ratio, f64::from(elasticity[p])) as f32
                };
                store.rate[p] = store.base[p] * space;
            }
        }
        Ok(())
    }

    /// What the retailer believes to be the demand of each cell on a day of factor 1.
    pub fn set_forecast(&mut self, level: &[f32]) -> Result<()> {
        let n = self.model.n_products();
        factors("level", level, self.stores.len() * n)?;
        for (store, level) in self.stores.iter_mut().zip(level.chunks(n)) {
            store.believe(level);
        }
        Ok(())
    }

    /// Open a day. Factors are for the whole day: by store (0: closed), by product, and by store and
    /// department; forecasts know the product factors only.
    pub fn open_day(
        &mut self,
        day: u32,
        store_factor: Option<&[f32]>,
        product_factor: Option<&[f32]>,
        lift: Option<&[f32]>,
    ) -> Result<()> {
        if self.open {
            let open = self.day.unwrap_or(0);
            return Err(Error::invalid("day", day, format!("close day {open} first")));
        }
        if let Some(last) = self.day.filter(|&last| day <= last) {
            return Err(Error::invalid("day", day, format!("a day after {last}")));
        }
        let (s, n) = (self.stores.len(), self.model.n_products());
        if let Some(f) = store_factor {
            factors("store_factor", f, s)?;
        }
        if let Some(f) = product_factor {
            factors("product_factor", f, n)?;
        }
        if let Some(f) = lift {
            factors("lift", f, s * self.model.departments)?;
        }
        self.day = Some(day);
        self.open = true;
        self.next_part = 0;
        for i in 0..self.appeal.len() {
            self.appeal[i] = self.price_effect[i] * product_factor.map_or(1.0, |f| f[i % n]);
        }
        match lift {
            Some(lift) => self.lift.copy_from_slice(lift),
            None => self.lift.fill(1.0),
        }
        for s in 0..self.traffic.len() {
            let sd = f64::from(self.model.stores.traffic_sd[s]);
            let key = self.model.stores.key[s];
            let mut stream = Stream::new(self.model.seed, TRAFFIC, entity(key, 0), u64::from(day));
            let z = normal_quantile(stream.uniform().max(1e-16));
            let noise = exp(sd * z - 0.5 * sd * sd) as f32;
            self.traffic[s] = noise * store_factor.map_or(1.0, |f| f[s]);
        }
        self.each_store(|store, model, today| store.open(model, today.day));
        Ok(())
    }

    /// Sell one part of the open day; parts come in their order.
    pub fn step_part(&mut self, part: usize) -> Result<()> {
        self.must_be_open("part")?;
        if part != self.next_part || part >= self.model.n_parts() {
            let allowed = if self.next_part < self.model.n_parts() {
                format!("part {} of day {}", self.next_part, self.day.unwrap_or(0))
            } else {
                "no further part: close the day".to_owned()
            };
            return Err(Error::invalid("part", part, allowed));
        }
        self.each_store(|store, model, today| store.sell(model, today, part));
        self.next_part += 1;
        Ok(())
    }

    /// Close the day: shrink, waste, cost of what left, forecast.
    pub fn close_day(&mut self) -> Result<()> {
        self.must_be_open("day")?;
        if self.next_part < self.model.n_parts() {
            let allowed = format!("all {} parts sold first", self.model.n_parts());
            return Err(Error::invalid("day", format!("{} parts sold", self.next_part), allowed));
        }
        self.each_store(Store::close);
        self.open = false;
        Ok(())
    }

    /// Whether a day is open.
    pub fn is_open(&self) -> bool {
        self.open
    }

    fn must_be_open(&self, path: &str) -> Result<()> {
        if self.open {
            return Ok(());
        }
        Err(Error::invalid(path, "a closed day", "an open day: call open_day first"))
    }

    fn store_and_products(&self, store: usize, products: &[u32], n: usize) -> Result<()> {
        if store >= self.stores.len() {
            let allowed = format!("0 to {}", self.stores.len() - 1);
            return Err(Error::invalid("store", store, allowed));
        }
        length("quantity", n, products.len())?;
        let limit = self.model.n_products();
        match products.iter().position(|&p| p as usize >= limit) {
            Some(i) => Err(Error::invalid(
                format!("products[{i}]"),
                products[i],
                format!("0 to {}", limit - 1),
            )),
            None => Ok(()),
        }
    }

    fn amounts(quantity: &[i32]) -> Result<()> {
        match quantity.iter().position(|q| !(0..=10_000_000).contains(q)) {
            Some(i) => {
                Err(Error::invalid(format!("quantity[{i}]"), quantity[i], "0 to 10,000,000 units"))
            }
            None => Ok(()),
        }
    }

    /// Put a delivery on the shelves of a store. `value_cents` is the cost of each line;
    /// `remaining_d` its days of life (none: fresh); `ordered` what the line takes off the books of
    /// open orders (none: the quantity).
    pub fn receive(
        &mut self,
        store: usize,
        products: &[u32],
        quantity: &[i32],
        value_cents: &[i64],
        remaining_d: Option<&[u16]>,
        ordered: Option<&[i32]>,
    ) -> Result<()> {
        self.must_be_open("receive")?;
        self.store_and_products(store, products, quantity.len())?;
        Self::amounts(quantity)?;
        length("value_cents", value_cents.len(), products.len())?;
        if let Some(i) = value_cents.iter().position(|&c| !(0..=1_000_000_000_000).contains(&c)) {
            let path = format!("value_cents[{i}]");
            return Err(Error::invalid(path, value_cents[i], "0 to 1e12 cents"));
        }
        if let Some(i) = (0..quantity.len()).find(|&i| quantity[i] == 0 && value_cents[i] != 0) {
            let path = format!("value_cents[{i}]");
            return Err(Error::invalid(path, value_cents[i], "0 where nothing is received"));
        }
        if let Some(days) = remaining_d {
            length("remaining_d", days.len(), products.len())?;
        }
        if let Some(units) = ordered {
            length("ordered", units.len(), products.len())?;
            Self::amounts(units)?;
        }
        let target = &mut self.stores[store];
        for (i, &p) in products.iter().enumerate() {
            let p = p as usize;
            let life = remaining_d.map_or(u32::MAX, |d| u32::from(d[i]));
            target.receive(&self.model, p, quantity[i], value_cents[i], life);
            let off = ordered.map_or(quantity[i], |o| o[i]);
            target.on_order[p] = (target.on_order[p] - off).max(0);
        }
        Ok(())
    }

    /// Take units out of a store (transfer, recall, return): what was there of the wanted quantity.
    pub fn withdraw(
        &mut self,
        store: usize,
        products: &[u32],
        quantity: &[i32],
    ) -> Result<Vec<Withdrawn>> {
        self.must_be_open("withdraw")?;
        self.store_and_products(store, products, quantity.len())?;
        Self::amounts(quantity)?;
        let target = &mut self.stores[store];
        let model = &self.model;
        let out = products.iter().zip(quantity);
        Ok(out.map(|(&p, &q)| target.withdraw(model, p as usize, q)).collect())
    }

    /// Note orders as placed (units by store and product); negative quantities cancel.
    pub fn place(&mut self, order: &[i32]) -> Result<()> {
        let n = self.model.n_products();
        length("order", order.len(), self.stores.len() * n)?;
        for (store, order) in self.stores.iter_mut().zip(order.chunks(n)) {
            for (on_order, &units) in store.on_order.iter_mut().zip(order) {
                *on_order = on_order.saturating_add(units).max(0);
            }
        }
        Ok(())
    }
}
