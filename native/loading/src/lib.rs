//! Load ordering: last in first out by stop, axle loads, doors and docks.
//!
//! A [`manifest::Manifest`] is a checked problem. A [`load::Load`] grows by one cargo at a time and
//! knows where the next may go. [`construct`] builds whole loads by a [`policy`], [`search`] does
//! so until the best is found, [`oracle`] answers routes. [`joint`] finds routes
//! and loads together. [`dock`] schedules doors.
#![forbid(unsafe_code)]

pub mod attempt;
pub mod balance;
pub mod beam;
pub mod bounds;
pub mod company;
pub mod construct;
pub mod diagnose;
pub mod dock;
pub mod joint;
pub mod load;
pub mod manifest;
pub mod obstacles;
pub mod oracle;
pub mod policy;
pub mod relations;
pub mod search;
