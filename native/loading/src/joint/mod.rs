//! Routes and loads together: the 3L-CVRP of Gendreau, Iori, Laporte and Martello (2006).
//!
//! [`network`] holds customers, distances, windows and the fleet; [`search`] improves routes by `ruin`
//! and `recreate` and asks the [`crate::oracle`] about every load; [`pool`] gathers the loadable routes met on the way.

mod experience;
pub mod network;
mod plan;
pub mod pool;
mod recreate;
mod ruin;
pub mod search;
mod start;
