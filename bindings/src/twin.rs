//! Bindings of `native/twin`.

use pyo3::prelude::*;

/// Fill the submodule.
pub fn register(_m: &Bound<'_, PyModule>) -> PyResult<()> {
    Ok(())
}
