//! Bindings of `native/twin`.

use backhaul_common::Error;
use backhaul_twin::basket::Missions;
use backhaul_twin::model::{Products, Stores, SUBSTITUTES};
use backhaul_twin::store::Store;
use backhaul_twin::tally::{DAY_COLUMNS, PART_COLUMNS};
use backhaul_twin::{allocate, Model};
use numpy::{
    Element, IntoPyArray, PyArray1, PyArray2, PyArray3, PyArrayMethods, PyReadonlyArray1,
    PyReadonlyArray2, PyReadwriteArray2, PyUntypedArrayMethods,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::to_python;

/// Units, cents and remaining days of what was withdrawn, line by line.
type WithdrawnArrays<'py> =
    (Bound<'py, PyArray1<i32>>, Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<u16>>);

/// Line starts, products, units and missions.
type BasketArrays<'py> = (
    Bound<'py, PyArray1<u32>>,
    Bound<'py, PyArray1<u32>>,
    Bound<'py, PyArray1<i32>>,
    Bound<'py, PyArray1<u16>>,
);

fn invalid(path: &str, found: impl std::fmt::Display, allowed: impl Into<String>) -> PyErr {
    to_python(Error::invalid(path, found, allowed))
}

/// A column of a table that is given as a dict of arrays.
fn column<T: Element + Clone>(table: &Bound<'_, PyDict>, name: &str) -> PyResult<Vec<T>> {
    let Some(value) = table.get_item(name)? else {
        return Err(invalid(name, "nothing", "an array"));
    };
    let Ok(array) = value.extract::<PyReadonlyArray1<'_, T>>() else {
        return Err(invalid(name, value.get_type(), "a one-dimensional array of the right type"));
    };
    Ok(array.as_array().to_vec())
}

/// The entries of a table in C order, after a look at its shape.
fn flat<'a, T: Element>(
    name: &str,
    array: &'a PyReadonlyArray2<'_, T>,
    rows: usize,
    columns: usize,
) -> PyResult<&'a [T]> {
    if array.shape() != [rows, columns] {
        let allowed = format!("the shape ({rows}, {columns})");
        return Err(invalid(name, format!("{:?}", array.shape()), allowed));
    }
    array.as_slice().map_err(|_| invalid(name, "strides", "a contiguous array in C order"))
}

fn line<'a, T: Element>(name: &str, array: &'a PyReadonlyArray1<'_, T>) -> PyResult<&'a [T]> {
    array.as_slice().map_err(|_| invalid(name, "strides", "a contiguous array"))
}

/// All store x product cells of a chain.
#[pyclass(module = "backhaul_native.twin")]
struct Cells {
    inner: backhaul_twin::Cells,
}

impl Cells {
    fn shape(&self) -> (usize, usize) {
        (self.inner.stores().len(), self.inner.model().n_products())
    }

    fn gather<'py, T: Element + Clone>(
        &self,
        py: Python<'py>,
        pick: impl Fn(&Store) -> &[T],
    ) -> PyResult<Bound<'py, PyArray2<T>>> {
        let (s, n) = self.shape();
        let mut out = Vec::with_capacity(s * n);
        for store in self.inner.stores() {
            out.extend_from_slice(pick(store));
        }
        out.into_pyarray(py).reshape([s, n])
    }

    fn compute<'py, T: Element>(
        &self,
        py: Python<'py>,
        value: impl Fn(&Store, usize) -> T,
    ) -> PyResult<Bound<'py, PyArray2<T>>> {
        let (s, n) = self.shape();
        let stores = self.inner.stores();
        let cells = stores.iter().flat_map(|store| (0..n).map(move |p| (store, p)));
        let out: Vec<T> = cells.map(|(store, p)| value(store, p)).collect();
        out.into_pyarray(py).reshape([s, n])
    }
}

#[pymethods]
impl Cells {
    #[new]
    #[pyo3(signature = (seed, threads, products, stores, substitutes, base_demand, calendar,
                        part_share, tax_classes, zones, forecast_weight))]
    fn new(
        py: Python<'_>,
        seed: u64,
        threads: usize,
        products: &Bound<'_, PyDict>,
        stores: &Bound<'_, PyDict>,
        substitutes: PyReadonlyArray2<'_, i32>,
        base_demand: PyReadonlyArray2<'_, f32>,
        calendar: PyReadonlyArray2<'_, f32>,
        part_share: PyReadonlyArray2<'_, f32>,
        tax_classes: usize,
        zones: usize,
        forecast_weight: f32,
    ) -> PyResult<Self> {
        let departments = part_share.shape()[1];
        let catalogue = Products {
            department: column(products, "department")?,
            tax_class: column(products, "tax_class")?,
            reference_price_cents: column(products, "reference_price_cents")?,
            elasticity: column(products, "elasticity")?,
            mailer_uplift: column(products, "mailer_uplift")?,
            display_uplift: column(products, "display_uplift")?,
            both_uplift: column(products, "both_uplift")?,
            shelf_life_d: column(products, "shelf_life_d")?,
            case_pack: column(products, "case_pack")?,
            dispersion: column(products, "dispersion")?,
            freshest_share: column(products, "freshest_share")?,
            shrink_share: column(products, "shrink_share")?,
            switch_share: column(products, "switch_share")?,
            units_per_line: column(products, "units_per_line")?,
            space_elasticity: column(products, "space_elasticity")?,
            substitutes: Vec::new(),
        };
        let network = Stores {
            key: column(stores, "key")?,
            zone: column(stores, "zone")?,
            lines_per_basket: column(stores, "lines_per_basket")?,
            traffic_sd: column(stores, "traffic_sd")?,
        };
        let (s, n) = (network.key.len(), catalogue.department.len());
        let catalogue = Products {
            substitutes: flat("substitutes", &substitutes, n, SUBSTITUTES)?.to_vec(),
            ..catalogue
        };
        let days = calendar.shape()[0];
        let calendar = flat("calendar", &calendar, days, departments)?.to_vec();
        let parts = part_share.shape()[0];
        let part_share = flat("part_share", &part_share, parts, departments)?.to_vec();
        let base = flat("base_demand", &base_demand, s, n)?.to_vec();
        let inner = py.detach(move || {
            let shape = (departments, tax_classes, zones);
            let model =
                Model::new(seed, catalogue, network, calendar, part_share, shape, forecast_weight)?;
            backhaul_twin::Cells::new(model, &base, threads)
        });
        Ok(Self { inner: inner.map_err(to_python)? })
    }

    fn set_prices(
        &mut self,
        price_cents: PyReadonlyArray2<'_, i32>,
        list_cents: PyReadonlyArray2<'_, i32>,
        mailer: PyReadonlyArray2<'_, bool>,
        display: PyReadonlyArray2<'_, bool>,
    ) -> PyResult<()> {
        let (z, n) = (self.inner.model().zones, self.shape().1);
        let price = flat("price_cents", &price_cents, z, n)?;
        let list = flat("list_cents", &list_cents, z, n)?;
        let mailer = flat("mailer", &mailer, z, n)?;
        let display = flat("display", &display, z, n)?;
        self.inner.set_prices(price, list, mailer, display).map_err(to_python)
    }

    fn set_markdowns(
        &mut self,
        off_bp: PyReadonlyArray1<'_, u16>,
        from_part: usize,
    ) -> PyResult<()> {
        self.inner.set_markdowns(line("off_bp", &off_bp)?, from_part).map_err(to_python)
    }

    fn set_space(
        &mut self,
        facings: PyReadonlyArray2<'_, i32>,
        reference: PyReadonlyArray2<'_, i32>,
        capacity: PyReadonlyArray2<'_, i32>,
    ) -> PyResult<()> {
        let (s, n) = self.shape();
        let facings = flat("facings", &facings, s, n)?;
        let reference = flat("reference_facings", &reference, s, n)?;
        let capacity = flat("capacity", &capacity, s, n)?;
        self.inner.set_space(facings, reference, capacity).map_err(to_python)
    }

    fn set_forecast(&mut self, level: PyReadonlyArray2<'_, f32>) -> PyResult<()> {
        let (s, n) = self.shape();
        self.inner.set_forecast(flat("level", &level, s, n)?).map_err(to_python)
    }

    #[pyo3(signature = (day, store_factor=None, product_factor=None, lift=None))]
    fn open_day(
        &mut self,
        py: Python<'_>,
        day: u32,
        store_factor: Option<PyReadonlyArray1<'_, f32>>,
        product_factor: Option<PyReadonlyArray1<'_, f32>>,
        lift: Option<PyReadonlyArray2<'_, f32>>,
    ) -> PyResult<()> {
        let (s, d) = (self.shape().0, self.inner.model().departments);
        let stores = store_factor.as_ref().map(|f| line("store_factor", f)).transpose()?;
        let products = product_factor.as_ref().map(|f| line("product_factor", f)).transpose()?;
        let lift = lift.as_ref().map(|f| flat("lift", f, s, d)).transpose()?;
        let inner = &mut self.inner;
        py.detach(move || inner.open_day(day, stores, products, lift)).map_err(to_python)
    }

    fn step_part(&mut self, py: Python<'_>, part: usize) -> PyResult<()> {
        let inner = &mut self.inner;
        py.detach(move || inner.step_part(part)).map_err(to_python)
    }

    fn close_day(&mut self, py: Python<'_>) -> PyResult<()> {
        let inner = &mut self.inner;
        py.detach(move || inner.close_day()).map_err(to_python)
    }

    #[pyo3(signature = (store, products, quantity, value_cents, remaining_d=None, ordered=None))]
    fn receive(
        &mut self,
        store: usize,
        products: PyReadonlyArray1<'_, u32>,
        quantity: PyReadonlyArray1<'_, i32>,
        value_cents: PyReadonlyArray1<'_, i64>,
        remaining_d: Option<PyReadonlyArray1<'_, u16>>,
        ordered: Option<PyReadonlyArray1<'_, i32>>,
    ) -> PyResult<()> {
        let life = remaining_d.as_ref().map(|d| line("remaining_d", d)).transpose()?;
        let ordered = ordered.as_ref().map(|o| line("ordered", o)).transpose()?;
        self.inner
            .receive(
                store,
                line("products", &products)?,
                line("quantity", &quantity)?,
                line("value_cents", &value_cents)?,
                life,
                ordered,
            )
            .map_err(to_python)
    }

    fn withdraw<'py>(
        &mut self,
        py: Python<'py>,
        store: usize,
        products: PyReadonlyArray1<'_, u32>,
        quantity: PyReadonlyArray1<'_, i32>,
    ) -> PyResult<WithdrawnArrays<'py>> {
        let out = self
            .inner
            .withdraw(store, line("products", &products)?, line("quantity", &quantity)?)
            .map_err(to_python)?;
        let units: Vec<i32> = out.iter().map(|w| w.units).collect();
        let cents: Vec<i64> = out.iter().map(|w| w.cents).collect();
        let days: Vec<u16> = out.iter().map(|w| w.remaining_d).collect();
        Ok((units.into_pyarray(py), cents.into_pyarray(py), days.into_pyarray(py)))
    }

    fn place(&mut self, order: PyReadonlyArray2<'_, i32>) -> PyResult<()> {
        let (s, n) = self.shape();
        self.inner.place(flat("order", &order, s, n)?).map_err(to_python)
    }

    fn array_i32<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyArray2<i32>>> {
        let pick: fn(&Store) -> &[i32] = match name {
            "on_hand" => |s| &s.on_hand,
            "on_order" => |s| &s.on_order,
            "capacity" => |s| &s.capacity,
            "opening" => |s| &s.opening,
            "received" => |s| &s.received,
            "sold" => |s| &s.sold,
            "lost_day" => |s| &s.lost_day,
            "waste" => |s| &s.waste,
            "shrink" => |s| &s.shrink,
            "withdrawn" => |s| &s.withdrawn,
            "demand" => |s| &s.demand,
            "sales" => |s| &s.sales,
            "switched" => |s| &s.switched,
            "lost" => |s| &s.lost,
            _ => return Err(invalid("array", name, "the name of a whole-number array")),
        };
        self.gather(py, pick)
    }

    fn array_f32<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyArray2<f32>>> {
        match name {
            "base" => self.gather(py, |s| &s.base),
            "rate" => self.gather(py, |s| &s.rate),
            "expected" => self.gather(py, |s| &s.expected),
            "level" => self.compute(py, Store::level),
            "ratio" => self.compute(py, Store::ratio),
            _ => Err(invalid("array", name, "the name of a float array")),
        }
    }

    fn listed<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<bool>>> {
        self.compute(py, |s, p| s.listed[p] != 0)
    }

    fn stock_cents<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<i64>>> {
        self.compute(py, Store::cost_of_stock)
    }

    fn expiring<'py>(&self, py: Python<'py>, days: u16) -> PyResult<Bound<'py, PyArray2<i32>>> {
        let model = self.inner.model();
        self.compute(py, |s, p| s.expiring(model, p, days))
    }

    fn buckets<'py>(
        &self,
        py: Python<'py>,
        store: usize,
        product: usize,
    ) -> PyResult<Bound<'py, PyArray1<i32>>> {
        let (s, n) = self.shape();
        if store >= s || product >= n {
            let allowed = format!("a store below {s} and a product below {n}");
            return Err(invalid("cell", format!("({store}, {product})"), allowed));
        }
        let stock = self.inner.stores()[store].buckets(self.inner.model(), product);
        Ok(PyArray1::from_slice(py, stock))
    }

    fn traffic<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f32>> {
        PyArray1::from_slice(py, self.inner.traffic())
    }

    fn appeal<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f32>>> {
        let shape = [self.inner.model().zones, self.shape().1];
        PyArray1::from_slice(py, self.inner.appeal()).reshape(shape)
    }

    fn part_totals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray3<i64>>> {
        let (s, d) = (self.shape().0, self.inner.model().departments);
        let mut out = vec![0; PART_COLUMNS.len() * s * d];
        for (i, part) in self.inner.stores().iter().flat_map(|store| &store.part).enumerate() {
            for (c, value) in part.columns().into_iter().enumerate() {
                out[c * s * d + i] = value;
            }
        }
        out.into_pyarray(py).reshape([PART_COLUMNS.len(), s, d])
    }

    fn part_expected<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray3<f64>>> {
        let (s, d) = (self.shape().0, self.inner.model().departments);
        let parts = || self.inner.stores().iter().flat_map(|store| &store.part);
        let mut out: Vec<f64> = parts().map(|p| p.expected).collect();
        out.extend(parts().map(|p| p.expected_in_stock));
        out.into_pyarray(py).reshape([2, s, d])
    }

    fn part_tax_base<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<i64>>> {
        let (s, t) = (self.shape().0, self.inner.model().tax_classes);
        let all = self.inner.stores().iter().flat_map(|store| &store.tax_base_cents);
        all.copied().collect::<Vec<_>>().into_pyarray(py).reshape([s, t])
    }

    fn part_baskets<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        let all = self.inner.stores().iter().map(|store| store.baskets);
        all.collect::<Vec<_>>().into_pyarray(py)
    }

    fn day_totals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray3<i64>>> {
        let (s, d) = (self.shape().0, self.inner.model().departments);
        let mut out = vec![0; DAY_COLUMNS.len() * s * d];
        for (i, day) in self.inner.stores().iter().flat_map(|store| &store.day).enumerate() {
            for (c, value) in day.columns().into_iter().enumerate() {
                out[c * s * d + i] = value;
            }
        }
        out.into_pyarray(py).reshape([DAY_COLUMNS.len(), s, d])
    }

    fn forecast<'py>(
        &self,
        py: Python<'py>,
        first_day: u32,
        days: u16,
    ) -> PyResult<Bound<'py, PyArray2<f32>>> {
        let (s, n) = self.shape();
        let mut out = vec![0.0; s * n];
        self.inner.forecast(first_day, days, &mut out).map_err(to_python)?;
        out.into_pyarray(py).reshape([s, n])
    }

    #[pyo3(signature = (first_day, lead_d, cover_d, due, safety_z, minimum))]
    fn order_to_service<'py>(
        &self,
        py: Python<'py>,
        first_day: u32,
        lead_d: PyReadonlyArray1<'_, u16>,
        cover_d: PyReadonlyArray1<'_, u16>,
        due: PyReadonlyArray1<'_, bool>,
        safety_z: PyReadonlyArray1<'_, f32>,
        minimum: PyReadonlyArray2<'_, i32>,
    ) -> PyResult<Bound<'py, PyArray2<i32>>> {
        let (s, n) = self.shape();
        let schedule = backhaul_twin::order::Schedule {
            first_day,
            lead_d: line("lead_d", &lead_d)?,
            cover_d: line("cover_d", &cover_d)?,
            due: line("due", &due)?,
        };
        let z = line("safety_z", &safety_z)?;
        let minimum = flat("minimum", &minimum, s, n)?;
        let mut out = vec![0; s * n];
        let inner = &self.inner;
        let result = py.detach(|| inner.order_to_service(schedule, z, minimum, &mut out));
        result.map_err(to_python)?;
        out.into_pyarray(py).reshape([s, n])
    }

    fn order_to_levels<'py>(
        &self,
        py: Python<'py>,
        due: PyReadonlyArray1<'_, bool>,
        reorder: PyReadonlyArray2<'_, i32>,
        up_to: PyReadonlyArray2<'_, i32>,
    ) -> PyResult<Bound<'py, PyArray2<i32>>> {
        let (s, n) = self.shape();
        let due = line("due", &due)?;
        let reorder = flat("reorder", &reorder, s, n)?;
        let up_to = flat("up_to", &up_to, s, n)?;
        let mut out = vec![0; s * n];
        self.inner.order_to_levels(due, reorder, up_to, &mut out).map_err(to_python)?;
        out.into_pyarray(py).reshape([s, n])
    }

    /// Line starts, products, units and missions of the first `wanted` of `baskets` receipts.
    fn baskets<'py>(
        &self,
        py: Python<'py>,
        store: usize,
        counts: (u32, u32),
        share: PyReadonlyArray1<'_, f32>,
        tilt: PyReadonlyArray2<'_, f32>,
        dispersion: f32,
    ) -> PyResult<BasketArrays<'py>> {
        let share = line("share", &share)?;
        let tilt = flat("tilt", &tilt, share.len(), self.inner.model().departments)?;
        let missions = Missions { share, tilt, dispersion };
        let inner = &self.inner;
        let found = py.detach(|| inner.baskets(store, counts.0, counts.1, missions));
        let found = found.map_err(to_python)?;
        Ok((
            found.start.into_pyarray(py),
            found.product.into_pyarray(py),
            found.units.into_pyarray(py),
            found.mission.into_pyarray(py),
        ))
    }

    fn audit(&self, py: Python<'_>) -> Option<(&'static str, usize, usize, i64, i64)> {
        let breach = py.detach(|| self.inner.audit());
        breach.map(|b| (b.rule, b.store, b.product, b.expected, b.found))
    }
}

/// Cut orders in place to fair shares of what the centres have; returns the units cut.
#[pyfunction]
fn fair_share(
    py: Python<'_>,
    mut order: PyReadwriteArray2<'_, i32>,
    centre: PyReadonlyArray1<'_, u32>,
    available: PyReadonlyArray2<'_, i32>,
    case_pack: PyReadonlyArray1<'_, i32>,
) -> PyResult<i64> {
    let centre = line("centre", &centre)?;
    let case_pack = line("case_pack", &case_pack)?;
    let rows = available.shape()[0];
    let available = flat("available", &available, rows, case_pack.len())?;
    let order =
        order.as_slice_mut().map_err(|_| invalid("order", "strides", "a contiguous array"))?;
    py.detach(|| allocate::fair_share(order, centre, available, case_pack)).map_err(to_python)
}

/// Fill the submodule.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("PART_COLUMNS", PART_COLUMNS)?;
    m.add("DAY_COLUMNS", DAY_COLUMNS)?;
    m.add_class::<Cells>()?;
    m.add_function(wrap_pyfunction!(fair_share, m)?)
}
