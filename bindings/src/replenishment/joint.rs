//! Joint replenishment.

use backhaul_replenishment::joint;
use numpy::{IntoPyArray, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{pool, slice, Reals, Table};
use crate::control;

#[pyfunction]
#[pyo3(signature = (*, demand, minor, holding, volume, major, truck_cost, truck_capacity, limits,
    threads, on_progress))]
fn solve_joint<'py>(
    py: Python<'py>,
    demand: Table<'py>,
    minor: Reals<'py>,
    holding: Reals<'py>,
    volume: Reals<'py>,
    major: f64,
    truck_cost: f64,
    truck_capacity: f64,
    limits: (Option<f64>, Option<u64>, Option<f64>),
    threads: usize,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let problem = joint::Joint {
        periods: demand.shape()[1],
        demand: slice!(demand, "demand"),
        minor: slice!(minor, "minor"),
        holding: slice!(holding, "holding"),
        volume: slice!(volume, "volume"),
        major,
        truck: (truck_cost, truck_capacity),
    };
    let pool = pool(threads)?;
    let outcome = control::run(py, limits, on_progress, |control| {
        pool.install(|| joint::solve(&problem, control))
    })?;
    let plan = outcome.value;
    let result = PyDict::new(py);
    result.set_item("cost", plan.cost)?;
    result.set_item("bound", plan.bound)?;
    result.set_item("orders", plan.orders.into_pyarray(py))?;
    result.set_item("stop_reason", plan.stop_reason.as_str())?;
    result.set_item("iterations", plan.iterations)?;
    result.set_item("seconds", outcome.seconds)?;
    Ok(result)
}

/// Fill the submodule.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(solve_joint, m)?)
}
