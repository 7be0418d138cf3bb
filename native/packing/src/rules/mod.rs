//! Rules about what may rest on what: one file a rule behind one trait.
//!
//! A rule looks at a [`Load`] to which one item has just been added, and at the items that this
//! touched; before that the load kept the rule. A new rule is a new file and a line in
//! [`for_problem`]; other crates bring their own through [`RuleSet::with`].

mod apart;
mod fragility;
mod heavy_below;
mod stackable;
mod strength;
mod support;

pub use apart::Apart;
pub use fragility::Fragility;
pub use heavy_below::HeavyBelow;
pub use stackable::Stackable;
pub use strength::Strength;
pub use support::Support;

use crate::geometry::{Cuboid, Placement};
use crate::load::Load;
use crate::problem::{Item, Problem};

/// A rule of the load.
pub trait Rule: Send + Sync {
    /// Its code, as in the instance format.
    fn code(&self) -> &'static str;

    /// Whether the load still keeps the rule, given the items that the newest one (the last)
    /// touched: itself, whom it rests on directly or not, and who rests on it.
    fn holds(&self, items: &[Item], load: &Load, touched: &[u32]) -> bool;

    /// Whether it matters what rests on what.
    fn about_contact(&self) -> bool {
        true
    }
}

/// Several rules at once.
#[derive(Default)]
pub struct RuleSet {
    rules: Vec<Box<dyn Rule>>,
}

impl RuleSet {
    /// Add a rule.
    #[must_use]
    pub fn with(mut self, rule: Box<dyn Rule>) -> Self {
        self.rules.push(rule);
        self
    }

    /// Whether there is no rule, so that nobody needs to keep a [`Load`].
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether it matters to no rule what rests on what.
    pub fn is_weightless(&self) -> bool {
        !self.rules.iter().any(|rule| rule.about_contact())
    }

    /// Add an item if every rule still holds; else leave the load as it was.
    pub fn try_push(&self, items: &[Item], load: &mut Load, item: u32, cuboid: Cuboid) -> bool {
        let change = load.push(items, item, cuboid);
        let holds = self.rules.iter().all(|rule| rule.holds(items, load, &change.touched));
        if !holds {
            load.pop(&change);
        }
        holds
    }

    /// Add several items, or none if a rule forbids one of them.
    pub fn try_extend(&self, items: &[Item], load: &mut Load, placed: &[Placement]) -> bool {
        let mut changes = Vec::with_capacity(placed.len());
        for p in placed {
            let cuboid = p.cuboid(items[p.item as usize].size);
            let change = load.push(items, p.item, cuboid);
            let holds = self.rules.iter().all(|rule| rule.holds(items, load, &change.touched));
            changes.push(change);
            if !holds {
                for change in changes.iter().rev() {
                    load.pop(change);
                }
                return false;
            }
        }
        true
    }

    /// Code of the first rule that forbids adding the item, if any. The load stays as it is.
    pub fn forbids(
        &self,
        items: &[Item],
        load: &mut Load,
        item: u32,
        cuboid: Cuboid,
    ) -> Option<&'static str> {
        let change = load.push(items, item, cuboid);
        let broken = self.rules.iter().find(|rule| !rule.holds(items, load, &change.touched));
        let code = broken.map(|rule| rule.code());
        load.pop(&change);
        code
    }
}

/// The contact rules that a problem has.
pub fn for_problem(problem: &Problem) -> RuleSet {
    let mut set = RuleSet::default();
    if problem.items.iter().any(|i| i.apart != 0) {
        set = set.with(Box::new(Apart));
    }
    if !problem.has_contact_rules() {
        return set;
    }
    if problem.rules.support > 0 {
        set = set.with(Box::new(Support { parts: problem.rules.support }));
    }
    if problem.items.iter().any(|i| !i.stackable) {
        set = set.with(Box::new(Stackable));
    }
    if problem.rules.fragility && problem.items.iter().any(|i| i.fragile) {
        set = set.with(Box::new(Fragility));
    }
    if problem.items.iter().any(|i| i.max_load.is_some()) {
        set = set.with(Box::new(Strength));
    }
    set
}
