//! The last millimetres: annealing over single facings inside rectangles that stay where they are.

use backhaul_common::Stream;

use super::fill::Fill;
use super::Problem;

/// A change of one fill: members, rows and by how much, at most two members.
type Change = [(usize, [(usize, i32); 2]); 2];

const NOTHING: (usize, i32) = (0, 0);

/// One proposed change of a fill; refused where a rule forbids it.
fn propose(problem: &Problem, fill: &Fill, stream: &mut Stream) -> Option<(Change, usize)> {
    let n = fill.members.len();
    let m = stream.below(n);
    let r = stream.below(fill.rows);
    let kind = stream.below(8);
    let other = stream.below(n);
    let row = stream.below(fill.rows);
    let width = |m: usize| problem.products[fill.members[m]].width;
    let has = |m: usize, r: usize| fill.facings[m * fill.rows + r] > 0;
    Some(match kind {
        0 => {
            let ok = fill.may_get(problem, m) && fill.fits(problem, m, r);
            if !ok || width(m) > fill.room[r] {
                return None;
            }
            ([(m, [(r, 1), NOTHING]), (n, [NOTHING; 2])], 1)
        }
        1 => {
            if !has(m, r) || !fill.may_lose(problem, m) || fill.on_row[r] < 2 {
                return None;
            }
            ([(m, [(r, -1), NOTHING]), (n, [NOTHING; 2])], 1)
        }
        2 | 3 if row != r => {
            // To another row; in exchange for a facing of another member from there.
            if !has(m, r) || !fill.fits(problem, m, row) {
                return None;
            }
            if kind == 2 {
                if fill.on_row[r] < 2 || width(m) > fill.room[row] {
                    return None;
                }
                return Some(([(m, [(r, -1), (row, 1)]), (n, [NOTHING; 2])], 1));
            }
            if other == m || !has(other, row) || !fill.fits(problem, other, r) {
                return None;
            }
            let more = width(other) - width(m);
            if more > fill.room[r] || -more > fill.room[row] {
                return None;
            }
            ([(m, [(r, -1), (row, 1)]), (other, [(row, -1), (r, 1)])], 2)
        }
        _ => {
            // Another member in its place.
            if other == m || !has(m, r) || !fill.may_lose(problem, m) {
                return None;
            }
            let ok = fill.may_get(problem, other) && fill.fits(problem, other, r);
            if !ok || width(other) - width(m) > fill.room[r] {
                return None;
            }
            ([(m, [(r, -1), NOTHING]), (other, [(r, 1), NOTHING])], 2)
        }
    })
}

/// Propose one change of a fill and accept or refuse it; what the cost changed by.
pub(crate) fn step(
    problem: &Problem,
    fill: &mut Fill,
    stream: &mut Stream,
    temperature: f64,
) -> f64 {
    let Some((change, members)) = propose(problem, fill, stream) else { return 0.0 };
    let mut costs = [0.0; 2];
    let mut delta = 0.0;
    for (k, (m, rows)) in change.iter().enumerate().take(members) {
        let used = if rows[1].1 == 0 { 1 } else { 2 };
        costs[k] = fill.cost_with(problem, *m, &rows[..used]);
        delta += costs[k] - fill.cost[*m];
    }
    if delta > -temperature * (1.0 - stream.uniform()).ln() {
        return 0.0;
    }
    for (k, (m, rows)) in change.iter().enumerate().take(members) {
        for &(r, by) in rows.iter().filter(|c| c.1 != 0) {
            fill.put(problem, *m, r, by, costs[k]);
        }
    }
    delta
}

/// Put a facing on a row that is full: others there give way, and what is left over is filled.
/// What the cost changed by; 0 where it was refused.
pub(crate) fn squeeze(
    problem: &Problem,
    fill: &mut Fill,
    stream: &mut Stream,
    temperature: f64,
) -> f64 {
    let n = fill.members.len();
    let (m, r) = (stream.below(n), stream.below(fill.rows));
    if !fill.may_get(problem, m) || !fill.fits(problem, m, r) {
        return 0.0;
    }
    let width = |fill: &Fill, m: usize| problem.products[fill.members[m]].width;
    let mut done: Vec<(usize, i32, f64)> = Vec::new();
    let mut delta = 0.0;
    let mut change = |fill: &mut Fill, m: usize, by: i32, delta: &mut f64| {
        let before = fill.cost[m];
        let cost = fill.cost_with(problem, m, &[(r, by)]);
        *delta += cost - before;
        fill.put(problem, m, r, by, cost);
        done.push((m, by, before));
    };
    change(fill, m, 1, &mut delta);
    for _ in 0..24 {
        if fill.room[r] >= 0 {
            break;
        }
        // The cheapest of three that happen to be met, so that not always the same ones go.
        let mut out: Option<(f64, usize)> = None;
        for _ in 0..3 {
            let from = stream.below(n);
            let met = (0..n).map(|k| (from + k) % n).find(|&k| {
                k != m && fill.facings[k * fill.rows + r] > 0 && fill.may_lose(problem, k)
            });
            let Some(k) = met else { break };
            let worth = fill.cost_with(problem, k, &[(r, -1)]) - fill.cost[k];
            let worth = worth / width(fill, k) as f64;
            if out.is_none_or(|o| worth < o.0) {
                out = Some((worth, k));
            }
        }
        let Some((_, k)) = out else { break };
        change(fill, k, -1, &mut delta);
    }
    for _ in 0..3 {
        let mut into: Option<(f64, usize)> = None;
        for _ in 0..8 {
            let k = stream.below(n);
            let ok = width(fill, k) <= fill.room[r]
                && fill.may_get(problem, k)
                && fill.fits(problem, k, r);
            if ok {
                let gain = fill.cost[k] - fill.cost_with(problem, k, &[(r, 1)]);
                if gain > into.map_or(0.0, |i| i.0) {
                    into = Some((gain, k));
                }
            }
        }
        let Some((_, k)) = into else { break };
        change(fill, k, 1, &mut delta);
    }
    if fill.room[r] >= 0 && delta <= -temperature * (1.0 - stream.uniform()).ln() {
        return delta;
    }
    for &(m, by, cost) in done.iter().rev() {
        fill.put(problem, m, r, -by, cost);
    }
    0.0
}

/// A usual change of cost by one facing: the median over facings that stand.
pub(crate) fn scale(problem: &Problem, fills: &mut [Option<Fill>]) -> f64 {
    let mut seen: Vec<f64> = Vec::new();
    for fill in fills.iter_mut().flatten() {
        for m in 0..fill.members.len() {
            for r in 0..fill.rows {
                if fill.facings[m * fill.rows + r] > 0 {
                    let cost = fill.cost_with(problem, m, &[(r, -1)]);
                    seen.push((cost - fill.cost[m]).abs());
                }
            }
        }
    }
    seen.sort_by(f64::total_cmp);
    seen.get(seen.len() / 2).copied().unwrap_or(0.0).max(1e-9)
}
