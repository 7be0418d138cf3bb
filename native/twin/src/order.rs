//! Nightly orders over all cells.

use backhaul_common::{Error, Result};

use crate::cells::Cells;
use crate::model::Model;
use crate::store::Store;

/// When a store orders and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Schedule<'a> {
    /// First day whose demand the stock must meet.
    pub first_day: u32,
    /// Days until the order arrives, by store.
    pub lead_d: &'a [u16],
    /// Days from this arrival to the next, by store.
    pub cover_d: &'a [u16],
    /// Whether the store orders tonight.
    pub due: &'a [bool],
}

/// Calendar factors summed from the first day: `sums[days][department]`.
fn calendar_sums(model: &Model, first_day: u32, days: usize) -> Vec<f32> {
    let d = model.departments;
    let mut sums = vec![0.0; (days + 1) * d];
    for day in 0..days {
        let row = model.calendar_of(first_day + day as u32);
        for k in 0..d {
            sums[(day + 1) * d + k] = sums[day * d + k] + row[k];
        }
    }
    sums
}

/// Units needed, rounded up to whole cases, as far as they fit on the shelf when they arrive.
#[inline]
fn cases(need: f32, pack: i32, room: i32, empty: bool) -> i32 {
    let cases = need.max(0.0) / pack as f32;
    let whole = cases as i32;
    let wanted = whole + i32::from((whole as f32) < cases);
    // An empty shelf gets one case even if the case is larger than the shelf: the rest stays behind it.
    wanted.min((room.max(0) / pack).max(i32::from(empty))) * pack
}

impl Store {
    /// Units that will be thrown away before day `days`, if demand comes as expected and the oldest is
    /// taken first (the estimate of Broekmeulen and van Donselaar 2009, in closed form).
    fn outdating(&self, model: &Model, p: usize, days: usize, sums: &[f32], daily: f32) -> f32 {
        let d = model.departments;
        let k = usize::from(model.products.department[p]);
        let (mut arrived, mut worst) = (0.0_f32, 0.0_f32);
        for (j, &units) in self.stock[model.range(p)].iter().enumerate().take(days) {
            arrived += units as f32;
            worst = worst.max(arrived - daily * sums[(j + 1) * d + k]);
        }
        worst
    }
}

impl Cells {
    fn check_schedule(&self, schedule: &Schedule<'_>) -> Result<usize> {
        let s = self.stores().len();
        for (name, found) in [
            ("lead_d", schedule.lead_d.len()),
            ("cover_d", schedule.cover_d.len()),
            ("due", schedule.due.len()),
        ] {
            if found != s {
                return Err(Error::invalid(
                    name,
                    format!("{found} entries"),
                    format!("{s} entries"),
                ));
            }
        }
        let days = |i: usize| usize::from(schedule.lead_d[i]) + usize::from(schedule.cover_d[i]);
        match (0..s).find(|&i| days(i) > 366) {
            Some(i) => Err(Error::invalid(
                format!("cover_d[{i}]"),
                schedule.cover_d[i],
                "lead and cover of at most 366 days together",
            )),
            None => Ok((0..s).map(days).max().unwrap_or(0)),
        }
    }

    /// Expected demand of every cell over so many days, as the retailer sees it.
    pub fn forecast(&self, first_day: u32, days: u16, out: &mut [f32]) -> Result<()> {
        let model = self.model();
        let n = model.n_products();
        if out.len() != self.stores().len() * n || days > 366 {
            return Err(Error::invalid("days", days, "0 to 366 days"));
        }
        let sums = calendar_sums(model, first_day, usize::from(days));
        let sums = &sums[usize::from(days) * model.departments..];
        self.each_row(out, |store, out| {
            let zone = usize::from(model.stores.zone[store.index]);
            let appeal = &self.appeal()[zone * n..][..n];
            for p in 0..n {
                let d = usize::from(model.products.department[p]);
                out[p] = store.level(p) * appeal[p] * sums[d];
            }
        });
        Ok(())
    }

    /// Order so that stock on hand and on order, less what will perish, covers the demand of lead and
    /// cover days with `safety_z` standard deviations to spare, and at least `minimum` units.
    ///
    /// Whole cases; at most what the shelf holds on arrival; nothing for products not listed. A
    /// perishable product is never covered for longer than its shelf life.
    pub fn order_to_service(
        &self,
        schedule: Schedule<'_>,
        safety_z: &[f32],
        minimum: &[i32],
        out: &mut [i32],
    ) -> Result<()> {
        let horizon = self.check_schedule(&schedule)?;
        let model = self.model();
        let (n, d) = (model.n_products(), model.departments);
        let cells = self.stores().len() * n;
        for (name, found, expected) in [
            ("safety_z", safety_z.len(), n),
            ("minimum", minimum.len(), cells),
            ("out", out.len(), cells),
        ] {
            if found != expected {
                let allowed = format!("{expected} entries");
                return Err(Error::invalid(name, format!("{found} entries"), allowed));
            }
        }
        let sums = calendar_sums(model, schedule.first_day, horizon);
        self.each_row(out, |store, out| {
            let s = store.index;
            out.fill(0);
            if !schedule.due[s] {
                return;
            }
            let (lead, cover) = (usize::from(schedule.lead_d[s]), usize::from(schedule.cover_d[s]));
            let zone = usize::from(model.stores.zone[s]);
            let appeal = &self.appeal()[zone * n..][..n];
            for p in 0..n {
                if store.listed[p] == 0 {
                    continue;
                }
                let k = usize::from(model.products.department[p]);
                let life = usize::from(model.products.shelf_life_d[p]);
                let daily = store.level(p) * appeal[p];
                let days = lead + if life > 0 { cover.min(life) } else { cover };
                let mean = daily * sums[days * d + k];
                let target = mean + safety_z[p] * (store.ratio(p) * mean).sqrt();
                let target = target.max(minimum[s * n + p] as f32);
                let position = store.on_hand[p] + store.on_order[p];
                let perishing = if life > 0 && store.on_hand[p] > 0 {
                    store.outdating(model, p, lead, &sums, daily)
                } else {
                    0.0
                };
                let need = target - (position as f32 - perishing);
                let sold_by_then = (daily * sums[lead * d + k]) as i32;
                let room = store.capacity[p].saturating_add(sold_by_then.min(store.on_hand[p]))
                    - position.min(store.capacity[p].saturating_add(sold_by_then));
                out[p] = cases(need, model.products.case_pack[p], room, position == 0);
            }
        });
        Ok(())
    }

    /// Order up to `up_to` where stock on hand and on order is at or below `reorder`.
    pub fn order_to_levels(
        &self,
        due: &[bool],
        reorder: &[i32],
        up_to: &[i32],
        out: &mut [i32],
    ) -> Result<()> {
        let model = self.model();
        let n = model.n_products();
        let cells = self.stores().len() * n;
        for (name, found, expected) in [
            ("due", due.len(), self.stores().len()),
            ("reorder", reorder.len(), cells),
            ("up_to", up_to.len(), cells),
            ("out", out.len(), cells),
        ] {
            if found != expected {
                let allowed = format!("{expected} entries");
                return Err(Error::invalid(name, format!("{found} entries"), allowed));
            }
        }
        self.each_row(out, |store, out| {
            for p in 0..n {
                let i = store.index * n + p;
                let position = store.on_hand[p] + store.on_order[p];
                out[p] = if due[store.index] && store.listed[p] != 0 && position <= reorder[i] {
                    let room = store.capacity[p].saturating_sub(position);
                    let need = (i64::from(up_to[i]) - i64::from(position)) as f32;
                    cases(need, model.products.case_pack[p], room, position == 0)
                } else {
                    0
                };
            }
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::cases;

    #[test]
    fn whole_cases_that_fit() {
        assert_eq!(cases(7.0, 6, 100, false), 12);
        assert_eq!(cases(-3.0, 6, 100, false), 0);
        assert_eq!(cases(30.0, 6, 13, false), 12);
        assert_eq!(cases(1.0, 24, 10, true), 24);
        assert_eq!(cases(1.0, 24, 10, false), 0);
    }
}
