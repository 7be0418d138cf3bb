//! Travel times that depend on the time of leaving: first in, first out.

use backhaul_common::{Error, Result};

/// Travel times as a percentage of the table's, by time of leaving: straight lines between points.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// Points in time, ascending; before the first and after the last nothing changes.
    pub times: Vec<i64>,
    /// Percentage at each of them.
    pub percent: Vec<i64>,
}

/// All profiles, and which leg follows which.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// The profiles; none: travel times are the same all day.
    pub profiles: Vec<Profile>,
    /// Profile of every leg, `locations * locations`; empty: all follow the first.
    pub of: Vec<u8>,
}

impl Profile {
    /// Travel time of a leg that takes `base` at 100 %, when leaving at `leave`; rounded up.
    pub(crate) fn travel(&self, base: i64, leave: i64) -> i64 {
        let k = self.times.partition_point(|&t| t <= leave);
        let (share, whole) = if k == 0 {
            (i128::from(self.percent[0]), 100)
        } else if k == self.times.len() {
            (i128::from(self.percent[k - 1]), 100)
        } else {
            let (t, u) = (i128::from(self.times[k - 1]), i128::from(self.times[k]));
            let (p, q) = (i128::from(self.percent[k - 1]), i128::from(self.percent[k]));
            let now = i128::from(leave);
            (p * (u - now) + q * (now - t), 100 * (u - t))
        };
        ((i128::from(base) * share + whole - 1) / whole) as i64
    }

    /// Largest percentage.
    pub(crate) fn slowest(&self) -> i64 {
        self.percent.iter().copied().max().unwrap_or(100)
    }

    fn validate(&self, place: &str, reach: i64) -> Result<()> {
        if self.times.is_empty() || self.times.len() != self.percent.len() {
            let allowed = "as many percentages as times, at least one";
            return Err(Error::invalid(format!("{place}.percent"), self.percent.len(), allowed));
        }
        for (j, pair) in self.times.windows(2).enumerate() {
            if pair[1] <= pair[0] {
                let at = format!("{place}.times[{}]", j + 1);
                return Err(Error::invalid(at, pair[1], "times that ascend"));
            }
            let falls = i128::from(self.percent[j]) - i128::from(self.percent[j + 1]);
            if i128::from(reach) * falls > 100 * i128::from(pair[1] - pair[0]) {
                let at = format!("{place}.percent[{}]", j + 1);
                let allowed = format!(
                    "a fall so slow that on a leg of {reach} who leaves later does not arrive earlier"
                );
                return Err(Error::invalid(at, self.percent[j + 1], allowed));
            }
        }
        if let Some(j) = self.percent.iter().position(|p| !(1..=10_000).contains(p)) {
            let at = format!("{place}.percent[{j}]");
            return Err(Error::invalid(at, self.percent[j], "1 to 10000"));
        }
        if let Some(j) = self.times.iter().position(|t| !(0..1 << 40).contains(t)) {
            let at = format!("{place}.times[{j}]");
            return Err(Error::invalid(at, self.times[j], "0 to 2^40 - 1"));
        }
        Ok(())
    }
}

impl Traffic {
    /// Travel time of a leg.
    #[inline]
    pub(crate) fn travel(&self, n: usize, leg: (usize, usize), base: i64, leave: i64) -> i64 {
        if self.profiles.is_empty() {
            return base;
        }
        let k = if self.of.is_empty() { 0 } else { self.of[leg.0 * n + leg.1] as usize };
        self.profiles[k].travel(base, leave)
    }

    /// Largest percentage of all.
    pub(crate) fn slowest(&self) -> i64 {
        self.profiles.iter().map(Profile::slowest).max().unwrap_or(100)
    }

    /// Every profile keeps the order of leaving on legs of up to `reach` (FIFO).
    pub(crate) fn validate(&self, n: usize, reach: i64) -> Result<()> {
        for (k, profile) in self.profiles.iter().enumerate() {
            profile.validate(&format!("traffic[{k}]"), reach)?;
        }
        if !self.of.is_empty() && self.of.len() != n * n {
            return Err(Error::invalid("traffic_of", self.of.len(), format!("{n} x {n} entries")));
        }
        if let Some(k) = self.of.iter().position(|&k| k as usize >= self.profiles.len()) {
            let at = format!("traffic_of[{}][{}]", k / n, k % n);
            return Err(Error::invalid(at, self.of[k], "the number of a profile"));
        }
        Ok(())
    }
}
