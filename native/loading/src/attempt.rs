//! The numbered ways to load everything: constructions, beam searches, searches over relations.
//!
//! What the `number`-th attempt does depends on the problem and the number alone, so that an
//! attempt that succeeded can be made again from its number.

use backhaul_common::{Control, Stream};
use backhaul_packing::geometry::Cuboid;

use crate::beam;
use crate::construct::build;
use crate::load::{Load, Scratch, Stowed};
use crate::manifest::Manifest;
use crate::policy::Policy;
use crate::relations::{self, Outcome};

/// One way to go about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// One construction, by the policy of this number.
    Build(u64),
    /// The beam search of this number.
    Beam(u32),
    /// A search over relations, at most so many conflicts.
    Relations(u64),
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub enum End {
    /// Everything is in.
    Full(Vec<Stowed>),
    /// What a construction put in, and what it left out when it went through to its end.
    Part(Vec<Stowed>, Vec<u32>),
    /// Given up; a cargo that found no place, if one can be named.
    Nothing(Option<u32>),
    /// No load holds everything.
    Impossible,
}

/// Which attempts a problem gets.
#[derive(Clone, Debug)]
pub struct Attempts {
    relations: bool,
    beams: bool,
    /// Whether weight must lie in certain places.
    balanced: bool,
    /// Constructions before the first search over relations.
    few: u64,
    /// From there on, one attempt out of so many is a search.
    every: u64,
    /// Conflicts of the first search over relations.
    conflicts: u64,
    /// Whether each later one gets half as many again.
    grows: bool,
    /// Where cargos were in a similar load, if one is known.
    hint: Vec<Option<Cuboid>>,
}

/// Constructions before the first search over relations, and before the first beam search.
const FEW: u64 = 16;
const MANY: u64 = 64;
/// After these, one attempt out of so many is a search.
const EVERY: u64 = 8;
/// Conflicts of the first search over relations.
const CONFLICTS: u64 = 128;
/// Cargos that are put in within a few milliseconds.
const SMALL: usize = 200;
const MOST_CONFLICTS: u64 = 50_000;

impl Attempts {
    /// Those that suit this problem. `all_may_fit` is false when it is proven that something stays
    /// behind: then only constructions can help.
    pub fn of(manifest: &Manifest, all_may_fit: bool) -> Self {
        Self {
            relations: all_may_fit && relations::applies(manifest),
            beams: all_may_fit && manifest.cargos.len() <= beam::MOST_BOXES,
            balanced: !manifest.hold.balance.is_free(),
            few: FEW,
            every: EVERY,
            conflicts: CONFLICTS,
            grows: true,
            hint: Vec::new(),
        }
    }

    /// The same, for problems most of which have no answer: after one construction, searches over
    /// relations that get all of this effort, and a construction between two of them.
    #[must_use]
    pub fn doubting(self, effort: u32) -> Self {
        Self { few: 1, every: 2, conflicts: effort.into(), grows: false, ..self }
    }

    /// The same, beginning with relations that hold in a similar load: by cargo, its place there.
    #[must_use]
    pub fn like(self, hint: Vec<Option<Cuboid>>) -> Self {
        Self { hint, ..self }
    }

    fn way(&self, number: u64) -> Way {
        let first = if self.relations && !self.balanced { self.few } else { MANY };
        if number < first || !(number - first).is_multiple_of(self.every) {
            return Way::Build(number);
        }
        let k = ((number - first) / self.every).min(1000) as u32;
        // Relations know nothing of balance until a load is complete: beams take turns with them.
        let (k, turn) = if self.balanced { (k / 2, k % 2 == 1) } else { (k, self.relations) };
        if self.relations && turn {
            let times = if self.grows { k } else { 0 };
            let grown = (0..times).fold(self.conflicts, |c, _| (c + c / 2).min(MOST_CONFLICTS));
            Way::Relations(grown)
        } else if self.beams {
            Way::Beam(k)
        } else {
            Way::Build(number)
        }
    }

    /// Make the `number`-th attempt; its end and what it cost: 1 for a construction, the width of a
    /// beam search, the conflicts of a search over relations.
    ///
    /// A construction gives up as soon as the value left out reaches `ceiling`; it may try `urgent`
    /// first in its group.
    pub fn make(
        &self,
        number: u64,
        ceiling: i64,
        urgent: Option<u32>,
        rng: &mut Stream,
        (load, scratch): (&mut Load<'_>, &mut Scratch),
        control: Option<&Control<'_>>,
    ) -> (End, u64) {
        let manifest = load.manifest;
        match self.way(number) {
            Way::Build(number) => {
                let policy = Policy::numbered(number, rng);
                let urgent = urgent.filter(|_| number > 0 && rng.uniform() < 0.5);
                // The first of a small problem goes through to its end, whatever the time.
                let whole = number == 0 && manifest.cargos.len() <= SMALL;
                let control = control.filter(|_| !whole);
                let left = build(load, &policy, (ceiling, urgent), rng, scratch, control);
                let whole = load.stowed.len() + left.len() == manifest.cargos.len();
                let end = if left.is_empty() {
                    End::Full(load.stowed.clone())
                } else if whole {
                    End::Part(load.stowed.clone(), left)
                } else {
                    End::Nothing(left.first().copied())
                };
                (end, 1)
            }
            Way::Beam(k) => {
                let found = beam::numbered(manifest, k, rng, control);
                (found.map_or(End::Nothing(urgent), End::Full), beam::width(k) as u64)
            }
            Way::Relations(conflicts) => {
                let (outcome, used) =
                    relations::search(manifest, &self.hint, conflicts, rng, control);
                let end = match outcome {
                    Outcome::Loaded(stowed) => End::Full(stowed),
                    Outcome::Impossible => End::Impossible,
                    Outcome::Unknown => End::Nothing(urgent),
                };
                (end, used.max(1))
            }
        }
    }
}
