//! Storage assignment, picker routes and shelf space.
//!
//! A warehouse is a [`grid::Grid`]: parallel aisles crossed by walkways. Products stand in slots
//! ([`assignment`]), orders are walked over the grid ([`tour`], [`heuristics`]), and the quadratic
//! assignment problem ([`qap`]) is the core of "what is picked together stands together".
//! Shelves of a store are filled by [`facings`].
#![forbid(unsafe_code)]

pub mod affinity_search;
pub mod assignment;
pub mod automaton;
pub mod baskets;
pub mod batching;
pub mod congestion;
pub mod docks;
pub mod facings;
mod floor;
pub mod grid;
pub mod heuristics;
mod kin;
mod levels;
pub mod linear;
pub mod moves;
mod order_rows;
mod place_costs;
pub mod qap;
pub mod rules;
pub mod shelf;
pub mod tour;
pub mod travel;

pub use grid::Grid;
