//! Bindings of `native/routing`.

use backhaul_common::{Error, StopReason};
use backhaul_routing::{
    Options, Plan, PlannedRoute, Problem, Rounding, Started, Travel, VehicleType, NONE, UNLIMITED,
};
use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use crate::{control, errors};

/// A validated problem in flat arrays.
#[pyclass(frozen, name = "Problem")]
struct PyProblem {
    inner: Problem,
}

fn list<T: numpy::Element + Copy>(array: &PyReadonlyArray1<'_, T>) -> Vec<T> {
    array.as_array().iter().copied().collect()
}

fn narrow(name: &str, array: &PyReadonlyArray2<'_, i64>) -> Result<Vec<i32>, Error> {
    let view = array.as_array();
    let columns = view.ncols().max(1);
    view.iter()
        .enumerate()
        .map(|(k, &v)| {
            i32::try_from(v).map_err(|_| {
                let place = format!("{name}[{}][{}]", k / columns, k % columns);
                Error::invalid(place, v, "a whole number from 0 to 2^31 - 1")
            })
        })
        .collect()
}

fn limit(value: Option<i64>) -> i64 {
    value.unwrap_or(UNLIMITED)
}

/// One row of the fleet as Python hands it over.
#[derive(FromPyObject)]
struct TypeRow {
    #[pyo3(item)]
    count: usize,
    #[pyo3(item)]
    capacity: Vec<i64>,
    #[pyo3(item)]
    start: u32,
    #[pyo3(item)]
    end: Option<u32>,
    #[pyo3(item)]
    costs: (i64, i64, i64, i64),
    #[pyo3(item)]
    overtime_after: Option<i64>,
    #[pyo3(item)]
    shift: (i64, Option<i64>),
    #[pyo3(item)]
    max_duration: Option<i64>,
    #[pyo3(item)]
    max_distance: Option<i64>,
    #[pyo3(item)]
    max_stops: Option<usize>,
    #[pyo3(item)]
    reload_depots: Vec<u32>,
    #[pyo3(item)]
    max_reloads: Option<usize>,
}

impl From<TypeRow> for VehicleType {
    fn from(row: TypeRow) -> Self {
        Self {
            count: row.count,
            capacity: row.capacity,
            start: row.start,
            end: row.end.unwrap_or(NONE),
            fixed_cost: row.costs.0,
            distance_cost: row.costs.1,
            duration_cost: row.costs.2,
            overtime_cost: row.costs.3,
            overtime_after: limit(row.overtime_after),
            shift_start: row.shift.0,
            shift_end: limit(row.shift.1),
            max_duration: limit(row.max_duration),
            max_distance: limit(row.max_distance),
            max_stops: row.max_stops.unwrap_or(usize::MAX),
            reload_depots: row.reload_depots,
            max_reloads: row.max_reloads.unwrap_or(usize::MAX),
        }
    }
}

type RouteRow = (u32, Option<u32>, Vec<u32>);

#[pymethods]
impl PyProblem {
    #[new]
    #[pyo3(signature = (*, depots, xy, rounding, scale, distance, duration, delivery, pickup, ready,
                        due, service, release, prize, required, groups, pairs, backhaul, types,
                        allowed, started, vehicles_first))]
    fn new(
        py: Python<'_>,
        depots: usize,
        xy: Option<PyReadonlyArray2<'_, f64>>,
        rounding: &str,
        scale: f64,
        distance: Option<PyReadonlyArray2<'_, i64>>,
        duration: Option<PyReadonlyArray2<'_, i64>>,
        delivery: PyReadonlyArray2<'_, i64>,
        pickup: PyReadonlyArray2<'_, i64>,
        ready: PyReadonlyArray1<'_, i64>,
        due: PyReadonlyArray1<'_, i64>,
        service: PyReadonlyArray1<'_, i64>,
        release: PyReadonlyArray1<'_, i64>,
        prize: PyReadonlyArray1<'_, i64>,
        required: PyReadonlyArray1<'_, bool>,
        groups: Vec<Vec<u32>>,
        pairs: Vec<(u32, u32)>,
        backhaul: bool,
        types: Vec<TypeRow>,
        allowed: Option<PyReadonlyArray2<'_, bool>>,
        started: Vec<(u32, Vec<u32>)>,
        vehicles_first: bool,
    ) -> PyResult<Self> {
        let rounding = match rounding {
            "nearest" => Rounding::Nearest { scale },
            "truncate" => Rounding::Truncate { scale },
            _ => Rounding::Up { scale },
        };
        let build = || -> Result<Travel, Error> {
            if let Some(distance) = &distance {
                let n = distance.as_array().nrows();
                let time = match &duration {
                    Some(duration) => narrow("duration", duration)?,
                    None => Vec::new(),
                };
                return Travel::from_matrices(n, narrow("distance", distance)?, time);
            }
            let points = xy.as_ref().map_or_else(Vec::new, |xy| {
                xy.as_array().rows().into_iter().map(|row| [row[0], row[1]]).collect()
            });
            Travel::from_points(points, rounding)
        };
        let travel = build().map_err(errors::to_python)?;
        let inner = Problem {
            depots,
            travel,
            dims: delivery.as_array().ncols(),
            delivery: delivery.as_array().iter().copied().collect(),
            pickup: pickup.as_array().iter().copied().collect(),
            ready: list(&ready),
            due: list(&due).into_iter().map(|v| if v < 0 { UNLIMITED } else { v }).collect(),
            service: list(&service),
            release: list(&release),
            prize: list(&prize),
            required: list(&required),
            groups,
            pairs,
            backhaul,
            types: types.into_iter().map(VehicleType::from).collect(),
            allowed: allowed.map_or_else(Vec::new, |a| a.as_array().iter().copied().collect()),
            started: started
                .into_iter()
                .map(|(vehicle_type, stops)| Started { vehicle_type, stops })
                .collect(),
            vehicles_first,
        };
        py.detach(|| inner.validate()).map_err(errors::to_python)?;
        Ok(Self { inner })
    }

    /// (routes as (vehicle type, started or None, stops), iterations, stop reason, seconds).
    #[pyo3(signature = (*, start, options, limits, seed, threads, on_progress))]
    fn solve(
        &self,
        py: Python<'_>,
        start: Option<Vec<RouteRow>>,
        options: Vec<(String, f64)>,
        limits: (Option<f64>, Option<u64>, Option<f64>),
        seed: u64,
        threads: usize,
        on_progress: Option<Py<PyAny>>,
    ) -> PyResult<(Vec<RouteRow>, u64, &'static str, f64)> {
        let mut tuned = Options::default();
        for (name, value) in options {
            if !tuned.set(&name, value) {
                let error = Error::invalid("params", name, "names of the options table");
                return Err(errors::to_python(error));
            }
        }
        let start = start.map(|routes| Plan {
            routes: routes
                .into_iter()
                .map(|(vehicle_type, started, stops)| PlannedRoute {
                    vehicle_type,
                    started: started.unwrap_or(NONE),
                    stops,
                })
                .collect(),
        });
        let outcome = control::run(py, limits, on_progress, |control| {
            backhaul_routing::solve(&self.inner, start.as_ref(), &tuned, seed, threads, control)
        })?;
        let answer = outcome.value;
        let routes = answer
            .plan
            .routes
            .into_iter()
            .map(|r| (r.vehicle_type, (r.started != NONE).then_some(r.started), r.stops))
            .collect();
        let reason: StopReason = answer.stop_reason;
        Ok((routes, answer.iterations, reason.as_str(), outcome.seconds))
    }
}

/// Name, default and meaning of every tuned constant.
#[pyfunction]
fn options() -> Vec<(&'static str, f64, &'static str)> {
    Options::table()
}

/// Fill the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyProblem>()?;
    m.add_function(wrap_pyfunction!(options, m)?)
}
