//! Vehicle routing: plan, and re-plan, trips that serve stops.
//!
//! A [`problem::Problem`] is validated once; [`solve`] returns the best plan found within the
//! limits. The unit of work (one iteration) is one ruin-and-recreate round.
#![forbid(unsafe_code)]

pub mod neighbours;
pub mod options;
pub mod plan;
pub mod problem;
mod rich;
pub mod travel;

use backhaul_common::{Control, Result};

pub use options::Options;
pub use plan::{Answer, Plan, PlannedRoute};
pub use problem::{Features, Problem, Started, VehicleType, NONE, UNLIMITED};
pub use travel::{Rounding, Travel};

/// Solve `problem`, from `start` if given.
pub fn solve(
    problem: &Problem,
    start: Option<&Plan>,
    options: &Options,
    seed: u64,
    _threads: usize,
    control: &Control<'_>,
) -> Result<Answer> {
    problem.validate()?;
    Ok(rich::anneal::solve(problem, start, options, seed, control))
}
