//! Tours that begin and end at docks: several of them, off the aisles, or different for both ends.
//!
//! A walk from a start to an end over all picks is a connected set of pieces in which only the two
//! corners where it comes from and goes to the docks have an odd degree. The sweep of
//! [`crate::tour`] therefore stays exact with two more bits: whether the walk has begun, and
//! whether it has ended (Loeffler, Boysen and Schneider 2022 treat open walks of one block so).

use backhaul_common::{Error, Result};

use crate::automaton::{open_automaton, Automaton, PASSES};
use crate::grid::{Grid, Spot};
use crate::tour::{circuit, pass_edges, span, tabulate, Edge, Scratch, FAR};

/// A dock: the corner where it meets the aisles, and how far it lies from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dock {
    /// Index of the aisle.
    pub aisle: usize,
    /// Index of the cross aisle.
    pub cross: usize,
    /// Walk from the dock to that corner.
    pub offset: i64,
}

/// Shortest way between the docks and every corner, by aisle * crosses + cross.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Docks {
    enter: Vec<i64>,
    leave: Vec<i64>,
    crosses: usize,
    /// Cross aisles with a start, and with an end: others are reached over the aisles.
    open: [Vec<usize>; 2],
}

impl Docks {
    /// Docks of a grid.
    pub fn new(grid: &Grid, starts: &[Dock], ends: &[Dock]) -> Result<Self> {
        let crosses = grid.cross_y().len();
        for (name, docks) in [("starts", starts), ("ends", ends)] {
            if docks.is_empty() {
                return Err(Error::invalid(format!("docks.{name}"), "none", "at least one dock"));
            }
            for (i, dock) in docks.iter().enumerate() {
                let inside = dock.aisle < grid.aisle_x().len() && dock.cross < crosses;
                if !inside || !(0..1 << 40).contains(&dock.offset) {
                    return Err(Error::invalid(
                        format!("docks.{name}[{i}]"),
                        format!(
                            "aisle {}, cross aisle {}, {}",
                            dock.aisle, dock.cross, dock.offset
                        ),
                        format!(
                            "an aisle below {}, a cross aisle below {crosses}, at least 0 away",
                            grid.aisle_x().len()
                        ),
                    ));
                }
            }
        }
        let corner = |aisle, cross| Spot { aisle: aisle as u32, y: grid.cross_y()[cross] };
        let table = |docks: &[Dock]| {
            (0..grid.aisle_x().len() * crosses)
                .map(|k| {
                    let here = corner(k / crosses, k % crosses);
                    let way = |d: &Dock| d.offset + grid.walk(corner(d.aisle, d.cross), here);
                    docks.iter().map(way).min().unwrap_or(FAR)
                })
                .collect()
        };
        let open = [starts, ends]
            .map(|docks| (0..crosses).filter(|&c| docks.iter().any(|d| d.cross == c)).collect());
        Ok(Self { enter: table(starts), leave: table(ends), crosses, open })
    }

    /// Way from the nearest start to a corner.
    pub fn enter(&self, aisle: usize, cross: usize) -> i64 {
        self.enter[aisle * self.crosses + cross]
    }

    /// Way from a corner to the nearest end.
    pub fn leave(&self, aisle: usize, cross: usize) -> i64 {
        self.leave[aisle * self.crosses + cross]
    }
}

/// What happened at one stage, for every (state, mask): the one before, and the decision.
pub(crate) struct Stage {
    aisle: usize,
    kind: Kind,
    from: Vec<(u16, u16)>,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Coming in at this cross aisle.
    Enter(usize),
    /// Going out at this cross aisle.
    Leave(usize),
    /// The piece of the aisle in this block.
    Pass(usize),
    /// On to the next aisle.
    Step,
}

const BEGUN: usize = 1;
const ENDED: usize = 2;

/// One relaxation: from `state` (with its mask) to another, at a cost.
struct Relax<'a> {
    now: &'a [i64],
    next: &'a mut [i64],
    from: Option<&'a mut [(u16, u16)]>,
}

impl Relax<'_> {
    fn put(&mut self, at: usize, to: usize, cost: i64, action: u16) {
        let value = self.now[at].saturating_add(cost);
        if value < self.next[to] {
            self.next[to] = value;
            if let Some(from) = &mut self.from {
                from[to] = (at as u16, action);
            }
        }
    }
}

fn stage(
    grid: &Grid,
    docks: &Docks,
    table: &Automaton,
    aisle: usize,
    kind: Kind,
    costs: &[[i64; 6]],
    relax: &mut Relax<'_>,
) {
    let crosses = table.blocks + 1;
    for at in 0..4 * table.len {
        if relax.now[at] >= FAR {
            continue;
        }
        let (state, mask) = (at / 4, at % 4);
        match kind {
            Kind::Enter(cross) | Kind::Leave(cross) => {
                relax.put(at, at, 0, 0);
                let (bit, cost) = match kind {
                    Kind::Enter(_) => (BEGUN, docks.enter(aisle, cross)),
                    _ => (ENDED, docks.leave(aisle, cross)),
                };
                if mask & bit == 0 {
                    let to = table.odd[state * crosses + cross] as usize;
                    relax.put(at, to * 4 + (mask | bit), cost, 1);
                }
            }
            Kind::Pass(block) => {
                for p in PASSES.into_iter().filter(|&p| costs[block][p as usize] < FAR) {
                    let to = table.pass[(state * table.blocks + block) * 6 + p as usize] as usize;
                    relax.put(at, to * 4 + mask, costs[block][p as usize], p as u16);
                }
            }
            Kind::Step => {
                let dx = grid.aisle_x()[aisle + 1] - grid.aisle_x()[aisle];
                for step in &table.steps[state] {
                    let cost = dx * i64::from(step.crossings);
                    relax.put(at, step.to as usize * 4 + mask, cost, step.mask);
                }
            }
        }
    }
}

/// Length of the shortest walk from a start over all picks (sorted) to an end.
pub(crate) fn sweep(
    grid: &Grid,
    docks: &Docks,
    picks: &[Spot],
    scratch: &mut Scratch,
    mut record: Option<&mut Vec<Stage>>,
) -> i64 {
    let table = open_automaton(grid.cross_y().len());
    let (first, last) = span(grid, picks);
    tabulate(grid, picks, scratch);
    let Scratch { costs, masked: [now, next], .. } = scratch;
    let size = 4 * table.len;
    now.clear();
    now.resize(size, FAR);
    next.clear();
    next.resize(size, FAR);
    now[0] = 0;
    for aisle in first..=last {
        let mine = &costs[(aisle - first) * table.blocks..][..table.blocks];
        let kinds = (docks.open[0].iter().map(|&c| Kind::Enter(c)))
            .chain(docks.open[1].iter().map(|&c| Kind::Leave(c)))
            .chain((0..table.blocks).map(Kind::Pass))
            .chain((aisle < last).then_some(Kind::Step));
        for kind in kinds {
            next.fill(FAR);
            let mut from = record.as_ref().map(|_| vec![(0, 0); size]);
            let mut relax = Relax { now, next, from: from.as_deref_mut() };
            stage(grid, docks, table, aisle, kind, mine, &mut relax);
            if let (Some(stages), Some(from)) = (record.as_deref_mut(), from) {
                stages.push(Stage { aisle, kind, from });
            }
            std::mem::swap(now, next);
        }
    }
    (0..table.len)
        .filter(|&s| table.closed[s])
        .map(|s| now[4 * s + (BEGUN | ENDED)])
        .min()
        .unwrap_or(FAR)
}

/// The shortest walk itself: its length, docks included, and its corners and picks in walking order.
pub(crate) fn trace(grid: &Grid, docks: &Docks, picks: &[Spot]) -> (i64, Vec<Spot>) {
    let table = open_automaton(grid.cross_y().len());
    let mut scratch = Scratch::default();
    let mut stages = Vec::new();
    let length = sweep(grid, docks, picks, &mut scratch, Some(&mut stages));
    let finals = &scratch.masked[0];
    let end = (0..table.len).filter(|&s| table.closed[s]).map(|s| 4 * s + (BEGUN | ENDED));
    let mut at = end.min_by_key(|&k| finals[k]).unwrap_or(0);
    let mut edges: Vec<Edge> = Vec::new();
    let mut home = grid.depot_spot();
    for stage in stages.iter().rev() {
        let (before, action) = stage.from[at];
        let here = |aisle: usize, y| Spot { aisle: aisle as u32, y };
        match stage.kind {
            Kind::Enter(cross) if action == 1 => home = here(stage.aisle, grid.cross_y()[cross]),
            Kind::Enter(_) | Kind::Leave(_) => {}
            Kind::Pass(block) => pass_edges(grid, stage.aisle, block, action, picks, &mut edges),
            Kind::Step => {
                for (l, &y) in grid.cross_y().iter().enumerate() {
                    let times = (action >> (2 * l) & 3) as u8;
                    if times > 0 {
                        edges.push((here(stage.aisle, y), here(stage.aisle + 1, y), times));
                    }
                }
            }
        }
        at = before as usize;
    }
    let mut path = circuit(home, &edges);
    // Hierholzer closes from the back: the path comes out from its end to its start.
    path.reverse();
    (length, path)
}
