//! One warehouse and its stores.

use backhaul_replenishment::warehouse::{solve, Levels, Warehouses};
use numpy::IntoPyArray;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{pool, slice, Reals};
use crate::errors;

#[pyfunction]
#[pyo3(signature = (*, stores, mean, lead_time, holding, backorder, warehouse_lead_time,
    warehouse_holding, threads))]
fn warehouse_levels<'py>(
    py: Python<'py>,
    stores: usize,
    mean: Reals<'py>,
    lead_time: Reals<'py>,
    holding: Reals<'py>,
    backorder: Reals<'py>,
    warehouse_lead_time: Reals<'py>,
    warehouse_holding: Reals<'py>,
    threads: usize,
) -> PyResult<Bound<'py, PyDict>> {
    let problem = Warehouses {
        stores,
        mean: slice!(mean, "mean"),
        lead_time: slice!(lead_time, "lead_time"),
        holding: slice!(holding, "holding"),
        backorder: slice!(backorder, "backorder"),
        warehouse_lead_time: slice!(warehouse_lead_time, "warehouse_lead_time"),
        warehouse_holding: slice!(warehouse_holding, "warehouse_holding"),
    };
    let pool = pool(threads)?;
    let found = py.detach(|| pool.install(|| solve(&problem))).map_err(errors::to_python)?;
    let result = PyDict::new(py);
    let each = |f: fn(&Levels) -> f64| found.iter().map(f).collect::<Vec<f64>>().into_pyarray(py);
    result.set_item("cost", each(|l| l.cost))?;
    result.set_item("warehouse_on_hand", each(|l| l.warehouse_stock.0))?;
    result.set_item("warehouse_owed", each(|l| l.warehouse_stock.1))?;
    let level: Vec<i32> = found.iter().map(|l| l.warehouse).collect();
    result.set_item("warehouse", level.into_pyarray(py))?;
    let levels: Vec<i32> = found.iter().flat_map(|l| l.stores.iter().copied()).collect();
    result.set_item("stores", levels.into_pyarray(py))?;
    let stock = || found.iter().flat_map(|l| l.store_stock.iter());
    let on_hand: Vec<f64> = stock().map(|s| s.0).collect();
    let owed: Vec<f64> = stock().map(|s| s.1).collect();
    result.set_item("store_on_hand", on_hand.into_pyarray(py))?;
    result.set_item("store_owed", owed.into_pyarray(py))?;
    Ok(result)
}

/// Fill the submodule.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(warehouse_levels, m)?)
}
