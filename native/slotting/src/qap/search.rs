//! Two populations race; the better one goes on. Several threads each run a race of their own.

use backhaul_common::{purpose, Control, Error, Result, StopReason, Stream};
use rayon::prelude::*;

use super::evolution::{random, Evolution, Member};
use super::jolts::Jolts;
use super::number::Number;
use super::table::Matrices;
use super::tabu::{Meter, Tabu};
use super::{bound, Answer, Qap};

/// Share of the limits after which the better population goes on alone.
const RACE: f64 = 0.15;

/// Search until the control says stop; without any limit 1,000 n iterations. Without a start the
/// first permutation is random.
///
/// Each of the `threads` searches has the whole iteration limit, so that the answer depends on
/// nothing but the arguments.
pub fn solve(
    qap: &Qap,
    start: Option<&[u32]>,
    seed: u64,
    threads: usize,
    control: &Control<'_>,
) -> Result<Answer> {
    let n = qap.n;
    if let Some(given) = start {
        let mut sorted = given.to_vec();
        sorted.sort_unstable();
        if sorted.iter().enumerate().any(|(i, &p)| i != p as usize) || sorted.len() != n {
            let allowed = format!("each location from 0 to {} once", n - 1);
            return Err(Error::invalid("start", format!("{given:?}"), allowed));
        }
    }
    // A deadline that comes before the bound leaves none.
    let bound = bound::lower(qap, control).unwrap_or(i64::MIN);
    if n < 2 {
        let place = vec![0];
        let cost = qap.cost(&place);
        return Ok(Answer { place, cost, bound, iterations: 0, reason: StopReason::Converged });
    }
    let search = |thread: usize| {
        if qap.reach < f32::EXACT {
            race::<f32>(qap, start, seed, thread as u64, bound, control)
        } else {
            race::<f64>(qap, start, seed, thread as u64, bound, control)
        }
    };
    let found: Vec<Answer> = (0..threads.max(1)).into_par_iter().map(search).collect();
    let iterations = found.iter().map(|a| a.iterations).sum();
    let best = found.into_iter().min_by_key(|a| a.cost);
    best.map(|a| Answer { iterations, ..a }).ok_or_else(|| Error::stopped("quadratic assignment"))
}

fn race<T: Number>(
    qap: &Qap,
    start: Option<&[u32]>,
    seed: u64,
    thread: u64,
    bound: i64,
    control: &Control<'_>,
) -> Answer {
    let n = qap.n;
    let stream = |entity| Stream::new(seed, purpose("slotting.qap"), entity, thread);
    let mut draw = stream(0);
    let first: Vec<u32> = start.map_or_else(|| random(n, &mut draw), <[u32]>::to_vec);
    let cost = qap.folded_cost(&first);
    let first = Member { place: first, cost };
    let matrices: Matrices<T> = Matrices::new(qap);
    let look = (20_000 / (n * n)).max(1) as u64;
    let floor = bound.saturating_mul(qap.scale);
    let mut meter = Meter::new(control, cost, qap.scale, floor, look);
    let tabu = Tabu::new(&matrices, &first.place, cost);
    let mut even = Evolution::new(qap, tabu, first.clone(), stream(1));
    let mut uneven = Evolution::new(qap, Jolts::new(qap), first, stream(2));
    let limits = control.limits();
    let unlimited = limits.seconds.is_none() && limits.iterations.is_none();
    let budget = if unlimited { 1000 * n as u64 } else { u64::MAX };
    // Which one goes on, once that is decided.
    let mut chosen: Option<bool> = None;
    while meter.reason.is_none() && meter.done < budget {
        if chosen.is_none() {
            let share = if unlimited {
                meter.done as f64 / budget as f64
            } else {
                control.fraction(meter.done)
            };
            if share > RACE && even.spent > 0 && uneven.spent > 0 {
                chosen = Some(even.best.cost < uneven.best.cost);
                let (a, b) = (even.best.clone(), uneven.best.clone());
                even.welcome(&b);
                uneven.welcome(&a);
            }
        }
        if chosen.unwrap_or(even.spent <= uneven.spent) {
            even.step(&mut meter);
        } else {
            uneven.step(&mut meter);
        }
    }
    let best = if even.best.cost < uneven.best.cost { even.best } else { uneven.best };
    let cost = qap.cost(&best.place);
    let reason = meter.reason.unwrap_or(StopReason::Converged);
    Answer { place: best.place, cost, bound, iterations: meter.done, reason }
}
