//! Mixed pallets for a store delivery: cases of neighbouring aisles together, heavy ones below.

use backhaul_common::Control;

use crate::answer::Filled;
use crate::beam::{search, Budget};
use crate::geometry::Placement;
use crate::problem::{Bin, Problem};
use crate::rules::{for_problem, HeavyBelow, RuleSet};
use crate::several::{Making, Packer};

/// How pallets are built.
#[derive(Clone, Copy, Debug)]
pub struct Build {
    /// A case may weigh at most this many per cent of a case that carries it; none: no such rule.
    pub heavy_below: Option<i64>,
    /// Fills tried for each pallet.
    pub fills: u64,
    /// Volume offered to a pallet, in per cent of its own.
    pub offer: i64,
}

impl Default for Build {
    fn default() -> Self {
        Self { heavy_below: Some(150), fills: 8, offer: 110 }
    }
}

/// Build pallets of the problem's first bin type. Items come in the order of `aisle`: pallets take
/// the cases of the first aisles that are left. Returns the pallets and the fills done.
pub fn build(
    problem: &Problem,
    aisle: &[u32],
    how: Build,
    control: &Control<'_>,
) -> (Vec<Filled>, u64) {
    let mut rules: RuleSet = for_problem(problem);
    if let Some(percent) = how.heavy_below {
        rules = rules.with(Box::new(HeavyBelow { percent }));
    }
    let bin: &Bin = &problem.bins[0];
    let making = Making { count: 4_000, fill: 1000, mixed: false };
    let packer = Packer::new(problem, &rules, true, making, &|| control.expired());
    let site = packer.site(0);
    let mut order: Vec<usize> = (0..problem.items.len()).collect();
    order.sort_by_key(|&k| (aisle[k], k));
    let mut left: Vec<u32> = problem.items.iter().map(|i| i.copies).collect();
    let most = bin.copies.unwrap_or(u32::MAX) as usize;
    let room = bin.volume() / 100 * how.offer;
    let mut pallets = Vec::new();
    let mut done = 0;
    while pallets.len() < most && !control.expired() {
        let mut offer = vec![0u32; left.len()];
        let mut volume = 0;
        for &k in &order {
            let each = problem.items[k].volume();
            let count = i64::from(left[k]).min((room - volume) / each).max(0);
            offer[k] = count as u32;
            volume += count * each;
            if count < i64::from(left[k]) {
                break;
            }
        }
        let mut placements = fill(&site, &offer, volume.min(bin.volume()), how, control, &mut done);
        if placements.is_empty() {
            // The first aisles hold only what does not fit: offer everything once.
            placements = fill(&site, &left, bin.volume(), how, control, &mut done);
        }
        if placements.is_empty() {
            break;
        }
        for p in &placements {
            left[p.item as usize] -= 1;
        }
        pallets.push(Filled { bin: 0, placements });
    }
    (pallets, done)
}

fn fill(
    site: &crate::fill::Site<'_>,
    offer: &[u32],
    ceiling: i64,
    how: Build,
    control: &Control<'_>,
    done: &mut u64,
) -> Vec<Placement> {
    let budget = Budget {
        control,
        done: *done,
        most: *done + how.fills,
        ceiling,
        width: 3,
        until: f64::INFINITY,
    };
    let found = search(site, offer, budget, false);
    *done = found.iterations;
    site.placements(&found.best)
}
