//! Cheapest quantities for given setups: work moves between periods along the items that may carry it,
//! and negative cycles of such moves are cancelled (Klein 1967, Management Science 14(3)).

use backhaul_common::Control;

use super::plan::{Shift, State};
use super::Capacitated;

/// Best item to move a unit of work from one period to another.
#[derive(Clone, Copy)]
struct Arc {
    cost: f64,
    item: usize,
}

const NOBODY: Arc = Arc { cost: f64::INFINITY, item: usize::MAX };

/// Room that is used again by every call.
#[derive(Default)]
pub struct Smoother {
    arcs: Vec<Arc>,
    table: Vec<f64>,
    far: Vec<f64>,
    from: Vec<usize>,
    open: Vec<usize>,
    cycle: Vec<usize>,
}

impl Smoother {
    /// Cancel cycles until none saves anything, overtime at `penalty` a unit of work. Setups stay, but
    /// for lots that become empty. Ends early when the plan costs less than `enough` cannot be told
    /// apart from done; gives the cost with overtime.
    pub fn run(
        &mut self,
        problem: &Capacitated<'_>,
        state: &mut State,
        penalty: f64,
        control: &Control<'_>,
    ) -> f64 {
        let mut value = state.cost + penalty * state.overtime;
        for round in 0..20 * problem.periods {
            if round % 16 == 15 && control.expired() {
                break;
            }
            self.price(problem, state, penalty);
            if !self.negative_cycle(problem.periods + 1) {
                break;
            }
            if !self.cancel(problem, state) {
                break;
            }
            state.refresh(problem);
            let next = state.cost + penalty * state.overtime;
            // Rounding: what is left is not worth another round.
            if next >= value - 1e-9 * value.abs() {
                break;
            }
            value = next;
        }
        state.cost + penalty * state.overtime
    }

    /// Cost of moving a unit of work from period to period; the last node is capacity that nobody uses.
    fn price(&mut self, problem: &Capacitated<'_>, state: &State, penalty: f64) {
        let periods = problem.periods;
        let nodes = periods + 1;
        self.arcs.clear();
        self.arcs.resize(periods * periods, NOBODY);
        for i in 0..problem.items() {
            let unit = problem.unit_time[i];
            if unit <= 0.0 {
                continue;
            }
            self.open.clear();
            self.open.extend((0..periods).filter(|&t| state.units(i, t) > 0.0));
            let h = problem.holding[i] / unit;
            for (k, &from) in self.open.iter().enumerate() {
                for &to in &self.open[..k] {
                    let cost = h * (from - to) as f64;
                    let arc = &mut self.arcs[from * periods + to];
                    if cost < arc.cost {
                        *arc = Arc { cost, item: i };
                    }
                }
                for &to in &self.open[k + 1..] {
                    if state.movable(i, from, to) <= 0.0 {
                        break;
                    }
                    let cost = -h * (to - from) as f64;
                    let arc = &mut self.arcs[from * periods + to];
                    if cost < arc.cost {
                        *arc = Arc { cost, item: i };
                    }
                }
            }
        }
        self.table.clear();
        self.table.resize(nodes * nodes, f64::INFINITY);
        for a in 0..periods {
            for b in 0..periods {
                self.table[a * nodes + b] = self.arcs[a * periods + b].cost;
            }
            let (free, tiny) = (state.free(problem, a), 1e-7 * problem.capacity[a].max(1.0));
            self.table[a * nodes + periods] = if free > tiny { 0.0 } else { penalty };
            self.table[periods * nodes + a] = if free < -tiny { -penalty } else { 0.0 };
        }
    }

    /// Find a cycle that saves money (Bellman 1958, Ford 1956).
    fn negative_cycle(&mut self, nodes: usize) -> bool {
        self.far.clear();
        self.far.resize(nodes, 0.0);
        self.from.clear();
        self.from.resize(nodes, usize::MAX);
        for round in 0..=nodes {
            let mut last = usize::MAX;
            for a in 0..nodes {
                let start = self.far[a];
                let row = &self.table[a * nodes..(a + 1) * nodes];
                for (b, &cost) in row.iter().enumerate() {
                    let through = start + cost;
                    if through < self.far[b] - 1e-9 * (1.0 + self.far[b].abs()) {
                        (self.far[b], self.from[b]) = (through, a);
                        last = b;
                    }
                }
            }
            if last == usize::MAX {
                return false;
            }
            // A cycle shows in the predecessors long before the last round.
            if (round % 3 == 2 || round == nodes) && self.trace(last, nodes) {
                return true;
            }
        }
        false
    }

    /// Follow the predecessors of `at`; whether they run in a circle, which is then kept.
    fn trace(&mut self, at: usize, nodes: usize) -> bool {
        let mut at = at;
        for _ in 0..nodes {
            at = self.from[at];
            if at == usize::MAX {
                return false;
            }
        }
        self.cycle.clear();
        self.cycle.push(at);
        let mut next = self.from[at];
        while next != at {
            self.cycle.push(next);
            next = self.from[next];
        }
        self.cycle.reverse();
        true
    }

    /// Move as much work around the cycle as every part of it allows.
    fn cancel(&self, problem: &Capacitated<'_>, state: &mut State) -> bool {
        let (periods, length) = (problem.periods, self.cycle.len());
        let leg = |k: usize| (self.cycle[k], self.cycle[(k + 1) % length]);
        let item = |k: usize| {
            let (a, b) = leg(k);
            if a < periods && b < periods {
                self.arcs[a * periods + b].item
            } else {
                usize::MAX
            }
        };
        let mut work = f64::INFINITY;
        for k in 0..length {
            let (a, b) = leg(k);
            let limit = if a == periods {
                let over = -state.free(problem, b);
                if over > 1e-7 * problem.capacity[b].max(1.0) {
                    over
                } else {
                    f64::INFINITY
                }
            } else if b == periods {
                let free = state.free(problem, a);
                if free > 1e-7 * problem.capacity[a].max(1.0) {
                    free
                } else {
                    f64::INFINITY
                }
            } else {
                let i = item(k);
                // Legs of one item may draw on the same stock.
                let same = (0..length).filter(|&other| item(other) == i).count();
                state.movable(i, a, b) * problem.unit_time[i] / same as f64
            };
            work = work.min(limit);
        }
        if !(work > 0.0 && work.is_finite()) {
            return false;
        }
        for k in 0..length {
            let (a, b) = leg(k);
            let i = item(k);
            if i == usize::MAX {
                continue;
            }
            let units = (work / problem.unit_time[i]).min(state.movable(i, a, b));
            if units > 0.0 {
                state.apply(problem, Shift { item: i, from: a, to: b, units });
            }
        }
        true
    }
}
