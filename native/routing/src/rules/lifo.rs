//! Last in, first out: what is unloaded is never behind anything else.
//!
//! Goods for deliveries are loaded at the depot in the reverse order of the stops, so they lie below
//! all that is picked up on the way; goods for the depot stay on top of what was on board before.
//! For loads of boxes in three dimensions the loading kernel decides (docs/loading.md).

use crate::problem::{Problem, NONE};
use crate::rules::Rules;

/// Whether the order of `stops` keeps the rule; `stack` is a buffer.
pub(crate) fn holds(problem: &Problem, rules: &Rules, stops: &[u32], stack: &mut Vec<u32>) -> bool {
    let dims = problem.dims;
    stack.clear();
    for &s in stops {
        let at = s as usize;
        if at < problem.depots {
            stack.clear();
            continue;
        }
        if stack.last() == Some(&s) {
            stack.pop();
            continue;
        }
        if stack.contains(&s) {
            return false;
        }
        let row = at * dims..(at + 1) * dims;
        if problem.delivery[row.clone()].iter().any(|&v| v > 0) && !stack.is_empty() {
            return false;
        }
        let partner = rules.links.delivery_of[at];
        if partner != NONE || problem.pickup[row].iter().any(|&v| v > 0) {
            // What goes to the depot waits for nothing that a stop could be.
            stack.push(partner);
        }
    }
    true
}
