//! Bindings of moves between stores.

use backhaul_replenishment::transship::{transship as kernel, Stores};
use numpy::{IntoPyArray, PyArray1};
use pyo3::prelude::*;

use super::{pool, slice, Reals, Whole};
use crate::errors;

/// Units by product and lane, cost before and after by product.
type Found<'py> = (Bound<'py, PyArray1<i32>>, Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>);

#[pyfunction]
#[pyo3(signature = (*, lanes, lane_cost, lane_limit, stores, case_pack, stock, minimum, mean,
    variance_to_mean, short, holding, threads))]
fn transship<'py>(
    py: Python<'py>,
    lanes: Vec<(usize, usize)>,
    lane_cost: Reals<'py>,
    lane_limit: Whole<'py>,
    stores: usize,
    case_pack: Whole<'py>,
    stock: Whole<'py>,
    minimum: Whole<'py>,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    short: Reals<'py>,
    holding: Reals<'py>,
    threads: usize,
) -> PyResult<Found<'py>> {
    let problem = Stores {
        lanes: &lanes,
        lane_cost: slice!(lane_cost, "lane_cost"),
        lane_limit: slice!(lane_limit, "lane_limit"),
        stores,
        case_pack: slice!(case_pack, "case_pack"),
        stock: slice!(stock, "stock"),
        minimum: slice!(minimum, "minimum"),
        mean: slice!(mean, "mean"),
        variance_to_mean: slice!(variance_to_mean, "variance_to_mean"),
        short: slice!(short, "short"),
        holding: slice!(holding, "holding"),
    };
    let pool = pool(threads)?;
    let moves = py.detach(|| pool.install(|| kernel(&problem))).map_err(errors::to_python)?;
    let before: Vec<f64> = moves.iter().map(|m| m.before).collect();
    let after: Vec<f64> = moves.iter().map(|m| m.after).collect();
    let units: Vec<i32> = moves.into_iter().flat_map(|m| m.units).collect();
    Ok((units.into_pyarray(py), before.into_pyarray(py), after.into_pyarray(py)))
}

/// Add to the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(transship, m)?)
}
