//! Lot sizing.

use backhaul_replenishment::lot_sizing;
use numpy::{IntoPyArray, PyUntypedArrayMethods};
use pyo3::prelude::*;

use super::{pool, slice, Pair, Table};
use crate::errors;

/// Rows of plans: cost of each, and one table of orders.
#[pyfunction]
fn wagner_whitin<'py>(
    py: Python<'py>,
    demand: Table<'py>,
    setup: Table<'py>,
    holding: Table<'py>,
    unit: Table<'py>,
    threads: usize,
) -> PyResult<Pair<'py, f64>> {
    let periods = demand.shape()[1];
    let (d, k) = (slice!(demand, "demand"), slice!(setup, "setup"));
    let (h, c) = (slice!(holding, "holding"), slice!(unit, "unit"));
    let pool = (threads > 1).then(|| pool(threads)).transpose()?;
    let plans = py
        .detach(|| {
            let work = || lot_sizing::wagner_whitin_batch(periods, d, k, h, c);
            pool.map_or_else(work, |pool| pool.install(work))
        })
        .map_err(errors::to_python)?;
    let costs: Vec<f64> = plans.iter().map(|p| p.cost).collect();
    let orders: Vec<f64> = plans.into_iter().flat_map(|p| p.orders).collect();
    Ok((costs.into_pyarray(py), orders.into_pyarray(py)))
}

/// Fill the submodule.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(wagner_whitin, m)?)
}
