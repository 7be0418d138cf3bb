//! Build one load by one policy, stop by stop, last stop first.

use backhaul_common::{Control, Stream};
use backhaul_packing::geometry::Cuboid;

use crate::company;
use crate::load::{Load, Scratch};
use crate::policy::Policy;

/// Build a load; returns the cargos left out. A family that would be torn stays behind, and all
/// begins anew without it.
///
/// Gives up as soon as the value left out reaches `ceiling` (a cargo without value counts as 0, but
/// with `ceiling` 0 the first cargo left out ends the attempt). When the control's time is over, the
/// rest stays outside.
pub fn build(
    load: &mut Load<'_>,
    policy: &Policy,
    (ceiling, urgent): (i64, Option<u32>),
    rng: &mut Stream,
    scratch: &mut Scratch,
    control: Option<&Control<'_>>,
) -> Vec<u32> {
    let mut banned: Vec<u32> = Vec::new();
    loop {
        let left = once(load, policy, (ceiling, urgent, &banned), rng, scratch, control);
        if !load.manifest.families || load.stowed.len() + left.len() < load.manifest.cargos.len() {
            return left;
        }
        let torn = company::torn(load.manifest, &left);
        if torn.is_empty() {
            return left;
        }
        banned.extend(torn);
    }
}

fn once(
    load: &mut Load<'_>,
    policy: &Policy,
    limits: (i64, Option<u32>, &[u32]),
    rng: &mut Stream,
    scratch: &mut Scratch,
    control: Option<&Control<'_>>,
) -> Vec<u32> {
    load.clear();
    stops(load, policy, 0, limits, rng, scratch, control)
}

/// Put in the groups from the `first` on behind what is in already: whether all found a place.
pub fn extend(
    load: &mut Load<'_>,
    policy: &Policy,
    first: usize,
    rng: &mut Stream,
    scratch: &mut Scratch,
    control: Option<&Control<'_>>,
) -> bool {
    stops(load, policy, first, (0, None, &[]), rng, scratch, control).is_empty()
}

fn stops(
    load: &mut Load<'_>,
    policy: &Policy,
    first: usize,
    (ceiling, urgent, banned): (i64, Option<u32>, &[u32]),
    rng: &mut Stream,
    scratch: &mut Scratch,
    control: Option<&Control<'_>>,
) -> Vec<u32> {
    let manifest = load.manifest;
    let balanced = !manifest.hold.balance.is_free();
    let start = if balanced && policy.gap > 0.0 { slack(load, policy.gap) } else { 0 };
    let mut left = Vec::new();
    let mut lost = 0i64;
    let groups = manifest.groups.len();
    for (g, group) in manifest.groups.iter().enumerate().skip(first) {
        let mut sequence = policy.sequence(manifest, group, rng);
        if let Some(first) = urgent.and_then(|c| sequence.iter().position(|other| *other == c)) {
            sequence[..=first].rotate_right(1);
        }
        let before = load.stowed.len();
        for cargo in sequence {
            let late = control.is_some_and(Control::expired);
            let family = manifest.cargos[cargo as usize].company.family;
            let placed = !late
                && family.is_none_or(|f| !banned.contains(&f))
                && load.takes(cargo)
                && place(load, cargo, policy, start, rng, scratch);
            if !placed {
                left.push(cargo);
                lost = lost.saturating_add(manifest.cargos[cargo as usize].profit);
                if lost >= ceiling {
                    return left;
                }
            }
        }
        // A stage is what is on board between two stops; only the last counts without `every_leg`.
        if balanced && (manifest.rules.every_leg || g + 1 == groups) {
            while !settle(load, before) {
                // what went in last carries nothing: it stays behind until the rest is in balance
                let Some(last) = load.stowed.last().map(|s| s.cargo) else { break };
                load.unstow(1);
                left.push(last);
                lost = lost.saturating_add(manifest.cargos[last as usize].profit);
                if lost >= ceiling {
                    return left;
                }
            }
        }
    }
    left
}

/// The best place for a cargo, if there is one.
fn place(
    load: &mut Load<'_>,
    cargo: u32,
    policy: &Policy,
    start: i32,
    rng: &mut Stream,
    scratch: &mut Scratch,
) -> bool {
    if policy.lanes > 0.0 && rng.uniform() < policy.lanes {
        scratch.lane = lane_width(load, rng);
        let best = best_place(load, cargo, policy, start, rng, scratch);
        scratch.lane = 0;
        if let Some((_, turn, cuboid)) = best {
            load.stow(cargo, turn, cuboid);
            return true;
        }
    }
    match best_place(load, cargo, policy, start, rng, scratch) {
        Some((_, turn, cuboid)) => {
            load.stow(cargo, turn, cuboid);
            true
        }
        None => false,
    }
}

/// A width that some cargo could use: one of its sides, or a little.
pub(crate) fn lane_width(load: &Load<'_>, rng: &mut Stream) -> i32 {
    let manifest = load.manifest;
    if rng.uniform() < 0.3 {
        return 1 + rng.below((manifest.hold.size[1] as usize / 4).max(1)) as i32;
    }
    let cargo = &manifest.turns[rng.below(manifest.turns.len())];
    if cargo.is_empty() {
        return 0;
    }
    cargo[rng.below(cargo.len())].size[1]
}

fn best_place(
    load: &Load<'_>,
    cargo: u32,
    policy: &Policy,
    start: i32,
    rng: &mut Stream,
    scratch: &mut Scratch,
) -> Option<(f64, u8, Cuboid)> {
    let manifest = load.manifest;
    let mut best: Option<(f64, u8, Cuboid)> = None;
    for (t, turn) in manifest.turns[cargo as usize].iter().enumerate() {
        load.places(cargo, turn, start, scratch, |cuboid| {
            let score = policy.taste.score(load, &cuboid, rng);
            if best.as_ref().is_none_or(|b| score < b.0) {
                best = Some((score, t as u8, cuboid));
            }
        });
    }
    best
}

/// Length that may stay free in front, by volume.
fn slack(load: &Load<'_>, share: f64) -> i32 {
    let size = load.manifest.hold.size;
    let across = f64::from(size[1]) * f64::from(size[2]) * 0.8;
    let needed = load.manifest.volume() as f64 / across;
    ((f64::from(size[0]) - needed).max(0.0) * share) as i32
}

/// Bring the stage into balance by moving this group (cargos from `before` on) towards the rear.
pub(crate) fn settle(load: &mut Load<'_>, before: usize) -> bool {
    let manifest = load.manifest;
    let balance = &manifest.hold.balance;
    if load.stowed.is_empty() || balance.allows(&load.mass) {
        return true;
    }
    // The group may be empty by now: then only earlier stops stand here, and they are in balance
    // by themselves unless limits hold only for the whole.
    let before = before.min(load.stowed.len());
    let moved: i64 =
        load.stowed[before..].iter().map(|s| manifest.cargos[s.cargo as usize].weight).sum();
    let (low, high) = balance.room(&load.mass, moved);
    let shift = low.max(0.0).ceil();
    let end = load.stowed[before..].iter().map(|s| s.cuboid.hi[0]).max().unwrap_or(0);
    if moved == 0 || low > high || shift > high || shift > f64::from(manifest.hold.size[0] - end) {
        return false;
    }
    let shift = shift as i32;
    let group: Vec<_> = load.stowed[before..].to_vec();
    load.unstow(group.len());
    for (i, s) in group.iter().enumerate() {
        let mut cuboid = s.cuboid;
        cuboid.lo[0] += shift;
        cuboid.hi[0] += shift;
        let turn = &manifest.turns[s.cargo as usize][s.turn as usize];
        if load.fits(s.cargo, turn, &cuboid) {
            load.stow(s.cargo, s.turn, cuboid);
        } else {
            load.unstow(i);
            for s in &group {
                load.stow(s.cargo, s.turn, s.cuboid);
            }
            return false;
        }
    }
    balance.allows(&load.mass)
}
