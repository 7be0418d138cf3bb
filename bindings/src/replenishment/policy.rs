//! Users' own compiled policies.

use backhaul_common::Error;
use numpy::{IntoPyArray, PyArray1};
use pyo3::prelude::*;

use super::{slice, Reals};
use crate::errors;

/// A policy compiled to C: (position, mean, sd, on hand, count, orders) as addresses of contiguous arrays.
type BatchPolicy = extern "C" fn(*const f64, *const f64, *const f64, *const f64, i64, *mut f64);

/// Call a compiled policy through its address for all rows, in blocks, without the interpreter lock.
#[pyfunction]
fn run_policy<'py>(
    py: Python<'py>,
    address: usize,
    position: Reals<'py>,
    mean: Reals<'py>,
    sd: Reals<'py>,
    on_hand: Reals<'py>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let columns = [
        slice!(position, "position"),
        slice!(mean, "mean"),
        slice!(sd, "sd"),
        slice!(on_hand, "on_hand"),
    ];
    let n = columns[0].len();
    if columns.iter().any(|c| c.len() != n) {
        let error = Error::invalid("columns", "different lengths", format!("{n} values each"));
        return Err(errors::to_python(error));
    }
    if address == 0 {
        let error = Error::invalid("policy", "address 0", "the address of a compiled policy");
        return Err(errors::to_python(error));
    }
    let mut orders = vec![f64::NAN; n];
    py.detach(|| {
        // SAFETY: the engine passes the address of a numba cfunc with exactly this signature and keeps
        // the cfunc alive during the call; all columns have n values.
        #[allow(unsafe_code, reason = "a compiled policy is known by its address alone")]
        let policy: BatchPolicy = unsafe { std::mem::transmute(address) };
        let [a, b, c, d] = columns.map(<[f64]>::as_ptr);
        policy(a, b, c, d, n as i64, orders.as_mut_ptr());
    });
    Ok(orders.into_pyarray(py))
}

/// Fill the submodule.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(run_policy, m)?)
}
