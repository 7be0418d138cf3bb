//! Literals, clauses, and learning from conflicts (Marques-Silva and Sakallah 1999; watched
//! literals and activities as in Moskewicz et al. 2001), with [`Bounds`] as the theory.

use super::bounds::{Bounds, Edge, Reason};

/// A variable times two, plus one when negated.
pub type Lit = u32;
/// The literal that is always true.
pub const ALWAYS: Lit = 0;

/// The opposite.
#[inline]
pub fn not(lit: Lit) -> Lit {
    lit ^ 1
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Chosen,
    Clause(u32),
    Bounds(Reason),
}

#[derive(Debug)]
struct Clause {
    lits: Vec<Lit>,
    learnt: bool,
    /// Decision levels it spans: those that span few are kept.
    levels: u32,
}

/// Why something is impossible: literals, all true, that cannot be so together.
pub type Conflict = Vec<Lit>;

/// All of it.
#[derive(Debug, Default)]
pub struct Solver {
    /// By literal: 1 true, -1 false, 0 open.
    value: Vec<i8>,
    level: Vec<u32>,
    why: Vec<Why>,
    trail: Vec<Lit>,
    /// Where each level begins: on the trail and among the changes of bounds.
    starts: Vec<(usize, usize)>,
    head: usize,
    clauses: Vec<Clause>,
    watches: Vec<Vec<u32>>,
    /// Edges that hold while a literal is true.
    guards: Vec<Vec<u32>>,
    /// By variable: how often it took part in conflicts of late.
    pub activity: Vec<f64>,
    bump: f64,
    seen: Vec<bool>,
    /// Coordinates.
    pub bounds: Bounds,
    /// Clauses learnt and kept.
    pub learnt: usize,
    /// Edge looks and clause looks: the measure of work.
    pub work: u64,
}

impl Solver {
    /// Nothing but the literal that is always true.
    pub fn new() -> Self {
        let mut solver = Self { bump: 1.0, ..Self::default() };
        let always = solver.variable();
        debug_assert_eq!(always, ALWAYS);
        solver.assign(ALWAYS, Why::Chosen);
        solver.head = 1;
        solver
    }

    /// A new variable; its positive literal.
    pub fn variable(&mut self) -> Lit {
        let lit = self.value.len() as Lit;
        self.value.extend([0, 0]);
        self.watches.extend([Vec::new(), Vec::new()]);
        self.guards.extend([Vec::new(), Vec::new()]);
        self.level.push(0);
        self.why.push(Why::Chosen);
        self.activity.push(0.0);
        self.seen.push(false);
        lit
    }

    /// `to >= from + weight` while `lit` is true.
    pub fn edge(&mut self, from: u32, to: u32, weight: i64, lit: Lit) {
        let number = self.bounds.edge(Edge { from, to, weight, lit });
        self.guards[lit as usize].push(number);
    }

    /// 1 true, -1 false, 0 open.
    #[inline]
    pub fn value(&self, lit: Lit) -> i8 {
        self.value[lit as usize]
    }

    /// How many decisions stand.
    pub fn depth(&self) -> u32 {
        self.starts.len() as u32
    }

    /// All literals that are true.
    pub fn trail(&self) -> &[Lit] {
        &self.trail
    }

    /// All decisions that stand.
    pub fn chosen(&self) -> Conflict {
        self.starts.iter().map(|s| self.trail[s.0]).collect()
    }

    fn assign(&mut self, lit: Lit, why: Why) {
        self.value[lit as usize] = 1;
        self.value[not(lit) as usize] = -1;
        let var = (lit >> 1) as usize;
        self.level[var] = self.depth();
        self.why[var] = why;
        self.trail.push(lit);
    }

    /// Decide a literal that is open.
    pub fn decide(&mut self, lit: Lit) {
        self.starts.push((self.trail.len(), self.bounds.mark()));
        self.assign(lit, Why::Chosen);
    }

    /// Take back all levels above this one.
    pub fn back(&mut self, level: u32) {
        if self.depth() <= level {
            return;
        }
        let (trail, mark) = self.starts[level as usize];
        for &lit in &self.trail[trail..] {
            self.value[lit as usize] = 0;
            self.value[not(lit) as usize] = 0;
        }
        self.trail.truncate(trail);
        self.starts.truncate(level as usize);
        self.bounds.undo(mark);
        self.head = self.trail.len();
    }

    /// At the root: one of these is true. False when that is impossible.
    pub fn clause(&mut self, lits: &[Lit]) -> bool {
        let mut open: Vec<Lit> = Vec::with_capacity(lits.len());
        for &lit in lits {
            if self.value(lit) > 0 {
                return true;
            }
            if self.value(lit) == 0 {
                open.push(lit);
            }
        }
        match open[..] {
            [] => false,
            [only] => {
                self.assign(only, Why::Chosen);
                true
            }
            _ => {
                self.store(open, false, 0);
                true
            }
        }
    }

    fn store(&mut self, lits: Vec<Lit>, learnt: bool, levels: u32) -> u32 {
        let number = self.clauses.len() as u32;
        self.watches[lits[0] as usize].push(number);
        self.watches[lits[1] as usize].push(number);
        self.learnt += usize::from(learnt);
        self.clauses.push(Clause { lits, learnt, levels });
        number
    }

    /// A literal follows from others, all true: [`Solver::propagate`] goes on from there.
    pub fn imply(&mut self, lit: Lit, because: &[Lit]) {
        let mut lits = vec![lit];
        lits.extend(because.iter().map(|l| not(*l)).filter(|l| self.level[(l >> 1) as usize] > 0));
        lits.dedup();
        if lits.len() == 1 {
            // It holds from the root on; it is found again there if this level goes.
            self.assign(lit, Why::Chosen);
            let var = (lit >> 1) as usize;
            self.level[var] = 0;
            return;
        }
        // The two watched ones are the last to become open again.
        let latest = (1..lits.len()).max_by_key(|k| self.level[(lits[*k] >> 1) as usize]);
        lits.swap(1, latest.unwrap_or(1));
        let number = self.store(lits, true, u32::MAX);
        self.assign(lit, Why::Clause(number));
    }

    /// Draw all conclusions; the conflict if there is one.
    pub fn propagate(&mut self) -> Option<Conflict> {
        loop {
            while self.head < self.trail.len() {
                let lit = self.trail[self.head];
                self.head += 1;
                if let Some(clause) = self.watched(not(lit)) {
                    return Some(
                        self.clauses[clause as usize].lits.iter().map(|l| not(*l)).collect(),
                    );
                }
                for k in 0..self.guards[lit as usize].len() {
                    let edge = self.guards[lit as usize][k];
                    if let Some(reason) = self.bounds.relax(edge) {
                        return Some(self.reason(edge, reason));
                    }
                }
            }
            let (node, upper) = self.bounds.take_dirty()?;
            if let Some(conflict) = self.spread(node as usize, upper) {
                return Some(conflict);
            }
        }
    }

    /// Look at all edges of a bound that changed.
    fn spread(&mut self, node: usize, upper: bool) -> Option<Conflict> {
        let count = if upper { self.bounds.into[node].len() } else { self.bounds.out[node].len() };
        self.work += count as u64;
        for k in 0..count {
            let spoke = if upper { self.bounds.into[node][k] } else { self.bounds.out[node][k] };
            let value = self.value[spoke.lit as usize];
            if value < 0 {
                continue;
            }
            // Where the edge puts its other end, and the bounds there that it pushes or breaks.
            let other = spoke.other as usize;
            let (low, high) = (self.bounds.low[other], self.bounds.high[other]);
            let (pushes, breaks) = if upper {
                let most = self.bounds.high[node] - spoke.weight;
                (most < high, most < low)
            } else {
                let least = self.bounds.low[node] + spoke.weight;
                (least > low, least > high)
            };
            if value > 0 && pushes {
                if let Some(reason) = self.bounds.relax(spoke.number) {
                    return Some(self.reason(spoke.number, reason));
                }
            } else if value == 0 && breaks {
                let (from, to) = if upper { (other, node) } else { (node, other) };
                let (low, high) = (self.bounds.low_by[from], self.bounds.high_by[to]);
                self.assign(not(spoke.lit), Why::Bounds(Reason { low, high }));
            }
        }
        None
    }

    /// Root only: look at every edge once.
    pub fn sweep(&mut self) -> Option<Conflict> {
        for number in 0..self.bounds.edges.len() as u32 {
            let edge = self.bounds.edges[number as usize];
            if self.value(edge.lit) > 0 {
                if let Some(reason) = self.bounds.relax(number) {
                    return Some(self.reason(number, reason));
                }
            } else if self.value(edge.lit) == 0 && self.bounds.broken(&edge) {
                self.assign(not(edge.lit), Why::Chosen);
            }
        }
        self.propagate()
    }

    /// Whether the edges of an open literal can still hold.
    pub fn possible(&self, lit: Lit) -> bool {
        let edges = &self.guards[lit as usize];
        edges.iter().all(|e| !self.bounds.broken(&self.bounds.edges[*e as usize]))
    }

    /// Whether a literal has edges and all of them hold at these coordinates.
    pub fn holds(&self, lit: Lit, at: impl Fn(u32) -> Option<i64>) -> bool {
        let edges = &self.guards[lit as usize];
        let holds = |e: &u32| {
            let edge = self.bounds.edges[*e as usize];
            at(edge.from).zip(at(edge.to)).is_some_and(|(from, to)| to >= from + edge.weight)
        };
        !edges.is_empty() && edges.iter().all(holds)
    }

    /// Least share of room that the edges of a literal leave.
    pub fn room(&self, lit: Lit) -> f64 {
        let share = |e: &u32| {
            let edge = self.bounds.edges[*e as usize];
            let (from, to) = (edge.from as usize, edge.to as usize);
            let left = self.bounds.high[to] - self.bounds.low[from] - edge.weight;
            let span = self.bounds.high[to] - self.bounds.low[to] + self.bounds.high[from]
                - self.bounds.low[from];
            left as f64 / span.max(1) as f64
        };
        self.guards[lit as usize].iter().map(share).fold(1.0, f64::min)
    }

    fn reason(&self, edge: u32, reason: Reason) -> Conflict {
        let mut lits = Vec::new();
        let lit = self.bounds.edges[edge as usize].lit;
        if lit != ALWAYS {
            lits.push(lit);
        }
        self.bounds.explain(reason.low, &mut lits);
        self.bounds.explain(reason.high, &mut lits);
        lits
    }

    /// Clauses that watch a literal that has just become false.
    fn watched(&mut self, lit: Lit) -> Option<u32> {
        let mut list = std::mem::take(&mut self.watches[lit as usize]);
        self.work += list.len() as u64;
        let mut kept = 0;
        let mut found = None;
        let mut k = 0;
        'clauses: while k < list.len() {
            let number = list[k];
            k += 1;
            let clause = &mut self.clauses[number as usize];
            if clause.lits[0] == lit {
                clause.lits.swap(0, 1);
            }
            let first = clause.lits[0];
            if self.value[first as usize] > 0 {
                list[kept] = number;
                kept += 1;
                continue;
            }
            for i in 2..clause.lits.len() {
                let other = clause.lits[i];
                if self.value[other as usize] >= 0 {
                    clause.lits.swap(1, i);
                    self.watches[other as usize].push(number);
                    continue 'clauses;
                }
            }
            list[kept] = number;
            kept += 1;
            if self.value[first as usize] < 0 {
                found = Some(number);
                break;
            }
            self.assign(first, Why::Clause(number));
        }
        list.copy_within(k.., kept);
        list.truncate(kept + list.len() - k);
        self.watches[lit as usize] = list;
        found
    }

    /// Learn from a conflict and go back to where the lesson applies; false when nothing is left
    /// to change.
    pub fn learn(&mut self, conflict: &[Lit]) -> bool {
        let level_of = |solver: &Self, lit: Lit| solver.level[(lit >> 1) as usize];
        let top = conflict.iter().map(|l| level_of(self, *l)).max().unwrap_or(0);
        if top == 0 {
            return false;
        }
        self.back(top);
        let mut lesson: Vec<Lit> = vec![0];
        let mut open = 0;
        let mut at = self.trail.len();
        let mut cause: Vec<Lit> = conflict.to_vec();
        let uip = loop {
            for &lit in &cause {
                let var = (lit >> 1) as usize;
                if self.seen[var] || self.level[var] == 0 {
                    continue;
                }
                self.seen[var] = true;
                self.activity[var] += self.bump;
                if self.level[var] == top {
                    open += 1;
                } else {
                    lesson.push(not(lit));
                }
            }
            loop {
                at -= 1;
                if self.seen[(self.trail[at] >> 1) as usize] {
                    break;
                }
            }
            let lit = self.trail[at];
            let var = (lit >> 1) as usize;
            self.seen[var] = false;
            open -= 1;
            if open == 0 {
                break lit;
            }
            cause.clear();
            match self.why[var] {
                Why::Chosen => {}
                Why::Clause(number) => {
                    let lits = &self.clauses[number as usize].lits;
                    cause.extend(lits.iter().filter(|l| **l != lit).map(|l| not(*l)));
                }
                Why::Bounds(reason) => {
                    self.bounds.explain(reason.low, &mut cause);
                    self.bounds.explain(reason.high, &mut cause);
                }
            }
        };
        lesson[0] = not(uip);
        for lit in &lesson[1..] {
            self.seen[(lit >> 1) as usize] = false;
        }
        self.bump /= 0.95;
        if self.bump > 1e100 {
            self.activity.iter_mut().for_each(|a| *a *= 1e-100);
            self.bump *= 1e-100;
        }
        let mut levels: Vec<u32> = lesson.iter().map(|l| level_of(self, *l)).collect();
        levels.sort_unstable();
        levels.dedup();
        if lesson.len() == 1 {
            self.back(0);
            self.assign(lesson[0], Why::Chosen);
            return true;
        }
        let second = (1..lesson.len()).max_by_key(|k| level_of(self, lesson[*k])).unwrap_or(1);
        lesson.swap(1, second);
        let to = level_of(self, lesson[1]);
        self.back(to);
        let lit = lesson[0];
        let number = self.store(lesson, true, levels.len() as u32);
        self.assign(lit, Why::Clause(number));
        true
    }

    /// At the root: forget the half of the lessons that span most levels.
    pub fn forget(&mut self) {
        debug_assert_eq!(self.depth(), 0);
        let mut spans: Vec<u32> =
            self.clauses.iter().filter(|c| c.learnt).map(|c| c.levels).collect();
        spans.sort_unstable();
        let limit = spans.get(spans.len() / 2).copied().unwrap_or(0).max(3);
        let value = &self.value;
        self.clauses.retain(|c| {
            let done = c.lits.iter().any(|l| value[*l as usize] > 0);
            !done && (!c.learnt || c.levels < limit)
        });
        self.learnt = self.clauses.iter().filter(|c| c.learnt).count();
        self.watches.iter_mut().for_each(Vec::clear);
        for (number, clause) in self.clauses.iter().enumerate() {
            self.watches[clause.lits[0] as usize].push(number as u32);
            self.watches[clause.lits[1] as usize].push(number as u32);
        }
        // What holds at the root needs no reason any more.
        for &lit in &self.trail {
            self.why[(lit >> 1) as usize] = Why::Chosen;
        }
    }
}
