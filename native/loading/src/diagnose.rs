//! Which rule kept a cargo out: the first one whose absence would have opened a place.

use std::collections::BTreeMap;

use backhaul_packing::geometry::volume;

use crate::load::{Load, Scratch, Stowed};
use crate::manifest::{Manifest, Rules};

/// The rule that stopped a cargo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopper {
    /// In no allowed orientation does it fit the empty hold.
    Size,
    /// The hold's weight limit.
    Weight,
    /// Something aboard that it may not travel with.
    Apart,
    /// Not all of its family can go.
    Family,
    /// An obstacle is where it would stand.
    Obstacle,
    /// The free volume is smaller than it.
    Volume,
    /// Places exist, but the axles or the centre of gravity do not allow the weight there.
    Balance,
    /// Too little of its base would be supported.
    Support,
    /// It would stand on something fragile or not stackable.
    Fragility,
    /// What is below would carry too much.
    Strength,
    /// It would lie under something of a later stop.
    LastInFirstOut,
    /// There is no free place that can be reached from a door.
    Space,
}

impl Stopper {
    /// The word used in Python.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Weight => "weight",
            Self::Apart => "apart",
            Self::Family => "family",
            Self::Obstacle => "obstacle",
            Self::Volume => "volume",
            Self::Balance => "balance",
            Self::Support => "support",
            Self::Fragility => "fragility",
            Self::Strength => "max_load",
            Self::LastInFirstOut => "lifo",
            Self::Space => "space",
        }
    }
}

/// Kinds of cargo that are looked at one by one, and the work that all of them may take.
const MOST_KINDS: usize = 64;
const MOST_WORK: usize = 20_000;

/// Which rule stopped each of these cargos, at the moment of its stop in this plan. Of very many
/// kinds only the first are looked at closely; the others are said to lack space.
pub fn stoppers(manifest: &Manifest, stowed: &[Stowed], left: &[u32]) -> Vec<Stopper> {
    let most = MOST_KINDS.min(MOST_WORK / manifest.cargos.len().max(1)).max(1);
    let mut known: BTreeMap<(u32, u32), Stopper> = BTreeMap::new();
    let mut answers = Vec::with_capacity(left.len());
    for &cargo in left {
        let key = (manifest.kinds[cargo as usize], manifest.cargos[cargo as usize].stop);
        let answer = match known.get(&key) {
            Some(&answer) => answer,
            None if manifest.turns[cargo as usize].is_empty() => Stopper::Size,
            None if known.len() >= most => Stopper::Space,
            None => {
                let answer = stopper(manifest, stowed, cargo);
                known.insert(key, answer);
                answer
            }
        };
        answers.push(answer);
    }
    answers
}

/// Which rule stopped `cargo`, at the moment of its stop in this plan.
pub fn stopper(manifest: &Manifest, stowed: &[Stowed], cargo: u32) -> Stopper {
    let thing = &manifest.cargos[cargo as usize];
    if manifest.turns[cargo as usize].is_empty() {
        return Stopper::Size;
    }
    let aboard: i64 = stowed.iter().map(|s| manifest.cargos[s.cargo as usize].weight).sum();
    if manifest.hold.max_weight.is_some_and(|max| aboard + thing.weight > max) {
        return Stopper::Weight;
    }
    let company = |c: u32| manifest.cargos[c as usize].company;
    if stowed.iter().any(|s| company(s.cargo).groups & thing.company.apart != 0) {
        return Stopper::Apart;
    }
    let filled: i64 = stowed.iter().map(|s| s.cuboid.volume()).sum();
    if volume(manifest.hold.size) - filled < volume(thing.size) {
        return Stopper::Volume;
    }
    // Stops before its own are loaded after it, so they are not in its way.
    let earlier = |s: &&Stowed| !manifest.rules.lifo || s.stop >= thing.stop;
    let present: Vec<Stowed> = stowed.iter().filter(earlier).copied().collect();
    let without = |change: &dyn Fn(&mut Manifest)| {
        let mut relaxed = manifest.clone();
        change(&mut relaxed);
        let relaxed = Manifest::trusted(relaxed.hold, relaxed.rules, relaxed.cargos);
        has_place(&relaxed, &present, cargo)
    };
    if without(&|_| ()) {
        // A family stays behind as a whole, also those of it that would have found a place.
        return if thing.company.family.is_some() { Stopper::Family } else { Stopper::Balance };
    }
    if without(&|m| m.hold.obstacles.clear()) {
        return Stopper::Obstacle;
    }
    let no_support = |m: &mut Manifest| m.rules = Rules { support: 0, ..m.rules };
    if without(&no_support) {
        return Stopper::Support;
    }
    if without(&|m| {
        m.rules.fragility = false;
        m.cargos.iter_mut().for_each(|c| c.stackable = true);
    }) {
        return Stopper::Fragility;
    }
    if without(&|m| m.cargos.iter_mut().for_each(|c| c.max_load = None)) {
        return Stopper::Strength;
    }
    if without(&|m| m.cargos.iter_mut().for_each(|c| c.stop = 0)) {
        return Stopper::LastInFirstOut;
    }
    Stopper::Space
}

fn has_place(manifest: &Manifest, stowed: &[Stowed], cargo: u32) -> bool {
    let mut load = Load::new(manifest);
    for s in stowed {
        // Turns may be numbered otherwise after a rule was dropped; only the cuboid matters here.
        load.stow(s.cargo, 0, s.cuboid);
    }
    let mut scratch = Scratch::default();
    let mut any = false;
    for turn in &manifest.turns[cargo as usize] {
        load.places(cargo, turn, 0, &mut scratch, |_| any = true);
    }
    any
}
