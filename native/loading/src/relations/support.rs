//! Whether enough of every base can rest on something: by the largest areas that bounds allow.

use super::bounds::NONE;
use super::model::{face, Model};
use super::solver::{not, Conflict, Lit, ALWAYS};

/// The largest shared length of two boxes on an axis, with the changes that limit it.
struct Shared {
    length: i64,
    low: u32,
    high: u32,
    /// Cargo whose turns limit it.
    turned: Option<usize>,
    /// A split, false, that limits it.
    short: Option<Lit>,
}

impl Shared {
    fn turned(cargo: usize) -> Self {
        Self { length: 0, low: NONE, high: NONE, turned: Some(cargo), short: None }
    }
}

/// Draw conclusions about supports; a conflict, or whether something new follows.
pub fn check(model: &mut Model<'_>) -> Result<bool, Conflict> {
    let mut news = false;
    for cargo in 0..model.floor.len() {
        let floor = model.floor[cargo];
        if model.solver.value(floor) > 0 {
            continue;
        }
        let need = needed(model, cargo);
        let mut most = 0;
        for under in 0..model.floor.len() {
            if model.on[cargo][under].is_some_and(|on| model.solver.value(on) >= 0) {
                most +=
                    shared(model, cargo, under, 0).length * shared(model, cargo, under, 1).length;
                if most >= need {
                    break;
                }
            }
        }
        if most >= need {
            continue;
        }
        let because = explain(model, cargo);
        if model.solver.value(floor) < 0 {
            let mut conflict = because;
            conflict.push(not(floor));
            return Err(conflict);
        }
        model.solver.imply(floor, &because);
        news = true;
    }
    Ok(news)
}

/// Least area that must carry the cargo in any turn it may still take.
fn needed(model: &Model<'_>, cargo: usize) -> i64 {
    let turns = &model.manifest.turns[cargo];
    let open = turns.iter().zip(&model.turn[cargo]).filter(|(_, l)| model.solver.value(**l) >= 0);
    open.map(|(t, _)| t.need).min().unwrap_or(i64::MAX)
}

fn shared(model: &Model<'_>, over: usize, under: usize, axis: usize) -> Shared {
    let bounds = &model.solver.bounds;
    let widest = |cargo: usize| {
        let turns = model.manifest.turns[cargo].iter().zip(&model.turn[cargo]);
        let open = turns.filter(|(_, l)| model.solver.value(**l) >= 0);
        open.map(|(t, _)| i64::from(t.size[axis])).max().unwrap_or(0)
    };
    let mut best = Shared { length: widest(over), ..Shared::turned(over) };
    let other = widest(under);
    if other < best.length {
        best = Shared { length: other, ..Shared::turned(under) };
    }
    for (high, low) in [(over, under), (under, over), (over, over), (under, under)] {
        let (high, low) = (face(high, axis, true) as usize, face(low, axis, false) as usize);
        let length = (bounds.high[high] - bounds.low[low]).max(0);
        if length < best.length {
            let (low, high) = (bounds.low_by[low], bounds.high_by[high]);
            best = Shared { length, low, high, turned: None, short: None };
        }
    }
    for (high, low) in [(over, under), (under, over)] {
        if let Some((weight, lit)) = model.short_of(face(low, axis, false), face(high, axis, true))
        {
            if weight - 1 < best.length {
                let length = (weight - 1).max(0);
                best = Shared { length, low: NONE, high: NONE, turned: None, short: Some(lit) };
            }
        }
    }
    best
}

/// All literals that keep the area small.
fn explain(model: &Model<'_>, cargo: usize) -> Vec<Lit> {
    let mut lits = Vec::new();
    turns(model, cargo, &mut lits);
    for under in 0..model.floor.len() {
        let Some(on) = model.on[cargo][under] else { continue };
        if model.solver.value(on) < 0 {
            lits.push(not(on));
            continue;
        }
        let (x, y) = (shared(model, cargo, under, 0), shared(model, cargo, under, 1));
        let only = [&x, &y].into_iter().find(|s| s.length == 0);
        for part in only.map_or_else(|| vec![&x, &y], |s| vec![s]) {
            if let Some(turned) = part.turned {
                turns(model, turned, &mut lits);
            }
            lits.extend(part.short.map(not));
            model.solver.bounds.explain(part.low, &mut lits);
            model.solver.bounds.explain(part.high, &mut lits);
        }
    }
    lits.sort_unstable();
    lits.dedup();
    lits
}

/// Turns that are ruled out.
fn turns(model: &Model<'_>, cargo: usize, into: &mut Vec<Lit>) {
    for &lit in &model.turn[cargo] {
        if lit != ALWAYS && model.solver.value(lit) < 0 {
            into.push(not(lit));
        }
    }
}

/// Something more to decide about a box that stands on too little where it is now.
pub enum Doubt {
    /// All stand on enough.
    None,
    /// A literal to decide.
    Decide(Lit),
    /// Nothing can be changed under the decisions that stand.
    Stuck,
}

/// With all boxes as near the origin as they go: what is wrong, and what might help.
pub fn doubt(model: &mut Model<'_>) -> Doubt {
    for cargo in 0..model.floor.len() {
        if model.solver.value(model.floor[cargo]) > 0 {
            continue;
        }
        let need = needed(model, cargo);
        let area: i64 = (0..model.floor.len())
            .filter(|under| *under != cargo && touches(model, cargo, *under))
            .map(|under| {
                overlap(model, cargo, under, 0).max(0) * overlap(model, cargo, under, 1).max(0)
            })
            .sum();
        if area >= need {
            continue;
        }
        return improve(model, cargo, need - area);
    }
    Doubt::None
}

fn touches(model: &Model<'_>, over: usize, under: usize) -> bool {
    let low = &model.solver.bounds.low;
    low[face(over, 2, false) as usize] == low[face(under, 2, true) as usize]
}

fn overlap(model: &Model<'_>, a: usize, b: usize, axis: usize) -> i64 {
    let low = &model.solver.bounds.low;
    let at = |cargo, far| low[face(cargo, axis, far) as usize];
    at(a, true).min(at(b, true)) - at(a, false).max(at(b, false))
}

/// A split that would let a supporter reach farther under the box, or one more supporter.
fn improve(model: &mut Model<'_>, cargo: usize, missing: i64) -> Doubt {
    let count = model.floor.len();
    let mut unders: Vec<usize> = (0..count)
        .filter(|u| model.on[cargo][*u].is_some_and(|on| model.solver.value(on) > 0))
        .collect();
    let area =
        |model: &Model<'_>, u: usize| overlap(model, cargo, u, 0) * overlap(model, cargo, u, 1);
    unders.sort_by_key(|u| (-area(model, *u), *u));
    for &under in &unders {
        for axis in 0..2 {
            let (over_lo, over_hi) = (face(cargo, axis, false), face(cargo, axis, true));
            let (under_lo, under_hi) = (face(under, axis, false), face(under, axis, true));
            let across = overlap(model, cargo, under, 1 - axis).max(1);
            let now = overlap(model, cargo, under, axis);
            let most = shared(model, cargo, under, axis).length;
            let wish = (now + (missing + across - 1) / across).min(most);
            for target in [wish, now + 1] {
                if target <= now || target > most {
                    continue;
                }
                for (from, to) in [(over_lo, under_hi), (under_lo, over_hi)] {
                    let low = &model.solver.bounds.low;
                    if low[to as usize] - low[from as usize] >= target {
                        continue;
                    }
                    let lit = model.split(from, to, target);
                    if model.solver.value(lit) == 0 && model.solver.possible(lit) {
                        return Doubt::Decide(lit);
                    }
                }
            }
        }
    }
    for under in 0..count {
        if let Some(on) = model.on[cargo][under].filter(|on| model.solver.value(*on) == 0) {
            if model.solver.possible(on) {
                return Doubt::Decide(on);
            }
        }
    }
    Doubt::Stuck
}
