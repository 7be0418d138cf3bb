//! Vehicle routing: plan, and re-plan, trips that serve stops.
//!
//! A [`problem::Problem`] is validated once; [`solve`] returns the best plan found within the
//! limits. The unit of work (one iteration) is one ruin-and-recreate round.
#![forbid(unsafe_code)]

// The builder of problems in `tests/` serves the tests in here too.
#[cfg(test)]
extern crate self as backhaul_routing;
#[cfg(test)]
#[path = "../tests/common/mod.rs"]
mod common;

mod cvrp;
mod meet;
pub mod neighbours;
pub mod options;
pub mod plan;
mod pool;
pub mod problem;
mod rich;
pub mod rules;
mod sets;
pub mod travel;

use backhaul_common::{Control, Result};

use pool::Pool;

pub use options::Options;
pub use plan::{Answer, Plan, PlannedRoute};
pub use problem::{Features, Problem, Started, VehicleType, NONE, UNLIMITED};
pub use travel::{Rounding, Travel};

/// Solve `problem`, from `start` if given, by `threads` searches that meet from time to time (large plain
/// problems: by `threads` threads that share out the map).
///
/// With an iteration limit each search has it, and the answer depends on nothing but the arguments.
pub fn solve(
    problem: &Problem,
    start: Option<&Plan>,
    options: &Options,
    seed: u64,
    threads: usize,
    control: &Control<'_>,
) -> Result<Answer> {
    problem.validate()?;
    let plain = cvrp::is_plain(problem);
    if let Some(map) = cvrp::regions::large(problem, options).filter(|_| plain) {
        return Ok(cvrp::regions::solve(
            problem,
            map,
            start,
            options,
            seed,
            threads.max(1),
            control,
        ));
    }
    let one = |start: Option<&Plan>, stream: u64, control: &Control<'_>, pool: &mut Pool| {
        if plain {
            cvrp::anneal::solve(problem, start, options, seed, stream, control, pool)
        } else {
            rich::anneal::solve(problem, start, options, seed, stream, control, pool)
        }
    };
    if threads <= 1 || problem.clients() == 0 {
        return Ok(one(start, 0, control, &mut Pool::closed()));
    }
    Ok(meet::together(problem, start, options, threads, control, &one))
}
