//! Bindings of `native/routing`.

use backhaul_common::{Error, StopReason};
use backhaul_routing::rules;
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

/// Windows with an open end as None.
type Windows = Vec<(i64, Option<i64>)>;

/// A driver's limits in the order of `engine/routing/drivers.py`.
#[derive(FromPyObject)]
struct DriverRow {
    #[pyo3(item)]
    drive_before_break: i64,
    #[pyo3(item)]
    break_length: i64,
    #[pyo3(item)]
    split: (i64, i64),
    #[pyo3(item)]
    drive_before_rest: i64,
    #[pyo3(item)]
    day: i64,
    #[pyo3(item)]
    rest_length: i64,
    #[pyo3(item)]
    work_ends: bool,
    #[pyo3(item)]
    work_interrupts: bool,
}

/// What a vehicle type adds to the rules.
#[derive(FromPyObject)]
struct TypeRulesRow {
    #[pyo3(item)]
    speed_percent: i64,
    #[pyo3(item)]
    load_cost: i64,
    #[pyo3(item)]
    breaks: Vec<(Windows, i64)>,
    #[pyo3(item)]
    driver: Option<DriverRow>,
}

/// Early, late, and the price of either.
type SoftRow = (i64, Option<i64>, i64, i64);

/// Rules as Python hands them over; whatever is None is not used.
#[derive(FromPyObject)]
struct RulesRow {
    #[pyo3(item)]
    windows: Option<Vec<Windows>>,
    #[pyo3(item)]
    soft: Option<Vec<SoftRow>>,
    #[pyo3(item)]
    types: Option<Vec<TypeRulesRow>>,
    #[pyo3(item)]
    service: Option<Vec<i64>>,
    #[pyo3(item)]
    max_ride: Option<Vec<Option<i64>>>,
    #[pyo3(item)]
    traffic: Vec<(Vec<i64>, Vec<i64>)>,
    #[pyo3(item)]
    traffic_of: Option<Vec<u8>>,
    #[pyo3(item)]
    lifo: bool,
    #[pyo3(item)]
    keeper: Option<Vec<Option<u32>>>,
    #[pyo3(item)]
    sequences: Vec<Vec<u32>>,
    /// By location: vehicle and place.
    #[pyo3(item)]
    planned: Option<Vec<Option<(u32, u32)>>>,
    #[pyo3(item)]
    change_costs: (i64, i64),
    /// Measure, cost of the largest, cost of the spread.
    #[pyo3(item)]
    balance: (u8, i64, i64),
}

fn closed(windows: Windows) -> Vec<(i64, i64)> {
    windows.into_iter().map(|(a, b)| (a, limit(b))).collect()
}

impl From<TypeRulesRow> for rules::TypeRules {
    fn from(row: TypeRulesRow) -> Self {
        let pauses = row.breaks.into_iter().map(|(w, l)| rules::Pause::new(closed(w), l)).collect();
        let driver = row.driver.map(|d| rules::DriverRules {
            drive_before_break: d.drive_before_break,
            break_length: d.break_length,
            split: d.split,
            drive_before_rest: d.drive_before_rest,
            day: d.day,
            rest_length: d.rest_length,
            work_ends: d.work_ends,
            work_interrupts: d.work_interrupts,
        });
        Self::new(row.speed_percent, row.load_cost, pauses, driver)
    }
}

impl RulesRow {
    fn into_rules(self, n: usize, pairs: &[(u32, u32)]) -> rules::Rules {
        let soft = |(early, late, early_cost, late_cost)| rules::SoftWindow {
            early,
            late: limit(late),
            early_cost,
            late_cost,
        };
        let numbers = |list: Option<Vec<Option<u32>>>| -> Vec<u32> {
            list.unwrap_or_default().into_iter().map(|k| k.unwrap_or(NONE)).collect()
        };
        let planned = self.planned.unwrap_or_default();
        let (vehicle, place) =
            planned.into_iter().map(|p| p.unwrap_or((NONE, 0))).unzip::<u32, u32, Vec<_>, Vec<_>>();
        let measure = match self.balance.0 {
            0 => rules::Measure::Duration,
            1 => rules::Measure::Distance,
            2 => rules::Measure::Stops,
            _ => rules::Measure::Load,
        };
        let (largest_cost, spread_cost) = (self.balance.1, self.balance.2);
        let profiles =
            self.traffic.into_iter().map(|(times, percent)| rules::Profile { times, percent });
        let traffic = rules::Traffic {
            profiles: profiles.collect(),
            of: self.traffic_of.unwrap_or_default(),
        };
        let (move_cost, reorder_cost) = self.change_costs;
        rules::Rules {
            windows: self.windows.unwrap_or_default().into_iter().map(closed).collect(),
            soft: self.soft.unwrap_or_default().into_iter().map(soft).collect(),
            types: self.types.unwrap_or_default().into_iter().map(Into::into).collect(),
            service: self.service.unwrap_or_default(),
            max_ride: self.max_ride.unwrap_or_default().into_iter().map(limit).collect(),
            traffic,
            lifo: self.lifo,
            keeper: numbers(self.keeper),
            sequences: self.sequences,
            stability: rules::Stability { vehicle, place, move_cost, reorder_cost },
            balance: rules::Balance { measure, largest_cost, spread_cost },
            ..rules::Rules::default()
        }
        .sealed(n, pairs)
    }
}

/// Visits, rests as (after, start, end, break or None), prices (soft, load, change), rules broken.
type ScheduleRow =
    (Vec<[i64; 3]>, Vec<(usize, i64, i64, Option<u32>)>, (i64, i64, i64), Vec<&'static str>);

type RouteRow = (u32, Option<u32>, Vec<u32>);

#[pymethods]
impl PyProblem {
    #[new]
    #[pyo3(signature = (*, depots, xy, rounding, scale, distance, duration, delivery, pickup, ready,
                        due, service, release, prize, required, groups, pairs, backhaul, types,
                        allowed, started, vehicles_first, rules))]
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
        rules: Option<RulesRow>,
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
        let rules = rules.map_or_else(Default::default, |r| r.into_rules(travel.len(), &pairs));
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
            rules,
        };
        py.detach(|| inner.validate()).map_err(errors::to_python)?;
        Ok(Self { inner })
    }

    /// The schedule of one route, and what the rules add to its cost.
    fn schedule(
        &self,
        vehicle_type: usize,
        started: Option<u32>,
        stops: Vec<u32>,
    ) -> PyResult<ScheduleRow> {
        let n = self.inner.locations();
        if let Some(&s) = stops.iter().find(|&&s| s as usize >= n) {
            return Err(errors::to_python(Error::invalid("stops", s, "locations")));
        }
        if vehicle_type >= self.inner.types.len() {
            let error = Error::invalid("vehicle_type", vehicle_type, "a vehicle type");
            return Err(errors::to_python(error));
        }
        let found = rules::schedule(&self.inner, vehicle_type, started.unwrap_or(NONE), &stops);
        let rests = found
            .rests
            .into_iter()
            .map(|r| (r.after, r.start, r.end, (r.pause != NONE).then_some(r.pause)))
            .collect();
        let prices = (found.soft_cost, found.load_cost, found.change_cost);
        Ok((found.visits, rests, prices, found.broken))
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
