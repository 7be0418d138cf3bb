//! Parts of a full container taken out and packed again.
//!
//! A beam leaves most of its loss where it ends, and the loss of its first blocks for good. So the
//! blocks around some point go, and a narrow beam with a taste drawn by lot fills the room again
//! (ruin and recreate; Schrimpf, Schneider, Stamm-Wilbrandt and Dueck 2000). One that gains nothing and
//! loses nothing is taken as well: the next one starts from somewhere else.

use backhaul_common::Stream;

use crate::beam::{narrow, Budget};
use crate::fill::{Scratch, Site, State};
use crate::geometry::Cuboid;
use crate::kit::Taste;

/// Width of the beams: hundreds of tries do more than a careful one.
const WIDTH: usize = 3;
/// Share of the blocks that go, at least and at most.
const GOES: (f64, f64) = (0.3, 0.6);
/// How far the first fill of a try may fall short of the best, at the start.
const BAR: f64 = 0.02;
/// What a try that is pursued and one that is given up change of that: one of four is pursued.
const LOWER: f64 = 0.9;
const RAISE: f64 = 1.03;

/// The container mended until the budget is used, and the completions done by then.
pub fn mend(
    site: &Site<'_>,
    left: &[u32],
    full: State,
    budget: Budget<'_>,
    stream: &mut Stream,
    parallel: bool,
    used: &dyn Fn(u64) -> f64,
) -> (State, u64) {
    let mut scratch = Scratch::default();
    let (mut best, mut done) = (full, budget.done);
    let mut bar = BAR;
    while used(done) < 1.0 && best.profit < budget.ceiling && !budget.control.expired() {
        let drawn = Site { taste: drawn(site.taste, stream), ..*site };
        let Some(root) = without_some(&drawn, left, &best, stream, &mut scratch, budget) else {
            done += 1;
            continue;
        };
        let aim = best.profit as f64;
        let mut promising = |worth: i64| {
            let pursued = aim - worth as f64 <= bar * aim;
            bar = (bar * if pursued { LOWER } else { RAISE }).min(1.0);
            pursued
        };
        let part = Budget { done, ..budget };
        let memory = (&mut scratch, parallel);
        let found = narrow(&drawn, root, WIDTH, part, memory, &mut promising);
        done = found.iterations.max(done + 1);
        let worse = if found.best.profit >= best.profit {
            std::mem::replace(&mut best, found.best)
        } else {
            found.best
        };
        scratch.reuse(worse);
    }
    (best, done)
}

/// A taste by lot; what blocks are numbered by stays.
fn drawn(taste: Taste, stream: &mut Stream) -> Taste {
    let loss = 3 + stream.below(3) as i32;
    let gap = 0.02 * (1 + stream.below(3)) as f64;
    let pull = match stream.below(2) {
        0 => taste.pull,
        _ => std::array::from_fn(|_| 1 + stream.below(3) as i64),
    };
    Taste { loss, gap, pull, ..taste }
}

/// What stays of a container when the blocks around some point go; none: a rule forbids it, or
/// time is up.
fn without_some(
    site: &Site<'_>,
    left: &[u32],
    full: &State,
    stream: &mut Stream,
    scratch: &mut Scratch,
    budget: Budget<'_>,
) -> Option<State> {
    let body = |&(number, at): &(u32, _)| Cuboid::at(at, site.kit.facts[number as usize].size);
    let bodies: Vec<Cuboid> = full.placed.iter().map(body).collect();
    let goes = chosen(site, &bodies, stream);
    let mut state = site.start(left);
    let stay = full.placed.iter().zip(&bodies).zip(&goes).filter(|b| !b.1);
    for (k, ((&(number, _), body), _)) in stay.enumerate() {
        let late = k % 8 == 7 && budget.control.expired();
        if late || !site.put_at(&mut state, *body, number, scratch) {
            return None;
        }
    }
    Some(state)
}

/// Which blocks go: those nearest to a point, or to a line through it, and what stands on them.
fn chosen(site: &Site<'_>, bodies: &[Cuboid], stream: &mut Stream) -> Vec<bool> {
    let room = site.kit.room;
    let at = room.map(|r| stream.below(r as usize) as i32);
    // The axis along which the distance does not count. What stands on others goes with them: there
    // it is mostly whole stacks.
    let line = match stream.below(4) {
        3 if site.weightless => None,
        3 => Some(2),
        axis => Some(axis),
    };
    let away = |body: &Cuboid| -> f64 {
        (0..3)
            .filter(|&a| Some(a) != line)
            .map(|a| {
                let gap = (body.lo[a] - at[a]).max(at[a] - body.hi[a]).max(0);
                f64::from(gap) / f64::from(room[a])
            })
            .sum()
    };
    let mut order: Vec<(f64, usize)> = bodies.iter().map(away).zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let share = GOES.0 + (GOES.1 - GOES.0) * stream.uniform();
    let most = ((bodies.len() as f64 * share) as usize).max(2);
    let mut goes = vec![false; bodies.len()];
    order.iter().take(most).for_each(|&(_, k)| goes[k] = true);
    if !site.weightless {
        let mut upwards: Vec<usize> = (0..bodies.len()).collect();
        upwards.sort_by_key(|&k| bodies[k].lo[2]);
        for &k in &upwards {
            let over = |j: usize| {
                bodies[j].hi[2] <= bodies[k].lo[2] && bodies[j].footprint_shared(&bodies[k]) > 0
            };
            goes[k] |= (0..bodies.len()).any(|j| goes[j] && over(j));
        }
    }
    goes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::beam::sweep;
    use crate::problem::{Aim, Bin, Item, Problem, Rules};
    use crate::rules::RuleSet;
    use crate::several::{Making, Packer};
    use backhaul_common::Control;

    /// A container filled by one narrow beam, and the same mended.
    fn before_and_after(support: i64, check: impl Fn(&Site<'_>, &State, &State)) {
        let sizes = [[7, 5, 3], [6, 4, 4], [9, 2, 5], [3, 3, 8], [5, 5, 6]];
        let items: Vec<Item> = sizes.into_iter().map(|s| Item::plain(s, 12)).collect();
        let left: Vec<u32> = items.iter().map(|i| i.copies).collect();
        let rules = Rules { support, ..Rules::default() };
        let bins = vec![Bin::plain([31, 19, 17])];
        let problem = Problem::new(Aim::Knapsack, bins, items, rules).unwrap();
        let rules = RuleSet::default();
        let making = Making { count: 200, fill: 1000, mixed: true };
        let packer = Packer::new(&problem, &rules, false, making, &|| false);
        let site = packer.site(0);
        let control = Control::iterations(600);
        let budget = Budget {
            control: &control,
            done: 0,
            most: 200,
            ceiling: i64::MAX,
            width: usize::MAX,
            until: f64::INFINITY,
        };
        let full = sweep(&site, &left, (20, 100.0), budget, false).best;
        let (part, used) = (Budget { most: 600, ..budget }, |done| done as f64 / 600.0);
        let again = |seed| {
            let mut stream = Stream::new(seed, 2, 3, 4);
            mend(&site, &left, full.clone(), part, &mut stream, false, &used)
        };
        let (mended, done) = again(1);
        assert!((600..700).contains(&done), "{done}");
        assert_eq!(mended.placed, again(1).0.placed);
        check(&site, &full, &mended);
        for seed in 0..20 {
            let mut stream = Stream::new(seed, 2, 3, 4);
            let mut scratch = Scratch::default();
            let bodies: Vec<Cuboid> =
                site.placements(&full).iter().map(|p| p.cuboid(sizes[p.item as usize])).collect();
            let goes = chosen(&site, &bodies, &mut stream);
            assert!(goes.iter().any(|&g| g));
            let root = without_some(&site, &left, &full, &mut stream, &mut scratch, budget);
            assert!(root.unwrap().profit < full.profit);
            for (a, one) in bodies.iter().enumerate().filter(|b| goes[b.0]) {
                let rests = |b: usize| bodies[b].rests_on(one) > 0 && !site.weightless;
                assert!(
                    (0..bodies.len()).all(|b| goes[b] || !rests(b)),
                    "{a} carries one that stays"
                );
            }
        }
    }

    fn is_sound(site: &Site<'_>, full: &State, mended: &State) {
        assert!(mended.profit >= full.profit);
        let placements = site.placements(mended);
        let body = |p: &crate::geometry::Placement| p.cuboid(site.items[p.item as usize].size);
        let bodies: Vec<Cuboid> = placements.iter().map(body).collect();
        for (k, one) in bodies.iter().enumerate() {
            assert!(bodies[..k].iter().all(|other| !other.overlaps(one)));
            assert!((0..3).all(|a| one.lo[a] >= 0 && one.hi[a] <= site.kit.room[a]));
            let rests: i64 = bodies.iter().map(|b| one.rests_on(b)).sum();
            assert!(site.weightless || one.lo[2] == 0 || rests == one.base());
        }
        for (k, item) in site.items.iter().enumerate() {
            let count = placements.iter().filter(|p| p.item as usize == k).count();
            assert_eq!(count as u32 + mended.left[k], item.copies);
        }
    }

    #[test]
    fn mending_never_loses_and_keeps_all_apart() {
        before_and_after(0, is_sound);
    }

    #[test]
    fn what_stands_on_a_block_that_goes_goes_with_it() {
        before_and_after(1_000_000, is_sound);
    }
}
