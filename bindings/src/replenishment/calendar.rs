//! Levels on a calendar, and continuous review.

use backhaul_replenishment::{calendar, continuous};
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{pool, slice, Reals, Table, Whole};
use crate::errors;

type Flags<'py> = PyReadonlyArray1<'py, bool>;
/// r, Q and cost.
type Pairs<'py> = (Bound<'py, PyArray1<i32>>, Bound<'py, PyArray1<i32>>, Bound<'py, PyArray1<f64>>);

#[pyfunction]
#[pyo3(signature = (*, review, delivery, mean, variance_to_mean, demand, lead_time, setup, holding, backorder,
    case_pack, minimum_order, shelf_capacity, threads))]
fn calendar_levels<'py>(
    py: Python<'py>,
    review: Flags<'py>,
    delivery: Flags<'py>,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    demand: Option<Table<'py>>,
    lead_time: Whole<'py>,
    setup: Reals<'py>,
    holding: Reals<'py>,
    backorder: Reals<'py>,
    case_pack: Whole<'py>,
    minimum_order: Whole<'py>,
    shelf_capacity: Whole<'py>,
    threads: usize,
) -> PyResult<Bound<'py, PyDict>> {
    // One row an item and day.
    let demand = match &demand {
        Some(table) => Some((slice!(table, "demand"), table.shape()[1])),
        None => None,
    };
    let problem = calendar::Calendar {
        review: slice!(review, "review_days"),
        delivery: slice!(delivery, "delivery_days"),
        mean: slice!(mean, "mean"),
        variance_to_mean: slice!(variance_to_mean, "variance_to_mean"),
        demand,
        lead_time: slice!(lead_time, "lead_time"),
        setup: slice!(setup, "setup"),
        holding: slice!(holding, "holding"),
        backorder: slice!(backorder, "backorder"),
        case_pack: slice!(case_pack, "case_pack"),
        minimum_order: slice!(minimum_order, "minimum_order"),
        shelf_capacity: slice!(shelf_capacity, "shelf_capacity"),
    };
    let pool = pool(threads)?;
    let found =
        py.detach(|| pool.install(|| calendar::solve(&problem))).map_err(errors::to_python)?;
    let result = PyDict::new(py);
    let cost: Vec<f64> = found.iter().map(|l| l.cost).collect();
    let bound: Vec<f64> = found.iter().map(|l| l.bound).collect();
    let low: Vec<i32> = found.iter().flat_map(|l| l.reorder_level.iter().copied()).collect();
    let top: Vec<i32> = found.iter().flat_map(|l| l.order_up_to.iter().copied()).collect();
    result.set_item("cost", cost.into_pyarray(py))?;
    result.set_item("bound", bound.into_pyarray(py))?;
    result.set_item("reorder_level", low.into_pyarray(py))?;
    result.set_item("order_up_to", top.into_pyarray(py))?;
    Ok(result)
}

#[pyfunction]
#[pyo3(signature = (*, mean, lead_time, setup, holding, backorder, case_pack, threads))]
fn reorder_points<'py>(
    py: Python<'py>,
    mean: Reals<'py>,
    lead_time: Reals<'py>,
    setup: Reals<'py>,
    holding: Reals<'py>,
    backorder: Reals<'py>,
    case_pack: Whole<'py>,
    threads: usize,
) -> PyResult<Pairs<'py>> {
    let items = continuous::Items {
        rate: slice!(mean, "mean"),
        lead_time: slice!(lead_time, "lead_time"),
        setup: slice!(setup, "setup"),
        holding: slice!(holding, "holding"),
        backorder: slice!(backorder, "backorder"),
        case_pack: slice!(case_pack, "case_pack"),
    };
    let pool = pool(threads)?;
    let found =
        py.detach(|| pool.install(|| continuous::solve(&items))).map_err(errors::to_python)?;
    let point: Vec<i32> = found.iter().map(|f| f.0).collect();
    let batch: Vec<i32> = found.iter().map(|f| f.1).collect();
    let cost: Vec<f64> = found.iter().map(|f| f.2).collect();
    Ok((point.into_pyarray(py), batch.into_pyarray(py), cost.into_pyarray(py)))
}

/// Fill the submodule.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(calendar_levels, m)?)?;
    m.add_function(wrap_pyfunction!(reorder_points, m)?)
}
