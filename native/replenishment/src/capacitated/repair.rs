//! Overtime out of a plan, greedily: back to earlier periods, then forth to later ones, as the smoothing
//! of Trigeiro, Thomas and `McClain` (1989) does. Quick, so that even a large problem begins near its
//! capacity; the search does the rest.

use super::plan::{Shift, State};
use super::Capacitated;

/// Passes back and forth.
const PASSES: usize = 3;

/// Shift work to the neighbouring period until nothing is over, or nothing more helps.
pub fn repair(problem: &Capacitated<'_>, state: &mut State) {
    for _ in 0..PASSES {
        if state.overtime <= 0.0 {
            return;
        }
        for t in (1..problem.periods).rev() {
            relieve(problem, state, t, t - 1);
        }
        for t in 0..problem.periods - 1 {
            relieve(problem, state, t, t + 1);
        }
        state.refresh(problem);
    }
}

/// Cheapest shifts first, by money a unit of work that leaves.
fn relieve(problem: &Capacitated<'_>, state: &mut State, from: usize, to: usize) {
    let mut options: Vec<(f64, usize)> = Vec::new();
    if problem.capacity[from] - state.free(problem, from) <= problem.limit(from) {
        return;
    }
    for i in 0..problem.items() {
        let units = state.movable(i, from, to);
        if state.units(i, from) > 0.0 && units > 0.0 {
            let (cost, out, _) = state.effect(problem, Shift { item: i, from, to, units });
            if out < 0.0 {
                options.push((cost / -out, i));
            }
        }
    }
    options.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    for (_, item) in options {
        let over = -state.free(problem, from);
        if over <= problem.limit(from) - problem.capacity[from] {
            return;
        }
        let most = state.movable(item, from, to);
        let unit = problem.unit_time[item];
        // A later period takes no more than fits: the way back would undo it.
        let room = state.free(problem, to)
            - if state.units(item, to) == 0.0 { problem.setup_time[item] } else { 0.0 };
        let mut units = if unit > 0.0 { most.min(over / unit) } else { most };
        if units < most && units > 0.9 * most {
            units = most;
        }
        if to > from {
            units = if unit > 0.0 { units.min(room / unit) } else { units };
        }
        if units > 1e-9 * most.max(1e-9) && units > 0.0 {
            state.apply(problem, Shift { item, from, to, units });
        }
    }
}
