//! Guaranteed service and serial chains.

use backhaul_replenishment::{guaranteed, serial};
use numpy::IntoPyArray;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{slice, Reals, Whole};
use crate::{control, errors};

#[pyfunction]
#[pyo3(signature = (*, edges, processing_time, holding, sd, promise, supplier_time, z, limits,
    on_progress))]
fn guaranteed_service<'py>(
    py: Python<'py>,
    edges: Vec<(usize, usize)>,
    processing_time: Whole<'py>,
    holding: Reals<'py>,
    sd: Reals<'py>,
    promise: Whole<'py>,
    supplier_time: Whole<'py>,
    z: f64,
    limits: (Option<f64>, Option<u64>, Option<f64>),
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let network = guaranteed::Network {
        edges: &edges,
        processing: slice!(processing_time, "processing_time"),
        holding: slice!(holding, "holding"),
        own_sd: slice!(sd, "sd"),
        promise: slice!(promise, "promise"),
        supplier: slice!(supplier_time, "supplier_time"),
        factor: z,
    };
    let outcome =
        control::run(py, limits, on_progress, |control| guaranteed::solve(&network, control))?;
    let found = outcome.value;
    let result = PyDict::new(py);
    result.set_item("cost", found.cost)?;
    result.set_item("bound", found.bound)?;
    result.set_item("iterations", found.iterations)?;
    result.set_item("stop_reason", found.stop_reason.as_str())?;
    result.set_item("seconds", outcome.seconds)?;
    result.set_item("outbound", found.outbound.into_pyarray(py))?;
    result.set_item("inbound", found.inbound.into_pyarray(py))?;
    result.set_item("stock", found.stock.into_pyarray(py))?;
    Ok(result)
}

/// Cost and echelon levels; `sd` given: normal demand, else counts with `variance_to_mean`.
#[pyfunction]
#[pyo3(signature = (lead_time, holding, backorder, mean, variance_to_mean, sd))]
fn clark_scarf(
    py: Python<'_>,
    lead_time: Vec<f64>,
    holding: Vec<f64>,
    backorder: f64,
    mean: f64,
    variance_to_mean: f64,
    sd: Option<f64>,
) -> PyResult<(f64, Vec<f64>)> {
    let chain = py
        .detach(|| match sd {
            Some(sd) => serial::solve_normal(&lead_time, &holding, backorder, mean, sd),
            None => serial::solve_count(&lead_time, &holding, backorder, mean, variance_to_mean),
        })
        .map_err(errors::to_python)?;
    Ok((chain.cost, chain.levels))
}

/// Fill the submodule.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(guaranteed_service, m)?)?;
    m.add_function(wrap_pyfunction!(clark_scarf, m)?)
}
