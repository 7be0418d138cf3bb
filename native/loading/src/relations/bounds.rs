//! Lowest and highest coordinates under difference constraints, and why they are what they are.
//!
//! A node is one face of one box. An edge says "this face lies at least so far behind that one" and
//! holds while its literal is true. Every change of a bound remembers the edge and the change it
//! came from, so that its reasons can be read off as a chain of literals.

use super::solver::{Lit, ALWAYS};

/// No change: the bound is the initial one.
pub const NONE: u32 = u32::MAX;

/// `to >= from + weight` while `lit` is true.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The face nearer the origin.
    pub from: u32,
    /// The face farther from it.
    pub to: u32,
    /// Least distance (may be negative).
    pub weight: i64,
    /// When it holds.
    pub lit: Lit,
}

/// An edge as one of its ends sees it: kept by node, since this is where most of the work is.
#[derive(Clone, Copy, Debug)]
pub struct Spoke {
    /// The edge.
    pub number: u32,
    /// When it holds.
    pub lit: Lit,
    /// The other end.
    pub other: u32,
    /// Least distance.
    pub weight: i64,
}

#[derive(Clone, Copy, Debug)]
struct Change {
    node: u32,
    upper: bool,
    old: i64,
    older: u32,
    edge: u32,
    source: u32,
    depth: u32,
}

/// A pair of changes whose chains together are a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Change of a lowest coordinate.
    pub low: u32,
    /// Change of a highest coordinate.
    pub high: u32,
}

/// All coordinates.
#[derive(Debug, Default)]
pub struct Bounds {
    /// Lowest and highest coordinate of every node.
    pub low: Vec<i64>,
    /// See `low`.
    pub high: Vec<i64>,
    /// The change that made each of them.
    pub low_by: Vec<u32>,
    /// See `low_by`.
    pub high_by: Vec<u32>,
    /// All edges.
    pub edges: Vec<Edge>,
    /// Edges by the node they start from, and by the node they lead to.
    pub out: Vec<Vec<Spoke>>,
    /// See `out`.
    pub into: Vec<Vec<Spoke>>,
    changes: Vec<Change>,
    /// Bounds whose edges have not been looked at since they changed: node and which.
    pub dirty: Vec<(u32, bool)>,
    waiting: Vec<[bool; 2]>,
}

impl Bounds {
    /// One more node.
    pub fn node(&mut self, low: i64, high: i64) -> u32 {
        self.low.push(low);
        self.high.push(high);
        self.low_by.push(NONE);
        self.high_by.push(NONE);
        self.out.push(Vec::new());
        self.into.push(Vec::new());
        self.waiting.push([false; 2]);
        self.low.len() as u32 - 1
    }

    /// One more edge; its number.
    pub fn edge(&mut self, edge: Edge) -> u32 {
        let number = self.edges.len() as u32;
        self.edges.push(edge);
        let Edge { from, to, weight, lit } = edge;
        self.out[from as usize].push(Spoke { number, lit, other: to, weight });
        self.into[to as usize].push(Spoke { number, lit, other: from, weight });
        number
    }

    /// How many changes there are; see [`Bounds::undo`].
    pub fn mark(&self) -> usize {
        self.changes.len()
    }

    /// Take changes back.
    pub fn undo(&mut self, mark: usize) {
        while self.changes.len() > mark {
            let Some(change) = self.changes.pop() else { return };
            let node = change.node as usize;
            if change.upper {
                self.high[node] = change.old;
                self.high_by[node] = change.older;
            } else {
                self.low[node] = change.old;
                self.low_by[node] = change.older;
            }
        }
        for (node, upper) in self.dirty.drain(..) {
            self.waiting[node as usize][usize::from(upper)] = false;
        }
    }

    /// Next bound whose edges must be looked at.
    pub fn take_dirty(&mut self) -> Option<(u32, bool)> {
        let (node, upper) = self.dirty.pop()?;
        self.waiting[node as usize][usize::from(upper)] = false;
        Some((node, upper))
    }

    /// Let a true edge push both its ends; the reason if that is impossible.
    pub fn relax(&mut self, number: u32) -> Option<Reason> {
        let Edge { from, to, weight, .. } = self.edges[number as usize];
        let (f, t) = (from as usize, to as usize);
        let low = self.low[f] + weight;
        if low > self.high[t] {
            return Some(Reason { low: self.low_by[f], high: self.high_by[t] });
        }
        if low > self.low[t] {
            let depth = self.depth(self.low_by[f]) + 1;
            // A chain longer than all faces goes round in a circle: it never ends.
            if depth as usize > self.low.len() {
                return Some(Reason { low: self.low_by[f], high: NONE });
            }
            self.push(Change {
                node: to,
                upper: false,
                old: self.low[t],
                older: self.low_by[t],
                edge: number,
                source: self.low_by[f],
                depth,
            });
            self.low[t] = low;
        }
        let high = self.high[t] - weight;
        if high < self.high[f] {
            let depth = self.depth(self.high_by[t]) + 1;
            if depth as usize > self.low.len() {
                return Some(Reason { low: NONE, high: self.high_by[t] });
            }
            self.push(Change {
                node: from,
                upper: true,
                old: self.high[f],
                older: self.high_by[f],
                edge: number,
                source: self.high_by[t],
                depth,
            });
            self.high[f] = high;
        }
        None
    }

    fn depth(&self, change: u32) -> u32 {
        if change == NONE {
            0
        } else {
            self.changes[change as usize].depth
        }
    }

    fn push(&mut self, change: Change) {
        let (node, upper) = (change.node as usize, change.upper);
        let number = self.changes.len() as u32;
        if upper {
            self.high_by[node] = number;
        } else {
            self.low_by[node] = number;
        }
        self.changes.push(change);
        if !std::mem::replace(&mut self.waiting[node][usize::from(upper)], true) {
            self.dirty.push((change.node, upper));
        }
    }

    /// Whether an edge can no longer hold.
    #[inline]
    pub fn broken(&self, edge: &Edge) -> bool {
        self.low[edge.from as usize] + edge.weight > self.high[edge.to as usize]
    }

    /// Append the literals that made a change.
    pub fn explain(&self, change: u32, into: &mut Vec<Lit>) {
        let mut at = change;
        while at != NONE {
            let change = &self.changes[at as usize];
            let lit = self.edges[change.edge as usize].lit;
            if lit != ALWAYS {
                into.push(lit);
            }
            at = change.source;
        }
    }
}
