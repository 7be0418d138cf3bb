//! One item at a time: exact policies, nightly levels and orders.

use backhaul_common::Error;
use backhaul_replenishment::{nightly, solve_batch, Columns, Policy, Service};
use numpy::{IntoPyArray, PyArray1, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{pool, slice, Pair, Reals, Table, Whole};
use crate::{control, errors};

fn policy_of(name: &str) -> PyResult<Policy> {
    match name {
        "s_S" => Ok(Policy::UpTo),
        "s_nQ" => Ok(Policy::Batches),
        "base_stock" => Ok(Policy::BaseStock),
        _ => Err(errors::to_python(Error::invalid("policy", name, "s_S, s_nQ or base_stock"))),
    }
}

fn service_of(name: &str) -> PyResult<Service> {
    match name {
        "cycle" => Ok(Service::Cycle),
        "fill" => Ok(Service::Fill),
        "ready" => Ok(Service::Ready),
        _ => Err(errors::to_python(Error::invalid("service", name, "cycle, fill or ready"))),
    }
}

#[pyfunction]
#[pyo3(signature = (*, policy, mean, variance_to_mean, demand, lead_time, lead_times, review, setup,
    holding, backorder, service, service_level, case_pack, minimum_order, shelf_capacity, limits,
    threads, on_progress))]
fn solve<'py>(
    py: Python<'py>,
    policy: &str,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    demand: Option<Table<'py>>,
    lead_time: Whole<'py>,
    lead_times: Option<Table<'py>>,
    review: Whole<'py>,
    setup: Reals<'py>,
    holding: Reals<'py>,
    backorder: Reals<'py>,
    service: Option<&str>,
    service_level: Reals<'py>,
    case_pack: Whole<'py>,
    minimum_order: Whole<'py>,
    shelf_capacity: Whole<'py>,
    limits: (Option<f64>, Option<u64>, Option<f64>),
    threads: usize,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let policy = policy_of(policy)?;
    let service = service.map(service_of).transpose()?;
    let demand_rows = match &demand {
        Some(table) => Some((slice!(table, "demand"), table.shape()[1])),
        None => None,
    };
    let lead_rows = match &lead_times {
        Some(table) => Some((slice!(table, "lead_times"), table.shape()[1])),
        None => None,
    };
    let service_level = slice!(service_level, "service_level");
    let columns = Columns {
        mean: slice!(mean, "mean"),
        variance_to_mean: slice!(variance_to_mean, "variance_to_mean"),
        demand: demand_rows,
        lead_time: slice!(lead_time, "lead_time"),
        lead_times: lead_rows,
        review: slice!(review, "review"),
        setup: slice!(setup, "setup"),
        holding: slice!(holding, "holding"),
        backorder: slice!(backorder, "backorder"),
        service: service.map(|kind| (kind, service_level)),
        case_pack: slice!(case_pack, "case_pack"),
        minimum_order: slice!(minimum_order, "minimum_order"),
        shelf_capacity: slice!(shelf_capacity, "shelf_capacity"),
    };
    let pool = pool(threads)?;
    let outcome = control::run(py, limits, on_progress, |control| {
        pool.install(|| solve_batch(&columns, policy, control))
    })?;
    let answer = outcome.value;
    let result = PyDict::new(py);
    let whole = |f: fn(&backhaul_replenishment::Levels) -> i32| -> Bound<'py, PyArray1<i32>> {
        answer.levels.iter().map(f).collect::<Vec<_>>().into_pyarray(py)
    };
    let real = |f: fn(&backhaul_replenishment::Levels) -> f64| -> Bound<'py, PyArray1<f64>> {
        answer.levels.iter().map(f).collect::<Vec<_>>().into_pyarray(py)
    };
    result.set_item("reorder_level", whole(|l| l.reorder_level))?;
    result.set_item("order_up_to", whole(|l| l.order_up_to))?;
    result.set_item("cost", real(|l| l.cost))?;
    result.set_item("bound", real(|l| l.bound))?;
    result.set_item("solved", answer.solved.into_pyarray(py))?;
    result.set_item("stop_reason", answer.stop_reason.as_str())?;
    result.set_item("seconds", outcome.seconds)?;
    Ok(result)
}

#[pyfunction]
fn order_quantities<'py>(
    py: Python<'py>,
    position: Whole<'py>,
    reorder_level: Whole<'py>,
    order_up_to: Whole<'py>,
    case_pack: Whole<'py>,
    minimum_order: Whole<'py>,
    shelf_capacity: Whole<'py>,
) -> PyResult<Bound<'py, PyArray1<i32>>> {
    let cells = nightly::Cells {
        position: slice!(position, "position"),
        reorder_level: slice!(reorder_level, "reorder_level"),
        order_up_to: slice!(order_up_to, "order_up_to"),
        case_pack: slice!(case_pack, "case_pack"),
        minimum_order: slice!(minimum_order, "minimum_order"),
        shelf_capacity: slice!(shelf_capacity, "shelf_capacity"),
    };
    let orders = py.detach(|| nightly::order_quantities(&cells)).map_err(errors::to_python)?;
    Ok(orders.into_pyarray(py))
}

#[pyfunction]
fn levels<'py>(
    py: Python<'py>,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    lead_time: Whole<'py>,
    review: Whole<'py>,
    service_level: Reals<'py>,
    cover: Reals<'py>,
) -> PyResult<Pair<'py, i32>> {
    let demand = nightly::Demand {
        mean: slice!(mean, "mean"),
        variance_to_mean: slice!(variance_to_mean, "variance_to_mean"),
        lead_time: slice!(lead_time, "lead_time"),
        review: slice!(review, "review"),
        service_level: slice!(service_level, "service_level"),
        cover: slice!(cover, "cover"),
    };
    let (s, up_to) = py.detach(|| nightly::levels(&demand)).map_err(errors::to_python)?;
    Ok((s.into_pyarray(py), up_to.into_pyarray(py)))
}

/// Fill the submodule.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(solve, m)?)?;
    m.add_function(wrap_pyfunction!(order_quantities, m)?)?;
    m.add_function(wrap_pyfunction!(levels, m)?)
}
