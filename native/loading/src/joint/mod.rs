//! Routes and loads together: the 3L-CVRP of Gendreau, Iori, Laporte and Martello (2006).
//!
//! [`network`] holds customers, distances, windows and the fleet; [`search`] improves routes and asks
//! the [`crate::oracle`] about every load; [`pool`] gathers the loadable routes met on the way.

pub mod network;
pub mod pool;
pub mod search;
