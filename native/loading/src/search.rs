//! One load, anytime: constructions by ever other policies until everything is in.

use backhaul_common::{purpose, Control, Error, Result, Status, StopReason, Stream};
use rayon::prelude::*;

use crate::beam;
use crate::bounds;
use crate::construct::build;
use crate::load::{Load, Scratch, Stowed};
use crate::manifest::Manifest;
use crate::policy::Policy;

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

/// What one construction leaves.
struct Trial {
    stowed: Vec<Stowed>,
    left: Vec<u32>,
    lost: i64,
}

/// Attempts without any gain after which a solve with no limits calls itself converged.
const PATIENCE: u64 = 20_000;

/// Load as much value as possible. An iteration is one construction; a beam search counts as its
/// width.
pub fn solve(
    manifest: &Manifest,
    control: &Control<'_>,
    seed: u64,
    threads: usize,
    start: Option<&[(u32, u8, [i32; 3])]>,
) -> Result<Answer> {
    let bound = bounds::least_lost(manifest);
    let all = manifest.cargos.iter().map(|cargo| cargo.profit).fold(0, i64::saturating_add);
    let mut best =
        Trial { stowed: Vec::new(), left: (0..manifest.cargos.len() as u32).collect(), lost: all };
    if let Some(start) = start {
        best = resume(manifest, start)?;
    }
    let job = Job { manifest, seed, beams: bounds::refute(manifest).is_none(), control };
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
        if best.left.is_empty() || best.lost <= bound && manifest.cargos.len() == best.left.len() {
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
                done += job.price(number);
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
                done += (number..end).map(|k| job.price(k)).sum::<u64>();
                number = end;
                let mut best_trial: Option<Trial> = None;
                for trial in trials {
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
    /// Whether everything might fit, so that looking for just that can pay.
    beams: bool,
    control: &'a Control<'a>,
}

/// Constructions before the first beam search.
const BUILDS: u64 = 64;
/// After these, one attempt out of so many is a beam search.
const EVERY: u64 = 16;

impl Job<'_> {
    /// Which beam search the `number`-th attempt is, if it is one.
    fn beam(&self, number: u64) -> Option<u32> {
        let turn = self.beams && number >= BUILDS && number.is_multiple_of(EVERY);
        let small = self.manifest.cargos.len() <= beam::MOST_BOXES;
        (turn && small).then(|| ((number - BUILDS) / EVERY).min(1000) as u32)
    }

    /// Work of the `number`-th attempt: 1 for a construction, its width for a beam search.
    fn price(&self, number: u64) -> u64 {
        self.beam(number).map_or(1, |k| beam::width(k) as u64)
    }
}

/// The `number`-th attempt. It ends early once it loses as much as the best.
fn attempt<'a>(
    job: &Job<'a>,
    number: u64,
    ceiling: i64,
    urgent: Option<u32>,
    (load, scratch): &mut (Load<'a>, Scratch),
) -> Trial {
    let manifest = job.manifest;
    let mut rng = Stream::new(job.seed, ATTEMPT, number, 0);
    let failed = Trial { stowed: Vec::new(), left: urgent.into_iter().collect(), lost: i64::MAX };
    if let Some(k) = job.beam(number) {
        let found = beam::numbered(manifest, k, &mut rng, Some(job.control));
        return match found {
            Some(stowed) => Trial { stowed, left: Vec::new(), lost: 0 },
            None => failed,
        };
    }
    let policy = Policy::numbered(number, &mut rng);
    // The very first attempt runs to its end, so that there is always an answer.
    let ceiling = if number == 0 { i64::MAX } else { ceiling };
    let urgent = urgent.filter(|_| number > 0 && rng.uniform() < 0.5);
    let left = build(load, &policy, ceiling, urgent, &mut rng, scratch);
    let lost =
        left.iter().map(|c| manifest.cargos[*c as usize].profit).fold(0, i64::saturating_add);
    if load.stowed.len() + left.len() == manifest.cargos.len() {
        Trial { stowed: load.stowed.clone(), left, lost }
    } else {
        Trial { left, ..failed }
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
        let weight = manifest.cargos[cargo as usize].weight;
        if !load.bears_weight(weight) || !load.fits(cargo, turn, &cuboid) {
            return Err(Error::invalid(path, format!("{pos:?}"), "a place that the rules allow"));
        }
        load.stow(cargo, t as u8, cuboid);
    }
    let left: Vec<u32> =
        (0..manifest.cargos.len() as u32).filter(|c| !inside[*c as usize]).collect();
    let lost =
        left.iter().map(|c| manifest.cargos[*c as usize].profit).fold(0, i64::saturating_add);
    Ok(Trial { stowed: load.stowed, left, lost })
}
