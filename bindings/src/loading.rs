//! Bindings of `native/loading`.

use backhaul_common::{Error, Result};
use backhaul_loading::balance::{Axle, Balance, Tractor};
use backhaul_loading::company::Company;
use backhaul_loading::diagnose;
use backhaul_loading::dock::{Dock, Transfer, Truck};
use backhaul_loading::joint::network::{Network, Window};
use backhaul_loading::joint::{pool, search as joint_search};
use backhaul_loading::load::Stowed;
use backhaul_loading::manifest::{Above, Cargo, Hold, Manifest, Rules};
use backhaul_loading::oracle;
use backhaul_loading::search;
use backhaul_packing::geometry::{Cuboid, Door, Orientation};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::control;
use crate::errors::to_python;

/// (x, max, min, tare) of an axle.
type AxleRow = (f64, Option<f64>, Option<f64>, f64);
/// (share of the front axle, front tare, front max, rear tare, rear max) of a tractor.
type TractorRow = (f64, f64, Option<f64>, f64, Option<f64>);
/// (support in parts of a million, lifo, column, fragility, every leg).
type RuleRow = (i64, bool, bool, bool, bool);
/// (groups, groups to be kept apart from, family) of a cargo.
type CompanyRow = (u64, u64, Option<u32>);
/// (size, orientation numbers, weight, stop, fragile, stackable, max load, profit, company) of a
/// cargo.
type CargoRow = ([i64; 3], Vec<u8>, i64, u32, bool, bool, Option<i64>, i64, CompanyRow);
/// Corners nearest to and farthest from the origin.
type BoxRow = ([i64; 3], [i64; 3]);
/// (cargo, orientation number, position) in loading order.
type Step = (u32, u8, [i32; 3]);
/// (seconds, iterations, target).
type LimitRow = (Option<f64>, Option<u64>, Option<f64>);

/// A vehicle and the rules of loading it.
#[pyclass(frozen)]
struct Vehicle {
    hold: Hold,
    rules: Rules,
}

fn length(path: &str, value: i64) -> Result<i32> {
    i32::try_from(value).map_err(|_| Error::invalid(path, value, "a length from 1 to 2^30"))
}

fn lengths(path: &str, size: [i64; 3]) -> Result<[i32; 3]> {
    Ok([length(path, size[0])?, length(path, size[1])?, length(path, size[2])?])
}

#[pymethods]
impl Vehicle {
    #[new]
    #[pyo3(signature = (size, max_weight, doors, axles, tractor, cog, obstacles, rules))]
    fn new(
        size: [i64; 3],
        max_weight: Option<i64>,
        doors: Vec<String>,
        axles: Option<[AxleRow; 2]>,
        tractor: Option<TractorRow>,
        cog: [Option<(f64, f64)>; 3],
        obstacles: Vec<BoxRow>,
        rules: RuleRow,
    ) -> PyResult<Self> {
        let size = lengths("vehicle.size", size).map_err(to_python)?;
        let mut sides = Vec::new();
        for word in &doors {
            let door = Door::from_word(word)
                .ok_or_else(|| Error::invalid("vehicle.doors", word, "-x, +x, -y, +y or +z"))
                .map_err(to_python)?;
            if !sides.contains(&door) {
                sides.push(door);
            }
        }
        let axle = |(x, max, min, tare): AxleRow| Axle { x, max, min, tare };
        let balance = Balance {
            axles: axles.map(|pair| pair.map(axle)),
            tractor: tractor.map(|(front_share, front_tare, front_max, rear_tare, rear_max)| {
                Tractor { front_share, front_tare, front_max, rear_tare, rear_max }
            }),
            cog,
        };
        let corner = |point| lengths("vehicle.obstacles", point).map_err(to_python);
        let obstacles = obstacles
            .into_iter()
            .map(|(lo, hi)| Ok(Cuboid { lo: corner(lo)?, hi: corner(hi)? }))
            .collect::<PyResult<Vec<_>>>()?;
        let (support, lifo, column, fragility, every_leg) = rules;
        let above = if column { Above::Column } else { Above::Contact };
        let rules = Rules { support, lifo, above, fragility, every_leg };
        let hold = Hold { size, max_weight, doors: sides, balance, obstacles };
        // The hold is checked with an empty list of cargos, so that errors come here.
        Manifest::new(hold.clone(), rules, Vec::new()).map_err(to_python)?;
        Ok(Self { hold, rules })
    }
}

fn cargo(path: &str, row: CargoRow) -> Result<Cargo> {
    let (size, turns, weight, stop, fragile, stackable, max_load, profit, company) = row;
    let (groups, apart, family) = company;
    let company = Company { groups, apart, family };
    let orientations = turns
        .iter()
        .map(|&number| {
            Orientation::from_number(number)
                .ok_or_else(|| Error::invalid(format!("{path}.orientations"), number, "0 to 5"))
        })
        .collect::<Result<Vec<_>>>()?;
    let size = lengths(&format!("{path}.size"), size)?;
    Ok(Cargo { size, orientations, weight, stop, fragile, stackable, max_load, profit, company })
}

fn cargos(rows: Vec<CargoRow>) -> Result<Vec<Cargo>> {
    rows.into_iter().enumerate().map(|(i, row)| cargo(&format!("items[{i}]"), row)).collect()
}

fn steps(manifest: &Manifest, stowed: &[Stowed]) -> Vec<Step> {
    stowed
        .iter()
        .map(|s| {
            let turn = &manifest.turns[s.cargo as usize][s.turn as usize];
            (s.cargo, turn.orientation.number(), s.cuboid.lo)
        })
        .collect()
}

/// Load one vehicle.
#[pyfunction]
#[pyo3(signature = (vehicle, items, limits, seed, threads, start, on_progress))]
fn solve<'py>(
    py: Python<'py>,
    vehicle: &Vehicle,
    items: Vec<CargoRow>,
    limits: LimitRow,
    seed: u64,
    threads: usize,
    start: Option<Vec<Step>>,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let list = cargos(items).map_err(to_python)?;
    let manifest = Manifest::new(vehicle.hold.clone(), vehicle.rules, list).map_err(to_python)?;
    let outcome = control::run(py, limits, on_progress, |control| {
        search::solve(&manifest, control, seed, threads, start.as_deref())
    })?;
    let answer = outcome.value;
    let rules = diagnose::stoppers(&manifest, &answer.stowed, &answer.left);
    let why: Vec<(u32, &str)> =
        answer.left.iter().zip(rules).map(|(&c, rule)| (c, rule.as_str())).collect();
    let result = PyDict::new(py);
    result.set_item("steps", steps(&manifest, &answer.stowed))?;
    result.set_item("left", why)?;
    result.set_item("lost", answer.lost)?;
    result.set_item("bound", answer.bound)?;
    result.set_item("status", answer.status.as_str())?;
    result.set_item("stop_reason", answer.reason.as_str())?;
    result.set_item("iterations", answer.iterations)?;
    result.set_item("seconds", outcome.seconds)?;
    Ok(result)
}

/// Answers whether routes can be loaded, and remembers.
#[pyclass]
struct Oracle {
    inner: oracle::Oracle,
    customers: usize,
}

impl Oracle {
    fn check_route(&self, route: &[u32]) -> PyResult<()> {
        for (i, &c) in route.iter().enumerate() {
            if c as usize >= self.customers || route[..i].contains(&c) {
                let allowed = format!("different customers below {}", self.customers);
                return Err(to_python(Error::invalid(format!("route[{i}]"), c, allowed)));
            }
        }
        Ok(())
    }
}

#[pymethods]
impl Oracle {
    #[new]
    fn new(vehicle: &Vehicle, customers: Vec<Vec<CargoRow>>, seed: u64) -> PyResult<Self> {
        let mut list = Vec::with_capacity(customers.len());
        for (c, rows) in customers.into_iter().enumerate() {
            let things = rows
                .into_iter()
                .enumerate()
                .map(|(i, row)| cargo(&format!("customers[{c}].items[{i}]"), row))
                .collect::<Result<Vec<_>>>()
                .map_err(to_python)?;
            Manifest::new(vehicle.hold.clone(), vehicle.rules, things.clone())
                .map_err(to_python)?;
            list.push(things);
        }
        let customers = list.len();
        let inner = oracle::Oracle::new(vehicle.hold.clone(), vehicle.rules, list, seed);
        Ok(Self { inner, customers })
    }

    /// `feasible`, `infeasible` or `unknown`.
    fn ask(&mut self, py: Python<'_>, route: Vec<u32>, effort: u32) -> PyResult<&'static str> {
        self.check_route(&route)?;
        Ok(py.detach(|| self.inner.ask(&route, effort)).as_str())
    }

    /// The steps of a load of this route, if one is found.
    fn plan(
        &mut self,
        py: Python<'_>,
        route: Vec<u32>,
        effort: u32,
    ) -> PyResult<Option<Vec<Step>>> {
        self.check_route(&route)?;
        let found = py.detach(|| self.inner.plan(&route, effort));
        Ok(found.map(|(manifest, stowed)| steps(&manifest, &stowed)))
    }

    /// (routes kept, questions answered from them, constructions done).
    fn stats(&self) -> (usize, u64, u64) {
        (self.inner.size(), self.inner.hits, self.inner.work)
    }
}

/// Routes and loads together: rows of distances with the depot first, weights and volumes of the
/// customers of the oracle, a vehicle's limits, windows (opens, closes, service) by node.
#[pyfunction]
#[pyo3(signature = (
    oracle, distance, mass, volume, most, windows, fleet, limits, seed, start, on_progress
))]
fn joint<'py>(
    py: Python<'py>,
    mut oracle: PyRefMut<'py, Oracle>,
    distance: Vec<i64>,
    mass: Vec<i64>,
    volume: Vec<i64>,
    most: (i64, i64),
    windows: Option<Vec<(i64, i64, i64)>>,
    fleet: Option<usize>,
    limits: LimitRow,
    seed: u64,
    start: Option<Vec<Vec<u32>>>,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    for route in start.iter().flatten() {
        oracle.check_route(route)?;
    }
    if mass.len() != oracle.customers {
        let allowed = format!("one for each of {} customers", oracle.customers);
        return Err(to_python(Error::invalid("customers", mass.len(), allowed)));
    }
    let windows = windows.map(|list| {
        let window = |(opens, closes, service)| Window { opens, closes, service };
        list.into_iter().map(window).collect()
    });
    let network = Network::new(distance, mass, volume, most, windows, fleet).map_err(to_python)?;
    let inner = &mut oracle.inner;
    let outcome = control::run(py, limits, on_progress, |control| {
        let answer = joint_search::solve(&network, inner, control, seed, start.as_deref())?;
        let loadable = pool::routes(&network, inner);
        Ok((answer, loadable))
    })?;
    let (answer, loadable) = outcome.value;
    let result = PyDict::new(py);
    result.set_item("routes", answer.routes)?;
    result.set_item("length", answer.length)?;
    result.set_item("pool", loadable)?;
    result.set_item("stop_reason", answer.reason.as_str())?;
    result.set_item("iterations", answer.iterations)?;
    result.set_item("seconds", outcome.seconds)?;
    Ok(result)
}

/// (release, due, weight, waiting, handling by door, crew) of a truck.
type TruckRow = (i64, i64, i64, i64, Vec<i64>, i64);

/// Schedule dock doors.
#[pyfunction]
#[pyo3(signature = (trucks, opens, changeover, crew, transfers, limits, seed, start, prove, on_progress))]
fn schedule(
    py: Python<'_>,
    trucks: Vec<TruckRow>,
    opens: Vec<i64>,
    changeover: i64,
    crew: Option<i64>,
    transfers: Vec<(usize, usize, i64)>,
    limits: LimitRow,
    seed: u64,
    start: Option<Vec<(usize, usize)>>,
    prove: bool,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'_, PyDict>> {
    let trucks = trucks
        .into_iter()
        .map(|(release, due, weight, waiting, handling, crew)| Truck {
            release,
            due,
            weight,
            waiting,
            handling,
            crew,
        })
        .collect();
    let transfers =
        transfers.into_iter().map(|(from, to, lag)| Transfer { from, to, lag }).collect();
    let dock = Dock::new(trucks, opens, changeover, crew, transfers).map_err(to_python)?;
    let outcome = control::run(py, limits, on_progress, |control| {
        Ok(dock.solve(control, seed, start.as_deref(), prove))
    })?;
    let answer = outcome.value;
    let result = PyDict::new(py);
    result.set_item("door", answer.door)?;
    result.set_item("start", answer.start)?;
    result.set_item("cost", answer.cost)?;
    result.set_item("bound", answer.bound)?;
    result.set_item("status", answer.status.as_str())?;
    result.set_item("stop_reason", answer.reason.as_str())?;
    result.set_item("iterations", answer.iterations)?;
    result.set_item("seconds", outcome.seconds)?;
    Ok(result)
}

/// Fill the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Vehicle>()?;
    m.add_class::<Oracle>()?;
    m.add_function(wrap_pyfunction!(solve, m)?)?;
    m.add_function(wrap_pyfunction!(joint, m)?)?;
    m.add_function(wrap_pyfunction!(schedule, m)?)
}
