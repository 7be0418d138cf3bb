//! Markdown of short-dated stock.

use backhaul_replenishment::markdown::{self, Batches, Mark};
use numpy::{IntoPyArray, PyArray1, PyUntypedArrayMethods};
use pyo3::prelude::*;

use super::{pool, slice, Reals, Table, Whole};
use crate::errors;

/// Units, life, rung, price, waste; mean, a row a batch; variance to mean, elasticity; discounts.
type Columns<'py> = (
    (Whole<'py>, Whole<'py>, Whole<'py>, Whole<'py>, Whole<'py>),
    Table<'py>,
    (Reals<'py>, Reals<'py>),
    Whole<'py>,
);

/// Rung of today, expected value, expected sales.
type Marks<'py> = (Bound<'py, PyArray1<i32>>, Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>);

/// The columns as the kernel takes them.
fn with<T: Send>(
    py: Python<'_>,
    columns: &Columns<'_>,
    deepen_only: bool,
    threads: usize,
    work: impl Fn(&Batches<'_>) -> backhaul_common::Result<T> + Send + Sync,
) -> PyResult<T> {
    let ((units, life, rung, price, waste), mean, (ratio, elasticity), ladder) = columns;
    let batches = Batches {
        units: slice!(units, "units"),
        life: slice!(life, "life"),
        rung: slice!(rung, "rung"),
        price: slice!(price, "price"),
        waste: slice!(waste, "waste"),
        mean: (slice!(mean, "mean"), mean.shape()[1]),
        variance_to_mean: slice!(ratio, "variance_to_mean"),
        elasticity: slice!(elasticity, "elasticity"),
        ladder: slice!(ladder, "discounts"),
        deepen_only,
    };
    let pool = pool(threads)?;
    py.detach(|| pool.install(|| work(&batches))).map_err(errors::to_python)
}

fn arrays<'py>(py: Python<'py>, marks: &[Mark]) -> Marks<'py> {
    (
        marks.iter().map(|m| m.rung).collect::<Vec<_>>().into_pyarray(py),
        marks.iter().map(|m| m.value).collect::<Vec<_>>().into_pyarray(py),
        marks.iter().map(|m| m.sold).collect::<Vec<_>>().into_pyarray(py),
    )
}

#[pyfunction]
fn markdown_check(py: Python<'_>, columns: Columns<'_>) -> PyResult<()> {
    with(py, &columns, true, 1, markdown::check)
}

#[pyfunction]
fn markdown_best<'py>(
    py: Python<'py>,
    columns: Columns<'py>,
    deepen_only: bool,
    threads: usize,
) -> PyResult<Marks<'py>> {
    Ok(arrays(py, &with(py, &columns, deepen_only, threads, markdown::best)?))
}

#[pyfunction]
fn markdown_fixed<'py>(
    py: Python<'py>,
    columns: Columns<'py>,
    rung: Whole<'py>,
    days_left: Whole<'py>,
    threads: usize,
) -> PyResult<Marks<'py>> {
    let (rung, days) = (slice!(rung, "rule_rung"), slice!(days_left, "days_left"));
    let marks = with(py, &columns, true, threads, |b| markdown::fixed(b, rung, days))?;
    Ok(arrays(py, &marks))
}

/// Fill the submodule.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(markdown_check, m)?)?;
    m.add_function(wrap_pyfunction!(markdown_best, m)?)?;
    m.add_function(wrap_pyfunction!(markdown_fixed, m)?)
}
