//! Axle loads and centre of gravity, from total weight and moment: linear, so a shift is exact.
//!
//! A rigid vehicle is a beam on two supports. A semi-trailer rests on the kingpin and its own
//! axles; the kingpin's load is shared by the tractor's axles (Krebs and Ehmke 2021).

use backhaul_common::{Error, Result};

/// Slack for sums of floats; limits are in the instance's own weight unit.
const EPS: f64 = 1e-7;

/// One support of the beam.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axle {
    /// Distance from the front wall of the hold (may be negative).
    pub x: f64,
    /// Most load.
    pub max: Option<f64>,
    /// Least load.
    pub min: Option<f64>,
    /// Load of the empty vehicle.
    pub tare: f64,
}

/// Tractor of a semi-trailer: the first axle is then the kingpin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tractor {
    /// Share of the kingpin's load that the tractor's front axle takes.
    pub front_share: f64,
    /// Front axle's load without trailer.
    pub front_tare: f64,
    /// Most load of the front axle.
    pub front_max: Option<f64>,
    /// Rear axle's load without trailer.
    pub rear_tare: f64,
    /// Most load of the rear axle.
    pub rear_max: Option<f64>,
}

/// All limits on where the weight lies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Balance {
    /// The two supports, front first.
    pub axles: Option<[Axle; 2]>,
    /// The tractor, for a semi-trailer.
    pub tractor: Option<Tractor>,
    /// Allowed centre of gravity on each axis, as positions from the origin.
    pub cog: [Option<(f64, f64)>; 3],
}

/// Weight and twice its moments, whole numbers: order of adding does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mass {
    /// Total weight.
    pub weight: i64,
    /// Sum of weight times (lo + hi) on each axis: twice the moment about the origin.
    pub double_moment: [i128; 3],
}

impl Mass {
    /// Add (or with a negative weight take away) a box.
    pub fn add(&mut self, weight: i64, lo: [i32; 3], hi: [i32; 3]) {
        self.weight += weight;
        for axis in 0..3 {
            self.double_moment[axis] +=
                i128::from(weight) * i128::from(i64::from(lo[axis]) + i64::from(hi[axis]));
        }
    }

    /// Moment about the origin on an axis.
    pub fn moment(&self, axis: usize) -> f64 {
        self.double_moment[axis] as f64 / 2.0
    }
}

/// Loads of one stage: on the two supports, and on the tractor's axles where there is one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AxleLoads {
    /// On the two supports, tare included.
    pub supports: [f64; 2],
    /// On the tractor's front and rear axle.
    pub tractor: Option<[f64; 2]>,
}

impl Balance {
    /// Whether there is anything to hold.
    pub fn is_free(&self) -> bool {
        self.axles.is_none() && self.cog.iter().all(Option::is_none)
    }

    /// Check the numbers.
    pub fn validate(&self) -> Result<()> {
        let finite = |path: &str, value: f64| {
            if value.is_finite() {
                Ok(())
            } else {
                Err(Error::invalid(path, value, "a finite number"))
            }
        };
        if let Some(axles) = &self.axles {
            for (i, axle) in axles.iter().enumerate() {
                finite(&format!("vehicle.axles[{i}].x"), axle.x)?;
                finite(&format!("vehicle.axles[{i}].tare"), axle.tare)?;
                finite(&format!("vehicle.axles[{i}].max"), axle.max.unwrap_or(0.0))?;
                finite(&format!("vehicle.axles[{i}].min"), axle.min.unwrap_or(0.0))?;
            }
            if axles[0].x >= axles[1].x {
                return Err(Error::invalid("vehicle.axles[1].x", axles[1].x, "behind axles[0]"));
            }
        }
        if let Some(tractor) = &self.tractor {
            if self.axles.is_none() {
                return Err(Error::invalid("vehicle.tractor", "given", "only beside two axles"));
            }
            if !(0.0..=1.0).contains(&tractor.front_share) {
                let path = "vehicle.tractor.kingpin_to_rear";
                return Err(Error::invalid(path, tractor.front_share, "0 to the wheelbase"));
            }
        }
        for (axis, limit) in self.cog.iter().enumerate() {
            if let Some((low, high)) = limit {
                // written so that a NaN is refused too
                if !matches!(low.partial_cmp(high), Some(o) if o.is_le()) {
                    let path = format!("vehicle.cog[{axis}]");
                    return Err(Error::invalid(path, format!("{low} to {high}"), "low to high"));
                }
            }
        }
        Ok(())
    }

    /// Loads on all axles.
    pub fn loads(&self, mass: &Mass) -> Option<AxleLoads> {
        let [first, second] = self.axles?;
        let total = mass.weight as f64;
        let on_second = (mass.moment(0) - total * first.x) / (second.x - first.x);
        let supports = [total - on_second + first.tare, on_second + second.tare];
        let tractor = self.tractor.map(|t| {
            let pin = supports[0];
            [t.front_tare + pin * t.front_share, t.rear_tare + pin * (1.0 - t.front_share)]
        });
        Some(AxleLoads { supports, tractor })
    }

    /// Whether every limit holds.
    pub fn allows(&self, mass: &Mass) -> bool {
        self.is_free() || {
            let (low, high) = self.room(mass, 0);
            low <= EPS && high >= -EPS && self.others_allow(mass)
        }
    }

    /// Centre of gravity limits across and in height.
    fn others_allow(&self, mass: &Mass) -> bool {
        (1..3).all(|axis| {
            self.cog[axis].is_none_or(|(low, high)| {
                let weight = mass.weight as f64;
                let moment = mass.moment(axis);
                mass.weight == 0
                    || (moment >= low * weight - EPS * weight
                        && moment <= high * weight + EPS * weight)
            })
        })
    }

    /// How far `weight` of the load may be moved along x so that all limits on x hold: (least,
    /// most), relative to where it is; empty when least > most. With no weight to move, the answer
    /// is (-inf, inf) or an empty range.
    pub fn room(&self, mass: &Mass, weight: i64) -> (f64, f64) {
        let mut low = f64::NEG_INFINITY;
        let mut high = f64::INFINITY;
        let moment = mass.moment(0);
        let total = mass.weight as f64;
        let lever = if weight > 0 { weight as f64 } else { 1.0 };
        // a limit "moment >= least" or "moment <= most"
        let mut at_least = |least: f64| low = low.max((least - moment) / lever);
        let mut at_most = |most: f64| high = high.min((most - moment) / lever);
        if let Some((least, most)) = self.cog[0].filter(|_| mass.weight > 0) {
            at_least(least * total);
            at_most(most * total);
        }
        if let Some([first, second]) = self.axles {
            let span = second.x - first.x;
            // load on the second = (moment - total * first.x) / span + tare
            let moment_for_second = |load: f64| (load - second.tare) * span + total * first.x;
            let moment_for_first =
                |load: f64| (total - (load - first.tare)) * span + total * first.x;
            if let Some(max) = second.max {
                at_most(moment_for_second(max));
            }
            if let Some(min) = second.min {
                at_least(moment_for_second(min));
            }
            let mut pin_max = first.max.unwrap_or(f64::INFINITY);
            if let Some(t) = self.tractor {
                if let Some(max) = t.front_max.filter(|_| t.front_share > 0.0) {
                    pin_max = pin_max.min((max - t.front_tare) / t.front_share);
                }
                if let Some(max) = t.rear_max.filter(|_| t.front_share < 1.0) {
                    pin_max = pin_max.min((max - t.rear_tare) / (1.0 - t.front_share));
                }
            }
            if pin_max.is_finite() {
                at_least(moment_for_first(pin_max));
            }
            if let Some(min) = first.min {
                at_most(moment_for_first(min));
            }
        }
        (low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beam() -> Balance {
        let axle = |x, max| Axle { x, max: Some(max), min: None, tare: 0.0 };
        Balance { axles: Some([axle(0.0, 60.0), axle(100.0, 60.0)]), ..Balance::default() }
    }

    #[test]
    fn a_beam_shares_by_lever() {
        let mut mass = Mass::default();
        mass.add(100, [20, 0, 0], [40, 1, 1]); // centre at 30: 70 on the first, 30 on the second
        let loads = beam().loads(&mass).unwrap();
        assert_eq!(loads.supports, [70.0, 30.0]);
        assert!(!beam().allows(&mass));
        // 60 on the first needs the centre at 40: 10 further back; at most at 60: 30 further
        let (low, high) = beam().room(&mass, 100);
        assert!((low - 10.0).abs() < 1e-9 && (high - 30.0).abs() < 1e-9);
    }

    #[test]
    fn a_tractor_takes_its_share_of_the_kingpin() {
        let tractor = Tractor {
            front_share: 0.25,
            front_tare: 5.0,
            front_max: Some(20.0),
            rear_tare: 2.0,
            rear_max: None,
        };
        let balance = Balance { tractor: Some(tractor), ..beam() };
        let mut mass = Mass::default();
        mass.add(80, [40, 0, 0], [60, 1, 1]);
        assert_eq!(balance.loads(&mass).unwrap().tractor, Some([15.0, 32.0]));
        assert!(balance.allows(&mass));
    }
}
