//! Where rectangles go: annealing by what they could be worth, then by how they fill.

use super::search::{Search, State};

/// Changes between two looks at the clock while rectangles are judged by their envelopes.
const LOOKS: u64 = 128;

/// Rectangles by what they could be worth; `used` says what share of the budget is used, if any
/// is left.
pub(super) fn place(
    search: &mut Search<'_>,
    mut now: State,
    usual: f64,
    used: &mut dyn FnMut() -> Option<f64>,
) -> State {
    now.cost = search.least(&now.rectangles);
    let mut best = now.clone();
    let (hot, cold) = (20.0 * usual, 0.05 * usual);
    while let Some(used) = used() {
        let temperature = hot * (cold / hot).powf(used);
        for _ in 0..LOOKS {
            let patience = -temperature * (1.0 - search.stream.uniform()).ln();
            let Some(mut next) = search.propose(&now) else { continue };
            search.snug(&mut next, false);
            next.cost = search.least(&next.rectangles);
            if next.cost <= now.cost + patience {
                now = next;
                if now.cost < best.cost - 1e-9 {
                    best.clone_from(&now);
                }
            }
        }
    }
    best
}

/// Rectangles by how they fill, filled only where they could be good: from these, the best ones met,
/// or `best`.
pub(super) fn fit(
    search: &mut Search<'_>,
    mut best: State,
    mut now: State,
    usual: f64,
    used: &mut dyn FnMut(f64) -> Option<f64>,
) -> State {
    now.cost = search.cost(&now.rectangles);
    if now.cost < best.cost {
        best.clone_from(&now);
    } else if !now.cost.is_finite() {
        now.clone_from(&best);
    }
    let (hot, cold) = (3.0 * usual, 0.1 * usual);
    while let Some(used) = used(best.cost) {
        let temperature = hot * (cold / hot).powf(used);
        let patience = -temperature * (1.0 - search.stream.uniform()).ln();
        let Some(mut next) = search.propose(&now) else { continue };
        if search.least(&next.rectangles) > now.cost + patience {
            continue;
        }
        search.snug(&mut next, true);
        next.cost = search.cost(&next.rectangles);
        if next.cost <= now.cost + patience {
            now = next;
            if now.cost < best.cost - 1e-9 {
                best.clone_from(&now);
            }
        }
    }
    best
}
