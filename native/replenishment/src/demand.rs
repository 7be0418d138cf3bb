//! Demand from history: rates and dispersion when stock-outs hide sales, and forecasts of intermittent
//! and seasonal series.

use backhaul_common::{Error, Result};
use rayon::prelude::*;

use crate::pmf::Pmf;

/// Mean and variance over mean of one series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// Mean demand a period.
    pub mean: f64,
    /// Variance over mean, at least 1.
    pub variance_to_mean: f64,
}

/// A history: `sales` row after row, `periods` long; `censored` marks periods that ended without stock,
/// whose demand was at least the sales.
pub struct Panel<'a> {
    /// Units sold a period.
    pub sales: &'a [i32],
    /// Whether the shelf was empty at the end.
    pub censored: &'a [bool],
    /// Periods of each series.
    pub periods: usize,
}

impl Panel<'_> {
    fn validate(&self) -> Result<usize> {
        if self.periods == 0 || self.sales.is_empty() {
            return Err(Error::invalid("sales", "nothing", "at least one series and period"));
        }
        if !self.censored.is_empty() && self.censored.len() != self.sales.len() {
            let allowed = format!("{} values, as sales", self.sales.len());
            return Err(Error::invalid("censored", self.censored.len(), allowed));
        }
        if let Some(i) = self.sales.iter().position(|&units| !(0..=10_000_000).contains(&units)) {
            let path = format!("sales[{}][{}]", i / self.periods, i % self.periods);
            return Err(Error::invalid(path, self.sales[i], "0 to 10,000,000 units"));
        }
        Ok(self.sales.len() / self.periods)
    }
}

/// First and second moment of demand that is at least `c`.
fn above(pmf: &Pmf, c: usize) -> (f64, f64) {
    let (mut chance, mut first, mut second) = (0.0, 0.0, 0.0);
    for (i, &p) in pmf.p.iter().enumerate().skip(c.saturating_sub(pmf.start)) {
        let d = (pmf.start + i) as f64;
        chance += p;
        first += p * d;
        second += p * d * d;
    }
    if chance > 1e-12 {
        (first / chance, second / chance)
    } else {
        // Far beyond what the model expects: take the sales for the demand.
        (c as f64, (c * c) as f64)
    }
}

/// Expectation and maximisation (Dempster, Laird and Rubin 1977) with the moments of the negative
/// binomial: hidden demand is replaced by its expectation given that it was at least the sales
/// (Nahmias 1994 for the normal case).
fn fit_one(sales: &[i32], censored: &[bool]) -> Fit {
    let n = sales.len() as f64;
    let hidden = |t: usize| censored.get(t).copied().unwrap_or(false);
    let seen: f64 = sales.iter().map(|&s| f64::from(s)).sum();
    let square: f64 = sales.iter().map(|&s| f64::from(s).powi(2)).sum();
    let from_moments = |first: f64, second: f64| {
        let mean = first / n;
        // Unbiased variance; a ratio below 1 is Poisson here.
        let variance = (second - n * mean * mean) / (n - 1.0).max(1.0);
        let ratio = if mean > 0.0 { (variance / mean).clamp(1.0, 1000.0) } else { 1.0 };
        Fit { mean, variance_to_mean: ratio }
    };
    let mut fit = from_moments(seen, square);
    let mut counts: Vec<(i32, u32)> = Vec::new();
    for t in (0..sales.len()).filter(|&t| hidden(t)) {
        match counts.binary_search_by_key(&sales[t], |c| c.0) {
            Ok(k) => counts[k].1 += 1,
            Err(k) => counts.insert(k, (sales[t], 1)),
        }
    }
    if counts.is_empty() {
        return fit;
    }
    let known = |power: i32| -> f64 {
        let open = (0..sales.len()).filter(|&t| !hidden(t));
        open.map(|t| f64::from(sales[t]).powi(power)).sum()
    };
    let (known_first, known_second) = (known(1), known(2));
    if counts.iter().map(|c| c.1).sum::<u32>() as usize == sales.len() {
        // Never seen whole: the sales are all that is known.
        return fit;
    }
    fit.mean = fit.mean.max(0.5 / n);
    for _ in 0..200 {
        let pmf = Pmf::count(fit.mean, fit.variance_to_mean);
        let (mut first, mut second) = (known_first, known_second);
        for &(c, times) in &counts {
            let (a, b) = above(&pmf, c as usize);
            first += a * f64::from(times);
            second += b * f64::from(times);
        }
        let next = from_moments(first, second);
        let change = (next.mean - fit.mean).abs() / fit.mean.max(1e-9);
        fit = next;
        if change < 1e-7 {
            break;
        }
    }
    fit
}

/// Fit every series.
pub fn fit(panel: &Panel<'_>) -> Result<Vec<Fit>> {
    panel.validate()?;
    let n = panel.periods;
    Ok(panel
        .sales
        .par_chunks(n)
        .enumerate()
        .map(|(i, sales)| {
            let row = if panel.censored.is_empty() {
                &[][..]
            } else {
                &panel.censored[i * n..(i + 1) * n]
            };
            fit_one(sales, row)
        })
        .collect())
}

/// How the level of a series is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Simple exponential smoothing (Brown 1956).
    Smoothing,
    /// Croston (1972): sizes and gaps of non-zero demand apart.
    Croston,
    /// Syntetos and Boylan (2005): Croston without its bias.
    Sba,
    /// Teunter, Syntetos and Babai (2011): sizes and probability, which also falls when nothing sells.
    Tsb,
    /// The one of these, and of three smoothing constants, with the least squared error in the series.
    Best,
}

/// Forecast of one series: level a period, variance over mean of its errors, factor a season's period.
struct Forecast {
    level: f64,
    ratio: f64,
    factors: Vec<f64>,
}

/// Rate after each period, one step ahead; returns the sum of squared errors after a warm-up and the
/// last level.
fn follow(series: &[f64], method: Method, alpha: f64) -> (f64, f64) {
    let first = series.iter().position(|&y| y > 0.0);
    let Some(first) = first else { return (0.0, 0.0) };
    let warm = series.len() / 4;
    let start = series.iter().take(warm.max(8)).sum::<f64>() / warm.max(8).min(series.len()) as f64;
    let (mut level, mut size, mut gap) = (start, series[first], (first + 1) as f64);
    let mut chance = 1.0 / gap;
    let (mut since, mut error) = (1.0, 0.0);
    let slow = 0.5 * alpha;
    for (t, &y) in series.iter().enumerate() {
        let rate = match method {
            Method::Croston => size / gap,
            Method::Sba => (1.0 - 0.5 * alpha) * size / gap,
            Method::Tsb => chance * size,
            Method::Smoothing | Method::Best => level,
        };
        if t >= warm {
            error += (y - rate) * (y - rate);
        }
        level += alpha * (y - level);
        if y > 0.0 {
            size += alpha * (y - size);
            gap += alpha * (since - gap);
            chance += slow * (1.0 - chance);
            since = 1.0;
        } else {
            chance -= slow * chance;
            since += 1.0;
        }
    }
    let rate = match method {
        Method::Croston => size / gap,
        Method::Sba => (1.0 - 0.5 * alpha) * size / gap,
        Method::Tsb => chance * size,
        Method::Smoothing | Method::Best => level,
    };
    (error, rate)
}

/// `known` multiplies demand by period: what price, promotion and the like are known to do; it is taken
/// out before the season and the level are looked for. Empty: nothing is known.
fn forecast_one(sales: &[i32], known: &[f64], season: usize, method: Method) -> Forecast {
    let mut series: Vec<f64> = sales.iter().map(|&s| f64::from(s)).collect();
    for (y, factor) in series.iter_mut().zip(known) {
        *y /= factor;
    }
    let n = series.len();
    let mut factors = vec![1.0; season.max(1)];
    let total: f64 = series.iter().sum();
    if season > 1 && n >= 2 * season && total > 0.0 {
        // Share of each period of the season, shrunk to one by as much as counts scatter by chance.
        let mut sums = vec![0.0; season];
        let mut counts = vec![0.0; season];
        for (t, y) in series.iter().enumerate() {
            sums[t % season] += y;
            counts[t % season] += 1.0;
        }
        let mean = total / n as f64;
        for k in 0..season {
            let raw = sums[k] / (counts[k] * mean);
            let weight = sums[k] / (sums[k] + 8.0);
            factors[k] = (1.0 + weight * (raw - 1.0)).max(0.02);
        }
        let average = factors.iter().sum::<f64>() / season as f64;
        for factor in &mut factors {
            *factor /= average;
        }
        for (t, y) in series.iter_mut().enumerate() {
            *y /= factors[t % season];
        }
    }
    let constants = [0.03, 0.08, 0.2];
    let candidates: Vec<(Method, f64)> = match method {
        Method::Best => [Method::Smoothing, Method::Sba, Method::Tsb]
            .iter()
            .flat_map(|&m| constants.map(|a| (m, a)))
            .collect(),
        one => vec![(one, 0.1)],
    };
    let mut best = (f64::INFINITY, 0.0);
    for (m, alpha) in candidates {
        let (error, level) = follow(&series, m, alpha);
        if error < best.0 {
            best = (error, level);
        }
    }
    let (error, level) = best;
    let scored = (n - n / 4).max(1) as f64;
    let ratio =
        if level > 0.0 { (error / scored / (total / n as f64).max(1e-9)).max(1.0) } else { 1.0 };
    // Where the season goes on after the last period.
    factors.rotate_left(n % season.max(1));
    Forecast { level, ratio: ratio.min(1000.0), factors }
}

/// Known factors of demand: of the periods of the history, and of those to come; row after row.
#[derive(Clone, Copy, Default)]
pub struct Factors<'a> {
    /// As long as the sales, or empty.
    pub past: &'a [f64],
    /// One a series and period of the horizon, or empty.
    pub ahead: &'a [f64],
}

impl Factors<'_> {
    fn validate(&self, series: usize, periods: usize, horizon: usize) -> Result<()> {
        if self.past.is_empty() && self.ahead.is_empty() {
            return Ok(());
        }
        for (name, table, width) in [("past", self.past, periods), ("ahead", self.ahead, horizon)] {
            if table.len() != series * width {
                let allowed = format!("{series} rows of {width} factors");
                return Err(Error::invalid(name, table.len(), allowed));
            }
            if let Some(i) = table.iter().position(|f| !(1e-6..=1e6).contains(f)) {
                let path = format!("{name}[{}][{}]", i / width, i % width);
                return Err(Error::invalid(path, table[i], "a factor from 1e-6 to 1e6"));
            }
        }
        Ok(())
    }

    /// The factors of one series: of its history, and of the periods to come.
    fn row(&self, i: usize, periods: usize, horizon: usize) -> (&[f64], &[f64]) {
        if self.past.is_empty() {
            return (&[], &[]);
        }
        let past = &self.past[i * periods..(i + 1) * periods];
        (past, &self.ahead[i * horizon..(i + 1) * horizon])
    }
}

/// Quantiles of demand in each of the next `horizon` periods: series after series, period after period,
/// level after level.
pub fn forecast(
    panel: &Panel<'_>,
    factors: Factors<'_>,
    season: usize,
    horizon: usize,
    method: Method,
    levels: &[f64],
) -> Result<Vec<i32>> {
    let series = panel.validate()?;
    if season == 0 || season > panel.periods {
        return Err(Error::invalid("season", season, "1 (none) to the length of the history"));
    }
    if horizon == 0 || horizon > 10_000 {
        return Err(Error::invalid("horizon", horizon, "1 to 10,000 periods"));
    }
    if levels.is_empty() {
        return Err(Error::invalid("quantiles", "nothing", "at least one"));
    }
    for (k, &q) in levels.iter().enumerate() {
        if !(q > 0.0 && q < 1.0) || (k > 0 && q <= levels[k - 1]) {
            let allowed = "rising numbers above 0 and below 1";
            return Err(Error::invalid(format!("quantiles[{k}]"), q, allowed));
        }
    }
    factors.validate(series, panel.periods, horizon)?;
    let width = horizon * levels.len();
    let mut out = vec![0_i32; series * width];
    let rows = out.par_chunks_mut(width).zip(panel.sales.par_chunks(panel.periods)).enumerate();
    rows.for_each_init(Pmf::default, |pmf, (i, (row, sales))| {
        let (known, ahead) = factors.row(i, panel.periods, horizon);
        let found = forecast_one(sales, known, season, method);
        // Without known factors the season repeats.
        let shown = if ahead.is_empty() { horizon.min(found.factors.len()) } else { horizon };
        for h in 0..horizon {
            let (done, rest) = row.split_at_mut(h * levels.len());
            if h >= shown {
                let from = (h - found.factors.len()) * levels.len();
                rest[..levels.len()].copy_from_slice(&done[from..from + levels.len()]);
                continue;
            }
            let factor = found.factors[h % found.factors.len()];
            let mean = found.level * factor * ahead.get(h).copied().unwrap_or(1.0);
            pmf.set_count(mean, found.ratio);
            for (slot, &q) in rest.iter_mut().zip(levels) {
                *slot = pmf.quantile(q) as i32;
            }
        }
    });
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ahead::Sampler;
    use backhaul_common::{purpose, Stream};

    /// Planted demand of mean 5, shelves of 5: sales show 4.1, the fit must find 5 again.
    #[test]
    fn hidden_demand_is_found_again() {
        let sampler = Sampler::new(&Pmf::count(5.0, 2.0));
        let mut stream = Stream::new(1, purpose("planted"), 0, 0);
        let demand = sampler.path(&mut stream, 4000);
        let sales: Vec<i32> = demand.iter().map(|&d| d.min(5)).collect();
        let censored: Vec<bool> = demand.iter().map(|&d| d >= 5).collect();
        let blind = fit(&Panel { sales: &sales, censored: &[], periods: 4000 }).unwrap()[0];
        let seeing = fit(&Panel { sales: &sales, censored: &censored, periods: 4000 }).unwrap()[0];
        assert!((blind.mean - 5.0).abs() > 0.8, "{blind:?}");
        assert!((seeing.mean - 5.0).abs() < 0.25, "{seeing:?}");
        assert!((seeing.variance_to_mean - 2.0).abs() < 0.35, "{seeing:?}");
    }

    /// A weekly pattern without noise is forecast as it is.
    #[test]
    fn a_weekly_pattern_is_continued() {
        let week = [10, 20, 30, 40, 50, 60, 70];
        let sales: Vec<i32> = week.iter().copied().cycle().take(7 * 60 + 3).collect();
        let panel = Panel { sales: &sales, censored: &[], periods: sales.len() };
        let found = forecast(&panel, Factors::default(), 7, 9, Method::Best, &[0.5]).unwrap();
        for (h, units) in found.iter().enumerate() {
            let want = week[(3 + h) % 7];
            assert!((units - want).abs() <= 3, "{h}: {units} {want}");
        }
    }
}
