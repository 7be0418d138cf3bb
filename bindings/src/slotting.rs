//! Bindings of `native/slotting`.

use backhaul_common::{Error, StopReason};
use backhaul_slotting::assignment::{
    by_velocity, place, solve, Affinity, Problem, Products, Slots, NOWHERE,
};
use backhaul_slotting::baskets::{affinity, Baskets};
use backhaul_slotting::congestion::Congestion;
use backhaul_slotting::docks::Dock;
use backhaul_slotting::facings::{facings_batch, Line};
use backhaul_slotting::grid::{check_spots, Grid, Spot};
use backhaul_slotting::heuristics::Method;
use backhaul_slotting::qap::{self, Qap};
use backhaul_slotting::{linear, tour, travel};
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::slotting_rules::{self, RuleArgs};
use crate::{control, errors};

pub(crate) type Ints<'py> = PyReadonlyArray1<'py, i64>;
pub(crate) type Limits = (Option<f64>, Option<u64>, Option<f64>);
/// A dock: aisle, cross aisle, and how far it lies from their corner.
type DockArgs = (usize, usize, i64);

/// Aisle positions, cross aisle positions, aisle and cross aisle of the depot; then, where tours
/// begin and end elsewhere, the docks for beginning and for ending.
#[derive(FromPyObject)]
pub(crate) enum GridArgs<'py> {
    Docked(Ints<'py>, Ints<'py>, usize, usize, Vec<DockArgs>, Vec<DockArgs>),
    Plain(Ints<'py>, Ints<'py>, usize, usize),
}

fn vec(array: &Ints<'_>) -> PyResult<Vec<i64>> {
    Ok(array.as_slice()?.to_vec())
}

pub(crate) fn grid(args: &GridArgs<'_>) -> PyResult<Grid> {
    let plain = |x: &Ints<'_>, y: &Ints<'_>, aisle, cross| {
        Grid::new(vec(x)?, vec(y)?, aisle, cross).map_err(errors::to_python)
    };
    match args {
        GridArgs::Plain(x, y, aisle, cross) => plain(x, y, *aisle, *cross),
        GridArgs::Docked(x, y, aisle, cross, starts, ends) => {
            let docks = |list: &[DockArgs]| -> Vec<Dock> {
                let dock = |&(aisle, cross, offset)| Dock { aisle, cross, offset };
                list.iter().map(dock).collect()
            };
            plain(x, y, *aisle, *cross)?
                .with_docks(&docks(starts), &docks(ends))
                .map_err(errors::to_python)
        }
    }
}

fn zones(array: &Ints<'_>, path: &str) -> PyResult<Vec<u32>> {
    indices(array, 1 << 16, path)
}

/// Whole numbers from 0 to below `limit`, checked.
pub(crate) fn indices(array: &Ints<'_>, limit: usize, path: &str) -> PyResult<Vec<u32>> {
    let slice = array.as_slice()?;
    if let Some(at) = slice.iter().position(|&v| v < 0 || v as u64 >= limit as u64) {
        let allowed = format!("a whole number from 0 to below {limit}");
        let error = Error::invalid(format!("{path}[{at}]"), slice[at], allowed);
        return Err(errors::to_python(error));
    }
    Ok(slice.iter().map(|&v| v as u32).collect())
}

pub(crate) fn spots(
    grid: &Grid,
    aisle: &Ints<'_>,
    y: &Ints<'_>,
    path: &str,
) -> PyResult<Vec<Spot>> {
    let aisles = indices(aisle, grid.aisle_x().len(), &format!("{path}.aisle"))?;
    let y = y.as_slice()?;
    same_length(path, aisles.len(), y.len())?;
    let all: Vec<Spot> = aisles.iter().zip(y).map(|(&aisle, &y)| Spot { aisle, y }).collect();
    check_spots(grid, &all, path).map_err(errors::to_python)?;
    Ok(all)
}

pub(crate) fn same_length(path: &str, a: usize, b: usize) -> PyResult<()> {
    if a == b {
        return Ok(());
    }
    Err(errors::to_python(Error::invalid(path, b, format!("{a} entries, as in its other arrays"))))
}

/// Row starts: from 0, never falling, ending at the number of entries.
pub(crate) fn pointer(array: &Ints<'_>, entries: usize, path: &str) -> PyResult<Vec<usize>> {
    let slice = array.as_slice()?;
    let rising = slice.windows(2).all(|w| w[0] <= w[1]);
    let ends = slice.first() == Some(&0) && slice.last() == Some(&(entries as i64));
    if !rising || !ends {
        let allowed = format!("row starts that rise from 0 to {entries}");
        return Err(errors::to_python(Error::invalid(path, format!("{slice:?}"), allowed)));
    }
    Ok(slice.iter().map(|&v| v as usize).collect())
}

fn pool<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> Result<T, Error> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map(|pool| pool.install(work))
        .map_err(|e| Error::invalid("threads", threads, e.to_string()))
}

/// Walking distance of the tour of each order.
#[pyfunction]
#[pyo3(signature = (grid_args, aisle, y, groups, ptr, lines, method, threads))]
fn tour_lengths<'py>(
    py: Python<'py>,
    grid_args: GridArgs<'py>,
    aisle: Ints<'py>,
    y: Ints<'py>,
    groups: Option<Ints<'py>>,
    ptr: Ints<'py>,
    lines: Ints<'py>,
    method: &str,
    threads: usize,
) -> PyResult<Bound<'py, PyArray1<i64>>> {
    let grid = grid(&grid_args)?;
    let spots = spots(&grid, &aisle, &y, "slots")?;
    let groups = groups.map(|g| zones(&g, "slots.zone")).transpose()?;
    if let Some(g) = &groups {
        same_length("slots.zone", spots.len(), g.len())?;
    }
    let lines = indices(&lines, spots.len(), "orders.lines")?;
    let ptr = pointer(&ptr, lines.len(), "orders.pointer")?;
    let Some(method) = Method::parse(method) else {
        let allowed = "exact, s_shape, return, largest_gap or composite";
        return Err(errors::to_python(Error::invalid("method", method, allowed)));
    };
    let lengths = py
        .detach(|| {
            pool(threads, || {
                tour::tour_lengths(&grid, &spots, groups.as_deref(), &ptr, &lines, method)
            })
        })
        .map_err(errors::to_python)?;
    Ok(lengths.into_pyarray(py))
}

/// Shortest tour over some spots: length, aisles and coordinates in walking order.
/// Length, and the aisles and positions along the way.
type Tour<'py> = (i64, Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i64>>);

#[pyfunction]
fn shortest_tour<'py>(
    py: Python<'py>,
    grid_args: GridArgs<'py>,
    aisle: Ints<'py>,
    y: Ints<'py>,
) -> PyResult<Tour<'py>> {
    let grid = grid(&grid_args)?;
    let picks = spots(&grid, &aisle, &y, "picks")?;
    let (length, path) =
        py.detach(|| tour::shortest_tour(&grid, &picks)).map_err(errors::to_python)?;
    let aisles: Vec<i64> = path.iter().map(|s| i64::from(s.aisle)).collect();
    let ys: Vec<i64> = path.iter().map(|s| s.y).collect();
    Ok((length, aisles.into_pyarray(py), ys.into_pyarray(py)))
}

fn products_of(args: &[Ints<'_>; 4]) -> PyResult<Products> {
    let products = Products {
        picks: vec(&args[0])?,
        volume: vec(&args[1])?,
        weight: vec(&args[2])?,
        zone: zones(&args[3], "products.zone")?,
    };
    for other in [products.volume.len(), products.weight.len(), products.zone.len()] {
        same_length("products", products.picks.len(), other)?;
    }
    Ok(products)
}

fn slots_of(args: &[Ints<'_>; 4]) -> PyResult<Slots> {
    let slots = Slots {
        distance: vec(&args[0])?,
        volume: vec(&args[1])?,
        weight: vec(&args[2])?,
        zone: zones(&args[3], "slots.zone")?,
    };
    for other in [slots.volume.len(), slots.weight.len(), slots.zone.len()] {
        same_length("slots", slots.distance.len(), other)?;
    }
    Ok(slots)
}

fn start_of(start: Option<&Ints<'_>>, products: usize) -> PyResult<Vec<u32>> {
    let Some(array) = start else { return Ok(vec![NOWHERE; products]) };
    let slice = array.as_slice()?;
    same_length("start", products, slice.len())?;
    Ok(slice.iter().map(|&s| u32::try_from(s).unwrap_or(NOWHERE)).collect())
}

/// Family of each product, -1 for none.
fn family(array: &Ints<'_>, products: usize) -> PyResult<Vec<u32>> {
    let slice = array.as_slice()?;
    same_length("family", products, slice.len())?;
    Ok(slice.iter().map(|&f| u32::try_from(f).unwrap_or(NOWHERE)).collect())
}

fn to_signed(slot: &[u32]) -> Vec<i64> {
    slot.iter().map(|&s| if s == NOWHERE { -1 } else { i64::from(s) }).collect()
}

/// Nearest fitting slot, product by product in the given order (None: most picked first); -1 where
/// none is left.
#[pyfunction]
fn place_products<'py>(
    py: Python<'py>,
    products: [Ints<'py>; 4],
    slots: [Ints<'py>; 4],
    order: Option<Ints<'py>>,
) -> PyResult<Bound<'py, PyArray1<i64>>> {
    let (products, slots) = (products_of(&products)?, slots_of(&slots)?);
    let n = products.picks.len();
    let order = match order {
        Some(order) => indices(&order, n, "order")?,
        None => by_velocity(&products.picks),
    };
    let placed = py.detach(|| {
        let fixed = vec![false; n];
        let problem = Problem {
            products: &products,
            slots: &slots,
            affinity: None,
            fixed: &fixed,
            rules: None,
        };
        place(&problem, &order, &vec![NOWHERE; n])
    });
    Ok(to_signed(&placed).into_pyarray(py))
}

fn finish(
    py: Python<'_>,
    cost: f64,
    iterations: u64,
    reason: StopReason,
    seconds: f64,
) -> PyResult<Bound<'_, PyDict>> {
    let answer = PyDict::new(py);
    answer.set_item("cost", cost)?;
    answer.set_item("iterations", iterations)?;
    answer.set_item("stop_reason", reason.as_str())?;
    answer.set_item("seconds", seconds)?;
    Ok(answer)
}

/// Storage assignment. `affinity` is (row starts, other product, joint picks, grid, aisle, y).
///
/// `orders` is (row starts, product, families from wide to narrow, grid, aisle, y): with it, the walk of the orders is the cost,
/// with `congestion` (walk that a meeting is worth, waves) that of meetings in aisles as well,
/// and `threads` judge products side by side; the answer does not depend on their number.
#[pyfunction]
#[pyo3(signature = (products, slots, affinity, orders, rules, start, fixed, seed, limits, on_progress, threads=1, congestion=None))]
fn solve_assignment<'py>(
    py: Python<'py>,
    products: [Ints<'py>; 4],
    slots: [Ints<'py>; 4],
    affinity: Option<(Ints<'py>, Ints<'py>, Ints<'py>, GridArgs<'py>, Ints<'py>, Ints<'py>)>,
    orders: Option<(Ints<'py>, Ints<'py>, Vec<Ints<'py>>, GridArgs<'py>, Ints<'py>, Ints<'py>)>,
    rules: Option<RuleArgs<'py>>,
    start: Option<Ints<'py>>,
    fixed: PyReadonlyArray1<'py, bool>,
    seed: u64,
    limits: Limits,
    on_progress: Option<Py<PyAny>>,
    threads: usize,
    congestion: Option<(i64, i64)>,
) -> PyResult<Bound<'py, PyDict>> {
    let (products, slots) = (products_of(&products)?, slots_of(&slots)?);
    let n = products.picks.len();
    let fixed = fixed.as_slice()?.to_vec();
    same_length("fixed", n, fixed.len())?;
    let start = start_of(start.as_ref(), n)?;
    let rules = rules.map(|r| slotting_rules::rules(&r, n, slots.distance.len())).transpose()?;
    let pairs = match affinity {
        None => None,
        Some((ptr, other, joint, grid_args, aisle, y)) => {
            let grid = grid(&grid_args)?;
            let spots = spots(&grid, &aisle, &y, "slots")?;
            same_length("slots", slots.distance.len(), spots.len())?;
            let other = indices(&other, n, "affinity.product")?;
            let ptr = pointer(&ptr, other.len(), "affinity.pointer")?;
            same_length("affinity.pointer", n + 1, ptr.len())?;
            let joint = vec(&joint)?;
            same_length("affinity.joint", other.len(), joint.len())?;
            Some((Affinity { ptr, other, joint }, grid, spots))
        }
    };
    let baskets = match orders {
        None => None,
        Some((ptr, product, families, grid_args, aisle, y)) => {
            let grid = grid(&grid_args)?;
            let spots = spots(&grid, &aisle, &y, "slots")?;
            same_length("slots", slots.distance.len(), spots.len())?;
            let products = indices(&product, n, "orders.product")?;
            let ptr = pointer(&ptr, products.len(), "orders.pointer")?;
            let order: Vec<u32> = ptr
                .windows(2)
                .enumerate()
                .flat_map(|(o, w)| std::iter::repeat_n(o as u32, w[1] - w[0]))
                .collect();
            let families = families.iter().map(|f| family(f, n)).collect::<PyResult<Vec<_>>>()?;
            Some((Baskets::from_lines(ptr.len() - 1, &order, &products), families, grid, spots))
        }
    };
    let meetings = congestion.map(|(meeting, waves)| Congestion { meeting, waves });
    let outcome = control::run(py, limits, on_progress, move |control| {
        let problem = Problem {
            products: &products,
            slots: &slots,
            affinity: pairs.as_ref().map(|(a, g, s)| (a, g, s.as_slice())),
            fixed: &fixed,
            rules: rules.as_ref(),
        };
        match &baskets {
            Some((orders, families, grid, spots)) => pool(threads, || {
                travel::solve(
                    &problem, grid, spots, orders, families, meetings, &start, seed, control,
                )
            })?,
            None => solve(&problem, Some(&start), seed, control),
        }
    })?;
    let a = outcome.value;
    let answer = finish(py, a.cost as f64, a.iterations, a.reason, outcome.seconds)?;
    answer.set_item("bound", a.bound as f64)?;
    answer.set_item("slot", to_signed(&a.slot).into_pyarray(py))?;
    Ok(answer)
}

/// Dense linear assignment, row by row: columns, cost, bound, rows that were augmented.
#[pyfunction]
fn linear_assignment<'py>(
    py: Python<'py>,
    rows: usize,
    columns: usize,
    cost: PyReadonlyArray1<'py, f64>,
    limits: Limits,
    threads: usize,
) -> PyResult<Bound<'py, PyDict>> {
    let cost = cost.as_slice()?;
    if rows.checked_mul(columns) != Some(cost.len()) {
        let allowed = format!("{rows} x {columns} entries");
        return Err(errors::to_python(Error::invalid("cost", cost.len(), allowed)));
    }
    let outcome = control::run(py, limits, None, |control| {
        pool(threads, || linear::assign(rows, columns, cost, control))?
    })?;
    let a = outcome.value;
    let answer = PyDict::new(py);
    let column: Vec<i64> = a.column.iter().map(|&c| i64::from(c)).collect();
    answer.set_item("column", column.into_pyarray(py))?;
    answer.set_item("cost", a.cost)?;
    answer.set_item("bound", a.bound)?;
    answer.set_item("augmented", a.augmented)?;
    answer.set_item("seconds", outcome.seconds)?;
    Ok(answer)
}

/// Pairs with lift: first, second, joint baskets, lift, p-value, and the number of pairs that occur.
#[pyfunction]
fn basket_affinity<'py>(
    py: Python<'py>,
    baskets: usize,
    products: usize,
    basket: Ints<'py>,
    product: Ints<'py>,
    minimum: u32,
    discovery_rate: f64,
    threads: usize,
) -> PyResult<Bound<'py, PyDict>> {
    let basket = indices(&basket, baskets, "lines.basket")?;
    let product = indices(&product, products, "lines.product")?;
    same_length("lines", basket.len(), product.len())?;
    let (pairs, tests) = py
        .detach(|| {
            pool(threads, || {
                let rows = Baskets::from_lines(baskets, &basket, &product);
                affinity(&rows, products, minimum, discovery_rate)
            })
        })
        .map_err(errors::to_python)?;
    let answer = PyDict::new(py);
    let whole = |f: fn(&backhaul_slotting::baskets::Pair) -> u32| {
        pairs.iter().map(|p| i64::from(f(p))).collect::<Vec<_>>().into_pyarray(py)
    };
    answer.set_item("first", whole(|p| p.first))?;
    answer.set_item("second", whole(|p| p.second))?;
    answer.set_item("joint", whole(|p| p.joint))?;
    let lift: Vec<f64> = pairs.iter().map(|p| p.lift).collect();
    let p_value: Vec<f64> = pairs.iter().map(|p| p.p_value).collect();
    answer.set_item("lift", lift.into_pyarray(py))?;
    answer.set_item("p_value", p_value.into_pyarray(py))?;
    answer.set_item("tests", tests)?;
    Ok(answer)
}

/// Quadratic assignment: location of each facility.
#[pyfunction]
#[pyo3(signature = (n, flow, distance, start, seed, threads, limits, on_progress))]
fn solve_qap<'py>(
    py: Python<'py>,
    n: usize,
    flow: Ints<'py>,
    distance: Ints<'py>,
    start: Option<Ints<'py>>,
    seed: u64,
    threads: usize,
    limits: Limits,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let problem = Qap::new(n, flow.as_slice()?, distance.as_slice()?).map_err(errors::to_python)?;
    let start = start.map(|s| indices(&s, n, "start")).transpose()?;
    let outcome = control::run(py, limits, on_progress, move |control| {
        pool(threads, || qap::solve(&problem, start.as_deref(), seed, threads, control))?
    })?;
    let a = outcome.value;
    let answer = finish(py, a.cost as f64, a.iterations, a.reason, outcome.seconds)?;
    let bound = (a.bound > i64::MIN).then_some(a.bound as f64);
    answer.set_item("bound", bound)?;
    let place: Vec<i64> = a.place.iter().map(|&p| i64::from(p)).collect();
    answer.set_item("place", place.into_pyarray(py))?;
    Ok(answer)
}

/// Facings by store (rows of `demand`): arrays are stores x products, flat by store.
#[pyfunction]
fn facings<'py>(
    py: Python<'py>,
    demand: PyReadonlyArray1<'py, f64>,
    margin: PyReadonlyArray1<'py, f64>,
    width: Ints<'py>,
    minimum: Ints<'py>,
    wanted: Ints<'py>,
    maximum: Ints<'py>,
    shelves: Ints<'py>,
    elasticity: f64,
    threads: usize,
) -> PyResult<Bound<'py, PyArray1<i32>>> {
    let (demand, margin) = (demand.as_slice()?, margin.as_slice()?);
    let (width, minimum) = (width.as_slice()?, minimum.as_slice()?);
    let (wanted, maximum) = (wanted.as_slice()?, maximum.as_slice()?);
    let shelves = shelves.as_slice()?;
    for other in [margin.len(), width.len(), minimum.len(), wanted.len(), maximum.len()] {
        same_length("facings", demand.len(), other)?;
    }
    if shelves.is_empty() || demand.len() % shelves.len() != 0 {
        let allowed = "one shelf width a store";
        return Err(errors::to_python(Error::invalid("shelves", shelves.len(), allowed)));
    }
    let small = |v: i64| i32::try_from(v).unwrap_or(i32::MAX);
    let lines: Vec<Line> = (0..demand.len())
        .map(|i| Line {
            demand: demand[i],
            margin: margin[i],
            width: width[i],
            minimum: small(minimum[i]),
            wanted: small(wanted[i]),
            maximum: small(maximum[i]),
        })
        .collect();
    let given = py
        .detach(|| pool(threads, || facings_batch(&lines, shelves, elasticity)))
        .map_err(errors::to_python)?;
    Ok(given.into_pyarray(py))
}

/// Fill the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    slotting_rules::register(m)?;
    m.add_function(wrap_pyfunction!(tour_lengths, m)?)?;
    m.add_function(wrap_pyfunction!(shortest_tour, m)?)?;
    m.add_function(wrap_pyfunction!(place_products, m)?)?;
    m.add_function(wrap_pyfunction!(solve_assignment, m)?)?;
    m.add_function(wrap_pyfunction!(solve_qap, m)?)?;
    m.add_function(wrap_pyfunction!(basket_affinity, m)?)?;
    m.add_function(wrap_pyfunction!(linear_assignment, m)?)?;
    m.add_function(wrap_pyfunction!(facings, m)?)
}
