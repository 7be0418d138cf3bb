//! Fresh products.

use backhaul_common::Error;
use backhaul_replenishment::perishable;
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1, PyUntypedArrayMethods};
use pyo3::prelude::*;

use super::{pool, slice, Reals, Whole, WholeTable};
use crate::errors;

/// Rows of fresh products from columns of equal length.
fn fresh_items(
    reals: [&[f64]; 5],
    whole: [&[i32]; 2],
    oldest_first: &[bool],
) -> Vec<perishable::Fresh> {
    let [mean, ratio, holding, lost, waste] = reals;
    let [lead_time, life] = whole;
    (0..mean.len())
        .map(|i| perishable::Fresh {
            mean: mean[i],
            variance_to_mean: ratio[i],
            lead_time: lead_time[i].max(0) as usize,
            life: life[i].max(0) as usize,
            oldest_first: oldest_first[i],
            holding: holding[i],
            lost: lost[i],
            waste: waste[i],
        })
        .collect()
}

/// A column of each real and whole field: mean, ratio, holding, lost, waste; lead time, life.
type FreshColumns<'py> = (
    (Reals<'py>, Reals<'py>, Reals<'py>, Reals<'py>, Reals<'py>),
    (Whole<'py>, Whole<'py>),
    PyReadonlyArray1<'py, bool>,
);

fn fresh(columns: &FreshColumns<'_>) -> PyResult<Vec<perishable::Fresh>> {
    let ((mean, ratio, holding, lost, waste), (lead_time, life), oldest) = columns;
    let reals = [
        slice!(mean, "mean"),
        slice!(ratio, "variance_to_mean"),
        slice!(holding, "holding"),
        slice!(lost, "lost"),
        slice!(waste, "waste"),
    ];
    let whole = [slice!(lead_time, "lead_time"), slice!(life, "life")];
    let oldest = slice!(oldest, "issuing");
    let n = reals[0].len();
    let lengths = [reals[1].len(), reals[2].len(), reals[3].len(), reals[4].len(), whole[0].len()];
    if lengths.iter().chain(&[whole[1].len(), oldest.len()]).any(|&len| len != n) {
        let error = Error::invalid("columns", "different lengths", format!("{n} values each"));
        return Err(errors::to_python(error));
    }
    Ok(fresh_items(reals, whole, oldest))
}

#[pyfunction]
fn fresh_tune<'py>(
    py: Python<'py>,
    columns: FreshColumns<'py>,
    periods: usize,
    seed: u64,
    threads: usize,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let (items, pool) = (fresh(&columns)?, pool(threads)?);
    let shares = py
        .detach(|| pool.install(|| perishable::tune_batch(&items, periods, seed)))
        .map_err(errors::to_python)?;
    Ok(shares.into_pyarray(py))
}

#[pyfunction]
fn fresh_cost<'py>(
    py: Python<'py>,
    columns: FreshColumns<'py>,
    weight: Reals<'py>,
    periods: usize,
    seed: u64,
    threads: usize,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let (items, pool, weight) = (fresh(&columns)?, pool(threads)?, slice!(weight, "weight"));
    let costs = py
        .detach(|| pool.install(|| perishable::simulate_batch(&items, weight, periods, seed)))
        .map_err(errors::to_python)?;
    Ok(costs.into_pyarray(py))
}

#[pyfunction]
fn fresh_orders<'py>(
    py: Python<'py>,
    columns: FreshColumns<'py>,
    weight: Reals<'py>,
    stock: WholeTable<'py>,
    due: WholeTable<'py>,
) -> PyResult<Bound<'py, PyArray1<i32>>> {
    let (items, weight) = (fresh(&columns)?, slice!(weight, "weight"));
    let (life, lead) = (stock.shape()[1], due.shape()[1]);
    let (stock, due) = (slice!(stock, "stock"), slice!(due, "due"));
    let orders = py
        .detach(|| perishable::orders(&items, weight, (stock, life), (due, lead)))
        .map_err(errors::to_python)?;
    Ok(orders.into_pyarray(py))
}

/// Fill the submodule.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(fresh_tune, m)?)?;
    m.add_function(wrap_pyfunction!(fresh_cost, m)?)?;
    m.add_function(wrap_pyfunction!(fresh_orders, m)?)
}
