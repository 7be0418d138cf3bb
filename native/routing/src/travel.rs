//! Distances and travel times between locations: a matrix, or coordinates when a matrix would not fit.

use backhaul_common::{Error, Result};

/// Largest number of locations for which a full matrix is kept.
pub const MATRIX_LIMIT: usize = 5_000;

/// How a Euclidean distance becomes an integer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rounding {
    /// Nearest integer of `scale * d`, halves up.
    Nearest {
        /// Units per coordinate unit.
        scale: f64,
    },
    /// `scale * d` truncated.
    Truncate {
        /// Units per coordinate unit.
        scale: f64,
    },
    /// `scale * d` rounded up: a plan that is on time with these is on time with exact distances.
    Up {
        /// Units per coordinate unit.
        scale: f64,
    },
}

impl Rounding {
    #[inline(always)]
    pub(crate) fn apply(self, d: f64) -> i32 {
        match self {
            Self::Nearest { scale } => (scale * d + 0.5) as i32,
            Self::Truncate { scale } => (scale * d) as i32,
            // The small slack keeps exact products exact in spite of binary fractions.
            // Cut off and made good: `ceil` is a call on processors of the oldest kind.
            Self::Up { scale } => {
                let exact = scale * d - 1e-7;
                let whole = exact as i32;
                whole.saturating_add(i32::from(f64::from(whole) < exact))
            }
        }
    }
}

/// Distance and time between any two locations, in integer units.
#[derive(Clone, Debug)]
pub enum Travel {
    /// Full matrices, row major; times equal distances where none are given.
    Matrix {
        /// Locations.
        n: usize,
        /// `n * n` distances.
        distance: Vec<i32>,
        /// `n * n` times, or empty.
        time: Vec<i32>,
        /// The points that the distances were computed from, if they were, and how.
        points: Option<(Vec<[f64; 2]>, Rounding)>,
    },
    /// Straight lines between points; times equal distances.
    Plane {
        /// Points.
        xy: Vec<[f64; 2]>,
        /// How lengths become integers.
        rounding: Rounding,
    },
}

impl Travel {
    /// From points: a matrix when it is small enough.
    pub fn from_points(xy: Vec<[f64; 2]>, rounding: Rounding) -> Result<Self> {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for p in &xy {
            for k in 0..2 {
                low[k] = low[k].min(p[k]);
                high[k] = high[k].max(p[k]);
            }
        }
        let (Rounding::Nearest { scale } | Rounding::Truncate { scale } | Rounding::Up { scale }) =
            rounding;
        let reach = (high[0] - low[0]).hypot(high[1] - low[1]) * scale;
        if !xy.is_empty() && (reach.is_nan() || reach >= f64::from(i32::MAX)) {
            return Err(Error::invalid("coordinates", reach, "distances below 2^31 units"));
        }
        let plane = Self::Plane { xy, rounding };
        let Self::Plane { xy, .. } = &plane else { return Ok(plane) };
        let n = xy.len();
        if n > MATRIX_LIMIT {
            return Ok(plane);
        }
        let mut distance = vec![0; n * n];
        for a in 0..n {
            for b in 0..n {
                distance[a * n + b] = plane.distance(a, b) as i32;
            }
        }
        let points = match plane {
            Self::Plane { xy, rounding } => Some((xy, rounding)),
            Self::Matrix { .. } => None,
        };
        Ok(Self::Matrix { n, distance, time: Vec::new(), points })
    }

    /// From matrices (row major); `time` may be empty.
    pub fn from_matrices(n: usize, distance: Vec<i32>, time: Vec<i32>) -> Result<Self> {
        for (name, values) in [("distance", &distance), ("duration", &time)] {
            if values.len() != n * n && !(name == "duration" && values.is_empty()) {
                return Err(Error::invalid(name, values.len(), format!("{n} x {n} entries")));
            }
            if let Some(k) = values.iter().position(|&v| v < 0) {
                let place = format!("{name}[{}][{}]", k / n, k % n);
                return Err(Error::invalid(place, values[k], "a number of at least 0"));
            }
        }
        Ok(Self::Matrix { n, distance, time, points: None })
    }

    /// Locations.
    pub fn len(&self) -> usize {
        match self {
            Self::Matrix { n, .. } => *n,
            Self::Plane { xy, .. } => xy.len(),
        }
    }

    /// Whether there is no location at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Distance from `a` to `b`.
    #[inline(always)]
    pub fn distance(&self, a: usize, b: usize) -> i64 {
        match self {
            Self::Matrix { n, distance, .. } => i64::from(distance[a * n + b]),
            Self::Plane { xy, rounding } => {
                let (dx, dy) = (xy[a][0] - xy[b][0], xy[a][1] - xy[b][1]);
                i64::from(rounding.apply((dx * dx + dy * dy).sqrt()))
            }
        }
    }

    /// Travel time from `a` to `b`.
    #[inline(always)]
    pub fn time(&self, a: usize, b: usize) -> i64 {
        match self {
            Self::Matrix { n, time, .. } if !time.is_empty() => i64::from(time[a * n + b]),
            _ => self.distance(a, b),
        }
    }

    /// Largest distance or time (an upper estimate for points).
    pub fn largest(&self) -> i64 {
        match self {
            Self::Matrix { distance, time, .. } => {
                i64::from(distance.iter().chain(time).copied().max().unwrap_or(0))
            }
            Self::Plane { xy, rounding } => {
                let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
                for p in xy {
                    for k in 0..2 {
                        low[k] = low[k].min(p[k]);
                        high[k] = high[k].max(p[k]);
                    }
                }
                i64::from(rounding.apply((high[0] - low[0]).hypot(high[1] - low[1])))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rounding;

    #[test]
    fn lengths_are_rounded_up_but_for_a_hair() {
        let up = Rounding::Up { scale: 1000.0 };
        for (length, found) in
            [(0.0, 0), (1e-12, 0), (0.001, 1), (0.0011, 2), (0.3, 300), (2.0_f64.sqrt(), 1415)]
        {
            assert_eq!(up.apply(length), found, "{length}");
        }
        assert_eq!(up.apply(1e300), i32::MAX);
        assert_eq!(up.apply(2.2e6), i32::MAX);
    }
}
