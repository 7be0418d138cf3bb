//! Can this route be loaded? Feasible, infeasible or unknown, with everything asked before kept.
//!
//! An answer is kept by the exact sequence of customers. Nothing is concluded from one sequence
//! about another: under a support rule a customer more can make a load possible.

use std::collections::BTreeMap;

use backhaul_common::{purpose, Stream};

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
    /// Constructions tried; for a feasible route the last of them succeeded.
    tried: u32,
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

    /// Whether a route can be loaded, trying at most `effort` constructions in all (those of
    /// earlier questions about the same route count).
    pub fn ask(&mut self, route: &[u32], effort: u32) -> Verdict {
        if let Some(known) = self.known.get(route) {
            if known.verdict != Verdict::Unknown || known.tried >= effort {
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
            Known { verdict, tried: 0, urgent: None }
        };
        let mut known = self.known.get(route).copied().unwrap_or_else(fresh);
        let mut load = Load::new(&manifest);
        while known.verdict == Verdict::Unknown && known.tried < effort {
            let left = trial(&mut load, self.seed, known.tried, known.urgent, &mut self.scratch);
            known.tried += 1;
            self.work += 1;
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
        let manifest = self.manifest(route);
        let stowed = {
            let mut load = Load::new(&manifest);
            let mut urgent = None;
            let mut tried = 0;
            loop {
                if manifest.cargos.is_empty() {
                    break Some(Vec::new());
                }
                if tried >= effort || bounds::refute(&manifest).is_some() {
                    break None;
                }
                match trial(&mut load, self.seed, tried, urgent, &mut self.scratch) {
                    None => break Some(load.stowed),
                    left => urgent = left,
                }
                tried += 1;
            }
        };
        stowed.map(|stowed| (manifest, stowed))
    }
}

/// One construction; the cargo that found no place, or None when all are in.
fn trial(
    load: &mut Load<'_>,
    seed: u64,
    number: u32,
    urgent: Option<u32>,
    scratch: &mut Scratch,
) -> Option<u32> {
    let mut rng = Stream::new(seed, ORACLE, u64::from(number), 0);
    let policy = Policy::numbered(u64::from(number), &mut rng);
    let urgent = urgent.filter(|_| rng.uniform() < 0.5);
    build(load, &policy, 0, urgent, &mut rng, scratch).first().copied()
}
