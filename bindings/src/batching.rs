//! Bindings of order batching in `native/slotting`.

use backhaul_slotting::batching::{schedule, solve, Problem, Timing};
use backhaul_slotting::heuristics::Method;
use numpy::IntoPyArray;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::slotting::{grid, indices, pointer, spots, GridArgs, Ints, Limits};
use crate::{control, errors};

/// Pickers, speed, setup, lateness; handling, release and due by order.
type TimingArgs<'py> = (usize, i64, i64, i64, Ints<'py>, Ints<'py>, Ints<'py>);

fn timing(args: &TimingArgs<'_>) -> PyResult<Timing> {
    let vec = |array: &Ints<'_>| -> PyResult<Vec<i64>> { Ok(array.as_slice()?.to_vec()) };
    Ok(Timing {
        pickers: args.0,
        speed: args.1,
        setup: args.2,
        lateness: args.3,
        handling: vec(&args.4)?,
        release: vec(&args.5)?,
        due: vec(&args.6)?,
    })
}

/// Batch of each order, and the walk, picker, start, end and lateness of each batch.
#[pyfunction]
#[pyo3(signature = (grid_args, aisle, y, ptr, lines, load, capacity, method, timing_args, start, seed, limits, on_progress))]
fn solve_batching<'py>(
    py: Python<'py>,
    grid_args: GridArgs<'py>,
    aisle: Ints<'py>,
    y: Ints<'py>,
    ptr: Ints<'py>,
    lines: Ints<'py>,
    load: Ints<'py>,
    capacity: Ints<'py>,
    method: &str,
    timing_args: Option<TimingArgs<'py>>,
    start: Option<Ints<'py>>,
    seed: u64,
    limits: Limits,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let grid = grid(&grid_args)?;
    let places = spots(&grid, &aisle, &y, "slots")?;
    let lines = indices(&lines, places.len(), "orders.lines")?;
    let ptr = pointer(&ptr, lines.len(), "orders.pointer")?;
    let picks = ptr
        .windows(2)
        .map(|w| lines[w[0]..w[1]].iter().map(|&slot| places[slot as usize]).collect())
        .collect();
    let method = Method::parse(method).ok_or_else(|| {
        let allowed = "exact, s_shape, return, largest_gap or composite";
        errors::to_python(backhaul_common::Error::invalid("method", method, allowed))
    })?;
    let timing = timing_args.as_ref().map(timing).transpose()?;
    let (load, capacity) = (load.as_slice()?.to_vec(), capacity.as_slice()?.to_vec());
    let problem =
        Problem::new(grid, picks, load, capacity, method, timing).map_err(errors::to_python)?;
    let start = start.map(|s| indices(&s, problem.len().max(1), "start")).transpose()?;
    let outcome = control::run(py, limits, on_progress, |control| {
        solve(&problem, start.as_deref(), seed, control)
    })?;
    let plan = outcome.value;
    let answer = PyDict::new(py);
    answer.set_item("cost", plan.cost)?;
    answer.set_item("bound", plan.bound)?;
    answer.set_item("iterations", plan.iterations)?;
    answer.set_item("stop_reason", plan.reason.as_str())?;
    answer.set_item("seconds", outcome.seconds)?;
    let mut batches = vec![Vec::new(); plan.length.len()];
    for (order, &b) in plan.batch.iter().enumerate() {
        batches[b as usize].push(order as u32);
    }
    if let Some(timing) = &problem.timing {
        let shifts = schedule(timing, &batches, &plan.length);
        let column = |f: fn(&backhaul_slotting::batching::Shift) -> i64| {
            shifts.iter().map(f).collect::<Vec<i64>>().into_pyarray(py)
        };
        answer.set_item("picker", column(|s| s.picker as i64))?;
        answer.set_item("start", column(|s| s.start))?;
        answer.set_item("end", column(|s| s.end))?;
        answer.set_item("late", column(|s| s.late))?;
    }
    let batch: Vec<i64> = plan.batch.iter().map(|&b| i64::from(b)).collect();
    answer.set_item("batch", batch.into_pyarray(py))?;
    answer.set_item("length", plan.length.into_pyarray(py))?;
    Ok(answer)
}

/// Fill the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(solve_batching, m)?)
}
