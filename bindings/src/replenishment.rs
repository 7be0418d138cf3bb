//! Bindings of `native/replenishment`.

use backhaul_common::Error;
use backhaul_replenishment::{
    allocate, demand, guaranteed, joint, lost_sales, lot_sizing, nightly, perishable, serial,
    simulate, solve_batch, Columns, Policy, Service,
};
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::{control, errors};

type Reals<'py> = PyReadonlyArray1<'py, f64>;
/// Two columns.
type Pair<'py, T> = (Bound<'py, PyArray1<T>>, Bound<'py, PyArray1<T>>);
type Whole<'py> = PyReadonlyArray1<'py, i32>;
type Table<'py> = PyReadonlyArray2<'py, f64>;
type WholeTable<'py> = PyReadonlyArray2<'py, i32>;

/// A column as a slice; the engine has made sure that it is contiguous.
macro_rules! slice {
    ($array:expr, $name:literal) => {
        $array.as_slice().map_err(|_| {
            errors::to_python(Error::invalid($name, "a strided array", "a contiguous array"))
        })?
    };
}

/// A pool of exactly this many threads, so that a caller's limit is kept.
fn pool(threads: usize) -> PyResult<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build().map_err(|error| {
        let allowed = "a number of threads that the system can start";
        errors::to_python(Error::invalid("threads", format!("{threads} ({error})"), allowed))
    })
}

fn policy_of(name: &str) -> PyResult<Policy> {
    match name {
        "s_S" => Ok(Policy::UpTo),
        "s_nQ" => Ok(Policy::Batches),
        "base_stock" => Ok(Policy::BaseStock),
        _ => Err(errors::to_python(Error::invalid("policy", name, "s_S, s_nQ or base_stock"))),
    }
}

fn service_of(name: &str) -> PyResult<Service> {
    match name {
        "cycle" => Ok(Service::Cycle),
        "fill" => Ok(Service::Fill),
        "ready" => Ok(Service::Ready),
        _ => Err(errors::to_python(Error::invalid("service", name, "cycle, fill or ready"))),
    }
}

#[pyfunction]
#[pyo3(signature = (*, policy, mean, variance_to_mean, demand, lead_time, lead_times, review, setup,
    holding, backorder, service, service_level, case_pack, minimum_order, shelf_capacity, limits,
    threads, on_progress))]
fn solve<'py>(
    py: Python<'py>,
    policy: &str,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    demand: Option<Table<'py>>,
    lead_time: Whole<'py>,
    lead_times: Option<Table<'py>>,
    review: Whole<'py>,
    setup: Reals<'py>,
    holding: Reals<'py>,
    backorder: Reals<'py>,
    service: Option<&str>,
    service_level: Reals<'py>,
    case_pack: Whole<'py>,
    minimum_order: Whole<'py>,
    shelf_capacity: Whole<'py>,
    limits: (Option<f64>, Option<u64>, Option<f64>),
    threads: usize,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let policy = policy_of(policy)?;
    let service = service.map(service_of).transpose()?;
    let demand_rows = match &demand {
        Some(table) => Some((slice!(table, "demand"), table.shape()[1])),
        None => None,
    };
    let lead_rows = match &lead_times {
        Some(table) => Some((slice!(table, "lead_times"), table.shape()[1])),
        None => None,
    };
    let service_level = slice!(service_level, "service_level");
    let columns = Columns {
        mean: slice!(mean, "mean"),
        variance_to_mean: slice!(variance_to_mean, "variance_to_mean"),
        demand: demand_rows,
        lead_time: slice!(lead_time, "lead_time"),
        lead_times: lead_rows,
        review: slice!(review, "review"),
        setup: slice!(setup, "setup"),
        holding: slice!(holding, "holding"),
        backorder: slice!(backorder, "backorder"),
        service: service.map(|kind| (kind, service_level)),
        case_pack: slice!(case_pack, "case_pack"),
        minimum_order: slice!(minimum_order, "minimum_order"),
        shelf_capacity: slice!(shelf_capacity, "shelf_capacity"),
    };
    let pool = pool(threads)?;
    let outcome = control::run(py, limits, on_progress, |control| {
        pool.install(|| solve_batch(&columns, policy, control))
    })?;
    let answer = outcome.value;
    let result = PyDict::new(py);
    let whole = |f: fn(&backhaul_replenishment::Levels) -> i32| -> Bound<'py, PyArray1<i32>> {
        answer.levels.iter().map(f).collect::<Vec<_>>().into_pyarray(py)
    };
    let real = |f: fn(&backhaul_replenishment::Levels) -> f64| -> Bound<'py, PyArray1<f64>> {
        answer.levels.iter().map(f).collect::<Vec<_>>().into_pyarray(py)
    };
    result.set_item("reorder_level", whole(|l| l.reorder_level))?;
    result.set_item("order_up_to", whole(|l| l.order_up_to))?;
    result.set_item("cost", real(|l| l.cost))?;
    result.set_item("bound", real(|l| l.bound))?;
    result.set_item("solved", answer.solved.into_pyarray(py))?;
    result.set_item("stop_reason", answer.stop_reason.as_str())?;
    result.set_item("seconds", outcome.seconds)?;
    Ok(result)
}

#[pyfunction]
fn order_quantities<'py>(
    py: Python<'py>,
    position: Whole<'py>,
    reorder_level: Whole<'py>,
    order_up_to: Whole<'py>,
    case_pack: Whole<'py>,
    minimum_order: Whole<'py>,
    shelf_capacity: Whole<'py>,
) -> PyResult<Bound<'py, PyArray1<i32>>> {
    let cells = nightly::Cells {
        position: slice!(position, "position"),
        reorder_level: slice!(reorder_level, "reorder_level"),
        order_up_to: slice!(order_up_to, "order_up_to"),
        case_pack: slice!(case_pack, "case_pack"),
        minimum_order: slice!(minimum_order, "minimum_order"),
        shelf_capacity: slice!(shelf_capacity, "shelf_capacity"),
    };
    let orders = py.detach(|| nightly::order_quantities(&cells)).map_err(errors::to_python)?;
    Ok(orders.into_pyarray(py))
}

#[pyfunction]
fn levels<'py>(
    py: Python<'py>,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    lead_time: Whole<'py>,
    review: Whole<'py>,
    service_level: Reals<'py>,
    cover: Reals<'py>,
) -> PyResult<Pair<'py, i32>> {
    let demand = nightly::Demand {
        mean: slice!(mean, "mean"),
        variance_to_mean: slice!(variance_to_mean, "variance_to_mean"),
        lead_time: slice!(lead_time, "lead_time"),
        review: slice!(review, "review"),
        service_level: slice!(service_level, "service_level"),
        cover: slice!(cover, "cover"),
    };
    let (s, up_to) = py.detach(|| nightly::levels(&demand)).map_err(errors::to_python)?;
    Ok((s.into_pyarray(py), up_to.into_pyarray(py)))
}

/// Rows of plans: cost of each, and one table of orders.
#[pyfunction]
fn wagner_whitin<'py>(
    py: Python<'py>,
    demand: Table<'py>,
    setup: Table<'py>,
    holding: Table<'py>,
    unit: Table<'py>,
    threads: usize,
) -> PyResult<Pair<'py, f64>> {
    let periods = demand.shape()[1];
    let (d, k) = (slice!(demand, "demand"), slice!(setup, "setup"));
    let (h, c) = (slice!(holding, "holding"), slice!(unit, "unit"));
    let pool = (threads > 1).then(|| pool(threads)).transpose()?;
    let plans = py
        .detach(|| {
            let work = || lot_sizing::wagner_whitin_batch(periods, d, k, h, c);
            pool.map_or_else(work, |pool| pool.install(work))
        })
        .map_err(errors::to_python)?;
    let costs: Vec<f64> = plans.iter().map(|p| p.cost).collect();
    let orders: Vec<f64> = plans.into_iter().flat_map(|p| p.orders).collect();
    Ok((costs.into_pyarray(py), orders.into_pyarray(py)))
}

#[pyfunction]
#[pyo3(signature = (*, edges, processing_time, holding, sd, promise, supplier_time, z))]
fn guaranteed_service<'py>(
    py: Python<'py>,
    edges: Vec<(usize, usize)>,
    processing_time: Whole<'py>,
    holding: Reals<'py>,
    sd: Reals<'py>,
    promise: Whole<'py>,
    supplier_time: Whole<'py>,
    z: f64,
) -> PyResult<Bound<'py, PyDict>> {
    let network = guaranteed::Network {
        edges: &edges,
        processing: slice!(processing_time, "processing_time"),
        holding: slice!(holding, "holding"),
        own_sd: slice!(sd, "sd"),
        promise: slice!(promise, "promise"),
        supplier: slice!(supplier_time, "supplier_time"),
        factor: z,
    };
    let found = py.detach(|| guaranteed::solve(&network)).map_err(errors::to_python)?;
    let result = PyDict::new(py);
    result.set_item("cost", found.cost)?;
    result.set_item("outbound", found.outbound.into_pyarray(py))?;
    result.set_item("inbound", found.inbound.into_pyarray(py))?;
    result.set_item("stock", found.stock.into_pyarray(py))?;
    Ok(result)
}

/// Cost and echelon levels; `sd` given: normal demand, else counts with `variance_to_mean`.
#[pyfunction]
#[pyo3(signature = (lead_time, holding, backorder, mean, variance_to_mean, sd))]
fn clark_scarf(
    py: Python<'_>,
    lead_time: Vec<f64>,
    holding: Vec<f64>,
    backorder: f64,
    mean: f64,
    variance_to_mean: f64,
    sd: Option<f64>,
) -> PyResult<(f64, Vec<f64>)> {
    let chain = py
        .detach(|| match sd {
            Some(sd) => serial::solve_normal(&lead_time, &holding, backorder, mean, sd),
            None => serial::solve_count(&lead_time, &holding, backorder, mean, variance_to_mean),
        })
        .map_err(errors::to_python)?;
    Ok((chain.cost, chain.levels))
}

macro_rules! lost_items {
    ($mean:ident, $ratio:ident, $lead:ident, $holding:ident, $lost:ident) => {
        lost_sales::Items {
            mean: slice!($mean, "mean"),
            variance_to_mean: slice!($ratio, "variance_to_mean"),
            lead_time: slice!($lead, "lead_time"),
            holding: slice!($holding, "holding"),
            lost: slice!($lost, "lost"),
        }
    };
}

#[pyfunction]
#[pyo3(signature = (*, mean, variance_to_mean, lead_time, holding, lost, on_hand, due))]
fn lost_sales_orders<'py>(
    py: Python<'py>,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    lead_time: Whole<'py>,
    holding: Reals<'py>,
    lost: Reals<'py>,
    on_hand: Whole<'py>,
    due: WholeTable<'py>,
) -> PyResult<Bound<'py, PyArray1<i32>>> {
    let items = lost_items!(mean, variance_to_mean, lead_time, holding, lost);
    let (stock, width) = (slice!(on_hand, "on_hand"), due.shape()[1]);
    let due = slice!(due, "due");
    let orders =
        py.detach(|| lost_sales::orders(&items, stock, due, width)).map_err(errors::to_python)?;
    Ok(orders.into_pyarray(py))
}

#[pyfunction]
#[pyo3(signature = (*, mean, variance_to_mean, lead_time, holding, lost, periods, seed, threads))]
fn lost_sales_cost<'py>(
    py: Python<'py>,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    lead_time: Whole<'py>,
    holding: Reals<'py>,
    lost: Reals<'py>,
    periods: usize,
    seed: u64,
    threads: usize,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let items = lost_items!(mean, variance_to_mean, lead_time, holding, lost);
    let pool = pool(threads)?;
    let costs = py
        .detach(|| pool.install(|| lost_sales::simulate(&items, periods, seed)))
        .map_err(errors::to_python)?;
    Ok(costs.into_pyarray(py))
}

/// Rows of fresh products from columns of equal length.
fn fresh_items(
    reals: [&[f64]; 5],
    whole: [&[i32]; 2],
    oldest_first: &[bool],
) -> Vec<perishable::Fresh> {
    let [mean, ratio, holding, lost, waste] = reals;
    let [lead_time, life] = whole;
    (0..mean.len())
        .map(|i| perishable::Fresh {
            mean: mean[i],
            variance_to_mean: ratio[i],
            lead_time: lead_time[i].max(0) as usize,
            life: life[i].max(0) as usize,
            oldest_first: oldest_first[i],
            holding: holding[i],
            lost: lost[i],
            waste: waste[i],
        })
        .collect()
}

/// A column of each real and whole field: mean, ratio, holding, lost, waste; lead time, life.
type FreshColumns<'py> = (
    (Reals<'py>, Reals<'py>, Reals<'py>, Reals<'py>, Reals<'py>),
    (Whole<'py>, Whole<'py>),
    PyReadonlyArray1<'py, bool>,
);

fn fresh(columns: &FreshColumns<'_>) -> PyResult<Vec<perishable::Fresh>> {
    let ((mean, ratio, holding, lost, waste), (lead_time, life), oldest) = columns;
    let reals = [
        slice!(mean, "mean"),
        slice!(ratio, "variance_to_mean"),
        slice!(holding, "holding"),
        slice!(lost, "lost"),
        slice!(waste, "waste"),
    ];
    let whole = [slice!(lead_time, "lead_time"), slice!(life, "life")];
    let oldest = slice!(oldest, "issuing");
    let n = reals[0].len();
    let lengths = [reals[1].len(), reals[2].len(), reals[3].len(), reals[4].len(), whole[0].len()];
    if lengths.iter().chain(&[whole[1].len(), oldest.len()]).any(|&len| len != n) {
        let error = Error::invalid("columns", "different lengths", format!("{n} values each"));
        return Err(errors::to_python(error));
    }
    Ok(fresh_items(reals, whole, oldest))
}

#[pyfunction]
fn fresh_tune<'py>(
    py: Python<'py>,
    columns: FreshColumns<'py>,
    periods: usize,
    seed: u64,
    threads: usize,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let (items, pool) = (fresh(&columns)?, pool(threads)?);
    let shares = py
        .detach(|| pool.install(|| perishable::tune_batch(&items, periods, seed)))
        .map_err(errors::to_python)?;
    Ok(shares.into_pyarray(py))
}

#[pyfunction]
fn fresh_cost<'py>(
    py: Python<'py>,
    columns: FreshColumns<'py>,
    weight: Reals<'py>,
    periods: usize,
    seed: u64,
    threads: usize,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let (items, pool, weight) = (fresh(&columns)?, pool(threads)?, slice!(weight, "weight"));
    let costs = py
        .detach(|| pool.install(|| perishable::simulate_batch(&items, weight, periods, seed)))
        .map_err(errors::to_python)?;
    Ok(costs.into_pyarray(py))
}

#[pyfunction]
fn fresh_orders<'py>(
    py: Python<'py>,
    columns: FreshColumns<'py>,
    weight: Reals<'py>,
    stock: WholeTable<'py>,
    due: WholeTable<'py>,
) -> PyResult<Bound<'py, PyArray1<i32>>> {
    let (items, weight) = (fresh(&columns)?, slice!(weight, "weight"));
    let (life, lead) = (stock.shape()[1], due.shape()[1]);
    let (stock, due) = (slice!(stock, "stock"), slice!(due, "due"));
    let orders = py
        .detach(|| perishable::orders(&items, weight, (stock, life), (due, lead)))
        .map_err(errors::to_python)?;
    Ok(orders.into_pyarray(py))
}

#[pyfunction]
#[pyo3(name = "simulate", signature = (*, parent, mean, variance_to_mean, lead_time, reorder_level,
    order_up_to, case_pack, shelf_life, backorders, periods, warm, seed, replication, threads))]
fn simulate_network<'py>(
    py: Python<'py>,
    parent: Whole<'py>,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    lead_time: Whole<'py>,
    reorder_level: Whole<'py>,
    order_up_to: Whole<'py>,
    case_pack: Whole<'py>,
    shelf_life: Whole<'py>,
    backorders: bool,
    periods: usize,
    warm: usize,
    seed: u64,
    replication: u64,
    threads: usize,
) -> PyResult<Bound<'py, PyDict>> {
    let world = simulate::World {
        parent: slice!(parent, "parent"),
        mean: slice!(mean, "mean"),
        variance_to_mean: slice!(variance_to_mean, "variance_to_mean"),
        lead_time: slice!(lead_time, "lead_time"),
        reorder_level: slice!(reorder_level, "reorder_level"),
        order_up_to: slice!(order_up_to, "order_up_to"),
        case_pack: slice!(case_pack, "case_pack"),
        shelf_life: slice!(shelf_life, "shelf_life"),
        backorders,
    };
    let pool = pool(threads)?;
    let totals = py
        .detach(|| pool.install(|| simulate::simulate(&world, periods, warm, seed, replication)))
        .map_err(errors::to_python)?;
    let result = PyDict::new(py);
    type Field = fn(&simulate::Totals) -> i64;
    let fields: [(&str, Field); 11] = [
        ("demand", |t| t.demand),
        ("served", |t| t.served),
        ("short", |t| t.short),
        ("waste", |t| t.waste),
        ("received", |t| t.received),
        ("shipped", |t| t.shipped),
        ("orders", |t| t.orders),
        ("held", |t| t.held),
        ("owed", |t| t.owed),
        ("opening", |t| t.opening),
        ("closing", |t| t.closing),
    ];
    for (name, field) in fields {
        let column: Vec<i64> = totals.iter().map(field).collect();
        result.set_item(name, column.into_pyarray(py))?;
    }
    Ok(result)
}

#[pyfunction]
#[pyo3(name = "allocate", signature = (*, supply, product, order, minimum, case_pack, position, mean,
    variance_to_mean, value, by_value, threads))]
fn allocate_lines<'py>(
    py: Python<'py>,
    supply: Whole<'py>,
    product: Whole<'py>,
    order: Whole<'py>,
    minimum: Whole<'py>,
    case_pack: Whole<'py>,
    position: Whole<'py>,
    mean: Reals<'py>,
    variance_to_mean: Reals<'py>,
    value: Reals<'py>,
    by_value: bool,
    threads: usize,
) -> PyResult<Bound<'py, PyArray1<i32>>> {
    let lines = allocate::Lines {
        supply: slice!(supply, "supply"),
        product: slice!(product, "product"),
        order: slice!(order, "order"),
        minimum: slice!(minimum, "minimum"),
        case_pack: slice!(case_pack, "case_pack"),
        position: slice!(position, "position"),
        mean: slice!(mean, "mean"),
        variance_to_mean: slice!(variance_to_mean, "variance_to_mean"),
        value: slice!(value, "value"),
    };
    let sharing = if by_value { allocate::Sharing::Value } else { allocate::Sharing::Fair };
    let pool = pool(threads)?;
    let given = py
        .detach(|| pool.install(|| allocate::allocate(&lines, sharing)))
        .map_err(errors::to_python)?;
    Ok(given.into_pyarray(py))
}

/// Mean and variance over mean of every row; `censored` may have no rows.
#[pyfunction]
fn fit_demand<'py>(
    py: Python<'py>,
    sales: WholeTable<'py>,
    censored: PyReadonlyArray2<'py, bool>,
    threads: usize,
) -> PyResult<Pair<'py, f64>> {
    let periods = sales.shape()[1];
    let panel = demand::Panel {
        sales: slice!(sales, "sales"),
        censored: slice!(censored, "censored"),
        periods,
    };
    let pool = pool(threads)?;
    let fits = py.detach(|| pool.install(|| demand::fit(&panel))).map_err(errors::to_python)?;
    let means: Vec<f64> = fits.iter().map(|f| f.mean).collect();
    let ratios: Vec<f64> = fits.iter().map(|f| f.variance_to_mean).collect();
    Ok((means.into_pyarray(py), ratios.into_pyarray(py)))
}

#[pyfunction]
#[pyo3(signature = (sales, *, season, horizon, method, quantiles, threads))]
fn forecast_demand<'py>(
    py: Python<'py>,
    sales: WholeTable<'py>,
    season: usize,
    horizon: usize,
    method: &str,
    quantiles: Vec<f64>,
    threads: usize,
) -> PyResult<Bound<'py, PyArray1<i32>>> {
    let method = match method {
        "best" => demand::Method::Best,
        "smoothing" => demand::Method::Smoothing,
        "croston" => demand::Method::Croston,
        "sba" => demand::Method::Sba,
        "tsb" => demand::Method::Tsb,
        _ => {
            let allowed = "best, smoothing, croston, sba or tsb";
            return Err(errors::to_python(Error::invalid("method", method, allowed)));
        }
    };
    let periods = sales.shape()[1];
    let panel = demand::Panel { sales: slice!(sales, "sales"), censored: &[], periods };
    let pool = pool(threads)?;
    let found = py
        .detach(|| pool.install(|| demand::forecast(&panel, season, horizon, method, &quantiles)))
        .map_err(errors::to_python)?;
    Ok(found.into_pyarray(py))
}

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

#[pyfunction]
#[pyo3(signature = (*, demand, minor, holding, volume, major, truck_cost, truck_capacity, limits,
    threads, on_progress))]
fn solve_joint<'py>(
    py: Python<'py>,
    demand: Table<'py>,
    minor: Reals<'py>,
    holding: Reals<'py>,
    volume: Reals<'py>,
    major: f64,
    truck_cost: f64,
    truck_capacity: f64,
    limits: (Option<f64>, Option<u64>, Option<f64>),
    threads: usize,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let problem = joint::Joint {
        periods: demand.shape()[1],
        demand: slice!(demand, "demand"),
        minor: slice!(minor, "minor"),
        holding: slice!(holding, "holding"),
        volume: slice!(volume, "volume"),
        major,
        truck: (truck_cost, truck_capacity),
    };
    let pool = pool(threads)?;
    let outcome = control::run(py, limits, on_progress, |control| {
        pool.install(|| joint::solve(&problem, control))
    })?;
    let plan = outcome.value;
    let result = PyDict::new(py);
    result.set_item("cost", plan.cost)?;
    result.set_item("bound", plan.bound)?;
    result.set_item("orders", plan.orders.into_pyarray(py))?;
    result.set_item("stop_reason", plan.stop_reason.as_str())?;
    result.set_item("iterations", plan.iterations)?;
    result.set_item("seconds", outcome.seconds)?;
    Ok(result)
}

/// Fill the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(solve, m)?)?;
    m.add_function(wrap_pyfunction!(order_quantities, m)?)?;
    m.add_function(wrap_pyfunction!(levels, m)?)?;
    m.add_function(wrap_pyfunction!(wagner_whitin, m)?)?;
    m.add_function(wrap_pyfunction!(guaranteed_service, m)?)?;
    m.add_function(wrap_pyfunction!(clark_scarf, m)?)?;
    m.add_function(wrap_pyfunction!(lost_sales_orders, m)?)?;
    m.add_function(wrap_pyfunction!(lost_sales_cost, m)?)?;
    m.add_function(wrap_pyfunction!(fresh_tune, m)?)?;
    m.add_function(wrap_pyfunction!(fresh_cost, m)?)?;
    m.add_function(wrap_pyfunction!(fresh_orders, m)?)?;
    m.add_function(wrap_pyfunction!(simulate_network, m)?)?;
    m.add_function(wrap_pyfunction!(allocate_lines, m)?)?;
    m.add_function(wrap_pyfunction!(fit_demand, m)?)?;
    m.add_function(wrap_pyfunction!(forecast_demand, m)?)?;
    m.add_function(wrap_pyfunction!(run_policy, m)?)?;
    m.add_function(wrap_pyfunction!(solve_joint, m)?)
}
