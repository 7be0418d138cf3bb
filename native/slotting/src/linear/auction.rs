//! Rows that wait bid for columns, in rounds of ever smaller steps.
//!
//! A bidder takes its best column, lowers the price to what the runner-up is worth to it and by
//! a step more, and puts the holder out (Bertsekas 1979; scaled steps, Bertsekas and Eckstein 1988).
//! After a round every row is within one step of its best. Prices only fall, so that the lists
//! stay valid. What the last steps leave uneven is evened out exactly ([`even_out`]).

use backhaul_common::Control;

use super::{Dense, Lists, State, FREE, SPARE};

/// Each round's step is that many times smaller than the last one's.
const FINER: f64 = 8.0;
/// First step, as a multiple of what typically lies between a row's best column and the next.
const COARSE: f64 = 12.0;
/// Rounds when costs are no whole numbers: 8^-13 is 2e-12.
const ROUNDS: usize = 13;

/// Bid; the rows that still wait are for augmenting paths. All others hold a column that is their
/// best, within the tolerance.
pub fn run(
    m: &Dense<'_>,
    lists: &mut Lists,
    waiting: Vec<u32>,
    tolerance: f64,
    state: &mut State,
    control: &Control<'_>,
) -> Vec<u32> {
    let mut waiting = waiting;
    if waiting.is_empty() {
        return waiting;
    }
    let mut steps: Vec<f64> = (0..m.rows)
        .map(|i| {
            let (_, low, second) = lists.listed(i, &state.price);
            second - low
        })
        .filter(|s| s.is_finite())
        .collect();
    steps.sort_unstable_by(f64::total_cmp);
    let mut step = COARSE * steps.iter().sum::<f64>() / steps.len().max(1) as f64;
    for _ in 0..ROUNDS {
        if m.whole && step * FINER * ((m.rows + 1) as f64) < 1.0 {
            // Whole costs, and all steps together below 1: the matching is the best one.
            break;
        }
        if control.expired() {
            return waiting;
        }
        // Holders that are more than a step off their best bid again.
        for i in 0..m.rows {
            let j = state.column[i] as usize;
            if state.column[i] != FREE {
                let (_, low, _) = lists.two_best(m, i, &state.price);
                if state.paid[j] - state.price[j] > low + step {
                    state.holder[j] = FREE;
                    state.column[i] = FREE;
                    waiting.push(i as u32);
                }
            }
        }
        waiting = round(m, lists, &waiting, step, state, control);
        step /= FINER;
    }
    even_out(m, lists, &mut waiting, tolerance, state);
    waiting
}

/// One round of bids; rows that want a column that should stay empty wait on.
fn round(
    m: &Dense<'_>,
    lists: &mut Lists,
    waiting: &[u32],
    step: f64,
    state: &mut State,
    control: &Control<'_>,
) -> Vec<u32> {
    let mut left = Vec::new();
    let mut queue: Vec<u32> = waiting.iter().rev().copied().collect();
    let mut tries = 200 * m.rows;
    while let Some(i) = queue.pop() {
        tries = tries.saturating_sub(1);
        if tries.is_multiple_of(4096) && (tries == 0 || control.expired()) {
            left.push(i);
            left.append(&mut queue);
            break;
        }
        let (at, low, second) = lists.two_best(m, i as usize, &state.price);
        let out = if at == FREE { SPARE } else { state.holder[at as usize] };
        if out == SPARE {
            left.push(i);
            continue;
        }
        let at = at as usize;
        if second.is_finite() {
            state.price[at] -= second - low + step;
        }
        state.give(i, at, m.row(i as usize)[at]);
        if out != FREE {
            state.column[out as usize] = FREE;
            if second.is_finite() {
                queue.push(out);
            } else {
                left.push(out);
            }
        }
    }
    left
}

/// Lower prices until every row that holds a column has none better, or gives its own up.
///
/// A row that would rather have another's column lowers that price to where it no longer does; the
/// holder may then prefer a third one's. When the matching is the best one these chains end
/// (Bellman 1958, Ford 1956); where they go on, the row is left to an augmenting path.
fn even_out(
    m: &Dense<'_>,
    lists: &mut Lists,
    waiting: &mut Vec<u32>,
    tolerance: f64,
    state: &mut State,
) {
    const PATIENCE: u16 = 40;
    let mut lowered = vec![0_u16; m.columns];
    let mut queued = vec![true; m.rows];
    let mut queue: std::collections::VecDeque<u32> = (0..m.rows as u32).collect();
    while let Some(i) = queue.pop_front() {
        let row = i as usize;
        queued[row] = false;
        let own = state.column[row];
        if own == FREE {
            continue;
        }
        let (_, low, _) = lists.two_best(m, row, &state.price);
        let mine = state.paid[own as usize] - state.price[own as usize];
        if mine <= low + tolerance {
            continue;
        }
        if lists.floor(row) < mine {
            lists.renew(m, row, &state.price, 1);
        }
        let (columns, costs) = lists.row(row);
        let better = |j: u32, c: f64| mine - (c - state.price[j as usize]);
        let stuck = columns.iter().zip(costs).any(|(&j, &c)| {
            let holder = state.holder[j as usize];
            better(j, c) > tolerance
                && (holder == FREE || holder == SPARE || lowered[j as usize] >= PATIENCE)
        });
        if stuck || lists.floor(row) < mine {
            state.holder[own as usize] = FREE;
            state.column[row] = FREE;
            waiting.push(i);
            continue;
        }
        for (&j, &c) in columns.iter().zip(costs) {
            let gain = mine - (c - state.price[j as usize]);
            if gain > tolerance && j != own {
                state.price[j as usize] -= gain;
                lowered[j as usize] += 1;
                let holder = state.holder[j as usize];
                if !queued[holder as usize] {
                    queued[holder as usize] = true;
                    queue.push_back(holder);
                }
            }
        }
    }
}
