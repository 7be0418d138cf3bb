//! Can this route be loaded? Feasible, infeasible or unknown, with everything asked before kept.
//!
//! An answer is kept by the exact sequence of customers. From one sequence to another only this is
//! concluded: what is still aboard after the first stops is a load of its own when last in, first
//! out holds, so a loadable route can be loaded without its first customers, and a route whose
//! last stops cannot be loaded cannot be either. Of supersets nothing is concluded: under a support
//! rule a customer more can make a load possible.

use std::collections::{BTreeMap, BTreeSet};

use backhaul_common::{purpose, Control, Stream};
use backhaul_packing::geometry::Cuboid;

use crate::attempt::{Attempts, End};
use crate::bounds;
use crate::construct::extend;
use crate::load::{Load, Scratch, Stowed};
use crate::manifest::{Cargo, Hold, Manifest, Rules};
use crate::policy::Policy;
use crate::relations::model::MOST_CARGOS;

const ORACLE: u64 = purpose("loading.oracle");

/// What is known about a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A load was found.
    Feasible,
    /// A proof was found.
    Infeasible,
    /// Neither, with the effort spent so far.
    Unknown,
}

impl Verdict {
    /// The word used in Python.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feasible => "feasible",
            Self::Infeasible => "infeasible",
            Self::Unknown => "unknown",
        }
    }
}

/// What is remembered about a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// A load is known.
    Loadable,
    /// It is proven that there is none.
    Refused,
    /// So much effort was spent in vain.
    Tried(u32),
    /// It was never asked about.
    New,
}

#[derive(Clone, Copy, Debug, Default)]
struct Tried {
    /// Attempts made.
    attempts: u32,
    /// Effort spent: one for a construction, the conflicts of a search over relations.
    spent: u32,
    /// How often it was asked.
    asked: u32,
    urgent: Option<u32>,
}

/// A cargo, its turn and its place, in loading order.
type Step = (u32, u8, [i32; 3]);

fn step(s: &Stowed) -> Step {
    (s.cargo, s.turn, s.cuboid.lo)
}

/// Answers for routes over a fixed set of customers.
pub struct Oracle {
    hold: Hold,
    rules: Rules,
    customers: Vec<Vec<Cargo>>,
    /// Loads found, by the route from its last stop to its first.
    loaded: BTreeMap<Vec<u32>, Box<[Step]>>,
    /// Routes proven impossible, last stop first.
    refused: BTreeSet<Vec<u32>>,
    /// What was tried for all others, last stop first.
    open: BTreeMap<Vec<u32>, Tried>,
    scratch: Scratch,
    seed: u64,
    /// Effort spent in all.
    pub work: u64,
    /// Questions answered without work.
    pub hits: u64,
}

impl Oracle {
    /// An oracle for these customers' cargos.
    pub fn new(hold: Hold, rules: Rules, customers: Vec<Vec<Cargo>>, seed: u64) -> Self {
        Self {
            hold,
            rules,
            customers,
            loaded: BTreeMap::new(),
            refused: BTreeSet::new(),
            open: BTreeMap::new(),
            scratch: Scratch::default(),
            seed,
            work: 0,
            hits: 0,
        }
    }

    /// How many routes are kept.
    pub fn size(&self) -> usize {
        self.loaded.len() + self.refused.len() + self.open.len()
    }

    /// The problem of a route: its first customer is stop 0.
    pub fn manifest(&self, route: &[u32]) -> Manifest {
        let mut cargos = Vec::new();
        for (stop, &customer) in route.iter().enumerate() {
            for cargo in &self.customers[customer as usize] {
                cargos.push(Cargo { stop: stop as u32, ..cargo.clone() });
            }
        }
        Manifest::trusted(self.hold.clone(), self.rules, cargos)
    }

    /// Whether a route can be loaded, with at most so much effort in all, a little over if the last
    /// attempt needs it (what earlier questions about the same route spent counts). A construction
    /// costs 1; after the first 16 come searches over relations, which cost their conflicts.
    pub fn ask(&mut self, route: &[u32], effort: u32) -> Verdict {
        self.answer(route, effort, None)
    }

    /// As [`Oracle::ask`], but unknown as soon as the control's time is over, and with the more
    /// effort the more often this route was wanted.
    pub fn ask_within(&mut self, route: &[u32], effort: u32, control: &Control<'_>) -> Verdict {
        self.answer(route, effort, Some(control))
    }

    /// Every route asked about, last stop first, and whether a load was found.
    pub fn memory(&self) -> impl Iterator<Item = (&[u32], bool)> {
        let refused = self.refused.iter().chain(self.open.keys());
        let loaded = self.loaded.keys().map(|key| (&key[..], true));
        loaded.chain(refused.map(|key| (&key[..], false)))
    }

    /// What earlier questions left in memory about a route; no work is done.
    pub fn remembers(&self, route: &[u32]) -> Memory {
        let key: Vec<u32> = route.iter().rev().copied().collect();
        if key.is_empty() || self.load_of(&key).is_some() {
            Memory::Loadable
        } else if self.is_refused(&key) {
            Memory::Refused
        } else {
            self.open.get(&key).map_or(Memory::New, |tried| Memory::Tried(tried.spent))
        }
    }

    /// All routes that are known to be loadable.
    pub fn loadable(&self) -> impl Iterator<Item = Vec<u32>> + '_ {
        self.loaded.keys().flat_map(|key| {
            let least = if self.stages_are_loads() { 1 } else { key.len() };
            (least..=key.len()).map(|n| key[..n].iter().rev().copied().collect())
        })
    }

    /// Whether what is aboard between two stops is always an allowed load of its own.
    fn stages_are_loads(&self) -> bool {
        self.rules.lifo && (self.hold.balance.is_free() || self.rules.every_leg)
    }

    /// The known load of a route, given last stop first.
    fn load_of(&self, key: &[u32]) -> Option<(&[u32], &[Step])> {
        if !self.stages_are_loads() {
            return self.loaded.get_key_value(key).map(|(k, v)| (&k[..], &v[..]));
        }
        let (longer, steps) = self.loaded.range(key.to_vec()..).next()?;
        longer.starts_with(key).then_some((&longer[..], &steps[..]))
    }

    fn is_refused(&self, key: &[u32]) -> bool {
        let least = if self.stages_are_loads() { 1 } else { key.len() };
        (least..=key.len()).any(|n| self.refused.contains(&key[..n]))
    }

    fn answer(&mut self, route: &[u32], effort: u32, control: Option<&Control<'_>>) -> Verdict {
        let key: Vec<u32> = route.iter().rev().copied().collect();
        if key.is_empty() || self.load_of(&key).is_some() {
            self.hits += 1;
            return Verdict::Feasible;
        }
        if self.is_refused(&key) {
            self.hits += 1;
            return Verdict::Infeasible;
        }
        let mut tried = self.open.get(&key).copied().unwrap_or_default();
        let wanted = if control.is_some() { 1 + tried.asked / WANTED } else { 1 };
        let effort = effort.saturating_mul(wanted);
        tried.asked += 1;
        if tried.attempts > 0 && tried.spent >= effort {
            self.hits += 1;
            self.open.insert(key, tried);
            return Verdict::Unknown;
        }
        let manifest = self.manifest(route);
        if bounds::refute(&manifest).is_some() {
            self.refused.insert(key);
            return Verdict::Infeasible;
        }
        let attempts = Attempts::of(&manifest, true).like(self.parent(&manifest, &key));
        let attempts = match control {
            Some(_) => attempts.doubting(effort.saturating_sub(tried.spent)),
            None => attempts,
        };
        let mut load = Load::new(&manifest);
        if tried.attempts == 0 && self.extended(&key, &mut load, control) {
            self.loaded.insert(key, load.stowed.iter().map(step).collect());
            return Verdict::Feasible;
        }
        while tried.spent < effort {
            if control.is_some_and(Control::expired) {
                return Verdict::Unknown;
            }
            let number = u64::from(tried.attempts);
            let mut rng = Stream::new(self.seed, ORACLE, number, 0);
            let buffers = (&mut load, &mut self.scratch);
            let (end, cost) = attempts.make(number, 0, tried.urgent, &mut rng, buffers, control);
            tried.attempts += 1;
            tried.spent = tried.spent.saturating_add(cost as u32);
            self.work += cost;
            match end {
                End::Full(stowed) => {
                    self.open.remove(&key);
                    self.loaded.insert(key, stowed.iter().map(step).collect());
                    return Verdict::Feasible;
                }
                End::Impossible => {
                    self.open.remove(&key);
                    self.refused.insert(key);
                    return Verdict::Infeasible;
                }
                End::Part(_, left) => tried.urgent = left.first().copied(),
                End::Nothing(urgent) => tried.urgent = urgent,
            }
        }
        self.open.insert(key, tried);
        Verdict::Unknown
    }

    /// Put the goods of a route's first stops (it is given last stop first) behind a known load of
    /// the others, as many as there are; whether all found a place.
    fn extended(
        &mut self,
        key: &[u32],
        load: &mut Load<'_>,
        control: Option<&Control<'_>>,
    ) -> bool {
        let known = (1..key.len()).rev().find(|n| self.load_of(&key[..*n]).is_some());
        let Some(known) = known.filter(|_| self.stages_are_loads()) else { return false };
        self.restow(&key[..known], self.goods(&key[known..]), load);
        self.work += 1;
        let mut rng = Stream::new(self.seed, ORACLE, u64::MAX, 0);
        let policy = Policy::numbered(0, &mut rng);
        let manifest = load.manifest;
        let stays = |group: &&Vec<u32>| {
            manifest.cargos[group[0] as usize].stop as usize >= key.len() - known
        };
        let first = manifest.groups.iter().filter(stays).count();
        extend(load, &policy, first, &mut rng, &mut self.scratch, control)
    }

    /// Whether these customers' goods are few enough for a search over relations.
    pub fn searches(&self, route: &[u32]) -> bool {
        self.goods(route) <= MOST_CARGOS
    }

    /// How many cargos these customers get.
    pub fn goods(&self, customers: &[u32]) -> usize {
        customers.iter().map(|c| self.customers[*c as usize].len()).sum()
    }

    /// Put in the known load of a route, whose cargos are numbered from `offset` on.
    fn restow(&self, key: &[u32], offset: usize, load: &mut Load<'_>) {
        let Some((longer, steps)) = self.load_of(key) else { return };
        // The first stops of the longer route are numbered first and loaded last.
        let skip = self.goods(&longer[key.len()..]) as u32;
        for &(cargo, turn, at) in steps {
            if let Some(cargo) = cargo.checked_sub(skip).map(|c| c + offset as u32) {
                let size = load.manifest.turns[cargo as usize][turn as usize].size;
                load.stow(cargo, turn, Cuboid::at(at, size));
            }
        }
    }

    /// Where the cargos of a route (given last stop first) stand in a known load of all its
    /// customers but one; empty when there is none.
    fn parent(&self, manifest: &Manifest, key: &[u32]) -> Vec<Option<Cuboid>> {
        let parent = (0..key.len()).find_map(|out| {
            let shorter = [&key[..out], &key[out + 1..]].concat();
            self.loaded.get(&shorter).map(|steps| (out, steps))
        });
        let Some((out, steps)) = parent else { return Vec::new() };
        // Cargos are numbered from the first stop on; those behind the newcomer move up.
        let before = self.goods(&key[out + 1..]);
        let mut hint = vec![None; manifest.cargos.len()];
        for &(cargo, turn, at) in steps {
            let cargo = cargo as usize;
            let cargo = if cargo < before { cargo } else { cargo + self.goods(&key[out..=out]) };
            hint[cargo] = Some(Cuboid::at(at, manifest.turns[cargo][turn as usize].size));
        }
        hint
    }

    /// The load of a route, if one is found within the effort.
    pub fn plan(&mut self, route: &[u32], effort: u32) -> Option<(Manifest, Vec<Stowed>)> {
        if self.ask(route, effort) != Verdict::Feasible {
            return None;
        }
        let manifest = self.manifest(route);
        let key: Vec<u32> = route.iter().rev().copied().collect();
        let mut load = Load::new(&manifest);
        self.restow(&key, 0, &mut load);
        let stowed = load.stowed;
        Some((manifest, stowed))
    }
}

/// So many questions about the same route double the effort of the first.
const WANTED: u32 = 4;
