//! Bindings of explained order lines.

use backhaul_replenishment::explain::{explain as kernel, Bound as Decided, Costs, Line};
use backhaul_replenishment::nightly::Cells;
use numpy::IntoPyArray;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{slice, Reals, Whole};
use crate::errors;

fn name(bound: Decided) -> &'static str {
    match bound {
        Decided::AboveReorderLevel => "above_reorder_level",
        Decided::OrderUpTo => "order_up_to",
        Decided::MinimumOrder => "minimum_order",
        Decided::CasePack => "case_pack",
        Decided::ShelfCapacity => "shelf_capacity",
        Decided::NoRoomForMinimum => "no_room_for_minimum",
    }
}

#[pyfunction]
#[pyo3(signature = (*, position, reorder_level, order_up_to, case_pack, minimum_order, shelf_capacity,
    mean, variance_to_mean, lead_time, review, holding, short))]
fn explain<'py>(
    py: Python<'py>,
    position: Whole<'py>,
    reorder_level: Whole<'py>,
    order_up_to: Whole<'py>,
    case_pack: Whole<'py>,
    minimum_order: Whole<'py>,
    shelf_capacity: Whole<'py>,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    lead_time: Whole<'py>,
    review: Whole<'py>,
    holding: Reals<'py>,
    short: Reals<'py>,
) -> PyResult<Bound<'py, PyDict>> {
    let cells = Cells {
        position: slice!(position, "position"),
        reorder_level: slice!(reorder_level, "reorder_level"),
        order_up_to: slice!(order_up_to, "order_up_to"),
        case_pack: slice!(case_pack, "case_pack"),
        minimum_order: slice!(minimum_order, "minimum_order"),
        shelf_capacity: slice!(shelf_capacity, "shelf_capacity"),
    };
    let costs = Costs {
        mean: slice!(mean, "mean"),
        variance_to_mean: slice!(variance_to_mean, "variance_to_mean"),
        lead_time: slice!(lead_time, "lead_time"),
        review: slice!(review, "review"),
        holding: slice!(holding, "holding"),
        short: slice!(short, "short"),
    };
    let lines = py.detach(|| kernel(&cells, &costs)).map_err(errors::to_python)?;
    let result = PyDict::new(py);
    type Whole64 = fn(&Line) -> i64;
    let whole: [(&str, Whole64); 7] = [
        ("batch", |l| l.batch),
        ("position", |l| l.position),
        ("waits", |l| l.waits),
        ("minimum", |l| l.minimum),
        ("rounding", |l| l.rounding),
        ("shelf", |l| l.shelf),
        ("order", |l| l.order),
    ];
    for (name, field) in whole {
        let column: Vec<i64> = lines.iter().map(field).collect();
        result.set_item(name, column.into_pyarray(py))?;
    }
    type Real = fn(&Line) -> f64;
    let real: [(&str, Real); 6] = [
        ("forecast", |l| l.forecast),
        ("protection", |l| l.protection),
        ("unit_more", |l| l.change[0]),
        ("unit_less", |l| l.change[1]),
        ("case_more", |l| l.change[2]),
        ("case_less", |l| l.change[3]),
    ];
    for (name, field) in real {
        let column: Vec<f64> = lines.iter().map(field).collect();
        result.set_item(name, column.into_pyarray(py))?;
    }
    let bound: Vec<&str> = lines.iter().map(|l| name(l.bound)).collect();
    result.set_item("bound", bound)?;
    Ok(result)
}

/// Add to the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(explain, m)?)
}
