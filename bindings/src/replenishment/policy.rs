//! Users' own order rules: a compiled loop over arrays or a compiled call a row, both by address, or
//! the Python function itself. Orders are whole units; a row whose order is not one is named.

use backhaul_common::Error;
use numpy::{PyArray1, PyArrayMethods, PyReadwriteArray1};
use pyo3::exceptions::PyException;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyFloat;
use rayon::prelude::*;

use super::{pool, Reals};
use crate::errors;

/// Position, mean, sd and on hand of the rows; one length.
type Columns<'a> = [&'a [f64]; 4];

/// (position, mean, sd, on hand, count, orders) as addresses of contiguous arrays; writes the units,
/// or -1 for a row without a valid order.
type Batch = extern "C" fn(*const f64, *const f64, *const f64, *const f64, i64, *mut i32);
/// (position, mean, sd, on hand) of one row; NaN if the rule raised.
type Element = extern "C" fn(f64, f64, f64, f64) -> f64;

/// Rows that are called together: their orders stay in the first cache until they are looked through.
const BLOCK: usize = 2048;
/// No order is larger.
const MOST: f64 = i32::MAX as f64;

/// The row whose order is wrong, and what was found if it is known; `None`: all are sound.
type Failed = Option<(usize, Option<Py<PyAny>>)>;

fn columns<'a>(all: [&'a Reals<'_>; 4], orders: usize) -> PyResult<Columns<'a>> {
    let mut found = [&[][..]; 4];
    for ((slot, column), name) in
        found.iter_mut().zip(all).zip(["position", "mean", "sd", "on_hand"])
    {
        *slot = column.as_slice().map_err(|_| {
            errors::to_python(Error::invalid(name, "a strided array", "a contiguous array"))
        })?;
        if !slot.as_ptr().is_aligned() {
            let error = Error::invalid(name, "an unaligned array", "an aligned array");
            return Err(errors::to_python(error));
        }
        if slot.len() != orders {
            let allowed = format!("{orders} values");
            return Err(errors::to_python(Error::invalid(name, slot.len(), allowed)));
        }
    }
    Ok(found)
}

/// The array of orders for writing: neither read-only nor a view of a column.
fn writable<'py>(orders: &Bound<'py, PyArray1<i32>>) -> PyResult<PyReadwriteArray1<'py, i32>> {
    orders.try_readwrite().map_err(|error| {
        let allowed = "a writable array of int32 that shares no memory with the columns";
        errors::to_python(Error::invalid("out", error, allowed))
    })
}

fn slots<'a>(orders: &'a mut PyReadwriteArray1<'_, i32>) -> PyResult<&'a mut [i32]> {
    match orders.as_slice_mut() {
        Ok(out) if out.as_ptr().is_aligned() => Ok(out),
        _ => {
            let error = Error::invalid("out", "a strided array", "a contiguous, aligned array");
            Err(errors::to_python(error))
        }
    }
}

/// Call a Python function with four numbers: without the tuple that the safe way would make.
fn call4<'py>(rule: &Bound<'py, PyAny>, numbers: [f64; 4]) -> PyResult<Bound<'py, PyAny>> {
    let py = rule.py();
    let (a, b) = (PyFloat::new(py, numbers[0]), PyFloat::new(py, numbers[1]));
    let (c, d) = (PyFloat::new(py, numbers[2]), PyFloat::new(py, numbers[3]));
    // SAFETY: the function and the arguments are live objects, the list of arguments ends with a null
    // pointer, the interpreter lock is held, and the answer is a new reference or null with an error
    // set.
    #[allow(
        unsafe_code,
        reason = "a call a cell: the tuple of arguments costs as much as the call"
    )]
    unsafe {
        let end = std::ptr::null_mut::<ffi::PyObject>();
        let found = ffi::PyObject_CallFunctionObjArgs(
            rule.as_ptr(),
            a.as_ptr(),
            b.as_ptr(),
            c.as_ptr(),
            d.as_ptr(),
            end,
        );
        Bound::from_owned_ptr_or_err(py, found)
    }
}

fn known(address: usize) -> PyResult<()> {
    if address == 0 {
        let error = Error::invalid("policy", "address 0", "the address of a compiled policy");
        return Err(errors::to_python(error));
    }
    Ok(())
}

/// Units of an order as a rule gives it, rounded up; -1: not an order.
#[inline]
fn units(order: f64) -> i32 {
    if (0.0..=MOST).contains(&order) {
        let whole = order as i32;
        whole + i32::from(f64::from(whole) < order)
    } else {
        -1
    }
}

/// Do all blocks of rows; the first row without an order.
fn in_blocks(
    columns: Columns<'_>,
    orders: &mut [i32],
    threads: usize,
    work: impl Fn(Columns<'_>, &mut [i32]) + Sync,
) -> PyResult<Option<usize>> {
    let block = |(b, out): (usize, &mut [i32])| {
        let from = b * BLOCK;
        work(columns.map(|c| &c[from..from + out.len()]), out);
        // The sign bit of any tells whether there is something to look for.
        if out.iter().fold(0, |signs, &units| signs | units) >= 0 {
            return None;
        }
        out.iter().position(|&units| units < 0).map(|k| from + k)
    };
    if threads <= 1 {
        return Ok(orders.chunks_mut(BLOCK).enumerate().find_map(block));
    }
    let team = pool(threads)?;
    Ok(team.install(|| orders.par_chunks_mut(BLOCK).enumerate().filter_map(block).min()))
}

/// Orders of all rows by a compiled loop, without the interpreter lock.
#[pyfunction]
#[pyo3(signature = (address, position, mean, sd, on_hand, orders, threads))]
fn policy_batch(
    py: Python<'_>,
    address: usize,
    position: Reals<'_>,
    mean: Reals<'_>,
    sd: Reals<'_>,
    on_hand: Reals<'_>,
    orders: Bound<'_, PyArray1<i32>>,
    threads: usize,
) -> PyResult<Failed> {
    known(address)?;
    let mut orders = writable(&orders)?;
    let out = slots(&mut orders)?;
    let columns = columns([&position, &mean, &sd, &on_hand], out.len())?;
    // SAFETY: the engine passes the address of a numba cfunc with exactly this signature and keeps the
    // cfunc alive during the call; it reads and writes `count` values of each array, and every column
    // of a block has as many.
    #[allow(unsafe_code, reason = "a compiled policy is known by its address alone")]
    let policy: Batch = unsafe { std::mem::transmute(address) };
    let work = |[a, b, c, d]: Columns<'_>, out: &mut [i32]| {
        policy(a.as_ptr(), b.as_ptr(), c.as_ptr(), d.as_ptr(), out.len() as i64, out.as_mut_ptr());
    };
    let failed = py.detach(|| in_blocks(columns, out, threads, work))?;
    Ok(failed.map(|row| (row, None)))
}

/// Orders of all rows by a compiled call for each, without the interpreter lock.
#[pyfunction]
#[pyo3(signature = (address, position, mean, sd, on_hand, orders, threads))]
fn policy_element(
    py: Python<'_>,
    address: usize,
    position: Reals<'_>,
    mean: Reals<'_>,
    sd: Reals<'_>,
    on_hand: Reals<'_>,
    orders: Bound<'_, PyArray1<i32>>,
    threads: usize,
) -> PyResult<Failed> {
    known(address)?;
    let mut orders = writable(&orders)?;
    let out = slots(&mut orders)?;
    let columns = columns([&position, &mean, &sd, &on_hand], out.len())?;
    // SAFETY: as in `policy_batch`; numbers in, a number out.
    #[allow(unsafe_code, reason = "a compiled policy is known by its address alone")]
    let policy: Element = unsafe { std::mem::transmute(address) };
    let work = |[a, b, c, d]: Columns<'_>, out: &mut [i32]| {
        for (i, slot) in out.iter_mut().enumerate() {
            *slot = units(policy(a[i], b[i], c[i], d[i]));
        }
    };
    let failed = py.detach(|| in_blocks(columns, out, threads, work))?;
    Ok(failed.map(|row| (row, None)))
}

/// Orders of all rows by a Python function; what it returned or raised where that is not an order.
#[pyfunction]
fn policy_python(
    rule: &Bound<'_, PyAny>,
    position: Reals<'_>,
    mean: Reals<'_>,
    sd: Reals<'_>,
    on_hand: Reals<'_>,
    orders: Bound<'_, PyArray1<i32>>,
) -> PyResult<Failed> {
    let py = rule.py();
    let mut orders = writable(&orders)?;
    let out = slots(&mut orders)?;
    let [a, b, c, d] = columns([&position, &mean, &sd, &on_hand], out.len())?;
    for (i, slot) in out.iter_mut().enumerate() {
        let found = match call4(rule, [a[i], b[i], c[i], d[i]]) {
            Ok(found) => found,
            // An interrupt is not the rule's mistake.
            Err(error) if !error.is_instance_of::<PyException>(py) => return Err(error),
            Err(error) => return Ok(Some((i, Some(error.into_value(py).into_any())))),
        };
        *slot = found.extract::<f64>().map_or(-1, units);
        if *slot < 0 {
            return Ok(Some((i, Some(found.unbind()))));
        }
    }
    Ok(None)
}

/// Add to the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(policy_batch, m)?)?;
    m.add_function(wrap_pyfunction!(policy_element, m)?)?;
    m.add_function(wrap_pyfunction!(policy_python, m)?)
}
