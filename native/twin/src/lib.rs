//! The dense steps of the digital twin: one pass over all store x product cells.
//!
//! [`cells::Cells`] holds the stock of a chain and moves it through a day: open the day, receive
//! deliveries, sell part by part, close the day. What happens in a cell is a pure function of its
//! state, its prices and the random numbers named after (seed, purpose, cell, time), so that two
//! strategies meet the same customers, and one thread or two give the same bytes.
//!
//! ```text
//! expected demand of a cell and part of the day
//!   = base demand x (facings / reference)^space elasticity          (rate: changes with the shelf)
//!   x (price / reference)^elasticity x mailer and display uplift    (appeal: changes with prices)
//!   x calendar x share of the part x traffic of the store x lift    (pull: changes by day)
//! demand  = Poisson(expected x gamma multiplier of the cell's day): a day's demand is negative binomial
//! sales   = min(demand, stock); of the rest a share asks for a substitute, what remains is lost
//! ```
#![forbid(unsafe_code)]

pub mod allocate;
pub mod audit;
pub mod basket;
pub mod cells;
pub mod forecast;
pub mod gamma;
pub mod math;
pub mod model;
pub mod order;
pub mod poisson;
pub mod store;
pub mod tally;

mod close;
mod part;

pub use cells::Cells;
pub use model::Model;
