//! Bindings of planograms in `native/slotting`.

use backhaul_common::Error;
use backhaul_slotting::shelf::{solve, Problem, Product, Rectangle, Shelf};
use numpy::{IntoPyArray, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::slotting::{indices, same_length, Ints, Limits};
use crate::{control, errors};

type Floats<'py> = PyReadonlyArray1<'py, f64>;
/// First shelf, last shelf, distance from the left end, width.
type Place = (usize, usize, i64, i64);

/// Shelves: width, fixture, lift.
fn shelves(args: &(Ints<'_>, Ints<'_>, Floats<'_>)) -> PyResult<Vec<Shelf>> {
    let (width, lift) = (args.0.as_slice()?, args.2.as_slice()?);
    let fixture = indices(&args.1, 1 << 30, "shelves.fixture")?;
    same_length("shelves.fixture", width.len(), fixture.len())?;
    same_length("shelves.lift", width.len(), lift.len())?;
    let each =
        (0..width.len()).map(|s| Shelf { width: width[s], fixture: fixture[s], lift: lift[s] });
    Ok(each.collect())
}

/// Products: width, block, least, most; demand, variation, rate, margin, lost, elasticity.
fn products(whole: &[Ints<'_>; 4], real: &[Floats<'_>; 6]) -> PyResult<Vec<Product>> {
    let width = whole[0].as_slice()?;
    let block = indices(&whole[1], 1 << 20, "products.block")?;
    let least = indices(&whole[2], 1 << 30, "products.least")?;
    let most = indices(&whole[3], 1 << 30, "products.most")?;
    let mut columns = Vec::new();
    for column in real {
        columns.push(column.as_slice()?);
    }
    let lengths = [block.len(), least.len(), most.len()];
    for other in lengths.into_iter().chain(columns.iter().map(|c| c.len())) {
        same_length("products", width.len(), other)?;
    }
    let each = (0..width.len()).map(|p| Product {
        width: width[p],
        block: block[p],
        least: least[p] as i32,
        most: most[p] as i32,
        demand: columns[0][p],
        variation: columns[1][p],
        rate: columns[2][p],
        margin: columns[3][p],
        lost: columns[4][p],
        elasticity: columns[5][p],
    });
    Ok(each.collect())
}

/// Facings (product * shelves + shelf), rectangles of the blocks, cost and bound.
#[pyfunction]
#[pyo3(signature = (shelf_args, whole, real, units, place, empty, near, start, seed, limits, on_progress))]
fn solve_planogram<'py>(
    py: Python<'py>,
    shelf_args: (Ints<'py>, Ints<'py>, Floats<'py>),
    whole: [Ints<'py>; 4],
    real: [Floats<'py>; 6],
    units: Floats<'py>,
    place: Floats<'py>,
    empty: f64,
    near: Vec<(u32, u32, f64)>,
    start: Option<Vec<Option<Place>>>,
    seed: u64,
    limits: Limits,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let problem = Problem {
        shelves: shelves(&shelf_args)?,
        products: products(&whole, &real)?,
        units: units.as_slice()?.to_vec(),
        place: place.as_slice()?.to_vec(),
        empty,
        near,
    };
    if problem.shelves.is_empty() {
        return Err(errors::to_python(Error::invalid("shelves", "none", "at least one shelf")));
    }
    let rectangle = |&(first, last, x, width): &Place| Rectangle { first, last, x, width };
    let start: Option<Vec<Option<Rectangle>>> =
        start.map(|list| list.iter().map(|r| r.as_ref().map(rectangle)).collect());
    let outcome = control::run(py, limits, on_progress, |control| {
        solve(&problem, start.as_deref(), seed, control)
    })?;
    let found = outcome.value;
    let answer = PyDict::new(py);
    let facings: Vec<i64> = found.facings.iter().map(|&n| i64::from(n)).collect();
    answer.set_item("facings", facings.into_pyarray(py))?;
    let places: Vec<Option<Place>> =
        (found.rectangles.iter()).map(|r| r.map(|r| (r.first, r.last, r.x, r.width))).collect();
    answer.set_item("rectangles", places)?;
    answer.set_item("cost", found.cost)?;
    answer.set_item("bound", found.bound)?;
    answer.set_item("iterations", found.iterations)?;
    answer.set_item("stop_reason", found.reason.as_str())?;
    answer.set_item("seconds", outcome.seconds)?;
    Ok(answer)
}

/// Fill the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(solve_planogram, m)?)
}
