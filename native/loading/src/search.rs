//! One load, anytime: constructions by ever other policies until everything is in.

use backhaul_common::{purpose, Control, Error, Result, Status, StopReason, Stream};
use rayon::prelude::*;

use crate::attempt::{Attempts, End};
use crate::bounds;
use crate::load::{Load, Scratch, Stowed};
use crate::manifest::Manifest;

const ATTEMPT: u64 = purpose("loading.attempt");

/// The answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Cargos in loading order.
    pub stowed: Vec<Stowed>,
    /// Cargos left out, ascending.
    pub left: Vec<u32>,
    /// Value left out.
    pub lost: i64,
    /// No answer leaves out less value.
    pub bound: i64,
    /// What is known about it.
    pub status: Status,
    /// Why the search ended.
    pub reason: StopReason,
    /// Constructions done.
    pub iterations: u64,
}

/// What one attempt leaves.
struct Trial {
    stowed: Vec<Stowed>,
    left: Vec<u32>,
    lost: i64,
    cost: u64,
    /// Whether it proved that not everything can be loaded.
    impossible: bool,
}

/// Attempts without any gain after which a solve with no limits calls itself converged.
const PATIENCE: u64 = 20_000;

/// Load as much value as possible. An iteration is one construction; a beam search counts as its
/// width, a search over relations as its conflicts.
pub fn solve(
    manifest: &Manifest,
    control: &Control<'_>,
    seed: u64,
    threads: usize,
    start: Option<&[(u32, u8, [i32; 3])]>,
) -> Result<Answer> {
    let mut bound = bounds::least_lost(manifest);
    let all = manifest.cargos.iter().map(|cargo| cargo.profit).fold(0, i64::saturating_add);
    let left = (0..manifest.cargos.len() as u32).collect();
    let mut best = Trial { stowed: Vec::new(), left, lost: all, cost: 0, impossible: false };
    if let Some(start) = start {
        best = resume(manifest, start)?;
    }
    let attempts = Attempts::of(manifest, bounds::refute(manifest).is_none());
    let mut job = Job { manifest, seed, attempts, control };
    let threads = threads.max(1);
    let pool = if threads > 1 {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        Some(pool.map_err(|e| Error::invalid("threads", threads, e.to_string()))?)
    } else {
        None
    };
    let mut urgent: Option<u32> = None;
    // attempts begun, work done, and the work when the last gain came
    let (mut number, mut done, mut gained) = (0u64, 0u64, 0u64);
    let mut buffers = (Load::new(manifest), Scratch::default());
    let reason = loop {
        // Worthless things may be left out at no loss: then one goes on looking.
        let nothing = manifest.cargos.len() == best.left.len();
        if best.left.is_empty() || best.lost <= bound && (bound > 0 || nothing) {
            break StopReason::Converged;
        }
        if let Some(reason) = control.stop(done, best.lost as f64).filter(|_| number > 0) {
            break reason;
        }
        if done - gained >= PATIENCE && unlimited(control) {
            break StopReason::Converged;
        }
        let ceiling = best.lost.max(1);
        let trial = match &pool {
            None => {
                let trial = attempt(&job, number, ceiling, urgent, &mut buffers);
                done += trial.cost;
                number += 1;
                trial
            }
            Some(pool) => {
                let end = number + (threads * 8) as u64;
                let trials = pool.install(|| {
                    (number..end)
                        .into_par_iter()
                        .map_init(
                            || (Load::new(manifest), Scratch::default()),
                            |buffers, k| attempt(&job, k, ceiling, urgent, buffers),
                        )
                        .collect::<Vec<_>>()
                });
                done += trials.iter().map(|t| t.cost).sum::<u64>();
                number = end;
                let mut best_trial: Option<Trial> = None;
                let impossible = trials.iter().any(|t| t.impossible);
                for mut trial in trials {
                    trial.impossible = impossible;
                    if best_trial.as_ref().is_none_or(|b| better(&trial, b)) {
                        best_trial = Some(trial);
                    }
                }
                match best_trial {
                    Some(trial) => trial,
                    None => continue,
                }
            }
        };
        if trial.impossible {
            job.attempts = Attempts::of(manifest, false);
            let least = manifest.cargos.iter().map(|cargo| cargo.profit).min();
            bound = bound.max(least.unwrap_or(0));
        }
        urgent = trial.left.first().copied();
        if better(&trial, &best) {
            best = trial;
            gained = done;
            control.report(done, best.lost as f64, Some(bound as f64));
        } else if done.is_multiple_of(64) {
            control.report(done, best.lost as f64, Some(bound as f64));
        }
    };
    best.left.sort_unstable();
    let status =
        if best.left.is_empty() || best.lost <= bound { Status::Optimal } else { Status::Feasible };
    Ok(Answer {
        stowed: best.stowed,
        left: best.left,
        lost: best.lost,
        bound,
        status,
        reason,
        iterations: done,
    })
}

fn unlimited(control: &Control<'_>) -> bool {
    let limits = control.limits();
    limits.seconds.is_none() && limits.iterations.is_none()
}

fn better(a: &Trial, b: &Trial) -> bool {
    (a.lost, a.left.len()) < (b.lost, b.left.len())
}

/// What all attempts share.
struct Job<'a> {
    manifest: &'a Manifest,
    seed: u64,
    attempts: Attempts,
    control: &'a Control<'a>,
}

/// The `number`-th attempt. It ends early once it loses as much as the best.
fn attempt<'a>(
    job: &Job<'a>,
    number: u64,
    ceiling: i64,
    urgent: Option<u32>,
    (load, scratch): &mut (Load<'a>, Scratch),
) -> Trial {
    let mut rng = Stream::new(job.seed, ATTEMPT, number, 0);
    // The very first attempt runs to its end, so that there is always an answer.
    let ceiling = if number == 0 { i64::MAX } else { ceiling };
    let control = Some(job.control);
    let (end, cost) =
        job.attempts.make(number, ceiling, urgent, &mut rng, (load, scratch), control);
    let failed = |left: Option<u32>, impossible| Trial {
        stowed: Vec::new(),
        left: left.into_iter().collect(),
        lost: i64::MAX,
        cost,
        impossible,
    };
    match end {
        End::Full(stowed) => Trial { stowed, left: Vec::new(), lost: 0, cost, impossible: false },
        End::Part(stowed, left) => {
            let profits = left.iter().map(|c| job.manifest.cargos[*c as usize].profit);
            let lost = profits.fold(0, i64::saturating_add);
            Trial { stowed, left, lost, cost, impossible: false }
        }
        End::Nothing(left) => failed(left, false),
        End::Impossible => failed(urgent, true),
    }
}

/// Take over a given plan, in its loading order, if every step of it is allowed.
fn resume(manifest: &Manifest, start: &[(u32, u8, [i32; 3])]) -> Result<Trial> {
    let mut load = Load::new(manifest);
    let mut inside = vec![false; manifest.cargos.len()];
    for (i, &(cargo, number, pos)) in start.iter().enumerate() {
        let path = format!("start.placements[{i}]");
        let known = inside.get_mut(cargo as usize).filter(|inside| !**inside);
        let Some(known) = known else {
            return Err(Error::invalid(path, cargo, "each item once"));
        };
        *known = true;
        let turns = &manifest.turns[cargo as usize];
        let found = turns.iter().enumerate().find(|(_, t)| t.orientation.number() == number);
        let Some((t, turn)) = found else {
            return Err(Error::invalid(path, number, "an orientation of the item that fits"));
        };
        let cuboid = backhaul_packing::geometry::Cuboid::at(pos, turn.size);
        if !load.takes(cargo) || !load.fits(cargo, turn, &cuboid) {
            return Err(Error::invalid(path, format!("{pos:?}"), "a place that the rules allow"));
        }
        load.stow(cargo, t as u8, cuboid);
    }
    let left: Vec<u32> =
        (0..manifest.cargos.len() as u32).filter(|c| !inside[*c as usize]).collect();
    let lost =
        left.iter().map(|c| manifest.cargos[*c as usize].profit).fold(0, i64::saturating_add);
    Ok(Trial { stowed: load.stowed, left, lost, cost: 0, impossible: false })
}
