//! Python bindings: check shapes, convert, release the GIL, map errors. No algorithms.
//!
//! One file a kernel, each with a `register` function that makes its submodule.
#![allow(clippy::needless_pass_by_value, reason = "PyO3 extracts arguments by value")]

mod batching;
mod control;
mod errors;
mod loading;
mod packing;
mod random;
mod replenishment;
mod routing;
mod shelf;
mod slotting;
mod slotting_rules;
mod twin;

use pyo3::prelude::*;

/// Make a submodule and let its file fill it.
fn submodule(
    parent: &Bound<'_, PyModule>,
    name: &str,
    register: fn(&Bound<'_, PyModule>) -> PyResult<()>,
) -> PyResult<()> {
    let module = PyModule::new(parent.py(), name)?;
    register(&module)?;
    parent.add_submodule(&module)
}

#[pymodule]
fn _native(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("__version__", env!("CARGO_PKG_VERSION"))?;
    errors::register(m)?;
    submodule(m, "random", random::register)?;
    submodule(m, "routing", routing::register)?;
    submodule(m, "packing", packing::register)?;
    submodule(m, "loading", loading::register)?;
    submodule(m, "slotting", slotting::register)?;
    submodule(m, "batching", batching::register)?;
    submodule(m, "shelf", shelf::register)?;
    submodule(m, "replenishment", replenishment::register)?;
    submodule(m, "twin", twin::register)
}
