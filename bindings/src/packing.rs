//! Bindings of `native/packing`.

use std::time::Instant;

use backhaul_common::Error;
use backhaul_packing::answer::{Answer, Filled};
use backhaul_packing::balance::Balance;
use backhaul_packing::cartons::{self, Effort, Order};
use backhaul_packing::deck::Deck;
use backhaul_packing::geometry::{Cuboid, Orientation};
use backhaul_packing::pallets::{self, Build};
use backhaul_packing::problem::{Aim, Bin, Item, Problem, Rules};
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::control;
use crate::errors::to_python;

/// Item types as columns: sizes (three numbers each), copies, which of the sets of orientations,
/// weight, profit, load that the top carries (-1: any), 1 where stackable and 2 where fragile,
/// groups, groups apart, family (-1: none); and the sets of orientations.
type ItemColumns<'py> = (
    PyReadonlyArray1<'py, i64>,
    PyReadonlyArray1<'py, u32>,
    PyReadonlyArray1<'py, u32>,
    PyReadonlyArray1<'py, i64>,
    PyReadonlyArray1<'py, i64>,
    PyReadonlyArray1<'py, i64>,
    PyReadonlyArray1<'py, u8>,
    PyReadonlyArray1<'py, u64>,
    PyReadonlyArray1<'py, u64>,
    PyReadonlyArray1<'py, i64>,
    Vec<Vec<u8>>,
);
/// (size, copies, cost, `max_weight`, obstacles as the corners nearest to and farthest from 0, how
/// far the load may hang over at -x, +x, -y, +y, and between which parts of a million of each extent
/// the centre of gravity must lie)
type BinRow = (
    [i64; 3],
    Option<u32>,
    i64,
    Option<i64>,
    Vec<[[i32; 3]; 2]>,
    [i64; 4],
    Option<[(i64, i64); 3]>,
);
/// Type of each container, where its placements end, and (item, orientation, x, y, z) of all of them.
type FilledColumns = (Py<PyArray1<u32>>, Py<PyArray1<i64>>, Py<PyArray1<i32>>);

/// Item types that stayed out, how many of each, and which of the reasons.
type LeftOutColumns = (Py<PyArray1<u32>>, Py<PyArray1<u32>>, Py<PyArray1<u8>>);

/// Plain data of an answer.
#[pyclass(frozen, get_all, module = "backhaul_native._native.packing")]
struct PackingAnswer {
    bins: FilledColumns,
    left_out: LeftOutColumns,
    reasons: Vec<&'static str>,
    cost: i64,
    bound: i64,
    status: &'static str,
    stop_reason: &'static str,
    iterations: u64,
    seconds: f64,
}

fn size(path: &str, given: [i64; 3]) -> Result<[i32; 3], Error> {
    let mut out = [0; 3];
    for (a, v) in given.iter().enumerate() {
        out[a] = i32::try_from(*v)
            .map_err(|_| Error::invalid(format!("{path}.size[{a}]"), v, "at most 2^30"))?;
    }
    Ok(out)
}

fn items(columns: &ItemColumns<'_>) -> Result<Vec<Item>, Error> {
    let (sizes, copies, turns, weights, profits, loads, marks, groups, apart, families, sets) =
        columns;
    let sets = sets
        .iter()
        .map(|words| words.iter().map(|&n| orientation(n)).collect::<Result<Vec<_>, _>>())
        .collect::<Result<Vec<_>, _>>()?;
    let (sizes, copies, turns) = (sizes.as_array(), copies.as_array(), turns.as_array());
    let (weights, profits, loads) = (weights.as_array(), profits.as_array(), loads.as_array());
    let (groups, apart, families) = (groups.as_array(), apart.as_array(), families.as_array());
    let marks = marks.as_array();
    let count = copies.len();
    let lengths = [turns.len(), weights.len(), profits.len(), loads.len(), marks.len()];
    let others = [groups.len(), apart.len(), families.len(), sizes.len() / 3];
    if lengths.iter().chain(&others).any(|&n| n != count) {
        return Err(Error::invalid("items", count, "columns of one length"));
    }
    let item = |k: usize| {
        let path = format!("items[{k}]");
        let set = sets
            .get(turns[k] as usize)
            .ok_or_else(|| Error::invalid(format!("{path}.turns"), turns[k], "a set's number"))?;
        Ok(Item {
            size: size(&path, [sizes[3 * k], sizes[3 * k + 1], sizes[3 * k + 2]])?,
            copies: copies[k],
            orientations: set.clone(),
            weight: weights[k],
            profit: profits[k],
            max_load: (loads[k] >= 0).then_some(loads[k]),
            stackable: marks[k] & 1 != 0,
            fragile: marks[k] & 2 != 0,
            groups: groups[k],
            apart: apart[k],
            family: u32::try_from(families[k]).ok(),
        })
    };
    (0..count).map(item).collect()
}

fn orientation(number: u8) -> Result<Orientation, Error> {
    Orientation::from_number(number)
        .ok_or_else(|| Error::invalid("items.orientations", number, "0 to 5"))
}

fn bin(k: usize, row: BinRow) -> Result<Bin, Error> {
    let (given, copies, cost, max_weight, corners, [west, east, south, north], gravity) = row;
    let path = format!("bins[{k}]");
    let floor = size(&path, given)?;
    if west.max(east).max(south).max(north) == 0 {
        let obstacles = corners.into_iter().map(|[lo, hi]| Cuboid { lo, hi }).collect();
        let balance = gravity.map(|shares| Balance::new(shares, floor, [0, 0]));
        let (size, deck) = (floor, None);
        return Ok(Bin { size, copies, cost, max_weight, obstacles, deck, balance });
    }
    // Inside, the room begins at 0 and the deck where nothing hangs over any more.
    let size = size(&path, [given[0] + west + east, given[1] + south + north, given[2]])?;
    let lo = [west as i32, south as i32];
    let deck = Some(Deck { lo, hi: [lo[0] + floor[0], lo[1] + floor[1]] });
    let moved = |[x, y, z]: [i32; 3]| [x + lo[0], y + lo[1], z];
    let obstacles =
        corners.into_iter().map(|[a, b]| Cuboid { lo: moved(a), hi: moved(b) }).collect();
    let balance = gravity.map(|shares| Balance::new(shares, floor, lo));
    Ok(Bin { size, copies, cost, max_weight, obstacles, deck, balance })
}

/// Where the corner of each container's floor lies inside.
fn origins(bins: &[Bin]) -> Vec<[i32; 2]> {
    bins.iter().map(|b| b.deck.map_or([0; 2], |deck| deck.lo)).collect()
}

fn plain(py: Python<'_>, answer: Answer, origins: &[[i32; 2]], seconds: f64) -> PackingAnswer {
    let mut reasons: Vec<&'static str> = Vec::new();
    let mut codes: Vec<u8> = Vec::with_capacity(answer.left_out.len());
    for out in &answer.left_out {
        let at = reasons.iter().position(|&r| r == out.reason).unwrap_or_else(|| {
            reasons.push(out.reason);
            reasons.len() - 1
        });
        codes.push(at as u8);
    }
    let kinds: Vec<u32> = answer.left_out.iter().map(|l| l.item).collect();
    let counts: Vec<u32> = answer.left_out.iter().map(|l| l.count).collect();
    let left_out = (
        kinds.into_pyarray(py).unbind(),
        counts.into_pyarray(py).unbind(),
        codes.into_pyarray(py).unbind(),
    );
    let (mut ends, mut rows) = (Vec::with_capacity(answer.bins.len()), Vec::new());
    for b in &answer.bins {
        let [x0, y0] = origins[b.bin as usize];
        for p in &b.placements {
            let [x, y, z] = p.pos;
            rows.extend([p.item as i32, i32::from(p.orientation.number()), x - x0, y - y0, z]);
        }
        ends.push((rows.len() / 5) as i64);
    }
    let bins = (
        answer.bins.iter().map(|b| b.bin).collect::<Vec<u32>>().into_pyarray(py).unbind(),
        ends.into_pyarray(py).unbind(),
        rows.into_pyarray(py).unbind(),
    );
    PackingAnswer {
        bins,
        left_out,
        reasons,
        cost: answer.cost,
        bound: answer.bound,
        status: answer.status.as_str(),
        stop_reason: answer.reason.as_str(),
        iterations: answer.iterations,
        seconds,
    }
}

/// Solve one instance; see `backhaul.engine.packing.solve`.
#[pyfunction]
#[pyo3(signature = (bins, items, *, bin_packing, support, fragility, limits, seed, threads, on_progress))]
fn solve(
    py: Python<'_>,
    bins: Vec<BinRow>,
    items: ItemColumns<'_>,
    bin_packing: bool,
    support: i64,
    fragility: bool,
    limits: (Option<f64>, Option<u64>, Option<f64>),
    seed: u64,
    threads: usize,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<PackingAnswer> {
    let begun = Instant::now();
    let build = || -> Result<Problem, Error> {
        let (bins, items) = rows(bins, &items)?;
        let aim = if bin_packing { Aim::BinPacking } else { Aim::Knapsack };
        Problem::new(aim, bins, items, Rules { support, fragility })
    };
    let problem = build().map_err(to_python)?;
    // What reading the problem took belongs to the caller's seconds.
    let (seconds, most, target) = limits;
    let seconds = seconds.map(|s| (s - begun.elapsed().as_secs_f64()).max(0.0));
    let limits = (seconds, most, target);
    let outcome = control::run(py, limits, on_progress, |control| {
        backhaul_packing::solve::solve(&problem, control, seed, threads)
    })?;
    Ok(plain(py, outcome.value, &origins(&problem.bins), outcome.seconds))
}

/// Flat columns of many placements: owner (order or pallet), container number within it, its type,
/// item, orientation, x, y, z; a row an item.
type Columns<'py> = Vec<Bound<'py, PyArray1<i32>>>;

fn columns<'py>(py: Python<'py>, groups: &[Vec<Filled>], origins: &[[i32; 2]]) -> Columns<'py> {
    let mut out: [Vec<i32>; 8] = Default::default();
    for (owner, group) in groups.iter().enumerate() {
        for (number, filled) in group.iter().enumerate() {
            for p in &filled.placements {
                let ([x, y, z], [x0, y0]) = (p.pos, origins[filled.bin as usize]);
                let row = [
                    owner as i32,
                    number as i32,
                    filled.bin as i32,
                    p.item as i32,
                    i32::from(p.orientation.number()),
                    x - x0,
                    y - y0,
                    z,
                ];
                for (column, value) in out.iter_mut().zip(row) {
                    column.push(value);
                }
            }
        }
    }
    out.into_iter().map(|column| column.into_pyarray(py)).collect()
}

fn rows(bins: Vec<BinRow>, columns: &ItemColumns<'_>) -> Result<(Vec<Bin>, Vec<Item>), Error> {
    let bins = bins.into_iter().enumerate().map(|(k, b)| bin(k, b)).collect::<Result<_, _>>()?;
    Ok((bins, items(columns)?))
}

/// The cheapest cartons of many orders; see `backhaul.engine.packing.cartonize`.
#[pyfunction]
#[pyo3(signature = (cartons, catalogue, *, starts, articles, counts, support, fragility, fills, splits, limits, seed, threads))]
fn cartonize<'py>(
    py: Python<'py>,
    cartons: Vec<BinRow>,
    catalogue: ItemColumns<'py>,
    starts: PyReadonlyArray1<'py, i64>,
    articles: PyReadonlyArray1<'py, i32>,
    counts: PyReadonlyArray1<'py, i32>,
    support: i64,
    fragility: bool,
    fills: u64,
    splits: u64,
    limits: (Option<f64>, Option<u64>, Option<f64>),
    seed: u64,
    threads: usize,
) -> PyResult<Columns<'py>> {
    let (bins, items) = rows(cartons, &catalogue).map_err(to_python)?;
    let (starts, articles, counts) = (starts.as_array(), articles.as_array(), counts.as_array());
    let orders: Vec<Order> = starts
        .windows(2)
        .into_iter()
        .map(|w| {
            (w[0]..w[1]).map(|k| (articles[k as usize] as u32, counts[k as usize] as u32)).collect()
        })
        .collect();
    let rules = Rules { support, fragility };
    let effort = Effort { fills, splits };
    let outcome = control::run(py, limits, None, |control| {
        cartons::cartonize(&items, &bins, rules, &orders, effort, control, seed, threads)
    })?;
    Ok(columns(py, &outcome.value, &origins(&bins)))
}

/// Mixed pallets of one delivery; see `backhaul.engine.packing.build_pallets`.
#[pyfunction]
#[pyo3(signature = (pallet, cases, *, aisles, support, fragility, heavy_below, fills, limits))]
fn build_pallets<'py>(
    py: Python<'py>,
    pallet: BinRow,
    cases: ItemColumns<'py>,
    aisles: Vec<u32>,
    support: i64,
    fragility: bool,
    heavy_below: Option<i64>,
    fills: u64,
    limits: (Option<f64>, Option<u64>, Option<f64>),
) -> PyResult<Columns<'py>> {
    let (bins, items) = rows(vec![pallet], &cases).map_err(to_python)?;
    let problem = Problem::new(Aim::BinPacking, bins, items, Rules { support, fragility })
        .map_err(to_python)?;
    let how = Build { heavy_below, fills, ..Build::default() };
    let outcome = control::run(py, limits, None, |control| {
        Ok(pallets::build(&problem, &aisles, how, control))
    })?;
    Ok(columns(py, &[outcome.value.0], &origins(&problem.bins)))
}

/// Fill the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PackingAnswer>()?;
    m.add_function(wrap_pyfunction!(solve, m)?)?;
    m.add_function(wrap_pyfunction!(cartonize, m)?)?;
    m.add_function(wrap_pyfunction!(build_pallets, m)?)
}
