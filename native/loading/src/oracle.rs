//! Can this route be loaded? Feasible, infeasible or unknown, with everything asked before kept.
//!
//! An answer is kept by the exact sequence of customers. Nothing is concluded from one sequence
//! about another: under a support rule a customer more can make a load possible.

use std::collections::BTreeMap;

use backhaul_common::{purpose, Control, Stream};

use crate::beam;
use crate::bounds;
use crate::construct::build;
use crate::load::{Load, Scratch, Stowed};
use crate::manifest::{Cargo, Hold, Manifest, Rules};
use crate::policy::Policy;

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

#[derive(Clone, Copy, Debug)]
struct Known {
    verdict: Verdict,
    /// Attempts made; for a feasible route the last of them succeeded.
    tried: u32,
    /// Effort spent: one for a construction, the width for a beam search.
    spent: u32,
    urgent: Option<u32>,
}

/// Answers for routes over a fixed set of customers.
pub struct Oracle {
    hold: Hold,
    rules: Rules,
    customers: Vec<Vec<Cargo>>,
    known: BTreeMap<Vec<u32>, Known>,
    scratch: Scratch,
    seed: u64,
    /// Constructions done in all.
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
            known: BTreeMap::new(),
            scratch: Scratch::default(),
            seed,
            work: 0,
            hits: 0,
        }
    }

    /// How many routes are kept.
    pub fn size(&self) -> usize {
        self.known.len()
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
    /// costs 1; after 64 of them come beam searches, which cost their width: 16, 24, 36, ...
    pub fn ask(&mut self, route: &[u32], effort: u32) -> Verdict {
        self.answer(route, effort, None)
    }

    /// As [`Oracle::ask`], but unknown as soon as the control's time is over.
    pub fn ask_within(&mut self, route: &[u32], effort: u32, control: &Control<'_>) -> Verdict {
        self.answer(route, effort, Some(control))
    }

    /// All routes that are known to be loadable.
    pub fn loadable(&self) -> impl Iterator<Item = &[u32]> {
        let feasible = |(_, known): &(_, &Known)| known.verdict == Verdict::Feasible;
        self.known.iter().filter(feasible).map(|(route, _)| route.as_slice())
    }

    fn answer(&mut self, route: &[u32], effort: u32, control: Option<&Control<'_>>) -> Verdict {
        if let Some(known) = self.known.get(route) {
            if known.verdict != Verdict::Unknown || known.spent >= effort {
                self.hits += 1;
                return known.verdict;
            }
        }
        let manifest = self.manifest(route);
        let fresh = || {
            let verdict = match bounds::refute(&manifest) {
                Some(_) => Verdict::Infeasible,
                None if manifest.cargos.is_empty() => Verdict::Feasible,
                None => Verdict::Unknown,
            };
            Known { verdict, tried: 0, spent: 0, urgent: None }
        };
        let mut known = self.known.get(route).copied().unwrap_or_else(fresh);
        let mut load = Load::new(&manifest);
        while known.verdict == Verdict::Unknown && known.spent < effort {
            if control.is_some_and(Control::expired) {
                return Verdict::Unknown;
            }
            let cost = price(&manifest, known.tried);
            let urgent = known.urgent;
            let left = trial(&mut load, self.seed, known.tried, urgent, &mut self.scratch, control);
            known.tried += 1;
            known.spent += cost;
            self.work += u64::from(cost);
            match left {
                None => known.verdict = Verdict::Feasible,
                left => known.urgent = left,
            }
        }
        self.known.insert(route.to_vec(), known);
        known.verdict
    }

    /// The load of a route, if one is found within the effort.
    pub fn plan(&mut self, route: &[u32], effort: u32) -> Option<(Manifest, Vec<Stowed>)> {
        if self.ask(route, effort) != Verdict::Feasible {
            return None;
        }
        let known = *self.known.get(route)?;
        let manifest = self.manifest(route);
        let mut load = Load::new(&manifest);
        if known.tried > 0 {
            // The attempt that succeeded is a pure function of its number: make it again.
            let (number, urgent) = (known.tried - 1, known.urgent);
            trial(&mut load, self.seed, number, urgent, &mut self.scratch, None);
        }
        let stowed = Some(load.stowed);
        stowed.map(|stowed| (manifest, stowed))
    }
}

/// Constructions before the first beam search.
const BUILDS: u32 = 64;

fn is_beam(manifest: &Manifest, number: u32) -> bool {
    number >= BUILDS && manifest.cargos.len() <= beam::MOST_BOXES
}

/// What the `number`-th attempt costs.
fn price(manifest: &Manifest, number: u32) -> u32 {
    if is_beam(manifest, number) {
        beam::width(number - BUILDS) as u32
    } else {
        1
    }
}

/// The `number`-th attempt; a cargo that found no place, or None when all are in `load`.
fn trial(
    load: &mut Load<'_>,
    seed: u64,
    number: u32,
    urgent: Option<u32>,
    scratch: &mut Scratch,
    control: Option<&Control<'_>>,
) -> Option<u32> {
    let mut rng = Stream::new(seed, ORACLE, u64::from(number), 0);
    if is_beam(load.manifest, number) {
        let found = beam::numbered(load.manifest, number - BUILDS, &mut rng, control);
        return match found {
            Some(stowed) => {
                load.stowed = stowed;
                None
            }
            None => Some(urgent.unwrap_or(0)),
        };
    }
    let policy = Policy::numbered(u64::from(number), &mut rng);
    let urgent = urgent.filter(|_| rng.uniform() < 0.5);
    build(load, &policy, 0, urgent, &mut rng, scratch).first().copied()
}
