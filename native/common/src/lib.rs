//! What every kernel shares: errors, time budgets, counter-based random streams and units.
//!
//! Nothing here reads a clock, a file or the operating system's randomness: the caller hands in a
//! [`control::Clock`], so that a kernel limited by work gives the same answer on every machine.
#![forbid(unsafe_code)]

pub mod control;
pub mod error;
pub mod random;
pub mod units;

pub use control::{Clock, Control, Limits, Observer, Progress, Status, StopReason};
pub use error::{Error, Kind, Result};
pub use random::{purpose, Stream};
