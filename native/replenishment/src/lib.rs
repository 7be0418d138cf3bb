//! Inventory policies, demand models and lot sizing, batch first.
#![forbid(unsafe_code)]

pub mod cell;
