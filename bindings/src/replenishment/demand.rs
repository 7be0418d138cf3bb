//! Demand: fits and forecasts.

use backhaul_common::Error;
use backhaul_replenishment::demand;
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::prelude::*;

use super::{pool, slice, Pair, Table, WholeTable};
use crate::errors;

/// Mean and variance over mean of every row; `censored` may have no rows.
#[pyfunction]
fn fit_demand<'py>(
    py: Python<'py>,
    sales: WholeTable<'py>,
    censored: PyReadonlyArray2<'py, bool>,
    threads: usize,
) -> PyResult<Pair<'py, f64>> {
    let periods = sales.shape()[1];
    let panel = demand::Panel {
        sales: slice!(sales, "sales"),
        censored: slice!(censored, "censored"),
        periods,
    };
    let pool = pool(threads)?;
    let fits = py.detach(|| pool.install(|| demand::fit(&panel))).map_err(errors::to_python)?;
    let means: Vec<f64> = fits.iter().map(|f| f.mean).collect();
    let ratios: Vec<f64> = fits.iter().map(|f| f.variance_to_mean).collect();
    Ok((means.into_pyarray(py), ratios.into_pyarray(py)))
}

#[pyfunction]
#[pyo3(signature = (sales, *, past, ahead, season, horizon, method, quantiles, threads))]
fn forecast_demand<'py>(
    py: Python<'py>,
    sales: WholeTable<'py>,
    past: Option<Table<'py>>,
    ahead: Option<Table<'py>>,
    season: usize,
    horizon: usize,
    method: &str,
    quantiles: Vec<f64>,
    threads: usize,
) -> PyResult<Bound<'py, PyArray1<i32>>> {
    let method = match method {
        "best" => demand::Method::Best,
        "smoothing" => demand::Method::Smoothing,
        "croston" => demand::Method::Croston,
        "sba" => demand::Method::Sba,
        "tsb" => demand::Method::Tsb,
        _ => {
            let allowed = "best, smoothing, croston, sba or tsb";
            return Err(errors::to_python(Error::invalid("method", method, allowed)));
        }
    };
    let periods = sales.shape()[1];
    let panel = demand::Panel { sales: slice!(sales, "sales"), censored: &[], periods };
    let mut factors = demand::Factors::default();
    if let Some(table) = &past {
        factors.past = slice!(table, "past");
    }
    if let Some(table) = &ahead {
        factors.ahead = slice!(table, "ahead");
    }
    let pool = pool(threads)?;
    let work = || demand::forecast(&panel, factors, season, horizon, method, &quantiles);
    let found = py.detach(|| pool.install(work)).map_err(errors::to_python)?;
    Ok(found.into_pyarray(py))
}

/// Fill the submodule.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(fit_demand, m)?)?;
    m.add_function(wrap_pyfunction!(forecast_demand, m)?)
}
