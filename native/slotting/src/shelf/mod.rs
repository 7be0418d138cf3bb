//! Planograms: which products get how many facings on which shelf, in blocks that stand together.
//!
//! A block (a brand, a family) is a rectangle: the same place and width on consecutive shelves of
//! one fixture, with at least one facing on each of them. The model follows the shelf space
//! allocation of Oliveira and Tollander de Balsch (2019), with space elasticity (Corstjens and
//! Doyle 1981), a value of every height, uncertain demand, and an effect of blocks that touch.
//!
//! [`envelope`] says what a rectangle could be worth to its block at best, [`fill`] puts facings into
//! it, [`judge`] remembers both; [`placing`] finds places for the rectangles, [`work`] changes them
//! together with facings, [`anneal`] works the facings out finely in the end. [`bound`] and
//! [`prices`] say how much better any planogram could be.

mod anneal;
mod bound;
mod envelope;
mod fill;
mod judge;
mod master;
mod placing;
mod prices;
mod quick;
mod reach;
mod rectangles;
mod search;
mod solve;
mod value;
mod ways;
mod work;

use backhaul_common::{Error, Result, StopReason};

pub use solve::solve;
pub use value::product_cost;

/// A shelf of a fixture. Shelves of a fixture follow each other from the lowest up.
#[derive(Clone, Debug, PartialEq)]
pub struct Shelf {
    /// Width, in millimetres.
    pub width: i64,
    /// Its fixture.
    pub fixture: u32,
    /// Sales on this height, relative to the mean height.
    pub lift: f64,
}

/// A product that may be listed.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// Width of a facing, in millimetres.
    pub width: i64,
    /// Its block.
    pub block: u32,
    /// Facings that it has at least where it is listed.
    pub least: i32,
    /// Facings that it has at most.
    pub most: i32,
    /// Units that sell between two deliveries with one facing at the mean height.
    pub demand: f64,
    /// Coefficient of variation of these units; 0 is certain demand.
    pub variation: f64,
    /// Deliveries in the period that the cost is stated for.
    pub rate: f64,
    /// Earned by a unit that sells.
    pub margin: f64,
    /// Lost with a unit that does not, beside its margin.
    pub lost: f64,
    /// Elasticity of demand to facings.
    pub elasticity: f64,
}

/// Shelves, products, and what stands well beside what.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// Shelves, fixture by fixture, from the lowest up.
    pub shelves: Vec<Shelf>,
    /// Products.
    pub products: Vec<Product>,
    /// Units of one facing, by product * shelves + shelf; 0 where it does not fit.
    pub units: Vec<f64>,
    /// Cost of one facing on a shelf, by product * shelves + shelf.
    pub place: Vec<f64>,
    /// Cost of a millimetre of shelf that stays empty.
    pub empty: f64,
    /// Earned when two blocks touch (negative: lost).
    pub near: Vec<(u32, u32, f64)>,
}

/// Where a block stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rectangle {
    /// Lowest shelf.
    pub first: usize,
    /// Highest shelf.
    pub last: usize,
    /// Distance from the left end.
    pub x: i64,
    /// Width on every shelf.
    pub width: i64,
}

/// A planogram.
#[derive(Clone, Debug, PartialEq)]
pub struct Planogram {
    /// Facings, by product * shelves + shelf.
    pub facings: Vec<i32>,
    /// Rectangle of each block, where it stands anywhere.
    pub rectangles: Vec<Option<Rectangle>>,
    /// What is lost, less what is earned.
    pub cost: f64,
    /// No planogram costs less.
    pub bound: f64,
    /// Rectangles and facings that were tried.
    pub iterations: u64,
    /// Why it ended.
    pub reason: StopReason,
}

impl Problem {
    /// Number of blocks.
    pub fn blocks(&self) -> usize {
        self.products.iter().map(|p| p.block as usize + 1).max().unwrap_or(0)
    }

    /// Products of each block.
    pub(crate) fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.blocks()];
        for (p, product) in self.products.iter().enumerate() {
            members[product.block as usize].push(p);
        }
        members
    }

    /// Reject numbers that no planogram could be made of, naming the first.
    pub fn check(&self) -> Result<()> {
        let shelves = self.shelves.len();
        for (s, shelf) in self.shelves.iter().enumerate() {
            let path = |name: &str| format!("shelves[{s}].{name}");
            if !(0..1 << 32).contains(&shelf.width) {
                return Err(Error::invalid(path("width"), shelf.width, "at least 0 millimetres"));
            }
            if s > 0
                && shelf.fixture != self.shelves[s - 1].fixture
                && self.shelves[..s].iter().any(|other| other.fixture == shelf.fixture)
            {
                let allowed = "shelves sorted by fixture";
                return Err(Error::invalid(path("fixture"), shelf.fixture, allowed));
            }
            if !(shelf.lift.is_finite() && shelf.lift >= 0.0) {
                return Err(Error::invalid(path("lift"), shelf.lift, "a number of at least 0"));
            }
        }
        for (name, table) in [("units", &self.units), ("place", &self.place)] {
            if table.len() != shelves * self.products.len() {
                let allowed = format!("{} entries", shelves * self.products.len());
                return Err(Error::invalid(name, table.len(), allowed));
            }
            if let Some(i) = table.iter().position(|v| !v.is_finite()) {
                let path = format!("{name}[{}][{}]", i / shelves, i % shelves);
                return Err(Error::invalid(path, table[i], "a finite number"));
            }
        }
        for (p, product) in self.products.iter().enumerate() {
            let path = |name: &str| format!("products[{p}].{name}");
            if product.width < 1 || product.width >= 1 << 32 {
                return Err(Error::invalid(path("width"), product.width, "at least 1 millimetre"));
            }
            if product.least < 0 || product.least > product.most || product.most > 10_000 {
                let value = format!("{} to {}", product.least, product.most);
                return Err(Error::invalid(path("facings"), value, "0 <= least <= most <= 10,000"));
            }
            let numbers = [
                ("demand", product.demand, 0.0),
                ("variation", product.variation, 0.0),
                ("rate", product.rate, 0.0),
                ("margin", product.margin, -1e15),
                ("lost", product.lost, 0.0),
                ("elasticity", product.elasticity, 0.0),
            ];
            for (name, value, least) in numbers {
                if !(value.is_finite() && value >= least && value < 1e15) {
                    let allowed = format!("a number of at least {least}");
                    return Err(Error::invalid(path(name), value, allowed));
                }
            }
            if product.elasticity >= 1.0 {
                return Err(Error::invalid(path("elasticity"), product.elasticity, "below 1"));
            }
        }
        let blocks = self.blocks();
        for (i, &(a, b, value)) in self.near.iter().enumerate() {
            if a == b || a as usize >= blocks || b as usize >= blocks || !value.is_finite() {
                let found = format!("blocks {a} and {b}, {value}");
                let allowed = format!("two different blocks below {blocks}, a finite value");
                return Err(Error::invalid(format!("near[{i}]"), found, allowed));
            }
        }
        if !(self.empty.is_finite() && self.empty >= 0.0) {
            return Err(Error::invalid("empty", self.empty, "a number of at least 0"));
        }
        Ok(())
    }

    /// What a planogram costs, worked out from nothing.
    pub fn cost(&self, facings: &[i32], rectangles: &[Option<Rectangle>]) -> f64 {
        let shelves = self.shelves.len();
        let room: i64 = self.shelves.iter().map(|s| s.width).sum();
        let mut total = self.empty * room as f64;
        for p in 0..self.products.len() {
            total += product_cost(self, p, 0, &facings[p * shelves..][..shelves]);
        }
        total - rectangles::nearness(self, rectangles)
    }
}
