//! Sharing short supply.

use backhaul_replenishment::allocate;
use numpy::{IntoPyArray, PyArray1};
use pyo3::prelude::*;

use super::{pool, slice, Reals, Whole};
use crate::errors;

#[pyfunction]
#[pyo3(name = "allocate", signature = (*, supply, product, order, minimum, case_pack, position, mean,
    variance_to_mean, value, by_value, threads))]
fn allocate_lines<'py>(
    py: Python<'py>,
    supply: Whole<'py>,
    product: Whole<'py>,
    order: Whole<'py>,
    minimum: Whole<'py>,
    case_pack: Whole<'py>,
    position: Whole<'py>,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    value: Reals<'py>,
    by_value: bool,
    threads: usize,
) -> PyResult<Bound<'py, PyArray1<i32>>> {
    let lines = allocate::Lines {
        supply: slice!(supply, "supply"),
        product: slice!(product, "product"),
        order: slice!(order, "order"),
        minimum: slice!(minimum, "minimum"),
        case_pack: slice!(case_pack, "case_pack"),
        position: slice!(position, "position"),
        mean: slice!(mean, "mean"),
        variance_to_mean: slice!(variance_to_mean, "variance_to_mean"),
        value: slice!(value, "value"),
    };
    let sharing = if by_value { allocate::Sharing::Value } else { allocate::Sharing::Fair };
    let pool = pool(threads)?;
    let given = py
        .detach(|| pool.install(|| allocate::allocate(&lines, sharing)))
        .map_err(errors::to_python)?;
    Ok(given.into_pyarray(py))
}

/// Fill the submodule.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(allocate_lines, m)?)
}
