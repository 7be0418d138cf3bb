//! Capacitated lot sizing.

use backhaul_replenishment::capacitated;
use numpy::{IntoPyArray, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{pool, slice, Reals, Table};
use crate::control;

#[pyfunction]
#[pyo3(signature = (*, demand, setup_cost, setup_time, unit_time, holding, capacity, start, limits,
    seed, threads, on_progress))]
fn solve_capacitated<'py>(
    py: Python<'py>,
    demand: Table<'py>,
    setup_cost: Reals<'py>,
    setup_time: Reals<'py>,
    unit_time: Reals<'py>,
    holding: Reals<'py>,
    capacity: Reals<'py>,
    start: Option<Table<'py>>,
    limits: (Option<f64>, Option<u64>, Option<f64>),
    seed: u64,
    threads: usize,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let problem = capacitated::Capacitated {
        periods: demand.shape()[1],
        demand: slice!(demand, "demand"),
        setup_cost: slice!(setup_cost, "setup_cost"),
        setup_time: slice!(setup_time, "setup_time"),
        unit_time: slice!(unit_time, "unit_time"),
        holding: slice!(holding, "holding"),
        capacity: slice!(capacity, "capacity"),
    };
    let start = match &start {
        Some(table) => Some(slice!(table, "start")),
        None => None,
    };
    let pool = pool(threads)?;
    let outcome = control::run(py, limits, on_progress, |control| {
        pool.install(|| capacitated::solve(&problem, seed, threads, start, control))
    })?;
    let lots = outcome.value;
    let result = PyDict::new(py);
    result.set_item("cost", lots.cost)?;
    result.set_item("bound", lots.bound)?;
    result.set_item("quantities", lots.quantities.into_pyarray(py))?;
    result.set_item("overtime", lots.overtime)?;
    result.set_item("short_by", lots.short_by)?;
    result.set_item("stop_reason", lots.stop_reason.as_str())?;
    result.set_item("iterations", lots.iterations)?;
    result.set_item("seconds", outcome.seconds)?;
    Ok(result)
}

/// Fill the submodule.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(solve_capacitated, m)?)
}
