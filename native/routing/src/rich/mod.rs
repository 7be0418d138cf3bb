//! Rich vehicle routing: ruin and recreate on feasible plans under simulated annealing
//! (Christiaens and Vanden Berghe 2020), with constant-time insertion tests.

pub(crate) mod anneal;
pub(crate) mod balance;
pub(crate) mod bank;
pub(crate) mod chain;
pub(crate) mod choose;
pub(crate) mod collect;
pub(crate) mod context;
pub(crate) mod coolings;
pub(crate) mod deal;
pub(crate) mod ejection;
pub(crate) mod exchange;
pub(crate) mod fewest;
pub(crate) mod first;
pub(crate) mod fleet;
pub(crate) mod heat;
pub(crate) mod insert;
pub(crate) mod laden;
pub(crate) mod local;
pub(crate) mod overload;
pub(crate) mod pairs;
pub(crate) mod part;
pub(crate) mod promise;
pub(crate) mod recreate;
pub(crate) mod refresh;
pub(crate) mod renew;
pub(crate) mod requests;
pub(crate) mod retype;
pub(crate) mod route;
pub(crate) mod ruin;
pub(crate) mod shake;
pub(crate) mod site;
pub(crate) mod state;
pub(crate) mod trips;
pub(crate) mod within;
