//! Products into slots: nearest slots to the most picked, under limits of zone, cube and weight.
//!
//! Placement follows the cube-per-order idea (Heskett 1963) in its weighted form, most picked
//! first, with augmenting chains over classes of like slots, so that no product is left out that
//! could have been placed. Then swaps and moves, and with affinity simulated annealing.

use std::collections::VecDeque;

use backhaul_common::{Control, Error, Result, StopReason};

use crate::affinity_search;
use crate::grid::{Grid, Spot};
use crate::rules::Rules;

/// No slot, or no product.
pub const NOWHERE: u32 = u32::MAX;

/// What is to be placed. All vectors have one entry a product.
#[derive(Clone, Debug, Default)]
pub struct Products {
    /// Picks in 1,000 days.
    pub picks: Vec<i64>,
    /// Cube of what stands in the slot.
    pub volume: Vec<i64>,
    /// Weight of what stands in the slot.
    pub weight: Vec<i64>,
    /// Zone that it needs.
    pub zone: Vec<u32>,
}

/// Where it can be placed. All vectors have one entry a slot.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    /// Walk from the depot, access to the level included.
    pub distance: Vec<i64>,
    /// Cube that fits.
    pub volume: Vec<i64>,
    /// Weight that it carries.
    pub weight: Vec<i64>,
    /// Zone.
    pub zone: Vec<u32>,
}

/// What is picked together: symmetric, by product (compressed rows).
#[derive(Clone, Debug, Default)]
pub struct Affinity {
    /// Row starts, one more than products.
    pub ptr: Vec<usize>,
    /// The other product.
    pub other: Vec<u32>,
    /// Joint picks in 1,000 days.
    pub joint: Vec<i64>,
}

/// A whole problem.
pub struct Problem<'a> {
    /// What is to be placed.
    pub products: &'a Products,
    /// Where.
    pub slots: &'a Slots,
    /// What is picked together, with the geometry that says how far apart slots are.
    pub affinity: Option<(&'a Affinity, &'a Grid, &'a [Spot])>,
    /// Products that stay where the start has them.
    pub fixed: &'a [bool],
    /// Rules beyond zone, cube and weight.
    pub rules: Option<&'a Rules>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Placement {
    /// Slot of each product, [`NOWHERE`] where none was found.
    pub slot: Vec<u32>,
    /// Picks x distance, and joint picks x walk between.
    pub cost: i128,
    /// No placement of these products costs less.
    pub bound: i128,
    /// Proposals looked at.
    pub iterations: u64,
    /// Why it ended.
    pub reason: StopReason,
}

impl Problem<'_> {
    /// Whether the product may stand in the slot.
    #[inline]
    pub fn fits(&self, product: usize, slot: usize) -> bool {
        self.products.zone[product] == self.slots.zone[slot]
            && self.products.volume[product] <= self.slots.volume[slot]
            && self.products.weight[product] <= self.slots.weight[slot]
            && self.rules.is_none_or(|r| r.allows(product, slot))
    }

    /// Cost of a placement, over the products that stand somewhere.
    pub fn cost(&self, slot: &[u32]) -> i128 {
        let mut total = 0_i128;
        for (i, &s) in slot.iter().enumerate().filter(|(_, &s)| s != NOWHERE) {
            total +=
                i128::from(self.products.picks[i]) * i128::from(self.slots.distance[s as usize]);
        }
        if let Some((affinity, grid, spots)) = self.affinity {
            for i in (0..slot.len()).filter(|&i| slot[i] != NOWHERE) {
                for e in affinity.ptr[i]..affinity.ptr[i + 1] {
                    let k = affinity.other[e] as usize;
                    if k > i && slot[k] != NOWHERE {
                        let walk = grid.walk(spots[slot[i] as usize], spots[slot[k] as usize]);
                        total += i128::from(affinity.joint[e]) * i128::from(walk);
                    }
                }
            }
        }
        total
    }
}

/// Slots that accept the same products, nearest first.
struct Class {
    rule: u32,
    zone: u32,
    volume: i64,
    weight: i64,
    slots: Vec<u32>,
    used: usize,
}

fn classes(problem: &Problem<'_>, taken: &[bool]) -> Vec<Class> {
    let s = problem.slots;
    let mut order: Vec<u32> =
        (0..s.distance.len() as u32).filter(|&j| !taken[j as usize]).collect();
    let kind = |j: u32| {
        let j = j as usize;
        (s.zone[j], s.volume[j], s.weight[j], problem.rules.map_or(0, |r| r.kind(j)))
    };
    order.sort_by_key(|&j| (kind(j), s.distance[j as usize], j));
    order
        .chunk_by(|&a, &b| kind(a) == kind(b))
        .map(|slots| {
            let (zone, volume, weight, rule) = kind(slots[0]);
            Class { rule, zone, volume, weight, slots: slots.to_vec(), used: 0 }
        })
        .collect()
}

/// Places products one by one; a full class makes room by moving one of its products on.
struct Placer<'a> {
    problem: &'a Problem<'a>,
    classes: Vec<Class>,
    /// Class of each product that stands somewhere.
    of: Vec<u32>,
    members: Vec<Vec<u32>>,
    slot: Vec<u32>,
}

impl Placer<'_> {
    fn accepts(&self, class: usize, product: usize) -> bool {
        let (c, p) = (&self.classes[class], self.problem.products);
        c.zone == p.zone[product]
            && p.volume[product] <= c.volume
            && p.weight[product] <= c.weight
            && self.problem.rules.is_none_or(|r| r.accepts(product, c.rule))
    }

    fn take(&mut self, product: usize, class: usize) {
        let c = &mut self.classes[class];
        self.slot[product] = c.slots[c.used];
        c.used += 1;
        self.of[product] = class as u32;
        self.members[class].push(product as u32);
    }

    /// Nearest free slot of any class that accepts the product.
    fn direct(&mut self, product: usize) -> bool {
        let best = (0..self.classes.len())
            .filter(|&c| self.classes[c].used < self.classes[c].slots.len())
            .filter(|&c| self.accepts(c, product))
            .min_by_key(|&c| {
                let class = &self.classes[c];
                let j = class.slots[class.used];
                // Among equally near slots the smallest that fits: big slots stay for big products.
                (self.problem.slots.distance[j as usize], class.volume, class.weight, j)
            });
        best.map(|class| self.take(product, class)).is_some()
    }

    /// A chain of moves between full classes that ends at a free slot (breadth first).
    fn chain(&mut self, product: usize) -> bool {
        let n = self.classes.len();
        let mut came: Vec<Option<(u32, u32)>> = vec![None; n];
        let mut seen = vec![false; n];
        let mut queue = VecDeque::new();
        for c in 0..n {
            if self.accepts(c, product) {
                seen[c] = true;
                queue.push_back(c);
            }
        }
        while let Some(c) = queue.pop_front() {
            if self.classes[c].used < self.classes[c].slots.len() {
                let mut at = c;
                // The last product of the chain takes the free slot, each one before it the slot
                // that the next one leaves.
                let mut hole: Option<u32> = None;
                while let Some((mover, from)) = came[at] {
                    let left = self.slot[mover as usize];
                    self.members[from as usize].retain(|&m| m != mover);
                    self.put(mover as usize, at, hole);
                    hole = Some(left);
                    at = from as usize;
                }
                self.put(product, at, hole);
                return true;
            }
            for next in 0..n {
                if !seen[next] {
                    let mover = self.members[c]
                        .iter()
                        .copied()
                        .filter(|&m| self.accepts(next, m as usize))
                        .min_by_key(|&m| (self.problem.products.picks[m as usize], m));
                    if let Some(mover) = mover {
                        seen[next] = true;
                        came[next] = Some((mover, c as u32));
                        queue.push_back(next);
                    }
                }
            }
        }
        false
    }

    fn put(&mut self, product: usize, class: usize, hole: Option<u32>) {
        match hole {
            None => self.take(product, class),
            Some(slot) => {
                self.slot[product] = slot;
                self.of[product] = class as u32;
                self.members[class].push(product as u32);
            }
        }
    }
}

/// Products by falling picks, ties by index.
pub fn by_velocity(picks: &[i64]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..picks.len() as u32).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(picks[i as usize]), i));
    order
}

/// Place the products in this order, nearest fitting slot first; as many as can be placed are.
pub fn place(problem: &Problem<'_>, order: &[u32], start: &[u32]) -> Vec<u32> {
    let mut taken = vec![false; problem.slots.distance.len()];
    for &s in start.iter().filter(|&&s| s != NOWHERE) {
        taken[s as usize] = true;
    }
    let classes = classes(problem, &taken);
    let members = vec![Vec::new(); classes.len()];
    let n = start.len();
    let mut placer =
        Placer { problem, classes, of: vec![NOWHERE; n], members, slot: start.to_vec() };
    for &product in order {
        let product = product as usize;
        if placer.slot[product] == NOWHERE && !placer.direct(product) {
            placer.chain(product);
        }
    }
    placer.slot
}

/// Swaps and moves that shorten picks x distance, until none is left or the control says stop.
pub fn improve(problem: &Problem<'_>, slot: &mut [u32], control: &Control<'_>) -> u64 {
    let m = problem.slots.distance.len();
    let mut near: Vec<u32> = (0..m as u32).collect();
    near.sort_by_key(|&j| (problem.slots.distance[j as usize], j));
    let mut holder = vec![NOWHERE; m];
    for (i, &s) in slot.iter().enumerate().filter(|(_, &s)| s != NOWHERE) {
        holder[s as usize] = i as u32;
    }
    let order = by_velocity(&problem.products.picks);
    let mut looked = 0;
    loop {
        let mut better = false;
        for &i in &order {
            let i = i as usize;
            if slot[i] == NOWHERE || problem.fixed[i] {
                continue;
            }
            if control.expired() {
                return looked;
            }
            let picks = problem.products.picks[i];
            let here = slot[i] as usize;
            let mut best = (0_i128, NOWHERE);
            for &j in &near {
                let gain = problem.slots.distance[here] - problem.slots.distance[j as usize];
                if gain <= 0 {
                    break;
                }
                looked += 1;
                let k = holder[j as usize];
                let lost = if k == NOWHERE { 0 } else { problem.products.picks[k as usize] };
                let total = i128::from(picks - lost) * i128::from(gain);
                if total > best.0
                    && problem.fits(i, j as usize)
                    && (k == NOWHERE
                        || (!problem.fixed[k as usize] && problem.fits(k as usize, here)))
                {
                    best = (total, j);
                    if k == NOWHERE {
                        break;
                    }
                }
            }
            if best.1 != NOWHERE {
                let k = holder[best.1 as usize];
                holder[best.1 as usize] = i as u32;
                holder[here] = k;
                slot[i] = best.1;
                if k != NOWHERE {
                    slot[k as usize] = here as u32;
                }
                better = true;
            }
        }
        if !better {
            return looked;
        }
    }
}

/// No placement of the products that `slot` places walks less: limits but zones are ignored,
/// so that sorting both sides solves it exactly; affinity is at least 0.
pub fn bound(problem: &Problem<'_>, slot: &[u32]) -> i128 {
    let zones = problem.slots.zone.iter().max().map_or(0, |z| z + 1);
    let mut total = 0;
    for zone in 0..zones {
        let mut picks: Vec<i64> = (0..slot.len())
            .filter(|&i| problem.products.zone[i] == zone && slot[i] != NOWHERE)
            .map(|i| problem.products.picks[i])
            .collect();
        let mut distance: Vec<i64> = (0..problem.slots.distance.len())
            .filter(|&j| problem.slots.zone[j] == zone)
            .map(|j| problem.slots.distance[j])
            .collect();
        picks.sort_unstable_by(|a, b| b.cmp(a));
        distance.sort_unstable();
        total +=
            picks.iter().zip(&distance).map(|(&p, &d)| i128::from(p) * i128::from(d)).sum::<i128>();
    }
    total
}

/// Reject a start that breaks a rule, naming the product.
pub fn check_start(problem: &Problem<'_>, start: &[u32]) -> Result<()> {
    let mut holder = vec![NOWHERE; problem.slots.distance.len()];
    for (i, &s) in start.iter().enumerate() {
        let path = || format!("start[{i}]");
        if s == NOWHERE {
            if problem.fixed[i] {
                return Err(Error::invalid(path(), "no slot", "a slot, because it is fixed"));
            }
            continue;
        }
        if s as usize >= holder.len() {
            return Err(Error::invalid(path(), s, format!("a slot below {}", holder.len())));
        }
        if !problem.fits(i, s as usize) {
            let allowed =
                "a slot of the product's zone that holds its cube and weight and keeps the rules";
            return Err(Error::invalid(path(), s, allowed));
        }
        let before = std::mem::replace(&mut holder[s as usize], i as u32);
        if before != NOWHERE {
            let allowed = format!("another slot: product {before} stands there");
            return Err(Error::invalid(path(), s, allowed));
        }
    }
    Ok(())
}

/// Place and improve. `start` may hold [`NOWHERE`] for products that are still to be placed.
pub fn solve(
    problem: &Problem<'_>,
    start: Option<&[u32]>,
    seed: u64,
    control: &Control<'_>,
) -> Result<Placement> {
    let n = problem.products.picks.len();
    let empty = vec![NOWHERE; n];
    let start = start.unwrap_or(&empty);
    check_start(problem, start)?;
    let mut slot = place(problem, &by_velocity(&problem.products.picks), start);
    let bound = bound(problem, &slot);
    let mut iterations = 0;
    let mut reason = StopReason::Converged;
    if problem.affinity.is_some() {
        (iterations, reason) = affinity_search::anneal(problem, &mut slot, seed, control);
    } else if control.limits().iterations != Some(0) {
        iterations = improve(problem, &mut slot, control);
        if let Some(why) = control.stop(0, f64::INFINITY) {
            reason = why;
        }
    }
    Ok(Placement { cost: problem.cost(&slot), slot, bound, iterations, reason })
}
