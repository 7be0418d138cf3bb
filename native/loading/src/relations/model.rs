//! A load as relations between boxes: one is behind, beside or below another, one stands on another.

use std::collections::BTreeMap;

use backhaul_common::Stream;
use backhaul_packing::geometry::volume;

use super::solver::{not, Lit, Solver, ALWAYS};
use crate::manifest::{Above, Manifest};

/// Literals of which one must hold.
#[derive(Clone, Debug)]
pub struct Question {
    /// The literals.
    pub lits: Vec<Lit>,
    /// Its importance before anything is known.
    pub weight: f64,
    /// Which literal was true when it was last looked at.
    pub answer: usize,
}

/// What stands for what.
#[derive(Debug)]
pub struct Model<'a> {
    /// The problem.
    pub manifest: &'a Manifest,
    /// Literals, clauses and coordinates.
    pub solver: Solver,
    /// Every choice to be made.
    pub questions: Vec<Question>,
    /// By cargo: a literal for each of its turns.
    pub turn: Vec<Vec<Lit>>,
    /// By cargo: it stands on the floor.
    pub floor: Vec<Lit>,
    /// By cargo and cargo: the first stands on the second, if it ever may.
    pub on: Vec<Vec<Option<Lit>>>,
    /// By pair of faces: distances asked about, each with its literal.
    splits: BTreeMap<(u32, u32), Vec<(i64, Lit)>>,
}

/// The face of a box nearer the origin (or farther from it) on an axis.
#[inline]
pub fn face(cargo: usize, axis: usize, far: bool) -> u32 {
    (1 + (cargo * 3 + axis) * 2 + usize::from(far)) as u32
}

/// More cargos than this make too many pairs.
pub const MOST_CARGOS: usize = 32;

impl<'a> Model<'a> {
    /// Nothing decided yet. None when the root already contradicts itself.
    pub fn new(manifest: &'a Manifest, rng: &mut Stream) -> Option<Self> {
        let count = manifest.cargos.len();
        let mut model = Self {
            manifest,
            solver: Solver::new(),
            questions: Vec::new(),
            turn: Vec::new(),
            floor: Vec::new(),
            on: vec![vec![None; count]; count],
            splits: BTreeMap::new(),
        };
        model.solver.bounds.node(0, 0);
        for cargo in 0..count {
            model.place(cargo)?;
        }
        for a in 0..count {
            for b in a + 1..count {
                model.pair(a, b)?;
            }
        }
        for cargo in 0..count {
            model.support(cargo)?;
        }
        model.halve();
        for question in &model.questions {
            for lit in &question.lits {
                let var = (*lit >> 1) as usize;
                let start = question.weight * (0.5 + rng.uniform());
                model.solver.activity[var] = model.solver.activity[var].max(start);
            }
        }
        if model.solver.sweep().is_some() {
            return None;
        }
        Some(model)
    }

    /// Share of the hold that a cargo fills.
    fn share(&self, cargo: usize) -> f64 {
        let hold = volume(self.manifest.hold.size).max(1) as f64;
        volume(self.manifest.cargos[cargo].size) as f64 / hold
    }

    /// Faces inside the hold, and the turns between them.
    fn place(&mut self, cargo: usize) -> Option<()> {
        let turns = &self.manifest.turns[cargo];
        for axis in 0..3 {
            let room = i64::from(self.manifest.hold.size[axis]);
            let sizes = turns.iter().map(|t| i64::from(t.size[axis]));
            let (least, most) = (sizes.clone().min()?, sizes.max()?);
            let near = self.solver.bounds.node(0, room - least);
            let far = self.solver.bounds.node(least, room);
            self.solver.edge(near, far, least, ALWAYS);
            self.solver.edge(far, near, -most, ALWAYS);
        }
        let lits: Vec<Lit> = if turns.len() == 1 {
            vec![ALWAYS]
        } else {
            turns.iter().map(|_| self.solver.variable()).collect()
        };
        if turns.len() > 1 {
            for (turn, &lit) in turns.iter().zip(&lits) {
                for axis in 0..3 {
                    let size = i64::from(turn.size[axis]);
                    let (near, far) = (face(cargo, axis, false), face(cargo, axis, true));
                    self.solver.edge(near, far, size, lit);
                    self.solver.edge(far, near, -size, lit);
                }
            }
            for (k, &a) in lits.iter().enumerate() {
                for &b in &lits[..k] {
                    self.clause(&[not(a), not(b)])?;
                }
            }
            self.clause(&lits)?;
            let weight = 0.2 + self.share(cargo);
            self.questions.push(Question { lits: lits.clone(), weight, answer: 0 });
        }
        self.turn.push(lits);
        let floor = self.solver.variable();
        self.solver.edge(face(cargo, 2, false), 0, 0, floor);
        self.floor.push(floor);
        Some(())
    }

    fn clause(&mut self, lits: &[Lit]) -> Option<()> {
        self.solver.clause(lits).then_some(())
    }

    /// `second` lies beyond `first` on this axis by at least `gap`.
    fn beyond(&mut self, first: usize, second: usize, axis: usize, gap: i64) -> Lit {
        let lit = self.solver.variable();
        self.solver.edge(face(first, axis, true), face(second, axis, false), gap, lit);
        lit
    }

    /// Two boxes share no space and neither is in the other's way.
    fn pair(&mut self, a: usize, b: usize) -> Option<()> {
        let rules = &self.manifest.rules;
        let cargos = &self.manifest.cargos;
        let (stop_a, stop_b) = (cargos[a].stop, cargos[b].stop);
        let strict = rules.above == Above::Column;
        // Over, and in front of: not for what stays longer.
        let stays = |over: u32, under: u32| rules.lifo && over > under;
        let mut lits = Vec::with_capacity(6);
        for (first, second, early, late) in [(a, b, stop_a, stop_b), (b, a, stop_b, stop_a)] {
            if !stays(late, early) {
                lits.push((0, first, second, self.beyond(first, second, 0, 0)));
            }
            lits.push((1, first, second, self.beyond(first, second, 1, 0)));
            let touches = self.may_touch(second, first);
            if !(stays(late, early) && strict) {
                lits.push((2, first, second, self.beyond(first, second, 2, i64::from(!touches))));
            }
            // Level with each other's top and bottom but not over each other: nothing is shut in
            // or crushed there, in an order along the hold that would not do at equal height too.
            if !touches && rules.lifo && stop_a != stop_b {
                let (near, far) = if stop_a < stop_b { (a, b) } else { (b, a) };
                let lit = self.beyond(first, second, 2, 0);
                self.solver.edge(face(near, 0, true), face(far, 0, false), 0, lit);
                lits.push((2, first, second, lit));
            }
        }
        // Same axis both ways is never so.
        for i in 0..lits.len() {
            for k in 0..i {
                if lits[i].0 == lits[k].0 && lits[i].1 != lits[k].1 {
                    self.clause(&[not(lits[i].3), not(lits[k].3)])?;
                }
            }
        }
        for (over, under) in [(a, b), (b, a)] {
            let up = lits.iter().find(|l| l.0 == 2 && l.1 == under).map(|l| l.3);
            let Some(up) = up.filter(|_| self.may_touch(over, under)) else { continue };
            let on = self.solver.variable();
            self.on[over][under] = Some(on);
            self.solver.edge(face(over, 2, false), face(under, 2, true), 0, on);
            for axis in 0..2 {
                self.solver.edge(face(over, axis, false), face(under, axis, true), 1, on);
                self.solver.edge(face(under, axis, false), face(over, axis, true), 1, on);
            }
            self.clause(&[not(on), up])?;
            for l in &lits {
                if l.3 != up {
                    self.clause(&[not(on), not(l.3)])?;
                }
            }
        }
        let lits: Vec<Lit> = lits.into_iter().map(|l| l.3).collect();
        self.clause(&lits)?;
        let weight = self.share(a) + self.share(b);
        self.questions.push(Question { lits, weight, answer: 0 });
        Some(())
    }

    /// Whether one box may rest on the other at all.
    fn may_touch(&self, over: usize, under: usize) -> bool {
        let rules = &self.manifest.rules;
        let (over, under) = (&self.manifest.cargos[over], &self.manifest.cargos[under]);
        let crushed = rules.fragility && under.fragile && !over.fragile;
        let stays = rules.lifo && over.stop > under.stop;
        under.stackable && !crushed && !stays
    }

    /// A box stands on the floor or on another.
    fn support(&mut self, cargo: usize) -> Option<()> {
        let floor = self.floor[cargo];
        let mut lits = vec![floor];
        for under in 0..self.manifest.cargos.len() {
            if let Some(on) = self.on[cargo][under] {
                self.clause(&[not(on), not(floor)])?;
                lits.push(on);
            }
        }
        self.clause(&lits)?;
        let weight = 0.1 + self.share(cargo);
        self.questions.push(Question { lits, weight, answer: 0 });
        Some(())
    }

    /// The cargo that is kept in the half of the hold nearer the origin: where only the rear door is
    /// used and no side is to be lighter, a load and its mirror image are equally good.
    pub fn halved(manifest: &Manifest) -> Option<usize> {
        let even = manifest.hold.balance.cog[1].is_none();
        let cargos = 0..manifest.cargos.len();
        cargos.max_by_key(|c| volume(manifest.cargos[*c].size)).filter(|_| even)
    }

    fn halve(&mut self) {
        let Some(cargo) = Self::halved(self.manifest) else { return };
        let width = self.manifest.hold.size[1];
        for (turn, &lit) in self.manifest.turns[cargo].iter().zip(&self.turn[cargo]) {
            let most = i64::from((width - turn.size[1]) / 2);
            self.solver.edge(face(cargo, 1, false), 0, -most, lit);
        }
    }

    /// The literal of "`to` lies at least `weight` beyond `from`", both ways.
    pub fn split(&mut self, from: u32, to: u32, weight: i64) -> Lit {
        let known = self.splits.entry((from, to)).or_default();
        if let Some(&(_, lit)) = known.iter().find(|k| k.0 == weight) {
            return lit;
        }
        let lit = self.solver.variable();
        known.push((weight, lit));
        self.solver.edge(from, to, weight, lit);
        self.solver.edge(to, from, 1 - weight, not(lit));
        lit
    }

    /// The least distance that `to` is known not to lie beyond `from`, and its literal.
    pub fn short_of(&self, from: u32, to: u32) -> Option<(i64, Lit)> {
        if self.splits.is_empty() {
            return None;
        }
        let known = self.splits.get(&(from, to))?;
        known.iter().filter(|k| self.solver.value(k.1) < 0).min().copied()
    }

    /// How many splits were made.
    pub fn splits(&self) -> usize {
        self.splits.values().map(Vec::len).sum()
    }
}
