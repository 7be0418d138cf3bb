//! A small population of permutations, each improved by tabu search.

use backhaul_common::{purpose, Control, Error, Result, StopReason, Stream};

use super::number::Number;
use super::table::{Matrices, Table};
use super::tabu::{Meter, Tabu};
use super::{Answer, Qap};

/// Permutations kept.
const POPULATION: usize = 12;
/// Swaps without a record before a tabu search ends, times n: many short searches and what their
/// answers have in common beat few long ones.
const PATIENCE: u64 = 6;

/// Search until the control says stop; without any limit 1,000 n swaps. Without a start the first
/// permutation is random.
pub fn solve(qap: &Qap, start: Option<&[u32]>, seed: u64, control: &Control<'_>) -> Result<Answer> {
    let n = qap.n;
    if let Some(given) = start {
        let mut sorted = given.to_vec();
        sorted.sort_unstable();
        if sorted.iter().enumerate().any(|(i, &p)| i != p as usize) || sorted.len() != n {
            let allowed = format!("each location from 0 to {} once", n - 1);
            return Err(Error::invalid("start", format!("{given:?}"), allowed));
        }
    }
    if n < 2 {
        let place = vec![0];
        let cost = qap.cost(&place);
        return Ok(Answer { place, cost, iterations: 0, reason: StopReason::Converged });
    }
    let limits = control.limits();
    let budget = if limits.seconds.is_none() && limits.iterations.is_none() {
        1000 * n as u64
    } else {
        u64::MAX
    };
    if qap.reach < f32::EXACT {
        Ok(evolve::<f32>(qap, start, seed, control, budget))
    } else {
        Ok(evolve::<f64>(qap, start, seed, control, budget))
    }
}

/// A permutation and its cost.
#[derive(Clone)]
struct Member {
    place: Vec<u32>,
    cost: i64,
}

fn evolve<T: Number>(
    qap: &Qap,
    start: Option<&[u32]>,
    seed: u64,
    control: &Control<'_>,
    budget: u64,
) -> Answer {
    let n = qap.n;
    let mut stream = Stream::new(seed, purpose("slotting.qap"), 0, 0);
    let first: Vec<u32> = start.map_or_else(|| random(n, &mut stream), <[u32]>::to_vec);
    let cost = qap.folded_cost(&first);
    let matrices: Matrices<T> = Matrices::new(qap);
    let mut table = Table::new(&matrices, &first, cost);
    let mut tabu = Tabu::new(n);
    let look = (20_000 / (n * n)).max(1) as u64;
    let mut meter = Meter { control, done: 0, best: cost, scale: qap.scale, look, reason: None };
    let mut best = Member { place: first, cost };
    let patience = PATIENCE * n as u64;
    let mut members: Vec<Member> = Vec::new();
    let mut stale = 0;
    let mut strength = 0.1;
    while meter.reason.is_none() && meter.done < budget {
        let child = if members.is_empty() {
            best.place.clone()
        } else if members.len() < POPULATION {
            random(n, &mut stream)
        } else {
            let i = stream.below(members.len());
            let j = (i + 1 + stream.below(members.len() - 1)) % members.len();
            cross(&members[i].place, &members[j].place, &mut stream)
        };
        table.reset(&child, qap.folded_cost(&child));
        tabu.run(&mut table, patience, &mut stream, &mut meter);
        let found = Member { place: tabu.best.clone(), cost: tabu.cost };
        if found.cost < best.cost {
            best = found.clone();
            stale = 0;
            strength = 0.1;
        } else {
            stale += 1;
        }
        let twin = members.iter().any(|m| m.cost == found.cost && m.place == found.place);
        if members.len() < POPULATION {
            members.push(found);
        } else if !twin {
            let worst = (0..members.len()).max_by_key(|&i| members[i].cost).unwrap_or(0);
            if found.cost < members[worst].cost {
                members[worst] = found;
            }
        }
        if stale > 2 * POPULATION {
            // All have become alike: shake everyone but the best, harder each time.
            stale = 0;
            let part = 3_usize.max((n as f64 * strength) as usize).min(n);
            strength = (strength * 1.4_f64).min(1.0);
            for m in &mut members {
                shake(&mut m.place, part, &mut stream);
                table.reset(&m.place, qap.folded_cost(&m.place));
                tabu.run(&mut table, patience, &mut stream, &mut meter);
                if tabu.cost < best.cost {
                    best = Member { place: tabu.best.clone(), cost: tabu.cost };
                    strength = 0.1;
                }
                *m = Member { place: tabu.best.clone(), cost: tabu.cost };
                if meter.reason.is_some() {
                    break;
                }
            }
            members[0] = best.clone();
        }
    }
    let cost = qap.cost(&best.place);
    let reason = meter.reason.unwrap_or(StopReason::Converged);
    Answer { place: best.place, cost, iterations: meter.done, reason }
}

fn random(n: usize, stream: &mut Stream) -> Vec<u32> {
    let mut place: Vec<u32> = (0..n as u32).collect();
    stream.shuffle(&mut place);
    place
}

/// Move `part` facilities around in a ring.
fn shake(place: &mut [u32], part: usize, stream: &mut Stream) {
    let mut some: Vec<usize> = (0..place.len()).collect();
    stream.shuffle(&mut some);
    for w in some[..part].windows(2) {
        place.swap(w[0], w[1]);
    }
}

/// What both parents agree on is kept; the rest comes from either while free, else at random.
fn cross(a: &[u32], b: &[u32], stream: &mut Stream) -> Vec<u32> {
    const OPEN: u32 = u32::MAX;
    let n = a.len();
    let mut child = vec![OPEN; n];
    let mut taken = vec![false; n];
    for i in 0..n {
        if a[i] == b[i] {
            child[i] = a[i];
            taken[a[i] as usize] = true;
        }
    }
    let mut order: Vec<usize> = (0..n).filter(|&i| child[i] == OPEN).collect();
    stream.shuffle(&mut order);
    for &i in &order {
        let (one, two) = if stream.next_u64() & 1 == 0 { (a[i], b[i]) } else { (b[i], a[i]) };
        for p in [one, two] {
            if !taken[p as usize] {
                child[i] = p;
                taken[p as usize] = true;
                break;
            }
        }
    }
    let mut free: Vec<u32> = (0..n as u32).filter(|&p| !taken[p as usize]).collect();
    stream.shuffle(&mut free);
    for c in child.iter_mut().filter(|c| **c == OPEN) {
        *c = free.pop().unwrap_or(0);
    }
    child
}
