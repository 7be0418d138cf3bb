//! Bindings of `native/replenishment`, one file a concept.

mod allocation;
mod calendar;
mod capacitated;
mod demand;
mod explain;
mod fresh;
mod joint;
mod lost_sales;
mod lot_sizing;
mod markdown;
mod network;
mod policy;
mod simulation;
mod single;
mod transship;
mod warehouse;

use backhaul_common::Error;
use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use crate::errors;

type Reals<'py> = PyReadonlyArray1<'py, f64>;
/// Two columns.
type Pair<'py, T> = (Bound<'py, PyArray1<T>>, Bound<'py, PyArray1<T>>);
type Whole<'py> = PyReadonlyArray1<'py, i32>;
type Table<'py> = PyReadonlyArray2<'py, f64>;
type WholeTable<'py> = PyReadonlyArray2<'py, i32>;

/// A column as a slice; the engine has made sure that it is contiguous.
macro_rules! slice {
    ($array:expr, $name:literal) => {
        $array.as_slice().map_err(|_| {
            crate::errors::to_python(backhaul_common::Error::invalid(
                $name,
                "a strided array",
                "a contiguous array",
            ))
        })?
    };
}

use slice;

/// A pool of exactly this many threads, so that a caller's limit is kept.
fn pool(threads: usize) -> PyResult<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build().map_err(|error| {
        let allowed = "a number of threads that the system can start";
        errors::to_python(Error::invalid("threads", format!("{threads} ({error})"), allowed))
    })
}

/// Fill the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    allocation::register(m)?;
    capacitated::register(m)?;
    calendar::register(m)?;
    demand::register(m)?;
    explain::register(m)?;
    fresh::register(m)?;
    joint::register(m)?;
    lost_sales::register(m)?;
    lot_sizing::register(m)?;
    markdown::register(m)?;
    network::register(m)?;
    policy::register(m)?;
    simulation::register(m)?;
    single::register(m)?;
    transship::register(m)?;
    warehouse::register(m)?;
    Ok(())
}
