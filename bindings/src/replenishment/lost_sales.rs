//! Lost sales.

use backhaul_replenishment::lost_sales;
use numpy::{IntoPyArray, PyArray1, PyUntypedArrayMethods};
use pyo3::prelude::*;

use super::{pool, slice, Reals, Whole, WholeTable};
use crate::errors;

macro_rules! lost_items {
    ($mean:ident, $ratio:ident, $lead:ident, $holding:ident, $lost:ident) => {
        lost_sales::Items {
            mean: slice!($mean, "mean"),
            variance_to_mean: slice!($ratio, "variance_to_mean"),
            lead_time: slice!($lead, "lead_time"),
            holding: slice!($holding, "holding"),
            lost: slice!($lost, "lost"),
        }
    };
}

#[pyfunction]
#[pyo3(signature = (*, mean, variance_to_mean, lead_time, holding, lost, on_hand, due))]
fn lost_sales_orders<'py>(
    py: Python<'py>,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    lead_time: Whole<'py>,
    holding: Reals<'py>,
    lost: Reals<'py>,
    on_hand: Whole<'py>,
    due: WholeTable<'py>,
) -> PyResult<Bound<'py, PyArray1<i32>>> {
    let items = lost_items!(mean, variance_to_mean, lead_time, holding, lost);
    let (stock, width) = (slice!(on_hand, "on_hand"), due.shape()[1]);
    let due = slice!(due, "due");
    let orders =
        py.detach(|| lost_sales::orders(&items, stock, due, width)).map_err(errors::to_python)?;
    Ok(orders.into_pyarray(py))
}

#[pyfunction]
#[pyo3(signature = (*, mean, variance_to_mean, lead_time, holding, lost, periods, seed, threads))]
fn lost_sales_cost<'py>(
    py: Python<'py>,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    lead_time: Whole<'py>,
    holding: Reals<'py>,
    lost: Reals<'py>,
    periods: usize,
    seed: u64,
    threads: usize,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let items = lost_items!(mean, variance_to_mean, lead_time, holding, lost);
    let pool = pool(threads)?;
    let costs = py
        .detach(|| pool.install(|| lost_sales::simulate(&items, periods, seed)))
        .map_err(errors::to_python)?;
    Ok(costs.into_pyarray(py))
}

/// Fill the submodule.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(lost_sales_orders, m)?)?;
    m.add_function(wrap_pyfunction!(lost_sales_cost, m)?)
}
