//! Counter-based streams for Python.

use backhaul_common::random::{purpose, Stream};
use numpy::{IntoPyArray, PyArray1};
use pyo3::prelude::*;

/// `n` uniforms on [0, 1) of the stream (seed, purpose, entity, time).
#[pyfunction]
fn uniforms<'py>(
    py: Python<'py>,
    seed: u64,
    purpose_name: &str,
    entity: u64,
    time: u64,
    n: usize,
) -> Bound<'py, PyArray1<f64>> {
    let mut stream = Stream::new(seed, purpose(purpose_name), entity, time);
    (0..n).map(|_| stream.uniform()).collect::<Vec<_>>().into_pyarray(py)
}

/// The first `n` 64-bit words of the stream.
#[pyfunction]
fn words<'py>(
    py: Python<'py>,
    seed: u64,
    purpose_name: &str,
    entity: u64,
    time: u64,
    n: usize,
) -> Bound<'py, PyArray1<u64>> {
    let mut stream = Stream::new(seed, purpose(purpose_name), entity, time);
    (0..n).map(|_| stream.next_u64()).collect::<Vec<_>>().into_pyarray(py)
}

/// Fill the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(uniforms, m)?)?;
    m.add_function(wrap_pyfunction!(words, m)?)
}
