//! The one place where a kernel error becomes a Python exception.

use backhaul_common::{Error, Kind};
use pyo3::prelude::*;

pyo3::create_exception!(
    _native,
    NativeError,
    pyo3::exceptions::PyException,
    "A kernel's error: args are (kind, path, value, allowed). The engine layer maps it."
);

/// The exception of a kernel error; `backhaul.engine.errors` turns it into the public class.
pub fn to_python(error: Error) -> PyErr {
    let kind = match error.kind {
        Kind::InvalidInput => "invalid_input",
        Kind::Infeasible => "infeasible",
        Kind::Stopped => "stopped",
    };
    NativeError::new_err((kind, error.path, error.value, error.allowed))
}

/// Add the exception to the module.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("NativeError", m.py().get_type::<NativeError>())
}
