//! Receipts: a store's sales of a day, dealt out to baskets.
//!
//! Every unit sold lands in exactly one basket, so that order lines for picking, affinity and click and
//! collect agree with the sales they come from. Baskets differ in size (gamma weights) and in mission:
//! a mission makes some departments likelier, which gives products that are bought together.

use backhaul_common::random::purpose;
use backhaul_common::{Error, Result, Stream};

use crate::cells::Cells;
use crate::gamma::Multiplier;
use crate::part::entity;

const SIZE: u64 = purpose("basket.size");
const LINES: u64 = purpose("basket.lines");

/// How baskets differ.
#[derive(Clone, Copy, Debug)]
pub struct Missions<'a> {
    /// Share of baskets of each mission; need not sum to 1.
    pub share: &'a [f32],
    /// Pull of a department in a mission: `tilt[mission][department]`.
    pub tilt: &'a [f32],
    /// Variance of the size of baskets about their mean of 1.
    pub dispersion: f32,
}

/// Lines of the first baskets of a store's day, basket by basket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baskets {
    /// Lines of basket `b` are `start[b]..start[b + 1]`.
    pub start: Vec<u32>,
    /// Product of each line.
    pub product: Vec<u32>,
    /// Units of each line.
    pub units: Vec<i32>,
    /// Mission of each basket.
    pub mission: Vec<u16>,
}

/// Baskets of one mission, with their cumulated sizes.
#[derive(Default)]
struct Urn {
    basket: Vec<u32>,
    upto: Vec<f64>,
}

impl Urn {
    fn total(&self) -> f64 {
        self.upto.last().copied().unwrap_or(0.0)
    }

    fn pick(&self, uniform: f64) -> u32 {
        let at = self.upto.partition_point(|&x| x <= uniform * self.total());
        self.basket[at.min(self.basket.len() - 1)]
    }
}

fn check(missions: Missions<'_>, departments: usize) -> Result<()> {
    let m = missions.share.len();
    if m == 0 || missions.tilt.len() != m * departments {
        let found = format!("{m} shares, {} tilts", missions.tilt.len());
        let allowed = format!("at least 1 share and {departments} tilts a share");
        return Err(Error::invalid("missions", found, allowed));
    }
    for (name, values) in [("share", missions.share), ("tilt", missions.tilt)] {
        if let Some(i) = values.iter().position(|v| !(v.is_finite() && *v > 0.0)) {
            return Err(Error::invalid(format!("{name}[{i}]"), values[i], "a positive number"));
        }
    }
    if !(0.0..=20.0).contains(&missions.dispersion) {
        return Err(Error::invalid("dispersion", missions.dispersion, "0 to 20"));
    }
    Ok(())
}

impl Cells {
    /// Deal the units sold today in a store to `baskets` receipts, and return the first `wanted`.
    ///
    /// With `wanted` equal to `baskets` all units are there, each once.
    pub fn baskets(
        &self,
        store: usize,
        baskets: u32,
        wanted: u32,
        missions: Missions<'_>,
    ) -> Result<Baskets> {
        let model = self.model();
        check(missions, model.departments)?;
        if store >= self.stores().len() {
            let allowed = format!("0 to {}", self.stores().len() - 1);
            return Err(Error::invalid("store", store, allowed));
        }
        if baskets == 0 || wanted > baskets {
            return Err(Error::invalid("wanted", wanted, format!("0 to {baskets}, of at least 1")));
        }
        let cells = &self.stores()[store];
        let (key, day) = (cells.key(model), u64::from(self.day().unwrap_or(0)));
        let sizes = Multiplier::new(f64::from(missions.dispersion));
        let total_share: f64 = missions.share.iter().map(|&s| f64::from(s)).sum();
        let mut urns: Vec<Urn> = missions.share.iter().map(|_| Urn::default()).collect();
        let mut stream = Stream::new(model.seed, SIZE, entity(key, 0), day);
        let mut mission_of = Vec::with_capacity(wanted as usize);
        for basket in 0..baskets {
            let mut left = stream.uniform() * total_share;
            let mut mission = 0;
            while mission + 1 < urns.len() && left >= f64::from(missions.share[mission]) {
                left -= f64::from(missions.share[mission]);
                mission += 1;
            }
            let size = f64::from(sizes.at((stream.next_u64() >> 32) as u32)).max(1e-9);
            let urn = &mut urns[mission];
            urn.upto.push(urn.total() + size);
            urn.basket.push(basket);
            if basket < wanted {
                mission_of.push(mission as u16);
            }
        }
        let mut lines: Vec<(u32, u32, i32)> = Vec::new();
        for p in 0..model.n_products() {
            let sold = cells.sold[p];
            if sold == 0 {
                continue;
            }
            let mut stream = Stream::new(model.seed, LINES, entity(key, p), day);
            let d = usize::from(model.products.department[p]);
            let pulls: Vec<f64> = urns
                .iter()
                .enumerate()
                .map(|(m, urn)| urn.total() * f64::from(missions.tilt[m * model.departments + d]))
                .collect();
            let pull: f64 = pulls.iter().sum();
            let more = 1.0 - 1.0 / f64::from(model.products.units_per_line[p]);
            let mut left = sold;
            while left > 0 {
                // Units on a line are geometric, cut off by what is left to deal.
                let mut units = 1;
                while units < left && stream.uniform() < more {
                    units += 1;
                }
                left -= units;
                let mut at = stream.uniform() * pull;
                let mut mission = 0;
                while mission + 1 < urns.len() && (at >= pulls[mission] || pulls[mission] <= 0.0) {
                    at -= pulls[mission];
                    mission += 1;
                }
                while urns[mission].basket.is_empty() {
                    mission -= 1; // rounding at the upper end: the last mission that has baskets
                }
                let basket = urns[mission].pick(stream.uniform());
                if basket < wanted {
                    lines.push((basket, p as u32, units));
                }
            }
        }
        lines.sort_unstable();
        Ok(collect(&lines, wanted, mission_of))
    }
}

/// Lines by basket; two lines of one product in a basket are one.
fn collect(lines: &[(u32, u32, i32)], wanted: u32, mission: Vec<u16>) -> Baskets {
    let mut out = Baskets { mission, ..Baskets::default() };
    let mut last = None;
    out.start.push(0);
    for &(basket, product, units) in lines {
        while out.start.len() <= basket as usize {
            out.start.push(out.product.len() as u32);
        }
        if last == Some((basket, product)) {
            let at = out.units.len() - 1;
            out.units[at] += units;
        } else {
            out.product.push(product);
            out.units.push(units);
            last = Some((basket, product));
        }
    }
    while out.start.len() <= wanted as usize {
        out.start.push(out.product.len() as u32);
    }
    out
}
