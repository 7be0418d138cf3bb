//! Bindings of `native/packing`.

use backhaul_common::Error;
use backhaul_packing::answer::{Answer, Filled};
use backhaul_packing::cartons::{self, Effort, Order};
use backhaul_packing::geometry::{Cuboid, Orientation};
use backhaul_packing::pallets::{self, Build};
use backhaul_packing::problem::{Aim, Bin, Item, Problem, Rules};
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::control;
use crate::errors::to_python;

/// (size, copies, orientations, weight, profit, `max_load`, stackable, fragile,
/// (groups, apart, family))
type ItemRow = ([i64; 3], u32, Vec<u8>, i64, i64, Option<i64>, bool, bool, (u64, u64, Option<u32>));
/// (size, copies, cost, `max_weight`, obstacles as the corners nearest to and farthest from 0)
type BinRow = ([i64; 3], Option<u32>, i64, Option<i64>, Vec<[[i32; 3]; 2]>);
/// (item, orientation, x, y, z)
type PlacementRow = (u32, u8, i32, i32, i32);
/// (bin, placements)
type FilledRow = (u32, Vec<PlacementRow>);

/// Plain data of an answer.
#[pyclass(frozen, get_all, module = "backhaul_native._native.packing")]
struct PackingAnswer {
    bins: Vec<FilledRow>,
    left_out: Vec<(u32, u32, &'static str)>,
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
            .map_err(|_| Error::invalid(format!("{path}[{a}]"), v, "at most 2^30"))?;
    }
    Ok(out)
}

fn item(k: usize, row: ItemRow) -> Result<Item, Error> {
    let path = format!("items[{k}]");
    let (given, copies, words, weight, profit, max_load, stackable, fragile, company) = row;
    let (groups, apart, family) = company;
    let orientations = words
        .iter()
        .map(|&n| {
            Orientation::from_number(n)
                .ok_or_else(|| Error::invalid(format!("{path}.orientations"), n, "0 to 5"))
        })
        .collect::<Result<_, _>>()?;
    let size = size(&format!("{path}.size"), given)?;
    Ok(Item {
        size,
        copies,
        orientations,
        weight,
        profit,
        max_load,
        stackable,
        fragile,
        groups,
        apart,
        family,
    })
}

fn bin(k: usize, row: BinRow) -> Result<Bin, Error> {
    let (given, copies, cost, max_weight, corners) = row;
    let size = size(&format!("bins[{k}].size"), given)?;
    let obstacles = corners.into_iter().map(|[lo, hi]| Cuboid { lo, hi }).collect();
    Ok(Bin { size, copies, cost, max_weight, obstacles })
}

fn plain(answer: Answer, seconds: f64) -> PackingAnswer {
    let bins = answer.bins.iter().map(|b| {
        let rows = b.placements.iter().map(|p| {
            let [x, y, z] = p.pos;
            (p.item, p.orientation.number(), x, y, z)
        });
        (b.bin, rows.collect())
    });
    PackingAnswer {
        bins: bins.collect(),
        left_out: answer.left_out.iter().map(|l| (l.item, l.count, l.reason)).collect(),
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
    items: Vec<ItemRow>,
    bin_packing: bool,
    support: i64,
    fragility: bool,
    limits: (Option<f64>, Option<u64>, Option<f64>),
    seed: u64,
    threads: usize,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<PackingAnswer> {
    let build = || -> Result<Problem, Error> {
        let (bins, items) = rows(bins, items)?;
        let aim = if bin_packing { Aim::BinPacking } else { Aim::Knapsack };
        Problem::new(aim, bins, items, Rules { support, fragility })
    };
    let problem = build().map_err(to_python)?;
    let outcome = control::run(py, limits, on_progress, |control| {
        backhaul_packing::solve::solve(&problem, control, seed, threads)
    })?;
    Ok(plain(outcome.value, outcome.seconds))
}

/// Flat columns of many placements: owner (order or pallet), container number within it, its type,
/// item, orientation, x, y, z; a row an item.
type Columns<'py> = Vec<Bound<'py, PyArray1<i32>>>;

fn columns(py: Python<'_>, groups: Vec<Vec<Filled>>) -> Columns<'_> {
    let mut out: [Vec<i32>; 8] = Default::default();
    for (owner, group) in groups.iter().enumerate() {
        for (number, filled) in group.iter().enumerate() {
            for p in &filled.placements {
                let [x, y, z] = p.pos;
                let row = [
                    owner as i32,
                    number as i32,
                    filled.bin as i32,
                    p.item as i32,
                    i32::from(p.orientation.number()),
                    x,
                    y,
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

fn rows(bins: Vec<BinRow>, items: Vec<ItemRow>) -> Result<(Vec<Bin>, Vec<Item>), Error> {
    let bins = bins.into_iter().enumerate().map(|(k, b)| bin(k, b)).collect::<Result<_, _>>()?;
    let items = items.into_iter().enumerate().map(|(k, i)| item(k, i)).collect::<Result<_, _>>()?;
    Ok((bins, items))
}

/// The cheapest cartons of many orders; see `backhaul.engine.packing.cartonize`.
#[pyfunction]
#[pyo3(signature = (cartons, catalogue, *, starts, articles, counts, support, fragility, fills, splits, limits, seed, threads))]
fn cartonize<'py>(
    py: Python<'py>,
    cartons: Vec<BinRow>,
    catalogue: Vec<ItemRow>,
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
    let (bins, items) = rows(cartons, catalogue).map_err(to_python)?;
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
    Ok(columns(py, outcome.value))
}

/// Mixed pallets of one delivery; see `backhaul.engine.packing.build_pallets`.
#[pyfunction]
#[pyo3(signature = (pallet, cases, *, aisles, support, fragility, heavy_below, fills, limits))]
fn build_pallets(
    py: Python<'_>,
    pallet: BinRow,
    cases: Vec<ItemRow>,
    aisles: Vec<u32>,
    support: i64,
    fragility: bool,
    heavy_below: Option<i64>,
    fills: u64,
    limits: (Option<f64>, Option<u64>, Option<f64>),
) -> PyResult<Columns<'_>> {
    let (bins, items) = rows(vec![pallet], cases).map_err(to_python)?;
    let problem = Problem::new(Aim::BinPacking, bins, items, Rules { support, fragility })
        .map_err(to_python)?;
    let how = Build { heavy_below, fills, ..Build::default() };
    let outcome = control::run(py, limits, None, |control| {
        Ok(pallets::build(&problem, &aisles, how, control))
    })?;
    Ok(columns(py, vec![outcome.value.0]))
}

/// Fill the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PackingAnswer>()?;
    m.add_function(wrap_pyfunction!(solve, m)?)?;
    m.add_function(wrap_pyfunction!(cartonize, m)?)?;
    m.add_function(wrap_pyfunction!(build_pallets, m)?)
}
