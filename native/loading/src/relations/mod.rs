//! Complete search for a load over relations between boxes, with learning.
//!
//! Relative positions instead of places (Fekete and Schepers 2004, Padberg 2000): every pair is
//! separated by one of up to six relations, every box stands on the floor or on others.
//! Coordinates follow as longest paths; what contradicts them is learnt as a clause (lazy
//! clause generation: Ohrimenko, Stuckey and Codish 2009). Finds loads where building box by box
//! would have to be lucky, and proves when there is none.

pub mod bounds;
pub mod model;
pub mod solver;
pub mod support;

use backhaul_common::{Control, Stream};
use backhaul_packing::geometry::{Cuboid, Door};

use crate::construct::settle;
use crate::load::{Load, Stowed};
use crate::manifest::Manifest;
use model::{face, Model, MOST_CARGOS};
use solver::Lit;
use support::Doubt;

/// What the search found.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A load with everything, in loading order.
    Loaded(Vec<Stowed>),
    /// There is none.
    Impossible,
    /// Neither within the limit.
    Unknown,
}

/// Whether the search suits this problem. Strength and balance are only looked at when a load is
/// complete: with them it finds loads, but proves less.
pub fn applies(manifest: &Manifest) -> bool {
    manifest.hold.doors == [Door::Rear]
        && manifest.hold.obstacles.is_empty()
        && manifest.cargos.len() <= MOST_CARGOS
        && manifest.turns.iter().all(|t| !t.is_empty())
}

const RESTART: u64 = 64;
const MOST_SPLITS: usize = 20_000;

/// Look for a load with everything in it, for at most so many conflicts; also how many there were.
///
/// `hint` gives places that some cargos had in a similar load: relations that hold there are tried
/// first. It may be empty.
pub fn search(
    manifest: &Manifest,
    hint: &[Option<Cuboid>],
    conflicts: u64,
    rng: &mut Stream,
    control: Option<&Control<'_>>,
) -> (Outcome, u64) {
    let mut used = 0;
    let hint = &mirrored(manifest, hint);
    let Some(mut model) = Model::new(manifest, rng) else { return (Outcome::Impossible, 0) };
    let mut load = Load::new(manifest);
    // Set when a load was refused for a reason that is no literal: then nothing is proven.
    let mut gaps = false;
    let mut round = 1;
    // What was last so, or is so in the hint.
    let mut phase: Vec<bool> = (0..model.solver.activity.len())
        .map(|var| model.solver.holds(2 * var as Lit, |node| coordinate(hint, node)))
        .collect();
    while used < conflicts {
        let budget = RESTART * luby(round);
        round += 1;
        let mut here = 0;
        model.solver.back(0);
        if model.solver.learnt > 4000 {
            model.solver.forget();
        }
        loop {
            let conflict = match model.solver.propagate() {
                Some(conflict) => Some(conflict),
                None => match support::check(&mut model) {
                    Err(conflict) => Some(conflict),
                    Ok(true) => continue,
                    Ok(false) => None,
                },
            };
            let conflict = match conflict {
                Some(conflict) => conflict,
                None => match choose(&mut model, &phase, rng) {
                    Some(lit) => {
                        model.solver.decide(lit);
                        continue;
                    }
                    None => match support::doubt(&mut model) {
                        Doubt::Decide(lit) => {
                            if model.splits() > MOST_SPLITS {
                                return (Outcome::Unknown, used);
                            }
                            model.solver.decide(lit);
                            continue;
                        }
                        Doubt::Stuck => model.solver.chosen(),
                        Doubt::None => {
                            if let Some(stowed) = realise(&model, &mut load) {
                                return (Outcome::Loaded(stowed), used);
                            }
                            gaps = true;
                            model.solver.chosen()
                        }
                    },
                },
            };
            used += 1;
            here += 1;
            if phase.len() < model.solver.activity.len() {
                phase.resize(model.solver.activity.len(), false);
            }
            for &lit in model.solver.trail() {
                phase[(lit >> 1) as usize] = lit & 1 == 0;
            }
            if !model.solver.learn(&conflict) {
                return (if gaps { Outcome::Unknown } else { Outcome::Impossible }, used);
            }
            if here >= budget || control.is_some_and(Control::expired) {
                break;
            }
        }
        if control.is_some_and(Control::expired) {
            break;
        }
    }
    (Outcome::Unknown, used)
}

/// The similar load, or its mirror image, whichever has the halved cargo where the model wants it.
fn mirrored(manifest: &Manifest, hint: &[Option<Cuboid>]) -> Vec<Option<Cuboid>> {
    let width = manifest.hold.size[1];
    let place = Model::halved(manifest).and_then(|c| *hint.get(c)?);
    let mut hint = hint.to_vec();
    if place.is_some_and(|c| c.lo[1] + c.hi[1] > width) {
        for cuboid in hint.iter_mut().flatten() {
            (cuboid.lo[1], cuboid.hi[1]) = (width - cuboid.hi[1], width - cuboid.lo[1]);
        }
    }
    hint
}

/// Where a face lies in a similar load.
fn coordinate(hint: &[Option<Cuboid>], node: u32) -> Option<i64> {
    let Some(index) = node.checked_sub(1).map(|i| i as usize) else { return Some(0) };
    let cuboid = (*hint.get(index / 6)?)?;
    let corner = if index % 2 == 1 { cuboid.hi } else { cuboid.lo };
    Some(i64::from(corner[index / 2 % 3]))
}

/// The most active question that is open, and its answer: as last time, else the roomiest.
fn choose(model: &mut Model<'_>, phase: &[bool], rng: &mut Stream) -> Option<Lit> {
    let solver = &model.solver;
    let mut best: Option<(f64, usize)> = None;
    'questions: for (number, question) in model.questions.iter_mut().enumerate() {
        // What answered it last most often does so still.
        if solver.value(question.lits[question.answer]) > 0 {
            continue;
        }
        let mut score = 0.0f64;
        for (k, &lit) in question.lits.iter().enumerate() {
            match solver.value(lit) {
                1 => {
                    question.answer = k;
                    continue 'questions;
                }
                0 => score = score.max(solver.activity[(lit >> 1) as usize]),
                _ => {}
            }
        }
        if best.is_none_or(|b| score > b.0) {
            best = Some((score, number));
        }
    }
    let question = &model.questions[best?.1];
    let open = question.lits.iter().filter(|l| solver.value(**l) == 0);
    let mut pick: Option<(f64, Lit)> = None;
    for &lit in open {
        let last = phase.get((lit >> 1) as usize).copied().unwrap_or(false);
        let score = if last { 2.0 } else { solver.room(lit) } + 0.2 * rng.uniform();
        if pick.is_none_or(|p| score > p.0) {
            pick = Some((score, lit));
        }
    }
    pick.map(|p| p.1)
}

/// 1, 1, 2, 1, 1, 2, 4, ... (Luby, Sinclair and Zuckerman 1993).
fn luby(i: u64) -> u64 {
    let mut k = 1u64;
    while (1 << k) - 1 < i {
        k += 1;
    }
    if (1 << k) - 1 == i {
        1 << (k - 1)
    } else {
        luby(i - (1 << (k - 1)) + 1)
    }
}

/// The load that the lowest coordinates describe, in an order that works; None if there is none.
fn realise(model: &Model<'_>, load: &mut Load<'_>) -> Option<Vec<Stowed>> {
    let manifest = model.manifest;
    load.clear();
    let low = &model.solver.bounds.low;
    let mut shapes = Vec::with_capacity(manifest.cargos.len());
    for (cargo, lits) in model.turn.iter().enumerate() {
        let turn = lits.iter().position(|l| model.solver.value(*l) > 0)?;
        let at = |axis| low[face(cargo, axis, false) as usize] as i32;
        let size = manifest.turns[cargo][turn].size;
        shapes.push((turn, Cuboid::at([at(0), at(1), at(2)], size)));
    }
    for (number, group) in manifest.groups.iter().enumerate() {
        let before = load.stowed.len();
        let mut rest = group.clone();
        while !rest.is_empty() {
            let next = rest.iter().position(|&c| {
                let (turn, cuboid) = shapes[c as usize];
                // What it would shut in or stands over comes first.
                let waits = rest.iter().any(|&d| {
                    let other = &shapes[d as usize].1;
                    d != c
                        && (other.blocked_by(&cuboid, Door::Rear)
                            || other.blocked_by(&cuboid, Door::Top))
                });
                !waits && load.takes(c) && load.fits(c, &manifest.turns[c as usize][turn], &cuboid)
            })?;
            let c = rest.remove(next);
            let (turn, cuboid) = shapes[c as usize];
            load.stow(c, turn as u8, cuboid);
        }
        let last = number + 1 == manifest.groups.len();
        if (manifest.rules.every_leg || last) && !settle(load, before) {
            return None;
        }
    }
    Some(load.stowed.clone())
}
