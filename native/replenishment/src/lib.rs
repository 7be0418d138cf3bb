//! Inventory policies, demand models and lot sizing, batch first.
//!
//! The story: [`pmf`] says what may be demanded, [`curve`] what a position costs, [`policy`] how often
//! a rule visits each position, and [`ss`], [`nq`], [`rounded`] search the best rule. [`batch`] does it
//! for whole arrays of store x product cells, [`nightly`] turns levels into orders.
#![forbid(unsafe_code)]

pub mod ahead;
pub mod allocate;
pub mod batch;
pub mod calendar;
pub mod capacitated;
pub mod cell;
pub mod continuous;
pub mod curve;
pub mod demand;
pub mod explain;
pub mod guaranteed;
pub mod item;
pub mod joint;
pub mod lost_sales;
pub mod lot_sizing;
pub mod markdown;
pub mod nightly;
pub mod nq;
pub mod perishable;
pub mod pmf;
pub mod policy;
pub mod rounded;
pub mod serial;
pub mod service;
pub mod simulate;
pub mod ss;
pub mod transship;
pub mod warehouse;

pub use batch::{solve_batch, Answer, Columns};
pub use item::{Item, Levels, Policy, Service};
