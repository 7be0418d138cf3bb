//! Joint replenishment.

use backhaul_common::Error;
use backhaul_replenishment::joint;
use backhaul_replenishment::joint::rules::Rules;
use numpy::{IntoPyArray, PyReadonlyArray1, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{pool, slice, Reals, Table};
use crate::{control, errors};

#[pyfunction]
#[pyo3(signature = (*, demand, minor, holding, volume, major, truck_cost, truck_capacity, pack,
    order_days, measures, least, limits, threads, on_progress))]
fn solve_joint<'py>(
    py: Python<'py>,
    demand: Table<'py>,
    minor: Reals<'py>,
    holding: Reals<'py>,
    volume: Reals<'py>,
    major: f64,
    truck_cost: f64,
    truck_capacity: f64,
    pack: Reals<'py>,
    order_days: PyReadonlyArray1<'py, bool>,
    measures: Table<'py>,
    least: Reals<'py>,
    limits: (Option<f64>, Option<u64>, Option<f64>),
    threads: usize,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let items = demand.shape()[0];
    let (measures, least) = (slice!(measures, "minimum"), slice!(least, "minimum"));
    if measures.len() != least.len() * items {
        let allowed = format!("{items} values for each least order");
        return Err(errors::to_python(Error::invalid("minimum", measures.len(), allowed)));
    }
    let least: Vec<(&[f64], f64)> =
        measures.chunks(items.max(1)).zip(least.iter().copied()).collect();
    let rules =
        Rules { pack: slice!(pack, "pack"), days: slice!(order_days, "order_days"), least: &least };
    let problem = joint::Joint {
        periods: demand.shape()[1],
        demand: slice!(demand, "demand"),
        minor: slice!(minor, "minor"),
        holding: slice!(holding, "holding"),
        volume: slice!(volume, "volume"),
        major,
        truck: (truck_cost, truck_capacity),
        rules,
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
