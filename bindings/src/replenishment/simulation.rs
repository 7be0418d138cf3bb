//! The network simulator.

use backhaul_replenishment::simulate;
use numpy::IntoPyArray;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{pool, slice, Reals, Whole};
use crate::errors;

#[pyfunction]
#[pyo3(name = "simulate", signature = (*, parent, mean, variance_to_mean, lead_time, reorder_level,
    order_up_to, case_pack, shelf_life, backorders, keep_orders, periods, warm, seed, replication, threads))]
fn simulate_network<'py>(
    py: Python<'py>,
    parent: Whole<'py>,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    lead_time: Whole<'py>,
    reorder_level: Whole<'py>,
    order_up_to: Whole<'py>,
    case_pack: Whole<'py>,
    shelf_life: Whole<'py>,
    backorders: bool,
    keep_orders: bool,
    periods: usize,
    warm: usize,
    seed: u64,
    replication: u64,
    threads: usize,
) -> PyResult<Bound<'py, PyDict>> {
    let world = simulate::World {
        parent: slice!(parent, "parent"),
        mean: slice!(mean, "mean"),
        variance_to_mean: slice!(variance_to_mean, "variance_to_mean"),
        lead_time: slice!(lead_time, "lead_time"),
        reorder_level: slice!(reorder_level, "reorder_level"),
        order_up_to: slice!(order_up_to, "order_up_to"),
        case_pack: slice!(case_pack, "case_pack"),
        shelf_life: slice!(shelf_life, "shelf_life"),
        backorders,
        keep_orders,
    };
    let pool = pool(threads)?;
    let totals = py
        .detach(|| pool.install(|| simulate::simulate(&world, periods, warm, seed, replication)))
        .map_err(errors::to_python)?;
    let result = PyDict::new(py);
    type Field = fn(&simulate::Totals) -> i64;
    let fields: [(&str, Field); 11] = [
        ("demand", |t| t.demand),
        ("served", |t| t.served),
        ("short", |t| t.short),
        ("waste", |t| t.waste),
        ("received", |t| t.received),
        ("shipped", |t| t.shipped),
        ("orders", |t| t.orders),
        ("held", |t| t.held),
        ("owed", |t| t.owed),
        ("opening", |t| t.opening),
        ("closing", |t| t.closing),
    ];
    for (name, field) in fields {
        let column: Vec<i64> = totals.iter().map(field).collect();
        result.set_item(name, column.into_pyarray(py))?;
    }
    Ok(result)
}

/// Fill the submodule.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(simulate_network, m)?)
}
