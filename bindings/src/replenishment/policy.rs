//! Users' own order rules: a compiled loop over arrays or a compiled call a row, both by address, or
//! the Python function itself. Orders are whole units; a row whose order is not one is named.

use backhaul_common::Error;
use numpy::{PyArray1, PyArrayMethods, PyReadwriteArray1, PyUntypedArrayMethods};
use pyo3::exceptions::PyException;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyFloat;
use rayon::prelude::*;

use super::pool;
use crate::errors;

/// A column as it came from Python.
type Column<'py> = Bound<'py, PyArray1<f64>>;
/// Position, mean, sd and on hand of the rows; one length.
type Columns<'a> = [&'a [f64]; 4];

/// (position, mean, sd, on hand, count, orders) as addresses of contiguous arrays; writes the units,
/// or -1 for a row without a valid order, and returns how many of these there are.
type Batch = extern "C" fn(*const f64, *const f64, *const f64, *const f64, i64, *mut i32) -> i64;
/// (position, mean, sd, on hand) of one row; NaN if the rule raised.
type Element = extern "C" fn(f64, f64, f64, f64) -> f64;

/// Fewest rows that are worth the handing over to another thread.
const SHARE: usize = 4096;
/// No order is larger.
const MOST: f64 = i32::MAX as f64;

/// The row whose order is wrong, and what was found if it is known; `None`: all are sound.
type Failed = Option<(usize, Option<Py<PyAny>>)>;

/// The columns for reading; none may share memory with the orders.
fn columns<'a>(all: [&'a Column<'_>; 4], orders: &[i32]) -> PyResult<Columns<'a>> {
    let wrong = |name: &str, value: String, allowed: String| {
        Err(errors::to_python(Error::invalid(name, value, allowed)))
    };
    let written = orders.as_ptr_range();
    let mut found = [&[][..]; 4];
    for ((slot, column), name) in
        found.iter_mut().zip(all).zip(["position", "mean", "sd", "on_hand"])
    {
        if !column.is_c_contiguous() {
            return wrong(name, "a strided array".into(), "a contiguous array".into());
        }
        if !column.data().is_aligned() {
            return wrong(name, "an unaligned array".into(), "an aligned array".into());
        }
        if column.len() != orders.len() {
            return wrong(name, column.len().to_string(), format!("{} values", orders.len()));
        }
        // SAFETY: contiguous and aligned, as was seen above; the array lives as long as the reference
        // to it, and the one slice that is written in the meantime is found below to be another.
        #[allow(
            unsafe_code,
            reason = "the registry of borrows costs a night's call more than the rule"
        )]
        let values =
            unsafe { std::slice::from_raw_parts(column.data().cast_const(), column.len()) };
        let read = values.as_ptr_range();
        if read.start.cast::<u8>() < written.end.cast()
            && written.start.cast::<u8>() < read.end.cast()
        {
            return wrong("out", format!("a view of {name}"), "memory of its own".into());
        }
        *slot = values;
    }
    Ok(found)
}

/// The array of orders for writing: neither read-only nor lent to anyone.
fn writable<'py>(orders: &Bound<'py, PyArray1<i32>>) -> PyResult<PyReadwriteArray1<'py, i32>> {
    orders.try_readwrite().map_err(|error| {
        errors::to_python(Error::invalid("out", error, "a writable array of int32"))
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

/// Run a compiled rule over all rows without the interpreter lock. `work` fills in the orders of a part
/// of the rows and returns whether all are sound.
fn compiled(
    py: Python<'_>,
    all: [&Column<'_>; 4],
    orders: &Bound<'_, PyArray1<i32>>,
    threads: usize,
    work: impl Fn(Columns<'_>, &mut [i32]) -> bool + Sync,
) -> PyResult<Failed> {
    let mut orders = writable(orders)?;
    let out = slots(&mut orders)?;
    let columns = columns(all, out)?;
    let sound = py.detach(|| -> PyResult<bool> {
        if threads <= 1 {
            return Ok(work(columns, out));
        }
        let share = out.len().div_ceil(4 * threads).max(SHARE);
        let part = |(k, out): (usize, &mut [i32])| {
            let from = k * share;
            work(columns.map(|c| &c[from..from + out.len()]), out)
        };
        let team = pool(threads)?;
        // All parts are done, sound or not: the first bad row is looked for among all.
        let parts =
            || out.par_chunks_mut(share).enumerate().map(part).reduce(|| true, |a, b| a & b);
        Ok(team.install(parts))
    })?;
    if sound {
        return Ok(None);
    }
    Ok(out.iter().position(|&units| units < 0).map(|row| (row, None)))
}

/// Orders of all rows by a compiled loop.
#[pyfunction]
#[pyo3(signature = (address, position, mean, sd, on_hand, orders, threads))]
fn policy_batch(
    py: Python<'_>,
    address: usize,
    position: Column<'_>,
    mean: Column<'_>,
    sd: Column<'_>,
    on_hand: Column<'_>,
    orders: Bound<'_, PyArray1<i32>>,
    threads: usize,
) -> PyResult<Failed> {
    known(address)?;
    // SAFETY: the engine passes the address of a numba cfunc with exactly this signature and keeps the
    // cfunc alive during the call; it reads and writes `count` values of each array, and every column
    // has as many.
    #[allow(unsafe_code, reason = "a compiled policy is known by its address alone")]
    let policy: Batch = unsafe { std::mem::transmute(address) };
    compiled(py, [&position, &mean, &sd, &on_hand], &orders, threads, |[a, b, c, d], out| {
        let (count, first) = (out.len() as i64, out.as_mut_ptr());
        policy(a.as_ptr(), b.as_ptr(), c.as_ptr(), d.as_ptr(), count, first) == 0
    })
}

/// Orders of all rows by a compiled call for each.
#[pyfunction]
#[pyo3(signature = (address, position, mean, sd, on_hand, orders, threads))]
fn policy_element(
    py: Python<'_>,
    address: usize,
    position: Column<'_>,
    mean: Column<'_>,
    sd: Column<'_>,
    on_hand: Column<'_>,
    orders: Bound<'_, PyArray1<i32>>,
    threads: usize,
) -> PyResult<Failed> {
    known(address)?;
    // SAFETY: as in `policy_batch`; numbers in, a number out.
    #[allow(unsafe_code, reason = "a compiled policy is known by its address alone")]
    let policy: Element = unsafe { std::mem::transmute(address) };
    compiled(py, [&position, &mean, &sd, &on_hand], &orders, threads, |[a, b, c, d], out| {
        let mut signs = 0;
        for (i, slot) in out.iter_mut().enumerate() {
            *slot = units(policy(a[i], b[i], c[i], d[i]));
            signs |= *slot;
        }
        signs >= 0
    })
}

/// Orders of all rows by a Python function; what it returned or raised where that is not an order.
#[pyfunction]
fn policy_python(
    rule: &Bound<'_, PyAny>,
    position: Column<'_>,
    mean: Column<'_>,
    sd: Column<'_>,
    on_hand: Column<'_>,
    orders: Bound<'_, PyArray1<i32>>,
) -> PyResult<Failed> {
    let py = rule.py();
    let mut orders = writable(&orders)?;
    let out = slots(&mut orders)?;
    let [a, b, c, d] = columns([&position, &mean, &sd, &on_hand], out)?;
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
